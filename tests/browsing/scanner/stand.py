"""A booth at the demo's conference: who stands behind it, and who walks past with a badge."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx

from events.demo import story
from events.demo.acting import API, Registrant, both, ok
from tests.browsing.product import ORGANISER, Product, token_of

SLUG: Final = story.CONFERENCE


@dataclass(frozen=True)
class Passer:
    """Somebody at the event, with the name and the code on her badge."""

    name: str
    badge: str
    her: Registrant


@dataclass
class Stand:
    """The desks behind the phones, acting through the public API."""

    product: Product
    _desks: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    _clients: list[httpx.AsyncClient] = field(default_factory=list)

    def _kept(self) -> httpx.AsyncClient:
        """A client that stays open until the stand is closed."""
        self._clients.append(self.product.visitor())
        return self._clients[-1]

    async def desk(self, email: str) -> httpx.AsyncClient:
        """A client signed in as this member of staff."""
        if email not in self._desks:
            client = self._kept()
            cookies = (await self.product.session(email))["cookies"]
            client.headers["cookie"] = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in cookies)
            self._desks[email] = client
        return self._desks[email]

    async def enrolment(self, place: str = "", *, door: bool = False, sponsor: int = 0) -> str:
        """What an enrolment QR of the door, or of this booth of the demo, says."""
        desk = await self.desk(ORGANISER if door else story.SPONSORS[sponsor].admin)
        path = "organiser/devices/enrolments" if door else "devices/enrolments"
        made: dict[str, Any] = ok(await desk.post(f"{API}/{path}", json={"event": SLUG, "place": place}))
        return str(made["qr_text"])

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()

    async def phones(self, *, door: bool = False, sponsor: int = 0) -> list[dict[str, Any]]:
        desk = await self.desk(ORGANISER if door else story.SPONSORS[sponsor].admin)
        path = "organiser/devices" if door else "devices"
        found: list[dict[str, Any]] = ok(await desk.get(f"{API}/{path}", params={"event": SLUG, "limit": 200}))["items"]
        return found

    async def revoke(self, device: str, *, sponsor: int = 0) -> None:
        ok(await (await self.desk(story.SPONSORS[sponsor].admin)).delete(f"{API}/devices/{device}"))

    async def leads(self, *, sponsor: int = 0) -> list[dict[str, Any]]:
        """All leads of the booth's sponsor, as its programs take them."""
        desk = await self.desk(story.SPONSORS[sponsor].admin)
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            ask: dict[str, str | int] = {"event": SLUG, "use": "follow_up", "accept_terms": "true", "limit": 200}
            if cursor is not None:
                ask["cursor"] = cursor
            page = ok(await desk.get(f"{API}/leads", params=ask))
            found += page["items"]
            cursor = page["next"]
            if cursor is None:
                return found

    async def allow_scans(self, passer: Passer) -> None:
        """She allows badge scans on her own page, under the form as it is served to her."""
        form = ok(await passer.her.client.get(f"{API}/events/{SLUG}/form", params={"language": "th"}))
        grant = {"act": "grant", "purpose": "badge_scan"}
        body = {"acts": [grant], "served_form": form["id"], "form_sha256": form["sha256"]}
        ok(await passer.her.client.put(f"{passer.her.path}/consents", json=body))

    async def forbid_scans(self, passer: Passer) -> None:
        withdraw = {"act": "withdraw", "purpose": "badge_scan"}
        ok(await passer.her.client.put(f"{passer.her.path}/consents", json={"acts": [withdraw]}))

    async def lock_after(self, minutes: int | None, *, sponsor: int) -> None:
        """The sponsor says when the booth's phones lock; None: never."""
        desk = await self.desk(story.SPONSORS[sponsor].admin)
        ok(await desk.put(f"{API}/sponsor/events/{SLUG}/booth", json={"lock_after_minutes": minutes}))

    async def ask(self, *questions: dict[str, Any], sponsor: int = 0) -> None:
        """These are the questions of the booth's lead sheet from now on."""
        desk = await self.desk(story.SPONSORS[sponsor].admin)
        ok(await desk.put(f"{API}/sponsor/events/{SLUG}/questions", json={"questions": questions}))

    async def session(self, title: str, capacity: int) -> None:
        """One more session, in a room for so many."""
        now = datetime.now(UTC)
        hours = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=2)).isoformat()}
        body = {"titles": both(title, title), "capacity": capacity} | hours
        ok(await (await self.desk(ORGANISER)).post(f"{API}/organiser/events/{SLUG}/sessions", json=body))

    async def first_day_ticket(self) -> str:
        """A ticket that was good on the first day of the conference, which is over."""
        starts_at = ok(await self._kept().get(f"{API}/events/{SLUG}"))["starts_at"]
        over = datetime.fromisoformat(starts_at) + timedelta(hours=1)
        ticket = {"names": both("บัตรวันแรก", "First day"), "position": 8, "valid_until": over.isoformat()}
        made = ok(await (await self.desk(ORGANISER)).post(f"{API}/organiser/events/{SLUG}/ticket-types", json=ticket))
        return str(made["id"])

    async def lookups(self) -> list[dict[str, Any]]:
        """The record of who was looked up at the doors, newest first."""
        asked = await (await self.desk(ORGANISER)).get(f"{API}/organiser/events/{SLUG}/lookups")
        found: list[dict[str, Any]] = ok(asked)["items"]
        return found

    async def badge_of_another_event(self) -> str:
        """A live badge, of the demo's webinar."""
        async with self.product.visitor() as client:
            link = await self.product.registration_link(slug=story.WEBINAR)
            registration = ok(await client.post(f"{API}/confirmations", json={"token": token_of(link)}))["registration"]
            return str(ok(await client.get(f"{API}/me/registrations/{registration}"))["badge"])

    async def passer(self, name: str = "มาลี ใจงาม", *, allows: bool = True, **changes: Any) -> Passer:
        """Somebody who registered and came; `allows`: she said yes to badge scans, and to nothing else."""
        email = self.product.new_address()
        consents = [{"purpose": "badge_scan"}] if allows else []
        async with self.product.visitor() as client:
            link = await self.product.registration_link(email, SLUG, name=name, consents=consents, **changes)
            registration = ok(await client.post(f"{API}/confirmations", json={"token": token_of(link)}))["registration"]
            badge = ok(await client.get(f"{API}/me/registrations/{registration}"))["badge"]
        kept = self._kept()
        kept.cookies = client.cookies
        return Passer(name, badge, Registrant(kept, email, registration))
