"""Counting what a request asks the database: one entry per statement that went over the wire, in its order."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from events.database.connections import Database, Pool


@asynccontextmanager
async def counting(database: Database) -> AsyncIterator[list[str]]:
    """The SQL of every round trip of both logins while the block lasts, BEGIN and COMMIT among them.

    What a connection says once in its life is not counted: while it opens, and when asyncpg learns an array type.
    """
    log: list[str] = []

    def note(query: Any) -> None:
        if not any(mark in query.query for mark in ("typeinfo_tree", "'jit'")):
            log.append(query.query)

    heard: list[Any] = []
    undo = [_listen(pool, note, heard) for pool in (database.app, database.release)]
    try:
        yield log
        # asyncpg calls its loggers on the next turn of the loop
        await asyncio.sleep(0)
    finally:
        for forget in undo:
            forget()
        for connection in heard:
            connection.remove_query_logger(note)


def _listen(pool: Pool, note: Callable[[Any], None], heard: list[Any]) -> Callable[[], None]:
    inside: Any = pool
    for holder in inside._holders:
        if holder._con is not None:
            holder._con.add_query_logger(note)
            heard.append(holder._con)
    opening = inside._init

    async def init(connection: Any) -> None:
        await opening(connection)
        connection.add_query_logger(note)
        heard.append(connection)

    inside._init = init

    def forget() -> None:
        inside._init = opening

    return forget
