"""The figures: what is measured, against what if anything, and the bar that was set for it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import asyncpg
import httpx

from benchmarks import same_sql
from benchmarks.crowd import SPONSOR
from benchmarks.desk import CAPACITY, OpenEvent, Phone, open_events, phones, signed_in
from benchmarks.load import Load, apply, request, visit
from benchmarks.rig import CLIENTS, Rig
from events.demo import story
from events.demo.acting import API
from events.leads.queries import TAKE_LEADS

BATCH: Final = 500
PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` is held against `bar`: not below it where more is better, not above it otherwise."""

    name: str
    value: float
    bar: float
    more_is_better: bool
    detail: dict[str, float] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        return self.value >= self.bar if self.more_is_better else self.value <= self.bar


async def _rounds(rounds: int, **measures: Callable[[], Awaitable[float]]) -> dict[str, float]:
    """The median of each measure, taken in turn, so that what else the machine does falls on all of them."""
    taken: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            taken[name].append(await measure())
    return {name: statistics.median(values) for name, values in taken.items()}


# ---- scans


async def scans(rig: Rig, seconds: float, rounds: int) -> list[Figure]:
    """Booth scans through one API process, singly and 500 at a time, against pgbench calling the same door."""
    helpers = await phones(rig, CLIENTS)
    codes = await _scannable(rig, helpers)
    script = same_sql.SCAN.format(badges=len(codes))

    async def one_by_one() -> float:
        return (await _scan(rig, helpers, codes, 1, seconds)).rate

    async def in_batches() -> float:
        return (await _scan(rig, helpers[:4], codes, BATCH, seconds)).rate * BATCH

    async def by_pgbench() -> float:
        return await rig.pgbench([script], "events_release", seconds)

    taken = await _rounds(rounds, pgbench=by_pgbench, api=one_by_one, batches=in_batches)
    latency = (await _scan(rig, helpers, codes, 1, seconds)).median
    return [
        Figure("scans, one a request", taken["api"] / taken["pgbench"], 0.3, more_is_better=True,
               detail={"API /s": taken["api"], "pgbench /s": taken["pgbench"], "median ms": latency}),
        Figure("scans, 500 a request", taken["batches"] / taken["pgbench"], 3, more_is_better=True,
               detail={"API /s": taken["batches"], "pgbench /s": taken["pgbench"]}),
    ]  # fmt: skip


async def _scannable(rig: Rig, helpers: list[Phone]) -> list[str]:
    """Badges of people who allow scans, where pgbench finds them too: each scan is a lead, the dearest answer."""
    await rig.sql.execute(
        "create schema bench; create table bench.phone (n integer primary key, id uuid);"
        " create table bench.badge (n integer generated always as identity primary key, code text);"
        " grant usage on schema bench to events_release; grant select on bench.phone, bench.badge to events_release"
    )
    await rig.sql.executemany("insert into bench.phone values ($1, $2)", [(n, phone.id) for n, phone in enumerate(helpers)])
    await rig.sql.execute(
        "insert into bench.badge (code) select b.code from badge b join registration r on r.id = b.registration_id"
        " join event e on e.id = r.event_id and e.slug = $1"
        " cross join lateral release.decide(e.id, (select id from party where legal_name = $2), 'follow_up',"
        " release.card_fields(), now()) d where d.registration_id = r.id and d.basis in ('scan', 'both') and d.refusal is null"
        " and b.revoked_at is null limit 5000",
        story.CONFERENCE,
        SPONSOR.name,
    )
    await rig.sql.execute("analyze bench.badge")
    return [row[0] for row in await rig.sql.fetch("select code from bench.badge")]


async def _scan(rig: Rig, helpers: list[Phone], codes: list[str], batch: int, seconds: float) -> Load:
    turn = count()

    def following(phone: Phone) -> Callable[[], bytes]:
        headers = {"authorization": f"Bearer {phone.token}"}

        def item() -> dict[str, str]:
            return {
                "id": str(uuid4()),
                "code": codes[next(turn) % len(codes)],
                "at": datetime.now(UTC).isoformat(),
                "kind": "booth",
            }

        return lambda: request(f"{API}/scans", json.dumps({"scans": [item() for _ in range(batch)]}).encode(), headers)

    load = await apply(rig.port, [following(phone) for phone in helpers], seconds)
    load.require(200)
    return load


