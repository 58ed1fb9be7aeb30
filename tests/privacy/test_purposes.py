"""The registry of purposes: one ground each, nothing beside it, and no way to say another one."""

from collections.abc import Iterator
from typing import Any

import asyncpg
import httpx
import pytest

from events.app import Application
from events.database.connections import Database
from events.database.embedded import EmbeddedPostgres
from events.terms import BASES, Processing, Purpose
from tests.people import ok

pytestmark = pytest.mark.requirement("S5-basis-1")


async def test_every_purpose_has_exactly_one_ground_and_anyone_can_read_it(anyone: httpx.AsyncClient) -> None:
    assert set(BASES) == {*Purpose, *Processing}
    items = ok(await anyone.get("/api/v1/purposes"))["items"]
    assert sorted(line["purpose"] for line in items) == sorted([*Purpose, *Processing])
    assert {line["basis"] for line in items if line["purpose"] in set(Purpose)} == {"consent"}


async def test_the_database_stores_no_act_under_a_purpose_that_is_not_registered(
    postgres: EmbeddedPostgres, database: Database
) -> None:
    admin = await asyncpg.connect(postgres.dsn("postgres"))
    for table in ("consent_event", "consent_text"):
        check = await admin.fetchval(
            "select pg_get_constraintdef(oid) from pg_constraint where conrelid = $1::regclass and conname = $2",
            table,
            f"{table}_purpose_check",
        )
        assert {part.split("'")[1] for part in check.split("ARRAY[")[1].split(", ")} == set(Purpose)
    await admin.close()


def _names(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for inner in schema.values():
            yield from _names(inner)


def test_no_request_can_name_a_ground_of_its_own(app: Application) -> None:
    """A refused or withdrawn purpose cannot be run again under another basis: nobody can say one."""
    described = app.litestar.openapi_schema.to_schema()
    asked = {
        operation["requestBody"]["content"][kind]["schema"].get("$ref", "").rsplit("/", 1)[-1]
        for item in described["paths"].values()
        for operation in item.values()
        if "requestBody" in operation
        for kind in operation["requestBody"]["content"]
    }
    forms = {name: described["components"]["schemas"][name] for name in asked if name}
    assert forms
    assert {name for form in forms.values() for name in _names(form)} & {"basis", "legal_basis", "legitimate_interest"} == set()
