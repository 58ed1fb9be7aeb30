"""People whose badges are printed."""

import pytest

from events.database.connections import Database
from tests.conftest import MovableClock, Visit
from tests.leads.fair import Guests
from tests.world import World


@pytest.fixture
def people(world: World, database: Database, clock: MovableClock, visit: Visit) -> Guests:
    return Guests(world, database, clock, visit)
