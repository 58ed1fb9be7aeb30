"""The allow-list says what a scan would say, and tells nobody anything."""

from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any

import httpx
import pytest

from events.phones.rules import ListKey, hashes_of
from events.terms import Purpose
from tests.scanning.hall import Guest, Hall, Phone
from tests.scanning.test_uniform import REFUSED


async def list_of(phone: Phone, **headers: str) -> httpx.Response:
    return await phone.client.get("/api/v1/device/list", headers={k.replace("_", "-"): v for k, v in headers.items()})


async def key_of(phone: Phone) -> ListKey:
    return ListKey(urlsafe_b64decode((await phone.client.get("/api/v1/device")).json()["list_key"] + "="))


async def listed(phone: Phone, *codes: str) -> list[bool]:
    """Which of these codes the phone takes for good while it is offline."""
    answer, key = await list_of(phone), await key_of(phone)
    assert answer.status_code == 200, answer.text
    return [key.hash_of(code) in hashes_of(answer.content) for code in codes]


@pytest.mark.requirement("S6-sponsor-3", "S6-sponsor-15")
async def test_a_booths_list_says_of_every_badge_what_a_scan_then_says(hall: Hall) -> None:
    refused = [await kind(hall) for kind in REFUSED]
    both = await hall.guest(shares_with=["S1"], badge_scan=True)
    codes = {
        "flag": (await hall.guest(badge_scan=True)).code,
        "both": both.code,
        "form only": (await hall.guest(shares_with=["S1"])).code,
        "another sponsor": (await hall.guest(shares_with=["S2"])).code,
        "this sponsor withdrawn": "",
        "little given": (await hall.guest(badge_scan=True, job_title="", company="", address="", phone="")).code,
    }
    withdrawn = await hall.guest(shares_with=["S1"], badge_scan=True)
    hall.clock.forward(minutes=1)
    await withdrawn.withdraw(Purpose.SPONSOR_SHARING, hall.parties["S1"])
    codes["this sponsor withdrawn"] = withdrawn.code
    hall.clock.forward(minutes=1)
    phone = await hall.phone("S1")
    all_codes = [*codes.values(), *refused]
    said = await listed(phone, *all_codes)
    assert said[:6] == [True, True, False, False, False, True]
    scanned = [(await phone.scan(code))["verdict"] == "lead" for code in all_codes]
    assert said == scanned
    # and what was scanned changes nothing about the next one
    hall.clock.forward(minutes=1)
    assert await listed(phone, *all_codes) == scanned


@pytest.mark.requirement("S6-sponsor-15")
async def test_a_list_writes_nothing_about_anybody(hall: Hall) -> None:
    phone, guest = await hall.phone("S1"), await hall.guest(badge_scan=True)
    await list_of(phone)
    left = "select (select count(*) from {t} where organisation_id = $1)"
    for table in ("visit", "scan", "disclosure", "release", "recall"):
        assert await hall.sql.fetchval(left.format(t=table), hall.organisation) == 0
    assert await listed(phone, guest.code) == [True]


@pytest.mark.requirement("S6-sponsor-15")
async def test_two_sponsors_lists_cannot_be_laid_side_by_side(hall: Hall) -> None:
    await hall.guest(badge_scan=True)
    one, other = [await list_of(await hall.phone(name)) for name in ("S1", "S2")]
    assert (len(one.content), len(other.content), one.content == other.content) == (6, 6, False)


