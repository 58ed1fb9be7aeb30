"""A hundred phones ask the database for one list; which of them may have it is asked each time."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest

from events.phones.allow_list.memory import LEAST_FRESH, MOST_FRESH, AllowList, Lists
from events.phones.allow_list.queries import BOOTH_LIST, DOOR_LIST, LIST_PLACE
from events.phones.allow_list.rules import tag_of
from tests.round_trips import counting
from tests.scanning.hall import Hall, Phone

pytestmark = pytest.mark.requirement("S6-sponsor-15")

NOW = datetime(2027, 3, 1, tzinfo=UTC)
OF, OTHER = (UUID(int=1), UUID(int=2)), (UUID(int=1), None)


def dear() -> Lists:
    """Lists that cost a second each, by their own watch."""
    return Lists(itertools.count().__next__)


class Maker:
    """Gives what it is told to, when it is told to, and counts how often it was asked."""

    def __init__(self, *answers: bytes | Exception | None) -> None:
        self.answers, self.asked, self.go = list(answers), 0, asyncio.Event()
        self.go.set()

    async def __call__(self) -> bytes | None:
        self.asked += 1
        await self.go.wait()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def test_a_list_is_made_once_for_all_who_ask_while_it_is_made_and_while_it_is_fresh() -> None:
    lists, make = dear(), Maker(b"first!", b"second")
    make.go.clear()
    waiting = [asyncio.create_task(lists.list_of(OF, NOW + n * timedelta(seconds=1), make)) for n in range(5)]
    await asyncio.sleep(0)
    make.go.set()
    found = await asyncio.gather(*waiting)
    assert (make.asked, {one.hashes for one in found if one}) == (1, {b"first!"})
    just = MOST_FRESH - timedelta(microseconds=1)
    for at in (just, -just):
        assert await lists.list_of(OF, NOW + at, make) is found[0]
    again = await lists.list_of(OF, NOW + MOST_FRESH, make)
    assert (make.asked, again and again.hashes) == (2, b"second")


async def test_a_list_that_costs_little_is_made_again_soon() -> None:
    lists, make = Lists(lambda: 0.0), Maker(b"first!", b"second")
    await lists.list_of(OF, NOW, make)
    again = await lists.list_of(OF, NOW + LEAST_FRESH, make)
    assert (make.asked, again and again.hashes) == (2, b"second")


async def test_every_event_and_party_has_a_list_of_its_own_at_once() -> None:
    lists, slow, quick = Lists(), Maker(b"slowly"), Maker(b"quick!")
    slow.go.clear()
    waiting = asyncio.create_task(lists.list_of(OF, NOW, slow))
    await asyncio.sleep(0)
    assert await lists.list_of(OTHER, NOW, quick) == AllowList(b"quick!", tag_of(b"quick!"), NOW, LEAST_FRESH)
    slow.go.set()
    found = await waiting
    assert found
    assert found.hashes == b"slowly"


async def test_a_failure_reaches_all_who_wait_and_is_not_kept() -> None:
    lists, make = Lists(), Maker(RuntimeError("no database"), b"first!")
    waiting = [asyncio.create_task(lists.list_of(OF, NOW, make)) for _ in range(2)]
    assert [type(one) for one in await asyncio.gather(*waiting, return_exceptions=True)] == [RuntimeError, RuntimeError]
    found = await lists.list_of(OF, NOW, make)
    assert (make.asked, found and found.hashes) == (2, b"first!")


async def test_a_phone_that_goes_away_does_not_take_the_list_of_the_others_with_it() -> None:
    lists, make = Lists(), Maker(b"first!")
    make.go.clear()
    gone, stays = [asyncio.create_task(lists.list_of(OF, NOW, make)) for _ in range(2)]
    await asyncio.sleep(0)
    gone.cancel()
    make.go.set()
    found = await stays
    assert (make.asked, found and found.hashes, gone.cancelled()) == (1, b"first!", True)


async def test_a_phone_that_was_revoked_meanwhile_gets_none_and_whoever_waited_asks_for_itself() -> None:
    lists, of_revoked, of_live = Lists(), Maker(None), Maker(b"first!")
    revoked = asyncio.create_task(lists.list_of(OF, NOW, of_revoked))
    await asyncio.sleep(0)
    found = await lists.list_of(OF, NOW, of_live)
    assert (await revoked, found and found.hashes, of_live.asked) == (None, b"first!", 1)


async def test_a_difference_is_told_only_from_a_list_that_this_process_made() -> None:
    lists, make = Lists(), Maker(b"aaaaaabbbbbbcccccc", b"aaaaaabbbbbbdddddd", b"eeeeee")
    old = await lists.list_of(OF, NOW, make)
    new = await lists.list_of(OF, NOW + MOST_FRESH, make)
    assert old
    assert new
    assert lists.told_since(OF, old.tag, new) == b"\0\0\0\1ccccccdddddd"
    assert lists.told_since(OF, '"unknown"', new) is None
    assert list(new.told) == [old.tag]
    shorter = await lists.list_of(OF, NOW + 2 * MOST_FRESH, make)
    assert shorter
    assert lists.told_since(OF, new.tag, shorter) is None, "the whole list is shorter than what changed"


async def ask(phone: Phone) -> httpx.Response:
    return await phone.client.get("/api/v1/device/list")


@pytest.mark.parametrize("booth", [True, False])
async def test_many_phones_cost_one_list_and_each_one_look_at_itself(hall: Hall, booth: bool) -> None:
    phones, guest = [await hall.phone("S1" if booth else None) for _ in range(4)], await hall.guest(badge_scan=True)
    making = BOOTH_LIST if booth else DOOR_LIST
    async with counting(hall.database) as log:
        answers = await asyncio.gather(*map(ask, phones))
    assert [(a.status_code, len(a.content)) for a in answers] == [(200, 6)] * 4
    assert (log.count(LIST_PLACE), log.count(making)) == (4, 1)
    async with counting(hall.database) as log:
        assert (await ask(phones[0])).content == answers[0].content
    assert log == [LIST_PLACE]
    await hall.sql.execute("update badge set revoked_at = $2 where registration_id = $1", guest.id, hall.clock.now)
    hall.clock.forward(seconds=20)
    async with counting(hall.database) as log:
        assert (await ask(phones[0])).content == b""
    assert (log.count(LIST_PLACE), log.count(making)) == (1, 1)


async def test_a_phone_that_is_revoked_and_a_sponsorship_that_ends_get_none_at_once(hall: Hall) -> None:
    phone, other, rival = await hall.phone("S1"), await hall.phone("S1"), await hall.phone("S2")
    await hall.guest(badge_scan=True)
    lengths = [len((await ask(one)).content) for one in (phone, other, rival)]
    assert lengths == [6, 6, 6]
    await hall.sql.execute("update device set revoked_at = $2 where id = $1", phone.id, hall.clock.now)
    refused = await ask(phone)
    assert (refused.status_code, refused.json()["code"]) == (401, "device_revoked")
    assert len((await ask(other)).content) == 6
    await hall.sql.execute("update sponsorship set ends_at = $2 where party_id = $1", hall.parties["S1"], hall.clock.now)
    assert ((await ask(other)).content, len((await ask(rival)).content)) == (b"", 6)
    door = await hall.phone(None)
    assert len((await ask(door)).content) == 6
    await hall.sql.execute("update event set cancelled_at = $2 where id = $1", hall.event, hall.clock.now)
    assert [(await ask(one)).content for one in (door, rival)] == [b"", b""]
