"""What we ask the release door for the affiliate that organises an event."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from events.access.caller import Caller
from events.affiliates.rules import Registration
from events.database.connections import Database
from events.terms import Field

TAKE: Final = "select * from release.take_affiliate_registrations($1, $2, $3, $4, $5, $6, $7, $8, $9)"


def pull(
    caller: Caller, party: UUID | None, event: str, use: str, channel: str, cursor: UUID | None, limit: int | None, now: datetime
) -> tuple[object, ...]:
    """The arguments of TAKE."""
    return (caller.kind, caller.key, party, event, use, channel, cursor, limit, now)


def registration_of(row: asyncpg.Record) -> Registration:
    """A row of TAKE after the first."""
    released = set(row["fields"])
    return Registration(row["reference"], {field: row[field] for field in Field if field in released})


async def take(database: Database, args: tuple[object, ...]) -> Sequence[asyncpg.Record]:
    """The release (or its refusal) and its registrations, decided and booked in this one statement."""
    return await database.call_door(TAKE, *args)
