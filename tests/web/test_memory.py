"""Public pages in memory: the database is asked once for a crowd, and nothing about a visitor is ever kept for another."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from events.database.connections import Database
from events.web.memory import KEPT, Memory
from tests.conftest import MovableClock, SignIn
from tests.round_trips import counting
from tests.world import World


async def test_a_crowd_in_front_of_a_page_costs_one_question(
    world: World, anyone: httpx.AsyncClient, database: Database, clock: MovableClock
) -> None:
    clock.now += KEPT  # whatever another test left in memory is old now
    async with counting(database) as log:
        answers = await asyncio.gather(*(anyone.get(f"/en/events/{world.slug}") for _ in range(20)))
        answers.append(await anyone.get(f"/en/events/{world.slug}"))
    assert ({answer.status_code for answer in answers}, len(log)) == ({200}, 1)
    assert len({answer.text for answer in answers}) == 1


async def test_what_is_remembered_is_answered_as_the_route_answers(world: World, anyone: httpx.AsyncClient) -> None:
    first, again = [await anyone.get(f"/th/events/{world.slug}") for _ in range(2)]
    # two compressors: the bytes on the wire may differ, the page does not
    differs = {"vary", "content-length"}
    told = [{name: value for name, value in answer.headers.items() if name not in differs} for answer in (first, again)]
    assert told[0] == told[1]
    assert first.text == again.text
    plain = await anyone.get(f"/th/events/{world.slug}", headers={"accept-encoding": "identity"})
    assert (plain.text, "content-encoding" in plain.headers) == (first.text, False)
    unchanged = await anyone.get(f"/th/events/{world.slug}", headers={"if-none-match": f'{first.headers["etag"]}, "x"'})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


async def test_a_page_is_new_after_five_seconds(world: World, anyone: httpx.AsyncClient, clock: MovableClock) -> None:
    clock.now += KEPT
    before = (await anyone.get(f"/en/events/{world.slug}")).text
    await world.patch(f"/organiser/events/{world.slug}", {"titles": {"th": "ชื่อใหม่", "en": "Another title"}})
    assert (await anyone.get(f"/en/events/{world.slug}")).text == before
    clock.now += KEPT
    assert "Another title" in (await anyone.get(f"/en/events/{world.slug}")).text


async def test_nothing_about_a_visitor_is_kept_for_another(
    world: World, anyone: httpx.AsyncClient, sign_in: SignIn, clock: MovableClock
) -> None:
    clock.now += KEPT
    her = await sign_in(f"her@{world.slug}.example")
    hers = (await her.get(f"/en/events/{world.slug}")).text
    assert hers == (await anyone.get(f"/en/events/{world.slug}")).text
    # her own count of years is another page, under another key
    christian = await anyone.get(f"/th/events/{world.slug}", headers={"cookie": "x=1; era=ce"})
    buddhist = await anyone.get(f"/th/events/{world.slug}")
    # (the switch in the footer names the other era)
    assert ("ค.ศ. 2027" in christian.text, "พ.ศ. 2570" in christian.text, "พ.ศ. 2570" in buddhist.text) == (True, False, True)


@pytest.mark.parametrize("asked", ["?email=victim%40private.example", "/?x=1", "/"])
async def test_what_a_visitor_wrote_into_the_address_is_kept_for_nobody(
    asked: str, world: World, anyone: httpx.AsyncClient, clock: MovableClock
) -> None:
    clock.now += KEPT
    path = f"/en/events/{world.slug}"
    hers = await anyone.get(path + asked)
    assert (hers.status_code, "victim" in hers.text) == (200, False)
    assert "victim" not in (await anyone.get(path)).text


@pytest.mark.parametrize(
    ("accepted", "small"),
    [("gzip", True), ("br, gzip;q=0.5", True), ("gzip;q=0", False), ("gzip;q=0.000", False), ("identity", False), ("", False)],
)
async def test_a_remembered_page_is_small_for_whoever_takes_it_so(
    accepted: str, small: bool, world: World, anyone: httpx.AsyncClient
) -> None:
    path = f"/en/events/{world.slug}"
    await anyone.get(path)
    answer = await anyone.get(path, headers={"accept-encoding": accepted})
    assert (answer.headers.get("content-encoding") == "gzip") is small
    assert "</html>" in answer.text


async def test_what_fails_reaches_everybody_who_waits_and_is_not_kept(clock: MovableClock) -> None:
    memory, calls = Memory(), 0

    async def fail() -> tuple[int, str]:
        nonlocal calls
        calls += 1
        await asyncio.sleep(0)
        raise ValueError("no page")

    waiting = [memory.page(("x",), clock.now, "en", fail) for _ in range(3)]
    assert [type(said) for said in await asyncio.gather(*waiting, return_exceptions=True)] == [ValueError] * 3
    assert calls == 1
    with pytest.raises(ValueError, match="no page"):
        await memory.page(("x",), clock.now + timedelta(seconds=1), "en", fail)
    assert calls == 2
