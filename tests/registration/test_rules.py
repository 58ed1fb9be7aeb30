"""What a form takes, as tables: every kind of question, conditions, and corrections."""

from collections.abc import Sequence
from typing import Any

import pytest

from events.errors import FieldError, InvalidInput
from events.registration.rules import correct, fill_in, fill_in_for
from events.terms import Answer

ME: dict[str, Answer] = {"name": "Mali", "email": "mali@people.example"}


def question(field: str, kind: str = "text", *, required: bool = False, options: str = "", after: Any = None) -> dict[str, Any]:
    """A question as a served form holds it; `after` is (field, values)."""
    return {
        "field": f"custom_{field}",
        "required": required,
        "kind": kind,
        "options": [{"value": value, "label": value} for value in options.split()],
        "shown_if": None if after is None else {"field": f"custom_{after[0]}", "any_of": list(after[1])},
    }


CARD = [{"field": name, "required": name in {"name", "email"}} for name in ("name", "email", "country", "phone", "address")]
TRACK = question("track", "choice", options="data tools hands")
LAPTOP = question("laptop", "choice", options="own lent", after=("track", ["hands", "tools"]), required=True)
SIZE = question("size", "text", after=("laptop", ["lent"]))
FORM = [*CARD, TRACK, LAPTOP, SIZE, question("many", "multiple", options="a b c"), question("age", "number")]


def wrong(asked: list[dict[str, Any]], given: dict[str, Any], before: dict[str, Answer] | None = None) -> list[str]:
    """The fields that are named, in order; every one with a sentence in Thai and English."""
    errors: Sequence[FieldError] = ()
    try:
        if before is None:
            fill_in(asked, given)
        else:
            correct(asked, given, before)
    except InvalidInput as refused:
        errors = refused.fields
    assert all(error.en.endswith(".") and not error.th.isascii() for error in errors)
    return [error.field.removeprefix("fields.").removeprefix("custom_") for error in errors]


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("text", " ไลน์ @mali ", "ไลน์ @mali"),
        ("text", "two\nlines", None),
        ("text", "a\u202eb", None),
        ("text", ["a"], None),
        ("text", "x" * 2000, "x" * 2000),
        ("text", "x" * 2001, None),
        ("long_text", "two\nlines", "two\nlines"),
        ("long_text", "bell\x07", None),
        ("choice", "a", "a"),
        ("choice", "A", None),
        ("choice", "d", None),
        ("choice", ["a"], None),
        ("multiple", ["c", "a"], ["a", "c"]),
        ("multiple", ["a"], ["a"]),
        ("multiple", ["a", "a"], None),
        ("multiple", ["a", "d"], None),
        ("multiple", ["x"] * 60, None),
        ("multiple", "a", None),
        ("number", "12", "12"),
        ("number", "๑๒.๕๐", "12.50"),
        ("number", "-0.5", "-0.5"),
        ("number", "007", "007"),
        ("number", "0", "0"),
        ("number", "9" * 30, "9" * 30),
        ("number", "9" * 31, None),
        *(
            ("number", text, None)
            for text in ("1,000", "+5", ".5", "5.", "1e3", "0x10", "NaN", "-", "1 2", "٥", "５", "½", "12 kg")
        ),
        ("number", ["1"], None),
        ("date", "2027-03-01", "2027-03-01"),
        ("date", "๒๐๒๗-๐๓-๐๑", "2027-03-01"),
        ("date", "2024-02-29", "2024-02-29"),
        ("date", "1899-12-31", "1899-12-31"),
        ("date", "2400-01-01", "2400-01-01"),
        *(
            ("date", text, None)
            for text in ("2027-02-29", "2027-13-01", "0000-01-01", "27-3-1", "01/03/2027", "20270301", "2570-03-01")
        ),
        ("date", "2027-03-01T00:00:00Z", None),
    ],
)
def test_each_kind_of_question_takes_what_it_is_and_nothing_else(kind: str, typed: Answer, kept: Answer | None) -> None:
    asked = [*CARD, question("x", kind, options="a b c" if kind in {"choice", "multiple"} else "")]
    if kept is None:
        assert wrong(asked, {**ME, "custom_x": typed}) == ["x"]
    else:
        assert fill_in(asked, {**ME, "custom_x": typed}).answers == {"custom_x": kept}
        assert correct(asked, {"custom_x": typed}, ME).answers == {"custom_x": kept}


