"""The transaction door: two logins, two pools, and the only place where a transaction begins and ends.

An action opens one transaction for a scope (whose rows may be seen). What it stores is there when the block has ended
without an exception, and is not when it has not: a COMMIT that answers ROLLBACK, a dead backend or a full pool raises. Only
where COMMIT's own answer is lost nobody can know, and the error says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

import asyncpg
import msgspec

from events.database.engine import using
from events.errors import Unavailable, Uncertain

if TYPE_CHECKING:
    Connection: TypeAlias = asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
else:  # the classes are generic only in the stubs
    Connection = asyncpg.pool.PoolConnectionProxy
    Pool = asyncpg.Pool
Prepare: TypeAlias = "Callable[[asyncpg.Connection[Any]], Awaitable[None]]"

DURABLE = {
    "fsync": {"on"},
    "full_page_writes": {"on"},
    "synchronous_commit": {"on", "remote_apply", "remote_write", "local"},
}


# how asyncpg says that the line is gone, or that it does not know any more where it was
LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)


class NotUsable(Exception):
    """The database answers, but the product must not run on it; the sentence says what to change."""


class Nested(RuntimeError):
    """A transaction was opened inside another: one action is one transaction."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows row-level security lets through; nothing set means none."""

    organisation: UUID | None = None
    person: UUID | None = None

    def begin(self) -> str:
        """BEGIN and the scope in one round trip. UUIDs only, so nothing needs quoting."""
        settings = [("events.organisation", self.organisation), ("events.person", self.person)]
        calls = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings if value is not None)
        return f"begin; select {calls}" if calls else "begin"


NOBODY = Scope()
_open: ContextVar[bool] = ContextVar("transaction_open", default=False)


@dataclass(frozen=True, slots=True)
class Database:
    """The pools of the two run-time logins. `app` serves attendees and organisers, `release` executes the doors."""

    app: Pool
    release: Pool
    wait: float
    # writing a file holds a connection for its whole length: at most a third of them, so that booths always find one
    files: asyncio.Semaphore

    @asynccontextmanager
    async def transaction(self, scope: Scope = NOBODY) -> AsyncIterator[Connection]:
        """One transaction of `events_app`; Piccolo queries of this task run inside it.

        Raises Unavailable when it cannot begin or did not commit, Uncertain when the answer of COMMIT is lost.
        """
        async with _transaction(self.app, self.wait, scope.begin()) as connection:
            with using(connection):  # type: ignore[arg-type]  # the pool's proxy stands for its connection
                yield connection

    @asynccontextmanager
    async def looking(self, scope: Scope = NOBODY) -> AsyncIterator[Connection]:
        """The same for somebody who only looks: it ends without COMMIT, whose answer could be lost and leave a doubt.

        Raises Unavailable when it cannot begin.
        """
        begin = scope.begin().replace("begin", "begin read only", 1)
        async with _transaction(self.app, self.wait, begin, keep=False) as connection:
            with using(connection):  # type: ignore[arg-type]  # the pool's proxy stands for its connection
                yield connection

    @asynccontextmanager
    async def door(self) -> AsyncIterator[Connection]:
        """One transaction of `events_release`, which may execute the doors and touch no table. Raises as `transaction`."""
        async with _transaction(self.release, self.wait, "begin") as connection:
            yield connection

    async def call(self, sql: str, *args: object) -> list[asyncpg.Record]:
        """One statement of `events_app` outside any scope, for whoever wants to know something; where it stores something as
        well (a mail was sent, a try was counted), nobody waits to hear that it did."""
        async with _borrowed(self.app, self.wait) as connection:
            return await connection.fetch(sql, *args)

    async def act(self, sql: str, *args: object) -> list[asyncpg.Record]:
        """The same where the caller waits to hear that something is stored, committed with the statement.

        Raises Unavailable when nothing was stored, Uncertain when the answer is lost.
        """
        async with _borrowed(self.app, self.wait) as connection, _answered(connection):
            return await connection.fetch(sql, *args)

    async def call_door(self, sql: str, *args: object) -> list[asyncpg.Record]:
        """One door call as one statement, committed with it: one round trip. Raises Uncertain when its answer is lost."""
        async with _borrowed(self.release, self.wait) as connection, _answered(connection):
            return await connection.fetch(sql, *args)

    async def close(self) -> None:
        await self.app.close()
        await self.release.close()


