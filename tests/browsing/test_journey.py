"""One person's way on a phone, from the list of events to taking everything back, and what a sponsor sees meanwhile."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Page, expect

from events.demo import story
from events.demo.acting import API, ok
from tests.browsing.checks import all_well, no_violations
from tests.browsing.conftest import Open, Shots
from tests.browsing.letters import Mailbox
from tests.browsing.pages import Language
from tests.browsing.product import SPONSOR, Product, token_of
from tests.browsing.watch import console_errors, third_party_requests

NAMES: dict[Language, str] = {"th": "กิ่งแก้ว น้ำทิพย์", "en": "Astrid Ö. van der Meer"}


@pytest.fixture
async def sponsor(product: Product) -> AsyncIterator[httpx.AsyncClient]:
    """The first sponsor's admin, signed in."""
    async with product.visitor() as client:
        token = token_of(await product.sign_in_link(SPONSOR))
        ok(await client.post(f"{API}/sessions", json={"token": token}))
        yield client


async def leads(sponsor: httpx.AsyncClient) -> list[dict[str, Any]]:
    """Everybody whom the sponsor may have now."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        asked = {"event": story.CONFERENCE, "use": "follow_up", "accept_terms": "true", "limit": "200"}
        page = ok(await sponsor.get(f"{API}/leads", params=asked | cursor))
        found += page["items"]
        if page.get("next") is None:
            return found
        cursor = {"cursor": page["next"]}


async def scan(product: Product, sponsor: httpx.AsyncClient, code: str) -> str:
    """A helper of the sponsor scans this badge with a phone of her own."""
    enrolment = ok(await sponsor.post(f"{API}/devices/enrolments", json={"event": story.CONFERENCE}))
    async with product.visitor() as phone:
        enrolled = ok(await phone.post(f"{API}/devices/enrol", json={"code": enrolment["code"], "helper": "Nok"}))
        phone.headers["authorization"] = f"Bearer {enrolled['access_token']}"
        one = {"id": str(uuid4()), "code": code, "at": datetime.now(UTC).isoformat(), "kind": "booth"}
        [verdict] = ok(await phone.post(f"{API}/scans", json={"scans": [one]}))["items"]
    said: str = verdict["verdict"]
    return said


async def fill_in(page: Page, language: Language, email: str) -> None:
    await page.locator("input[name=ticket]:enabled").first.check()
    await page.locator("#f-name").fill(NAMES[language])
    await page.locator("#f-email").fill(email)
    await page.locator("#f-phone").fill("๐๘๑ ๒๓๔ ๕๖๗๘")
    # the choices: of age, living in Thailand, badge scans and nothing else
    await page.locator('input[name=age_band][value="20+"]').check()
    await page.locator("select[name=residence]").select_option("TH")
    await page.locator('input[name=consent][value="badge_scan"]').check()


@pytest.mark.requirement("S3.1-badge-1", "S10.1-withdraw", "S6-sponsor-2")
@pytest.mark.parametrize(("language", "javascript"), [("th", True), ("en", True), ("th", False)])
async def test_from_the_list_to_the_badge_to_taking_it_back(
    language: Language,
    javascript: bool,
    product: Product,
    mailbox: Mailbox,
    sponsor: httpx.AsyncClient,
    phone: Open,
    shots: Shots,
) -> None:
    page = await (await phone(language, javascript=javascript)).new_page()
    email = product.new_address()
    await page.goto(f"{product.url}/{language}")
    await page.locator(f'a.event[href$="{story.CONFERENCE}"]').click()
    await page.locator("main .actions a.button").first.click()
    await expect(page.locator("input[name=consent]:checked")).to_have_count(0)
    await fill_in(page, language, email)
    await shots(page, f"journey-form-{language}")
    await page.locator("main form button[type=submit]").last.click()
    await page.wait_for_url(re.compile("/registered$"))

    letter = await mailbox.wait_for(email, "/confirm?token=")
    await page.goto(letter.link("/confirm"))
    await shots(page, f"journey-confirm-{language}")
    await page.locator("main form button[type=submit]").first.click()
    await page.wait_for_url(re.compile(r"/me/[0-9a-f-]{36}"))
    mine = re.search(r"/me/([0-9a-f-]{36})", page.url)
    assert mine
    await expect(page.locator(".qr img")).to_be_visible()
    await shots(page, f"journey-badge-{language}")

    assert [lead for lead in await leads(sponsor) if lead["email"] == email] == []
    shown = await (await page.context.request.get(f"{API}/me/registrations/{mine[1]}")).json()
    assert await scan(product, sponsor, shown["badge"]) == "lead"
    [lead] = [lead for lead in await leads(sponsor) if lead["email"] == email]
    assert lead["phone"] == "+66 81 234 5678"

    await page.goto(f"{product.url}/{language}/me/{mine[1]}/who")
    await expect(page.locator("main")).to_contain_text(story.SPONSORS[0].name)
    await shots(page, f"journey-who-{language}")
    if javascript:
        all_well(await no_violations(page), await console_errors(page), await third_party_requests(page))

    await page.goto(f"{product.url}/{language}/me/{mine[1]}/choices")
    await shots(page, f"journey-choices-{language}")
    await page.locator('form[action$="/choices/withdraw"] button').click()
    await page.wait_for_load_state()
    assert [lead for lead in await leads(sponsor) if lead["email"] == email] == []
    await page.goto(f"{product.url}/{language}/me/{mine[1]}/who")
    await shots(page, f"journey-after-{language}")
