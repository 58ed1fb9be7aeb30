"""Recalls: what a sponsor must stop using, and its word that it did (§10.1)."""

from uuid import uuid4

import pytest

from tests.leads.fair import Fair

RECALLS = "/api/v1/recalls"


@pytest.mark.requirement("S6-sponsor-13")
async def test_whoever_got_the_data_is_told_to_stop_and_confirms_once(fair: Fair) -> None:
    who = await fair.attendee(shares_with=["S1", "S2"], fields=["name", "email"])
    admin = await fair.admin("S1")
    [lead] = (await admin.get("/api/v1/leads", params=fair.asking())).json()["items"]
    await who.withdraw()
    told = fair.clock.now
    page = (await admin.get(RECALLS)).json()
    [recall] = page["items"]
    assert page == {"items": [recall], "next": None}
    assert recall == {
        "id": recall["id"],
        "event": fair.slug,
        "lead": lead["id"],
        "fields": ["email", "name"],
        "created_at": told.isoformat().replace("+00:00", "Z"),
        "acknowledged_at": None,
    }
    confirmed = fair.clock.forward(hours=1).isoformat().replace("+00:00", "Z")
    first = await admin.post(f"{RECALLS}/{recall['id']}/ack")
    fair.clock.forward(hours=1)
    second = await admin.post(f"{RECALLS}/{recall['id']}/ack")
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json() == {"id": recall["id"], "acknowledged_at": confirmed}
    assert (await admin.get(RECALLS)).json()["items"] == [recall | {"acknowledged_at": confirmed}]
    assert (await (await fair.admin("S2")).get(RECALLS)).json()["items"] == []


async def test_a_recall_of_another_party_is_not_found(fair: Fair) -> None:
    who = await fair.attendee(shares_with=["S1"])
    admin = await fair.admin("S1")
    await admin.get("/api/v1/leads", params=fair.asking())
    await who.withdraw(fair.parties["S1"])
    [recall] = (await admin.get(RECALLS)).json()["items"]
    other = await fair.admin("S2")
    for id_ in (recall["id"], uuid4()):
        assert (await other.post(f"{RECALLS}/{id_}/ack")).status_code == 404
    assert (await admin.get(RECALLS)).json()["items"] == [recall]


async def test_recalls_page(fair: Fair) -> None:
    people = [await fair.attendee(shares_with=["S1"]) for _ in range(3)]
    machine, _ = await fair.machine("S1")
    await machine.get("/api/v1/leads", params=fair.asking())
    for person in people:
        await person.withdraw(fair.parties["S1"])
    machine, _ = await fair.machine("S1")
    first = (await machine.get(RECALLS, params={"limit": "2"})).json()
    second = (await machine.get(RECALLS, params={"limit": "2", "cursor": first["next"]})).json()
    assert (len(first["items"]), len(second["items"]), second["next"]) == (2, 1, None)
    times = [recall["created_at"] for recall in first["items"] + second["items"]]
    assert times == sorted(times)
    assert len(set(times)) == 3


async def test_a_helper_sees_no_recalls(fair: Fair) -> None:
    admin = await fair.admin("S1")
    await fair.sql.execute("update party_member set role = 'helper' where party_id = $1", fair.parties["S1"])
    assert (await admin.get(RECALLS)).status_code == 403
