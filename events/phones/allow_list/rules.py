"""How an allow-list is keyed, tagged and told as a difference. Pure."""

import hmac
from base64 import urlsafe_b64encode
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final
from uuid import UUID

HASH_BYTES: Final = 6
_BLOCK: Final = 64


@dataclass(frozen=True, slots=True)
class ListKey:
    """The key under which a phone and the database hash badge codes: HMAC-SHA256, of which 48 bits are kept."""

    key: bytes

    @property
    def inner(self) -> bytes:
        """The key as RFC 2104 pads it for the inner hash: SQL can hash, but not xor."""
        return bytes(b ^ 0x36 for b in self.key.ljust(_BLOCK, b"\0"))

    @property
    def outer(self) -> bytes:
        return bytes(b ^ 0x5C for b in self.key.ljust(_BLOCK, b"\0"))

    def hash_of(self, code: str) -> bytes:
        return hmac.digest(self.key, code.encode("ascii"), "sha256")[:HASH_BYTES]

    def shown(self) -> str:
        """base64url without padding, as the phone gets it."""
        return urlsafe_b64encode(self.key).decode().rstrip("=")


def list_key(root: bytes, event: UUID, party: UUID | None) -> ListKey:
    """One key per event and party, from the program's key for lists: two sponsors' lists cannot be laid side by side."""
    return ListKey(hmac.digest(root, event.bytes + (b"" if party is None else party.bytes), "sha256"))


def tag_of(hashes: bytes) -> str:
    """The strong ETag of a list (RFC 9110 §8.8.3)."""
    return f'"{sha256(hashes).hexdigest()[:32]}"'


def tags_of(header: str | None) -> list[str]:
    """The tags of an If-None-Match, weak or strong: what they name is compared byte for byte anyway."""
    return [] if header is None else [tag.strip().removeprefix("W/") for tag in header.split(",")]


def asks_for_delta(header: str | None) -> bool:
    """Whether an A-IM header (RFC 3229 §10.5.3) takes our one kind of difference."""
    return header is not None and any(part.partition(";")[0].strip().lower() == "allow-delta" for part in header.split(","))


def difference(old: bytes, new: bytes) -> bytes:
    """From one list to the next: how many are gone (uint32, big-endian), the gone, then the added; both ascending."""
    before, after = hashes_of(old), hashes_of(new)
    gone, added = sorted(before - after), sorted(after - before)
    return len(gone).to_bytes(4) + b"".join(gone) + b"".join(added)


def hashes_of(packed: bytes) -> frozenset[bytes]:
    return frozenset(packed[n : n + HASH_BYTES] for n in range(0, len(packed), HASH_BYTES))


@dataclass(slots=True)
class RecentLists:
    """The lists that this process gave out last, so that a difference can be told.

    It forgets the oldest beyond `most` bytes. Another process knows nothing of them and simply answers the whole list.
    """

    most: int = 32 * 1024 * 1024
    _kept: OrderedDict[tuple[UUID, UUID | None, str], bytes] = field(default_factory=OrderedDict)
    _bytes: int = 0

    def keep(self, event: UUID, party: UUID | None, hashes: bytes) -> None:
        key = (event, party, tag_of(hashes))
        if key in self._kept:
            self._kept.move_to_end(key)
            return
        self._kept[key] = hashes
        # an empty list holds something, too
        self._bytes += len(hashes) + _BLOCK
        while self._bytes > self.most:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest) + _BLOCK

    def known(self, event: UUID, party: UUID | None, tag: str) -> bytes | None:
        return self._kept.get((event, party, tag))