@pytest.mark.parametrize("kind", ["text", "long_text", "choice", "multiple", "number", "date"])
@pytest.mark.parametrize("nothing", ["", "  ", [], None])
def test_nothing_is_an_answer_only_where_none_is_needed(kind: str, nothing: Answer | None) -> None:
    given = ME if nothing is None else {**ME, "custom_x": nothing}
    assert fill_in([*CARD, question("x", kind, options="a")], given).answers == {}
    assert wrong([*CARD, question("x", kind, options="a", required=True)], given) == ["x"]


def test_a_year_of_the_buddhist_era_is_told_with_the_year_that_is_meant() -> None:
    with pytest.raises(InvalidInput) as refused:
        fill_in([*CARD, question("x", "date")], {**ME, "custom_x": "๒๕๖๗-๐๒-๒๙"})
    [error] = refused.value.fields
    assert ("2567" in error.en, "2024-02-29" in error.en, "2024-02-29" in error.th) == (True, True, True)


def test_a_form_that_was_served_before_there_were_kinds_asks_for_texts() -> None:
    assert fill_in([*CARD, {"field": "custom_x", "required": False}], {**ME, "custom_x": "y"}).answers == {"custom_x": "y"}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, []),
        ({"track": "data"}, []),
        ({"track": "tools"}, ["laptop"]),
        ({"track": "tools", "laptop": "own"}, []),
        ({"track": "hands", "laptop": "lent", "size": "A4"}, []),
        # neither asked nor needed
        ({"laptop": "own"}, ["laptop"]),
        ({"track": "data", "laptop": "own"}, ["laptop"]),
        ({"track": "data", "laptop": "", "size": " "}, []),
        ({"track": "hands", "laptop": "own", "size": "A4"}, ["size"]),
        # a chain: what hangs on an answer that is not taken is not asked either
        ({"track": "data", "size": "A4"}, ["size"]),
        # the answer that decides is mended first
        ({"track": "nonsense", "laptop": "own", "size": "A4"}, ["track"]),
        ({"track": "hands", "laptop": "nonsense", "size": "A4"}, ["laptop"]),
        ({"track": ["hands"], "laptop": "own"}, ["track"]),
    ],
)
def test_a_question_is_asked_and_needed_only_when_its_condition_is_met(given: dict[str, Answer], named: list[str]) -> None:
    answers = {f"custom_{name}": value for name, value in given.items()}
    assert wrong(FORM, {**ME, **answers}) == named
    if not named:
        kept = fill_in(FORM, {**ME, **answers}).answers
        assert kept == {name: value for name, value in answers.items() if str(value).strip()}


def test_a_condition_on_several_choices_is_met_by_any_of_them() -> None:
    asked = [*CARD, question("many", "multiple", options="a b c"), question("why", after=("many", ["b", "c"]))]
    assert wrong(asked, {**ME, "custom_many": ["a"], "custom_why": "x"}) == ["why"]
    assert wrong(asked, {**ME, "custom_many": ["a", "c"], "custom_why": "x"}) == []


BEFORE: dict[str, Answer] = {**ME, "country": "TH", "custom_track": "hands", "custom_laptop": "lent", "custom_size": "A4"}