async def test_a_phone_that_has_the_list_gets_it_not_again_and_else_what_changed(hall: Hall) -> None:
    phone, guests = await hall.phone("S1"), [await hall.guest(badge_scan=True) for _ in range(5)]
    whole = await list_of(phone)
    tag = whole.headers["etag"]
    assert (whole.status_code, whole.headers["content-type"], len(whole.content)) == (200, "application/octet-stream", 30)
    assert whole.content == b"".join(sorted(hashes_of(whole.content)))
    same = await list_of(phone, If_None_Match=tag)
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    hall.clock.forward(minutes=1)
    await guests[0].withdraw(Purpose.BADGE_SCAN)
    new, key = await hall.guest(badge_scan=True), await key_of(phone)
    delta = await list_of(phone, If_None_Match=tag, A_IM="allow-delta")
    assert (delta.status_code, delta.headers["im"], delta.headers["delta-base"]) == (226, "allow-delta", tag)
    assert delta.content == (1).to_bytes(4) + key.hash_of(guests[0].code) + key.hash_of(new.code)
    now = await list_of(phone)
    assert (now.status_code, now.headers["etag"]) == (200, delta.headers["etag"])
    assert hashes_of(now.content) == hashes_of(whole.content) - {key.hash_of(guests[0].code)} | {key.hash_of(new.code)}
    unknown = await list_of(phone, If_None_Match='"of another process"', A_IM="allow-delta")
    assert (unknown.status_code, unknown.content) == (200, now.content)


@pytest.mark.requirement("S6-sponsor-15")
async def test_whoever_may_not_ask_any_more_gets_no_list(hall: Hall) -> None:
    phone, guest = await hall.phone("S1"), await hall.guest(badge_scan=True)
    assert await listed(phone, guest.code) == [True]
    await hall.sql.execute(
        "update sponsorship set ends_at = $2 where event_id = $1", hall.event, hall.clock.now + timedelta(minutes=1)
    )
    hall.clock.forward(minutes=1)
    assert (await list_of(phone)).content == b""
    await hall.sql.execute("update device set revoked_at = $2 where id = $1", phone.id, hall.clock.now)
    refused = await list_of(phone)
    assert (refused.status_code, refused.json()["code"]) == (401, "device_revoked")


@pytest.mark.requirement("S3.1-badge-3")
async def test_a_doors_list_is_of_whom_it_lets_in(hall: Hall) -> None:
    door = await hall.phone(None)
    late = await hall.add(
        "ticket_type",
        organisation_id=hall.organisation,
        event_id=hall.event,
        name_en="Second day",
        valid_from=hall.clock.now + timedelta(minutes=5),
        valid_until=hall.clock.now + timedelta(minutes=9),
        created_at=hall.clock.now,
    )
    in_, inside = await hall.guest(), await hall.guest(state="attended")
    second_day = await hall.guest(event=(hall.event, hall.slug, late, "AB"))
    others = [
        await hall.guest(state="cancelled"),
        await hall.guest(state="pending"),
        await hall.guest(event=(*await hall.hold_event("CD"), "CD")),
    ]
    reissued: Guest = await hall.guest()
    new = await hall.badge(reissued.id)
    codes = [in_.code, inside.code, new, second_day.code, reissued.code, *(guest.code for guest in others)]
    assert await listed(door, *codes) == [True, True, True, False, False, False, False, False]
    hall.clock.forward(minutes=5)
    assert await listed(door, second_day.code) == [True]
    hall.clock.forward(minutes=4)
    assert await listed(door, second_day.code, in_.code) == [False, True]
    await hall.sql.execute("update event set cancelled_at = $2 where id = $1", hall.event, hall.clock.now)
    assert (await list_of(door)).content == b""


