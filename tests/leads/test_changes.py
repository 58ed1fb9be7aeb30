"""What a program that pulls only what changed hears: everything that reads differently now, and nothing of what it may not see."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from events.database.connections import Database
from events.leads.queries import leads_version
from tests.leads.fair import Fair, Visitor
from tests.leads.test_looking import caller, found, note, scanned
from tests.people import ok

SHARED = ["name", "company", "email"]
Act = Callable[[Visitor, Fair], Awaitable[Any]]


def writes(**fields: Any) -> Act:
    async def act(who: Visitor, _: Fair) -> None:
        ok(await who.attendee.client.patch(who.attendee.path, json={"fields": fields}))

    return act


def withholds(*fields: str) -> Act:
    async def act(who: Visitor, _: Fair) -> None:
        ok(await who.attendee.client.patch(who.attendee.path, json={"withheld_fields": list(fields)}))

    return act


def blocks(switch: str) -> Act:
    """She sets one of her switches, and lifts it again."""

    async def act(who: Visitor, fair: Fair) -> None:
        ok(await who.attendee.client.put(f"/api/v1/me/blocks/{switch}"))
        fair.clock.forward(minutes=1)
        ok(await who.attendee.client.delete(f"/api/v1/me/blocks/{switch}"))

    return act


async def allows_others(who: Visitor, fair: Fair) -> None:
    ok(await who.attendee.grant("sponsor_sharing", fair.parties["S2"]))
    ok(await who.attendee.grant("badge_scan"))
    fair.clock.forward(minutes=1)
    await who.attendee.withdraw("badge_scan")


def later(fair: Fair) -> str:
    """A moment at which the program pulled, out of reach of what was before."""
    pulled = fair.clock.forward(minutes=5).isoformat()
    fair.clock.forward(minutes=1)
    return pulled


@pytest.mark.requirement("S6-sponsor-12", "S6-sponsor-13")
@pytest.mark.parametrize(
    "act",
    [
        pytest.param(writes(phone="+66 81 555 0199"), id="writes what she did not share"),
        pytest.param(writes(job_title=""), id="empties what she did not share"),
        pytest.param(withholds("phone", "country"), id="switches off what she did not share"),
        pytest.param(writes(name="มาลี ใจงาม"), id="saves the same again"),
        pytest.param(blocks("object_dm_own"), id="is written to by us no more, and again"),
        pytest.param(writes(country="DE"), id="moves to where another law holds, of which the sponsor has nothing"),
        pytest.param(allows_others, id="allows others"),
    ],
)
async def test_what_a_sponsor_may_not_see_moves_nothing_that_it_sees(act: Act, fair: Fair, database: Database) -> None:
    who = await fair.attendee(shares_with=["S1"], fields=SHARED)
    before = await found(fair)
    pulled = later(fair)

    async def version() -> str:
        return await leads_version(database, await caller(fair, "S1"), None, fair.slug, "follow_up", fair.clock.now)

    word = await version()
    await act(who, fair)
    assert (await found(fair, changed_since=pulled), await found(fair), await version()) == ([], before, word)


@pytest.mark.requirement("S6-sponsor-12", "S6-sponsor-13")
async def test_a_field_that_she_switched_off_changes_unheard(fair: Fair) -> None:
    who = await fair.attendee(shares_with=["S1"], withheld=["phone"])
    before = await found(fair)
    pulled = later(fair)
    await writes(phone="+66 81 555 0199")(who, fair)
    assert (await found(fair, changed_since=pulled), await found(fair)) == ([], before)
    await withholds()(who, fair)
    [lead] = await found(fair, changed_since=pulled)
    assert lead["phone"] == "+66 81 555 0199"


@pytest.mark.requirement("S6-sponsor-12", "S6-sponsor-13")
async def test_a_field_outside_the_agreement_changes_unheard(fair: Fair) -> None:
    await fair.world.add_party("S3", fields=["name", "email"])
    await fair.world.list_sponsor("S3")
    who = await fair.attendee(shares_with=["S1", "S3"])
    pulled = later(fair)
    await writes(phone="+66 81 555 0199")(who, fair)
    assert [len(await found(fair, party, changed_since=pulled)) for party in ("S1", "S3")] == [1, 0]
    # a program that asks for less than it may have hears of no more than it asks for
    assert await found(fair, changed_since=pulled, fields="name,company") == []


@pytest.mark.requirement("S6-sponsor-13")
@pytest.mark.parametrize(
    ("act", "shows"),
    [
        pytest.param(writes(name="New Name"), {"name": "New Name"}, id="writes another name"),
        pytest.param(withholds("company"), {"company": None}, id="switches a field off"),
        pytest.param(writes(company=""), {"company": None}, id="empties a field"),
        pytest.param(blocks("opt_out_third"), {"state": "lead"}, id="opts out and in again"),
    ],
)
@pytest.mark.parametrize("way", ["form", "scan"])
async def test_what_a_sponsor_sees_differently_is_told(act: Act, shows: dict[str, Any], way: str, fair: Fair) -> None:
    if way == "form":
        who = await fair.attendee(shares_with=["S1"], fields=SHARED)
    else:
        who, _ = await scanned(fair, await fair.people.phone("S1"))
    await found(fair)
    pulled = later(fair)
    await act(who, fair)
    [lead] = await found(fair, changed_since=pulled)
    assert {key: lead.get(key) for key in shows} == shows
    assert lead["changed_at"] > pulled[:19]
    assert await found(fair, changed_since=later(fair)) == []


@pytest.mark.requirement("S6-sponsor-12")
async def test_a_first_pull_says_nothing_of_where_she_moved_before_it(fair: Fair) -> None:
    who = await fair.attendee(shares_with=["S1"], fields=["name"])
    later(fair)
    await writes(country="DE")(who, fair)
    [lead] = await found(fair)
    assert lead["changed_at"] == who.confirmed_at


@pytest.mark.requirement("S6-sponsor-13")
async def test_whoever_makes_an_import_her_own_is_told_from_then_on(fair: Fair) -> None:
    who = await fair.attendee(shares_with=["S1"], fields=SHARED)
    own = "update registration set source = 'import', notified_at = confirmed_at, self_confirmed_at = $2 where id = $1"
    await fair.sql.execute(own, who.id, None)
    pulled = later(fair)
    assert await found(fair) == []
    await fair.sql.execute(own, who.id, fair.clock.now)
    assert len(await found(fair, changed_since=pulled)) == 1


async def test_a_change_that_was_seen_stays_the_last_whatever_changes_unseen_afterwards(fair: Fair) -> None:
    who = await fair.attendee(shares_with=["S1"], fields=SHARED)
    fair.clock.forward(minutes=5)
    await writes(name="Seen")(who, fair)
    before = await found(fair)
    fair.clock.forward(minutes=5)
    await writes(phone="+66 81 555 0199")(who, fair)
    assert await found(fair) == before


@pytest.mark.requirement("S6-sponsor-16")
async def test_a_deleted_note_reaches_whoever_pulls_what_changed_page_by_page(fair: Fair) -> None:
    phone, other = await fair.people.phone("S1", "Nok"), await fair.people.phone("S1", "Som")
    people = [await scanned(fair, phone, name=f"P{n}") for n in range(4)]
    for who, scan in people:
        again = uuid4()
        await other.scan(who.attendee.badge, client_id=again)
        await note(fair, phone, scan, "from Nok")
        await note(fair, other, again, "from Som")
    leads = {lead["name"]: lead for lead in await found(fair)}
    admin = await fair.admin("S1")
    pulled = later(fair)
    for name in ("P0", "P1", "P3"):
        for _ in range(2):  # gone already is no error
            ok(await admin.delete(f"/api/v1/leads/{leads[name]['id']}/notes/{phone.id}"))
    first = ok(await admin.get("/api/v1/leads", params=fair.asking(changed_since=pulled, limit="2")))
    second = ok(await admin.get("/api/v1/leads", params=fair.asking(changed_since=pulled, limit="2", cursor=first["next"])))
    assert second["next"] is None
    changed = [*first["items"], *second["items"]]
    assert [(lead["name"], [said["note"] for said in lead["notes"]]) for lead in changed] == [
        (name, ["from Som"]) for name in ("P0", "P1", "P3")
    ]
    assert await found(fair, changed_since=later(fair)) == []


@pytest.mark.requirement("S6-sponsor-13", "S6-sponsor-16")
@pytest.mark.parametrize("looked", [False, True], ids=["nobody looked meanwhile", "her admin looked meanwhile"])
@pytest.mark.parametrize("how", ["she takes the flag back", "she says it was not her"])
async def test_whoever_pulls_since_the_last_pull_hears_of_a_scan_that_came_just_before_it(
    how: str, looked: bool, fair: Fair
) -> None:
    phone, scan = await fair.people.phone("S1"), uuid4()
    who = await fair.attendee(shares_with=["S1"], badge_scan=True)
    fair.clock.forward(minutes=30)
    await phone.refresh()
    await phone.scan(who.attendee.badge, client_id=scan)
    await note(fair, phone, scan, "hello")
    [told] = await found(fair)
    assert (told["basis"], len(told["notes"])) == ("both", 1)
    pulled = fair.clock.now.isoformat()
    fair.clock.forward(seconds=20)
    if how == "she takes the flag back":
        await who.attendee.withdraw("badge_scan")
    else:
        [mine] = ok(await who.attendee.client.get(f"{who.attendee.path}/scans"))["items"]
        ok(await who.attendee.client.post(f"{who.attendee.path}/scans/{mine['id']}/not-me"))
    fair.clock.forward(minutes=5)
    if looked:
        assert [lead["notes"] for lead in await found(fair)] == [[]]
        fair.clock.forward(minutes=5)
    assert [(lead["basis"], lead["notes"]) for lead in await found(fair, changed_since=pulled)] == [("form", [])]


@pytest.mark.requirement("S6-sponsor-16")
async def test_nobody_hears_that_a_note_was_deleted_whose_scan_is_no_ground_any_more(fair: Fair) -> None:
    phone, other, scan = await fair.people.phone("S1"), await fair.people.phone("S1", "Som"), uuid4()
    who = await fair.attendee(badge_scan=True)
    await phone.scan(who.attendee.badge, client_id=scan)
    await note(fair, phone, scan, "hello")
    await who.attendee.withdraw("badge_scan")
    ok(await who.attendee.grant("badge_scan"))
    fair.clock.forward(minutes=1)
    await other.scan(who.attendee.badge)
    [lead] = await found(fair)
    assert lead["notes"] == []
    pulled = later(fair)
    ok(await (await fair.admin("S1")).delete(f"/api/v1/leads/{lead['id']}/notes/{phone.id}"))
    assert (await found(fair, changed_since=pulled), await found(fair)) == ([], [lead])


@pytest.mark.requirement("S6-sponsor-16")
async def test_a_note_that_a_process_with_a_slow_clock_deletes_turns_no_time_back(fair: Fair) -> None:
    phone, other, again = await fair.people.phone("S1", "Nok"), await fair.people.phone("S1", "Som"), uuid4()
    who, scan = await scanned(fair, phone)
    await other.scan(who.attendee.badge, client_id=again)
    await note(fair, phone, scan, "from Nok")
    await note(fair, other, again, "from Som")
    fair.clock.forward(minutes=5)
    [lead], admin = await found(fair), await fair.admin("S1")
    ok(await admin.delete(f"/api/v1/leads/{lead['id']}/notes/{phone.id}"))
    [before] = await found(fair)
    fair.clock.forward(minutes=-1)
    ok(await admin.delete(f"/api/v1/leads/{lead['id']}/notes/{other.id}"))
    fair.clock.forward(minutes=2)
    assert await found(fair) == [before | {"notes": []}]


@pytest.mark.requirement("S6-sponsor-16")
async def test_nobody_hears_that_a_note_was_deleted_that_nobody_was_told(fair: Fair) -> None:
    """Told on the ground of its scan alone; on the form's ground it was no part of the lead."""
    phone, scan = await fair.people.phone("S1"), uuid4()
    who = await fair.attendee(shares_with=["S1"], badge_scan=True)
    await phone.scan(who.attendee.badge, client_id=scan)
    await note(fair, phone, scan, "hello")
    fair.clock.forward(minutes=1)
    await who.attendee.withdraw("badge_scan")
    [lead] = await found(fair)
    pulled = later(fair)
    ok(await (await fair.admin("S1")).delete(f"/api/v1/leads/{lead['id']}/notes/{phone.id}"))
    assert (await found(fair, changed_since=pulled), await found(fair)) == ([], [lead])


