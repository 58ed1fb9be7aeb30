"""Every page there is, who looks at it, and how one gets there. A page that is missing here fails a test."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from string import Formatter
from typing import Final, Literal

from playwright.async_api import Page

from events.demo import story
from tests.browsing.product import ATTENDEE, ORGANISER, SPONSOR, Product, token_of

Language = Literal["th", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("th", "en")
LOCALES: Final[dict[Language, str]] = {"th": "th-TH", "en": "en-GB"}
VISITOR: Final = None
Then = Callable[[Page], Awaitable[None]]

MINE: Final = "/{language}/me/{registration}"
BOOTH, BOOTH_ROUTE = "/{language}/sponsor/{booth}", "/{language}/sponsor/{party}/{slug}"
DOORS, DOORS_ROUTE = "/{language}/organiser/{conference}/phones", "/{language}/organiser/{slug}/phones"
# addresses beside the API that are no pages, or lead to one at once
NO_PAGES: Final = frozenset(
    {
        "GET /", "GET /sign-in", "GET /me", "GET /mailbox", "GET /api",
        "GET /static/{name}", "GET /mailbox.json", "GET /{language}/mailbox/{mail}", "GET /{language}/mailbox/{mail}/{name}",
        # the phone app is a program: its own tests look at it
        "GET /scan", "GET /scan/{path}",
        "GET /healthz", "GET /readyz", "GET /.well-known/jwks.json",
        "GET /{language}/events/{slug}/calendar.ics", "POST /{language}/era", "POST /{language}/confirm", "POST /{language}/offer",
        f"GET {MINE}/calendar.ics", f"POST {MINE}/badge/renew", f"POST {MINE}/cancel", f"POST {MINE}/choices/withdraw",
        f"POST {MINE}/who/{{scan}}/not-me", f"POST {MINE}/join", f"POST {MINE}/offer", f"POST {MINE}/transfer",
        f"POST {MINE}/downloads/{{asset}}", "POST /{language}/me/settings", "GET /sponsor",
        f"GET {BOOTH_ROUTE}/arrivals", f"GET {BOOTH_ROUTE}/downloads/{{download}}", f"GET {BOOTH_ROUTE}/recalls.csv",
        f"GET {BOOTH_ROUTE}/recalls/since",
        f"POST {BOOTH_ROUTE}/recalls", f"POST {BOOTH_ROUTE}/questions", f"POST {BOOTH_ROUTE}/team/{{person}}/remove",
        f"GET {BOOTH_ROUTE}/phones/joined/{{code}}", f"POST {BOOTH_ROUTE}/phones/{{device}}/revoke",
        f"POST {BOOTH_ROUTE}/notes/{{lead}}/{{device}}/delete",
        f"GET {DOORS_ROUTE}/joined/{{code}}", f"POST {DOORS_ROUTE}/{{device}}/revoke",
    }
)  # fmt: skip


async def press(page: Page) -> None:
    """Press the first button of the page, and see the next page."""
    async with page.expect_navigation(wait_until="load"):
        await page.locator("main form button[type=submit]").first.click()


async def press_last(page: Page) -> None:
    """Send the form of the page, as it is."""
    async with page.expect_navigation(wait_until="load"):
        await page.locator("main form button[type=submit]").last.click()


async def press_and_sign_out(page: Page) -> None:
    await press(page)
    async with page.expect_navigation(wait_until="load"):
        await page.locator("form[action$=sign-out] button").click()


async def tick_all(page: Page) -> None:
    """The shortcut as it is without script: sent, and shown again with every box ticked."""
    async with page.expect_navigation(wait_until="load"):
        await page.evaluate("""() => {
            const shortcut = document.querySelector("[data-tick-all]");
            shortcut.form.requestSubmit(shortcut);
        }""")


async def forget_my_name(page: Page) -> None:
    """Empty the name, which is needed, and save."""
    await page.locator("#f-name").fill("")
    await press_last(page)


async def ask_for_a_link(page: Page) -> None:
    """Type an address and send it."""
    await page.locator("main input[type=email]").fill("nobody@unknown.example")
    await press(page)


async def declare(page: Page) -> None:
    """Say what the leads are used for, and see them."""
    if await page.locator("input[name=accept_terms]").count():
        await page.locator("input[name=use]").first.check()
        await page.locator("input[name=accept_terms]").check()
        await press(page)
    assert await page.locator(".leads tbody tr").count()


async def invite_nobody(page: Page) -> None:
    """Send an address that the browser takes and we do not."""
    await page.locator("#email").fill("nobody@nowhere")
    await press(page)


async def prepare_a_file(page: Page) -> None:
    """Declare a download, and see its link."""
    await page.locator("input[name=use]").first.check()
    await page.locator("input[name=accept_terms]").check()
    await press(page)
    assert await page.locator("main a[download]").count() == 1


async def open_the_last(page: Page) -> None:
    """Follow the last button of the page that stands in a list."""
    async with page.expect_navigation(wait_until="load"):
        await page.locator("main li a.button").last.click()


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


@supplies("notice")
async def _notice(product: Product, language: Language) -> str:
    async with product.visitor() as visitor:
        form = await visitor.get(f"/api/v1/events/{story.WEBINAR}/form?language={language}")
    sha256: str = form.json()["content"]["notice"]["sha256"]
    return sha256


@supplies("registration")
async def _registration(product: Product, _language: Language) -> str:
    """The guide's place at the conference."""
    session = await product.session(ATTENDEE)
    async with product.visitor() as visitor:
        visitor.cookies.update({cookie["name"]: cookie["value"] for cookie in session["cookies"]})
        listed = (await visitor.get("/api/v1/me/registrations")).json()["items"]
    return next(str(mine["id"]) for mine in listed if mine["event"] == story.CONFERENCE)


