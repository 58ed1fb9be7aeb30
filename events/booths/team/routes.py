"""HTTP of a sponsor's team, and of a helper who brings her own phone."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from events.access.caller import Caller
from events.access.guards import Given, IdempotencyKey, may
from events.access.permissions import Permission
from events.booths.team.actions import invite, list_team, remove
from events.booths.team.queries import Member
from events.booths.team.rules import Role
from events.database.connections import Database
from events.phones.desks.actions import offer_enrolment
from events.phones.enrolment.rules import enrolment_address
from events.settings import Settings

Party = Annotated[UUID | None, QueryParameter(description="for whom, when you act for several parties")]
Phones = Annotated[Literal["keep", "revoke"], QueryParameter(description="whether the phones that she brought in go on")]
# `$` alone would let a line break through at the end
Email = Annotated[
    str, msgspec.Meta(pattern=r"^[!#-'*+/-9^-~A-Z.-]{1,64}@([A-Za-z0-9-]+\.)+[A-Za-z0-9-]{2,63}$(?!\n)", max_length=254)
]


class InvitationForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    email: Email
    role: Role = "helper"


class MemberView(msgspec.Struct, frozen=True):
    """An admin sees leads and sets the booth up; a helper brings a phone and scans."""

    person: UUID
    email: str
    role: str
    created_at: datetime


class Team(msgspec.Struct, frozen=True):
    items: list[MemberView]


class LeftBehind(msgspec.Struct, frozen=True):
    """How many phones and programs that the person brought in go on: revoke them if they should not."""

    phones: int
    programs: int


class OwnPhoneWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`place`: where the phone stands, like “Booth B12”."""

    event: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    place: Annotated[str, msgspec.Meta(max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)")] = ""


class OwnPhone(msgspec.Struct, frozen=True):
    """A code for one phone, once; `qr_text` is what its QR code says."""

    code: str
    expires_at: datetime
    qr_text: str


def _shown(member: Member) -> MemberView:
    return MemberView(member.person, member.email, member.role, member.created_at)


@get("/sponsor/team", opt=may(Permission.MANAGE_BOOTH))
async def get_team(caller: Given[Caller], database: Given[Database], party: Party = None) -> Team:
    """Who acts for this sponsor."""
    return Team([_shown(member) for member in await list_team(database, caller.booth(Permission.MANAGE_BOOTH, party))])


@post("/sponsor/team", opt=may(Permission.MANAGE_BOOTH), status_code=201)
async def post_member(
    data: JSONBody[InvitationForm],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    party: Party = None,
) -> MemberView:
    """Invite somebody by mail, or change her role. Doing it twice sends one mail."""
    return _shown(await invite(database, caller.booth(Permission.MANAGE_BOOTH, party), caller.email, data.email, data.role, now))


@delete("/sponsor/team/{person:uuid}", opt=may(Permission.MANAGE_BOOTH), status_code=200)
async def delete_member(
    person: FromPath[UUID],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    party: Party = None,
    phones: Phones = "keep",
) -> LeftBehind:
    """Take somebody off the team. What she brought in goes on, and the answer counts it; with `phones=revoke` her phones end."""
    left = await remove(database, caller.booth(Permission.MANAGE_BOOTH, party), person, now, revoke_phones=phones == "revoke")
    return LeftBehind(left.phones, left.programs)


@post("/devices/enrolments/own", opt=may(Permission.ENROL_OWN_PHONE), status_code=201)
async def offer_own_phone(
    data: JSONBody[OwnPhoneWish],
    caller: Given[Caller],
    database: Given[Database],
    settings: Given[Settings],
    now: Given[datetime],
    idempotency_key: IdempotencyKey = None,
    party: Party = None,
) -> OwnPhone:
    """A code with which a helper's own phone joins her booth."""
    desk = caller.booth(Permission.ENROL_OWN_PHONE, party)
    place = data.place.strip()
    made = await offer_enrolment(database, settings, desk, caller.oneself(), data.event, place, idempotency_key, data, now)
    return OwnPhone(made.code, made.expires_at, enrolment_address(settings.base_url, made.code))


ROUTES: list[Any] = [get_team, post_member, delete_member, offer_own_phone]
