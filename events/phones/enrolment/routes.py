"""HTTP of a phone that joins: a look at its code, its enrolment, and new tokens every few minutes."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, post
from litestar.params import JSONBody

from events.access.guards import Given, may, visitor
from events.access.permissions import Permission
from events.access.rules import ShortName, Token, named
from events.access.tokens import EXPIRES_IN, Signer
from events.database.connections import Database
from events.phones.enrolment.actions import enrol_phone, look_at_enrolment, refresh_phone
from events.phones.enrolment.queries import OfferedPlace, Phone
from events.settings import Settings


class EnrolmentForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`helper` is whoever holds the phone; the booth's admin reads it in the list of phones. `request` is the phone's own id of
    its joining: the same again, after a lost answer, gets the same answer."""

    code: Token
    helper: ShortName
    request: UUID | None = None


class EnrolmentLook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: Token


class RefreshToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`request` is the phone's own id of this change: the same again, after a lost answer, gets the same answer."""

    refresh_token: Token
    request: UUID | None = None


class EventName(msgspec.Struct, frozen=True):
    slug: str
    title_th: str
    title_en: str


class PartyName(msgspec.Struct, frozen=True):
    legal_name: str


class PhoneTokensView(msgspec.Struct, frozen=True):
    """The access token is good for `expires_in` seconds, the refresh token once."""

    access_token: str
    refresh_token: str
    expires_in: int


class EnrolledPhone(msgspec.Struct, frozen=True):
    """A phone with its first tokens; `party` is null for a phone at the door."""

    device: UUID
    kind: str
    helper: str
    place: str
    event: EventName
    party: PartyName | None
    access_token: str
    refresh_token: str
    expires_in: int


class OfferedPhone(msgspec.Struct, frozen=True):
    """What a code is for; `party` is null at a door."""

    kind: str
    place: str
    event: EventName
    party: PartyName | None
    expires_at: datetime


def _shown(phone: Phone | OfferedPlace) -> tuple[EventName, PartyName | None]:
    party = None if phone.party_name is None else PartyName(phone.party_name)
    return EventName(phone.event_slug, phone.title_th, phone.title_en), party


@post("/devices/enrolments/look", opt=may(Permission.BE_ANYONE), status_code=200)
async def look_at_code(
    data: JSONBody[EnrolmentLook], request: Request[Any, Any, Any], database: Given[Database], now: Given[datetime]
) -> OfferedPhone:
    """What a code is for, before a phone joins with it; nothing is spent. 410 for one that is unknown, spent or late."""
    found = await look_at_enrolment(database, data.code, visitor(request), now)
    return OfferedPhone(found.kind, found.place, *_shown(found), found.expires_at)


@post("/devices/enrol", opt=may(Permission.BE_ANYONE), status_code=201)
async def enrol(
    data: JSONBody[EnrolmentForm],
    request: Request[Any, Any, Any],
    database: Given[Database],
    settings: Given[Settings],
    signer: Given[Signer],
    now: Given[datetime],
) -> EnrolledPhone:
    """Join a booth or a door with a one-use code."""
    helper = named(data.helper, "helper")
    phone, tokens = await enrol_phone(database, settings, signer, data.code, helper, data.request, visitor(request), now)
    event, party = _shown(phone)
    return EnrolledPhone(phone.id, phone.kind, phone.helper, phone.place, event, party, tokens.access, tokens.refresh, EXPIRES_IN)


@post("/devices/token", opt=may(Permission.BE_ANYONE), status_code=200)
async def refresh(
    data: JSONBody[RefreshToken],
    database: Given[Database],
    settings: Given[Settings],
    signer: Given[Signer],
    now: Given[datetime],
) -> PhoneTokensView:
    """Change the refresh token for a new pair.

    A token that was changed before revokes the phone, unless `request` says that it is the same change again. A phone that is
    revoked can only hand over its scans with what it gets.
    """
    tokens = await refresh_phone(database, settings, signer, data.refresh_token, data.request, now)
    return PhoneTokensView(tokens.access, tokens.refresh, EXPIRES_IN)


ROUTES: list[Any] = [look_at_code, enrol, refresh]
