"""A sold-out ticket: who waits stands in one line, what comes free is offered to the first, nobody is passed over or sold twice."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import asyncpg
import httpx
import pytest

from events.database.connections import Database
from events.database.embedded import EmbeddedPostgres
from events.messages.rendering import render
from events.messages.sending import letterhead_of, tend_places
from events.terms import Mail, MailKind
from tests.conftest import SETTINGS, MovableClock, SignIn, Visit
from tests.people import Attendee, People, mailed_token, ok
from tests.world import build_world

BASE: Final = "http://events.example"
OWN_PAGE: Final = {"origin": BASE, "sec-fetch-site": "same-origin"}
MISCOUNTED: Final = """
select s.id from seat_slot s
left join registration r on r.state <> 'cancelled' and (r.event_slot_id = s.id or r.ticket_slot_id = s.id)
where s.event_id = $1 group by s.id having s.taken <> count(r.id) or s.taken > s.capacity
"""


@pytest.fixture
async def small(database: Database, clock: MovableClock, sign_in: SignIn, unique: Callable[[str], str], visit: Visit) -> People:
    """An event with two places for its one ticket."""
    return People(await build_world(database, clock, sign_in, unique, ticket_capacity=2), database, clock, visit)


@pytest.fixture
async def sql(postgres: EmbeddedPostgres) -> AsyncIterator[asyncpg.Connection[Any]]:
    connection = await asyncpg.connect(postgres.dsn("postgres"))
    yield connection
    await connection.close()


def path(people: People) -> str:
    return f"/api/v1/events/{people.world.slug}/registrations"


async def submit(people: People, email: str, **changes: Any) -> httpx.Response:
    return await people.visit().post(path(people), json=people.submission(await people.form(), email, **changes))


async def waiter(people: People, email: str | None = None, **changes: Any) -> Attendee:
    """Somebody who confirmed that she waits."""
    email = email or f"waits-{uuid4().hex[:8]}@attendees.example"
    ok(await submit(people, email, join_waitlist=True, **changes))
    people.clock.forward(seconds=1)
    client = people.visit()
    done = ok(await client.post("/api/v1/confirmations", json={"token": await mailed_token(people.database, email)}))
    assert done["state"] == "waitlisted"
    people.clock.forward(seconds=1)
    return Attendee(client, people.world, people.clock, email, done["registration"], "")


async def tend(people: People) -> None:
    await tend_places(people.database, BASE, people.clock.now)


async def mine(who: Attendee) -> Any:
    return ok(await who.client.get(who.path))


async def stands(*people: Attendee) -> list[Any]:
    """Where each stands: her position, 'offered', or the state of her registration."""
    found = [await mine(who) for who in people]
    return [
        ("offered" if m["waiting"]["offered_until"] else m["waiting"]["position"]) if m["waiting"] else m["state"] for m in found
    ]


async def left(people: People) -> int:
    [ticket] = ok(await people.visit().get(f"/api/v1/events/{people.world.slug}"))["tickets"]
    seats: int = ticket["seats_left"]
    return seats


async def last_mail(people: People, email: str) -> Any:
    [row] = await people.database.call("select kind, language, facts from messages.mailbox($1, 1)", email)
    return row


async def press(people: People, token: str, answer: str) -> httpx.Response:
    return await people.visit().post("/en/offer", data={"token": token, "answer": answer}, headers=OWN_PAGE)


async def test_who_wants_to_wait_is_kept_and_who_does_not_say_so_is_not(small: People) -> None:
    for _ in range(2):
        await small.attendee()
    assert (await submit(small, "no@attendees.example")).json()["code"] == "sold_out"
    kept = await submit(small, "yes@attendees.example", join_waitlist=True)
    assert (kept.status_code, set(kept.json())) == (202, {"receipt", "state"})
    assert [
        len(await small.database.call("select 1 from messages.mailbox($1, 1)", f"{w}@attendees.example")) for w in ("no", "yes")
    ] == [0, 1]
    page = await small.visit().get("/en/confirm", params={"token": await mailed_token(small.database, "yes@attendees.example")})
    assert "There is no place left now" in page.text


async def test_the_line_is_in_the_order_of_confirming_and_everybody_sees_her_position(small: People) -> None:
    for _ in range(2):
        await small.attendee()
    first, second = await waiter(small), await waiter(small)
    assert await stands(first, second) == [1, 2]
    mail = await last_mail(small, second.email)
    assert (mail["kind"], mail["facts"]["position"]) == ("waitlisted", 2)
    said = render(Mail(MailKind.WAITLISTED, "en", mail["facts"]), letterhead_of(SETTINGS))
    assert "in position 2" in said.text
    ok(await first.client.delete(first.path))
    assert await stands(first, second) == ["cancelled", 1]


async def test_who_waits_has_no_badge_and_nothing_of_hers_is_released(small: People) -> None:
    s1 = str(small.world.parties["S1"])
    for _ in range(2):
        await small.attendee()
    who = await waiter(small, consents=[{"purpose": "sponsor_sharing", "recipient": s1}, {"purpose": "badge_scan"}])
    assert (await mine(who))["badge"] is None
    assert (await who.client.get(f"{who.path}/badge.svg")).status_code == 409
    assert ok(await small.pull("S1"))["items"] == []


async def test_a_freed_place_goes_to_the_first_in_line_and_to_nobody_who_comes_later(small: People) -> None:
    s1 = str(small.world.parties["S1"])
    leaving, _ = await small.attendee(), await small.attendee()
    first = await waiter(small, consents=[{"purpose": "sponsor_sharing", "recipient": s1}])
    second = await waiter(small)
    ok(await leaving.client.delete(leaving.path))
    assert (await submit(small, "late@attendees.example")).json()["code"] == "sold_out"
    assert await left(small) == 0
    await tend(small)
    assert await stands(first, second) == ["offered", 1]
    assert (await mine(first))["waiting"] == {
        "position": None,
        "offered_until": (small.clock.now + timedelta(hours=24)).isoformat().replace("+00:00", "Z"),
    }
    token = await mailed_token(small.database, first.email)
    for _ in range(3):
        page = await small.visit().get("/en/offer", params={"token": token})
        assert (page.status_code, "Test event" in page.text, "Take the place" in page.text) == (200, True, True)
    assert ok(await small.visit().post("/api/v1/links/look", json={"token": token})) == {"usable": True, "purpose": "offer"}
    assert ok(await small.pull("S1"))["items"] == []
    pressed = await press(small, token, "accept")
    assert (pressed.status_code, pressed.headers["location"]) == (303, f"/en/me/{first.registration}")
    assert await stands(first, second) == ["confirmed", 1]
    assert re.fullmatch(r"[0-9A-Z]{20}", (await mine(first))["badge"])
    assert [i["email"] for i in ok(await small.pull("S1"))["items"]] == [first.email]
    for answer in ("accept", "decline"):
        assert (await press(small, token, answer)).status_code == 410
    assert (await small.visit().get("/en/offer", params={"token": token})).status_code == 410


async def test_what_is_left_or_not_answered_in_time_goes_to_the_next(small: People) -> None:
    leaving, _ = await small.attendee(), await small.attendee()
    first, second, third = await waiter(small), await waiter(small), await waiter(small)
    ok(await leaving.client.delete(leaving.path))
    await tend(small)
    assert (await press(small, await mailed_token(small.database, first.email), "decline")).status_code == 303
    await tend(small)
    assert await stands(first, second, third) == ["cancelled", "offered", 1]
    late = await mailed_token(small.database, second.email)
    small.clock.forward(hours=24)
    assert (await press(small, late, "accept")).status_code == 410
    assert (await second.client.post(f"{second.path}/offer", json={"accept": True})).status_code == 409
    await tend(small)
    assert await stands(first, second, third) == ["cancelled", "cancelled", "offered"]
    assert ok(await third.client.post(f"{third.path}/offer", json={"accept": True})) == {"state": "confirmed"}
    assert (await third.client.post(f"{third.path}/offer", json={"accept": False})).status_code == 409


async def test_an_offer_ends_with_the_sale_and_with_the_beginning_of_the_event(small: People) -> None:
    leaving, also = await small.attendee(), await small.attendee()
    first, second = await waiter(small), await waiter(small)
    small.world.owner = await small.world.sign_in(small.world.owner_email)
    closes = small.clock.now + timedelta(hours=5)
    ticket = f"/organiser/events/{small.world.slug}/ticket-types/{small.world.tickets['standard']}"
    await small.world.patch(ticket, {"sales_close_at": closes.isoformat()})
    ok(await leaving.client.delete(leaving.path))
    await tend(small)
    assert datetime.fromisoformat((await mine(first))["waiting"]["offered_until"]) == closes
    await small.world.patch(ticket, {"sales_close_at": None})
    starts = small.clock.now + timedelta(hours=3)
    await small.world.patch(f"/organiser/events/{small.world.slug}", {"starts_at": starts.isoformat()})
    ok(await also.client.delete(also.path))
    await tend(small)
    assert datetime.fromisoformat((await mine(second))["waiting"]["offered_until"]) == starts


async def test_several_places_are_offered_to_several_and_added_ones_too(small: People) -> None:
    leaving, _ = await small.attendee(), await small.attendee()
    waiting = [await waiter(small) for _ in range(4)]
    ok(await leaving.client.delete(leaving.path))
    await small.world.patch(
        f"/organiser/events/{small.world.slug}/ticket-types/{small.world.tickets['standard']}", {"capacity": 4}
    )
    await tend(small)
    assert await stands(*waiting) == ["offered", "offered", "offered", 1]


async def test_who_waits_for_another_ticket_keeps_nobody_from_this_one(
    database: Database, clock: MovableClock, sign_in: SignIn, unique: Callable[[str], str], visit: Visit
) -> None:
    """But the event's own last places belong to all who wait for nothing else."""
    world = await build_world(database, clock, sign_in, unique, capacity=3, ticket_capacity=1, tickets=("one", "two"))
    people = People(world, database, clock, visit)
    one, two = str(world.tickets["one"]), str(world.tickets["two"])
    await people.attendee(ticket=one)
    waiting = await waiter(people, ticket=one)
    leaving = await people.attendee(ticket=two)
    await world.patch(f"/organiser/events/{world.slug}", {"capacity": 2})
    await world.patch(f"/organiser/events/{world.slug}/ticket-types/{one}", {"capacity": 2})
    ok(await leaving.client.delete(leaving.path))
    # the event has one place left, and it is hers
    assert (await submit(people, "other@attendees.example", ticket=two)).json()["code"] == "sold_out"
    await tend(people)
    assert await stands(waiting) == ["offered"]


