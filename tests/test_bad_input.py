"""Bad input on every route there is: a clear answer that names what to mend, nothing stored, never a 500."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from events.access.permissions import Permission
from events.app import Application
from events.database.connections import Database
from events.database.embedded import EmbeddedPostgres
from tests.conftest import MovableClock, Visit
from tests.people import People
from tests.world import World

NASTY_BODIES = {
    "nothing": b"",
    "half an object": b'{"a": 1',
    "a list": b"[]",
    "null": b"null",
    "a number": b"1",
    "a text": b'"x"',
    "no UTF-8": b'{"a": "\xff\xfe"}',
    "a NUL": b'{"a": "x\\u0000y"}',
    "half a surrogate": b'{"a": "\\ud800"}',
    "the same key twice": b'{"a": 1, "a": 2}',
    "deep lists": b"[" * 5000 + b"]" * 5000,
    "deep objects": b'{"a":' * 100 + b"1" + b"}" * 100,
    "a huge text": json.dumps({"a": "x" * 30_000}).encode(),
    "a huge body": b'"' + b"x" * (2 * 1024 * 1024 + 1) + b'"',
    "a number past 64 bits": b'{"a": 9223372036854775808}',
    "not a number": b'{"a": NaN}',
    "an unknown field": b'{"surely_unknown": 1}',
}
NASTY_VALUES: list[Any] = [
    None,
    True,
    -1,
    2**63 - 1,
    1.5,
    "",
    " ",
    "١",
    "x" * 10_000,
    "\x7f\u202e",
    [],
    {},
    [[]],
    {"a": {}},
    ["x"],
    str(uuid4()),
]
NASTY_IDS = ["-1", "9223372036854775808", "١", "%00", "x" * 2000, "..%2f..%2fetc", "' or 1=1", str(uuid4())]


class Everybody:
    """A client for every permission: whoever may pass the guard, so that the input itself is what is refused."""

    def __init__(self, clients: dict[Permission, httpx.AsyncClient]) -> None:
        self.clients = clients


@pytest.fixture
async def everybody(world: World, database: Database, clock: MovableClock, visit: Visit) -> Everybody:
    people = People(world, database, clock, visit)
    await world.add_party("AFF1", "affiliate", uses=("follow_up", "registration_processing"))
    attendee = await people.attendee(badge_scan=True)
    sponsor = await world.admin("S1")
    clients = dict.fromkeys(Permission, world.owner) | {
        Permission.BE_ANYONE: visit(),
        Permission.BE_ONESELF: attendee.client,
        Permission.TAKE_LEADS: sponsor,
        Permission.MANAGE_BOOTH: sponsor,
        Permission.ENROL_OWN_PHONE: sponsor,
        Permission.MANAGE_CLIENTS: sponsor,
        Permission.SEE_RECALLS: sponsor,
        Permission.TAKE_AFFILIATE_REGISTRATIONS: await world.admin("AFF1"),
        Permission.LOOK_UP_AT_DOOR: (await people.door_phone()).client,
        Permission.BE_A_PHONE: (await people.phone("S1")).client,
    }
    return Everybody(clients)


def operations(app: Application) -> list[tuple[str, str, dict[str, Any], Permission]]:
    """Every documented operation: method, path, its description, and the permission of its route."""
    permissions = {
        (method, route.path_format): handler.opt["permission"]
        for route in app.litestar.routes
        for handler in getattr(route, "route_handlers", [])
        for method in handler.http_methods
        if "permission" in handler.opt
    }
    described = app.litestar.openapi_schema.to_schema()["paths"]
    return [
        (method.upper(), path, operation, permissions[method.upper(), path])
        for path, item in described.items()
        for method, operation in item.items()
        if method in {"get", "post", "put", "patch", "delete"}
    ]


@pytest.fixture
async def rows(postgres: EmbeddedPostgres, database: Database) -> AsyncIterator[Any]:
    admin = await asyncpg.connect(postgres.dsn("postgres"))

    async def count() -> dict[str, int]:
        tables = await admin.fetch(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"
            " and relname not in ('rate_limit', 'release')"  # refused pulls are written down on purpose
        )
        return {t[0]: await admin.fetchval(f'select count(*) from "{t[0]}"') for t in tables}

    yield count
    await admin.close()


def fill(path: str, value: str = "") -> str:
    while "{" in path:
        start, end = path.index("{"), path.index("}")
        path = path[:start] + (value or str(uuid4())) + path[end + 1 :]
    return path


def require_clear(answer: httpx.Response, said: str) -> None:
    assert answer.status_code < 500, f"{said}: {answer.status_code} {answer.text[:300]}"
    if answer.status_code >= 400 and answer.request.method != "HEAD":
        assert answer.headers["content-type"].startswith("application/problem+json") or "oauth" in said, (
            f"{said}: {answer.headers}"
        )
        if answer.status_code == 422:
            assert answer.json().get("errors"), f"{said}: {answer.text[:300]}"


def with_body(app: Application) -> list[tuple[str, str, dict[str, Any], Permission]]:
    return [o for o in operations(app) if "requestBody" in o[2] and "/oauth/" not in o[1]]


async def test_nasty_bodies_are_refused_by_every_write_route_and_store_nothing(
    everybody: Everybody, app: Application, rows: Any
) -> None:
    before = await rows()
    for method, path, _, permission in with_body(app):
        client = everybody.clients[permission]
        for name, body in NASTY_BODIES.items():
            answer = await client.request(method, fill(path), content=body, headers={"content-type": "application/json"})
            said = f"{method} {path} with {name}"
            require_clear(answer, said)
            assert answer.status_code >= 400, said
        for kind in ("text/plain", "application/xml", "multipart/form-data; boundary=x", ""):
            answer = await client.request(method, fill(path), content=b'{"a": 1}', headers={"content-type": kind})
            assert answer.status_code == 415, f"{method} {path} as {kind!r}: {answer.status_code}"
    assert await rows() == before


def properties(schema: dict[str, Any], app: Application) -> dict[str, Any]:
    """The top-level properties of a request body, with its reference resolved."""
    if "$ref" in schema:
        schema = app.litestar.openapi_schema.to_schema()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    found: dict[str, Any] = schema.get("properties", {})
    return found


async def test_every_property_of_every_body_takes_nasty_values_without_breaking(everybody: Everybody, app: Application) -> None:
    for method, path, operation, permission in with_body(app):
        client = everybody.clients[permission]
        names = properties(operation["requestBody"]["content"]["application/json"]["schema"], app)
        assert names, f"{method} {path} documents its body"
        for name in names:
            for value in NASTY_VALUES:
                answer = await client.request(method, fill(path), json={name: value})
                require_clear(answer, f"{method} {path} with {name}={value!r:.40}")


async def test_unknown_fields_are_named(everybody: Everybody, app: Application) -> None:
    for method, path, _, permission in with_body(app):
        answer = await everybody.clients[permission].request(method, fill(path), json={"surely_unknown": 1})
        assert answer.status_code in {404, 422}, f"{method} {path}: {answer.status_code} {answer.text[:200]}"
        if answer.status_code == 422:
            assert [e["field"] for e in answer.json()["errors"]] != [""], f"{method} {path}: {answer.text[:300]}"


# what is gone already, or never was, is deleted
GONE_IS_WELL = "DELETE /api/v1/leads/{lead}/notes/{device}"


async def test_foreign_and_nasty_ids_in_paths_are_not_there(everybody: Everybody, app: Application) -> None:
    for method, path, _, permission in operations(app):
        if "{" not in path:
            continue
        for value in NASTY_IDS:
            answer = await everybody.clients[permission].request(method, fill(path, value))
            said = f"{method} {path} at {value:.20}"
            require_clear(answer, said)
            well = f"{method} {path}" == GONE_IS_WELL and answer.status_code == 204
            assert well or 400 <= answer.status_code < 500, f"{said}: {answer.status_code}"


async def test_nasty_query_parameters_are_refused_or_harmless(everybody: Everybody, app: Application) -> None:
    for method, path, operation, permission in operations(app):
        for parameter in operation.get("parameters", []):
            if parameter["in"] != "query":
                continue
            for value in ["", "-1", "9223372036854775808", "١", "\x00", "x" * 3000, "%", "2027-99-99", "null", str(uuid4())]:
                answer = await everybody.clients[permission].request(method, fill(path), params={parameter["name"]: value})
                require_clear(answer, f"{method} {path}?{parameter['name']}={value!r:.20}")


async def test_nasty_headers_are_refused_or_harmless(everybody: Everybody, app: Application, world: World) -> None:
    anyone = everybody.clients[Permission.BE_ANYONE]
    for headers in (
        {"authorization": "Bearer x"},
        {"authorization": "Bearer " + "a." * 3000},
        {"authorization": "Basic \xff"},
        {"authorization": "Bearer"},
        {"cookie": "session=x; session=y"},
        {"cookie": "session=" + "\x01" * 40},
        {"accept-language": "x" * 3000},
        {"accept-language": "th;q=0.1,,;;,en"},
        {"idempotency-key": "x" * 5000},
        {"content-length": "abc"},
    ):
        encoded = [(k.encode(), v.encode("latin-1")) for k, v in headers.items()]
        for method, path in (("GET", "/api/v1/me/registrations"), ("POST", f"/api/v1/events/{world.slug}/registrations")):
            require_clear(await anyone.request(method, path, headers=encoded), f"{method} {path} {headers!s:.60}")


async def test_methods_that_an_address_does_not_take_are_refused_clearly(everybody: Everybody, world: World) -> None:
    anyone = everybody.clients[Permission.BE_ANYONE]
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
        answer = await anyone.request(method, f"/api/v1/events/{world.slug}")
        assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json"), method


@pytest.mark.parametrize(
    ("language", "title"),
    [("th", "ไม่พบข้อมูลนี้สำหรับคุณ"), ("en", "There is nothing here for you."), ("fr", "There is nothing here for you.")],
)
async def test_problems_speak_the_readers_language(anyone: httpx.AsyncClient, language: str, title: str) -> None:
    answer = await anyone.get("/api/v1/events/no-such-event", headers={"accept-language": language})
    assert (answer.status_code, answer.json()["title"], answer.json()["code"]) == (404, title, "not_found")
