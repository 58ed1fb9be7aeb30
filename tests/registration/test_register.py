"""Registering: a place is never sold twice, nothing counts before the mail is confirmed, nobody learns who is registered."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from events.database.connections import Database
from tests.conftest import MovableClock, SignIn, Visit
from tests.people import ALL_SEVEN, CARD, People, mailed_token, ok
from tests.round_trips import counting
from tests.world import World, build_world


@pytest.fixture
def people(world: World, database: Database, clock: MovableClock, visit: Visit) -> People:
    return People(world, database, clock, visit)


@pytest.fixture
async def small(database: Database, clock: MovableClock, sign_in: SignIn, unique: Callable[[str], str], visit: Visit) -> People:
    """An event with seven places, five of them for the one ticket."""
    world = await build_world(database, clock, sign_in, unique, capacity=7, ticket_capacity=5)
    return People(world, database, clock, visit)


def path(people: People) -> str:
    return f"/api/v1/events/{people.world.slug}/registrations"


async def left(people: People) -> int:
    [ticket] = ok(await people.visit().get(f"/api/v1/events/{people.world.slug}"))["tickets"]
    seats: int = ticket["seats_left"]
    return seats


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


async def test_a_known_address_gets_the_same_answer_and_a_polite_mail(people: People) -> None:
    who = await people.attendee()
    form = await people.form()
    known = await people.visit().post(path(people), json=people.submission(form, who.email))
    fresh = await people.visit().post(path(people), json=people.submission(form, "fresh@attendees.example"))
    assert (known.status_code, known.json()["state"], set(known.json())) == (
        fresh.status_code,
        fresh.json()["state"],
        set(fresh.json()),
    )
    [mail] = await people.database.call("select kind, facts from messages.mailbox($1, 1)", who.email)
    assert (mail["kind"], "/sign-in" in mail["facts"]["link"]) == ("already_registered", True)
    mine = ok(await who.client.get("/api/v1/me/registrations"))["items"]
    assert [r["id"] for r in mine if r["state"] == "confirmed"] == [str(who.registration)]


async def test_the_places_left_do_not_tell_who_has_one(small: People) -> None:
    """Every form holds a place until it is confirmed or lapses, whoever it names: the public figure moves alike."""
    who = await small.attendee()
    before = await left(small)
    ok(await small.visit().post(path(small), json=small.submission(await small.form(), who.email)))
    with_known = await left(small)
    ok(await small.visit().post(path(small), json=small.submission(await small.form(), "unknown@attendees.example")))
    assert (before - with_known, with_known - await left(small)) == (1, 1)


async def test_the_places_left_do_not_tell_that_she_confirmed(small: People) -> None:
    """A stranger's forms in her name keep their seats when she confirms her own, and lapse as forms in any other name do."""
    email = f"{uuid4().hex[:8]}@attendees.example"
    body = small.submission(await small.form(), email)
    for _ in range(2):
        ok(await small.visit().post(path(small), json=body))
    strangers = await mailed_token(small.database, email)
    small.clock.forward(seconds=1)
    client = small.visit()
    ok(await client.post(path(small), json=body))
    before = await left(small)
    ok(await client.post("/api/v1/confirmations", json={"token": await mailed_token(small.database, email)}))
    assert (before, await left(small)) == (2, 2)
    for page in (await small.visit().get("/en/confirm", params={"token": strangers}), await confirmed(small, strangers)):
        assert page.status_code == 410
    small.clock.forward(hours=48)
    await small.database.call("select registration.expire_pending($1)", small.clock.now)
    assert await left(small) == 4


async def test_neither_seats_nor_answer_tell_that_others_filled_in_forms_for_her(small: People) -> None:
    """Beyond three mails at once only the mail is left out: the form holds its seat until it lapses, like any other."""
    email = f"{uuid4().hex[:8]}@attendees.example"
    body = small.submission(await small.form(), email)
    seats = []
    for _ in range(5):
        answer = await small.visit().post(path(small), json=body)
        assert (answer.status_code, set(answer.json())) == (202, {"receipt", "state"})
        seats.append(await left(small))
    assert seats == [4, 3, 2, 1, 0]
    assert len(await small.database.call("select id from messages.mailbox($1, 50)", email)) == 3
    # where there is no seat everybody hears so, mailed or not
    assert (await small.visit().post(path(small), json=body)).status_code == 409
    small.clock.forward(hours=48)
    await small.database.call("select registration.expire_pending($1)", small.clock.now)
    assert await left(small) == 5


