"""What a phone is told of itself, and what is left of one that is revoked or signed out."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.phones.asking import change, shows
from tests.scanning.hall import Hall


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
        await phone.client.get("/api/v1/device/list"),
    ]
    assert [(a.status_code, a.json()["code"]) for a in answers] == [(401, "device_revoked")] * 3
    assert await hall.sql.fetchval("select waiting from device where id = $1", phone.id) is None


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
