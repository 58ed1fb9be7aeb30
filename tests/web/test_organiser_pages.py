"""The organiser's pages: which events there are, and who was looked up at their doors."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest

from events.access.tokens import digest, new_secret
from events.database.connections import Database
from tests.conftest import MovableClock, SignIn, Visit
from tests.people import People, ok
from tests.web.test_sponsor_pages import press, see
from tests.world import World


async def staff(world: World, role: str) -> httpx.AsyncClient:
    email = f"{world.unique(role)}@organiser.example"
    await world.post("/organiser/staff", {"email": email, "role": role})
    return await world.sign_in(email)


@pytest.mark.parametrize(("role", "sees_phones"), [("owner", True), ("viewer", False)])
async def test_staff_find_their_events_and_what_they_may_do_there(world: World, role: str, sees_phones: bool) -> None:
    someone = world.owner if role == "owner" else await staff(world, role)
    page = await see(someone, "/en/organiser")
    here = f"/en/organiser/{world.slug}"
    assert (f'href="{here}/phones"' in page, f'href="{here}/lookups"' in page) == (sees_phones, True)
    await see(someone, f"{here}/phones", 200 if sees_phones else 403)
    assert (f'href="{here}/phones"' in await see(someone, f"{here}/lookups")) is sees_phones


async def test_an_event_is_listed_for_its_own_organisation_alone(world: World, sign_in: SignIn) -> None:
    await see(await sign_in("stranger@people.example"), "/en/organiser", 403)
    await see(await world.admin("S1"), "/en/organiser", 403)
    await see(await world.admin("S1"), f"/en/organiser/{world.slug}/lookups", 403)


async def test_whoever_signs_in_for_an_organiser_is_led_to_its_events(
    world: World, visit: Visit, database: Database, clock: MovableClock
) -> None:
    token, now = new_secret(), clock.now
    [her] = await database.call("select access.person_of($1, $2) as id", world.owner_email, now)
    until = now + timedelta(minutes=15)
    await database.call("select access.keep_link($1, $2, null, $3, $4)", digest(token), her["id"], until, now)
    answer = await press(visit(), "/en/sign-in", token=token)
    assert 'href="/en/organiser"' in answer.text
    assert ('href="/th/me" lang="th"' in answer.text, "/th/sign-in" in answer.text) == (True, False)


async def test_whoever_is_staff_finds_the_way_on_her_own_page_too(world: World, sign_in: SignIn) -> None:
    pages = [await see(c, "/en/me") for c in (world.owner, await world.admin("S1"), await sign_in("guest@people.example"))]
    ways = [
        ('href="/en/organiser"' in page, 'href="/en/sponsor"' in page, "registered for an event yourself" in page)
        for page in pages
    ]
    assert ways == [(True, False, True), (False, True, True), (False, False, False)]


async def test_a_look_up_is_shown_with_helper_place_time_and_how_many_but_not_whom(
    world: World, people: People, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("events.web.organiser.routes.AT_ONCE", 1)
    who = await people.attendee()
    address = f"/en/organiser/{world.slug}/lookups"
    assert "Nobody was looked up yet." in await see(world.owner, address)
    door = await people.door_phone()
    for typed in (who.email, "nobody-of-this-name"):
        clock.now += timedelta(minutes=1)
        ok(await door.client.post("/api/v1/device/lookups", json={"q": typed}))
    newest = await see(world.owner, address)
    [older] = re.findall(r'href="([^"]+after=[^"]+)"', newest)
    oldest = await see(world.owner, older)
    cells = [re.findall(r"<td>(?:<bdi>)?([^<]*)(?:</bdi>)?</td>", page) for page in (newest, oldest)]
    assert cells == [["Door", "", "0"], ["Door", "", "1"]]
    assert (who.email in newest + oldest, "Older ones" in oldest) == (False, False)
