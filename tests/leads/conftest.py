"""A fair per test: the world with S1 and S2, its people, and a look into the book."""

from collections.abc import AsyncIterator, Callable

import asyncpg
import pytest

from events.database.connections import Database
from events.database.embedded import EmbeddedPostgres
from tests.conftest import MovableClock, Visit
from tests.leads.fair import Fair, Guests
from tests.world import World


@pytest.fixture
async def fair(
    postgres: EmbeddedPostgres,
    database: Database,
    world: World,
    clock: MovableClock,
    visit: Visit,
    unique: Callable[[str], str],
) -> AsyncIterator[Fair]:
    sql = await asyncpg.connect(postgres.dsn("postgres"))
    # the clock starts anew with every test; what the last one used up of the limits would stand in its future
    await sql.execute("delete from rate_limit")
    yield Fair(world, Guests(world, database, clock, visit), sql, clock, unique)
    await sql.close()
