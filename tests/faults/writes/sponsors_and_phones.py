"""What sponsors and affiliates send, with their phones and programs, and how anybody signs in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.faults.stage import Stage
from tests.faults.writes.asking import API, Ask, email, new_key, noted, write
from tests.people import mailed_token, ok


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


@write("POST /{language:str}/sign-in")
async def _(stage: Stage) -> Ask:
    return Ask(stage.visit(), "/th/sign-in", form={"token": await _sign_in_token(stage)})


@write("DELETE /api/v1/session")
async def _(stage: Stage) -> Ask:
    return Ask(await stage.sign_in(email(stage)), f"{API}/session")


@write("POST /{language:str}/sign-out")
async def _(stage: Stage) -> Ask:
    return Ask(await stage.sign_in(email(stage)), "/th/sign-out", form={"go": ""})


@write("POST /api/v1/devices/enrol")
async def _(stage: Stage) -> Ask:
    code = ok(await (await stage.world.admin("S1")).post(f"{API}/devices/enrolments", json={"event": stage.world.slug}))["code"]
    return Ask(stage.visit(), f"{API}/devices/enrol", {"code": code, "helper": "Nok", "request": new_key()})


@write("POST /api/v1/devices/token")
async def _(stage: Stage) -> Ask:
    return Ask(stage.visit(), f"{API}/devices/token", {"refresh_token": (await stage.people.phone("S1")).refresh_token})


@write("PUT /api/v1/device/status")
async def _(stage: Stage) -> Ask:
    phone = await stage.people.phone("S1")
    return Ask(phone.client, f"{API}/device/status", {"waiting": 2, "app_version": "1.0.0"})


@write("DELETE /api/v1/device")
async def _(stage: Stage) -> Ask:
    return Ask((await stage.people.phone("S1")).client, f"{API}/device")


@write("POST /api/v1/devices/enrolments")
async def _(stage: Stage) -> Ask:
    return Ask(await stage.world.admin("S1"), f"{API}/devices/enrolments", {"event": stage.world.slug}, key=new_key())


@write("DELETE /api/v1/devices/{device:uuid}")
async def _(stage: Stage) -> Ask:
    phone = await stage.people.phone("S1")
    return Ask(await stage.world.admin("S1"), f"{API}/devices/{phone.id}")


@write("POST /api/v1/clients")
async def _(stage: Stage) -> Ask:
    return Ask(await stage.world.admin("S1"), f"{API}/clients", {"name": stage.unique("crm")}, key=new_key())


@write("DELETE /api/v1/clients/{client:uuid}")
async def _(stage: Stage) -> Ask:
    admin = await stage.world.admin("S1")
    made = ok(await admin.post(f"{API}/clients", json={"name": stage.unique("crm")}))
    return Ask(admin, f"{API}/clients/{made['client_id']}")


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


@write("POST /api/v1/device/lookups")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee()
    phone = await stage.people.door_phone()
    return Ask(phone.client, f"{API}/device/lookups", {"q": who.email})


@write("POST /api/v1/device/check-ins")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee()
    phone = await stage.people.door_phone()
    body = {"id": str(uuid4()), "registration": str(who.registration), "at": stage.clock.now.isoformat(), "kind": "entry"}
    return Ask(phone.client, f"{API}/device/check-ins", body)


@write("POST /api/v1/scans (at a session's door)")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee()
    phone = await stage.people.door_phone()
    starts_at = stage.clock.now.isoformat()
    hours = {"starts_at": starts_at, "ends_at": (stage.clock.now + timedelta(hours=1)).isoformat()}
    path = f"/organiser/events/{stage.world.slug}/sessions"
    session = await stage.world.post(path, {"titles": {"th": "บรรยาย", "en": "Talk"}, "capacity": 5} | hours)
    [scan] = scan_of(stage, who.badge, "session")["scans"]
    return Ask(phone.client, f"{API}/scans", {"scans": [scan | {"session": session["id"]}]})


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


async def _scanned(stage: Stage) -> tuple[httpx.AsyncClient, str]:
    """A booth's phone, and its own id of a scan that is a lead."""
    who = await stage.people.attendee(badge_scan=True)
    phone = await stage.people.phone("S1")
    scan = uuid4()
    await phone.scan(who.badge, client_id=scan)
    return phone.client, f"{API}/scans/{scan}"


@write("GET /api/v1/scans/{scan:uuid}")
async def _(stage: Stage) -> Ask:
    return Ask(*await _scanned(stage))


@write("PUT /api/v1/scans/{scan:uuid}/note")
async def _(stage: Stage) -> Ask:
    client, scan = await _scanned(stage)
    return Ask(client, f"{scan}/note", {"rating": 2, "note": "Call back", "written_at": stage.clock.now.isoformat()})


@write("POST /api/v1/devices/enrolments/own")
async def _(stage: Stage) -> Ask:
    return Ask(await stage.world.admin("S1"), f"{API}/devices/enrolments/own", {"event": stage.world.slug}, key=new_key())


@write("PUT /api/v1/sponsor/events/{slug:str}/questions")
async def _(stage: Stage) -> Ask:
    # a question that is there: sent again, a new one would be another
    admin, path = await stage.world.admin("S1"), f"{API}/sponsor/events/{stage.world.slug}/questions"
    made = ok(await admin.put(path, json={"questions": [{"kind": "text", "wording_en": "What next?"}]}))
    return Ask(admin, path, {"questions": [made["questions"][0] | {"wording_th": "อย่างไรต่อ"}]})


@write("PUT /api/v1/sponsor/events/{slug:str}/booth")
async def _(stage: Stage) -> Ask:
    return Ask(await stage.world.admin("S1"), f"{API}/sponsor/events/{stage.world.slug}/booth", {"lock_after_minutes": 7})


@write("POST /api/v1/sponsor/team")
async def _(stage: Stage) -> Ask:
    return Ask(await stage.world.admin("S1"), f"{API}/sponsor/team", {"email": email(stage), "role": "helper"})


@write("DELETE /api/v1/sponsor/team/{person:uuid}")
async def _(stage: Stage) -> Ask:
    admin = await stage.world.admin("S1")
    made = ok(await admin.post(f"{API}/sponsor/team", json={"email": email(stage), "role": "helper"}))
    return Ask(admin, f"{API}/sponsor/team/{made['person']}")


@write("DELETE /api/v1/leads/{lead:uuid}/notes/{device:uuid}")
async def _(stage: Stage) -> Ask:
    lead, phone = await noted(stage)
    return Ask(await stage.world.admin("S1"), f"{API}/leads/{lead}/notes/{phone}")
