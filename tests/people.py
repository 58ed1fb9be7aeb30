"""Attendees, phones and sponsors who act through the public API, as tests need them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from events.database.connections import Database
from tests.world import Clock, Visit, World

CARD = {
    "name": "มาลี ใจงาม",
    "job_title": "Data engineer",
    "company": "ตัวอย่าง จำกัด",
    "address": "99 ถนนสมมุติ กรุงเทพฯ",
    "country": "TH",
    "phone": "+66 81 234 5678",
}
ALL_SEVEN = ["name", "job_title", "company", "address", "country", "phone", "email"]


def ok(answer: httpx.Response) -> Any:
    """The answer's JSON; an answer of 4xx or 5xx fails the test with its words."""
    assert answer.status_code < 400, f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}"
    return answer.json() if answer.content else None


async def mailed_token(database: Database, email: str) -> str:
    """The token of the newest link mailed to this address."""
    rows = await database.call("select facts from messages.mailbox($1, 20)", email)
    return next(found[1] for row in rows if (found := re.search(r"token=([\w-]+)", row["facts"].get("link", ""))))


@dataclass
class Attendee:
    """One person with one confirmed registration, signed in."""

    client: httpx.AsyncClient
    world: World
    clock: Clock
    email: str
    registration: UUID
    badge: str

    @property
    def path(self) -> str:
        return f"/api/v1/me/registrations/{self.registration}"

    async def grant(self, purpose: str, recipient: UUID | None = None, fields: Sequence[str] | None = None) -> httpx.Response:
        """Tick one box on her own page, on the form in force. A second passes: acts have their order."""
        form = ok(await self.client.get(f"/api/v1/events/{self.world.slug}/form?language=th"))
        self.clock.forward(seconds=1)
        act = {"act": "grant", "purpose": purpose, "recipient": str(recipient) if recipient else None}
        if fields is not None:
            act["fields"] = list(fields)  # type: ignore[assignment]
        return await self.client.put(
            f"{self.path}/consents", json={"acts": [act], "served_form": form["id"], "form_sha256": form["sha256"]}
        )

    async def withdraw(self, purpose: str, recipient: UUID | None = None) -> Any:
        self.clock.forward(seconds=1)
        act = {"act": "withdraw", "purpose": purpose, "recipient": str(recipient) if recipient else None}
        return ok(await self.client.put(f"{self.path}/consents", json={"acts": [act]}))

    async def withdraw_everything(self) -> Any:
        self.clock.forward(seconds=1)
        return ok(await self.client.delete(f"{self.path}/consents"))

    async def disclosures(self) -> list[Any]:
        return ok(await self.client.get(f"{self.path}/disclosures"))["items"]  # type: ignore[no-any-return]


@dataclass
class Phone:
    """An enrolled phone of a booth or a door."""

    client: httpx.AsyncClient
    clock: Clock
    id: UUID
    refresh_token: str

    async def refresh(self) -> None:
        """A new access token: they live for fifteen minutes."""
        renewed = ok(await self.client.post("/api/v1/devices/token", json={"refresh_token": self.refresh_token}))
        self.refresh_token = renewed["refresh_token"]
        self.client.headers["authorization"] = f"Bearer {renewed['access_token']}"

    async def scan(self, code: str, at: datetime | None = None, client_id: UUID | None = None, kind: str = "booth") -> Any:
        """One scan, now unless told; returns its verdict."""
        self.clock.forward(seconds=1)
        item = {"id": str(client_id or uuid4()), "code": code, "at": (at or self.clock.now).isoformat(), "kind": kind}
        [verdict] = ok(await self.client.post("/api/v1/scans", json={"scans": [item]}))["items"]
        return verdict