@supplies("sign_in")
async def _sign_in(product: Product, _language: Language) -> str:
    return token_of(await product.sign_in_link())


@supplies("confirm")
async def _confirm(product: Product, language: Language) -> str:
    return token_of(await product.registration_link(language=language))


@supplies("unsubscribe")
async def _unsubscribe(product: Product, language: Language) -> str:
    return (await product.unsubscribe_link(language)).rpartition("/")[2]


@supplies("offer")
async def _offer(product: Product, language: Language) -> str:
    return token_of(await product.offer_link(language=language))


@supplies("conference")
async def _conference(_product: Product, _language: Language) -> str:
    return story.CONFERENCE


async def booth_of_the_sponsor(product: Product) -> str:
    """The first sponsor's booth at the conference, as addresses name it."""
    session = await product.session(SPONSOR)
    async with product.visitor() as visitor:
        visitor.cookies.update({cookie["name"]: cookie["value"] for cookie in session["cookies"]})
        answer = await visitor.get("/en/sponsor")
    if answer.is_redirect:
        return answer.headers["location"].partition("/sponsor/")[2].rpartition("/")[0] + f"/{story.CONFERENCE}"
    found = re.search(rf"/en/sponsor/([\w-]+/{story.CONFERENCE})", answer.text)
    assert found, answer.text
    return found[1]


@supplies("booth")
async def _booth(product: Product, _language: Language) -> str:
    return await booth_of_the_sponsor(product)


