"""What somebody who owns the tables can do to the book: edit, swap, delete, add, cut the tail, and mend every hash on the way.

She knows the hash functions and may write anything into the database. She has no signing key and cannot reach the
checkpoints outside.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg

from events.release.seals import EMPTY, merkle_root, seal_hash

BOOK: Final = ("consent_event", "release", "disclosure", "seal")
# what each cache is rebuilt from stands in events/release/verify.py
CACHES: Final = ("consent_head", "visit", "subject_block")
KEYS: Final = {
    "consent_event": ("id",),
    "release": ("id",),
    "disclosure": ("release_id", "registration_id"),
    "seal": ("id",),
    "consent_head": ("registration_id", "purpose", "recipient_id"),
    "visit": ("registration_id", "party_id"),
    "subject_block": ("person_id",),
}
# when a visit became known here decides nothing but which page of changes shows it, and no log tells it again
LEFT_ALONE: Final = {"visit": {"changed_at"}}
MENDED: Final = {"hash", "prev_hash"}


async def lift_constraints(sql: asyncpg.Connection[Any]) -> None:
    """The first thing that an owner would do: no check, foreign key or unique constraint stands in the way any more."""
    for row in await sql.fetch(
        "select conrelid::regclass::text as holder, conname from pg_constraint"
        " where conrelid = any ($1::text[]::regclass[]) and contype in ('c', 'f', 'u')",
        [*BOOK, *CACHES],
    ):
        await sql.execute(f"alter table {row['holder']} drop constraint {row['conname']}")


@dataclass
class Tamperer:
    """Does one thing to the book, told by `dice`; `did` says what, for the report."""

    sql: asyncpg.Connection[Any]
    dice: random.Random
    did: list[str] = field(default_factory=list)

    async def tamper(self) -> str:
        """One random tampering; returns what it was. Triggers and constraints do not stand in the way."""
        await self.sql.execute("set local session_replication_role = replica")
        kind = self.dice.choice(list(KINDS))
        self.did = [kind]
        await KINDS[kind](self)
        return " ".join(self.did)

    async def _row(self, table: str, *, also: str = "true") -> asyncpg.Record:
        rows = await self.sql.fetch(f"select * from {table} where {also} order by {', '.join(KEYS[table])}")
        row: asyncpg.Record = self.dice.choice(rows)
        self.did.append(f"{table} {[str(row[key]) for key in KEYS[table]]}")
        return row

    async def edit(self, table: str, *, then_mended: bool = False) -> asyncpg.Record:
        """Another value in one column of one row; returns the row as it was. Hashes that will be mended stay."""
        row = await self._row(table)
        stay = LEFT_ALONE.get(table, set()) | (MENDED if then_mended else set())
        columns = [name for name in row.keys() if name not in stay]  # noqa: SIM118  # a record iterates over its values
        name = self.dice.choice(columns)
        types = await self.sql.fetchval(
            "select format_type(atttypid, atttypmod) from pg_attribute where attrelid = $1::regclass and attname = $2",
            table,
            name,
        )
        self.did.append(name)
        where = " and ".join(f"{key} = ${n}" for n, key in enumerate(KEYS[table], 1))
        await self.sql.execute(
            f"update {table} set {name} = {self._other(row[name], types)} where {where}", *(row[key] for key in KEYS[table])
        )
        return row

    def _other(self, value: Any, type_: str) -> str:
        """An SQL expression for another value of this type than the one that stands there."""
        match type_:
            case "uuid":
                return f"'{uuid4()}'"
            case "text":
                return f"'{value or ''}x'"
            case "text[]":
                return f"array{[*value, 'x']}::text[]" if not value or self.dice.random() < 0.5 else f"array{value[1:]}::text[]"
            case "uuid[]":
                return f"array['{uuid4()}']::uuid[]"
            case "boolean":
                return str(not value).lower()
            case "integer" | "smallint":
                return str((value or 0) + 1000)
            case "bytea":
                return f"sha256('{self.dice.random()}')"
            case "timestamp with time zone":
                return f"'{value.isoformat()}'::timestamptz + interval '1 second'" if value else "'2027-01-01'::timestamptz"
            case "xid8":
                # out of the window that its seal covers; inside of it the number says nothing
                return "'1000000000'"
            case _:
                raise NotImplementedError(type_)

    async def _delete(self, table: str, row: asyncpg.Record) -> None:
        where = " and ".join(f"{key} = ${n}" for n, key in enumerate(KEYS[table], 1))
        await self.sql.execute(f"delete from {table} where {where}", *(row[key] for key in KEYS[table]))

    async def mend_chain(self, registration: UUID) -> None:
        """Every act of a registration with the hash that its content calls for, from the first on."""
        for act in await self.sql.fetch("select id from consent_event where registration_id = $1 order by seq", registration):
            await self.sql.execute(
                "update consent_event c set prev_hash = (select p.hash from consent_event p where p.registration_id = c.registration_id"
                " and p.seq < c.seq order by p.seq desc limit 1) where id = $1",
                act["id"],
            )
            await self.sql.execute("update consent_event c set hash = consent.event_hash(c) where id = $1", act["id"])

    async def mend_head(self, registration: UUID) -> None:
        """The heads of a registration as the log has them now: its acts go in again, past the trigger that keeps heads."""
        await self.sql.execute("delete from consent_head where registration_id = $1", registration)
        acts = await self.sql.fetch("delete from consent_event where registration_id = $1 returning *", registration)
        await self.sql.execute("alter table consent_event disable trigger chain; set local session_replication_role = origin")
        for act in sorted(acts, key=lambda act: act["seq"]):
            await self._insert("consent_event", dict(act))
        await self.sql.execute("set local session_replication_role = replica")

    async def _insert(self, table: str, row: dict[str, Any]) -> None:
        places = ", ".join(f"${n}" if name != "txid" else f"${n}::text::xid8" for n, name in enumerate(row, 1))
        values = (str(value) if name == "txid" else value for name, value in row.items())
        await self.sql.execute(f"insert into {table} ({', '.join(row)}) values ({places})", *values)

    async def mend_release(self, release: UUID) -> None:
        """The lines of a release and the release itself with the hashes that their content calls for."""
        await self.sql.execute("update disclosure d set hash = release.line_hash(d) where release_id = $1", release)
        await self.sql.execute(
            "update release r set row_count = l.n, lines_hash = coalesce(l.lines, release.no_lines()) from ("
            " select count(*) n, sha256(string_agg(hash, ''::bytea order by registration_id)) lines from disclosure where release_id = $1) l"
            " where r.id = $1",
            release,
        )
        await self.sql.execute("update release r set hash = release.release_hash(r) where id = $1", release)

    async def mend_seals(self) -> None:
        """Every seal over the leaves that stand there now, chained anew. The signatures stay: there is no key for others."""
        previous, until = EMPTY, "0"
        for seal in await self.sql.fetch("select id, txid_until::text as until from seal order by id"):
            leaves = await self.sql.fetch("select hash from release.leaves($1::text::xid8, $2::text::xid8)", until, seal["until"])
            root = merkle_root(leaf["hash"] for leaf in leaves)
            digest = seal_hash(seal["id"], until, seal["until"], len(leaves), root, previous)
            await self.sql.execute(
                "update seal set leaf_count = $2, root = $3, previous_hash = $4, hash = $5 where id = $1",
                seal["id"], max(1, len(leaves)), root, previous, digest,
            )  # fmt: skip
            previous, until = digest, seal["until"]


Kind = Callable[[Tamperer], Coroutine[Any, Any, None]]


async def _edit_as_it_stands(t: Tamperer) -> None:
    await t.edit(t.dice.choice(BOOK))


async def _edit_a_cache(t: Tamperer) -> None:
    await t.edit(t.dice.choice(CACHES))


async def _edit_an_act_and_mend_its_chain(t: Tamperer) -> None:
    row = await t.edit("consent_event", then_mended=True)
    await t.mend_chain(row["registration_id"])


async def _edit_an_act_and_mend_everything(t: Tamperer) -> None:
    await _edit_an_act_and_mend_its_chain(t)
    await t.mend_seals()


async def _edit_a_line_and_mend_everything(t: Tamperer) -> None:
    row = await t.edit("disclosure", then_mended=True)
    await t.mend_release(row["release_id"])
    await t.mend_seals()


async def _edit_a_release_and_mend_everything(t: Tamperer) -> None:
    row = await t.edit("release", then_mended=True)
    await t.sql.execute("update release r set hash = release.release_hash(r) where id = $1", row["id"])
    await t.mend_seals()


async def _swap_two(t: Tamperer) -> None:
    table = t.dice.choice(("consent_event", "release", "disclosure"))
    one, other = await t._row(table), await t._row(table, also="true")
    while all(one[key] == other[key] for key in KEYS[table]):
        other = await t._row(table)
    for row in (one, other):
        await t._delete(table, row)
    for into, from_ in ((one, other), (other, one)):
        await t._insert(table, dict(from_) | {key: into[key] for key in KEYS[table]})


async def _delete_one(t: Tamperer) -> None:
    table = t.dice.choice(BOOK)
    await t._delete(table, await t._row(table))


async def _delete_a_line_and_mend_everything(t: Tamperer) -> None:
    row = await t._row("disclosure")
    await t._delete("disclosure", row)
    await t.mend_release(row["release_id"])
    await t.mend_seals()


async def _delete_a_release_with_its_lines_and_mend_the_seals(t: Tamperer) -> None:
    row = await t._row("release")
    await t.sql.execute("delete from disclosure where release_id = $1", row["id"])
    await t.sql.execute("delete from release where id = $1", row["id"])
    await t.mend_seals()


async def _delete_the_end_of_a_chain_and_mend_everything(t: Tamperer) -> None:
    """The withdrawal that should never have been: gone from the log, from its head and from the seals."""
    row = await t._row("consent_event")
    await t.sql.execute("delete from consent_event where registration_id = $1 and seq >= $2", row["registration_id"], row["seq"])
    await t.mend_head(row["registration_id"])
    await t.mend_seals()


async def _add_an_act_in_the_past_and_mend_everything(t: Tamperer) -> None:
    """A yes that she never said, with a perfect hash, in a window that is sealed already."""
    row = await t._row("consent_event", also="act = 'grant'")
    last = await t.sql.fetchrow(
        "select * from consent_event where registration_id = $1 order by seq desc limit 1", row["registration_id"]
    )
    assert last
    await t._insert("consent_event", dict(row) | {"id": uuid4(), "seq": last["seq"] + 1, "occurred_at": last["occurred_at"]})
    await t.mend_chain(row["registration_id"])
    await t.mend_head(row["registration_id"])
    await t.mend_seals()


async def _cut_the_tail(t: Tamperer) -> None:
    """Everything from some seal on, seals and heads with it: what is left is a perfect, shorter book."""
    seal = await t._row("seal")
    touched = await t.sql.fetch(
        "select distinct registration_id from consent_event where txid >= $1::text::xid8", str(seal["txid_from"])
    )
    for table in ("release", "consent_event"):
        await t.sql.execute(f"delete from {table} where txid >= $1::text::xid8", str(seal["txid_from"]))
    await t.sql.execute("delete from disclosure d where not exists (select from release r where r.id = d.release_id)")
    await t.sql.execute("delete from seal where id >= $1", seal["id"])
    for row in touched:
        await t.mend_head(row["registration_id"])


KINDS: Final[dict[str, Kind]] = {
    "edit": _edit_as_it_stands,
    "edit a cache": _edit_a_cache,
    "edit an act, mend its chain": _edit_an_act_and_mend_its_chain,
    "edit an act, mend everything": _edit_an_act_and_mend_everything,
    "edit a line, mend everything": _edit_a_line_and_mend_everything,
    "edit a release, mend everything": _edit_a_release_and_mend_everything,
    "swap": _swap_two,
    "delete": _delete_one,
    "delete a line, mend everything": _delete_a_line_and_mend_everything,
    "delete a release, mend everything": _delete_a_release_with_its_lines_and_mend_the_seals,
    "delete the end of a chain, mend everything": _delete_the_end_of_a_chain_and_mend_everything,
    "add an act in the past, mend everything": _add_an_act_in_the_past_and_mend_everything,
    "cut the tail": _cut_the_tail,
}
