"""The application as a whole: it starts, answers, and refuses routes that do not say who may call them."""

import httpx
import pytest
from litestar import Litestar, get

from events.app import Application, SilentRoute, require_permissions


async def test_the_process_and_the_database_report_health(anyone: httpx.AsyncClient) -> None:
    assert (await anyone.get("/healthz")).json() == {"status": "ok"}
    assert (await anyone.get("/readyz")).json() == {"status": "ready"}


def test_a_route_without_a_permission_stops_the_start() -> None:
    @get("/silent", sync_to_thread=False)
    def silent() -> str:
        return "anybody could read this"

    with pytest.raises(SilentRoute, match="/silent"):
        require_permissions(Litestar([silent], openapi_config=None))


def test_every_route_of_the_product_names_its_permission(app: Application) -> None:
    require_permissions(app.litestar)
