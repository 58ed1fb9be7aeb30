"""Every screen of the phone app as everybody must be able to use it: axe, narrow, in both languages, by keyboard alone."""

import re
from typing import Final

import pytest
from playwright.async_api import Page, expect

from events.badges.codes import new_code
from tests.browsing.checks import all_well
from tests.browsing.pages import LANGUAGES, Language
from tests.browsing.scanner.conftest import NewPhone
from tests.browsing.scanner.phones import FORGET, waiting
from tests.browsing.scanner.stand import Stand
from tests.browsing.scanner.walk import OTHER_PIN, setting_out
from tests.browsing.scanner.words import APP_WORDS

LOCKING: Final = 3  # a sponsor of the demo whose booth no other test uses
MOST_TABS: Final = 40
SCANS: Final = "**/api/v1/scans"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_screen_of_a_booths_phone_is_well(stand: Stand, new_phone: NewPhone, language: Language) -> None:
    passer, shy = await stand.passer("ยาวมากจริงๆ นามสกุลยาวกว่าชื่อ"), await stand.passer("ไม่ให้ ใคร", allows=False)
    await stand.lock_after(120, sponsor=LOCKING)
    await stand.ask(
        {"kind": "yes_no", "wording_th": "มีงบไหม", "wording_en": "Is there a budget?"},
        {"kind": "text", "wording_th": "ใช้อะไรอยู่", "wording_en": "What do they use?"},
        {
            "kind": "multiple",
            "wording_th": "สนใจ",
            "wording_en": "Wants",
            "options": [{"th": "สาธิต", "en": "Demo"}, {"th": "ราคา", "en": "Price"}],
        },
        sponsor=LOCKING,
    )
    phone = new_phone(language)
    walk = await setting_out(phone, language)
    page = walk.page
    await walk.sees("pairTitle")
    await walk.press("pairTyped")
    await page.get_by_role("dialog").get_by_role("textbox").fill("https://elsewhere.example/scan/#enrol=nothing")
    await page.keyboard.press("Enter")
    await walk.sees("foreign_code")
    await walk.press("close")
    await walk.enrol(await stand.enrolment("Here", sponsor=LOCKING))
    await walk.press("join")
    await walk.sees("joinNameMissing")
    await walk.join("นก")
    await walk.sees("pinChoose")
    await walk.type_pin()
    await walk.type_pin(OTHER_PIN)
    await walk.sees("pinDiffers")
    await walk.type_pin()
    await walk.type_pin()
    await walk.sees("aim")
    await walk.meet_every_camera_trouble()
    await phone.ready_for_offline(page)
    await phone.wedge(page, passer.badge)
    await walk.shows("lead")
    await walk.press("addNote")
    await walk.sees("noteReminder")
    await walk.press("close")
    await phone.wedge(page, passer.badge)
    await walk.shows("leadAgain")
    phone.camera.hold("https://elsewhere.example/")
    await walk.shows("notABadge")
    phone.camera.hold(None)
    await phone.wedge(page, shy.badge)
    await walk.shows("notShared")
    await walk.press("askLong")
    await walk.sees("askTitle")
    await walk.press("close")
    await walk.press("typeCode")
    await page.get_by_role("dialog").get_by_role("textbox").fill(passer.badge[:-1] + ("0" if passer.badge[-1] != "0" else "1"))
    await walk.sees("typeWrong")
    await walk.press("close")
    await expect(page.locator("dialog[open]")).to_have_count(0)
    await phone.context.set_offline(True)
    await phone.wedge(page, passer.badge)
    await walk.shows("saved")
    await walk.press("menu")
    await walk.sees("lockNow")
    await walk.press("historyTitle")
    await walk.sees("lastSync")
    await page.locator("ul.rows li.lead button").first.click()
    await walk.sees("noteNoName")
    await walk.press("close")
    await walk.press("back", "menu", "settings")
    await walk.sees("motion")
    await walk.press("signOut")
    await walk.sees("signOutAnyway")
    await walk.press("close", "lockNow")
    await walk.sees("pinUnlock")
    await walk.type_pin(OTHER_PIN)
    await walk.sees("wrong_pin")
    await page.evaluate(FORGET)
    await phone.context.set_offline(False)
    await walk.sees("pairAgainTitle")
    await walk.enrol(await stand.enrolment("Here", sponsor=LOCKING))
    await walk.join(f"Fon {language}")
    await walk.type_pin()
    await walk.type_pin()
    await waiting(page, 0)
    [device] = [one["id"] for one in await stand.phones(sponsor=LOCKING) if one["helper"] == f"Fon {language}"]
    await stand.revoke(device, sponsor=LOCKING)
    await phone.context.route(SCANS, lambda route: route.abort("connectionrefused"))
    await phone.wedge(page, shy.badge)
    await waiting(page, 1)
    await page.evaluate("dispatchEvent(new Event('online'))")
    await walk.sees("revokedTitle")
    await phone.context.unroute(SCANS)
    await page.evaluate("dispatchEvent(new Event('online'))")
    await walk.sees("wipedTitle")
    all_well(walk.complaints)
    assert phone.complaints == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_screen_of_a_door_phone_is_well(stand: Stand, new_phone: NewPhone, language: Language) -> None:
    guest = await stand.passer("ยาวมากจริงๆ ที่ประตู นามสกุลยาวกว่าชื่อ")
    late = await stand.passer("มาช้ามากจริงๆ นามสกุลยาวกว่าชื่อ")
    room = f"A room for one, with a name as long as names of rooms are ({language})"
    await stand.session(room, capacity=1)
    phone = new_phone(language)
    walk = await setting_out(phone, language)
    page = walk.page
    await walk.meet_every_camera_trouble()
    await walk.enrol(await stand.enrolment("The gate by the river", door=True))
    await walk.sees("joinDoor")
    await walk.join("นก")
    await walk.sees("aim")
    await phone.wedge(page, guest.badge)
    await walk.shows("valid")
    await phone.wedge(page, guest.badge)
    await walk.shows("alreadyIn")
    await phone.wedge(page, new_code(guest.badge[:2]))
    await walk.shows("unknown")
    await phone.wedge(page, await stand.badge_of_another_event())
    await walk.shows("notThisEvent")
    await page.locator("button.mode").click()
    await walk.sees("modeTitle")
    await page.get_by_role("dialog").get_by_role("button", name=room).click()
    await phone.wedge(page, guest.badge)
    await walk.shows("valid")
    await phone.wedge(page, late.badge)
    await walk.shows("full")
    await page.evaluate("dispatchEvent(new Event('online'))")  # the phone asks how full it is, as it does every minute
    await expect(page.locator("button.mode")).to_contain_text(walk.words["isFull"])
    await page.locator("button.mode").click()
    await walk.sees("modeTitle")
    await walk.press("entry")
    await walk.press("search")
    await page.get_by_role("searchbox").fill("ที่ประตู")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_contain_text(guest.badge[-5:])
    await walk.sees("stateInside")
    await walk.press("close")
    await phone.ready_for_offline(page)
    await phone.take_list(page)
    await phone.context.set_offline(True)
    await phone.wedge(page, guest.badge)
    await walk.shows("doorListed")
    await phone.wedge(page, guest.badge)
    await walk.shows("doorAgain")
    await phone.wedge(page, new_code(guest.badge[:2]))
    await walk.shows("doorUnlisted")
    await page.locator("header.strip button").click()
    await walk.sees("rowDouble")
    all_well(walk.complaints)
    assert phone.complaints == []


