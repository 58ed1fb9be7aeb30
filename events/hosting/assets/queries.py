"""The downloads of an event, as its organiser sees them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.database.connections import Connection
from events.hosting.assets.rules import AssetPlan
from events.terms import EventId, OrganisationId

ASSETS = """
select a.id, a.kind, a.title_th, a.title_en, a.url, a.available_from, a.sponsor_id, a.position, a.created_at, a.removed_at,
       (select count(*) from asset_visit v where v.asset_id = a.id) as opened
from asset a
where a.organisation_id = $1 and a.event_id = $2 and ($3::uuid is null or a.id = $3)
"""
PAGE = ASSETS + " and a.removed_at is null and ($4::integer is null or (a.position, a.id) > ($4, $5::uuid))"
IN_LINE = " order by a.position, a.id limit $6"

SPONSORS = """
select exists (select from sponsorship where organisation_id = $1 and event_id = $2 and party_id = $3
               and (ends_at is null or $4 < ends_at))
"""


@dataclass(frozen=True, slots=True)
class AssetRow:
    """A download and how many people have opened it."""

    id: UUID
    kind: str
    title_th: str
    title_en: str
    url: str
    available_from: datetime
    sponsor_id: UUID | None
    position: int
    created_at: datetime
    removed_at: datetime | None
    opened: int


async def sponsors_event(
    connection: Connection, organisation: OrganisationId, event: EventId, party: UUID | None, now: datetime
) -> bool:
    """Whether the party stands on the event's list of sponsors, now or from a later day on."""
    return party is not None and bool(await connection.fetchval(SPONSORS, organisation, event, party, now))


async def insert_asset(
    connection: Connection, organisation: OrganisationId, event: EventId, asset: UUID, plan: AssetPlan, now: datetime
) -> None:
    await connection.execute(
        "insert into asset (id, organisation_id, event_id, kind, title_th, title_en, url, available_from, sponsor_id, position,"
        " created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        asset,
        organisation,
        event,
        plan.kind,
        plan.titles.th,
        plan.titles.en,
        plan.url,
        plan.available_from,
        plan.sponsor,
        plan.position,
        now,
    )


async def update_asset(connection: Connection, asset: UUID, plan: AssetPlan) -> None:
    await connection.execute(
        "update asset set kind = $2, title_th = $3, title_en = $4, url = $5, available_from = $6, sponsor_id = $7, position = $8"
        " where id = $1",
        asset,
        plan.kind,
        plan.titles.th,
        plan.titles.en,
        plan.url,
        plan.available_from,
        plan.sponsor,
        plan.position,
    )


async def mark_removed(connection: Connection, asset: UUID, now: datetime) -> None:
    await connection.execute("update asset set removed_at = $2 where id = $1 and removed_at is null", asset, now)


async def asset_of(connection: Connection, organisation: OrganisationId, event: EventId, asset: UUID) -> AssetRow | None:
    """One download of this event, removed or not."""
    row = await connection.fetchrow(ASSETS, organisation, event, asset)
    return None if row is None else AssetRow(**row)


async def asset_page(
    connection: Connection, organisation: OrganisationId, event: EventId, after: tuple[int, UUID] | None, limit: int
) -> list[AssetRow]:
    """Those that are not removed, in their order."""
    rows = await connection.fetch(PAGE + IN_LINE, organisation, event, None, *(after or (None, None)), limit)
    return [AssetRow(**row) for row in rows]
