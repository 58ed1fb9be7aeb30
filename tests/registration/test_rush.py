"""A crowd for few places: through two applications at once, none is sold twice and none is lost."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import asyncpg
import httpx
import pytest

from events.app import create_app
from events.database.connections import Database, open_database
from events.database.embedded import EmbeddedPostgres
from events.messages.sending import tend_places
from tests.conftest import SETTINGS, MovableClock, SignIn, Visit
from tests.people import Attendee, People, ok
from tests.world import World, build_world

CROWD: Final = 400
SEATS: Final = 50

# the slots of this event whose count is not the number of places that stand on them
MISCOUNTED: Final = """
select s.id, s.taken, s.capacity, count(r.id) as standing
from seat_slot s
left join registration r on r.state <> 'cancelled' and (r.event_slot_id = s.id or r.ticket_slot_id = s.id)
where s.event_id = $1 group by s.id having s.taken <> count(r.id) or s.taken > s.capacity
"""
STANDING: Final = "select count(*) from registration where event_id = $1 and state <> 'cancelled'"


@dataclass
class Rush:
    """An event, the crowd in front of its two API processes, and the superuser who counts."""

    people: People
    doors: list[httpx.AsyncClient]
    sql: asyncpg.Connection[Any]

    @property
    def world(self) -> World:
        return self.people.world

    async def ask(self, count: int, meanwhile: list[Coroutine[Any, Any, Any]], **changes: Any) -> list[int]:
        """So many forms at once, over both processes and all tickets, with something else in between; returns the statuses."""
        form = await self.people.form()
        tickets = [ticket["id"] for ticket in form["content"]["tickets"]]
        submissions = [
            self.doors[n % 2].post(
                f"/api/v1/events/{self.world.slug}/registrations",
                json=self.people.submission(form, f"rush-{uuid4()}@attendees.example")
                | {"ticket": tickets[n % len(tickets)]}
                | changes,
            )
            for n in range(count)
        ]
        together: list[Coroutine[Any, Any, Any]] = [*submissions, *meanwhile]
        random.shuffle(together)
        answers = await asyncio.gather(*together)
        return sorted(
            a.status_code for a in answers if isinstance(a, httpx.Response) and a.request.url.path.endswith("registrations")
        )

    async def standing(self) -> int:
        found: int = await self.sql.fetchval(STANDING, self.world.event)
        return found

    async def miscounted(self) -> list[asyncpg.Record]:
        return await self.sql.fetch(MISCOUNTED, self.world.event)


MakeRush = Callable[..., Coroutine[Any, Any, Rush]]


@pytest.fixture
async def make_rush(
    postgres: EmbeddedPostgres,
    database: Database,
    clock: MovableClock,
    sign_in: SignIn,
    unique: Callable[[str], str],
    visit: Visit,
) -> AsyncIterator[MakeRush]:
    async with AsyncExitStack() as stack:
        doors = []
        for n in range(2):
            # a wait that no test reaches: whoever is turned away is turned away for want of seats, not of connections
            pools = await open_database(postgres.dsn("events_app"), postgres.dsn("events_release"), size=16, wait=60)
            stack.push_async_callback(pools.close)
            app = create_app(SETTINGS, pools, clock=clock)
            transport = httpx.ASGITransport(app=app, client=(f"10.9.{random.randrange(256)}.{n}", 40000))  # type: ignore[arg-type]
            doors.append(
                await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://events.example"))
            )
        sql = await asyncpg.connect(postgres.dsn("postgres"))
        stack.push_async_callback(sql.close)

        async def make(**plan: Any) -> Rush:
            await sql.execute("delete from rate_limit")  # each round is a new day for the two addresses
            world = await build_world(database, clock, sign_in, unique, **plan)
            return Rush(People(world, database, clock, visit), doors, sql)

        yield make


PLANS: Final[list[dict[str, Any]]] = [
    {"capacity": SEATS, "ticket_capacity": SEATS},
    {"capacity": SEATS},
    {"ticket_capacity": SEATS},
    # two tickets, each with seats left when the event has none
    {"capacity": SEATS, "ticket_capacity": 40, "tickets": ("standard", "student")},
]


async def test_four_hundred_who_want_fifty_places_get_fifty(make_rush: MakeRush, long: bool) -> None:
    for n in range(20 if long else 6):
        rush = await make_rush(**PLANS[n % len(PLANS)])
        statuses = await rush.ask(CROWD, [])
        assert (statuses.count(202), statuses.count(409)) == (SEATS, CROWD - SEATS), PLANS[n % len(PLANS)]
        assert (await rush.standing(), await rush.miscounted()) == (SEATS, [])


async def test_places_that_come_back_and_seats_that_are_added_in_the_rush_are_sold_once(make_rush: MakeRush, long: bool) -> None:
    for _ in range(10 if long else 1):
        rush = await make_rush(capacity=SEATS, ticket_capacity=SEATS + 10)
        leaving = [await rush.people.attendee() for _ in range(12)]
        await rush.ask(20, [])
        lapse_at = rush.people.clock.forward(hours=49)
        owner = await rush.world.sign_in(rush.world.owner_email)
        meanwhile = [*map(_leave, leaving), _lapse(rush, lapse_at), _widen(rush, owner), *map(_leave, leaving[:3])]
        statuses = await rush.ask(CROWD // 4, meanwhile)
        assert set(statuses) <= {202, 409}
        assert await rush.miscounted() == []
        # and no place was lost on the way: whoever comes after gets what is left, to the last one
        await rush.ask(CROWD // 4, [])
        assert (await rush.standing(), await rush.miscounted()) == (SEATS + 10, [])


async def _leave(who: Attendee) -> None:
    (await who.client.delete(who.path)).raise_for_status()


async def _lapse(rush: Rush, now: Any) -> None:
    for _ in range(3):
        await rush.people.database.call("select registration.expire_pending($1)", now)


async def _widen(rush: Rush, owner: httpx.AsyncClient) -> None:
    ok(await owner.patch(f"/api/v1/organiser/events/{rush.world.slug}", json={"capacity": SEATS + 10}))


LINKS: Final = """
select r.id, r.state, o.facts->>'link' as link from registration r
join outbox o on o.dedupe_key = case r.state when 'pending' then 'confirm:' else 'offer:' end || r.id and o.facts is not null
where r.event_id = $1 and (r.state = 'pending' or (r.state = 'waitlisted' and not r.waits))
"""
BY_STATE: Final = """
select case when state = 'waitlisted' and not waits then 'offered' else state end as stands, count(*)
from registration where event_id = $1 group by 1
"""


async def _confirm_all(rush: Rush) -> None:
    links = await rush.sql.fetch(LINKS, rush.world.event)
    tokens = [row["link"].rpartition("token=")[2] for row in links if row["state"] == "pending"]
    answers = await asyncio.gather(
        *(rush.doors[n % 2].post("/api/v1/confirmations", json={"token": token}) for n, token in enumerate(tokens))
    )
    assert {answer.status_code for answer in answers} <= {201}


async def _answer_some(rush: Rush) -> None:
    """Some take the place that they are offered, some leave it, some say nothing."""
    form = {"origin": "http://events.example"}
    for row in await rush.sql.fetch(LINKS, rush.world.event):
        answer = random.choice(["accept", "accept", "decline", None])
        if row["state"] == "waitlisted" and answer is not None:
            sent = {"token": row["link"].rpartition("token=")[2], "answer": answer}
            answered = await random.choice(rush.doors).post("/th/offer", data=sent, headers=form)
            assert answered.status_code in {303, 410}


async def _cancel_some(rush: Rush, count: int) -> None:
    """As the organiser: whoever it is, holding a place or standing in line."""
    owner = await rush.world.sign_in(rush.world.owner_email)
    live = await rush.sql.fetch("select id from registration where event_id = $1 and state <> 'cancelled'", rush.world.event)
    for row in random.sample(live, min(count, len(live))):
        (await owner.post(f"/api/v1/organiser/registrations/{row['id']}/cancel")).raise_for_status()


async def _tend(rush: Rush) -> None:
    await tend_places(rush.people.database, "http://events.example", rush.people.clock.now)


async def test_a_crowd_that_waits_gets_every_place_that_comes_free(make_rush: MakeRush, long: bool) -> None:
    for n in range(len(PLANS) if long else 1):
        rush = await make_rush(**PLANS[n % len(PLANS)])
        statuses = await rush.ask(CROWD, [], join_waitlist=True)
        assert statuses == [202] * CROWD
        assert await rush.miscounted() == []
        await _confirm_all(rush)
        states = dict(await rush.sql.fetch(BY_STATE, rush.world.event))
        assert states == {"confirmed": SEATS, "waitlisted": CROWD - SEATS}
        for _ in range(6):
            await asyncio.gather(_cancel_some(rush, 20), _answer_some(rush), *(_tend(rush) for _ in range(4)), rush.ask(5, []))
            rush.people.clock.forward(hours=5)
        rush.people.clock.forward(hours=1)
        await _tend(rush)
        states = dict(await rush.sql.fetch(BY_STATE, rush.world.event))
        # somebody waits still, so every place is held: by who took one, or by who is offered one
        assert states["waitlisted"] > 0
        assert states["confirmed"] + states["offered"] == SEATS
        assert await rush.miscounted() == []


NAIVE: Final = """
create or replace function registration.take_seat(p_event uuid, p_ticket uuid) returns bigint volatile language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if (select count(*) from registration where event_id = p_event and state <> 'cancelled') >= 50 then return null; end if;
    perform pg_sleep(0.02);
    return 0;
end $$
"""


async def test_without_the_seat_locks_the_same_rush_oversells(make_rush: MakeRush) -> None:
    """The positive control: a look before the leap, as a naive system does it, sells more places than there are."""
    rush = await make_rush(capacity=SEATS)
    original = await rush.sql.fetchval("select pg_get_functiondef('registration.take_seat(uuid, uuid)'::regprocedure)")
    try:
        await rush.sql.execute(NAIVE)
        sold = 0
        for _ in range(5):  # a naive system is lucky at times
            sold = (await rush.ask(CROWD, [])).count(202)
            if sold > SEATS:
                break
            rush = await make_rush(capacity=SEATS)
        assert sold > SEATS
    finally:
        await rush.sql.execute(original)
