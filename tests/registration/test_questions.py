"""Answers to the organiser's questions, from the form to where they end; and nasty input in every field there is."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from events.database.connections import Database
from tests.access.personas import readable
from tests.conftest import MovableClock, SignIn, Visit
from tests.leads.fair import Guests
from tests.people import CARD, ok
from tests.world import build_world

WORDS = {"label": {"th": "คำถาม", "en": "Question"}, "reason": {"th": "จำเป็น", "en": "Needed."}}


def question(name: str, kind: str, *, required: bool = False, options: str = "", **more: Any) -> dict[str, Any]:
    offered = [{"value": value, "th": f"ข้อ {value}", "en": f"Option {value}"} for value in options.split()]
    return {"field": f"custom_{name}", "required": required, "kind": kind, "options": offered} | WORDS | more


CARD_FIELDS = [{"field": name, "required": name in {"name", "email"}} for name in (*CARD, "email")]
QUESTIONS = [
    question("text", "text"),
    question("story", "long_text"),
    question("choice", "choice", options="secret_one secret_two"),
    question("many", "multiple", options="secret_a secret_b secret_c"),
    question("number", "number"),
    question("date", "date"),
    question("hidden", "text", required=True, shown_if={"field": "custom_choice", "any_of": ["secret_two"]}),
]
ANSWERS: dict[str, Any] = {
    "custom_text": "secret text",
    "custom_story": "secret\nstory",
    "custom_choice": "secret_two",
    "custom_many": ["secret_a", "secret_c"],
    "custom_number": "๙๘๗๖๕๔๓.๑",
    "custom_date": "1961-08-13",
    "custom_hidden": "secret reason",
}
KEPT = ANSWERS | {"custom_number": "9876543.1"}
SECRETS = ("secret", "9876543", "1961", "custom_")


@pytest.fixture
async def people(database: Database, clock: MovableClock, sign_in: SignIn, unique: Callable[[str], str], visit: Visit) -> Guests:
    world = await build_world(
        database, clock, sign_in, unique, affiliates=["AFF1"], organiser_party="AFF1", form=[*CARD_FIELDS, *QUESTIONS]
    )
    return Guests(world, database, clock, visit)


@dataclass
class Desk:
    """Sends forms, and reads what came of them."""

    people: Guests
    form: Any

    async def send(self, fields: dict[str, Any], email: str = "") -> Any:
        body = self.people.submission(self.form, email or f"{uuid4().hex[:10]}@attendees.example")
        body["fields"] |= fields
        return await self.people.visit().post(f"/api/v1/events/{self.people.world.slug}/registrations", json=body)

    async def stored(self) -> list[dict[str, Any]]:
        """All registrations, as the organiser sees them: fields and answers together."""
        page = await self.people.world.get(f"/organiser/events/{self.people.world.slug}/registrations?limit=200")
        return [row["fields"] | row["answers"] for row in page["items"]]


@pytest.fixture
async def desk(people: Guests) -> Desk:
    return Desk(people, await people.form())


@pytest.mark.requirement("S3.1-contact-1")
async def test_answers_are_kept_for_the_organiser_and_shown_to_the_attendee(people: Guests) -> None:
    people.card = ANSWERS
    who = await people.attendee()
    mine = ok(await who.client.get(who.path))
    assert mine["fields"] == CARD | {"email": who.email} | KEPT
    [row] = (await people.world.get(f"/organiser/events/{people.world.slug}/registrations"))["items"]
    assert (row["answers"], row["fields"]) == (KEPT, CARD | {"email": who.email})


@pytest.mark.requirement("S3.1-contact-1")
async def test_no_answer_ever_leaves_with_a_release(people: Guests) -> None:
    """Everything is ticked, scanned and agreed: in every format, to sponsor and affiliate, not even the question's name is there."""
    people.card = ANSWERS
    who = await people.attendee(shares_with=["S1"], badge_scan=True)
    world, slug = people.world, people.world.slug
    verdict = await (await people.phone("S1")).scan(who.badge)
    asked = {"event": slug, "use": "follow_up", "accept_terms": "true"}
    sponsor, affiliate = await world.admin("S1"), await world.admin("AFF1")
    answers = [await sponsor.get("/api/v1/leads", params=asked)]
    answers += [await sponsor.get(f"/api/v1/leads.{kind}", params=asked) for kind in ("csv", "xlsx", "vcf", "json")]
    answers += [
        await affiliate.get(f"/api/v1/affiliate/events/{slug}/registrations{ending}", params={"use": "registration_processing"})
        for ending in ("", ".csv")
    ]
    answers.append(
        await world.owner.get(
            f"/api/v1/organiser/registrations/{who.registration}/why",
            params={"party": str(world.parties["S1"]), "use": "follow_up"},
        )
    )
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    texts = [str(verdict), *(readable(answer) for answer in answers)]
    # what may leave is there, so that the silence about the rest says something
    assert [who.email in text for text in texts] == [True] * (len(texts) - 1) + [False]
    assert [(n, secret) for n, text in enumerate(texts) for secret in SECRETS if secret in text] == []
    assert await people.gets("S1", who) == [*CARD, "email"]


