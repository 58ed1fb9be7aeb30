"""HTTP of joining online and of downloads. Addresses of the organiser leave only as the answer to a press of a button."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from events.access.caller import Caller
from events.access.guards import Given, may
from events.access.permissions import Permission
from events.consent.actions import ShownForm
from events.database.connections import Database
from events.joining.actions import Tick, join, list_downloads, open_download, show_join
from events.joining.rules import Asset, shut
from events.terms import Field

Sha256Hex = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class JoinState(msgspec.Struct, frozen=True):
    """Whether the button does something now. Times are UTC."""

    opens_at: datetime
    closes_at: datetime
    open: bool
    joined_at: datetime | None


class Address(msgspec.Struct, frozen=True):
    """Where to go on."""

    url: str


class AssetTitles(msgspec.Struct, frozen=True):
    """One line per language; empty where there is none."""

    th: str
    en: str


class AskedSponsor(msgspec.Struct, frozen=True):
    """Whom the unticked box beside a download names."""

    party: UUID
    legal_name: str


class MyAsset(msgspec.Struct, frozen=True):
    """A download: `open` from `available_from` on. `asks_sponsor` is null where there is nothing to ask."""

    id: UUID
    kind: str
    titles: AssetTitles
    available_from: datetime
    open: bool
    opened_at: datetime | None
    asks_sponsor: AskedSponsor | None


class MyAssets(msgspec.Struct, frozen=True):
    items: list[MyAsset]


class AssetPress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What goes with the button; nothing at all is fine. A tick names the form that was on screen, as on one's own page."""

    share_with_sponsor: bool = False
    served_form: UUID | None = None
    form_sha256: Sha256Hex | None = None
    fields: Annotated[list[Field], msgspec.Meta(max_length=7)] | None = None


NO_TICK = AssetPress()


@get("/me/registrations/{registration:uuid}/join", opt=may(Permission.BE_ONESELF))
async def get_join(
    registration: FromPath[UUID], caller: Given[Caller], database: Given[Database], now: Given[datetime]
) -> JoinState:
    """When one can join online. The address is told to those who press the button."""
    place = await show_join(database, caller.oneself(), registration)
    return JoinState(place.opens_at, place.ends_at, shut(place, now) is None, place.joined_at)


@post("/me/registrations/{registration:uuid}/join", opt=may(Permission.BE_ONESELF), status_code=200)
async def post_join(
    registration: FromPath[UUID], caller: Given[Caller], database: Given[Database], now: Given[datetime]
) -> Address:
    """Join online: it is written down that one attends, once. Doing it twice is no error."""
    return Address(await join(database, caller.oneself(), registration, now))


@get("/me/registrations/{registration:uuid}/assets", opt=may(Permission.BE_ONESELF))
async def get_my_assets(
    registration: FromPath[UUID], caller: Given[Caller], database: Given[Database], now: Given[datetime]
) -> MyAssets:
    """What the event offers for download, and what will be there later."""
    listed = await list_downloads(database, caller.oneself(), registration, now)
    return MyAssets([_view(asset, asks, now) for asset, asks in listed])


@post("/me/registrations/{registration:uuid}/assets/{asset:uuid}", opt=may(Permission.BE_ONESELF), status_code=200)
async def post_my_asset(
    registration: FromPath[UUID],
    asset: FromPath[UUID],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    data: JSONBody[AssetPress] = NO_TICK,
) -> Address:
    """Open a download. Whether one shares one's data with its sponsor changes nothing about the answer (S6-sponsor-6)."""
    tick = None
    if data.share_with_sponsor:
        shown = ShownForm(data.served_form, data.form_sha256) if data.served_form and data.form_sha256 else None
        tick = Tick(shown, None if data.fields is None else tuple(data.fields))
    return Address(await open_download(database, caller.oneself(), registration, asset, tick, now))


def _view(asset: Asset, asks: bool, now: datetime) -> MyAsset:
    sponsor = AskedSponsor(asset.sponsor_id, asset.legal_name or "") if asks and asset.sponsor_id else None
    return MyAsset(
        id=asset.id,
        kind=asset.kind,
        titles=AssetTitles(asset.title_th, asset.title_en),
        available_from=asset.available_from.astimezone(UTC),
        open=asset.available_from <= now,
        opened_at=asset.opened_at,
        asks_sponsor=sponsor,
    )


ROUTES: list[Any] = [get_join, post_join, get_my_assets, post_my_asset]
