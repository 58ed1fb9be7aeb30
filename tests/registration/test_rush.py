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

    async def ask(self, count: int, meanwhile: list[Coroutine[Any, Any, Any]]) -> list[int]:
        """So many forms at once, over both processes and all tickets, with something else in between; returns the statuses."""
        form = await self.people.form()
        tickets = [ticket["id"] for ticket in form["content"]["tickets"]]
        submissions = [
            self.doors[n % 2].post(
                f"/api/v1/events/{self.world.slug}/registrations",
                json=self.people.submission(form, f"rush-{uuid4()}@attendees.example") | {"ticket": tickets[n % len(tickets)]},
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
