"""Batches that waited sealed on a phone: decided like those in clear, and what does not open spoils nothing."""

from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest

from events.badges.codes import new_code
from events.scanning.queries import TAKE_SCANS
from events.terms import Purpose
from tests.round_trips import counting
from tests.scanning.hall import Hall

pytestmark = pytest.mark.requirement("S4-phone-1", "S6-sponsor-3")


async def test_a_sealed_scan_is_a_lead_and_nothing_that_stands_beside_it_is_blocked(hall: Hall) -> None:
    phone, guest = await hall.phone("S1"), await hall.guest(badge_scan=True)
    items: list[dict[str, Any]] = [
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


@pytest.mark.requirement("F3", "scenario-11")
@pytest.mark.parametrize("off", [timedelta(0), timedelta(days=1096), timedelta(days=-1)], ids=str)
async def test_what_was_switched_off_while_the_phone_was_offline_is_no_lead_whatever_its_clock_says(
    hall: Hall, off: timedelta
) -> None:
    phone, guest, read = await hall.phone("S1"), await hall.guest(badge_scan=True), hall.clock.now + timedelta(minutes=1)
    hall.clock.forward(minutes=3)
    await guest.withdraw(Purpose.BADGE_SCAN)
    hall.clock.forward(minutes=9)
    answer = await phone.send(phone.sealed(guest.code, kind="booth", at=read + off), sent_at=hall.clock.now + off)
    assert [i["verdict"] for i in answer.json()["items"]] == ["saved_not_shared"]
    # nor is it one later: she allows scans again, and the scan was before that
    await guest.allow_scans()
    assert await hall.count("disclosure", "organisation_id = $1", hall.organisation) == 0
    assert await hall.sql.fetchval("select effective_at from scan where device_id = $1", phone.id) == read


async def test_a_phone_that_was_paired_anew_hands_over_what_it_sealed_before(hall: Hall) -> None:
    before, guest = await hall.phone("S1"), await hall.guest(badge_scan=True)
    kept = [before.sealed(guest.code, kind="booth"), before.sealed(guest.code, kind="booth")]
    phone = await hall.phone("S1")
    named = [item | {"sealed_by": str(before.id)} for item in kept] + [
        own := phone.sealed(guest.code, kind="booth"),
        own | {"id": str(uuid4()), "sealed_by": str(phone.id)},
    ]
    async with counting(hall.database) as log:
        answer = await phone.send(*named)
    assert [i["verdict"] for i in answer.json()["items"]] == ["lead", "lead", "lead", "unreadable"]
    # one look-up, however many phones are named
    assert len(log) == 2
    assert log[-1] == TAKE_SCANS


@pytest.mark.requirement("S6-sponsor-15", "S11-sec-4")
async def test_what_one_phone_sealed_opens_for_no_other_sponsor_door_event_or_kind(hall: Hall) -> None:
    guest = await hall.guest(badge_scan=True)
    s1, s2, door = await hall.phone("S1"), await hall.phone("S2"), await hall.phone(None)
    scan, entry = s1.sealed(guest.code, kind="booth"), door.sealed(guest.code, kind="entry")
    for thief, copied in (
        (s2, scan),
        (s2, scan | {"sealed_by": str(s1.id)}),
        (s2, scan | {"sealed_by": str(uuid4())}),
        (door, scan | {"kind": "entry", "sealed_by": str(s1.id)}),
        (door, entry | {"kind": "exit"}),
        (s1, entry | {"kind": "booth"}),
        (s1, entry | {"kind": "booth", "sealed_by": str(door.id)}),
    ):
        [item] = (await thief.send(copied)).json()["items"]
        assert item["verdict"] == "unreadable"
    assert await hall.count("scan", "organisation_id = $1", hall.organisation) == 0
    for owner, own, verdict in ((s1, scan, "lead"), (door, entry, "valid")):
        assert [i["verdict"] for i in (await owner.send(own)).json()["items"]] == [verdict]


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
