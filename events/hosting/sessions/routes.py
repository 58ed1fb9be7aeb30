"""HTTP of an event's sessions, for its organiser."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import delete, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter

from events.access.caller import Caller
from events.access.guards import Given, IdempotencyKey, may
from events.access.permissions import Permission
from events.database.connections import Database
from events.hosting.rules import Moment, Titles, changes_in, page_of, read_cursor
from events.hosting.sessions.actions import change_session, list_sessions, plan_session, remove_session
from events.hosting.sessions.queries import SessionRow
from events.hosting.sessions.rules import SessionPlan

Organisation = Annotated[UUID | None, QueryParameter()]
Heads = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Unset = msgspec.UnsetType


class SessionForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A talk or workshop; door phones count who comes in, and say `full` once `capacity` heads are inside."""

    titles: Titles
    starts_at: Moment
    ends_at: Moment
    capacity: Heads | None = None


class SessionChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is left out stays."""

    titles: Titles | Unset = msgspec.UNSET
    starts_at: Moment | Unset = msgspec.UNSET
    ends_at: Moment | Unset = msgspec.UNSET
    capacity: Heads | Unset | None = msgspec.UNSET


class SessionView(msgspec.Struct, frozen=True):
    """`inside` counts the people whom door phones let in, each once."""

    id: UUID
    titles: Titles
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    inside: int
    created_at: datetime


class SessionPage(msgspec.Struct, frozen=True):
    items: list[SessionView]
    next: str | None


def view(row: SessionRow) -> SessionView:
    return SessionView(
        id=row.id,
        titles=Titles(row.title_th, row.title_en),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        capacity=row.capacity,
        inside=row.inside,
        created_at=row.created_at,
    )


@post("/organiser/events/{slug:str}/sessions", opt=may(Permission.SET_UP_EVENT), status_code=201)
async def post_session(
    slug: FromPath[str],
    data: JSONBody[SessionForm],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
    idempotency_key: IdempotencyKey = None,
) -> SessionView:
    """Plan a session inside an event."""
    staff = caller.staff(Permission.SET_UP_EVENT, organisation)
    plan = SessionPlan(data.titles, data.starts_at, data.ends_at, data.capacity)
    return view(await plan_session(database, staff, slug, plan, idempotency_key, data, now))


@get("/organiser/events/{slug:str}/sessions", opt=may(Permission.SEE_EVENT))
async def get_sessions(
    slug: FromPath[str],
    caller: Given[Caller],
    database: Given[Database],
    organisation: Organisation = None,
    cursor: Annotated[str | None, QueryParameter()] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> SessionPage:
    """The sessions of an event in the order of their times, with how many people are in each."""
    staff = caller.staff(Permission.SEE_EVENT, organisation)
    after = read_cursor(cursor, tuple[Moment, UUID]) if cursor else None
    rows = await list_sessions(database, staff, slug, after, limit + 1)
    page, following = page_of(rows, limit, lambda row: (row.starts_at, row.id))
    return SessionPage([view(row) for row in page], following)


@patch("/organiser/events/{slug:str}/sessions/{session:uuid}", opt=may(Permission.SET_UP_EVENT))
async def patch_session(
    slug: FromPath[str],
    session: FromPath[UUID],
    data: JSONBody[SessionChange],
    caller: Given[Caller],
    database: Given[Database],
    organisation: Organisation = None,
) -> SessionView:
    """Change a session."""
    staff = caller.staff(Permission.SET_UP_EVENT, organisation)
    return view(await change_session(database, staff, slug, session, changes_in(data)))


@delete("/organiser/events/{slug:str}/sessions/{session:uuid}", opt=may(Permission.SET_UP_EVENT))
async def delete_session(
    slug: FromPath[str],
    session: FromPath[UUID],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
) -> None:
    """Take a session off. Doing it twice is no error."""
    await remove_session(database, caller.staff(Permission.SET_UP_EVENT, organisation), slug, session, now)


ROUTES: list[Any] = [post_session, get_sessions, patch_session, delete_session]
