"""Every request that stores something, with what must be there before it: one for each route that is no plain look."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID, uuid4

import httpx

from tests.faults.stage import Stage
from tests.people import another_event, mailed_token, ok
from tests.world import CARD, NOTICE, WORDING

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


# ---- signing in, phones, machines


@write("POST /api/v1/sign-in")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee()
    return Ask(stage.visit(), f"{API}/sign-in", {"email": who.email})


async def _sign_in_token(stage: Stage) -> str:
    """The link of somebody who acts for a sponsor: its name is looked up, too."""
    who = email(stage)
    await stage.world.post(f"/organiser/parties/{stage.world.parties['S1']}/members", {"email": who, "role": "helper"})
    ok(await stage.visit().post(f"{API}/sign-in", json={"email": who}))
    return await mailed_token(stage.calm, who)


@write("POST /api/v1/sessions")
async def _(stage: Stage) -> Ask:
    return Ask(stage.visit(), f"{API}/sessions", {"token": await _sign_in_token(stage)})


@write("POST /sign-in")
async def _(stage: Stage) -> Ask:
    return Ask(stage.visit(), "/sign-in", form={"token": await _sign_in_token(stage)})


@write("DELETE /api/v1/session")
async def _(stage: Stage) -> Ask:
    return Ask(await stage.sign_in(email(stage)), f"{API}/session")


@write("POST /sign-out")
async def _(stage: Stage) -> Ask:
    return Ask(await stage.sign_in(email(stage)), "/sign-out", form={"go": ""})


@write("POST /api/v1/devices/enrol")
async def _(stage: Stage) -> Ask:
    code = ok(await (await stage.world.admin("S1")).post(f"{API}/devices/enrolments", json={"event": stage.world.slug}))["code"]
    return Ask(stage.visit(), f"{API}/devices/enrol", {"code": code, "helper": "Nok"})


@write("POST /api/v1/devices/token")
async def _(stage: Stage) -> Ask:
    return Ask(stage.visit(), f"{API}/devices/token", {"refresh_token": (await stage.people.phone("S1")).refresh_token})


@write("POST /api/v1/devices/enrolments")
async def _(stage: Stage) -> Ask:
    return Ask(await stage.world.admin("S1"), f"{API}/devices/enrolments", {"event": stage.world.slug}, key=new_key())


@write("DELETE /api/v1/devices/{device:uuid}")
async def _(stage: Stage) -> Ask:
    phone = await stage.people.phone("S1")
    return Ask(await stage.world.admin("S1"), f"{API}/devices/{phone.id}")


@write("POST /api/v1/organiser/devices/enrolments")
async def _(stage: Stage) -> Ask:
    return Ask(stage.world.owner, f"{API}/organiser/devices/enrolments", {"event": stage.world.slug}, key=new_key())


@write("DELETE /api/v1/organiser/devices/{device:uuid}")
async def _(stage: Stage) -> Ask:
    phone = await stage.people.door_phone()
    return Ask(stage.world.owner, f"{API}/organiser/devices/{phone.id}")


@write("POST /api/v1/clients")
async def _(stage: Stage) -> Ask:
    return Ask(await stage.world.admin("S1"), f"{API}/clients", {"name": stage.unique("crm")}, key=new_key())


@write("DELETE /api/v1/clients/{client:uuid}")
async def _(stage: Stage) -> Ask:
    admin = await stage.world.admin("S1")
    made = ok(await admin.post(f"{API}/clients", json={"name": stage.unique("crm")}))
    return Ask(admin, f"{API}/clients/{made['client_id']}")


# ---- organisers


@write("POST /api/v1/organiser/staff")
async def _(stage: Stage) -> Ask:
    return Ask(stage.world.owner, f"{API}/organiser/staff", {"email": email(stage), "role": "viewer"}, key=new_key())


@write("DELETE /api/v1/organiser/staff/{person:uuid}")
async def _(stage: Stage) -> Ask:
    made = await stage.world.post("/organiser/staff", {"email": email(stage), "role": "viewer"})
    return Ask(stage.world.owner, f"{API}/organiser/staff/{made['person']}")


def _event(stage: Stage) -> dict[str, Any]:
    starts_at = stage.clock.now + timedelta(days=20)
    return {
        "slug": stage.unique("event"),
        "kind": "webinar",
        "titles": {"th": "งาน", "en": "Event"},
        "places": {"th": "ออนไลน์", "en": "Online"},
        "languages": ["th", "en"],
        "time_zone": "Asia/Bangkok",
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(days=1)).isoformat(),
        "capacity": 50,
    }


async def _planned(stage: Stage) -> str:
    """An event that is not published yet."""
    body = _event(stage)
    await stage.world.post("/organiser/events", body)
    return str(body["slug"])


@write("POST /api/v1/organiser/events")
async def _(stage: Stage) -> Ask:
    return Ask(stage.world.owner, f"{API}/organiser/events", _event(stage), key=new_key())


@write("PATCH /api/v1/organiser/events/{slug:str}")
async def _(stage: Stage) -> Ask:
    return Ask(stage.world.owner, f"{API}/organiser/events/{await _planned(stage)}", {"capacity": 70})


@write("POST /api/v1/organiser/events/{slug:str}/publish")
async def _(stage: Stage) -> Ask:
    slug = await _planned(stage)
    fields = [{"field": f, "required": f in {"name", "email"}} for f in CARD]
    await stage.world.put(f"/organiser/events/{slug}/fields", {"fields": fields})
    await stage.world.post(f"/organiser/events/{slug}/ticket-types", {"names": {"th": "บัตร", "en": "Ticket"}})
    return Ask(stage.world.owner, f"{API}/organiser/events/{slug}/publish")


@write("POST /api/v1/organiser/events/{slug:str}/cancel")
async def _(stage: Stage) -> Ask:
    other = await another_event(stage.world)
    return Ask(stage.world.owner, f"{API}/organiser/events/{other.slug}/cancel")


@write("POST /api/v1/organiser/events/{slug:str}/ticket-types")
async def _(stage: Stage) -> Ask:
    body = {"names": {"th": "บัตร", "en": stage.unique("Ticket")}, "capacity": 40}
    return Ask(stage.world.owner, f"{API}/organiser/events/{await _planned(stage)}/ticket-types", body, key=new_key())


@write("PATCH /api/v1/organiser/events/{slug:str}/ticket-types/{ticket:uuid}")
async def _(stage: Stage) -> Ask:
    slug = await _planned(stage)
    ticket = await stage.world.post(
        f"/organiser/events/{slug}/ticket-types", {"names": {"th": "บัตร", "en": "Ticket"}, "capacity": 40}
    )
    return Ask(stage.world.owner, f"{API}/organiser/events/{slug}/ticket-types/{ticket['id']}", {"capacity": 45})


@write("PUT /api/v1/organiser/events/{slug:str}/fields")
async def _(stage: Stage) -> Ask:
    body = {
        "fields": [
            {"field": "name", "required": True},
            {"field": "email", "required": True},
            {"field": "phone", "required": False},
        ]
    }
    return Ask(stage.world.owner, f"{API}/organiser/events/{await _planned(stage)}/fields", body)


@write("POST /api/v1/organiser/notices")
async def _(stage: Stage) -> Ask:
    # in force far from now: the form that others are about to send stays the one in force
    at = stage.clock.now + timedelta(days=3000 + next(stage.numbers))
    return Ask(stage.world.owner, f"{API}/organiser/notices", {"effective_from": at.isoformat(), "body": NOTICE}, key=new_key())


@write("POST /api/v1/organiser/events/{slug:str}/texts")
async def _(stage: Stage) -> Ask:
    body = {
        "purpose": "marketing_email",
        "effective_from": stage.clock.now.isoformat(),
        "wording": WORDING["marketing_email"],
        "fields": ["email"],
        "uses": ["event_invitations"],
        "retention_days": 60,
    }
    return Ask(stage.world.owner, f"{API}/organiser/events/{await _planned(stage)}/texts", body, key=new_key())


def _party(stage: Stage) -> dict[str, Any]:
    label = stage.unique("party")
    return {
        "kind": "sponsor",
        "legal_name": f"{label} Co., Ltd.",
        "registration_number": label,
        "countries": ["TH"],
        "contact_email": f"contact@{label}.example",
        "notice_url": f"https://{label}.example/privacy",
        "notice_sha256": sha256(label.encode()).hexdigest(),
    }


async def _some_party(stage: Stage) -> str:
    return str((await stage.world.post("/organiser/parties", _party(stage)))["id"])


@write("POST /api/v1/organiser/parties")
async def _(stage: Stage) -> Ask:
    return Ask(stage.world.owner, f"{API}/organiser/parties", _party(stage), key=new_key())


@write("PATCH /api/v1/organiser/parties/{party:uuid}")
async def _(stage: Stage) -> Ask:
    return Ask(stage.world.owner, f"{API}/organiser/parties/{await _some_party(stage)}", {"legal_name": "New Name Co., Ltd."})


@write("POST /api/v1/organiser/parties/{party:uuid}/notice-review")
async def _(stage: Stage) -> Ask:
    party = await _some_party(stage)
    label = stage.unique("notice")
    notice = {"notice_url": f"https://{label}.example/privacy", "notice_sha256": sha256(label.encode()).hexdigest()}
    await stage.world.patch(f"/organiser/parties/{party}", {"notice": notice | {"material": True}})
    return Ask(stage.world.owner, f"{API}/organiser/parties/{party}/notice-review")


@write("POST /api/v1/organiser/parties/{party:uuid}/suspend")
async def _(stage: Stage) -> Ask:
    return Ask(stage.world.owner, f"{API}/organiser/parties/{await _some_party(stage)}/suspend")


@write("POST /api/v1/organiser/parties/{party:uuid}/resume")
async def _(stage: Stage) -> Ask:
    party = await _some_party(stage)
    await stage.world.post(f"/organiser/parties/{party}/suspend")
    return Ask(stage.world.owner, f"{API}/organiser/parties/{party}/resume")


def _for_a_while(stage: Stage) -> dict[str, str]:
    return {"valid_from": stage.clock.now.isoformat(), "valid_until": (stage.clock.now + timedelta(days=300)).isoformat()}


@write("POST /api/v1/organiser/parties/{party:uuid}/agreements")
async def _(stage: Stage) -> Ask:
    body = {"fields": ["name"], "uses": ["follow_up"]} | _for_a_while(stage)
    return Ask(stage.world.owner, f"{API}/organiser/parties/{await _some_party(stage)}/agreements", body, key=new_key())


@write("POST /api/v1/organiser/parties/{party:uuid}/safeguards")
async def _(stage: Stage) -> Ask:
    body = {"country": "US", "mechanism": "scc", "reference": "SCC-1", "regimes": ["pdpa"]} | _for_a_while(stage)
    return Ask(stage.world.owner, f"{API}/organiser/parties/{await _some_party(stage)}/safeguards", body, key=new_key())


@write("POST /api/v1/organiser/parties/{party:uuid}/members")
async def _(stage: Stage) -> Ask:
    body = {"email": email(stage), "role": "admin"}
    return Ask(stage.world.owner, f"{API}/organiser/parties/{await _some_party(stage)}/members", body, key=new_key())


@write("DELETE /api/v1/organiser/parties/{party:uuid}/members/{person:uuid}")
async def _(stage: Stage) -> Ask:
    party = await _some_party(stage)
    member = await stage.world.post(f"/organiser/parties/{party}/members", {"email": email(stage), "role": "admin"})
    return Ask(stage.world.owner, f"{API}/organiser/parties/{party}/members/{member['person']}")


@write("POST /api/v1/organiser/events/{slug:str}/sponsors")
async def _(stage: Stage) -> Ask:
    slug, party = await _planned(stage), await _some_party(stage)
    return Ask(stage.world.owner, f"{API}/organiser/events/{slug}/sponsors", {"party": party}, key=new_key())


@write("POST /api/v1/organiser/events/{slug:str}/sponsors/{party:uuid}/end")
async def _(stage: Stage) -> Ask:
    slug, party = await _planned(stage), await _some_party(stage)
    await stage.world.post(f"/organiser/events/{slug}/sponsors", {"party": party})
    return Ask(stage.world.owner, f"{API}/organiser/events/{slug}/sponsors/{party}/end", {"at": stage.clock.now.isoformat()})


@write("POST /api/v1/organiser/events/{slug:str}/registrations/import")
async def _(stage: Stage) -> Ask:
    body = {"rows": [{"name": "สมชาย", "email": email(stage)} for _ in range(3)], "notified_at": stage.clock.now.isoformat()}
    return Ask(stage.world.owner, f"{API}/organiser/events/{stage.world.slug}/registrations/import", body, key=new_key())


# ---- attendees


async def _submission(stage: Stage, address: str) -> dict[str, Any]:
    s1 = str(stage.world.parties["S1"])
    ticks = [{"purpose": "sponsor_sharing", "recipient": s1}, {"purpose": "badge_scan"}]
    return stage.people.submission(await stage.people.form(), address, consents=ticks)


@write("POST /api/v1/events/{slug:str}/registrations")
async def _(stage: Stage) -> Ask:
    body = await _submission(stage, email(stage))
    return Ask(stage.visit(), f"{API}/events/{stage.world.slug}/registrations", body, key=new_key())


async def _confirmation(stage: Stage) -> str:
    address = email(stage)
    ok(await stage.visit().post(f"{API}/events/{stage.world.slug}/registrations", json=await _submission(stage, address)))
    return await mailed_token(stage.calm, address)


@write("POST /api/v1/confirmations")
async def _(stage: Stage) -> Ask:
    return Ask(stage.visit(), f"{API}/confirmations", {"token": await _confirmation(stage)})


@write("POST /confirm")
async def _(stage: Stage) -> Ask:
    return Ask(stage.visit(), "/confirm", form={"token": await _confirmation(stage)})


@write("DELETE /api/v1/me/registrations/{registration:uuid}")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee(shares_with=["S1"])
    return Ask(who.client, who.path)


@write("PATCH /api/v1/me/registrations/{registration:uuid}")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee(shares_with=["S1"])
    return Ask(who.client, who.path, {"fields": {"company": stage.unique("บริษัท")}, "withheld_fields": ["phone"]})


@write("POST /api/v1/me/registrations/{registration:uuid}/badge")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee()
    return Ask(who.client, f"{who.path}/badge", key=new_key())


@write("POST /api/v1/organiser/registrations/{registration:uuid}/cancel")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee()
    return Ask(stage.world.owner, f"{API}/organiser/registrations/{who.registration}/cancel")


@write("PUT /api/v1/me/registrations/{registration:uuid}/consents")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee(shares_with=["S1"])
    await stage.people.pull("S1")
    form = await stage.people.form()
    acts = [
        {"act": "withdraw", "purpose": "sponsor_sharing", "recipient": str(stage.world.parties["S1"])},
        {"act": "grant", "purpose": "sponsor_sharing", "recipient": str(stage.world.parties["S2"])},
    ]
    return Ask(who.client, f"{who.path}/consents", {"acts": acts, "served_form": form["id"], "form_sha256": form["sha256"]})


@write("DELETE /api/v1/me/registrations/{registration:uuid}/consents")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee(shares_with=["S1"], badge_scan=True)
    return Ask(who.client, f"{who.path}/consents")


@write("POST /api/v1/me/registrations/{registration:uuid}/scans/{scan:uuid}/not-me")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee(badge_scan=True)
    await (await stage.people.phone("S1")).scan(who.badge)
    [scan] = ok(await who.client.get(f"{who.path}/scans"))["items"]
    return Ask(who.client, f"{who.path}/scans/{scan['id']}/not-me")


@write("PUT /api/v1/me/blocks/{kind:str}")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee(shares_with=["S1"])
    return Ask(who.client, f"{API}/me/blocks/opt_out_third")


@write("DELETE /api/v1/me/blocks/{kind:str}")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee()
    ok(await who.client.put(f"{API}/me/blocks/opt_out_third"))
    stage.clock.forward(seconds=1)
    return Ask(who.client, f"{API}/me/blocks/opt_out_third")


@write("POST /api/v1/me/requests")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee(shares_with=["S1"])
    return Ask(who.client, f"{API}/me/requests", {"kind": "erasure"})


@write("POST /api/v1/organiser/registrations/{registration:uuid}/acts")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee(shares_with=["S1"])
    body = {"act": "withdraw", "purpose": "sponsor_sharing"}
    return Ask(stage.world.owner, f"{API}/organiser/registrations/{who.registration}/acts", body)


# ---- booths, doors, sponsors, affiliates


def scan_of(stage: Stage, code: str, kind: str) -> dict[str, Any]:
    return {"scans": [{"id": str(uuid4()), "code": code, "at": stage.clock.now.isoformat(), "kind": kind}]}


@write("POST /api/v1/scans")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee(badge_scan=True)
    phone = await stage.people.phone("S1")
    return Ask(phone.client, f"{API}/scans", scan_of(stage, who.badge, "booth"))


@write("POST /api/v1/scans (at a door)")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee()
    phone = await stage.people.door_phone()
    return Ask(phone.client, f"{API}/scans", scan_of(stage, who.badge, "entry"))


@write("POST /api/v1/organiser/check-ins")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee()
    body = {"event": stage.world.slug, "registration": str(who.registration)}
    return Ask(stage.world.owner, f"{API}/organiser/check-ins", body)


def asked(stage: Stage) -> dict[str, str]:
    return {"event": stage.world.slug, "use": "follow_up", "accept_terms": "true"}


async def _lead(stage: Stage) -> httpx.AsyncClient:
    await stage.people.attendee(shares_with=["S1"])
    return await stage.world.admin("S1")


@write("GET /api/v1/leads")
async def _(stage: Stage) -> Ask:
    return Ask(await _lead(stage), f"{API}/leads", params=asked(stage))


@write("GET /api/v1/leads.csv")
async def _(stage: Stage) -> Ask:
    return Ask(await _lead(stage), f"{API}/leads.csv", params=asked(stage))


@write("GET /api/v1/leads.xlsx")
async def _(stage: Stage) -> Ask:
    return Ask(await _lead(stage), f"{API}/leads.xlsx", params=asked(stage))


@write("GET /api/v1/leads.vcf")
async def _(stage: Stage) -> Ask:
    return Ask(await _lead(stage), f"{API}/leads.vcf", params=asked(stage))


@write("GET /api/v1/leads.json")
async def _(stage: Stage) -> Ask:
    return Ask(await _lead(stage), f"{API}/leads.json", params=asked(stage))


@write("POST /api/v1/leads/downloads")
async def _(stage: Stage) -> Ask:
    body = {"event": stage.world.slug, "use": "follow_up", "accept_terms": True, "format": "csv"}
    return Ask(await _lead(stage), f"{API}/leads/downloads", body, key=new_key())


@write("GET /api/v1/downloads/{download:uuid}")
async def _(stage: Stage) -> Ask:
    admin = await _lead(stage)
    body = {"event": stage.world.slug, "use": "follow_up", "accept_terms": True, "format": "csv"}
    link = ok(await admin.post(f"{API}/leads/downloads", json=body))
    return Ask(admin, f"{API}/downloads/{link['id']}")


@write("POST /api/v1/recalls/{recall:uuid}/ack")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee(shares_with=["S1"])
    await stage.people.pull("S1")
    await who.withdraw("sponsor_sharing", stage.world.parties["S1"])
    recall: UUID = await stage.admin.fetchval("select id from recall where registration_id = $1", who.registration)
    return Ask(await stage.world.admin("S1"), f"{API}/recalls/{recall}/ack")


async def _affiliate(stage: Stage) -> httpx.AsyncClient:
    await stage.people.attendee()
    return await stage.world.admin("A1")


@write("GET /api/v1/affiliate/events/{slug:str}/registrations")
async def _(stage: Stage) -> Ask:
    params = {"use": "registration_processing", "accept_terms": "true"}
    return Ask(await _affiliate(stage), f"{API}/affiliate/events/{stage.world.slug}/registrations", params=params)


@write("GET /api/v1/affiliate/events/{slug:str}/registrations.csv")
async def _(stage: Stage) -> Ask:
    params = {"use": "registration_processing", "accept_terms": "true"}
    return Ask(await _affiliate(stage), f"{API}/affiliate/events/{stage.world.slug}/registrations.csv", params=params)


@write("GET /api/v1/events/{slug:str}/form")
async def _(stage: Stage) -> Ask:
    other = await another_event(stage.world)
    return Ask(stage.visit(), f"{API}/events/{other.slug}/form", params={"language": "th"})
