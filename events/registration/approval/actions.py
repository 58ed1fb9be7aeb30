"""A person of the organisation decides who gets a ticket that needs it; no program does (§10.1, S10.1-adm)."""

from datetime import datetime
from uuid import UUID

from events.access.caller import Staff
from events.badges.codes import new_code
from events.database.connections import Connection, Database, Scope
from events.errors import Conflict, NotFound
from events.registration.actions import cancel
from events.registration.approval.queries import Request, let_count, request_of, tell_decision, write_decision
from events.terms import MailKind


async def approve(database: Database, staff: Staff, registration: UUID, base_url: str, now: datetime) -> None:
    """Give the place: it counts from now, with a badge, and the person is told. Approving twice is no error.

    Raises NotFound, and Conflict for what is no open request, or when the event is cancelled or over.
    """
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        request = await _request(connection, registration)
        if request.decided_at is None and (request.event_cancelled_at is not None or request.ends_at <= now):
            raise Conflict("The event is cancelled or over: there is no place to give.", "งานนี้ถูกยกเลิกหรือสิ้นสุดแล้ว จึงไม่มีที่นั่งให้อนุมัติ")
        if not await write_decision(connection, registration, staff.person, "", now):
            _require_decided(await _request(connection, registration), ("confirmed", "attended"))
            return
        await let_count(connection, registration, new_code(request.badge_tag), now)
        await tell_decision(connection, registration, MailKind.APPROVED, base_url, "", now)


async def decline(database: Database, staff: Staff, registration: UUID, reason: str, base_url: str, now: datetime) -> None:
    """Say no, with a reason that the person is told; the seat is free again. Declining twice is no error.

    Raises NotFound, and Conflict for what is no open request.
    """
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        request = await _request(connection, registration)
        if not await write_decision(connection, registration, staff.person, reason, now):
            _require_decided(await _request(connection, registration), ("cancelled",))
            return
        await cancel(connection, request.event_id, registration, None, now)
        await tell_decision(connection, registration, MailKind.DECLINED, base_url, reason, now)


async def _request(connection: Connection, registration: UUID) -> Request:
    request = await request_of(connection, registration)
    if request is None:
        raise NotFound
    return request


def _require_decided(request: Request, states: tuple[str, ...]) -> None:
    if request.decided_at is None or request.state not in states:
        raise Conflict("There is no open request to decide here.", "ไม่มีคำขอที่รอการพิจารณา")
