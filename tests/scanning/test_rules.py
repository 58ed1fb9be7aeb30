"""The rules of batches and doors, as tables."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from events.badges.codes import new_code
from events.errors import InvalidInput
from events.scanning.rules import (
    DoorEvent,
    DoorVerdict,
    KnownBadge,
    Presence,
    Reading,
    ScanKind,
    Sent,
    StoredScan,
    after,
    answer_door,
    effective_at,
    read_batch,
    verdict_of,
)
from events.terms import EventId, RegistrationId

NOW = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
TOO_LATE = datetime.fromisoformat("9999-12-31T23:59:59-12:00")
CLOCKS = json.loads((Path(__file__).parents[1] / "vectors" / "clock.json").read_text(encoding="utf-8"))["cases"]
HERE = DoorEvent(EventId(uuid4()), "AB", False)
OUR_CODE, THEIR_CODE = new_code("AB"), new_code("CD")
NEVER_IN = Presence()
IN = Presence(first_entry=NOW - timedelta(hours=1))


def hour(of_day: int) -> datetime:
    return NOW.replace(hour=of_day)


def opens_nothing(_sealed: str, _scan: UUID) -> None:
    return None


def badge(*, event: EventId = HERE.id, live: bool = True, state: str = "confirmed", presence: Presence = NEVER_IN) -> KnownBadge:
    return KnownBadge(RegistrationId(uuid4()), event, live, state, "มาลี", "Visitor", presence)


def reading(kind: ScanKind = "entry", code: str = OUR_CODE, at: datetime = NOW) -> Reading:
    return Reading(uuid4(), code, at, kind, effective_at(at, None, NOW))


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


@pytest.mark.requirement("S6-sponsor-3", "scenario-11")
@pytest.mark.parametrize("clock", CLOCKS, ids=[clock["note"] for clock in CLOCKS])
def test_a_reading_counts_at_the_time_that_the_shared_vectors_say(clock: dict[str, str | None]) -> None:
    at, sent_at, received, counts = (
        None if clock[name] is None else datetime.fromisoformat(str(clock[name]))
        for name in ("at", "sent_at", "received_at", "effective_at")
    )
    assert at
    assert received
    assert counts
    assert effective_at(at, sent_at, received) == counts
    assert counts <= received


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


def test_a_batch_names_each_item_that_is_wrong() -> None:
    one = UUID(int=1)
    with pytest.raises(InvalidInput) as refused:
        read_batch(
            [
                Sent(one, OUR_CODE, NOW, "booth"),
                Sent(one, OUR_CODE, NOW, "booth"),
                Sent(UUID(int=2), OUR_CODE, NOW, "entry"),
                Sent(UUID(int=3), OUR_CODE, TOO_LATE, "booth"),
                Sent(UUID(int=4), OUR_CODE, NOW, "session"),
                Sent(UUID(int=5), OUR_CODE, NOW, "booth", UUID(int=9)),
                Sent(UUID(int=6), OUR_CODE, NOW, "booth", sealed="sealed"),
                Sent(UUID(int=7), None, NOW, "booth"),
            ],
            frozenset({"booth", "session"}),
            NOW,
            opens_nothing,
        )
    wrong = [
        "scans[1].id",
        "scans[2].kind",
        "scans[3].at",
        "scans[4].session",
        "scans[5].session",
        "scans[6].code",
        "scans[7].code",
    ]
    assert [f.field for f in refused.value.fields] == wrong


def test_a_batch_names_a_time_of_sending_that_no_calendar_holds() -> None:
    with pytest.raises(InvalidInput) as refused:
        read_batch([Sent(uuid4(), OUR_CODE, NOW, "booth")], frozenset({"booth"}), NOW, opens_nothing, sent_at=TOO_LATE)
    assert [f.field for f in refused.value.fields] == ["sent_at"]


def test_codes_are_read_in_their_normal_form_and_anything_else_as_it_stands() -> None:
    typed = f"{OUR_CODE[:10].lower()}-{OUR_CODE[10:]}"
    sent = [Sent(uuid4(), typed, NOW, "booth"), Sent(uuid4(), "WIFI:S:hall;;", NOW, "booth")]
    assert [r.code for r in read_batch(sent, frozenset({"booth"}), NOW, opens_nothing).readings] == [OUR_CODE, "WIFI:S:hall;;"]