class People:
    """Makes attendees and phones for one world."""

    def __init__(self, world: World, database: Database, clock: Clock, visit: Visit) -> None:
        self.world, self.database, self.clock, self.visit = world, database, clock, visit

    async def wait(self, until: datetime) -> None:
        """Time goes by; whoever set things up signs in again (sessions last a week)."""
        self.clock.now = until
        self.world.owner = await self.world.sign_in(self.world.owner_email)
        for name, email in self.world.admin_emails.items():
            self.world.admins[name] = await self.world.sign_in(email)

    async def form(self, language: str = "th") -> Any:
        return ok(await self.visit().get(f"/api/v1/events/{self.world.slug}/form?language={language}"))

    def submission(self, form: Any, email: str, **changes: Any) -> dict[str, Any]:
        """A filled-in form with every box left alone."""
        asked = {f["field"] for f in form["content"]["fields"]} | {"name", "email"}
        body = {
            "served_form": form["id"],
            "form_sha256": form["sha256"],
            "ticket": form["content"]["tickets"][0]["id"],
            "fields": {n: v for n, v in CARD.items() if n in asked} | {"email": email},
            "age_band": "20+",
            "residence": "TH",
        }
        return body | changes

    async def attendee(
        self,
        *,
        shares_with: Sequence[str] = (),
        fields: Sequence[str] | None = None,
        badge_scan: bool = False,
        transfer_to: Sequence[str] = (),
        email: str | None = None,
        language: str = "th",
        **changes: Any,
    ) -> Attendee:
        """Somebody who registered with these boxes ticked, and confirmed by mail."""
        email = email or f"person-{uuid4().hex[:12]}@attendees.example"
        scope = {} if fields is None else {"fields": list(fields)}
        ticks: list[dict[str, Any]] = [
            {"purpose": "sponsor_sharing", "recipient": str(self.world.parties[s])} | scope for s in shares_with
        ]
        ticks += [{"purpose": "badge_scan"}] if badge_scan else []
        ticks += [{"purpose": "transfer", "recipient": str(self.world.parties[s])} for s in transfer_to]
        body = self.submission(await self.form(language), email, consents=ticks, **changes)
        client = self.visit()
        ok(await client.post(f"/api/v1/events/{self.world.slug}/registrations", json=body))
        self.clock.forward(seconds=1)
        token = await mailed_token(self.database, email)
        confirmed = ok(await client.post("/api/v1/confirmations", json={"token": token}))
        mine = ok(await client.get(f"/api/v1/me/registrations/{confirmed['registration']}"))
        self.clock.forward(seconds=1)
        return Attendee(client, self.world, self.clock, email, UUID(confirmed["registration"]), mine["badge"])

    async def phone(self, party: str, helper: str = "Nok") -> Phone:
        admin = await self.world.admin(party)
        code = ok(await admin.post("/api/v1/devices/enrolments", json={"event": self.world.slug}))["code"]
        client = self.visit()
        enrolled = ok(await client.post("/api/v1/devices/enrol", json={"code": code, "helper": helper}))
        client.headers["authorization"] = f"Bearer {enrolled['access_token']}"
        return Phone(client, self.clock, UUID(enrolled["device"]), enrolled["refresh_token"])

    async def door_phone(self) -> Phone:
        code = ok(await self.world.owner.post("/api/v1/organiser/devices/enrolments", json={"event": self.world.slug}))["code"]
        client = self.visit()
        enrolled = ok(await client.post("/api/v1/devices/enrol", json={"code": code, "helper": "Door"}))
        client.headers["authorization"] = f"Bearer {enrolled['access_token']}"
        return Phone(client, self.clock, UUID(enrolled["device"]), enrolled["refresh_token"])

    async def pull(self, party: str, *, use: str = "follow_up", event: str | None = None, **query: Any) -> httpx.Response:
        """A sponsor asks for its leads."""
        self.clock.forward(seconds=1)
        admin = await self.world.admin(party)
        params: dict[str, Any] = {"event": event or self.world.slug, "use": use, "accept_terms": "true", "limit": 200} | query
        return await admin.get("/api/v1/leads", params=params)

    async def gets(self, party: str, who: Attendee, **query: Any) -> list[str]:
        """Which fields of this person the sponsor gets now, in the card's order; [] for nothing."""
        items = ok(await self.pull(party, **query))["items"]
        mine = [item for item in items if item.get("email") in (None, who.email) and item["state"] == "lead"]
        assert len(mine) <= 1, "one person in the world of this question"
        got = [f for f in ALL_SEVEN if mine and mine[0].get(f) is not None]
        assert not mine or got == mine[0]["fields"], "what is named is what is there"
        return got


async def add_sponsor(world: World, name: str, *, countries: Sequence[str] = ("TH",), listed: bool = True) -> None:
    """A sponsor with notice and agreement, on the event's list unless told otherwise."""
    await world.add_party(name, countries=countries)
    if listed:
        await world.list_sponsor(name)


async def add_safeguard(world: World, party: str, country: str) -> None:
    """A recorded safeguard (standard contractual clauses) for one country, good under both laws."""
    await world.post(
        f"/organiser/parties/{world.parties[party]}/safeguards",
        {
            "country": country,
            "mechanism": "scc",
            "reference": "SCC-2027-001",
            "regimes": ["pdpa", "gdpr"],
            "valid_from": world.clock.now.isoformat(),
            "valid_until": (world.clock.now + timedelta(days=300)).isoformat(),
        },
    )


async def another_event(world: World, organiser_party: str | None = None) -> World:
    """A second published event of the same organisation, with the same sponsors and texts."""
    there = replace(world, slug=world.unique("event"), tickets={}, parties=dict(world.parties))
    if organiser_party:
        await there.add_party(organiser_party, "affiliate", uses=("follow_up", "registration_processing"))
    starts_at = world.clock.now + timedelta(days=20)
    made = await there.post(
        "/organiser/events",
        {
            "slug": there.slug,
            "kind": "webinar",
            "titles": {"th": "งานที่สอง", "en": "Second event"},
            "places": {"th": "ออนไลน์", "en": "Online"},
            "languages": ["th", "en"],
            "time_zone": "Asia/Bangkok",
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + timedelta(days=1)).isoformat(),
            "organiser_party": str(there.parties[organiser_party]) if organiser_party else None,
        },
    )
    there.event = UUID(made["id"])
    await there.put(
        f"/organiser/events/{there.slug}/fields",
        {"fields": [{"field": f, "required": f in {"name", "email"}} for f in ALL_SEVEN]},
    )
    await there.add_ticket("standard")
    for purpose in ("sponsor_sharing", "badge_scan"):
        await there.publish_text(purpose)
    for name in ("S1", "S2"):
        await there.list_sponsor(name)
    await there.post(f"/organiser/events/{there.slug}/publish")
    world.clock.now += timedelta(seconds=1)
    return there
