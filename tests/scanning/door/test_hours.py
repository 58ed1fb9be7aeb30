"""The hours of door phones stand in Python and in SQL, and end at the same moment in both."""

from datetime import timedelta
from uuid import uuid4

import pytest

from events.phones.rules import DOORS_HAND_OVER, DOORS_STAY_OPEN
from events.scanning.door.rules import DoorEvent
from events.terms import EventId
from tests.scanning.hall import Hall

INSTANT = timedelta(microseconds=1)
OVER = timedelta(hours=12)
THE_LAST = OVER + timedelta(days=3)


@pytest.mark.parametrize(
    ("since_its_end", "over", "may_hand_over"),
    [
        (timedelta(0), False, True),
        (OVER - INSTANT, False, True),
        (OVER, True, True),
        (THE_LAST - INSTANT, True, True),
        (THE_LAST, True, False),
    ],
)
async def test_python_and_sql_close_the_doors_at_the_same_moment(
    hall: Hall, since_its_end: timedelta, over: bool, may_hand_over: bool
) -> None:
    phone = await hall.phone(None)
    ends = await hall.sql.fetchval("select ends_at from event where id = $1", hall.event)
    now = ends + since_its_end
    event = DoorEvent(EventId(uuid4()), "AB", cancelled=False, over_at=ends + DOORS_STAY_OPEN)
    assert (event.over(now), not event.over(now - DOORS_HAND_OVER)) == (over, may_hand_over)
    assert await hall.sql.fetchval("select access.doors_over($1, $2)", ends, now) is over
    # a token of hers that is spent: the phone is told so as long as it is one, and afterwards nothing at all
    asked = await hall.sql.fetch("select kind from access.refresh_device($1, 'spent', 'next', $2)", phone.id, now)
    assert [row["kind"] for row in asked] == (["door"] if may_hand_over else [])
