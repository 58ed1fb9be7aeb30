"""A hall with booths and doors, made by SQL: scans, phones and accounts can be tried without the other slices' routes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
from cryptography.hazmat.primitives.asymmetric import ec

from events.badges.codes import new_code
from events.consent.actions import take_back
from events.consent.queries import form_in_force, record_acts
from events.consent.rules import Choice, grants_of, taking_back
from events.database.connections import Database, Scope
from events.phones.sealing import SUITE, Opener, unpadded
from events.terms import PersonId, Purpose
from tests.conftest import SETTINGS, MovableClock, SignIn, Visit

CARD = {
    "name": "มาลี ใจงาม",
    "job_title": "Data engineer",
    "company": "ตัวอย่าง จำกัด",
    "address": "99 ถนนสมมุติ กรุงเทพฯ",
    "country": "TH",
    "phone": "+66 81 234 5678",
}
NOT_YET = UUID(int=0)
ALL_SEVEN = ["name", "job_title", "company", "address", "country", "phone", "email"]


@dataclass
class Guest:
    """One registration with its badge code."""

    hall: "Hall"
    id: UUID
    person: PersonId
    code: str
    card: dict[str, str]

    async def allow_scans(self) -> None:
        """Tick the badge box, on the form in force now."""
        await self.hall.record(self.id, [Choice(Purpose.BADGE_SCAN, None, None)])

    async def withdraw(self, purpose: Purpose, recipient: UUID | None = None) -> None:
        act = taking_back(purpose, recipient, "subject", None, "my_page")
        async with self.hall.database.transaction(Scope(organisation=self.hall.organisation)) as connection:
            await take_back(connection, self.hall.event, self.id, [act], self.hall.clock.now)


@dataclass
class Phone:
    """An enrolled phone."""

    client: httpx.AsyncClient
    clock: MovableClock
    id: UUID
    refresh_token: str

    def item(self, code: str, *, kind: str, at: datetime | None = None, client: UUID | None = None) -> dict[str, str]:
        return {"id": str(client or uuid4()), "code": code, "at": (at or self.clock.now).isoformat(), "kind": kind}

    def sealed(self, code: str, *, kind: str, at: datetime | None = None, sealed_for: UUID | None = None) -> dict[str, str]:
        """The same as it waits on a phone: sealed for the server, tied to its id, its kind and this phone."""
        item = self.item(code, kind=kind, at=at)
        opener, info = (
            Opener.of(SETTINGS),
            b"events scan v2" + kind.encode() + self.id.bytes + (sealed_for or UUID(item["id"])).bytes,
        )
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), opener.point)
        key_id = sha256(opener.point).digest()[:4]
        del item["code"]
        return item | {"sealed": unpadded(key_id + SUITE.encrypt(code.encode(), point, info))}

    async def send(self, *items: dict[str, Any], sent_at: datetime | None = None, waiting: int | None = None) -> httpx.Response:
        said = {"sent_at": sent_at and sent_at.isoformat(), "waiting": waiting}
        return await self.client.post(
            "/api/v1/scans", json={"scans": list(items)} | {k: v for k, v in said.items() if v is not None}
        )

    async def scan(self, code: str, *, kind: str = "booth", at: datetime | None = None) -> dict[str, Any]:
        """One reading; its answer without the id."""
        answer = await self.send(self.item(code, kind=kind, at=at))
        assert answer.status_code == 200, answer.text
        [item] = answer.json()["items"]
        del item["id"]
        return item  # type: ignore[no-any-return]


@dataclass
class Hall:
    """One organisation with an event and sponsors; `sql` is the superuser, for what no role of the product may do."""

    database: Database
    sql: "asyncpg.Connection[Any]"
    clock: MovableClock
    visit: Visit
    sign_in: SignIn
    unique: Callable[[str], str]
    organisation: UUID = NOT_YET
    event: UUID = NOT_YET
    slug: str = ""
    ticket: UUID = NOT_YET
    approver: UUID = NOT_YET
    parties: dict[str, UUID] = field(default_factory=dict)

    async def add(self, table: str, **columns: Any) -> Any:
        """One row; returns its id where it has one."""
        names = ", ".join(columns)
        places = ", ".join(f"${n}" for n in range(1, len(columns) + 1))
        row = await self.sql.fetchrow(f"insert into {table} ({names}) values ({places}) returning *", *columns.values())
        assert row
        return row.get("id")

    async def count(self, table: str, where: str, *args: object) -> int:
        return int(await self.sql.fetchval(f"select count(*) from {table} where {where}", *args))

    async def open(self) -> "Hall":
        now = self.clock.now
        self.approver = await self.add("person", email=f"{self.unique('approver')}@hall.example", created_at=now)
        self.organisation = await self.add(
            "organisation",
            slug=self.unique("hall"),
            legal_name="Hall Co., Ltd.",
            contact_email="hello@hall.example",
            dpo_name="Dee P. Oh",
            dpo_email="dpo@hall.example",
            country="TH",
            created_at=now,
        )
        await self.add(
            "notice",
            organisation_id=self.organisation,
            version=1,
            language="en",
            body="notice",
            sha256=sha256(b"notice").digest(),
            effective_from=now,
            published_at=now,
            approved_by=self.approver,
        )
        self.event, self.slug, self.ticket = await self.hold_event("AB")
        for name in ("S1", "S2"):
            await self.party(name)
            await self.sponsor(name)
        return self

    async def hold_event(self, badge_tag: str) -> tuple[UUID, str, UUID]:
        """A published event that asks both questions; its id, slug and ticket type."""
        now, slug = self.clock.now, self.unique("event")
        event = await self.add(
            "event",
            organisation_id=self.organisation,
            slug=slug,
            badge_tag=badge_tag,
            kind="in_person",
            our_role="controller",
            title_th="งาน",
            title_en="Fair",
            languages=["th", "en"],
            time_zone="Asia/Bangkok",
            starts_at=now,
            ends_at=now + timedelta(days=2),
            release_closes_at=now + timedelta(days=30),
            published_at=now,
            created_at=now,
        )
        ticket = await self.add(
            "ticket_type", organisation_id=self.organisation, event_id=event, name_en="Visitor", created_at=now
        )
        for purpose in ("sponsor_sharing", "badge_scan"):
            await self.add(
                "consent_text",
                organisation_id=self.organisation,
                event_id=event,
                purpose=purpose,
                version=1,
                language="en",
                wording=purpose,
                sha256=sha256(purpose.encode()).digest(),
                fields=ALL_SEVEN,
                uses=["follow_up"],
                retention_days=60,
                effective_from=now,
                published_at=now,
                approved_by=self.approver,
            )
        return event, slug, ticket

    async def session(self, *, capacity: int | None = None, event: UUID | None = None) -> UUID:
        """A session of this event, or of another."""
        session: UUID = await self.add(
            "event_session",
            organisation_id=self.organisation,
            event_id=event or self.event,
            title_en="Talk",
            starts_at=self.clock.now,
            ends_at=self.clock.now + timedelta(hours=1),
            capacity=capacity,
            created_at=self.clock.now,
        )
        return session

    async def party(self, name: str, kind: str = "sponsor") -> UUID:
        """A legal entity with a notice and an agreement for all seven fields."""
        now = self.clock.now
        party: UUID = await self.add(
            "party",
            organisation_id=self.organisation,
            kind=kind,
            legal_name=f"{name} Co., Ltd.",
            registration_number=name,
            countries=["TH"],
            contact_email=f"{name}@sponsors.example",
            notice_url=f"https://{name}.example/privacy",
            notice_sha256=sha256(name.encode()).digest(),
            created_at=now,
        )
        await self.add(
            "agreement",
            organisation_id=self.organisation,
            party_id=party,
            version=1,
            fields=ALL_SEVEN,
            uses=["follow_up"],
            valid_from=now,
            valid_until=now + timedelta(days=365),
            created_at=now,
        )
        self.parties[name] = party
        return party

    async def sponsor(self, name: str, event: UUID | None = None) -> None:
        await self.add(
            "sponsorship",
            organisation_id=self.organisation,
            event_id=event or self.event,
            party_id=self.parties[name],
            starts_at=self.clock.now,
            created_at=self.clock.now,
        )

    async def staff(self, role: str = "manager") -> httpx.AsyncClient:
        """A signed-in member of the organisation."""
        return await self._member("organisation_member", role)

    async def admin(self, name: str, role: str = "admin") -> httpx.AsyncClient:
        """A signed-in member of a party."""
        return await self._member("party_member", role, party_id=self.parties[name])

    async def _member(self, table: str, role: str, **columns: Any) -> httpx.AsyncClient:
        email = f"{self.unique('member')}@members.example"
        client = await self.sign_in(email)
        person = await self.sql.fetchval("select id from person where email = $1", email)
        await self.add(
            table, organisation_id=self.organisation, person_id=person, role=role, created_at=self.clock.now, **columns
        )
        return client

    async def enrolment(self, party: str | None) -> str:
        """A code for a phone of this booth, or of the doors."""
        desk, path = (await self.admin(party), "devices") if party else (await self.staff(), "organiser/devices")
        answer = await desk.post(f"/api/v1/{path}/enrolments", json={"event": self.slug})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["code"])

    async def phone(self, party: str | None) -> Phone:
        """A phone of this sponsor's booth, or of the doors."""
        client = self.visit()
        answer = await client.post("/api/v1/devices/enrol", json={"code": await self.enrolment(party), "helper": "Nok"})
        assert answer.status_code == 201, answer.text
        enrolled = answer.json()
        client.headers["authorization"] = f"Bearer {enrolled['access_token']}"
        return Phone(client, self.clock, UUID(enrolled["device"]), enrolled["refresh_token"])

    async def guest(
        self,
        *,
        shares_with: Sequence[str] = (),
        badge_scan: bool = False,
        state: str = "confirmed",
        age_band: str = "20+",
        event: tuple[UUID, str, UUID, str] | None = None,
        **card: str,
    ) -> Guest:
        """Somebody with a place, a badge and these boxes ticked; `event` is id, slug, ticket, badge tag of another event."""
        now = self.clock.now
        event_id, slug, ticket, tag = event or (self.event, self.slug, self.ticket, "AB")
        form = await form_in_force(self.database, slug, "en", now)
        assert form
        values = CARD | {"email": f"{self.unique('guest')}@guests.example"} | card
        person = await self.sql.fetchval("select access.person_of($1, $2)", values["email"], now)
        registration = await self.add(
            "registration",
            organisation_id=self.organisation,
            event_id=event_id,
            ticket_type_id=ticket,
            person_id=person,
            state=state,
            **values,
            language="en",
            notice_id=UUID(form.content["notice"]["id"]),
            served_form_id=form.id,
            source="self",
            age_band=age_band,
            residence="TH",
            created_at=now,
            confirmed_at=now if state in ("confirmed", "attended") else None,
            cancelled_at=now if state == "cancelled" else None,
            changed_at=now,
        )
        await self.add("registration_key", registration_id=registration, event_id=event_id)
        code = await self.badge(registration, event_id, tag)
        choices = [Choice(Purpose.SPONSOR_SHARING, self.parties[s], None) for s in shares_with]
        choices += [Choice(Purpose.BADGE_SCAN, None, None)] if badge_scan else []
        if choices:
            await self.record(registration, choices, slug)
        return Guest(self, registration, PersonId(person), code, values)

    async def badge(self, registration: UUID, event: UUID | None = None, tag: str = "AB") -> str:
        """A new badge; an earlier one is revoked."""
        code = new_code(tag)
        await self.sql.execute(
            "update badge set revoked_at = $2 where registration_id = $1 and revoked_at is null", registration, self.clock.now
        )
        await self.add(
            "badge",
            organisation_id=self.organisation,
            event_id=event or self.event,
            registration_id=registration,
            code=code,
            issued_at=self.clock.now,
        )
        return code

    async def record(self, registration: UUID, choices: Sequence[Choice], slug: str | None = None) -> None:
        """Consents as the form's submission writes them."""
        form = await form_in_force(self.database, slug or self.slug, "en", self.clock.now)
        assert form
        ends_at = self.clock.now + timedelta(days=2)
        async with self.database.transaction(Scope(organisation=self.organisation)) as connection:
            await record_acts(connection, registration, grants_of(form, choices, ends_at, "web_form"), self.clock.now)
