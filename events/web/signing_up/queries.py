"""What the page asks beside the form in force: a form that was served before."""

from datetime import datetime
from uuid import UUID

from events.consent.rules import ServedForm
from events.database.connections import Database

SERVED = """
select f.id, f.sha256, f.language, f.content from served_form f join event e on e.id = f.event_id
where e.slug = $1 and f.id = $2 and e.published_at <= $3
"""


async def form_served_before(database: Database, slug: str, form: UUID, now: datetime) -> ServedForm | None:
    """A form of this event that was served, in force or not; None for any other id."""
    rows = await database.call(SERVED, slug, form, now)
    return ServedForm(rows[0]["id"], rows[0]["sha256"], rows[0]["language"], rows[0]["content"]) if rows else None
