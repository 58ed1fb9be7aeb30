"""What the page asks that a booth's QR opens: whether this party sponsors this event, and where the visitor's own choices are."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.database.connections import Connection, Database
from events.terms import PersonId
from events.web.programme.rules import safe_link

ASKING = """
select e.id, e.title_th, e.title_en, p.legal_name, p.notice_url
from event e
join sponsorship s on s.event_id = e.id
join party p on p.id = s.party_id and p.kind = 'sponsor'
where e.slug = $1 and p.id = $2 and e.published_at <= $3 and e.cancelled_at is null
  and s.starts_at <= $3 and (s.ends_at is null or $3 < s.ends_at)
"""

HERS = """
select r.id from registration r
where r.person_id = $1 and r.event_id = $2 and r.state in ('confirmed', 'attended') order by r.id desc limit 1
"""


@dataclass(frozen=True, slots=True)
class Asking:
    """A sponsor that asks, and the event."""

    event: UUID
    title_th: str
    title_en: str
    legal_name: str
    notice_url: str | None


async def who_asks(database: Database, slug: str, party: UUID, now: datetime) -> Asking | None:
    """None for a party that does not sponsor this event, as for none at all."""
    rows = await database.call(ASKING, slug, party, now)
    if not rows:
        return None
    r = rows[0]
    return Asking(r["id"], r["title_th"], r["title_en"], r["legal_name"], safe_link(r["notice_url"]))


async def registration_at(connection: Connection, person: PersonId, event: UUID) -> UUID | None:
    """Her registration that stands at this event."""
    found: UUID | None = await connection.fetchval(HERS, person, event)
    return found
