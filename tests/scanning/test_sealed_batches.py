"""Batches that waited sealed on a phone: decided like those in clear, and what does not open spoils nothing."""

from hashlib import sha256
from uuid import uuid4

import pytest

from events.badges.codes import new_code
from events.scanning.queries import TAKE_SCANS
from tests.round_trips import counting
from tests.scanning.hall import Hall

pytestmark = pytest.mark.requirement("S4-phone-1", "S6-sponsor-3")


async def test_a_sealed_scan_is_a_lead_and_nothing_that_stands_beside_it_is_blocked(hall: Hall) -> None:
    phone, guest = await hall.phone("S1"), await hall.guest(badge_scan=True)
    items = [
        phone.sealed(guest.code, kind="booth"),
        phone.sealed(guest.code, kind="booth", sealed_for=uuid4()),
        phone.sealed(new_code("AB"), kind="booth"),
        phone.item(guest.code, kind="booth"),
        phone.item(guest.code, kind="booth") | {"code": None, "sealed": "no-such-thing"},
    ]
    async with counting(hall.database) as log:
        answer = await phone.send(*items)
    assert log == [TAKE_SCANS]
    assert [(i["id"], i["verdict"]) for i in answer.json()["items"]] == [
        (item["id"], verdict)
        for item, verdict in zip(items, ["lead", "unreadable", "saved_not_shared", "lead", "unreadable"], strict=True)
    ]
    assert await hall.count("scan", "device_id = $1", phone.id) == 3


async def test_a_batch_of_which_nothing_opens_is_answered_and_kept_nowhere(hall: Hall) -> None:
    booth, door = await hall.phone("S1"), await hall.phone(None)
    for phone, kind in ((booth, "booth"), (door, "entry")):
        answer = await phone.send(phone.sealed(new_code("AB"), kind=kind, sealed_for=uuid4()))
        assert [i["verdict"] for i in answer.json()["items"]] == ["unreadable"]
    assert await hall.count("scan", "organisation_id = $1", hall.organisation) == 0


async def test_a_revoked_phone_hears_so_even_where_nothing_opens(hall: Hall) -> None:
    phone = await hall.phone("S1")
    await hall.sql.execute("update device set revoked_at = $2 where id = $1", phone.id, hall.clock.now)
    answer = await phone.send(phone.sealed(new_code("AB"), kind="booth", sealed_for=uuid4()))
    assert (answer.status_code, answer.json()["code"]) == (401, "device_revoked")


@pytest.mark.requirement("S6-sponsor-15", "F21")
async def test_what_opens_to_no_badge_code_is_an_unknown_badge(hall: Hall) -> None:
    phone, door = await hall.phone("S1"), await hall.phone(None)
    read = "BEGIN:VCARD\nFN:Somchai\nEND:VCARD"
    [item] = (await phone.send(phone.sealed(read, kind="booth"))).json()["items"]
    assert (item["verdict"], item["lead"]) == ("saved_not_shared", None)
    kept = await hall.sql.fetchrow("select reason, code_sha256 from scan where device_id = $1", phone.id)
    assert tuple(kept or ()) == ("no_such_badge", sha256(read.encode()).digest())
    [item] = (await door.send(door.sealed(read, kind="entry"))).json()["items"]
    assert item["verdict"] == "unknown"


async def test_a_door_opens_sealed_scans_as_well(hall: Hall) -> None:
    door, guest = await hall.phone(None), await hall.guest()
    answer = await door.send(door.sealed(guest.code, kind="entry"), door.sealed(guest.code, kind="entry", sealed_for=uuid4()))
    assert [i["verdict"] for i in answer.json()["items"]] == ["valid", "unreadable"]
    assert await hall.count("registration", "id = $1 and state = 'attended'", guest.id) == 1


@pytest.mark.requirement("F21")
async def test_whoever_tries_codes_sealed_is_slowed_down_like_whoever_tries_them_in_clear(hall: Hall) -> None:
    phone = await hall.phone("S1")
    tried = await phone.send(*(phone.sealed(new_code("AB"), kind="booth") for _ in range(300)))
    assert tried.status_code == 200
    slowed = await phone.send(phone.sealed(new_code("AB"), kind="booth"))
    assert (slowed.status_code, slowed.json()["code"]) == (429, "slow_down")
    assert await hall.count("scan", "device_id = $1", phone.id) == 300
