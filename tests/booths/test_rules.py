"""What booths may ask and note, by tables."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from events.booths.notes.rules import Writing, is_special, storable
from events.booths.questions.rules import Option, Question, list_faults, stays
from events.booths.team.rules import Role, leaves_no_admin
from events.terms import PersonId

KEPT = UUID(int=1)
ASKED = Question(KEPT, "choice", "ไหน", "Which", [Option("a", "", "A"), Option("b", "", "B")])


def question(**changes: object) -> Question:
    made = {"id": None, "kind": "text", "wording_th": "", "wording_en": "What?", "options": ()} | changes
    return Question(**made)  # type: ignore[arg-type]


AB = [Option("", "", "A"), Option("", "ข", "")]


@pytest.mark.parametrize(
    ("questions", "fields"),
    [
        ([], []),
        ([question(), question(wording_en="", wording_th="อะไร")], []),
        ([question(kind="choice", options=AB), ASKED], []),
        ([question()] * 11, ["questions"]),
        ([question(wording_en="")], ["questions[0].wording_en"]),
        ([question(), question(id=UUID(int=2))], ["questions[1].id"]),
        ([ASKED, ASKED], ["questions[1].id"]),
        ([question(options=AB)], ["questions[0].options"]),
        ([question(kind="yes_no", options=AB)], ["questions[0].options"]),
        ([question(kind="multiple", options=AB[:1])], ["questions[0].options"]),
        ([question(kind="choice", options=AB * 7)], ["questions[0].options"]),
        ([question(kind="choice", options=[*AB, Option("", "", "")])], ["questions[0].options[2].en"]),
        ([question(kind="choice", options=[*AB, Option("a", "", "A")])], ["questions[0].options[2].id"]),
        ([question(id=KEPT, kind="choice", options=[*ASKED.options, Option("a", "", "A")])], ["questions[0].options[2].id"]),
    ],
)
def test_a_list_of_questions_names_what_is_to_be_mended(questions: Sequence[Question], fields: list[str]) -> None:
    assert [fault.field for fault in list_faults(questions, {KEPT: ASKED})] == fields


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"wording_en": "Which one", "wording_th": ""}, True),
        ({"options": [Option("b", "", "Bee"), Option("", "", "C"), Option("a", "", "A")]}, True),
        ({"options": [Option("a", "", "A"), Option("", "", "C")]}, False),
        ({"kind": "multiple"}, False),
    ],
)
def test_a_question_that_loses_an_option_is_another_question(changes: dict[str, object], same: bool) -> None:
    made = {"id": KEPT, "kind": "choice", "wording_en": "Which", "options": ASKED.options} | changes
    assert stays(question(**made), ASKED) is same


@pytest.mark.parametrize(
    ("roles", "becomes", "refused"),
    [
        ({1: "admin"}, None, True),
        ({1: "admin"}, "helper", True),
        ({1: "admin"}, "admin", False),
        ({1: "admin", 2: "helper"}, None, True),
        ({1: "admin", 2: "admin"}, None, False),
        ({1: "admin", 2: "admin"}, "helper", False),
        ({1: "helper", 2: "admin"}, None, False),
        ({2: "admin"}, "helper", False),
        ({}, "helper", False),
    ],
)
def test_a_team_keeps_an_admin(roles: dict[int, str], becomes: Role | None, refused: bool) -> None:
    team = {PersonId(UUID(int=n)): role for n, role in roles.items()}
    assert leaves_no_admin(team, UUID(int=1), becomes) is refused


@pytest.mark.requirement("F31", "S6-sponsor-16")
@pytest.mark.parametrize(
    "note", ["เขาเป็นเบาหวาน", "นับถือศาสนาอิสลาม", "She is pregnant", "is a MUSLIM", "Diabetic, call in May", "มีโรคประจำตัว"]
)
def test_words_of_special_data_are_seen(note: str) -> None:
    assert is_special(Writing(None, {}, note))
    assert is_special(Writing(None, {"question": note}, "")), "an answer in words"


@pytest.mark.requirement("F31")
@pytest.mark.parametrize(
    "note", ["", "Wants a demo", "ขอใบเสนอราคา", "embrace the platform", "sells disabling valves", "โทรกลับพรุ่งนี้"]
)
def test_other_words_are_not(note: str) -> None:
    assert not is_special(Writing(None, {"question": note}, note))


def test_what_a_database_does_not_keep_is_left_out() -> None:
    sealed = Writing(1, {"q": "a\x00b", "r": ["c\x00"]}, "n\x00ote")
    assert storable(sealed) == Writing(1, {"q": "ab", "r": ["c"]}, "note")
