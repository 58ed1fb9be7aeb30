"""That something is new among a booth's leads, told to pages that stand open; never what, nor whose.

One look at the database every PAUSE for each booth and use that anybody watches, however many watch it; where a look takes long,
the pause grows with it. At each look the sessions of
all who watch are asked for again: whoever signed out or left the team hears nothing more.

A page watches while somebody looks at it, so hidden tabs use up none of a session's streams. One that was refused a stream
comes back by itself, after five seconds and then after longer, up to a minute (events/web/static/page.js).
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Final

from events.access.caller import Caller
from events.database.connections import Database
from events.errors import NotFound, TooMany, Unavailable
from events.leads.queries import leads_version
from events.terms import PartyId
from events.web.sponsor.queries import still_managing

log = logging.getLogger(__name__)

PAUSE: Final = 2.0  # seconds between two looks
SHARE: Final = 20  # a look decides over all leads of an event: it may take one part of so many of the time
HEARTBEAT: Final = 15.0  # seconds; a proxy or a phone that is gone is noticed, and one that is there keeps the line
MOST_OF_A_SESSION: Final = 6  # a browser opens no more to one server over HTTP/1.1
MOST: Final = 1000  # in this process

BEAT: Final = b": still here\n\n"
Place = tuple[PartyId, str, str | None]  # whose leads of which event, for which use


@dataclass(eq=False)
class Watcher:
    """One page that stands open: the version that it is to hear of, and whether it is over."""

    caller: Caller
    version: str = ""
    over: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, version: str) -> None:
        if version != self.version:
            self.version = version
            self.news.set()

    def end(self) -> None:
        self.over = True
        self.news.set()


class Arrivals:
    """All pages of this process that wait for leads."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], *, pause: float = PAUSE, beat: float = HEARTBEAT
    ) -> None:
        self._database, self._clock, self._pause, self._beat = database, clock, pause, beat
        self._watchers: dict[Place, set[Watcher]] = {}
        self._looking: dict[Place, asyncio.Task[None]] = {}
        self._closed = False

    def close(self) -> None:
        """The server stops: every stream ends now, and the pages come back when it runs again."""
        self._closed = True
        for watcher in self._everybody():
            watcher.end()

    def watch(self, caller: Caller, party: PartyId, slug: str, use: str | None) -> AsyncIterator[bytes]:
        """A stream of server-sent events. Raises TooMany for a session with many of them, Unavailable while the server stops."""
        everybody = self._everybody()
        if self._closed or len(everybody) >= MOST:
            raise Unavailable
        if sum(watcher.caller.key == caller.key for watcher in everybody) >= MOST_OF_A_SESSION:
            raise TooMany(retry_after=60)
        return self._stream(Watcher(caller), (party, slug, use))

    def _everybody(self) -> list[Watcher]:
        return [watcher for watchers in self._watchers.values() for watcher in watchers]

    async def _stream(self, watcher: Watcher, place: Place) -> AsyncIterator[bytes]:
        self._watchers.setdefault(place, set()).add(watcher)
        if place not in self._looking:
            self._looking[place] = asyncio.create_task(self._look(place))
        try:
            yield BEAT  # the headers go out with it
            while not (watcher.over or self._closed):
                try:
                    async with asyncio.timeout(self._beat):
                        await watcher.news.wait()
                except TimeoutError:
                    yield BEAT
                    continue
                watcher.news.clear()
                if not watcher.over:
                    yield told(watcher.version)
        finally:
            self._leave(watcher, place)

    def _leave(self, watcher: Watcher, place: Place) -> None:
        """Whoever is the last to go ends the looking."""
        self._watchers[place].discard(watcher)
        if not self._watchers[place]:
            del self._watchers[place]
            self._looking.pop(place).cancel()

    async def _look(self, place: Place) -> None:
        party, slug, use = place
        while True:
            began = monotonic()
            watchers = list(self._watchers[place])
            try:
                now = self._clock()
                allowed = await still_managing(self._database, sorted({w.caller.key for w in watchers}), party, now)
                for watcher in watchers:
                    if watcher.caller.key not in allowed:
                        watcher.end()
                if staying := [watcher for watcher in watchers if not watcher.over]:
                    version = await leads_version(self._database, staying[0].caller, party, slug, use, now)
                    for watcher in staying:
                        watcher.tell(version)
            except NotFound:
                pass  # she lost it between the two questions; the next look ends her stream
            except Exception as error:  # noqa: BLE001  # whatever one look ran into, the next one looks again
                log.warning("nobody heard about new leads: %r", error)
            await asyncio.sleep(max(self._pause, SHARE * (monotonic() - began)))


def told(version: str) -> bytes:
    """One event: a word that differs whenever the list may read differently."""
    return f"event: leads\ndata: {version}\n\n".encode()
