"""An organisation with a published event, its parties and its words, set up through the public API for a test to live in."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID

import httpx

from events.database.connections import Database
from events.hosting.actions import found_organisation

CARD = ("name", "job_title", "company", "address", "country", "phone", "email")
NOT_YET = UUID(int=0)
USES = ("follow_up", "product_information")
SignIn = Callable[[str], Awaitable[httpx.AsyncClient]]
Visit = Callable[[], httpx.AsyncClient]
Unique = Callable[[str], str]

NOTICE = {
    "th": "เราเป็นผู้ควบคุมข้อมูลของงานนี้ เราใช้ข้อมูลของคุณเพื่อจัดงาน และไม่เปิดเผยต่อผู้สนับสนุนเว้นแต่คุณอนุญาต",
    "en": "We are the controller of this event. We use your data to run it, and no sponsor gets it unless you allow it.",
}
WORDING = {
    "sponsor_sharing": {
        "th": "ฉันอนุญาตให้ผู้จัดงานส่งข้อมูลที่ระบุให้ผู้สนับสนุนที่ฉันเลือก เพื่อวัตถุประสงค์ที่ระบุ และถอนได้ทุกเมื่อ",
        "en": "The organiser may give the fields named here to the sponsors I choose, for the uses named. I can take it back any time.",
    },
    "badge_scan": {
        "th": "ฉันอนุญาตให้ผู้สนับสนุนที่สแกนบัตรของฉันได้รับข้อมูลที่ระบุ และถอนได้ทุกเมื่อ",
        "en": "A sponsor whose booth scans my badge may get the fields named here. I can take it back any time.",
    },
    "affiliate_marketing": {
        "th": "ฉันอนุญาตให้บริษัทในเครือที่ฉันเลือกส่งข่าวสารถึงฉัน และถอนได้ทุกเมื่อ",
        "en": "The affiliate I choose may send me news. I can take it back any time.",
    },
    "transfer": {
        "th": "ฉันรับทราบว่าประเทศปลายทางอาจคุ้มครองข้อมูลไม่เพียงพอ และอนุญาตให้ส่งข้อมูลไปยังผู้รับที่ฉันเลือก",
        "en": "I know that the country may not protect my data as well, and still allow it to be sent to the recipient I choose.",
    },
    "marketing_email": {
        "th": "ฉันอนุญาตให้ผู้จัดงานส่งข่าวสารทางอีเมล และถอนได้ทุกเมื่อ",
        "en": "The organiser may send me news by e-mail. I can take it back any time.",
    },
}


class Clock(Protocol):
    now: datetime

    def forward(self, **by: float) -> datetime: ...


@dataclass
class World:
    """One organisation and one event. `admin("S1")` is a client signed in as an admin of that party."""

    database: Database
    clock: Clock
    sign_in: SignIn
    unique: Unique
    organisation: UUID
    owner: httpx.AsyncClient
    owner_email: str
    slug: str
    event: UUID = NOT_YET
    parties: dict[str, UUID] = field(default_factory=dict)
    tickets: dict[str, UUID] = field(default_factory=dict)
    admins: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    admin_emails: dict[str, str] = field(default_factory=dict)

    async def post(self, path: str, body: object = None, **options: Any) -> Any:
        """POST to the API as the owner; the answer must be good."""
        return await self._send("POST", path, body, **options)

    async def patch(self, path: str, body: object) -> Any:
        return await self._send("PATCH", path, body)

    async def put(self, path: str, body: object) -> Any:
        return await self._send("PUT", path, body)

    async def get(self, path: str) -> Any:
        return await self._send("GET", path, None)

    async def _send(self, method: str, path: str, body: object, **options: Any) -> Any:
        given: dict[str, Any] = {} if body is None else {"json": body}
        answer = await self.owner.request(method, f"/api/v1{path}", **given, **options)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def add_party(
        self,
        name: str,
        kind: str = "sponsor",
        *,
        countries: Sequence[str] = ("TH",),
        notice: bool = True,
        agreement_days: float | None = 365,
        fields: Sequence[str] = CARD,
        uses: Sequence[str] = USES,
    ) -> UUID:
        """A party called `name` in `parties`, with its notice and an agreement that holds for so many days (None: none)."""
        label = self.unique(name.lower())
        body: dict[str, object] = {
            "kind": kind,
            "legal_name": f"{name} Co., Ltd.",
            "registration_number": label,
            "countries": list(countries),
            "contact_email": f"contact@{label}.example",
        }
        if notice:
            body |= {
                "notice_url": f"https://{label}.example/privacy",
                "notice_sha256": sha256(label.encode()).hexdigest(),
            }
        party = UUID((await self.post("/organiser/parties", body))["id"])
        self.parties[name] = party
        if agreement_days is not None:
            await self.agree(name, days=agreement_days, fields=fields, uses=uses)
        return party

    async def agree(
        self, name: str, *, days: float = 365, fields: Sequence[str] = CARD, uses: Sequence[str] = USES
    ) -> dict[str, Any]:
        """A new version of a party's agreement, in force from now."""
        body = {
            "fields": list(fields),
            "uses": list(uses),
            "valid_from": self.clock.now.isoformat(),
            "valid_until": (self.clock.now + timedelta(days=days)).isoformat(),
        }
        made: dict[str, Any] = await self.post(f"/organiser/parties/{self.parties[name]}/agreements", body)
        return made

    async def list_sponsor(self, name: str, **body: object) -> dict[str, Any]:
        """Put a party on the event's list of sponsors, from now."""
        made: dict[str, Any] = await self.post(
            f"/organiser/events/{self.slug}/sponsors", {"party": str(self.parties[name]), "position": len(self.parties)} | body
        )
        return made

    async def publish_notice(self, effective_from: datetime | None = None, body: dict[str, str] | None = None) -> dict[str, Any]:
        """A new version of the organisation's notice."""
        at = effective_from or self.clock.now
        made: dict[str, Any] = await self.post("/organiser/notices", {"effective_from": at.isoformat(), "body": body or NOTICE})
        return made

    async def publish_text(
        self,
        purpose: str,
        effective_from: datetime | None = None,
        *,
        fields: Sequence[str] = CARD,
        uses: Sequence[str] = USES,
        retention_days: int = 60,
        wording: dict[str, str] | None = None,
        languages: Sequence[str] = ("th", "en"),
    ) -> dict[str, Any]:
        """A new version of a consent text of the event."""
        words = wording or WORDING[purpose]
        body = {
            "purpose": purpose,
            "effective_from": (effective_from or self.clock.now).isoformat(),
            "wording": {language: words[language] for language in languages if language in words},
            "fields": list(fields),
            "uses": list(uses),
            "retention_days": retention_days,
            "warns_of_transfer": purpose == "transfer",
        }
        made: dict[str, Any] = await self.post(f"/organiser/events/{self.slug}/texts", body)
        return made

    async def add_ticket(self, name: str, *, capacity: int | None = None, **body: object) -> UUID:
        """A ticket type called `name` in `tickets`."""
        made = await self.post(
            f"/organiser/events/{self.slug}/ticket-types",
            {"names": {"th": f"บัตร {name}", "en": name}, "capacity": capacity} | body,
        )
        self.tickets[name] = UUID(made["id"])
        return self.tickets[name]

    async def admin(self, name: str) -> httpx.AsyncClient:
        """A client signed in as an admin of the party; made the first time."""
        if name not in self.admins:
            self.admin_emails[name] = f"admin@{self.unique(name.lower())}.example"
            await self.post(
                f"/organiser/parties/{self.parties[name]}/members", {"email": self.admin_emails[name], "role": "admin"}
            )
            self.admins[name] = await self.sign_in(self.admin_emails[name])
        return self.admins[name]

    async def staff(self, role: str) -> httpx.AsyncClient:
        """A client signed in as somebody with this role in the organisation."""
        email = f"{role}@{self.unique(role)}.example"
        await self.post("/organiser/staff", {"email": email, "role": role})
        return await self.sign_in(email)


