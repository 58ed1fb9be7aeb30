"""What a phone's note asks: its booth's questions, and the doors that keep it and show the lead again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from events.booths.notes.rules import Writing
from events.database.connections import Database
from events.terms import DeviceId, EventId, OrganisationId

KEEP: Final = "select release.keep_note($1, $2, $3, $4, $5, $6, $7) as outcome"
LOOK: Final = "select * from release.look_at_scan($1, $2, $3)"
CARD: Final = ("name", "job_title", "company", "address", "country", "phone", "email")


@dataclass(frozen=True, slots=True)
class BoothPhone:
    organisation: OrganisationId
    event: EventId
    party: UUID
    revoked: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """One scan, decided now: `card` holds every field in card order, None where it is not released; empty for no lead."""

    outcome: str
    lead: UUID | None
    card: dict[str, str | None]
    note: dict[str, Any] | None


async def booth_phone(database: Database, device: DeviceId) -> BoothPhone | None:
    """None for what is no booth's phone."""
    rows = await database.call("select * from access.device_of($1)", device)
    if not rows or rows[0]["kind"] != "booth":
        return None
    r = rows[0]
    return BoothPhone(OrganisationId(r["organisation_id"]), EventId(r["event_id"]), r["party_id"], r["revoked"])


async def keep(database: Database, device: DeviceId, scan: UUID, writing: Writing, written_at: datetime, now: datetime) -> str:
    """kept, written_before, no_scan, not_a_lead or device_revoked."""
    [row] = await database.call_door(KEEP, device, scan, writing.rating, dict(writing.answers), writing.note, written_at, now)
    outcome: str = row["outcome"]
    return outcome


async def look(database: Database, device: DeviceId, scan: UUID, now: datetime) -> Seen:
    [row] = await database.call_door(LOOK, device, scan, now)
    card = {} if row["lead"] is None else {field: row[field] for field in CARD}
    return Seen(row["outcome"], row["lead"], card, row["note"])
