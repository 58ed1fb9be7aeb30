"""Every page there is, who looks at it, and how one gets there. A page that is missing here fails a test."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from string import Formatter
from typing import Final, Literal

from playwright.async_api import Page

from events.demo import story
from tests.browsing.product import ATTENDEE, Product, token_of

Language = Literal["th", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("th", "en")
LOCALES: Final[dict[Language, str]] = {"th": "th-TH", "en": "en-GB"}
VISITOR: Final = None
Then = Callable[[Page], Awaitable[None]]

# addresses beside the API that are no pages
NO_PAGES: Final = frozenset({"GET /static/{name}", "GET /mailbox.json", "GET /healthz", "GET /readyz"})


async def press(page: Page) -> None:
    """Press the first button of the page, and see the next page."""
    async with page.expect_navigation(wait_until="load"):
        await page.locator("main form button[type=submit]").first.click()


async def press_twice(page: Page) -> None:
    await press(page)
    await press(page)


async def ask_for_a_link(page: Page) -> None:
    """Type an address and send it."""
    await page.locator("main input[type=email]").fill("nobody@unknown.example")
    await press(page)


# a name in an address, and how a fresh value for it is come by
SUPPLY: Final[dict[str, Callable[[Product, Language], Awaitable[str]]]] = {}


def supplies(name: str) -> Callable[[Callable[[Product, Language], Awaitable[str]]], None]:
    def keep(supply: Callable[[Product, Language], Awaitable[str]]) -> None:
        SUPPLY[name] = supply

    return keep


@supplies("language")
async def _language(_product: Product, language: Language) -> str:
    return language


@supplies("event")
async def _event(_product: Product, _language: Language) -> str:
    return story.WEBINAR


@supplies("sign_in")
async def _sign_in(product: Product, _language: Language) -> str:
    return token_of(await product.sign_in_link())


@supplies("confirm")
async def _confirm(product: Product, language: Language) -> str:
    return token_of(await product.registration_link(language=language))


@supplies("offer")
async def _offer(product: Product, language: Language) -> str:
    return token_of(await product.offer_link(language=language))


@dataclass(frozen=True, slots=True)
class Row:
    """One page: a name for reports and pictures, the route that answers, the address to open, and what to do there.

    In the address stand names of SUPPLY; `who` is the e-mail address of somebody who is signed in.
    """

    name: str
    route: str
    address: str
    who: str | None = VISITOR
    then: Then | None = None
    status: int = 200


TABLE: Final = (
    Row("home", "GET /", "/"),
    Row("sign-in", "GET /sign-in", "/sign-in"),
    Row("sign-in-button", "GET /sign-in", "/sign-in?token={sign_in}"),
    Row("sign-in-dead", "GET /sign-in", "/sign-in?token=dead", status=410),
    Row("sign-in-asked", "POST /sign-in", "/sign-in", then=ask_for_a_link),
    Row("signed-in", "POST /sign-in", "/sign-in?token={sign_in}", then=press),
    Row("signed-out", "POST /sign-out", "/sign-in?token={sign_in}", then=press_twice),
    Row("confirm-button", "GET /confirm", "/confirm?token={confirm}"),
    Row("confirm-dead", "GET /confirm", "/confirm?token=dead", status=410),
    Row("confirmed", "POST /confirm", "/confirm?token={confirm}", then=press),
    Row("offer-button", "GET /offer", "/offer?token={offer}"),
    Row("offer-dead", "GET /offer", "/offer?token=dead", status=410),
    Row("offer-taken", "POST /offer", "/offer?token={offer}", then=press),
    Row("mailbox", "GET /mailbox", f"/mailbox?to={ATTENDEE}"),
    Row("api", "GET /api", "/api"),
    Row("error", "GET /mailbox", f"/mailbox?to={'x' * 300}", status=422),
)


async def reach(row: Row, language: Language, product: Product, page: Page) -> None:
    """Bring this page of a browser to the page of this row."""
    names = {name for _, name, _, _ in Formatter().parse(row.address) if name}
    answer = await page.goto(row.address.format_map({name: await SUPPLY[name](product, language) for name in names}))
    assert answer is not None
    assert (answer.status, answer.headers["content-type"]) == (row.status, "text/html; charset=utf-8")
    if row.then is not None:
        await row.then(page)
