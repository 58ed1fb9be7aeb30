"""The sessions of an event, as its organiser sees them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.database.connections import Connection
from events.hosting.sessions.rules import SessionPlan
from events.terms import EventId, OrganisationId

SESSIONS = """
select s.id, s.title_th, s.title_en, s.starts_at, s.ends_at, s.capacity, s.created_at, s.removed_at,
       (select count(distinct c.registration_id) from scan c
        where c.session_id = s.id and c.verdict in ('valid', 'already_in') and not c.quarantined) as inside
from event_session s
where s.organisation_id = $1 and s.event_id = $2 and ($3::uuid is null or s.id = $3)
"""
PAGE = (
    SESSIONS
    + " and s.removed_at is null and ($4::timestamptz is null or (s.starts_at, s.id) > ($4, $5::uuid))"
    + " order by s.starts_at, s.id limit $6"
)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session, and how many people door phones let into it."""

    id: UUID
    title_th: str
    title_en: str
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    created_at: datetime
    removed_at: datetime | None
    inside: int


async def insert_session(
    connection: Connection, organisation: OrganisationId, event: EventId, session: UUID, plan: SessionPlan, now: datetime
) -> None:
    await connection.execute(
        "insert into event_session (id, organisation_id, event_id, title_th, title_en, starts_at, ends_at, capacity, created_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        session,
        organisation,
        event,
        plan.titles.th,
        plan.titles.en,
        plan.starts_at,
        plan.ends_at,
        plan.capacity,
        now,
    )


async def update_session(connection: Connection, session: UUID, plan: SessionPlan) -> None:
    await connection.execute(
        "update event_session set title_th = $2, title_en = $3, starts_at = $4, ends_at = $5, capacity = $6 where id = $1",
        session,
        plan.titles.th,
        plan.titles.en,
        plan.starts_at,
        plan.ends_at,
        plan.capacity,
    )


async def mark_removed(connection: Connection, session: UUID, now: datetime) -> None:
    await connection.execute("update event_session set removed_at = $2 where id = $1 and removed_at is null", session, now)


async def session_of(connection: Connection, organisation: OrganisationId, event: EventId, session: UUID) -> SessionRow | None:
    """One session of this event, removed or not."""
    row = await connection.fetchrow(SESSIONS, organisation, event, session)
    return None if row is None else SessionRow(**row)


async def session_page(
    connection: Connection, organisation: OrganisationId, event: EventId, after: tuple[datetime, UUID] | None, limit: int
) -> list[SessionRow]:
    """Those that are not removed, in the order of their times."""
    rows = await connection.fetch(PAGE, organisation, event, None, *(after or (None, None)), limit)
    return [SessionRow(**row) for row in rows]
