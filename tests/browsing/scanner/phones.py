"""A helper's phone: a Chromium with a profile that outlives it, as a phone's storage does, and a camera of its own."""

import os
import signal
import time
from pathlib import Path
from typing import Final

from playwright.async_api import BrowserContext, Locator, Page, Playwright

from tests.browsing.chromium import FLAGS, find
from tests.browsing.pages import LOCALES, Language
from tests.browsing.scanner.camera import Camera

PATIENCE: Final = 15_000  # milliseconds
DEATH: Final = 10.0  # seconds that a killed browser gets to be gone


class HelperPhone:
    """One phone. `start` opens the app; `kill` is what an empty battery does."""

    def __init__(self, playwright: Playwright, folder: Path, url: str, language: Language = "en") -> None:
        self._playwright, self._url, self._language = playwright, url, language
        self.profile = folder / "profile"
        self.camera = Camera(folder / "camera.y4m")
        self._context: BrowserContext | None = None
        self.complaints: list[str] = []

    async def start(self, address: str = "/scan/", *, offline: bool = False, permissions: tuple[str, ...] = ("camera",)) -> Page:
        """The app, just opened; the profile is the one that the phone had before."""
        device = {k: v for k, v in self._playwright.devices["Pixel 7"].items() if k != "default_browser_type"}
        self._context = await self._playwright.chromium.launch_persistent_context(
            self.profile,
            executable_path=find(),
            args=[*FLAGS, *self.camera.flags],
            permissions=list(permissions),
            base_url=self._url,
            locale=LOCALES[self._language],
            timezone_id="Asia/Bangkok",
            offline=offline,
            **device,
        )
        self._context.set_default_timeout(PATIENCE)
        self._context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        page = self._context.pages[0] if self._context.pages else await self._context.new_page()
        await page.goto(address)
        return page

    @property
    def context(self) -> BrowserContext:
        assert self._context is not None, "the phone is off"
        return self._context

    async def stop(self) -> None:
        """Close it properly."""
        if self._context is not None:
            context, self._context = self._context, None
            await context.close()

    async def kill(self) -> None:
        """End every process of this phone with SIGKILL, in the middle of whatever it does."""
        for pid in self._processes():
            with_luck(pid)
        give_up = time.monotonic() + DEATH
        while self._processes():
            assert time.monotonic() < give_up, "the browser lives on"
            time.sleep(0.05)
        self._context = None

    def _processes(self) -> list[int]:
        found = []
        for entry in Path("/proc").iterdir():
            try:
                command = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0] if command else ""
            except OSError:  # it went while we looked
                continue
            if os.fsencode(self.profile) in command and state != "Z":
                found.append(int(entry.name))
        return found


def with_luck(pid: int) -> None:
    """Kill a process that may be gone by now."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def result_of(page: Page) -> Locator:
    """The sheet with the answer to the last badge."""
    return page.locator("[data-result]")
