"""Who registers, and an event that fills up."""

from collections.abc import Callable

import pytest

from events.database.connections import Database
from tests.conftest import MovableClock, SignIn, Visit
from tests.people import People
from tests.world import build_world


@pytest.fixture
async def small(database: Database, clock: MovableClock, sign_in: SignIn, unique: Callable[[str], str], visit: Visit) -> People:
    """An event with seven places, five of them for the one ticket."""
    world = await build_world(database, clock, sign_in, unique, capacity=7, ticket_capacity=5)
    return People(world, database, clock, visit)
