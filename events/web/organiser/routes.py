"""The organiser's pages; so far the events, the phones at their doors, and who was looked up there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from litestar import get
from litestar.di import Provide
from litestar.params import FromPath, QueryParameter
from litestar.response import Template

from events.access.caller import Caller, Desk, Staff
from events.access.guards import Given
from events.access.permissions import GRANTS, Permission
from events.database.connections import Database
from events.errors import NotFound
from events.hosting.lookups.actions import list_lookups
from events.hosting.rules import Moment, cursor_of, read_cursor
from events.settings import Settings
from events.web.organiser.queries import event_with_slug, latest_events
from events.web.pages import FORM_HEADERS, Visitor, an_address, page, require_language
from events.web.phones.desk import Front
from events.web.phones.routes import phone_pages
from events.web.preferences import era_in
from events.web.programme.rules import in_language

EVENT: Final = "/{language:str}/organiser/{slug:str}"
MOST_EVENTS: Final = 200
AT_ONCE: Final = 50

Cursor = Annotated[str | None, QueryParameter(max_length=400)]


class Doors(Front):
    """The doors of one event."""

    area: ClassVar[str] = "organiser"

    def facts(self) -> Mapping[str, Any]:
        return {"adds_phones": may_add_phones(self.caller, self.desk.organisation)}


def may_add_phones(caller: Caller, organisation: UUID) -> bool:
    return any(m.body == organisation and Permission.ENROL_DOOR_PHONES in GRANTS[m.role] for m in caller.memberships)


async def open_doors(
    request: Visitor,
    caller: Given[Caller],
    database: Given[Database],
    settings: Given[Settings],
    now: Given[datetime],
    slug: FromPath[str],
) -> Doors:
    """Raises NotFound for an event of another organisation as for none."""
    found = await event_with_slug(database, slug)
    if found is None:
        raise NotFound
    organisation, event = found
    permission: Permission = request.route_handler.opt["permission"]
    staff = caller.staff(permission, organisation)
    return Doors(request, caller, database, settings, now, Desk(staff.organisation, None), event, f"/organiser/{event.slug}")


def doors_address(permission: Permission, **parts: Any) -> dict[str, Any]:
    return an_address(permission, dependencies={"front": Provide(open_doors)}, **parts)


@get("/{language:str}/organiser", **an_address(Permission.SEE_EVENT))
async def events_page(
    request: Visitor, caller: Given[Caller], database: Given[Database], settings: Given[Settings], now: Given[datetime]
) -> Template:
    """The events of each organisation that she works for, with what there is to do at their doors."""
    language = require_language(request)
    mine = [m.organisation for m in caller.memberships if m.kind == "organisation" and Permission.SEE_EVENT in GRANTS[m.role]]
    events = [
        {
            "one": event,
            "title": in_language(language, event.title_th, event.title_en),
            "over": event.ends_at <= now,
            "here": f"/{language}/organiser/{event.slug}",
            "adds_phones": may_add_phones(caller, organisation),
        }
        for organisation in mine
        for event in await latest_events(database, organisation, MOST_EVENTS)
    ]
    return page(
        request,
        settings,
        "organiser/events.html",
        headers=FORM_HEADERS,
        coming=[event for event in reversed(events) if not event["over"]],
        past=[event for event in events if event["over"]],
        era=era_in(request.headers.get("cookie", "")),
    )


@get(f"{EVENT}/lookups", **doors_address(Permission.SEE_EVENT))
async def lookups_page(front: Given[Doors], after: Cursor = None) -> Template:
    """Who looked somebody up at the doors, where, when, and how many people were shown; the newest first."""
    staff: Staff = front.caller.staff(Permission.SEE_EVENT, front.desk.organisation)
    before = read_cursor(after, tuple[Moment, UUID]) if after else None
    rows = await list_lookups(front.database, staff, front.event.slug, before, AT_ONCE + 1)
    shown = rows[:AT_ONCE]
    return front.page(
        "organiser/lookups.html",
        lookups=shown,
        first=after is None,
        older=cursor_of(shown[-1].at, shown[-1].id) if len(rows) > AT_ONCE else None,
    )


PAGES: list[Any] = [events_page, lookups_page, *phone_pages(EVENT, Permission.ENROL_DOOR_PHONES, doors_address)]
