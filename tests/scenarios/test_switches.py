"""Her own switches, withdrawals and requests: each beats every grant, at once and for all events."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from events.database.connections import Database
from tests.conftest import MovableClock, Visit
from tests.people import ALL_SEVEN, People, add_sponsor, another_event, ok
from tests.scenarios.asking import scenario, why


@scenario("scenario-24", "S10.1-dm")
async def test_an_objection_to_third_party_marketing_beats_every_grant(people: People) -> None:
    who = await people.attendee(shares_with=["S1", "S2"])
    assert await people.gets("S1", who) == ALL_SEVEN
    ok(await who.client.put("/api/v1/me/blocks/object_dm_third"))
    assert (await people.gets("S1", who), await people.gets("S2", who)) == ([], [])
    assert await why(people, who, "S1") == "objected"


@scenario("F4", "scenario-26")
async def test_a_no_that_is_stored_counts_even_for_a_request_that_began_before_it(people: People, app: Any) -> None:
    """A request's time is taken before it waits for a connection and for the lock; a block stored meanwhile must hold."""
    who = await people.attendee(shares_with=["S1"])
    before = people.clock.now
    people.clock.forward(minutes=1)
    ok(await who.client.put("/api/v1/me/blocks/opt_out_third"))
    people.clock.now = before - timedelta(seconds=1)
    assert await people.gets("S1", who) == []
    people.clock.now = before + timedelta(minutes=2)
    ok(await who.client.delete("/api/v1/me/blocks/opt_out_third"))
    ok(await people.world.owner.post(f"/api/v1/organiser/events/{people.world.slug}/cancel"))
    people.clock.now = before
    assert (await people.pull("S1")).json()["code"] == "event_cancelled"


@scenario("scenario-40", "S7-xfer-2", "S10.1-withdraw")
async def test_withdrawing_all_transfers_ends_each_of_them(people: People) -> None:
    await add_sponsor(people.world, "US", countries=["US"])
    await people.world.publish_text("transfer", fields=[], uses=["follow_up", "product_information"])
    who = await people.attendee(shares_with=["US"], transfer_to=["US"])
    assert await people.gets("US", who) == ALL_SEVEN
    await who.withdraw("transfer")
    assert (await people.gets("US", who), await why(people, who, "US")) == ([], "transfer_not_covered")


@scenario("S10.1-withdraw")
async def test_a_withdrawal_from_somebody_who_is_not_there_is_refused_clearly(people: People) -> None:
    who = await people.attendee()
    act = {"act": "withdraw", "purpose": "sponsor_sharing", "recipient": str(uuid4())}
    answer = await who.client.put(f"{who.path}/consents", json={"acts": [act]})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


@scenario("scenario-25")
async def test_leaving_our_newsletter_changes_nothing_for_the_sponsor(people: People) -> None:
    await people.world.publish_text("marketing_email", fields=[], uses=[])
    who = await people.attendee(shares_with=["S1"])
    ok(await who.grant("marketing_email"))
    await who.withdraw("marketing_email")
    ok(await who.client.put("/api/v1/me/blocks/object_dm_own"))
    assert await people.gets("S1", who) == ALL_SEVEN


@scenario("scenario-26", "S10.1-optout3p")
async def test_the_opt_out_of_all_disclosure_holds_for_all_events_now_and_later(
    people: People, database: Database, clock: MovableClock, visit: Visit
) -> None:
    who = await people.attendee(shares_with=["S1"])
    ok(await who.client.put("/api/v1/me/blocks/opt_out_third"))
    assert await people.gets("S1", who) == []
    there = People(await another_event(people.world), database, clock, visit)
    again = await there.attendee(shares_with=["S1"], email=who.email)
    assert await there.gets("S1", again) == []
    ok(await again.client.delete("/api/v1/me/blocks/opt_out_third"))
    assert await there.gets("S1", again) == ALL_SEVEN


@scenario("scenario-27", "scenario-28")
@pytest.mark.parametrize(
    ("kind", "reason"), [("restriction", "restricted"), ("erasure", "erasing"), ("improper_source", "claim_open")]
)
async def test_a_request_blocks_from_receipt_and_she_cannot_be_talked_out_of_it(people: People, kind: str, reason: str) -> None:
    who = await people.attendee(shares_with=["S1"])
    assert await people.gets("S1", who) == ALL_SEVEN
    ok(await who.client.post("/api/v1/me/requests", json={"kind": kind}))
    assert await people.gets("S1", who) == []
    assert await why(people, who, "S1") == reason
    assert (await who.client.delete(f"/api/v1/me/blocks/{reason}")).status_code == 404
