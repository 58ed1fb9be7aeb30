"""HTTP of people: sign-in and one's session. API clients have a file of their own, phones a slice."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.params import JSONBody

from events.access.actions import ask_to_sign_in, sign_in, sign_out
from events.access.caller import Caller, Membership
from events.access.client_routes import CLIENTS
from events.access.guards import Given, may, session_cookie_name, visitor
from events.access.permissions import Permission
from events.access.queries import link_state, names_of
from events.access.rules import Token
from events.access.tokens import SESSION_LIFETIME
from events.database.connections import Database
from events.settings import Settings
from events.words import language_of

Email = Annotated[str, msgspec.Meta(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]


class Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    email: Email


class MailSent(msgspec.Struct, frozen=True):
    """The same answer for every address."""

    state: str = "look_into_your_mail"


class LinkToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    token: Token


class LinkView(msgspec.Struct, frozen=True):
    """What the button behind a link would do. A link that is not usable is told apart from an unknown one by nothing."""

    usable: bool
    purpose: Literal["sign_in", "confirm", "offer"]


class Capacity(msgspec.Struct, frozen=True):
    """A body that this person acts for (`?organisation=` or `?party=`), and as what."""

    kind: str
    body: UUID
    name: str
    organisation: UUID
    role: str


class WhoIAm(msgspec.Struct, frozen=True):
    """Everybody is an attendee; `capacities` are what she is besides."""

    person: UUID
    email: str
    opened_at: datetime
    capacities: list[Capacity]


def session_cookie(settings: Settings, token: str, seconds: int) -> Cookie:
    """The session cookie (RFC 6265bis): out of reach of scripts and of other sites' forms; 0 seconds takes it away."""
    return Cookie(
        key=session_cookie_name(settings),
        value=token,
        path="/",
        max_age=seconds,
        httponly=True,
        secure=settings.secure,
        samesite="lax",
    )


def _who(person: UUID, email: str, opened_at: datetime, held: tuple[Membership, ...], names: Mapping[UUID, str]) -> WhoIAm:
    return WhoIAm(person, email, opened_at, [Capacity(m.kind, m.body, names[m.body], m.organisation, m.role.value) for m in held])


@post("/sign-in", opt=may(Permission.BE_ANYONE), status_code=202)
async def ask_for_link(
    data: JSONBody[Address],
    request: Request[Any, Any, Any],
    database: Given[Database],
    settings: Given[Settings],
    now: Given[datetime],
) -> MailSent:
    """Mail a sign-in link to this address, if somebody has it. The answer does not tell."""
    language = language_of(request.headers.get("accept-language", ""))
    await ask_to_sign_in(database, data.email, visitor(request), settings.base_url, language, now)
    return MailSent()


@post("/links/look", opt=may(Permission.BE_ANYONE), status_code=200)
async def look_at_link(data: JSONBody[LinkToken], database: Given[Database], now: Given[datetime]) -> LinkView:
    """What a mailed link would do. Changes nothing."""
    state = await link_state(database, data.token, now)
    if not (state.usable and state.for_registration):
        return LinkView(state.usable, "sign_in")
    return LinkView(state.usable, "offer" if state.for_offer else "confirm")


@post("/sessions", opt=may(Permission.BE_ANYONE), status_code=201)
async def spend_link(
    data: JSONBody[LinkToken],
    request: Request[Any, Any, Any],
    database: Given[Database],
    settings: Given[Settings],
    now: Given[datetime],
) -> Response[WhoIAm]:
    """Spend a sign-in link and get a session cookie. A session that came with the request ends."""
    brought = request.cookies.get(session_cookie_name(settings))
    token, her = await sign_in(database, data.token, brought, now)
    body = _who(her.person, her.email, her.opened_at, her.memberships, her.names)
    return Response(body, cookies=[session_cookie(settings, token, int(SESSION_LIFETIME.total_seconds()))])


@get("/session", opt=may(Permission.BE_ONESELF))
async def who_am_i(caller: Given[Caller], database: Given[Database], now: Given[datetime]) -> WhoIAm:
    """Who I am, and for whom I act."""
    names = await names_of(database.call, caller.memberships)
    return _who(caller.oneself(), caller.email, caller.opened_at or now, caller.memberships, names)


@delete("/session", opt=may(Permission.BE_ONESELF))
async def end_session(
    caller: Given[Caller], database: Given[Database], settings: Given[Settings], now: Given[datetime]
) -> Response[None]:
    """Sign out: the session is dead on the server, and the cookie is taken back."""
    await sign_out(database, caller.key, now)
    return Response(None, status_code=204, cookies=[session_cookie(settings, "", 0)])


ROUTES: list[Any] = [ask_for_link, look_at_link, spend_link, who_am_i, end_session, *CLIENTS]
