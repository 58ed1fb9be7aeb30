"""What access asks the database: sessions through functions that check for themselves, API clients by tenant."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from events.access.caller import Membership, membership_of
from events.access.tokens import digest
from events.database.connections import Connection, Database
from events.tables import ApiClient
from events.terms import OrganisationId, PartyId, PersonId

NAMES = """
select id, legal_name from organisation where id = any ($1)
union all select id, legal_name from party where id = any ($1)
"""


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
