"""HTTP of what everybody may know: the programme, and one event."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get
from litestar.params import FromPath, QueryParameter

from events.access.guards import Given, may
from events.access.permissions import Permission
from events.database.connections import Database
from events.errors import NotFound
from events.hosting.programme.queries import Listed, programme_page, public_event
from events.hosting.programme.rules import PublicEvent, SalesState, TicketFacts, sales_state, seats_left, takes_place_online
from events.hosting.rules import Summaries, Titles, page_of, read_cursor


class ListedEvent(msgspec.Struct, frozen=True):
    """Times are UTC; `time_zone` says where the event keeps its clock."""

    slug: str
    kind: str
    titles: Titles
    places: Titles
    languages: list[str]
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    controller: str


class Programme(msgspec.Struct, frozen=True):
    items: list[ListedEvent]
    next: str | None


class Controller(msgspec.Struct, frozen=True):
    """Who answers for the data, and whom to write to about it."""

    legal_name: str
    country: str
    contact: str
    dpo: str
    dpo_contact: str
    our_role: str


class Organiser(msgspec.Struct, frozen=True):
    """The affiliate that organises; a controller of its own, with its own notice."""

    legal_name: str
    countries: list[str]
    contact: str
    notice_url: str | None


class TicketOffer(msgspec.Struct, frozen=True):
    """`seats_left` is null where there is no limit, and 0 while people wait; `price_minor` is in satang, cent …

    With `needs_approval` the organiser decides about each registration.
    """

    id: UUID
    names: Titles
    price_minor: int
    currency: str
    seats_left: int | None
    sales: SalesState
    sales_open_at: datetime | None
    sales_close_at: datetime | None
    needs_approval: bool


class ListedSponsor(msgspec.Struct, frozen=True):
    party: UUID
    legal_name: str
    countries: list[str]
    contact: str
    notice_url: str


class EventPageView(msgspec.Struct, frozen=True):
    slug: str
    kind: str
    titles: Titles
    places: Titles
    summaries: Summaries
    online: bool
    languages: list[str]
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    cancelled: bool
    controller: Controller
    organiser: Organiser | None
    tickets: list[TicketOffer]
    sponsors: list[ListedSponsor]


def _listed(row: Listed) -> ListedEvent:
    return ListedEvent(
        slug=row.slug,
        kind=row.kind,
        titles=Titles(row.title_th, row.title_en),
        places=Titles(row.place_th, row.place_en),
        languages=row.languages,
        time_zone=row.time_zone,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        controller=row.controller,
    )


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)


def _offer(event: PublicEvent, ticket: TicketFacts, now: datetime) -> TicketOffer:
    left = seats_left(ticket.left, event.left)
    return TicketOffer(
        id=ticket.id,
        names=Titles(ticket.th, ticket.en),
        price_minor=ticket.price_minor,
        currency=ticket.currency,
        seats_left=left,
        sales=sales_state(ticket.sales_open_at, ticket.sales_close_at, event.ends_at, event.cancelled_at is not None, left, now),
        sales_open_at=_utc(ticket.sales_open_at),
        sales_close_at=_utc(ticket.sales_close_at),
        needs_approval=ticket.needs_approval,
    )


@get("/events", opt=may(Permission.BE_ANYONE))
async def get_programme(
    database: Given[Database],
    now: Given[datetime],
    cursor: Annotated[str | None, QueryParameter()] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> Programme:
    """The published events: those that are not over first, the next one first."""
    after = read_cursor(cursor, tuple[bool, float, UUID]) if cursor else None
    rows = await programme_page(database, now, after, limit + 1)
    page, following = page_of(rows, limit, lambda row: (row.ended, row.place_in_line, row.id))
    return Programme([_listed(row) for row in page], following)


@get("/events/{slug:str}", opt=may(Permission.BE_ANYONE))
async def get_public_event(slug: FromPath[str], database: Given[Database], now: Given[datetime]) -> EventPageView:
    """One published event: when and where, who answers for the data, the tickets, and the sponsors with their notices."""
    event = await public_event(database, slug, now)
    if event is None:
        raise NotFound
    return EventPageView(
        slug=event.slug,
        kind=event.kind,
        titles=Titles(event.title_th, event.title_en),
        places=Titles(event.place_th, event.place_en),
        summaries=Summaries(event.summary_th, event.summary_en),
        online=takes_place_online(event.kind),
        languages=event.languages,
        time_zone=event.time_zone,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        cancelled=event.cancelled_at is not None,
        controller=Controller(
            event.legal_name, event.country, event.contact_email, event.dpo_name, event.dpo_email, event.our_role
        ),
        organiser=msgspec.convert(event.organiser, Organiser | None, from_attributes=True),
        tickets=[_offer(event, ticket, now) for ticket in event.tickets],
        sponsors=msgspec.convert(event.sponsors, list[ListedSponsor], from_attributes=True),
    )


ROUTES: list[Any] = [get_programme, get_public_event]
