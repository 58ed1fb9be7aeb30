"""Two things at once, in an order that the test decides and Postgres shows."""

import asyncio
import contextvars
from collections.abc import Coroutine
from typing import Any

import asyncpg

WAITING = "select exists (select from pg_locks where not granted and locktype = any ($1))"
RELEASE_LOCK = ("advisory",)
ROW = ("transactionid", "tuple")


def elsewhere(doing: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    """Another request, at the same time: it knows nothing of this task's open transaction."""
    return asyncio.get_running_loop().create_task(doing, context=contextvars.Context())


async def until_it_waits(
    sql: "asyncpg.Connection[Any]", doing: asyncio.Task[Any] | None = None, lock: tuple[str, ...] = RELEASE_LOCK
) -> None:
    """Returns when a backend stands in front of such a lock, or when `doing` has ended without. TimeoutError after 10 seconds."""
    async with asyncio.timeout(10):
        while not (doing and doing.done()) and not await sql.fetchval(WAITING, list(lock)):  # noqa: ASYNC110  # Postgres tells nobody
            await asyncio.sleep(0.02)
