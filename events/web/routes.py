"""The addresses beside the API: pages by what people do on them, the files they load, the API's own description, health."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from events.access.guards import Given, may
from events.access.permissions import Permission
from events.database.connections import Database
from events.errors import NotFound
from events.settings import Settings
from events.web.account.routes import PAGES as ACCOUNT
from events.web.account.rules import own_page
from events.web.allow.routes import PAGES as ALLOW
from events.web.forms import read_form
from events.web.mailbox.routes import PAGES as MAILBOX
from events.web.mine.copy_routes import ROUTES as COPY
from events.web.mine.routes import PAGES as MINE
from events.web.openapi import describe
from events.web.organiser.routes import PAGES as ORGANISER
from events.web.pages import STATIC, TAGS, Visitor, an_address, language_in, page, require_language
from events.web.phone_app.routes import PAGES as PHONE_APP
from events.web.preferences import ERA_COOKIE
from events.web.programme.routes import PAGES as PROGRAMME
from events.web.signing_up.routes import PAGES as SIGNING_UP
from events.web.sponsor.routes import PAGES as SPONSOR
from events.web.unsubscribe.routes import PAGES as UNSUBSCRIBE
from events.web.viewer import operations
from events.web.waiting.routes import PAGES as WAITING

# what people type or find in a README; the page itself has a language in its address
WITHOUT_LANGUAGE: Final = ["/", "/sign-in", "/me", "/sponsor", "/mailbox", "/api"]
ERA_KEPT: Final = 365 * 24 * 3600  # seconds


@get(WITHOUT_LANGUAGE, **an_address(sync_to_thread=False))
def to_own_language(request: Visitor) -> Redirect:
    """The same page in the visitor's language."""
    asked = request.scope["query_string"].decode("latin-1")
    return Redirect(
        f"/{language_in(request)}{request.scope['path'].rstrip('/')}{'?' if asked else ''}{asked}",
        status_code=302,
        headers={"vary": "accept-language"},
    )


@get("/static/{name:str}", **an_address(compressed=True, sync_to_thread=False))
def static(name: FromPath[str], request: Visitor) -> Response[bytes]:
    """A file of the pages, with an entity tag (RFC 9110 §8.8.3). Its address holds a hash of it: it may be kept for a year."""
    if name not in STATIC:
        raise NotFound
    content, media = STATIC[name]
    tag = f'"{TAGS[name]}"'
    asked_by_hash = request.query_params.get("v") == TAGS[name]
    kept = "public, max-age=31536000, immutable" if asked_by_hash else "public, max-age=3600"
    headers = {"etag": tag, "cache-control": kept}
    if tag in {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}:
        return Response(b"", status_code=304, headers=headers, media_type=media)
    return Response(content, headers=headers, media_type=media)


@post("/{language:str}/era", status_code=303, **an_address())
async def press_era(request: Visitor, settings: Given[Settings]) -> Redirect:
    """Count Thai years from the Buddhist era, or from the common one; kept in this browser."""
    language = require_language(request)
    form = (await read_form(request, settings)).single()
    era = "ce" if form.get("era") == "ce" else "be"
    cookie = Cookie(ERA_COOKIE, value=era, max_age=ERA_KEPT, httponly=True, secure=settings.secure, samesite="lax")
    return Redirect(own_page(form.get("back")) or f"/{language}", status_code=303, cookies=[cookie])


@get("/{language:str}/api", **an_address(compressed=True, sync_to_thread=False))
def api_page(request: Visitor, settings: Given[Settings]) -> Template:
    """Every operation of the API with who may call it, rendered here: nothing is loaded from elsewhere."""
    language = require_language(request)
    permissions = {
        (str(method), route.path_format): handler.opt["permission"]
        for route in request.app.routes
        for handler in getattr(route, "route_handlers", [])
        if isinstance(handler, HTTPRouteHandler) and isinstance(handler.opt.get("permission"), Permission)
        for method in handler.http_methods
    }
    groups = operations(request.app.openapi_schema.to_schema(), permissions, language)
    return page(request, settings, "api/viewer.html", groups=groups, count=sum(map(len, groups.values())))


@get("/openapi.json", opt=may(Permission.BE_ANYONE), include_in_schema=False, sync_to_thread=False)
def openapi_file(request: Visitor) -> dict[str, Any]:
    """The OpenAPI 3.1 description of this API, generated from the routes."""
    return describe(request.app)


@get("/healthz", opt=may(Permission.BE_ANYONE), include_in_schema=False, sync_to_thread=False)
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@get("/readyz", opt=may(Permission.BE_ANYONE), include_in_schema=False)
async def readyz(database: Given[Database]) -> dict[str, str]:
    """The database takes writes. Raises Unavailable (503) when it does not."""
    await database.call("select access.can_write()")
    return {"status": "ready"}


API = [openapi_file, *COPY]
PAGES = [
    to_own_language,
    static,
    press_era,
    api_page,
    healthz,
    readyz,
    *ACCOUNT,
    *ALLOW,
    *MAILBOX,
    *MINE,
    *ORGANISER,
    *PHONE_APP,
    *PROGRAMME,
    *SIGNING_UP,
    *SPONSOR,
    *UNSUBSCRIBE,
    *WAITING,
]
