"""HTTP of a helper's notes: one scan again, and what is noted about it."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import get, put
from litestar.params import FromPath, JSONBody

from events.access.caller import Caller
from events.access.guards import Given, may
from events.access.permissions import Permission
from events.booths.notes.actions import keep_note, look_at_scan
from events.booths.notes.rules import Writing
from events.database.connections import Database
from events.errors import InvalidInput
from events.phones.actions import phones_that_sealed
from events.phones.sealing import LONGEST, Opener

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Answer = Annotated[str, msgspec.Meta(max_length=500)]
Answers = Annotated[dict[str, Answer | Annotated[list[Answer], msgspec.Meta(max_length=24)]], msgspec.Meta(max_length=40)]
Rating = Annotated[int, msgspec.Meta(ge=1, le=3)]
Words = Annotated[str, msgspec.Meta(max_length=2000)]


class NoteForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`written_at` and `sent_at` are the phone's clock as it is. Either the three of a note, or `sealed`: the same as JSON,
    sealed for us (HPKE) while it waited on the phone. `sealed_by` is the `device` that the phone was as it sealed, where it was
    paired anew for the same booth since."""

    written_at: Moment
    sent_at: Moment | None = None
    rating: Rating | None = None
    answers: Answers = {}
    note: Words = ""
    sealed: Annotated[str, msgspec.Meta(max_length=LONGEST * 4 // 3)] | None = None
    sealed_by: UUID | None = None


class Unsealed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a sealed note holds."""

    rating: Rating | None = None
    answers: Answers = {}
    note: Words = ""


class Kept(msgspec.Struct, frozen=True):
    """`kept`: this writing stands; false where a later one of this phone does, and nothing is to be sent again. `warning`: the
    words, or an answer in words, look like health, religion or the like, which a booth should not note."""

    kept: bool
    warning: Literal["special_data"] | None


class Card(msgspec.Struct, frozen=True):
    """What this sponsor may see of the attendee now; a field that is not released is null."""

    id: UUID
    name: str | None
    job_title: str | None
    company: str | None
    address: str | None
    country: str | None
    phone: str | None
    email: str | None


class OwnNote(msgspec.Struct, frozen=True):
    rating: int | None
    answers: dict[str, str | list[str]]
    note: str


class ScanView(msgspec.Struct, frozen=True):
    """`note` is what this very phone wrote."""

    verdict: Literal["lead", "saved_not_shared"]
    lead: Card | None
    note: OwnNote | None


@get("/scans/{scan:uuid}", opt=may(Permission.BE_A_PHONE))
async def get_scan(scan: FromPath[UUID], caller: Given[Caller], database: Given[Database], now: Given[datetime]) -> ScanView:
    """One of this phone's scans, by the phone's own id, decided at this moment (§6)."""
    seen = await look_at_scan(database, caller.device(), scan, now)
    if seen.lead is None:
        return ScanView("saved_not_shared", None, None)
    return ScanView("lead", Card(seen.lead, **seen.card), None if seen.note is None else OwnNote(**seen.note))


@put("/scans/{scan:uuid}/note", opt=may(Permission.BE_A_PHONE))
async def put_note(
    scan: FromPath[UUID],
    data: JSONBody[NoteForm],
    caller: Given[Caller],
    database: Given[Database],
    opener: Given[Opener],
    now: Given[datetime],
) -> Kept:
    """Keep a note about the lead of this scan, whole; of two writings the later wins. 404: the scan is not here yet. 409
    `not_a_lead`: drop the note."""
    beside = await phones_that_sealed(database, caller.device(), [data.sealed_by])
    phone = data.sealed_by or caller.device()
    writing = _writing(data, opener, phone if phone == caller.device() or phone in beside else None, scan)
    made = await keep_note(database, caller.device(), scan, writing, data.written_at, data.sent_at, now)
    return Kept(made.stands, "special_data" if made.special else None)


def _writing(sent: NoteForm, opener: Opener, phone: UUID | None, scan: UUID) -> Writing:
    """What was written, in clear or sealed by this phone for this scan; by None: by a phone that is not of this booth. Raises
    InvalidInput naming `sealed`."""
    if sent.sealed is None:
        return Writing(sent.rating, sent.answers, sent.note)
    if sent.rating is not None or sent.answers or sent.note:
        raise InvalidInput.of("sealed", "Send either a note or sealed.", "กรุณาส่งบันทึกหรือ sealed อย่างใดอย่างหนึ่ง")
    text = None if phone is None else opener.open_note(sent.sealed, phone, scan)
    try:
        note = msgspec.json.decode(text or "", type=Unsealed)
    except ValueError as error:
        # msgspec's ValidationError and DecodeError are both ValueErrors
        raise InvalidInput.of("sealed", "This does not open to a note of this scan.", "เปิดบันทึกของการสแกนนี้ไม่ได้") from error
    return Writing(note.rating, note.answers, note.note)


ROUTES: list[Any] = [get_scan, put_note]