async def found_world(database: Database, clock: Clock, sign_in: SignIn, unique: Unique) -> World:
    """An organisation with its owner signed in, and nothing else yet."""
    slug = unique("org")
    owner = f"owner@{slug}.example"
    organisation = await found_organisation(
        database, slug, "Test Events Co., Ltd.", f"hello@{slug}.example", "Dara P.", f"dpo@{slug}.example", "TH", owner, clock.now
    )
    return World(database, clock, sign_in, unique, organisation, await sign_in(owner), owner, unique("event"))


async def build_world(
    database: Database,
    clock: Clock,
    sign_in: SignIn,
    unique: Unique,
    *,
    sponsors: Sequence[str] = ("S1", "S2"),
    affiliates: Sequence[str] = (),
    organiser_party: str | None = None,
    countries: dict[str, Sequence[str]] | None = None,
    fields: Sequence[str] = CARD,
    uses: Sequence[str] = USES,
    agreement_fields: Sequence[str] = CARD,
    agreement_uses: Sequence[str] = USES,
    agreement_days: float = 365,
    texts: Sequence[str] = ("sponsor_sharing", "badge_scan"),
    retention_days: int = 60,
    kind: str = "hybrid",
    languages: Sequence[str] = ("th", "en"),
    our_role: str = "controller",
    our_role_reason: str = "",
    capacity: int | None = None,
    tickets: Sequence[str] = ("standard",),
    ticket_capacity: int | None = None,
    form: Sequence[dict[str, object]] | None = None,
    starts_in: timedelta = timedelta(days=10),
    lasts: timedelta = timedelta(days=2),
    release_window: timedelta = timedelta(days=60),
    publish: bool = True,
) -> World:
    """A whole event, published unless told otherwise.

    It starts 10 days from now and lasts 2; notice and texts are in force now; `fields` and `uses` are the scope of its texts,
    `agreement_*` what the parties agreed to; the form asks all seven card fields (name and e-mail required) unless `form` says else.
    `organiser_party` names an affiliate (made if need be) that organises the event.
    """
    world = await found_world(database, clock, sign_in, unique)
    where = countries or {}
    await world.publish_notice()
    for name in {*affiliates, *([organiser_party] if organiser_party else [])}:
        await world.add_party(
            name,
            "affiliate",
            countries=where.get(name, ("TH",)),
            agreement_days=agreement_days,
            uses=(*agreement_uses, "registration_processing"),
        )
    starts_at = clock.now + starts_in
    made = await world.post(
        "/organiser/events",
        {
            "slug": world.slug,
            "kind": kind,
            "titles": {"th": "งานทดสอบ", "en": "Test event"},
            "places": {"th": "กรุงเทพฯ", "en": "Bangkok"},
            "languages": list(languages),
            "time_zone": "Asia/Bangkok",
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + lasts).isoformat(),
            "release_closes_at": (starts_at + lasts + release_window).isoformat(),
            "capacity": capacity,
            "our_role": our_role,
            "our_role_reason": our_role_reason or ("" if our_role == "controller" else "The host company decides; we run it."),
            "organiser_party": str(world.parties[organiser_party]) if organiser_party else None,
        },
    )
    world.event = UUID(made["id"])
    asked = form if form is not None else [{"field": name, "required": name in {"name", "email"}} for name in CARD]
    await world.put(f"/organiser/events/{world.slug}/fields", {"fields": asked})
    for name in tickets:
        await world.add_ticket(name, capacity=ticket_capacity)
    for purpose in texts:
        await world.publish_text(purpose, fields=fields, uses=uses, retention_days=retention_days, languages=languages)
    for name in sponsors:
        await world.add_party(
            name,
            countries=where.get(name, ("TH",)),
            agreement_days=agreement_days,
            fields=agreement_fields,
            uses=agreement_uses,
        )
        await world.list_sponsor(name)
    if publish:
        await world.post(f"/organiser/events/{world.slug}/publish")
    return world
