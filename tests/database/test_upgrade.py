"""A database that holds something is brought to this version: nothing that stood there says less, or something else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager

from events.database.connections import Database
from events.database.embedded import EmbeddedPostgres
from events.database.engine import using
from events.database.migrate import migrate
from events.release.seals import Sealer
from events.release.verify import verify
from events.settings import Settings
from tests.database import as_before
from tests.database.as_before import ACTS, CHANGED, MALI, NOK, PROVE_THEMSELVES, RELEASE

pytestmark = pytest.mark.requirement("S11-sec-2")


@dataclass
class Upgraded:
    """A database that was filled before migration 0002 and then migrated, seen by its superuser."""

    dsn: str
    admin: asyncpg.Connection[Any]
    sealer: Sealer
    new: list[str]

    async def failures(self) -> dict[str, tuple[str, ...]]:
        return {check.says: check.failures for check in await verify(self.dsn, self.sealer) if check.failures}

    async def examined(self) -> dict[str, int]:
        return {check.says: check.examined for check in await verify(self.dsn, self.sealer)}


@pytest.fixture
async def upgraded(postgres: EmbeddedPostgres, database: Database, tmp_path: Path) -> AsyncIterator[Upgraded]:
    # `database` has made the roles, which all databases of a server share
    server = await asyncpg.connect(postgres.dsn("postgres"))
    await server.execute("drop database if exists upgraded")
    await server.execute("create database upgraded")
    dsn = postgres.dsn("postgres", "upgraded")
    admin = await asyncpg.connect(dsn)
    await fill_as_before(admin)
    yield Upgraded(dsn, admin, Sealer(Settings(secret=b"s" * 32, var=tmp_path)), await migrate(dsn))
    await admin.close()
    await server.execute("drop database upgraded")
    await server.close()


async def fill_as_before(admin: asyncpg.Connection[Any]) -> None:
    async with admin.transaction():
        await admin.execute("grant create, usage on schema public to events_owner; set local role events_owner")
        with using(admin):
            first = ForwardsMigrationManager(app_name="events", migration_id="0001_main_job")
            assert (await first.run()).success
        for row in as_before.rows():
            await admin.execute(row)


async def heads(admin: asyncpg.Connection[Any], registration: UUID) -> list[Any]:
    """What the latest acts allow, without whose they are."""
    return await admin.fetch(
        "select to_jsonb(h) - array['registration_id', 'consent_event_id'] from consent_head h where registration_id = $1"
        " order by purpose, recipient_id", registration
    )  # fmt: skip


async def said_again(admin: asyncpg.Connection[Any], registration: UUID) -> UUID:
    """The same acts, recorded today by somebody else who says the same about herself."""
    other: UUID = await admin.fetchval(
        "insert into person (email, created_at) values ($1, now()) returning id", f"{registration}@again.example"
    )
    await admin.execute(
        "insert into registration select (jsonb_populate_record(r, jsonb_build_object('id', $2::uuid, 'person_id', $2::uuid))).*"
        " from registration r where id = $1", registration, other
    )  # fmt: skip
    await admin.execute(
        "insert into consent_event select"
        " (jsonb_populate_record(c, jsonb_build_object('id', uuidv7(), 'registration_id', $2::uuid))).*"
        " from consent_event c where registration_id = $1 order by seq", registration, other
    )  # fmt: skip
    return other


async def test_only_what_is_new_is_run(upgraded: Upgraded) -> None:
    assert upgraded.new[0] == "0002_faster_release"
    assert await migrate(upgraded.dsn) == []


@pytest.mark.parametrize("registration", [MALI, NOK])
async def test_the_latest_acts_carry_what_the_same_acts_carry_today(upgraded: Upgraded, registration: UUID) -> None:
    other = await said_again(upgraded.admin, registration)
    stood = await heads(upgraded.admin, registration)
    assert len(stood) == len({(act["purpose"], act["recipient_id"]) for act in ACTS if act["registration_id"] == registration})
    assert stood == await heads(upgraded.admin, other)


async def test_only_an_act_that_proves_itself_counts_as_complete(upgraded: Upgraded) -> None:
    complete = await upgraded.admin.fetch(
        "select registration_id, purpose, recipient_id from consent_head where evidence_complete"
    )
    assert {tuple(row) for row in complete} == PROVE_THEMSELVES


async def test_a_question_that_took_several_lines_still_does(upgraded: Upgraded) -> None:
    fields = await upgraded.admin.fetch("select field, kind, options::text, shown_if from event_field order by field")
    assert [tuple(field) for field in fields] == [
        ("custom_diet", "long_text", "[]", None),
        ("customer_no", "text", "[]", None),
        ("name", "text", "[]", None),
    ]


async def test_what_changed_before_is_told_as_before(upgraded: Upgraded) -> None:
    told = await upgraded.admin.fetch("select id, card_changed_at from registration")
    assert dict(told) == {MALI: [CHANGED[MALI]] * 7, NOK: None}


async def test_the_book_is_proved_as_it_was_written(upgraded: Upgraded) -> None:
    assert await upgraded.failures() == {}
    assert [*(await upgraded.examined()).values()][:3] == [len(ACTS), 2, 2]
    assert await upgraded.admin.fetch("select distinct format from release") == [(1,)]


async def test_a_byte_that_was_changed_in_an_old_line_is_named(upgraded: Upgraded) -> None:
    async with upgraded.admin.transaction():
        await upgraded.admin.execute("set local role events_owner; alter table disclosure disable trigger user")
        await upgraded.admin.execute(
            "update disclosure set commitment = set_byte(commitment, 0, get_byte(commitment, 0) # 1) where registration_id = $1",
            NOK,
        )
        await upgraded.admin.execute("alter table disclosure enable trigger user")
    assert await upgraded.failures() == {
        "every ledger line carries the hash of its content": (f"disclosure of release {RELEASE}, registration {NOK}",)
    }
