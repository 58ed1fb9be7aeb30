"""What the door says, as tables."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from events.badges.codes import new_code
from events.clocks import effective_at
from events.errors import InvalidInput
from events.scanning.door.rules import (
    ALWAYS,
    DoorEvent,
    DoorVerdict,
    KnownBadge,
    Presence,
    Room,
    StoredScan,
    Validity,
    Wanted,
    after,
    answer_door,
    read_wanted,
    verdict_of,
)
from events.scanning.rules import Reading, ScanKind
from events.terms import EventId, RegistrationId

NOW = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
HERE = DoorEvent(EventId(uuid4()), "AB", False)
OUR_CODE, THEIR_CODE = new_code("AB"), new_code("CD")
NEVER_IN = Presence()
IN = Presence(first_entry=NOW - timedelta(hours=1))
SESSION = UUID(int=7)
LATER, EARLIER = NOW + timedelta(hours=1), NOW - timedelta(hours=1)


def hour(of_day: int) -> datetime:
    return NOW.replace(hour=of_day)


def badge(
    *,
    event: EventId = HERE.id,
    live: bool = True,
    state: str = "confirmed",
    presence: Presence = NEVER_IN,
    validity: Validity = ALWAYS,
) -> KnownBadge:
    return KnownBadge(RegistrationId(uuid4()), event, live, state, "มาลี", "Visitor", presence, validity)


def reading(kind: ScanKind = "entry", code: str = OUR_CODE, at: datetime = NOW) -> Reading:
    return Reading(uuid4(), code, at, kind, effective_at(at, None, NOW), SESSION if kind == "session" else None)


@pytest.mark.requirement("S3.1-badge-3")
@pytest.mark.parametrize(
    ("known", "read", "event", "verdict"),
    [
        (badge(), reading(), HERE, DoorVerdict.VALID),
        (badge(state="attended", presence=IN), reading(), HERE, DoorVerdict.ALREADY_IN),
        (badge(state="attended", presence=Presence(by_name=True)), reading(), HERE, DoorVerdict.ALREADY_IN),
        (badge(state="attended", presence=IN), reading("exit"), HERE, DoorVerdict.VALID),
        (badge(state="attended", presence=Presence(None, NOW)), reading(), HERE, DoorVerdict.VALID),
        (badge(), reading("exit"), HERE, DoorVerdict.VALID),
        (badge(event=EventId(uuid4())), reading(), HERE, DoorVerdict.NOT_THIS_EVENT),
        (None, reading(code=THEIR_CODE), HERE, DoorVerdict.NOT_THIS_EVENT),
        (None, reading(), HERE, DoorVerdict.UNKNOWN),
        (None, reading(code="https://example.com"), HERE, DoorVerdict.UNKNOWN),
        (badge(live=False), reading(), HERE, DoorVerdict.CANCELLED),
        (badge(state="cancelled", live=False), reading(), HERE, DoorVerdict.CANCELLED),
        (badge(), reading(), DoorEvent(HERE.id, "AB", True), DoorVerdict.CANCELLED),
        (badge(state="pending"), reading(), HERE, DoorVerdict.UNKNOWN),
        (badge(state="waitlisted"), reading(), HERE, DoorVerdict.UNKNOWN),
    ],
)
def test_the_door_checks_the_ticket(known: KnownBadge | None, read: Reading, event: DoorEvent, verdict: DoorVerdict) -> None:
    assert verdict_of(known, read, event) is verdict


@pytest.mark.parametrize(
    ("before", "kind", "hour", "then"),
    [
        (Presence(), "entry", 9, Presence(hour(9))),
        (Presence(hour(9)), "entry", 11, Presence(hour(9))),
        (Presence(hour(9)), "entry", 8, Presence(hour(8))),
        (Presence(hour(9)), "exit", 12, Presence(None, hour(12))),
        (Presence(None, hour(12)), "entry", 13, Presence(hour(13), hour(12))),
        (Presence(None, hour(12)), "entry", 11, Presence(None, hour(12))),
        (Presence(hour(13), hour(12)), "exit", 11, Presence(hour(13), hour(12))),
        (Presence(by_name=True), "exit", 12, Presence(None, hour(12))),
    ],
)
def test_who_is_inside_after_one_more_movement(before: Presence, kind: ScanKind, hour: int, then: Presence) -> None:
    assert after(before, kind, NOW.replace(hour=hour)) == then


def test_a_batch_is_decided_in_the_order_of_its_times_and_answered_in_the_order_sent() -> None:
    late, early = reading(at=NOW - timedelta(minutes=1)), reading(at=NOW - timedelta(minutes=9))
    known = badge()
    answers = answer_door([late, early], HERE, {OUR_CODE: known}, {})
    assert [(a.client, a.verdict, a.first_entry) for a in answers] == [
        (late.client, DoorVerdict.ALREADY_IN, NOW - timedelta(minutes=9)),
        (early.client, DoorVerdict.VALID, None),
    ]


def test_a_clock_that_runs_ahead_counts_as_now() -> None:
    ahead, soon = reading(at=NOW + timedelta(days=900)), reading(at=NOW - timedelta(minutes=1))
    answers = answer_door([ahead, soon], HERE, {OUR_CODE: badge()}, {})
    assert [a.verdict for a in answers] == [DoorVerdict.ALREADY_IN, DoorVerdict.VALID]


def test_a_reading_that_came_before_gets_its_first_answer_again() -> None:
    known, again = badge(state="attended", presence=IN), reading()
    stored = {again.client: StoredScan(DoorVerdict.VALID, known.registration)}
    [answer] = answer_door([again], HERE, {OUR_CODE: known}, stored)
    assert (answer.verdict, answer.duplicate, answer.name) == (DoorVerdict.VALID, True, "มาลี")


def test_a_repeated_id_with_another_badge_shows_nobody() -> None:
    known, again = badge(), reading()
    stored = {again.client: StoredScan(DoorVerdict.VALID, RegistrationId(uuid4()))}
    [answer] = answer_door([again], HERE, {OUR_CODE: known}, stored)
    assert (answer.verdict, answer.registration, answer.name) == (DoorVerdict.VALID, None, None)


@pytest.mark.parametrize(
    ("validity", "lets_in"),
    [
        (ALWAYS, True),
        (Validity(NOW, None), True),
        (Validity(None, LATER), True),
        (Validity(EARLIER, LATER), True),
        (Validity(LATER, None), False),
        (Validity(None, NOW), False),
        (Validity(EARLIER, NOW), False),
    ],
)
def test_a_ticket_lets_in_while_it_is_good_and_out_always(validity: Validity, lets_in: bool) -> None:
    known = badge(validity=validity)
    said = [
        verdict_of(known, reading(kind), HERE, Room() if kind == "session" else None) for kind in ("entry", "session", "exit")
    ]
    inside = DoorVerdict.VALID if lets_in else DoorVerdict.WRONG_DAY
    assert said == [inside, inside, DoorVerdict.VALID]


def test_a_room_counts_each_head_once_and_keeps_its_first_time_and_place() -> None:
    ann, bee = RegistrationId(uuid4()), RegistrationId(uuid4())
    empty = Room(capacity=1)
    taken = empty.with_(ann, NOW, "North")
    assert [empty.verdict(ann), taken.verdict(ann), taken.verdict(bee)] == [
        DoorVerdict.VALID,
        DoorVerdict.ALREADY_IN,
        DoorVerdict.FULL,
    ]
    again = taken.with_(ann, EARLIER, "South").with_(ann, LATER, "East")
    assert (again.heads, again.inside[ann]) == (1, Presence(EARLIER, place="South"))


def test_in_one_batch_a_session_sees_who_comes_first_and_leaves_presence_in_the_hall_alone() -> None:
    known = badge()
    sits, enters = reading("session", at=EARLIER), reading("entry")
    said = answer_door([sits, enters], HERE, {OUR_CODE: known}, {}, {SESSION: Room(capacity=1)}, "North")
    assert [(answer.verdict, answer.came) for answer in said] == [(DoorVerdict.VALID, True), (DoorVerdict.VALID, False)]


@pytest.mark.parametrize(
    ("rooms", "verdict"),
    [
        ({SESSION: Room()}, DoorVerdict.VALID),
        ({SESSION: Room(removed_at=LATER)}, DoorVerdict.VALID),
        ({SESSION: Room(removed_at=NOW)}, DoorVerdict.NO_SUCH_SESSION),
        ({}, DoorVerdict.NO_SUCH_SESSION),
    ],
)
def test_a_session_counts_until_it_is_taken_off(rooms: dict[UUID, Room], verdict: DoorVerdict) -> None:
    one, known = reading("session"), {str(OUR_CODE): badge()}
    [said] = answer_door([one], HERE, known, {}, rooms)
    assert (said.verdict, said.name is None, said.came) == (verdict, verdict != "valid", verdict == "valid")
    # whoever holds the badge, and whether it is one; and what was answered before is answered again
    [nobody] = answer_door([one], HERE, {}, {}, rooms)
    assert (nobody.verdict is DoorVerdict.NO_SUCH_SESSION) == (verdict is DoorVerdict.NO_SUCH_SESSION)
    [again] = answer_door([one], HERE, known, {one.client: StoredScan(DoorVerdict.FULL, badge().registration)}, rooms)
    assert (again.verdict, again.duplicate) == (DoorVerdict.FULL, True)


def test_what_is_typed_is_read_as_a_name_an_address_and_the_end_of_a_badge() -> None:
    assert read_wanted("  O'Neill  50%_ ") == Wanted(["%O'Neill%", "%50\\%\\_%"], "O'Neill  50%_", None)
    assert read_wanted("7k2mx") == Wanted(["%7k2mx%"], "7k2mx", "7K2MX")
    with pytest.raises(InvalidInput):
        read_wanted(" x ")
