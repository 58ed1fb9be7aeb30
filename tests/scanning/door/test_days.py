"""Tickets that are good on some days only."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.scanning.hall import Guest, Hall


async def limit_ticket(hall: Hall, begins: datetime | None, ends: datetime | None) -> None:
    await hall.sql.execute("update ticket_type set valid_from = $2, valid_until = $3 where id = $1", hall.ticket, begins, ends)


def days(answer: dict[str, Any]) -> tuple[str, str | None, str | None]:
    return answer["verdict"], answer["valid_from"], answer["valid_until"]


async def test_a_ticket_of_the_second_day_is_told_which_day_it_is_good_on(hall: Hall) -> None:
    guest, door = await hall.guest(), await hall.phone(None)
    began = hall.clock.now
    await limit_ticket(hall, began + timedelta(hours=2), began + timedelta(hours=3))
    early = await door.scan(guest.code, kind="entry")
    assert days(early) == ("wrong_day", "2027-03-01T11:00:00Z", "2027-03-01T12:00:00Z")
    assert early["attendee"] == {"name": guest.card["name"], "ticket_name": "Visitor"}
    assert await hall.count("registration", "id = $1 and state = 'confirmed'", guest.id) == 1
    await limit_ticket(hall, began, began + timedelta(minutes=5))
    assert days(await door.scan(guest.code, kind="entry")) == ("valid", None, None)
    hall.clock.forward(minutes=5)
    assert days(await door.scan(guest.code, kind="entry"))[0] == "wrong_day"
    # whoever is inside when her ticket ends may leave
    assert (await door.scan(guest.code, kind="exit"))["verdict"] == "valid"


@pytest.mark.parametrize(("minutes", "verdict"), [(-1, "wrong_day"), (0, "valid"), (4, "valid"), (5, "wrong_day")])
async def test_what_counts_is_when_the_badge_was_read(hall: Hall, minutes: int, verdict: str) -> None:
    """A phone that was offline brings a reading later: it is decided at the time of the reading."""
    guest, door = await hall.guest(), await hall.phone(None)
    opens = hall.clock.now
    await limit_ticket(hall, opens, opens + timedelta(minutes=5))
    hall.clock.forward(minutes=14)
    assert (await door.scan(guest.code, kind="entry", at=opens + timedelta(minutes=minutes)))["verdict"] == verdict


async def test_a_session_asks_for_the_day_too(hall: Hall) -> None:
    guest, door, session = await hall.guest(), await hall.phone(None), await hall.session(capacity=1)
    await limit_ticket(hall, hall.clock.now + timedelta(hours=2), None)
    [item] = (await door.send(door.item(guest.code, kind="session") | {"session": str(session)})).json()["items"]
    assert days(item) == ("wrong_day", "2027-03-01T11:00:00Z", None)


async def test_the_double_is_told_the_place_of_the_phone_that_was_first(hall: Hall) -> None:
    guests: list[Guest] = [await hall.guest(), await hall.guest()]
    north, south, third = await hall.phone(None), await hall.phone(None), await hall.phone(None)
    await hall.sql.execute("update device set place = 'North entrance' where id = $1", north.id)
    for door, guest in zip((north, south), guests, strict=True):
        await door.scan(guest.code, kind="entry")
    told = [(await third.scan(guest.code, kind="entry"))["first_entry_place"] for guest in guests]
    assert told == ["North entrance", "Nok"]  # a phone without a place is known by its helper


async def test_of_two_phones_that_let_a_badge_in_offline_the_second_to_arrive_hears_of_the_first(hall: Hall) -> None:
    guest, north, south = await hall.guest(), await hall.phone(None), await hall.phone(None)
    began = hall.clock.now
    hall.clock.forward(minutes=8)
    assert (await north.scan(guest.code, kind="entry", at=began + timedelta(minutes=4)))["verdict"] == "valid"
    late = await south.scan(guest.code, kind="entry", at=began + timedelta(minutes=6))
    assert (late["verdict"], late["first_entry_at"]) == ("already_in", "2027-03-01T09:04:00Z")
