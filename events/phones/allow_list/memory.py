"""The allow-lists in memory for a few seconds, so that a hundred phones of one booth ask the database for one list."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeAlias
from uuid import UUID

from events.phones.allow_list.rules import RecentLists, difference, tag_of

# an event, and the party for a booth
Of: TypeAlias = tuple[UUID, UUID | None]
Make: TypeAlias = Callable[[], Awaitable[bytes | None]]

# a list is kept for as long as keeps the database from making lists for more than a twentieth of its time. A phone asks every
# minute: what it has is older already
SHARE: Final = 20
LEAST_FRESH: Final = timedelta(seconds=1)
MOST_FRESH: Final = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class AllowList:
    """The packed hashes of an event and party, as they were decided at `at` and good for `fresh`; and what was told of them."""

    hashes: bytes
    tag: str
    at: datetime
    fresh: timedelta = LEAST_FRESH
    told: dict[str, bytes] = field(default_factory=dict)

    def is_fresh(self, now: datetime) -> bool:
        """Either way: a clock that was set back must not keep a list for good."""
        return abs(now - self.at) < self.fresh


class Lists:
    """The lists of this process: each for a while, one computation at a time; and the ones before, to tell a difference.

    Whether a phone may have its list is asked elsewhere, each time: nothing here knows a phone. `seconds` is the watch that
    measures what a list costs.
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._recent = RecentLists()
        self._fresh: dict[Of, AllowList] = {}
        self._making: dict[Of, asyncio.Task[AllowList | None]] = {}

    async def list_of(self, of: Of, now: datetime, make: Make) -> AllowList | None:
        """The list that is fresh at `now`; else what `make` gives for whoever asks first, while the others wait for it.

        None is for the asker alone (its phone was revoked meanwhile): whoever waited asks for itself. What `make` raises
        reaches everybody who waits, and is not kept.
        """
        while True:
            kept = self._fresh.get(of)
            if kept is not None and kept.is_fresh(now):
                return kept
            running = self._making.get(of)
            first = running is None
            if running is None:
                # a task of its own: the phone that asked first may go away
                running = self._making[of] = asyncio.create_task(self._make(of, now, make))
                running.add_done_callback(lambda done: self._forget(of, done))
            made = await asyncio.shield(running)
            if first or made is not None:
                return made

    def told_since(self, of: Of, base: str, new: AllowList) -> bytes | None:
        """What changed since the list of this tag; None when it is not known here, or longer to tell than the list."""
        told = new.told.get(base)
        if told is None:
            old = self._recent.known(*of, base)
            if old is None:
                return None
            # worked out once for all phones that come from the same list
            told = new.told[base] = difference(old, new.hashes)
        return told if len(told) < len(new.hashes) else None

    def _forget(self, of: Of, done: asyncio.Task[AllowList | None]) -> None:
        self._making.pop(of, None)
        if not done.cancelled():
            done.exception()  # read: whoever waited has it, and nobody may have waited

    async def _make(self, of: Of, now: datetime, make: Make) -> AllowList | None:
        began = self._seconds()
        hashes = await make()
        if hashes is None:
            return None
        cost = timedelta(seconds=self._seconds() - began)
        made = AllowList(hashes, tag_of(hashes), now, min(max(SHARE * cost, LEAST_FRESH), MOST_FRESH))
        self._fresh = {k: kept for k, kept in self._fresh.items() if kept.is_fresh(now)} | {of: made}
        self._recent.keep(*of, hashes)
        return made
