"""Her own copy: everything that is held about somebody here, in one file that machines read (PDPA s.30, 31; GDPR art.15, 20)."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get

from events.access.caller import Caller
from events.access.guards import Given, may
from events.access.permissions import Permission
from events.consent.actions import own
from events.database.connections import Database, Scope
from events.privacy.choice_routes import ChoicesWithHistory, choices_with_history
from events.privacy.disclosure_routes import DisclosureLine, NoteLine, ScanLine, disclosure_lines, note_lines, scan_lines
from events.privacy.queries import blocks_of
from events.registration.routes import MyRegistration, registrations_of
from events.terms import PersonId
from events.web.mine.queries import address_of, downloads_of, movements_of, requests_of


class Movement(msgspec.Struct, frozen=True):
    """A reading of her badge at a door, and what door staff heard."""

    kind: str
    session: dict[str, str] | None
    at: datetime
    received_at: datetime
    verdict: str


class Download(msgspec.Struct, frozen=True):
    """Slides, a recording or another file that she opened, when first."""

    title: dict[str, str]
    first_at: datetime


class RequestLine(msgspec.Struct, frozen=True):
    organisation: str
    kind: str
    message: str
    state: str
    received_at: datetime
    closed_at: datetime | None


class RegistrationCopy(msgspec.Struct, frozen=True):
    """One registration and all that hangs on it: each part as its own route answers it."""

    registration: MyRegistration
    consents: ChoicesWithHistory
    disclosures: list[DisclosureLine]
    scans: list[ScanLine]
    notes: list[NoteLine]
    doors: list[Movement]
    downloads: list[Download]


class Copy(msgspec.Struct, frozen=True):
    """All that is held about the person with this address, as it stood at `made_at`."""

    made_at: datetime
    email: str
    registrations: list[RegistrationCopy]
    blocks: dict[str, datetime]
    requests: list[RequestLine]


@get("/me/data.json", opt=may(Permission.BE_ONESELF))
async def get_copy(caller: Given[Caller], database: Given[Database], now: Given[datetime]) -> Response[Copy]:
    """Everything that is held about me, with all organisers of this service, as a file: registrations, choices and their
    history, who got what, scans at booths and doors, what booths noted, files I opened, switches and requests."""
    person = caller.oneself()
    mine = await registrations_of(database, person)
    async with database.transaction(Scope(person=person)) as connection:
        email, asked, blocks = (
            await address_of(connection, person),
            await requests_of(connection, person),
            await blocks_of(connection, person),
        )
    copy = Copy(
        made_at=now,
        email=email,
        registrations=[await _of(registration, person, database, now) for registration in mine],
        blocks=blocks,
        requests=[RequestLine(a.legal_name, a.kind, a.message, a.state, a.received_at, a.closed_at) for a in asked],
    )
    headers = {"content-disposition": 'attachment; filename="my-data.json"', "cache-control": "no-store"}
    return Response(copy, headers=headers)


async def _of(registration: MyRegistration, person: PersonId, database: Database, now: datetime) -> RegistrationCopy:
    doors, downloads = await _there(person, database, registration.id)
    return RegistrationCopy(
        registration=registration,
        consents=await choices_with_history(database, person, registration.id, now),
        disclosures=await disclosure_lines(database, person, registration.id),
        scans=await scan_lines(database, person, registration.id, now),
        notes=await note_lines(database, person, registration.id),
        doors=doors,
        downloads=downloads,
    )


async def _there(person: PersonId, database: Database, registration: UUID) -> tuple[list[Movement], list[Download]]:
    """What no page shows her line by line: the doors she passed, and the files she opened."""
    async with database.transaction(Scope(person=person)) as connection:
        await own(connection, person, registration)
        passed, opened = await movements_of(connection, registration), await downloads_of(connection, registration)
    return (
        [
            Movement(
                r["kind"],
                None if r["session_id"] is None else {"th": r["title_th"], "en": r["title_en"]},
                r["effective_at"],
                r["received_at"],
                r["verdict"],
            )
            for r in passed
        ],
        [Download({"th": r["title_th"], "en": r["title_en"]}, r["first_at"]) for r in opened],
    )


ROUTES: list[Any] = [get_copy]
