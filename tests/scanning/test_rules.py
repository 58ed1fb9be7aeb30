"""The rules of batches, as tables."""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from events.badges.codes import new_code
from events.clocks import contradicts_itself, effective_at
from events.errors import InvalidInput
from events.scanning.rules import Sent, read_batch

NOW = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
TOO_LATE = datetime.fromisoformat("9999-12-31T23:59:59-12:00")
CLOCKS = json.loads((Path(__file__).parents[1] / "vectors" / "clock.json").read_text(encoding="utf-8"))["cases"]
OUR_CODE, THEIR_CODE = new_code("AB"), new_code("CD")


def opens_nothing(_scan: Sent) -> None:
    return None


@pytest.mark.requirement("S6-sponsor-3", "scenario-11")
@pytest.mark.parametrize("clock", CLOCKS, ids=[clock["note"] for clock in CLOCKS])
def test_a_reading_counts_at_the_time_that_the_shared_vectors_say(clock: dict[str, str | None]) -> None:
    at, sent_at, received, counts = (
        None if clock[name] is None else datetime.fromisoformat(str(clock[name]))
        for name in ("at", "sent_at", "received_at", "effective_at")
    )
    assert at
    assert received
    assert contradicts_itself(at, sent_at, received) == (counts is None)
    assert effective_at(at, sent_at, received) == (counts or received)
    assert effective_at(at, sent_at, received) <= received


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
