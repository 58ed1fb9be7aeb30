"""Pages that stand beside the API: start page, link pages, the API's own description, health. Grown by later issues."""

from pathlib import Path
from typing import Any

from litestar import Request, get
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig

from events.access.guards import Given, may
from events.access.permissions import Permission
from events.database.connections import Database

TEMPLATES = TemplateConfig(directory=Path(__file__).parent / "templates", engine=JinjaTemplateEngine)


@get("/openapi.json", opt=may(Permission.BE_ANYONE), include_in_schema=False, sync_to_thread=False)
def openapi_file(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The OpenAPI 3.1 description of this API, generated from the routes."""
    return request.app.openapi_schema.to_schema()


@get("/healthz", opt=may(Permission.BE_ANYONE), include_in_schema=False, sync_to_thread=False)
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@get("/readyz", opt=may(Permission.BE_ANYONE), include_in_schema=False)
async def readyz(database: Given[Database]) -> dict[str, str]:
    """The database takes writes. Raises Unavailable (503) when it does not."""
    await database.call("select access.can_write()")
    return {"status": "ready"}


API = [openapi_file]
PAGES = [healthz, readyz]
