"""What the door says to a badge: facts in, verdicts out. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from events.badges.codes import event_tag_of, parse_code
from events.errors import InvalidInput
from events.scanning.rules import Reading, ScanKind
from events.terms import EventId, RegistrationId
from events.typed import as_kept

DOOR_KINDS: Final = frozenset({"entry", "exit", "session"})
MOST_FOUND: Final = 10
SHORTEST: Final = 2
SHORTEST_CODE: Final = 5
CODE: Final = 20
# what a badge's code never holds is read as what it looks like, and what it is printed in groups with is left out
_AS_PRINTED: Final = str.maketrans("OIL", "011", " -")


class DoorVerdict(StrEnum):
    """What door staff hear. `cancelled`: the event, the place or this very badge was (a newer badge may be good);
    `wrong_day`: the ticket is good at another time; `full`: the session's room is; `no_such_session`: it is none of this event,
    or was taken off before the reading, whoever holds the badge."""

    VALID = "valid"
    ALREADY_IN = "already_in"
    WRONG_DAY = "wrong_day"
    FULL = "full"
    NO_SUCH_SESSION = "no_such_session"
    NOT_THIS_EVENT = "not_this_event"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


LETS_IN: Final = frozenset({DoorVerdict.VALID, DoorVerdict.ALREADY_IN})
# the ticket is good, if not here and now: door staff may know whose it is, and explain
SHOWS_WHO: Final = LETS_IN | {DoorVerdict.WRONG_DAY, DoorVerdict.FULL}


@dataclass(frozen=True, slots=True)
class DoorEvent:
    """The event whose door this is; `over_at`: from when on its doors let nobody in and look nobody up."""

    id: EventId
    badge_tag: str
    cancelled: bool
    over_at: datetime | None = None

    def over(self, at: datetime) -> bool:
        return self.over_at is not None and at >= self.over_at


@dataclass(frozen=True, slots=True)
class Validity:
    """When a ticket lets in: from `begins` on, until just before `ends`; None for no such limit."""

    begins: datetime | None = None
    ends: datetime | None = None

    def covers(self, at: datetime) -> bool:
        return (self.begins is None or self.begins <= at) and (self.ends is None or at < self.ends)


ALWAYS: Final = Validity()


@dataclass(frozen=True, slots=True)
class Presence:
    """When and where somebody came in since she last left. `by_name`: checked in from the list, so no scan says when."""

    first_entry: datetime | None = None
    last_exit: datetime | None = None
    by_name: bool = False
    place: str | None = None

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
    validity: Validity = ALWAYS


@dataclass(frozen=True, slots=True)
class Room:
    """A session as its door finds it: how many heads are in and may be, and which of this batch's people since when and where."""

    capacity: int | None = None
    heads: int = 0
    inside: Mapping[RegistrationId, Presence] = field(default_factory=dict)
    removed_at: datetime | None = None

    def held_at(self, at: datetime) -> bool:
        return self.removed_at is None or at < self.removed_at

    def verdict(self, who: RegistrationId) -> DoorVerdict:
        """Each person is counted once, and nobody beyond the capacity."""
        if who in self.inside:
            return DoorVerdict.ALREADY_IN
        return DoorVerdict.FULL if self.capacity is not None and self.heads >= self.capacity else DoorVerdict.VALID

    def with_(self, who: RegistrationId, at: datetime, place: str) -> "Room":
        """The room after this person was let in, once more or for the first time."""
        seated = after(self.inside.get(who, Presence()), "session", at, place)
        return replace(self, heads=self.heads + (who not in self.inside), inside={**self.inside, who: seated})


@dataclass(frozen=True, slots=True)
class StoredScan:
    """What was answered when this reading first arrived."""

    verdict: DoorVerdict
    registration: RegistrationId | None


@dataclass(frozen=True, slots=True)
class DoorAnswer:
    """`came`: by this reading the event first sees her (S3.1-badge-3: that she came, and nothing else)."""

    client: UUID
    verdict: DoorVerdict
    duplicate: bool
    registration: RegistrationId | None = None
    name: str | None = None
    ticket_name: str = ""
    first_entry: datetime | None = None
    first_place: str | None = None
    validity: Validity = ALWAYS
    came: bool = False


def verdict_of(badge: KnownBadge | None, reading: Reading, event: DoorEvent, room: Room | None = None) -> DoorVerdict:
    """§3.1 S3.1-badge-3: the door checks the ticket and nothing else; no consent is asked about here.

    Whoever leaves may leave: an exit asks neither for the day nor for room.
    """
    if reading.session is not None and (room is None or not room.held_at(reading.effective_at)):
        return DoorVerdict.NO_SUCH_SESSION
    code = parse_code(reading.code)
    if badge is None:
        # the tag on the badge tells a neighbour's event apart
        foreign = code is not None and event_tag_of(code) != event.badge_tag
        return DoorVerdict.NOT_THIS_EVENT if foreign else DoorVerdict.UNKNOWN
    if badge.event != event.id:
        return DoorVerdict.NOT_THIS_EVENT
    if event.cancelled or not badge.live or badge.state == "cancelled":
        return DoorVerdict.CANCELLED
    if badge.state not in ("confirmed", "attended"):
        return DoorVerdict.UNKNOWN
    if reading.kind == "exit":
        return DoorVerdict.VALID
    if event.over(reading.effective_at) or not badge.validity.covers(reading.effective_at):
        return DoorVerdict.WRONG_DAY
    if room is not None:
        return room.verdict(badge.registration)
    return DoorVerdict.ALREADY_IN if badge.presence.inside else DoorVerdict.VALID


