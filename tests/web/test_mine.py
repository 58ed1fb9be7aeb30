"""A person's own pages: what she does there is what the API does, and whoever had her data is told."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest

from events.database.connections import Database
from events.privacy.actions import choose
from events.web.mine.rules import Got, HandOver
from tests.conftest import MovableClock, SignIn, Visit
from tests.people import ALL_SEVEN, Attendee, People, another_event, ok
from tests.registration.test_waiting import tend, waiter
from tests.world import World, build_world

OWN_PAGE = {"origin": "http://events.example", "sec-fetch-site": "same-origin"}
ROOM = "https://live.example/room/7?key=secret"


@dataclass
class Hers:
    """One attendee on her own pages, in English."""

    who: Attendee
    clock: MovableClock

    def address(self, rest: str = "") -> str:
        return f"/en/me/{self.who.registration}{rest}"

    async def see(self, rest: str = "") -> str:
        answer = await self.who.client.get(self.address(rest))
        assert answer.status_code == 200, answer.text
        return answer.text

    async def press(self, rest: str, data: dict[str, Any] | None = None) -> httpx.Response:
        """Send the form of a page, a second later."""
        self.clock.forward(seconds=1)
        headers = OWN_PAGE | {"content-type": "application/x-www-form-urlencoded"}
        return await self.who.client.post(self.address(rest), data=data or {}, headers=headers)

    async def boxes(self) -> dict[str, Any]:
        """The form of the choices as it stands on the page: hidden fields, and what is ticked."""
        return sent_by(await self.see("/choices"))

    async def save(self, *ticked: str, form: dict[str, Any] | None = None, **changes: Any) -> httpx.Response:
        return await self.press("/choices", (form or await self.boxes()) | {"consent": list(ticked)} | changes)


def led_to(answer: httpx.Response) -> list[str]:
    """Where a page leads on to: by itself, and by its link."""
    by_itself = re.findall(r'http-equiv="refresh" content="0; url=([^"]+)"', answer.text)
    return [html.unescape(address) for address in by_itself + re.findall(r'class="button" href="(https:[^"]+)"', answer.text)]


def sent_by(page: str) -> dict[str, Any]:
    """What a browser sends of a page's first form with boxes."""
    hidden = dict(re.findall(r'<input type="hidden" name="(served_form|form_sha256|seen)" value="([^"]+)"', page))
    several: dict[str, list[str]] = {}
    for name, value in [
        *re.findall(r'<input type="hidden" name="(was|was_left_out[^"]+|withheld_shown)" value="([^"]+)"', page),
        *re.findall(r'<input type="checkbox" name="([^"]+)" value="([^"]+)" checked', page),
    ]:
        several.setdefault(name, []).append(value)
    return hidden | several


def sponsor(world: World, name: str) -> str:
    return f"sponsor_sharing:{world.parties[name]}"


@pytest.fixture
def people(world: World, database: Database, clock: MovableClock, visit: Visit) -> People:
    return People(world, database, clock, visit)


@pytest.fixture
async def hers(people: People, clock: MovableClock) -> Hers:
    return Hers(await people.attendee(), clock)


