"""The very statements that the API sends, as scripts for pgbench: the product says them, nothing is written down twice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from benchmarks.desk import OpenEvent
from events.consent.rules import Choice
from events.database.connections import Database, Scope
from events.registration.actions import Submission, register
from events.scanning.queries import TAKE_SCANS
from events.terms import Purpose

EMAIL: Final = "somebody@crowd.example"
ANYBODY: Final = "'b-' || gen_random_uuid() || '@crowd.example'"

# one scan of one badge by the phone of this connection
SCAN: Final = "\\set n random(1, {badges})\n" + (
    TAKE_SCANS.replace("$1", "(select id from bench.phone where n = :client_id)")
    .replace("$2", "array[gen_random_uuid()]")
    .replace("$3", "array[(select code from bench.badge where n = :n)]")
    .replace("$4", "array[now()]")
    .replace("$5", "array[now()]")
    .replace("$6", "null::timestamptz")
    .replace("$7", "null::integer")
    .replace("$8", "now()")
    + ";\n"
)


class _Listener:
    """Stands for the database: the question goes on to it, the statement that would store something is only written down."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.asked: tuple[str, tuple[Any, ...]] = ("", ())
        self.stored: tuple[str, tuple[Any, ...]] = ("", ())
        self.scope = Scope()

    async def call(self, sql: str, *args: object) -> list[Any]:
        self.asked = (sql, args)
        return await self._database.call(sql, *args)

    @asynccontextmanager
    async def transaction(self, scope: Scope) -> AsyncIterator["_Listener"]:
        self.scope = scope
        yield self

    async def fetchrow(self, sql: str, *args: object) -> dict[str, Any]:
        self.stored = (sql, args)
        return {"outcome": "made", "registration_id": UUID(int=0)}


async def registration(database: Database, event: OpenEvent) -> str:
    """The four statements of one registration for this event, for an address that nobody has had yet."""
    said, listener = event.submission, _Listener(database)
    submission = Submission(
        served_form=UUID(said["served_form"]),
        form_sha256=said["form_sha256"],
        ticket=UUID(said["ticket"]),
        fields=said["fields"] | {"email": EMAIL},
        consents=[
            Choice(Purpose(c["purpose"]), UUID(c["recipient"]) if "recipient" in c else None, None) for c in said["consents"]
        ],
        withheld_fields=[],
        age_band=said["age_band"],
        emancipated=False,
        residence=said["residence"],
    )
    await register(
        listener,  # type: ignore[arg-type]  # stands for the database
        event.slug,
        submission,
        key=None,
        fingerprint=b"",
        visitor="127.0.0.1",
        per_minute=0,
        base_url="http://127.0.0.1",
        now=datetime.now(UTC),
    )
    begin, scope = listener.scope.begin().split("; ")
    stored = _filled(*listener.stored).replace(f'"{EMAIL}"', f"""\"' || {ANYBODY} || '\"""").replace(f"'{EMAIL}'", ANYBODY)
    link = listener.stored[1][7].hex()
    stored = stored.replace(f"'\\x{link}'::bytea", "sha256(gen_random_uuid()::text::bytea)")
    return "\n".join(
        f"{' '.join(statement.split())};" for statement in (_filled(*listener.asked), begin, scope, stored, "commit")
    )


def _filled(sql: str, args: tuple[Any, ...]) -> str:
    for n in range(len(args), 0, -1):
        sql = sql.replace(f"${n}", _literal(args[n - 1]))
    return sql


def _literal(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool() | int():
            return str(value).lower()
        case bytes():
            return f"'\\x{value.hex()}'::bytea"
        case UUID():
            return f"'{value}'::uuid"
        case datetime():
            return f"'{value.isoformat()}'::timestamptz"
        case timedelta():
            return f"'{value.total_seconds()} seconds'::interval"
        case dict() | list():
            return "(" + _quoted(msgspec.json.encode(value).decode()) + ")::jsonb"
        case _:
            return _quoted(str(value))


def _quoted(text: str) -> str:
    # pgbench reads :name as a variable; a string constant in two pieces hides the colon from it
    return "'" + text.replace("'", "''").replace(":", "' || chr(58) || '") + "'"
