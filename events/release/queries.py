"""What a file says about itself: who hands out what, to whom, for what (S1-role-1)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from events.access.caller import Caller
from events.database.connections import Connection

HEADING = "select * from release.heading($1, $2, $3, $4, $5, $6)"


@dataclass(frozen=True, slots=True)
class Heading:
    """`format` and `declared_use` stand there for a prepared download only; `questions` are those that the recipient's helpers
    answer, removed ones too: {id, th, en, options}; `time_zone` is the event's."""

    controller: str
    dpo_contact: str
    event: str
    title_th: str
    title_en: str
    recipient: str
    format: str | None
    declared_use: str | None
    questions: list[dict[str, Any]]
    time_zone: str


async def heading(
    connection: Connection, caller: Caller, party: UUID | None, event: str | None, download: UUID | None, now: datetime
) -> Heading | None:
    """None for an event or a prepared download that is not the caller's."""
    row = await connection.fetchrow(HEADING, caller.kind, caller.key, party, event, download, now)
    return None if row is None else Heading(**row)
