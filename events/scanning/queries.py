"""What scanning asks the database. A booth's batch is one call of the release door."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from events.database.connections import Connection, Database
from events.scanning.rules import Batch
from events.terms import DeviceId, OrganisationId

TAKE_SCANS = "select * from release.take_scans($1, $2, $3, $4, $5, $6, $7, $8)"

PLACE = """
select r.state, e.cancelled_at <= $3 as event_cancelled
from registration r join event e on e.id = r.event_id
where r.id = $1 and e.slug = $2 and r.organisation_id = $4 for no key update of r
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A registration as the list at the door sees it."""

    state: str
    event_cancelled: bool


async def take_scans(database: Database, device: DeviceId, batch: Batch, now: datetime) -> list[asyncpg.Record]:
    """The door's rows for one batch of booth scans: stored, decided, written in the book and committed in one round trip."""
    return await database.call_door(
        TAKE_SCANS,
        device,
        [r.client for r in batch.readings],
        [r.code for r in batch.readings],
        [r.at for r in batch.readings],
        [r.counts_at_a_booth for r in batch.readings],
        batch.sent_at,
        batch.waiting,
        now,
    )


async def place(
    connection: Connection, organisation: OrganisationId, slug: str, registration: UUID, now: datetime
) -> Place | None:
    """A registration of this event, held until the transaction ends."""
    row = await connection.fetchrow(PLACE, registration, slug, now, organisation)
    return None if row is None else Place(row["state"], bool(row["event_cancelled"]))


async def mark_attended(connection: Connection, registration: UUID) -> None:
    await connection.execute("update registration set state = 'attended' where id = $1 and state = 'confirmed'", registration)
