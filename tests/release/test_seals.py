"""The seals: an RFC 6962 tree, signed, chained, and copied outside the database; every tampering names its place."""

import json
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

import events.release.verify
from events.database.connections import Database, open_database
from events.database.embedded import EmbeddedPostgres
from events.database.migrate import migrate
from events.release.seals import EMPTY, Sealer, merkle_root
from events.release.verify import Check, verify
from events.settings import Settings
from tests.conftest import START

pytestmark = pytest.mark.requirement("S11-sec-2")


def rfc6962(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962 §2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + rfc6962(leaves[:k]) + rfc6962(leaves[k:])).digest()


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 33, 100])
def test_the_tree_is_the_tree_of_rfc_6962(count: int) -> None:
    leaves = [bytes([n]) * 32 for n in range(count)]
    assert merkle_root(leaves) == rfc6962(leaves)
    assert (merkle_root([]) == EMPTY) is True


def test_no_two_lists_of_leaves_share_a_root() -> None:
    leaf = b"x" * 32
    assert len({merkle_root([leaf] * n) for n in range(20)}) == 20


@pytest.fixture
async def book(postgres: EmbeddedPostgres, database: Database, tmp_path: Path) -> AsyncIterator["Book"]:
    """A database of its own with a few consents and releases, since these tests tamper with it."""
    admin = await asyncpg.connect(postgres.dsn("postgres"))
    await admin.execute("drop database if exists book")
    await admin.execute("create database book")
    await migrate(postgres.dsn("postgres", "book"))
    opened = await open_database(postgres.dsn("events_app", "book"), postgres.dsn("events_release", "book"), size=2, wait=2)
    inside = await asyncpg.connect(postgres.dsn("postgres", "book"))
    made = Book(postgres.dsn("postgres", "book"), opened, inside, Sealer(Settings(secret=b"s" * 32, var=tmp_path)))
    await made.fill()
    yield made
    await inside.close()
    await opened.close()
    await admin.execute("drop database book")
    await admin.close()


class Book:
    """A small ledger and the hands that could tamper with it: the superuser's."""

    def __init__(self, dsn: str, database: Database, admin: Any, sealer: Sealer) -> None:
        self.dsn, self.database, self.admin, self.sealer = dsn, database, admin, sealer
        self.ids: tuple[UUID, UUID, UUID]

    async def fill(self) -> None:
        """Five releases to one party of one event, two lines each, sealed in two batches."""
        admin = self.admin
        organisation = await admin.fetchval(
            "insert into organisation (slug, legal_name, contact_email, dpo_name, dpo_email, country, created_at)"
            " values ('o', 'O', 'o@o.example', 'D', 'd@o.example', 'TH', $1) returning id", START
        )  # fmt: skip
        event = await admin.fetchval(
            "insert into event (organisation_id, slug, badge_tag, kind, our_role, languages, time_zone, starts_at, ends_at,"
            " release_closes_at, created_at) values ($1, 'e', 'AB', 'webinar', 'controller', '{en}', 'Asia/Bangkok', $2::timestamptz,"
            " $2::timestamptz + interval '1 day', $2::timestamptz + interval '60 days', $2) returning id", organisation, START
        )  # fmt: skip
        party = await admin.fetchval(
            "insert into party (organisation_id, kind, legal_name, registration_number, countries, contact_email, created_at)"
            " values ($1, 'affiliate', 'A', '1', '{TH}', 'a@a.example', $2) returning id", organisation, START
        )  # fmt: skip
        self.ids = (organisation, event, party)
        for n in range(5):
            await self.hand_over()
            if n in (2, 4):
                await self.sealer.seal(self.database, START)

    async def hand_over(self) -> None:
        """One release of two lines."""
        admin, (organisation, event, party) = self.admin, self.ids
        async with admin.transaction():
            release = await admin.fetchval("select uuidv7()")
            await admin.execute(
                "insert into disclosure select (l).* from (select (r, g, $2::uuid, '{name}', 'contract', '{}', null, sha256('v'), '')"
                "::disclosure as l, r, g from (values ($1::uuid)) a (r), (select uuidv7() as g from generate_series(1, 2)) b) made",
                release, organisation,
            )  # fmt: skip
            await admin.execute("alter table disclosure disable trigger append_only")
            await admin.execute("update disclosure d set hash = release.line_hash(d) where release_id = $1", release)
            await admin.execute("alter table disclosure enable trigger append_only")
            await admin.execute(
                "insert into release (id, organisation_id, event_id, party_id, outcome, channel, actor_kind, actor_id, declared_use,"
                " requested_fields, policy_version, at, row_count, lines_hash, hash)"
                " select $1, $2, $3, $4, 'released', 'affiliate', 'session', $1, 'registration_processing', '{name}', 'p', $5, 2,"
                " sha256(string_agg(hash, ''::bytea order by registration_id)), '' from disclosure where release_id = $1",
                release, organisation, event, party, START,
            )  # fmt: skip

    async def failures(self) -> list[str]:
        return [check.says for check in await verify(self.dsn, self.sealer) if check.failures]

    async def tamper(self, table: str, sql: str, *args: object) -> None:
        """As the owner of everything, with the triggers off."""
        async with self.admin.transaction():
            await self.admin.execute(f"alter table {table} disable trigger user")
            await self.admin.execute(sql, *args)
            await self.admin.execute(f"alter table {table} enable trigger user")


