"""Joining a webinar: when the button opens, what it writes, and to whom it tells the address."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import SignIn
from tests.joining.conftest import ROOM, Webinar
from tests.meanwhile import ROW, elsewhere, until_it_waits
from tests.people import Attendee, People, ok
from tests.round_trips import counting
from tests.world import build_world


async def press(who: Attendee, language: str = "en") -> tuple[int, Any]:
    answer = await who.client.post(f"{who.path}/join", headers={"accept-language": language})
    return answer.status_code, answer.json()


async def state(webinar: Webinar, who: Attendee) -> Any:
    return await webinar.sql.fetchrow(
        "select state, joined_at, changed_at, confirmed_at from registration where id = $1", who.registration
    )


async def test_the_button_is_there_from_half_an_hour_before_until_the_end(webinar: Webinar) -> None:
    who = await webinar.people.attendee()
    found = []
    for offset in (
        {"minutes": -30, "seconds": -1},
        {"minutes": -30},
        {"minutes": 0},
        {"minutes": 60, "seconds": -1},
        {"minutes": 60},
    ):
        webinar.into(**offset)
        said = ok(await who.client.get(f"{who.path}/join"))
        found.append((said["open"], (await press(who))[0]))
    assert found == [(False, 409), (True, 200), (True, 200), (True, 200), (False, 409)]


async def test_the_page_says_when_and_never_where(webinar: Webinar) -> None:
    who = await webinar.people.attendee()
    webinar.into(minutes=-5)
    before = ok(await who.client.get(f"{who.path}/join"))
    assert before == {
        "opens_at": "2027-03-01T10:30:00Z",
        "closes_at": "2027-03-01T12:00:00Z",
        "open": True,
        "joined_at": None,
    }
    assert await press(who) == (200, {"url": ROOM})
    assert ok(await who.client.get(f"{who.path}/join")) == before | {"joined_at": "2027-03-01T10:55:00Z"}


async def test_joining_is_attendance_written_once_and_no_sponsor_can_tell(webinar: Webinar) -> None:
    who = await webinar.people.attendee(shares_with=["S1"])
    before = await state(webinar, who)
    webinar.into(minutes=1)
    first = await press(who)
    webinar.clock.forward(minutes=7)
    assert await press(who) == first == (200, {"url": ROOM})
    after = await state(webinar, who)
    assert (before["state"], after["state"]) == ("confirmed", "attended")
    assert after["joined_at"] == webinar.begins + timedelta(minutes=1)
    assert after["changed_at"] == before["changed_at"], "a list of changes must not show who came"


async def test_too_early_says_when_and_stores_nothing(webinar: Webinar) -> None:
    who = await webinar.people.attendee()
    before = await state(webinar, who)
    status, said = await press(who)
    assert (status, said["code"], said["opens_at"]) == (409, "conflict", "2027-03-01T10:30:00Z")
    assert said["detail"] == "You can join from 2027-03-01 17:30 (Asia/Bangkok) on."
    assert (await press(who, "th"))[1]["detail"] == "เข้าร่วมได้ตั้งแต่ 2027-03-01 17:30 (Asia/Bangkok)"
    assert await state(webinar, who) == before


async def test_two_presses_at_once_are_one_attendance(webinar: Webinar) -> None:
    who = await webinar.people.attendee()
    webinar.into(minutes=1)
    assert await asyncio.gather(*(press(who) for _ in range(6))) == [(200, {"url": ROOM})] * 6
    assert (await state(webinar, who))["joined_at"] == webinar.begins + timedelta(minutes=1)


async def test_who_came_through_a_door_first_joins_as_well(webinar: Webinar) -> None:
    who = await webinar.people.attendee()
    body = {"event": webinar.world.slug, "registration": str(who.registration)}
    await webinar.world.post("/organiser/check-ins", body)
    webinar.into(minutes=2)
    assert await press(who) == (200, {"url": ROOM})
    found = await state(webinar, who)
    assert (found["state"], found["joined_at"]) == ("attended", webinar.begins + timedelta(minutes=2))


async def test_a_place_that_fell_and_an_event_that_is_off_let_nobody_in(webinar: Webinar) -> None:
    gone, left = await webinar.people.attendee(), await webinar.people.attendee()
    ok(await gone.client.delete(gone.path))
    webinar.into(minutes=1)
    assert (await press(gone))[0] == 409
    assert ok(await gone.client.get(f"{gone.path}/join"))["open"] is False
    await webinar.world.post(f"/organiser/events/{webinar.world.slug}/cancel")
    status, said = await press(left)
    assert (status, said["detail"]) == (409, "This event is cancelled.")
    assert [(await state(webinar, who))["state"] for who in (gone, left)] == ["cancelled", "confirmed"]


async def test_a_place_that_falls_while_she_presses_lets_nobody_in(webinar: Webinar) -> None:
    who = await webinar.people.attendee()
    webinar.into(minutes=1)
    async with webinar.sql.transaction():
        await webinar.sql.execute(
            "update registration set state = 'cancelled', cancelled_at = $2 where id = $1", who.registration, webinar.clock.now
        )
        pressing = elsewhere(press(who))
        await until_it_waits(webinar.sql, pressing, ROW)
        assert not pressing.done()
    assert (await pressing)[0] == 409
    found = await state(webinar, who)
    assert (found["state"], found["joined_at"]) == ("cancelled", None)


async def test_without_an_address_nobody_is_counted_as_there(webinar: Webinar) -> None:
    who = await webinar.people.attendee()
    await webinar.world.patch(f"/organiser/events/{webinar.world.slug}", {"join_url": None})
    webinar.into(minutes=1)
    assert (await press(who))[0] == 409
    assert ok(await who.client.get(f"{who.path}/join"))["open"] is False
    assert (await state(webinar, who))["state"] == "confirmed"
    await webinar.world.patch(f"/organiser/events/{webinar.world.slug}", {"join_url": ROOM})
    assert await press(who) == (200, {"url": ROOM})


async def test_an_event_in_a_hall_has_no_join_page(webinar: Webinar, sign_in: SignIn) -> None:
    world = webinar.world
    hall = await build_world(world.database, world.clock, sign_in, world.unique, kind="in_person", starts_in=timedelta(minutes=5))
    who = await People(hall, world.database, webinar.clock, webinar.people.visit).attendee()
    assert ((await who.client.get(f"{who.path}/join")).status_code, (await press(who))[0]) == (404, 404)
    assert (await state(webinar, who))["state"] == "confirmed"


async def test_another_persons_join_page_is_not_there(webinar: Webinar) -> None:
    mine, other = await webinar.people.attendee(), await webinar.people.attendee()
    webinar.into(minutes=1)
    answers = [
        (await other.client.request(method, f"{mine.path}/{page}")).status_code
        for method, page in (("GET", "join"), ("POST", "join"), ("GET", "assets"))
    ]
    assert answers == [404, 404, 404]
    assert (await state(webinar, mine))["state"] == "confirmed"


async def test_the_address_stands_on_no_public_page(webinar: Webinar) -> None:
    who = await webinar.people.attendee()
    webinar.into(minutes=1)
    slug, visitor = webinar.world.slug, webinar.people.visit()
    pages = [f"/events/{slug}", "/events?limit=200", f"/events/{slug}/form?language=th"]
    texts = [(await visitor.get(f"/api/v1{page}")).text for page in pages]
    texts += [(await who.client.get(path)).text for path in (who.path, f"{who.path}/join", f"{who.path}/assets")]
    assert [slug in text for text in texts[:3]] == [True, True, True]
    assert [text for text in texts if "live.example" in text] == []
    assert (await webinar.world.get(f"/organiser/events/{slug}"))["join_url"] == ROOM


async def test_the_rush_at_the_beginning_costs_four_statements_each(webinar: Webinar) -> None:
    who = await webinar.people.attendee()
    webinar.into(minutes=1)
    counts = []
    for _ in range(2):
        async with counting(webinar.world.database) as said:
            assert (await press(who))[0] == 200
        counts.append(len(said))
    assert counts == [4, 4]  # the session, BEGIN, all of it, COMMIT


@pytest.mark.requirement("S3.1-badge-3")
async def test_who_joined_online_is_not_inside_the_hall_when_she_comes_to_its_door(webinar: Webinar) -> None:
    who = await webinar.people.attendee()
    door = await webinar.people.door_phone()
    webinar.into(minutes=-29)
    await door.refresh()
    assert await press(who) == (200, {"url": ROOM})
    assert (await door.scan(who.badge, kind="entry"))["verdict"] == "valid"
    assert (await door.scan(who.badge, kind="entry"))["verdict"] == "already_in"
