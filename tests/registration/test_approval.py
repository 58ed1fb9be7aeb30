"""Tickets that a person approves: nobody is let in, or turned away, without somebody who decided it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from events.database.connections import Database
from events.database.embedded import EmbeddedPostgres
from events.messages.rendering import render
from events.messages.sending import letterhead_of, tend_places
from events.terms import Mail, MailKind
from tests.conftest import SETTINGS, MovableClock, SignIn, Visit
from tests.people import Attendee, People, mailed_token, ok
from tests.world import World, build_world


@pytest.fixture
async def select(database: Database, clock: MovableClock, sign_in: SignIn, unique: Callable[[str], str], visit: Visit) -> People:
    """An event with one ticket, of which there are two and which the organiser approves."""
    world = await build_world(database, clock, sign_in, unique, ticket_capacity=2)
    await world.patch(f"/organiser/events/{world.slug}/ticket-types/{world.tickets['standard']}", {"needs_approval": True})
    return People(world, database, clock, visit)


@pytest.fixture
async def sql(postgres: EmbeddedPostgres) -> AsyncIterator[asyncpg.Connection[Any]]:
    connection = await asyncpg.connect(postgres.dsn("postgres"))
    yield connection
    await connection.close()


def decision(who: Attendee, verb: str) -> str:
    return f"/api/v1/organiser/registrations/{who.registration}/{verb}"


async def asking(people: People, **changes: Any) -> Attendee:
    """Somebody who confirmed that she asks for the ticket."""
    email = f"asks-{uuid4().hex[:8]}@attendees.example"
    client = people.visit()
    body = people.submission(await people.form(), email, **changes)
    ok(await client.post(f"/api/v1/events/{people.world.slug}/registrations", json=body))
    done = ok(await client.post("/api/v1/confirmations", json={"token": await mailed_token(people.database, email)}))
    assert done["state"] == "requested"
    people.clock.forward(seconds=1)
    return Attendee(client, people.world, people.clock, email, done["registration"], "")


async def last_mail(people: People, who: Attendee) -> tuple[str, str]:
    [row] = await people.database.call("select kind, facts from messages.mailbox($1, 1)", who.email)
    return row["kind"], render(Mail(MailKind(row["kind"]), "en", row["facts"]), letterhead_of(SETTINGS)).text


async def left(people: People) -> int:
    [ticket] = ok(await people.visit().get(f"/api/v1/events/{people.world.slug}"))["tickets"]
    assert ticket["needs_approval"] is True
    seats: int = ticket["seats_left"]
    return seats


async def test_a_request_holds_a_seat_and_lets_nobody_in_or_see_her_data(select: People) -> None:
    s1 = str(select.world.parties["S1"])
    who = await asking(select, consents=[{"purpose": "sponsor_sharing", "recipient": s1}])
    mine = ok(await who.client.get(who.path))
    assert (mine["state"], mine["badge"], await left(select)) == ("requested", None, 1)
    assert (await last_mail(select, who))[0] == "requested"
    assert ok(await select.pull("S1"))["items"] == []
    listed = ok(
        await select.world.owner.get(f"/api/v1/organiser/events/{select.world.slug}/registrations", params={"state": "requested"})
    )
    assert [item["id"] for item in listed["items"]] == [who.registration]


@pytest.mark.requirement("S10.1-adm")
async def test_who_is_approved_has_a_place_a_badge_and_her_choices(select: People, sql: asyncpg.Connection[Any]) -> None:
    s1 = str(select.world.parties["S1"])
    who = await asking(select, consents=[{"purpose": "sponsor_sharing", "recipient": s1}])
    for _ in range(2):
        ok(await select.world.owner.post(decision(who, "approve")))
    mine = ok(await who.client.get(who.path))
    assert (mine["state"], mine["badge"] is not None, await left(select)) == ("confirmed", True, 1)
    assert (await last_mail(select, who))[0] == "approved"
    assert [i["email"] for i in ok(await select.pull("S1"))["items"]] == [who.email]
    [row] = await sql.fetch("select decided_by, decided_at from registration where id = $1", mine["id"])
    owner = await sql.fetchval("select id from person where email = $1", select.world.owner_email)
    assert (row["decided_by"], row["decided_at"] is not None) == (owner, True)
    assert (await select.world.owner.post(decision(who, "decline"), json={"reason": "No."})).status_code == 409


@pytest.mark.requirement("S10.1-adm")
async def test_who_is_declined_is_told_why_and_the_seat_is_free(select: People, sql: asyncpg.Connection[Any]) -> None:
    who = await asking(select)
    for _ in range(2):
        ok(await select.world.owner.post(decision(who, "decline"), json={"reason": "The room is for speakers only."}))
    kind, text = await last_mail(select, who)
    assert (kind, "The room is for speakers only." in text) == ("declined", True)
    assert (ok(await who.client.get(who.path))["state"], await left(select)) == ("cancelled", 2)
    assert (await select.world.owner.post(decision(who, "approve"))).status_code == 409
    assert await sql.fetchval("select decided_by from registration where id = $1", who.registration) is not None
    with pytest.raises(asyncpg.CheckViolationError):
        await sql.execute("update registration set decided_by = null where id = $1", who.registration)


async def test_nobody_gets_a_place_at_an_event_that_is_cancelled_or_over(select: People) -> None:
    who, other = await asking(select), await asking(select)
    ok(await select.world.owner.post(decision(who, "approve")))
    event = ok(await select.world.owner.get(f"/api/v1/organiser/events/{select.world.slug}"))
    before = select.clock.now
    await select.wait(datetime.fromisoformat(event["ends_at"]))
    assert (await select.world.owner.post(decision(other, "approve"))).status_code == 409
    # what was decided in time stays decided
    ok(await select.world.owner.post(decision(who, "approve")))
    await select.wait(before)
    await select.world.post(f"/organiser/events/{select.world.slug}/cancel")
    assert (await select.world.owner.post(decision(other, "approve"))).status_code == 409
    ok(await select.world.owner.post(decision(other, "decline"), json={"reason": "The event is cancelled."}))


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001, "a\x00b"])
async def test_nobody_is_declined_without_a_reason(select: People, reason: str) -> None:
    who = await asking(select)
    answer = await select.world.owner.post(decision(who, "decline"), json={"reason": reason})
    assert answer.status_code in {400, 422}
    assert ok(await who.client.get(who.path))["state"] == "requested"


async def test_what_is_no_request_cannot_be_decided(world: World, database: Database, clock: MovableClock, visit: Visit) -> None:
    who = await People(world, database, clock, visit).attendee()
    answers = [
        await world.owner.post(decision(who, "approve")),
        await world.owner.post(decision(who, "decline"), json={"reason": "No."}),
    ]
    assert [a.status_code for a in answers] == [409, 409]


async def test_another_organisations_request_is_not_there(select: People, world: World) -> None:
    who = await asking(select)
    answers = [
        await world.owner.post(decision(who, "approve")),
        await world.owner.post(decision(who, "decline"), json={"reason": "No."}),
    ]
    assert [a.status_code for a in answers] == [404, 404]


async def test_who_waited_for_such_a_ticket_asks_for_it_when_she_takes_the_offer(select: People) -> None:
    first, _ = await asking(select), await asking(select)
    email = f"waits-{uuid4().hex[:8]}@attendees.example"
    client = select.visit()
    body = select.submission(await select.form(), email, join_waitlist=True)
    ok(await client.post(f"/api/v1/events/{select.world.slug}/registrations", json=body))
    waits = ok(await client.post("/api/v1/confirmations", json={"token": await mailed_token(select.database, email)}))
    ok(await select.world.owner.post(decision(first, "decline"), json={"reason": "No."}))
    await tend_places(select.database, "http://events.example", select.clock.now)
    path = f"/api/v1/me/registrations/{waits['registration']}"
    assert ok(await client.post(f"{path}/offer", json={"accept": True})) == {"state": "requested"}
    who = Attendee(client, select.world, select.clock, email, waits["registration"], "")
    assert (await last_mail(select, who))[0] == "requested"
    ok(await select.world.owner.post(decision(who, "approve")))
    assert ok(await client.get(path))["state"] == "confirmed"
