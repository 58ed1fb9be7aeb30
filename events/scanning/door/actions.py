"""What door phones do: send a batch, look somebody up who has no badge with her, and let her in."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from events.access.limits import hold
from events.database.connections import Connection, Database, Scope
from events.errors import DeviceRevoked, EventOver, NotFound, NotSignedIn, TooMany
from events.phones.rules import DOORS_HAND_OVER
from events.scanning.door.queries import (
    DoorPhone,
    Found,
    Turn,
    badge_of,
    badges_read,
    door_phone,
    keep_lookup,
    look_for,
    looked_up,
    open_batch,
    raise_alarm,
    rooms_entered,
    store_scans,
    stored_scans,
    turn_of,
)
from events.scanning.door.rules import MOST_FOUND, DoorAnswer, KnownBadge, Wanted, answer_door
from events.scanning.rules import Batch
from events.terms import DeviceId

# one phone's look-ups: a queue of people without badges, and not the whole list by heart
LOOKUPS_AT_ONCE: Final = 60
LOOKUP_EVERY: Final = timedelta(seconds=2)
# and no more than this in a day: then somebody is told, and the phone waits
LOOKUPS_A_DAY: Final = 500
LOOKUP_PAUSE: Final = timedelta(minutes=10)


async def accept_door_scans(database: Database, device: DeviceId, batch: Batch, now: datetime) -> list[DoorAnswer]:
    """Tickets checked and entries kept (§3.1, S3.1-badge-3): no lead, no visit, no disclosure; consents are not looked at.

    Raises DeviceRevoked (the readings are kept apart and committed), NotSignedIn for what is no door phone, EventOver once
    the doors are over and their time to hand over is, too.
    """
    phone = await _phone(database, device, now)
    if phone.event.over(now - DOORS_HAND_OVER):
        raise EventOver
    async with database.transaction(Scope(organisation=phone.organisation)) as connection:
        turn = await open_batch(connection, device)
        badges = await badges_read(connection, phone.event.id, batch.readings) if turn.welcome else {}
        answers = await _decide(connection, phone, turn, batch, badges, now)
    # after the commit: what a revoked phone sent is kept
    if answers is None:
        raise DeviceRevoked
    return answers


async def let_in(database: Database, device: DeviceId, registration: UUID, batch: Batch, now: datetime) -> DoorAnswer:
    """The one reading of this batch for somebody who was looked up, as if her badge had been read.

    Raises NotFound for a registration of another event, EventOver once the doors are over, else like `accept_door_scans`.
    """
    phone = await _phone(database, device, now)
    if phone.event.over(now):
        raise EventOver
    async with database.transaction(Scope(organisation=phone.organisation)) as connection:
        turn = await open_batch(connection, device)
        found = await badge_of(connection, phone.event.id, registration)
        if turn.welcome and found is None:
            raise NotFound
        badges = {} if found is None else {found[0]: found[1]}
        # kept as a scan of her badge; of no code, where she has none
        scan = replace(batch, readings=[replace(reading, code=next(iter(badges), "")) for reading in batch.readings])
        answers = await _decide(connection, phone, turn, scan, badges, now)
    if answers is None:
        raise DeviceRevoked
    return answers[0]


async def _decide(
    connection: Connection,
    phone: DoorPhone,
    turn: Turn,
    batch: Batch,
    badges: Mapping[str, KnownBadge],
    now: datetime,
) -> list[DoorAnswer] | None:
    """Answer and keep a batch; None for a revoked phone's, which is kept apart."""
    stored = await stored_scans(connection, phone.device, batch.readings) if turn.welcome else {}
    rooms = await rooms_entered(connection, phone.event.id, batch.readings, badges.values())
    answers = answer_door(batch.readings, phone.event, badges, stored, rooms, turn.place) if turn.welcome else None
    await store_scans(connection, phone, batch, answers, rooms, now)
    return answers


async def look_up(database: Database, device: DeviceId, wanted: Wanted, now: datetime) -> Sequence[Found]:
    """At most ten people of this event whom these words may mean; that they were shown is on record.

    Raises DeviceRevoked, NotSignedIn, EventOver once the doors are over, TooMany for a phone that asks more often than people
    come without a badge; where that goes on all day, the organisation's data protection officer hears of it.
    """
    phone = await _phone(database, device, now)
    if phone.event.over(now):
        raise EventOver
    await hold(database, f"door look-up:{device}", LOOKUP_EVERY, LOOKUPS_AT_ONCE, now)
    async with database.transaction(Scope(organisation=phone.organisation)) as connection:
        turn = await turn_of(connection, device)
        if not turn.welcome:
            raise DeviceRevoked
        if await looked_up(connection, phone, LOOKUPS_A_DAY, now) >= LOOKUPS_A_DAY:
            await raise_alarm(connection, phone, now)
            found = None
        else:
            found = await look_for(connection, phone.event, wanted.words, wanted.email, wanted.badge_end, MOST_FOUND)
            await keep_lookup(connection, phone, [one.registration for one in found], now)
    # after the commit: the alarm goes out
    if found is None:
        raise TooMany(retry_after=int(LOOKUP_PAUSE.total_seconds()))
    return found


async def _phone(database: Database, device: DeviceId, now: datetime) -> DoorPhone:
    phone = await door_phone(database, device, now)
    if phone is None:
        raise NotSignedIn
    return phone
