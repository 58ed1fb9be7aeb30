"""Mail of an organisation: news that is posted, and what did not arrive."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from events.database.connections import Connection


@dataclass(frozen=True, slots=True)
class Problem:
    """A mail that was given up (`dead`), or that failed and waits for its next attempt."""

    id: UUID
    kind: str
    recipient: str
    state: str
    attempts: int
    last_error: str
    created_at: datetime
    due_at: datetime


async def post_news(connection: Connection, event: UUID, news: UUID, mail: dict[str, Any], now: datetime) -> int:
    """How many people this news was posted to, now or when it was posted first."""
    posted: int = await connection.fetchval("select messages.post_news($1, $2, $3, $4)", event, news, mail, now)
    return posted


async def problem_page(connection: Connection, before: UUID | None, limit: int) -> list[Problem]:
    """Newest first."""
    return [Problem(**row) for row in await connection.fetch("select * from messages.problems($1, $2)", before, limit)]


async def retry_mail(connection: Connection, mail: UUID, now: datetime) -> Problem | None:
    row = await connection.fetchrow("select * from messages.retry($1, $2)", mail, now)
    return None if row is None else Problem(**row)
