"""create_app: the only place where things are wired together."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from litestar import Litestar, Request, Response, Router
from litestar.config.compression import CompressionConfig
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from events.access.caller import VISITOR, Caller
from events.access.guards import authorise, may
from events.access.permissions import Permission
from events.access.routes import ROUTES as ACCESS
from events.access.tokens import Signer
from events.affiliates.routes import ROUTES as AFFILIATES
from events.booths.routes import ROUTES as BOOTHS
from events.database.connections import Database
from events.errors import NotFound
from events.hosting.routes import ROUTES as HOSTING
from events.joining.routes import ROUTES as JOINING
from events.leads.routes import ROUTES as LEADS
from events.phones.allow_list.memory import Lists
from events.phones.routes import ROUTES as PHONES
from events.phones.sealing import Opener
from events.privacy.receipts.routes import WELL_KNOWN
from events.privacy.routes import ROUTES as PRIVACY
from events.registration.routes import ROUTES as REGISTRATION
from events.scanning.routes import ROUTES as SCANNING
from events.settings import Settings
from events.web.memory import FromMemory, Memory
from events.web.pages import TEMPLATES, UNCOMPRESSED, answer_page
from events.web.phone_app.files import Files, read_built
from events.web.problems import as_events_error, problem_body
from events.web.routes import API as WEB_API
from events.web.routes import PAGES
from events.web.safety import Receive, Safety, Scope, Send
from events.web.sponsor.arrivals import Arrivals

Clock = Callable[[], datetime]


class SilentRoute(Exception):
    """A route that does not say who may call it: the program does not start with one."""


def system_clock() -> datetime:
    return datetime.now(UTC)


class Application:
    """The ASGI application: memory outside, then safety, Litestar inside. Tools read routes and schema in `litestar`."""

    def __init__(self, litestar: Litestar, settings: Settings, memory: Memory, arrivals: Arrivals, clock: Clock) -> None:
        self.litestar, self._arrivals = litestar, arrivals
        safe = Safety(litestar, secure=settings.secure)  # type: ignore[arg-type]  # Litestar's own ASGI types
        self._safe = FromMemory(safe, memory, clock, safe.headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._safe(scope, receive, send)

    def stop(self) -> None:
        """The server is about to end: answers that would never be complete by themselves end now."""
        self._arrivals.close()


def create_app(
    settings: Settings, database: Database, *, clock: Clock = system_clock, phone_app: Files | None = None
) -> Application:
    """The whole product; `phone_app` is the one that was built unless it is given.

    Raises SilentRoute when a route names no permission.
    """
    memory, lists, arrivals = Memory(), Lists(), Arrivals(database, clock)
    litestar = Litestar(
        route_handlers=[
            Router(
                "/api/v1",
                route_handlers=[
                    *ACCESS,
                    *HOSTING,
                    *REGISTRATION,
                    *JOINING,
                    *PRIVACY,
                    *PHONES,
                    *SCANNING,
                    *BOOTHS,
                    *LEADS,
                    *AFFILIATES,
                    *WEB_API,
                ],
            ),
            *WELL_KNOWN,
            *PAGES,
        ],
        guards=[authorise],
        dependencies={
            "caller": Provide(provide_caller, sync_to_thread=False),
            "database": Provide(provide_database, sync_to_thread=False),
            "settings": Provide(provide_settings, sync_to_thread=False),
            "signer": Provide(provide_signer, sync_to_thread=False),
            "opener": Provide(provide_opener, sync_to_thread=False),
            "lists": Provide(lambda: lists, sync_to_thread=False),
            "memory": Provide(lambda: memory, sync_to_thread=False),
            "arrivals": Provide(lambda: arrivals, sync_to_thread=False),
            "now": Provide(provide_now, sync_to_thread=False),
        },
        exception_handlers={Exception: answer_problem},
        template_config=TEMPLATES,
        openapi_config=OpenAPIConfig(
            title="Events",
            version="1.0.0",
            use_handler_docstrings=True,
            # the file and its viewer are served by events.web; Litestar's own viewers load from a CDN, and it insists on one
            render_plugins=[JsonRenderPlugin()],
            openapi_router=Router(
                "/api/v1/openapi",
                route_handlers=[],
                guards=[nothing_here],
                opt=may(Permission.BE_ANYONE),
                include_in_schema=False,
            ),
        ),
        # only pages that hold no secret (see an_address): what is compressed beside a secret tells about it (BREACH)
        compression_config=CompressionConfig(
            backend="gzip", minimum_size=1000, gzip_compress_level=6, exclude="^/api/", exclude_opt_key=UNCOMPRESSED
        ),
        logging_config=None,
        request_max_body_size=None,  # Safety has the limit
    )
    litestar.state.update(
        {"settings": settings, "database": database, "signer": Signer(settings), "opener": Opener.of(settings), "clock": clock}
    )
    litestar.state["phone_app"] = read_built() if phone_app is None else phone_app
    require_permissions(litestar)
    return Application(litestar, settings, memory, arrivals, clock)


def require_permissions(litestar: Litestar) -> None:
    """Raises SilentRoute for a route whose `opt` names no permission."""
    for route in litestar.routes:
        for handler in getattr(route, "route_handlers", []):
            if not isinstance(handler, HTTPRouteHandler) or handler.http_methods == {"OPTIONS"}:
                continue
            if not isinstance(handler.opt.get("permission"), Permission):
                raise SilentRoute(f"{sorted(handler.http_methods)} {route.path} names no permission")


def nothing_here(_connection: ASGIConnection, _handler: BaseRouteHandler) -> None:  # type: ignore[type-arg]
    """The guard of addresses that a library adds and that the product does not have."""
    raise NotFound


def answer_problem(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """An error, as problem details; as a page for a browser that asked for one."""
    if not request.scope["path"].startswith("/api/") and "text/html" in request.headers.get("accept", ""):
        return answer_page(request, error)
    status, headers, body = problem_body(as_events_error(error), request.headers.get("accept-language", ""))
    media = headers.pop("content-type")
    return Response(body, status_code=status, headers=headers, media_type=media)


def provide_caller(request: Request[Any, Any, Any]) -> Caller:
    caller: Caller = request.scope["state"].get("caller", VISITOR)
    return caller


def provide_database(request: Request[Any, Any, Any]) -> Database:
    database: Database = request.app.state.database
    return database


def provide_settings(request: Request[Any, Any, Any]) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def provide_signer(request: Request[Any, Any, Any]) -> Signer:
    signer: Signer = request.app.state.signer
    return signer


def provide_opener(request: Request[Any, Any, Any]) -> Opener:
    opener: Opener = request.app.state.opener
    return opener


def provide_now(request: Request[Any, Any, Any]) -> datetime:
    now: datetime = request.app.state.clock()
    return now
