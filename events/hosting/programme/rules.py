"""What a visitor is told about a ticket. Pure."""

from datetime import datetime
from typing import Literal

SalesState = Literal["not_open", "open", "closed", "sold_out"]


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
