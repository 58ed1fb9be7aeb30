"""What the organiser's pages ask beside what the API asks: whose event an address names."""

from uuid import UUID

from events.database.connections import Database
from events.web.phones.desk import EventAtDesk

EVENT = """
select e.id, e.organisation_id, e.slug, e.title_th, e.title_en, e.time_zone, e.starts_at, e.ends_at,
       e.cancelled_at is null as live
from event e where e.slug = $1
"""


async def event_with_slug(database: Database, slug: str) -> tuple[UUID, EventAtDesk] | None:
    """The organisation whose event this is, and the event; None for a slug that is nobody's."""
    rows = await database.call(EVENT, slug)
    if not rows:
        return None
    r = rows[0]
    return r["organisation_id"], EventAtDesk(
        r["id"], r["slug"], r["title_th"], r["title_en"], r["time_zone"], r["starts_at"], r["ends_at"], r["live"]
    )
