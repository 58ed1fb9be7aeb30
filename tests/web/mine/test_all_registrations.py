"""What holds for all her registrations: switches, requests, receipts, and the list of them."""

import re
from uuid import UUID, uuid4

import pytest

from events.database.connections import Database
from tests.conftest import MovableClock, Visit
from tests.people import ALL_SEVEN, People, another_event, ok
from tests.web.mine.hers import OWN_PAGE, Hers


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