# ---- registrations


async def registrations(rig: Rig, seconds: float, rounds: int) -> list[Figure]:
    """Registrations with three consents, over twenty events against pgbench, and on a hot one against a single counter row."""
    events = await open_events(rig)
    hot, counter = await open_events(rig, 2, "hot")
    await rig.sql.execute(
        "with e as (select id from event where slug = $1)"
        " delete from seat_slot s using e where s.event_id = e.id and s.id not in"
        " (select min(x.id) from seat_slot x where x.event_id = e.id group by x.ticket_type_id)",
        counter.slug,
    )
    await rig.sql.execute(
        "update seat_slot set capacity = $2 where event_id = (select id from event where slug = $1)", counter.slug, CAPACITY
    )
    async with rig.database() as database:
        scripts = [await same_sql.registration(database, event) for event in events]

    async def over(chosen: list[OpenEvent]) -> float:
        return (await _register(rig, chosen, seconds)).rate

    taken = await _rounds(
        rounds,
        pgbench=lambda: rig.pgbench(scripts, "events_app", seconds),
        spread=lambda: over(events),
        slots=lambda: over([hot]),
        counter=lambda: over([counter]),
    )
    return [
        Figure("registrations over 20 events", taken["spread"] / taken["pgbench"], 0.4, more_is_better=True,
               detail={"API /s": taken["spread"], "pgbench /s": taken["pgbench"]}),
        Figure("registrations on one hot event", taken["slots"] / taken["counter"], 3, more_is_better=True,
               detail={"slots /s": taken["slots"], "one counter row /s": taken["counter"]}),
    ]  # fmt: skip


async def _register(rig: Rig, events: list[OpenEvent], seconds: float) -> Load:
    turn = count()

    def following() -> bytes:
        event = events[next(turn) % len(events)]
        body = event.submission | {"fields": event.submission["fields"] | {"email": f"a-{uuid4()}@crowd.example"}}
        return request(f"{API}/events/{event.slug}/registrations", json.dumps(body).encode(), {})

    load = await apply(rig.port, [following] * CLIENTS, seconds)
    load.require(202)
    return load


# ---- leads


