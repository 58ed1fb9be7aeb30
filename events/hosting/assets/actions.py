"""An organiser offers slides, recordings and other downloads, changes them, takes them away."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from events.access.caller import Staff
from events.access.idempotency import claim
from events.database.connections import Connection, Database, Scope
from events.errors import NotFound
from events.hosting.actions import find_event, find_open_event
from events.hosting.assets.queries import (
    AssetRow,
    asset_of,
    asset_page,
    insert_asset,
    mark_removed,
    sponsors_event,
    update_asset,
)
from events.hosting.assets.rules import AssetPlan, asset_faults, sponsor_faults
from events.hosting.queries import OwnEvent
from events.hosting.rules import Titles, refuse


async def offer_asset(
    database: Database, staff: Staff, slug: str, plan: AssetPlan, key: str | None, request: msgspec.Struct, now: datetime
) -> AssetRow:
    """A new download. Raises InvalidInput (S6-sponsor-1: its sponsor is one of this event), NotFound, Conflict when cancelled."""
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_open_event(connection, staff, slug)
        asset, new = await claim(connection, f"offer_asset:{event.id}", key, request, now)
        if new:
            refuse(asset_faults(plan, event.languages) + await _sponsor_faults(connection, staff, event, plan.sponsor, now))
            await insert_asset(connection, staff.organisation, event.id, asset, plan, now)
        return await _standing(connection, staff, event, asset)


async def change_asset(
    database: Database, staff: Staff, slug: str, asset: UUID, changes: Mapping[str, Any], now: datetime
) -> AssetRow:
    """Change a download; consents that were given beside it stay with the sponsor they named."""
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_open_event(connection, staff, slug)
        row = await _standing(connection, staff, event, asset)
        plan = replace(plan_of(row), **changes)
        faults = asset_faults(plan, event.languages)
        if plan.sponsor != row.sponsor_id:
            faults += await _sponsor_faults(connection, staff, event, plan.sponsor, now)
        refuse(faults)
        await update_asset(connection, asset, plan)
        return await _standing(connection, staff, event, asset)


async def remove_asset(database: Database, staff: Staff, slug: str, asset: UUID, now: datetime) -> None:
    """Nobody gets it from here any more; who opened it stays on record. Removing it again changes nothing."""
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_event(connection, staff, slug, lock=True)
        if await asset_of(connection, staff.organisation, event.id, asset) is None:
            raise NotFound
        await mark_removed(connection, asset, now)


async def list_assets(
    database: Database, staff: Staff, slug: str, after: tuple[int, UUID] | None, limit: int
) -> Sequence[AssetRow]:
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_event(connection, staff, slug)
        return await asset_page(connection, staff.organisation, event.id, after, limit)


def plan_of(row: AssetRow) -> AssetPlan:
    return AssetPlan(
        kind=row.kind,
        titles=Titles(row.title_th, row.title_en),
        url=row.url,
        available_from=row.available_from,
        sponsor=row.sponsor_id,
        position=row.position,
    )


async def _sponsor_faults(
    connection: Connection, staff: Staff, event: OwnEvent, sponsor: UUID | None, now: datetime
) -> list[Any]:
    listed = await sponsors_event(connection, staff.organisation, event.id, sponsor, now)
    return sponsor_faults(sponsor, sponsors_this_event=listed)


async def _standing(connection: Connection, staff: Staff, event: OwnEvent, asset: UUID) -> AssetRow:
    row = await asset_of(connection, staff.organisation, event.id, asset)
    if row is None or row.removed_at is not None:
        raise NotFound
    return row
