"""For which event: a consent is for one, and ends with it or with her place."""

from events.database.connections import Database
from tests.conftest import MovableClock, Visit
from tests.people import ALL_SEVEN, People, another_event, ok
from tests.scenarios.asking import scenario, why


@scenario("scenario-17")
async def test_a_consent_for_one_event_is_none_for_another(
    people: People, database: Database, clock: MovableClock, visit: Visit
) -> None:
    other = await another_event(people.world)
    there = People(other, database, clock, visit)
    who = await there.attendee(shares_with=["S1"])
    same_person = await people.attendee(email=who.email)
    assert await there.gets("S1", who) == ALL_SEVEN
    assert await people.gets("S1", same_person) == []


@scenario("scenario-55")
async def test_a_cancelled_event_gives_nothing(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    assert await people.gets("S1", who) == ALL_SEVEN
    ok(await people.world.owner.post(f"/api/v1/organiser/events/{people.world.slug}/cancel"))
    answer = await people.pull("S1")
    assert (answer.status_code, answer.json()["code"]) == (410, "event_cancelled")
    assert await why(people, who, "S1") == "event_cancelled", "the decision says it too, not only the door before it"


@scenario("scenario-56")
async def test_a_cancelled_registration_gives_nothing_and_is_recalled(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    assert await people.gets("S1", who) == ALL_SEVEN
    ok(await who.client.delete(who.path))
    assert await people.gets("S1", who) == []
    [recall] = ok(await (await people.world.admin("S1")).get("/api/v1/recalls"))["items"]
    assert sorted(recall["fields"]) == sorted(ALL_SEVEN)
