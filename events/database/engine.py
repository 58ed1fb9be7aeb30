"""Piccolo's engine, tamed: its queries run on the connection of our transaction door, or not at all.

Piccolo's own transactions lose errors and connections (a swallowed error commits nothing and says so to nobody), its
`batch()` opens a connection without role or row-level security, and without a pool it connects anew. So none of that is
reachable: outside `transaction()` a Piccolo query raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Never

import asyncpg
from piccolo.engine.postgres import PostgresEngine
from piccolo.querystring import QueryString


class OutsideTransaction(RuntimeError):
    """A table query ran outside the transaction door."""


class Engine(PostgresEngine):
    """Runs Piccolo's queries on the connection that `using` set for this task."""

    async def get_new_connection(self) -> Never:
        raise OutsideTransaction("table queries run only inside `Database.transaction`")

    async def get_version(self) -> float:
        """Asked by Piccolo when the engine is made; the door checks the real server when it opens."""
        return 18.0

    async def batch(self, *_: object, **__: object) -> Never:
        raise OutsideTransaction("batch() would leave the transaction, its role and its row-level security")

    def transaction(self, allow_nested: bool = True) -> Any:
        return _Joined() if self.current_transaction.get() else super().transaction(allow_nested)

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> Any:
        self._require()
        return await super().run_querystring(querystring, in_pool)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> Any:
        self._require()
        return await super().run_ddl(ddl, in_pool)

    def _require(self) -> None:
        current = self.current_transaction.get()
        if current is None:
            raise OutsideTransaction("table queries run only inside `Database.transaction`")


class _Joined:
    """What Piccolo's migrations get when they ask for a transaction: the one that is open."""

    async def __aenter__(self) -> _Joined:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None


class _Current:
    """The part of Piccolo's transaction object that its queries look at."""

    def __init__(self, connection: asyncpg.Connection[Any]) -> None:
        self.connection = connection


ENGINE = Engine(config={})


@contextmanager
def using(connection: asyncpg.Connection[Any]) -> Iterator[None]:
    """Run this task's Piccolo queries on `connection` while the block lasts."""
    token = ENGINE.current_transaction.set(_Current(connection))  # type: ignore[arg-type]  # duck-typed on purpose
    try:
        yield
    finally:
        ENGINE.current_transaction.reset(token)


async def run_script(sql: str) -> None:
    """Run a script of several statements on the current transaction's connection."""
    current: Any = ENGINE.current_transaction.get()
    if current is None:
        raise OutsideTransaction("scripts run only inside a transaction")
    await current.connection.execute(sql)


async def run(sql: str, *args: object) -> Sequence[asyncpg.Record]:
    """Run one statement on the current transaction's connection."""
    current: Any = ENGINE.current_transaction.get()
    if current is None:
        raise OutsideTransaction("statements run only inside a transaction")
    rows: Sequence[asyncpg.Record] = await current.connection.fetch(sql, *args)
    return rows
