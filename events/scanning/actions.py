"""What booth phones and staff do: send a batch from a booth, check somebody in from the list."""

from datetime import datetime
from uuid import UUID

import asyncpg

from events.access.caller import Staff
from events.database.connections import Database, Scope
from events.errors import Conflict, DeviceRevoked, NotFound, TooMany
from events.scanning.door.rules import DoorVerdict
from events.scanning.queries import mark_attended, place, take_scans
from events.scanning.rules import Batch
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
