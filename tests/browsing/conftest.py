"""A real browser in front of the real program: one of each for all tests of a process, a context of its own for each test."""

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, Protocol

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Playwright, async_playwright

from tests.browsing import product as products
from tests.browsing.checks import Scheme
from tests.browsing.chromium import FLAGS, find
from tests.browsing.letters import Mailbox, open_mailbox
from tests.browsing.pages import LOCALES, Language
from tests.browsing.product import Product
from tests.browsing.watch import Watch, watch, watched

SCHEMES: Final[tuple[Scheme, ...]] = ("dark", "light")
PATIENCE: Final = 15_000  # milliseconds that the browser waits for anything
Shots = Callable[[Page, str], Awaitable[None]]


class Look(Protocol):
    """Gives an empty page of a browser that is kept, since many tests need no more: cookies and complaints are cleared."""

    async def __call__(self, language: Language = "th", *, who: str | None = None, javascript: bool = True) -> Page: ...


class Open(Protocol):
    """Opens a browser of its own (cookies, cache) at the product; it is closed when the test ends."""

    async def __call__(self, language: Language = "th", *, who: str | None = None, javascript: bool = True) -> BrowserContext: ...


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    """Where every mail of the program arrives, by SMTP."""
    with open_mailbox() as box:
        yield box


@pytest.fixture(scope="session")
def product(mailbox: Mailbox) -> Iterator[Product]:
    """The program with its demo data."""
    with tempfile.TemporaryDirectory(prefix="events-browsing-") as folder:
        Path(folder).chmod(0o755)  # the account that serves root must reach it
        with products.running(Path(folder), mailbox) as running:
            yield running


@pytest.fixture(scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as started:
        yield started


@pytest.fixture(scope="session")
async def chromium(playwright: Playwright) -> AsyncIterator[Browser]:
    """One browser for all; Playwright's own where the machine has none."""
    browser = await playwright.chromium.launch(executable_path=find(), args=FLAGS)
    yield browser
    await browser.close()


@pytest.fixture(scope="session")
async def kept_phone(playwright: Playwright, chromium: Browser, product: Product) -> AsyncIterator[Look]:
    """A page on a phone that is used again and again: `page = await kept_phone("th", who=ATTENDEE)`."""
    async with _looking(chromium, product, playwright.devices["Pixel 7"]) as looking:
        yield looking


@pytest.fixture(scope="session")
async def kept_desk(playwright: Playwright, chromium: Browser, product: Product) -> AsyncIterator[Look]:
    """A page on a desk computer that is used again and again."""
    async with _looking(chromium, product, playwright.devices["Desktop Chrome"]) as looking:
        yield looking


@asynccontextmanager
async def _looking(chromium: Browser, product: Product, device: dict[str, object]) -> AsyncIterator[Look]:
    kept: dict[tuple[Language, bool], tuple[Page, Watch]] = {}
    async with _opening(chromium, product, device) as opening:

        async def look(language: Language = "th", *, who: str | None = None, javascript: bool = True) -> Page:
            if (language, javascript) not in kept:
                context = await opening(language, javascript=javascript)
                kept[language, javascript] = await context.new_page(), watched(context)
            page, seen = kept[language, javascript]
            await page.goto("about:blank")
            await page.context.clear_cookies()
            if who is not None:
                await page.context.add_cookies((await product.session(who))["cookies"])  # type: ignore[arg-type]  # its own two types for one thing
            seen.forget()
            return page

        yield look


@pytest.fixture
async def phone(playwright: Playwright, chromium: Browser, product: Product) -> AsyncIterator[Open]:
    """Opens the product on a phone in Bangkok: `context = await phone("th", who=ATTENDEE)`."""
    async with _opening(chromium, product, playwright.devices["Pixel 7"]) as opening:
        yield opening


@pytest.fixture
async def desk(playwright: Playwright, chromium: Browser, product: Product) -> AsyncIterator[Open]:
    """Opens the product on a desk computer."""
    async with _opening(chromium, product, playwright.devices["Desktop Chrome"]) as opening:
        yield opening


@asynccontextmanager
async def _opening(chromium: Browser, product: Product, device: dict[str, object]) -> AsyncIterator[Open]:
    opened: list[BrowserContext] = []

    async def make(language: Language = "th", *, who: str | None = None, javascript: bool = True) -> BrowserContext:
        context = await chromium.new_context(
            **device,  # type: ignore[arg-type]  # a table of Playwright's own
            base_url=product.url,
            locale=LOCALES[language],
            timezone_id="Asia/Bangkok",
            reduced_motion="reduce",
            java_script_enabled=javascript,
            storage_state=None if who is None else await product.session(who),
        )
        opened.append(context)
        context.set_default_timeout(PATIENCE)
        await watch(context)
        return context

    yield make
    for context in opened:
        await context.close()


@pytest.fixture
def shots(request: pytest.FixtureRequest) -> Shots:
    """Keeps pictures of the whole page, dark and light, under the folder of --shots; does nothing without that option."""
    folder: Path | None = request.config.getoption("--shots")

    async def keep(page: Page, name: str) -> None:
        for scheme in SCHEMES if folder is not None else ():
            await page.emulate_media(color_scheme=scheme)
            await page.screenshot(path=f"{folder}/{name}-{scheme}.png", full_page=True)

    return keep
