"""HTTP of scanning: batches from phones, and check-in from the list."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import post
from litestar.params import JSONBody, QueryParameter

from events.access.caller import Caller
from events.access.guards import Given, may
from events.access.permissions import Permission, Role
from events.database.connections import Database
from events.phones.actions import phones_that_sealed
from events.phones.sealing import Opener
from events.scanning.actions import accept_booth_scans, check_in
from events.scanning.door.actions import accept_door_scans
from events.scanning.door.routes import ROUTES as DOOR
from events.scanning.door.routes import DoorVerdictView, door_view
from events.scanning.door.rules import DOOR_KINDS
from events.scanning.rules import ScanKind, Sent, read_batch

BOOTH_KINDS = frozenset({"booth"})


class SentScan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One reading. `id` is the phone's own, so that sending it again stores it once; `at` is the phone's clock, with zone.

    Either `code`, or `sealed`: the same sealed for us (HPKE), as it waited on the phone. `sealed_by` is the `device` that
    the phone was as it sealed, where it was paired anew for the same booth or doors since.
    """

    id: UUID
    code: str | None = None
    sealed: Annotated[str, msgspec.Meta(max_length=8000)] | None = None
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    kind: ScanKind
    session: UUID | None = None
    sealed_by: UUID | None = None


class SentScans(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`sent_at` is the phone's clock as it sends, by which ours corrects the times of the scans; `waiting` counts what it holds
    beside these."""

    scans: Annotated[list[SentScan], msgspec.Meta(min_length=1, max_length=500)]
    sent_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    waiting: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None = None


class Lead(msgspec.Struct, frozen=True):
    """What this sponsor may see of the attendee now; a field that is not released is null."""

    id: UUID
    name: str | None
    job_title: str | None
    company: str | None
    address: str | None
    country: str | None
    phone: str | None
    email: str | None


class BoothVerdict(msgspec.Struct, frozen=True):
    """`lead`, or `saved_not_shared`: one answer for unknown, foreign, revoked and not-allowed badges (S6-sponsor-15).

    `unreadable`: it was sealed and does not open.
    `seen_before_at`: beside a lead, when this sponsor first scanned her, before this scan.
    """

    id: UUID
    verdict: str
    duplicate: bool
    lead: Lead | None
    seen_before_at: datetime | None = None


class BoothVerdicts(msgspec.Struct, frozen=True):
    items: list[BoothVerdict]
    received_at: datetime


class DoorVerdicts(msgspec.Struct, frozen=True):
    items: list[DoorVerdictView]
    received_at: datetime


class CheckIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    event: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    registration: UUID


class CheckedIn(msgspec.Struct, frozen=True):
    registration: UUID
    verdict: str


@post("/scans", opt=may(Permission.BE_A_PHONE), status_code=200)
async def send_scans(
    data: JSONBody[SentScans], caller: Given[Caller], database: Given[Database], opener: Given[Opener], now: Given[datetime]
) -> BoothVerdicts | DoorVerdicts:
    """Store and answer 1 to 500 readings, each once however often it is sent. Answers stand in the order sent, by id.

    What was sealed and does not open is `unreadable`, and spoils nothing beside it.
    """
    booth = caller.machine_role is Role.BOOTH_PHONE
    sent = [Sent(s.id, s.code, s.at, s.kind, s.session, s.sealed, s.sealed_by) for s in data.scans]
    kinds = BOOTH_KINDS if booth else DOOR_KINDS
    beside = await phones_that_sealed(database, caller.device(), [s.sealed_by for s in data.scans])

    def opened(scan: Sent) -> str | None:
        phone = scan.sealed_by or caller.device()
        ours = phone == caller.device() or phone in beside
        return opener.open_scan(scan.sealed or "", scan.kind, phone, scan.client) if ours else None

    batch = read_batch(sent, kinds, now, opened, sent_at=data.sent_at, waiting=data.waiting, in_use=beside)
    if booth:
        leads = {r["client_id"]: r for r in await accept_booth_scans(database, caller.device(), batch, now)}
        return BoothVerdicts([_booth(s.id, leads.get(s.id)) for s in data.scans], now)
    answers = {a.client: a for a in await accept_door_scans(database, caller.device(), batch, now)}
    return DoorVerdicts([door_view(s.id, answers.get(s.id)) for s in data.scans], now)


def _booth(scan: UUID, row: asyncpg.Record | None) -> BoothVerdict:
    if row is None:
        return BoothVerdict(scan, "unreadable", False, None)
    return BoothVerdict(scan, row["verdict"], row["duplicate"], _lead(row), row["seen_before_at"])


def _lead(row: asyncpg.Record) -> Lead | None:
    if row["lead"] is None:
        return None
    card = ("name", "job_title", "company", "address", "country", "phone", "email")
    return Lead(row["lead"], *(row[field] for field in card))


@post("/organiser/check-ins", opt=may(Permission.CORRECT_REGISTRATION), status_code=200)
async def check_in_by_name(
    data: JSONBody[CheckIn],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Annotated[UUID | None, QueryParameter()] = None,
) -> CheckedIn:
    """Let somebody in from the list when there is no badge to scan; `already_in` when she was."""
    staff = caller.staff(Permission.CORRECT_REGISTRATION, organisation)
    verdict = await check_in(database, staff, data.event, data.registration, now)
    return CheckedIn(data.registration, verdict.value)


ROUTES: list[Any] = [send_scans, check_in_by_name, *DOOR]
