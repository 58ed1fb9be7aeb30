"""What an attacker found once, by patience, by clocks that differ, and by being early at the lock; none of it works again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from events.app import create_app
from events.consent.actions import take_back
from events.consent.rules import taking_back
from events.database.connections import Database, Scope
from events.leads.queries import TAKE_LEADS
from events.terms import Purpose
from tests.conftest import SETTINGS
from tests.leads.fair import Fair
from tests.leads.test_door import args_of
from tests.meanwhile import ROW, elsewhere, until_it_waits
from tests.people import Attendee, People, another_event, mailed_token, ok

pytestmark = pytest.mark.requirement("S6-sponsor-13", "F4")

# a field that left, may not leave any more, and of which the party was not told since
NOT_TOLD = """
select distinct f as field from disclosure d join release r on r.id = d.release_id cross join lateral unnest(d.fields) f
where d.registration_id = $1 and d.basis <> 'contract'
  and not exists (select from release.decide(r.event_id, r.party_id, r.declared_use, release.card_fields(), $2) now
                  where now.registration_id = d.registration_id and f = any (now.fields))
  and not exists (select from recall c where c.registration_id = d.registration_id and c.party_id = r.party_id
                  and f = any (c.fields) and c.id > r.id)
"""
EVERYBODY = UUID(int=0)


async def not_told(fair: Fair, who: Attendee) -> set[str]:
    rows = await fair.sql.fetch(NOT_TOLD, who.registration, fair.clock.now + timedelta(minutes=1))
    return {row["field"] for row in rows}


def process_ahead(fair: Fair, client: httpx.AsyncClient, seconds: float) -> httpx.AsyncClient:
    """The same caller at another API process, whose clock runs ahead."""
    app: Any = create_app(SETTINGS, fair.people.database, clock=lambda: fair.clock.now + timedelta(seconds=seconds))
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://events.example", headers=client.headers, cookies=client.cookies
    )


def early_scan(fair: Fair, who: Attendee, client: UUID | None = None) -> dict[str, Any]:
    """One reading by a phone whose clock is a day ahead."""
    at = (fair.clock.now + timedelta(days=1)).isoformat()
    return {"scans": [{"id": str(client or uuid4()), "code": who.badge, "at": at, "kind": "booth"}]}


@asynccontextmanager
async def held(fair: Fair, party: UUID = EVERYBODY) -> AsyncIterator[None]:
    """The release lock is held, as by somebody who takes something back."""
    async with fair.sql.transaction():
        await fair.sql.execute("select pg_advisory_xact_lock(release.lock_key($1, $2))", fair.world.event, party)
        yield


# ---- giving less


@pytest.mark.parametrize("by", ["form", "scan"])
async def test_giving_again_and_less_tells_whoever_has_more(fair: Fair, by: str) -> None:
    who = (await fair.attendee(shares_with=["S1"] if by == "form" else [], badge_scan=by == "scan")).attendee
    await (await fair.people.phone("S1")).scan(who.badge)
    assert len(await fair.people.gets("S1", who)) > 1
    fair.clock.forward(minutes=5)
    if by == "form":
        ok(await who.grant("sponsor_sharing", fair.parties["S1"], ["name"]))
    else:
        ok(await who.grant("badge_scan", None, ["name"]))
    assert await not_told(fair, who) == set()
    [recall] = ok(await (await fair.admin("S1")).get("/api/v1/recalls"))["items"]
    assert "email" in recall["fields"]


async def test_giving_less_waits_for_a_release_that_is_under_way(fair: Fair, database: Database) -> None:
    who = (await fair.attendee(shares_with=["S1"])).attendee
    _, client = await fair.machine("S1")
    async with asyncio.timeout(20):
        async with database.door() as door:
            assert "email" in (await door.fetch(TAKE_LEADS, *args_of(client, fair)))[1]["fields"]
            narrowing = elsewhere(who.grant("sponsor_sharing", fair.parties["S1"], ["name"]))
            await until_it_waits(fair.sql)
        ok(await narrowing)
    assert await not_told(fair, who) == set()


# ---- two at once


async def test_giving_less_beside_a_download_waits_as_well(fair: Fair, database: Database) -> None:
    who = (await fair.attendee(shares_with=["S1"])).attendee
    slides = {"kind": "slides", "titles": {"th": "สไลด์", "en": "Slides"}, "url": "https://files.example/slides"}
    sponsor = {"sponsor": str(fair.parties["S1"])}
    asset = (await fair.world.post(f"/organiser/events/{fair.slug}/assets", slides | sponsor))["id"]
    form = await fair.people.form("en")
    tick = {"share_with_sponsor": True, "served_form": form["id"], "form_sha256": form["sha256"], "fields": ["name"]}
    _, client = await fair.machine("S1")
    async with asyncio.timeout(20):
        async with database.door() as door:
            assert "email" in (await door.fetch(TAKE_LEADS, *args_of(client, fair)))[1]["fields"]
            fair.clock.forward(seconds=1)
            pressing = elsewhere(who.client.post(f"{who.path}/assets/{asset}", json=tick))
            await until_it_waits(fair.sql)
            assert not pressing.done()
        assert ok(await pressing) == {"url": "https://files.example/slides"}
    [recall] = ok(await (await fair.admin("S1")).get("/api/v1/recalls"))["items"]
    assert "email" in recall["fields"]


async def test_of_two_ways_of_taking_back_at_once_the_later_finds_what_the_earlier_told(fair: Fair, database: Database) -> None:
    who = (await fair.attendee(shares_with=["S1"])).attendee
    await fair.people.pull("S1")
    fair.clock.forward(minutes=1)
    back = taking_back(Purpose.SPONSOR_SHARING, fair.parties["S1"], "staff", None, "staff")
    async with asyncio.timeout(20):
        async with database.transaction(Scope(organisation=fair.world.organisation)) as connection:
            await take_back(connection, fair.world.event, who.registration, [back], fair.clock.now)
            fair.clock.forward(seconds=1)
            blocking = elsewhere(who.client.put("/api/v1/me/blocks/opt_out_third"))
            await until_it_waits(fair.sql)
        ok(await blocking)
    assert len(ok(await (await fair.admin("S1")).get("/api/v1/recalls"))["items"]) == 1


async def test_what_she_registers_for_while_her_objection_waits_is_covered_by_it(fair: Fair) -> None:
    who = (await fair.attendee(shares_with=["S1"])).attendee
    there = await another_event(fair.world)
    people = People(there, fair.people.database, fair.clock, fair.people.visit)
    async with asyncio.timeout(20):
        async with held(fair):
            objecting = elsewhere(who.client.put("/api/v1/me/blocks/opt_out_third"))
            await until_it_waits(fair.sql)

            async def register_and_be_released() -> Attendee:
                second = await people.attendee(shares_with=["S1"], email=who.email)
                ok(await people.pull("S1"))
                return second

            registering = elsewhere(register_and_be_released())
            await until_it_waits(fair.sql, registering, ROW)  # for the objection; without it, it is done
        ok(await objecting)
        second = await registering
    fair.clock.forward(minutes=1)
    assert ok(await people.pull("S1"))["items"] == []
    assert await not_told(fair, second) == set()


# ---- clocks that differ


@pytest.mark.requirement("scenario-7")
@pytest.mark.parametrize("seconds", [2, 300])
async def test_a_scan_that_was_there_before_the_flag_is_not_after_it_by_another_clock(fair: Fair, seconds: float) -> None:
    who, phone, reading = (await fair.attendee()).attendee, await fair.people.phone("S1"), uuid4()
    async with process_ahead(fair, phone.client, seconds) as ahead:
        ok(await ahead.post("/api/v1/scans", json=early_scan(fair, who, reading)))
    fair.clock.forward(seconds=0.1)
    ok(await who.grant("badge_scan"))
    again = ok(await phone.client.post("/api/v1/scans", json=early_scan(fair, who, reading)))
    assert again["items"][0]["verdict"] == "saved_not_shared"
    fair.clock.forward(minutes=10)
    assert ok(await fair.people.pull("S1"))["items"] == []


@pytest.mark.parametrize("second", ["field", "block"])
async def test_two_losses_at_one_time_are_both_told(fair: Fair, second: str) -> None:
    """A release that is stamped ahead lends its time to both."""
    who = (await fair.attendee(shares_with=["S1"])).attendee
    async with process_ahead(fair, await fair.admin("S1"), 5) as ahead:
        ok(await ahead.get("/api/v1/leads", params=fair.asking()))
    ok(await who.client.patch(who.path, json={"withheld_fields": ["phone"]}))
    fair.clock.forward(seconds=1)
    if second == "field":
        ok(await who.client.patch(who.path, json={"withheld_fields": ["phone", "email"]}))
    else:
        ok(await who.client.put("/api/v1/me/blocks/opt_out_third"))
    fair.clock.forward(minutes=2)
    assert await not_told(fair, who) == set()


# ---- what ends while somebody waits at the lock


async def test_an_agreement_that_ends_while_a_pull_waits_has_ended(fair: Fair) -> None:
    await fair.attendee(shares_with=["S1"])
    await fair.world.agree("S1", days=1 / 24)
    fair.clock.forward(minutes=59, seconds=59.8)
    admin = await fair.admin("S1")
    async with asyncio.timeout(20):
        async with held(fair, fair.parties["S1"]):
            pull = elsewhere(admin.get("/api/v1/leads", params=fair.asking()))
            await until_it_waits(fair.sql)
            await asyncio.sleep(0.4)
        assert (await pull).status_code == 403


async def test_whoever_is_taken_off_the_team_while_she_waits_gets_nothing(fair: Fair) -> None:
    await fair.attendee(shares_with=["S1"])
    admin = await fair.admin("S1")
    person = await fair.sql.fetchval("select person_id from party_member where party_id = $1", fair.parties["S1"])
    async with asyncio.timeout(20):
        async with held(fair):
            pull = elsewhere(admin.get("/api/v1/leads", params=fair.asking()))
            await until_it_waits(fair.sql)
            ok(await fair.world.owner.delete(f"/api/v1/organiser/parties/{fair.parties['S1']}/members/{person}"))
        assert (await pull).status_code == 404


async def test_a_phone_that_is_revoked_while_its_scans_wait_is_told_no_name_and_loses_no_scan(fair: Fair) -> None:
    who, phone = (await fair.attendee(badge_scan=True)).attendee, await fair.people.phone("S1")
    admin, scans = await fair.admin("S1"), early_scan(fair, who)
    async with asyncio.timeout(20):
        async with held(fair):
            waiting = elsewhere(phone.client.post("/api/v1/scans", json=scans))
            await until_it_waits(fair.sql)
            ok(await admin.delete(f"/api/v1/devices/{phone.id}"))
        assert (await waiting).status_code == 503
    assert ok(await fair.people.pull("S1"))["items"] == []


@pytest.mark.requirement("scenario-58")
async def test_a_badge_that_is_issued_anew_in_the_midst_of_a_scan_leaves_nothing_she_cannot_dispute(fair: Fair) -> None:
    who = (await fair.attendee(badge_scan=True)).attendee
    one, other = await fair.people.phone("S1"), await fair.people.phone("S1")
    await one.scan(who.badge)
    fair.clock.forward(seconds=5)
    async with asyncio.timeout(20):
        async with fair.sql.transaction():
            await fair.sql.execute("select from visit where registration_id = $1 for update", who.registration)
            waiting = elsewhere(other.client.post("/api/v1/scans", json=early_scan(fair, who)))
            await until_it_waits(fair.sql, lock=ROW)
            ok(await who.client.post(f"{who.path}/badge", json={}))
        ok(await waiting)
    ground = await fair.sql.fetchval("select scan_id from visit where registration_id = $1", who.registration)
    assert str(ground) in [scan["id"] for scan in ok(await who.client.get(f"{who.path}/scans"))["items"]]
    assert (await who.client.post(f"{who.path}/scans/{ground}/not-me")).status_code == 204


# ---- coming back


async def imported(fair: Fair, email: str) -> Attendee:
    """The organiser brings her in."""
    ticket = (await fair.people.form("en"))["content"]["tickets"][0]["id"]
    row = {"email": email, "name": "Malee", "ticket": ticket, "language": "en"}
    body = {"notified_at": fair.clock.now.isoformat(), "rows": [row]}
    ok(await fair.world.owner.post(f"/api/v1/organiser/events/{fair.slug}/registrations/import", json=body))
    client = await fair.world.sign_in(email)
    [mine] = [m for m in ok(await client.get("/api/v1/me/registrations"))["items"] if m["state"] == "confirmed"]
    fair.clock.forward(minutes=1)
    return Attendee(client, fair.world, fair.clock, email, UUID(mine["id"]), mine["badge"])


async def say_it_is_hers(who: Attendee) -> None:
    ok(await who.client.patch(who.path, json={"age_band": "20+", "residence": "TH"}))


@pytest.mark.requirement("scenario-11")
async def test_what_she_withdrew_stays_withdrawn_when_the_organiser_brings_her_back(fair: Fair) -> None:
    visitor = await fair.attendee(shares_with=["S1"], badge_scan=True)
    await visitor.withdraw(fair.parties["S1"])
    fair.clock.forward(minutes=1)
    ok(await visitor.attendee.client.delete(visitor.attendee.path))
    fair.clock.forward(minutes=1)
    back = await imported(fair, visitor.attendee.email)
    await say_it_is_hers(back)
    ok(await back.grant("badge_scan"))
    assert (await (await fair.people.phone("S1")).scan(back.badge))["verdict"] == "saved_not_shared"


@pytest.mark.requirement("scenario-11")
async def test_what_she_withdrew_after_she_sent_a_form_stays_withdrawn_when_she_confirms_it(fair: Fair) -> None:
    email, people = f"{fair.unique('malee')}@attendees.example", fair.people
    visitor, form = people.visit(), await people.form("en")
    sent = people.submission(form, email, consents=[{"purpose": "badge_scan"}])
    who = await imported(fair, email)
    ok(await visitor.post(f"/api/v1/events/{fair.slug}/registrations", json=sent))
    token = await mailed_token(people.database, email)
    await say_it_is_hers(who)
    ok(await who.grant("sponsor_sharing", fair.parties["S1"]))
    await who.withdraw("sponsor_sharing", fair.parties["S1"])
    fair.clock.forward(minutes=1)
    ok(await who.client.delete(who.path))
    confirmed = ok(await visitor.post("/api/v1/confirmations", json={"token": token}))
    mine = ok(await visitor.get(f"/api/v1/me/registrations/{confirmed['registration']}"))
    fair.clock.forward(minutes=1)
    assert (await (await people.phone("S1")).scan(mine["badge"]))["verdict"] == "saved_not_shared"
