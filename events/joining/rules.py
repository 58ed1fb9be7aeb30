"""When one may join online, what one may download, and whether a download may ask about its sponsor. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from events.errors import FieldError

# so that a crowd is in its seats when it begins
OPENS_BEFORE: Final = timedelta(minutes=30)
STANDING: Final = frozenset({"confirmed", "attended"})


class Shut(StrEnum):
    """Why a join page does not let somebody in now."""

    NOT_STANDING = "not_standing"
    CANCELLED = "cancelled"
    TOO_EARLY = "too_early"
    OVER = "over"
    NO_LINK = "no_link"


@dataclass(frozen=True, slots=True)
class OnlinePlace:
    """One person's place at an event that takes place online (too)."""

    state: str
    join_url: str | None
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    event_cancelled: bool
    joined_at: datetime | None

    @property
    def opens_at(self) -> datetime:
        return self.starts_at - OPENS_BEFORE


def shut(place: OnlinePlace, now: datetime) -> Shut | None:
    """What keeps her out now; None when she may join."""
    if place.state not in STANDING:
        return Shut.NOT_STANDING
    if place.event_cancelled:
        return Shut.CANCELLED
    if now < place.opens_at:
        return Shut.TOO_EARLY
    if now >= place.ends_at:
        return Shut.OVER
    return Shut.NO_LINK if place.join_url is None else None


def told(reason: Shut, place: OnlinePlace) -> tuple[str, str]:
    """The reason in English and Thai, with times in the event's zone."""
    opens = f"{place.opens_at.astimezone(ZoneInfo(place.time_zone)):%Y-%m-%d %H:%M} ({place.time_zone})"
    sentences: Mapping[Shut, tuple[str, str]] = {
        Shut.NOT_STANDING: ("This registration is not confirmed, or was cancelled.", "การลงทะเบียนนี้ยังไม่ยืนยันหรือถูกยกเลิกแล้ว"),
        Shut.CANCELLED: ("This event is cancelled.", "งานนี้ถูกยกเลิกแล้ว"),
        Shut.TOO_EARLY: (f"You can join from {opens} on.", f"เข้าร่วมได้ตั้งแต่ {opens}"),
        Shut.OVER: ("This event is over.", "งานนี้สิ้นสุดแล้ว"),
        Shut.NO_LINK: (
            "The organiser has not said yet where this event is joined. Try again in a few minutes.",
            "ผู้จัดงานยังไม่ได้ระบุช่องทางเข้าร่วม กรุณาลองใหม่ในอีกสักครู่",
        ),
    }
    return sentences[reason]


@dataclass(frozen=True, slots=True)
class Asset:
    """A download as an attendee may see it: never its address. `asked_before`: she opened something of this sponsor's here."""

    id: UUID
    kind: str
    title_th: str
    title_en: str
    available_from: datetime
    opened_at: datetime | None
    sponsor_id: UUID | None
    legal_name: str | None
    asked_before: bool


def asks_sponsor(asset: Asset, on_form: Collection[UUID], given: Collection[UUID]) -> bool:
    """Whether the unticked box stands beside this download.

    S6-sponsor-1: the box asks what the form in force asks, of a sponsor that stands on it (`on_form`), and nobody who has
    given it (`given`). S6-sponsor-6: leaving it unticked is an answer, so it does not stand there a second time.
    """
    return (
        asset.sponsor_id is not None and asset.sponsor_id in on_form and asset.sponsor_id not in given and not asset.asked_before
    )


# a tick is checked as a box of the form is; here it has other names
_NAMES: Final[Mapping[str, str]] = {
    "consents[0].fields": "fields",
    "consents[0].purpose": "share_with_sponsor",
    "consents[0].recipient": "share_with_sponsor",
}


def in_own_words(faults: Sequence[FieldError]) -> list[FieldError]:
    """The faults of a tick, under the names of the fields beside a download."""
    return [fault._replace(field=_NAMES.get(fault.field, fault.field)) for fault in faults]