@supplies("party")
async def _party(product: Product, _language: Language) -> str:
    return (await booth_of_the_sponsor(product)).partition("/")[0]


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
    Row("programme", "GET /{language}", "/{language}"),
    Row("event", "GET /{language}/events/{slug}", "/{language}/events/{event}"),
    Row("notice", "GET /{language}/notices/{sha256}", "/{language}/notices/{notice}"),
    Row("form", "GET /{language}/events/{slug}/register", "/{language}/events/{event}/register"),
    Row("form-wrong", "POST /{language}/events/{slug}/register", "/{language}/events/{event}/register", then=press_last),
    Row("registered", "GET /{language}/events/{slug}/registered", "/{language}/events/{event}/registered"),
    Row("sign-in", "GET /{language}/sign-in", "/{language}/sign-in"),
    Row("sign-in-button", "GET /{language}/sign-in", "/{language}/sign-in?token={sign_in}"),
    Row("sign-in-dead", "GET /{language}/sign-in", "/{language}/sign-in?token=dead", status=410),
    Row("sign-in-asked", "POST /{language}/sign-in", "/{language}/sign-in", then=ask_for_a_link),
    Row("signed-out", "POST /{language}/sign-out", "/{language}/sign-in?token={sign_in}", then=press_and_sign_out),
    Row("confirm-button", "GET /{language}/confirm", "/{language}/confirm?token={confirm}"),
    Row("confirm-dead", "GET /{language}/confirm", "/{language}/confirm?token=dead", status=410),
    Row("mailbox", "GET /{language}/mailbox", f"/{{language}}/mailbox?to={ATTENDEE}"),
    Row("api", "GET /{language}/api", "/{language}/api"),
    Row("error", "GET /{language}/mailbox", f"/{{language}}/mailbox?to={'x' * 300}", status=422),
    Row("not-here", "GET /{language}/events/{slug}", "/{language}/events/nothing", status=404),
    Row("not-signed-in", "GET /{language}/me", "/{language}/me", status=401),
    Row("mine", "GET /{language}/me", "/{language}/me", ATTENDEE),
    Row("mine-of-staff", "GET /{language}/me", "/{language}/me", SPONSOR),
    Row("mine-ticket", f"GET {MINE}", MINE + "?done=confirmed", ATTENDEE),
    Row("mine-badge", f"GET {MINE}/badge", f"{MINE}/badge", ATTENDEE),
    Row("mine-renew", f"GET {MINE}/badge/renew", f"{MINE}/badge/renew", ATTENDEE),
    Row("mine-choices", f"GET {MINE}/choices", f"{MINE}/choices", ATTENDEE),
    Row("mine-choices-ticked", f"POST {MINE}/choices", f"{MINE}/choices", ATTENDEE, then=tick_all),
    Row("mine-who", f"GET {MINE}/who", f"{MINE}/who", ATTENDEE),
    Row("mine-receipts", f"GET {MINE}/receipts", f"{MINE}/receipts", ATTENDEE),
    Row("mine-details", f"GET {MINE}/details", f"{MINE}/details", ATTENDEE),
    Row("mine-details-wrong", f"POST {MINE}/details", f"{MINE}/details", ATTENDEE, then=forget_my_name),
    Row("mine-cancel", f"GET {MINE}/cancel", f"{MINE}/cancel", ATTENDEE),
    Row("mine-transfer", f"GET {MINE}/transfer", f"{MINE}/transfer", ATTENDEE),
    Row("mine-join", f"GET {MINE}/join", f"{MINE}/join", ATTENDEE),
    Row("mine-downloads", f"GET {MINE}/downloads", f"{MINE}/downloads", ATTENDEE),
    Row("mine-settings", "GET /{language}/me/settings", "/{language}/me/settings", ATTENDEE),
    Row("mine-requests", "GET /{language}/me/requests", "/{language}/me/requests", ATTENDEE),
    Row("mine-requests-wrong", "POST /{language}/me/requests", "/{language}/me/requests", ATTENDEE, then=press_last),
    Row("unsubscribe", "GET /{language}/unsubscribe/{token}", "/{language}/unsubscribe/{unsubscribe}"),
    Row("unsubscribed", "POST /{language}/unsubscribe/{token}", "/{language}/unsubscribe/{unsubscribe}", then=press),
    Row("allow", "GET /{language}/allow/{slug}/{party}", "/{language}/allow/{conference}/{party}"),
    Row("sponsor", "GET /{language}/sponsor", "/{language}/sponsor", SPONSOR),
    Row("sponsor-declare", f"GET {BOOTH_ROUTE}", f"{BOOTH}?declare=anew", SPONSOR),
    Row("sponsor-declare-wrong", f"POST {BOOTH_ROUTE}", f"{BOOTH}?declare=anew", SPONSOR, then=press),
    Row("sponsor-leads", f"GET {BOOTH_ROUTE}", BOOTH, SPONSOR, then=declare),
    Row("sponsor-downloads", f"GET {BOOTH_ROUTE}/downloads", f"{BOOTH}/downloads", SPONSOR),
    Row("sponsor-file", f"POST {BOOTH_ROUTE}/downloads", f"{BOOTH}/downloads", SPONSOR, then=prepare_a_file),
    Row("sponsor-recalls", f"GET {BOOTH_ROUTE}/recalls", f"{BOOTH}/recalls", SPONSOR),
    Row("sponsor-phones", f"GET {BOOTH_ROUTE}/phones", f"{BOOTH}/phones", SPONSOR),
    Row("sponsor-code", f"POST {BOOTH_ROUTE}/phones", f"{BOOTH}/phones", SPONSOR, then=press),
    Row("sponsor-phone", f"GET {BOOTH_ROUTE}/phones/{{device}}", f"{BOOTH}/phones", SPONSOR, then=open_the_last),
    Row("sponsor-team", f"GET {BOOTH_ROUTE}/team", f"{BOOTH}/team", SPONSOR),
    Row("sponsor-team-wrong", f"POST {BOOTH_ROUTE}/team", f"{BOOTH}/team", SPONSOR, then=invite_nobody),
    Row("sponsor-member", f"GET {BOOTH_ROUTE}/team/{{person}}", f"{BOOTH}/team", SPONSOR, then=open_the_last),
    Row("sponsor-questions", f"GET {BOOTH_ROUTE}/questions", f"{BOOTH}/questions", SPONSOR),
    Row("sponsor-question", f"GET {BOOTH_ROUTE}/questions/edit", f"{BOOTH}/questions/edit", SPONSOR),
    Row("sponsor-question-wrong", f"POST {BOOTH_ROUTE}/questions/edit", f"{BOOTH}/questions/edit", SPONSOR, then=press_last),
    Row("sponsor-scanner", f"GET {BOOTH_ROUTE}/scanner", f"{BOOTH}/scanner", SPONSOR),
    Row("sponsor-scanner-code", f"POST {BOOTH_ROUTE}/scanner", f"{BOOTH}/scanner", SPONSOR, then=press),
    Row("organiser", "GET /{language}/organiser", "/{language}/organiser", ORGANISER),
    Row("doors-lookups", "GET /{language}/organiser/{slug}/lookups", "/{language}/organiser/{conference}/lookups", ORGANISER),
    Row("doors", f"GET {DOORS_ROUTE}", DOORS, ORGANISER),
    Row("doors-code", f"POST {DOORS_ROUTE}", DOORS, ORGANISER, then=press),
    Row("doors-phone", f"GET {DOORS_ROUTE}/{{device}}", DOORS, ORGANISER, then=open_the_last),
    Row("offer-button", "GET /{language}/offer", "/{language}/offer?token={offer}"),
    Row("offer-dead", "GET /{language}/offer", "/{language}/offer?token=dead", status=410),
)


async def reach(row: Row, language: Language, product: Product, page: Page) -> None:
    """Bring this page of a browser to the page of this row."""
    names = {name for _, name, _, _ in Formatter().parse(row.address) if name}
    answer = await page.goto(row.address.format_map({name: await SUPPLY[name](product, language) for name in names}))
    assert answer is not None
    assert (answer.status, answer.headers["content-type"]) == (row.status, "text/html; charset=utf-8")
    if row.then is not None:
        await row.then(page)
