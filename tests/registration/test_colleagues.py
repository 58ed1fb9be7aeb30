"""Registering others and giving a place on: whoever it is for acts from her own mail, and is asked everything herself."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from events.database.connections import Database
from events.database.embedded import EmbeddedPostgres
from events.messages.rendering import render
from events.messages.sending import letterhead_of
from events.terms import Mail, MailKind
from tests.conftest import SETTINGS, MovableClock, SignIn, Visit
from tests.people import CARD, Attendee, People, mailed_token, ok
from tests.registration.test_waiting import MISCOUNTED, left, path, submit, tend
from tests.world import build_world

OWN_PAGE = {"origin": "http://events.example", "sec-fetch-site": "same-origin"}


@pytest.fixture
async def small(database: Database, clock: MovableClock, sign_in: SignIn, unique: Callable[[str], str], visit: Visit) -> People:
    """An event with four places for its one ticket."""
    return People(await build_world(database, clock, sign_in, unique, ticket_capacity=4), database, clock, visit)


@pytest.fixture
async def sql(postgres: EmbeddedPostgres) -> AsyncIterator[asyncpg.Connection[Any]]:
    connection = await asyncpg.connect(postgres.dsn("postgres"))
    yield connection
    await connection.close()


def address(name: str) -> str:
    return f"{name}-{uuid4().hex[:8]}@attendees.example"


async def send_group(people: People, own: str, *others: str, **changes: Any) -> httpx.Response:
    form = await people.form()
    ticket = form["content"]["tickets"][0]["id"]
    colleagues = [{"ticket": ticket, "fields": {"name": f"Colleague {n}", "email": other}} for n, other in enumerate(others)]
    return await people.visit().post(path(people), json=people.submission(form, own, colleagues=colleagues) | changes)


async def press_confirm(people: People, email: str) -> tuple[httpx.AsyncClient, Any]:
    client = people.visit()
    people.clock.forward(seconds=1)
    done = ok(await client.post("/api/v1/confirmations", json={"token": await mailed_token(people.database, email)}))
    people.clock.forward(seconds=1)
    return client, done


async def mails_to(people: People, email: str) -> list[str]:
    rows = await people.database.call("select kind from messages.mailbox($1, 20)", email)
    return [row["kind"] for row in rows]


async def expire(people: People) -> None:
    await people.database.call("select registration.expire_pending($1)", people.clock.now)


async def test_a_group_has_all_its_seats_at_once_and_nobody_is_mailed_before_its_sender_confirms(small: People) -> None:
    own, one, two = address("own"), address("one"), address("two")
    ok(await send_group(small, own, one, two))
    assert (await left(small), await mails_to(small, one), await mails_to(small, own)) == (1, [], ["confirm"])
    await press_confirm(small, own)
    assert [await mails_to(small, who) for who in (one, two)] == [["invitation"], ["invitation"]]
    assert await left(small) == 1


async def test_whoever_confirms_sees_before_whom_else_she_registers_and_what_counts(small: People) -> None:
    own, one, two = address("own"), address("one"), address("two")
    ok(await send_group(small, own, one, two))
    [row] = await small.database.call("select facts from messages.mailbox($1, 1)", own)
    mail = render(Mail(MailKind.CONFIRM, "en", row["facts"]), letterhead_of(SETTINGS)).text
    page = (await small.visit().get("/en/confirm", params={"token": await mailed_token(small.database, own)})).text
    for said in (mail, page):
        assert [("Registers as well" in said), *(word in said for word in ("Colleague 0", one, "Colleague 1", two))] == [True] * 5
    counts = {name: value for name, value in CARD.items() if name not in ("name", "country")}
    assert {name: value in page for name, value in counts.items()} == dict.fromkeys(counts, True)
    assert re.search(r"Lives in</dt><dd><bdi>Thailand", page)
    alone = address("alone")
    ok(await send_group(small, alone))
    page = (await small.visit().get("/en/confirm", params={"token": await mailed_token(small.database, alone)})).text
    assert "Registers as well" not in page


async def test_a_group_that_has_no_seats_for_all_stores_nothing(small: People, sql: asyncpg.Connection[Any]) -> None:
    answer = await send_group(small, address("own"), *(address("c") for _ in range(4)))
    assert (answer.status_code, answer.json()["code"]) == (409, "sold_out")
    assert (await left(small), await sql.fetch(MISCOUNTED, small.world.event)) == (4, [])
    ok(await send_group(small, address("own"), *(address("c") for _ in range(3))))
    assert (await left(small), await sql.fetch(MISCOUNTED, small.world.event)) == (0, [])


async def test_a_group_whose_sender_never_confirms_lapses_whole(small: People) -> None:
    ok(await send_group(small, address("own"), address("one")))
    small.clock.forward(hours=48)
    await expire(small)
    assert await left(small) == 4


async def test_a_colleague_who_does_nothing_gives_the_seat_back(small: People) -> None:
    own, one = address("own"), address("one")
    ok(await send_group(small, own, one))
    small.clock.forward(hours=40)
    await press_confirm(small, own)
    small.clock.forward(hours=47)
    await expire(small)
    assert await left(small) == 2
    token = await mailed_token(small.database, one)
    small.clock.forward(hours=1)
    await expire(small)
    assert await left(small) == 3
    assert (await small.visit().post("/api/v1/confirmations", json={"token": token})).status_code == 410


@pytest.mark.requirement("S3.1-others-1")
async def test_nobody_can_tick_for_a_colleague_and_nothing_is_released_before_she_did(
    small: People, sql: asyncpg.Connection[Any]
) -> None:
    s1 = str(small.world.parties["S1"])
    own, one = address("own"), address("one")
    form = await small.form()
    tick = [{"purpose": "sponsor_sharing", "recipient": s1}]
    colleague = {"ticket": form["content"]["tickets"][0]["id"], "fields": {"name": "Mali", "email": one}}
    extras: list[dict[str, Any]] = [{"consents": tick}, {"withheld_fields": []}, {"age_band": "20+"}]
    for extra in extras:
        refused = await small.visit().post(path(small), json=small.submission(form, own, colleagues=[colleague | extra]))
        assert refused.status_code == 422
    ok(await small.visit().post(path(small), json=small.submission(form, own, consents=tick, colleagues=[colleague])))
    await press_confirm(small, own)
    [row] = await small.database.call("select facts from messages.mailbox($1, 1)", one)
    said = render(Mail(MailKind.INVITATION, "en", row["facts"]), letterhead_of(SETTINGS)).text
    assert ("มาลี ใจงาม registered you" in said, f"/notices/{form['content']['notice']['sha256']}" in said) == (True, True)
    token = await mailed_token(small.database, one)
    page = await small.visit().get("/en/confirm", params={"token": token})
    assert ("มาลี ใจงาม registered you." in page.text, form["content"]["notice"]["sha256"] in page.text) == (True, True)
    assert [i["email"] for i in ok(await small.pull("S1"))["items"]] == [own]
    browser = small.visit()
    pressed = await browser.post("/en/confirm", data={"token": token}, headers=OWN_PAGE)
    [mine] = ok(await browser.get("/api/v1/me/registrations"))["items"]
    assert (pressed.status_code, pressed.headers["location"]) == (303, f"/en/me/{mine['id']}/choices")
    assert ok(await browser.get(f"/api/v1/me/registrations/{mine['id']}/consents"))["history"] == []
    assert [i["email"] for i in ok(await small.pull("S1"))["items"]] == [own]
    small.clock.forward(seconds=1)
    ok(await browser.patch(f"/api/v1/me/registrations/{mine['id']}", json={"age_band": "20+", "residence": "TH"}))
    who = Attendee(browser, small.world, small.clock, one, UUID(mine["id"]), mine["badge"])
    ok(await who.grant("sponsor_sharing", small.world.parties["S1"]))
    assert {i["email"] for i in ok(await small.pull("S1"))["items"]} == {own, one}
    brought = "select registered_by, source, notified_at, self_confirmed_at from registration where id = $1"
    [row] = await sql.fetch(brought, who.registration)
    assert (row["source"], None in tuple(row)) == ("colleague", False)


async def test_every_person_of_a_group_has_an_address_of_her_own(small: People) -> None:
    own, one = address("own"), address("one")
    answer = await send_group(small, own, one, own.upper(), one)
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (
        422,
        ["colleagues[1].fields.email", "colleagues[2].fields.email"],
    )
    for fields, field in (
        ({"email": one}, "name"),
        ({"name": "Mali"}, "email"),
        ({"name": "Win at https://prize.example", "email": one}, "name"),
        ({"name": "Mali", "email": one, "phone": "call me"}, "phone"),
    ):
        form = await small.form()
        colleague = {"ticket": form["content"]["tickets"][0]["id"], "fields": fields}
        answer = await small.visit().post(path(small), json=small.submission(form, own, colleagues=[colleague]))
        assert [e["field"] for e in answer.json()["errors"]] == [f"colleagues[0].fields.{field}"]
    wrong = [{"ticket": str(uuid4()), "fields": {"name": "Mali", "email": one}}]
    assert (await send_group(small, own, colleagues=wrong)).json()["errors"][0]["field"] == "colleagues[0].ticket"
    assert (await send_group(small, own, one, join_waitlist=True)).json()["errors"][0]["field"] == "join_waitlist"
    assert await left(small) == 4


async def test_a_colleague_who_has_a_place_is_told_so_and_whoever_named_her_is_not(small: People) -> None:
    who = await small.attendee()
    own, other = address("own"), address("other")
    await small.world.patch(
        f"/organiser/events/{small.world.slug}/ticket-types/{small.world.tickets['standard']}", {"capacity": 5}
    )
    answers = [await send_group(small, own, who.email), await send_group(small, other, address("new"))]
    assert len({(a.status_code, a.json()["state"]) for a in answers}) == 1
    await press_confirm(small, own)
    assert (await mails_to(small, who.email))[0] == "already_registered"


async def test_a_sender_who_has_a_place_hears_that_her_colleagues_were_not_registered(small: People) -> None:
    who, one = await small.attendee(), address("one")
    before = await left(small)
    answer = await send_group(small, who.email, one)
    held = before - await left(small)
    [row] = await small.database.call("select kind, facts from messages.mailbox($1, 1)", who.email)
    assert (row["kind"], row["facts"]["colleagues"]) == ("already_registered", [["Colleague 0", one]])
    # as for a sender who is new: neither answer nor seats tell
    assert (answer.status_code, held, await mails_to(small, one)) == (202, 2, [])
    said = {
        language: render(Mail(MailKind.ALREADY_REGISTERED, language, row["facts"]), letterhead_of(SETTINGS)).text
        for language in ("en", "th")
    }
    assert ("They were not registered" in said["en"], "ยังไม่ได้ลงทะเบียน" in said["th"]) == (True, True)
    assert [one in text for text in said.values()] == [True, True]
    small.clock.forward(hours=48)
    await expire(small)
    assert (await left(small), await mails_to(small, one)) == (before, [])


async def test_a_colleague_who_got_too_many_mails_is_told_later_and_her_seat_lapses_with_the_others(small: People) -> None:
    own, one, two = address("own"), address("one"), address("two")
    await small.world.patch(
        f"/organiser/events/{small.world.slug}/ticket-types/{small.world.tickets['standard']}", {"capacity": 10}
    )
    for _ in range(3):
        ok(await submit(small, one))
    ok(await send_group(small, own, one, two))
    await press_confirm(small, own)
    confirmed_at = small.clock.now - timedelta(seconds=1)
    await tend(small)
    assert [await mails_to(small, who) for who in (one, two)] == [["confirm"] * 3, ["invitation"]]
    small.clock.forward(minutes=20)
    for _ in range(2):
        await tend(small)
    assert await mails_to(small, one) == ["invitation", *["confirm"] * 3]
    [row] = await small.database.call("select facts from messages.mailbox($1, 1)", one)
    assert datetime.fromisoformat(row["facts"]["until"]) == confirmed_at + timedelta(hours=48)
    small.clock.now = confirmed_at + timedelta(hours=48)
    await expire(small)
    assert await left(small) == 9


async def test_nobody_is_told_again_of_a_form_that_was_not_confirmed(small: People) -> None:
    own, one = address("own"), address("one")
    ok(await send_group(small, own, one))
    await tend(small)
    assert await mails_to(small, one) == []


async def test_a_place_goes_on_to_a_colleague_and_is_free_at_no_time(small: People, sql: asyncpg.Connection[Any]) -> None:
    who = await small.attendee(shares_with=["S1"], badge_scan=True)
    phone = await small.phone("S1")
    assert (await phone.scan(who.badge))["verdict"] == "lead"
    before, to = await left(small), address("to")
    ok(await who.client.post(f"{who.path}/transfer", json={"name": "Nok", "email": to}))
    assert (await left(small), await sql.fetch(MISCOUNTED, small.world.event)) == (before, [])
    assert ok(await who.client.get(who.path))["state"] == "cancelled"
    assert (await phone.scan(who.badge))["verdict"] == "saved_not_shared"
    recalls = ok(await (await small.world.admin("S1")).get("/api/v1/recalls"))["items"]
    assert len(recalls) == 1
    assert await mails_to(small, to) == ["invitation"]
    client, done = await press_confirm(small, to)
    mine = ok(await client.get(f"/api/v1/me/registrations/{done['registration']}"))
    assert (mine["state"], mine["fields"], mine["badge"] != who.badge) == ("confirmed", {"name": "Nok", "email": to}, True)
    assert ok(await client.get(f"/api/v1/me/registrations/{done['registration']}/consents"))["history"] == []
    assert (await phone.scan(mine["badge"]))["verdict"] == "saved_not_shared"
    assert await left(small) == before


async def test_a_place_that_the_colleague_does_not_take_comes_free(small: People) -> None:
    who = await small.attendee()
    ok(await who.client.post(f"{who.path}/transfer", json={"name": "Nok", "email": address("to")}))
    small.clock.forward(hours=48)
    await expire(small)
    assert await left(small) == 4


async def test_only_a_confirmed_place_is_given_on_and_not_to_oneself(small: People) -> None:
    who = await small.attendee()
    attempts = [
        ({"name": "Nok", "email": who.email.upper()}, 422, "email"),
        ({"name": "", "email": address("to")}, 422, "name"),
        ({"name": "Nok", "email": "no address"}, 422, "email"),
        ({"name": "Win at www.prize.example", "email": address("to")}, 422, "name"),
    ]
    for body, status, field in attempts:
        answer = await who.client.post(f"{who.path}/transfer", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field)
    assert ok(await who.client.get(who.path))["state"] == "confirmed"
    ok(await who.client.delete(who.path))
    again = await who.client.post(f"{who.path}/transfer", json={"name": "Nok", "email": address("to")})
    assert again.status_code == 409


async def test_a_seat_goes_round_three_times_a_day(small: People) -> None:
    who = await small.attendee()
    client, place = who.client, who.path
    for _ in range(3):
        to = address("to")
        ok(await client.post(f"{place}/transfer", json={"name": "Nok", "email": to}))
        client, done = await press_confirm(small, to)
        place = f"/api/v1/me/registrations/{done['registration']}"
    small.clock.forward(hours=1)
    refused = await client.post(f"{place}/transfer", json={"name": "Nok", "email": address("to")})
    assert (refused.status_code, int(refused.headers["retry-after"]) <= timedelta(hours=23).total_seconds()) == (429, True)
    small.clock.forward(hours=23)
    ok(await client.post(f"{place}/transfer", json={"name": "Nok", "email": address("to")}))


async def test_two_transfers_at_once_give_the_place_to_one(small: People, sql: asyncpg.Connection[Any]) -> None:
    who = await small.attendee()
    answers = await asyncio.gather(
        *(who.client.post(f"{who.path}/transfer", json={"name": "Nok", "email": address("to")}) for _ in range(4))
    )
    assert sorted(a.status_code for a in answers) == [204, 409, 409, 409]
    assert (await left(small), await sql.fetch(MISCOUNTED, small.world.event)) == (3, [])


async def test_groups_and_single_people_at_once_neither_wait_for_each_other_nor_oversell(
    database: Database,
    clock: MovableClock,
    sign_in: SignIn,
    unique: Callable[[str], str],
    visit: Visit,
    sql: asyncpg.Connection[Any],
) -> None:
    world = await build_world(database, clock, sign_in, unique, capacity=40, ticket_capacity=25, tickets=("one", "two"))
    people = People(world, database, clock, visit)
    form = await people.form()
    tickets = [str(world.tickets[name]) for name in ("one", "two")]

    def sends(n: int) -> Any:
        others = [{"ticket": tickets[(n + k) % 2], "fields": {"name": "Nok", "email": address("c")}} for k in range(n % 4)]
        body = people.submission(form, address("own"), ticket=tickets[n % 2], colleagues=others)
        return people.visit().post(path(people), json=body)

    answers = await asyncio.gather(*(sends(n) for n in range(40)))
    assert {a.status_code for a in answers} == {202, 409}
    assert await sql.fetch(MISCOUNTED, world.event) == []
    took = sum(1 + n % 4 for n, answer in enumerate(answers) if answer.status_code == 202)
    standing = await sql.fetchval("select count(*) from registration where event_id = $1", world.event)
    assert (standing, standing <= 40) == (took, True)
