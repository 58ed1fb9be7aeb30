"""The OpenAPI file says what the server does: its problems, its credentials, its routes."""

import httpx
import jsonschema_rs
import msgspec
import pytest

from events.access.permissions import Permission
from events.app import Application
from events.web.openapi import PROBLEM, describe, permissions_of


async def test_the_file_names_the_credentials_and_the_problems_of_every_operation(
    anyone: httpx.AsyncClient, app: Application
) -> None:
    described = (await anyone.get("/api/v1/openapi.json")).json()
    assert described == msgspec.json.decode(msgspec.json.encode(describe(app.litestar)))
    permissions = permissions_of(app.litestar)
    for path, item in described["paths"].items():
        for method, operation in item.items():
            public = permissions[method.upper(), path] is Permission.BE_ANYONE
            assert (operation["security"] == []) is public, path
            assert "400" not in operation["responses"]
            assert operation["responses"]["4XX"]["content"]["application/problem+json"], path


async def test_problems_are_as_the_file_says(anyone: httpx.AsyncClient) -> None:
    validator = jsonschema_rs.validator_for(PROBLEM)
    for answer in (
        await anyone.get("/api/v1/events/no-such-event"),
        await anyone.get("/api/v1/me/registrations"),
        await anyone.put("/api/v1/events"),
        await anyone.post("/api/v1/confirmations", json={}),
        await anyone.post("/api/v1/confirmations", content=b"x", headers={"content-type": "text/plain"}),
        await anyone.post("/api/v1/confirmations", json={"token": "unknown"}),
    ):
        assert answer.headers["content-type"] == "application/problem+json"
        validator.validate(answer.json())


@pytest.mark.parametrize("path", ["", "/", "/redoc", "/swagger", "/elements", "/rapidoc", "/openapi.json", "/openapi.yml", "/x"])
async def test_there_is_no_other_viewer_beside_ours(anyone: httpx.AsyncClient, path: str) -> None:
    answer = await anyone.get(f"/api/v1/openapi{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_body_that_may_be_left_out_is_described_so(app: Application) -> None:
    operations = [
        (method, path.rsplit("/registrations", 1)[-1], operation["requestBody"]["required"])
        for path, item in describe(app.litestar)["paths"].items()
        for method, operation in item.items()
        if "requestBody" in operation and path.startswith("/api/v1/me/registrations/")
    ]
    assert ("post", "/{registration}/assets/{asset}", False) in operations
    assert ("put", "/{registration}/consents", True) in operations