@pytest.mark.requirement("scenario-58")
@pytest.mark.parametrize("noted", [False, True])
async def test_a_disputed_scan_is_heard_if_something_of_it_was_told(noted: bool, fair: Fair) -> None:
    first, second = await fair.people.phone("S1", "Nok"), await fair.people.phone("S1", "Som")
    who, scan = await scanned(fair, first)
    if noted:
        await note(fair, first, scan, "hello")
    fair.clock.forward(minutes=10)
    await second.scan(who.attendee.badge)
    [before] = await found(fair)
    pulled = later(fair)
    scans = ok(await who.attendee.client.get(f"{who.attendee.path}/scans"))["items"]
    [earlier] = [s["id"] for s in scans if s["at"] == min(s["at"] for s in scans)]
    ok(await who.attendee.client.post(f"{who.attendee.path}/scans/{earlier}/not-me"))
    changed = await found(fair, changed_since=pulled)
    assert [lead["notes"] for lead in changed] == ([[]] if noted else [])
    if not noted:
        assert await found(fair) == [before]


@pytest.mark.requirement("S6-sponsor-13", "S6-sponsor-16")
async def test_a_lead_that_stands_by_the_form_alone_from_now_on_is_told_once_more(fair: Fair) -> None:
    """Its scan and what was noted on it are gone, though no field is; and no more is told of what she does with the flag."""
    phone, scan = await fair.people.phone("S1"), uuid4()
    who = await fair.attendee(shares_with=["S1"], badge_scan=True)
    await phone.scan(who.attendee.badge, client_id=scan)
    await note(fair, phone, scan, "hello")
    [before] = await found(fair)
    assert (before["basis"], [said["note"] for said in before["notes"]]) == ("both", ["hello"])
    pulled = later(fair)
    await who.attendee.withdraw("badge_scan")
    [lead] = await found(fair, changed_since=pulled)
    assert lead == before | {"basis": "form", "scanned_at": None, "scanned_by": None, "notes": [], "changed_at": who.confirmed_at}
    assert await found(fair, changed_since=pulled, search=who.card["name"]) == [lead]
    pulled = later(fair)
    for _ in range(2):
        ok(await who.attendee.grant("badge_scan"))
        fair.clock.forward(minutes=1)
        await who.attendee.withdraw("badge_scan")
    assert await found(fair, changed_since=pulled) == []


@pytest.mark.requirement("S6-sponsor-12", "S6-sponsor-15")
async def test_a_scan_that_opened_nothing_is_not_told_by_the_flag_that_came_and_went_after_it(fair: Fair) -> None:
    who = await fair.attendee(shares_with=["S1"])
    await (await fair.people.phone("S1")).scan(who.attendee.badge)
    before = await found(fair)
    pulled = later(fair)
    ok(await who.attendee.grant("badge_scan"))
    fair.clock.forward(minutes=1)
    await who.attendee.withdraw("badge_scan")
    assert (await found(fair, changed_since=pulled), await found(fair)) == ([], before)
