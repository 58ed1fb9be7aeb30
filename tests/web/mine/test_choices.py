"""Her choices: what a tick gives, what taking it back reaches, and that nothing is given from an old page."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from events.privacy.actions import choose
from tests.conftest import MovableClock
from tests.people import ALL_SEVEN, People, ok
from tests.web.mine.hers import Hers, sent_by, sponsor


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
