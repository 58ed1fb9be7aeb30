"""Public pages: the programme, one event, its calendar entry, and the notices by their hash."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from litestar import Response, get
from litestar.params import FromPath

from events.access.guards import Given
from events.database.connections import Database
from events.errors import NotFound
from events.hosting.programme.queries import programme_page, public_event
from events.messages.calendar import calendar_entry
from events.settings import Settings
from events.terms import LANGUAGES
from events.web.memory import Memory, remembered
from events.web.pages import ENVIRONMENT, Visitor, an_address, frame, require_language, same_page_in
from events.web.programme.queries import published_notice
from events.web.programme.rules import in_language, linked_data, offer, safe_link

Facts = Callable[[], Awaitable[tuple[int, dict[str, Any]]]]

EVENTS_SHOWN: Final = 100
HASH_DIGITS: Final = 64


async def _remembered(
    request: Visitor, memory: Memory, settings: Settings, now: datetime, template: str, facts: Facts
) -> Response[bytes]:
    """The page, from memory where it is; it depends on the address and on how years are counted, and on nothing else."""
    shown = frame(request, settings)
    # nothing about this visitor may be kept for others: as the route is for anyone, the guard asked nobody who she is and the
    # frame leads to no desk of hers; of her address it may know no more than the page
    shown["languages"] = [(code, name, same_page_in(request, code, with_query=False)) for code, name, _ in shown["languages"]]

    async def make() -> tuple[int, str]:
        status, found = await facts()
        return status, ENVIRONMENT.get_template(template).render(shown | found)

    path = request.scope["path"]
    if request.scope["query_string"] or path != f"/{path.strip('/')}" or "//" in path:
        # another spelling of the address is answered, and not kept: a page has one place in memory
        kept = await remembered(now, shown["language"], make)
    else:
        kept = await memory.page((path, shown["era"]), now, shown["language"], make)
    if kept.known_to(request.headers.get("if-none-match", "")):
        return Response(b"", status_code=304, headers=kept.headers())
    return Response(kept.content, status_code=kept.status, headers=kept.headers())


@get("/{language:str}", **an_address(compressed=True))
async def programme(
    request: Visitor, database: Given[Database], settings: Given[Settings], memory: Given[Memory], now: Given[datetime]
) -> Response[bytes]:
    """The events that one can still go to, the next one first."""
    language = require_language(request)

    async def facts() -> tuple[int, dict[str, Any]]:
        listed = [event for event in await programme_page(database, now, None, EVENTS_SHOWN) if not event.ended]
        shown = [
            {
                "slug": event.slug,
                "title": in_language(language, event.title_th, event.title_en),
                "place": in_language(language, event.place_th, event.place_en),
                "kind": event.kind,
                "controller": event.controller,
                "starts_at": event.starts_at,
                "ends_at": event.ends_at,
                "zone": event.time_zone,
                "local_start": event.starts_at.astimezone(ZoneInfo(event.time_zone)),
            }
            for event in listed
        ]
        return 200, {"events": shown}

    return await _remembered(request, memory, settings, now, "programme/list.html", facts)


@get("/{language:str}/events/{slug:str}", **an_address(compressed=True))
async def event_page(
    slug: FromPath[str],
    request: Visitor,
    database: Given[Database],
    settings: Given[Settings],
    memory: Given[Memory],
    now: Given[datetime],
) -> Response[bytes]:
    """One event: when and where, its tickets, who answers for the data, and the sponsors with their notices."""
    language = require_language(request)

    async def facts() -> tuple[int, dict[str, Any]]:
        event = await public_event(database, slug, now)
        if event is None:
            raise NotFound
        tickets = []
        for ticket in event.tickets:
            state, left = offer(event, ticket, now)
            tickets.append(
                {
                    "name": in_language(language, ticket.th, ticket.en),
                    "price_minor": ticket.price_minor,
                    "currency": ticket.currency,
                    "state": state,
                    "left": left,
                    "opens_at": ticket.sales_open_at,
                    "needs_approval": ticket.needs_approval,
                }
            )
        addresses = {code: f"{settings.base_url}/{code}/events/{quote(slug)}" for code in LANGUAGES}
        return 200, {
            "event": event,
            "title": in_language(language, event.title_th, event.title_en),
            "place": in_language(language, event.place_th, event.place_en),
            "summary": in_language(language, event.summary_th, event.summary_en),
            "tickets": tickets,
            "sponsors": [(sponsor, safe_link(sponsor.notice_url)) for sponsor in event.sponsors],
            "organiser_notice": safe_link(event.organiser.notice_url) if event.organiser else None,
            "addresses": addresses,
            "linked_data": linked_data(event, language, addresses[language], now),
            "form_language": language if language in event.languages else event.languages[0],
            "open": any(ticket["state"] in {"open", "sold_out"} for ticket in tickets),
            "over": event.ends_at <= now,
        }

    return await _remembered(request, memory, settings, now, "programme/event.html", facts)


@get("/{language:str}/events/{slug:str}/calendar.ics", **an_address())
async def event_calendar(
    slug: FromPath[str], request: Visitor, database: Given[Database], settings: Given[Settings], now: Given[datetime]
) -> Response[bytes]:
    """The event for a calendar (RFC 5545)."""
    language = require_language(request)
    event = await public_event(database, slug, now)
    if event is None:
        raise NotFound
    entry = calendar_entry(
        f"{event.slug}@events",
        in_language(language, event.title_th, event.title_en),
        event.starts_at,
        event.ends_at,
        event.time_zone,
        place=in_language(language, event.place_th, event.place_en),
        link=f"{settings.base_url}/{language}/events/{quote(slug)}",
        now=now,
        cancelled=event.cancelled_at is not None,
    )
    return Response(
        entry, media_type="text/calendar", headers={"content-disposition": f'attachment; filename="{event.slug}.ics"'}
    )


@get("/{language:str}/notices/{sha256:str}", **an_address(compressed=True))
async def notice_page(
    sha256: FromPath[str],
    request: Visitor,
    database: Given[Database],
    settings: Given[Settings],
    memory: Given[Memory],
    now: Given[datetime],
) -> Response[bytes]:
    """One version of a privacy notice, at an address that never shows another (S12-ver-5)."""
    require_language(request)

    async def facts() -> tuple[int, dict[str, Any]]:
        well_formed = len(sha256) == HASH_DIGITS and all(c in "0123456789abcdef" for c in sha256)
        notice = await published_notice(database, sha256, now) if well_formed else None
        if notice is None:
            raise NotFound
        return 200, {"notice": notice}

    return await _remembered(request, memory, settings, now, "programme/notice.html", facts)


PAGES: list[Any] = [programme, event_page, event_calendar, notice_page]
