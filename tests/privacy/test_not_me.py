"""What a booth read before she said that a scan was not her, and brings afterwards (scenario 58): a phone without network sends
its readings hours later, and one that is paired anew sends them under another id."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from events.phones.sealing import SUITE, Opener, unpadded
from tests.conftest import SETTINGS, MovableClock
from tests.people import Attendee, People, Phone, ok

NO, LEAD = "saved_not_shared", "lead"


@pytest.fixture
async def who(people: People, clock: MovableClock) -> Attendee:
    """She allows badge scans, ten minutes ago."""
    attendee = await people.attendee(badge_scan=True)
    clock.forward(minutes=10)
    return attendee


async def says_it_was_not_her(who: Attendee) -> None:
    """About the newest scan of her badge."""
    newest = max(ok(await who.client.get(f"{who.path}/scans"))["items"], key=lambda scan: scan["at"])
    ok(await who.client.post(f"{who.path}/scans/{newest['id']}/not-me"))


async def sends(phone: Phone, item: dict[str, str], sent_at: datetime | None = None) -> str:
    body: dict[str, Any] = {"scans": [item], "sent_at": sent_at and sent_at.isoformat()}
    [answer] = ok(await phone.client.post("/api/v1/scans", json=body))["items"]
    return str(answer["verdict"])


def reading(who: Attendee, at: datetime) -> dict[str, str]:
    return {"id": str(uuid4()), "code": who.badge, "at": at.isoformat(), "kind": "booth"}


def sealed(phone: Phone, who: Attendee, at: datetime) -> dict[str, str]:
    """A reading as it waits on a phone, and goes out whoever that phone is by then."""
    scan, opener = uuid4(), Opener.of(SETTINGS)
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), opener.point)
    closed = SUITE.encrypt(who.badge.encode(), point, b"events scan v2booth" + phone.id.bytes + scan.bytes)
    text = unpadded(sha256(opener.point).digest()[:4] + closed)
    return {"id": str(scan), "sealed": text, "at": at.isoformat(), "kind": "booth", "sealed_by": str(phone.id)}


@pytest.mark.requirement("scenario-58")
@pytest.mark.parametrize("minutes", [-9, -6, -4, 0])
async def test_what_was_read_before_her_word_is_no_lead_after_it(
    people: People, clock: MovableClock, who: Attendee, minutes: int
) -> None:
    phone, other = await people.phone("S1"), await people.phone("S1")
    read = clock.now
    assert await sends(phone, reading(who, read)) == LEAD
    await says_it_was_not_her(who)
    clock.forward(minutes=1)
    assert [await sends(one, reading(who, read + timedelta(minutes=minutes))) for one in (phone, other)] == [NO, NO]
    assert await people.gets("S1", who) == []
    assert [scan["counts"] for scan in ok(await who.client.get(f"{who.path}/scans"))["items"]] == [False] * 3


@pytest.mark.requirement("scenario-58")
async def test_what_is_read_after_her_word_is_another_visit(people: People, clock: MovableClock, who: Attendee) -> None:
    phone = await people.phone("S1")
    await phone.scan(who.badge)
    await says_it_was_not_her(who)
    clock.forward(minutes=1)
    assert await sends(phone, reading(who, clock.now)) == LEAD
    assert await people.gets("S1", who) != []


@pytest.mark.requirement("scenario-58")
async def test_her_word_about_one_booth_says_nothing_of_another(people: People, clock: MovableClock, who: Attendee) -> None:
    phone, others = await people.phone("S1"), await people.phone("S2")
    read = clock.now
    await phone.scan(who.badge)
    await says_it_was_not_her(who)
    assert await sends(others, reading(who, read)) == LEAD


@pytest.mark.requirement("scenario-58")
@pytest.mark.parametrize("what", ["the very reading", "its twin"])
async def test_a_phone_that_was_paired_anew_does_not_undo_her_word(
    people: People, clock: MovableClock, who: Attendee, what: str
) -> None:
    phone = await people.phone("S1")
    first, twin = sealed(phone, who, clock.now), sealed(phone, who, clock.now)
    clock.forward(seconds=1)
    assert await sends(phone, first) == LEAD
    await says_it_was_not_her(who)
    again = await people.phone("S1")
    assert await sends(again, first if what == "the very reading" else twin) == NO
    assert await people.gets("S1", who) == []


@pytest.mark.requirement("scenario-58")
async def test_a_reading_that_came_under_both_ids_is_void_under_both(people: People, clock: MovableClock, who: Attendee) -> None:
    phone = await people.phone("S1")
    item = sealed(phone, who, clock.now)
    clock.forward(seconds=1)
    for one in (phone, await people.phone("S1")):
        await sends(one, item)
    await says_it_was_not_her(who)
    assert await people.gets("S1", who) == []


@pytest.mark.requirement("scenario-58")
@pytest.mark.parametrize("unknown", ["the reading that she meant", "the one that comes late"])
async def test_a_clock_that_contradicts_itself_opens_no_way_round(
    people: People, clock: MovableClock, who: Attendee, unknown: str
) -> None:
    phone = await people.phone("S1")
    clock.forward(seconds=30)
    at, set_back = clock.now, clock.now - timedelta(hours=1)
    meant = unknown == "the reading that she meant"
    assert await sends(phone, reading(who, at), set_back if meant else None) == LEAD
    clock.forward(minutes=1)
    await says_it_was_not_her(who)
    clock.forward(minutes=1)
    assert await sends(phone, reading(who, at + timedelta(seconds=20)), None if meant else set_back) == NO
    assert await people.gets("S1", who) == []
