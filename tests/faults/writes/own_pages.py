"""What attendees send from their own pages: the same acts as through the API, as forms."""

from __future__ import annotations

import re
from datetime import timedelta

from tests.faults.stage import Stage
from tests.faults.writes.asking import Ask, new_key, write
from tests.people import Attendee, People, another_event, ok

MINE = "POST /{language:str}/me/{registration:uuid}"
# a form without fields would not be sent as one
PRESSED = {"press": "yes"}


def _page(who: Attendee, rest: str) -> str:
    return f"/en/me/{who.registration}{rest}"


@write(f"{MINE}/badge/renew")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee()
    return Ask(who.client, _page(who, "/badge/renew"), form={"key": new_key()})


@write(f"{MINE}/details")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee(shares_with=["S1"])
    sent = {f"f.{name}": value for name, value in ok(await who.client.get(who.path))["fields"].items()}
    return Ask(who.client, _page(who, "/details"), form=sent | {"f.company": stage.unique("Company"), "withheld": "phone"})


@write(f"{MINE}/cancel")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee(shares_with=["S1"])
    return Ask(who.client, _page(who, "/cancel"), form=PRESSED)


@write(f"{MINE}/choices")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee(shares_with=["S1"])
    await stage.people.pull("S1")
    form = await stage.people.form()
    box = f"sponsor_sharing:{stage.world.parties['S2']}"
    page = (await who.client.get(_page(who, "/choices"))).text
    [seen] = re.findall(r'name="seen" value="(\d+)"', page)
    sent = {"served_form": form["id"], "form_sha256": form["sha256"], "seen": seen, "consent": box}
    return Ask(who.client, _page(who, "/choices"), form=sent)


@write(f"{MINE}/choices/withdraw")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee(shares_with=["S1"], badge_scan=True)
    return Ask(who.client, _page(who, "/choices/withdraw"), form=PRESSED)


@write(f"{MINE}/who/{{scan:uuid}}/not-me")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee(badge_scan=True)
    await (await stage.people.phone("S1")).scan(who.badge)
    [scan] = ok(await who.client.get(f"{who.path}/scans"))["items"]
    return Ask(who.client, _page(who, f"/who/{scan['id']}/not-me"), form=PRESSED)


@write("POST /{language:str}/me/settings")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee(shares_with=["S1"])
    return Ask(who.client, "/en/me/settings", form={"switch": "opt_out_third", "to": "on"})


@write("POST /{language:str}/me/requests")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee(shares_with=["S1"])
    return Ask(who.client, "/en/me/requests", form={"kind": "erasure"})


@write(f"{MINE}/join")
async def _(stage: Stage) -> Ask:
    online = await another_event(stage.world)
    soon = {"starts_at": (stage.clock.now + timedelta(minutes=20)).isoformat(), "join_url": "https://live.example/room"}
    await online.patch(f"/organiser/events/{online.slug}", soon)
    who = await People(online, stage.calm, stage.clock, stage.visit).attendee()
    return Ask(who.client, _page(who, "/join"), form=PRESSED)


@write(f"{MINE}/downloads/{{asset:uuid}}")
async def _(stage: Stage) -> Ask:
    slides = {"kind": "slides", "titles": {"th": "สไลด์", "en": "Slides"}, "url": "https://files.example/slides"}
    sponsor = {"sponsor": str(stage.world.parties["S1"])}
    asset = await stage.world.post(f"/organiser/events/{stage.world.slug}/assets", slides | sponsor)
    who = await stage.people.attendee()
    form = await stage.people.form()
    sent = {"share": "yes", "served_form": form["id"], "form_sha256": form["sha256"]}
    return Ask(who.client, _page(who, f"/downloads/{asset['id']}"), form=sent)
