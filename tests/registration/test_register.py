"""Registering: a place is never sold twice, nothing counts before the mail is confirmed, what is wrong is named."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from events.database.connections import Database
from tests.conftest import MovableClock
from tests.people import CARD, People, mailed_token, ok
from tests.registration.seats import left, path
from tests.round_trips import counting


async def test_a_registration_costs_four_round_trips(people: People, database: Database) -> None:
    form = await people.form()
    ticks = [{"purpose": "sponsor_sharing", "recipient": str(people.world.parties[s])} for s in ("S1", "S2")]
    body = people.submission(form, "counted@attendees.example", consents=[*ticks, {"purpose": "badge_scan"}])
    async with counting(database) as log:
        ok(await people.visit().post(path(people), json=body, headers={"Idempotency-Key": str(uuid4())}))
    assert len(log) == 4, log


@pytest.mark.requirement("S6-sponsor-2")
async def test_nothing_counts_before_the_mail_is_confirmed(people: People) -> None:
    body = people.submission(
        await people.form(),
        "waiting@attendees.example",
        consents=[{"purpose": "sponsor_sharing", "recipient": str(people.world.parties["S1"])}],
    )
    ok(await people.visit().post(path(people), json=body))
    assert ok(await people.pull("S1"))["items"] == []
    token = await mailed_token(people.database, "waiting@attendees.example")
    ok(await people.visit().post("/api/v1/confirmations", json={"token": token}))
    assert [i["email"] for i in ok(await people.pull("S1"))["items"]] == ["waiting@attendees.example"]


async def test_a_link_confirms_once_and_looking_at_it_changes_nothing(people: People) -> None:
    email = "link@attendees.example"
    ok(await people.visit().post(path(people), json=people.submission(await people.form(), email)))
    token = await mailed_token(people.database, email)
    for _ in range(5):
        assert ok(await people.visit().post("/api/v1/links/look", json={"token": token})) == {
            "usable": True,
            "purpose": "confirm",
        }
    both = await asyncio.gather(*(people.visit().post("/api/v1/confirmations", json={"token": token}) for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [201, 410]


async def test_the_same_key_registers_once_however_often_the_answer_is_lost(people: People) -> None:
    body = people.submission(await people.form(), "again@attendees.example")
    key = {"Idempotency-Key": str(uuid4())}
    answers = await asyncio.gather(*(people.visit().post(path(people), json=body, headers=key) for _ in range(6)))
    assert {(a.status_code, a.json()["receipt"]) for a in answers} == {(202, answers[0].json()["receipt"])}
    other = await people.visit().post(path(people), json=body | {"age_band": "16-19"}, headers=key)
    assert (other.status_code, other.json()["errors"][0]["field"]) == (422, "Idempotency-Key")


async def _fill(people: People, count: int) -> list[int]:
    form = await people.form()
    client = people.visit()
    answers = await asyncio.gather(
        *(
            client.post(path(people), json=people.submission(form, f"rush-{n}-{uuid4().hex[:6]}@attendees.example"))
            for n in range(count)
        )
    )
    return sorted(answer.status_code for answer in answers)


async def test_a_sold_out_ticket_says_so_and_stores_nothing(small: People) -> None:
    await _fill(small, 5)
    answer = await small.visit().post(path(small), json=small.submission(await small.form(), "late@attendees.example"))
    assert (answer.status_code, answer.json()["code"]) == (409, "sold_out")
    assert await small.database.call("select 1 from messages.mailbox($1, 1)", "late@attendees.example") == []


async def test_places_that_nobody_confirms_go_back_after_two_days(small: People, clock: MovableClock) -> None:
    await _fill(small, 5)
    who_kept = await left(small)
    clock.forward(hours=48, seconds=1)
    await small.database.call("select registration.expire_pending($1)", clock.now)
    assert (who_kept, await left(small)) == (0, 5)


async def test_a_confirmed_place_that_is_cancelled_goes_back_once(small: People) -> None:
    who = await small.attendee()
    assert await left(small) == 4
    for _ in range(2):
        ok(await who.client.delete(who.path))
    assert await left(small) == 5
    again = await small.attendee(email=who.email)
    assert again.registration != who.registration


@pytest.mark.requirement("S3.1-contact-1")
async def test_details_are_stored_as_typed_in_any_script(people: People) -> None:
    names = ["สมหญิง ร่าเริง", "José Núñez", "محمد", "👩‍🚀 Ada", "O'Brien; drop table registration;--", "{{7*7}} <b>x</b>"]
    for name in names:
        body = people.submission(await people.form(), f"{uuid4().hex[:8]}@attendees.example")
        body["fields"]["name"] = name
        client = people.visit()
        ok(await client.post(path(people), json=body))
        ok(
            await client.post(
                "/api/v1/confirmations", json={"token": await mailed_token(people.database, body["fields"]["email"])}
            )
        )
        [mine] = ok(await client.get("/api/v1/me/registrations"))["items"]
        assert mine["fields"] == CARD | {"name": name, "email": body["fields"]["email"]}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"fields": {"email": "me@x.example"}}, "fields.name"),
        ({"fields": {"name": "x", "email": "no address"}}, "fields.email"),
        ({"fields": {"name": "x", "email": "a@b.example\r\nBcc: c@d.example"}}, "fields.email"),
        ({"fields": {"name": "x\r\nBcc: y", "email": "a@b.example"}}, "fields.name"),
        ({"fields": {"name": "x" * 201, "email": "a@b.example"}}, "fields.name"),
        ({"fields": {"name": "x", "email": "a@b.example", "shoe_size": "43"}}, "fields.shoe_size"),
        ({"fields": {"name": "x", "email": "a@b.example", "country": "Thailand"}}, "fields.country"),
        ({"fields": {"name": "x", "email": "a@b.example", "phone": "call me"}}, "fields.phone"),
        ({"ticket": str(uuid4())}, "ticket"),
        ({"consents": [{"purpose": "sponsor_sharing"}]}, "consents[0].recipient"),
        ({"consents": [{"purpose": "sponsor_sharing", "recipient": str(uuid4())}]}, "consents[0].recipient"),
        ({"consents": [{"purpose": "contest"}]}, "consents[0].purpose"),
        ({"consents": [{"purpose": "badge_scan"}, {"purpose": "badge_scan"}]}, "consents[1]"),
        ({"consents": [{"purpose": "badge_scan", "fields": []}]}, "consents[0].fields"),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_is_stored(people: People, change: dict[str, Any], field: str) -> None:
    body = people.submission(await people.form(), "wrong@attendees.example") | change
    answer = await people.visit().post(path(people), json=body)
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (422, [field])
    found = ok(await people.world.owner.get(f"/api/v1/organiser/events/{people.world.slug}/registrations"))
    assert found["items"] == []


async def test_an_event_that_is_over_takes_nobody(people: People, clock: MovableClock) -> None:
    form = await people.form()
    clock.forward(days=12, seconds=1)
    answer = await people.visit().post(path(people), json=people.submission(form, "late@attendees.example"))
    assert answer.status_code == 409


def test_the_confirmation_lasts_two_days() -> None:
    from events.registration.actions import CONFIRM_WITHIN  # noqa: PLC0415

    assert timedelta(hours=48) == CONFIRM_WITHIN
