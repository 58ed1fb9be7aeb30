"""HTTP of door phones, beside the batches that all phones send: look somebody up, and let her in."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import post
from litestar.params import JSONBody

from events.access.caller import Caller
from events.access.guards import Given, may
from events.access.permissions import Permission
from events.database.connections import Database
from events.errors import FieldError, InvalidInput
from events.scanning.door.actions import let_in, look_up
from events.scanning.door.rules import DOOR_KINDS, SHORTEST, DoorAnswer, read_wanted
from events.scanning.rules import Batch, ScanKind, Sent, read_batch

Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Attendee(msgspec.Struct, frozen=True):
    name: str
    ticket_name: str


class DoorVerdictView(msgspec.Struct, frozen=True):
    """`valid`; `already_in`, with when and where she came in first, where a scan tells; `wrong_day`, with the times of the
    ticket; `full`; `no_such_session`, of this event, or it was taken off; `not_this_event`, `cancelled`, `unknown`;
    `unreadable`."""

    id: UUID
    verdict: str
    duplicate: bool
    attendee: Attendee | None
    first_entry_at: datetime | None
    first_entry_place: str | None
    valid_from: datetime | None
    valid_until: datetime | None


class LookUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Parts of a name, a whole e-mail address, or at least the last five characters of a badge's code."""

    q: Annotated[str, msgspec.Meta(min_length=SHORTEST, max_length=254)]


class FoundView(msgspec.Struct, frozen=True):
    """`state`: `expected`, `inside`, or `cancelled`. `badge_end`: how the live badge's code ends; empty without one."""

    registration: UUID
    name: str
    company: str
    ticket_name: str
    state: str
    badge_end: str


class FoundPeople(msgspec.Struct, frozen=True):
    items: list[FoundView]


class LetIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One movement of somebody who was looked up. `id`, `at` and `sent_at` are the phone's own, as in a batch of scans."""

    id: UUID
    registration: UUID
    at: Instant
    kind: ScanKind
    session: UUID | None = None
    sent_at: Instant | None = None


def door_view(scan: UUID, answer: DoorAnswer | None) -> DoorVerdictView:
    """The answer to the reading with this id; None for what was sealed and does not open."""
    if answer is None:
        return DoorVerdictView(scan, "unreadable", False, None, None, None, None, None)
    return DoorVerdictView(
        id=scan,
        verdict=answer.verdict.value,
        duplicate=answer.duplicate,
        attendee=None if answer.name is None else Attendee(answer.name, answer.ticket_name),
        first_entry_at=answer.first_entry,
        first_entry_place=answer.first_place,
        valid_from=answer.validity.begins,
        valid_until=answer.validity.ends,
    )


@post("/device/lookups", opt=may(Permission.LOOK_UP_AT_DOOR), status_code=200)
async def look_somebody_up(
    data: JSONBody[LookUp], caller: Given[Caller], database: Given[Database], now: Given[datetime]
) -> FoundPeople:
    """Find somebody who comes without her badge: at most ten people of this event. Each look-up is on record."""
    found = await look_up(database, caller.device(), read_wanted(data.q), now)
    return FoundPeople(msgspec.convert(found, list[FoundView], from_attributes=True))


@post("/device/check-ins", opt=may(Permission.LOOK_UP_AT_DOOR), status_code=200)
async def let_somebody_in(
    data: JSONBody[LetIn], caller: Given[Caller], database: Given[Database], now: Given[datetime]
) -> DoorVerdictView:
    """Let somebody in who was looked up: kept and answered as a scan of her badge, once however often it is sent."""
    return door_view(data.id, await let_in(database, caller.device(), data.registration, _one_reading(data, now), now))


def _one_reading(data: LetIn, now: datetime) -> Batch:
    """What is wrong with it is named as it stands in this request, not in a batch."""
    try:
        sent = [Sent(data.id, "", data.at, data.kind, data.session)]
        return read_batch(sent, DOOR_KINDS, now, lambda scan: None, sent_at=data.sent_at)
    except InvalidInput as wrong:
        raise InvalidInput(fields=[FieldError(f.field.removeprefix("scans[0]."), f.en, f.th) for f in wrong.fields]) from None


ROUTES: list[Any] = [look_somebody_up, let_somebody_in]
