"""What a phone's clock said, by ours. Pure."""

from datetime import UTC, datetime, timedelta
from typing import Final

from events.errors import FieldError

# by how much a clock that was right all the time may seem to disagree with itself
SLACK: Final = timedelta(seconds=5)
# the edge of the calendar, a day from where drivers read an infinity
_FIRST_DAY: Final = datetime(1, 1, 2, tzinfo=UTC)


def contradicts_itself(at: datetime, sent_at: datetime | None, received: datetime) -> bool:
    """Whether the phone's clock was set back between reading and sending (or, where it does not say when it sent, runs ahead):
    when the reading was can then not be told, only that it was before now."""
    return at - (sent_at or received) > SLACK


def effective_at(at: datetime, sent_at: datetime | None, received: datetime) -> datetime:
    """When a reading counts: the phone's time, corrected by how far its clock stood off when it sent, never ahead of ours.

    A phone that does not say when it sent is taken as it is. What leaves the calendar ends at its edge. Where the clock
    contradicts itself this is the time of receipt, which counts at a door alone.
    """
    if sent_at is None:
        return min(at, received)
    # how long ago it was, by one and the same clock
    age = sent_at - at
    if age <= timedelta(0):
        return received
    return received - age if age < received - _FIRST_DAY else _FIRST_DAY


def in_calendar(at: datetime | None, field: str, wrong: list[FieldError]) -> datetime | None:
    """The time in UTC; where that lies outside of what a calendar holds, None and one more wrong field."""
    try:
        return None if at is None else at.astimezone(UTC)
    except OverflowError:
        wrong.append(FieldError(field, "This time is outside of the calendar.", "เวลานี้อยู่นอกช่วงปฏิทิน"))
        return None
