"""A booth helper's day: join by camera, scan, lose the network, lose the battery, get everything through once."""

import pytest
from playwright.async_api import Page, expect

from events.badges.codes import new_code
from tests.browsing.scanner.conftest import NewPhone
from tests.browsing.scanner.phones import said, says, waiting
from tests.browsing.scanner.stand import Stand

NAMES = [f"ผู้เยี่ยมชม {n} Visitor" for n in range(20)]


@pytest.mark.requirement("S6-sponsor-3", "S3.1-badge-4")
async def test_a_helper_joins_by_camera_and_her_first_scan_is_a_lead(stand: Stand, new_phone: NewPhone) -> None:
    mali = await stand.passer("มาลี ใจงาม")
    phone = new_phone("en")
    page = await phone.start()
    phone.camera.hold(await stand.enrolment("Booth B12"))
    await expect(page.get_by_role("heading", name="Join this event?")).to_be_visible()
    await expect(page.get_by_role("main")).to_contain_text("Chao Phraya Cloud")
    await page.get_by_label("Your first name").fill("Nok")
    await page.get_by_role("button", name="Join", exact=True).click()
    phone.camera.hold(mali.badge)
    await says(page, "Lead saved", "มาลี ใจงาม")
    assert [phone for phone in await stand.phones() if phone["helper"] == "Nok" and phone["place"] == "Booth B12"]
    assert "มาลี ใจงาม" in [lead["name"] for lead in await stand.leads() if lead["state"] == "lead"]
    assert phone.complaints == []


@pytest.mark.requirement("S6-sponsor-3", "S6-sponsor-7")
async def test_who_allows_it_on_her_own_phone_is_a_lead_from_the_next_scan_on(stand: Stand, new_phone: NewPhone) -> None:
    shy = await stand.passer("ขวัญ ระวัง", allows=False)
    phone = new_phone("en")
    page = await phone.join(stand)
    phone.camera.hold(shy.badge)
    await says(page, "Not shared")
    assert "ขวัญ" not in await page.inner_text("body")
    await page.get_by_role("button", name="Ask them to allow it").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Only scans after your choice count")
    await page.get_by_role("dialog").get_by_role("button", name="Close").click()
    await stand.allow_scans(shy)
    phone.camera.hold(None)
    await page.wait_for_timeout(4_000)  # the same badge counts again three seconds after it left the view
    phone.camera.hold(shy.badge)
    await says(page, "Lead saved", "ขวัญ ระวัง")
    await stand.forbid_scans(shy)
    phone.camera.hold(None)
    await page.wait_for_timeout(4_000)
    phone.camera.hold(shy.badge)
    await says(page, "Not shared")


async def test_a_code_that_is_no_badge_does_not_stop_the_next_one(stand: Stand, new_phone: NewPhone) -> None:
    first, second = await stand.passer("แรก หนึ่ง"), await stand.passer("สอง ถัดไป")
    phone = new_phone("en")
    page = await phone.join(stand)
    phone.camera.hold("https://elsewhere.example/win-a-prize")
    await says(page, "Not a badge")
    phone.camera.hold(first.badge)
    await says(page, "Lead saved", first.name)
    phone.camera.hold("BADGE-OF-ANOTHER-SHAPE")
    await says(page, "Not a badge")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/api/v1/scans") else None)
    phone.camera.hold(second.badge)  # another badge is taken at once
    await says(page, "Lead saved", second.name)
    for badge in (first.badge, second.badge) * 3:  # two badges that hang side by side count once each, not again and again
        phone.camera.hold(badge)
        await page.wait_for_timeout(400)
    assert len(sent) == 1
    assert sorted(lead["name"] for lead in await stand.leads() if lead["name"] in {first.name, second.name}) == sorted(
        [first.name, second.name]
    )


@pytest.mark.requirement("S6-sponsor-3", "S4-phone-1")
async def test_twenty_scans_survive_a_dead_battery_and_arrive_once(stand: Stand, new_phone: NewPhone) -> None:
    passers = [await stand.passer(name) for name in NAMES]
    phone = new_phone("en")
    page = await phone.join(stand)
    await phone.ready_for_offline(page)
    await phone.context.set_offline(True)
    for n, passer in enumerate(passers, 1):
        phone.camera.hold(passer.badge)
        await waiting(page, n)
    await phone.kill()
    page = await phone.start(offline=True)
    await waiting(page, 20)
    await phone.context.set_offline(False)
    await waiting(page, 0)
    leads = [lead["name"] for lead in await stand.leads() if lead["name"] in NAMES]
    assert sorted(leads) == sorted(NAMES)
    canaries = [p.badge for p in passers] + NAMES + [p.her.email for p in passers]
    kept = str(await phone.stored(page))
    assert [canary for canary in canaries if canary in kept] == []
    await phone.stop()
    assert phone.on_disk(*canaries) == []


