"""A helper notes something about a lead, and looks at it again, on the phone that scanned it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from events.access.limits import hold
from events.booths.notes.queries import Seen, booth_phone, keep, look
from events.booths.notes.rules import Writing, answer_faults, is_special, storable
from events.booths.questions.queries import questions_of
from events.clocks import effective_at, in_calendar
from events.database.connections import Database, Scope
from events.errors import Conflict, DeviceRevoked, FieldError, InvalidInput, NotFound, NotSignedIn
from events.terms import DeviceId

# a helper opens the leads of an hour one after the other, and now and then one more
LOOK_EVERY: Final = timedelta(seconds=20)
LOOKS_AT_ONCE: Final = 30


class NotALead(Conflict):
    """One answer whatever the reason: never was one, withdrew, disputed the scan (S6-sponsor-15)."""

    code = "not_a_lead"
    en = "This scan is no lead, or no longer one. Drop the note."
    th = "การสแกนนี้ไม่ใช่ลีดหรือไม่ใช่ลีดแล้ว กรุณาทิ้งบันทึกนี้"


@dataclass(frozen=True, slots=True)
class Keeping:
    """What became of a note: `stands` unless a later writing of this phone does; `special`: it looks like special data (F31)."""

    stands: bool
    special: bool


async def keep_note(
    database: Database,
    device: DeviceId,
    scan: UUID,
    writing: Writing,
    written_at: datetime,
    sent_at: datetime | None,
    now: datetime,
) -> Keeping:
    """Keep what this phone notes about the lead of one of its scans (S6-sponsor-16); the later writing wins.

    Of a revoked phone nothing is kept: its scans are put aside and make no lead, so its notes would be about nobody whom this
    sponsor may have.

    Raises NotFound when the scan is not here (yet), NotALead, DeviceRevoked, InvalidInput for answers to nothing asked.
    """
    phone = await booth_phone(database, device)
    if phone is None:
        raise NotSignedIn
    if phone.revoked:
        raise DeviceRevoked
    if writing.answers:
        async with database.looking(Scope(organisation=phone.organisation)) as connection:
            questions = await questions_of(connection, phone.event, phone.party, removed=True)
        if faults := answer_faults(writing.answers, questions):
            raise InvalidInput(fields=faults)
    wrong: list[FieldError] = []
    at, sent = in_calendar(written_at, "written_at", wrong), in_calendar(sent_at, "sent_at", wrong)
    if at is None or wrong:
        raise InvalidInput(fields=wrong)
    outcome = await keep(database, device, scan, storable(writing), effective_at(at, sent, now), now)
    _require(outcome)
    return Keeping(outcome == "kept", is_special(writing))


async def look_at_scan(database: Database, device: DeviceId, scan: UUID, now: datetime) -> Seen:
    """One of this phone's scans, decided now and booked as a scan. Raises NotFound, DeviceRevoked, NotSignedIn, and TooMany:
    each look stands in the attendee's list of who got her data, which must stay readable."""
    await hold(database, f"look:{device}", LOOK_EVERY, LOOKS_AT_ONCE, now)
    seen = await look(database, device, scan, now)
    if seen.outcome not in {"lead", "saved_not_shared"}:
        _require(seen.outcome)
    return seen


def _require(outcome: str) -> None:
    match outcome:
        case "device_revoked":
            raise DeviceRevoked
        case "no_scan":
            raise NotFound
        case "not_a_lead":
            raise NotALead
        case _:
            pass
