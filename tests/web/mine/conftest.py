"""Somebody who has registered, on her own pages."""

import pytest

from events.database.connections import Database
from tests.conftest import MovableClock, Visit
from tests.people import People
from tests.web.mine.hers import Hers
from tests.world import World


@pytest.fixture
def people(world: World, database: Database, clock: MovableClock, visit: Visit) -> People:
    return People(world, database, clock, visit)


@pytest.fixture
async def hers(people: People, clock: MovableClock) -> Hers:
    return Hers(await people.attendee(), clock)
