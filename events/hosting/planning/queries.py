"""Events of an organisation, as their organiser sees them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from piccolo.columns import Column

from events.database.connections import Connection
from events.hosting.planning.rules import FieldFacts, Organiser, Readiness
from events.hosting.rules import Condition, Explanation, Option, Titles
from events.tables import Event
from events.terms import EventId, FieldKind, OrganisationId

# What publication looks at, in one statement. A version that is retired or invalidated asks nobody any more.
READINESS = """
select
    array(select distinct n.language from notice n
          where n.organisation_id = e.organisation_id and n.effective_from <= $2) as notices,
    coalesce((select jsonb_agg(jsonb_build_array(t.id, t.name_th, t.name_en) order by t.position, t.id)
              from ticket_type t where t.event_id = e.id), '[]') as tickets,
    coalesce((select jsonb_agg(jsonb_build_array(f.field, f.required, f.label_th, f.label_en, f.reason_th, f.reason_en,
                                                 f.kind, f.options, f.shown_if)
                               order by f.position, f.field)
              from event_field f where f.event_id = e.id), '[]') as fields,
    coalesce((select jsonb_agg(jsonb_build_array(v.purpose, v.languages) order by v.purpose)
              from (select c.purpose, c.version, array_agg(c.language) as languages from consent_text c
                    where c.event_id = e.id and c.invalidated_at is null and (c.retired_at is null or $2 < c.retired_at)
                    group by 1, 2) v), '[]') as texts,
    array(select p.legal_name from sponsorship s join party p on p.id = s.party_id
          where s.event_id = e.id and p.notice_url is null order by p.legal_name) as sponsors_without_notice,
    (select jsonb_build_array(p.kind, p.contact_email, p.notice_url, p.notice_reviewed) from party p
     where p.id = e.organiser_party_id and p.organisation_id = e.organisation_id) as organiser
from event e where e.id = $1
"""
# places that stand in no slot, of the event as a whole ($2 null) or of one ticket type
UNSEATED = """
select count(*) from registration
where event_id = $1 and state <> 'cancelled' and not waits
  and case when $2::uuid is null then event_slot_id is null else ticket_type_id = $2 and ticket_slot_id is null end
"""
HAS_SLOTS = "select exists (select from seat_slot where event_id = $1 and ticket_type_id is not distinct from $2)"
# more than anybody counts to, and still an integer when all slots are added up
UNLIMITED: Final = 2_000_000_000


@dataclass(frozen=True, slots=True)
class EventRow:
    id: EventId
    organisation_id: OrganisationId
    slug: str
    badge_tag: str
    kind: str
    our_role: str
    our_role_reason: str
    organiser_party_id: UUID | None
    title_th: str
    title_en: str
    place_th: str
    place_en: str
    summary_th: str
    summary_en: str
    join_url: str | None
    languages: list[str]
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    release_closes_at: datetime
    published_at: datetime | None
    cancelled_at: datetime | None
    created_at: datetime


async def insert_event(row: EventRow) -> bool:
    """Whether it was stored; False when the slug is taken."""
    values = {name: getattr(row, name) for name in EventRow.__slots__}
    made = await Event.insert(Event(**values)).on_conflict(target=Event.slug, action="DO NOTHING").returning(Event.id)
    return bool(made)


async def event_by_id(organisation: OrganisationId, event: UUID) -> EventRow | None:
    row = await Event.select().where((Event.id == event) & (Event.organisation_id == organisation)).first()
    return None if row is None else EventRow(**row)


async def event_by_slug(organisation: OrganisationId, slug: str, *, lock: bool = False) -> EventRow | None:
    query = Event.select().where((Event.slug == slug) & (Event.organisation_id == organisation)).first()
    # see hosting/queries.py on this lock
    row = await (query.lock_rows("NO KEY UPDATE") if lock else query)
    return None if row is None else EventRow(**row)


async def update_event(event: UUID, values: Mapping[str, Any]) -> None:
    if values:
        await Event.update(_by_name(values)).where(Event.id == event)


def _by_name(values: Mapping[str, Any]) -> dict[Column | str, Any]:
    """Piccolo takes columns by name as well as by object."""
    return dict(values.items())


async def event_page(organisation: OrganisationId, before: UUID | None, limit: int) -> list[EventRow]:
    """Newest first."""
    query = Event.select().where(Event.organisation_id == organisation)
    if before is not None:
        query = query.where(Event.id < before)
    return [EventRow(**row) for row in await query.order_by(Event.id, ascending=False).limit(limit)]


async def readiness_of(connection: Connection, event: UUID, now: datetime) -> Readiness:
    row = await connection.fetchrow(READINESS, event, now)
    if row is None:
        raise LookupError(event)
    texts: dict[str, list[list[str]]] = {}
    for purpose, languages in row["texts"]:
        texts.setdefault(purpose, []).append(languages)
    return Readiness(
        notice_languages=row["notices"],
        ticket_names={UUID(ticket): Titles(th, en) for ticket, th, en in row["tickets"]},
        fields=[
            FieldFacts(
                field,
                required,
                Titles(label_th, label_en),
                Explanation(reason_th, reason_en),
                FieldKind(kind),
                msgspec.convert(options, list[Option]),
                msgspec.convert(shown_if, Condition | None),
            )
            for field, required, label_th, label_en, reason_th, reason_en, kind, options, shown_if in row["fields"]
        ],
        text_languages=texts,
        sponsors_without_notice=row["sponsors_without_notice"],
        organiser=None if row["organiser"] is None else Organiser(*row["organiser"]),
    )


async def organiser_of(connection: Connection, organisation: OrganisationId, party: UUID | None) -> Organiser | None:
    row = await connection.fetchrow(
        "select kind, contact_email, notice_url, notice_reviewed from party where id = $1 and organisation_id = $2",
        party,
        organisation,
    )
    return None if row is None else Organiser(**row)


async def spread_seats(
    connection: Connection, organisation: OrganisationId, event: UUID, ticket: UUID | None, capacity: int | None
) -> bool:
    """Set a capacity; False when more is taken already.

    Places taken while there was no limit stand in no slot: they are counted off here, so that a late limit is kept too.
    """
    unseated = await connection.fetchval(UNSEATED, event, ticket)
    if capacity is None:
        # slots stay, with room for everybody: cancelled registrations still point at theirs
        room = UNLIMITED if await connection.fetchval(HAS_SLOTS, event, ticket) else None
    elif capacity < unseated:
        return False
    else:
        room = capacity - unseated
    return bool(await connection.fetchval("select registration.set_capacity($1, $2, $3, $4)", organisation, event, ticket, room))
