"""Joining online, and downloads."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from events.database.connections import Database
from tests.conftest import MovableClock, SignIn, Visit
from tests.people import ALL_SEVEN, People, ok
from tests.web.mine.hers import Hers, led_to, sent_by
from tests.world import build_world

ROOM = "https://live.example/room/7?key=secret"


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
