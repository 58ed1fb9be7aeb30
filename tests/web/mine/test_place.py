"""A place that is offered to her, and one that she gives on."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from events.database.connections import Database
from tests.conftest import MovableClock, SignIn, Visit
from tests.people import People, ok
from tests.registration.test_waiting import tend, waiter
from tests.web.mine.hers import Hers
from tests.world import build_world


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
