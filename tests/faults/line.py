"""The line to the database, and what can go wrong on it: at the n-th call, before it is made or after its answer is lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import asyncpg

from events.database.connections import prepare

# what asyncpg's connection asks its protocol for; each is one round trip
ROUND_TRIPS: Final = ("query", "bind_execute", "bind_execute_many", "bind", "execute")
Do = Callable[[], Awaitable[Any]]


def lost() -> Exception:
    return asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")


def deadlock() -> Exception:
    return asyncpg.DeadlockDetectedError("deadlock detected")


def late() -> Exception:
    return TimeoutError()


def full_disk() -> Exception:
    return asyncpg.DiskFullError("could not extend file")


BEFORE: Final[dict[str, Callable[[], Exception]]] = {
    "the line is lost": lost,
    "a deadlock": deadlock,
    "no answer in time": late,
    "a full disk": full_disk,
}


@dataclass
class Line:
    """Counts the calls of one request while it is `listening`, and strikes at the one that it was told."""

    listening: bool = False
    calls: list[str] = field(default_factory=list)
    strike: Callable[[int, str, Any, Do], Awaitable[Any]] | None = None

    def listen(self, strike: Callable[[int, str, Any, Do], Awaitable[Any]] | None = None) -> None:
        self.listening, self.calls, self.strike = True, [], strike

    def rest(self) -> list[str]:
        """Stop listening; returns the calls that were made."""
        self.listening, self.strike = False, None
        return self.calls

    async def init(self, connection: asyncpg.Connection[Any]) -> None:
        """For `open_database`: every connection of the pools goes over this line."""
        await prepare(connection)
        inside: Any = connection
        inside._protocol = _Tapped(inside._protocol, self, connection)

    async def call(self, what: str, connection: Any, do: Do) -> Any:
        # what asyncpg asks once in a connection's life, when it meets an array type, is not the request's
        if not self.listening or "typeinfo_tree" in what or "'jit'" in what:
            return await do()
        self.calls.append(what)
        if self.strike is None:
            return await do()
        return await self.strike(len(self.calls), what, connection, do)


class _Tapped:
    """asyncpg's protocol object, with its round trips going over a line; everything else is its own."""

    def __init__(self, protocol: Any, line: Line, connection: Any) -> None:
        self._protocol, self._line, self._connection = protocol, line, connection

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._protocol, name)
        if name not in ROUND_TRIPS:
            return real

        def over_the_line(*args: Any, **kwargs: Any) -> Awaitable[Any]:
            # the statement itself, or its text
            first = kwargs.get("state", args[0] if args else "")
            what = first if isinstance(first, str) else first.query
            return self._line.call(" ".join(what.split())[:80], self._connection, lambda: real(*args, **kwargs))

        return over_the_line


def at(n: int, error: Callable[[], Exception]) -> Callable[[int, str, Any, Do], Awaitable[Any]]:
    """Raise this at the n-th call instead of making it."""

    async def strike(number: int, what: str, connection: Any, do: Do) -> Any:
        if number == n:
            raise error()
        return await do()

    return strike


def swallow_commit() -> Callable[[int, str, Any, Do], Awaitable[Any]]:
    """Commit, and lose the answer with the line."""

    async def strike(number: int, what: str, connection: Any, do: Do) -> Any:
        answer = await do()
        if what == "commit":
            connection.terminate()
            raise lost()
        return answer

    return strike


def swallow_the_last(n: int) -> Callable[[int, str, Any, Do], Awaitable[Any]]:
    """Make the n-th call, which commits by itself, and lose its answer with the line."""

    async def strike(number: int, what: str, connection: Any, do: Do) -> Any:
        answer = await do()
        if number == n:
            connection.terminate()
            raise lost()
        return answer

    return strike


def roll_back_instead() -> Callable[[int, str, Any, Do], Awaitable[Any]]:
    """Answer COMMIT with ROLLBACK, as Postgres does after a statement that failed."""

    async def strike(number: int, what: str, connection: Any, do: Do) -> Any:
        if what == "commit":
            return await connection._protocol._protocol.query("rollback", 5)
        return await do()

    return strike


def kill_backend(n: int, admin: asyncpg.Connection[Any]) -> Callable[[int, str, Any, Do], Awaitable[Any]]:
    """End the server's process behind this connection for real, right before the n-th call."""

    async def strike(number: int, what: str, connection: Any, do: Do) -> Any:
        if number == n:
            await admin.execute("select pg_terminate_backend($1, 2000)", connection.get_server_pid())
        return await do()

    return strike
