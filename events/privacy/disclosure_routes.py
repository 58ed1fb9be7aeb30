"""HTTP of who got one's data: each hand-over, the scans, what booths noted, and the scan that was not me."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath

from events.access.caller import Caller
from events.access.guards import Given, may
from events.access.permissions import Permission
from events.consent.actions import own
from events.database.connections import Database, Scope
from events.privacy.actions import dispute_scan
from events.privacy.queries import disclosures_of, notes_of, scans_of
from events.terms import PersonId


class DisclosureLine(msgspec.Struct, frozen=True):
    """One hand-over: to whom, when, which fields, on what ground, how, and whether it was called back."""

    release: UUID
    recipient: UUID
    recipient_name: str
    recipient_kind: str
    recipient_contact: str
    recipient_notice_url: str | None
    countries: list[str]
    at: datetime
    channel: str
    declared_use: str
    fields: list[str]
    basis: str
    consents: list[UUID]
    scan: UUID | None
    recalled_at: datetime | None
    acknowledged_at: datetime | None


class Disclosures(msgspec.Struct, frozen=True):
    items: list[DisclosureLine]


class ScanLine(msgspec.Struct, frozen=True):
    """`counts`: it is a ground for handing out my data now; `voided_at`: since when it is not me any more."""

    id: UUID
    party_name: str
    at: datetime
    received_at: datetime
    voided_at: datetime | None
    counts: bool


class Scans(msgspec.Struct, frozen=True):
    items: list[ScanLine]


class AnswerLine(msgspec.Struct, frozen=True):
    """A question in both languages, with what was answered: words, or the words of the options that were chosen."""

    question: dict[str, str]
    answers: list[dict[str, str]]


class NoteLine(msgspec.Struct, frozen=True):
    """What a sponsor's helper noted about the attendee: rating 1 (low) to 3 (high), answers, free words."""

    event: str
    party: UUID
    party_name: str
    party_contact: str
    helper: str
    rating: int | None
    answers: list[AnswerLine]
    note: str
    written_at: datetime


class Notes(msgspec.Struct, frozen=True):
    items: list[NoteLine]


@get("/me/registrations/{registration:uuid}/disclosures", opt=may(Permission.BE_ONESELF))
async def show_disclosures(registration: FromPath[UUID], caller: Given[Caller], database: Given[Database]) -> Disclosures:
    """Who got my data: actual recipients by name, each hand-over on its own line (§6 S6-recip-1, C-154/21)."""
    return Disclosures(await disclosure_lines(database, caller.oneself(), registration))


async def disclosure_lines(database: Database, person: PersonId, registration: UUID) -> list[DisclosureLine]:
    """Each hand-over of this registration's data. Raises NotFound for a registration of somebody else."""
    async with database.transaction(Scope(person=person)) as connection:
        await own(connection, person, registration)
        rows = await disclosures_of(connection, registration)
    return [
        DisclosureLine(
            release=r["release"],
            recipient=r["party"],
            recipient_name=r["legal_name"],
            recipient_kind=r["kind"],
            recipient_contact=r["contact_email"],
            recipient_notice_url=r["notice_url"],
            countries=r["countries"],
            at=r["at"],
            channel=r["channel"],
            declared_use=r["declared_use"],
            fields=r["fields"],
            basis=r["basis"],
            consents=r["consent_event_ids"],
            scan=r["scan_id"],
            recalled_at=r["recalled_at"],
            acknowledged_at=r["acknowledged_at"],
        )
        for r in rows
    ]


@get("/me/registrations/{registration:uuid}/scans", opt=may(Permission.BE_ONESELF))
async def show_scans(
    registration: FromPath[UUID], caller: Given[Caller], database: Given[Database], now: Given[datetime]
) -> Scans:
    """Which booths scanned my badge, and when."""
    return Scans(await scan_lines(database, caller.oneself(), registration, now))


async def scan_lines(database: Database, person: PersonId, registration: UUID, now: datetime) -> list[ScanLine]:
    """Each reading at a booth. Raises NotFound for a registration of somebody else."""
    async with database.transaction(Scope(person=person)) as connection:
        await own(connection, person, registration)
        rows = await scans_of(connection, registration, now)
    return [ScanLine(r["id"], r["legal_name"], r["effective_at"], r["received_at"], r["voided_at"], r["counts"]) for r in rows]


@get("/me/registrations/{registration:uuid}/notes", opt=may(Permission.BE_ONESELF))
async def show_notes(registration: FromPath[UUID], caller: Given[Caller], database: Given[Database]) -> Notes:
    """What booths noted about me, by whom and when (S6-sponsor-16)."""
    return Notes(await note_lines(database, caller.oneself(), registration))


async def note_lines(database: Database, person: PersonId, registration: UUID) -> list[NoteLine]:
    """Each helper's note. Raises NotFound for a registration of somebody else."""
    async with database.transaction(Scope(person=person)) as connection:
        await own(connection, person, registration)
        rows = await notes_of(connection, registration)
    return [note_line(row) for row in rows]


def note_line(row: Mapping[str, Any]) -> NoteLine:
    """One note (a row of queries.notes_of), as the attendee reads it and as her copy holds it."""
    answers = []
    for answer in row["answers"]:
        options = {o["id"]: {"th": o["th"] or o["en"], "en": o["en"] or o["th"]} for o in answer["options"]}
        given = [options.get(one, {"th": one, "en": one}) for one in answer["answers"]]
        answers.append(AnswerLine({"th": answer["th"], "en": answer["en"]}, given))
    return NoteLine(
        event=row["slug"],
        party=row["party"],
        party_name=row["legal_name"],
        party_contact=row["contact_email"],
        helper=row["helper"],
        rating=row["rating"],
        answers=answers,
        note=row["note"],
        written_at=row["written_at"],
    )


@post("/me/registrations/{registration:uuid}/scans/{scan:uuid}/not-me", opt=may(Permission.BE_ONESELF), status_code=204)
async def that_was_not_me(
    registration: FromPath[UUID], scan: FromPath[UUID], caller: Given[Caller], database: Given[Database], now: Given[datetime]
) -> None:
    """That scan was not me: it is void for good, and so is what the same phone read within five minutes of it. Other scans of
    this sponsor may still count (`GET …/scans`). Pressing twice is no error."""
    await dispute_scan(database, caller.oneself(), registration, scan, now)


ROUTES: list[Any] = [show_disclosures, show_scans, show_notes, that_was_not_me]
