"""A booth at the demo's conference: who stands behind it, and who walks past with a badge."""

from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from events.demo import story
from events.demo.acting import API, Registrant, ok
from tests.browsing.product import ORGANISER, SPONSOR, Product, token_of

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

    async def desk(self, email: str) -> httpx.AsyncClient:
        """A client signed in as this member of staff."""
        if email not in self._desks:
            client = self.product.visitor()
            cookies = (await self.product.session(email))["cookies"]
            client.headers["cookie"] = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in cookies)
            self._desks[email] = client
        return self._desks[email]

    async def enrolment(self, place: str = "", *, door: bool = False) -> str:
        """What an enrolment QR of this booth, or of the door, says."""
        desk = await self.desk(ORGANISER if door else SPONSOR)
        path = "organiser/devices/enrolments" if door else "devices/enrolments"
        made: dict[str, Any] = ok(await desk.post(f"{API}/{path}", json={"event": SLUG, "place": place}))
        return str(made["qr_text"])

    async def phones(self, *, door: bool = False) -> list[dict[str, Any]]:
        desk = await self.desk(ORGANISER if door else SPONSOR)
        path = "organiser/devices" if door else "devices"
        found: list[dict[str, Any]] = ok(await desk.get(f"{API}/{path}", params={"event": SLUG, "limit": 200}))["items"]
        return found

    async def revoke(self, device: str) -> None:
        ok(await (await self.desk(SPONSOR)).delete(f"{API}/devices/{device}"))

    async def leads(self) -> list[dict[str, Any]]:
        """All leads of the booth's sponsor, as its programs take them."""
        desk = await self.desk(SPONSOR)
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

    async def passer(self, name: str = "มาลี ใจงาม", *, allows: bool = True) -> Passer:
        """Somebody who registered and came; `allows`: she said yes to badge scans, and to nothing else."""
        email = self.product.new_address()
        consents = [{"purpose": "badge_scan"}] if allows else []
        async with self.product.visitor() as client:
            link = await self.product.registration_link(email, SLUG, name=name, consents=consents)
            registration = ok(await client.post(f"{API}/confirmations", json={"token": token_of(link)}))["registration"]
            badge = ok(await client.get(f"{API}/me/registrations/{registration}"))["badge"]
        kept = self.product.visitor()
        kept.cookies = client.cookies
        return Passer(name, badge, Registrant(kept, email, registration))
