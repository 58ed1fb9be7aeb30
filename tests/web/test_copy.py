"""Her own copy: everything that is held about her, and nothing about anybody else."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from events.database.connections import Database
from tests.conftest import MovableClock, SignIn, Visit
from tests.leads.fair import Guests
from tests.people import ok
from tests.world import World

COPY = "/api/v1/me/data.json"


@pytest.mark.requirement("S10.1-access", "S6-sponsor-16", "S6-recip-1")
async def test_it_holds_what_each_page_shows_and_the_doors_she_passed_and_nobody_else(
    world: World, database: Database, clock: MovableClock, visit: Visit
) -> None:
    people = Guests(world, database, clock, visit)
    people.card = {"name": "Malee"}
    her = await people.attendee(shares_with=["S1"], badge_scan=True)
    people.card = {"name": "Somebody Else"}
    other = await people.attendee(shares_with=["S1"], badge_scan=True)
    booth, door = await people.phone("S1", "Nok"), await people.door_phone()
    for who, words in ((her, "Wants a demo"), (other, "Said no")):
        scan = uuid4()
        await booth.scan(who.badge, client_id=scan)
        note = {"note": words, "rating": 3, "written_at": clock.now.isoformat()}
        ok(await booth.client.put(f"/api/v1/scans/{scan}/note", json=note))
        await door.scan(who.badge, kind="entry")
    ok(await people.pull("S1"))
    ok(await her.client.put("/api/v1/me/blocks/object_dm_own"))
    ok(await her.client.post("/api/v1/me/requests", json={"kind": "restriction", "message": "Please stop."}))

    answer = await her.client.get(COPY)
    assert answer.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    copy = ok(answer)
    [held] = copy["registrations"]
    parts = {part: ok(await her.client.get(f"{her.path}/{part}")) for part in ("consents", "disclosures", "scans", "notes")}
    assert held["registration"] == ok(await her.client.get(her.path))
    assert held["consents"] == parts["consents"]
    assert {part: held[part] for part in ("disclosures", "scans", "notes")} == {
        part: parts[part]["items"] for part in ("disclosures", "scans", "notes")
    }
    assert [len(held[part]) > 0 for part in ("disclosures", "scans", "notes", "doors")] == [True] * 4
    assert [(one["kind"], one["session"], one["verdict"]) for one in held["doors"]] == [("entry", None, "valid")]
    assert copy["blocks"] == ok(await her.client.get("/api/v1/me/blocks"))["blocks"]
    assert [(one["kind"], one["message"], one["state"]) for one in copy["requests"]] == [
        ("restriction", "Please stop.", "received")
    ]
    assert "Malee" in json.dumps(copy)
    assert [words in answer.text for words in ("Somebody Else", "Said no", str(other.registration), other.badge)] == [False] * 4
    assert f'href="{COPY}"' in (await her.client.get("/en/me/requests")).text


async def test_whoever_has_registered_for_nothing_reads_her_address_and_that_there_is_nothing_more(sign_in: SignIn) -> None:
    client = await sign_in("nobody.yet@people.example")
    copy = ok(await client.get(COPY))
    assert (copy["email"], copy["registrations"], copy["blocks"], copy["requests"]) == ("nobody.yet@people.example", [], {}, [])
