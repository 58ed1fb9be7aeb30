"""Her ticket and badge, and giving the place up."""

import re

import pytest

from tests.conftest import MovableClock
from tests.people import People, ok
from tests.web.mine.hers import Hers


class TestTheTicket:
    async def test_welcomes_once_and_asks_for_nothing(self, hers: Hers) -> None:
        welcome, later = await hers.see("?done=confirmed"), await hers.see()
        assert ("Welcome!" in welcome, "Welcome!" in later) == (True, False)
        assert (welcome.count("is your choice"), later.count("is your choice")) == (1, 0)

    @pytest.mark.requirement("S6-sponsor-6")
    async def test_nobody_who_said_no_is_asked_again(self, hers: Hers) -> None:
        for rest in ("", "/details", "/who", "/receipts"):
            page = await hers.see(rest)
            assert ('name="consent"' in page, 'name="share"' in page, "is your choice" in page) == (False, False, False)

    async def test_says_only_what_stands_in_its_own_list(self, hers: Hers) -> None:
        page = await hers.see("?done=<script>")
        assert ("&lt;script" in page.partition("<main")[2].partition("</main")[0], 'role="status"' in page) == (False, False)

    async def test_shows_the_badge_and_its_code_alone_on_a_page(self, hers: Hers) -> None:
        page = await hers.see("/badge")
        assert ("<header" in page, "มาลี ใจงาม" in page) == (False, True)
        assert hers.who.badge in re.sub(r"\s", "", page)

    async def test_a_new_badge_kills_the_old_one_and_is_made_once(self, hers: Hers) -> None:
        key = re.findall(r'name="key" value="([^"]+)"', await hers.see("/badge/renew"))[0]
        codes = set()
        for _ in range(2):
            pressed = await hers.press("/badge/renew", {"key": key})
            assert pressed.headers["location"] == hers.address("?done=renewed")
            codes.add(ok(await hers.who.client.get(hers.who.path))["badge"])
        assert (len(codes), hers.who.badge in codes) == (1, False)

    async def test_is_an_entry_for_a_calendar(self, hers: Hers) -> None:
        answer = await hers.who.client.get(hers.address("/calendar.ics"))
        assert answer.headers["content-type"].startswith("text/calendar")
        assert "STATUS:CONFIRMED" in answer.text
        assert hers.address() in answer.text.replace("\r\n ", "")

    async def test_cancelling_tells_first_who_is_told(self, people: People, clock: MovableClock) -> None:
        hers = Hers(await people.attendee(shares_with=["S1"]), clock)
        await people.pull("S1")
        assert "<bdi>S1 Co., Ltd.</bdi>" in await hers.see("/cancel")
        pressed = await hers.press("/cancel")
        assert (pressed.status_code, pressed.headers["location"]) == (303, "/en/me?done=cancelled")
        listed = (await hers.who.client.get("/en/me")).text
        assert "Cancelled by you or the organiser" in listed
        assert await people.gets("S1", hers.who) == []
        # every page of it still opens
        for rest in ("", "/choices", "/who", "/details", "/receipts", "/cancel"):
            await hers.see(rest)
        assert (await hers.who.client.get(hers.address("/badge"))).status_code == 409
