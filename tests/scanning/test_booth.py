"""Booth phones: whose scan is a lead, and what everybody else's is answered. Everything goes through HTTP and the gate."""

import json
from datetime import timedelta

import pytest

from events.badges.codes import new_code
from events.terms import Purpose
from tests.scanning.answers import NOT_SHARED, released, shows_up
from tests.scanning.hall import Hall


@pytest.mark.requirement("S6-sponsor-3", "scenario-4")
async def test_a_scan_of_somebody_who_allows_scans_is_a_lead_with_the_seven_fields_and_stands_in_the_book(hall: Hall) -> None:
    phone, guest = await hall.phone("S1"), await hall.guest(badge_scan=True)
    assert released(await phone.scan(guest.code)) == guest.card
    [line] = await hall.sql.fetch(
        "select d.basis, d.fields, r.channel, r.actor_id, r.row_count from disclosure d join release r on r.id = d.release_id"
        " where d.registration_id = $1",
        guest.id,
    )
    assert tuple(line) == ("scan", list(guest.card), "scan", phone.id, 1)


@pytest.mark.requirement("scenario-5")
async def test_a_scan_opens_one_sponsor(hall: Hall) -> None:
    guest = await hall.guest(badge_scan=True)
    await (await hall.phone("S1")).scan(guest.code)
    assert (await shows_up(hall, guest, "S1"), await shows_up(hall, guest, "S2")) == (None, "no_consent")


@pytest.mark.requirement("S6-sponsor-3")
async def test_a_second_phone_of_the_booth_is_answered_alike_though_its_server_is_a_second_behind(hall: Hall) -> None:
    guest = await hall.guest(badge_scan=True)
    hall.clock.forward(minutes=1)
    first, second = await hall.phone("S1"), await hall.phone("S1")
    assert released(await first.scan(guest.code)) == guest.card
    hall.clock.forward(seconds=-2)
    assert released(await second.scan(guest.code)) == guest.card


@pytest.mark.requirement("S6-sponsor-3", "scenario-6", "scenario-7")
async def test_only_a_scan_after_the_flag_counts(hall: Hall) -> None:
    phone, guest = await hall.phone("S1"), await hall.guest()
    item = phone.item(guest.code, kind="booth")
    assert (await phone.send(item)).json()["items"] == [{"id": item["id"], **NOT_SHARED}]
    hall.clock.forward(minutes=5)
    await guest.allow_scans()
    hall.clock.forward(minutes=1)
    assert await shows_up(hall, guest, "S1") == "no_consent"
    assert (await phone.send(item)).json()["items"] == [{"id": item["id"], **NOT_SHARED, "duplicate": True}]
    assert released(await phone.scan(guest.code)) == guest.card


@pytest.mark.requirement("S6-sponsor-7", "scenario-8")
async def test_switching_the_flag_off_ends_it_with_the_next_scan(hall: Hall) -> None:
    phone, guest = await hall.phone("S1"), await hall.guest(badge_scan=True)
    assert released(await phone.scan(guest.code)) == guest.card
    hall.clock.forward(minutes=1)
    await guest.withdraw(Purpose.BADGE_SCAN)
    answer = await phone.send(phone.item(guest.code, kind="booth"))
    assert [value for value in guest.card.values() if value in answer.text] == []
    assert await phone.scan(guest.code) == NOT_SHARED


@pytest.mark.requirement("S6-sponsor-7", "F3")
async def test_a_scan_that_arrives_late_is_decided_as_things_stand_when_it_arrives(hall: Hall) -> None:
    phone, scanned = await hall.phone("S1"), hall.clock.now + timedelta(minutes=2)
    switched_off, switched_on_later = await hall.guest(badge_scan=True), await hall.guest()
    hall.clock.forward(minutes=4)
    await switched_off.withdraw(Purpose.BADGE_SCAN)
    await switched_on_later.allow_scans()
    hall.clock.forward(minutes=4)
    assert await phone.scan(switched_off.code, at=scanned) == NOT_SHARED
    assert await phone.scan(switched_on_later.code, at=scanned) == NOT_SHARED
    assert await hall.count("disclosure", "organisation_id = $1", hall.organisation) == 0