async def test_an_honest_book_passes_every_check(book: Book) -> None:
    assert await book.failures() == []
    assert [check.examined for check in await verify(book.dsn, book.sealer)][-2:] == [2, 2]


TAMPERINGS = {
    "edit a line": ("disclosure", "update disclosure set fields = '{name,email}' where release_id = (select min(id::text)::uuid from release)"),
    "edit a line and mend its hash": (
        "disclosure",
        "update disclosure d set fields = '{}', hash = release.line_hash((select (release_id, registration_id, organisation_id, '{}'::text[],"
        " basis, consent_event_ids, scan_id, commitment, hash)::disclosure)) where release_id = (select min(id::text)::uuid from release)",
    ),
    "delete a line": ("disclosure", "delete from disclosure where ctid = (select min(ctid) from disclosure)"),
    "move a line to another release": (
        "disclosure",
        "update disclosure set release_id = (select max(id::text)::uuid from release) where ctid = (select min(ctid) from disclosure)",
    ),
    "edit a release and mend its hash": (
        "release",
        "update release r set declared_use = 'follow_up', hash = release.release_hash(jsonb_populate_record(r, '{\"declared_use\": \"follow_up\"}'))"
        " where id = (select min(id::text)::uuid from release)",
    ),
    "delete a release with its lines": ("release", "delete from release where id = (select min(id::text)::uuid from release)"),
    "swap two releases": (
        "release",
        "update release r set hash = o.hash, lines_hash = o.lines_hash, at = o.at, actor_id = o.actor_id, txid = o.txid"
        " from release o, (select min(id::text)::uuid a, max(id::text)::uuid b from release) p"
        " where (r.id, o.id) in ((p.a, p.b), (p.b, p.a))",
    ),
    "edit a seal": ("seal", "update seal set leaf_count = 1 where id = 1"),
    "delete a seal in the middle": ("seal", "delete from seal where id = 1"),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERINGS)
async def test_a_tampering_by_the_owner_of_the_tables_is_found(book: Book, name: str) -> None:
    await book.tamper(*TAMPERINGS[name])
    assert await book.failures() != []


async def test_a_tail_cut_with_its_seals_is_found_only_by_the_checkpoints_outside(book: Book) -> None:
    await book.tamper("release", "delete from release where txid >= (select txid_from from seal where id = 2)")
    await book.tamper("disclosure", "delete from disclosure d where not exists (select from release r where r.id = d.release_id)")
    await book.tamper("seal", "delete from seal where id = 2")
    assert await book.failures() == ["every checkpoint outside the database is still inside it"]
    book.sealer.checkpoints.unlink()
    assert await book.failures() == [], "the positive control: without the copy outside, a cut tail leaves no trace"


async def test_a_seal_that_is_made_while_we_look_is_no_cut_tail(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    look = events.release.verify._check

    async def look_and_seal(*what: Any) -> Check:
        found = await look(*what)
        await book.hand_over()
        await book.sealer.seal(book.database, START)
        return found

    monkeypatch.setattr(events.release.verify, "_check", look_and_seal)
    assert await book.failures() == []
    assert len(list(book.sealer.read_checkpoints())) > 2


async def test_a_forged_checkpoint_is_found(book: Book) -> None:
    lines = book.sealer.checkpoints.read_text().splitlines()
    entry = json.loads(lines[-1]) | {"signature": "00" * 64}
    book.sealer.checkpoints.write_text("\n".join([*lines[:-1], json.dumps(entry)]) + "\n")
    assert await book.failures() == ["every checkpoint outside the database is still inside it"]


async def test_sealing_again_seals_nothing_twice(book: Book) -> None:
    assert await book.sealer.seal(book.database, START) == 0
    assert len(book.sealer.checkpoints.read_text().splitlines()) == 2
