"""The form as the ground: a sponsor gets the fields that were ticked for it, as long as they are, and no more."""

from datetime import timedelta

from tests.people import ALL_SEVEN, People, ok
from tests.scenarios.asking import THREE, parse, scenario, why
from tests.world import World


@scenario("scenario-1", "S6-sponsor-12")
async def test_a_sponsor_that_asks_for_all_gets_the_three_fields_she_ticked(people: People) -> None:
    who = await people.attendee(shares_with=["S1"], fields=THREE)
    assert await people.gets("S1", who) == THREE


@scenario("scenario-2", "S6-sponsor-1")
async def test_the_sponsor_next_to_the_ticked_one_gets_nothing(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    assert await people.gets("S1", who) == ALL_SEVEN
    assert await people.gets("S2", who) == []


@scenario("S6-sponsor-6", "S2-scope-2")
async def test_registering_with_every_box_left_alone_gives_the_same_ticket_and_releases_nothing(people: People) -> None:
    ticked = await people.attendee(shares_with=["S1"])
    silent = await people.attendee()
    assert (ok(await ticked.client.get(ticked.path))["ticket"], ok(await ticked.client.get(ticked.path))["state"]) == (
        ok(await silent.client.get(silent.path))["ticket"],
        ok(await silent.client.get(silent.path))["state"],
    )
    assert await why(people, silent, "S1") == "no_consent"
    assert await people.gets("S1", ticked) == ALL_SEVEN


@scenario("scenario-9", "S6-sponsor-13", "S10.1-withdraw")
async def test_a_withdrawal_ends_the_sharing_at_once(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    assert await people.gets("S1", who) == ALL_SEVEN
    await who.withdraw("sponsor_sharing", people.world.parties["S1"])
    assert await people.gets("S1", who) == []


@scenario("scenario-13", "S10.1-withdraw")
async def test_withdrawing_from_all_sponsors_ends_each_of_them(people: People) -> None:
    who = await people.attendee(shares_with=["S1", "S2"])
    assert (await people.gets("S1", who), await people.gets("S2", who)) == (ALL_SEVEN, ALL_SEVEN)
    await who.withdraw("sponsor_sharing")
    assert (await people.gets("S1", who), await people.gets("S2", who)) == ([], [])


@scenario("scenario-22")
async def test_a_request_for_a_field_that_she_did_not_share_gets_nobody(people: People) -> None:
    who = await people.attendee(shares_with=["S1"], fields=THREE)
    assert await people.gets("S1", who, fields="phone") == []
    assert await people.gets("S1", who, fields="name") == ["name"]


@scenario("scenario-62")
async def test_a_field_switched_off_later_does_not_leave_any_more(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    assert await people.gets("S1", who) == ALL_SEVEN
    ok(await who.client.patch(who.path, json={"withheld_fields": ["phone"]}))
    assert await people.gets("S1", who) == [f for f in ALL_SEVEN if f != "phone"]


@scenario("scenario-46", "S9-ret-3")
async def test_a_consent_ends_sixty_days_after_the_event(people: People, world: World) -> None:
    who = await people.attendee(shares_with=["S1"])
    [given] = ok(await who.client.get(f"{who.path}/consents"))["items"]
    event = ok(await people.visit().get(f"/api/v1/events/{world.slug}"))
    assert given["expires_at"][:10] == f"{parse(event['ends_at']) + timedelta(days=60):%Y-%m-%d}"
    await people.wait(parse(event["ends_at"]) + timedelta(days=60))
    assert await why(people, who, "S1") in {"window_closed", "no_consent"}
    assert (await people.pull("S1")).status_code == 410
