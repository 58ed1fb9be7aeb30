"""What a sponsor's team and the organiser send from their pages: the same acts as through the API, as forms."""

from __future__ import annotations

from tests.faults.stage import Stage
from tests.faults.writes.asking import Ask, email, new_key, noted, write
from tests.people import ok

BOOTH = "POST /{language:str}/sponsor/{party:uuid}/{slug:str}"
DOORS = "POST /{language:str}/organiser/{slug:str}"
PRESSED = {"press": "yes"}
WISH = {"use": "follow_up", "accept_terms": "yes", "format": "csv", "fields": "name"}


def _booth(stage: Stage, rest: str = "") -> str:
    return f"/en/sponsor/{stage.world.parties['S1']}/{stage.world.slug}{rest}"


@write(f"{BOOTH}/downloads")
async def _(stage: Stage) -> Ask:
    await stage.people.attendee(shares_with=["S1"])
    return Ask(await stage.sign_in(await _admin(stage)), _booth(stage, "/downloads"), form=WISH | {"key": new_key()})


async def _admin(stage: Stage) -> str:
    """Somebody who has signed in just now: files want that."""
    who = email(stage)
    await stage.world.post(f"/organiser/parties/{stage.world.parties['S1']}/members", {"email": who, "role": "admin"})
    return who


@write(f"{BOOTH}/recalls")
async def _(stage: Stage) -> Ask:
    who = await stage.people.attendee(shares_with=["S1"])
    ok(await stage.people.pull("S1"))
    await who.withdraw_everything()
    admin = await stage.world.admin("S1")
    recalls = [item for item in ok(await admin.get("/api/v1/recalls?limit=200"))["items"] if item["acknowledged_at"] is None]
    return Ask(admin, _booth(stage, "/recalls"), form={"recall": recalls[-1]["id"]})


@write(f"{BOOTH}/phones")
async def _(stage: Stage) -> Ask:
    return Ask(await stage.world.admin("S1"), _booth(stage, "/phones"), form={"place": "Hall", "key": new_key()})


@write(f"{BOOTH}/phones/{{device:uuid}}/revoke")
async def _(stage: Stage) -> Ask:
    phone = await stage.people.phone("S1")
    return Ask(await stage.world.admin("S1"), _booth(stage, f"/phones/{phone.id}/revoke"), form={"revoke": "yes"})


@write(f"{BOOTH}/scanner")
async def _(stage: Stage) -> Ask:
    return Ask(await stage.world.admin("S1"), _booth(stage, "/scanner"), form={"key": new_key()})


@write(f"{BOOTH}/team")
async def _(stage: Stage) -> Ask:
    return Ask(await stage.world.admin("S1"), _booth(stage, "/team"), form={"email": email(stage), "role": "helper"})


@write(f"{BOOTH}/team/{{person:uuid}}/remove")
async def _(stage: Stage) -> Ask:
    path = f"/organiser/parties/{stage.world.parties['S1']}/members"
    member = await stage.world.post(path, {"email": email(stage), "role": "helper"})
    return Ask(await stage.world.admin("S1"), _booth(stage, f"/team/{member['person']}/remove"), form=PRESSED)


@write(f"{BOOTH}/questions")
async def _(stage: Stage) -> Ask:
    return Ask(await stage.world.admin("S1"), _booth(stage, "/questions"), form={"lock": "5"})


@write(f"{BOOTH}/questions/edit")
async def _(stage: Stage) -> Ask:
    admin = await stage.world.admin("S1")
    question = {"kind": "text", "wording_en": "Why?"}
    put = await admin.put(f"/api/v1/sponsor/events/{stage.world.slug}/questions", json={"questions": [question]})
    [kept] = ok(put)["questions"]
    form = {"id": kept["id"], "kind": "text", "wording_en": stage.unique("Why")}
    return Ask(admin, _booth(stage, "/questions/edit"), form=form)


@write(f"{DOORS}/phones")
async def _(stage: Stage) -> Ask:
    return Ask(stage.world.owner, f"/en/organiser/{stage.world.slug}/phones", form={"place": "North", "key": new_key()})


@write(f"{DOORS}/phones/{{device:uuid}}/revoke")
async def _(stage: Stage) -> Ask:
    phone = await stage.people.door_phone()
    return Ask(stage.world.owner, f"/en/organiser/{stage.world.slug}/phones/{phone.id}/revoke", form={"revoke": "yes"})


@write(f"{BOOTH}/notes/{{lead:uuid}}/{{device:uuid}}/delete")
async def _(stage: Stage) -> Ask:
    lead, phone = await noted(stage)
    return Ask(await stage.world.admin("S1"), _booth(stage, f"/notes/{lead}/{phone}/delete"), form={"delete": "yes"})
