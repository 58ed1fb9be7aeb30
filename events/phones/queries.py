"""What a phone asks the database about itself: facts without anybody in them."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from events.database.connections import Connection, Database
from events.terms import DeviceId, EventId, OrganisationId, PartyId

FACTS = "select * from access.phone_facts($1)"
SAYS = "select * from access.phone_says($1, $2, $3, $4)"


@dataclass(frozen=True, slots=True)
class PhoneFacts:
    """A phone, what it is for, and what it needs to know; `questions` and `sessions` as the table holds them."""

    kind: str
    helper: str
    place: str
    revoked: bool
    organisation_id: OrganisationId
    event_id: EventId
    slug: str
    title_th: str
    title_en: str
    badge_tag: str
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    party_id: PartyId | None
    legal_name: str | None
    lock_after_minutes: int | None
    questions: list[dict[str, Any]]
    sessions: list[dict[str, Any]]


async def phone_facts(fetch: Callable[..., Awaitable[list[asyncpg.Record]]], device: DeviceId) -> PhoneFacts | None:
    """What the phone is for; `fetch` is a connection's, or the `call` of the database."""
    rows = await fetch(FACTS, device)
    return PhoneFacts(**rows[0]) if rows else None


async def keep_status(connection: Connection, device: DeviceId, waiting: int, app_version: str, now: datetime) -> None:
    """Keep what the phone says of itself, unless it is revoked."""
    await connection.execute(SAYS, device, waiting, app_version, now)


async def forget(database: Database, device: DeviceId, now: datetime) -> None:
    """Revoke a phone in its own name; twice changes nothing."""
    await database.act("select access.sign_phone_out($1, $2)", device, now)


async def sealing_phones(database: Database, device: DeviceId, others: Collection[UUID]) -> dict[UUID, datetime]:
    """Which of these phones stand or stood at the same booth or doors as this one, and since when."""
    rows = await database.call("select * from access.phones_beside($1, $2)", device, list(others))
    return {r["device_id"]: r["enrolled_at"] for r in rows}
