"""Seals over the book: signed Merkle roots, chained, kept in the database and written outside it (S11-sec-2).

Leaves are the hashes of releases and consent acts; a window of transactions is sealed once none of them can still be
running, so no row slips in behind a seal and no writer waits for the sealer. Tree as in RFC 6962. The copy outside the
database (`checkpoints.jsonl`) is what shows that a tail was cut, seals and all.
"""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from events.database.connections import Database
from events.settings import Settings

EMPTY = sha256(b"").digest()


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """The Merkle tree hash of RFC 6962 §2.1 (leaves prefixed 0, nodes 1, an odd node moves up); 32 bytes."""
    level = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
    if not level:
        return EMPTY
    while len(level) > 1:
        paired = [sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One seal as it stands outside the database."""

    id: int
    hash: bytes
    signature: bytes
    at: str

    def line(self) -> str:
        return json.dumps({"id": self.id, "hash": self.hash.hex(), "signature": self.signature.hex(), "at": self.at}) + "\n"


class Sealer:
    """Seals with a key that the database does not hold."""

    def __init__(self, settings: Settings) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(settings.key_for("ledger seals"))
        self.checkpoints = settings.var / "checkpoints.jsonl"

    def signs(self, digest: bytes, signature: bytes) -> bool:
        try:
            self._key.public_key().verify(signature, digest)
        except InvalidSignature:
            return False
        return True

    async def seal(self, database: Database, now: datetime) -> int:
        """Seal what has settled since the last seal and copy new seals outside; returns the number of leaves sealed."""
        sealed = 0
        async with database.transaction() as connection:
            following = await connection.fetchrow("select * from release.next_seal()")
            if following is None:
                raise RuntimeError("next_seal returns one row")
            id_, from_, until, previous = following
            rows = await connection.fetch("select hash from release.leaves($1::text::xid8, $2::text::xid8)", from_, until)
            if rows:
                sealed = len(rows)
                root = merkle_root(row["hash"] for row in rows)
                digest = seal_hash(id_, from_, until, sealed, root, previous)
                await connection.execute(
                    "select release.keep_seal($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                    id_,
                    from_,
                    until,
                    sealed,
                    root,
                    previous,
                    digest,
                    self._key.sign(digest),
                    now,
                )
        await self._copy_outside(database)
        return sealed

    async def _copy_outside(self, database: Database) -> None:
        # after the commit: a seal that exists only outside would look like a cut tail
        last = max((checkpoint.id for checkpoint in self.read_checkpoints()), default=0)
        rows = await database.call("select * from release.seals_after($1)", last)
        if rows:
            append_durably(
                self.checkpoints,
                "".join(Checkpoint(r["id"], r["hash"], r["signature"], r["at"].isoformat()).line() for r in rows),
            )

    def read_checkpoints(self) -> Iterator[Checkpoint]:
        """The seals outside the database, in order. A torn last line (a crash while writing) is left out."""
        if not self.checkpoints.exists():
            return
        for line in self.checkpoints.read_text(encoding="ascii").splitlines(keepends=True):
            if line.endswith("\n"):
                entry = json.loads(line)
                yield Checkpoint(entry["id"], bytes.fromhex(entry["hash"]), bytes.fromhex(entry["signature"]), entry["at"])


def seal_hash(id_: int, txid_from: str, txid_until: str, leaf_count: int, root: bytes, previous: bytes) -> bytes:
    """What is signed: position, window, number and root of the leaves, and the seal before; 32 bytes."""
    return sha256(json.dumps(["seal-1", id_, txid_from, txid_until, leaf_count, root.hex(), previous.hex()]).encode()).digest()


def append_durably(path: Path, text: str) -> None:
    """Add whole lines and wait until they are on disk; what a crash left of a line is cut off first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        kept = file.read()
        file.truncate(kept.rfind(b"\n") + 1)
        file.seek(0, os.SEEK_END)
        file.write(text.encode("ascii"))
        file.flush()
        os.fsync(file.fileno())
