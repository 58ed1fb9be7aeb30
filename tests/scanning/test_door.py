"""Door phones and the list at the door: tickets are checked, entries kept, and no sponsor learns anything."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from events.badges.codes import new_code
from tests.round_trips import counting
from tests.scanning.hall import Guest, Hall

NO_TIMES = {"first_entry_at": None, "first_entry_place": None, "valid_from": None, "valid_until": None}
REFUSED = {"duplicate": False, "attendee": None} | NO_TIMES


def let_in(verdict: str, guest: Guest, since: str | None = None) -> dict[str, Any]:
    attendee = {"name": guest.card["name"], "ticket_name": "Visitor"}
    first = {} if since is None else {"first_entry_at": since, "first_entry_place": "Nok"}
    return {"verdict": verdict, "duplicate": False, "attendee": attendee} | NO_TIMES | first


async def check_in(staff: httpx.AsyncClient, hall: Hall, registration: Any) -> httpx.Response:
    return await staff.post("/api/v1/organiser/check-ins", json={"event": hall.slug, "registration": str(registration)})


async def told_to_sponsors(hall: Hall) -> tuple[int, int, int]:
    """Booth scans, visits and disclosures at this event."""
    return (
        await hall.count("scan", "event_id = $1 and kind = 'booth'", hall.event),
        await hall.count("visit", "event_id = $1", hall.event),
        await hall.count("disclosure", "organisation_id = $1", hall.organisation),
    )


@pytest.mark.requirement("S3.1-badge-3")
async def test_who_refuses_badge_scans_gets_in_by_badge_and_by_name_and_no_sponsor_hears_of_it(hall: Hall) -> None:
    by_badge, by_name = await hall.guest(), await hall.guest()
    door, staff = await hall.phone(None), await hall.staff()
    assert await door.scan(by_badge.code, kind="entry") == let_in("valid", by_badge)
    answer = await check_in(staff, hall, by_name.id)
    assert (answer.status_code, answer.json()) == (200, {"registration": str(by_name.id), "verdict": "valid"})
    states = await hall.sql.fetch("select state from registration where event_id = $1", hall.event)
    assert [s["state"] for s in states] == ["attended", "attended"]
    assert await told_to_sponsors(hall) == (0, 0, 0)


@pytest.mark.requirement("S3.1-badge-3")
async def test_coming_in_opens_no_lead_and_moves_no_lead_for_those_who_share(hall: Hall) -> None:
    guest, door = await hall.guest(shares_with=["S1"], badge_scan=True), await hall.phone(None)
    before = await hall.sql.fetchval("select changed_at from registration where id = $1", guest.id)
    hall.clock.forward(minutes=5)
    assert await door.scan(guest.code, kind="entry") == let_in("valid", guest)
    assert await hall.sql.fetchval("select changed_at from registration where id = $1", guest.id) == before
    assert await told_to_sponsors(hall) == (0, 0, 0)


async def test_the_door_says_why(hall: Hall) -> None:
    door, other_hall = (
        await hall.phone(None),
        await Hall(hall.database, hall.sql, hall.clock, hall.visit, hall.sign_in, hall.unique).open(),
    )
    reissued, cancelled = await hall.guest(), await hall.guest(state="cancelled")
    await hall.badge(reissued.id)
    next_door = await hall.guest(event=(*await hall.hold_event("AB"), "AB"))
    said = {
        "reissued": (await door.scan(reissued.code, kind="entry")),
        "cancelled": (await door.scan(cancelled.code, kind="entry")),
        "next door": (await door.scan(next_door.code, kind="entry")),
        "tag of another event": (await door.scan(new_code("CD"), kind="entry")),
        "another organiser": (await door.scan((await other_hall.guest()).code, kind="entry")),
        "never issued": (await door.scan(new_code("AB"), kind="entry")),
        "no badge": (await door.scan("https://example.com", kind="entry")),
    }
    assert said == {
        "reissued": {"verdict": "cancelled"} | REFUSED,
        "cancelled": {"verdict": "cancelled"} | REFUSED,
        "next door": {"verdict": "not_this_event"} | REFUSED,
        "tag of another event": {"verdict": "not_this_event"} | REFUSED,
        "another organiser": {"verdict": "unknown"} | REFUSED,
        "never issued": {"verdict": "unknown"} | REFUSED,
        "no badge": {"verdict": "unknown"} | REFUSED,
    }
    assert await hall.count("registration", "event_id = $1 and state = 'attended'", hall.event) == 0


async def test_the_second_entry_hears_when_the_first_was_and_leaving_lets_in_again(hall: Hall) -> None:
    guest, door = await hall.guest(), await hall.phone(None)
    assert await door.scan(guest.code, kind="entry") == let_in("valid", guest)
    hall.clock.forward(minutes=4)
    assert await door.scan(guest.code, kind="entry") == let_in("already_in", guest, "2027-03-01T09:00:00Z")
    assert await door.scan(guest.code, kind="exit") == let_in("valid", guest)
    hall.clock.forward(minutes=4)
    assert await door.scan(guest.code, kind="entry") == let_in("valid", guest)
    hall.clock.forward(minutes=4)
    assert await door.scan(guest.code, kind="entry") == let_in("already_in", guest, "2027-03-01T09:08:00Z")


async def test_who_came_in_by_name_is_already_in(hall: Hall) -> None:
    guest, door, staff = await hall.guest(), await hall.phone(None), await hall.staff()
    await check_in(staff, hall, guest.id)
    assert (await check_in(staff, hall, guest.id)).json()["verdict"] == "already_in"
    assert await door.scan(guest.code, kind="entry") == let_in("already_in", guest)


async def test_two_doors_at_once_let_a_badge_in_once(hall: Hall) -> None:
    guest, doors = await hall.guest(), [await hall.phone(None) for _ in range(4)]
    said = await asyncio.gather(*(door.scan(guest.code, kind="entry") for door in doors))
    assert sorted(s["verdict"] for s in said) == ["already_in"] * 3 + ["valid"]


async def test_a_batch_sent_twice_is_kept_once_and_answered_the_same(hall: Hall) -> None:
    guest, door = await hall.guest(), await hall.phone(None)
    items = [door.item(guest.code, kind="entry"), door.item(new_code("AB"), kind="entry")]
    first = (await door.send(*items)).json()["items"]
    hall.clock.forward(minutes=4)
    assert (await door.send(*items)).json()["items"] == [i | {"duplicate": True} for i in first]
    assert await hall.count("scan", "device_id = $1", door.id) == 2


async def test_the_number_of_statements_does_not_depend_on_the_batch(hall: Hall) -> None:
    door = await hall.phone(None)
    counted = []
    for size in (1, 3, 500):
        guests = [await hall.guest() for _ in range(min(size, 3))]
        codes = [g.code for g in guests] + [new_code("AB") for _ in range(size - len(guests))]
        items = [door.item(code, kind="entry") for code in codes]
        async with counting(hall.database) as log:
            answer = await door.send(*items)
        assert [i["id"] for i in answer.json()["items"]] == [i["id"] for i in items]
        counted.append(len(log))
    assert counted == [9, 9, 9]


@pytest.mark.requirement("S11-sec-4")
async def test_what_a_revoked_door_phone_sends_is_kept_apart(hall: Hall) -> None:
    guest, door, staff = await hall.guest(), await hall.phone(None), await hall.staff()
    assert (await staff.delete(f"/api/v1/organiser/devices/{door.id}")).status_code == 204
    item = door.item(guest.code, kind="entry")
    for _ in range(2):
        answer = await door.send(item)
        assert (answer.status_code, answer.json()["code"]) == (401, "device_revoked")
    assert await hall.count("scan", "device_id = $1 and quarantined", door.id) == 1
    assert await hall.count("registration", "id = $1 and state = 'confirmed'", guest.id) == 1
    [listed] = (await staff.get("/api/v1/organiser/devices", params={"event": hall.slug})).json()["items"]
    assert (listed["id"], listed["quarantined"]) == (str(door.id), 1)


async def test_a_door_phone_scans_no_booth(hall: Hall) -> None:
    guest, door = await hall.guest(badge_scan=True), await hall.phone(None)
    answer = await door.send(door.item(guest.code, kind="booth"))
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (422, ["scans[0].kind"])
    assert await told_to_sponsors(hall) == (0, 0, 0)


async def test_checking_in_from_the_list_is_for_staff_and_for_places_that_stand(hall: Hall) -> None:
    guest, gone, elsewhere = (
        await hall.guest(),
        await hall.guest(state="cancelled"),
        await hall.guest(event=(*await hall.hold_event("CD"), "CD")),
    )
    manager, viewer, sponsor = await hall.staff(), await hall.staff("viewer"), await hall.admin("S1")
    other_hall = await Hall(hall.database, hall.sql, hall.clock, hall.visit, hall.sign_in, hall.unique).open()
    stranger = await other_hall.staff("owner")
    assert [
        (await check_in(viewer, hall, guest.id)).status_code,
        (await check_in(sponsor, hall, guest.id)).status_code,
        (await check_in(hall.visit(), hall, guest.id)).status_code,
        (await check_in(stranger, hall, guest.id)).status_code,
        (await check_in(manager, hall, uuid4())).status_code,
        (await check_in(manager, hall, elsewhere.id)).status_code,
        (await check_in(manager, hall, gone.id)).status_code,
        (await check_in(manager, hall, guest.id)).status_code,
    ] == [403, 403, 401, 404, 404, 404, 409, 200]
    await hall.sql.execute("update event set cancelled_at = $2 where id = $1", hall.event, hall.clock.now)
    assert (await check_in(manager, hall, guest.id)).status_code == 409


async def test_readings_that_arrive_late_count_at_their_own_time(hall: Hall) -> None:
    guest, offline, online = await hall.guest(), await hall.phone(None), await hall.phone(None)
    began = hall.clock.now
    hall.clock.forward(minutes=8)
    assert (await online.scan(guest.code, kind="entry"))["verdict"] == "valid"
    assert (await offline.scan(guest.code, kind="entry", at=began + timedelta(minutes=2)))["verdict"] == "already_in"
    since = (await online.scan(guest.code, kind="entry"))["first_entry_at"]
    assert since == (began + timedelta(minutes=2)).isoformat().replace("+00:00", "Z")
