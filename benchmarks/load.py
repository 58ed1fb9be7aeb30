"""A crowd on one machine: so many connections, each of which sends its next request when the last one is answered."""

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

END_OF_HEAD: Final = b"\r\n\r\n"
LENGTH: Final = b"content-length:"


@dataclass
class Load:
    """What came back. `seconds` is the length of the measured part; latencies are in milliseconds."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.latencies) / self.seconds

    @property
    def median(self) -> float:
        return statistics.median(self.latencies)

    def require(self, status: int) -> None:
        """Raises RuntimeError when an answer was another: a figure of failures is none."""
        if set(self.statuses) != {status}:
            raise RuntimeError(f"the load was answered with {dict(self.statuses)}, not {status} alone")


def request(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """A POST of JSON as it goes over the wire (HTTP/1.1, kept alive)."""
    head = {"host": "127.0.0.1", "content-type": "application/json", "content-length": str(len(body))} | headers
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
    return "\r\n".join(lines).encode() + END_OF_HEAD + body


def visit(path: str) -> bytes:
    """A GET as it goes over the wire."""
    return f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: text/html".encode() + END_OF_HEAD


class _Visitor(asyncio.Protocol):
    def __init__(self, following: Callable[[], bytes], load: Load, measuring: asyncio.Event, stop: asyncio.Event) -> None:
        self._following, self._load, self._measuring, self._stop = following, load, measuring, stop
        self._received = b""
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def _send(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(self._following())

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(END_OF_HEAD)
        if end < 0:
            return
        head = self._received[:end].lower()
        length = head.split(LENGTH)[1].split(b"\r\n")[0] if LENGTH in head else b"0"
        if len(self._received) < end + len(END_OF_HEAD) + int(length):
            return
        if self._measuring.is_set() and not self._stop.is_set():
            self._load.statuses[int(head.split(b" ")[1])] += 1
            self._load.latencies.append((time.perf_counter() - self._sent) * 1000)
        self._received = b""
        if self._stop.is_set():
            self._transport.close()
        else:
            self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.gone.done():
            self.gone.set_result(None)


async def apply(port: int, followings: list[Callable[[], bytes]], seconds: float, warm_up: float = 1.0) -> Load:
    """One connection for each of `followings`, which gives it its next request; counts what is answered after the warm-up."""
    load, measuring, stop = Load(), asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    visitors = [
        (await loop.create_connection(lambda f=following: _Visitor(f, load, measuring, stop), "127.0.0.1", port))[1]  # type: ignore[misc]
        for following in followings
    ]
    await asyncio.sleep(warm_up)
    began = time.perf_counter()
    measuring.set()
    await asyncio.sleep(seconds)
    stop.set()
    load.seconds = time.perf_counter() - began
    await asyncio.wait_for(asyncio.gather(*(visitor.gone for visitor in visitors)), 60)
    return load