async def test_a_key_that_is_sent_again_uses_up_no_mail_of_hers(people: People) -> None:
    email = f"{uuid4().hex[:8]}@attendees.example"
    body = people.submission(await people.form(), email)
    for _ in range(3):
        ok(await people.visit().post(path(people), json=body, headers={"Idempotency-Key": f"one for {email}"}))
    for _ in range(2):
        ok(await people.visit().post(path(people), json=body))
    assert len(await people.database.call("select id from messages.mailbox($1, 50)", email)) == 3


async def confirmed(people: People, token: str) -> Any:
    return await people.visit().post("/api/v1/confirmations", json={"token": token})


@pytest.mark.requirement("scenario-18")
async def test_a_form_that_a_stranger_filled_in_takes_nothing_from_her_own(people: People) -> None:
    """Each form has its own link and its mail says every choice; the one that she confirms counts, the others count never."""
    email = f"{uuid4().hex[:8]}@attendees.example"
    s1 = str(people.world.parties["S1"])
    ticked = people.submission(
        await people.form(), email, consents=[{"purpose": "sponsor_sharing", "recipient": s1}, {"purpose": "badge_scan"}]
    )
    ok(await people.visit().post(path(people), json=ticked))
    strangers = await mailed_token(people.database, email)
    people.clock.forward(seconds=1)
    client = people.visit()
    ok(await client.post(path(people), json=people.submission(await people.form(), email)))
    hers = await mailed_token(people.database, email)
    page = await people.visit().get("/en/confirm", params={"token": strangers})
    assert ("share my data with S1 Co., Ltd." in page.text, "whose booth scans my badge" in page.text) == (True, True)
    ok(await client.post("/api/v1/confirmations", json={"token": hers}))
    assert (await people.visit().post("/api/v1/confirmations", json={"token": strangers})).status_code == 410
    assert ok(await people.pull("S1"))["items"] == []
    states = sorted(r["state"] for r in ok(await client.get("/api/v1/me/registrations"))["items"])
    assert states == ["confirmed", "pending"]
    people.clock.forward(hours=48)
    await people.database.call("select registration.expire_pending($1)", people.clock.now)
    states = sorted(r["state"] for r in ok(await client.get("/api/v1/me/registrations"))["items"])
    assert states == ["cancelled", "confirmed"]


async def test_a_stranger_cannot_flood_her_mailbox(people: People) -> None:
    email = f"{uuid4().hex[:8]}@attendees.example"
    body = people.submission(await people.form(), email)
    answers = [(await people.visit().post(path(people), json=body)).status_code for _ in range(6)]
    mails = await people.database.call("select id from messages.mailbox($1, 50)", email)
    assert (answers, len(mails)) == ([202] * 6, 3)


@pytest.mark.requirement("scenario-11")
async def test_a_withdrawal_survives_cancelling_and_registering_again(people: People) -> None:
    s1 = people.world.parties["S1"]
    who = await people.attendee(badge_scan=True)
    phone = await people.phone("S1")
    assert (await phone.scan(who.badge))["verdict"] == "lead"
    await who.withdraw("sponsor_sharing", s1)
    ok(await who.client.delete(who.path))
    people.clock.forward(seconds=1)
    again = await people.attendee(email=who.email, badge_scan=True)
    assert (await phone.scan(again.badge))["verdict"] == "saved_not_shared"
    ok(await again.grant("sponsor_sharing", s1))
    assert (await phone.scan(again.badge))["verdict"] == "lead"


