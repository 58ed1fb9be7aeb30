"""An organiser plans sessions inside an event, changes them, takes them off."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from events.access.caller import Staff
from events.access.idempotency import claim
from events.database.connections import Connection, Database, Scope
from events.errors import NotFound
from events.hosting.actions import find_event, find_open_event
from events.hosting.queries import OwnEvent
from events.hosting.rules import Titles, refuse
from events.hosting.sessions.queries import (
    SessionRow,
    insert_session,
    mark_removed,
    session_of,
    session_page,
    update_session,
)
from events.hosting.sessions.rules import SessionPlan, session_faults


async def plan_session(
    database: Database, staff: Staff, slug: str, plan: SessionPlan, key: str | None, request: msgspec.Struct, now: datetime
) -> SessionRow:
    """A new session. Raises InvalidInput, NotFound, or Conflict when the event is cancelled."""
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_open_event(connection, staff, slug)
        session, new = await claim(connection, f"plan_session:{event.id}", key, request, now)
        if new:
            refuse(session_faults(plan, event.languages))
            await insert_session(connection, staff.organisation, event.id, session, plan, now)
        return await _standing(connection, staff, event, session)


async def change_session(database: Database, staff: Staff, slug: str, session: UUID, changes: Mapping[str, Any]) -> SessionRow:
    """Change a session. A capacity below the heads counted already sends nobody out: it lets nobody else in."""
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_open_event(connection, staff, slug)
        row = await _standing(connection, staff, event, session)
        plan = replace(SessionPlan(Titles(row.title_th, row.title_en), row.starts_at, row.ends_at, row.capacity), **changes)
        refuse(session_faults(plan, event.languages))
        await update_session(connection, session, plan)
        return await _standing(connection, staff, event, session)


async def remove_session(database: Database, staff: Staff, slug: str, session: UUID, now: datetime) -> None:
    """No phone counts heads there any more; what was counted stays on record. Removing it again changes nothing."""
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_event(connection, staff, slug, lock=True)
        if await session_of(connection, staff.organisation, event.id, session) is None:
            raise NotFound
        await mark_removed(connection, session, now)


async def list_sessions(
    database: Database, staff: Staff, slug: str, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[SessionRow]:
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_event(connection, staff, slug)
        return await session_page(connection, staff.organisation, event.id, after, limit)


async def _standing(connection: Connection, staff: Staff, event: OwnEvent, session: UUID) -> SessionRow:
    row = await session_of(connection, staff.organisation, event.id, session)
    if row is None or row.removed_at is not None:
        raise NotFound
    return row
