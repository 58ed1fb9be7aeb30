"""What joining asks the database. Everybody presses the button in the same minute: it costs one statement in a transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from events.database.connections import Connection
from events.joining.rules import Asset, OnlinePlace

PLACE = """
select r.state, e.join_url, e.starts_at, e.ends_at, e.time_zone, e.cancelled_at is not null as event_cancelled, r.joined_at
from registration r join event e on e.id = r.event_id
where r.id = $1 and r.person_id = $2 and e.kind in ('webinar', 'hybrid')
"""

# Written first and judged after, so that the rule stands once (rules.shut) and the way to the server is gone once: who may not
# join ends the transaction. As at a door, changed_at stays: sponsors must not see who came.
JOIN = f"""
with mine as (
    {PLACE} for no key update of r
), came as (
    update registration r set state = 'attended', joined_at = coalesce(r.joined_at, $3)
    where r.id = $1 and r.person_id = $2 and exists (select from mine)
      and (r.state = 'confirmed' or (r.state = 'attended' and r.joined_at is null))
)
select * from mine
"""  # noqa: S608  # two constants

ASSETS = """
select a.id, a.kind, a.title_th, a.title_en, a.available_from, v.first_at as opened_at, a.sponsor_id, p.legal_name,
       exists (select from asset_visit before join asset b on b.id = before.asset_id
               where before.registration_id = $2 and b.sponsor_id = a.sponsor_id) as asked_before
from asset a
left join asset_visit v on v.asset_id = a.id and v.registration_id = $2
left join party p on p.id = a.sponsor_id
where a.event_id = $1 and a.removed_at is null
order by a.position, a.id
"""

VISIT = """
insert into asset_visit (organisation_id, event_id, asset_id, registration_id, first_at)
select $1, $2, $3, $4, $5 on conflict (asset_id, registration_id) do nothing
"""


@dataclass(frozen=True, slots=True)
class Download:
    """What pressing a download's button needs to know."""

    url: str
    available_from: datetime
    sponsor: UUID | None


async def online_place(connection: Connection, person: UUID, registration: UUID) -> OnlinePlace | None:
    """Her place, if it is hers and one can join online."""
    row = await connection.fetchrow(PLACE, registration, person)
    return None if row is None else OnlinePlace(**row)


async def join_now(connection: Connection, person: UUID, registration: UUID, now: datetime) -> OnlinePlace | None:
    """Her place as it was before she came; that she came is written, the first time."""
    row = await connection.fetchrow(JOIN, registration, person, now)
    return None if row is None else OnlinePlace(**row)


async def assets_for(connection: Connection, event: UUID, registration: UUID) -> list[Asset]:
    return [Asset(**row) for row in await connection.fetch(ASSETS, event, registration)]


async def download(connection: Connection, event: UUID, asset: UUID) -> Download | None:
    """A download of this event that is not removed."""
    row = await connection.fetchrow(
        "select url, available_from, sponsor_id from asset where event_id = $1 and id = $2 and removed_at is null", event, asset
    )
    return None if row is None else Download(row["url"], row["available_from"], row["sponsor_id"])


async def note_visit(connection: Connection, mine: dict[str, Any], asset: UUID, now: datetime) -> None:
    """She opened it; only the first time is kept."""
    await connection.execute(VISIT, mine["organisation_id"], mine["event_id"], asset, mine["id"], now)
