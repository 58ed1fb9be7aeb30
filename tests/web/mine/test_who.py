"""Who got her data: each hand-over in words, and a scan that was not her."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from events.web.mine.hand_over_rules import Got, HandOver
from tests.conftest import MovableClock
from tests.people import People, ok
from tests.web.mine.hers import Hers


def _got(lines: list[HandOver]) -> Got:
    return Got("S1 Co., Ltd.", "Thailand", "hello@s1.example", None, lines, [])


class TestWhoGotMyData:
    @pytest.mark.requirement("S6-recip-1")
    async def test_names_who_got_what_why_and_how(self, people: People, clock: MovableClock) -> None:
        hers = Hers(await people.attendee(shares_with=["S1"]), clock)
        assert "Nobody got your data." in await hers.see("/who")
        await people.pull("S1")
        page = await hers.see("/who")
        for told in ("<bdi>S1 Co., Ltd.</bdi>", "name, job title, company", "you ticked its box", "read by its program"):
            assert told in page
        assert "<svg" not in page, "one hand-over is read, not plotted"

    async def test_many_are_plotted_by_party(self, people: People, clock: MovableClock) -> None:
        hers = Hers(await people.attendee(shares_with=["S1", "S2"]), clock)
        for name in ("S1", "S1", "S2", "S1"):
            await people.pull(name)
            clock.forward(days=1)
        page = await hers.see("/who")
        assert re.findall(r'aria-label="(\d) hand-overs?, over time"', page) == ["3", "1"]
        assert " style=" not in page

    @pytest.mark.requirement("S6-recip-1")
    async def test_a_list_opened_again_and_again_is_one_entry_for_a_day_with_every_time(
        self, people: People, clock: MovableClock
    ) -> None:
        hers = Hers(await people.attendee(shares_with=["S1"]), clock)
        first = clock.now
        for minutes in (9, 10, 0, 24 * 60):
            await people.pull("S1")
            clock.forward(minutes=minutes)
        await people.pull("S1")
        page = await hers.see("/who")
        assert "Your data left 5 times." in page
        assert page.count("<dt>Data</dt>") == 2, "one for each day"
        entry = re.search(r"\b4 times between (\d\d:\d\d) and (\d\d:\d\d)</p>", page)
        since = first.astimezone(ZoneInfo("Asia/Bangkok"))
        assert entry is not None
        assert entry.groups() == (f"{since:%H:%M}", f"{since + timedelta(minutes=19):%H:%M}")
        listed = re.findall(r"<time [^>]+>(\d\d:\d\d:\d\d)</time>", page)
        assert (len(listed), listed) == (4, sorted(listed))

    def test_alike_is_the_same_day_in_the_events_zone_and_a_file_stands_alone(self) -> None:
        at = datetime(2027, 3, 1, 16, 50, tzinfo=UTC)
        line = HandOver(at, "name", "", "", "", None, None, "page")
        # 23:50 and 23:55 in Bangkok, and 0:05 of the next day
        shown = [replace(line, at=at + timedelta(minutes=minutes)) for minutes in (15, 5, 0)]
        files = [replace(one, channel="csv") for one in shown]
        sizes = [[len(entry.times) for entry in _got(lines).entries("Asia/Bangkok")] for lines in (shown, files)]
        assert sizes == [[1, 2], [1, 1, 1]]
        narrower = [shown[1], replace(shown[2], fields="company")]
        assert len(_got(narrower).entries("Asia/Bangkok")) == 2

    async def test_a_scan_that_was_not_hers_never_counts_again(self, people: People, clock: MovableClock) -> None:
        hers = Hers(await people.attendee(badge_scan=True), clock)
        await (await people.phone("S1")).scan(hers.who.badge)
        page = await hers.see("/who")
        [press] = re.findall(rf'action="{hers.address()}(/who/[0-9a-f-]+/not-me)"', page)
        assert (await hers.press(press)).headers["location"] == hers.address("/who?done=not_me_told")
        page = await hers.see("/who?done=not_me_told")
        assert ("does not count" in page, "told to delete it" in page, "/not-me" in page) == (True, True, False)
        assert await people.gets("S1", hers.who) == []

    @pytest.mark.requirement("scenario-58")
    async def test_what_one_phone_read_twice_is_one_scan_to_her_and_another_counts_until_she_says_so(
        self, people: People, clock: MovableClock
    ) -> None:
        hers = Hers(await people.attendee(badge_scan=True), clock)
        one, other = await people.phone("S1"), await people.phone("S1")
        clock.forward(minutes=1)
        items = [{"id": str(uuid4()), "code": hers.who.badge, "at": clock.now.isoformat(), "kind": "booth"} for _ in range(2)]
        ok(await one.client.post("/api/v1/scans", json={"scans": items}))
        clock.forward(minutes=2)
        await other.scan(hers.who.badge)
        listed = ok(await hers.who.client.get(f"{hers.who.path}/scans"))["items"]
        assert [scan["counts"] for scan in listed] == [True] * 3
        page = await hers.see("/who")
        presses = re.findall(rf'action="{hers.address()}(/who/[0-9a-f-]+/not-me)"', page)
        assert (len(presses), "still count" in page) == (3, False)
        # the twins, which came first, stand last
        assert (await hers.press(presses[-1])).headers["location"] == hers.address("/who?done=not_me")
        page = await hers.see("/who?done=not_me")
        assert "1 other scan by S1 Co., Ltd. still counts." in page
        assert ("The sponsor was told" in page, page.count("does not count</span>"), page.count("/not-me")) == (False, 2, 1)
        assert await people.gets("S1", hers.who) != []
        admin = await people.world.admin("S1")
        assert ok(await admin.get("/api/v1/recalls"))["items"] == [], "nothing was lost"
        thai = (await hers.who.client.get(hers.address("/who").replace("/en/", "/th/", 1))).text
        assert "การสแกนอื่นโดย S1 Co., Ltd. อีก 1 ครั้งยังมีผล" in thai
        assert (await hers.press(presses[0])).headers["location"] == hers.address("/who?done=not_me_told")
        page = await hers.see("/who?done=not_me_told")
        assert ("still count" in page, "The sponsor was told" in page, "/not-me" in page) == (False, True, False)
        assert len(ok(await admin.get("/api/v1/recalls"))["items"]) == 1
        assert await people.gets("S1", hers.who) == []

    @pytest.mark.requirement("scenario-58")
    async def test_a_scan_that_gave_nobody_anything_is_void_and_nobody_is_told(self, people: People, clock: MovableClock) -> None:
        hers = Hers(await people.attendee(), clock)
        await (await people.phone("S1")).scan(hers.who.badge)
        [press] = re.findall(rf'action="{hers.address()}(/who/[0-9a-f-]+/not-me)"', await hers.see("/who"))
        assert (await hers.press(press)).headers["location"] == hers.address("/who?done=not_me")
        page = await hers.see("/who?done=not_me")
        assert ("That scan does not count any more." in page, "The sponsor was told" in page) == (True, False)

    async def test_says_when_a_sponsor_confirmed(self, people: People, clock: MovableClock) -> None:
        hers = Hers(await people.attendee(shares_with=["S1"]), clock)
        await people.pull("S1")
        await hers.press("/choices/withdraw")
        assert "not confirmed yet" in await hers.see("/who")
        admin = await people.world.admin("S1")
        [recall] = ok(await admin.get("/api/v1/recalls"))["items"]
        ok(await admin.post(f"/api/v1/recalls/{recall['id']}/ack"))
        page = await hers.see("/who")
        assert ("not confirmed yet" in page, "confirmed 1 March 2027" in page) == (False, True)
