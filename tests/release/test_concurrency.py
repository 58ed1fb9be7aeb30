"""F4: a release and a withdrawal at the same time are one after the other: withheld, or released and recalled."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import asyncpg
import pytest

from events.access.tokens import digest
from events.consent.actions import lock_against_releases, take_back
from events.consent.rules import taking_back
from events.database.connections import Database, Scope
from events.database.embedded import EmbeddedPostgres
from events.release.seals import Sealer
from events.release.verify import verify
from events.settings import Settings
from events.terms import Purpose
from tests.conftest import SETTINGS, MovableClock, Visit
from tests.meanwhile import elsewhere, until_it_waits
from tests.people import ALL_SEVEN, People, add_sponsor, ok
from tests.world import World

pytestmark = pytest.mark.requirement("F4", "S6-sponsor-13", "S6-sponsor-14")

TAKE = "select * from release.take_leads('session', $1, null, $2, 'follow_up', $3, 'api', null, null, null, null, $4)"


@pytest.fixture
def people(world: World, database: Database, clock: MovableClock, visit: Visit) -> People:
    return People(world, database, clock, visit)


@pytest.fixture(autouse=True)
async def signed_in(world: World) -> None:
    await world.admin("S1")


@pytest.fixture
async def admin(postgres: EmbeddedPostgres) -> AsyncIterator[Any]:
    """Sees who waits for what."""
    sql = await asyncpg.connect(postgres.dsn("postgres"))
    yield sql
    await sql.close()


async def take(connection: Any, people: People) -> Sequence[Any]:
    """The door itself, as a request calls it, on a connection whose commit the test holds back."""
    admin = await people.world.admin("S1")
    key = digest(admin.cookies["session"]).hex()
    rows: Sequence[Any] = await connection.fetch(TAKE, key, people.world.slug, ALL_SEVEN, people.clock.now)
    return rows


async def recalls(people: People) -> list[Any]:
    items: list[Any] = ok(await (await people.world.admin("S1")).get("/api/v1/recalls"))["items"]
    return items


async def test_a_withdrawal_waits_for_a_release_that_is_under_way_and_recalls_it(
    people: People, database: Database, admin: Any
) -> None:
    who = await people.attendee(shares_with=["S1"])
    async with database.door() as connection:
        assert [row["email"] for row in await take(connection, people) if row["lead"]] == [who.email]
        withdrawal = elsewhere(who.withdraw("sponsor_sharing", people.world.parties["S1"]))
        await until_it_waits(admin, withdrawal)
        assert not withdrawal.done()
    await withdrawal
    assert len(await recalls(people)) == 1


async def test_a_release_waits_for_a_withdrawal_that_is_under_way_and_leaves_her_out(
    people: People, database: Database, admin: Any
) -> None:
    who = await people.attendee(shares_with=["S1"])
    people.clock.forward(seconds=1)
    back = taking_back(Purpose.SPONSOR_SHARING, people.world.parties["S1"], "staff", None, "staff")
    async with database.transaction(Scope(organisation=people.world.organisation)) as connection:
        await take_back(connection, people.world.event, who.registration, [back], people.clock.now)
        pull = elsewhere(people.pull("S1"))
        await until_it_waits(admin, pull)
        assert not pull.done()
    assert ok(await pull)["items"] == []
    assert await recalls(people) == []


async def test_a_sponsor_who_joins_while_she_withdraws_from_all_waits_as_well(
    people: People, database: Database, admin: Any
) -> None:
    who = await people.attendee(badge_scan=True)
    async with database.transaction(Scope(organisation=people.world.organisation)) as connection:
        await lock_against_releases(connection, [people.world.event], people.clock.now)

        async def joins_and_scans() -> Any:
            await add_sponsor(people.world, "S3")
            return await (await people.phone("S3")).scan(who.badge)

        scan = elsewhere(joins_and_scans())
        await until_it_waits(admin, scan)
        assert not scan.done()
    assert (await scan)["verdict"] == "lead"


@pytest.fixture
async def without_the_lock(postgres: EmbeddedPostgres, database: Database) -> AsyncIterator[None]:
    admin = await asyncpg.connect(postgres.dsn("postgres"))
    original = await admin.fetchval(
        "select pg_get_functiondef('release.lock_against_releases(uuid[],uuid[],timestamptz)'::regprocedure)"
    )
    await admin.execute(
        "create or replace function release.lock_against_releases(p_events uuid[], p_parties uuid[], p_now timestamptz)"
        " returns timestamptz language sql as 'select p_now'"
    )
    yield
    await admin.execute(original)
    await admin.close()


@pytest.mark.usefixtures("without_the_lock")
async def test_without_the_lock_a_row_leaves_and_nobody_is_told(people: People, database: Database) -> None:
    """The positive control: the very anomaly that the lock prevents."""
    who = await people.attendee(shares_with=["S1"])
    async with database.door() as connection:
        assert [row["email"] for row in await take(connection, people) if row["lead"]] == [who.email]
        await elsewhere(who.withdraw("sponsor_sharing", people.world.parties["S1"]))
    assert await recalls(people) == []
    assert len(await who.disclosures()) == 1


async def test_thirty_races_end_in_one_of_the_two_right_ways(people: People, postgres: EmbeddedPostgres, tmp_path: Any) -> None:
    for n in range(30):
        who = await people.attendee(shares_with=["S1"])
        before = len(await recalls(people))
        pull, withdrawal = people.pull("S1"), who.withdraw("sponsor_sharing", people.world.parties["S1"])
        # stamped in both orders: whichever is earlier by the clock may be later at the lock
        both = [pull, withdrawal] if n % 2 else [withdrawal, pull]
        done = await asyncio.gather(*both)
        answer = done[both.index(pull)]
        released = who.email in [item.get("email") for item in ok(answer)["items"]]
        told = len(await recalls(people)) - before
        assert told == (1 if released else 0)


async def test_after_a_busy_day_every_released_line_still_proves_that_it_was_allowed(
    people: People, postgres: EmbeddedPostgres, tmp_path: Any
) -> None:
    """Replay: `events verify` over everything that this run's tests have written so far."""
    who = await people.attendee(shares_with=["S1", "S2"], badge_scan=True)
    await (await people.phone("S1")).scan(who.badge)
    for party in ("S1", "S2"):
        ok(await people.pull(party))
    await who.withdraw_everything()
    ok(await people.pull("S1"))
    checks = await verify(postgres.dsn("postgres"), Sealer(Settings(secret=SETTINGS.secret, var=tmp_path)))
    assert [c.failures for c in checks if not c.says.startswith(("every seal", "every checkpoint"))] == [()] * 8
