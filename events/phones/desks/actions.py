"""What a booth's admins and the organisers do with their phones: offer a place to one, see them all, revoke one."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from events.access.caller import Desk
from events.access.idempotency import claim
from events.access.tokens import digest
from events.database.connections import Connection, Database, Scope
from events.errors import Conflict, NotFound
from events.phones.desks.queries import (
    ListedPhone,
    QuarantinedScan,
    enrolment_ends,
    enrolment_id,
    event_of_desk,
    keep_enrolment,
    newest_phones,
    phone_of,
    phones,
    quarantine,
    revoke_phone,
)
from events.phones.enrolment.rules import enrolment_code
from events.settings import Settings
from events.terms import EventId, PersonId

ENROLMENT_LIFETIME: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """`id` finds the phone that the code became in the desk's list."""

    id: UUID
    code: str
    expires_at: datetime


async def offer_enrolment(
    database: Database,
    settings: Settings,
    desk: Desk,
    person: PersonId,
    slug: str,
    place: str,
    key: str | None,
    body: msgspec.Struct,
    now: datetime,
) -> Enrolment:
    """A one-use code, 100 bits, good for ten minutes, with which one phone joins this desk at this event, for this place.

    Raises NotFound for an event that is not this desk's, Conflict when phones cannot join it now.
    """
    async with database.transaction(Scope(organisation=desk.organisation)) as connection:
        event = await _event(connection, desk, slug, now, live=True)
        made, new = await claim(connection, f"enrolment:{desk.kind}:{desk.party or desk.organisation}", key, body, now)
        # from our secret and an id that nobody sees: as good as random, and a repeated request gets the same code
        code = enrolment_code(hmac.digest(settings.key_for("enrolment code"), made.bytes, "sha256"))
        if new:
            await keep_enrolment(desk, event, digest(code), place, person, now, now + ENROLMENT_LIFETIME)
        return Enrolment(
            enrolment_id(digest(code)), code, now + ENROLMENT_LIFETIME if new else await enrolment_ends(digest(code))
        )


async def list_phones(
    database: Database, desk: Desk, slug: str, after: UUID | None, limit: int, now: datetime
) -> list[ListedPhone]:
    """This desk's phones at one event. Raises NotFound for an event that is not this desk's."""
    async with database.transaction(Scope(organisation=desk.organisation)) as connection:
        return await phones(connection, desk, await _event(connection, desk, slug, now), after, limit)


async def list_newest_phones(
    database: Database, desk: Desk, slug: str, before: UUID | None, limit: int, now: datetime
) -> list[ListedPhone]:
    """The same, those that joined last first. Raises NotFound for an event that is not this desk's."""
    async with database.transaction(Scope(organisation=desk.organisation)) as connection:
        return await newest_phones(connection, desk, await _event(connection, desk, slug, now), before, limit)


async def show_phone(database: Database, desk: Desk, slug: str, device: UUID, now: datetime) -> ListedPhone:
    """One phone of this desk at one event. Raises NotFound for any other."""
    async with database.transaction(Scope(organisation=desk.organisation)) as connection:
        found = await phone_of(connection, desk, await _event(connection, desk, slug, now), device)
        if found is None:
            raise NotFound
        return found


async def withdraw_phone(database: Database, desk: Desk, device: UUID, now: datetime) -> None:
    """Revoke a phone, from its next request on; twice is no error. Raises NotFound for the phone of another desk."""
    async with database.transaction(Scope(organisation=desk.organisation)) as connection:
        if not await revoke_phone(connection, desk, device, now):
            raise NotFound


async def list_quarantine(database: Database, desk: Desk, device: UUID, after: UUID | None, limit: int) -> list[QuarantinedScan]:
    """What a phone sent after it was revoked. Raises NotFound for the phone of another desk."""
    async with database.transaction(Scope(organisation=desk.organisation)) as connection:
        kept = await quarantine(connection, desk, device, after, limit)
        if kept is None:
            raise NotFound
        return kept


async def _event(connection: Connection, desk: Desk, slug: str, now: datetime, *, live: bool = False) -> EventId:
    found = await event_of_desk(connection, desk, slug, now)
    if found is None:
        raise NotFound
    event, is_live = found
    if live and not is_live:
        raise Conflict(
            "Phones cannot join this event: it is over or cancelled, or your sponsorship does not run now.",
            "เพิ่มโทรศัพท์ในงานนี้ไม่ได้ งานสิ้นสุดหรือถูกยกเลิกแล้ว หรือไม่อยู่ในช่วงเวลาการสนับสนุนของคุณ",
        )
    return event
