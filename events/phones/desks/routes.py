"""HTTP of the desks that phones belong to: a sponsor's booth, the organiser's doors."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from events.access.caller import Caller, Desk
from events.access.guards import Chosen, Cursor, Given, IdempotencyKey, Limit, may
from events.access.permissions import Permission
from events.database.connections import Database
from events.errors import InvalidInput
from events.phones.desks.actions import list_phones, list_quarantine, offer_enrolment, withdraw_phone
from events.phones.enrolment.rules import enrolment_address
from events.settings import Settings

Slug = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
OfEvent = Annotated[str, QueryParameter(description="the event's slug; mandatory", max_length=80)]


class EnrolmentWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`place` is where the phone will stand ("North entrance")."""

    event: Slug
    place: Annotated[str, msgspec.Meta(max_length=80)] = ""


class EnrolmentView(msgspec.Struct, frozen=True):
    """A code for one phone, once; `qr_text` is what its QR code says. The list of phones names the `id` beside the phone that it
    became: whoever shows the code asks the list until the phone stands there."""

    id: UUID
    code: str
    expires_at: datetime
    qr_text: str


class PhoneLine(msgspec.Struct, frozen=True):
    """`waiting` is how many scans the phone said it holds, `enrolment` the code that it joined with; `quarantined` counts the
    scans that came after it was revoked. `signed_out_at`: the phone ended itself, and was revoked then."""

    id: UUID
    helper: str
    place: str
    enrolment: UUID | None
    enrolled_at: datetime
    last_seen_at: datetime | None
    revoked_at: datetime | None
    signed_out_at: datetime | None
    waiting: int | None
    app_version: str
    quarantined: int


class PhonePage(msgspec.Struct, frozen=True):
    items: list[PhoneLine]
    next: UUID | None


class QuarantineLine(msgspec.Struct, frozen=True):
    client_id: UUID
    device_time: datetime
    received_at: datetime


class QuarantinePage(msgspec.Struct, frozen=True):
    items: list[QuarantineLine]
    next: UUID | None


def _doors(caller: Caller, organisation: UUID | None) -> Desk:
    return Desk(caller.staff(Permission.ENROL_DOOR_PHONES, organisation).organisation, None)


async def _offer(
    desk: Desk, caller: Caller, database: Database, settings: Settings, data: EnrolmentWish, key: str | None, now: datetime
) -> EnrolmentView:
    place = data.place.strip()
    made = await offer_enrolment(database, settings, desk, caller.oneself(), data.event, place, key, data, now)
    return EnrolmentView(made.id, made.code, made.expires_at, enrolment_address(settings.base_url, made.code))


async def _list(desk: Desk, database: Database, event: str, cursor: UUID | None, limit: int, now: datetime) -> PhonePage:
    if not event:
        raise InvalidInput.of("event", "Name the event in ?event=.", "กรุณาระบุงานใน ?event=")
    found = await list_phones(database, desk, event, cursor, limit + 1, now)
    lines = [
        PhoneLine(
            id=p.id,
            helper=p.helper,
            place=p.place,
            enrolment=p.enrolment,
            enrolled_at=p.enrolled_at,
            last_seen_at=p.last_seen_at,
            revoked_at=p.revoked_at,
            signed_out_at=p.signed_out_at,
            waiting=p.waiting,
            app_version=p.app_version,
            quarantined=p.quarantined,
        )
        for p in found[:limit]
    ]
    return PhonePage(lines, lines[-1].id if len(found) > limit else None)


@post("/devices/enrolments", opt=may(Permission.MANAGE_BOOTH), status_code=201)
async def offer_booth_phone(
    data: JSONBody[EnrolmentWish],
    caller: Given[Caller],
    database: Given[Database],
    settings: Given[Settings],
    now: Given[datetime],
    idempotency_key: IdempotencyKey = None,
    party: Chosen = None,
) -> EnrolmentView:
    """A code with which one phone joins this sponsor's booth."""
    return await _offer(caller.booth(Permission.MANAGE_BOOTH, party), caller, database, settings, data, idempotency_key, now)


@get("/devices", opt=may(Permission.MANAGE_BOOTH))
async def list_booth_phones(
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    event: OfEvent = "",
    party: Chosen = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> PhonePage:
    """The phones of this sponsor's booth at one event."""
    return await _list(caller.booth(Permission.MANAGE_BOOTH, party), database, event, cursor, limit, now)


@delete("/devices/{device:uuid}", opt=may(Permission.MANAGE_BOOTH))
async def revoke_booth_phone(
    device: FromPath[UUID], caller: Given[Caller], database: Given[Database], now: Given[datetime], party: Chosen = None
) -> None:
    """Revoke a phone of this booth. Doing it twice is no error."""
    await withdraw_phone(database, caller.booth(Permission.MANAGE_BOOTH, party), device, now)


@get("/devices/{device:uuid}/quarantine", opt=may(Permission.MANAGE_BOOTH))
async def show_quarantine(
    device: FromPath[UUID],
    caller: Given[Caller],
    database: Given[Database],
    party: Chosen = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> QuarantinePage:
    """What a phone sent after it was revoked: that it scanned, and when. Nothing about anybody."""
    kept = await list_quarantine(database, caller.booth(Permission.MANAGE_BOOTH, party), device, cursor, limit + 1)
    lines = [QuarantineLine(k.client_id, k.device_time, k.received_at) for k in kept[:limit]]
    return QuarantinePage(lines, kept[limit - 1].id if len(kept) > limit else None)


@post("/organiser/devices/enrolments", opt=may(Permission.ENROL_DOOR_PHONES), status_code=201)
async def offer_door_phone(
    data: JSONBody[EnrolmentWish],
    caller: Given[Caller],
    database: Given[Database],
    settings: Given[Settings],
    now: Given[datetime],
    idempotency_key: IdempotencyKey = None,
    organisation: Chosen = None,
) -> EnrolmentView:
    """A code with which one phone joins the doors of an event."""
    return await _offer(_doors(caller, organisation), caller, database, settings, data, idempotency_key, now)


@get("/organiser/devices", opt=may(Permission.ENROL_DOOR_PHONES))
async def list_door_phones(
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    event: OfEvent = "",
    organisation: Chosen = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> PhonePage:
    """The phones at the doors of one event."""
    return await _list(_doors(caller, organisation), database, event, cursor, limit, now)


@delete("/organiser/devices/{device:uuid}", opt=may(Permission.ENROL_DOOR_PHONES))
async def revoke_door_phone(
    device: FromPath[UUID], caller: Given[Caller], database: Given[Database], now: Given[datetime], organisation: Chosen = None
) -> None:
    """Revoke a phone of the doors. Doing it twice is no error."""
    await withdraw_phone(database, _doors(caller, organisation), device, now)


ROUTES: list[Any] = [
    offer_booth_phone,
    list_booth_phones,
    revoke_booth_phone,
    show_quarantine,
    offer_door_phone,
    list_door_phones,
    revoke_door_phone,
]
