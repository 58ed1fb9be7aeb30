"""Somebody who has registered, on her own pages."""

import pytest

from tests.conftest import MovableClock
from tests.people import People
from tests.web.mine.hers import Hers


@pytest.fixture
async def hers(people: People, clock: MovableClock) -> Hers:
    return Hers(await people.attendee(), clock)
