"""What everybody may know of a published event, and what a visitor is told about a ticket. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

SalesState = Literal["not_open", "open", "closed", "sold_out"]


class TicketFacts(msgspec.Struct, frozen=True):
    id: UUID
    th: str
    en: str
    price_minor: int
    currency: str
    sales_open_at: datetime | None
    sales_close_at: datetime | None
    left: int | None
    needs_approval: bool = False


class PartyFacts(msgspec.Struct, frozen=True):
    legal_name: str
    countries: list[str]
    contact: str
    notice_url: str | None
    party: UUID | None = None


@dataclass(frozen=True, slots=True)
class PublicEvent:
    slug: str
    kind: str
    our_role: str
    title_th: str
    title_en: str
    place_th: str
    place_en: str
    summary_th: str
    summary_en: str
    languages: list[str]
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    published_at: datetime
    cancelled_at: datetime | None
    left: int | None
    legal_name: str
    country: str
    contact_email: str
    dpo_name: str
    dpo_email: str
    organiser: PartyFacts | None
    tickets: list[TicketFacts]
    sponsors: list[PartyFacts]


def sales_state(
    open_at: datetime | None, close_at: datetime | None, event_ends_at: datetime, cancelled: bool, left: int | None, now: datetime
) -> SalesState:
    """Whether one may register for it now; `left` is None where nobody counts."""
    if cancelled or event_ends_at <= now or (close_at is not None and close_at <= now):
        return "closed"
    if open_at is not None and now < open_at:
        return "not_open"
    return "sold_out" if left is not None and left <= 0 else "open"


def takes_place_online(kind: str) -> bool:
    """Whether one may take part without coming."""
    return kind != "in_person"


def seats_left(ticket: int | None, event: int | None) -> int | None:
    """The tighter of two limits; None where there is neither."""
    limits = [limit for limit in (ticket, event) if limit is not None]
    return min(limits) if limits else None
