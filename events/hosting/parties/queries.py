"""Parties of an organisation, with what binds them, and which events they sponsor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from events.database.connections import Connection
from events.hosting.parties.rules import PartyPlan
from events.tables import Agreement, Safeguard
from events.terms import EventId, OrganisationId, PartyId, PersonId

PARTY_COLUMNS = """id, kind, legal_name, registration_number, countries, contact_email, notice_url,
       encode(notice_sha256, 'hex') as notice_sha256, notice_reviewed, suspended_at, created_at"""
PARTY = f"select {PARTY_COLUMNS} from party where organisation_id = $1 and id = $2"  # noqa: S608  # our own columns
PARTIES = f"""
select {PARTY_COLUMNS} from party where organisation_id = $1 and ($2::uuid is null or id > $2) order by id limit $3
"""  # noqa: S608  # our own columns
# the salt of its lead ids comes from the database's default
INSERT_PARTY = """
insert into party (id, organisation_id, kind, legal_name, registration_number, countries, contact_email, notice_url,
                   notice_sha256, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (organisation_id, kind, registration_number) do nothing returning id
"""
AGREEMENTS = """
select id, version, fields, uses, valid_from, valid_until, created_at from agreement
where organisation_id = $1 and party_id = $2 order by version desc
"""
SAFEGUARDS = """
select id, country, mechanism, reference, regimes, valid_from, valid_until, created_at from safeguard
where organisation_id = $1 and party_id = $2 order by id desc
"""
MEMBERS = """
select m.person_id as person, p.email, m.role, m.created_at
from party_member m join person p on p.id = m.person_id
where m.organisation_id = $1 and m.party_id = $2 order by m.person_id
"""
SPONSORS = """
select s.party_id as party, p.legal_name, s.position, s.starts_at, s.ends_at
from sponsorship s join party p on p.id = s.party_id
where s.organisation_id = $1 and s.event_id = $2 and ($3::uuid is null or s.party_id = $3)
order by s.position, s.party_id
"""


@dataclass(frozen=True, slots=True)
class PartyRow:
    id: PartyId
    kind: str
    legal_name: str
    registration_number: str
    countries: list[str]
    contact_email: str
    notice_url: str | None
    notice_sha256: str | None
    notice_reviewed: bool
    suspended_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AgreementRow:
    id: UUID
    version: int
    fields: list[str]
    uses: list[str]
    valid_from: datetime
    valid_until: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SafeguardRow:
    id: UUID
    country: str
    mechanism: str
    reference: str
    regimes: list[str]
    valid_from: datetime
    valid_until: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MemberRow:
    person: PersonId
    email: str
    role: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SponsorRow:
    party: PartyId
    legal_name: str
    position: int
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class PartyRecord:
    """A party with everything that binds it, and its people."""

    party: PartyRow
    agreements: list[AgreementRow]
    safeguards: list[SafeguardRow]
    members: list[MemberRow]


async def insert_party(connection: Connection, organisation: OrganisationId, party: UUID, plan: PartyPlan, now: datetime) -> bool:
    """Whether it was stored; False when this legal entity is a party of this kind already."""
    made = await connection.fetchval(
        INSERT_PARTY,
        party,
        organisation,
        plan.kind.value,
        plan.legal_name,
        plan.registration_number,
        list(plan.countries),
        plan.contact_email,
        plan.notice.url if plan.notice else None,
        plan.notice.sha256 if plan.notice else None,
        now,
    )
    return made is not None


async def party_of(connection: Connection, organisation: OrganisationId, party: UUID, *, lock: bool = False) -> PartyRow | None:
    row = await connection.fetchrow(PARTY + (" for no key update" if lock else ""), organisation, party)
    return None if row is None else PartyRow(**row)


async def party_page(connection: Connection, organisation: OrganisationId, after: UUID | None, limit: int) -> list[PartyRow]:
    return [PartyRow(**row) for row in await connection.fetch(PARTIES, organisation, after, limit)]


async def record_of(connection: Connection, organisation: OrganisationId, party: PartyRow) -> PartyRecord:
    """The whole record, in three statements however long it is."""
    return PartyRecord(
        party,
        [AgreementRow(**row) for row in await connection.fetch(AGREEMENTS, organisation, party.id)],
        [SafeguardRow(**row) for row in await connection.fetch(SAFEGUARDS, organisation, party.id)],
        [MemberRow(**row) for row in await connection.fetch(MEMBERS, organisation, party.id)],
    )


async def update_party(connection: Connection, party: UUID, values: Mapping[str, Any]) -> None:
    """`values` are columns of ours, never names from outside."""
    allowed = {f.name for f in fields(PartyRow)}
    assignments = ", ".join(f"{name} = ${n}" for n, name in enumerate(values, start=2) if name in allowed)
    if assignments:
        await connection.execute(f"update party set {assignments} where id = $1", party, *values.values())  # noqa: S608  # see above


async def events_of_party(connection: Connection, party: UUID) -> list[UUID]:
    """Where it sponsors or organises: the events whose releases could name it."""
    rows = await connection.fetch(
        "select event_id as id from sponsorship where party_id = $1"
        " union select id from event where organiser_party_id = $1 order by 1",
        party,
    )
    return [row["id"] for row in rows]


async def insert_agreement(
    connection: Connection,
    organisation: OrganisationId,
    party: PartyId,
    agreement: UUID,
    covered: Sequence[str],
    uses: Sequence[str],
    valid_from: datetime,
    valid_until: datetime,
    now: datetime,
) -> None:
    version = await connection.fetchval("select coalesce(max(version), 0) + 1 from agreement where party_id = $1", party)
    await Agreement.insert(
        Agreement(
            id=agreement,
            organisation_id=organisation,
            party_id=party,
            version=version,
            fields=list(covered),
            uses=list(uses),
            valid_from=valid_from,
            valid_until=valid_until,
            created_at=now,
        )
    )


async def agreement_of(organisation: OrganisationId, agreement: UUID) -> AgreementRow:
    [row] = await Agreement.select(
        Agreement.id,
        Agreement.version,
        Agreement.fields,
        Agreement.uses,
        Agreement.valid_from,
        Agreement.valid_until,
        Agreement.created_at,
    ).where((Agreement.id == agreement) & (Agreement.organisation_id == organisation))
    return AgreementRow(**row)


async def insert_safeguard(organisation: OrganisationId, party: PartyId, row: SafeguardRow) -> None:
    values = {f.name: getattr(row, f.name) for f in fields(row)}
    await Safeguard.insert(Safeguard(organisation_id=organisation, party_id=party, **values))


async def safeguard_of(organisation: OrganisationId, safeguard: UUID) -> SafeguardRow:
    [row] = await Safeguard.select(
        Safeguard.id,
        Safeguard.country,
        Safeguard.mechanism,
        Safeguard.reference,
        Safeguard.regimes,
        Safeguard.valid_from,
        Safeguard.valid_until,
        Safeguard.created_at,
    ).where((Safeguard.id == safeguard) & (Safeguard.organisation_id == organisation))
    return SafeguardRow(**row)


async def keep_member(
    connection: Connection, organisation: OrganisationId, party: PartyId, person: PersonId, role: str, now: datetime
) -> MemberRow:
    created_at = await connection.fetchval(
        "insert into party_member (organisation_id, party_id, person_id, role, created_at) values ($1, $2, $3, $4, $5)"
        " on conflict (party_id, person_id) do update set role = excluded.role returning created_at",
        organisation,
        party,
        person,
        role,
        now,
    )
    email = await connection.fetchval("select email from person where id = $1", person)
    return MemberRow(person, email, role, created_at)


async def drop_member(connection: Connection, organisation: OrganisationId, party: PartyId, person: UUID, now: datetime) -> bool:
    """Whether there was such a member; revokes the phones and programs that she enrolled."""
    gone = await connection.fetchval(
        "delete from party_member where organisation_id = $1 and party_id = $2 and person_id = $3 returning person_id",
        organisation,
        party,
        person,
    )
    for table, who in (("device", "enrolled_by"), ("api_client", "created_by")):
        await connection.execute(
            f"update {table} set revoked_at = $3 where party_id = $1 and {who} = $2 and revoked_at is null",  # noqa: S608
            party,
            person,
            now,
        )
    return gone is not None


async def insert_sponsorship(
    connection: Connection,
    organisation: OrganisationId,
    event: EventId,
    party: PartyId,
    position: int,
    starts_at: datetime,
    now: datetime,
) -> bool:
    """Whether it was stored; False when the party stands on the event's list already, or did."""
    made = await connection.fetchval(
        "insert into sponsorship (organisation_id, event_id, party_id, position, starts_at, created_at)"
        " values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning party_id",
        organisation,
        event,
        party,
        position,
        starts_at,
        now,
    )
    return made is not None


async def sponsors_of(
    connection: Connection, organisation: OrganisationId, event: EventId, party: UUID | None = None
) -> list[SponsorRow]:
    return [SponsorRow(**row) for row in await connection.fetch(SPONSORS, organisation, event, party)]


async def end_sponsorship_at(connection: Connection, event: EventId, party: PartyId, at: datetime) -> None:
    await connection.execute("update sponsorship set ends_at = $3 where event_id = $1 and party_id = $2", event, party, at)
