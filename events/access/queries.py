"""What access asks the database: sessions through functions that check for themselves, phones and clients by tenant."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from events.access.caller import Membership, membership_of
from events.access.tokens import digest
from events.database.connections import Connection, Database
from events.tables import ApiClient, DeviceEnrolment
from events.terms import DeviceId, EventId, OrganisationId, PartyId, PersonId

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

NAMES = """
select id, legal_name from organisation where id = any ($1)
union all select id, legal_name from party where id = any ($1)
"""


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose phones: a sponsor's booth, or (no party) the organiser's doors."""

    organisation: OrganisationId
    party: PartyId | None

    @property
    def kind(self) -> str:
        return "door" if self.party is None else "booth"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session as the database knows it, with the legal names of the bodies that its person acts for."""

    person: PersonId
    email: str
    opened_at: datetime
    memberships: tuple[Membership, ...]
    names: Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class LinkState:
    usable: bool
    for_registration: bool
    for_offer: bool = False


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone as it joins."""

    id: DeviceId
    kind: str
    helper: str
    place: str
    event_slug: str
    title_th: str
    title_en: str
    party_name: str | None


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
class OfferedPlace:
    """What an enrolment code is for."""

    kind: str
    place: str
    event_slug: str
    title_th: str
    title_en: str
    party_name: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class QuarantinedScan:
    id: UUID
    client_id: UUID
    device_time: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Client:
    id: UUID
    name: str
    created_at: datetime
    revoked_at: datetime | None


async def session_of(connection: Connection, token: str, now: datetime) -> SignedIn | None:
    row = await connection.fetchrow("select * from access.authenticate($1, $2)", digest(token), now)
    if row is None:
        return None
    memberships = tuple(m for m in map(membership_of, row["memberships"]) if m)
    names = await names_of(connection.fetch, memberships)
    return SignedIn(row["person_id"], row["email"], row["opened_at"], memberships, names)


async def link_state(database: Database, token: str, now: datetime) -> LinkState:
    """What a link would do; nothing is spent."""
    rows = await database.call("select * from access.look_at_link($1, $2)", digest(token), now)
    if not rows:
        return LinkState(False, False)
    return LinkState(rows[0]["usable"], rows[0]["registration_id"] is not None, rows[0]["offer"])


async def names_of(fetch: Callable[..., Awaitable[list[asyncpg.Record]]], memberships: tuple[Membership, ...]) -> dict[UUID, str]:
    """The legal names of the bodies that somebody acts for; `fetch` is a connection's, or the `call` of the database."""
    if not memberships:
        return {}
    return {row["id"]: row["legal_name"] for row in await fetch(NAMES, [m.body for m in memberships])}


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


async def offered_place(database: Database, code_sha256: bytes, now: datetime) -> OfferedPlace | None:
    """What a code that is good now is for."""
    rows = await database.call("select * from access.look_at_enrolment($1, $2)", code_sha256, now)
    return OfferedPlace(**rows[0]) if rows else None


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


async def sealing_phones(database: Database, device: DeviceId, others: Collection[UUID]) -> dict[UUID, datetime]:
    """Which of these phones stand or stood at the same booth or doors as this one, and since when."""
    rows = await database.call("select * from access.phones_beside($1, $2)", device, list(others))
    return {r["device_id"]: r["enrolled_at"] for r in rows}


async def quarantine(
    connection: Connection, desk: Desk, device: UUID, after: UUID | None, limit: int
) -> list[QuarantinedScan] | None:
    """The scans that came after the phone was revoked; None when this desk has no such phone."""
    rows = await connection.fetch(QUARANTINE, device, desk.organisation, desk.party, after, limit)
    if not rows:
        return None
    return [QuarantinedScan(r["id"], r["client_id"], r["device_time"], r["received_at"]) for r in rows if r["id"] is not None]


async def keep_client(
    client: UUID, organisation: OrganisationId, party: PartyId, name: str, secret_sha256: bytes, person: PersonId, now: datetime
) -> None:
    await ApiClient.insert(
        ApiClient(
            id=client,
            organisation_id=organisation,
            party_id=party,
            name=name,
            secret_sha256=secret_sha256,
            created_at=now,
            created_by=person,
        )
    )


async def clients(party: PartyId, after: UUID | None, limit: int) -> list[Client]:
    query = ApiClient.select(ApiClient.id, ApiClient.name, ApiClient.created_at, ApiClient.revoked_at).where(
        ApiClient.party_id == party
    )
    if after is not None:
        query = query.where(ApiClient.id > after)
    return [Client(**row) for row in await query.order_by(ApiClient.id).limit(limit)]


async def revoke_client(connection: Connection, party: PartyId, client: UUID, now: datetime) -> bool:
    """False when this party has no such client."""
    found = await connection.fetchval(
        "update api_client set revoked_at = coalesce(revoked_at, $3) where id = $1 and party_id = $2 returning id",
        client,
        party,
        now,
    )
    return found is not None
