"""A database of its own on which histories are played: written down, asked about, and rolled back."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

import asyncpg

from events.database.embedded import EmbeddedPostgres
from events.database.migrate import migrate
from tests.release.facts import Question, Story, person_of
from tests.release.scenery import scenery
from tests.release.telling import EVENT, SLUG, moment, named, session_of, told_in_sql

T = TypeVar("T")

# One plan per connection, with the joins in the order of the text: what the doors do as well, and ten times as fast
AS_THE_DOORS_DO = """
set plan_cache_mode = force_generic_plan; set join_collapse_limit = 1; set from_collapse_limit = 1; set jit = off;
set synchronous_commit = off
"""
# The decision is tried alone: here nothing stands before it that would refuse to store what the decision must refuse
WITHOUT_THE_CHECKS = """
do $$ declare c text; begin
    for c in select conname from pg_constraint where conrelid = 'consent_event'::regclass
             and pg_get_constraintdef(oid) like '%act <> ''grant''%' loop
        execute format('alter table consent_event drop constraint %I', c);
    end loop;
end $$
"""
ASK = """
select q.n, a.fields, a.uncovered_pdpa, a.uncovered_gdpr, a.refusal
from unnest($2::int[], $3::uuid[], $4::text[], $5::timestamptz[]) q (n, party, use, now),
     release.sponsor_may_ask($1, q.party, q.use, q.now) a order by q.n
"""
DECIDE = """
select q.n, d.registration_id, d.fields, d.basis, d.consent_event_ids, s.effective_at as scanned, d.usable_until, d.refusal
from unnest($2::int[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[]) q (n, party, use, fields, now),
     release.decide($1, q.party, q.use, string_to_array(q.fields, ','), q.now) d
left join scan s on s.id = d.scan_id and s.registration_id = d.registration_id
"""
SUPPOSE = """
select q.n, d.registration_id, d.refusal is null and d.basis in ('scan', 'both') as listed
from unnest($2::int[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[]) q (n, party, use, fields, now),
     release.decide($1, q.party, q.use, string_to_array(q.fields, ','), q.now, true) d
"""
DECIDE_AFFILIATE = """
select q.n, d.registration_id, d.fields, d.refusal
from unnest($2::int[], $3::uuid[], $4::text[], $5::timestamptz[]) q (n, party, use, now),
     release.decide_affiliate($1, q.party, q.use, q.now) d
"""
SCANS = "select client_id, verdict, reason from scan"
ON_PHONES = """
select r.id, r.party_id, r.at, d.registration_id, d.fields, d.basis from release r join disclosure d on d.release_id = r.id
where r.channel = 'scan' order by r.id
"""
TAKE = """
select * from release.take_leads('session', $1, null, $2, $3, $4, 'api', null, null, null, null, $5)
"""
BOOK = """
select r.outcome, r.refusal, r.row_count, r.declared_use, d.registration_id, d.fields, d.basis, d.consent_event_ids
from release r left join disclosure d on d.release_id = r.id
where r.channel = 'api' and r.id = (select id from release where channel = 'api' order by id desc limit 1)
"""


@dataclass(frozen=True)
class Taken:
    """What the door handed out for one question, and what it wrote into the book."""

    rows: list[Any]
    book: list[Any]


@dataclass(frozen=True)
class Played:
    """What the database made of a history."""

    names: dict[UUID, str]
    asks: dict[int, Any]
    decisions: list[Any]
    supposed: list[Any]
    affiliates: list[Any]
    scans: dict[UUID, Any]
    on_phones: list[Any]
    taken: list[Taken]


class Stage:
    """One connection to a database of its own, for tests that are not coroutines: Hypothesis calls them a thousand times."""

    def __init__(self, postgres: EmbeddedPostgres, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._name, self._postgres = name, postgres
        self._inside: asyncpg.Connection[Any] = self.run(self._build())

    def run(self, doing: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(doing)

    def execute(self, sql: str) -> None:
        self.run(self._inside.execute(sql))

    def play(self, story: Story) -> Played:
        return self.run(self._play(story))

    def close(self) -> None:
        self.run(self._inside.close())
        self.run(self._outside(f"drop database {self._name}"))
        self._loop.close()

    async def _outside(self, *statements: str) -> None:
        admin = await asyncpg.connect(self._postgres.dsn("postgres"))
        for statement in statements:
            await admin.execute(statement)
        await admin.close()

    async def _build(self) -> asyncpg.Connection[Any]:
        await self._outside(f"drop database if exists {self._name}", f"create database {self._name}")
        dsn = self._postgres.dsn("postgres", self._name)
        await migrate(dsn)
        inside = await asyncpg.connect(dsn)
        await inside.execute(AS_THE_DOORS_DO)
        await inside.execute(WITHOUT_THE_CHECKS)
        await inside.execute(";\n".join(scenery()))
        return inside

    async def _play(self, story: Story) -> Played:
        await self._inside.execute("begin")
        try:
            await self._inside.execute(told_in_sql(story))
            return await self._asked(story)
        finally:
            await self._inside.execute("rollback")

    async def _asked(self, story: Story) -> Played:
        fetch, asked, affiliates = self._inside.fetch, story.questions, story.affiliate_questions
        n, party, use, now = _columns([(n, named(q.party), q.use, moment(q.now)) for n, q in enumerate(asked)])
        fields = [",".join(q.fields) for q in asked]
        return Played(
            names=await self._names(story),
            asks={row["n"]: row for row in await fetch(ASK, EVENT, n, party, use, now)},
            decisions=await fetch(DECIDE, EVENT, n, party, use, fields, now),
            supposed=await fetch(SUPPOSE, EVENT, n, party, use, fields, now),
            affiliates=await fetch(
                DECIDE_AFFILIATE, EVENT, *_columns([(n, named(q.party), q.use, moment(q.now)) for n, q in enumerate(affiliates)])
            ),
            scans={row["client_id"]: row for row in await fetch(SCANS)},
            on_phones=await fetch(ON_PHONES),
            taken=[await self._take(q) for q in asked] if story.through_the_door else [],
        )

    async def _names(self, story: Story) -> dict[UUID, str]:
        names = {named(r.name): r.name for r in story.registrations}
        for who in story.names():
            if who != person_of(who):
                names[UUID(await self._inside.fetchval("select current_setting($1)", f"story.{person_of(who)}"))] = who
        return names

    async def _take(self, question: Question) -> Taken:
        rows = await self._inside.fetch(
            TAKE, session_of(question.party).hex(), SLUG, question.use, list(question.fields), moment(question.now)
        )
        return Taken(rows, await self._inside.fetch(BOOK))


def _columns(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    columns = [list(column) for column in zip(*rows, strict=True)]
    return columns or [[], [], [], []]


def lead_id(party: str, registration: UUID) -> UUID:
    """How a party hears of a registration: an id that no other party shares."""
    return UUID(bytes=sha256(party.encode() + registration.bytes).digest()[:16])
