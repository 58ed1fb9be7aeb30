"""What others write down for her: imports, employers, guardians and staff can take back, and never give."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg

from events.database.embedded import EmbeddedPostgres
from tests.people import ALL_SEVEN, Attendee, People, ok
from tests.scenarios.asking import copy_grant, scenario, why


@scenario("scenario-19", "scenario-48")
async def test_an_import_can_neither_grant_nor_undo_a_withdrawal(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    await who.withdraw("sponsor_sharing", people.world.parties["S1"])
    path = f"/api/v1/organiser/events/{people.world.slug}/registrations/import"
    row = {"name": "มาลี ใจงาม", "email": who.email, "ticket": str(next(iter(people.world.tickets.values())))}
    refused = await people.world.owner.post(
        path, json={"rows": [row | {"opt_in": True}], "notified_at": people.clock.now.isoformat()}
    )
    assert (refused.status_code, "opt_in" in refused.text) == (422, True)
    ok(await people.world.owner.post(path, json={"rows": [row], "notified_at": people.clock.now.isoformat()}))
    assert await people.gets("S1", who) == []


@scenario("scenario-44")
async def test_data_that_an_employer_brought_does_not_leave_before_she_made_it_hers(people: People, sign_in: Any) -> None:
    email = f"imported-{uuid4().hex[:8]}@attendees.example"
    path = f"/api/v1/organiser/events/{people.world.slug}/registrations/import"
    row = {"name": "นำเข้า ตัวอย่าง", "email": email, "ticket": str(next(iter(people.world.tickets.values())))}
    ok(await people.world.owner.post(path, json={"rows": [row], "notified_at": people.clock.now.isoformat()}))
    client = await sign_in(email)
    [mine] = ok(await client.get("/api/v1/me/registrations"))["items"]
    who = Attendee(client, people.world, people.clock, email, UUID(mine["id"]), "")
    s1 = people.world.parties["S1"]
    ok(await who.grant("sponsor_sharing", s1))
    assert await why(people, who, "S1") == "not_from_the_attendee"
    assert await people.gets("S1", who) == []
    ok(await client.patch(who.path, json={"fields": {"name": "นำเข้า ตัวอย่าง"}, "age_band": "20+", "residence": "TH"}))
    assert await people.gets("S1", who) == [], "the consent from before her age was known stays invalid"
    ok(await who.grant("sponsor_sharing", s1))
    assert await people.gets("S1", who) == ["name", "email"]


@scenario("scenario-18", "S8-minor-1", "S8-minor-5")
async def test_a_guardians_tick_for_somebody_of_age_does_not_count(people: People, postgres: EmbeddedPostgres) -> None:
    who = await people.attendee(shares_with=["S1"])
    assert await people.gets("S1", who) == ALL_SEVEN
    admin = await asyncpg.connect(postgres.dsn("postgres"))
    try:
        people.clock.forward(seconds=1)
        await copy_grant(admin, who, actor="guardian", occurred_at=people.clock.now)
    finally:
        await admin.close()
    assert (await people.gets("S1", who), await why(people, who, "S1")) == ([], "no_consent")


@scenario("F20", "S6-sponsor-8")
async def test_staff_can_take_back_for_her_but_never_give(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    path = f"/api/v1/organiser/registrations/{who.registration}/acts"
    for purpose, recipient in (("badge_scan", None), ("sponsor_sharing", str(people.world.parties["S2"]))):
        answer = await people.world.owner.post(path, json={"act": "grant", "purpose": purpose, "recipient": recipient})
        assert (answer.status_code, answer.json()["code"]) == (403, "only_the_attendee_may_consent")
    people.clock.forward(seconds=1)
    ok(
        await people.world.owner.post(
            path, json={"act": "withdraw", "purpose": "sponsor_sharing", "recipient": str(people.world.parties["S1"])}
        )
    )
    assert await people.gets("S1", who) == []
    phone = await people.phone("S1")
    assert (
        await phone.client.put(f"{who.path}/consents", json={"acts": [{"act": "grant", "purpose": "badge_scan"}]})
    ).status_code in (401, 403)
