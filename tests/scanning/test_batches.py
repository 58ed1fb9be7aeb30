"""Batches of scans: stored once however often they are sent, answered by id, and refused by the item that is wrong."""

import asyncio
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest

from events.badges.codes import new_code
from events.scanning.queries import TAKE_SCANS
from events.terms import Purpose
from tests.round_trips import counting
from tests.scanning.answers import NOT_SHARED
from tests.scanning.hall import Hall


@pytest.mark.parametrize("size", [1, 3, 500])
async def test_a_batch_of_any_size_is_one_round_trip_and_answered_in_the_order_sent(hall: Hall, size: int) -> None:
    phone = await hall.phone("S1")
    leads = {g.code: g.card for g in [await hall.guest(badge_scan=True) for _ in range(min(size, 3))]}
    codes = ([*leads, *(new_code("AB") for _ in range(size))])[:size][::-1]
    items = [phone.item(code, kind="booth") for code in codes]
    async with counting(hall.database) as log:
        answer = await phone.send(*items)
    assert log == [TAKE_SCANS]
    got = [(i["id"], i["lead"] and i["lead"]["email"]) for i in answer.json()["items"]]
    assert got == [(i["id"], leads[i["code"]]["email"] if i["code"] in leads else None) for i in items]
    assert await hall.count("scan", "device_id = $1", phone.id) == size


async def test_a_batch_sent_twice_is_stored_once_and_answered_the_same(hall: Hall) -> None:
    phone, guest = await hall.phone("S1"), await hall.guest(badge_scan=True)
    items = [phone.item(guest.code, kind="booth"), phone.item(new_code("AB"), kind="booth")]
    first = (await phone.send(*items)).json()["items"]
    hall.clock.forward(minutes=3)
    again = (await phone.send(*items[::-1])).json()["items"]
    assert again == [i | {"duplicate": True} for i in first[::-1]]
    assert await hall.count("scan", "device_id = $1", phone.id) == 2


async def test_a_batch_that_is_sent_again_before_its_answer_came_is_stored_once(hall: Hall) -> None:
    phone, guest = await hall.phone("S1"), await hall.guest(badge_scan=True)
    items = [phone.item(guest.code, kind="booth")] + [phone.item(new_code("AB"), kind="booth") for _ in range(20)]
    answers = await asyncio.gather(*(phone.send(*items) for _ in range(4)))
    assert [a.status_code for a in answers] == [200] * 4
    assert sorted(a.json()["items"][0]["duplicate"] for a in answers) == [False, True, True, True]
    assert await hall.count("scan", "device_id = $1", phone.id) == len(items)


async def test_a_batch_that_is_sent_again_while_another_phone_reads_the_same_badge_is_answered_alike(hall: Hall) -> None:
    """The later visit becomes visible in the midst of the answer, held up here by a table that only the decision reads."""
    guest, phone = await hall.guest(badge_scan=True), await hall.phone("S1")
    hall.clock.forward(minutes=1)
    stored = phone.item(guest.code, kind="booth")
    [first] = (await phone.send(stored)).json()["items"]
    async with hall.sql.transaction():
        await hall.sql.execute("lock table subject_block in access exclusive mode")
        again = asyncio.create_task(phone.send(stored))
        async with asyncio.timeout(10):
            while not await hall.count("pg_locks", "relation = 'subject_block'::regclass and not granted"):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await hall.sql.execute("update visit set at = at + interval '1 second' where registration_id = $1", guest.id)
    answer = await again
    # other tests prove the book of this database
    await hall.sql.execute("update visit set at = at - interval '1 second' where registration_id = $1", guest.id)
    assert answer.json()["items"] == [first | {"duplicate": True}]
    assert first["verdict"] == "lead"


async def test_two_phones_of_a_booth_make_one_visit_with_the_latest_time(hall: Hall) -> None:
    guest, here = await hall.guest(badge_scan=True), hall.clock.now
    one, other = await hall.phone("S1"), await hall.phone("S1")
    hall.clock.forward(minutes=10)
    await one.scan(guest.code, at=here + timedelta(minutes=8))
    await other.scan(guest.code, at=here + timedelta(minutes=4))
    visits = await hall.sql.fetch("select at from visit where registration_id = $1", guest.id)
    assert [v["at"] for v in visits] == [here + timedelta(minutes=8)]


