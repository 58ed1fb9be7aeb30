"""What everybody may know about published events, one statement per page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from events.database.connections import Database
from events.hosting.programme.rules import PartyFacts, PublicEvent, TicketFacts

# not ended first, the next one first; then those that are over, the latest first
PROGRAMME = """
select * from (
    select e.id, e.slug, e.kind, e.title_th, e.title_en, e.place_th, e.place_en, e.languages, e.time_zone, e.starts_at, e.ends_at,
           o.legal_name as controller, e.ends_at <= $1 as ended,
           (extract(epoch from e.starts_at) * case when e.ends_at <= $1 then -1 else 1 end)::float8 as place_in_line
    from event e join organisation o on o.id = e.organisation_id
    where e.published_at <= $1 and e.cancelled_at is null) listed
where $2::boolean is null or (ended, place_in_line, id) > ($2, $3::float8, $4::uuid)
order by ended, place_in_line, id limit $5
"""
# Sponsors stand here by the same rule as on the form: live, with a reviewed notice, not suspended.
EVENT = """
select e.slug, e.kind, e.our_role, e.title_th, e.title_en, e.place_th, e.place_en, e.summary_th, e.summary_en, e.languages,
       e.time_zone, e.starts_at, e.ends_at, e.published_at, e.cancelled_at,
       case when e.capacity is not null then registration.seats_left(e.id, null) end as left,
       o.legal_name, o.country, o.contact_email, o.dpo_name, o.dpo_email,
       (select jsonb_build_object('legal_name', p.legal_name, 'countries', p.countries, 'contact', p.contact_email,
                                  'notice_url', p.notice_url)
        from party p where p.id = e.organiser_party_id) as organiser,
       coalesce((select jsonb_agg(jsonb_build_object(
                    'id', t.id, 'th', t.name_th, 'en', t.name_en, 'price_minor', t.price_minor, 'currency', t.currency,
                    'sales_open_at', t.sales_open_at, 'sales_close_at', t.sales_close_at, 'needs_approval', t.needs_approval,
                    -- what comes free belongs to those who wait
                    'left', case when registration.line_is_ahead(e.id, t.id, $2) then 0
                                 when t.capacity is not null then registration.seats_left(e.id, t.id) end)
                    order by t.position, t.id)
                 from ticket_type t where t.event_id = e.id), '[]') as tickets,
       coalesce((select jsonb_agg(jsonb_build_object(
                    'party', p.id, 'legal_name', p.legal_name, 'countries', p.countries, 'contact', p.contact_email,
                    'notice_url', p.notice_url) order by s.position, p.id)
                 from sponsorship s join party p on p.id = s.party_id
                 where s.event_id = e.id and s.starts_at <= $2 and (s.ends_at is null or $2 < s.ends_at)
                   and p.notice_url is not null and p.notice_reviewed and p.suspended_at is null), '[]') as sponsors
from event e join organisation o on o.id = e.organisation_id
where e.slug = $1 and e.published_at <= $2
"""


@dataclass(frozen=True, slots=True)
class Listed:
    id: UUID
    slug: str
    kind: str
    title_th: str
    title_en: str
    place_th: str
    place_en: str
    languages: list[str]
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    controller: str
    ended: bool
    place_in_line: float


async def programme_page(database: Database, now: datetime, after: tuple[bool, float, UUID] | None, limit: int) -> list[Listed]:
    rows = await database.call(PROGRAMME, now, *(after or (None, None, None)), limit)
    return [Listed(**row) for row in rows]


async def public_event(database: Database, slug: str, now: datetime) -> PublicEvent | None:
    """A published event, cancelled or not; None for one that is not published (yet)."""
    rows = await database.call(EVENT, slug, now)
    if not rows:
        return None
    row: dict[str, Any] = dict(rows[0])
    row["organiser"] = msgspec.convert(row["organiser"], PartyFacts | None)
    row["tickets"] = msgspec.convert(row["tickets"], list[TicketFacts])
    row["sponsors"] = msgspec.convert(row["sponsors"], list[PartyFacts])
    return PublicEvent(**row)
