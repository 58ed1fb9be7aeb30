"""Who was looked up at the doors of an event, and by which phone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.database.connections import Connection
from events.terms import EventId, OrganisationId

LOOKUPS = """
select l.id, l.at, l.device_id, d.helper, d.place, l.shown
from door_lookup l join device d on d.id = l.device_id
where l.organisation_id = $1 and l.event_id = $2 and ($3::timestamptz is null or (l.at, l.id) < ($3, $4::uuid))
order by l.at desc, l.id desc limit $5
"""


@dataclass(frozen=True, slots=True)
class LookupRow:
    """One look-up: when, by whom, and which registrations were shown."""

    id: UUID
    at: datetime
    device_id: UUID
    helper: str
    place: str
    shown: list[UUID]


async def lookup_page(
    connection: Connection, organisation: OrganisationId, event: EventId, before: tuple[datetime, UUID] | None, limit: int
) -> list[LookupRow]:
    """Newest first."""
    rows = await connection.fetch(LOOKUPS, organisation, event, *(before or (None, None)), limit)
    return [LookupRow(**row) for row in rows]