class TestChoices:
    @pytest.mark.requirement("S6-sponsor-1", "S6-sponsor-2", "S10.2-self-1")
    async def test_a_tick_that_is_saved_gives_to_that_sponsor_alone(self, hers: Hers, people: People) -> None:
        page = await hers.see("/choices")
        assert "checked" not in page, "nothing is ticked but by her"
        saved = await hers.save(sponsor(people.world, "S1"))
        assert (saved.status_code, saved.headers["location"]) == (303, hers.address("/choices?done=saved"))
        assert await people.gets("S1", hers.who) == ALL_SEVEN
        assert await people.gets("S2", hers.who) == []
        page = await hers.see("/choices?done=saved")
        assert "Your choices are saved." in page
        assert (await hers.boxes())["consent"] == [sponsor(people.world, "S1")]
        assert "You allowed \u2068S1 Co., Ltd.\u2069 to get: name, job title" in page

    @pytest.mark.requirement("S10.1-withdraw", "S6-sponsor-13")
    async def test_taking_back_takes_no_more_presses_than_giving(self, hers: Hers, people: People) -> None:
        given = await hers.save(sponsor(people.world, "S1"))
        assert await people.gets("S1", hers.who) == ALL_SEVEN
        taken = await hers.save()
        # the same page, the same box, the same button: one press each
        assert [answer.headers["location"] for answer in (given, taken)] == [hers.address("/choices?done=saved")] * 2
        assert await people.gets("S1", hers.who) == []
        assert "told to delete it" in await hers.see("/who")

    @pytest.mark.requirement("S10.1-withdraw", "S6-sponsor-13")
    async def test_everything_goes_in_one_press_and_its_effect_is_told_first(self, people: People, clock: MovableClock) -> None:
        hers = Hers(await people.attendee(shares_with=["S1", "S2"], badge_scan=True), clock)
        await people.pull("S1")
        page = await hers.see("/choices")
        assert re.search(r"They have data of yours now and are told to delete it: <bdi>S1 Co., Ltd.</bdi></p>", page)
        pressed = await hers.press("/choices/withdraw")
        assert (pressed.status_code, pressed.headers["location"]) == (303, hers.address("/choices?done=withdrawn"))
        assert [await people.gets(name, hers.who) for name in ("S1", "S2")] == [[], []]
        [line] = await hers.who.disclosures()
        assert line["recalled_at"] is not None
        page = await hers.see("/choices?done=withdrawn")
        assert "You share your data with nobody." in page
        assert "Everything is withdrawn." in page

    @pytest.mark.requirement("S12-ver-4")
    async def test_on_a_form_that_changed_nothing_is_stored_and_the_ticks_are_kept(self, hers: Hers, people: People) -> None:
        stale = await hers.boxes()
        hers.clock.forward(seconds=1)
        await people.world.publish_text("sponsor_sharing", wording={"th": "ข้อความใหม่", "en": "Quite new words"})
        hers.clock.forward(seconds=1)
        ticks = (sponsor(people.world, "S1"), "badge_scan")
        answer = await hers.save(*ticks, form=stale)
        assert answer.status_code == 409
        assert "Quite new words" in answer.text
        # which words changed is marked, and what did not change is not
        assert re.findall(r'id="choice-(\w+)">\s*<legend>[^<]* <span class="tag off">changed', answer.text) == ["sponsor_sharing"]
        shown = sent_by(answer.text)
        assert (sorted(shown["consent"]), shown["served_form"] == stale["served_form"]) == (sorted(ticks), False)
        assert ok(await hers.who.client.get(f"{hers.who.path}/consents")) == {"items": [], "history": []}
        assert (await hers.press("/choices", shown)).status_code == 303
        assert await people.gets("S1", hers.who) == ALL_SEVEN

    async def test_leaving_something_out_gives_the_rest_and_tells_whoever_had_it(self, hers: Hers, people: People) -> None:
        s1 = sponsor(people.world, "S1")
        await hers.save(s1)
        assert await people.gets("S1", hers.who) == ALL_SEVEN
        await hers.press("/choices", await hers.boxes() | {"leave_out.sponsor_sharing": ["phone", "address"]})
        assert await people.gets("S1", hers.who) == [f for f in ALL_SEVEN if f not in {"phone", "address"}]
        assert (await hers.boxes())["leave_out.sponsor_sharing"] == ["address", "phone"]
        assert (await hers.who.disclosures())[-1]["recalled_at"] is not None

    async def test_saving_what_stands_is_no_new_act(self, people: People, clock: MovableClock) -> None:
        # S1 may have less than S2: the page shows the narrower answer, and saving it as it is changes neither
        hers = Hers(await people.attendee(shares_with=["S2"]), clock)
        await hers.who.grant("sponsor_sharing", people.world.parties["S1"], ["name"])
        before = ok(await hers.who.client.get(f"{hers.who.path}/consents"))
        saved = await hers.press("/choices", await hers.boxes())
        assert saved.headers["location"] == hers.address("/choices?done=unchanged")
        assert ok(await hers.who.client.get(f"{hers.who.path}/consents")) == before

    @pytest.mark.requirement("S6-sponsor-2")
    async def test_the_shortcut_ticks_every_box_and_stores_nothing(self, hers: Hers, people: People) -> None:
        answer = await hers.save("badge_scan", press="tick_all")
        assert answer.status_code == 200
        both = [sponsor(people.world, name) for name in ("S1", "S2")]
        assert sorted(sent_by(answer.text)["consent"]) == sorted([*both, "badge_scan"])
        assert "consent" not in await hers.boxes()
        await hers.press("/choices", sent_by(answer.text) | {"consent": both[:1]})
        assert (await hers.boxes())["consent"] == both[:1]

    @pytest.mark.parametrize("changes", [{"served_form": "nonsense"}, {"seen": "nonsense"}])
    async def test_the_shortcut_never_stores_whatever_else_was_sent(
        self, changes: dict[str, Any], hers: Hers, people: People
    ) -> None:
        answer = await hers.save(sponsor(people.world, "S1"), press="tick_all", **changes)
        assert (answer.status_code, 'name="consent"' in answer.text) == (200 if "seen" not in changes else 409, True)
        assert ok(await hers.who.client.get(f"{hers.who.path}/consents"))["history"] == []

    @pytest.mark.requirement("S10.1-withdraw", "S6-sponsor-6")
    async def test_an_old_tab_gives_nothing_again_that_was_taken_back_elsewhere(
        self, people: People, clock: MovableClock
    ) -> None:
        hers = Hers(await people.attendee(shares_with=["S1", "S2"], badge_scan=True), clock)
        old = await hers.boxes()
        await hers.press("/choices/withdraw")
        for press in ("save", "tick_all"):
            answer = await hers.press("/choices", old | {"press": press})
            assert (answer.status_code, "Your choices changed elsewhere" in answer.text) == (409, True)
            assert "What you unticked here" not in answer.text
            # the boxes show how it stands, so that saving this page gives nothing either
            assert "consent" not in sent_by(answer.text)
            assert (await hers.press("/choices", sent_by(answer.text))).headers["location"].endswith("done=unchanged")
        assert [await people.gets(name, hers.who) for name in ("S1", "S2")] == [[], []]
        assert "consent" not in await hers.boxes()

    @pytest.mark.requirement("S10.1-withdraw")
    async def test_an_old_tab_takes_back_what_was_unticked_on_it_and_nothing_else(
        self, people: People, clock: MovableClock
    ) -> None:
        hers = Hers(await people.attendee(shares_with=["S1"]), clock)
        s1, s2 = [sponsor(people.world, name) for name in ("S1", "S2")]
        old = await hers.boxes()
        await hers.save(s1, s2)
        untouched = await hers.press("/choices", old)
        assert (untouched.status_code, sent_by(untouched.text)["consent"]) == (409, [s1, s2])
        answer = await hers.press("/choices", old | {"consent": ["badge_scan"]})
        assert (answer.status_code, "What you unticked here is taken back." in answer.text) == (409, True)
        assert sent_by(answer.text)["consent"] == [s2]
        assert [await people.gets(name, hers.who) for name in ("S1", "S2")] == [[], ALL_SEVEN]

    async def test_an_act_that_comes_in_between_is_found_under_the_lock(
        self, hers: Hers, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        s1, old = sponsor(people.world, "S1"), await hers.boxes()

        async def after_another_tab(*args: Any, **kwargs: Any) -> Any:
            monkeypatch.undo()
            await hers.save("badge_scan", form=old)
            return await choose(*args, **kwargs)

        monkeypatch.setattr("events.web.mine.choice_routes.choose", after_another_tab)
        answer = await hers.save(s1, form=old)
        assert (answer.status_code, sent_by(answer.text)["consent"]) == (409, ["badge_scan"])
        assert await people.gets("S1", hers.who) == []

    async def test_an_old_tab_does_not_widen_what_was_narrowed_elsewhere(self, people: People, clock: MovableClock) -> None:
        hers = Hers(await people.attendee(shares_with=["S1"]), clock)
        old = await hers.boxes()
        await hers.press("/choices", old | {"leave_out.sponsor_sharing": ["phone"]})
        answer = await hers.press("/choices", old)
        assert (answer.status_code, sent_by(answer.text)["leave_out.sponsor_sharing"]) == (409, ["phone"])
        assert await people.gets("S1", hers.who) == [f for f in ALL_SEVEN if f != "phone"]

    @pytest.mark.parametrize("kept", [[], ["served_form", "form_sha256", "consent"]])
    async def test_a_page_that_does_not_say_what_it_showed_changes_nothing(
        self, kept: list[str], people: People, clock: MovableClock
    ) -> None:
        hers = Hers(await people.attendee(shares_with=["S1"]), clock)
        sent = (await hers.boxes()) | {"consent": ["badge_scan"]}
        answer = await hers.press("/choices", {name: sent[name] for name in kept})
        assert (answer.status_code, "Your choices changed elsewhere" in answer.text) == (409, True)
        assert (await hers.boxes())["consent"] == [sponsor(people.world, "S1")]

    @pytest.mark.requirement("S10.1-withdraw")
    async def test_a_choice_that_ends_while_the_page_is_open_is_not_given_again(
        self, people: People, clock: MovableClock
    ) -> None:
        hers = Hers(await people.attendee(shares_with=["S1"]), clock)
        old = await hers.boxes()
        [head] = ok(await hers.who.client.get(f"{hers.who.path}/consents"))["items"]
        before = ok(await hers.who.client.get(f"{hers.who.path}/consents"))["history"]
        clock.now = datetime.fromisoformat(head["expires_at"])
        hers.who.client = await people.world.sign_in(hers.who.email)
        assert (await hers.press("/choices", old)).headers["location"].endswith("done=unchanged")
        assert ok(await hers.who.client.get(f"{hers.who.path}/consents"))["history"] == before

    async def test_a_sponsor_that_left_can_still_be_taken_back(self, people: People, clock: MovableClock) -> None:
        hers = Hers(await people.attendee(shares_with=["S1"]), clock)
        await people.pull("S1")
        s1 = people.world.parties["S1"]
        await people.world.post(f"/organiser/events/{people.world.slug}/sponsors/{s1}/end", {"at": clock.now.isoformat()})
        clock.forward(seconds=1)
        assert "This is not asked any more." in await hers.see("/choices")
        assert (await hers.boxes())["consent"] == [f"sponsor_sharing:{s1}"]
        await hers.save()
        assert "S1" not in (await hers.see("/choices")).partition('id="history"')[0]

    @pytest.mark.requirement("S8-minor-5")
    @pytest.mark.parametrize("changes", [{"age_band": "16-19"}, {"age_band": None}])
    async def test_who_is_not_of_age_is_not_asked_and_cannot_be_made_to(
        self, changes: dict[str, Any], people: People, clock: MovableClock
    ) -> None:
        hers = Hers(await people.attendee(**changes), clock)
        page = await hers.see("/choices")
        assert ("These choices are offered to people who are of age" in page, 'name="consent"' in page) == (True, False)
        form = await people.form("en")
        sent = {"served_form": form["id"], "form_sha256": form["sha256"], "seen": "0"}
        refused = await hers.save(sponsor(people.world, "S1"), form=sent)
        assert (refused.status_code, 'role="alert"' in refused.text) == (422, True)
        assert ok(await hers.who.client.get(f"{hers.who.path}/consents"))["history"] == []

    @pytest.mark.parametrize(
        "sent",
        [
            {"consent": ["nonsense"]},
            {"consent": ["sponsor_sharing:not-an-id"]},
            {"consent": [f"sponsor_sharing:{UUID(int=7)}"]},
            {"consent": ["sponsor_sharing"]},
            {"consent": ["badge_scan"], "served_form": "nonsense"},
            {"consent": ["badge_scan"], "served_form": str(UUID(int=7))},
            {"consent": ["badge_scan"], "form_sha256": "0" * 64},
            {"consent": ["badge_scan"], "leave_out.badge_scan": ["nonsense"]},
            {"consent": ["badge_scan"], "leave_out.badge_scan": ALL_SEVEN},
        ],
    )
    async def test_a_box_that_is_on_no_page_is_refused_and_nothing_is_stored(self, sent: dict[str, Any], hers: Hers) -> None:
        answer = await hers.press("/choices", await hers.boxes() | sent)
        assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
        assert ok(await hers.who.client.get(f"{hers.who.path}/consents"))["history"] == []


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


class TestDetails:
    @pytest.mark.requirement("S10.2-self-1")
    async def test_are_corrected_field_by_field(self, hers: Hers) -> None:
        sent = {
            "f.name": "Mali <b>",
            "f.job_title": "Data engineer",
            "f.company": "",
            "f.country": "TH",
            "f.phone": "081 234 5678",
        }
        saved = await hers.press("/details", sent)
        assert saved.headers["location"] == hers.address("/details?done=details")
        fields = ok(await hers.who.client.get(hers.who.path))["fields"]
        assert (fields["name"], "company" in fields) == ("Mali <b>", False)
        assert 'value="Mali &lt;b&gt;"' in await hers.see("/details")

    async def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(self, hers: Hers) -> None:
        answer = await hers.press("/details", {"f.name": "", "f.phone": "12", "f.company": "New Co"})
        assert answer.status_code == 422
        assert re.findall(r'<a href="#(f-\w+)">', answer.text) == ["f-name", "f-phone"]
        for found in ('role="alert"', 'id="f-phone-error"', 'value="12"', 'value="New Co"'):
            assert found in answer.text
        assert ok(await hers.who.client.get(hers.who.path))["fields"]["name"] == "มาลี ใจงาม"

    async def test_what_is_switched_off_goes_to_nobody(self, people: People, clock: MovableClock) -> None:
        hers = Hers(await people.attendee(shares_with=["S1"]), clock)
        card = {f"f.{name}": value for name, value in ok(await hers.who.client.get(hers.who.path))["fields"].items()}
        await hers.press("/details", card | {"withheld": ["phone", "email"]})
        assert await people.gets("S1", hers.who) == [f for f in ALL_SEVEN if f not in {"phone", "email"}]
        assert sent_by(await hers.see("/details"))["withheld"] == ["phone", "email"]

    async def test_an_old_tab_keeps_what_was_switched_off_elsewhere(self, hers: Hers) -> None:
        card = {f"f.{name}": value for name, value in ok(await hers.who.client.get(hers.who.path))["fields"].items()}
        await hers.press("/details", card | {"withheld": ["email"]})
        old = card | sent_by(await hers.see("/details"))
        assert old["withheld_shown"] == ["email"]
        await hers.press("/details", old | {"withheld": ["email", "phone"]})
        await hers.press("/details", old | {"f.company": "New Co", "withheld": ["email", "address"]})
        assert sent_by(await hers.see("/details"))["withheld"] == ["address", "phone", "email"]
        # what it showed as switched off and is unticked is lifted, also where something else had to be mended first
        wrong = await hers.press("/details", old | {"f.name": "", "withheld": []})
        assert (wrong.status_code, sent_by(wrong.text)["withheld_shown"]) == (422, ["email"])
        await hers.press("/details", card | {"withheld_shown": ["email"]})
        assert sent_by(await hers.see("/details"))["withheld"] == ["address", "phone"]

    async def test_an_age_is_said_once(self, people: People, clock: MovableClock) -> None:
        hers = Hers(await people.attendee(age_band=None, residence=None), clock)
        await hers.press("/details", {"f.name": "Mali", "age_band": "20+", "residence": "TH"})
        assert "Save my choices" in await hers.see("/choices")
        assert 'name="age_band"' not in await hers.see("/details")


class TestAnOffer:
    @pytest.fixture
    async def small(
        self, database: Database, clock: MovableClock, sign_in: SignIn, unique: Callable[[str], str], visit: Visit
    ) -> People:
        return People(await build_world(database, clock, sign_in, unique, ticket_capacity=1), database, clock, visit)

    async def offered(self, small: People) -> Hers:
        holder = await small.attendee()
        hers = Hers(await waiter(small), small.clock)
        ok(await holder.client.delete(holder.path))
        small.clock.forward(seconds=1)
        await tend(small)
        return hers

    async def test_is_named_and_answered(self, small: People) -> None:
        hers = await self.offered(small)
        page = await hers.see("?done=confirmed")
        assert ("A place is free for you" in (await hers.who.client.get("/en/me")).text, "Welcome!" in page) == (True, False)
        for wrong in ({}, {"answer": "perhaps"}, {"answer": ["accept", "decline"]}):
            assert (await hers.press("/offer", wrong)).status_code == 400
        assert "A place is free for you" in await hers.see()
        taken = await hers.press("/offer", {"answer": "accept"})
        assert taken.headers["location"] == hers.address("?done=taken")
        assert "The place is yours." in await hers.see("?done=taken")

    async def test_can_be_left(self, small: People) -> None:
        hers = await self.offered(small)
        assert (await hers.press("/offer", {"answer": "decline"})).headers["location"] == hers.address("?done=left")
        assert "The place is yours." not in await hers.see("?done=taken")

    async def test_of_a_ticket_that_is_approved_is_a_request_and_a_no_is_called_so(self, small: People) -> None:
        hers = await self.offered(small)
        ticket = small.world.tickets["standard"]
        await small.world.patch(f"/organiser/events/{small.world.slug}/ticket-types/{ticket}", {"needs_approval": True})
        taken = await hers.press("/offer", {"answer": "accept"})
        assert taken.headers["location"] == hers.address("?done=asked_for")
        page = await hers.see("?done=asked_for")
        assert ("You said yes. The organiser decides" in page, "The place is yours." in page) == (True, False)
        assert "Welcome!" not in await hers.see("?done=confirmed")
        small.clock.forward(seconds=1)
        await small.world.post(f"/organiser/registrations/{hers.who.registration}/decline", {"reason": "Full."})
        assert "Declined by the organiser" in (await hers.who.client.get("/en/me")).text


class TestGivingThePlaceOn:
    async def test_is_refused_beside_what_was_typed(self, hers: Hers) -> None:
        ok(await hers.who.client.delete(hers.who.path))
        answer = await hers.press("/transfer", {"name": "Nok <b>", "email": "nok@attendees.example"})
        assert (answer.status_code, "Only a confirmed place at an event" in answer.text) == (409, True)
        assert "This registration" in answer.text, "it is her own page"

    async def test_too_often_says_when_again(self, hers: Hers, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("events.registration.colleagues.actions.MOST_A_DAY", 0)
        monkeypatch.setattr("events.registration.colleagues.actions.handed_on_since", _just_now)
        answer = await hers.press("/transfer", {"name": "Nok <b>", "email": "nok@attendees.example"})
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "86401")
        for kept in ('value="Nok &lt;b&gt;"', 'value="nok@attendees.example"'):
            assert kept in answer.text


async def _just_now(_connection: Any, _registration: UUID, now: datetime, _within: timedelta) -> list[datetime]:
    return [now]


class TestForEverything:
    async def test_a_switch_stops_all_sharing_until_it_is_lifted(self, people: People, clock: MovableClock) -> None:
        hers = Hers(await people.attendee(shares_with=["S1"]), clock)
        page = (await hers.who.client.get("/en/me/settings")).text
        assert "No sponsor gets your data any more" in page
        for to, got in (("on", []), ("off", ALL_SEVEN)):
            clock.forward(seconds=1)
            sent = {"switch": "opt_out_third", "to": to}
            pressed = await hers.who.client.post("/en/me/settings", data=sent, headers=OWN_PAGE)
            assert pressed.status_code == 303
            assert await people.gets("S1", hers.who) == got
            assert ("You stopped sharing for everything" in await hers.see("/choices")) == (to == "on")

    @pytest.mark.parametrize("sent", [{"switch": "restricted", "to": "off"}, {"switch": "opt_out_third", "to": "x"}, {}])
    async def test_a_switch_that_is_not_hers_is_not_there(self, sent: dict[str, str], hers: Hers) -> None:
        headers = OWN_PAGE | {"content-type": "application/x-www-form-urlencoded"}
        assert (await hers.who.client.post("/en/me/settings", data=sent, headers=headers)).status_code == 404

    @pytest.mark.requirement("S10.1-complaint")
    async def test_a_request_takes_effect_at_once_and_says_where_to_complain(self, people: People, clock: MovableClock) -> None:
        hers = Hers(await people.attendee(shares_with=["S1"]), clock)
        page = (await hers.who.client.get("/en/me/requests")).text
        assert ("complain at any time to the Personal Data Protection Committee" in page, "Dara P." in page) == (True, True)
        wrong = await hers.who.client.post("/en/me/requests", data={"message": "kept <i>"}, headers=OWN_PAGE)
        assert (wrong.status_code, 'href="#kind"' in wrong.text, "kept &lt;i&gt;" in wrong.text) == (422, True, True)
        clock.forward(seconds=1)
        sent = {"kind": "erasure", "message": "please"}
        pressed = await hers.who.client.post("/en/me/requests", data=sent, headers=OWN_PAGE)
        assert pressed.headers["location"] == "/en/me/requests?done=asked"
        assert await people.gets("S1", hers.who) == []
        page = (await hers.who.client.get("/en/me/requests?done=asked")).text
        assert ("in effect, being looked at" in page, "already has effect" in page) == (True, True)

    @pytest.mark.requirement("S10.1-complaint")
    async def test_the_receipt_is_there_to_read_and_names_the_authority(self, people: People, clock: MovableClock) -> None:
        hers = Hers(await people.attendee(shares_with=["S1"]), clock)
        page = await hers.see("/receipts")
        for told in ("S1 Co., Ltd.", "https://www.pdpc.or.th", "/receipt.pdf", "/receipt.jws", "jwks.json"):
            assert told in page

    async def test_the_list_has_the_next_one_first_and_what_was_cancelled_last(
        self, people: People, clock: MovableClock, database: Database, visit: Visit
    ) -> None:
        email = f"person-{uuid4().hex[:12]}@attendees.example"
        first = await people.attendee(email=email)
        later = await another_event(people.world)
        second = await People(later, database, clock, visit).attendee(email=email)
        gone = await another_event(people.world)
        third = await People(gone, database, clock, visit).attendee(email=email)
        ok(await third.client.delete(third.path))

        async def order() -> list[UUID]:
            page = (await third.client.get("/en/me")).text
            return [UUID(found) for found in re.findall(r'href="/en/me/([0-9a-f-]{36})"', page)]

        assert await order() == [first.registration, second.registration, third.registration]
        clock.forward(days=15)
        third.client = await people.world.sign_in(email)
        assert await order() == [second.registration, first.registration, third.registration]


class TestOnline:
    @pytest.fixture
    async def webinar(
        self, database: Database, clock: MovableClock, sign_in: SignIn, unique: Callable[[str], str], visit: Visit
    ) -> People:
        soon = timedelta(hours=2)
        world = await build_world(database, clock, sign_in, unique, kind="webinar", starts_in=soon, lasts=timedelta(hours=1))
        await world.patch(f"/organiser/events/{world.slug}", {"join_url": ROOM})
        return People(world, database, clock, visit)

    async def test_the_button_leads_to_the_room_when_it_is_open(self, webinar: People, clock: MovableClock) -> None:
        hers = Hers(await webinar.attendee(), clock)
        assert "You can join from 1 March 2027" in await hers.see("/join")
        assert "live.example" not in str((await hers.who.client.get(hers.address("/join"))).headers)
        early = await hers.press("/join")
        assert "live.example" not in str(early.headers)
        assert (early.status_code, "You can join from" in early.text) == (409, True)
        clock.forward(hours=1, minutes=40)
        page = await hers.who.client.get(hers.address("/join"))
        assert ("Join now" in page.text, "secret" in page.text + str(page.headers)) == (True, False)
        assert "live.example" not in page.text + str(page.headers)
        pressed = await hers.press("/join")
        assert (pressed.status_code, led_to(pressed)) == (200, [ROOM] * 2)
        assert ok(await hers.who.client.get(hers.who.path))["state"] == "attended"

    @pytest.mark.requirement("S2-scope-2", "S6-sponsor-1", "S6-sponsor-6")
    async def test_a_download_is_the_same_with_and_without_the_tick(self, webinar: People, clock: MovableClock) -> None:
        s1 = str(webinar.world.parties["S1"])
        slides = {"kind": "slides", "titles": {"th": "สไลด์", "en": "Slides"}, "url": "https://files.example/x", "sponsor": s1}
        asset = (await webinar.world.post(f"/organiser/events/{webinar.world.slug}/assets", slides))["id"]
        later = {"url": "https://later.example/x", "available_from": (clock.now + timedelta(hours=1)).isoformat()}
        await webinar.world.post(f"/organiser/events/{webinar.world.slug}/assets", slides | later)
        plain, sharing = [Hers(await webinar.attendee(), clock) for _ in range(2)]
        pages = [await hers.who.client.get(hers.address("/downloads")) for hers in (plain, sharing)]
        assert not any(".example/x" in page.text + str(page.headers) for page in pages)
        assert ["checked" in page.text for page in pages] == [False, False]
        form = sent_by(pages[1].text)
        answers = [
            await plain.press(f"/downloads/{asset}", form),
            await sharing.press(f"/downloads/{asset}", form | {"share": "yes"}),
        ]
        assert [(a.status_code, led_to(a)) for a in answers] == [(200, ["https://files.example/x"] * 2)] * 2
        assert [await webinar.gets("S1", hers.who) for hers in (plain, sharing)] == [[], ALL_SEVEN]
        # and is not asked about it again
        assert 'name="share"' not in await plain.see("/downloads")

    @pytest.mark.requirement("S12-ver-4")
    async def test_a_tick_on_a_form_that_changed_is_kept_and_stores_nothing(self, webinar: People, clock: MovableClock) -> None:
        s1 = str(webinar.world.parties["S1"])
        slides = {"kind": "slides", "titles": {"th": "สไลด์", "en": "Slides"}, "url": "https://files.example/x", "sponsor": s1}
        asset = (await webinar.world.post(f"/organiser/events/{webinar.world.slug}/assets", slides))["id"]
        hers = Hers(await webinar.attendee(), clock)
        stale = sent_by(await hers.see("/downloads"))
        clock.forward(seconds=1)
        await webinar.world.publish_text("sponsor_sharing", wording={"th": "ใหม่", "en": "Quite new"})
        answer = await hers.press(f"/downloads/{asset}", stale | {"share": "yes"})
        assert (answer.status_code, "Quite new" in answer.text, sent_by(answer.text)["share"]) == (409, True, ["yes"])
        assert await webinar.gets("S1", hers.who) == []


PATHS = [
    "", "/choices", "/who", "/details", "/receipts", "/badge", "/badge/renew", "/cancel", "/join", "/downloads", "/calendar.ics",
]  # fmt: skip


@pytest.mark.parametrize("rest", PATHS)
async def test_what_is_not_yours_is_not_there_and_a_visitor_is_asked_who_she_is(rest: str, hers: Hers, people: People) -> None:
    other = await people.attendee()
    assert (await other.client.get(hers.address(rest))).status_code == 404
    asked = await people.visit().get(hers.address(rest))
    assert (asked.status_code, f'name="then" value="{hers.address(rest)}"' in asked.text) == (401, True)


@pytest.mark.parametrize(
    "rest", ["/choices", "/choices/withdraw", "/details", "/badge/renew", "/cancel", "/join", f"/who/{UUID(int=1)}/not-me"]
)
async def test_another_sites_form_changes_nothing(rest: str, hers: Hers) -> None:
    headers = {"origin": "https://evil.example", "content-type": "application/x-www-form-urlencoded"}
    answer = await hers.who.client.post(hers.address(rest), data={}, headers=headers)
    assert answer.status_code in {401, 403}
    assert ok(await hers.who.client.get(hers.who.path))["state"] == "confirmed"
