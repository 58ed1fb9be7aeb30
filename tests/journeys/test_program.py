"""The program itself, as `make run` starts it: the tour holds, it ends cleanly, and it comes back after a crash."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

READY_WITHIN = 90.0


class Program:
    """`python -m events` on a folder and a port of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.errors = folder / "stderr.txt"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("EVENTS_", "DATABASE_URL"))}
        self.environment = kept | {"EVENTS_VAR": str(folder / "var"), "PORT": str(port), "PYTHONUNBUFFERED": "1"}
        self.running: subprocess.Popen[str] | None = None

    def serve(self, *options: str) -> str:
        """Start it; returns what it printed until it said how to stop it."""
        with self.errors.open("a") as errors:
            self.running = subprocess.Popen(
                [sys.executable, "-m", "events", "serve", *options],
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self.running.stdout
        printed = ""
        give_up = time.monotonic() + READY_WITHIN
        while not printed.rstrip().endswith("Ctrl-C") and not printed.rstrip().endswith("Ctrl-C."):
            line = self.running.stdout.readline()
            assert line, self.errors.read_text()
            assert time.monotonic() < give_up
            printed += line
        return printed

    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "events", *args], env=self.environment, capture_output=True, text=True, check=False, timeout=90
        )

    def end(self, how: signal.Signals) -> int:
        """Send the signal; returns the exit status."""
        assert self.running
        self.running.send_signal(how)
        status = self.running.wait(30)
        assert self.running.stdout
        self.running.stdout.close()
        self.running = None
        return status

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", trust_env=False, timeout=30)


@pytest.fixture
def program() -> Iterator[Program]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="events-journey-") as folder:
        Path(folder).chmod(0o755)  # the account that serves root must reach it
        made = Program(Path(folder), port)
        yield made
        if made.running:
            made.end(signal.SIGKILL)


def test_the_program_from_the_first_start_to_a_crash_and_back(program: Program) -> None:
    card = program.serve("--demo")
    for kind in ("attendee", "organiser", "data protection", "sponsor", "affiliate"):
        assert re.search(rf"{kind} \(.+\): http://127\.0\.0\.1:{program.port}/sign-in\?token=", card)
    [link] = re.findall(r"attendee \(.+\): (\S+)", card)
    assert "Sign in" in httpx.get(link, trust_env=False).text

    toured = program.run("tour")
    assert (toured.returncode, toured.stderr) == (0, "")
    assert toured.stdout.splitlines()[-1] == "Every answer was as expected."

    proved = program.run("verify")
    assert (proved.returncode, "FAILS" in proved.stdout) == (0, False), proved.stdout

    assert program.end(signal.SIGTERM) == 0
    with pytest.raises(httpx.ConnectError):
        program.get("/healthz")
    said = program.errors.read_text()
    assert "Demo: done" in said
    # tokens and addresses are nobody's business in a log
    assert re.findall(r"token=|@", said) == []

    program.serve("--demo")
    assert program.errors.read_text().removeprefix(said) == ""  # the demo was there
    assert program.get("/readyz").json() == {"status": "ready"}
    program.end(signal.SIGKILL)

    program.serve()
    assert program.get("/readyz").json() == {"status": "ready"}
    # without --demo the mail is nobody else's
    assert program.get("/mailbox").status_code == 404
    assert program.end(signal.SIGINT) == 0
