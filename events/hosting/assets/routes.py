"""HTTP of an event's downloads, for its organiser."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import delete, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter

from events.access.caller import Caller
from events.access.guards import Given, IdempotencyKey, may
from events.access.permissions import Permission
from events.database.connections import Database
from events.hosting.assets.actions import change_asset, list_assets, offer_asset, remove_asset
from events.hosting.assets.queries import AssetRow
from events.hosting.assets.rules import AssetPlan
from events.hosting.rules import Link, Moment, Position, Titles, changes_in, page_of, read_cursor

Organisation = Annotated[UUID | None, QueryParameter()]
Kind = Literal["slides", "recording", "other"]
Unset = msgspec.UnsetType


class AssetForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A download: attendees get `url` by pressing its button, from `available_from` on (left out: at once).

    With a `sponsor` of this event, the button stands beside an unticked box that shares one's data with it; the download
    never depends on that box.
    """

    kind: Kind
    titles: Titles
    url: Link
    available_from: Moment | None = None
    sponsor: UUID | None = None
    position: Position = 0


class AssetChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is left out stays."""

    kind: Kind | Unset = msgspec.UNSET
    titles: Titles | Unset = msgspec.UNSET
    url: Link | Unset = msgspec.UNSET
    available_from: Moment | Unset = msgspec.UNSET
    sponsor: UUID | Unset | None = msgspec.UNSET
    position: Position | Unset = msgspec.UNSET


class AssetView(msgspec.Struct, frozen=True):
    """`opened` counts the registrations that opened it."""

    id: UUID
    kind: str
    titles: Titles
    url: str
    available_from: datetime
    sponsor: UUID | None
    position: int
    opened: int
    created_at: datetime


class AssetPage(msgspec.Struct, frozen=True):
    items: list[AssetView]
    next: str | None


def view(row: AssetRow) -> AssetView:
    return AssetView(
        id=row.id,
        kind=row.kind,
        titles=Titles(row.title_th, row.title_en),
        url=row.url,
        available_from=row.available_from,
        sponsor=row.sponsor_id,
        position=row.position,
        opened=row.opened,
        created_at=row.created_at,
    )


@post("/organiser/events/{slug:str}/assets", opt=may(Permission.SET_UP_EVENT), status_code=201)
async def post_asset(
    slug: FromPath[str],
    data: JSONBody[AssetForm],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
    idempotency_key: IdempotencyKey = None,
) -> AssetView:
    """Offer a download to those who have a place at the event."""
    staff = caller.staff(Permission.SET_UP_EVENT, organisation)
    plan = AssetPlan(data.kind, data.titles, data.url, data.available_from or now, data.sponsor, data.position)
    return view(await offer_asset(database, staff, slug, plan, idempotency_key, data, now))


@get("/organiser/events/{slug:str}/assets", opt=may(Permission.SEE_EVENT))
async def get_assets(
    slug: FromPath[str],
    caller: Given[Caller],
    database: Given[Database],
    organisation: Organisation = None,
    cursor: Annotated[str | None, QueryParameter()] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> AssetPage:
    """The downloads of an event in their order, with how many people opened each."""
    staff = caller.staff(Permission.SEE_EVENT, organisation)
    after = read_cursor(cursor, tuple[Position, UUID]) if cursor else None
    rows = await list_assets(database, staff, slug, after, limit + 1)
    page, following = page_of(rows, limit, lambda row: (row.position, row.id))
    return AssetPage([view(row) for row in page], following)


@patch("/organiser/events/{slug:str}/assets/{asset:uuid}", opt=may(Permission.SET_UP_EVENT))
async def patch_asset(
    slug: FromPath[str],
    asset: FromPath[UUID],
    data: JSONBody[AssetChange],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
) -> AssetView:
    """Change a download."""
    staff = caller.staff(Permission.SET_UP_EVENT, organisation)
    return view(await change_asset(database, staff, slug, asset, changes_in(data), now))


@delete("/organiser/events/{slug:str}/assets/{asset:uuid}", opt=may(Permission.SET_UP_EVENT))
async def delete_asset(
    slug: FromPath[str],
    asset: FromPath[UUID],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
) -> None:
    """Take a download away. Doing it twice is no error."""
    await remove_asset(database, caller.staff(Permission.SET_UP_EVENT, organisation), slug, asset, now)


ROUTES: list[Any] = [post_asset, get_assets, patch_asset, delete_asset]
