"""What a public page says of an event, in one language. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from events.hosting.programme.rules import PublicEvent, SalesState, TicketFacts, sales_state, seats_left
from events.terms import Language
from events.words import major_units

FEW: Final = 10  # places left from which on a page says how many

ATTENDANCE: Final[Mapping[str, str]] = {
    "in_person": "OfflineEventAttendanceMode",
    "webinar": "OnlineEventAttendanceMode",
    "hybrid": "MixedEventAttendanceMode",
}


def in_language(language: Language, thai: str, english: str) -> str:
    """The text in this language, or in the other one where there is none."""
    return (thai or english) if language == "th" else (english or thai)


def offer(event: PublicEvent, ticket: TicketFacts, now: datetime) -> tuple[SalesState, int | None]:
    """Whether a ticket can be had now, and how many are left (None where nobody counts)."""
    left = seats_left(ticket.left, event.left)
    state = sales_state(ticket.sales_open_at, ticket.sales_close_at, event.ends_at, event.cancelled_at is not None, left, now)
    return state, left


def linked_data(event: PublicEvent, language: Language, address: str, now: datetime) -> dict[str, Any]:
    """The event as schema.org `Event` (JSON-LD), for search engines."""
    title = in_language(language, event.title_th, event.title_en)
    place = in_language(language, event.place_th, event.place_en)
    where: list[dict[str, Any]] = []
    if event.kind != "webinar":
        where.append({"@type": "Place", "name": place or title, "address": place or title})
    if event.kind != "in_person":
        where.append({"@type": "VirtualLocation", "url": address})
    availability = {"open": "InStock", "sold_out": "SoldOut", "closed": "Discontinued", "not_open": "PreOrder"}
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": title,
        "startDate": event.starts_at.isoformat(),
        "endDate": event.ends_at.isoformat(),
        "eventAttendanceMode": f"https://schema.org/{ATTENDANCE[event.kind]}",
        "eventStatus": f"https://schema.org/{'EventCancelled' if event.cancelled_at else 'EventScheduled'}",
        "location": where[0] if len(where) == 1 else where,
        "inLanguage": event.languages,
        "url": address,
        "organizer": {"@type": "Organization", "name": event.organiser.legal_name if event.organiser else event.legal_name},
        "offers": [
            {
                "@type": "Offer",
                "name": in_language(language, ticket.th, ticket.en),
                "price": str(major_units(ticket.price_minor, ticket.currency)),
                "priceCurrency": ticket.currency,
                "availability": f"https://schema.org/{availability[offer(event, ticket, now)[0]]}",
                "url": address,
            }
            for ticket in event.tickets
        ],
    }


def safe_link(address: str | None) -> str | None:
    """An address of somebody else's that a page may link to: http(s) only, since others typed it."""
    return address if address and urlsplit(address).scheme in {"http", "https"} else None
