"""F4: whatever a sponsor takes while somebody takes it back, she is left out, or she was in and a recall tells the sponsor."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import asyncpg
import httpx
import pytest

from events.database.connections import Database
from events.database.embedded import EmbeddedPostgres
from tests.conftest import MovableClock, SignIn, Visit
from tests.people import Attendee, People, Phone, ok
from tests.world import build_world

pytestmark = pytest.mark.requirement("F1", "F2", "F4", "S6-sponsor-13", "S6-sponsor-14")

# who has a line of a field that she would not be released with now, and no recall of that field since
NOT_TOLD: Final = """
select distinct d.registration_id, r.party_id, f as field
from disclosure d
join release r on r.id = d.release_id
cross join lateral unnest(d.fields) f
where r.event_id = $1 and d.basis <> 'contract'
  and not exists (
    select from release.decide(r.event_id, r.party_id, r.declared_use, release.card_fields(), $2) now
    where now.registration_id = d.registration_id and f = any (now.fields))
  and not exists (
    select from recall c where c.registration_id = d.registration_id and c.party_id = r.party_id and f = any (c.fields) and c.id > r.id)
"""
LINES: Final = "select count(*) from disclosure where registration_id = $1"
RECALLS: Final = "select count(*) from recall where registration_id = $1"


@dataclass
class Fair:
    """One sponsor with a phone and somebody who gave it everything, on both grounds."""

    people: People
    sql: asyncpg.Connection[Any]
    sponsor: httpx.AsyncClient
    phone: Phone
    staff: httpx.AsyncClient
    who: Attendee

    @property
    def asked(self) -> dict[str, str]:
        return {"event": self.people.world.slug, "use": "follow_up", "accept_terms": "true"}

    async def lines(self) -> int:
        found: int = await self.sql.fetchval(LINES, self.who.registration)
        return found

    async def recalls(self) -> int:
        found: int = await self.sql.fetchval(RECALLS, self.who.registration)
        return found

    async def not_told(self) -> list[asyncpg.Record]:
        return await self.sql.fetch(NOT_TOLD, self.people.world.event, self.people.clock.now)


@pytest.fixture
async def stage(
    database: Database,
    postgres: EmbeddedPostgres,
    clock: MovableClock,
    sign_in: SignIn,
    unique: Callable[[str], str],
    visit: Visit,
) -> AsyncIterator[Callable[[], Coroutine[Any, Any, Fair]]]:
    world = await build_world(database, clock, sign_in, unique)
    people = People(world, database, clock, visit)
    sponsor, phone, staff = await world.admin("S1"), await people.phone("S1"), await world.staff("dpo")
    sql = await asyncpg.connect(postgres.dsn("postgres"))

    async def make() -> Fair:
        """Somebody new, whom the sponsor has not taken yet; the clock stands for the length of the race."""
        who = await people.attendee(shares_with=["S1"], badge_scan=True)
        await phone.refresh()
        return Fair(people, sql, sponsor, phone, staff, who)

    yield make
    await sql.close()


# ---- what a sponsor does; each returns whether she was in what came back


async def _page(fair: Fair) -> bool:
    items = ok(await fair.sponsor.get("/api/v1/leads", params=fair.asked | {"limit": "200"}))["items"]
    return fair.who.email in {item.get("email") for item in items}


async def _pages(fair: Fair) -> bool:
    """Page after page, two leads each, to the end."""
    seen, cursor = set(), None
    while True:
        params = fair.asked | {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = ok(await fair.sponsor.get("/api/v1/leads", params=params))
        seen |= {item.get("email") for item in page["items"]}
        cursor = page["next"]
        if cursor is None:
            return fair.who.email in seen


async def _csv(fair: Fair) -> bool:
    answer = await fair.sponsor.get("/api/v1/leads.csv", params=fair.asked)
    answer.raise_for_status()
    return fair.who.email in answer.text


async def _link(fair: Fair) -> bool:
    """A link prepared and opened: a file with her in it, or a refusal of the whole file."""
    body = {"event": fair.people.world.slug, "use": "follow_up", "accept_terms": True, "format": "json"}
    link = ok(await fair.sponsor.post("/api/v1/leads/downloads", json=body))
    answer = await fair.sponsor.get(f"/api/v1/downloads/{link['id']}")
    assert answer.status_code in (200, 410)
    return fair.who.email in answer.text


async def _scan(fair: Fair) -> bool:
    item = {"id": str(uuid4()), "code": fair.who.badge, "at": fair.people.clock.now.isoformat(), "kind": "booth"}
    [verdict] = ok(await fair.phone.client.post("/api/v1/scans", json={"scans": [item]}))["items"]
    return bool(verdict["verdict"] == "lead")


TAKING: Final[dict[str, Callable[[Fair], Coroutine[Any, Any, bool]]]] = {
    "a page": _page,
    "page after page": _pages,
    "a file": _csv,
    "a link": _link,
    "a scan": _scan,
}


# ---- what she does, or somebody for her


async def _withdraw_one(fair: Fair) -> None:
    act = {"act": "withdraw", "purpose": "sponsor_sharing", "recipient": str(fair.people.world.parties["S1"])}
    ok(await fair.who.client.put(f"{fair.who.path}/consents", json={"acts": [act]}))


async def _withdraw_all_sponsors(fair: Fair) -> None:
    ok(await fair.who.client.put(f"{fair.who.path}/consents", json={"acts": [{"act": "withdraw", "purpose": "sponsor_sharing"}]}))


async def _withdraw_everything(fair: Fair) -> None:
    ok(await fair.who.client.delete(f"{fair.who.path}/consents"))


async def _opt_out(fair: Fair) -> None:
    ok(await fair.who.client.put("/api/v1/me/blocks/opt_out_third"))


async def _object(fair: Fair) -> None:
    ok(await fair.who.client.put("/api/v1/me/blocks/object_dm_third"))


async def _ask_for_erasure(fair: Fair) -> None:
    ok(await fair.who.client.post("/api/v1/me/requests", json={"kind": "erasure"}))


async def _ask_for_restriction(fair: Fair) -> None:
    ok(await fair.who.client.post("/api/v1/me/requests", json={"kind": "restriction"}))


async def _cancel(fair: Fair) -> None:
    (await fair.who.client.delete(fair.who.path)).raise_for_status()


async def _staff_withdraws(fair: Fair) -> None:
    body = {"act": "withdraw", "purpose": "sponsor_sharing"}
    ok(await fair.staff.post(f"/api/v1/organiser/registrations/{fair.who.registration}/acts", json=body))


async def _switch_all_fields_off(fair: Fair) -> None:
    fields = ["name", "job_title", "company", "address", "country", "phone", "email"]
    ok(await fair.who.client.patch(fair.who.path, json={"withheld_fields": fields}))


TAKING_BACK: Final[dict[str, Callable[[Fair], Coroutine[Any, Any, None]]]] = {
    "withdraws from it": _withdraw_one,
    "withdraws from all": _withdraw_all_sponsors,
    "withdraws everything": _withdraw_everything,
    "opts out": _opt_out,
    "objects": _object,
    "asks for erasure": _ask_for_erasure,
    "asks for restriction": _ask_for_restriction,
    "cancels": _cancel,
    "has staff withdraw": _staff_withdraws,
    "switches every field off": _switch_all_fields_off,
}


async def _race(fair: Fair, taking: str, taking_back: str, delay: float) -> tuple[bool, int, int]:
    """Both at once, the one or the other a little later: was she in it, how many lines it made, how many recalls there are."""
    before = await fair.lines()

    async def later(doing: Coroutine[Any, Any, Any], seconds: float) -> Any:
        await asyncio.sleep(seconds)
        return await doing

    seen, _ = await asyncio.gather(
        later(TAKING[taking](fair), max(0.0, delay)), later(TAKING_BACK[taking_back](fair), max(0.0, -delay))
    )
    return seen, await fair.lines() - before, await fair.recalls()


async def test_whoever_is_released_while_she_takes_it_back_is_recalled(
    stage: Callable[[], Coroutine[Any, Any, Fair]], long: bool
) -> None:
    dice = random.Random(11)
    outcomes: Counter[str] = Counter()
    pairs = [(taking, back) for taking in TAKING for back in TAKING_BACK]
    for n in range(500 if long else 100):
        taking, back = pairs[n % len(pairs)]
        fair = await stage()
        seen, lines, recalls = await _race(fair, taking, back, dice.uniform(-0.03, 0.03))
        outcomes["released" if seen else "withheld"] += 1
        assert (lines > 0) == seen, (taking, back, "what came back is what the book says")
        assert recalls == (1 if seen else 0), (taking, back, "told once, if there is something to tell")
        assert await fair.not_told() == [], (taking, back)
        assert not await _page(fair), (taking, back, "and nothing leaves after it")
    assert min(outcomes["released"], outcomes["withheld"]) >= 5, outcomes


async def test_without_the_lock_some_of_these_races_release_her_and_tell_nobody(
    stage: Callable[[], Coroutine[Any, Any, Fair]], postgres: EmbeddedPostgres
) -> None:
    """The positive control: the same races with the withdrawal's lock taken away."""
    signature = "release.lock_against_releases(uuid[],uuid[],timestamptz)"
    admin = await asyncpg.connect(postgres.dsn("postgres"))
    original = await admin.fetchval("select pg_get_functiondef($1::text::regprocedure)", signature)
    # a door that is slow to commit, as one under load is
    commit_late = "create or replace function release.linger() returns trigger language plpgsql as 'begin perform pg_sleep(0.05); return null; end'"
    try:
        await admin.execute(
            "create or replace function release.lock_against_releases(p_events uuid[], p_parties uuid[], p_now timestamptz)"
            " returns timestamptz language sql as 'select p_now'"
        )
        await admin.execute(
            f"{commit_late}; create trigger linger after insert on release for each statement execute function release.linger()"
        )
        missed = 0
        for n in range(10):
            fair = await stage()
            await _race(fair, "a page", "withdraws from it", -0.02 if n % 2 else -0.04)
            missed += len(await fair.not_told()) > 0
        assert missed > 0
    finally:
        await admin.execute(original)
        await admin.execute("drop trigger if exists linger on release; drop function if exists release.linger()")
        await admin.close()