async def test_a_lost_answer_is_asked_again_and_counts_once(stand: Stand, new_phone: NewPhone) -> None:
    passer = await stand.passer("หาย ระหว่างทาง")
    phone = new_phone("en")
    page = await phone.join(stand)
    dropped: list[str] = []

    async def drop_the_first(route) -> None:  # type: ignore[no-untyped-def]
        answer = await route.fetch()
        if dropped:
            await route.fulfill(response=answer)
            return
        dropped.append(await answer.text())
        await route.abort("connectionreset")

    await phone.context.route("**/api/v1/scans", drop_the_first)
    phone.camera.hold(passer.badge)
    while not dropped:
        await page.wait_for_timeout(50)
    await waiting(page, 0)
    assert '"lead"' in dropped[0]
    assert [lead["name"] for lead in await stand.leads()].count(passer.name) == 1


async def test_a_phone_that_is_revoked_mid_queue_hands_over_and_wipes_itself(stand: Stand, new_phone: NewPhone) -> None:
    passer = await stand.passer("ไม่ถึง ลีด")
    phone = new_phone("en")
    page = await phone.join(stand, helper="Revoked")
    await phone.ready_for_offline(page)
    await phone.context.set_offline(True)
    phone.camera.hold(passer.badge)
    await waiting(page, 1)
    [device] = [p["id"] for p in await stand.phones() if p["helper"] == "Revoked"]
    await stand.revoke(device)
    await phone.context.set_offline(False)
    await expect(page.get_by_role("heading", name="Everything is deleted")).to_be_visible()
    assert passer.name not in [lead["name"] for lead in await stand.leads()]
    [kept] = [p["quarantined"] for p in await stand.phones() if p["id"] == device]
    assert kept == 1
    kept = await phone.stored(page)
    assert {name: rows for name, rows in kept.items() if not name.startswith("cache ") and rows not in ([], "{}", "[]")} == {}


async def test_a_keyboard_wedge_works_under_a_thai_layout(stand: Stand, new_phone: NewPhone) -> None:
    passer = await stand.passer("ปืน ยิงโค้ด")
    phone = new_phone("th")
    page = await phone.join(stand)
    await phone.wedge(page, passer.badge)
    await said(page, passer.name)


async def test_typed_entry_finds_the_typing_mistake(stand: Stand, new_phone: NewPhone) -> None:
    passer = await stand.passer("พิมพ์ เอง")
    phone = new_phone("en")
    page = await phone.join(stand)
    await expect(page.get_by_text("Hold a badge in the frame")).to_be_visible()  # until then two buttons are called so
    await page.get_by_role("button", name="Type code").click()
    box = page.get_by_role("dialog").get_by_role("textbox")
    wrong = passer.badge[:-1] + ("0" if passer.badge[-1] != "0" else "1")
    await box.fill(wrong)
    await expect(page.get_by_role("dialog")).to_contain_text("typing mistake")
    await box.fill(passer.badge.lower())
    await page.keyboard.press("Enter")
    await says(page, "Lead saved", passer.name)


@pytest.mark.parametrize("off_by", [3 * 365 * 86_400, -86_400], ids=["three years ahead", "a day behind"])
@pytest.mark.requirement("S6-sponsor-3")
async def test_a_phone_with_a_wrong_clock_scans_as_well(stand: Stand, new_phone: NewPhone, off_by: int) -> None:
    passer = await stand.passer(f"นาฬิกา เพี้ยน {off_by}")
    phone = new_phone("en")
    page = await phone.join(stand, clock_off_by=off_by)
    phone.camera.hold(passer.badge)
    await says(page, "Lead saved", passer.name)


async def test_the_same_booth_hears_that_a_badge_was_scanned_before(stand: Stand, new_phone: NewPhone) -> None:
    passer = await stand.passer("สแกน สองครั้ง")
    pages: list[Page] = []
    for _ in range(2):
        phone = new_phone("en")
        pages.append(await phone.join(stand))
        phone.camera.hold(passer.badge)
        await said(pages[-1], passer.name)
    await says(pages[-1], "Already scanned", passer.name)


async def test_unknown_foreign_and_not_allowed_badges_look_the_same(stand: Stand, new_phone: NewPhone) -> None:
    shy = await stand.passer("เงียบ มาก", allows=False)
    shown = []
    phone = new_phone("en")
    page = await phone.join(stand)
    for badge in (shy.badge, new_code(shy.badge[:2]), new_code("ZZ")):
        phone.camera.hold(badge)
        await says(page, "Not shared")
        shown.append(await page.get_by_role("region", name="Not shared").inner_text())
        await page.get_by_role("button", name="Close").first.click()
    assert len(set(shown)) == 1