def after(presence: Presence, kind: ScanKind, at: datetime, place: str | None = None) -> Presence:
    """Who is inside after one more movement. A movement from before the last exit, brought late, changes nothing."""
    if kind == "exit":
        last = at if presence.last_exit is None else max(presence.last_exit, at)
        stays = presence.first_entry is not None and presence.first_entry > last
        return Presence(presence.first_entry, last, place=presence.place) if stays else Presence(None, last)
    if presence.last_exit is not None and at <= presence.last_exit:
        return presence
    if presence.first_entry is not None and presence.first_entry <= at:
        return presence
    return replace(presence, first_entry=at, place=place)


def answer_door(
    readings: Sequence[Reading],
    event: DoorEvent,
    badges: Mapping[str, KnownBadge],
    stored: Mapping[UUID, StoredScan],
    rooms: Mapping[UUID, Room] | None = None,
    place: str | None = None,
) -> list[DoorAnswer]:
    """One answer per reading, in the order sent; decided in the order of their times. `place` is where this phone stands.

    What other phones brought before stands: of two that let the same badge in while they were offline, the one that comes
    second hears `already_in`, with the earlier of both times once both are known.
    """
    presence = {badge.registration: badge.presence for badge in badges.values()}
    attended = {badge.registration for badge in badges.values() if badge.state == "attended"}
    full = dict(rooms or {})
    answers: dict[UUID, DoorAnswer] = {}
    for reading in sorted(readings, key=lambda r: r.effective_at):
        badge = badges.get(reading.code)
        room = full.get(reading.session) if reading.session else None
        if badge is not None:
            seen = presence[badge.registration] if room is None else room.inside.get(badge.registration, Presence())
            badge = replace(badge, presence=seen)
        earlier = stored.get(reading.client)
        verdict = verdict_of(badge, reading, event, room) if earlier is None else earlier.verdict
        answer = _answer(reading, verdict, badge, event, earlier)
        if badge is not None and earlier is None and verdict in LETS_IN:
            who = badge.registration
            if reading.kind != "exit":
                answer = replace(answer, came=who not in attended)
                attended.add(who)
            if reading.session and room is not None:
                full[reading.session] = room.with_(who, reading.effective_at, place or "")
            else:
                presence[who] = after(badge.presence, reading.kind, reading.effective_at, place)
        answers[reading.client] = answer
    return [answers[reading.client] for reading in readings]


def _answer(
    reading: Reading, verdict: DoorVerdict, badge: KnownBadge | None, event: DoorEvent, earlier: StoredScan | None
) -> DoorAnswer:
    answer = DoorAnswer(reading.client, verdict, earlier is not None)
    if badge is None or badge.event != event.id or (earlier is not None and earlier.registration != badge.registration):
        return answer
    answer = replace(answer, registration=badge.registration)
    # whoever reads badges when the doors are over hears of nobody
    if verdict not in SHOWS_WHO or badge.state == "cancelled" or event.over(reading.effective_at):
        return answer
    answer = replace(answer, name=badge.name, ticket_name=badge.ticket_name)
    if verdict is DoorVerdict.WRONG_DAY:
        return replace(answer, validity=badge.validity)
    if verdict is DoorVerdict.ALREADY_IN:
        return replace(answer, first_entry=badge.presence.first_entry, first_place=badge.presence.place)
    return answer


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a helper typed, read in all the ways it can mean somebody: parts of a name (SQL patterns), an address, the end of
    a badge's code (None: it cannot be one)."""

    words: Sequence[str]
    email: str
    badge_end: str | None


def read_wanted(q: str) -> Wanted:
    """Raises InvalidInput for fewer than two characters that are no blanks."""
    text = as_kept(q)
    if len(text) < SHORTEST:
        raise InvalidInput.of("q", "Type at least two characters.", "กรุณาพิมพ์อย่างน้อยสองตัวอักษร")
    return Wanted([_part(word) for word in text.split()], text, code_end(text))


def _part(word: str) -> str:
    """The pattern of a text with this word in it; what LIKE reads as a wildcard is meant as it stands."""
    return "%" + word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"


def code_end(text: str) -> str | None:
    """The end of a badge's code as it is stored, where the text can be one: at least five of its twenty characters."""
    normal = text.upper().translate(_AS_PRINTED)
    return normal if SHORTEST_CODE <= len(normal) <= CODE and normal.isascii() and normal.isalnum() else None
