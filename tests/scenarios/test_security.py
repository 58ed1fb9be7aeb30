"""Who must get nothing: a guesser, another site, a removed admin, an authority, a server that cannot write the book."""

from typing import Any
from uuid import uuid4

import asyncpg

from events.database.connections import Database
from events.database.embedded import EmbeddedPostgres
from tests.people import ALL_SEVEN, People, ok
from tests.scenarios.asking import scenario
from tests.world import World


@scenario("F21", "S6-sponsor-15")
async def test_somebody_who_tries_codes_is_slowed_down_and_the_dpo_is_told(
    people: People, database: Database, world: World
) -> None:
    phone = await people.phone("S1")
    who = await people.attendee(badge_scan=True)
    guess = [{"id": str(uuid4()), "code": f"{n:020d}", "at": people.clock.now.isoformat(), "kind": "booth"} for n in range(300)]
    answer = ok(await phone.client.post("/api/v1/scans", json={"scans": guess}))
    assert {v["verdict"] for v in answer["items"]} == {"saved_not_shared"}
    one = [{"id": str(uuid4()), "code": who.badge, "at": people.clock.now.isoformat(), "kind": "booth"}]
    slowed = await phone.client.post("/api/v1/scans", json={"scans": one})
    assert (slowed.status_code, slowed.headers["retry-after"]) == (429, "60")
    people.clock.forward(seconds=61)
    assert ok(await phone.client.post("/api/v1/scans", json={"scans": one}))["items"][0]["verdict"] == "lead"
    dpo = people.world.owner_email.replace("owner@", "dpo@")
    [mail] = await database.call("select kind from messages.mailbox($1, 200)", dpo)
    assert mail["kind"] == "scan_alarm"


@scenario("S11-sec-1", "S6-sponsor-14")
async def test_a_link_on_another_site_cannot_make_a_sponsor_take_leads(people: People) -> None:
    await people.attendee(shares_with=["S1"])
    admin = await people.world.admin("S1")
    params = {"event": people.world.slug, "use": "follow_up", "accept_terms": "true"}
    answers = [
        (await admin.get("/api/v1/leads", params=params, headers={"sec-fetch-site": site})).status_code
        for site in ("cross-site", "same-origin", "none")
    ]
    assert answers == [403, 200, 200]


@scenario("S11-sec-1")
async def test_an_admin_who_is_taken_off_the_team_takes_her_programs_and_phones_with_her(people: People) -> None:
    who = await people.attendee(shares_with=["S1"], badge_scan=True)
    phone = await people.phone("S1")
    admin = await people.world.admin("S1")
    client = ok(await admin.post("/api/v1/clients", json={"name": "CRM"}))
    machine = people.visit()
    token = ok(
        await machine.post(
            "/api/v1/oauth/token",
            data={"grant_type": "client_credentials", "client_id": client["client_id"], "client_secret": client["client_secret"]},
        )
    )["access_token"]
    params = {"event": people.world.slug, "use": "follow_up", "accept_terms": "true"}
    bearer = {"authorization": f"Bearer {token}"}
    assert (await machine.get("/api/v1/leads", params=params, headers=bearer)).status_code == 200
    party = f"/organiser/parties/{people.world.parties['S1']}"
    [member] = (await people.world.get(party))["members"]
    ok(await people.world.owner.delete(f"/api/v1{party}/members/{member['person']}"))
    scan = {"id": str(uuid4()), "code": who.badge, "at": people.clock.now.isoformat(), "kind": "booth"}
    after = [
        await machine.get("/api/v1/leads", params=params, headers=bearer),
        await admin.get("/api/v1/leads", params=params),
        await phone.client.post("/api/v1/scans", json={"scans": [scan]}),
    ]
    assert [a.status_code for a in after] == [401, 403, 401]


@scenario("scenario-60")
async def test_no_route_hands_anything_to_an_authority(people: People, app: Any) -> None:
    paths = app.litestar.openapi_schema.to_schema()["paths"]
    assert [p for p in paths if "authorit" in p or "police" in p] == []
    answer = await people.world.owner.post(
        "/api/v1/organiser/parties",
        json={
            "kind": "authority",
            "legal_name": "Police",
            "registration_number": "1",
            "countries": ["TH"],
            "contact_email": "p@police.example",
        },
    )
    assert answer.status_code == 422


@scenario("scenario-63", "scenario-45")
async def test_a_server_that_cannot_write_the_book_gives_nothing(people: People, postgres: EmbeddedPostgres, app: Any) -> None:
    """A replica and a full disk look the same to a door: it cannot write, so nothing leaves (503)."""
    who = await people.attendee(shares_with=["S1"])
    assert await people.gets("S1", who) == ALL_SEVEN
    admin = await asyncpg.connect(postgres.dsn("postgres"))
    try:
        await admin.execute("alter role events_release set default_transaction_read_only = on")
        database = app.litestar.state.database
        await database.release.expire_connections()
        answer = await people.pull("S1")
        assert (answer.status_code, who.email in answer.text) == (503, False)
    finally:
        await admin.execute("alter role events_release reset default_transaction_read_only")
        await admin.close()
        await app.litestar.state.database.release.expire_connections()
    assert await people.gets("S1", who) == ALL_SEVEN
