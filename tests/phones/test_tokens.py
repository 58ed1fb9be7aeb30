"""The tokens of a phone: short, and good once."""

import asyncio
from uuid import uuid4

import httpx
import pytest

from events.access.tokens import new_secret
from tests.phones.asking import change, shows
from tests.scanning.hall import Hall


@pytest.mark.requirement("S11-sec-1")
async def test_the_tokens_of_a_phone_are_short_and_rotate(hall: Hall, anyone: httpx.AsyncClient) -> None:
    phone = await hall.phone("S1")
    hall.clock.forward(minutes=15)
    assert await shows(phone) == (401, "not_signed_in")
    pair = (await change(anyone, phone.refresh_token)).json()
    assert pair["expires_in"] == 900
    assert pair["refresh_token"] != phone.refresh_token
    phone.client.headers["authorization"] = f"Bearer {pair['access_token']}"
    assert (await shows(phone))[0] == 200
    assert (await change(anyone, pair["refresh_token"])).status_code == 200


@pytest.mark.requirement("S11-sec-1")
@pytest.mark.parametrize("generations", [1, 2, 5])
async def test_a_refresh_token_shown_again_however_old_revokes_the_phone_for_good(
    hall: Hall, anyone: httpx.AsyncClient, generations: int
) -> None:
    phone = await hall.phone("S1")
    token = phone.refresh_token
    for _ in range(generations):
        token = (await change(anyone, token)).json()["refresh_token"]
    stolen = await change(anyone, phone.refresh_token)
    assert (stolen.status_code, stolen.json()["code"]) == (401, "device_revoked")
    assert await hall.count("device", "id = $1 and revoked_at is not null", phone.id) == 1
    # whoever holds the current one may hand over what waits, and is told so everywhere else
    pair = (await change(anyone, token)).json()
    phone.client.headers["authorization"] = f"Bearer {pair['access_token']}"
    assert await shows(phone) == (401, "device_revoked")


@pytest.mark.parametrize("forge", ["", "x", "..", "ü.ü.ü", "changed", "other phone", "other secret"])
async def test_a_refresh_token_that_we_did_not_issue_revokes_nobody(hall: Hall, anyone: httpx.AsyncClient, forge: str) -> None:
    phone = await hall.phone("S1")
    device, secret, seal = phone.refresh_token.split(".")
    forged = {
        "changed": f"{device}.{secret}x.{seal}",
        "other phone": f"{uuid4().hex}.{secret}.{seal}",
        "other secret": f"{device}.{new_secret()}.{seal}",
    }.get(forge, forge)
    assert (await change(anyone, forged)).status_code == (422 if forged == "" else 401)
    assert (await shows(phone))[0] == 200


async def test_a_change_whose_answer_was_lost_is_asked_for_again(hall: Hall, anyone: httpx.AsyncClient) -> None:
    phone, request = await hall.phone("S1"), uuid4()
    first, again = [await change(anyone, phone.refresh_token, request) for _ in range(2)]
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["refresh_token"] == again.json()["refresh_token"] != phone.refresh_token
    together = await asyncio.gather(*(change(hall.visit(), again.json()["refresh_token"], request) for _ in range(4)))
    assert {(a.status_code, a.json()["refresh_token"]) for a in together} == {(200, together[0].json()["refresh_token"])}
    assert (await shows(phone))[0] == 200


@pytest.mark.parametrize("later", ["another request", "no request", "after the new one was used"])
async def test_an_old_token_that_is_no_repetition_revokes_the_phone(hall: Hall, anyone: httpx.AsyncClient, later: str) -> None:
    phone, request = await hall.phone("S1"), uuid4()
    new = (await change(anyone, phone.refresh_token, request)).json()["refresh_token"]
    if later == "after the new one was used":
        await change(anyone, new, uuid4())
    shown = {"another request": uuid4(), "no request": None}.get(later, request)
    copied = await change(anyone, phone.refresh_token, shown)
    assert (copied.status_code, copied.json()["code"]) == (401, "device_revoked")
    assert await hall.count("device", "id = $1 and revoked_at is not null", phone.id) == 1
