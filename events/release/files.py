"""A release as a file: decided, written, hashed and booked in one transaction; not a byte leaves before its commit."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from io import BufferedRandom
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import BinaryIO, Final, Protocol, TypeVar
from uuid import UUID

import asyncpg
from asyncpg.cursor import Cursor

from events.database.connections import Connection, Database
from events.release.rules import answer_to

BATCH: Final = 1000
CHUNK: Final = 64 * 1024
NOTE_FILE = "select release.note_file($1, $2)"
T = TypeVar("T")


class Writer(Protocol):
    """Puts rows of a door into a file; the file is whole after `close`. `abandon` lets go of what it holds, for nothing."""

    def write(self, rows: Sequence[asyncpg.Record]) -> None: ...

    def close(self) -> None: ...

    def abandon(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Head:
    """The first row of a door's answer: the release, and the fields that its rows can hold."""

    release: UUID
    fields: tuple[str, ...]


# given the file, a private folder for scratch files, and the release
OpenWriter = Callable[[BinaryIO, Path, Head], Writer]


@dataclass(frozen=True, slots=True)
class ReadyFile:
    """A complete file of `size` bytes that nobody else can open: it has no name, and is gone when it is closed."""

    release: UUID
    size: int
    sha256: bytes
    file: BufferedRandom

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes, once."""
        with self.file:
            self.file.seek(0)
            while chunk := self.file.read(CHUNK):
                yield chunk


@dataclass(frozen=True, slots=True)
class Refused:
    """The gate said no to the whole pull; the ledger holds it, so the transaction must still commit."""

    refusal: str


async def take_file(database: Database, build: Callable[[Connection], Awaitable[ReadyFile | Refused]]) -> ReadyFile:
    """One door transaction around `build`; returns the file once it has committed.

    Raises what the gate's refusal stands for (see release.rules.ANSWERS), and what Database.door raises.
    """
    taken: ReadyFile | Refused | None = None
    try:
        async with database.door() as door:
            taken = await build(door)
    except BaseException:
        if isinstance(taken, ReadyFile):
            taken.file.close()
        raise
    if isinstance(taken, Refused):
        raise answer_to(taken.refusal)
    return taken


async def write_file(door: Connection, statement: str, args: Sequence[object], open_writer: OpenWriter) -> ReadyFile | Refused:
    """Take what `statement` (a door) releases into a file, inside the caller's door transaction.

    Rows come through a cursor and the file lives on disk, so memory stays flat whatever the number of leads. The file's
    hash is in the ledger when the transaction commits (S6-sponsor-14). Give nothing of it away before that.
    """
    cursor = await door.cursor(statement, *args)
    [first] = await cursor.fetch(1)
    if first["refusal"] is not None:
        return Refused(first["refusal"])
    head = Head(first["release_id"], tuple(first["fields"]))
    file = TemporaryFile()  # noqa: SIM115  # ReadyFile.chunks closes it
    try:
        with TemporaryDirectory() as scratch:
            writer = open_writer(file, Path(scratch), head)
            try:
                await _fill(writer, cursor)
            except BaseException:
                writer.abandon()
                raise
        size, digest = await _in_thread(_measure, file)
        await door.execute(NOTE_FILE, head.release, digest)
    except BaseException:
        file.close()
        raise
    return ReadyFile(head.release, size, digest, file)


async def _fill(writer: Writer, cursor: Cursor[asyncpg.Record]) -> None:
    """Write all rows of the cursor; while a thread formats some, the next ones come."""
    rows = await cursor.fetch(BATCH)
    while rows:
        following, written = await asyncio.gather(cursor.fetch(BATCH), _in_thread(writer.write, rows), return_exceptions=True)
        if isinstance(written, BaseException):
            raise written
        if isinstance(following, BaseException):
            raise following
        rows = following
    await _in_thread(writer.close)


async def _in_thread(do: Callable[..., T], *args: object) -> T:
    """Leave the loop to other requests meanwhile. Ends when the thread does, also when cancelled: what it uses is then closed."""
    running = asyncio.ensure_future(asyncio.to_thread(do, *args))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


def _measure(file: BufferedRandom) -> tuple[int, bytes]:
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").digest()
    return file.tell(), digest
