"""One's own registration afterwards: details, badge, withdrawals and requests; another's is not there."""

import asyncio
from uuid import uuid4

import pytest

from events.database.connections import Database
from tests.conftest import MovableClock, Visit
from tests.people import ALL_SEVEN, People, ok
from tests.round_trips import counting


@pytest.mark.requirement("scenario-11")
async def test_a_withdrawal_survives_cancelling_and_registering_again(people: People) -> None:
    s1 = people.world.parties["S1"]
    who = await people.attendee(badge_scan=True)
    phone = await people.phone("S1")
    assert (await phone.scan(who.badge))["verdict"] == "lead"
    await who.withdraw("sponsor_sharing", s1)
    ok(await who.client.delete(who.path))
    people.clock.forward(seconds=1)
    again = await people.attendee(email=who.email, badge_scan=True)
    assert (await phone.scan(again.badge))["verdict"] == "saved_not_shared"
    ok(await again.grant("sponsor_sharing", s1))
    assert (await phone.scan(again.badge))["verdict"] == "lead"


async def test_two_changes_at_once_lose_neither(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    for _ in range(5):
        ok(await who.client.patch(who.path, json={"withheld_fields": []}))
        await asyncio.gather(
            who.client.patch(who.path, json={"withheld_fields": ["phone"]}),
            who.client.patch(who.path, json={"fields": {"job_title": "Editor"}}),
        )
        mine = ok(await who.client.get(who.path))
        assert (mine["withheld_fields"], mine["fields"]["job_title"]) == (["phone"], "Editor")


async def test_a_new_badge_pressed_four_times_at_once_leaves_one_live(people: People) -> None:
    who = await people.attendee()
    answers = await asyncio.gather(*(who.client.post(f"{who.path}/badge") for _ in range(4)))
    assert [a.status_code for a in answers] == [201] * 4
    live = ok(await who.client.get(who.path))["badge"]
    assert live in {a.json()["code"] for a in answers}


@pytest.mark.requirement("scenario-62")
async def test_details_can_be_corrected_and_the_next_release_carries_the_new_value(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    people.clock.forward(seconds=1)
    changed = ok(await who.client.patch(who.path, json={"fields": {"company": "ใหม่ จำกัด"}}))
    assert changed["fields"]["company"] == "ใหม่ จำกัด"
    [lead] = ok(await people.pull("S1"))["items"]
    assert (lead["company"], lead["fields"]) == ("ใหม่ จำกัด", ALL_SEVEN)


async def test_another_persons_registration_is_not_there(people: People) -> None:
    who, other = await people.attendee(), await people.attendee()
    attempts = [
        await other.client.get(who.path),
        await other.client.patch(who.path, json={"fields": {"name": "x"}}),
        await other.client.delete(who.path),
        await other.client.get(f"{who.path}/badge.svg"),
        await other.client.post(f"{who.path}/badge"),
        await other.client.get(f"{who.path}/consents"),
        await other.client.put(f"{who.path}/consents", json={"acts": [{"act": "withdraw", "purpose": "badge_scan"}]}),
        await other.client.delete(f"{who.path}/consents"),
        await other.client.get(f"{who.path}/disclosures"),
        await other.client.get(f"{who.path}/scans"),
        await other.client.post(f"{who.path}/scans/{uuid4()}/not-me"),
    ]
    assert [a.status_code for a in attempts] == [404] * len(attempts)


async def test_a_badge_asked_for_twice_with_one_key_is_one_badge(people: People) -> None:
    who = await people.attendee()
    key = {"Idempotency-Key": str(uuid4())}
    first, again = [ok(await who.client.post(f"{who.path}/badge", headers=key))["code"] for _ in range(2)]
    assert first == again != who.badge


async def test_a_request_made_twice_is_one_request(people: People) -> None:
    who = await people.attendee()
    first, again = [ok(await who.client.post("/api/v1/me/requests", json={"kind": "erasure"}))["requests"] for _ in range(2)]
    assert (len(first), first) == (1, again)


@pytest.mark.requirement("S3.1-badge-4")
async def test_the_badge_is_a_picture_of_an_opaque_code(people: People) -> None:
    import io  # noqa: PLC0415

    import zxingcpp  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    who = await people.attendee()
    png = await who.client.get(f"{who.path}/badge.png")
    [read] = zxingcpp.read_barcodes(Image.open(io.BytesIO(png.content)))
    assert (png.headers["content-type"], read.text) == ("image/png", who.badge)
    svg = await who.client.get(f"{who.path}/badge.svg")
    assert (svg.status_code, svg.headers["content-type"].split(";")[0]) == (200, "image/svg+xml")
    assert who.email not in svg.text


async def test_lists_cost_the_same_for_one_row_and_for_three(
    people: People, database: Database, clock: MovableClock, visit: Visit
) -> None:
    from tests.people import another_event  # noqa: PLC0415

    who = await people.attendee()

    async def cost() -> int:
        async with counting(database) as log:
            ok(await who.client.get("/api/v1/me/registrations"))
        return len(log)

    one = await cost()
    for _ in range(2):
        await People(await another_event(people.world), database, clock, visit).attendee(email=who.email)
    assert (one, await cost()) == (one, one)
    assert len(ok(await who.client.get("/api/v1/me/registrations"))["items"]) == 3