async def test_an_answer_to_a_question_that_was_not_asked_is_refused_and_nothing_is_stored(desk: Desk) -> None:
    tries: list[tuple[dict[str, Any], int, list[str]]] = [
        ({"custom_choice": "secret_one", "custom_hidden": "x"}, 422, ["fields.custom_hidden"]),
        ({"custom_hidden": "x"}, 422, ["fields.custom_hidden"]),
        ({"custom_choice": "secret_two"}, 422, ["fields.custom_hidden"]),
        ({"custom_choice": "secret_two", "custom_many": ["nowhere"]}, 422, ["fields.custom_many", "fields.custom_hidden"]),
        ({"custom_choice": "secret_one", "custom_hidden": " "}, 202, []),
        ({}, 202, []),
    ]
    for answers, status, named in tries:
        answer = await desk.send(answers)
        assert (answers, answer.status_code, [e["field"] for e in answer.json().get("errors", [])]) == (answers, status, named)
    assert sorted(row.get("custom_choice", "") for row in await desk.stored()) == ["", "secret_one"]


async def test_an_answer_goes_with_the_one_that_it_hangs_on(people: Guests) -> None:
    people.card = ANSWERS
    who = await people.attendee()
    changed = ok(await who.client.patch(who.path, json={"fields": {"custom_choice": "secret_one", "custom_many": []}}))
    assert set(KEPT) - set(changed["fields"]) == {"custom_hidden", "custom_many"}
    refused = await who.client.patch(who.path, json={"fields": {"custom_choice": "secret_two"}})
    assert (refused.status_code, [e["field"] for e in refused.json()["errors"]]) == (422, ["fields.custom_hidden"])
    assert ok(await who.client.get(who.path)) == changed
    both = {"custom_choice": "secret_two", "custom_hidden": "again"}
    assert ok(await who.client.patch(who.path, json={"fields": both}))["fields"] == changed["fields"] | both


async def test_a_form_whose_question_changed_meanwhile_is_asked_for_again(desk: Desk) -> None:
    changed = [question("choice", "choice", options="other")]
    await desk.people.world.put(f"/organiser/events/{desk.people.world.slug}/fields", {"fields": [*CARD_FIELDS, *changed]})
    answer = await desk.send({"custom_choice": "secret_one"})
    assert (answer.status_code, answer.json()["code"]) == (409, "form_changed")
    assert answer.json()["form"]["content"]["fields"][-1]["options"] == [{"value": "other", "label": "ข้อ other"}]
    assert await desk.stored() == []


async def test_a_telephone_number_is_stored_in_one_form_and_a_wrong_one_is_told_how(desk: Desk) -> None:
    for typed in ("081-234-5678", "๐๘๑ ๒๓๔ ๕๖๗๘", "+66812345678"):
        assert (await desk.send({"phone": typed})).status_code == 202
    assert (await desk.send({"phone": "202 555 0143", "country": "US"})).status_code == 202
    refused = await desk.send({"phone": "081 234 567"})
    [error] = refused.json()["errors"]
    assert (refused.status_code, error["field"], "081 234 5678" in error["message"]) == (422, "fields.phone", True)
    assert sorted(row["phone"] for row in await desk.stored()) == ["+1 202-555-0143"] + ["+66 81 234 5678"] * 3


