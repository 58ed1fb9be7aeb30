"""One-use codes, and the phones that they become."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from events.phones.enrolment.rules import enrolment_code, typed_code
from tests.phones.asking import enrol, offer
from tests.scanning.hall import Hall


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


async def test_whoever_tries_codes_is_held_up_whichever_way_she_asks(hall: Hall, anyone: httpx.AsyncClient) -> None:
    answers = [await anyone.post("/api/v1/devices/enrolments/look", json={"code": "x"}) for _ in range(31)]
    assert {a.status_code for a in answers} == {410, 429}
    assert (await enrol(anyone, await hall.enrolment("S1"))).status_code == 429


@pytest.mark.parametrize("helper", ["", "   ", "x" * 81])
async def test_somebody_must_hold_the_phone(hall: Hall, anyone: httpx.AsyncClient, helper: str) -> None:
    answer = await enrol(anyone, await hall.enrolment("S1"), helper)
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (422, ["helper"])


def test_an_enrolment_code_can_be_typed() -> None:
    code = enrolment_code(bytes(range(17, 37)))
    assert (len(code), typed_code(f" {code[:4].lower()}-{code[4:]} ")) == (20, code)
    assert typed_code("oil") == "011"
