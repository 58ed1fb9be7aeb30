"""The pages of a desk's phones: a code is shown and becomes a phone, a phone is taken out; at a booth and at the doors."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from events.database.connections import Database
from tests.conftest import MovableClock, SignIn, Visit
from tests.people import People, ok
from tests.world import World

OWN_PAGE = {"origin": "http://events.example", "sec-fetch-site": "same-origin"}


@pytest.fixture
async def people(world: World, database: Database, clock: MovableClock, visit: Visit) -> People:
    return People(world, database, clock, visit)


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
    return code.replace(" ", "")


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
