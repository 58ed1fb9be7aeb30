"""The desk that gives codes out, sees its phones and revokes them."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.phones.asking import enrol, offer, shows
from tests.round_trips import counting
from tests.scanning.hall import Hall


@pytest.mark.requirement("S11-sec-4")
async def test_a_revoked_phone_is_out_with_the_next_request_and_twice_is_no_error(hall: Hall, anyone: httpx.AsyncClient) -> None:
    phone, admin = await hall.phone("S1"), await hall.admin("S1")
    assert [(await admin.delete(f"/api/v1/devices/{phone.id}")).status_code for _ in range(2)] == [204, 204]
    assert await shows(phone) == (401, "device_revoked")


async def test_a_desk_sees_and_revokes_its_own_phones_only(hall: Hall) -> None:
    booth, other, door = await hall.phone("S1"), await hall.phone("S2"), await hall.phone(None)
    admin, staff = await hall.admin("S1"), await hall.staff()
    other_hall = await Hall(hall.database, hall.sql, hall.clock, hall.visit, hall.sign_in, hall.unique).open()
    stranger = await other_hall.staff("owner")

    async def listed(desk: httpx.AsyncClient, path: str) -> Any:
        answer = await desk.get(path, params={"event": hall.slug})
        return [i["id"] for i in answer.json()["items"]] if answer.status_code == 200 else answer.status_code

    assert await listed(admin, "/api/v1/devices") == [str(booth.id)]
    assert await listed(staff, "/api/v1/organiser/devices") == [str(door.id)]
    assert await listed(stranger, "/api/v1/organiser/devices") == 404
    for phone in (other, door):
        assert (await admin.delete(f"/api/v1/devices/{phone.id}")).status_code == 404
        assert (await admin.get(f"/api/v1/devices/{phone.id}/quarantine")).status_code == 404
    for phone in (booth, other):
        assert (await staff.delete(f"/api/v1/organiser/devices/{phone.id}")).status_code == 404
    assert (await stranger.delete(f"/api/v1/organiser/devices/{door.id}")).status_code == 404
    assert [(await shows(p))[0] for p in (booth, other, door)] == [200, 200, 200]


async def test_phones_join_only_where_the_sponsor_sponsors_now(hall: Hall) -> None:
    admin = await hall.admin("S1")
    _, elsewhere, _ = await hall.hold_event("CD")
    other_hall = await Hall(hall.database, hall.sql, hall.clock, hall.visit, hall.sign_in, hall.unique).open()
    assert [(await offer(admin, slug)).status_code for slug in (elsewhere, other_hall.slug, "no-such-event")] == [404] * 3
    await hall.sql.execute("update sponsorship set ends_at = $2 where event_id = $1", hall.event, hall.clock.now)
    assert (await offer(admin, hall.slug)).status_code == 409
    assert (await admin.get("/api/v1/devices", params={"event": hall.slug})).status_code == 200


async def test_only_admins_of_the_booth_and_organisers_of_the_event_enrol_phones(hall: Hall) -> None:
    door = "/api/v1/organiser/devices/enrolments"
    asked = [
        (await offer(await hall.admin("S1", "helper"), hall.slug)).status_code,
        (await offer(await hall.staff("owner"), hall.slug)).status_code,
        (await offer(hall.visit(), hall.slug)).status_code,
        (await (await hall.admin("S1")).post(door, json={"event": hall.slug})).status_code,
        (await (await hall.staff("viewer")).post(door, json={"event": hall.slug})).status_code,
        (await (await hall.staff("manager")).post(door, json={"event": hall.slug})).status_code,
    ]
    assert asked == [403, 403, 401, 403, 403, 201]


async def test_who_acts_for_several_parties_names_one(hall: Hall) -> None:
    admin = await hall.admin("S1")
    me = (await admin.get("/api/v1/session")).json()["person"]
    await hall.sql.execute(
        "insert into party_member select organisation_id, $2, person_id, role, created_at from party_member"
        " where person_id = $1::uuid",
        me,
        hall.parties["S2"],
    )
    assert (await offer(admin, hall.slug)).status_code == 422
    answer = await admin.post("/api/v1/devices/enrolments", params={"party": str(hall.parties["S2"])}, json={"event": hall.slug})
    assert (await enrol(hall.visit(), answer.json()["code"])).json()["party"] == {"legal_name": "S2 Co., Ltd."}
    answer = await admin.post("/api/v1/devices/enrolments", params={"party": str(uuid4())}, json={"event": hall.slug})
    assert answer.status_code == 404


async def test_a_request_for_a_code_that_is_sent_twice_makes_one_code(hall: Hall) -> None:
    admin, key = await hall.admin("S1"), {"Idempotency-Key": "k1"}
    first = await offer(admin, hall.slug, **key)
    hall.clock.forward(minutes=1)
    again = await offer(admin, hall.slug, **key)
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert await hall.count("device_enrolment", "event_id = $1", hall.event) == 1
    other = await admin.post("/api/v1/devices/enrolments", json={"event": "another"}, headers=key)
    assert other.status_code in (404, 422)
    assert (await offer(admin, hall.slug, **{"Idempotency-Key": "x" * 201})).status_code == 422


async def test_phones_and_what_was_kept_apart_come_in_pages(hall: Hall) -> None:
    phones = [await hall.phone("S1") for _ in range(3)]
    admin = await hall.admin("S1")
    await admin.delete(f"/api/v1/devices/{phones[0].id}")
    items = [phones[0].item("x", kind="booth") for _ in range(3)]
    await phones[0].send(*items)

    async def pages(path: str, key: str, **params: str) -> list[list[str]]:
        found, cursor = [], None
        while True:
            query = params | {"limit": "2"} | ({"cursor": cursor} if cursor else {})
            page = (await admin.get(path, params=query)).json()
            found.append([i[key] for i in page["items"]])
            cursor = page["next"]
            if cursor is None:
                return found

    ids = [str(p.id) for p in phones]
    assert await pages("/api/v1/devices", "id", event=hall.slug) == [ids[:2], ids[2:]]
    sent = [i["id"] for i in items]
    assert await pages(f"/api/v1/devices/{phones[0].id}/quarantine", "client_id") == [sent[:2], sent[2:]]
    for bad in ({"limit": "0"}, {"limit": "201"}, {"cursor": "x"}):
        assert (await admin.get("/api/v1/devices", params={"event": hall.slug} | bad)).status_code == 422


async def test_a_list_of_phones_costs_the_same_whatever_its_length(hall: Hall) -> None:
    admin, counted = await hall.admin("S1"), []
    for more in (1, 2):
        phones = [await hall.phone("S1") for _ in range(more)]
        await phones[0].client.get("/api/v1/device")
        await admin.get("/api/v1/devices", params={"event": hall.slug})
        async with counting(hall.database) as log:
            answer = await admin.get("/api/v1/devices", params={"event": hall.slug})
        counted.append((len(answer.json()["items"]), len(log)))
    assert counted == [(1, 5), (3, 5)]


@pytest.mark.parametrize("query", [{}, {"event": "\x00"}, {"event": ""}, {"event": "x" * 81}, {"event": "e", "party": "x"}])
async def test_a_list_that_cannot_be_read_is_refused(hall: Hall, query: dict[str, str]) -> None:
    assert (await (await hall.admin("S1")).get("/api/v1/devices", params=query)).status_code == 422


async def test_the_list_of_phones_names_the_code_that_each_joined_with_and_what_it_said(hall: Hall) -> None:
    admin, phone = await hall.admin("S1"), await hall.phone("S1")
    offered = (await admin.post("/api/v1/devices/enrolments", json={"event": hall.slug, "place": "B12"})).json()

    async def lines() -> list[tuple[str, str]]:
        items = (await admin.get("/api/v1/devices", params={"event": hall.slug})).json()["items"]
        return [(i["place"], i["enrolment"]) for i in items]

    assert offered["id"] not in [enrolment for _, enrolment in await lines()]
    await enrol(hall.visit(), offered["code"])
    assert (await lines())[1] == ("B12", offered["id"])
    await phone.client.put("/api/v1/device/status", json={"waiting": 4, "app_version": "2.0"})
    first = (await admin.get("/api/v1/devices", params={"event": hall.slug})).json()["items"][0]
    assert (first["id"], first["waiting"], first["app_version"]) == (str(phone.id), 4, "2.0")
