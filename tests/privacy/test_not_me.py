"""What comes late of a visit that she had said was not her (scenario 58): a phone without network brings its readings hours later."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from events.database.connections import Database
from tests.conftest import MovableClock, Visit
from tests.people import Attendee, People, Phone, ok
from tests.world import World


@pytest.fixture
def people(world: World, database: Database, clock: MovableClock, visit: Visit) -> People:
    return People(world, database, clock, visit)


async def says_it_was_not_her(who: Attendee) -> None:
    """About the newest scan of her badge."""
    newest = max(ok(await who.client.get(f"{who.path}/scans"))["items"], key=lambda scan: scan["at"])
    ok(await who.client.post(f"{who.path}/scans/{newest['id']}/not-me"))


async def brings_late(phone: Phone, who: Attendee, read_at: datetime) -> Any:
    return (await phone.scan(who.badge, at=read_at))["verdict"]


@pytest.mark.requirement("scenario-58")
async def test_the_twin_of_a_disputed_reading_is_no_lead_when_it_comes_late(people: People, clock: MovableClock) -> None:
    who, phone = await people.attendee(badge_scan=True), await people.phone("S1")
    clock.forward(minutes=10)
    read = clock.now
    assert (await phone.scan(who.badge))["verdict"] == "lead"
    await says_it_was_not_her(who)
    clock.forward(minutes=1)
    late = {minutes: await brings_late(phone, who, read + timedelta(minutes=minutes)) for minutes in (-4, 0)}
    assert late == {-4: "saved_not_shared", 0: "saved_not_shared"}
    assert await people.gets("S1", who) == []
    listed = ok(await who.client.get(f"{who.path}/scans"))["items"]
    assert [scan["counts"] for scan in listed] == [False] * 3


@pytest.mark.requirement("scenario-58")
@pytest.mark.parametrize("case", ["another phone", "another visit", "read after her word"])
async def test_her_word_covers_that_visit_alone(people: People, clock: MovableClock, case: str) -> None:
    who, phone, other = await people.attendee(badge_scan=True), await people.phone("S1"), await people.phone("S1")
    clock.forward(minutes=10)
    read = clock.now
    await phone.scan(who.badge)
    await says_it_was_not_her(who)
    match case:
        case "another phone":
            verdict = await brings_late(other, who, read)
        case "another visit":
            verdict = await brings_late(phone, who, read - timedelta(minutes=6))
        case _:
            clock.forward(minutes=1)
            verdict = await brings_late(phone, who, clock.now)
    assert verdict == "lead"
    assert await people.gets("S1", who) != []
