"""The terms that a sponsor accepts with every pull are public, and the ledger names them."""

import httpx
import pytest

from events.database.connections import Database
from events.database.embedded import EmbeddedPostgres
from events.release.terms import VERSION, WORDS
from tests.conftest import MovableClock, Visit
from tests.people import People, ok
from tests.world import World

pytestmark = pytest.mark.requirement("S6-sponsor-9")


async def test_anyone_can_read_the_terms_in_both_languages(anyone: httpx.AsyncClient) -> None:
    said = ok(await anyone.get("/api/v1/recipient-terms"))
    assert said == {"version": VERSION, "words": {language: list(words) for language, words in WORDS.items()}}
    assert len(WORDS["th"]) == len(WORDS["en"])


async def test_every_hand_over_names_the_terms_it_stands_on(
    world: World, database: Database, clock: MovableClock, visit: Visit, postgres: EmbeddedPostgres
) -> None:
    import asyncpg  # noqa: PLC0415

    people = People(world, database, clock, visit)
    await people.attendee(shares_with=["S1"])
    ok(await people.pull("S1"))
    admin = await asyncpg.connect(postgres.dsn("postgres"))
    booked = await admin.fetch("select terms_version from release where event_id = $1", world.event)
    await admin.close()
    assert [row[0] for row in booked] == [VERSION]
