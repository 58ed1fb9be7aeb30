"""Who acts in the scenarios."""

import pytest

from events.database.connections import Database
from tests.conftest import MovableClock, Visit
from tests.people import People
from tests.world import World


@pytest.fixture
def people(world: World, database: Database, clock: MovableClock, visit: Visit) -> People:
    return People(world, database, clock, visit)
