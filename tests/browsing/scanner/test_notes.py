"""The lead sheet from end to end: a helper's words on the phone, at the sponsor's desk, and before the attendee's own eyes."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browsing.conftest import Look
from tests.browsing.pages import booth_of_the_sponsor
from tests.browsing.product import SPONSOR, Product
from tests.browsing.scanner.conftest import NewPhone
from tests.browsing.scanner.phones import HelperPhone, says, waiting
from tests.browsing.scanner.stand import Passer, Stand

BUDGET = {
    "kind": "choice",
    "wording_th": "มีงบเมื่อไร",
    "wording_en": "When is there a budget?",
    "options": [{"th": "ปีนี้", "en": "This year"}, {"th": "ปีหน้า", "en": "Next year"}],
}


@pytest.fixture(scope="module")
async def asking(stand: Stand) -> Stand:
    """The booth, which asks one question from now on."""
    await stand.ask(BUDGET)
    return stand


@pytest.fixture(scope="module")
async def nok(asking: Stand, kept_phones: NewPhone) -> tuple[HelperPhone, Page]:
    """The phone of a helper, for all tests of this file."""
    phone = kept_phones("en")
    page = await phone.join(asking, helper="Nok")
    await phone.ready_for_offline(page)
    return phone, page


async def write(page: Page, note: str, *, rating: str | None = None, answer: str | None = None) -> None:
    """Open the sheet of the newest result, fill it in, save."""
    await page.get_by_role("button", name="Add rating and note").click()
    sheet = page.get_by_role("region", name="Rating and note")
    if rating is not None:
        await sheet.get_by_role("button", name=rating).click()
    if answer is not None:
        await sheet.get_by_label(answer).check()
    await sheet.get_by_label("Note", exact=True).fill(note)
    await sheet.get_by_role("button", name="Save").click()
    await expect(sheet).not_to_be_visible()


async def at_the_desk(look: Look, product: Product, who: Passer) -> Locator:
    """This lead on the sponsor's page."""
    page = await look("en", who=SPONSOR)
    await page.goto(f"/en/sponsor/{await booth_of_the_sponsor(product)}")
    if await page.locator("input[name=accept_terms]").count():
        await page.locator("input[name=use]").first.check()
        await page.locator("input[name=accept_terms]").check()
        await page.locator("main form button[type=submit]").first.click()
    await expect(page.get_by_role("heading", level=1, name="Leads")).to_be_visible()
    return page.locator("table.leads tbody tr").filter(has=page.get_by_role("rowheader", name=who.name))


async def what_she_reads(who: Passer) -> str:
    """Her page of who got her data, and what was noted about her."""
    answer = await who.her.client.get(f"/en/me/{who.her.registration}/who")
    assert answer.status_code == 200
    return answer.text.partition("What was noted about you")[2]


@pytest.mark.requirement("S6-sponsor-16")
async def test_rating_answer_and_note_reach_the_sponsor_with_the_helpers_name_and_the_attendee_too(
    asking: Stand, nok: tuple[HelperPhone, Page], kept_desk: Look, product: Product
) -> None:
    phone, page = nok
    passer = await asking.passer("บันทึก ครบ")
    await phone.wedge(page, passer.badge)
    await says(page, "Lead saved", passer.name)
    await page.get_by_role("button", name="Add rating and note").click()
    await expect(page.get_by_role("region", name="Rating and note")).to_contain_text("The attendee can read this note.")
    await page.get_by_role("region", name="Rating and note").get_by_role("button", name="Close").click()
    async with page.expect_response(lambda answer: answer.url.endswith("/note")) as kept:
        await write(page, "Wants a demo on Friday", rating="High", answer="Next year")
    assert (await kept.value).status == 200
    await waiting(page, 0)
    lead = await at_the_desk(kept_desk, product, passer)
    for text in ("Nok", "high interest", "When is there a budget?", "Next year", "Wants a demo on Friday"):
        await expect(lead.locator(".noted")).to_contain_text(text)
    read = await what_she_reads(passer)
    assert [text for text in ("Nok", "When is there a budget?", "Next year", "Wants a demo on Friday") if text not in read] == []
    on_the_phone = str(await phone.stored(page))
    assert [text for text in (passer.name, "Wants a demo on Friday") if text in on_the_phone] == []


