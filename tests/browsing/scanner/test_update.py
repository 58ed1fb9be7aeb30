"""A newer app arrives while five hundred scans wait: it is offered, taken when the helper likes, and loses nothing."""

import asyncio
import re
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import asyncpg
import pytest
import uvicorn
from playwright.async_api import Page, Playwright, expect

from events.app import create_app
from events.database.connections import Database
from events.database.embedded import EmbeddedPostgres
from events.web.phone_app.files import File, read_built
from tests.browsing.checks import all_well
from tests.browsing.scanner.phones import HelperPhone, waiting
from tests.browsing.scanner.walk import Walk
from tests.browsing.scanner.words import APP_WORDS
from tests.conftest import SETTINGS, MovableClock, Visit
from tests.people import People, ok
from tests.world import World

PRODUCT: Final = Path(__file__).resolve().parents[3]
NEW: Final = "99.0.0"
QUEUED: Final = 500
GUESTS: Final = 5  # each read a hundred times: of unknown badges the server takes no five hundred a minute
# a hand scanner's strokes, faster than the debugger would send them
READ: Final = """async codes => {
  const stroke = code => dispatchEvent(new KeyboardEvent("keydown", { code }));
  for (const code of codes) {
    for (const sign of code) stroke(/[0-9]/.test(sign) ? `Digit${sign}` : `Key${sign}`);
    stroke("Enter");
    await new Promise(done => setTimeout(done));
  }
}"""


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, File]:
    """The same app, built once more under a higher version."""
    source = tmp_path_factory.mktemp("newer")
    product = (PRODUCT / "pyproject.toml").read_text(encoding="utf-8")
    (source / "pyproject.toml").write_text(re.sub(r'(?m)^version = ".+"$', f'version = "{NEW}"', product), encoding="utf-8")
    scanner = source / "mobile_scanner"
    shutil.copytree(PRODUCT / "mobile_scanner", scanner, ignore=shutil.ignore_patterns("node_modules"))
    (scanner / "node_modules").symlink_to(PRODUCT / "mobile_scanner/node_modules")
    build = ["node", "node_modules/vite/bin/vite.js", "build", "--logLevel", "error", "--outDir", str(source / "built")]
    subprocess.run(build, cwd=scanner, check=True, capture_output=True)
    return dict(read_built(source / "built"))


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # they are pytest's


@dataclass
class Site:
    """The product at an address of its own. Its phone app is another one as soon as `phone_app` holds other files."""

    url: str
    phone_app: dict[str, File]


@pytest.fixture
async def site(database: Database, clock: MovableClock) -> AsyncIterator[Site]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        files = dict(read_built())
        app = create_app(replace(SETTINGS, base_url=url), database, clock=clock, phone_app=files)
        server = _Server(uvicorn.Config(app, lifespan="off", ws="none", log_config=None, access_log=False))
        serving = asyncio.create_task(server.serve([listener]))
        yield Site(url, files)
        server.should_exit = True
        app.stop()
        await serving


async def version_of(page: Page) -> str:
    """The version that the app's settings show."""
    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("button", name="Settings").click()
    shown = await page.locator("dt", has_text="Version").locator("xpath=following-sibling::dd[1]").inner_text()
    await page.get_by_role("button", name="Back").click()
    return shown


async def what_is_wrong_with_the_offer(phone: HelperPhone, page: Page) -> list[str]:
    """What axe and the narrowest phone complain of while a new version waits, in both languages; the app is in English again."""
    complaints: list[str] = []
    english, thai = (Walk(phone, page, APP_WORDS[language], complaints) for language in ("en", "th"))
    for now, then in ((english, thai), (thai, english)):
        await now.press("menu", "otherLanguage")
        await then.press("close")
        await then.sees("updateReady")
    return complaints


@pytest.mark.requirement("S6-sponsor-3")
async def test_an_update_with_five_hundred_scans_waiting_is_offered_and_keeps_them_all(
    site: Site,
    newer: dict[str, File],
    world: World,
    postgres: EmbeddedPostgres,
    database: Database,
    clock: MovableClock,
    visit: Visit,
    playwright: Playwright,
    tmp_path: Path,
) -> None:
    people = People(world, database, clock, visit)
    guests = [await people.attendee(badge_scan=True) for _ in range(GUESTS)]
    clock.forward(minutes=10)  # what waits was read after they allowed it
    admin = await world.admin("S1")
    code = ok(await admin.post("/api/v1/devices/enrolments", json={"event": world.slug}))["code"]
    phone = HelperPhone(playwright, tmp_path, site.url)
    page = await phone.start()
    try:
        await phone.join_on(page, f"{site.url}/scan/#enrol={code}")
        await phone.ready_for_offline(page)
        old = await version_of(page)
        assert old != NEW
        await phone.context.route("**/api/v1/**", lambda route: route.abort("connectionrefused"))
        await page.evaluate(READ, [guest.badge for guest in guests] * (QUEUED // GUESTS))
        await waiting(page, QUEUED)

        site.phone_app.clear()
        site.phone_app.update(newer)
        await page.reload()
        offer = page.get_by_role("button", name="Update", exact=True)
        await expect(offer).to_be_visible(timeout=30_000)
        await waiting(page, QUEUED)
        assert await version_of(page) == old  # offered, and no more
        all_well(await what_is_wrong_with_the_offer(phone, page))
        async with page.expect_event("load"):
            await offer.click()
        await waiting(page, QUEUED)
        assert await version_of(page) == NEW
        await expect(offer).not_to_be_visible()

        await phone.context.unroute("**/api/v1/**")
        await page.evaluate("dispatchEvent(new Event('online'))")
        await waiting(page, 0)
        assert (await phone.stored(page))["events-scan/queue"] == []
    finally:
        await phone.stop()
    [device] = ok(await admin.get("/api/v1/devices", params={"event": world.slug}))["items"]
    connection = await asyncpg.connect(postgres.dsn("postgres"))
    counted = "select count(*) as n, count(distinct client_id) as ids from scan where device_id = $1"
    [kept] = await connection.fetch(counted, device["id"])
    await connection.close()
    assert (kept["n"], kept["ids"]) == (QUEUED, QUEUED)
    assert device["app_version"] == NEW
