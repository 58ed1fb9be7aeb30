"""What a sponsor's pages show by themselves while they stand open: that a lead arrived, and which phone joined."""

import httpx

from events.demo import story
from tests.browsing.conftest import Look, Shots
from tests.browsing.pages import booth_of_the_sponsor, declare
from tests.browsing.product import SPONSOR, Product, token_of
from tests.people import ok


async def test_a_page_of_leads_says_that_the_list_has_changed(product: Product, kept_desk: Look, shots: Shots) -> None:
    page = await kept_desk("en", who=SPONSOR)
    await page.goto(f"/en/sponsor/{await booth_of_the_sponsor(product)}")
    await declare(page)
    await shots(page, "desk-sponsor-leads-en")
    assert not await page.get_by_text("This list has changed.").is_visible()
    async with product.visitor() as visitor:
        link = await product.registration_link(slug=story.CONFERENCE)
        ok(await visitor.post("/api/v1/confirmations", json={"token": token_of(link)}))
    await page.get_by_text("This list has changed.").wait_for()
    await page.get_by_role("link", name="Show it as it is now").click()
    await page.get_by_role("heading", level=1, name="Leads").wait_for()
    assert not await page.get_by_text("This list has changed.").is_visible()


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
