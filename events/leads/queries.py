"""What we ask the release door. These statements run as events_release, which can do nothing but execute doors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from events.access.caller import Caller
from events.database.connections import Database
from events.leads.notes import notes_of
from events.leads.rules import Ask, Lead
from events.release.files import Refused
from events.terms import Field

TAKE_LEADS: Final = "select * from release.take_leads($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
# for a table, which names its columns once: which fields a row holds is seen by what is null in it
TAKE_TABLE: Final = """
select release_id, refusal, case when lead is null then fields end as fields, lead, state, basis, name, job_title, company,
       address, country, phone, email, usable_until, scanned_at, scanned_by, notes
from release.take_leads($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""
DELETE_NOTE: Final = "select release.delete_note($1, $2, $3, $4, $5, $6)"
VERSION: Final = "select release.leads_version($1, $2, $3, $4, $5, $6) as version"
PREPARE: Final = "select * from release.prepare_download($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
RECALLS: Final = "select * from release.take_recalls($1, $2, $3, $4, $5, $6)"
EVENT_RECALLS: Final = "select * from release.take_event_recalls($1, $2, $3, $4, $5, $6, $7, $8)"
RECALLED_LEADS: Final = "select * from release.recalled_leads($1, $2, $3, $4, $5, $6, $7)"
OPEN_RECALLS: Final = "select release.count_open_recalls($1, $2, $3, $4, $5) as open"
ACKNOWLEDGE: Final = "select release.acknowledge_recall($1, $2, $3, $4, $5) as at"
ACKNOWLEDGE_UP_TO: Final = "select release.acknowledge_recalls($1, $2, $3, $4, $5, $6) as done"


@dataclass(frozen=True, slots=True)
class Recall:
    """What the party must stop using: the lead and the fields, never the person."""

    id: UUID
    event_slug: str
    lead: UUID
    fields: list[str]
    created_at: datetime
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A download link and how many leads stand in it."""

    id: UUID
    row_count: int
    expires_at: datetime


def pull(
    caller: Caller,
    party: UUID | None,
    ask: Ask | None,
    channel: str,
    now: datetime,
    *,
    cursor: UUID | None = None,
    limit: int | None = None,
    download: UUID | None = None,
) -> tuple[object, ...]:
    """The arguments of TAKE_LEADS; a prepared download brings its own event, use and fields."""
    if ask is None:
        return (caller.kind, caller.key, party, None, None, [], channel, cursor, None, limit, download, now, None)
    declared = (ask.event, ask.use, list(ask.fields), channel, cursor, ask.changed_since, limit, download, now, ask.look.row())
    return (caller.kind, caller.key, party, *declared)


def lead_of(row: asyncpg.Record) -> Lead:
    """A row of TAKE_LEADS after the first."""
    if row["state"] == "withdrawn":
        return Lead(row["lead"], "withdrawn", {})
    released = set(row["fields"])
    values = {field: row[field] for field in Field if field in released}
    return Lead(
        row["lead"],
        "lead",
        values,
        row["basis"],
        row["changed_at"],
        row["usable_until"],
        row["scanned_at"],
        row["scanned_by"],
        notes_of(row["notes"]),
    )


async def take_leads(database: Database, args: tuple[object, ...]) -> Sequence[asyncpg.Record]:
    """The release (or its refusal) and its leads, decided and booked in this one statement."""
    return await database.call_door(TAKE_LEADS, *args)


async def leads_version(
    database: Database, caller: Caller, party: UUID | None, event: str, use: str | None, now: datetime
) -> str:
    """A word that changes when this party's list for this use may read differently, and only then; nothing can be read from it.
    Without a use there is no list, and the word stays. Raises NotFound."""
    [row] = await database.call_door(VERSION, caller.kind, caller.key, party, event, use, now)
    version: str = row["version"]
    return version


async def remove_note(database: Database, caller: Caller, party: UUID | None, lead: UUID, phone: UUID, now: datetime) -> None:
    await database.call_door(DELETE_NOTE, caller.kind, caller.key, party, lead, phone, now)


async def prepare(
    database: Database,
    caller: Caller,
    party: UUID | None,
    ask: Ask,
    channel: str,
    link: UUID | None,
    expires_at: datetime,
    now: datetime,
) -> Prepared | Refused:
    [row] = await database.call_door(
        PREPARE, caller.kind, caller.key, party, ask.event, ask.use, list(ask.fields), channel, link, expires_at, now
    )
    if row["refusal"] is not None:
        return Refused(row["refusal"])
    return Prepared(row["id"], row["row_count"], row["expires_at"])


async def recalls_of(
    database: Database, caller: Caller, party: UUID | None, after: UUID | None, limit: int, now: datetime
) -> list[Recall]:
    rows = await database.call_door(RECALLS, caller.kind, caller.key, party, after, limit, now)
    return [Recall(**row) for row in rows]


async def recalls_at(
    database: Database,
    caller: Caller,
    party: UUID | None,
    event: str,
    before: UUID | None,
    limit: int,
    now: datetime,
    *,
    confirmed: bool,
) -> list[Recall]:
    """Those of one event that are confirmed, or those that are not; the newest first."""
    rows = await database.call_door(EVENT_RECALLS, caller.kind, caller.key, party, event, confirmed, before, limit, now)
    return [Recall(**row) for row in rows]


async def recalled_leads(
    database: Database, caller: Caller, party: UUID | None, event: str, after: UUID, limit: int, now: datetime
) -> list[UUID]:
    """The leads of one event that were recalled after a release, each once, the oldest recall first. One question for up to
    `limit` recalls."""
    leads: dict[UUID, None] = {}
    while True:
        rows = await database.call_door(RECALLED_LEADS, caller.kind, caller.key, party, event, after, limit, now)
        leads |= {row["lead"]: None for row in rows}
        if len(rows) < limit:
            return list(leads)
        after = rows[-1]["id"]


async def open_recalls(database: Database, caller: Caller, party: UUID | None, event: str, now: datetime) -> int:
    """How many of one event are still to be confirmed."""
    [row] = await database.call_door(OPEN_RECALLS, caller.kind, caller.key, party, event, now)
    count: int = row["open"]
    return count


async def acknowledge_up_to(
    database: Database, caller: Caller, party: UUID | None, event: str, newest: UUID, now: datetime
) -> int:
    """How many of one event are confirmed by this."""
    [row] = await database.call_door(ACKNOWLEDGE_UP_TO, caller.kind, caller.key, party, event, newest, now)
    count: int = row["done"]
    return count


async def acknowledge(database: Database, caller: Caller, party: UUID | None, recall: UUID, now: datetime) -> datetime | None:
    [row] = await database.call_door(ACKNOWLEDGE, caller.kind, caller.key, party, recall, now)
    at: datetime | None = row["at"]
    return at
