"""What a batch of readings must be, and when each counts. Pure: facts and `now` in, values out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from events.badges.codes import parse_code
from events.clocks import contradicts_itself, effective_at, in_calendar
from events.errors import FieldError, InvalidInput

ScanKind = Literal["booth", "entry", "exit", "session"]


@dataclass(frozen=True, slots=True)
class Sent:
    """One reading as it stands in the request: what was read, in clear or sealed; `session` is the talk at whose door;
    `sealed_by` the phone that sealed it, None for the one that sends."""

    client: UUID
    code: str | None
    at: datetime
    kind: ScanKind
    session: UUID | None = None
    sealed: str | None = None
    sealed_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading that can be decided. `code` is normal where it is a badge code at all, else just what was read; `at` is the
    phone's clock, `effective_at` what counts, `n` its place in the request.

    `unsure`: the clock contradicts itself, so nobody knows when it was. A door lets in by `effective_at`, the time of receipt; at
    a booth it counts as early as it can have been: when the phone that read it came into use, `in_use_since` where that is not
    the phone that sends.
    """

    client: UUID
    code: str
    at: datetime
    kind: ScanKind
    effective_at: datetime
    session: UUID | None = None
    n: int = 0
    unsure: bool = False
    in_use_since: datetime | None = None

    @property
    def counts_at_a_booth(self) -> datetime | None:
        """None: when the phone that sends came into use, which the gate knows."""
        return self.in_use_since if self.unsure else self.effective_at


@dataclass(frozen=True, slots=True)
class Batch:
    """What one request of a phone brings: readings, its clock as it sent them, and how many more wait on it.

    `unreadable` are those that were sealed and do not open: they are answered, and kept nowhere.
    """

    readings: list[Reading]
    unreadable: frozenset[UUID] = frozenset()
    sent_at: datetime | None = None
    waiting: int | None = None


def read_batch(
    sent: Sequence[Sent],
    allowed: frozenset[str],
    now: datetime,
    open_scan: Callable[[Sent], str | None],
    *,
    sent_at: datetime | None = None,
    waiting: int | None = None,
    in_use: Mapping[UUID, datetime] | None = None,
) -> Batch:
    """The batch with its readings in the order sent; what is no badge code stays as it was read and will be an unknown badge.
    `in_use` says since when phones other than the one that sends were in use.

    Raises InvalidInput, naming each item: an id that stands twice, a kind that this phone does not scan, a session where none
    belongs or none where one does, not exactly one of code and sealed, a time outside of what a calendar holds.
    """
    seen: set[UUID] = set()
    wrong: list[FieldError] = []
    readings: list[Reading] = []
    unreadable: set[UUID] = set()
    sent_at = in_calendar(sent_at, "sent_at", wrong)
    for n, item in enumerate(sent):
        if item.client in seen:
            wrong.append(
                FieldError(
                    f"scans[{n}].id", "This id stands twice; give every scan its own.", "รหัสนี้ซ้ำ กรุณาใช้รหัสใหม่สำหรับทุกการสแกน"
                )
            )
        seen.add(item.client)
        if item.kind not in allowed:
            kinds = ", ".join(sorted(allowed))
            wrong.append(FieldError(f"scans[{n}].kind", f"This phone scans: {kinds}.", f"โทรศัพท์เครื่องนี้สแกนได้เฉพาะ: {kinds}"))
        if (item.kind == "session") != (item.session is not None):
            wrong.append(
                FieldError(
                    f"scans[{n}].session",
                    "Name the session for a scan of kind session, and for no other.",
                    "กรุณาระบุช่วงกิจกรรมเฉพาะการสแกนชนิด session เท่านั้น",
                )
            )
        if (item.code is None) == (item.sealed is None):
            wrong.append(FieldError(f"scans[{n}].code", "Send either code or sealed.", "กรุณาส่ง code หรือ sealed อย่างใดอย่างหนึ่ง"))
        at = in_calendar(item.at, f"scans[{n}].at", wrong)
        read = item.code if item.sealed is None else open_scan(item)
        if read is None:
            unreadable.add(item.client)
        elif at is not None:
            code = parse_code(read) or read
            readings.append(
                Reading(
                    client=item.client,
                    code=code,
                    at=at,
                    kind=item.kind,
                    effective_at=effective_at(at, sent_at, now),
                    session=item.session,
                    n=n,
                    unsure=contradicts_itself(at, sent_at, now),
                    in_use_since=(in_use or {}).get(item.sealed_by) if item.sealed_by else None,
                )
            )
    if wrong:
        raise InvalidInput(fields=wrong[:20])
    return Batch(readings, frozenset(unreadable), sent_at, waiting)
