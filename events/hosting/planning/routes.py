"""HTTP of an organiser's own events."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter

from events.access.caller import Caller
from events.access.guards import Given, IdempotencyKey, may
from events.access.permissions import Permission
from events.database.connections import Database
from events.hosting.planning.actions import cancel_event, change_event, list_events, plan_event, publish_event, show_event
from events.hosting.planning.queries import EventRow
from events.hosting.planning.rules import RELEASE_WINDOW, Plan
from events.hosting.rules import LATEST, Link, Moment, Prose, Seats, Slug, Summaries, Titles, changes_in, page_of, read_cursor
from events.terms import EventKind, Language, OurRole

Organisation = Annotated[UUID | None, QueryParameter()]
Languages = Annotated[list[Language], msgspec.Meta(min_length=1, max_length=2)]
TimeZone = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Unset = msgspec.UnsetType


class EventForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A new event. Times are RFC 3339 with an offset; without `release_closes_at`, sponsors may take leads for 60 days.

    `join_url` is where a webinar or hybrid event takes place online; attendees get it from their join page, nobody else does.
    """

    slug: Slug
    kind: EventKind
    titles: Titles
    places: Titles = msgspec.field(default_factory=Titles)
    summaries: Summaries = msgspec.field(default_factory=Summaries)
    join_url: Link | None = None
    languages: Languages
    time_zone: TimeZone
    starts_at: Moment
    ends_at: Moment
    capacity: Seats | None = None
    our_role: OurRole = OurRole.CONTROLLER
    our_role_reason: Prose = ""
    organiser_party: UUID | None = None
    release_closes_at: Moment | None = None


class EventChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is left out stays. After publication: words, places, join_url, capacity, times and organiser."""

    slug: Slug | Unset = msgspec.UNSET
    kind: EventKind | Unset = msgspec.UNSET
    titles: Titles | Unset = msgspec.UNSET
    places: Titles | Unset = msgspec.UNSET
    summaries: Summaries | Unset = msgspec.UNSET
    join_url: Link | Unset | None = msgspec.UNSET
    languages: Languages | Unset = msgspec.UNSET
    time_zone: TimeZone | Unset = msgspec.UNSET
    starts_at: Moment | Unset = msgspec.UNSET
    ends_at: Moment | Unset = msgspec.UNSET
    capacity: Seats | Unset | None = msgspec.UNSET
    our_role: OurRole | Unset = msgspec.UNSET
    our_role_reason: Prose | Unset = msgspec.UNSET
    organiser_party: UUID | Unset | None = msgspec.UNSET
    release_closes_at: Moment | Unset = msgspec.UNSET


class EventView(msgspec.Struct, frozen=True):
    id: UUID
    slug: str
    kind: str
    titles: Titles
    places: Titles
    summaries: Summaries
    join_url: str | None
    languages: list[str]
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    our_role: str
    our_role_reason: str
    organiser_party: UUID | None
    release_closes_at: datetime
    badge_tag: str
    published_at: datetime | None
    cancelled_at: datetime | None
    created_at: datetime


class EventPage(msgspec.Struct, frozen=True):
    items: list[EventView]
    next: str | None


def view(row: EventRow) -> EventView:
    return EventView(
        id=row.id,
        slug=row.slug,
        kind=row.kind,
        titles=Titles(row.title_th, row.title_en),
        places=Titles(row.place_th, row.place_en),
        summaries=Summaries(row.summary_th, row.summary_en),
        join_url=row.join_url,
        languages=row.languages,
        time_zone=row.time_zone,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        capacity=row.capacity,
        our_role=row.our_role,
        our_role_reason=row.our_role_reason,
        organiser_party=row.organiser_party_id,
        release_closes_at=row.release_closes_at,
        badge_tag=row.badge_tag,
        published_at=row.published_at,
        cancelled_at=row.cancelled_at,
        created_at=row.created_at,
    )


@post("/organiser/events", opt=may(Permission.SET_UP_EVENT), status_code=201)
async def post_event(
    data: JSONBody[EventForm],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
    idempotency_key: IdempotencyKey = None,
) -> EventView:
    """Plan an event. Nobody sees it before it is published."""
    staff = caller.staff(Permission.SET_UP_EVENT, organisation)
    plan = Plan(
        slug=data.slug,
        kind=data.kind.value,
        titles=data.titles,
        places=data.places,
        summaries=data.summaries,
        join_url=data.join_url,
        languages=data.languages,
        time_zone=data.time_zone,
        starts_at=data.starts_at,
        ends_at=data.ends_at,
        capacity=data.capacity,
        our_role=data.our_role.value,
        our_role_reason=data.our_role_reason,
        organiser_party=data.organiser_party,
        release_closes_at=data.release_closes_at or min(data.ends_at, LATEST - 2 * RELEASE_WINDOW) + RELEASE_WINDOW,
    )
    return view(await plan_event(database, staff, plan, idempotency_key, data, now))


@get("/organiser/events", opt=may(Permission.SEE_EVENT))
async def get_events(
    caller: Given[Caller],
    database: Given[Database],
    organisation: Organisation = None,
    cursor: Annotated[str | None, QueryParameter()] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> EventPage:
    """The organisation's events, newest first, published or not."""
    staff = caller.staff(Permission.SEE_EVENT, organisation)
    before = read_cursor(cursor, tuple[UUID])[0] if cursor else None
    rows = await list_events(database, staff, before, limit + 1)
    page, following = page_of(rows, limit, lambda row: (row.id,))
    return EventPage([view(row) for row in page], following)


@get("/organiser/events/{slug:str}", opt=may(Permission.SEE_EVENT))
async def get_event(
    slug: FromPath[str], caller: Given[Caller], database: Given[Database], organisation: Organisation = None
) -> EventView:
    """One event of the organisation."""
    return view(await show_event(database, caller.staff(Permission.SEE_EVENT, organisation), slug))


@patch("/organiser/events/{slug:str}", opt=may(Permission.SET_UP_EVENT))
async def patch_event(
    slug: FromPath[str],
    data: JSONBody[EventChange],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
) -> EventView:
    """Change an event. A new title, place or time of a published one is mailed to everybody who has a place."""
    staff = caller.staff(Permission.SET_UP_EVENT, organisation)
    return view(await change_event(database, staff, slug, changes_in(data), now))


@post("/organiser/events/{slug:str}/publish", opt=may(Permission.SET_UP_EVENT), status_code=200)
async def post_publish(
    slug: FromPath[str], caller: Given[Caller], database: Given[Database], now: Given[datetime], organisation: Organisation = None
) -> EventView:
    """Publish an event; a refusal names everything that is missing."""
    return view(await publish_event(database, caller.staff(Permission.SET_UP_EVENT, organisation), slug, now))


@post("/organiser/events/{slug:str}/cancel", opt=may(Permission.SET_UP_EVENT), status_code=200)
async def post_cancel(
    slug: FromPath[str], caller: Given[Caller], database: Given[Database], now: Given[datetime], organisation: Organisation = None
) -> EventView:
    """Call an event off; no data leaves for it any more, and everybody who has a place is told by mail."""
    return view(await cancel_event(database, caller.staff(Permission.SET_UP_EVENT, organisation), slug, now))


ROUTES: list[Any] = [post_event, get_events, get_event, patch_event, post_publish, post_cancel]
