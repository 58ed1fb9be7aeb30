"""Texts, forms and time: a consent counts for the words that were shown and in force, and for nothing beside them."""

from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg

from events.database.embedded import EmbeddedPostgres
from tests.people import ALL_SEVEN, People, ok
from tests.scenarios.asking import copy_grant, scenario, why


@scenario("scenario-21")
async def test_a_consent_under_a_text_that_was_not_in_force_yet_does_not_count(
    people: People, postgres: EmbeddedPostgres
) -> None:
    who = await people.attendee(shares_with=["S1"])
    future = await people.world.publish_text("sponsor_sharing", effective_from=people.clock.now + timedelta(days=5))
    admin = await asyncpg.connect(postgres.dsn("postgres"))
    try:
        people.clock.forward(seconds=1)
        sha = await admin.fetchval("select sha256 from consent_text where id = $1", UUID(future["languages"]["th"]["id"]))
        await copy_grant(admin, who, text_id=UUID(future["languages"]["th"]["id"]), text_sha256=sha, occurred_at=people.clock.now)
    finally:
        await admin.close()
    assert (await people.gets("S1", who), await why(people, who, "S1")) == ([], "no_consent")


@scenario("scenario-23", "S3.1-contact-1")
async def test_health_data_in_a_consent_by_mistake_never_leaves_and_the_rest_does(
    people: People, postgres: EmbeddedPostgres
) -> None:
    who = await people.attendee(shares_with=["S1"])
    admin = await asyncpg.connect(postgres.dsn("postgres"))
    try:
        people.clock.forward(seconds=1)
        await copy_grant(admin, who, fields=["name", "dietary", "health", "age_band", "email"], occurred_at=people.clock.now)
    finally:
        await admin.close()
    assert await people.gets("S1", who) == ["name", "email"]


@scenario("scenario-47")
async def test_a_grant_and_a_withdrawal_of_the_same_instant_mean_no(people: People) -> None:
    who = await people.attendee()
    s1 = str(people.world.parties["S1"])
    form = await people.form()
    people.clock.forward(seconds=1)
    acts = [
        {"act": "grant", "purpose": "sponsor_sharing", "recipient": s1},
        {"act": "withdraw", "purpose": "sponsor_sharing", "recipient": s1},
    ]
    for both in (acts, acts[::-1]):
        ok(
            await who.client.put(
                f"{who.path}/consents", json={"acts": both, "served_form": form["id"], "form_sha256": form["sha256"]}
            )
        )
    assert await people.gets("S1", who) == []


@scenario("F11", "S12-ver-3")
async def test_a_wider_text_leaves_old_consents_as_they_were(people: People) -> None:
    narrow = [f for f in ALL_SEVEN if f != "phone"]
    people.clock.forward(seconds=1)
    await people.world.publish_text("sponsor_sharing", fields=narrow)
    people.clock.forward(seconds=1)
    who = await people.attendee(shares_with=["S1"])
    await people.world.publish_text("sponsor_sharing", fields=ALL_SEVEN, effective_from=people.clock.forward(seconds=1))
    people.clock.forward(seconds=1)
    assert await people.gets("S1", who) == narrow
    ok(await who.grant("sponsor_sharing", people.world.parties["S1"]))
    assert await people.gets("S1", who) == ALL_SEVEN


@scenario("F12", "S12-ver-4")
async def test_a_form_opened_under_old_texts_is_shown_anew_and_nothing_is_stored(people: People) -> None:
    form = await people.form()
    people.clock.forward(seconds=1)
    await people.world.publish_text("sponsor_sharing", effective_from=people.clock.forward(seconds=1))
    people.clock.forward(seconds=1)
    path = f"/api/v1/events/{people.world.slug}/registrations"
    answer = await people.visit().post(path, json=people.submission(form, "old-form@attendees.example"))
    assert (answer.status_code, answer.json()["code"]) == (409, "form_changed")
    current = await people.form()
    assert answer.json()["form"]["sha256"] == current["sha256"] != form["sha256"]
    found = ok(await people.world.owner.get(f"/api/v1/organiser/events/{people.world.slug}/registrations"))
    assert found["items"] == []


@scenario("S6-sponsor-2", "S1-role-1")
async def test_a_form_from_nowhere_or_with_another_hash_is_refused(people: People) -> None:
    form = await people.form()
    path = f"/api/v1/events/{people.world.slug}/registrations"
    for forged in ({"served_form": str(uuid4())}, {"form_sha256": "0" * 64}):
        answer = await people.visit().post(path, json=people.submission(form, "forger@attendees.example") | forged)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "served_form")


@scenario("S6-sponsor-2", "S6-sponsor-5", "S7-xfer-1")
async def test_the_form_names_each_sponsor_with_country_notice_and_contact_and_every_control_is_off(people: People) -> None:
    content = (await people.form())["content"]
    assert [q["default"] for q in content["questions"]] == [False] * len(content["questions"])
    assert [set(s) >= {"legal_name", "countries", "contact", "notice_url", "notice_sha256"} for s in content["sponsors"]] == [
        True,
        True,
    ]
    who = await people.attendee(shares_with=["S1", "S2"])
    history = ok(await who.client.get(f"{who.path}/consents"))["history"]
    assert sorted(h["recipient"] for h in history) == sorted(str(people.world.parties[s]) for s in ("S1", "S2")), (
        "one row per sponsor"
    )
