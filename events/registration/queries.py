"""What registration asks the database: a submission costs one question, then one statement in a transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from events.access.tokens import digest
from events.consent.rules import ServedForm
from events.database.connections import Connection, Database
from events.terms import EventId, Field, OrganisationId

CARD = tuple(f.value for f in Field)

# Everything a submission must be checked against, in one round trip. The limit counts even when the rest is wrong.
FACTS = """
select e.id, e.organisation_id, e.organiser_party_id, e.ends_at, e.title_th, e.title_en,
       e.published_at <= $4 and e.cancelled_at is null and $4 < e.ends_at as open,
       f.id as form_id, f.sha256, f.language, f.content,
       f.sha256 = sha256(convert_to(consent.form_content(e.id, f.language, $4)::text, 'UTF8')) as in_force,
       t.id as ticket_id, t.sales_open_at, t.sales_close_at,
       (select access.wait_for($5, $6, $7, $4) where $7 > 0) as wait
from event e
left join served_form f on f.event_id = e.id and f.id = $2
left join ticket_type t on t.event_id = e.id and t.id = $3
where e.slug = $1
"""

REGISTER = "select * from registration.register($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"

MINE = """
select r.id, r.organisation_id, r.event_id, e.slug, e.title_th, e.title_en, e.place_th, e.place_en, e.starts_at, e.ends_at,
       e.time_zone, e.kind, e.cancelled_at as event_cancelled_at, t.name_th as ticket_th, t.name_en as ticket_en, r.state, r.name,
       r.job_title, r.company, r.address, r.country, r.phone, r.email, r.answers, r.language, r.age_band, r.emancipated,
       r.residence, r.withheld_fields, r.created_at, r.confirmed_at, r.cancelled_at, r.source, r.self_confirmed_at,
       r.state = 'cancelled' and r.decided_at is not null and r.confirmed_at is null as declined,
       b.code as badge, r.waits, case when r.state = 'waitlisted' then r.offered_until end as offered_until,
       case when r.state = 'waitlisted' and r.waits then registration.position_in_line(r.id) end as position
from registration r
join event e on e.id = r.event_id
join ticket_type t on t.id = r.ticket_type_id
left join badge b on b.registration_id = r.id and b.revoked_at is null
where r.person_id = $1 and ($2::uuid is null or r.id = $2)
order by e.starts_at desc, r.id
"""

TICKETS = "select id, sales_open_at, sales_close_at from ticket_type where event_id = $1 and id = any ($2)"

ASKED = "select field, required, kind, options, shown_if from event_field where event_id = $1 order by position, field"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a submission is checked against. `form` and `ticket` are None where the submission named one that is not there."""

    event: EventId
    organisation: OrganisationId
    organiser_party: UUID | None
    title_th: str
    title_en: str
    ends_at: datetime
    open: bool
    form: ServedForm | None
    in_force: bool
    ticket: UUID | None
    sales_open_at: datetime | None
    sales_close_at: datetime | None
    wait: int


async def facts_for(
    database: Database, slug: str, form: UUID, ticket: UUID, now: datetime, limit_key: str, per_minute: int
) -> Facts | None:
    """Raises nothing; None when there is no such event."""
    every = timedelta(minutes=1) / max(per_minute, 1)
    rows = await database.call(FACTS, slug, form, ticket, now, limit_key, every, per_minute)
    if not rows:
        return None
    row = rows[0]
    served = ServedForm(row["form_id"], row["sha256"], row["language"], row["content"]) if row["form_id"] else None
    return Facts(
        event=row["id"],
        organisation=row["organisation_id"],
        organiser_party=row["organiser_party_id"],
        title_th=row["title_th"],
        title_en=row["title_en"],
        ends_at=row["ends_at"],
        open=bool(row["open"]),
        form=served,
        in_force=bool(row["in_force"]),
        ticket=row["ticket_id"],
        sales_open_at=row["sales_open_at"],
        sales_close_at=row["sales_close_at"],
        wait=row["wait"] or 0,
    )


async def my_registrations(connection: Connection, person: UUID, registration: UUID | None = None) -> list[dict[str, Any]]:
    """The registrations of one person, or the one named, with event, ticket and live badge."""
    return [dict(row) for row in await connection.fetch(MINE, person, registration)]


async def tickets_of(
    database: Database, event: EventId, tickets: Iterable[UUID]
) -> dict[UUID, tuple[datetime | None, datetime | None]]:
    """When the sale of these tickets opens and closes; without those that are not of this event."""
    rows = await database.call(TICKETS, event, list(tickets))
    return {row["id"]: (row["sales_open_at"], row["sales_close_at"]) for row in rows}


async def asked_fields(connection: Connection, event: UUID) -> list[dict[str, Any]]:
    """What the form of an event asks now, in its order, with kind, options and condition."""
    return [dict(row) for row in await connection.fetch(ASKED, event)]


@dataclass(frozen=True, slots=True)
class FormBehindLink:
    """What a confirmation link would make count: said before the button, as somebody else may have filled in the form."""

    registration_id: UUID
    badge_tag: str
    event_slug: str
    title_th: str
    title_en: str
    name: str
    age_band: str | None
    waits: bool
    registered_by: str | None
    controller: str
    notice_sha256: str
    choices: list[dict[str, Any]]
    # what is filled in beside the name: fields of the card, and residence
    card: dict[str, str]
    # name and e-mail of those who would be mailed in her name
    colleagues: list[dict[str, str]]


async def form_behind(database: Database, token: str, now: datetime) -> FormBehindLink | None:
    """The unconfirmed form behind a link; None for a link that is unknown, spent, late or given up. Changes nothing."""
    rows = await database.call("select * from registration.behind_link($1, $2)", digest(token), now)
    return FormBehindLink(**rows[0]) if rows else None
