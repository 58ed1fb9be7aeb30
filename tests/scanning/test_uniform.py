"""A scanner learns nothing from a refusal: not from its bytes, not from its headers, not from its time (F21, S6-sponsor-15)."""

import asyncio
import random
from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import pytest

from events.badges.codes import new_code
from events.scanning.queries import take_scans
from events.terms import Purpose
from tests.scanning.hall import Hall
from tests.timing import medians, spread

pytestmark = pytest.mark.requirement("F21", "S6-sponsor-15")


async def unknown(hall: Hall) -> str:
    return new_code("AB")


async def another_events(hall: Hall) -> str:
    """The live badge of somebody who allows scans at another event of the organisation."""
    return (await hall.guest(badge_scan=True, event=(*await hall.hold_event("CD"), "CD"))).code


async def another_organisations(hall: Hall) -> str:
    elsewhere = await Hall(hall.database, hall.sql, hall.clock, hall.visit, hall.sign_in, hall.unique).open()
    return (await elsewhere.guest(badge_scan=True)).code


async def revoked(hall: Hall) -> str:
    """The old badge of somebody who allows scans and has a new one."""
    guest = await hall.guest(badge_scan=True)
    await hall.badge(guest.id)
    return guest.code


async def not_consented(hall: Hall) -> str:
    return (await hall.guest()).code


async def withdrawn(hall: Hall) -> str:
    guest = await hall.guest(badge_scan=True)
    await guest.withdraw(Purpose.BADGE_SCAN)
    return guest.code


async def under_age(hall: Hall) -> str:
    guest = await hall.guest()
    await hall.sql.execute("update registration set age_band = '11-15' where id = $1", guest.id)
    await guest.allow_scans()
    return guest.code


async def blocked(hall: Hall) -> str:
    guest = await hall.guest(badge_scan=True)
    await hall.add("block_event", person_id=guest.person, kind="opt_out_third", act="set", at=hall.clock.now, actor="subject")
    return guest.code


async def cancelled(hall: Hall) -> str:
    return (await hall.guest(badge_scan=True, state="cancelled")).code


# every kind with the reason that only the book may know
REFUSED = {
    unknown: "no_such_badge",
    another_events: "no_such_badge",
    another_organisations: "no_such_badge",
    revoked: "no_such_badge",
    not_consented: "no_consent",
    withdrawn: "no_consent",
    under_age: "no_consent",
    blocked: "opted_out",
    cancelled: "not_confirmed",
}


def said(answer: httpx.Response) -> tuple[int, Any, bytes]:
    return answer.status_code, answer.headers.raw, answer.content


async def test_every_refused_badge_gets_the_same_answer_to_the_byte(hall: Hall) -> None:
    """Each phone is new and sends the same id, so that nothing at all is left to differ."""
    client, answers, reasons = uuid4(), [], {}
    for kind in REFUSED:
        phone = await hall.phone("S1")
        answers.append(said(await phone.send(phone.item(await kind(hall), kind="booth", client=client))))
        reasons[kind] = await hall.sql.fetchval("select reason from scan where device_id = $1", phone.id)
    assert reasons == REFUSED
    assert [answer for answer in answers if answer != answers[0]] == []
    assert b'"verdict":"saved_not_shared"' in answers[0][2]
    # the control: whoever allows scans is told apart by the same comparison
    phone, fine = await hall.phone("S1"), await hall.guest(badge_scan=True)
    lead = said(await phone.send(phone.item(fine.code, kind="booth", client=client)))
    assert (lead != answers[0], b'"verdict":"lead"' in lead[2]) == (True, True)


async def test_a_batch_does_not_tell_which_of_its_badges_is_which(hall: Hall) -> None:
    codes, ids = [await kind(hall) for kind in REFUSED], [uuid4() for _ in REFUSED]
    answers = set()
    for _ in range(6):
        phone = await hall.phone("S1")
        order = random.sample(codes, len(codes))
        items = [phone.item(code, kind="booth", client=client) for code, client in zip(order, ids, strict=True)]
        answers.add(repr(said(await phone.send(*items))))
    assert len(answers) == 1


class Prober:
    """Somebody who tries badges of four kinds, each once, with several phones, since one would soon be slowed down."""

    def __init__(self, hall: Hall, codes: dict[str, Sequence[str]]) -> None:
        self.hall, self.codes = hall, codes

    async def measure(self) -> dict[str, float]:
        """The median time of each kind, in milliseconds."""
        rounds = len(self.codes["unknown"])
        # 300 refusals a minute slow a phone down (F21), and the clock stands still here
        self.phones = [await self.hall.phone("S1") for _ in range(1 + rounds * len(self.codes) // 250)]
        return await medians({kind: partial(self.scan, kind) for kind in self.codes}, rounds)

    async def scan(self, kind: str, turn: int) -> None:
        phone = self.phones[turn % len(self.phones)]
        answer = await phone.send(phone.item(self.codes[kind][turn], kind="booth"))
        assert answer.json()["items"][0]["verdict"] == "saved_not_shared"


async def badges(hall: Hall, rounds: int) -> dict[str, Sequence[str]]:
    elsewhere = (*await hall.hold_event("CD"), "CD")
    return {
        "unknown": [new_code("AB") for _ in range(rounds)],
        "foreign": [(await hall.guest(badge_scan=True, event=elsewhere)).code for _ in range(rounds)],
        "revoked": [await revoked(hall) for _ in range(rounds)],
        "not consented": [await not_consented(hall) for _ in range(rounds)],
    }


async def test_the_time_of_a_refusal_does_not_tell_why(hall: Hall, long: bool) -> None:
    times = await Prober(hall, await badges(hall, 500 if long else 100)).measure()
    assert spread(times) < 2, times


async def test_control_five_milliseconds_more_for_one_kind_are_noticed(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = await badges(hall, 50)
    slow = set(codes["revoked"])

    async def slower(database: Any, device: Any, batch: Any, now: Any) -> Any:
        if {reading.code for reading in batch.readings} & slow:
            await asyncio.sleep(0.005)
        return await take_scans(database, device, batch, now)

    monkeypatch.setattr("events.scanning.actions.take_scans", slower)
    times = await Prober(hall, codes).measure()
    assert max(times, key=lambda kind: times[kind]) == "revoked"
    assert spread(times) > 2, times