@pytest.mark.requirement("scenario-10", "scenario-11")
async def test_a_new_scan_does_not_undo_a_withdrawal_from_this_sponsor(hall: Hall) -> None:
    phone, guest = await hall.phone("S1"), await hall.guest(shares_with=["S1"], badge_scan=True)
    assert released(await phone.scan(guest.code)) == guest.card
    hall.clock.forward(minutes=1)
    await guest.withdraw(Purpose.SPONSOR_SHARING, hall.parties["S1"])
    hall.clock.forward(minutes=1)
    assert await phone.scan(guest.code) == NOT_SHARED


@pytest.mark.requirement("S6-sponsor-15", "scenario-57", "F21")
async def test_unknown_foreign_revoked_and_not_allowed_badges_get_the_same_bytes(hall: Hall) -> None:
    phone = await hall.phone("S1")
    fine = await hall.guest(badge_scan=True)
    reissued = await hall.guest(badge_scan=True, shares_with=["S1"])
    new_badge = await hall.badge(reissued.id)
    foreign = await hall.guest(badge_scan=True, event=(*await hall.hold_event("CD"), "CD"))
    child = await hall.guest(badge_scan=True, age_band="11-15")
    restricted = await hall.guest(badge_scan=True)
    await hall.add("block_event", person_id=restricted.person, kind="restricted", act="set", at=hall.clock.now, actor="subject")
    cancelled = await hall.guest(badge_scan=True, state="cancelled")
    other_sponsor = await hall.guest(shares_with=["S2"])
    refused = {
        "unknown": new_code("AB"),
        "not a code": "https://example.com/?q=1",
        "empty": "",
        "foreign": foreign.code,
        "revoked": reissued.code,
        "flag off": (await hall.guest()).code,
        "another sponsor ticked": other_sponsor.code,
        "minor": child.code,
        "restricted": restricted.code,
        "cancelled": cancelled.code,
    }
    assert (await phone.scan(fine.code))["verdict"] == (await phone.scan(new_badge))["verdict"] == "lead"
    seen = set()
    for code in refused.values():
        item = phone.item(code, kind="booth")
        answer = await phone.send(item)
        headers = sorted((n, v) for n, v in answer.headers.items())
        seen.add((answer.status_code, answer.content.replace(item["id"].encode(), b"ID"), str(headers)))
    assert len(seen) == 1
    received = hall.clock.now.isoformat().replace("+00:00", "Z")
    assert json.loads(seen.pop()[1]) == {"items": [{"id": "ID", **NOT_SHARED}], "received_at": received}
    assert await hall.count("scan", "device_id = $1", phone.id) == 2 + len(refused)


async def test_a_sponsor_hears_when_it_first_scanned_somebody_before(hall: Hall) -> None:
    one, other, guest, began = await hall.phone("S1"), await hall.phone("S1"), await hall.guest(badge_scan=True), hall.clock.now
    hall.clock.forward(minutes=10)
    first = one.item(guest.code, kind="booth", at=began + timedelta(minutes=2))
    assert (await one.send(first)).json()["items"][0]["seen_before_at"] is None
    late, later = (other.item(guest.code, kind="booth", at=began + timedelta(minutes=m)) for m in (4, 6))
    before = (began + timedelta(minutes=2)).isoformat().replace("+00:00", "Z")
    assert [i["seen_before_at"] for i in (await other.send(later, late)).json()["items"]] == [before, before]
    # sent again, it is not its own predecessor
    assert (await one.send(first)).json()["items"][0]["seen_before_at"] is None
    stranger = await hall.phone("S2")
    assert (await stranger.scan(guest.code))["seen_before_at"] is None
    await guest.withdraw(Purpose.BADGE_SCAN)
    hall.clock.forward(minutes=1)
    assert await other.scan(guest.code) == NOT_SHARED


@pytest.mark.requirement("scenario-7", "S6-sponsor-15")
async def test_a_reading_from_before_she_allowed_it_stays_a_no_beside_a_later_one_that_is_a_lead(hall: Hall) -> None:
    phone, guest, began = await hall.phone("S1"), await hall.guest(), hall.clock.now
    hall.clock.forward(minutes=5)
    await guest.allow_scans()
    hall.clock.forward(minutes=1)
    items = [phone.item(guest.code, kind="booth", at=at) for at in (began, hall.clock.now)]
    early, late = (await phone.send(*items)).json()["items"]
    assert (early | {"id": None}, late["verdict"]) == ({"id": None, **NOT_SHARED}, "lead")
    assert late["seen_before_at"] is None, "what was not shared is no earlier lead"
    stored = await hall.sql.fetch("select verdict, reason from scan where device_id = $1 order by effective_at", phone.id)
    assert [tuple(row) for row in stored] == [("saved_not_shared", "no_consent"), ("lead", None)]
    assert await hall.count("disclosure", "registration_id = $1", guest.id) == 1


