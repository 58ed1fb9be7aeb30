"""Public pages in memory for a few seconds, so that a crowd reads them from here and the database is asked once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

KEPT: Final = timedelta(seconds=5)
MOST: Final = 2000  # pages; one is about 10 kB


@dataclass(frozen=True, slots=True)
class Remembered:
    """A page as it is sent: its bytes, its entity tag, and until when it is good."""

    content: bytes
    tag: str
    status: int
    until: datetime


class Memory:
    """The pages that anybody may see, by address and what they depend on. Never one that shows anything about a visitor."""

    def __init__(self) -> None:
        self._pages: dict[tuple[str, ...], Remembered] = {}
        self._making: dict[tuple[str, ...], asyncio.Task[Remembered]] = {}

    async def page(self, key: tuple[str, ...], now: datetime, make: Callable[[], Awaitable[tuple[int, str]]]) -> Remembered:
        """The page of this key; `make` (status and HTML) is called once for all who ask while it is missing.

        What `make` raises reaches everybody who waits for it, and is not kept.
        """
        kept = self._pages.get(key)
        if kept is not None and now < kept.until:
            return kept
        running = self._making.get(key)
        if running is None:
            # a task of its own: whoever asked first may go away
            running = self._making[key] = asyncio.create_task(self._make(key, now, make))
            running.add_done_callback(lambda done: self._forget(key, done))
        return await asyncio.shield(running)

    def _forget(self, key: tuple[str, ...], done: asyncio.Task[Remembered]) -> None:
        self._making.pop(key, None)
        if not done.cancelled():
            done.exception()  # read: whoever waited has it, and nobody may have waited

    async def _make(self, key: tuple[str, ...], now: datetime, make: Callable[[], Awaitable[tuple[int, str]]]) -> Remembered:
        status, html = await make()
        content = html.encode()
        made = Remembered(content, f'"{sha256(content).hexdigest()[:16]}"', status, now + KEPT)
        if len(self._pages) >= MOST:
            self._pages = {k: page for k, page in self._pages.items() if now < page.until}
        if len(self._pages) < MOST:
            self._pages[key] = made
        return made
