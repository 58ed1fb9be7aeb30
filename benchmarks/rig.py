"""Postgres with its own durability, one API process, and pgbench, all on this machine and gone at the end."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from events.database.connections import Database, open_database
from events.database.embedded import EmbeddedPostgres, find_programs
from events.database.migrate import migrate

CLIENTS = 32
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass
class Rig:
    """`sql` is the superuser: it makes the data and asks for sizes; no figure is taken through it except pgbench's."""

    folder: Path
    postgres: EmbeddedPostgres
    sql: asyncpg.Connection[Any]
    port: int
    server: subprocess.Popen[bytes] | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start_api(self, **environment: str) -> None:
        """One API process; raises RuntimeError when it does not answer within a minute."""
        known = {
            "EVENTS_VAR": str(self.folder),
            "PORT": str(self.port),
            "EVENTS_DEMO": "1",
            "EVENTS_REGISTRATIONS_PER_MINUTE": "0",
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("EVENTS_", "DATABASE_URL"))}
        self.server = subprocess.Popen(
            [sys.executable, "-m", "events", "serve"], env=kept | known | environment, stdout=subprocess.DEVNULL
        )
        async with httpx.AsyncClient(trust_env=False) as client:
            for _ in range(600):
                await asyncio.sleep(0.1)
                try:
                    if (await client.get(f"{self.base_url}/readyz")).is_success:
                        return
                except httpx.TransportError:
                    continue
        raise RuntimeError("the API did not start")

    def stop_api(self) -> None:
        if self.server is not None:
            self.server.terminate()
            self.server.wait(30)
            self.server = None

    def memory_of_api(self) -> int:
        """The most that the API process ever held, in KiB (VmHWM)."""
        assert self.server
        status = Path(f"/proc/{self.server.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1])  # type: ignore[index]

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """The product's own pools, in this process."""
        opened = await open_database(self.postgres.dsn("events_app"), self.postgres.dsn("events_release"), size=4, wait=5)
        yield opened
        await opened.close()

    async def pgbench(self, scripts: Sequence[str], login: str, seconds: float) -> float:
        """Transactions per second of these scripts in turn, prepared, on as many connections as the API has clients."""
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder) / f"{n}.sql" for n in range(len(scripts))]
            for file, script in zip(files, scripts, strict=True):
                file.write_text(script, encoding="utf-8")
            run = await asyncio.create_subprocess_exec(
                str(find_programs() / "pgbench"),
                *("--no-vacuum", "--protocol=prepared", f"--client={CLIENTS}", "--jobs=2", f"--time={max(1, round(seconds))}"),
                *(f"--file={file}" for file in files),
                self.postgres.dsn(login),
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            out, errors = await run.communicate()
        found = re.search(r"tps = ([\d.]+)", out.decode())
        if run.returncode or found is None or b"aborted" in errors:
            raise RuntimeError(f"pgbench: {errors.decode()[-500:]}")
        return float(found[1])


@asynccontextmanager
async def rig() -> AsyncIterator[Rig]:
    """A migrated database in a folder of its own. Raises RuntimeError when a setting would let acknowledged writes be lost."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="events-bench-") as folder:
        Path(folder).chmod(0o755)  # the account that serves root must reach it
        with EmbeddedPostgres(Path(folder) / "postgres") as postgres:
            await migrate(postgres.dsn("postgres"))
            sql = await asyncpg.connect(postgres.dsn("postgres"))
            for name in DURABLE:
                if await sql.fetchval("select current_setting($1)", name) != "on":
                    raise RuntimeError(f"{name} is off: what is measured would not be kept")
            made = Rig(Path(folder), postgres, sql, port)
            try:
                yield made
            finally:
                made.stop_api()
                await sql.close()
