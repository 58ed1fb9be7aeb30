"""Who may receive: a sponsor that was named on the form, still is one, and asks for a use that was agreed."""

import asyncpg
import pytest

from events.database.embedded import EmbeddedPostgres
from tests.conftest import MovableClock
from tests.people import ALL_SEVEN, People, add_sponsor, ok
from tests.scenarios.asking import copy_grant, scenario


@scenario("scenario-14", "S6-sponsor-10")
async def test_a_sponsor_added_later_gets_nobody_who_was_not_asked_about_it(people: People) -> None:
    early = await people.attendee(shares_with=["S1", "S2"])
    await add_sponsor(people.world, "S3")
    assert await people.gets("S3", early) == []
    ok(await early.grant("sponsor_sharing", people.world.parties["S3"]))
    assert await people.gets("S3", early) == ALL_SEVEN


@scenario("scenario-15")
async def test_a_consent_that_names_a_sponsor_who_was_not_shown_cannot_even_be_stored(
    people: People, postgres: EmbeddedPostgres
) -> None:
    who = await people.attendee(shares_with=["S1"])
    form = await people.form()
    await add_sponsor(people.world, "S3")
    body = people.submission(
        form, "late@attendees.example", consents=[{"purpose": "sponsor_sharing", "recipient": str(people.world.parties["S3"])}]
    )
    answer = await people.visit().post(f"/api/v1/events/{people.world.slug}/registrations", json=body)
    assert answer.status_code == 409, "the form changed with its sponsors"
    admin = await asyncpg.connect(postgres.dsn("postgres"))
    try:
        with pytest.raises(asyncpg.CheckViolationError):
            await copy_grant(admin, who, recipient=people.world.parties["S3"])
    finally:
        await admin.close()


@scenario("scenario-16", "S6-sponsor-1")
async def test_a_sponsorship_that_ended_yesterday_gives_nothing_even_again(people: People, clock: MovableClock) -> None:
    who = await people.attendee(shares_with=["S1"])
    assert await people.gets("S1", who) == ALL_SEVEN
    await people.world.post(
        f"/organiser/events/{people.world.slug}/sponsors/{people.world.parties['S1']}/end",
        {"at": clock.now.isoformat()},
    )
    clock.forward(days=1)
    answer = await people.pull("S1")
    assert (answer.status_code, answer.json()["code"]) == (410, "sponsorship_ended")


@scenario("F27", "S6-sponsor-11")
async def test_a_renamed_sponsor_keeps_its_consents_and_its_buyer_gets_none(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    ok(
        await people.world.owner.patch(
            f"/api/v1/organiser/parties/{people.world.parties['S1']}", json={"legal_name": "New Name Co., Ltd."}
        )
    )
    assert await people.gets("S1", who) == ALL_SEVEN
    await add_sponsor(people.world, "Buyer")
    assert await people.gets("Buyer", who) == []


@scenario("F10", "S6-sponsor-11")
async def test_a_user_of_the_sponsors_parent_company_gets_nothing_of_it(people: People) -> None:
    await people.attendee(shares_with=["S1"])
    await add_sponsor(people.world, "Parent", listed=False)
    parent = await people.world.admin("Parent")
    query = {"event": people.world.slug, "use": "follow_up", "accept_terms": "true"}
    answers = [
        await parent.get("/api/v1/leads", params=query),
        await parent.get("/api/v1/leads", params=query | {"party": str(people.world.parties["S1"])}),
    ]
    assert [a.status_code for a in answers] == [404, 404]


@scenario("scenario-42", "S6-sponsor-9")
@pytest.mark.parametrize(("use", "status"), [("recruitment", 422), ("market_research", 403), (None, 422)])
async def test_a_use_that_was_not_agreed_gets_nothing(people: People, use: str | None, status: int) -> None:
    await people.attendee(shares_with=["S1"])
    params = {"event": people.world.slug, "accept_terms": "true"} | ({"use": use} if use else {})
    assert (await (await people.world.admin("S1")).get("/api/v1/leads", params=params)).status_code == status


@scenario("scenario-43", "S7-xfer-3")
async def test_an_agreement_that_ran_out_blocks_the_next_pull(people: People, clock: MovableClock) -> None:
    await people.attendee(shares_with=["S1"])
    await people.world.agree("S1", days=2)
    assert (await people.pull("S1")).status_code == 200
    clock.forward(days=2)
    answer = await people.pull("S1")
    assert (answer.status_code, answer.json()["code"]) == (403, "no_agreement")
