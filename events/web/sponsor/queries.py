"""What a sponsor's pages ask beside what the API asks: which events it sponsors, and what is agreed with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from events.access.caller import Caller, Desk
from events.database.connections import Database, Scope
from events.terms import OrganisationId, PartyId
from events.web.phones.desk import EventAtDesk

EVENTS = """
select p.id as party_id, p.organisation_id, p.legal_name, o.legal_name as organiser, e.id, e.slug, e.title_th, e.title_en,
       e.time_zone, e.starts_at, e.ends_at, e.cancelled_at,
       e.cancelled_at is null and s.starts_at <= $2 and (s.ends_at is null or $2 < s.ends_at) as live
from party p
join organisation o on o.id = p.organisation_id
join sponsorship s on s.party_id = p.id
join event e on e.id = s.event_id and e.organisation_id = p.organisation_id
where p.id = any ($1) and p.kind = 'sponsor' and ($3::text is null or e.slug = $3)
order by p.legal_name, p.id, e.ends_at < $2, e.starts_at, e.slug
"""

# the newest version in force, as the gate takes it (events/release/policy.sql)
AGREED = """
select n.fields, n.uses, n.valid_until from (
    select a.fields, a.uses, a.valid_until from agreement a
    where a.party_id = $1 and a.valid_from <= $2 order by a.version desc limit 1) n
where $2 < n.valid_until
"""

HOURS = "select * from release.lead_hours($1, $2, $3, $4, $5, $6, $7, $8)"

# the sessions among these that are good now and whose person manages the party's booth
STILL_MANAGING = """
select k.key from unnest($1::bytea[]) k (key)
cross join lateral access.authenticate(k.key, $3) a
cross join lateral jsonb_array_elements(a.memberships) m
where m ->> 'id' = $2::text and m ->> 'role' = 'admin'
"""

# everybody who scans or scanned at this booth
HELPERS = """
select distinct d.helper from device d
where d.event_id = $1 and d.organisation_id = $2 and d.party_id = $3 order by d.helper limit 200
"""


@dataclass(frozen=True, slots=True)
class Sponsored:
    """One event that one party sponsors."""

    party: PartyId
    organisation: OrganisationId
    organiser: str
    legal_name: str
    cancelled: bool
    event: EventAtDesk


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the organiser and the party agreed on: these fields, for these uses."""

    fields: list[str]
    uses: list[str]
    valid_until: datetime


async def sponsored_by(database: Database, parties: Sequence[UUID], now: datetime, slug: str | None = None) -> list[Sponsored]:
    """The events of these parties, those that are over last; or the one with this slug."""
    rows = await database.call(EVENTS, list(parties), now, slug)
    return [
        Sponsored(
            PartyId(r["party_id"]),
            OrganisationId(r["organisation_id"]),
            r["organiser"],
            r["legal_name"],
            r["cancelled_at"] is not None,
            EventAtDesk(
                r["id"], r["slug"], r["title_th"], r["title_en"], r["time_zone"], r["starts_at"], r["ends_at"], r["live"],
                r["legal_name"],
            ),
        )
        for r in rows
    ]  # fmt: skip


async def agreed_with(database: Database, party: PartyId, now: datetime) -> Agreed | None:
    """None where no agreement is in force."""
    rows = await database.call(AGREED, party, now)
    return Agreed(rows[0]["fields"], rows[0]["uses"], rows[0]["valid_until"]) if rows else None


async def lead_hours(
    database: Database, caller: Caller, party: PartyId, slug: str, use: str, fields: Sequence[str], day: date, now: datetime
) -> dict[int | None, int]:
    """Leads by the hour of that day in which they were scanned; under None all others."""
    rows = await database.call_door(HOURS, caller.kind, caller.key, party, slug, use, list(fields), day, now)
    return {row["hour"]: row["leads"] for row in rows}


async def still_managing(database: Database, keys: Sequence[str], party: PartyId, now: datetime) -> set[str]:
    """Which of these sessions (Caller.key) may still see the party's leads."""
    rows = await database.call(STILL_MANAGING, [bytes.fromhex(key) for key in keys], str(party), now)
    return {row["key"].hex() for row in rows}


async def helpers_at(database: Database, desk: Desk, event: UUID) -> list[str]:
    """The first names that a booth's phones were given."""
    async with database.looking(Scope(organisation=desk.organisation)) as connection:
        return [row["helper"] for row in await connection.fetch(HELPERS, event, desk.organisation, desk.party)]
