"""An event whose attendees can ask for news, and what lies in the outbox for them."""

from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from events.database.connections import Database
from events.database.embedded import EmbeddedPostgres
from events.messages.unsubscribing import unsubscribe_token
from tests.conftest import SETTINGS, MovableClock, SignIn, Visit
from tests.people import Attendee, People, ok
from tests.world import build_world

Box = list[tuple[str, dict[str, Any]]]
ENGLISH = "This is news."


class Post:
    """The event's people, and their mail as it lies in the outbox."""

    def __init__(self, people: People, sql: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.people, self.world, self.sql, self.clock = people, people.world, sql, people.clock

    async def to(self, email: str, *kinds: str) -> Box:
        """Kind and facts of the mails to this address, oldest first; of these kinds alone where some are named."""
        rows = await self.people.database.call("select kind, facts from messages.mailbox($1, 100)", email)
        return [(row["kind"], row["facts"]) for row in reversed(rows) if not kinds or row["kind"] in kinds]

    async def kinds(self, email: str) -> list[str]:
        return [kind for kind, _ in await self.to(email)]

    async def reader(self, **who: Any) -> Attendee:
        """Somebody who allowed news by e-mail."""
        attendee = await self.people.attendee(**who)
        ok(await attendee.grant("marketing_email"))
        self.clock.forward(seconds=1)
        return attendee

    async def news(self, key: str | None = None, words: str = ENGLISH) -> int:
        """Send news as the organiser; returns to how many it goes."""
        self.clock.forward(seconds=1)
        body = {"subject": {"th": "ข่าว", "en": "News"}, "body": {"th": "นี่คือข่าว", "en": words}}
        headers = {"idempotency-key": key} if key else {}
        path = f"/organiser/events/{self.world.slug}/news"
        posted: int = (await self.world.post(path, body, headers=headers))["recipients"]
        return posted

    async def given(self, who: Attendee, purpose: str) -> bool:
        """Whether this consent of hers is given, as her own page says."""
        states = ok(await who.client.get(f"{who.path}/consents"))["items"]
        return any(state["purpose"] == purpose and state["given"] for state in states)


def link(registration: UUID, language: str = "en") -> str:
    """The address that stands in news to this registration."""
    return f"/{language}/unsubscribe/{unsubscribe_token(SETTINGS.key_for('unsubscribe'), registration)}"


@pytest.fixture
async def post(
    postgres: EmbeddedPostgres,
    database: Database,
    clock: MovableClock,
    sign_in: SignIn,
    visit: Visit,
    unique: Callable[[str], str],
) -> AsyncIterator[Post]:
    sql = await asyncpg.connect(postgres.dsn("postgres"))
    # the worker sends what is due at its time, whoever posted it: every test finds an empty outbox
    await sql.execute("delete from outbox")
    world = await build_world(database, clock, sign_in, unique)
    await world.publish_text("marketing_email", fields=[], uses=[])
    clock.forward(seconds=1)
    yield Post(People(world, database, clock, visit), sql)
    await sql.close()
