"""What a desk asks the database about its phones, by tenant."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from events.access.caller import Desk
from events.database.connections import Connection
from events.tables import DeviceEnrolment
from events.terms import DeviceId, EventId, PersonId

# An event at which this desk may have phones. A sponsor has them where it sponsors; `live` is false before and after that,
# and once the doors are over.
EVENT_OF_DESK = """
select e.id, e.cancelled_at is null
             and ($3::uuid is not null or not access.doors_over(e.ends_at, $4))
             and (s.party_id is null or (s.starts_at <= $4 and (s.ends_at is null or $4 < s.ends_at))) as live
from event e
left join sponsorship s on s.event_id = e.id and s.party_id = $3
where e.slug = $1 and e.organisation_id = $2 and ($3::uuid is null or s.party_id is not null)
"""

_PHONE: Final = """
select d.id, d.helper, d.place, d.enrolled_at, d.last_seen_at, d.revoked_at, d.signed_out_at, d.waiting, d.app_version,
       e.code_sha256,
       (select count(*) from scan s where s.device_id = d.id and s.quarantined) as quarantined
from device d
left join device_enrolment e on e.event_id = d.event_id and e.device_id = d.id
where d.event_id = $1 and d.organisation_id = $2 and d.party_id is not distinct from $3
"""
PHONES = _PHONE + "and ($4::uuid is null or d.id > $4) order by d.id limit $5"
NEWEST_PHONES = _PHONE + "and ($4::uuid is null or d.id < $4) order by d.id desc limit $5"
PHONE = _PHONE + "and d.id = $4"

REVOKE_PHONE = """
update device set revoked_at = coalesce(revoked_at, $4)
where id = $1 and organisation_id = $2 and party_id is not distinct from $3 returning id
"""

# All that one person brought in; the codes first: whoever joins with one at this moment is waited for, and her phone is seen then
END_CODES = """
update device_enrolment set expires_at = least(expires_at, $4)
where organisation_id = $1 and party_id = $2 and created_by = $3 and spent_at is null
"""
REVOKE_PHONES_OF = """
update device set revoked_at = $4 where organisation_id = $1 and party_id = $2 and enrolled_by = $3 and revoked_at is null
"""

# Only what the phone itself said: no registration, no code, nothing about a person.
QUARANTINE = """
select s.id, s.client_id, s.device_time, s.received_at
from device d
left join lateral (
    select s.id, s.client_id, s.device_time, s.received_at from scan s
    where s.device_id = d.id and s.quarantined and ($4::uuid is null or s.id > $4)
    order by s.id limit $5) s on true
where d.id = $1 and d.organisation_id = $2 and d.party_id is not distinct from $3
order by s.id
"""


@dataclass(frozen=True, slots=True)
class ListedPhone:
    id: DeviceId
    helper: str
    place: str
    enrolled_at: datetime
    last_seen_at: datetime | None
    revoked_at: datetime | None
    signed_out_at: datetime | None
    waiting: int | None
    app_version: str
    enrolment: UUID | None
    quarantined: int


@dataclass(frozen=True, slots=True)
class QuarantinedScan:
    id: UUID
    client_id: UUID
    device_time: datetime
    received_at: datetime


async def event_of_desk(connection: Connection, desk: Desk, slug: str, now: datetime) -> tuple[EventId, bool] | None:
    """The event, and whether phones may be enrolled there now; None where this desk has nothing to do with it."""
    row = await connection.fetchrow(EVENT_OF_DESK, slug, desk.organisation, desk.party, now)
    return None if row is None else (row["id"], row["live"])


async def keep_enrolment(
    desk: Desk, event: EventId, code_sha256: bytes, place: str, person: PersonId, now: datetime, expires_at: datetime
) -> None:
    await DeviceEnrolment.insert(
        DeviceEnrolment(
            code_sha256=code_sha256,
            organisation_id=desk.organisation,
            event_id=event,
            party_id=desk.party,
            kind=desk.kind,
            place=place,
            created_by=person,
            created_at=now,
            expires_at=expires_at,
        )
    )


def enrolment_id(code_sha256: bytes) -> UUID:
    """An enrolment's name outside: the beginning of its code's hash, which tells nobody the code."""
    return UUID(bytes=code_sha256[:16])


async def enrolment_ends(code_sha256: bytes) -> datetime:
    """When a code that was given out ends."""
    [row] = await DeviceEnrolment.select(DeviceEnrolment.expires_at).where(DeviceEnrolment.code_sha256 == code_sha256)
    ends: datetime = row["expires_at"]
    return ends


async def phones(connection: Connection, desk: Desk, event: EventId, after: UUID | None, limit: int) -> list[ListedPhone]:
    """In the order in which they joined."""
    return [_listed(r) for r in await connection.fetch(PHONES, event, desk.organisation, desk.party, after, limit)]


async def newest_phones(connection: Connection, desk: Desk, event: EventId, before: UUID | None, limit: int) -> list[ListedPhone]:
    """Those that joined last first."""
    return [_listed(r) for r in await connection.fetch(NEWEST_PHONES, event, desk.organisation, desk.party, before, limit)]


async def phone_of(connection: Connection, desk: Desk, event: EventId, device: UUID) -> ListedPhone | None:
    """None for what is no phone of this desk at this event."""
    row = await connection.fetchrow(PHONE, event, desk.organisation, desk.party, device)
    return None if row is None else _listed(row)


def _listed(r: asyncpg.Record) -> ListedPhone:
    return ListedPhone(
        id=r["id"],
        helper=r["helper"],
        place=r["place"],
        enrolled_at=r["enrolled_at"],
        last_seen_at=r["last_seen_at"],
        revoked_at=r["revoked_at"],
        signed_out_at=r["signed_out_at"],
        waiting=r["waiting"],
        app_version=r["app_version"],
        enrolment=None if r["code_sha256"] is None else enrolment_id(r["code_sha256"]),
        quarantined=r["quarantined"],
    )


async def revoke_phone(connection: Connection, desk: Desk, device: UUID, now: datetime) -> bool:
    """False when this desk has no such phone."""
    return await connection.fetchval(REVOKE_PHONE, device, desk.organisation, desk.party, now) is not None


async def revoke_phones_of(connection: Connection, desk: Desk, person: UUID, now: datetime) -> None:
    """Revoke the phones that she brought to this booth, at all its events, and her codes that nobody used yet."""
    for statement in (END_CODES, REVOKE_PHONES_OF):
        await connection.execute(statement, desk.organisation, desk.party, person, now)


async def quarantine(
    connection: Connection, desk: Desk, device: UUID, after: UUID | None, limit: int
) -> list[QuarantinedScan] | None:
    """The scans that came after the phone was revoked; None when this desk has no such phone."""
    rows = await connection.fetch(QUARANTINE, device, desk.organisation, desk.party, after, limit)
    if not rows:
        return None
    return [QuarantinedScan(r["id"], r["client_id"], r["device_time"], r["received_at"]) for r in rows if r["id"] is not None]
