"""The program itself, as `make run` starts it."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

READY_WITHIN = 90.0


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


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