async def test_who_can_be_offered_nothing_any_more_keeps_nobody_out(small: People) -> None:
    """The event has begun, so nothing is offered to those who waited: a free seat is there for whoever comes."""
    leaving, _ = await small.attendee(), await small.attendee()
    waiting = await waiter(small)
    ok(await leaving.client.delete(leaving.path))
    assert (await submit(small, "before@attendees.example")).json()["code"] == "sold_out"
    starts = small.clock.now + timedelta(minutes=5)
    await small.world.patch(f"/organiser/events/{small.world.slug}", {"starts_at": starts.isoformat()})
    small.clock.now = starts
    await tend(small)
    assert (await stands(waiting), await left(small)) == ([1], 1)
    assert (await submit(small, "after@attendees.example")).status_code == 202
    assert await left(small) == 0


async def test_who_waits_for_a_ticket_whose_sale_is_over_keeps_nobody_from_another(
    database: Database, clock: MovableClock, sign_in: SignIn, unique: Callable[[str], str], visit: Visit
) -> None:
    world = await build_world(database, clock, sign_in, unique, capacity=2, ticket_capacity=2, tickets=("one", "two"))
    people = People(world, database, clock, visit)
    one, two = str(world.tickets["one"]), str(world.tickets["two"])
    leaving, _ = await people.attendee(ticket=two), await people.attendee(ticket=two)
    await waiter(people, ticket=one)
    ok(await leaving.client.delete(leaving.path))
    assert (await submit(people, "before@attendees.example", ticket=two)).json()["code"] == "sold_out"
    closes = people.clock.now + timedelta(minutes=5)
    await world.patch(f"/organiser/events/{world.slug}/ticket-types/{one}", {"sales_close_at": closes.isoformat()})
    people.clock.now = closes
    await tend(people)
    assert (await submit(people, "after@attendees.example", ticket=two)).status_code == 202


