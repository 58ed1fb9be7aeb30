"""What attendees send: forms, confirmations, choices, objections; and the form that is kept as it was served."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from events.messages.sending import tend_places
from events.messages.unsubscribing import unsubscribe_token
from tests.conftest import SETTINGS
from tests.faults.stage import Stage
from tests.faults.writes.asking import API, Ask, email, new_key, write
from tests.people import People, another_event, mailed_token, ok


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


@write("POST /{language:str}/events/{slug:str}/register")
async def _(stage: Stage) -> Ask:
    body = await _submission(stage, email(stage))
    sent = {"served_form": body["served_form"], "form_sha256": body["form_sha256"], "ticket": body["ticket"], "key": new_key()}
    return Ask(
        stage.visit(),
        f"/th/events/{stage.world.slug}/register",
        form=sent | {f"f.{name}": value for name, value in body["fields"].items()},
    )


@write("POST /{language:str}/confirm")
async def _(stage: Stage) -> Ask:
    return Ask(stage.visit(), "/th/confirm", form={"token": await _confirmation(stage)})


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


@write("POST /{language:str}/unsubscribe/{token:str}")
async def _(stage: Stage) -> Ask:
    there = await another_event(stage.world)
    await there.publish_text("marketing_email", fields=[], uses=[])
    who = await People(there, stage.calm, stage.clock, stage.visit).attendee()
    ok(await who.grant("marketing_email"))
    stage.clock.forward(seconds=1)
    token = unsubscribe_token(SETTINGS.key_for("unsubscribe"), who.registration)
    return Ask(stage.visit(), f"/th/unsubscribe/{token}", form={"what": "all"})


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


@write("POST /api/v1/me/registrations/{registration:uuid}/join")
async def _(stage: Stage) -> Ask:
    online = await another_event(stage.world)
    soon = {"starts_at": (stage.clock.now + timedelta(minutes=20)).isoformat(), "join_url": "https://live.example/room"}
    await online.patch(f"/organiser/events/{online.slug}", soon)
    who = await People(online, stage.calm, stage.clock, stage.visit).attendee()
    return Ask(who.client, f"{who.path}/join")


@write("POST /api/v1/me/registrations/{registration:uuid}/assets/{asset:uuid}")
async def _(stage: Stage) -> Ask:
    slides = {"kind": "slides", "titles": {"th": "สไลด์", "en": "Slides"}, "url": "https://files.example/slides"}
    sponsor = {"sponsor": str(stage.world.parties["S1"])}
    asset = await stage.world.post(f"/organiser/events/{stage.world.slug}/assets", slides | sponsor)
    who = await stage.people.attendee()
    form = await stage.people.form()
    tick = {"share_with_sponsor": True, "served_form": form["id"], "form_sha256": form["sha256"]}
    return Ask(who.client, f"{who.path}/assets/{asset['id']}", tick)


@write("GET /api/v1/events/{slug:str}/form")
async def _(stage: Stage) -> Ask:
    other = await another_event(stage.world)
    return Ask(stage.visit(), f"{API}/events/{other.slug}/form", params={"language": "th"})


async def _offer(stage: Stage) -> tuple[httpx.AsyncClient, UUID, str]:
    """Somebody who waited, and is offered a place: signed in, her registration, and the token of the mailed link."""
    # an event of its own: another ticket changes the form, and what others have filled in already
    small = await another_event(stage.world)
    people = People(small, stage.calm, stage.clock, stage.visit)
    ticket = str(await small.add_ticket("small", capacity=1))
    first = await people.attendee(ticket=ticket)
    address = email(stage)
    body = people.submission(await people.form(), address, ticket=ticket, join_waitlist=True)
    ok(await stage.visit().post(f"{API}/events/{small.slug}/registrations", json=body))
    client = stage.visit()
    done = ok(await client.post(f"{API}/confirmations", json={"token": await mailed_token(stage.calm, address)}))
    ok(await first.client.delete(first.path))
    stage.clock.forward(seconds=1)
    await tend_places(stage.calm, "http://events.example", stage.clock.now)
    return client, UUID(done["registration"]), await mailed_token(stage.calm, address)


@write("POST /api/v1/me/registrations/{registration:uuid}/offer")
async def _(stage: Stage) -> Ask:
    client, registration, _ = await _offer(stage)
    return Ask(client, f"{API}/me/registrations/{registration}/offer", {"accept": True})


@write("POST /{language:str}/offer")
async def _(stage: Stage) -> Ask:
    _, _, token = await _offer(stage)
    return Ask(stage.visit(), "/th/offer", form={"token": token, "answer": "accept"})


@write("POST /api/v1/me/registrations/{registration:uuid}/transfer")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee(shares_with=["S1"])
    return Ask(who.client, f"{who.path}/transfer", {"name": "เพื่อนร่วมงาน", "email": email(stage)})


@write("POST /{language:str}/me/{registration:uuid}/offer")
async def _(stage: Stage) -> Ask:
    client, registration, _ = await _offer(stage)
    return Ask(client, f"/th/me/{registration}/offer", form={"answer": "accept"})


@write("POST /{language:str}/me/{registration:uuid}/transfer")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee(shares_with=["S1"])
    return Ask(who.client, f"/th/me/{who.registration}/transfer", form={"name": "เพื่อนร่วมงาน", "email": email(stage)})
