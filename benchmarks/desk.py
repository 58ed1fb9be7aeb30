"""The people who make the load possible: an organiser with twenty open events, a sponsor with its phones."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx

from benchmarks.crowd import SPONSOR
from benchmarks.rig import Rig
from events.demo import story
from events.demo.acting import API, Organiser, World, both, form_of, ok

EVENTS: Final = 20
CAPACITY: Final = 1_000_000
PERSON: Final = {
    "name": "มะลิ ใจดี",
    "job_title": "วิศวกร",
    "company": "เรือนไม้ จำกัด",
    "address": "12/3 ถนนดอกแก้ว กรุงเทพฯ",
    "country": "TH",
    "phone": "+66 10 123 456",
}


@dataclass(frozen=True, slots=True)
class Phone:
    id: str
    token: str


async def signed_in(rig: Rig, email: str) -> httpx.AsyncClient:
    """A client of this person, by the link in her mail."""
    client = await World(rig.base_url).sign_in(email)
    if client is None:
        raise RuntimeError(f"no sign-in mail for {email}")
    return client


async def phones(rig: Rig, count: int) -> list[Phone]:
    """Phones of the sponsor's booth, enrolled one by one as helpers do it."""
    desk = await signed_in(rig, SPONSOR.admin)
    made = []
    for n in range(count):
        # from one address so many would have to wait
        await rig.sql.execute("delete from rate_limit")
        code = ok(await desk.post(f"{API}/devices/enrolments", json={"event": story.CONFERENCE}))["code"]
        enrolled = ok(await desk.post(f"{API}/devices/enrol", json={"code": code, "helper": f"Phone {n}"}))
        made.append(Phone(enrolled["device"], enrolled["access_token"]))
    return made


@dataclass(frozen=True, slots=True)
class OpenEvent:
    """An event that takes registrations, the form it serves, and what a submission of that form says besides the e-mail."""

    slug: str
    form: dict[str, Any]
    submission: dict[str, Any]


async def open_events(rig: Rig, count: int = EVENTS, name: str = "crowd") -> list[OpenEvent]:
    """Published events with places for everybody and two sponsors on the form."""
    organiser = Organiser(await signed_in(rig, story.OWNER))
    sponsors = [
        p["id"] for p in (await organiser.get("parties?limit=50"))["items"] if p["kind"] == "sponsor" and p["countries"] == ["TH"]
    ][:2]
    return [await _open_event(rig, organiser, f"{name}-{n}", sponsors) for n in range(count)]


async def _open_event(rig: Rig, organiser: Organiser, slug: str, sponsors: list[str]) -> OpenEvent:
    starts_at = datetime.now(UTC) + timedelta(days=30)
    await organiser.post(
        "events",
        {
            "slug": slug,
            "kind": "webinar",
            "titles": both("งานใหญ่", "A crowd"),
            "places": both("ออนไลน์", "Online"),
            "languages": ["th", "en"],
            "time_zone": "Asia/Bangkok",
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + timedelta(hours=4)).isoformat(),
            "capacity": CAPACITY,
        },
    )
    await organiser.put(f"events/{slug}/fields", {"fields": list(story.FORM)})
    await organiser.post(f"events/{slug}/ticket-types", {"names": both("ที่นั่ง", "Seat"), "capacity": CAPACITY})
    for purpose in ("sponsor_sharing", "badge_scan"):
        text = {
            "purpose": purpose,
            "effective_from": datetime.now(UTC).isoformat(),
            "wording": story.WORDS[purpose],
            "fields": list(story.CARD),
            "uses": list(story.USES),
            "retention_days": 180,
        }
        await organiser.post(f"events/{slug}/texts", text)
    for n, party in enumerate(sponsors):
        await organiser.post(f"events/{slug}/sponsors", {"party": party, "position": n})
    await organiser.post(f"events/{slug}/publish")
    form = await form_of(World(rig.base_url), slug, "th")
    asked = {field["field"] for field in form["content"]["fields"]}
    submission = {
        "served_form": form["id"],
        "form_sha256": form["sha256"],
        "ticket": form["content"]["tickets"][0]["id"],
        "fields": {name: value for name, value in PERSON.items() if name in asked},
        "consents": [
            *({"purpose": "sponsor_sharing", "recipient": party} for party in sponsors),
            {"purpose": "badge_scan"},
        ],
        "age_band": "20+",
        "residence": "TH",
    }
    return OpenEvent(slug, form, submission)
