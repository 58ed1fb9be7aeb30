"""F24: whatever somebody who owns the tables does to the book, `events verify` names it; the signed copy outside finds a cut tail."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from events.database.connections import open_database
from events.database.embedded import EmbeddedPostgres
from events.database.migrate import migrate
from events.demo.build import fill
from events.release.seals import Sealer
from events.release.verify import verify_here
from events.settings import Settings
from tests.release.tampering import KINDS, Tamperer, lift_constraints

pytestmark = pytest.mark.requirement("F24", "S11-sec-2")

SETTINGS = Settings(secret=b"the secret of a book to be tampered with", base_url="http://events.example", demo=True)


@dataclass
class Book:
    """The demo's whole story, sealed as it grew; `sql` owns everything, the sealer's key and copy are out of its reach."""

    sql: asyncpg.Connection[Any]
    sealer: Sealer

    async def complaints(self, sealer: Sealer | None = None) -> list[str]:
        """The checks that fail, each with the places that it names."""
        checks = await verify_here(self.sql, sealer or self.sealer)
        return [f"{check.says}: {check.failures}" for check in checks if check.failures]

    async def after(self, tampering: Any) -> tuple[str, list[str]]:
        """What was done, and what verify says of it; then everything is as it was."""
        undo = self.sql.transaction()
        await undo.start()
        try:
            did = await tampering()
            return did, await self.complaints()
        finally:
            await undo.rollback()


@pytest.fixture(scope="module")
async def book(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Book]:
    admin = await asyncpg.connect(postgres.dsn("postgres"))
    await admin.execute("drop database if exists tampered")
    await admin.execute("create database tampered")
    await migrate(postgres.dsn("postgres", "tampered"))
    database = await open_database(
        postgres.dsn("events_app", "tampered"), postgres.dsn("events_release", "tampered"), size=8, wait=30
    )
    sealer = Sealer(Settings(secret=SETTINGS.secret, var=tmp_path_factory.mktemp("outside")))

    said: list[str] = []
    await fill(SETTINGS, database, datetime.now(UTC), said.append)
    sql = await asyncpg.connect(postgres.dsn("postgres", "tampered"))
    await _seal_in_parts(sql, database, sealer)
    await lift_constraints(sql)
    yield Book(sql, sealer)
    await sql.close()
    await database.close()
    await admin.execute("drop database tampered")
    await admin.close()


async def _seal_in_parts(sql: asyncpg.Connection[Any], database: Any, sealer: Sealer) -> None:
    """Six seals, each over a sixth of the transactions, as the minutes of a real day would have made them."""
    ids = [
        int(row[0])
        for row in await sql.fetch(
            "select distinct txid::text::bigint from (select txid from consent_event union select txid from release) t order by 1"
        )
    ]
    whole = await sql.fetchval("select pg_get_functiondef('release.next_seal()'::regprocedure)")
    for part in range(1, 6):
        until = ids[len(ids) * part // 6]
        await sql.execute(whole.replace("pg_snapshot_xmin(pg_current_snapshot())::text", f"'{until}'::text"))
        await sealer.seal(database, datetime.now(UTC))
    await sql.execute(whole)
    await sealer.seal(database, datetime.now(UTC))


async def test_the_honest_book_passes(book: Book) -> None:
    assert await book.complaints() == []
    assert await book.sql.fetchval("select count(*) from seal") == 6


async def test_every_random_tampering_is_found(book: Book, long: bool) -> None:
    kinds: Counter[str] = Counter()
    missed = []
    for seed in range(1_000 if long else 100):
        tamperer = Tamperer(book.sql, random.Random(seed))
        did, complaints = await book.after(tamperer.tamper)
        kinds[tamperer.did[0]] += 1
        if not complaints:
            missed.append(f"seed {seed}: {did}")
    assert "\n".join(missed) == ""
    assert set(kinds) == set(KINDS)
    assert await book.complaints() == [], "each tampering was undone"


async def test_only_the_copy_outside_finds_a_cut_tail(book: Book, tmp_path: Path) -> None:
    undo = book.sql.transaction()
    await undo.start()
    try:
        tamperer = Tamperer(book.sql, random.Random(5))
        await book.sql.execute("set local session_replication_role = replica")
        await KINDS["cut the tail"](tamperer)
        [found] = await book.complaints()
        assert found.startswith("every checkpoint outside the database is still inside it")
        nothing_outside = Sealer(Settings(secret=SETTINGS.secret, var=tmp_path))
        assert await book.complaints(nothing_outside) == [], "the positive control: without the copy a cut tail leaves no trace"
    finally:
        await undo.rollback()


async def test_without_signatures_a_book_that_is_mended_throughout_passes(book: Book, tmp_path: Path) -> None:
    """The positive control of the key: who could sign could also rewrite, were it not for the copy outside."""

    class Gullible(Sealer):
        def signs(self, digest: bytes, signature: bytes) -> bool:
            return True

    gullible = Gullible(Settings(secret=SETTINGS.secret, var=tmp_path))
    undo = book.sql.transaction()
    await undo.start()
    try:
        tamperer = Tamperer(book.sql, random.Random(1))
        await book.sql.execute("set local session_replication_role = replica")
        await KINDS["delete a release, mend everything"](tamperer)
        assert await book.complaints(gullible) == []
        assert await book.complaints() != []
    finally:
        await undo.rollback()
