"""The one statement of a decision, and what stands behind it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.database.connections import Connection
from events.terms import PersonId

# S10.1-adm: who decided stands there before anything counts
DECIDE = """
update registration r set decided_by = $2, decided_at = $3, decision_reason = $4, changed_at = $3
where r.id = $1 and r.state = 'requested' and r.decided_at is null
returning true
"""
REQUEST = """
select r.event_id, r.state, r.decided_at, e.badge_tag, e.ends_at, e.cancelled_at as event_cancelled_at
from registration r join event e on e.id = r.event_id where r.id = $1
"""
TELL = "select registration.tell($1, $2, $2 || ':' || $1::uuid, $3, $4, $5, $6)"


@dataclass(frozen=True, slots=True)
class Request:
    """A registration that somebody decides, or has decided, about."""

    event_id: UUID
    state: str
    decided_at: datetime | None
    badge_tag: str
    ends_at: datetime
    event_cancelled_at: datetime | None


async def request_of(connection: Connection, registration: UUID) -> Request | None:
    row = await connection.fetchrow(REQUEST, registration)
    return None if row is None else Request(**row)


async def write_decision(connection: Connection, registration: UUID, by: PersonId, reason: str, now: datetime) -> bool:
    """Whether this was the decision; False when there was nothing to decide any more."""
    return bool(await connection.fetchval(DECIDE, registration, by, now, reason))


async def let_count(connection: Connection, registration: UUID, code: str, now: datetime) -> None:
    await connection.execute("select registration.make_count($1, $2, $3)", registration, code, now)


async def tell_decision(connection: Connection, registration: UUID, kind: str, base_url: str, reason: str, now: datetime) -> None:
    await connection.execute(TELL, registration, kind, base_url, f"/me/{registration}", {"reason": reason} if reason else {}, now)
