"""What a person's own pages ask beside what the API asks: whom to turn to, and her requests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from events.database.connections import Connection

HOLDERS = """
select distinct o.legal_name, o.country, o.contact_email, o.dpo_name, o.dpo_email
from registration r join organisation o on o.id = r.organisation_id
where r.person_id = $1 and ($2::uuid is null or r.id = $2) order by o.legal_name
"""

REQUESTS = """
select q.kind, q.message, q.state, q.received_at, q.closed_at, o.legal_name
from request q join organisation o on o.id = q.organisation_id
where q.person_id = $1 order by q.received_at desc, o.legal_name
"""

MOVEMENTS = """
select s.kind, s.session_id, t.title_th, t.title_en, s.effective_at, s.received_at, s.verdict
from scan s left join event_session t on t.event_id = s.event_id and t.id = s.session_id
where s.registration_id = $1 and s.party_id is null
order by s.effective_at desc, s.id desc
"""

DOWNLOADS = """
select a.title_th, a.title_en, v.first_at
from asset_visit v join asset a on a.id = v.asset_id
where v.registration_id = $1 order by v.first_at desc, a.id
"""


@dataclass(frozen=True, slots=True)
class Holder:
    """An organisation that holds her data, and its data protection officer."""

    legal_name: str
    country: str
    contact_email: str
    dpo_name: str
    dpo_email: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of hers at one organisation."""

    kind: str
    message: str
    state: str
    received_at: datetime
    closed_at: datetime | None
    legal_name: str


async def holders_of(connection: Connection, person: UUID, registration: UUID | None = None) -> list[Holder]:
    """Every organisation at which she registered, or the one of this registration."""
    return [Holder(**row) for row in await connection.fetch(HOLDERS, person, registration)]


async def requests_of(connection: Connection, person: UUID) -> list[Asked]:
    """Her requests, the latest first."""
    return [Asked(**row) for row in await connection.fetch(REQUESTS, person)]


async def address_of(connection: Connection, person: UUID) -> str:
    """The address by which she signs in."""
    email: str = await connection.fetchval("select email from person where id = $1", person)
    return email


async def movements_of(connection: Connection, registration: UUID) -> list[Any]:
    """Where and when her badge was read at doors, the latest first."""
    return await connection.fetch(MOVEMENTS, registration)


async def downloads_of(connection: Connection, registration: UUID) -> list[Any]:
    """The files that she opened, the latest first."""
    return await connection.fetch(DOWNLOADS, registration)
