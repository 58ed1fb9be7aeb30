"""An organisation is founded; its owner takes people on and lets them go."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from events.access.caller import Staff
from events.database.connections import Connection, Database, Scope
from events.errors import Conflict, NotFound
from events.hosting.queries import (
    OwnEvent,
    StaffMember,
    another_owner,
    drop_staff,
    insert_organisation,
    keep_staff,
    lock_organisation,
    own_event,
    person_of,
    role_of,
    staff_page,
)
from events.terms import OrganisationId


async def found_organisation(
    database: Database,
    slug: str,
    legal_name: str,
    contact_email: str,
    dpo_name: str,
    dpo_email: str,
    country: str,
    owner_email: str,
    now: datetime,
) -> OrganisationId:
    """The organisation of this slug, made with its first owner if it is new; `country` is ISO 3166-1, two letters.

    Founding it again changes nothing and gives the same id. §1: the legal name is who every form names as controller.
    """
    async with database.transaction() as connection:
        organisation, new = await insert_organisation(
            connection, slug, legal_name, contact_email, dpo_name, dpo_email, country, now
        )
        if new:
            await connection.execute("select set_config('events.organisation', $1, true)", str(organisation))
            await keep_staff(connection, organisation, await person_of(connection, owner_email, now), "owner", now)
    return organisation


async def take_on(database: Database, staff: Staff, email: str, role: str, now: datetime) -> StaffMember:
    """Give a person a role in the organisation, or change hers. Raises Conflict when no owner would be left."""
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        await lock_organisation(connection, staff.organisation)
        person = await person_of(connection, email, now)
        if role != "owner" and await role_of(connection, staff.organisation, person) == "owner":
            await _require_another_owner(connection, staff.organisation, person)
        return await keep_staff(connection, staff.organisation, person, role, now)


async def let_go(database: Database, staff: Staff, person: UUID) -> None:
    """Take a person's role away. Raises NotFound for somebody who has none, Conflict for the last owner."""
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        await lock_organisation(connection, staff.organisation)
        role = await role_of(connection, staff.organisation, person)
        if role is None:
            raise NotFound
        if role == "owner":
            await _require_another_owner(connection, staff.organisation, person)
        await drop_staff(connection, staff.organisation, person)


async def list_staff(database: Database, staff: Staff, after: UUID | None, limit: int) -> Sequence[StaffMember]:
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        return await staff_page(connection, staff.organisation, after, limit)


async def _require_another_owner(connection: Connection, organisation: OrganisationId, person: UUID) -> None:
    if not await another_owner(connection, organisation, person):
        raise Conflict(
            "This is the last owner; make somebody else an owner first.", "บุคคลนี้เป็นเจ้าของคนสุดท้าย กรุณาแต่งตั้งเจ้าของคนอื่นก่อน"
        )


async def find_event(connection: Connection, staff: Staff, slug: str, *, lock: bool = False) -> OwnEvent:
    """The event of this slug; raises NotFound for another organisation's as for none at all."""
    event = await own_event(connection, staff.organisation, slug, lock=lock)
    if event is None:
        raise NotFound
    return event


async def find_open_event(connection: Connection, staff: Staff, slug: str) -> OwnEvent:
    """The event, locked for a change; raises Conflict once it is cancelled."""
    event = await find_event(connection, staff, slug, lock=True)
    if event.cancelled_at is not None:
        raise cancelled()
    return event


def cancelled() -> Conflict:
    return Conflict("The event is cancelled; it cannot change any more.", "งานนี้ถูกยกเลิกแล้ว แก้ไขไม่ได้")
