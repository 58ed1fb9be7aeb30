"""Who acts for a party, as it is kept."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.access.caller import Desk
from events.database.connections import Connection
from events.terms import Mail, PersonId

MEMBERS = """
select m.person_id as person, p.email, m.role, m.created_at
from party_member m join person p on p.id = m.person_id
where m.organisation_id = $1 and m.party_id = $2 order by m.created_at, m.person_id
"""
KEEP = """
insert into party_member (organisation_id, party_id, person_id, role, created_at) values ($1, $2, $3, $4, $5)
on conflict (party_id, person_id) do update set role = excluded.role
"""
LEFT = """
select (select count(*) from device where party_id = $1 and enrolled_by = $2 and revoked_at is null) as phones,
       (select count(*) from api_client where party_id = $1 and created_by = $2 and revoked_at is null) as programs
"""


@dataclass(frozen=True, slots=True)
class Member:
    person: PersonId
    email: str
    role: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Left:
    """What somebody brought in and what goes on without her, until it is revoked."""

    phones: int
    programs: int


async def hold_team(connection: Connection, desk: Desk) -> str:
    """The party's legal name; who is its last admin is decided one at a time."""
    name: str = await connection.fetchval(
        "select legal_name from party where id = $1 and organisation_id = $2 for no key update", desk.party, desk.organisation
    )
    return name


async def members_of(connection: Connection, desk: Desk) -> list[Member]:
    return [Member(**row) for row in await connection.fetch(MEMBERS, desk.organisation, desk.party)]


async def person_of(connection: Connection, email: str, now: datetime) -> PersonId:
    """The person behind an address: found or made."""
    return PersonId(await connection.fetchval("select access.person_of($1, $2)", email, now))


async def keep_member(connection: Connection, desk: Desk, person: PersonId, role: str, now: datetime) -> None:
    await connection.execute(KEEP, desk.organisation, desk.party, person, role, now)


async def drop_member(connection: Connection, desk: Desk, person: UUID) -> None:
    await connection.execute(
        "delete from party_member where organisation_id = $1 and party_id = $2 and person_id = $3",
        desk.organisation,
        desk.party,
        person,
    )


async def left_by(connection: Connection, desk: Desk, person: UUID) -> Left:
    row = await connection.fetchrow(LEFT, desk.party, person)
    return Left(**row) if row else Left(0, 0)


async def post(connection: Connection, desk: Desk, key: str, email: str, mail: Mail, now: datetime) -> None:
    row = mail.row() | {"organisation_id": str(desk.organisation)}
    await connection.execute("select messages.post($1, $2, $3, $4)", key, email.lower(), row, now)
