"""What a sponsor does with its leads: take a page, take a file, prepare a link and open it once, confirm a recall."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from events.access.caller import Caller
from events.access.idempotency import claim
from events.database.connections import Connection, Database
from events.errors import NotFound
from events.leads.files import writer_of
from events.leads.notes import questions_of
from events.leads.queries import (
    TAKE_LEADS,
    TAKE_TABLE,
    Prepared,
    acknowledge,
    acknowledge_up_to,
    lead_of,
    prepare,
    pull,
    remove_note,
    take_leads,
)
from events.leads.rules import CHANNELS, FORMATS, TABLES, Ask, Format, Lead, Source
from events.release.files import Head, OpenWriter, ReadyFile, Refused, Writer, take_file, write_file
from events.release.queries import Heading, heading
from events.release.rules import answer_to

LINK_LIFETIME: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class LeadsPage:
    """`next` is the cursor of the following page: this release's own id."""

    release: UUID
    leads: Sequence[Lead]
    next: UUID | None


@dataclass(frozen=True, slots=True)
class LeadsFile:
    """A finished file and what it is of."""

    event: str
    format: Format
    ready: ReadyFile


async def take_page(
    database: Database,
    caller: Caller,
    party: UUID | None,
    ask: Ask,
    cursor: UUID | None,
    limit: int,
    now: datetime,
    *,
    channel: Literal["api", "page"] = "api",
) -> LeadsPage:
    """One page, decided and booked at this moment (§6, F2): whoever withdrew since the page before is not in it.

    `channel` is how the book names it: an answer of the API, or a page that somebody looks at. Newest first
    (ask.look.newest), the following page needs both `next` and, as ask.look.before, the `changed_at` of the last lead.

    Raises NotFound, NotReleased, and InvalidInput for a cursor that is not the caller's own.
    """
    first, *rows = await take_leads(database, pull(caller, party, ask, channel, now, cursor=cursor, limit=limit))
    if first["refusal"] is not None:
        raise answer_to(first["refusal"])
    release: UUID = first["release_id"]
    return LeadsPage(release, [lead_of(row) for row in rows], release if len(rows) == limit else None)


async def take_all(database: Database, caller: Caller, party: UUID | None, ask: Ask, format_: Format, now: datetime) -> LeadsFile:
    """Everything asked for as a file, whose hash is in the ledger (S11-sec-3). Raises NotFound, NotReleased."""

    async def build(door: Connection) -> ReadyFile | Refused:
        said = await heading(door, caller, party, ask.event, None, now)
        args = pull(caller, party, ask, CHANNELS[format_], now)
        return await write_file(door, _taking(format_), args, _opener(said, ask.use, format_, now))

    return LeadsFile(ask.event, format_, await take_file(database, build))


async def prepare_download(
    database: Database,
    caller: Caller,
    party: UUID | None,
    ask: Ask,
    format_: Format,
    now: datetime,
    *,
    key: str | None,
    body: msgspec.Struct,
) -> Prepared:
    """A link that opens once, within LINK_LIFETIME; the same key again answers with the same link.

    The key is claimed before the door is called; the door makes the link of an id at most once, so a crash between the
    two is mended by sending the request again. Raises NotFound, NotReleased, InvalidInput.
    """
    link = None
    if key is not None:
        async with database.transaction() as connection:
            link, _ = await claim(connection, f"prepare-download:{party or caller.key}", key, body, now)
    made = await prepare(database, caller, party, ask, CHANNELS[format_], link, now + LINK_LIFETIME, now)
    if isinstance(made, Refused):
        raise answer_to(made.refusal)
    return made


async def open_download(database: Database, caller: Caller, link: UUID, now: datetime) -> LeadsFile:
    """The file behind a link, made now, if everybody who stood in it may still be released (F1); closes the link.

    Raises NotFound for a link of others, NotReleased (410) when somebody left since or the link is spent or late.
    """
    opened: list[tuple[str, Format]] = []

    async def build(door: Connection) -> ReadyFile | Refused:
        said = await heading(door, caller, None, None, link, now)
        if said is None or said.format is None or said.declared_use is None:
            raise NotFound
        format_ = next(f for f in FORMATS if CHANNELS[f] == said.format)
        opened.append((said.event, format_))
        args = pull(caller, None, None, said.format, now, download=link)
        return await write_file(door, _taking(format_), args, _opener(said, said.declared_use, format_, now))

    ready = await take_file(database, build)
    return LeadsFile(*opened[0], ready)


async def confirm_recall(database: Database, caller: Caller, party: UUID | None, recall: UUID, now: datetime) -> datetime:
    """When the party confirmed that it stopped (§10.1); the first confirmation counts. Raises NotFound."""
    at = await acknowledge(database, caller, party, recall, now)
    if at is None:
        raise NotFound
    return at


async def confirm_recalls(database: Database, caller: Caller, party: UUID | None, event: str, newest: UUID, now: datetime) -> int:
    """The party confirms every recall of one event up to the newest that it saw; returns how many it had not confirmed before."""
    return await acknowledge_up_to(database, caller, party, event, newest, now)


async def delete_note(database: Database, caller: Caller, party: UUID | None, lead: UUID, phone: UUID, now: datetime) -> None:
    """Delete what one phone noted about one lead (S6-sponsor-16); gone already is no error. Whoever pulls only what changed gets
    the lead again, without it. Raises NotFound for a party that is not the caller's."""
    await remove_note(database, caller, party, lead, phone, now)


def _taking(format_: Format) -> str:
    return TAKE_TABLE if format_ in TABLES else TAKE_LEADS


def _opener(said: Heading | None, use: str, format_: Format, now: datetime) -> OpenWriter:
    def open_writer(file: BinaryIO, scratch: Path, head: Head) -> Writer:
        if said is None:
            # the door releases to nobody whom it cannot name
            raise NotFound
        source = Source(
            head.release,
            said.controller,
            said.dpo_contact,
            said.event,
            said.recipient,
            use,
            now,
            ZoneInfo(said.time_zone),
            questions_of(said.questions),
        )
        return writer_of(format_, file, source, head.fields, scratch)

    return open_writer
