"""The allow-list says what a scan would say, and tells nobody anything."""

from base64 import urlsafe_b64decode
from datetime import timedelta

import httpx
import pytest

from events.phones.allow_list.rules import ListKey, hashes_of
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
