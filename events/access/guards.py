"""The one guard on the app: every route names its permission, and nobody gets further without it."""

from datetime import datetime
from typing import Annotated, Any, TypeAlias, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.di import Dependency
from litestar.handlers import BaseRouteHandler
from litestar.params import HeaderParameter, QueryParameter, SkipValidationMarker

from events.access.caller import VISITOR, Caller, membership_of
from events.access.permissions import Permission, Role, allows
from events.access.tokens import Signer, digest
from events.database.connections import Database
from events.errors import NotAllowed, NotSignedIn
from events.settings import Settings
from events.terms import PersonId

T = TypeVar("T")
# a dependency of the app by its name (caller, database, settings, signer, now); ours already, so not validated again
Given: TypeAlias = Annotated[T, Dependency(kind="named"), SkipValidationMarker()]

# a route takes it as `idempotency_key: IdempotencyKey = None`
IdempotencyKey = Annotated[str | None, HeaderParameter(name="Idempotency-Key", min_length=1, max_length=200)]
# a list takes these two, `limit: Limit = 50`; and whoever acts for several names one
Cursor = Annotated[UUID | None, QueryParameter()]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]
Chosen = Annotated[UUID | None, QueryParameter()]

# a GET of these hands data over and writes the book: a link that is not ours must not start one
BOOKED = frozenset({Permission.TAKE_LEADS, Permission.TAKE_AFFILIATE_REGISTRATIONS})
OF_PHONES = frozenset({Permission.BE_A_PHONE, Permission.LOOK_UP_AT_DOOR})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def may(permission: Permission) -> dict[str, Permission]:
    """The `opt` of a route: who may call it."""
    return {"permission": permission}


def visitor(request: Request[Any, Any, Any]) -> str:
    """The network address that limits count."""
    return request.client.host if request.client else ""


def session_cookie_name(settings: Settings) -> str:
    """`__Host-` binds the cookie to this host over https (RFC 6265bis); browsers refuse it on plain http."""
    return "__Host-session" if settings.secure else "session"


async def authorise(connection: ASGIConnection, handler: BaseRouteHandler) -> None:  # type: ignore[type-arg]
    """Find out who is calling and whether she may. Deny is the default: a route without a permission is nobody's."""
    permission = handler.opt.get("permission")
    if not isinstance(permission, Permission):
        raise NotAllowed
    # a route for anyone asks nobody who she is: no look-up, and a stale cookie does no harm
    caller = VISITOR if permission is Permission.BE_ANYONE else await identify(connection)
    if permission in BOOKED:
        _refuse_foreign_links(connection)
    if not allows(caller.roles, permission):
        # a person lacks the role (403); a machine's token is simply not for this surface, nor is a session for a phone's (401)
        lacks_role = caller.kind == "session" and permission not in OF_PHONES
        raise NotAllowed if lacks_role else NotSignedIn
    connection.scope["state"]["caller"] = caller


async def identify(connection: ASGIConnection) -> Caller:  # type: ignore[type-arg]
    """Who the request's credential stands for; raises NotSignedIn for one that is not good (any more)."""
    state = connection.app.state
    settings: Settings = state.settings
    now: datetime = state.clock()
    authorization = connection.headers.get("authorization")
    if authorization is not None:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise NotSignedIn
        return await _machine(state.database, state.signer, token, now)
    cookie = connection.cookies.get(session_cookie_name(settings))
    if cookie is None:
        return VISITOR
    _refuse_foreign_pages(connection, settings)
    key = digest(cookie)
    rows = await state.database.call("select * from access.authenticate($1, $2)", key, now)
    if not rows:
        raise NotSignedIn
    row = rows[0]
    memberships = tuple(m for m in map(membership_of, row["memberships"]) if m)
    return Caller("session", key.hex(), PersonId(row["person_id"]), row["email"], row["opened_at"], memberships)


async def _machine(database: Database, signer: Signer, token: str, now: datetime) -> Caller:
    kind, subject, role = signer.read(token, now)
    if kind == "device":
        if role not in {Role.BOOTH_PHONE, Role.DOOR_PHONE}:
            raise NotSignedIn
        # whether the phone is revoked is asked inside the statement that serves it
        return Caller("device", str(subject), machine_role=Role(role))
    rows = await database.call("select * from access.live_client($1)", subject)
    if not rows:
        raise NotSignedIn
    sponsor = rows[0]["kind"] == "sponsor"
    return Caller("client", str(subject), machine_role=Role.SPONSOR_MACHINE if sponsor else Role.AFFILIATE_MACHINE)


def _foreign_page() -> NotAllowed:
    return NotAllowed("This request came from another site.", "คำขอนี้มาจากเว็บไซต์อื่น")


def _refuse_foreign_pages(connection: ASGIConnection, settings: Settings) -> None:  # type: ignore[type-arg]
    """A cookie travels with requests that other sites start; those may read nothing and change nothing."""
    if connection.scope.get("method") in SAFE_METHODS:
        return
    origin = connection.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc not in {
        urlsplit(settings.base_url).netloc,
        connection.headers.get("host"),
    }:
        raise _foreign_page()
    _refuse_foreign_links(connection)


def _refuse_foreign_links(connection: ASGIConnection) -> None:  # type: ignore[type-arg]
    """Neither another site starts it nor another host of this one: only our own page, or she herself by her address bar."""
    if connection.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise _foreign_page()
