"""No good answer without a durable row: whatever breaks between the program and its database, the answer is honest."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import asyncpg
import httpx
import pytest
from litestar.handlers import HTTPRouteHandler
from piccolo.engine.postgres import PostgresEngine

from events.app import create_app
from events.database.embedded import EmbeddedPostgres
from events.errors import Unavailable, Uncertain
from tests.conftest import SETTINGS
from tests.faults import line
from tests.faults.stage import POOL, Stage, close_stage, open_stage
from tests.faults.writes import WRITES, Ask

# they only look: a token is issued from what stands there, a link is described
LOOKS: Final = {
    "POST /api/v1/links/look",
    "POST /api/v1/devices/enrolments/look",
    "POST /api/v1/oauth/token",
    "POST /{language:str}/era",
    # what it is told stands in a cookie
    "POST /{language:str}/sponsor/{party:uuid}/{slug:str}",
}


@pytest.fixture(scope="module")
async def stage(postgres: EmbeddedPostgres) -> AsyncIterator[Stage]:
    made = await open_stage(postgres, "faults")
    yield made
    await close_stage(made)


def writing_routes(*, taking: str | None = None) -> list[str]:
    """Every route that is no GET, as the running application has them; or those whose handler takes an argument."""
    litestar = create_app(SETTINGS, None).litestar  # type: ignore[arg-type]  # its routes are asked for, nothing else
    return [
        f"{method} {route.path}"
        for route in litestar.routes
        for handler in getattr(route, "route_handlers", [])
        if isinstance(handler, HTTPRouteHandler) and (taking is None or taking in handler.parsed_fn_signature.parameters)
        for method in sorted(handler.http_methods - {"GET", "HEAD", "OPTIONS"})
    ]


def test_every_writing_route_is_here() -> None:
    listed = {route.partition(" (at ")[0] for route in WRITES}
    assert set(writing_routes()) - LOOKS == {route for route in listed if not route.startswith("GET ")}


# nothing was stored, and: nobody knows
NOTHING, PERHAPS = {"try_again"}, {"uncertain"}


def honest(answer: httpx.Response, says: set[str]) -> bool:
    """An error of the server, in the form that callers rely on, that says one of these things and when to ask again."""
    if answer.status_code != 503 or "retry-after" not in answer.headers:
        return False
    if answer.headers["content-type"] == "application/problem+json":
        return answer.json()["code"] in says
    sentences = {"try_again": Unavailable, "uncertain": Uncertain}
    return any(escape(sentence) in answer.text for code in says for sentence in (sentences[code].en, sentences[code].th))


@dataclass
class Rehearsed:
    """A request that is ready, and what the same request did when all went well."""

    ask: Ask
    method: str
    calls: list[str]
    rows: dict[str, int]

    async def send(self) -> httpx.Response:
        return await self.ask.send(self.method)


async def rehearsed(stage: Stage, route: str) -> Rehearsed:
    method = route.split(" ", maxsplit=1)[0]
    twin = await WRITES[route](stage)
    before = await stage.everything()
    stage.line.listen()
    answer = await twin.send(method)
    calls = stage.line.rest()
    assert answer.status_code < 400, f"{route}: {answer.status_code} {answer.text}"
    after = await stage.everything()
    assert after != before, f"{route} answers {answer.status_code} and stores nothing"
    return Rehearsed(await WRITES[route](stage), method, calls, grown(before, after))


def known_at(n: int, calls: list[str]) -> set[str]:
    """What the answer may say when call n breaks: only at the one that commits nobody knows, and at a door that comes after."""
    commits = calls.index("commit") + 1 if "commit" in calls else len(calls)
    door = n > commits and "release.prepare_download" in calls[n - 1]
    return NOTHING | PERHAPS if n == commits or door else NOTHING


def method_of(route: str) -> str:
    return route.split(" ", maxsplit=1)[0]


def grown(before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]]) -> dict[str, int]:
    """How many rows more each table has."""
    return {name: after[name][0] - before[name][0] for name in after if after[name][0] > before[name][0]}


@pytest.mark.parametrize("route", WRITES)
async def test_whatever_breaks_the_answer_is_honest(stage: Stage, route: str, long: bool) -> None:
    request = await rehearsed(stage, route)
    before = await stage.everything()

    async def struck(strike: Any, what: str, says: set[str]) -> None:
        stage.line.listen(strike)
        answer = await request.send()
        stage.line.rest()
        assert honest(answer, says), f"{route}, {what}: {answer.status_code} {answer.text[:300]}"

    kinds = list(line.BEFORE)
    for n, call in enumerate(request.calls, 1):
        for kind in kinds if long else [kinds[n % len(kinds)]]:
            await struck(line.at(n, line.BEFORE[kind]), f"{kind} at call {n} ({call})", known_at(n, request.calls))
            assert await stage.everything() == before, f"{route}, {kind} at call {n} ({call}): something was stored"
    if "commit" in request.calls:
        await struck(line.roll_back_instead(), "COMMIT answered with ROLLBACK", NOTHING)
        assert await stage.everything() == before, f"{route}: stored, though it was rolled back"
    assert (await stage.left_open(), stage.free_connections()) == (0, 2 * POOL)

    # it is stored, and the answer is lost on the way: no success, and asked again it is not stored twice
    losing = line.swallow_commit() if "commit" in request.calls else line.swallow_the_last(len(request.calls))
    await struck(losing, "the answer of COMMIT is lost", PERHAPS)
    again = await request.send()
    assert again.status_code < 500, f"{route} again: {again.status_code} {again.text}"
    # an act of hers is written as often as she does it
    once = request.ask.key is not None or again.status_code >= 400 or method_of(route) in ("PATCH", "DELETE")
    once = once or "scans" in route or route.endswith("/devices/enrol")
    if once and not route.endswith("/consents"):
        more = grown(before, await stage.everything())
        # who shows data again books it again (F9)
        assert {name: n for name, n in more.items() if n > request.rows.get(name, 0)}.keys() <= {"release", "disclosure"}, route


@pytest.mark.parametrize(
    "route",
    [
        "POST /api/v1/events/{slug:str}/registrations",
        "PUT /api/v1/me/registrations/{registration:uuid}/consents",
        "POST /api/v1/scans",
        "POST /api/v1/scans (at a door)",
        "GET /api/v1/leads.csv",
        "POST /api/v1/organiser/parties",
        "POST /api/v1/organiser/events/{slug:str}/registrations/import",
        "POST /api/v1/devices/token",
    ],
)
async def test_a_server_process_that_is_killed_at_any_call_is_an_honest_error(stage: Stage, route: str) -> None:
    request = await rehearsed(stage, route)
    for n in range(1, len(request.calls) + 1):
        before = await stage.everything()
        stage.line.listen(line.kill_backend(n, stage.admin))
        answer = await request.send()
        stage.line.rest()
        assert honest(answer, known_at(n, request.calls)), f"{route}, call {n}: {answer.status_code} {answer.text[:300]}"
        assert await stage.everything() == before, f"{route}, call {n}: something was stored"
    assert (await request.send()).status_code < 400


async def test_a_full_pool_is_an_honest_error_in_time_and_is_over_with_the_cause(stage: Stage) -> None:
    asks = {route: await prepare(stage) for route, prepare in WRITES.items()}
    before = await stage.everything()
    async with AsyncExitStack() as held:
        for pool in (stage.database.app, stage.database.release):
            for _ in range(POOL):
                held.push_async_callback(pool.release, await pool.acquire())
        async with asyncio.timeout(5):
            answers = await asyncio.gather(*(ask.send(method_of(route)) for route, ask in asks.items()))
        assert {route for route, answer in zip(asks, answers, strict=True) if not honest(answer, NOTHING)} == set()
        assert await stage.everything() == before
    again = {route: (await ask.send(method_of(route))).status_code for route, ask in asks.items()}
    # the link of a download had its minute
    assert {route: status for route, status in again.items() if status >= 400} == {"GET /api/v1/downloads/{download:uuid}": 410}


async def test_a_reply_that_is_lost_on_the_way_to_the_caller_makes_no_second_row(stage: Stage, long: bool) -> None:
    """What carries an id of its own, or a key, is sent again after a lost reply: stored once, answered alike."""
    keyed = writing_routes(taking="idempotency_key")
    carrying = ["POST /api/v1/scans", "POST /api/v1/scans (at a door)", "POST /api/v1/devices/enrol", *keyed]
    for n in range(300 if long else 40):
        ask = await WRITES[route := carrying[n % len(carrying)]](stage)
        assert (ask.key is not None) == (route in keyed)
        before = await stage.everything()
        lost = await ask.send(method_of(route))  # and nobody reads it
        once = await stage.everything()
        again = await ask.send(method_of(route))
        assert lost.status_code == again.status_code < 300, route
        twice = grown(once, await stage.everything())
        assert (once != before, twice.keys() - {"release", "disclosure"}) == (True, set()), route
        if "scans" in route:
            assert [item["duplicate"] for item in (lost.json()["items"] + again.json()["items"])] == [False, True]


# ---- the control


async def test_piccolos_own_transaction_says_yes_to_a_row_that_is_not_there(postgres: EmbeddedPostgres, stage: Stage) -> None:
    """The positive control: the library's transaction, which the door replaces, reports success and stores nothing."""
    admin = await asyncpg.connect(postgres.dsn("postgres", "faults"))
    await admin.execute("create table if not exists control (id integer primary key); truncate control")
    engine = PostgresEngine(config={"dsn": postgres.dsn("postgres", "faults")})

    async def action() -> str:
        async with engine.transaction():
            inside: Any = engine.current_transaction.get()
            await inside.connection.execute("insert into control values (1)")
            with contextlib.suppress(asyncpg.DivisionByZeroError):  # as code does that only wants to know
                await inside.connection.execute("select 1 / 0")
        return "201 Created"

    assert await action() == "201 Created"
    assert await admin.fetchval("select count(*) from control") == 0
    await admin.execute("drop table control")
    await admin.close()
