"""A walk through the phone app: every screen on the way is looked at as everybody must be able to use it."""

from dataclasses import dataclass
from typing import Final

from playwright.async_api import Page, expect

from tests.browsing.checks import fits, light_and_dark
from tests.browsing.pages import Language
from tests.browsing.scanner.phones import CAMERA_ENDS, HIDE, HelperPhone
from tests.browsing.scanner.words import APP_WORDS

PIN: Final = "2580"
OTHER_PIN: Final = "1111"
# asked for the camera, the browser waits for the helper, until `refuse` says what became of it
CAMERA_WAITS: Final = """() => {
  navigator.mediaDevices.getUserMedia = () => new Promise((_, bad) => {
    window.refuse = name => bad(new DOMException("", name));
  });
}"""
CAMERA_WORKS: Final = "() => { delete navigator.mediaDevices.getUserMedia; }"
REFUSE: Final = "name => refuse(name)"


@dataclass
class Walk:
    """A walk through the app in one language. What is wrong with a screen is kept, and told together at the end."""

    phone: HelperPhone
    page: Page
    words: dict[str, str]
    complaints: list[str]

    async def press(self, *words: str) -> None:
        """Press these buttons, of the dialog if one is open."""
        for word in words:
            dialog = self.page.locator("dialog[open]")
            where = dialog if await dialog.count() else self.page.locator("main")
            await where.get_by_role("button", name=self.words[word]).first.click()

    async def sees(self, word: str) -> None:
        """This text stands on the screen, which passes axe in light and dark, and fits the narrowest phone."""
        await expect(self.page.get_by_text(self.words[word]).filter(visible=True).first).to_be_visible()
        found = await light_and_dark(self.page) + await fits(self.page)
        self.complaints += [f"{word}: {line}" for line in found]

    async def shows(self, title: str) -> None:
        """The newest result has this title, and its screen is well."""
        await expect(self.page.get_by_role("region", name=self.words[title], exact=True)).to_be_visible()
        await self.sees(title)

    async def type_pin(self, pin: str = PIN) -> None:
        for digit in pin:
            await self.page.get_by_role("button", name=digit, exact=True).click()
        await self.press("pinDone")

    async def enrol(self, link: str) -> None:
        """Type the link of an enrolment into the app."""
        await self.press("pairTyped")
        await self.page.get_by_role("dialog").get_by_role("textbox").fill(link)
        await self.page.keyboard.press("Enter")
        await expect(self.page.get_by_text(self.words["joinTitle"])).to_be_visible()

    async def join(self, helper: str) -> None:
        await self.page.get_by_label(self.words["joinName"]).fill(helper)
        async with self.page.expect_response("**/api/v1/device/list"):
            await self.press("join")

    async def meet_every_camera_trouble(self) -> None:
        """The camera ends, is asked for, taken by another app, blocked, gone and off; at the end it runs as before."""
        await expect(self.page.locator("div.camera .frame")).to_be_visible()
        await self.page.evaluate(CAMERA_WAITS)
        await self.page.evaluate(CAMERA_ENDS)
        await self.sees("cameraEnded")
        await self.press("cameraStart")
        await self.sees("cameraAsking")
        await self.page.evaluate(REFUSE, "NotReadableError")
        await self.sees("cameraBusy")
        await self.press("cameraRetry")
        await self.page.evaluate(REFUSE, "NotAllowedError")
        await self.sees("cameraDenied")
        await self.press("cameraRetry")
        await self.page.evaluate(REFUSE, "NotFoundError")
        await self.sees("cameraNone")
        await self.page.evaluate(HIDE, False)  # she comes back to the page, which asks again
        await expect(self.page.get_by_text(self.words["cameraAsking"])).to_be_visible()
        await self.page.evaluate(HIDE, True)
        await self.sees("cameraOff")
        await self.page.evaluate(CAMERA_WORKS)
        await self.page.evaluate(HIDE, False)
        await expect(self.page.locator("div.camera .frame")).to_be_visible()


async def setting_out(phone: HelperPhone, language: Language) -> Walk:
    page = await phone.start()
    await page.emulate_media(reduced_motion="reduce")
    return Walk(phone, page, APP_WORDS[language], [])