async def test_a_phone_shows_what_it_is_for(hall: Hall) -> None:
    booth, door, now = await hall.phone("S1"), await hall.phone(None), hall.clock.now
    of: dict[str, Any] = {"organisation_id": hall.organisation, "event_id": hall.event, "created_at": now}
    asked = {"party_id": hall.parties["S1"], "kind": "yes_no", "wording_en": "Call back?"}
    second = await hall.add("lead_question", **of, **asked, position=2)
    first = await hall.add(
        "lead_question", **of, **asked | {"kind": "choice"}, position=1, options='[{"id": "a", "th": "ก", "en": "A"}]'
    )
    await hall.add("lead_question", **of, **asked, position=0, removed_at=now)
    await hall.add("lead_question", **of, **asked | {"party_id": hall.parties["S2"]}, position=0)
    talk = await hall.add("event_session", **of, title_en="Talk", starts_at=now, ends_at=now + timedelta(hours=1), capacity=9)
    await hall.add("event_session", **of, title_en="Gone", starts_at=now, ends_at=now + timedelta(hours=1), removed_at=now)
    guests = [await hall.guest() for _ in range(2)]
    for n, (guest, verdict) in enumerate([(guests[0], "valid"), (guests[0], "already_in"), (guests[1], "full")]):
        await hall.add(
            "scan", organisation_id=hall.organisation, event_id=hall.event, device_id=door.id, client_id=guest.id if n else talk,
            kind="session", session_id=talk, registration_id=guest.id, code_sha256=b"", device_time=now, received_at=now,
            effective_at=now, verdict=verdict,
        )  # fmt: skip
    await hall.sql.execute("update sponsorship set lock_after_minutes = 5 where party_id = $1", hall.parties["S1"])
    said = await booth.client.put("/api/v1/device/status", json={"waiting": 7, "app_version": "1.2"})
    shown = (await booth.client.get("/api/v1/device")).json()
    assert said.json() == shown
    sealing, key = shown.pop("sealing_key"), shown.pop("list_key")
    assert (len(sealing["public_key"]), len(sealing["id"]), len(key)) == (87, 6, 43)
    time = now.isoformat().replace("+00:00", "Z")
    event = {
        "slug": hall.slug, "title_th": "งาน", "title_en": "Fair", "badge_tag": "AB", "time_zone": "Asia/Bangkok",
        "starts_at": time, "ends_at": (now + timedelta(days=2)).isoformat().replace("+00:00", "Z"),
    }  # fmt: skip
    question = {"wording_th": "", "wording_en": "Call back?"}
    allow = f"/allow/{hall.slug}/{hall.parties['S1']}"
    assert shown == {
        "device": str(booth.id), "kind": "booth", "helper": "Nok", "place": "", "event": event,
        "party": {"id": str(hall.parties["S1"]), "legal_name": "S1 Co., Ltd."}, "lock_after_minutes": 5,
        "questions": [
            {"id": str(first), "kind": "choice", **question, "options": [{"id": "a", "th": "ก", "en": "A"}]},
            {"id": str(second), "kind": "yes_no", **question, "options": []},
        ],
        "sessions": [], "ask_url": {"th": f"http://events.example/th{allow}", "en": f"http://events.example/en{allow}"},
        "server_time": time,
    }  # fmt: skip
    kept = await hall.sql.fetchrow("select waiting, app_version, last_seen_at from device where id = $1", booth.id)
    assert tuple(kept or ()) == (7, "1.2", now)
    at_door = (await door.client.get("/api/v1/device")).json()
    assert (at_door["kind"], at_door["party"], at_door["ask_url"], at_door["questions"]) == ("door", None, None, [])
    assert [(s["id"], s["title_en"], s["capacity"], s["inside"]) for s in at_door["sessions"]] == [(str(talk), "Talk", 9, 1)]


@pytest.mark.requirement("S11-sec-4")
async def test_a_revoked_phone_is_told_so_whatever_it_asks_of_itself(hall: Hall) -> None:
    phone = await hall.phone("S1")
    await hall.sql.execute("update device set revoked_at = $2 where id = $1", phone.id, hall.clock.now)
    answers = [
        await phone.client.get("/api/v1/device"),
        await phone.client.put("/api/v1/device/status", json={"waiting": 7, "app_version": "1"}),
        await list_of(phone),
    ]
    assert [(a.status_code, a.json()["code"]) for a in answers] == [(401, "device_revoked")] * 3
    assert await hall.sql.fetchval("select waiting from device where id = $1", phone.id) is None
