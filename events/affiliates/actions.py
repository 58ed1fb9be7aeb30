"""What the affiliate that organises an event does: take its registrations, as a page or as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import asyncpg

from events.access.caller import Caller
from events.affiliates.queries import TAKE, pull, registration_of, take
from events.affiliates.rules import Registration, columns, table_row
from events.database.connections import Connection, Database
from events.errors import NotFound
from events.release.files import Head, ReadyFile, Refused, Writer, take_file, write_file
from events.release.queries import heading
from events.release.rules import BYTE_ORDER_MARK, answer_to, csv_lines


@dataclass(frozen=True, slots=True)
class RegistrationsPage:
    """`next` is the cursor of the following page: this release's own id."""

    release: UUID
    registrations: Sequence[Registration]
    next: UUID | None


class Csv:
    """A table of registrations; rows are written as they come."""

    def __init__(self, file: BinaryIO, fields: tuple[str, ...], source: tuple[str, ...]) -> None:
        self._file, self._fields, self._source = file, fields, source
        file.write(BYTE_ORDER_MARK + csv_lines([columns(fields)]))

    def write(self, rows: Sequence[asyncpg.Record]) -> None:
        self._file.write(csv_lines(table_row(registration_of(row), self._fields, self._source) for row in rows))

    def close(self) -> None:
        self._file.flush()

    def abandon(self) -> None:
        pass


async def take_page(
    database: Database, caller: Caller, party: UUID | None, event: str, use: str, cursor: UUID | None, limit: int, now: datetime
) -> RegistrationsPage:
    """One page of the event's registrations, decided and booked at this moment (§6 Affiliates).

    Raises NotFound for an event that the party does not organise, NotReleased, InvalidInput for a foreign cursor.
    """
    first, *rows = await take(database, pull(caller, party, event, use, "affiliate", cursor, limit, now))
    if first["refusal"] is not None:
        raise answer_to(first["refusal"])
    release: UUID = first["release_id"]
    return RegistrationsPage(release, [registration_of(row) for row in rows], release if len(rows) == limit else None)


async def take_csv(database: Database, caller: Caller, party: UUID | None, event: str, use: str, now: datetime) -> ReadyFile:
    """All registrations as CSV, its hash in the ledger. Raises like `take_page`."""

    async def build(door: Connection) -> ReadyFile | Refused:
        said = await heading(door, caller, party, event, None, now)

        def open_writer(file: BinaryIO, _: Path, head: Head) -> Writer:
            if said is None:
                # the door releases to nobody whom it cannot name
                raise NotFound
            return Csv(file, head.fields, (said.controller, said.event, said.recipient, use))

        return await write_file(door, TAKE, pull(caller, party, event, use, "csv", None, None, now), open_writer)

    return await take_file(database, build)
