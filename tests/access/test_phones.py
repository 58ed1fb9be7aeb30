"""Phones: one-use codes, rotating tokens, and the desk that revokes them."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from events.access.tokens import new_secret
from tests.round_trips import counting
from tests.scanning.hall import Hall, Phone


async def enrol(client: httpx.AsyncClient, code: str, helper: str = "Nok", request: str | None = None) -> httpx.Response:
    form = {"code": code, "helper": helper} | ({} if request is None else {"request": request})
    return await client.post("/api/v1/devices/enrol", json=form)


async def change(client: httpx.AsyncClient, token: str, request: UUID | None = None) -> httpx.Response:
    named = {} if request is None else {"request": str(request)}
    return await client.post("/api/v1/devices/token", json={"refresh_token": token} | named)


async def offer(desk: httpx.AsyncClient, slug: str, **headers: str) -> httpx.Response:
    return await desk.post("/api/v1/devices/enrolments", json={"event": slug}, headers=headers)


async def shows(phone: Phone) -> tuple[int, Any]:
    answer = await phone.client.get("/api/v1/device")
    return answer.status_code, answer.json().get("code")


async def test_a_code_is_good_once_for_ten_minutes_and_may_be_typed(hall: Hall, anyone: httpx.AsyncClient) -> None:
    admin = await hall.admin("S1")
    made = (await offer(admin, hall.slug)).json()
    assert made["qr_text"] == f"http://events.example/scan/#enrol={made['code']}"
    assert made["expires_at"] == (hall.clock.now + timedelta(minutes=10)).isoformat().replace("+00:00", "Z")
    assert len(made["code"]) == 20
    late = (await offer(admin, hall.slug)).json()["code"]
    typed = f"{made['code'][:10].lower()}-{made['code'][10:].lower()}"
    assert (await enrol(anyone, typed)).status_code == 201
    hall.clock.forward(minutes=10)
    refused = [await enrol(anyone, code) for code in (made["code"], late, "0" * 20, "x", "ไม่ใช่")]
    assert {(a.status_code, a.content) for a in refused} == {(410, refused[0].content)}
    assert await hall.count("device", "event_id = $1", hall.event) == 1


@pytest.mark.requirement("S11-sec-4")
@pytest.mark.parametrize("party", ["S1", None], ids=["booth", "door"])
async def test_the_code_of_somebody_who_left_is_no_longer_good(hall: Hall, anyone: httpx.AsyncClient, party: str | None) -> None:
    code = await hall.enrolment(party)
    made_by = await hall.sql.fetchval("select created_by from device_enrolment where event_id = $1", hall.event)
    table = "party_member" if party else "organisation_member"
    await hall.admin("S1") if party else await hall.staff("owner")
    await hall.sql.execute(f"delete from {table} where person_id = $1", made_by)
    look = await anyone.post("/api/v1/devices/enrolments/look", json={"code": code})
    assert (look.status_code, (await enrol(anyone, code)).status_code) == (410, 410)
    assert await hall.count("device", "event_id = $1", hall.event) == 0


async def test_a_door_is_not_opened_by_somebody_who_only_looks_on_any_more(hall: Hall, anyone: httpx.AsyncClient) -> None:
    code = await hall.enrolment(None)
    await hall.sql.execute("update organisation_member set role = 'viewer' where organisation_id = $1", hall.organisation)
    assert (await enrol(anyone, code)).status_code == 410


async def test_of_many_phones_with_one_code_one_joins(hall: Hall) -> None:
    code = await hall.enrolment("S1")
    answers = await asyncio.gather(*(enrol(hall.visit(), code) for _ in range(5)))
    assert sorted(a.status_code for a in answers) == [201, 410, 410, 410, 410]


async def test_whoever_lost_the_answer_of_joining_asks_again_and_is_the_same_phone(hall: Hall, anyone: httpx.AsyncClient) -> None:
    code, request, other = await hall.enrolment("S1"), str(uuid4()), str(uuid4())
    lost, again = [
        (await enrol(anyone, typed, request=request)).json() for typed in (code, f"{code[:10].lower()}-{code[10:].lower()}")
    ]
    assert {k for k in lost if lost[k] != again[k]} <= {"access_token"}, "only the access token is signed anew"
    assert await hall.count("device", "event_id = $1", hall.event) == 1
    for wrong in (other, None):
        assert (await enrol(anyone, code, request=wrong)).status_code == 410
    renamed = (await enrol(anyone, code, helper="Ploy", request=request)).json()
    assert (renamed["device"], renamed["helper"], renamed["refresh_token"]) == (lost["device"], "Ploy", lost["refresh_token"])
    assert await hall.sql.fetchval("select helper from device where id = $1", UUID(lost["device"])) == "Ploy"
    phone = {"authorization": f"Bearer {renamed['access_token']}"}
    assert (await anyone.get("/api/v1/device", headers=phone)).json()["helper"] == "Ploy"


@pytest.mark.parametrize("why", ["the code is late", "the token was changed", "the phone was revoked", "another code"])
async def test_joining_is_not_answered_again_when(hall: Hall, anyone: httpx.AsyncClient, why: str) -> None:
    code, request = await hall.enrolment("S1"), str(uuid4())
    made = (await enrol(anyone, code, request=request)).json()
    if why == "the code is late":
        hall.clock.forward(minutes=10)
    if why == "the token was changed":
        await anyone.post("/api/v1/devices/token", json={"refresh_token": made["refresh_token"]})
    if why == "the phone was revoked":
        await hall.sql.execute("update device set revoked_at = $2 where id = $1", UUID(made["device"]), hall.clock.now)
    if why == "another code":
        fresh = (await enrol(anyone, await hall.enrolment("S1"), request=request)).json()
        assert (fresh["device"] == made["device"], fresh["refresh_token"] == made["refresh_token"]) == (False, False)
        return
    before = await hall.sql.fetch("select * from device where event_id = $1", hall.event)
    assert (await enrol(anyone, code, helper="Ploy", request=request)).status_code == 410
    assert await hall.sql.fetch("select * from device where event_id = $1", hall.event) == before


async def test_one_phone_that_asks_twice_at_once_joins_once(hall: Hall) -> None:
    code, request = await hall.enrolment("S1"), str(uuid4())
    answers = await asyncio.gather(*(enrol(hall.visit(), code, request=request) for _ in range(5)))
    assert [a.status_code for a in answers] == [201] * 5
    assert len({(a.json()["device"], a.json()["refresh_token"]) for a in answers}) == 1
    assert await hall.count("device", "event_id = $1", hall.event) == 1


async def test_no_code_token_or_secret_is_stored_as_it_is(hall: Hall) -> None:
    code = await hall.enrolment("S1")
    enrolled = (await enrol(hall.visit(), code)).json()
    rows = await hall.sql.fetch(
        "select d::text || e::text as all from device d, device_enrolment e where d.event_id = $1", hall.event
    )
    assert [s for row in rows for s in (code, enrolled["refresh_token"]) if s in row["all"]] == []


async def test_guessing_codes_is_slowed_down(anyone: httpx.AsyncClient) -> None:
    answers = [await enrol(anyone, "0" * 20) for _ in range(31)]
    assert [a.status_code for a in answers] == [410] * 30 + [429]
    assert answers[-1].headers["retry-after"] == "2"


@pytest.mark.parametrize("helper", ["", "   ", "x" * 81])
async def test_somebody_must_hold_the_phone(hall: Hall, anyone: httpx.AsyncClient, helper: str) -> None:
    answer = await enrol(anyone, await hall.enrolment("S1"), helper)
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (422, ["helper"])


@pytest.mark.requirement("S11-sec-1")
async def test_the_tokens_of_a_phone_are_short_and_rotate(hall: Hall, anyone: httpx.AsyncClient) -> None:
    phone = await hall.phone("S1")
    hall.clock.forward(minutes=15)
    assert await shows(phone) == (401, "not_signed_in")
    pair = (await change(anyone, phone.refresh_token)).json()
    assert pair["expires_in"] == 900
    assert pair["refresh_token"] != phone.refresh_token
    phone.client.headers["authorization"] = f"Bearer {pair['access_token']}"
    assert (await shows(phone))[0] == 200
    assert (await change(anyone, pair["refresh_token"])).status_code == 200


@pytest.mark.requirement("S11-sec-1")
@pytest.mark.parametrize("generations", [1, 2, 5])
async def test_a_refresh_token_shown_again_however_old_revokes_the_phone_for_good(
    hall: Hall, anyone: httpx.AsyncClient, generations: int
) -> None:
    phone = await hall.phone("S1")
    token = phone.refresh_token
    for _ in range(generations):
        token = (await change(anyone, token)).json()["refresh_token"]
    stolen = await change(anyone, phone.refresh_token)
    assert (stolen.status_code, stolen.json()["code"]) == (401, "device_revoked")
    assert await hall.count("device", "id = $1 and revoked_at is not null", phone.id) == 1
    # whoever holds the current one may hand over what waits, and is told so everywhere else
    pair = (await change(anyone, token)).json()
    phone.client.headers["authorization"] = f"Bearer {pair['access_token']}"
    assert await shows(phone) == (401, "device_revoked")


@pytest.mark.parametrize("forge", ["", "x", "..", "ü.ü.ü", "changed", "other phone", "other secret"])
async def test_a_refresh_token_that_we_did_not_issue_revokes_nobody(hall: Hall, anyone: httpx.AsyncClient, forge: str) -> None:
    phone = await hall.phone("S1")
    device, secret, seal = phone.refresh_token.split(".")
    forged = {
        "changed": f"{device}.{secret}x.{seal}",
        "other phone": f"{uuid4().hex}.{secret}.{seal}",
        "other secret": f"{device}.{new_secret()}.{seal}",
    }.get(forge, forge)
    assert (await change(anyone, forged)).status_code == (422 if forged == "" else 401)
    assert (await shows(phone))[0] == 200


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


@pytest.mark.requirement("S11-sec-4")
async def test_a_revoked_phone_hands_over_what_waits_however_late_and_does_nothing_else(
    hall: Hall, anyone: httpx.AsyncClient
) -> None:
    phone, admin, guest = await hall.phone("S1"), await hall.admin("S1"), await hall.guest(badge_scan=True)
    read = phone.item(guest.code, kind="booth")
    await admin.delete(f"/api/v1/devices/{phone.id}")
    token = phone.refresh_token
    for _ in range(3):
        # longer than an access token is good
        hall.clock.forward(hours=1)
        assert (await phone.client.get("/api/v1/device")).json()["code"] == "not_signed_in"
        pair = (await change(anyone, token)).json()
        token = pair["refresh_token"]
        phone.client.headers["authorization"] = f"Bearer {pair['access_token']}"
        assert await shows(phone) == (401, "device_revoked")
        for path in ("/api/v1/device", "/api/v1/device/list"):
            assert (await phone.client.get(path)).json()["code"] == "device_revoked"
        handed = await phone.send(read, sent_at=hall.clock.now, waiting=0)
        assert (handed.status_code, handed.json()["code"]) == (401, "device_revoked")
    kept = await hall.sql.fetch(
        "select verdict, quarantined, sent_at is not null as sent from scan where device_id = $1", phone.id
    )
    assert [tuple(k) for k in kept] == [("quarantined", True, True)]
    assert [await hall.count(t, "organisation_id = $1", hall.organisation) for t in ("visit", "release", "disclosure")] == [0] * 3


@pytest.mark.parametrize("party", ["S1", None])
async def test_a_revoked_phone_hands_over_at_most_ten_thousand_scans(hall: Hall, party: str | None) -> None:
    phone = await hall.phone(party)
    await hall.sql.execute("update device set revoked_at = $2 where id = $1", phone.id, hall.clock.now)
    kind = "booth" if party else "entry"
    await hall.sql.execute(
        "insert into scan (organisation_id, event_id, device_id, client_id, party_id, kind, code_sha256, device_time, received_at,"
        " effective_at, verdict, reason, quarantined)"
        " select $1, $2, $3, gen_random_uuid(), $4, $5, '', $6, $6, $6, 'quarantined', 'device_revoked', true"
        " from generate_series(1, 9998)",
        hall.organisation,
        hall.event,
        phone.id,
        hall.parties[party] if party else None,
        kind,
        hall.clock.now,
    )
    for _ in range(2):
        assert (await phone.send(*(phone.item("x", kind=kind) for _ in range(3)))).status_code == 401
    assert await hall.count("scan", "device_id = $1", phone.id) == 10_000


@pytest.mark.requirement("S11-sec-4")
async def test_a_phone_that_signs_out_is_out_with_all_its_tokens_and_the_list_says_so(
    hall: Hall, anyone: httpx.AsyncClient
) -> None:
    phone, other, guest = await hall.phone("S1"), await hall.phone("S1"), await hall.guest(badge_scan=True)
    for _ in range(2):
        assert (await phone.client.delete("/api/v1/device")).status_code == 204
    assert (await shows(phone), await shows(other)) == ((401, "device_revoked"), (200, None))
    assert (await change(anyone, phone.refresh_token)).status_code == 401
    answer = await phone.send(phone.item(guest.code, kind="booth"))
    assert (answer.status_code, answer.json()["code"]) == (401, "device_revoked")
    listed = (await (await hall.admin("S1")).get("/api/v1/devices", params={"event": hall.slug})).json()["items"]
    now = hall.clock.now.isoformat().replace("+00:00", "Z")
    said = {UUID(p["id"]): (p["revoked_at"], p["signed_out_at"]) for p in listed}
    assert said == {phone.id: (now, now), other.id: (None, None)}
    # what it had sealed comes with the phone that is paired next
    [item] = (await other.send(phone.sealed(guest.code, kind="booth") | {"sealed_by": str(phone.id)})).json()["items"]
    assert item["verdict"] == "lead"


async def test_a_phone_that_was_revoked_does_not_become_one_that_signed_out(hall: Hall) -> None:
    phone, admin = await hall.phone("S1"), await hall.admin("S1")
    await admin.delete(f"/api/v1/devices/{phone.id}")
    assert (await phone.client.delete("/api/v1/device")).status_code == 204
    assert await hall.sql.fetchval("select signed_out_at from device where id = $1", phone.id) is None


async def test_a_change_whose_answer_was_lost_is_asked_for_again(hall: Hall, anyone: httpx.AsyncClient) -> None:
    phone, request = await hall.phone("S1"), uuid4()
    first, again = [await change(anyone, phone.refresh_token, request) for _ in range(2)]
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["refresh_token"] == again.json()["refresh_token"] != phone.refresh_token
    together = await asyncio.gather(*(change(hall.visit(), again.json()["refresh_token"], request) for _ in range(4)))
    assert {(a.status_code, a.json()["refresh_token"]) for a in together} == {(200, together[0].json()["refresh_token"])}
    assert (await shows(phone))[0] == 200


@pytest.mark.parametrize("later", ["another request", "no request", "after the new one was used"])
async def test_an_old_token_that_is_no_repetition_revokes_the_phone(hall: Hall, anyone: httpx.AsyncClient, later: str) -> None:
    phone, request = await hall.phone("S1"), uuid4()
    new = (await change(anyone, phone.refresh_token, request)).json()["refresh_token"]
    if later == "after the new one was used":
        await change(anyone, new, uuid4())
    shown = {"another request": uuid4(), "no request": None}.get(later, request)
    copied = await change(anyone, phone.refresh_token, shown)
    assert (copied.status_code, copied.json()["code"]) == (401, "device_revoked")
    assert await hall.count("device", "id = $1 and revoked_at is not null", phone.id) == 1


async def test_a_code_says_what_it_is_for_before_a_phone_joins(hall: Hall, anyone: httpx.AsyncClient) -> None:
    admin, staff = await hall.admin("S1"), await hall.staff()
    booth = (await admin.post("/api/v1/devices/enrolments", json={"event": hall.slug, "place": " Booth B12 "})).json()
    door = (await staff.post("/api/v1/organiser/devices/enrolments", json={"event": hall.slug})).json()

    async def look(code: str) -> httpx.Response:
        return await anyone.post("/api/v1/devices/enrolments/look", json={"code": code})

    event = {"slug": hall.slug, "title_th": "งาน", "title_en": "Fair"}
    for _ in range(2):
        assert (await look(booth["code"].lower())).json() == {
            "kind": "booth",
            "place": "Booth B12",
            "event": event,
            "party": {"legal_name": "S1 Co., Ltd."},
            "expires_at": booth["expires_at"],
        }
    shown = (await look(door["code"])).json()
    assert (shown["kind"], shown["place"], shown["party"]) == ("door", "", None)
    joined = (await enrol(anyone, booth["code"])).json()
    assert (joined["helper"], joined["place"]) == ("Nok", "Booth B12")
    hall.clock.forward(minutes=10)
    refused = [await look(code) for code in (booth["code"], door["code"], "0" * 20, "x")]
    assert {(a.status_code, a.content) for a in refused} == {(410, refused[0].content)}


async def test_whoever_tries_codes_is_held_up_whichever_way_she_asks(hall: Hall, anyone: httpx.AsyncClient) -> None:
    answers = [await anyone.post("/api/v1/devices/enrolments/look", json={"code": "x"}) for _ in range(31)]
    assert {a.status_code for a in answers} == {410, 429}
    assert (await enrol(anyone, await hall.enrolment("S1"))).status_code == 429


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