async def test_two_changes_at_once_lose_neither(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    for _ in range(5):
        ok(await who.client.patch(who.path, json={"withheld_fields": []}))
        await asyncio.gather(
            who.client.patch(who.path, json={"withheld_fields": ["phone"]}),
            who.client.patch(who.path, json={"fields": {"job_title": "Editor"}}),
        )
        mine = ok(await who.client.get(who.path))
        assert (mine["withheld_fields"], mine["fields"]["job_title"]) == (["phone"], "Editor")


async def test_a_new_badge_pressed_four_times_at_once_leaves_one_live(people: People) -> None:
    who = await people.attendee()
    answers = await asyncio.gather(*(who.client.post(f"{who.path}/badge") for _ in range(4)))
    assert [a.status_code for a in answers] == [201] * 4
    live = ok(await who.client.get(who.path))["badge"]
    assert live in {a.json()["code"] for a in answers}


async def test_an_address_that_names_a_second_mailbox_is_refused(people: People) -> None:
    body = people.submission(await people.form(), "=?utf-8?q?attacker=40evil.example=2c?=victim@corp.example")
    answer = await people.visit().post(path(people), json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "fields.email")


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


@pytest.mark.requirement("scenario-62")
async def test_details_can_be_corrected_and_the_next_release_carries_the_new_value(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    people.clock.forward(seconds=1)
    changed = ok(await who.client.patch(who.path, json={"fields": {"company": "ใหม่ จำกัด"}}))
    assert changed["fields"]["company"] == "ใหม่ จำกัด"
    [lead] = ok(await people.pull("S1"))["items"]
    assert (lead["company"], lead["fields"]) == ("ใหม่ จำกัด", ALL_SEVEN)


async def test_another_persons_registration_is_not_there(people: People) -> None:
    who, other = await people.attendee(), await people.attendee()
    attempts = [
        await other.client.get(who.path),
        await other.client.patch(who.path, json={"fields": {"name": "x"}}),
        await other.client.delete(who.path),
        await other.client.get(f"{who.path}/badge.svg"),
        await other.client.post(f"{who.path}/badge"),
        await other.client.get(f"{who.path}/consents"),
        await other.client.put(f"{who.path}/consents", json={"acts": [{"act": "withdraw", "purpose": "badge_scan"}]}),
        await other.client.delete(f"{who.path}/consents"),
        await other.client.get(f"{who.path}/disclosures"),
        await other.client.get(f"{who.path}/scans"),
        await other.client.post(f"{who.path}/scans/{uuid4()}/not-me"),
    ]
    assert [a.status_code for a in attempts] == [404] * len(attempts)


async def test_a_badge_asked_for_twice_with_one_key_is_one_badge(people: People) -> None:
    who = await people.attendee()
    key = {"Idempotency-Key": str(uuid4())}
    first, again = [ok(await who.client.post(f"{who.path}/badge", headers=key))["code"] for _ in range(2)]
    assert first == again != who.badge


async def test_a_request_made_twice_is_one_request(people: People) -> None:
    who = await people.attendee()
    first, again = [ok(await who.client.post("/api/v1/me/requests", json={"kind": "erasure"}))["requests"] for _ in range(2)]
    assert (len(first), first) == (1, again)


@pytest.mark.requirement("S3.1-badge-4")
async def test_the_badge_is_a_picture_of_an_opaque_code(people: People) -> None:
    import io  # noqa: PLC0415

    import zxingcpp  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    who = await people.attendee()
    png = await who.client.get(f"{who.path}/badge.png")
    [read] = zxingcpp.read_barcodes(Image.open(io.BytesIO(png.content)))
    assert (png.headers["content-type"], read.text) == ("image/png", who.badge)
    svg = await who.client.get(f"{who.path}/badge.svg")
    assert (svg.status_code, svg.headers["content-type"].split(";")[0]) == (200, "image/svg+xml")
    assert who.email not in svg.text


async def test_lists_cost_the_same_for_one_row_and_for_three(
    people: People, database: Database, clock: MovableClock, visit: Visit
) -> None:
    from tests.people import another_event  # noqa: PLC0415

    who = await people.attendee()

    async def cost() -> int:
        async with counting(database) as log:
            ok(await who.client.get("/api/v1/me/registrations"))
        return len(log)

    one = await cost()
    for _ in range(2):
        await People(await another_event(people.world), database, clock, visit).attendee(email=who.email)
    assert (one, await cost()) == (one, one)
    assert len(ok(await who.client.get("/api/v1/me/registrations"))["items"]) == 3


async def test_one_address_cannot_flood_an_event(people: People) -> None:
    form, client = await people.form(), people.visit()
    wrong = people.submission(form, "flood@attendees.example") | {"ticket": str(uuid4())}
    answers = [await client.post(path(people), json=wrong) for _ in range(601)]
    assert {a.status_code for a in answers[:600]} == {422}
    assert (answers[600].status_code, answers[600].headers["retry-after"]) == (429, "1")


def test_the_confirmation_lasts_two_days() -> None:
    from events.registration.actions import CONFIRM_WITHIN  # noqa: PLC0415

    assert timedelta(hours=48) == CONFIRM_WITHIN