async def leads(rig: Rig, seconds: float, rounds: int) -> list[Figure]:
    """A page of 50 and a file of everything, from the grown conference."""
    desk = await signed_in(rig, SPONSOR.admin)
    asked = {"event": story.CONFERENCE, "use": "follow_up", "accept_terms": "true"}
    key = await rig.sql.fetchval("select encode(token_sha256, 'hex') from session order by created_at desc limit 1")
    released = await _note_released(rig)
    door = await asyncpg.connect(rig.postgres.dsn("events_release"))
    rig.stop_api()
    await rig.start_api()  # what it held for the figures before is not idle
    await desk.get(f"{API}/leads", params=asked | {"limit": "1"})
    idle = rig.memory_of_api()

    async def by_door() -> float:
        began = time.perf_counter()
        async with desk.stream("GET", f"{API}/leads.csv", params=asked) as answer:
            answer.raise_for_status()
            lines = [chunk.count(b"\n") async for chunk in answer.aiter_raw()]
        taken = time.perf_counter() - began
        if sum(lines) < released:
            raise RuntimeError("the file is not whole")
        return taken

    taken = await _rounds(
        rounds,
        page=lambda: _pages(door, key, min(300, released // PAGE)),
        door=by_door,
        copy=lambda: _plain_copy(rig),
    )
    await door.close()
    return [
        Figure("a page of 50 leads in the database, ms", taken["page"], 5, more_is_better=False),
        Figure("a CSV of all leads / a plain COPY", taken["door"] / taken["copy"], 6, more_is_better=False,
               detail={"door s": taken["door"], "COPY s": taken["copy"], "leads": released}),
        Figure("memory of the API above idle, MiB", (rig.memory_of_api() - idle) / 1024, 60, more_is_better=False,
               detail={"idle MiB": idle / 1024}),
    ]  # fmt: skip


async def _pages(door: asyncpg.Connection[Any], key: str, number: int) -> float:
    """The median of so many pages one after the other, in milliseconds, as a client on the same machine sees the door."""
    cursor, taken = None, []
    for _ in range(number):
        began = time.perf_counter()
        pull = ("session", key, None, story.CONFERENCE, "follow_up", list(story.CARD), "api", cursor, None, PAGE, None)
        rows = await door.fetch(TAKE_LEADS, *pull, datetime.now(UTC), None)
        taken.append((time.perf_counter() - began) * 1000)
        if len(rows) != PAGE + 1:
            raise RuntimeError(f"a page had {len(rows) - 1} leads")
        cursor = rows[0]["release_id"]
    return statistics.median(taken)


async def _note_released(rig: Rig) -> int:
    """Who is released, noted down, so that the plain COPY has nothing to decide."""
    await rig.sql.execute(
        "create temp table released as"
        " select d.registration_id as id, d.basis, d.usable_until, e.slug, p.legal_name as recipient, o.legal_name as controller"
        " from event e join party p on p.legal_name = $2 join organisation o on o.id = e.organisation_id"
        " cross join lateral release.decide(e.id, p.id, 'follow_up', release.card_fields(), now()) d"
        " where e.slug = $1 and d.refusal is null",
        story.CONFERENCE,
        SPONSOR.name,
    )
    await rig.sql.execute("analyze released")
    found: int = await rig.sql.fetchval("select count(*) from released")
    return found


class _Nowhere:
    def write(self, data: bytes) -> None: ...


async def _plain_copy(rig: Rig) -> float:
    """The same columns of the same people by COPY: no decision, no ledger, no safety of cells."""
    nowhere: Any = _Nowhere()
    began = time.perf_counter()
    await rig.sql.copy_from_query(
        "select r.id, 'lead', r.name, r.job_title, r.company, r.address, r.country, r.phone, r.email, w.basis, w.usable_until,"
        " w.controller, w.slug, w.recipient, 'follow_up' from released w join registration r on r.id = w.id order by r.id",
        output=nowhere,
        format="csv",
    )
    return time.perf_counter() - began


# ---- pages


async def pages(rig: Rig, seconds: float, rounds: int) -> list[Figure]:
    """The page of an event, from memory, against a bare Litestar answer of the same bytes."""
    address = f"/en/events/{story.CONFERENCE}"
    async with httpx.AsyncClient(base_url=rig.base_url, trust_env=False) as visitor:
        content = (await visitor.get(address)).content
    async with bare_server(content) as bare_port:

        async def from_memory() -> float:
            load = await apply(rig.port, [lambda: visit(address)] * CLIENTS, seconds)
            load.require(200)
            return load.rate

        async def from_nothing() -> float:
            load = await apply(bare_port, [lambda: visit("/page")] * CLIENTS, seconds)
            load.require(200)
            return load.rate

        taken = await _rounds(rounds, bare=from_nothing, page=from_memory)
    return [
        Figure("event page from memory, of a bare Litestar answer", taken["page"] / taken["bare"], 0.7, more_is_better=True,
               detail={"page /s": taken["page"], "bare /s": taken["bare"], "bytes": len(content)}),
    ]  # fmt: skip


@asynccontextmanager
async def bare_server(content: bytes) -> AsyncIterator[int]:
    """The port of a bare Litestar in a process of its own that answers with these bytes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page"
        file.write_bytes(content)
        running = await asyncio.create_subprocess_exec(sys.executable, "-m", "benchmarks.bare", str(port), str(file))
        try:
            async with httpx.AsyncClient(trust_env=False) as visitor:
                for _ in range(200):
                    with contextlib.suppress(httpx.TransportError):
                        if (await visitor.get(f"http://127.0.0.1:{port}/page")).is_success:
                            break
                    await asyncio.sleep(0.1)
            yield port
        finally:
            running.terminate()
            await running.wait()


FIGURES: Final[dict[str, Callable[[Rig, float, int], Awaitable[list[Figure]]]]] = {
    "scans": scans,
    "registrations": registrations,
    "leads": leads,
    "pages": pages,
}