async def test_a_known_address_that_would_wait_gets_the_same_answer(small: People) -> None:
    who, _ = await small.attendee(), await small.attendee()
    waits = await waiter(small)
    answers = [await submit(small, email, join_waitlist=True) for email in (who.email, waits.email, "new@attendees.example")]
    assert {(a.status_code, a.json()["state"], *a.json()) for a in answers} == {(202, "confirm_by_email", "receipt", "state")}
    kinds = [(await last_mail(small, email))["kind"] for email in (who.email, waits.email, "new@attendees.example")]
    assert kinds == ["already_registered", "already_registered", "confirm"]


async def test_what_she_withdrew_before_stays_withdrawn_when_she_comes_back_through_the_line(small: People) -> None:
    s1 = small.world.parties["S1"]
    who, leaving = await small.attendee(badge_scan=True), await small.attendee()
    phone = await small.phone("S1")
    await who.withdraw("sponsor_sharing", s1)
    ok(await who.client.delete(who.path))
    await small.attendee()
    again = await waiter(small, who.email, consents=[{"purpose": "badge_scan"}])
    ok(await leaving.client.delete(leaving.path))
    await tend(small)
    ok(await again.client.post(f"{again.path}/offer", json={"accept": True}))
    badge = (await mine(again))["badge"]
    assert (await phone.scan(badge))["verdict"] == "saved_not_shared"


