"""The transaction door does not lie: what it says is stored is stored, and nothing is left open behind it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest

from events import tables
from events.database.connections import Database, Nested, NotUsable, Scope, open_database
from events.database.embedded import EmbeddedPostgres
from events.database.engine import OutsideTransaction
from events.database.migrate import login_dsn, migrate, scram_verifier
from events.errors import Unavailable
from tests.conftest import START


@pytest.fixture
async def small(postgres: EmbeddedPostgres, database: Database) -> AsyncIterator[Database]:
    """A pool of two connections, so that a leak shows."""
    opened = await open_database(postgres.dsn("events_app"), postgres.dsn("events_release"), size=2, wait=0.3)
    yield opened
    await opened.close()


async def claim(connection: object, key: str) -> None:
    await connection.execute(  # type: ignore[attr-defined]
        "insert into idempotency (scope, key, request_sha256, result_id, created_at) values ('test', $1, '', uuidv7(), $2)",
        key,
        START,
    )


async def stored(database: Database, key: str) -> bool:
    return bool(await database.call("select 1 from idempotency where scope = 'test' and key = $1", key))


async def test_what_the_block_stores_is_there_after_it(small: Database) -> None:
    key = str(uuid4())
    async with small.transaction() as connection:
        await claim(connection, key)
    assert await stored(small, key)


async def test_an_exception_takes_everything_back(small: Database) -> None:
    key = str(uuid4())
    with pytest.raises(ValueError, match="second thoughts"):
        async with small.transaction() as connection:
            await claim(connection, key)
            raise ValueError("second thoughts")
    assert not await stored(small, key)


async def test_a_swallowed_error_is_no_silent_success(small: Database) -> None:
    """Postgres answers COMMIT with ROLLBACK after a failed statement; Piccolo's own transaction says nothing (facts)."""
    key = str(uuid4())
    with pytest.raises(Unavailable):
        async with small.transaction() as connection:
            await claim(connection, key)
            with contextlib.suppress(asyncpg.DivisionByZeroError):
                await connection.execute("select 1 / 0")
    assert not await stored(small, key)


async def test_a_backend_that_dies_in_the_middle_is_an_error_and_poisons_nothing(
    small: Database, postgres: EmbeddedPostgres
) -> None:
    admin = await asyncpg.connect(postgres.dsn("postgres"))
    for _ in range(3):
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            async with small.transaction() as connection:
                await admin.execute("select pg_terminate_backend($1)", await connection.fetchval("select pg_backend_pid()"))
                await asyncio.sleep(0.05)
                await connection.execute("select 1")
    await admin.close()
    async with small.transaction() as connection:
        assert await connection.fetchval("select 1") == 1


async def test_a_full_pool_says_so_in_time_and_recovers(small: Database) -> None:
    async def hold(started: asyncio.Event, release: asyncio.Event) -> None:
        async with small.transaction():
            started.set()
            await release.wait()

    release = asyncio.Event()
    starts = [asyncio.Event(), asyncio.Event()]
    holders = [asyncio.create_task(hold(start, release)) for start in starts]
    await asyncio.gather(*(start.wait() for start in starts))
    with pytest.raises(Unavailable):
        await small.call("select 1")
    release.set()
    await asyncio.gather(*holders)
    assert [row[0] for row in await small.call("select 1")] == [1]


async def test_a_cancelled_request_leaves_its_connection_clean(small: Database) -> None:
    for _ in range(5):
        started = asyncio.Event()

        async def slow(started: asyncio.Event = started) -> None:
            async with small.transaction() as connection:
                started.set()
                await connection.execute("select pg_sleep(30)")

        task = asyncio.create_task(slow())
        await started.wait()
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert [row[0] for row in await small.call("select 1")] == [1]


async def test_who_only_looks_can_store_nothing_and_leaves_nothing_open(small: Database) -> None:
    key = str(uuid4())
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with small.looking() as connection:
            await claim(connection, key)
    async with small.looking(Scope(person=uuid4())) as connection:
        assert await connection.fetchval("select access.person()") is not None
    async with small.looking() as connection:
        assert await connection.fetchval("select access.person()") is None
    assert not await stored(small, key)


async def test_a_transaction_inside_a_transaction_is_refused(small: Database) -> None:
    with pytest.raises(Nested):
        async with small.transaction(), small.transaction():
            pass


async def test_the_scope_ends_with_its_transaction(small: Database) -> None:
    organisation = uuid4()
    async with small.transaction(Scope(organisation=organisation)) as connection:
        assert await connection.fetchval("select access.organisation()") == organisation
    for _ in range(3):
        assert [row[0] for row in await small.call("select access.organisation()")] == [None]


async def test_table_queries_outside_the_door_raise(small: Database) -> None:
    with pytest.raises(OutsideTransaction):
        await tables.Event.select()
    async with small.transaction():
        assert await tables.Event.select(tables.Event.id).where(tables.Event.slug == "no-such-event") == []


async def test_a_server_that_could_lose_acknowledged_rows_is_refused(postgres: EmbeddedPostgres, database: Database) -> None:
    admin = await asyncpg.connect(postgres.dsn("postgres"))
    await admin.execute("alter role events_app set synchronous_commit = off")
    try:
        with pytest.raises(NotUsable, match="synchronous_commit=off"):
            await open_database(postgres.dsn("events_app"), postgres.dsn("events_release"), size=1, wait=1)
    finally:
        await admin.execute("alter role events_app reset synchronous_commit")
        await admin.close()


async def test_the_server_accepts_a_login_by_its_verifier(postgres: EmbeddedPostgres, database: Database) -> None:
    admin = await asyncpg.connect(postgres.dsn("postgres"))
    try:
        await admin.execute(f"alter role events_app password '{scram_verifier('pencil')}'")
        kept = await admin.fetchval("select rolpassword from pg_authid where rolname = 'events_app'")
        assert kept.startswith("SCRAM-SHA-256$4096:"), "Postgres recognises it and keeps it as it is"
    finally:
        await admin.execute("alter role events_app password null")
        await admin.close()


async def test_migrating_twice_at_once_runs_each_migration_once(postgres: EmbeddedPostgres, database: Database) -> None:
    admin = await asyncpg.connect(postgres.dsn("postgres"))
    await admin.execute("create database twice")
    try:
        runs = await asyncio.gather(*(migrate(postgres.dsn("postgres", "twice")) for _ in range(3)))
        assert sorted(map(len, runs)) == [0, 0, max(map(len, runs))]
    finally:
        await admin.execute("drop database twice")
        await admin.close()


def test_a_password_travels_only_as_its_verifier() -> None:
    verifier = scram_verifier("pencil", b"0123456789abcdef")
    assert verifier.startswith("SCRAM-SHA-256$4096:MDEyMzQ1Njc4OWFiY2RlZg==$")
    assert "pencil" not in verifier


def test_the_login_replaces_whoever_stood_in_the_address() -> None:
    assert login_dsn("postgresql://admin:x@db.example:5432/events?sslmode=require", "events_app", "p@ss/1") == (
        "postgresql://events_app:p%40ss%2F1@db.example:5432/events?sslmode=require"
    )