@pytest.mark.requirement("F21")
async def test_every_no_has_a_reason_and_counts_against_whoever_tries_badges(hall: Hall) -> None:
    phone, erased = await hall.phone("S1"), await hall.guest(badge_scan=True)
    await hall.sql.execute("delete from registration_key where registration_id = $1", erased.id)
    assert await phone.scan(erased.code) == NOT_SHARED
    assert await hall.sql.fetchval("select reason from scan where device_id = $1", phone.id) == "no_key"
    answers = [await phone.send(*(phone.item(erased.code, kind="booth") for _ in range(200))) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]


async def test_a_code_typed_by_hand_is_read_like_a_scanned_one(hall: Hall) -> None:
    phone, guest = await hall.phone("S1"), await hall.guest(badge_scan=True)
    assert released(await phone.scan(f"{guest.code[:5].lower()} {guest.code[5:]}")) == guest.card


@pytest.mark.requirement("S11-sec-1", "S11-sec-4")
async def test_what_a_revoked_phone_sends_is_kept_apart_and_is_no_lead(hall: Hall) -> None:
    phone, guest = await hall.phone("S1"), await hall.guest(badge_scan=True)
    admin = await hall.admin("S1")
    assert (await admin.delete(f"/api/v1/devices/{phone.id}")).status_code == 204
    items = [phone.item(guest.code, kind="booth") for _ in range(3)]
    for _ in range(2):
        answer = await phone.send(*items)
        assert (answer.status_code, answer.json()["code"]) == (401, "device_revoked")
    assert await hall.count("scan", "device_id = $1 and quarantined and registration_id is null", phone.id) == 3
    assert await hall.count("visit", "registration_id = $1", guest.id) == 0
    assert await hall.count("disclosure", "registration_id = $1", guest.id) == 0
    [listed] = (await admin.get("/api/v1/devices", params={"event": hall.slug})).json()["items"]
    assert (listed["id"], listed["quarantined"]) == (str(phone.id), 3)
    kept = (await admin.get(f"/api/v1/devices/{phone.id}/quarantine")).json()["items"]
    now = hall.clock.now.isoformat().replace("+00:00", "Z")
    assert kept == [{"client_id": i["id"], "device_time": now, "received_at": now} for i in items]


@pytest.mark.requirement("F21")
async def test_a_phone_that_tries_codes_is_slowed_down_and_reported(hall: Hall) -> None:
    phone, guest = await hall.phone("S1"), await hall.guest(badge_scan=True)
    await phone.send(*(phone.item(new_code("AB"), kind="booth") for _ in range(300)))
    answer = await phone.send(phone.item(guest.code, kind="booth"))
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (429, "slow_down", "60")
    assert await hall.count("scan", "device_id = $1", phone.id) == 300
    assert await hall.count("outbox", "recipient = 'dpo@hall.example' and facts->>'phone' = $1", str(phone.id)) == 1
    hall.clock.forward(seconds=61)
    assert released(await phone.scan(guest.code)) == guest.card


@pytest.mark.requirement("scenario-16", "scenario-55")
async def test_after_the_sponsorship_or_the_event_has_ended_scans_are_stored_and_nothing_is_shared(hall: Hall) -> None:
    phone, guest = await hall.phone("S1"), await hall.guest(badge_scan=True)
    assert released(await phone.scan(guest.code)) == guest.card
    hall.clock.forward(minutes=1)
    await hall.sql.execute("update sponsorship set ends_at = $2 where event_id = $1", hall.event, hall.clock.now)
    assert await phone.scan(guest.code) == NOT_SHARED
    await hall.sql.execute("update sponsorship set ends_at = null where event_id = $1", hall.event)
    await hall.sql.execute("update event set cancelled_at = $2 where id = $1", hall.event, hall.clock.now)
    assert await phone.scan(guest.code) == NOT_SHARED
