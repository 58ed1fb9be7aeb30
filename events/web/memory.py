"""Public pages in memory for a few seconds, so that a crowd reads them from here and the database is asked once.

Pages that are remembered are answered before anything else looks at the request: nothing in them depends on who asks.
"""

import asyncio
import gzip
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from events.web.preferences import era_in
from events.web.safety import Asgi, Receive, Scope, Send

Key = tuple[str, ...]
Make = Callable[[], Awaitable[tuple[int, str]]]

KEPT: Final = timedelta(seconds=5)
MOST: Final = 2000  # pages; one is about 10 kB


@dataclass(frozen=True, slots=True)
class Remembered:
    """A page as it is sent: its bytes, its entity tag, and until when it is good."""

    content: bytes
    compressed: bytes
    tag: str
    status: int
    language: str
    until: datetime

    def headers(self) -> dict[str, str]:
        """What goes with it. A browser asks again each time, and mostly hears that nothing changed."""
        return {
            "content-type": "text/html; charset=utf-8",
            # weak: the same page goes out in two codings (RFC 9110 §8.8.3)
            "etag": f'W/"{self.tag}"',
            "cache-control": "no-cache",
            "content-language": self.language,
            "vary": "cookie, accept-encoding",
        }

    def known_to(self, if_none_match: str) -> bool:
        """Whether the visitor has this very page already (RFC 9110 §13.1.2)."""
        return f'"{self.tag}"' in {part.strip().removeprefix("W/") for part in if_none_match.split(",")}


class Memory:
    """The pages that anybody may see, by address and what they depend on. Never one that shows anything about a visitor."""

    def __init__(self) -> None:
        self._pages: dict[Key, Remembered] = {}
        self._making: dict[Key, asyncio.Task[Remembered]] = {}

    def found(self, key: Key, now: datetime) -> Remembered | None:
        """The page of this key, if it is still good."""
        kept = self._pages.get(key)
        return kept if kept is not None and now < kept.until else None

    async def page(self, key: Key, now: datetime, language: str, make: Make) -> Remembered:
        """The page of this key; `make` (status and HTML) is called once for all who ask while it is missing.

        What `make` raises reaches everybody who waits for it, and is not kept.
        """
        if kept := self.found(key, now):
            return kept
        running = self._making.get(key)
        if running is None:
            # a task of its own: whoever asked first may go away
            running = self._making[key] = asyncio.create_task(self._make(key, now, language, make))
            running.add_done_callback(lambda done: self._forget(key, done))
        return await asyncio.shield(running)

    def _forget(self, key: Key, done: asyncio.Task[Remembered]) -> None:
        self._making.pop(key, None)
        if not done.cancelled():
            done.exception()  # read: whoever waited has it, and nobody may have waited

    async def _make(self, key: Key, now: datetime, language: str, make: Make) -> Remembered:
        made = await remembered(now, language, make)
        if len(self._pages) >= MOST:
            self._pages = {k: page for k, page in self._pages.items() if now < page.until}
        if len(self._pages) < MOST:
            self._pages[key] = made
        return made


async def remembered(now: datetime, language: str, make: Make) -> Remembered:
    """A page as it is sent, made now."""
    status, html = await make()
    content = html.encode()
    return Remembered(content, gzip.compress(content, 6), sha256(content).hexdigest()[:16], status, language, now + KEPT)


class FromMemory:
    """ASGI middleware, outermost: answers what is remembered, with `headers` on it as on every answer; all else goes on."""

    def __init__(self, app: Asgi, memory: Memory, clock: Callable[[], datetime], headers: Iterable[tuple[bytes, bytes]]) -> None:
        self._app, self._memory, self._clock, self._headers = app, memory, clock, list(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kept = self._kept(scope)
        if kept is None:
            await self._app(scope, receive, send)
            return
        asked = dict(scope["headers"])
        unchanged = b"if-none-match" in asked and kept.known_to(asked[b"if-none-match"].decode("latin-1"))
        small = _takes_gzip(asked.get(b"accept-encoding", b""))
        body = b"" if unchanged else kept.compressed if small else kept.content
        own = [(name.encode(), value.encode()) for name, value in kept.headers().items()]
        about_body = [] if unchanged else [(b"content-length", str(len(body)).encode())]
        about_body += [(b"content-encoding", b"gzip")] if small and not unchanged else []
        status = 304 if unchanged else kept.status
        await send({"type": "http.response.start", "status": status, "headers": [*own, *about_body, *self._headers]})
        await send({"type": "http.response.body", "body": body})

    def _kept(self, scope: Scope) -> Remembered | None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["query_string"]:
            return None
        era = next((era_in(value.decode("latin-1")) for name, value in scope["headers"] if name == b"cookie"), era_in(""))
        return self._memory.found((scope["path"], era), self._clock())


def _takes_gzip(accepted: bytes) -> bool:
    """Whether the visitor wants it so (RFC 9110 §12.5.3); a weight of nought means no."""
    for part in accepted.decode("latin-1").split(","):
        coding, _, weight = part.partition(";")
        if coding.strip().lower() == "gzip":
            return weight.strip().removeprefix("q=").strip("0.") != "" or not weight
    return False
