"""A world for those who take data: attendees who allowed something, sponsors who ask, and the book that was kept of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from tests.conftest import MovableClock
from tests.people import Attendee, People, ok
from tests.world import World


class Guests(People):
    """People who write `card` into the form instead of the usual values."""

    card: Mapping[str, Any] = {}

    def submission(self, form: Any, email: str, **changes: Any) -> dict[str, Any]:
        body = super().submission(form, email, **changes)
        body["fields"] |= self.card
        return body


@dataclass
class Visitor:
    """One confirmed registration and the values in it."""

    attendee: Attendee
    card: dict[str, str]
    confirmed_at: str

    @property
    def id(self) -> UUID:
        return self.attendee.registration

    async def withdraw(self, recipient: UUID | None = None) -> None:
        """Take sponsor sharing back, from one or from all, some minutes later."""
        self.attendee.clock.forward(minutes=3)
        await self.attendee.withdraw("sponsor_sharing", recipient)


@dataclass
class Fair:
    """`sql` is the superuser, for what no role of the product may see or do."""

    world: World
    people: Guests
    sql: asyncpg.Connection[Any]
    clock: MovableClock
    unique: Callable[[str], str]

    @property
    def slug(self) -> str:
        return self.world.slug

    @property
    def parties(self) -> dict[str, UUID]:
        return self.world.parties

    async def admin(self, party: str) -> httpx.AsyncClient:
        return await self.world.admin(party)

    async def machine(self, party: str) -> tuple[httpx.AsyncClient, UUID]:
        """An API client of the party with a good token, and its id."""
        made = ok(await (await self.admin(party)).post("/api/v1/clients", json={"name": "crm"}))
        client = self.people.visit()
        form = {"grant_type": "client_credentials", "client_id": made["client_id"], "client_secret": made["client_secret"]}
        token = ok(await client.post("/api/v1/oauth/token", data=form))
        client.headers["authorization"] = f"Bearer {token['access_token']}"
        return client, UUID(made["client_id"])

    async def attendee(
        self,
        *,
        shares_with: Sequence[str] = (),
        fields: Sequence[str] | None = None,
        badge_scan: bool = False,
        withheld: Sequence[str] = (),
        card: Mapping[str, str] | None = None,
        name: str | None = None,
    ) -> Visitor:
        """Somebody who registered with these boxes ticked and these values, and confirmed."""
        email = f"{self.unique('person')}@attendees.example"
        self.people.card = dict(card or {}) | ({"name": name} if name else {})
        made = await self.people.attendee(
            shares_with=shares_with,
            fields=fields,
            badge_scan=badge_scan,
            email=email,
            language="en",
            withheld_fields=list(withheld),
        )
        mine = ok(await made.client.get(made.path))
        return Visitor(made, mine["fields"], mine["confirmed_at"])

    def asking(self, **changes: Any) -> dict[str, Any]:
        """The parameters of a good pull; None takes one away."""
        asked = {"event": self.slug, "use": "follow_up", "accept_terms": "true"} | changes
        return {name: value for name, value in asked.items() if value is not None}

    async def book(self, release: str | UUID) -> Any:
        """The ledger's entry of a release, with the registrations of its lines."""
        return await self.sql.fetchrow(
            "select r.*, array(select d.registration_id from disclosure d where d.release_id = r.id order by 1) as lines"
            " from release r where r.id = $1",
            UUID(str(release)),
        )

    async def entries(self) -> list[tuple[str, str | None, int]]:
        """Outcome, refusal and rows of every release of this world, in their order."""
        rows = await self.sql.fetch(
            "select outcome, refusal, row_count from release where organisation_id = $1 order by id", self.world.organisation
        )
        return [(row["outcome"], row["refusal"], row["row_count"]) for row in rows]
