"""An organisation with its owner, before it has any event."""

from collections.abc import Callable

import pytest

from events.database.connections import Database
from tests.conftest import MovableClock, SignIn
from tests.world import World, found_world


@pytest.fixture
async def bare(database: Database, clock: MovableClock, sign_in: SignIn, unique: Callable[[str], str]) -> World:
    """An organisation and its owner, and nothing else."""
    return await found_world(database, clock, sign_in, unique)
