"""A crowd without 100,000 forms: people of the demo, copied with their consents, badges and visits, as if each had registered.

The consent log's own triggers chain every copied act and keep its head, so the gate decides about a copy as about anybody.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from events.database.connections import open_database
from events.database.embedded import EmbeddedPostgres
from events.demo import story
from events.demo.build import fill
from events.settings import Settings

SPONSOR: Final = story.SPONSORS[0]
COPY_OF_COLUMN: Final = {
    "id": "c.id",
    "person_id": "c.person",
    "registration_id": "c.id",
    "ticket_slot_id": "null",
    "event_slot_id": "null",
    "name": "o.name || ' ' || c.n",
    "email": "'copy-' || c.n || '@attendees.example'",
}
# whom to copy: people who release something to the sponsor by both grounds or one, and people who have no ground
MODELS: Final = """
create temp table model as
select id, released, row_number() over (partition by released order by id) - 1 as place
from (select r.id, d.registration_id is not null as released
      from registration r
      left join (select registration_id, refusal from release.decide($1, $2, 'follow_up', release.card_fields(), $3)) d
          on d.registration_id = r.id
      where r.event_id = $1 and r.state in ('confirmed', 'attended') and d.refusal is null) kind
"""
COPIES: Final = """
create temp table copy as
select row_number() over () as n, gen_random_uuid() as person, uuidv7() as id, m.id as original
from (select * from (select n, true as released from generate_series(1, $1) n union all
                     select n, false from generate_series(1, $2) n) both_kinds order by random()) wanted
join model m on m.released = wanted.released
    and m.place = wanted.n % (select count(*) from model x where x.released = wanted.released)
"""
BADGES: Final = """
insert into badge (organisation_id, event_id, registration_id, code, issued_at)
select $2, $1, c.id, $3 || lpad(c.n::text, 18, '0'), $4 from copy c
"""


async def fill_demo(postgres: EmbeddedPostgres) -> None:
    """The demo of `make run`: its conference, sponsors, phones and 400 people."""
    settings = Settings(secret=b"only for the benchmark, 32 bytes or more", base_url="http://127.0.0.1", demo=True)
    database = await open_database(postgres.dsn("events_app"), postgres.dsn("events_release"), size=8, wait=30)
    await fill(settings, database, datetime.now(UTC), lambda _: None)
    await database.close()


async def grow(sql: asyncpg.Connection[Any], people: int, released: int) -> tuple[UUID, UUID]:
    """Bring the conference to so many registrations, of which `released` go to SPONSOR; returns the event and the sponsor."""
    event, organisation, tag = await sql.fetchrow(
        "select id, organisation_id, badge_tag from event where slug = $1", story.CONFERENCE
    )  # type: ignore[misc]
    party = await sql.fetchval("select id from party where legal_name = $1", SPONSOR.name)
    now = datetime.now(UTC)
    async with sql.transaction():
        await sql.execute("set local search_path = public")
        await sql.execute(MODELS.replace("$1", f"'{event}'").replace("$2", f"'{party}'").replace("$3", f"'{now.isoformat()}'"))
        standing = await sql.fetchval("select count(*) from registration where event_id = $1", event)
        giving = await sql.fetchval("select count(*) from model where released")
        silent = people - standing - (released - giving)
        await sql.execute(COPIES.replace("$1", str(released - giving)).replace("$2", str(silent)))
        await sql.execute("insert into person select person, 'copy-' || n || '@attendees.example', $1 from copy", now)
        await _copy(sql, "registration", "o.id = c.original", "c.id")
        await sql.execute("insert into registration_key (registration_id, event_id) select id, $1 from copy", event)
        await _copy(
            sql,
            "consent_event",
            "o.registration_id = c.original",
            "c.id, o.seq",
            leave_out=("id", "seq", "prev_hash", "hash", "txid"),
        )
        await _copy(sql, "visit", "o.registration_id = c.original", "c.id")
        await sql.execute(BADGES, event, organisation, tag, now)
    await sql.execute("vacuum (analyze)")
    found = await sql.fetchval(
        "select count(*) from release.decide($1, $2, 'follow_up', release.card_fields(), $3) where refusal is null",
        event,
        party,
        now,
    )
    if found != released:
        raise RuntimeError(f"{found} of {released} would be released")
    return event, party


async def _copy(sql: asyncpg.Connection[Any], table: str, on: str, order: str, leave_out: tuple[str, ...] = ()) -> None:
    rows = await sql.fetch(
        "select attname from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum",
        table,
    )
    columns = [row[0] for row in rows if row[0] not in leave_out]
    changed = COPY_OF_COLUMN if table == "registration" else {"registration_id": "c.id"}
    values = ", ".join(changed.get(name, f"o.{name}") for name in columns)
    await sql.execute(
        f"insert into {table} ({', '.join(columns)}) select {values} from copy c join {table} o on {on} order by {order}"
    )
