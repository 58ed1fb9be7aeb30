"""How often a seat went from hand to hand, and its next hand-over."""

from datetime import datetime, timedelta
from uuid import UUID

from events.database.connections import Connection

# a seat is known by those who had it, one after another
HANDED_ON = """
with recursive hands as (
    select id, transferred_from, created_at from registration where id = $1
    union all
    select r.id, r.transferred_from, r.created_at from registration r join hands h on r.id = h.transferred_from)
select created_at from hands where transferred_from is not null and created_at > $2 order by created_at
"""


async def handed_on_since(connection: Connection, registration: UUID, now: datetime, within: timedelta) -> list[datetime]:
    """When the seat of this registration went on to somebody else within this time, oldest first."""
    return [row["created_at"] for row in await connection.fetch(HANDED_ON, registration, now - within)]


async def hand_over(connection: Connection, registration: UUID, name: str, email: str, base_url: str, now: datetime) -> bool:
    """Whether the colleague could be told; when not, give it all up."""
    told: bool = await connection.fetchval(
        "select registration.hand_over($1, $2, $3, $4, $5)", registration, name, email, base_url, now
    )
    return told
