"""What the organiser's pages ask beside what the API asks: whose event an address names, and which events there are."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from events.database.connections import Database
from events.web.phones.desk import EventAtDesk

EVENTS = """
select e.id, e.organisation_id, e.slug, e.title_th, e.title_en, e.time_zone, e.starts_at, e.ends_at,
       e.cancelled_at is null as live
from event e
"""
EVENT = EVENTS + "where e.slug = $1"
LATEST = EVENTS + "where e.organisation_id = $1 order by e.starts_at desc, e.slug limit $2"


def _event(r: Any) -> EventAtDesk:
    names = ("id", "slug", "title_th", "title_en", "time_zone", "starts_at", "ends_at", "live")
    return EventAtDesk(*(r[name] for name in names))


async def event_with_slug(database: Database, slug: str) -> tuple[UUID, EventAtDesk] | None:
    """The organisation whose event this is, and the event; None for a slug that is nobody's."""
    rows = await database.call(EVENT, slug)
    return (rows[0]["organisation_id"], _event(rows[0])) if rows else None


async def latest_events(database: Database, organisation: UUID, limit: int) -> Sequence[EventAtDesk]:
    """Events of an organisation, published or not, the latest first."""
    return [_event(row) for row in await database.call(LATEST, organisation, limit)]
