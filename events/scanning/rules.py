"""What a batch of readings must be, and what the door says to a badge. Pure: facts and `now` in, values out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

from events.badges.codes import event_tag_of, parse_code
from events.errors import FieldError, InvalidInput
from events.terms import EventId, RegistrationId

ScanKind = Literal["booth", "entry", "exit", "session"]

# the edge of the calendar, a day from where drivers read an infinity
_FIRST_DAY: Final = datetime(1, 1, 2, tzinfo=UTC)


class DoorVerdict(StrEnum):
    """What door staff hear. `cancelled`: the event, the place or this very badge was (a newer badge may be good)."""

    VALID = "valid"
    ALREADY_IN = "already_in"
    NOT_THIS_EVENT = "not_this_event"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


LETS_IN = frozenset({DoorVerdict.VALID, DoorVerdict.ALREADY_IN})


@dataclass(frozen=True, slots=True)
class Sent:
    """One reading as it stands in the request: what was read, in clear or sealed; `session` is the talk at whose door."""

    client: UUID
    code: str | None
    at: datetime
    kind: ScanKind
    session: UUID | None = None
    sealed: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading that can be decided. `code` is normal where it is a badge code at all, else just what was read; `at` is the
    phone's clock, `effective_at` what counts."""

    client: UUID
    code: str
    at: datetime
    kind: ScanKind
    effective_at: datetime
    session: UUID | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What one request of a phone brings: readings, its clock as it sent them, and how many more wait on it.

    `unreadable` are those that were sealed and do not open: they are answered, and kept nowhere.
    """

    readings: list[Reading]
    unreadable: frozenset[UUID] = frozenset()
    sent_at: datetime | None = None
    waiting: int | None = None


@dataclass(frozen=True, slots=True)
class DoorEvent:
    """The event whose door this is."""

    id: EventId
    badge_tag: str
    cancelled: bool


@dataclass(frozen=True, slots=True)
class Presence:
    """When somebody came in since she last left. `by_name`: checked in from the list, so no scan says when."""

    first_entry: datetime | None = None
    last_exit: datetime | None = None
    by_name: bool = False

    @property
    def inside(self) -> bool:
        return self.first_entry is not None or self.by_name


@dataclass(frozen=True, slots=True)
class KnownBadge:
    """What the organiser's books say about one code."""

    registration: RegistrationId
    event: EventId
    live: bool
    state: str
    name: str
    ticket_name: str
    presence: Presence


@dataclass(frozen=True, slots=True)
class StoredScan:
    """What was answered when this reading first arrived."""

    verdict: DoorVerdict
    registration: RegistrationId | None


@dataclass(frozen=True, slots=True)
class DoorAnswer:
    client: UUID
    verdict: DoorVerdict
    duplicate: bool
    registration: RegistrationId | None = None
    name: str | None = None
    ticket_name: str = ""
    first_entry: datetime | None = None


def effective_at(at: datetime, sent_at: datetime | None, received: datetime) -> datetime:
    """When a reading counts: the phone's time, corrected by how far its clock stood off when it sent, never ahead of ours.

    A phone that does not say when it sent is taken as it is. What leaves the calendar ends at its edge.
    """
    if sent_at is None:
        return min(at, received)
    # how long ago it was, by one and the same clock
    age = sent_at - at
    if age <= timedelta(0):
        return received
    return received - age if age < received - _FIRST_DAY else _FIRST_DAY


def read_batch(
    sent: Sequence[Sent],
    allowed: frozenset[str],
    now: datetime,
    open_scan: Callable[[str, UUID], str | None],
    *,
    sent_at: datetime | None = None,
    waiting: int | None = None,
) -> Batch:
    """The batch with its readings in the order sent; what is no badge code stays as it was read and will be an unknown badge.

    Raises InvalidInput, naming each item: an id that stands twice, a kind that this phone does not scan, a session where none
    belongs or none where one does, not exactly one of code and sealed, a time outside of what a calendar holds.
    """
    seen: set[UUID] = set()
    wrong: list[FieldError] = []
    readings: list[Reading] = []
    unreadable: set[UUID] = set()
    sent_at = _in_calendar(sent_at, "sent_at", wrong)
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
        at = _in_calendar(item.at, f"scans[{n}].at", wrong)
        read = item.code if item.sealed is None else open_scan(item.sealed, item.client)
        if read is None:
            unreadable.add(item.client)
        elif at is not None:
            code = parse_code(read) or read
            readings.append(Reading(item.client, code, at, item.kind, effective_at(at, sent_at, now), item.session))
    if wrong:
        raise InvalidInput(fields=wrong[:20])
    return Batch(readings, frozenset(unreadable), sent_at, waiting)


