"""Who got what, and what stands against releasing a person's data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from events.database.connections import Connection, Database
from events.terms import Block

# F14: named recipients, times, fields, ground and means; each file and each page is its own line (F9)
DISCLOSURES = """
select r.id as release, p.id as party, p.legal_name, p.kind, p.contact_email, p.notice_url, p.countries, r.at, r.channel,
       r.declared_use, d.fields, d.basis, d.consent_event_ids, d.scan_id, s.voided_at as scan_voided_at,
       c.created_at as recalled_at, c.acknowledged_at
from disclosure d
join release r on r.id = d.release_id
join party p on p.id = r.party_id
left join scan s on s.id = d.scan_id
left join lateral (
    select c.created_at, c.acknowledged_at from recall c
    where c.registration_id = d.registration_id and c.party_id = r.party_id and c.id > r.id and c.fields && d.fields
    order by c.id limit 1) c on true
where d.registration_id = $1
order by r.at desc, r.id desc
"""

SCANS = """
select s.id, s.party_id, p.legal_name, s.effective_at, s.received_at, s.voided_at,
       s.id in (select release.counting_scans($1, $2)) as counts
from scan s join party p on p.id = s.party_id
where s.registration_id = $1 and s.kind = 'booth' and not s.quarantined
order by s.effective_at desc, s.id desc
"""

# what sponsors' helpers noted about her (S6-sponsor-16): hers to read, whatever became of the lead; answers in the words of the
# question, where it is still known. Not a disclosure: nothing of hers went out with it
NOTES = """
select n.event_id, e.slug, p.id as party, p.legal_name, p.contact_email, n.helper, n.rating, n.note, n.written_at,
       coalesce((select jsonb_agg(jsonb_build_object(
                    'th', coalesce(nullif(q.wording_th, ''), nullif(q.wording_en, ''), a.key),
                    'en', coalesce(nullif(q.wording_en, ''), nullif(q.wording_th, ''), a.key),
                    'answers', case jsonb_typeof(a.value) when 'array' then a.value else jsonb_build_array(a.value) end,
                    'options', coalesce(q.options, '[]')) order by q.position, a.key)
                 from jsonb_each(n.answers) a left join lead_question q on q.id::text = a.key), '[]') as answers
from lead_note n
join party p on p.id = n.party_id
join event e on e.id = n.event_id
where n.registration_id = $1
order by n.written_at desc, n.device_id
"""

HELD = """
select r.id, r.event_id, r.organisation_id from registration r where r.person_id = $1
"""

ASK = """
insert into request (person_id, organisation_id, kind, message, received_at)
select $1, o, $3, $4, $5 from unnest($2::uuid[]) o
on conflict (person_id, organisation_id, kind) where state = 'received' do nothing
"""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom news goes to, and who sends it."""

    person_id: UUID
    event_id: UUID
    organisation_id: UUID
    organisation: str
    title_th: str
    title_en: str


async def reader_of(database: Database, registration: UUID) -> Reader | None:
    rows = await database.call("select * from messages.reader($1)", registration)
    return Reader(**rows[0]) if rows else None


async def disclosures_of(connection: Connection, registration: UUID) -> list[dict[str, Any]]:
    return [dict(row) for row in await connection.fetch(DISCLOSURES, registration)]


async def scans_of(connection: Connection, registration: UUID, now: datetime) -> list[dict[str, Any]]:
    """The booths' scans of her badge; `counts`: it is a ground for handing out her data now."""
    return [dict(row) for row in await connection.fetch(SCANS, registration, now)]


async def notes_of(connection: Connection, registration: UUID) -> list[dict[str, Any]]:
    """What was noted about this attendee: `answers` as [{th, en, answers: [option ids or words], options: [{id, th, en}]}]."""
    return [dict(row) for row in await connection.fetch(NOTES, registration)]


async def hold_person(connection: Connection, person: UUID) -> None:
    """Nobody gets another registration in her name until this transaction ends."""
    await connection.execute("select access.hold_person($1)", person)


async def registrations_of(connection: Connection, person: UUID) -> list[dict[str, Any]]:
    """The places of a person, as ids: registration, event, organisation."""
    return [dict(row) for row in await connection.fetch(HELD, person)]


async def blocks_of(connection: Connection, person: UUID) -> dict[str, datetime]:
    """The blocks in force and since when."""
    row = await connection.fetchrow("select * from subject_block where person_id = $1", person)
    return {block.value: row[block] for block in Block if row and row[block] is not None}


async def store_requests(
    connection: Connection, person: UUID, organisations: Sequence[UUID], kind: str, message: str, now: datetime
) -> list[UUID]:
    """The open requests of this kind, one for each organisation."""
    await connection.execute(ASK, person, organisations, kind, message, now)
    rows = await connection.fetch(
        "select id from request where person_id = $1 and kind = $2 and state = 'received' order by organisation_id", person, kind
    )
    return [row["id"] for row in rows]


async def write_block(connection: Connection, person: UUID, block: Block, act: str, now: datetime) -> None:
    await connection.execute(
        "insert into block_event (person_id, kind, act, at, actor, actor_id) values ($1, $2, $3, $4, 'subject', $1)",
        person,
        block,
        act,
        now,
    )


async def restore_registrations(connection: Connection, person: UUID, now: datetime) -> None:
    """Note that what stood against her data was lifted: whoever follows changes must see her leads come back."""
    await connection.execute(
        "update registration set restored_at = $2 where person_id = $1 and state <> 'cancelled'", person, now
    )
