"""A helper's phone: a Chromium with a profile that outlives it, as a phone's storage does, and a camera of its own."""

import asyncio
import os
import re
import signal
import time
from pathlib import Path
from typing import Any, Final

from playwright.async_api import BrowserContext, Page, Playwright, expect

from tests.browsing.chromium import FLAGS, find
from tests.browsing.pages import LOCALES, Language
from tests.browsing.scanner.camera import Camera
from tests.browsing.scanner.stand import Stand

PATIENCE: Final = 15_000  # milliseconds
expect.set_options(timeout=PATIENCE)  # five seconds, as it has it, are little on a busy machine
WORDS: Final = {"en": {"name": "Your first name", "join": "Join"}, "th": {"name": "ชื่อของคุณ", "join": "เข้าร่วม"}}
OTHER_CLOCK: Final = """(() => {
  const Right = Date, off = %d;
  globalThis.Date = class Date extends Right {
    constructor(...given) { given.length ? super(...given) : super(Right.now() + off); }
    static now() { return Right.now() + off; }
  };
})()"""
DUMP: Final = """(async () => {
  const plain = value =>
    value instanceof ArrayBuffer || ArrayBuffer.isView(value)
      ? Array.from(new Uint8Array(value.buffer ?? value), byte => String.fromCharCode(byte)).join("")
      : value instanceof CryptoKey ? "key"
      : Array.isArray(value) ? value.map(plain)
      : value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]))
      : value;
  const kept = {};
  for (const { name } of await indexedDB.databases()) {
    const base = await new Promise((good, bad) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => good(asked.result);
      asked.onerror = () => bad(asked.error);
    });
    for (const store of base.objectStoreNames) {
      kept[`${name}/${store}`] = await new Promise((good, bad) => {
        const asked = base.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => good(plain(asked.result));
        asked.onerror = () => bad(asked.error);
      });
    }
    base.close();
  }
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys())
      if (!request.url.endsWith(".wasm"))
        kept[`cache ${request.url}`] = await (await (await caches.open(name)).match(request)).text();
  kept.local = JSON.stringify({ ...localStorage });
  kept.session = JSON.stringify({ ...sessionStorage });
  return kept;
})()"""
# tokens that the server does not know
FORGET: Final = """() => new Promise((good, bad) => {
  const asked = indexedDB.open("events-scan");
  asked.onerror = () => bad(asked.error);
  asked.onsuccess = () => {
    const write = asked.result.transaction("kept", "readwrite");
    write.objectStore("kept").put({ access: "unknown", refresh: "unknown", request: null }, "tokens");
    write.oncomplete = () => good(asked.result.close());
  };
})"""
HIDE: Final = """hidden => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => hidden ? "hidden" : "visible" });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
# what another app that takes the camera, or a plug that is pulled, does to the track
CAMERA_ENDS: Final = """() => {
  const [track] = document.querySelector("video").srcObject.getVideoTracks();
  track.stop();
  track.dispatchEvent(new Event("ended"));
}"""
LIST_KEPT: Final = 21.0  # seconds
NOT_MODIFIED: Final = 304
DEATH: Final = 10.0  # seconds that a killed browser gets to be gone
GAP: Final = 0.002  # seconds between two strokes of a hand scanner


class HelperPhone:
    """One phone. `start` opens the app; `kill` is what an empty battery does."""

    def __init__(self, playwright: Playwright, folder: Path, url: str, language: Language = "en") -> None:
        self._playwright, self._url, self._language = playwright, url, language
        self.profile = folder / "profile"
        self.camera = Camera(folder / "camera.y4m")
        self._context: BrowserContext | None = None
        self.complaints: list[str] = []

    async def start(
        self,
        address: str = "/scan/",
        *,
        offline: bool = False,
        permissions: tuple[str, ...] = ("camera",),
        has_camera: bool = True,
    ) -> Page:
        """The app, just opened; the profile is the one that the phone had before."""
        device = {k: v for k, v in self._playwright.devices["Pixel 7"].items() if k != "default_browser_type"}
        self._context = await self._playwright.chromium.launch_persistent_context(
            self.profile,
            executable_path=find(),
            args=[*FLAGS, *(self.camera.flags if has_camera else ())],
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

    async def join(
        self,
        stand: Stand,
        *,
        helper: str = "Nok",
        place: str = "Here",
        door: bool = False,
        clock_off_by: float = 0,
    ) -> Page:
        """The app, joined by an enrolment link, with its list taken."""
        page = await self.start("about:blank")
        if clock_off_by:
            await self.context.add_init_script(OTHER_CLOCK % (clock_off_by * 1000))
        await self.join_on(page, await stand.enrolment(place, door=door), helper)
        await expect(page.locator("main.scan")).to_be_visible()
        return page

    async def join_on(self, page: Page, link: str, helper: str = "Nok") -> None:
        """Follow an enrolment link in the app, and join; the list is taken."""
        await page.goto(link)
        words = WORDS[self._language]
        await page.get_by_label(words["name"]).fill(helper)
        async with page.expect_response("**/api/v1/device/list"):
            await page.get_by_role("button", name=words["join"], exact=True).click()

    async def take_list(self, page: Page) -> None:
        """The list as it is now, with whoever registered just before: asked for until it is another one.

        The server keeps a list for as long as it costs, which is seconds on a busy machine, and 20 at most.
        """
        give_up = time.monotonic() + LIST_KEPT
        status = NOT_MODIFIED
        while status == NOT_MODIFIED and time.monotonic() < give_up:
            await page.wait_for_timeout(1_000)
            async with page.expect_response("**/api/v1/device/list") as asked:
                await page.evaluate("dispatchEvent(new Event('online'))")
            status = (await asked.value).status
        await page.wait_for_timeout(300)  # until it is written

    async def ready_for_offline(self, page: Page) -> None:
        """Wait until the app is kept on the phone."""
        await page.evaluate("navigator.serviceWorker.ready")
        while not await page.evaluate(
            "caches.keys().then(async names => (await Promise.all(names.map(async name => "
            "(await (await caches.open(name)).keys()).length))).some(n => n > 5))"
        ):
            await page.wait_for_timeout(100)

    async def stored(self, page: Page) -> dict[str, Any]:
        """Everything that the app keeps: every store of every database, storages, caches and cookies, as text."""
        kept: dict[str, Any] = await page.evaluate(DUMP)
        kept["cookies"] = str(await self.context.cookies())
        return kept

    def on_disk(self, *canaries: str) -> list[str]:
        """Which of these texts stand anywhere in the files of the profile. The phone must be off."""
        assert self._context is None
        files = [path.read_bytes() for path in self.profile.rglob("*") if path.is_file() and not path.is_symlink()]
        return [c for c in canaries if any(c.encode(code) in data for data in files for code in ("utf-8", "utf-16-le"))]

    async def wedge(self, page: Page, text: str) -> None:
        """A hand scanner that types like a keyboard, on a phone whose keyboard is set to Thai."""
        session = await self.context.new_cdp_session(page)
        strokes: list[dict[str, object]] = []
        now = time.time()
        for nth, character in enumerate([*text, "Enter"]):
            code = character if character == "Enter" else f"Digit{character}" if character.isdigit() else f"Key{character}"
            key = "Enter" if character == "Enter" else "ฟ"
            # the strokes carry the scanner's own times, as a keyboard's do: a busy machine cuts no code in half
            stroke: dict[str, object] = {"code": code, "key": key, "windowsVirtualKeyCode": 0, "timestamp": now + nth * GAP}
            strokes += [{"type": kind, **stroke} for kind in ("keyDown", "keyUp")]
        await asyncio.gather(*(session.send("Input.dispatchKeyEvent", stroke) for stroke in strokes))

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


async def says(page: Page, title: str, *texts: str) -> None:
    """The sheet with the newest result has this title and says these texts."""
    sheet = page.get_by_role("region", name=title, exact=True)
    await expect(sheet).to_be_visible()
    for text in texts:
        await expect(sheet).to_contain_text(text)


async def said(page: Page, text: str) -> None:
    """The newest result says this, whatever its title."""
    await expect(page.locator("section.result")).to_contain_text(text)


async def waiting(page: Page, rows: int) -> None:
    """The strip at the top counts so many rows that have not left the phone."""
    strip = page.locator("header.strip")
    if rows:
        await expect(strip).to_contain_text(re.compile(rf"(?<!\d){rows} waiting|รอส่ง {rows}(?!\d)"), timeout=30_000)
    else:
        await expect(strip).not_to_contain_text(re.compile("waiting|รอส่ง"), timeout=30_000)
