"""A webinar that is about to begin, the people who come to it, and what it offers for download."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from events.database.connections import Database
from events.database.embedded import EmbeddedPostgres
from tests.conftest import MovableClock, SignIn, Visit
from tests.people import Attendee, People, ok
from tests.world import World, build_world

ROOM = "https://live.example/room/7?key=secret"
SLIDES = "https://files.example/slides.pdf"


@dataclass
class Webinar:
    """It begins in two hours and lasts one; S1 and S2 sponsor it. `sql` is the superuser."""

    world: World
    people: People
    clock: MovableClock
    sql: asyncpg.Connection[Any]

    def into(self, **by: float) -> None:
        """Move the clock to so long after the beginning; before it, when negative."""
        self.clock.now = self.begins + timedelta(**by)

    @property
    def begins(self) -> Any:
        return self._begins

    def __post_init__(self) -> None:
        self._begins = self.clock.now + timedelta(hours=2)

    async def offer(self, sponsor: str | None = None, **changes: Any) -> str:
        """A download, there at once unless told otherwise; returns its id."""
        body = {"kind": "slides", "titles": {"th": "สไลด์", "en": "Slides"}, "url": SLIDES}
        body |= {"sponsor": str(self.world.parties[sponsor])} if sponsor else {}
        made = await self.world.post(f"/organiser/events/{self.world.slug}/assets", body | changes)
        return str(made["id"])

    async def listed(self, who: Attendee) -> list[Any]:
        return ok(await who.client.get(f"{who.path}/assets"))["items"]  # type: ignore[no-any-return]

    async def asks(self, who: Attendee) -> list[str | None]:
        """Whom the boxes beside the downloads name, by their order."""
        names = {str(party): name for name, party in self.world.parties.items()}
        return [item["asks_sponsor"] and names[item["asks_sponsor"]["party"]] for item in await self.listed(who)]

    async def tick(self, **changes: Any) -> dict[str, Any]:
        """The box, ticked on the form in force."""
        form = await self.people.form()
        return {"share_with_sponsor": True, "served_form": form["id"], "form_sha256": form["sha256"]} | changes

    async def open(self, who: Attendee, asset: str, body: Any = None) -> httpx.Response:
        self.clock.forward(seconds=1)
        given = {} if body is None else {"json": body}
        return await who.client.post(f"{who.path}/assets/{asset}", **given)

    async def visits(self, who: Attendee) -> int:
        found: int = await self.sql.fetchval("select count(*) from asset_visit where registration_id = $1", who.registration)
        return found

    async def acts(self, who: Attendee) -> list[tuple[str, str, str]]:
        rows = await self.sql.fetch(
            "select purpose, act, method from consent_event where registration_id = $1 order by seq", who.registration
        )
        return [tuple(row) for row in rows]


@pytest.fixture
async def webinar(
    postgres: EmbeddedPostgres,
    database: Database,
    clock: MovableClock,
    sign_in: SignIn,
    visit: Visit,
    unique: Callable[[str], str],
) -> AsyncIterator[Webinar]:
    sql = await asyncpg.connect(postgres.dsn("postgres"))
    soon, length = timedelta(hours=2), timedelta(hours=1)
    begins = clock.now
    world = await build_world(database, clock, sign_in, unique, kind="webinar", starts_in=soon, lasts=length)
    assert clock.now == begins, "the world is made in no time"
    await world.patch(f"/organiser/events/{world.slug}", {"join_url": ROOM})
    yield Webinar(world, People(world, database, clock, visit), clock, sql)
    await sql.close()
