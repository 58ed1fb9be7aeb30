"""Booth phones whose clocks stand wrong: when their readings count, and that a wrong clock gains nobody a lead."""

from datetime import timedelta

import pytest

from tests.scanning.answers import NOT_SHARED, shows_up
from tests.scanning.hall import Hall


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
