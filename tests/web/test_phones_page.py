"""The pages of a desk's phones: a code is shown and becomes a phone, a phone is taken out; at a booth and at the doors."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from events.web.phones import routes
from events.web.phones.rules import qr_of
from tests.conftest import SETTINGS, MovableClock, Visit
from tests.people import People, ok
from tests.world import World

OWN_PAGE = {"origin": "http://events.example", "sec-fetch-site": "same-origin"}


@pytest.fixture(params=["booth", "doors"])
async def desk(request: pytest.FixtureRequest, world: World) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """Whoever has the desk, and the address of its phones."""
    if request.param == "booth":
        yield await world.admin("S1"), f"/en/sponsor/{world.parties['S1']}/{world.slug}/phones"
    else:
        yield world.owner, f"/en/organiser/{world.slug}/phones"


async def see(client: httpx.AsyncClient, address: str, status: int = 200) -> str:
    answer = await client.get(address)
    assert answer.status_code == status, answer.text
    return answer.text


async def press(client: httpx.AsyncClient, address: str, **fields: Any) -> httpx.Response:
    return await client.post(address, data=fields or {"press": "yes"}, headers=OWN_PAGE)


def code_on(page: str) -> str:
    """The code as the app would read it out of the link that the QR holds."""
    [code] = re.findall(r"<code>([0-9A-Z ]+)</code>", page)
    return str(code).replace(" ", "")


async def test_a_code_that_is_shown_becomes_a_phone_and_the_page_says_whose(
    desk: tuple[httpx.AsyncClient, str], visit: Visit
) -> None:
    admin, here = desk
    assert "No phone has joined yet." in await see(admin, here)
    shown = (await press(admin, here, key="one", place="North counter")).text
    [watch] = re.findall(r'data-watch="([^"]+)"', shown)
    assert (await admin.get(watch)).status_code == 204
    ok(await visit().post("/api/v1/devices/enrol", json={"code": code_on(shown), "helper": "Nok <b>"}))
    assert "Nok &lt;b&gt;&#39;s phone has joined." in await see(admin, watch)
    listed = await see(admin, here)
    assert ("1 phone in use" in listed, "Nok &lt;b&gt;" in listed, "North counter" in listed) == (True, True, True)


async def test_the_same_press_shows_the_same_code_and_a_fresh_one_another(desk: tuple[httpx.AsyncClient, str]) -> None:
    admin, here = desk
    once, again, fresh = [code_on((await press(admin, here, key=key)).text) for key in ("a", "a", "b")]
    assert (once == again, once == fresh) == (True, False)


async def test_a_code_that_is_over_is_said_to_be_and_one_of_another_desk_is_not_there(
    desk: tuple[httpx.AsyncClient, str], world: World, clock: MovableClock
) -> None:
    admin, here = desk
    [watch] = re.findall(r'data-watch="([^"]+)"', (await press(admin, here, key="one")).text)
    theirs = watch.replace(here, f"/en/sponsor/{world.parties['S2']}/{world.slug}/phones")
    await see(await world.admin("S2"), theirs, 404)
    clock.now += timedelta(minutes=10)
    assert "This code is over, and no phone has used it." in await see(admin, watch)


async def test_the_code_is_a_link_into_the_app_that_only_this_page_holds(desk: tuple[httpx.AsyncClient, str]) -> None:
    admin, here = desk
    answer = await press(admin, here, key="one")
    svg = re.search(r"<svg.*?</svg>", answer.text, re.DOTALL)
    assert svg is not None
    assert svg[0] == qr_of(f"{SETTINGS.base_url}/scan/#enrol={code_on(answer.text)}")
    assert answer.headers["cache-control"] == "no-store"
    assert "connect-src 'self'" in answer.headers["content-security-policy"]


@pytest.mark.requirement("S11-sec-4")
async def test_a_phone_is_revoked_after_a_second_look_and_what_it_sent_since_is_shown_as_times(
    desk: tuple[httpx.AsyncClient, str], people: People
) -> None:
    admin, here = desk
    phone = await (people.phone("S1") if "sponsor" in here else people.door_phone())
    ok(await phone.client.put("/api/v1/device/status", json={"waiting": 3, "app_version": "1.2"}))
    page = await see(admin, here)
    assert ("3 scans, as the phone last said" in page, "1.2" in page) == (True, True)
    sure = await see(admin, f"{here}/{phone.id}")
    assert "It last said that 3 scans wait to be sent." in sure
    assert (await press(admin, f"{here}/{phone.id}/revoke")).status_code == 400
    answer = await press(admin, f"{here}/{phone.id}/revoke", revoke="yes")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{here}?done=revoked")
    who = await people.attendee(badge_scan=True)
    scan = {
        "id": str(uuid4()),
        "code": who.badge,
        "at": people.clock.now.isoformat(),
        "kind": "booth" if "sponsor" in here else "entry",
    }
    assert (await phone.client.post("/api/v1/scans", json={"scans": [scan]})).status_code == 401
    page = await see(admin, here)
    assert ("1 revoked phone" in page, "1 scan, put aside" in page) == (True, True)
    kept = await see(admin, f"{here}/{phone.id}")
    assert ("they made no lead" in kept, who.badge in kept, "Revoke this phone" in kept) == (True, False, False)


async def test_the_newest_phones_come_first_and_older_ones_stand_on_the_next_page(
    desk: tuple[httpx.AsyncClient, str], people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "AT_ONCE", 2)
    admin, here = desk
    joined = [(await (people.phone("S1") if "sponsor" in here else people.door_phone())).id for _ in range(3)]
    page = await see(admin, here)
    assert re.findall(rf'href="{here}/([^"]+)">Revoke', page) == [str(joined[2]), str(joined[1])]
    [older] = re.findall(r'href="([^"]+)">Older phones', page)
    page = await see(admin, older)
    assert (re.findall(rf'href="{here}/([^"]+)">Revoke', page), "Older phones" in page) == ([str(joined[0])], False)


async def test_all_that_a_revoked_phone_sent_can_be_looked_at(
    desk: tuple[httpx.AsyncClient, str], people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "QUARANTINED_AT_ONCE", 2)
    admin, here = desk
    phone = await (people.phone("S1") if "sponsor" in here else people.door_phone())
    await press(admin, f"{here}/{phone.id}/revoke", revoke="yes")
    kind, at = "booth" if "sponsor" in here else "entry", people.clock.now.isoformat()
    scans = [{"id": str(uuid4()), "code": "nobody's", "at": at, "kind": kind} for _ in range(3)]
    assert (await phone.client.post("/api/v1/scans", json={"scans": scans})).status_code == 401
    page = await see(admin, f"{here}/{phone.id}")
    [more] = re.findall(r'href="([^"]+)">What came later', page)
    assert [shown.count("<tr><td>") for shown in (page, await see(admin, more))] == [2, 1]


async def test_a_phone_of_another_desk_is_not_there(desk: tuple[httpx.AsyncClient, str], people: People) -> None:
    admin, here = desk
    theirs = await people.phone("S2")
    await see(admin, f"{here}/{theirs.id}", 404)
    assert (await press(admin, f"{here}/{theirs.id}/revoke", revoke="yes")).status_code == 404


async def test_a_place_that_is_too_long_is_said_beside_its_field(desk: tuple[httpx.AsyncClient, str]) -> None:
    admin, here = desk
    answer = await press(admin, here, key="one", place="x" * 81)
    assert (answer.status_code, 'href="#place"' in answer.text) == (422, True)
