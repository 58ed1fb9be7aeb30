"""What a session of an event must be. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from events.errors import FieldError
from events.hosting.rules import Titles, missing_languages, time_faults, write_in


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """What the organiser says about a talk or workshop; `capacity` is how many heads its room takes, None: no limit."""

    titles: Titles
    starts_at: datetime
    ends_at: datetime
    capacity: int | None


def session_faults(plan: SessionPlan, languages: Sequence[str]) -> list[FieldError]:
    """Everything that keeps a session from being held as it is planned."""
    faults = [write_in("titles", language) for language in missing_languages(plan.titles, languages)]
    faults += time_faults(starts_at=plan.starts_at, ends_at=plan.ends_at)
    if plan.ends_at <= plan.starts_at:
        faults.append(FieldError("ends_at", "A session must end after it starts.", "เวลาสิ้นสุดต้องอยู่หลังเวลาเริ่ม"))
    return faults
