"""What phones and door staff do: send a batch from a booth, send a batch from a door, check somebody in from the list."""

from datetime import datetime
from uuid import UUID

import asyncpg

from events.access.caller import Staff
from events.database.connections import Database, Scope
from events.errors import Conflict, DeviceRevoked, NotFound, NotSignedIn, TooMany
from events.scanning.queries import (
    badges_read,
    door_phone,
    mark_attended,
    open_batch,
    place,
    store_scans,
    stored_scans,
    take_scans,
)
from events.scanning.rules import Batch, DoorAnswer, DoorVerdict, answer_door
from events.terms import DeviceId


async def accept_booth_scans(database: Database, device: DeviceId, batch: Batch, now: datetime) -> list[asyncpg.Record]:
    """The gate's rows, one per reading, to be found by id; one round trip (§6, S6-sponsor-3).

    Raises DeviceRevoked (the readings are kept apart and committed), TooMany for a phone that tries too many badges.
    """
    rows = await take_scans(database, device, batch, now)
    for row in rows:
        if row["verdict"] == "quarantined":
            raise DeviceRevoked
        if row["verdict"] == "slow_down":
            raise TooMany(retry_after=row["retry_after"])
    return rows


async def accept_door_scans(database: Database, device: DeviceId, batch: Batch, now: datetime) -> list[DoorAnswer]:
    """Tickets checked and entries kept (§3.1, S3.1-badge-3): no lead, no visit, no disclosure; consents are not looked at.

    Raises DeviceRevoked (the readings are kept apart and committed), NotSignedIn for what is no door phone.
    """
    phone = await door_phone(database, device, now)
    if phone is None:
        raise NotSignedIn
    answers: list[DoorAnswer] | None = None
    async with database.transaction(Scope(organisation=phone.organisation)) as connection:
        if await open_batch(connection, device):
            badges = await badges_read(connection, phone.event.id, batch.readings)
            stored = await stored_scans(connection, device, batch.readings)
            answers = answer_door(batch.readings, phone.event, badges, stored)
        await store_scans(connection, phone, batch, answers, now)
    # after the commit: what a revoked phone sent is kept
    if answers is None:
        raise DeviceRevoked
    return answers


async def check_in(database: Database, staff: Staff, slug: str, registration: UUID, now: datetime) -> DoorVerdict:
    """Let somebody in from the list, without a badge; twice is no error.

    Raises NotFound for a registration of another event or organisation, Conflict for one that does not stand.
    """
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        found = await place(connection, staff.organisation, slug, registration, now)
        if found is None:
            raise NotFound
        if found.event_cancelled or found.state not in ("confirmed", "attended"):
            raise Conflict(
                "This place is not confirmed, was given back, or the event is cancelled.",
                "ที่นั่งนี้ยังไม่ยืนยัน ถูกคืนแล้ว หรืองานถูกยกเลิก",
            )
        if found.state == "attended":
            return DoorVerdict.ALREADY_IN
        await mark_attended(connection, registration)
    return DoorVerdict.VALID
