"""Whether somebody is known here is told to nobody: not by an answer, not by its headers, not by its time (F15)."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import httpx
import pytest

from events.access.actions import ask_to_sign_in
from tests.access.links import submission
from tests.scanning.hall import Hall
from tests.timing import medians, spread

pytestmark = pytest.mark.requirement("F15", "S11-sec-1")
NETWORKS = 25  # one network alone would soon be slowed down

Door = Callable[[Hall, httpx.AsyncClient, str], Awaitable[httpx.Response]]


async def ask_for_a_link(hall: Hall, client: httpx.AsyncClient, email: str) -> httpx.Response:
    return await client.post("/api/v1/sign-in", json={"email": email})


async def register(hall: Hall, client: httpx.AsyncClient, email: str) -> httpx.Response:
    return await client.post(f"/api/v1/events/{hall.slug}/registrations", json=await submission(hall, email))


every_door = pytest.mark.parametrize("door", [ask_for_a_link, register])


async def known(hall: Hall) -> str:
    """The address of somebody who registered for this very event, and is confirmed."""
    return (await hall.guest()).card["email"]


async def somebody_elsewhere(hall: Hall) -> str:
    """The address of somebody whom the product knows, and this event does not."""
    email = f"{hall.unique('elsewhere')}@people.example"
    await hall.sign_in(email)
    return email


async def unknown(hall: Hall) -> str:
    return f"{hall.unique('nobody')}@people.example"


KINDS = {"known": known, "elsewhere": somebody_elsewhere, "unknown": unknown}


def said(answer: httpx.Response) -> tuple[int, Any, str]:
    """All that an answer says, but for the id of a receipt, which is new each time."""
    return answer.status_code, answer.headers.raw, re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "…", answer.text)


@every_door
async def test_an_address_that_is_known_is_answered_like_one_that_is_not(hall: Hall, door: Door) -> None:
    answers = [said(await door(hall, hall.visit(), await address(hall))) for address in KINDS.values()]
    assert answers[0][0] == 202
    assert answers == [answers[0]] * len(KINDS)
    # the control: the same comparison tells an address that is none
    assert said(await door(hall, hall.visit(), "no address")) != answers[0]


async def times(hall: Hall, door: Door, rounds: int) -> dict[str, float]:
    """The median time of each kind of address in milliseconds; no address is asked about twice."""
    addresses = {kind: [await address(hall) for _ in range(rounds)] for kind, address in KINDS.items()}
    visitors = [hall.visit() for _ in range(max(NETWORKS, rounds * len(KINDS) // 50))]

    async def call(kind: str, turn: int) -> None:
        answer = await door(hall, visitors[turn % len(visitors)], addresses[kind][turn])
        assert answer.status_code == 202, answer.text

    return await medians({kind: partial(call, kind) for kind in KINDS}, rounds)


@every_door
async def test_the_time_of_the_answer_does_not_tell_whether_she_is_known(hall: Hall, door: Door, long: bool) -> None:
    took = await times(hall, door, 667 if long else 80)
    assert spread(took) < 2, took


async def test_control_five_milliseconds_more_for_whom_we_know_are_noticed(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    async def slower(database: Any, email: str, *rest: Any) -> None:
        if not email.startswith("nobody"):
            await asyncio.sleep(0.005)
        await ask_to_sign_in(database, email, *rest)

    monkeypatch.setattr("events.access.routes.ask_to_sign_in", slower)
    took = await times(hall, ask_for_a_link, 40)
    assert (spread(took) > 2, min(took, key=lambda kind: took[kind])) == (True, "unknown"), took
