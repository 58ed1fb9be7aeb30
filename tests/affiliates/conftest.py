"""A seminar that AFF1 organises, and a look into the book."""

from collections.abc import AsyncIterator, Callable

import asyncpg
import pytest

from events.database.connections import Database
from events.database.embedded import EmbeddedPostgres
from tests.conftest import MovableClock, SignIn, Visit
from tests.leads.fair import Fair, Guests
from tests.world import build_world


@pytest.fixture
async def seminar(
    postgres: EmbeddedPostgres,
    database: Database,
    clock: MovableClock,
    sign_in: SignIn,
    visit: Visit,
    unique: Callable[[str], str],
) -> AsyncIterator[Fair]:
    sql = await asyncpg.connect(postgres.dsn("postgres"))
    # the clock starts anew with every test; what the last one used up of the limits would stand in its future
    await sql.execute("delete from rate_limit")
    why = {"th": "เพื่อจัดงาน", "en": "to run the seminar"}
    form: list[dict[str, object]] = [
        {"field": name, "required": name != "phone", "reason": why} for name in ("name", "email", "company", "phone")
    ]
    world = await build_world(database, clock, sign_in, unique, affiliates=["AFF1", "AFF2"], organiser_party="AFF1", form=form)
    yield Fair(world, Guests(world, database, clock, visit), sql, clock, unique)
    await sql.close()
