"""The organisation, its staff, and where an event of its own is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.database.connections import Connection
from events.terms import EventId, OrganisationId, PersonId

# FOR NO KEY UPDATE: organisers' changes of one event queue here; registrations, which only point at it, do not
EVENT = """
select id, organisation_id, slug, languages, starts_at, ends_at, published_at, cancelled_at, badge_tag
from event where organisation_id = $1 and slug = $2
"""
STAFF = """
select m.person_id as person, p.email, m.role, m.created_at
from organisation_member m join person p on p.id = m.person_id
where m.organisation_id = $1 and ($2::uuid is null or m.person_id > $2) order by m.person_id limit $3
"""


@dataclass(frozen=True, slots=True)
class OwnEvent:
    """An event of the organisation that asks."""

    id: EventId
    organisation_id: OrganisationId
    slug: str
    languages: list[str]
    starts_at: datetime
    ends_at: datetime
    published_at: datetime | None
    cancelled_at: datetime | None
    badge_tag: str


@dataclass(frozen=True, slots=True)
class StaffMember:
    person: PersonId
    email: str
    role: str
    created_at: datetime


async def own_event(connection: Connection, organisation: OrganisationId, slug: str, *, lock: bool = False) -> OwnEvent | None:
    """The organisation's event of this slug; None for another organisation's as for none at all."""
    row = await connection.fetchrow(EVENT + ("for no key update" if lock else ""), organisation, slug)
    return None if row is None else OwnEvent(**row)


async def lock_organisation(connection: Connection, organisation: OrganisationId) -> None:
    """Version numbers and the last owner are decided one at a time."""
    await connection.execute("select from organisation where id = $1 for no key update", organisation)


async def insert_organisation(
    connection: Connection,
    slug: str,
    legal_name: str,
    contact_email: str,
    dpo_name: str,
    dpo_email: str,
    country: str,
    now: datetime,
) -> tuple[OrganisationId, bool]:
    """The organisation of this slug, and whether it is new."""
    made = await connection.fetchval(
        "insert into organisation (slug, legal_name, contact_email, dpo_name, dpo_email, country, created_at)"
        " values ($1, $2, $3, $4, $5, $6, $7) on conflict (slug) do nothing returning id",
        slug,
        legal_name,
        contact_email,
        dpo_name,
        dpo_email,
        country,
        now,
    )
    if made is not None:
        return OrganisationId(made), True
    return OrganisationId(await connection.fetchval("select id from organisation where slug = $1", slug)), False


async def person_of(connection: Connection, email: str, now: datetime) -> PersonId:
    """The person behind an address: found or made."""
    return PersonId(await connection.fetchval("select access.person_of($1, $2)", email, now))


async def keep_staff(
    connection: Connection, organisation: OrganisationId, person: PersonId, role: str, now: datetime
) -> StaffMember:
    row = await connection.fetchrow(
        "with kept as (insert into organisation_member (organisation_id, person_id, role, created_at) values ($1, $2, $3, $4)"
        " on conflict (organisation_id, person_id) do update set role = excluded.role returning *)"
        " select * from kept",
        organisation,
        person,
        role,
        now,
    )
    email = await connection.fetchval("select email from person where id = $1", person)
    return StaffMember(person, email, row["role"], row["created_at"])  # type: ignore[index]  # an upsert returns its row


async def role_of(connection: Connection, organisation: OrganisationId, person: UUID) -> str | None:
    role: str | None = await connection.fetchval(
        "select role from organisation_member where organisation_id = $1 and person_id = $2", organisation, person
    )
    return role


async def another_owner(connection: Connection, organisation: OrganisationId, person: UUID) -> bool:
    """Whether somebody else owns the organisation too."""
    return bool(
        await connection.fetchval(
            "select exists (select from organisation_member where organisation_id = $1 and role = 'owner' and person_id <> $2)",
            organisation,
            person,
        )
    )


async def drop_staff(connection: Connection, organisation: OrganisationId, person: UUID) -> None:
    await connection.execute(
        "delete from organisation_member where organisation_id = $1 and person_id = $2", organisation, person
    )


async def staff_page(
    connection: Connection, organisation: OrganisationId, after: UUID | None, limit: int
) -> Sequence[StaffMember]:
    return [StaffMember(**row) for row in await connection.fetch(STAFF, organisation, after, limit)]
