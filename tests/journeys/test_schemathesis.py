"""schemathesis over our own OpenAPI file, against a real server: whatever it invents, the server never breaks (bounded)."""

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import uvicorn

from events.access.permissions import Permission
from events.app import create_app
from events.database.connections import Database, open_database
from events.database.embedded import EmbeddedPostgres
from tests.conftest import SETTINGS, MovableClock, SignIn, Visit
from tests.people import People
from tests.world import World, build_world

SECONDS = 8


class RealServer:
    """uvicorn in a thread of its own, with pools of its own, on a free port of this machine."""

    def __init__(self, postgres: EmbeddedPostgres) -> None:
        self._postgres = postgres
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.server: uvicorn.Server | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    async def _serve(self) -> None:
        database = await open_database(self._postgres.dsn("events_app"), self._postgres.dsn("events_release"), size=6, wait=5)
        app = create_app(SETTINGS, database)
        config = uvicorn.Config(app, host="127.0.0.1", port=self.port, log_level="warning", lifespan="off")
        self.server = uvicorn.Server(config)
        await self.server.serve()
        await database.close()

    def __enter__(self) -> "RealServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.server:
            self.server.should_exit = True
        self._thread.join(20)


@pytest.fixture(scope="module")
def server(postgres: EmbeddedPostgres) -> Iterator[RealServer]:
    with RealServer(postgres) as running:
        yield running


@pytest.fixture
async def real_time(database: Database, clock: MovableClock, sign_in: SignIn, unique: object) -> World:
    """A world of today: the real server has the real clock."""
    clock.now = datetime.now(UTC)
    return await build_world(database, clock, sign_in, unique)  # type: ignore[arg-type]


PERSONAS = {
    "a visitor": {Permission.BE_ANYONE},
    "an attendee": {Permission.BE_ONESELF},
    "an organiser": {
        Permission.SEE_EVENT,
        Permission.SET_UP_EVENT,
        Permission.CORRECT_REGISTRATION,
        Permission.MANAGE_STAFF,
        Permission.SUSPEND_PARTY,
        Permission.ASK_WHY,
        Permission.ENROL_DOOR_PHONES,
    },
    "a sponsor": {Permission.TAKE_LEADS, Permission.MANAGE_BOOTH, Permission.MANAGE_CLIENTS, Permission.SEE_RECALLS},
    "a phone": {Permission.BE_A_PHONE},
    "a door phone": {Permission.LOOK_UP_AT_DOOR},
}


@pytest.mark.parametrize("who", PERSONAS)
async def test_nothing_that_schemathesis_invents_breaks_the_server(
    who: str, server: RealServer, real_time: World, database: Database, clock: MovableClock, visit: Visit
) -> None:
    people = People(real_time, database, clock, visit)
    match who:
        case "a visitor":
            header = []
        case "an attendee":
            header = [f"Cookie: session={(await people.attendee()).client.cookies['session']}"]
        case "an organiser":
            header = [f"Cookie: session={real_time.owner.cookies['session']}"]
        case "a sponsor":
            header = [f"Cookie: session={(await real_time.admin('S1')).cookies['session']}"]
        case "a door phone":
            header = [f"Authorization: {(await people.door_phone()).client.headers['authorization']}"]
        case _:
            header = [f"Authorization: {(await people.phone('S1')).client.headers['authorization']}"]
    paths = {
        f"{method} {route.path_format}"
        for route in create_app(SETTINGS, database).litestar.routes
        for handler in getattr(route, "route_handlers", [])
        for method in handler.http_methods
        if handler.opt.get("permission") in PERSONAS[who] and route.path.startswith("/api/v1")
    }
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"http://127.0.0.1:{server.port}/api/v1/openapi.json",
        "--checks", "not_a_server_error", "--phases", "coverage,fuzzing", "--max-examples", "3", "--max-time", str(SECONDS),
        "--no-shrink", "--seed", "7", "--generation-database", "none", "--no-color", "--workers", "1", "--warnings", "off",
        "--wait-for-schema", "20",
        *(part for path in sorted({p.split(" ", 1)[1] for p in paths}) for part in ("--include-path", path)),
        *(part for line in header for part in ("--header", line)),
    ]  # fmt: skip
    run = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=SECONDS + 60, check=False)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]
    assert "No issues found" in run.stdout, run.stdout[-2000:]
