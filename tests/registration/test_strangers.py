"""What a stranger does with her address: nobody learns who is registered, and nothing of hers is taken or used up."""

from uuid import uuid4

import pytest

from tests.people import People, mailed_token, ok
from tests.registration.seats import confirmed, left, path


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


async def test_an_address_that_names_a_second_mailbox_is_refused(people: People) -> None:
    body = people.submission(await people.form(), "=?utf-8?q?attacker=40evil.example=2c?=victim@corp.example")
    answer = await people.visit().post(path(people), json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "fields.email")


async def test_one_address_cannot_flood_an_event(people: People) -> None:
    form, client = await people.form(), people.visit()
    wrong = people.submission(form, "flood@attendees.example") | {"ticket": str(uuid4())}
    answers = [await client.post(path(people), json=wrong) for _ in range(601)]
    assert {a.status_code for a in answers[:600]} == {422}
    assert (answers[600].status_code, answers[600].headers["retry-after"]) == (429, "1")
