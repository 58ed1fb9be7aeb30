"""The page of a sponsor's leads: declared first, latest change first, looked through, counted; and told when it changes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import asyncpg
import httpx
import pytest

from events.access.caller import Caller
from events.access.tokens import digest
from events.database.connections import Database
from events.database.embedded import EmbeddedPostgres
from events.errors import TooMany, Unavailable
from events.terms import PartyId
from events.web.sponsor.arrivals import BEAT, MOST_OF_A_SESSION, SHARE, Arrivals
from events.web.sponsor.queries import still_managing
from events.web.sponsor.rules import bars
from tests.conftest import MovableClock, Visit
from tests.leads.fair import Guests
from tests.people import Attendee, another_event, ok
from tests.round_trips import counting
from tests.web.test_sponsor_pages import booth, press, see
from tests.world import World


@pytest.fixture
async def people(world: World, database: Database, clock: MovableClock, visit: Visit) -> Guests:
    return Guests(world, database, clock, visit)


@pytest.fixture
async def admin(world: World) -> httpx.AsyncClient:
    """The admin of S1, who has declared what she uses leads for."""
    client = await world.admin("S1")
    assert (await press(client, booth(world), use="follow_up", accept_terms="yes")).status_code == 303
    return client


def names_on(page: str) -> list[str]:
    return re.findall(r'<th scope="row" role="rowheader"><bdi>([^<]+)</bdi></th>', page)


def lost_since(page: str) -> str:
    """Where a page that stands open asks what of it was taken back."""
    address: str = re.findall(r'data-lost="([^"]+)"', page)[0]
    return address


async def somebody(people: Guests, name: str, **ticks: Any) -> Attendee:
    people.card = {"name": name}
    return await people.attendee(**ticks)


# --- what is declared -------------------------------------------------------------------------------------------------


@pytest.mark.requirement("S6-sponsor-9")
async def test_nobody_is_shown_or_booked_before_the_use_is_said_and_the_terms_accepted(world: World, people: Guests) -> None:
    who = await somebody(people, "Malee", shares_with=["S1"])
    fresh = await world.admin("S1")
    for fields in (
        {"press": "yes"},
        {"use": "follow_up"},
        {"accept_terms": "yes"},
        {"use": "recruitment", "accept_terms": "yes"},
    ):
        assert (await press(fresh, booth(world), **fields)).status_code == 422
    page = await see(fresh, booth(world))
    assert (names_on(page), await who.disclosures()) == ([], [])
    answer = await press(fresh, booth(world), use="follow_up", accept_terms="yes")
    assert (answer.status_code, answer.headers["location"]) == (303, booth(world))
    assert names_on(await see(fresh, booth(world))) == ["Malee"]
    assert [line["declared_use"] for line in await who.disclosures()] == ["follow_up"]


async def test_another_session_declares_for_itself(world: World, people: Guests, admin: httpx.AsyncClient) -> None:
    await somebody(people, "Malee", shares_with=["S1"])
    another = await world.sign_in(world.admin_emails["S1"])
    for cookie in admin.cookies.jar:
        if cookie.name == "declared":
            another.cookies.set("declared", cookie.value or "", domain="events.example", path=cookie.path)
    assert names_on(await see(another, booth(world))) == []


# --- whom it shows ----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("S6-sponsor-15")
async def test_it_shows_and_counts_who_allowed_it_and_nobody_else(world: World, people: Guests, admin: httpx.AsyncClient) -> None:
    phone = await people.phone("S1", "Nok")
    allowed = await somebody(people, "Allows-scans", badge_scan=True)
    denied = await somebody(people, "Allows-nothing")
    await somebody(people, "Ticked-S1", shares_with=["S1"])
    await somebody(people, "Ticked-S2", shares_with=["S2"])
    await phone.scan(allowed.badge)
    await phone.scan(denied.badge)
    page = await see(admin, booth(world))
    assert sorted(names_on(page)) == ["Allows-scans", "Ticked-S1"]
    assert re.findall(r'<p class="count"><strong>(\d+)</strong>', page) == ["1", "2"]
    assert re.findall(r'<th scope="row">[\d:]+</th><td>(\d+)</td>', page) == ["1"]
    assert re.findall(r'<td role="cell" class="by"><span class="tag">([^<]+)</span>', page) == ["by scan", "on the form"]


async def test_a_lead_says_which_fields_may_be_used_and_who_scanned_it_and_what_each_helper_noted(
    world: World, people: Guests, admin: httpx.AsyncClient
) -> None:
    who = await somebody(people, "Malee", badge_scan=True)
    for helper, rating, words in (("Nok", 3, "Wants a <b>demo</b>"), ("Som", 1, "")):
        phone, scan = await people.phone("S1", helper), uuid4()
        await phone.scan(who.badge, client_id=scan)
        note = {"rating": rating, "note": words, "written_at": people.clock.now.isoformat()}
        ok(await phone.client.put(f"/api/v1/scans/{scan}/note", json=note))
    answer = await admin.get(booth(world))
    assert "Wants a &lt;b&gt;demo&lt;/b&gt;" in answer.text
    page = await see(admin, booth(world))
    assert re.findall(r'<span class="tag rate-\d">([\w ]+)</span>', page) == ["high interest", "low interest"]
    assert re.findall(r"</span> <strong><bdi>(\w+)</bdi></strong> <time", page) == ["Nok", "Som"]
    [until] = re.findall(r"use until (\d+ \w+ \d{4})<", page)
    [lead] = ok(await admin.get("/api/v1/leads", params={"event": world.slug, "use": "follow_up", "accept_terms": "true"}))[
        "items"
    ]
    there = datetime.fromisoformat(lead["usable_until"]).astimezone(ZoneInfo("Asia/Bangkok"))
    assert until == f"{there.day} {there:%B %Y}"


async def test_what_she_keeps_to_herself_takes_no_room(world: World, people: Guests, admin: httpx.AsyncClient) -> None:
    """Only a name is released: no empty label stands for the other fields, and nothing says whether there is more."""
    kept = ["phone", "address", "country", "email", "job_title", "company"]
    await somebody(people, "Malee", shares_with=["S1"], withheld_fields=kept)
    page = await see(admin, booth(world))
    assert names_on(page) == ["Malee"]
    assert re.findall(r'<td role="cell" class="reach">(.*?)</td>', page, re.DOTALL) == [""]
    assert re.findall(r'</th>\s*<td role="cell">(.*?)</td>', page) == [""]


async def test_a_booth_without_leads_is_told_what_to_do_and_a_look_that_finds_nobody_leads_back(
    world: World, admin: httpx.AsyncClient
) -> None:
    page = await see(admin, booth(world))
    assert ("No leads yet." in page, f'href="{booth(world)}/phones">Add a phone' in page) == (True, True)
    looked = await see(admin, f"{booth(world)}?search=nobody")
    assert ("Nobody is found." in looked, "No leads yet." in looked) == (True, False)
    assert f'href="{booth(world)}">Show all' in looked


@pytest.mark.requirement("S6-sponsor-16")
async def test_a_note_is_deleted_for_good_and_nothing_but_this_note(
    world: World, people: Guests, admin: httpx.AsyncClient
) -> None:
    who, notes = await somebody(people, "Malee", badge_scan=True), {}
    for helper in ("Nok", "Som"):
        phone, scan = await people.phone("S1", helper), uuid4()
        await phone.scan(who.badge, client_id=scan)
        note = {"note": f"Noted by {helper}", "written_at": people.clock.now.isoformat()}
        ok(await phone.client.put(f"/api/v1/scans/{scan}/note", json=note))
        notes[helper] = phone.id
    page = await see(admin, booth(world))
    deletes = dict(zip(notes, re.findall(r'action="([^"]+/delete)"', page), strict=True))
    assert [deletes[helper].endswith(f"/{notes[helper]}/delete") for helper in notes] == [True, True]
    # another booth's admin has no such note, and changes nothing; nor does a form without its word
    theirs = await world.admin("S2")
    assert (await press(theirs, deletes["Nok"], delete="yes")).status_code == 404
    lead = re.findall(r"/notes/([^/]+)/", deletes["Nok"])[0]
    ok(await theirs.delete(f"/api/v1/leads/{lead}/notes/{notes['Nok']}"))
    assert (await press(admin, deletes["Nok"])).status_code == 400
    assert [f"Noted by {helper}" in await see(admin, booth(world)) for helper in notes] == [True, True]
    for _ in range(2):
        assert (await press(admin, deletes["Nok"], delete="yes")).headers["location"] == f"{booth(world)}?done=note_deleted"
        assert [f"Noted by {helper}" in await see(admin, booth(world)) for helper in notes] == [False, True]
    assert [note["helper"] for note in ok(await who.client.get(f"{who.path}/notes"))["items"]] == ["Som"]
    ok(await admin.delete(f"/api/v1/leads/{lead}/notes/{notes['Som']}"))
    assert ok(await who.client.get(f"{who.path}/notes"))["items"] == []
    assert names_on(await see(admin, booth(world))) == ["Malee"]


async def test_it_is_looked_through_by_words_day_and_helper(world: World, people: Guests, admin: httpx.AsyncClient) -> None:
    phone = await people.phone("S1", "Nok")
    for name in ("First", "Second"):
        await phone.scan((await somebody(people, name, badge_scan=True)).badge)
    await somebody(people, "Third", shares_with=["S1"])
    today = people.clock.now.date().isoformat()
    looks = {"search=sEcOnd": ["Second"], f"day={today}": ["Second", "First"], "helper=Nok": ["Second", "First"], "search=zz": []}
    assert {look: names_on(await see(admin, f"{booth(world)}?{look}")) for look in looks} == looks
    assert "Give a day like" in await see(admin, f"{booth(world)}?day=yesterday", 422)


async def test_older_leads_stand_on_the_next_page(
    world: World, people: Guests, admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("events.web.sponsor.lead_routes.AT_ONCE", 2)
    for name in ("First", "Second", "Third"):
        await somebody(people, name, shares_with=["S1"])
    page = await see(admin, booth(world))
    [older] = re.findall(r'href="([^"]+)">Older leads', page)
    assert (names_on(page), names_on(await see(admin, older))) == (["Third", "Second"], ["First"])
    for broken in ("?after=" + str(uuid4()), "?before=2027-03-01T09:00:00Z", f"?after={uuid4()}&before=soon"):
        assert (await admin.get(booth(world) + broken)).status_code == 400
    await see(admin, f"{booth(world)}?after={uuid4()}&before=2027-03-01T09:00:00Z", 422)


@pytest.mark.requirement("S6-sponsor-13")
async def test_a_page_that_stands_open_learns_what_it_must_not_show_any_more_and_no_hand_over_is_booked_for_it(
    world: World, people: Guests, admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("events.web.sponsor.recall_routes.IN_THE_FILE", 1)
    left_before = await somebody(people, "Left-before", shares_with=["S1"])
    first_page = await see(admin, booth(world))
    await left_before.withdraw_everything()
    stays, leaves, gives_less = [await somebody(people, name, shares_with=["S1"]) for name in ("Stays", "Leaves", "Gives-less")]
    page = await see(admin, booth(world))
    shown = dict(zip(names_on(page), re.findall(r'<tr role="row" data-lead="([^"]+)">', page), strict=True))
    assert ok(await admin.get(lost_since(page))) == []
    await leaves.withdraw_everything()
    ok(await gives_less.client.patch(gives_less.path, json={"withheld_fields": ["name"]}))
    later = ok(await admin.get(lost_since(page)))
    assert later == [shown["Leaves"], shown["Gives-less"]]
    assert ok(await admin.get(lost_since(first_page)))[1:] == later
    assert [len(await who.disclosures()) for who in (stays, leaves, gives_less)] == [1, 1, 1]
    assert ok(await admin.get(lost_since(await see(admin, booth(world))))) == [], "an anew page shows none of them"
    theirs = await world.admin("S2")
    assert ok(await theirs.get(lost_since(page).replace(str(world.parties["S1"]), str(world.parties["S2"])))) == []
    assert (await admin.get(booth(world, rest="/recalls/since?release=soon"))).status_code == 422


async def test_what_was_taken_back_is_one_question_for_each_thousand_and_reads_nothing_of_other_events(
    world: World, people: Guests, admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("events.web.sponsor.recall_routes.IN_THE_FILE", 2)
    here = [await somebody(people, f"Here-{number}", shares_with=["S1"]) for number in range(3)]
    page = await see(admin, booth(world))
    shown = dict(zip(names_on(page), re.findall(r'<tr role="row" data-lead="([^"]+)">', page), strict=True))
    there = Guests(await another_event(world), people.database, people.clock, people.visit)
    elsewhere = [await somebody(there, f"There-{number}", shares_with=["S1"]) for number in range(2)]
    assert (await press(admin, booth(there.world), use="follow_up", accept_terms="yes")).status_code == 303
    await see(admin, booth(there.world))
    for who in elsewhere:
        await who.withdraw_everything()
    questions = []
    for gone in range(4):
        if gone:
            await here[gone - 1].withdraw_everything()
        async with counting(people.database) as log:
            assert ok(await admin.get(lost_since(page))) == [shown[f"Here-{number}"] for number in range(gone)]
        questions.append(len([sql for sql in log if "recall" in sql]))
    assert questions == [1, 1, 2, 2], "the next one is asked only after a full answer"
    assert len(ok(await admin.get("/api/v1/recalls"))["items"]) == 5


async def test_a_sponsorship_that_ended_is_said_and_shows_nobody(world: World, people: Guests, admin: httpx.AsyncClient) -> None:
    await somebody(people, "Malee", shares_with=["S1"])
    await world.post(f"/organiser/events/{world.slug}/sponsors/{world.parties['S1']}/end", {"at": people.clock.now.isoformat()})
    people.clock.forward(seconds=1)
    page = await see(admin, booth(world), 410)
    assert ("Your sponsorship of this event has ended" in page, names_on(page)) == (True, [])


def test_quiet_hours_between_two_busy_ones_stand_in_the_chart() -> None:
    assert bars({None: 7, 9: 4, 11: 2}) == [(9, 4, 1.0), (10, 0, 0.0), (11, 2, 0.5)]
    assert bars({None: 7}) == []


# --- that the list has changed ---------------------------------------------------------------------------------------


@pytest.fixture
async def watching(world: World, database: Database, clock: MovableClock) -> AsyncIterator[Arrivals]:
    arrivals = Arrivals(database, lambda: clock.now, pause=0.01, beat=30)
    yield arrivals
    arrivals.close()


async def caller_of(client: httpx.AsyncClient) -> Caller:
    return Caller("session", digest(client.cookies["session"]).hex())


async def test_a_page_that_stands_open_is_told_of_a_lead_and_of_nothing_about_anybody(
    world: World, people: Guests, admin: httpx.AsyncClient, watching: Arrivals
) -> None:
    stream = watching.watch(await caller_of(admin), PartyId(world.parties["S1"]), world.slug, "follow_up")
    async with asyncio.timeout(10):
        assert await anext(stream) == BEAT
        before = await anext(stream)
        who = await somebody(people, "Malee", shares_with=["S1"])
        after = await anext(stream)
    assert before != after
    assert re.fullmatch(rb"event: leads\ndata: [\w.-]+\n\n", after)
    assert str(who.registration).encode() not in after
    another = await world.sign_in(world.admin_emails["S1"])
    undeclared = (await another.get(booth(world, rest="/arrivals"))).content
    assert (await admin.get(booth(world, rest="/arrivals"))).content == after
    assert undeclared not in (before, after)


async def test_where_a_look_takes_long_the_next_one_waits_longer(
    world: World, admin: httpx.AsyncClient, watching: Arrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []

    async def slow(*asked: object) -> str:
        looks.append(asyncio.get_running_loop().time())
        await asyncio.sleep(0.02)
        return str(len(looks))

    monkeypatch.setattr("events.web.sponsor.arrivals.leads_version", slow)
    stream = watching.watch(await caller_of(admin), PartyId(world.parties["S1"]), world.slug, "follow_up")
    async with asyncio.timeout(30):
        for _ in range(3):
            await anext(stream)
    assert looks[1] - looks[0] >= SHARE * 0.02


@pytest.mark.requirement("S11-sec-4")
async def test_a_stream_ends_when_its_session_is_signed_out_and_when_its_person_leaves_the_team(
    world: World, admin: httpx.AsyncClient, watching: Arrivals
) -> None:
    place = PartyId(world.parties["S1"]), world.slug, "follow_up"
    another = await world.sign_in(world.admin_emails["S1"])
    first, second = watching.watch(await caller_of(admin), *place), watching.watch(await caller_of(another), *place)
    async with asyncio.timeout(10):
        for stream in (first, second):
            await anext(stream), await anext(stream)
        ok(await admin.delete("/api/v1/session"))
        assert [event async for event in first] == []
        me = ok(await another.get("/api/v1/session"))["person"]
        ok(await world.owner.delete(f"/api/v1/organiser/parties/{world.parties['S1']}/members/{me}"))
        assert [event async for event in second] == []


async def test_a_stream_ends_when_its_person_becomes_a_helper(
    world: World, admin: httpx.AsyncClient, watching: Arrivals, postgres: EmbeddedPostgres
) -> None:
    stream = watching.watch(await caller_of(admin), PartyId(world.parties["S1"]), world.slug, "follow_up")
    sql = await asyncpg.connect(postgres.dsn("postgres"))
    async with asyncio.timeout(10):
        await anext(stream), await anext(stream)
        await sql.execute("update party_member set role = 'helper' where party_id = $1", world.parties["S1"])
        assert [event async for event in stream] == []
    await sql.close()


async def test_streams_end_when_the_server_stops_and_a_session_has_only_so_many(
    world: World, admin: httpx.AsyncClient, watching: Arrivals
) -> None:
    caller, place = await caller_of(admin), (PartyId(world.parties["S1"]), world.slug, "follow_up")
    async with asyncio.timeout(10):
        streams = [watching.watch(caller, *place) for _ in range(MOST_OF_A_SESSION)]
        for stream in streams:
            await anext(stream)
        with pytest.raises(TooMany):
            watching.watch(caller, *place)
        watching.close()
        for stream in streams:
            _ = [event async for event in stream]
    with pytest.raises(Unavailable):
        watching.watch(caller, *place)


async def test_a_silent_stream_says_that_it_is_there(
    world: World, admin: httpx.AsyncClient, database: Database, clock: MovableClock
) -> None:
    quiet = Arrivals(database, lambda: clock.now, pause=30, beat=0.01)
    stream = quiet.watch(await caller_of(admin), PartyId(world.parties["S1"]), world.slug, "follow_up")
    async with asyncio.timeout(10):
        told = [await anext(stream) for _ in range(5)]
    quiet.close()
    await stream.aclose()  # type: ignore[attr-defined]  # a generator
    assert BEAT in told[1:]


async def test_a_look_that_fails_is_not_the_last_one(
    world: World, admin: httpx.AsyncClient, database: Database, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, failures = await caller_of(admin), [ConnectionResetError("gone")]

    async def once_broken(*asked: Any) -> Any:
        if failures:
            raise failures.pop()
        return await still_managing(*asked)

    monkeypatch.setattr("events.web.sponsor.arrivals.still_managing", once_broken)
    arrivals = Arrivals(database, lambda: clock.now, pause=0.01, beat=30)
    stream = arrivals.watch(caller, PartyId(world.parties["S1"]), world.slug, "follow_up")
    async with asyncio.timeout(10):
        assert await anext(stream) == BEAT
        assert (await anext(stream)).startswith(b"event: leads")
    assert failures == []
    arrivals.close()
    await stream.aclose()  # type: ignore[attr-defined]  # a generator
