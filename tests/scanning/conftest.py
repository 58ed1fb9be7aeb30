"""Fixtures of the tests about phones and doors."""

from collections.abc import AsyncIterator, Callable

import asyncpg
import pytest

from events.database.connections import Database
from events.database.embedded import EmbeddedPostgres
from tests.conftest import MovableClock, SignIn, Visit
from tests.scanning.hall import Hall


@pytest.fixture
async def hall(
    postgres: EmbeddedPostgres,
    database: Database,
    clock: MovableClock,
    visit: Visit,
    sign_in: SignIn,
    unique: Callable[[str], str],
) -> AsyncIterator[Hall]:
    sql = await asyncpg.connect(postgres.dsn("postgres"))
    yield await Hall(database, sql, clock, visit, sign_in, unique).open()
    await sql.close()
