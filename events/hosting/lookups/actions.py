"""An organiser sees who was looked up at the doors."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from events.access.caller import Staff
from events.database.connections import Database, Scope
from events.hosting.actions import find_event
from events.hosting.lookups.queries import LookupRow, lookup_page


async def list_lookups(
    database: Database, staff: Staff, slug: str, before: tuple[datetime, UUID] | None, limit: int
) -> Sequence[LookupRow]:
    """The look-ups of an event, newest first. Raises NotFound for an event of another organisation."""
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_event(connection, staff, slug)
        return await lookup_page(connection, staff.organisation, event.id, before, limit)
