"""Affiliates: the registrations of the event that it organises, to run them."""

from events.database.connections import Database
from tests.conftest import MovableClock, Visit
from tests.people import People, another_event, ok
from tests.scenarios.asking import scenario


@scenario("scenario-49", "scenario-50", "scenario-51", "scenario-52", "S6-aff-1", "S6-aff-3")
async def test_an_affiliate_gets_the_registrations_of_its_own_event_for_the_registration_only(
    people: People, database: Database, clock: MovableClock, visit: Visit
) -> None:
    hosted = await another_event(people.world, "AFF1")
    there = People(hosted, database, clock, visit)
    who = await there.attendee()
    await hosted.add_party("AFF2", "affiliate")
    aff1, aff2 = await hosted.admin("AFF1"), await hosted.admin("AFF2")
    path = f"/api/v1/affiliate/events/{hosted.slug}/registrations"
    mine = ok(await aff1.get(path, params={"use": "registration_processing"}))["items"]
    assert [item["email"] for item in mine] == [who.email]
    refused = [
        await aff1.get(path, params={"use": "product_information"}),
        await aff2.get(path, params={"use": "registration_processing"}),
        await aff1.get(f"/api/v1/affiliate/events/{people.world.slug}/registrations", params={"use": "registration_processing"}),
    ]
    assert [answer.status_code >= 400 for answer in refused] == [True, True, True]


@scenario("S6-aff-3")
async def test_an_organiser_who_took_over_later_gets_nobody_from_before(
    people: People, database: Database, clock: MovableClock, visit: Visit
) -> None:
    before = await people.attendee()
    await people.world.add_party("AFF1", "affiliate")
    ok(
        await people.world.owner.patch(
            f"/api/v1/organiser/events/{people.world.slug}", json={"organiser_party": str(people.world.parties["AFF1"])}
        )
    )
    after = await people.attendee()
    items = ok(
        await (await people.world.admin("AFF1")).get(
            f"/api/v1/affiliate/events/{people.world.slug}/registrations", params={"use": "registration_processing"}
        )
    )["items"]
    assert [i["email"] for i in items] == [after.email]
    assert before.email != after.email
