"""Rate limits, in Postgres, one statement each, so that every API process counts together."""

from datetime import datetime, timedelta

from events.database.connections import Database
from events.errors import TooMany


async def hold(database: Database, key: str, every: timedelta, burst: int, now: datetime) -> None:
    """Let one more call of `key` through: `burst` at once, then one per `every`. Raises TooMany with the wait."""
    [row] = await database.call("select access.wait_for($1, $2, $3, $4) as seconds", key, every, burst, now)
    if row["seconds"]:
        raise TooMany(retry_after=row["seconds"])