async def test_whom_the_organiser_invited_need_not_wait(small: People, sql: asyncpg.Connection[Any]) -> None:
    """The place that an import brought her becomes her own; her words take the list's place."""
    email = f"{uuid4().hex[:8]}@guests.example"
    row = {"name": "Guest", "email": email, "ticket": str(small.world.tickets["standard"])}
    await small.world.post(
        f"/organiser/events/{small.world.slug}/registrations/import", {"rows": [row], "notified_at": small.clock.now.isoformat()}
    )
    await small.attendee()
    ok(await submit(small, email, join_waitlist=True))
    client = small.visit()
    done = ok(await client.post("/api/v1/confirmations", json={"token": await mailed_token(small.database, email)}))
    assert done["state"] == "confirmed"
    assert await left(small) == 0
    assert await sql.fetch(MISCOUNTED, small.world.event) == []


async def _line(people: People, length: int) -> list[Attendee]:
    leaving = [await people.attendee() for _ in range(2)]
    line = [await waiter(people) for _ in range(length)]
    for who in leaving:
        ok(await who.client.delete(who.path))
    return line


async def _race(people: People, workers: int) -> None:
    now = people.clock.now
    await asyncio.gather(*(tend_places(people.database, BASE, now) for _ in range(workers)))


async def test_eight_workers_at_once_offer_each_place_once_and_to_the_first(small: People, sql: asyncpg.Connection[Any]) -> None:
    line = await _line(small, 4)
    await _race(small, 8)
    assert await stands(*line) == ["offered", "offered", 1, 2]
    assert await sql.fetch(MISCOUNTED, small.world.event) == []
    assert [(await last_mail(small, who.email))["kind"] for who in line] == ["waitlist_offer"] * 2 + ["waitlisted"] * 2


NAIVE: Final = """
create or replace function registration.offer_place(p_base_url text, p_now timestamptz) returns uuid volatile language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    first uuid;
    slot bigint;
begin
    select id into first from registration where state = 'waitlisted' and waits and event_id = '{event}'
    order by waitlisted_at limit 1;
    if first is null then return null; end if;
    perform pg_sleep(0.05);
    slot := registration.take_seat('{event}', (select ticket_type_id from registration where id = first));
    if slot is null then return null; end if;
    update registration set waits = false, offered_until = p_now + interval '1 day', ticket_slot_id = slot where id = first;
    return first;
end $$
"""


async def test_control_workers_that_take_no_turns_lose_places(small: People, sql: asyncpg.Connection[Any]) -> None:
    await _line(small, 4)
    original = await sql.fetchval("select pg_get_functiondef('registration.offer_place(text, timestamptz)'::regprocedure)")
    try:
        await sql.execute(NAIVE.replace("{event}", str(small.world.event)))
        await _race(small, 8)
        assert await sql.fetch(MISCOUNTED, small.world.event) != []
    finally:
        await sql.execute(original)