async def test_the_language_changes_in_place(stand: Stand, new_phone: NewPhone) -> None:
    passer = await stand.passer("สองภาษา ในที่เดียว")
    phone = new_phone("en")
    page = await phone.join(stand)
    await phone.wedge(page, passer.badge)
    await expect(page.get_by_role("region", name="Lead saved")).to_contain_text(passer.name)
    opened = await page.evaluate("performance.timeOrigin")
    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("dialog").get_by_role("button", name="ภาษาไทย").click()
    await page.get_by_role("dialog").get_by_role("button", name="ปิด").click()
    await expect(page.get_by_role("region", name=APP_WORDS["th"]["lead"])).to_contain_text(passer.name)
    await expect(page.locator("html")).to_have_attribute("lang", "th")
    assert await page.evaluate("performance.timeOrigin") == opened  # nothing was loaded anew
    assert re.search(r"[A-Za-z]{3,} saved|Menu|Online", await page.inner_text("body")) is None
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("lang", "th")  # and it is remembered


async def tab_to(page: Page, role: str, name: str) -> None:
    """Press Tab until this control has the focus."""
    wanted = page.get_by_role(role, name=name)  # type: ignore[arg-type]  # its own list of roles
    for _ in range(MOST_TABS):
        if await wanted.evaluate_all("all => all.includes(document.activeElement)"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{MOST_TABS} times Tab, and no {role} “{name}”")


async def test_keys_alone_join_read_a_code_and_write_a_note(stand: Stand, new_phone: NewPhone) -> None:
    passer = await stand.passer("ปุ่ม ล้วนๆ")
    phone = new_phone("en")
    page = await phone.start()
    await tab_to(page, "button", "Type the joining code")
    await page.keyboard.press("Enter")
    enrolment = await stand.enrolment("Here")
    field = page.get_by_role("dialog").get_by_role("textbox")
    await expect(field).to_be_focused()
    await page.keyboard.type(enrolment)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Join this event?")).to_be_visible()
    await tab_to(page, "textbox", "Your first name")
    await page.keyboard.type("Key")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Hold a badge in the frame")).to_be_visible()
    await tab_to(page, "button", "Type code")
    await page.keyboard.press("Enter")
    await expect(field).to_be_focused()
    await page.keyboard.type(passer.badge)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("region", name="Lead saved")).to_contain_text(passer.name)
    await tab_to(page, "button", "Add rating and note")
    await page.keyboard.press("Enter")
    await tab_to(page, "button", "High")
    await page.keyboard.press("Space")
    await tab_to(page, "textbox", "Note")
    await page.keyboard.type("By keys alone")
    await tab_to(page, "button", "Save")
    async with page.expect_response(lambda answer: answer.url.endswith("/note")) as kept:
        await page.keyboard.press("Enter")
    assert (await kept.value).status == 200
    [note] = [note for lead in await stand.leads() if lead["name"] == passer.name for note in lead["notes"]]
    assert (note["helper"], note["rating"], note["note"]) == ("Key", 3, "By keys alone")
