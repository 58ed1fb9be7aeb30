"""F3 and worse: Postgres and the program are killed under load; what a phone was told is stored is stored, once."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from events.database import embedded
from events.database.embedded import EmbeddedPostgres
from events.database.migrate import migrate
from events.demo import story
from events.demo.acting import API, World, ok
from tests.program import Program, free_port

PHONES: Final = 4
SERVES_AGAIN_WITHIN: Final = 5.0
SCANNABLE: Final = """
select b.code from badge b
join consent_head h on h.registration_id = b.registration_id and h.purpose = 'badge_scan' and h.act = 'grant'
join registration r on r.id = b.registration_id and r.state in ('confirmed', 'attended')
join event e on e.id = b.event_id and e.slug = $1
where b.revoked_at is null
"""


@dataclass
class Hall:
    """The program, the database under it, and phones that never stop scanning. `journal` holds what a phone was told is stored."""

    program: Program
    dsn: str
    codes: list[str]
    phones: list[tuple[UUID, str]]
    journal: dict[UUID, str] = field(default_factory=dict)
    refused: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)

    async def scan_on(self, token: str) -> None:
        """One phone: a batch, again and again with the same ids until it is acknowledged, then the next."""
        url = f"http://127.0.0.1:{self.program.port}{API}/scans"
        async with httpx.AsyncClient(trust_env=False, timeout=30, headers={"authorization": f"Bearer {token}"}) as client:
            while not self.ended.is_set():
                scans = [self._reading() for _ in range(random.randint(1, 4))]
                while not self.ended.is_set() and not await self._acknowledged(client, url, scans):
                    self.refused += 1
                    await asyncio.sleep(0.05)

    def _reading(self) -> dict[str, str]:
        return {"id": str(uuid4()), "code": random.choice(self.codes), "at": datetime.now(UTC).isoformat(), "kind": "booth"}

    async def _acknowledged(self, client: httpx.AsyncClient, url: str, scans: list[dict[str, str]]) -> bool:
        try:
            answer = await client.post(url, json={"scans": scans})
        except httpx.TransportError:
            return False  # the program is gone
        if answer.status_code == 200:
            self.journal |= {UUID(item["id"]): item["verdict"] for item in answer.json()["items"]}
            self.acknowledged.set()
            return True
        assert answer.status_code == 503, answer.text
        assert "retry-after" in answer.headers
        return False

    async def next_acknowledgement(self) -> float:
        """Seconds until a phone hears that something is stored."""
        began = time.monotonic()
        self.acknowledged.clear()
        await asyncio.wait_for(self.acknowledged.wait(), 60)
        return time.monotonic() - began

    async def until_ready(self) -> asyncpg.Connection[Any]:
        """A connection to the database, as soon as it takes one."""
        while True:
            try:
                return await asyncpg.connect(self.dsn, timeout=5)
            except (OSError, asyncpg.PostgresError, TimeoutError):
                await asyncio.sleep(0.02)

    def kill_postgres(self) -> None:
        """Every process of it at once, as when the power goes."""
        for pid in embedded._servers_of(self.program.folder / "var" / "postgres" / "data"):
            with contextlib.suppress(ProcessLookupError):  # it went by itself, its postmaster being gone
                os.kill(pid, signal.SIGKILL)

    def tally(self) -> str:
        return f"{len(self.journal)} scans acknowledged, {self.refused} requests refused or cut off"

    async def lost(self) -> dict[UUID, str]:
        """Acknowledged scans that are not there exactly once, or whose lead is in no line of the book, and what is there."""
        told = dict(self.journal)  # the phones go on while the database is asked
        sql = await self.until_ready()
        rows = await sql.fetch(
            "select s.client_id, s.verdict, exists ("
            " select from disclosure d join release r on r.id = d.release_id"
            " where d.registration_id = s.registration_id and r.actor_id = s.device_id) as booked"
            " from scan s where s.device_id = any ($1)",
            [device for device, _ in self.phones],
        )
        await sql.close()
        stored: dict[UUID, list[str]] = {}
        for row in rows:
            unbooked = row["verdict"] == "lead" and not row["booked"]
            stored.setdefault(row["client_id"], []).append("a lead that is not in the book" if unbooked else row["verdict"])
        return {
            client: f"told {verdict}, stored {stored.get(client, [])}"
            for client, verdict in told.items()
            if stored.get(client, []) != [verdict]
        }


@contextmanager
def a_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="events-kills-") as folder:
        Path(folder).chmod(0o755)  # the account that serves root must reach it
        (Path(folder) / "var").mkdir()
        yield Path(folder)


@asynccontextmanager
async def a_hall(folder: Path, *, own_postgres: bool) -> AsyncIterator[Hall]:
    """The demo being served; by a Postgres that the program runs, or by one that outlives the program."""
    program = Program(folder, free_port())
    postgres = EmbeddedPostgres(folder / "var" / "postgres")
    if not own_postgres:
        await asyncio.to_thread(postgres.start)
        await migrate(postgres.dsn("postgres"))
    await asyncio.to_thread(program.serve, "--demo")
    try:
        dsn = (await asyncio.to_thread(postgres.start)).dsn("postgres")
        sql = await asyncpg.connect(dsn)
        codes = [row[0] for row in await sql.fetch(SCANNABLE, story.CONFERENCE)]
        await sql.close()
        async with World(f"http://127.0.0.1:{program.port}") as world:
            desk = await world.sign_in(story.SPONSORS[0].admin)
            assert desk
            made = []
            for n in range(PHONES):
                code = ok(await desk.post(f"{API}/devices/enrolments", json={"event": story.CONFERENCE}))["code"]
                phone = ok(await desk.post(f"{API}/devices/enrol", json={"code": code, "helper": f"Phone {n}"}))
                made.append((UUID(phone["device"]), phone["access_token"]))
        hall = Hall(program, dsn, codes, made)
        scanning = [asyncio.create_task(hall.scan_on(token)) for _, token in made]
        yield hall
        hall.ended.set()
        await asyncio.gather(*scanning)
    finally:
        if program.running:
            await asyncio.to_thread(program.end, signal.SIGTERM)
        await asyncio.to_thread(postgres.stop)


@pytest.mark.requirement("F3")
async def test_no_acknowledged_scan_is_lost_when_postgres_is_killed_and_the_program_serves_on(long: bool) -> None:
    with a_folder() as folder:
        async with a_hall(folder, own_postgres=True) as hall:
            assert hall.program.running
            process, waited = hall.program.running.pid, []
            for _ in range(50 if long else 3):
                await hall.next_acknowledgement()
                await asyncio.sleep(random.uniform(0.2, 0.7))
                hall.kill_postgres()
                await (await hall.until_ready()).close()
                waited.append(await hall.next_acknowledgement())
            assert hall.program.running.pid == process
            assert hall.program.running.poll() is None
            assert max(waited) <= SERVES_AGAIN_WITHIN, waited
            assert await hall.lost() == {}
            assert hall.refused > 0, "no kill met a request: nothing was tried"
            print(f"{hall.tally()}; serves again after {max(waited):.2f} s at most")  # noqa: T201  # shown with -s
            hall.ended.set()
            proved = await asyncio.to_thread(hall.program.run, "verify")
            assert (proved.returncode, "FAILS" in proved.stdout) == (0, False), proved.stdout


@pytest.mark.requirement("F3")
async def test_no_acknowledged_scan_is_lost_or_doubled_when_the_program_is_killed(long: bool) -> None:
    with a_folder() as folder:
        async with a_hall(folder, own_postgres=False) as hall:
            for _ in range(50 if long else 3):
                await hall.next_acknowledgement()
                await asyncio.sleep(random.uniform(0.1, 0.4))
                await asyncio.to_thread(hall.program.end, signal.SIGKILL)
                await asyncio.to_thread(hall.program.serve)
            await hall.next_acknowledgement()
            assert await hall.lost() == {}
            assert hall.refused > 0, "no kill met a request: nothing was tried"
            print(hall.tally())  # noqa: T201  # shown with -s


async def test_a_server_that_does_not_wait_for_its_disk_loses_what_it_acknowledged() -> None:
    """The positive control: with synchronous_commit off, which the program refuses to start on, the same kill loses scans."""
    with a_folder() as folder:
        async with a_hall(folder, own_postgres=True) as hall:
            sql = await asyncpg.connect(hall.dsn)
            for setting in ("synchronous_commit = off", "wal_writer_delay = '10s'"):
                await sql.execute(f"alter system set {setting}")
            await sql.execute("select pg_reload_conf()")
            await sql.close()
            await asyncio.sleep(1)
            hall.journal.clear()
            await hall.next_acknowledgement()
            await asyncio.sleep(0.5)
            hall.kill_postgres()
            told = dict(hall.journal)
            sql = await hall.until_ready()
            await sql.execute("alter system reset all")
            await sql.execute("select pg_reload_conf()")
            await sql.close()
            await hall.next_acknowledgement()
            assert (await hall.lost()).keys() & told.keys() != set()
