"""What a download of an event must be. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.errors import FieldError
from events.hosting.rules import Titles, missing_languages, time_faults, write_in


@dataclass(frozen=True, slots=True)
class AssetPlan:
    """What the organiser says about a download; `sponsor` is whom its own question names, if it asks one."""

    kind: str
    titles: Titles
    url: str
    available_from: datetime
    sponsor: UUID | None
    position: int


def asset_faults(plan: AssetPlan, languages: Sequence[str]) -> list[FieldError]:
    """Everything that keeps a download from being offered as it is planned."""
    return [
        *(write_in("titles", language) for language in missing_languages(plan.titles, languages)),
        *time_faults(available_from=plan.available_from),
    ]


def sponsor_faults(sponsor: UUID | None, *, sponsors_this_event: bool) -> list[FieldError]:
    """§6, S6-sponsor-1: only a sponsor of this very event may be asked about beside one of its downloads."""
    if sponsor is None or sponsors_this_event:
        return []
    return [
        FieldError(
            "sponsor",
            "Name a sponsor that stands on this event's list of sponsors, or leave this out.",
            "กรุณาระบุผู้สนับสนุนที่อยู่ในรายชื่อผู้สนับสนุนของงานนี้ หรือเว้นช่องนี้ว่าง",
        )
    ]
