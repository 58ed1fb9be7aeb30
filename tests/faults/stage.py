"""A product on a database of its own, whose every row can be compared, and whose line can be struck."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass, field
from typing import Any, Final

import asyncpg
import httpx

from events.access.tokens import SESSION_LIFETIME, digest, new_secret
from events.app import create_app
from events.database.connections import Database, open_database
from events.database.embedded import EmbeddedPostgres
from events.database.migrate import migrate
from tests.conftest import SETTINGS, MovableClock
from tests.faults.line import Line
from tests.people import People
from tests.world import World, build_world

POOL: Final = 4
# a limit counts tries, whatever becomes of them; a claimed key says only that somebody asked, and asks again with the same
NOT_STORED_BY_AN_ACTION: Final = ("rate_limit", "idempotency", "migration")


@dataclass
class Stage:
    """`calm` is the same database over a line that nobody strikes."""

    database: Database
    calm: Database
    admin: asyncpg.Connection[Any]
    line: Line
    clock: MovableClock
    world: World = field(init=False)
    people: People = field(init=False)
    tables: list[str] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    async def set(self) -> None:
        self.world = await build_world(
            self.calm, self.clock, self.sign_in, self.unique, affiliates=("A1",), organiser_party="A1",
            texts=("sponsor_sharing", "badge_scan"),
        )  # fmt: skip
        self.people = People(self.world, self.calm, self.clock, self.visit)
        rows = await self.admin.fetch(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"
        )
        self.tables = sorted({row[0] for row in rows} - set(NOT_STORED_BY_AN_ACTION))

    def unique(self, name: str) -> str:
        return f"{name}-{next(self.numbers)}"

    def visit(self) -> httpx.AsyncClient:
        address = ("10." + ".".join(str(secrets.randbelow(256)) for _ in range(3)), 40000)
        transport = httpx.ASGITransport(app=create_app(SETTINGS, self.database, clock=self.clock), client=address)  # type: ignore[arg-type]
        return httpx.AsyncClient(transport=transport, base_url="http://events.example")

    async def sign_in(self, email: str) -> httpx.AsyncClient:
        token = new_secret()
        [row] = await self.calm.call("select access.person_of($1, $2) as id", email, self.clock.now)
        ends = self.clock.now + SESSION_LIFETIME
        await self.calm.call("select access.open_session($1, $2, $3, $4)", digest(token), row["id"], ends, self.clock.now)
        client = self.visit()
        client.cookies.set("session", token, domain="events.example")
        return client

    async def everything(self) -> dict[str, tuple[int, str]]:
        """Each table's number of rows and a hash of all of them."""
        parts = [
            f"select '{table}' as name, count(*) as n, md5(string_agg(t::text, '|' order by t::text)) as hash from {table} t"
            for table in self.tables
        ]
        return {row["name"]: (row["n"], row["hash"]) for row in await self.admin.fetch(" union all ".join(parts))}

    async def left_open(self) -> int:
        """Server processes of ours that sit in a transaction nobody ends."""
        found: int = await self.admin.fetchval(
            "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'"
        )
        return found

    def free_connections(self) -> int:
        """Connections that the two pools could lend at once."""
        pools: Any = (self.database.app, self.database.release)
        return sum(pool._queue.qsize() for pool in pools)


async def open_stage(postgres: EmbeddedPostgres, name: str) -> Stage:
    """A migrated database called `name`, empty but for one world."""
    keeper = await asyncpg.connect(postgres.dsn("postgres"))
    await keeper.execute(f"drop database if exists {name} with (force)")
    await keeper.execute(f"create database {name}")
    await keeper.close()
    await migrate(postgres.dsn("postgres", name))
    line = Line()
    dsns = postgres.dsn("events_app", name), postgres.dsn("events_release", name)
    stage = Stage(
        await open_database(*dsns, size=POOL, wait=0.5, init=line.init),
        await open_database(*dsns, size=2, wait=5),
        await asyncpg.connect(postgres.dsn("postgres", name)),
        line,
        MovableClock(),
    )
    await stage.set()
    return stage


async def close_stage(stage: Stage) -> None:
    for database in (stage.database, stage.calm):
        await database.close()
    await stage.admin.close()
