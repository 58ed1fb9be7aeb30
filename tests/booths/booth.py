"""What tests of booths do again and again: scan somebody, note something, set questions."""

from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.leads.fair import Fair, Visitor
from tests.people import Phone, ok

API = "/api/v1"


async def scanned(fair: Fair, phone: Phone, **card: Any) -> tuple[Visitor, UUID]:
    """Somebody who allows scans and was scanned, and the phone's id of that scan."""
    who, scan = await fair.attendee(badge_scan=True, **card), uuid4()
    assert (await phone.scan(who.attendee.badge, client_id=scan))["verdict"] == "lead"
    return who, scan


async def put_note(fair: Fair, phone: Phone, scan: UUID, text: str = "", **more: Any) -> httpx.Response:
    """Note something now, unless told when."""
    body = {"note": text, "written_at": fair.clock.now.isoformat()} | more
    return await phone.client.put(f"{API}/scans/{scan}/note", json=body)


async def look(phone: Phone, scan: UUID) -> Any:
    return ok(await phone.client.get(f"{API}/scans/{scan}"))


async def ask(fair: Fair, *questions: dict[str, Any], party: str = "S1") -> list[Any]:
    """Let the booth ask these questions; returns them as they are kept."""
    admin = await fair.admin(party)
    put = await admin.put(f"{API}/sponsor/events/{fair.slug}/questions", json={"questions": list(questions)})
    return ok(put)["questions"]  # type: ignore[no-any-return]


def choice(*options: str, kind: str = "choice", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "wording_en": "Which?", "options": [{"en": option} for option in options]} | more
