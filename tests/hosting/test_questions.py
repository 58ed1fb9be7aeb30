"""Questions of the organiser's own: kinds, options and conditions, and what is told about a wrong one."""

from typing import Any

import pytest

from tests.hosting.asking import API, event_body, refusal
from tests.world import World

LABEL = {"label": {"th": "คำถาม", "en": "Question"}}


def option(value: str, **words: str) -> dict[str, str]:
    return {"value": value} | (words or {"th": f"ข้อ {value}", "en": f"Option {value}"})


def question(name: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"field": f"custom_{name}", "required": False, "kind": kind} | LABEL | more


def chosen(name: str, kind: str = "choice", values: str = "yes no") -> dict[str, Any]:
    return question(name, kind, options=[option(value) for value in values.split()])


def after(field: str, *values: str) -> dict[str, Any]:
    return {"shown_if": {"field": f"custom_{field}", "any_of": list(values)}}


ALL_KINDS = [
    question("note"),
    question("story", "long_text"),
    chosen("room"),
    chosen("days", "multiple", "mon tue wed"),
    question("age", "number", **after("room", "yes")),
    question("arrival", "date", required=True, reason={"th": "จองห้อง", "en": "For the room."}, **after("days", "mon", "tue")),
]


async def put(world: World, fields: list[dict[str, Any]]) -> Any:
    return await world.owner.put(f"{API}/organiser/events/{world.slug}/fields", json={"fields": fields})


async def test_every_kind_of_question_comes_back_as_it_was_asked(bare: World) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    answer = await put(bare, ALL_KINDS)
    nothing: dict[str, Any] = {"reason": {"th": "", "en": ""}, "options": [], "shown_if": None}
    assert answer.status_code == 200
    assert answer.json()["fields"][2:] == [nothing | asked for asked in ALL_KINDS]
    assert (await bare.get(f"/organiser/events/{bare.slug}/fields")) == answer.json()
    # sent back as it came, it is the same form
    assert (await put(bare, answer.json()["fields"])).json() == answer.json()


async def test_the_form_shows_kinds_options_and_conditions_in_its_own_language(world: World) -> None:
    assert (await put(world, ALL_KINDS)).status_code == 200
    for language, one in (("th", "ข้อ yes"), ("en", "Option yes")):
        content = (await world.owner.get(f"{API}/events/{world.slug}/form?language={language}")).json()["content"]
        shown = {field["field"]: field for field in content["fields"]}
        assert {name: field["kind"] for name, field in shown.items()} == {"name": "text", "email": "text"} | {
            asked["field"]: asked["kind"] for asked in ALL_KINDS
        }
        assert shown["custom_room"]["options"][0] == {"value": "yes", "label": one}
        assert [o["value"] for o in shown["custom_days"]["options"]] == ["mon", "tue", "wed"]
        assert (shown["custom_note"]["options"], shown["custom_note"]["shown_if"]) == ([], None)
        assert shown["custom_arrival"]["shown_if"] == {"field": "custom_days", "any_of": ["mon", "tue"]}


@pytest.mark.requirement("S2-scope-2")
@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ([question("x", "choice")], ["fields[0].options"]),
        ([question("x", "multiple", options=[])], ["fields[0].options"]),
        ([chosen("x", values="a b a")], ["fields[0].options[2].value"]),
        ([chosen("x", "text")], ["fields[0].options"]),
        ([chosen("x", "number")], ["fields[0].options"]),
        ([question("x", "choice", options=[option("a", th="ก")])], ["fields[0].options[0].en"]),
        ([question("x", "choice", options=[option("a", th=" ", en="A")])], ["fields[0].options[0].th"]),
        ([question("x", "choice", options=[{"value": "a"}])], ["fields[0].options[0].th", "fields[0].options[0].en"]),
        ([question("x", "choice", options=[option("A b")])], ["fields[0].options[0].value"]),
        ([chosen("x", values="x" * 41)], ["fields[0].options[0].value"]),
        ([chosen("x", values=" ".join(f"v{n}" for n in range(51)))], ["fields[0].options"]),
        ([question("x", "file")], ["fields[0].kind"]),
        ([{"field": "phone", "required": False, "kind": "number"}], ["fields[0].kind"]),
        ([{"field": "country", "required": False} | chosen("x") | {"field": "country"}], ["fields[0].kind"]),
        ([chosen("x") | after("x", "yes")], ["fields[0].shown_if.field"]),
        ([question("x", **after("y", "yes")), chosen("y")], ["fields[0].shown_if.field"]),
        ([chosen("y"), question("x", **after("z", "yes"))], ["fields[1].shown_if.field"]),
        ([question("y"), question("x", **after("y", "yes"))], ["fields[1].shown_if.field"]),
        ([question("y", "number"), question("x", **after("y", "1"))], ["fields[1].shown_if.field"]),
        ([chosen("y"), question("x", **after("y"))], ["fields[1].shown_if.any_of"]),
        ([chosen("y"), question("x", **after("y", "yes", "maybe"))], ["fields[1].shown_if.any_of[1]"]),
        ([chosen("y"), {"field": "phone", "required": False} | after("y", "yes")], ["fields[1].shown_if"]),
        ([{"field": "country", "required": False}, question("x", shown_if={"field": "country", "any_of": ["th"]})],
         ["fields[1].shown_if.field"]),
        ([chosen("y"), question("x", shown_if={"field": "custom_y", "any_of": ["no way"]})], ["fields[1].shown_if.any_of[0]"]),
        ([chosen("y"), question("x", shown_if={"field": "custom_y"})], ["fields[1].shown_if.any_of"]),
        ([chosen("y"), question("x", shown_if={"field": "custom_y", "any_of": ["no"], "not": True})], ["fields[1].shown_if.not"]),
        # nothing is hidden behind the first fault
        ([question("x", "choice"), question("z", **after("nowhere", "a"))], ["fields[0].options", "fields[1].shown_if.field"]),
    ],
)  # fmt: skip
async def test_a_wrong_question_names_its_place_and_what_to_do(
    bare: World, fields: list[dict[str, Any]], named: list[str]
) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    answers = {
        language: await bare.owner.put(
            f"{API}/organiser/events/{bare.slug}/fields", json={"fields": fields}, headers={"accept-language": language}
        )
        for language in ("en", "th")
    }
    assert refusal(answers["en"]) == refusal(answers["th"]) == (422, named)
    english, thai = ([error["message"] for error in answers[language].json()["errors"]] for language in ("en", "th"))
    assert (any(not words.isascii() for words in english), any(words.isascii() for words in thai)) == (False, False)
    assert len((await bare.get(f"/organiser/events/{bare.slug}/fields"))["fields"]) == 2, "nothing was stored"


async def test_an_option_that_misses_a_language_keeps_the_event_from_being_published(bare: World) -> None:
    await bare.post("/organiser/events", event_body(bare.slug, languages=["en"]))
    only_english = question("room", "choice", options=[{"value": "a", "en": "A"}])
    assert (await put(bare, [only_english])).status_code == 200
    await bare.patch(f"/organiser/events/{bare.slug}", {"languages": ["th", "en"]})
    answer = await bare.owner.post(f"{API}/organiser/events/{bare.slug}/publish")
    status, named = refusal(answer)
    assert (status, "fields[2].options[0].th" in named, "fields[2].options[0].en" in named) == (422, True, False)