@asynccontextmanager
async def _answered(connection: Connection) -> AsyncIterator[None]:
    """A statement that commits by itself, or COMMIT: whoever loses the answer cannot say that nothing was stored."""
    try:
        yield
    except asyncpg.QueryCanceledError as error:
        raise Unavailable(retry_after=2) from error
    except LOST as error:
        if isinstance(error, asyncpg.InterfaceError) and not _is_cut(connection):
            raise  # asyncpg refused to send it: no line is lost, we asked wrongly
        raise Uncertain(retry_after=2) from error


@asynccontextmanager
async def _borrowed(pool: Pool, wait: float) -> AsyncIterator[Connection]:
    try:
        connection = await pool.acquire(timeout=wait)
    except (TimeoutError, OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError) as error:
        raise Unavailable(retry_after=2) from error
    try:
        yield connection
    finally:
        await pool.release(connection)


@asynccontextmanager
async def _transaction(pool: Pool, wait: float, begin: str, *, keep: bool = True) -> AsyncIterator[Connection]:
    if _open.get():
        raise Nested("one action is one transaction; pass the connection on instead")
    async with _borrowed(pool, wait) as connection:
        token = _open.set(True)
        try:
            await connection.execute(begin)
            yield connection
            if keep:
                await _commit(connection)
            else:
                await connection.execute("rollback")
        except BaseException:
            await _abandon(connection)
            raise
        finally:
            _open.reset(token)


async def _commit(connection: Connection) -> None:
    """Raises Unavailable when nothing was stored: in a failed transaction COMMIT answers ROLLBACK and raises nothing.

    Raises Uncertain when the answer is lost.
    """
    async with _answered(connection):
        done = await connection.execute("commit")
    if done != "COMMIT":
        raise Unavailable(retry_after=1)


def _is_cut(connection: Connection) -> bool:
    """Whether the line is broken. The pool takes such a connection back at once, and what stood for it then answers nothing."""
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        return True


async def _abandon(connection: Connection) -> None:
    """Leave nothing open behind: roll back, or cut the connection where even that fails."""
    if _is_cut(connection) or not connection.is_in_transaction():
        return
    try:
        await connection.execute("rollback", timeout=5)
    except (asyncpg.PostgresError, *LOST):
        connection.terminate()


async def _keep_state(connection: Any) -> None:
    """Instead of the pool's reset: all our session state is transaction-local, so nothing is left to reset."""


async def prepare(connection: asyncpg.Connection[Any]) -> None:
    """Read and write jsonb as Python values."""
    await connection.set_type_codec(
        "jsonb",
        encoder=lambda value: msgspec.json.encode(value).decode(),
        decoder=msgspec.json.decode,
        schema="pg_catalog",
    )


async def open_database(
    app_dsn: str, release_dsn: str, *, size: int, wait: float, statement_cache: int = 100, init: Prepare = prepare
) -> Database:
    """Connect both logins and make sure that the server is one to rely on.

    Raises NotUsable when it is too old, not migrated, or would lose acknowledged writes.
    """

    async def pool(dsn: str) -> Pool:
        made: Pool = await asyncpg.create_pool(  # type: ignore[call-overload]  # the stubs want a `connect` beside `init`
            dsn,
            min_size=1,
            max_size=size,
            init=init,
            reset=_keep_state,
            statement_cache_size=statement_cache,
            max_inactive_connection_lifetime=300,
            command_timeout=120,
            server_settings={
                "application_name": "events",
                "timezone": "UTC",
                "bytea_output": "hex",
                "search_path": "public",
            },
        )
        return made

    app = await pool(app_dsn)
    try:
        await _require_reliable(app)
        release = await pool(release_dsn)
    except BaseException:
        await app.close()
        raise
    return Database(app, release, wait, asyncio.Semaphore(max(1, size // 3)))


async def _require_reliable(pool: Pool) -> None:
    version = await pool.fetchval("select current_setting('server_version_num')::int")
    if version < 180000:
        raise NotUsable(f"PostgreSQL 18 or newer is needed; this server is {version // 10000}. Set DATABASE_URL to a newer one.")
    for name, good in DURABLE.items():
        value = await pool.fetchval("select current_setting($1)", name)
        if value not in good:
            raise NotUsable(f"The server has {name}={value}: a crash could lose consents that were acknowledged. Set {name}=on.")
