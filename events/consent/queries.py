"""What we ask the database about forms and consents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from events.consent.rules import ActRow, ServedForm
from events.database.connections import Connection, Database
from events.terms import Language

NOBODY = UUID(int=0)

FORM_IN_FORCE = """
select f.id, f.sha256, f.content
from event e, consent.serve_form(e.id, $2, $3) f
where e.slug = $1 and $2 = any (e.languages) and e.published_at <= $3 and e.cancelled_at is null
"""

SERVED = """
select f.id, f.sha256, f.content, f.language, e.ends_at,
       f.sha256 = sha256(convert_to(consent.form_content(e.id, f.language, $3)::text, 'UTF8')) as in_force
from served_form f join event e on e.id = f.event_id where f.event_id = $1 and f.id = $2
"""

# Who may be asked at all: of age where she lives (§8), with nothing of hers standing against sharing, at an event that goes on.
SPONSORS_TO_ASK_ABOUT = """
select (s->>'party')::uuid as party
from registration r
join event e on e.id = r.event_id and e.cancelled_at is null
cross join lateral (select consent.form_content(e.id, r.language, $2) as content) f
cross join lateral jsonb_array_elements(f.content->'sponsors') s
where r.id = $1 and release.of_age(r.age_band, r.emancipated, r.residence)
  and exists (select from jsonb_array_elements(f.content->'questions') q where q->>'purpose' = 'sponsor_sharing')
  and not exists (
      select from subject_block b where b.person_id = r.person_id and coalesce(
          b.opt_out_third, b.object_dm_third, b.restricted, b.erasing, b.child_claim, b.improper_source_claim) is not null)
"""

# "no sponsor at all" cuts what was given to sponsors before it; news of ours is another thing (S10.4-unsub-4)
STATE = """
select h.purpose, nullif(h.recipient_id, $2) as recipient_id, p.legal_name, h.act, h.at, c.fields, c.uses, c.expires_at,
       h.act = 'grant' and $3 < c.expires_at and h.at > coalesce(cut.restricted_at, '-infinity')
           and release.of_age(c.age_band, c.emancipated, c.residence) as given
from consent_head h
join consent_event c on c.id = h.consent_event_id
left join party p on p.id = h.recipient_id
left join consent_head cut
    on cut.registration_id = h.registration_id and cut.purpose = 'sponsor_sharing' and cut.recipient_id = $2
    and h.purpose not in ('marketing_email', 'marketing_sms', 'marketing_phone')
where h.registration_id = $1
order by h.purpose, p.legal_name nulls first, h.recipient_id
"""

HISTORY = """
select c.id, c.seq, c.purpose, c.recipient_id, p.legal_name, c.act, c.fields, c.uses, c.countries, c.language, c.occurred_at,
       c.expires_at, c.actor, c.method, encode(c.text_sha256, 'hex') as text_sha256, t.wording, n.version as notice_version
from consent_event c
left join party p on p.id = c.recipient_id
left join consent_text t on t.id = c.text_id
left join notice n on n.id = c.notice_id
where c.registration_id = $1 order by c.seq
"""


@dataclass(frozen=True, slots=True)
class StateRow:
    """Where one consent stands now."""

    purpose: str
    recipient_id: UUID | None
    legal_name: str | None
    act: str
    at: datetime
    fields: list[str]
    uses: list[str]
    expires_at: datetime | None
    given: bool


async def form_in_force(database: Database, slug: str, language: Language, now: datetime) -> ServedForm | None:
    """The form that a visitor of this event gets now, stored as served; None when there is nothing to register for."""
    rows = await database.act(FORM_IN_FORCE, slug, language, now)
    if not rows:
        return None
    return ServedForm(rows[0]["id"], rows[0]["sha256"], language, rows[0]["content"])


async def served_form(connection: Connection, event: UUID, form: UUID, now: datetime) -> tuple[ServedForm, datetime, bool] | None:
    """A form that was served for this event, the event's end, and whether the form is still in force."""
    row = await connection.fetchrow(SERVED, event, form, now)
    if row is None:
        return None
    return ServedForm(row["id"], row["sha256"], row["language"], row["content"]), row["ends_at"], row["in_force"]


async def state_of(connection: Connection, registration: UUID, now: datetime) -> list[StateRow]:
    return [StateRow(**row) for row in await connection.fetch(STATE, registration, NOBODY, now)]


async def sponsors_to_ask_about(connection: Connection, registration: UUID, now: datetime) -> set[UUID]:
    """The sponsors that this person's form, as it is in force now, would ask her about; needs the scope of the person."""
    return {row["party"] for row in await connection.fetch(SPONSORS_TO_ASK_ABOUT, registration, now)}


async def history_of(connection: Connection, registration: UUID) -> list[dict[str, Any]]:
    return [dict(row) for row in await connection.fetch(HISTORY, registration)]


async def record_acts(connection: Connection, registration: UUID, acts: Sequence[ActRow], now: datetime) -> None:
    await connection.execute("select consent.record_acts($1, $2, $3)", registration, list(acts), now)