def _in_calendar(at: datetime | None, field: str, wrong: list[FieldError]) -> datetime | None:
    """The time in UTC; where that lies outside of what a calendar holds, None and one more wrong field."""
    try:
        return None if at is None else at.astimezone(UTC)
    except OverflowError:
        wrong.append(FieldError(field, "This time is outside of the calendar.", "เวลานี้อยู่นอกช่วงปฏิทิน"))
        return None


def verdict_of(badge: KnownBadge | None, reading: Reading, event: DoorEvent) -> DoorVerdict:
    """§3.1 S3.1-badge-3: the door checks the ticket and nothing else; no consent is asked about here."""
    code = parse_code(reading.code)
    if badge is None:
        # the tag on the badge tells a neighbour's event apart, as it does on the phone while it is offline
        foreign = code is not None and event_tag_of(code) != event.badge_tag
        return DoorVerdict.NOT_THIS_EVENT if foreign else DoorVerdict.UNKNOWN
    if badge.event != event.id:
        return DoorVerdict.NOT_THIS_EVENT
    if event.cancelled or not badge.live or badge.state == "cancelled":
        return DoorVerdict.CANCELLED
    if badge.state not in ("confirmed", "attended"):
        return DoorVerdict.UNKNOWN
    return DoorVerdict.ALREADY_IN if reading.kind == "entry" and badge.presence.inside else DoorVerdict.VALID


def after(presence: Presence, kind: ScanKind, at: datetime) -> Presence:
    """Who is inside after one more movement. A movement from before the last exit, brought late, changes nothing."""
    if kind == "exit":
        last = at if presence.last_exit is None else max(presence.last_exit, at)
        stays = presence.first_entry is not None and presence.first_entry > last
        return Presence(presence.first_entry if stays else None, last)
    if presence.last_exit is not None and at <= presence.last_exit:
        return presence
    first = at if presence.first_entry is None else min(presence.first_entry, at)
    return replace(presence, first_entry=first)


def answer_door(
    readings: Sequence[Reading],
    event: DoorEvent,
    badges: Mapping[str, KnownBadge],
    stored: Mapping[UUID, StoredScan],
) -> list[DoorAnswer]:
    """One answer per reading, in the order sent; decided in the order of their times."""
    presence = {badge.registration: badge.presence for badge in badges.values()}
    answers: dict[UUID, DoorAnswer] = {}
    for reading in sorted(readings, key=lambda r: r.effective_at):
        badge = badges.get(reading.code)
        if badge is not None:
            badge = replace(badge, presence=presence[badge.registration])
        earlier = stored.get(reading.client)
        verdict = verdict_of(badge, reading, event) if earlier is None else earlier.verdict
        answers[reading.client] = _answer(reading, verdict, badge, event, earlier)
        if badge is not None and earlier is None and verdict in LETS_IN:
            presence[badge.registration] = after(badge.presence, reading.kind, reading.effective_at)
    return [answers[reading.client] for reading in readings]


def _answer(
    reading: Reading, verdict: DoorVerdict, badge: KnownBadge | None, event: DoorEvent, earlier: StoredScan | None
) -> DoorAnswer:
    duplicate = earlier is not None
    if badge is None or badge.event != event.id or (earlier is not None and earlier.registration != badge.registration):
        return DoorAnswer(reading.client, verdict, duplicate)
    if verdict not in LETS_IN or badge.state == "cancelled":
        return DoorAnswer(reading.client, verdict, duplicate, badge.registration)
    first = badge.presence.first_entry if verdict is DoorVerdict.ALREADY_IN else None
    return DoorAnswer(reading.client, verdict, duplicate, badge.registration, badge.name, badge.ticket_name, first)
