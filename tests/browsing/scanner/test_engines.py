"""The phone app in the engines of the other phones: one scan in Gecko and one in WebKit, read by the decoder that ships.

Neither has a fake camera, so getUserMedia gives a canvas on which the picture of a badge is drawn again and again.
"""

import asyncio
import base64
import io
import os
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.async_api import Playwright, expect
from selenium.webdriver import WebKitGTK
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import text_to_be_present_in_element
from selenium.webdriver.support.expected_conditions import visibility_of_element_located as shown
from selenium.webdriver.support.wait import WebDriverWait
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from tests.browsing import engines
from tests.browsing.engines import NoEngine
from tests.browsing.scanner import camera
from tests.browsing.scanner.phones import PATIENCE, says
from tests.browsing.scanner.stand import Stand

# `hold(picture)` swaps what the camera sees, a data: address or null; a hand is never still, so each frame is a little elsewhere
CAMERA: Final = f"""
  globalThis.hold = picture => {{
    const image = new Image();
    image.src = picture ?? "";
    globalThis.held = picture ? image : null;
  }};
  MediaDevices.prototype.getUserMedia = async () => {{
    const canvas = Object.assign(document.createElement("canvas"), {{ width: {camera.WIDE}, height: {camera.HIGH} }});
    const pen = canvas.getContext("2d");
    let frame = 0;
    const draw = () => {{
      pen.fillStyle = "rgb({camera.HALL} {camera.HALL} {camera.HALL})";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      if (globalThis.held?.complete) pen.drawImage(globalThis.held, frame++ % 3, 0);
    }};
    draw();
    setInterval(draw, 50);
    return canvas.captureStream();
  }};
"""


def photo(text: str) -> str:
    """What a camera sees of this badge, as a data: address."""
    out = io.BytesIO()
    camera._picture(text, 0).save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


@pytest.fixture(scope="module")
def firefox() -> str:
    """The path of a Firefox ESR. Skips where there is none: `.ci/run` has seen to it that there is one wherever there can be."""
    try:
        return engines.firefox()
    except NoEngine as error:
        pytest.skip(str(error))


@pytest.fixture
def webkit() -> Iterator[WebKitGTK]:
    """A WebKit on a screen that nobody sees; skips where there is none."""
    try:
        here = engines.webkit()
    except NoEngine as error:
        pytest.skip(str(error))
    options = Options()
    options.binary_location = here.browser
    options.add_argument("--automation")
    options.set_capability("browserName", "MiniBrowser")
    with engines.screen(here.screen) as display:
        service = Service(here.driver, env={**os.environ, "DISPLAY": display, "LC_ALL": "C.UTF-8", "LANGUAGE": "en"})
        driver = WebKitGTK(options=options, service=service)
        try:
            yield driver
        finally:
            driver.quit()


async def test_a_scan_in_firefox_is_a_lead(stand: Stand, playwright: Playwright, firefox: str) -> None:
    passer, enrolment = await stand.passer("ฟ้า ใสสด"), await stand.enrolment("Here")
    browser = await playwright.firefox.launch(channel="moz-firefox", executable_path=firefox)
    try:
        page = await browser.new_page(locale="en-GB", timezone_id="Asia/Bangkok")
        page.set_default_timeout(PATIENCE)
        await page.add_init_script(CAMERA)
        await page.goto(enrolment)
        await page.get_by_label("Your first name").fill("Fox")
        await page.get_by_role("button", name="Join", exact=True).click()
        await expect(page.locator("main.scan")).to_be_visible()
        await page.evaluate("picture => hold(picture)", photo(passer.badge))
        await says(page, "Lead saved", passer.name)
    finally:
        await browser.close()
    assert passer.name in [lead["name"] for lead in await stand.leads() if lead["state"] == "lead"]


# its own: for this engine Selenium calls itself in a way that it is giving up
@pytest.mark.filterwarnings("ignore:setting remote_server_addr in RemoteConnection:DeprecationWarning")
async def test_a_scan_in_webkit_is_a_lead(stand: Stand, webkit: WebKitGTK) -> None:
    passer, enrolment = await stand.passer("เมฆ ลอยฟ้า"), await stand.enrolment("Here")

    def scan() -> str:
        seen = WebDriverWait(webkit, 4 * PATIENCE / 1000)  # it draws without a GPU, and slowly beside others
        webkit.get(enrolment)
        name = seen.until(shown((By.ID, "helper")))
        webkit.execute_script(CAMERA)  # the camera starts after "Join"
        # held already then: without a GPU this engine may show the first picture of a canvas only
        webkit.execute_script("hold(arguments[0])", photo(passer.badge))
        seen.until(lambda there: there.execute_script("return held.complete"))
        name.send_keys("Kit")
        webkit.find_element(By.CSS_SELECTOR, "form button[type=submit]").click()
        seen.until(shown((By.CSS_SELECTOR, "main.scan")))
        seen.until(text_to_be_present_in_element((By.CSS_SELECTOR, "section.result"), passer.name))
        return webkit.find_element(By.CSS_SELECTOR, "section.result").text

    assert "Lead saved" in await asyncio.to_thread(scan)
    assert passer.name in [lead["name"] for lead in await stand.leads() if lead["state"] == "lead"]
