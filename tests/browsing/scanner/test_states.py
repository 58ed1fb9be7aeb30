"""What a helper's phone does when things end: the camera, the screen's light, her PIN, its pairing, her day."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from events.demo import story
from tests.browsing.scanner.conftest import NewPhone
from tests.browsing.scanner.phones import CAMERA_ENDS, FORGET, HIDE, says, waiting
from tests.browsing.scanner.stand import Stand

LOCKING, OTHER = 1, 2  # sponsors of the demo whose booths no other test uses
PIN = "2580"
CAMERA = "div.camera-trouble"
# the first strokes come before the browser has told the app that the dialog is closed
TYPE_WHILE_CLOSING = """code => {
  const strike = code => document.body.dispatchEvent(new KeyboardEvent("keydown", { code, bubbles: true }));
  const dialog = document.querySelector("dialog[open]");
  // after the app's own listener
  dialog.addEventListener("close", () => strike("Enter"), { once: true });
  dialog.close();
  for (const it of code) strike(/[0-9]/.test(it) ? `Digit${it}` : `Key${it}`);
}"""
# the browser tells that a dialog has closed only when the app has put it away and opened the next
OPEN_THE_NEXT = """async next => {
  const gone = document.querySelector("dialog[open]");
  const told = new Promise(done => gone.addEventListener("close", done, { once: true }));
  gone.querySelector("header button").click();
  for (let turn = 0; gone.isConnected && turn < 100; turn++) await null;
  next.click();
  await told;
}"""


async def test_a_camera_that_is_not_allowed_is_told_and_codes_can_be_typed(stand: Stand, new_phone: NewPhone) -> None:
    passer = await stand.passer("ไม่มี กล้อง")
    phone = new_phone("en")
    page = await phone.start(permissions=())
    await expect(page.locator(CAMERA)).to_contain_text("The camera is blocked. Allow it for this page")
    await phone.join_on(page, await stand.enrolment("Here"))
    await expect(page.locator(CAMERA)).to_contain_text("The camera is blocked")
    await page.get_by_role("button", name="Type code").click()
    await page.get_by_role("dialog").get_by_role("textbox").fill(passer.badge)
    await page.keyboard.press("Enter")
    await says(page, "Lead saved", passer.name)
    await phone.context.grant_permissions(["camera"])  # in the browser's settings, as the sentence says
    await expect(page.locator("div.camera .frame")).to_be_visible()


async def test_a_device_without_a_camera_says_so_and_offers_what_works(stand: Stand, new_phone: NewPhone) -> None:
    phone = new_phone("en")
    page = await phone.start(has_camera=False)
    await expect(page.locator(CAMERA)).to_contain_text("This device has no camera. Type the code, or use a hand scanner.")
    await page.locator(CAMERA).get_by_role("button", name="Type code").click()
    await page.get_by_role("dialog").get_by_role("textbox").fill(await stand.enrolment())
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Join this event?")).to_be_visible()
    # where nobody said which booth, no row stands empty
    await expect(page.locator("dl.facts dt")).to_have_text(["For", "Event"])


async def test_a_hand_scanner_is_heard_whole_while_a_dialog_closes(stand: Stand, new_phone: NewPhone) -> None:
    passer = await stand.passer("ปิด เมนู")
    phone = new_phone("en")
    page = await phone.join(stand)
    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("dialog", name="Menu").wait_for()
    await page.evaluate(TYPE_WHILE_CLOSING, passer.badge)
    await says(page, "Lead saved", passer.name)


async def test_a_dialog_that_has_gone_does_not_close_the_next_one(stand: Stand, new_phone: NewPhone) -> None:
    page = await new_phone("en").join(stand)
    menu = await page.get_by_role("button", name="Menu").element_handle()
    await page.get_by_role("button", name="Type code").click()
    await page.get_by_role("dialog").get_by_role("textbox").wait_for()
    await page.evaluate(OPEN_THE_NEXT, menu)
    await expect(page.get_by_role("dialog", name="Menu")).to_be_visible()


@pytest.mark.requirement("S4-phone-1")
async def test_the_camera_is_given_back_while_nobody_looks_and_starts_again(stand: Stand, new_phone: NewPhone) -> None:
    passer, next_one = await stand.passer("กล้อง กลับมา"), await stand.passer("กล้อง เริ่มใหม่")
    phone = new_phone("en")
    page = await phone.join(stand)
    await expect(page.locator("div.camera .frame")).to_be_visible()
    track = await page.evaluate_handle("document.querySelector('video').srcObject.getVideoTracks()[0]")
    await page.evaluate(HIDE, True)
    await expect(page.locator(CAMERA)).to_contain_text("The camera is off.")
    assert await track.evaluate("track => track.readyState") == "ended"
    await page.evaluate(HIDE, False)
    phone.camera.hold(passer.badge)
    await says(page, "Lead saved", passer.name)
    await page.evaluate(CAMERA_ENDS)
    await expect(page.locator(CAMERA)).to_contain_text("The camera has stopped.")
    phone.camera.hold(next_one.badge)
    await page.get_by_role("button", name="Start the camera").click()
    await says(page, "Lead saved", next_one.name)


@pytest.fixture
async def locking(stand: Stand) -> AsyncIterator[int]:
    """A sponsor who wants her phones to lock after five minutes."""
    await stand.lock_after(5, sponsor=LOCKING)
    yield LOCKING
    await stand.lock_after(None, sponsor=LOCKING)


async def type_pin(page: Page, pin: str) -> None:
    for digit in pin:
        await page.get_by_role("button", name=digit, exact=True).click()
    await page.get_by_role("button", name="OK").click()


async def left_alone(page: Page, minutes: int) -> None:
    """So many minutes pass without a touch."""
    await page.clock.fast_forward(minutes * 60_000)


@pytest.mark.requirement("S4-phone-1")
async def test_a_phone_left_alone_asks_for_its_pin_and_wrong_ones_end_the_pairing_but_not_the_queue(
    stand: Stand, new_phone: NewPhone, locking: int
) -> None:
    passer = await stand.passer("ล็อก แล้วยังอยู่")
    phone = new_phone("en")
    page = await phone.start("about:blank")
    await page.clock.install()
    await phone.join_on(page, await stand.enrolment("Locked booth", sponsor=locking))
    await expect(page.get_by_role("heading", name="Choose a PIN")).to_be_visible()
    await type_pin(page, PIN)
    await expect(page.get_by_role("heading", name="The same PIN once more")).to_be_visible()
    await type_pin(page, "1111")
    await expect(page.get_by_role("alert").filter(has_text="not the same")).to_be_visible()
    await type_pin(page, PIN)
    await type_pin(page, PIN)
    await expect(page.locator("main.scan")).to_be_visible()
    await left_alone(page, 4)
    await expect(page.locator("main.scan")).to_be_visible()
    await page.locator("header.strip p").click()  # a touch
    await left_alone(page, 4)
    await expect(page.locator("main.scan")).to_be_visible()
    await left_alone(page, 2)
    await expect(page.get_by_role("heading", name="Type your PIN")).to_be_visible()
    await type_pin(page, PIN)
    await expect(page.locator("main.scan")).to_be_visible()

    await phone.ready_for_offline(page)
    await phone.context.set_offline(True)
    await phone.wedge(page, passer.badge)
    await waiting(page, 1)
    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("button", name="Lock now").click()
    for left in ("4 tries left", "3 tries left", "2 tries left", "1 try left"):
        await type_pin(page, "9999")
        await expect(page.get_by_role("main")).to_contain_text(left)
    await type_pin(page, "9999")
    await expect(page.get_by_role("heading", name="Join again")).to_be_visible()
    await expect(page.get_by_role("main")).to_contain_text("1 scan is kept safe on this phone.")
    assert passer.badge not in str(await phone.stored(page))

    await phone.context.set_offline(False)
    assert passer.name not in [lead["name"] for lead in await stand.leads(sponsor=locking)]
    await phone.join_on(page, await stand.enrolment("Locked booth", sponsor=locking))
    await type_pin(page, PIN)
    await type_pin(page, PIN)
    await waiting(page, 0)
    assert [lead["name"] for lead in await stand.leads(sponsor=locking)].count(passer.name) == 1


async def test_signing_out_warns_of_what_is_not_sent_and_leaves_nothing(stand: Stand, new_phone: NewPhone) -> None:
    sent, lost = await stand.passer("ส่ง ก่อน"), await stand.passer("ไม่ ส่ง")
    phone = new_phone("en")
    page = await phone.join(stand)
    await phone.ready_for_offline(page)
    await phone.context.set_offline(True)
    await phone.wedge(page, sent.badge)
    await waiting(page, 1)
    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("button", name="Settings").click()
    await page.get_by_role("button", name="Sign out").click()
    asks = page.get_by_role("dialog", name="Sign out?")
    await expect(asks.get_by_role("alert")).to_contain_text("1 entry is not sent yet. If you sign out now, it is lost.")
    await asks.get_by_role("button", name="Send first").click()
    await expect(asks.get_by_role("alert")).to_be_visible()
    await phone.context.set_offline(False)
    await expect(asks.get_by_role("alert")).not_to_be_visible()
    assert sent.name in [lead["name"] for lead in await stand.leads()]
    await asks.get_by_role("button", name="Close").click()
    await page.get_by_role("button", name="Back").click()
    await phone.context.set_offline(True)
    await phone.wedge(page, lost.badge)
    await waiting(page, 1)
    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("button", name="Settings").click()
    await page.get_by_role("button", name="Sign out").click()
    await page.get_by_role("button", name="Sign out and lose them").click()
    await expect(page.get_by_role("heading", name="Join your event")).to_be_visible()
    kept = await phone.stored(page)
    assert (kept["events-scan/queue"], kept["events-scan/history"]) == ([], [])
    await phone.context.set_offline(False)
    await page.reload()
    await expect(page.get_by_role("heading", name="Join your event")).to_be_visible()
    assert lost.name not in [lead["name"] for lead in await stand.leads()]


async def test_a_phone_that_the_server_forgot_keeps_its_queue_for_its_own_booth_and_no_other(
    stand: Stand, new_phone: NewPhone
) -> None:
    passer, other_passer = await stand.passer("ของบูธ แรก"), await stand.passer("ของบูธ สอง")
    phone = new_phone("en")
    page = await phone.join(stand)
    await phone.ready_for_offline(page)
    await phone.context.set_offline(True)
    await phone.wedge(page, passer.badge)
    await waiting(page, 1)
    await page.evaluate(FORGET)
    await phone.context.set_offline(False)
    await expect(page.get_by_role("heading", name="Join again")).to_be_visible()
    await expect(page.get_by_role("main")).to_contain_text("1 scan is kept safe on this phone.")

    phone.camera.hold(await stand.enrolment("Another booth", sponsor=OTHER))
    await expect(page.get_by_role("main")).to_contain_text(story.SPONSORS[OTHER].name)
    phone.camera.hold(None)
    await page.get_by_label("Your first name").fill("Nok")
    await page.get_by_role("button", name="Join", exact=True).click()
    await expect(page.get_by_text("Hold a badge in the frame")).to_be_visible()
    await phone.wedge(page, other_passer.badge)
    await says(page, "Lead saved", other_passer.name)
    await page.get_by_role("button", name="Online").click()
    await expect(page.get_by_role("main")).to_contain_text("1 entry belongs to another booth or event.")
    await page.get_by_role("button", name="Send now").click()
    await expect(page.get_by_role("button", name="Send now")).to_be_visible()
    names = [lead["name"] for lead in await stand.leads(sponsor=OTHER)]
    assert (passer.name in names, other_passer.name in names) == (False, True)

    await page.evaluate(FORGET)
    await page.reload()
    await expect(page.get_by_role("heading", name="Join again")).to_be_visible()
    async with page.expect_response("**/api/v1/scans"):
        await phone.join_on(page, await stand.enrolment("Here"))
    await waiting(page, 0)
    names = [lead["name"] for lead in await stand.leads()]
    assert (names.count(passer.name), other_passer.name in names) == (1, False)