NASTY = {
    "10 kB": "ก" * 10_000,
    "a bell": "a\x07b",
    "escape": "a\x1b[31mb",
    "delete": "a\x7fb",
    "NUL": "a\x00b",
    "right to left": "محمد بن سلمان",
    "an override": "abc\u202egnp.exe",
    "an isolate": "a\u2066b",
    "emoji": "👩‍🚀",
    "HTML": "<script>alert(1)</script>",
    "SQL": "'; drop table registration; --",
    "a template": "{{7*7}} ${x} #{7*7} <%= 7*7 %>",
    "a header": "x\r\nBcc: victim@corp.example",
    "lines": "one\ntwo",
    "a line separator": "one\u2028two",
    "lone marks": "\u0e31\u0301\u0348",
    "decomposed": "Nu\u0301n\u0303ez",
    "Thai digits": "๑๒๓",
    "a formula": "=cmd|' /C calc'!A0",
    "a path": "../../etc/passwd%00",
    "nothing": "",
    "blanks": " \u00a0\t\n ",
    "nothing seen": "\u200b\u2060",
}
# Every kind of field, and what of the above it takes besides what is plainly words
WORDS_OF_ANY_KIND = {
    "right to left",
    "emoji",
    "HTML",
    "SQL",
    "a template",
    "lone marks",
    "decomposed",
    "Thai digits",
    "a formula",
    "a path",
}
LINES = {"a header", "lines", "an override", "an isolate"}
TAKES: dict[str, set[str]] = {
    "name": WORDS_OF_ANY_KIND,
    "job_title": WORDS_OF_ANY_KIND,
    "company": WORDS_OF_ANY_KIND,
    "address": WORDS_OF_ANY_KIND | LINES,
    "country": set(),
    "phone": set(),
    "email": set(),
    "custom_text": WORDS_OF_ANY_KIND,
    "custom_story": WORDS_OF_ANY_KIND | LINES,
    "custom_choice": set(),
    "custom_many": set(),
    "custom_number": {"Thai digits"},
    "custom_date": set(),
    "custom_hidden": WORDS_OF_ANY_KIND,
}


@pytest.mark.requirement("S3.1-contact-1")
@pytest.mark.parametrize("field", TAKES)
async def test_nasty_input_is_kept_as_typed_or_refused_by_name(desk: Desk, field: str) -> None:
    """All at once would hide one behind another: each field gets each text alone, the rest of the form is good."""
    needed = field in {"name", "email", "custom_hidden"}
    for kind, typed in NASTY.items():
        empty = not typed.strip()
        sent: Any = [typed] if field == "custom_many" and typed else typed
        others = {"custom_choice": "secret_two"} if field == "custom_hidden" else {}
        before = await desk.stored()
        answer = await desk.send(others | {field: sent})
        # a list that holds an empty text is no empty list
        taken = kind in TAKES[field] or (empty and not needed and not (field == "custom_many" and typed))
        assert (kind, answer.status_code) == (kind, 202 if taken else 422)
        new = [row for row in await desk.stored() if row not in before]
        if taken:
            kept = unicodedata.normalize("NFC", typed).strip()
            [row] = new
            assert row.get(field, "") == ("123" if field == "custom_number" and not empty else kept), kind
        else:
            assert new == [], kind
            [error] = answer.json()["errors"]
            assert (kind, error["field"].partition("[")[0]) == (kind, f"fields.{field}")
            assert typed not in error["message"] or empty, "no page gets its own words back"


@pytest.mark.parametrize("value", [5, 1.5, True, None, {}, {"a": "b"}, [5], [["a"]], [None]])
async def test_what_is_neither_text_nor_list_of_texts_is_refused(desk: Desk, value: Any) -> None:
    for field in ("name", "custom_number", "custom_many"):
        answer = await desk.send({field: value})
        assert (answer.status_code, [e["field"].partition("[")[0] for e in answer.json()["errors"]]) == (422, ["fields"])
    assert await desk.stored() == []
