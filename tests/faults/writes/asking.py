"""How one request is asked, and the list of all of them: what the modules beside this one fill."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import httpx

from tests.faults.stage import Stage
from tests.people import ok

API: Final = "/api/v1"


@dataclass
class Ask:
    """One request, ready to be sent, and sent again."""

    client: httpx.AsyncClient
    path: str
    json: Any = None
    form: dict[str, str] | None = None
    key: str | None = None
    params: dict[str, str] = field(default_factory=dict)

    async def send(self, method: str) -> httpx.Response:
        headers = {"idempotency-key": self.key} if self.key else {}
        if self.form is not None:
            headers["origin"] = "http://events.example"  # a form of our own page
        return await self.client.request(
            method, self.path, json=self.json, data=self.form, params=self.params, headers=headers, follow_redirects=False
        )


Prepare = Callable[[Stage], Coroutine[Any, Any, Ask]]
WRITES: Final[dict[str, Prepare]] = {}


def write(route: str) -> Callable[[Prepare], Prepare]:
    """Registers how a route ("POST /api/v1/…", as the application names it) is asked once."""

    def keep(prepare: Prepare) -> Prepare:
        WRITES[route] = prepare
        return prepare

    return keep


def new_key() -> str:
    return uuid4().hex


def email(stage: Stage) -> str:
    return f"{stage.unique('somebody')}@attendees.example"


async def noted(stage: Stage) -> tuple[str, str]:
    """A lead of S1 that a phone has noted something about, and that phone."""
    who, phone, scan = await stage.people.attendee(badge_scan=True), await stage.people.phone("S1"), uuid4()
    lead = (await phone.scan(who.badge, client_id=scan))["lead"]["id"]
    note = {"note": "Wants a demo", "written_at": stage.people.clock.now.isoformat()}
    ok(await phone.client.put(f"{API}/scans/{scan}/note", json=note))
    return lead, str(phone.id)