@pytest.mark.parametrize(
    ("sent", "named", "answers"),
    [
        # what is not sent stays
        ({}, [], {}),
        ({"custom_age": "40"}, [], {"custom_age": "40"}),
        # answers whose question is no longer asked go with the one that was changed
        ({"custom_track": "data"}, [], {"custom_track": "data", "custom_laptop": "", "custom_size": ""}),
        ({"custom_track": ""}, [], {"custom_track": "", "custom_laptop": "", "custom_size": ""}),
        ({"custom_laptop": "own"}, [], {"custom_laptop": "own", "custom_size": ""}),
        ({"custom_track": "tools"}, [], {"custom_track": "tools"}),
        # a page that sends everything again
        ({**BEFORE}, [], {name: value for name, value in BEFORE.items() if name.startswith("custom_")}),
        ({**BEFORE, "custom_track": "data"}, ["laptop", "size"], {}),
        ({"custom_laptop": ""}, ["laptop"], {}),
        ({"custom_unknown": "x"}, ["unknown"], {}),
        ({"name": " "}, ["name"], {}),
        ({"custom_many": ["b", "z"]}, ["many"], {}),
    ],
)
def test_a_correction_checks_what_is_sent_and_what_hangs_on_it(
    sent: dict[str, Answer], named: list[str], answers: dict[str, Answer]
) -> None:
    assert wrong(FORM, sent, BEFORE) == named
    if not named:
        assert correct(FORM, sent, BEFORE).answers == answers


def test_a_correction_must_answer_what_it_makes_needed_and_nothing_else() -> None:
    before: dict[str, Answer] = {**ME, "custom_track": "data"}
    assert wrong(FORM, {"custom_track": "tools"}, before) == ["laptop"]
    assert wrong(FORM, {"custom_track": "tools", "custom_laptop": "own"}, before) == []
    # the organiser made it needed since: whoever changes something else is left in peace
    assert wrong(FORM, {"name": "Mali J."}, {**ME, "custom_track": "tools"}) == []


def test_what_stands_as_it_was_stays_good_though_the_form_would_not_take_it_now() -> None:
    before: dict[str, Answer] = {**ME, "phone": "+66 00 123 4567", "custom_track": "dropped since"}
    assert correct(FORM, {**before, "name": "Mali J."}, before).card["phone"] == "+66 00 123 4567"
    assert wrong(FORM, {"phone": "+66 00 123 4568"}, before) == ["phone"]


@pytest.mark.parametrize(
    ("sent", "before", "kept"),
    [
        ({"phone": "081 234 5678"}, {}, "+66 81 234 5678"),
        ({"phone": "202 555 0143", "country": "US"}, {}, "+1 202-555-0143"),
        ({"phone": "202 555 0143"}, {"country": "US"}, "+1 202-555-0143"),
        ({"phone": ""}, {"phone": "+66 81 234 5678"}, ""),
    ],
)
def test_a_number_is_read_in_the_country_of_the_same_form(sent: dict[str, Answer], before: dict[str, Answer], kept: str) -> None:
    assert correct(FORM, sent, {**ME, **before}).card["phone"] == kept
    assert fill_in(FORM, {**ME, **before, **sent}).card["phone"] == kept


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("มาลี ใจงาม", True),
        ("Dr. Nok O'Hara-Smith Jr.", True),
        ("Nok (www team)", True),
        ("Win at https://prize.example", False),
        ("Win at WWW.prize.example", False),
        ("Write to win@prize.example", False),
        ("Win at ｗｗｗ．prize.example", False),
        ("Write to win＠prize.example", False),
    ],
)
def test_the_name_that_somebody_gives_another_carries_no_link(name: str, *, taken: bool) -> None:
    given: dict[str, Answer] = {"name": name, "email": "nok@attendees.example"}
    # about oneself one may write it
    assert fill_in([], given).card["name"] == name
    if taken:
        assert fill_in_for([], given, "").card["name"] == name
        return
    for where, field in (("", "name"), ("colleagues[0].fields", "colleagues[0].fields.name")):
        with pytest.raises(InvalidInput) as refused:
            fill_in_for([], given, where)
        assert [error.field for error in refused.value.fields] == [field]
