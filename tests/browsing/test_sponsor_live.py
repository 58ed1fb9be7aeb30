"""What a sponsor's pages show by themselves while they stand open: that a lead arrived, and which phone joined."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import httpx
import pytest
from playwright.async_api import Route, expect

from events.demo import story
from events.demo.acting import Registrant
from tests.browsing.checks import all_well, fits, light_and_dark
from tests.browsing.conftest import Look, Open, Shots
from tests.browsing.pages import LANGUAGES, Language, booth_of_the_sponsor, declare
from tests.browsing.product import SPONSOR, Product, token_of
from tests.browsing.scanner.phones import HIDE
from tests.browsing.watch import console_errors
from tests.people import ok

SAID: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "changed": "This list has changed.",
        "anew": "Show it as it is now",
        "gone": "Somebody took back something that stood on this page",
    },
    "th": {"changed": "รายการนี้มีการเปลี่ยนแปลง", "anew": "แสดงรายการล่าสุด", "gone": "มีผู้ถอนข้อมูลที่เคยแสดงในหน้านี้"},
}

ARRIVALS: Final = "**/arrivals"
TAKEN_BACK: Final = "**/recalls/since?*"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_page_of_leads_says_that_the_list_has_changed_and_who_took_something_back_is_gone_from_it_at_once(
    language: Language, product: Product, kept_desk: Look, shots: Shots
) -> None:
    said = SAID[language]
    page = await kept_desk(language, who=SPONSOR)
    await page.goto(f"/{language}/sponsor/{await booth_of_the_sponsor(product)}")
    await declare(page)
    await shots(page, f"desk-sponsor-leads-{language}")
    assert not await page.get_by_text(said["changed"]).is_visible()
    async with somebody_arrives(product, f"Passes {language}") as her:
        await page.get_by_text(said["changed"]).wait_for()
        await page.get_by_role("link", name=said["anew"]).click()
        row = page.get_by_role("row").filter(has_text=f"Passes {language}")
        await row.wait_for()
        assert not await page.get_by_text(said["changed"]).is_visible()
        before = await page.get_by_role("row").count()
        field = page.get_by_role("searchbox")
        await field.fill("half a wor")
        await her.withdraw_everything()
        await row.wait_for(state="detached")  # while somebody types, and without a look at the list
    await field.press("d")
    assert (await field.input_value(), await page.get_by_role("row").count()) == ("half a word", before - 1)
    await page.get_by_role("status").get_by_text(said["gone"]).wait_for()
    await shots(page, f"desk-sponsor-leads-taken-back-{language}")
    all_well(await light_and_dark(page), await fits(page), await console_errors(page))


async def test_a_page_of_older_leads_loses_whoever_takes_something_back_too(product: Product, kept_desk: Look) -> None:
    page = await kept_desk("en", who=SPONSOR)
    async with somebody_arrives(product, "Passes long ago") as her:
        await page.goto(f"/en/sponsor/{await booth_of_the_sponsor(product)}")
        await declare(page)
        row = page.get_by_role("row").filter(has_text="Passes long ago")
        # an older page is one whose address names a place in the list: here one before its first line
        [release] = re.findall(r"release=([\w-]+)", str(await page.locator("[data-lost]").get_attribute("data-lost")))
        await page.goto(f"{page.url}?after={release}&before=2999-01-01T00:00:00Z")
        await row.wait_for()
        await row.get_by_role("link").first.focus()
        await her.withdraw_everything()
        await row.wait_for(state="detached")
    await expect(page.get_by_role("link", name="What to delete")).to_be_focused()  # it was in her row
    await page.get_by_text(SAID["en"]["changed"]).wait_for()


async def test_a_page_of_leads_tries_again_where_its_stream_or_an_answer_fails(product: Product, desk: Open) -> None:
    page = await (await desk("en", who=SPONSOR)).new_page()
    await page.clock.install()
    async with somebody_arrives(product, "Passes once") as first, somebody_arrives(product, "Passes twice") as second:
        await page.route(ARRIVALS, lambda route: route.fulfill(status=429), times=2)
        await page.goto(f"/en/sponsor/{await booth_of_the_sponsor(product)}")
        async with page.expect_response(ARRIVALS):
            await declare(page)
        await page.get_by_role("row").filter(has_text="Passes once").wait_for()
        await first.withdraw_everything()
        async with page.expect_response(ARRIVALS):
            await page.clock.fast_forward(5_000)
        await page.clock.fast_forward(10_000)
        await page.get_by_role("row").filter(has_text="Passes once").wait_for(state="detached")
        await page.route(TAKEN_BACK, lambda route: route.fulfill(body='["cut'), times=1)
        async with page.expect_response(TAKEN_BACK):
            await second.withdraw_everything()
        await page.clock.fast_forward(5_000)
        await page.get_by_role("row").filter(has_text="Passes twice").wait_for(state="detached")


async def test_a_page_of_leads_that_nobody_looks_at_holds_no_stream_and_asks_before_it_shows_its_rows_again(
    product: Product, desk: Open
) -> None:
    page = await (await desk("en", who=SPONSOR)).new_page()
    rows, asked = page.locator("[data-lead]"), asyncio.Event()
    async with somebody_arrives(product, "Passes unseen") as unseen, somebody_arrives(product, "Passes later") as later:
        await page.goto(f"/en/sponsor/{await booth_of_the_sponsor(product)}")
        async with page.expect_response(ARRIVALS):
            await declare(page)
        link = rows.filter(has_text="Passes later").get_by_role("link").first
        await link.focus()
        async with page.expect_event("requestfailed", lambda request: request.url.endswith("/arrivals")):
            await page.evaluate(HIDE, True)
        await unseen.withdraw_everything()

        async def hold(route: Route) -> None:
            await asked.wait()
            await route.continue_()

        await page.route(TAKEN_BACK, hold)
        async with page.expect_request(TAKEN_BACK):
            await page.evaluate(HIDE, False)
        assert await rows.filter(has_text="Passes unseen").count() == 1
        assert not [row for row in await rows.all() if await row.is_visible()]
        asked.set()
        await rows.filter(has_text="Passes unseen").wait_for(state="detached")
        await expect(link).to_be_focused()
        await later.withdraw_everything()
        await rows.filter(has_text="Passes later").wait_for(state="detached")


@asynccontextmanager
async def somebody_arrives(product: Product, name: str) -> AsyncIterator[Registrant]:
    """Somebody of this name registers, who ticks the sponsor, and makes it count."""
    email = product.new_address()
    async with product.visitor() as client:
        link = await product.registration_link(email, story.CONFERENCE, name=name)
        registration = ok(await client.post("/api/v1/confirmations", json={"token": token_of(link)}))["registration"]
        yield Registrant(client, email, registration)


async def test_a_page_that_shows_a_code_sees_the_phone_appear(product: Product, kept_desk: Look, shots: Shots) -> None:
    page = await kept_desk("th", who=SPONSOR)
    await page.goto(f"/th/sponsor/{await booth_of_the_sponsor(product)}/phones")
    await shots(page, "desk-sponsor-phones-th")
    await page.locator("#place").fill("บูธ B12")
    await page.locator("main form button[type=submit]").first.click()
    code = await page.locator(".ticket footer code").inner_text()
    async with product.visitor() as visitor:
        await join(visitor, code.replace(" ", ""))
    await page.get_by_role("status").get_by_text("โทรศัพท์ของ นก เข้าร่วมแล้ว").wait_for()


async def join(visitor: httpx.AsyncClient, code: str) -> None:
    ok(await visitor.post("/api/v1/devices/enrol", json={"code": code, "helper": "นก"}))


async def test_options_are_added_as_they_are_needed_and_enter_saves(product: Product, kept_desk: Look) -> None:
    page = await kept_desk("en", who=SPONSOR)
    await page.goto(f"/en/sponsor/{await booth_of_the_sponsor(product)}/questions/edit")
    await page.get_by_label("Question in English").fill("Which size?")
    for number, option in enumerate(("Small", "Medium", "Large", "Huge"), 1):
        if number == 4:
            await page.get_by_role("button", name="More options").click()
        await page.get_by_label(f"Option {number} in English").fill(option)
    await page.get_by_label("yes or no").check()
    assert not await page.get_by_label("Option 1 in English").is_visible()
    await page.get_by_label("choose several").check()
    await page.get_by_label("Question in English").press("Enter")
    await page.get_by_text("Your questions are saved.").wait_for()
    assert "Small, Medium, Large, Huge" in await page.locator("main").inner_text()