@pytest.mark.requirement("S6-sponsor-16")
async def test_two_helpers_notes_on_one_lead_are_both_there(
    asking: Stand, nok: tuple[HelperPhone, Page], new_phone: NewPhone, kept_desk: Look, product: Product
) -> None:
    passer = await asking.passer("สอง บันทึก")
    second = new_phone("en")
    phones = [
        (nok[0], nok[1], "Lead saved", "From Nok"),
        (second, await second.join(asking, helper="Beam"), "Already scanned", "From Beam"),
    ]
    for phone, page, title, note in phones:
        await phone.wedge(page, passer.badge)
        await says(page, title, passer.name)
        async with page.expect_response(lambda answer: answer.url.endswith("/note")):
            await write(page, note)
    lead = await at_the_desk(kept_desk, product, passer)
    assert sorted([await one.inner_text() for one in await lead.locator(".noted .pre").all()]) == ["From Beam", "From Nok"]
    read = await what_she_reads(passer)
    assert [text for text in ("From Nok", "From Beam", "Beam") if text not in read] == []


@pytest.mark.requirement("S6-sponsor-16")
async def test_a_note_written_without_a_network_arrives_with_the_scan_and_can_be_changed_later(
    asking: Stand, nok: tuple[HelperPhone, Page], kept_desk: Look, product: Product
) -> None:
    phone, page = nok
    passer = await asking.passer("ไม่มี เน็ต")
    await phone.take_list(page)
    await phone.context.set_offline(True)
    await phone.wedge(page, passer.badge)
    await says(page, "Saved", "On the list")
    await write(page, "Met without a network", rating="Low")
    await waiting(page, 2)
    assert "Met without" not in str(await phone.stored(page))
    async with page.expect_response(lambda answer: answer.url.endswith("/note")):
        await phone.context.set_offline(False)
    await waiting(page, 0)
    lead = await at_the_desk(kept_desk, product, passer)
    await expect(lead.locator(".noted")).to_contain_text("Met without a network")

    await page.get_by_role("button", name="Online").click()
    await page.locator("ul.rows li").first.get_by_role("button", name="Open").click()
    old = page.get_by_role("dialog", name="Rating and note")
    await expect(old).to_contain_text(passer.name)
    await expect(old.get_by_label("Note", exact=True)).to_have_value("Met without a network")
    await old.get_by_label("Note", exact=True).fill("Met again, with a network")
    async with page.expect_response(lambda answer: answer.url.endswith("/note")):
        await old.get_by_role("button", name="Save").click()
    await page.get_by_role("button", name="Back").click()
    lead = await at_the_desk(kept_desk, product, passer)
    await expect(lead.locator(".noted .pre")).to_have_text("Met again, with a network")


@pytest.mark.requirement("S6-sponsor-16")
async def test_nothing_is_noted_on_a_badge_that_is_not_shared(asking: Stand, nok: tuple[HelperPhone, Page]) -> None:
    phone, page = nok
    shy, fickle = await asking.passer("ไม่ให้ บันทึก", allows=False), await asking.passer("เปลี่ยน ใจ")
    await phone.wedge(page, shy.badge)
    await says(page, "Not shared")
    await expect(page.get_by_role("button", name="Add rating and note")).to_have_count(0)

    # she allowed it as the list was made, and took it back while the phone had no network
    await phone.take_list(page)
    await phone.context.set_offline(True)
    await phone.wedge(page, fickle.badge)
    await says(page, "Saved", "On the list")
    await write(page, "Nobody may keep this")
    await asking.forbid_scans(fickle)
    await phone.context.set_offline(False)
    await waiting(page, 0)
    await page.get_by_role("button", name="Online").click()
    await expect(page.get_by_role("main")).to_contain_text("1 note was deleted: nothing is shared with you for its badge.")
    await page.get_by_role("button", name="Back").click()
    assert await what_she_reads(fickle) == ""
    assert fickle.name not in [lead["name"] for lead in await asking.leads()]


@pytest.mark.requirement("S6-sponsor-16")
async def test_a_note_on_somebody_who_took_her_consent_back_meanwhile_is_refused(
    asking: Stand, nok: tuple[HelperPhone, Page]
) -> None:
    phone, page = nok
    passer = await asking.passer("ถอน ระหว่างเขียน")
    await phone.wedge(page, passer.badge)
    await says(page, "Lead saved", passer.name)
    await page.get_by_role("button", name="Add rating and note").click()
    sheet = page.get_by_role("region", name="Rating and note")
    await asking.forbid_scans(passer)
    async with page.expect_response(lambda answer: answer.url.endswith("/note")) as refused:
        await sheet.get_by_label("Note", exact=True).fill("Too late")
        await sheet.get_by_role("button", name="Save").click()
    assert (await refused.value).status == 409
    await waiting(page, 0)
    assert await what_she_reads(passer) == ""
