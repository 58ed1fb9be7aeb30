"""HTTP of the record of look-ups at the doors."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get
from litestar.params import FromPath, QueryParameter

from events.access.caller import Caller
from events.access.guards import Given, may
from events.access.permissions import Permission
from events.database.connections import Database
from events.hosting.lookups.actions import list_lookups
from events.hosting.rules import Moment, page_of, read_cursor

Organisation = Annotated[UUID | None, QueryParameter()]


class LookupView(msgspec.Struct, frozen=True):
    """`shown` counts the people whom the phone was shown, `registrations` names them by id. What was typed is not kept."""

    id: UUID
    at: datetime
    device: UUID
    helper: str
    place: str
    shown: int
    registrations: list[UUID]


class LookupPage(msgspec.Struct, frozen=True):
    items: list[LookupView]
    next: str | None


@get("/organiser/events/{slug:str}/lookups", opt=may(Permission.SEE_EVENT))
async def get_lookups(
    slug: FromPath[str],
    caller: Given[Caller],
    database: Given[Database],
    organisation: Organisation = None,
    cursor: Annotated[str | None, QueryParameter()] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> LookupPage:
    """Who was looked up at the doors, by which phone and when; the newest first."""
    staff = caller.staff(Permission.SEE_EVENT, organisation)
    before = read_cursor(cursor, tuple[Moment, UUID]) if cursor else None
    rows = await list_lookups(database, staff, slug, before, limit + 1)
    page, following = page_of(rows, limit, lambda row: (row.at, row.id))
    items = [LookupView(row.id, row.at, row.device_id, row.helper, row.place, len(row.shown), row.shown) for row in page]
    return LookupPage(items, following)


ROUTES: list[Any] = [get_lookups]
