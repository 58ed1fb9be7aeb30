"""Booth phones: what a scan answers, stores and releases. Everything goes through HTTP and the gate."""

import asyncio
import json
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest

from events.badges.codes import new_code
from events.scanning.queries import TAKE_SCANS
from events.terms import Purpose
from tests.round_trips import counting
from tests.scanning.hall import Guest, Hall

NOT_SHARED = {"verdict": "saved_not_shared", "duplicate": False, "lead": None, "seen_before_at": None}


def released(answer: dict[str, Any]) -> dict[str, str]:
    """The card of a lead that was answered now for the first time."""
    lead = dict(answer["lead"])
    assert (answer["verdict"], answer["duplicate"], UUID(lead.pop("id")).int > 0) == ("lead", False, True)
    return lead


async def shows_up(hall: Hall, guest: Guest, party: str) -> str | None:
    """Why this sponsor would get nothing of this guest now; None when it would get something."""
    row = await hall.sql.fetchrow(
        "select refusal from release.decide($1, $2, 'follow_up', release.card_fields(), $3) where registration_id = $4",
        hall.event,
        hall.parties[party],
        hall.clock.now,
        guest.id,
    )
    # whom the decision does not look at has no ground
    return row["refusal"] if row else "no_consent"


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


@pytest.mark.requirement("scenario-11")
async def test_a_phone_whose_clock_runs_years_ahead_gains_nothing(hall: Hall) -> None:
    phone, guest = await hall.phone("S1"), await hall.guest()
    paired = hall.clock.now
    hall.clock.forward(minutes=5)
    assert await phone.scan(guest.code, at=hall.clock.now + timedelta(days=2000)) == NOT_SHARED
    [stored] = await hall.sql.fetch("select effective_at, received_at from scan where device_id = $1", phone.id)
    assert tuple(stored) == (paired, hall.clock.now)
    hall.clock.forward(minutes=5)
    await guest.allow_scans()
    hall.clock.forward(minutes=5)
    assert await shows_up(hall, guest, "S1") == "no_consent"


@pytest.mark.requirement("scenario-11")
@pytest.mark.parametrize("says_when_it_sends", [True, False], ids=["set back since", "does not say when it sends"])
async def test_a_reading_of_nobody_knows_when_is_no_lead_of_somebody_who_allowed_scans_since_the_phone_is_in_use(
    hall: Hall, says_when_it_sends: bool
) -> None:
    early, late = await hall.guest(badge_scan=True), await hall.guest()
    hall.clock.forward(minutes=1)
    phone, paired = await hall.phone("S1"), hall.clock.now
    hall.clock.forward(minutes=9)
    # twenty minutes ahead: read before she allows scans, and the clock is set right before it is sent
    readings = [phone.item(who.code, kind="booth", at=hall.clock.now + timedelta(minutes=20)) for who in (early, late)]
    hall.clock.forward(minutes=2)
    await late.allow_scans()
    hall.clock.forward(minutes=2)
    answer = await phone.send(*readings, sent_at=hall.clock.now if says_when_it_sends else None)
    assert [i["verdict"] for i in answer.json()["items"]] == ["lead", "saved_not_shared"]
    assert {r["effective_at"] for r in await hall.sql.fetch("select effective_at from scan where device_id = $1", phone.id)} == {
        paired
    }
    assert await shows_up(hall, late, "S1") == "no_consent"


@pytest.mark.requirement("scenario-11")
async def test_a_reading_of_nobody_knows_when_counts_from_when_the_phone_that_read_it_was_in_use(hall: Hall) -> None:
    before, guest, paired = await hall.phone("S1"), await hall.guest(), hall.clock.now
    hall.clock.forward(minutes=1)
    item = before.sealed(guest.code, kind="booth", at=hall.clock.now + timedelta(minutes=20))
    await guest.allow_scans()
    hall.clock.forward(minutes=1)
    phone = await hall.phone("S1")
    [answer] = (await phone.send(item | {"sealed_by": str(before.id)}, sent_at=hall.clock.now)).json()["items"]
    assert answer["verdict"] == "saved_not_shared"
    assert await hall.sql.fetchval("select effective_at from scan where device_id = $1", phone.id) == paired


@pytest.mark.requirement("S6-sponsor-3", "scenario-11")
async def test_a_phone_that_says_its_clock_is_set_right_and_all_three_times_are_kept(hall: Hall) -> None:
    phone, guest, began = await hall.phone("S1"), await hall.guest(badge_scan=True), hall.clock.now
    hall.clock.forward(minutes=12)
    ahead, behind = timedelta(days=1096), timedelta(days=-1)
    for off in (ahead, behind):
        read = began + off + timedelta(minutes=10)
        answer = await phone.send(phone.item(guest.code, kind="booth", at=read), sent_at=hall.clock.now + off, waiting=3)
        assert answer.json()["items"][0]["verdict"] == "lead"
        stored = await hall.sql.fetchrow(
            "select device_time, sent_at, received_at, effective_at from scan where device_id = $1 order by id desc limit 1",
            phone.id,
        )
        assert tuple(stored or ()) == (read, hall.clock.now + off, hall.clock.now, began + timedelta(minutes=10))
    assert await hall.sql.fetchval("select waiting from device where id = $1", phone.id) == 3
    assert await hall.sql.fetchval("select at from visit where registration_id = $1", guest.id) == began + timedelta(minutes=10)


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


async def test_two_readings_of_one_batch_see_each_other(hall: Hall) -> None:
    phone, guest, began = await hall.phone("S1"), await hall.guest(badge_scan=True), hall.clock.now
    hall.clock.forward(minutes=10)
    items = [phone.item(guest.code, kind="booth", at=began + timedelta(minutes=m)) for m in (7, 3)]
    seen = [i["seen_before_at"] for i in (await phone.send(*items)).json()["items"]]
    assert seen == [(began + timedelta(minutes=3)).isoformat().replace("+00:00", "Z"), None]


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


@pytest.mark.requirement("F21")
async def test_every_no_has_a_reason_and_counts_against_whoever_tries_badges(hall: Hall) -> None:
    phone, erased = await hall.phone("S1"), await hall.guest(badge_scan=True)
    await hall.sql.execute("delete from registration_key where registration_id = $1", erased.id)
    assert await phone.scan(erased.code) == NOT_SHARED
    assert await hall.sql.fetchval("select reason from scan where device_id = $1", phone.id) == "no_key"
    answers = [await phone.send(*(phone.item(erased.code, kind="booth") for _ in range(200))) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]


async def test_what_is_no_badge_code_is_stored_by_its_hash_and_spoils_nothing(hall: Hall) -> None:
    phone, guest = await hall.phone("S1"), await hall.guest(badge_scan=True)
    items = [phone.item("BEGIN:VCARD\nFN:Somchai\nEND:VCARD", kind="booth"), phone.item(guest.code, kind="booth")]
    verdicts = [i["verdict"] for i in (await phone.send(*items)).json()["items"]]
    assert verdicts == ["saved_not_shared", "lead"]
    hashes = [r["code_sha256"] for r in await hall.sql.fetch("select code_sha256 from scan where device_id = $1", phone.id)]
    assert sorted(hashes) == sorted(sha256(i["code"].encode()).digest() for i in items)


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
