"""What a phone asks the database about itself: facts without anybody in them, and hashes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from events.database.connections import Connection, Database
from events.phones.rules import ListKey
from events.terms import DeviceId, EventId, OrganisationId, PartyId

FACTS = "select * from access.phone_facts($1)"
SAYS = "select * from access.phone_says($1, $2, $3, $4)"
LIST_PLACE = "select * from release.list_place($1, $2)"
BOOTH_LIST = "select revoked, hashes from release.allow_list($1, $2, $3, $4)"

# Whoever a door lets in now: a live badge, a place that stands, a ticket that is good at this hour. Codes stay in the database.
DOOR_LIST = """
select coalesce(string_agg(listed.hash, ''::bytea order by listed.hash), '')
from (
    select distinct access.badge_hash(b.code, $2, $3) as hash
    from event e
    join registration r on r.event_id = e.id and r.state in ('confirmed', 'attended')
    join ticket_type t on t.id = r.ticket_type_id
        and (t.valid_from is null or t.valid_from <= $4) and (t.valid_until is null or $4 < t.valid_until)
    join badge b on b.registration_id = r.id and b.event_id = e.id and b.revoked_at is null
    where e.id = $1 and e.cancelled_at is null) listed
"""


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


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Whose allow-list a phone may have, and whether anybody at all can be good there now; no party at a door."""

    revoked: bool
    organisation_id: OrganisationId
    event_id: EventId
    party_id: PartyId | None
    open: bool


async def phone_facts(fetch: Callable[..., Awaitable[list[asyncpg.Record]]], device: DeviceId) -> PhoneFacts | None:
    """What the phone is for; `fetch` is a connection's, or the `call` of the database."""
    rows = await fetch(FACTS, device)
    return PhoneFacts(**rows[0]) if rows else None


async def keep_status(connection: Connection, device: DeviceId, waiting: int, app_version: str, now: datetime) -> None:
    """Keep what the phone says of itself, unless it is revoked."""
    await connection.execute(SAYS, device, waiting, app_version, now)


async def list_place(database: Database, device: DeviceId, now: datetime) -> ListPlace | None:
    rows = await database.call_door(LIST_PLACE, device, now)
    return ListPlace(**rows[0]) if rows else None


async def forget(database: Database, device: DeviceId, now: datetime) -> None:
    """Revoke a phone in its own name; twice changes nothing."""
    await database.act("select access.sign_phone_out($1, $2)", device, now)


async def booth_list(database: Database, device: DeviceId, key: ListKey, now: datetime) -> bytes | None:
    """The packed hashes of the badges that a scan of this phone would release now; None for a phone that is revoked."""
    [row] = await database.call_door(BOOTH_LIST, device, key.inner, key.outer, now)
    hashes: bytes = row["hashes"]
    return None if row["revoked"] else hashes


async def door_list(connection: Connection, event: EventId, key: ListKey, now: datetime) -> bytes:
    """The packed hashes of the badges that the doors of this event let in now."""
    hashes: bytes = await connection.fetchval(DOOR_LIST, event, key.inner, key.outer, now)
    return hashes
