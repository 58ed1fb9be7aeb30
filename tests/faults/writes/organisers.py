"""What organisers send: staff, events, texts, parties, and what they do for an attendee or at a door."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

from tests.faults.stage import Stage
from tests.faults.writes.asking import API, Ask, email, new_key, write
from tests.people import People, another_event, mailed_token, ok
from tests.world import CARD, NOTICE, WORDING


@write("POST /api/v1/organiser/devices/enrolments")
async def _(stage: Stage) -> Ask:
    return Ask(stage.world.owner, f"{API}/organiser/devices/enrolments", {"event": stage.world.slug}, key=new_key())


@write("DELETE /api/v1/organiser/devices/{device:uuid}")
async def _(stage: Stage) -> Ask:
    phone = await stage.people.door_phone()
    return Ask(stage.world.owner, f"{API}/organiser/devices/{phone.id}")


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


@write("POST /api/v1/organiser/events/{slug:str}/news")
async def _(stage: Stage) -> Ask:
    there = await another_event(stage.world)
    await there.publish_text("marketing_email", fields=[], uses=[])
    who = await People(there, stage.calm, stage.clock, stage.visit).attendee()
    ok(await who.grant("marketing_email"))
    stage.clock.forward(seconds=1)
    body = {"subject": {"th": "ข่าว", "en": "News"}, "body": {"th": "ข่าว", "en": "News"}}
    return Ask(stage.world.owner, f"{API}/organiser/events/{there.slug}/news", body, key=new_key())


@write("POST /api/v1/organiser/mail-problems/{mail:uuid}/retry")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee()
    dead = "update outbox set state = 'dead', attempts = 10, last_error = 'OSError' where recipient = $1 and kind = 'badge' returning id"
    mail = await stage.admin.fetchval(dead, who.email)
    return Ask(stage.world.owner, f"{API}/organiser/mail-problems/{mail}/retry")


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


@write("POST /api/v1/organiser/registrations/{registration:uuid}/cancel")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee()
    return Ask(stage.world.owner, f"{API}/organiser/registrations/{who.registration}/cancel")


@write("POST /api/v1/organiser/registrations/{registration:uuid}/acts")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee(shares_with=["S1"])
    body = {"act": "withdraw", "purpose": "sponsor_sharing"}
    return Ask(stage.world.owner, f"{API}/organiser/registrations/{who.registration}/acts", body)


@write("POST /api/v1/organiser/check-ins")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee()
    body = {"event": stage.world.slug, "registration": str(who.registration)}
    return Ask(stage.world.owner, f"{API}/organiser/check-ins", body)


def _asset(stage: Stage) -> dict[str, Any]:
    return {"kind": "slides", "titles": {"th": "สไลด์", "en": stage.unique("Slides")}, "url": "https://files.example/slides"}


@write("POST /api/v1/organiser/events/{slug:str}/assets")
async def _(stage: Stage) -> Ask:
    return Ask(stage.world.owner, f"{API}/organiser/events/{await _planned(stage)}/assets", _asset(stage), key=new_key())


async def _offered(stage: Stage) -> str:
    path = f"/organiser/events/{await _planned(stage)}/assets"
    return f"{API}{path}/{(await stage.world.post(path, _asset(stage)))['id']}"


@write("PATCH /api/v1/organiser/events/{slug:str}/assets/{asset:uuid}")
async def _(stage: Stage) -> Ask:
    return Ask(stage.world.owner, await _offered(stage), {"position": 3})


@write("DELETE /api/v1/organiser/events/{slug:str}/assets/{asset:uuid}")
async def _(stage: Stage) -> Ask:
    return Ask(stage.world.owner, await _offered(stage))


def _session(stage: Stage) -> dict[str, Any]:
    starts_at = stage.clock.now + timedelta(days=10)
    hours = {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + timedelta(hours=1)).isoformat()}
    return {"titles": {"th": "บรรยาย", "en": stage.unique("Talk")}, "capacity": 20} | hours


@write("POST /api/v1/organiser/events/{slug:str}/sessions")
async def _(stage: Stage) -> Ask:
    return Ask(stage.world.owner, f"{API}/organiser/events/{await _planned(stage)}/sessions", _session(stage), key=new_key())


async def _held(stage: Stage) -> str:
    path = f"/organiser/events/{await _planned(stage)}/sessions"
    return f"{API}{path}/{(await stage.world.post(path, _session(stage)))['id']}"


@write("PATCH /api/v1/organiser/events/{slug:str}/sessions/{session:uuid}")
async def _(stage: Stage) -> Ask:
    return Ask(stage.world.owner, await _held(stage), {"capacity": 3})


@write("DELETE /api/v1/organiser/events/{slug:str}/sessions/{session:uuid}")
async def _(stage: Stage) -> Ask:
    return Ask(stage.world.owner, await _held(stage))


async def _request(stage: Stage) -> str:
    """A registration that waits for the organiser's decision, at an event of its own."""
    there = await another_event(stage.world)
    people = People(there, stage.calm, stage.clock, stage.visit)
    ticket = str(await there.add_ticket("invited", needs_approval=True))
    address = email(stage)
    body = people.submission(await people.form(), address, ticket=ticket)
    ok(await stage.visit().post(f"{API}/events/{there.slug}/registrations", json=body))
    token = await mailed_token(stage.calm, address)
    return str(ok(await stage.visit().post(f"{API}/confirmations", json={"token": token}))["registration"])


@write("POST /api/v1/organiser/registrations/{registration:uuid}/approve")
async def _(stage: Stage) -> Ask:
    return Ask(stage.world.owner, f"{API}/organiser/registrations/{await _request(stage)}/approve")


@write("POST /api/v1/organiser/registrations/{registration:uuid}/decline")
async def _(stage: Stage) -> Ask:
    path = f"{API}/organiser/registrations/{await _request(stage)}/decline"
    return Ask(stage.world.owner, path, {"reason": "The room is small."})
