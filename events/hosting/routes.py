"""HTTP of the organisers: the staff, and everything they set up."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from events.access.caller import Caller
from events.access.guards import Given, may
from events.access.permissions import Permission
from events.database.connections import Database
from events.hosting.actions import let_go, list_staff, take_on
from events.hosting.assets.routes import ROUTES as ASSETS
from events.hosting.lookups.routes import ROUTES as LOOKUPS
from events.hosting.mail.routes import ROUTES as MAIL
from events.hosting.parties.routes import ROUTES as PARTIES
from events.hosting.planning.routes import ROUTES as PLANNING
from events.hosting.programme.routes import ROUTES as PROGRAMME
from events.hosting.registrations.routes import ROUTES as REGISTRATIONS
from events.hosting.rules import Email, page_of, read_cursor
from events.hosting.sessions.routes import ROUTES as SESSIONS
from events.hosting.texts.routes import ROUTES as TEXTS
from events.hosting.tickets.routes import ROUTES as TICKETS

Organisation = Annotated[UUID | None, QueryParameter()]


class StaffForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    email: Email
    role: Literal["viewer", "manager", "owner", "dpo"]


class StaffView(msgspec.Struct, frozen=True):
    person: UUID
    email: str
    role: str
    created_at: datetime


class StaffPage(msgspec.Struct, frozen=True):
    items: list[StaffView]
    next: str | None


@post("/organiser/staff", opt=may(Permission.MANAGE_STAFF), status_code=201)
async def post_staff(
    data: JSONBody[StaffForm],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
) -> StaffView:
    """Give a person a role in the organisation, or change hers; sending it twice changes nothing."""
    staff = caller.staff(Permission.MANAGE_STAFF, organisation)
    return msgspec.convert(await take_on(database, staff, data.email, data.role, now), StaffView, from_attributes=True)


@get("/organiser/staff", opt=may(Permission.MANAGE_STAFF))
async def get_staff(
    caller: Given[Caller],
    database: Given[Database],
    organisation: Organisation = None,
    cursor: Annotated[str | None, QueryParameter()] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> StaffPage:
    """The organisation's people and their roles."""
    staff = caller.staff(Permission.MANAGE_STAFF, organisation)
    after = read_cursor(cursor, tuple[UUID])[0] if cursor else None
    rows = await list_staff(database, staff, after, limit + 1)
    page, following = page_of(rows, limit, lambda row: (row.person,))
    return StaffPage(msgspec.convert(page, list[StaffView], from_attributes=True), following)


@delete("/organiser/staff/{person:uuid}", opt=may(Permission.MANAGE_STAFF))
async def delete_staff(
    person: FromPath[UUID], caller: Given[Caller], database: Given[Database], organisation: Organisation = None
) -> None:
    """Take a person's role away; the last owner stays."""
    await let_go(database, caller.staff(Permission.MANAGE_STAFF, organisation), person)


ROUTES: list[Any] = [
    post_staff,
    get_staff,
    delete_staff,
    *PROGRAMME,
    *PLANNING,
    *TICKETS,
    *TEXTS,
    *PARTIES,
    *ASSETS,
    *SESSIONS,
    *LOOKUPS,
    *REGISTRATIONS,
    *MAIL,
]