async def test_two_readings_of_one_batch_see_each_other(hall: Hall) -> None:
    phone, guest, began = await hall.phone("S1"), await hall.guest(badge_scan=True), hall.clock.now
    hall.clock.forward(minutes=10)
    items = [phone.item(guest.code, kind="booth", at=began + timedelta(minutes=m)) for m in (7, 3)]
    seen = [i["seen_before_at"] for i in (await phone.send(*items)).json()["items"]]
    assert seen == [(began + timedelta(minutes=3)).isoformat().replace("+00:00", "Z"), None]


@pytest.mark.requirement("scenario-7", "S6-sponsor-15")
async def test_a_no_that_is_sent_again_stays_a_no_whatever_a_colleague_scanned_since(hall: Hall) -> None:
    phone, other, guest = await hall.phone("S1"), await hall.phone("S1"), await hall.guest()
    item = phone.item(guest.code, kind="booth")
    [first] = (await phone.send(item)).json()["items"]
    hall.clock.forward(minutes=5)
    await guest.allow_scans()
    hall.clock.forward(minutes=1)
    assert (await other.scan(guest.code))["verdict"] == "lead"
    assert (await phone.send(item)).json()["items"] == [first | {"duplicate": True}]
    assert first["verdict"] == "saved_not_shared"
    assert await hall.count("disclosure", "registration_id = $1", guest.id) == 1


async def test_a_lead_that_is_sent_again_is_decided_again(hall: Hall) -> None:
    phone, guest = await hall.phone("S1"), await hall.guest(badge_scan=True)
    item = phone.item(guest.code, kind="booth")
    assert (await phone.send(item)).json()["items"][0]["verdict"] == "lead"
    hall.clock.forward(minutes=1)
    await guest.withdraw(Purpose.BADGE_SCAN)
    [again] = (await phone.send(item)).json()["items"]
    assert again == {"id": item["id"], **NOT_SHARED, "duplicate": True}
    hall.clock.forward(minutes=1)
    await guest.allow_scans()
    hall.clock.forward(minutes=1)
    await phone.scan(guest.code)
    assert (await phone.send(item)).json()["items"] == [again], "the reading itself came before"


async def test_what_is_no_badge_code_is_stored_by_its_hash_and_spoils_nothing(hall: Hall) -> None:
    phone, guest = await hall.phone("S1"), await hall.guest(badge_scan=True)
    items = [phone.item("BEGIN:VCARD\nFN:Somchai\nEND:VCARD", kind="booth"), phone.item(guest.code, kind="booth")]
    verdicts = [i["verdict"] for i in (await phone.send(*items)).json()["items"]]
    assert verdicts == ["saved_not_shared", "lead"]
    hashes = [r["code_sha256"] for r in await hall.sql.fetch("select code_sha256 from scan where device_id = $1", phone.id)]
    assert sorted(hashes) == sorted(sha256(i["code"].encode()).digest() for i in items)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "entry"}, "scans[0].kind"),
        ({"kind": "session"}, "scans[0].kind"),
        ({"at": "2027-03-01T09:00:00"}, "scans[0].at"),
        ({"at": "9999-12-31T23:59:59-12:00"}, "scans[0].at"),
        ({"at": "yesterday"}, "scans[0].at"),
        ({"id": "7"}, "scans[0].id"),
        ({"code": None}, "scans[0].code"),
        ({"name": "Somchai"}, "scans[0]"),
    ],
)
async def test_an_item_that_cannot_be_read_is_named(hall: Hall, changes: dict[str, Any], field: str) -> None:
    phone = await hall.phone("S1")
    answer = await phone.send(phone.item(new_code("AB"), kind="booth") | changes)
    assert (answer.status_code, await hall.count("scan", "device_id = $1", phone.id)) == (422, 0)
    assert field in answer.text


@pytest.mark.parametrize("size", [0, 501])
async def test_a_batch_holds_1_to_500(hall: Hall, size: int) -> None:
    phone = await hall.phone("S1")
    assert (await phone.send(*(phone.item("x", kind="booth") for _ in range(size)))).status_code == 422


async def test_ids_in_a_batch_are_distinct(hall: Hall) -> None:
    phone, one = await hall.phone("S1"), uuid4()
    answer = await phone.send(*(phone.item(new_code("AB"), kind="booth", client=one) for _ in range(2)))
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (422, ["scans[1].id"])
