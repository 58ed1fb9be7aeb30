"""Flows: what a withdrawal reaches that was prepared, half read or scanned before it, and what she sees of it."""

from datetime import timedelta

from tests.conftest import MovableClock
from tests.people import ALL_SEVEN, People, ok
from tests.scenarios.asking import parse, scenario


@scenario("F1", "S6-sponsor-13")
async def test_a_prepared_download_dies_with_a_withdrawal_and_the_next_one_lacks_her(people: People) -> None:
    leaving = await people.attendee(shares_with=["S1"])
    staying = await people.attendee(shares_with=["S1"])
    admin = await people.world.admin("S1")
    order = {"event": people.world.slug, "format": "csv", "use": "follow_up", "accept_terms": True}
    prepared = ok(await admin.post("/api/v1/leads/downloads", json=order))
    await leaving.withdraw("sponsor_sharing", people.world.parties["S1"])
    opened = await admin.get(f"/api/v1/downloads/{prepared['id']}")
    assert (opened.status_code, leaving.email in opened.text) == (410, False)
    rebuilt = ok(await admin.post("/api/v1/leads/downloads", json=order))
    body = (await admin.get(f"/api/v1/downloads/{rebuilt['id']}")).text
    assert (leaving.email in body, staying.email in body) == (False, True)


@scenario("F2", "S6-sponsor-13")
async def test_a_withdrawal_between_pages_empties_the_later_page_and_recalls_the_earlier(people: People) -> None:
    group = [await people.attendee(shares_with=["S1"]) for _ in range(4)]
    first = ok(await people.pull("S1", limit=2))
    assert [i["email"] for i in first["items"]] == [group[0].email, group[1].email]
    for who in (group[0], group[2]):
        await who.withdraw("sponsor_sharing", people.world.parties["S1"])
    second = ok(await people.pull("S1", limit=2, cursor=first["next"]))
    assert [i["email"] for i in second["items"]] == [group[3].email]
    recalls = ok(await (await people.world.admin("S1")).get("/api/v1/recalls"))["items"]
    assert [r["lead"] for r in recalls] == [first["items"][0]["id"]], "only who was released is recalled"


@scenario("F3")
async def test_an_offline_scan_that_arrives_after_she_switched_off_makes_no_lead(people: People, clock: MovableClock) -> None:
    who = await people.attendee(badge_scan=True)
    phone = await people.phone("S1")
    scanned_at = clock.now
    clock.forward(minutes=2)
    await who.withdraw("badge_scan")
    clock.forward(minutes=28)
    await phone.refresh()
    assert (await phone.scan(who.badge, at=scanned_at))["verdict"] == "saved_not_shared"
    assert (await people.gets("S1", who), await who.disclosures()) == ([], [])


@scenario("F9", "S6-recip-1")
async def test_two_downloads_are_two_entries_that_she_can_see(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    for _ in range(2):
        assert await people.gets("S1", who) == ALL_SEVEN
    lines = await who.disclosures()
    assert [(line["fields"], line["basis"], line["declared_use"]) for line in lines] == [(ALL_SEVEN, "form", "follow_up")] * 2
    assert {line["recipient"] for line in lines} == {str(people.world.parties["S1"])}


@scenario("F9", "S6-sponsor-13")
async def test_she_sees_when_the_sponsor_was_told_and_when_it_confirmed(people: People, clock: MovableClock) -> None:
    who = await people.attendee(shares_with=["S1"])
    await people.gets("S1", who)
    await who.withdraw("sponsor_sharing", people.world.parties["S1"])
    told = clock.now
    admin = await people.world.admin("S1")
    [recall] = ok(await admin.get("/api/v1/recalls"))["items"]
    clock.forward(minutes=77)
    for _ in range(2):
        ok(await admin.post(f"/api/v1/recalls/{recall['id']}/ack"))
        clock.forward(minutes=1)
    [line] = await who.disclosures()
    assert (parse(line["recalled_at"]), parse(line["acknowledged_at"])) == (told, told + timedelta(minutes=77))
