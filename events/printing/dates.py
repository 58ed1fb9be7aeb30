"""Dates and times on paper, in Thai and English. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from events.terms import Language

BUDDHIST_ERA: Final = 543
_MONTHS: Final[Mapping[Language, Sequence[str]]] = {
    "th": ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}


def days(starts_at: datetime, ends_at: datetime, time_zone: str, language: Language) -> str:
    """The days of an event where it takes place, such as "1–2 Mar 2027"; a Thai date counts Buddhist years."""
    zone = ZoneInfo(time_zone)
    first = _parts(starts_at.astimezone(zone).date(), language)
    last = _parts(ends_at.astimezone(zone).date(), language)
    whole = " ".join(last)
    if first == last:
        return whole
    # what both share stands once, at the end
    shared = 2 if first[1:] == last[1:] else int(first[2] == last[2])
    return f"{' '.join(first[: 3 - shared])}–{whole}"


def moment(at: datetime, time_zone: str, language: Language) -> str:
    """Such as "1 Mar 2027, 16:00" in that zone."""
    there = at.astimezone(ZoneInfo(time_zone))
    return f"{' '.join(_parts(there.date(), language))}, {there:%H:%M}"


def _parts(day: date, language: Language) -> list[str]:
    year = day.year + (BUDDHIST_ERA if language == "th" else 0)
    return [str(day.day), _MONTHS[language][day.month - 1], str(year)]
