"""What a code is for and what it makes, asked before it is known who shows it."""

from dataclasses import dataclass
from datetime import datetime

from events.database.connections import Database
from events.terms import DeviceId


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone as it joins."""

    id: DeviceId
    kind: str
    helper: str
    place: str
    event_slug: str
    title_th: str
    title_en: str
    party_name: str | None


@dataclass(frozen=True, slots=True)
class OfferedPlace:
    """What an enrolment code is for."""

    kind: str
    place: str
    event_slug: str
    title_th: str
    title_en: str
    party_name: str | None
    expires_at: datetime


async def offered_place(database: Database, code_sha256: bytes, now: datetime) -> OfferedPlace | None:
    """What a code that is good now is for."""
    rows = await database.call("select * from access.look_at_enrolment($1, $2)", code_sha256, now)
    return OfferedPlace(**rows[0]) if rows else None
