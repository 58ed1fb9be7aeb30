"""Which questions a booth may ask, and what becomes of the old ones when the list changes. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal
from uuid import UUID

from events.errors import FieldError

Kind = Literal["choice", "multiple", "text", "yes_no"]
Move = Literal["up", "down"]
WITH_OPTIONS: Final[frozenset[str]] = frozenset({"choice", "multiple"})
MOST_QUESTIONS: Final = 10
MOST_OPTIONS: Final = 12


@dataclass(frozen=True, slots=True)
class Option:
    """`id` is empty for one that is new."""

    id: str
    th: str
    en: str


@dataclass(frozen=True, slots=True)
class Question:
    """`id` is None for one that is new; `removed`: no longer asked, but answered by notes of before."""

    id: UUID | None
    kind: Kind
    wording_th: str
    wording_en: str
    options: Sequence[Option] = ()
    removed: bool = False


def list_faults(questions: Sequence[Question], asked: Mapping[UUID, Question]) -> list[FieldError]:
    """What is wrong with a whole new list; `asked` are the questions that are asked now."""
    faults: list[FieldError] = []
    if len(questions) > MOST_QUESTIONS:
        faults.append(FieldError("questions", f"Ask at most {MOST_QUESTIONS} questions.", f"ถามได้ไม่เกิน {MOST_QUESTIONS} คำถาม"))
    seen: set[UUID] = set()
    for n, question in enumerate(questions):
        path = f"questions[{n}]"
        if question.id is not None and question.id not in asked:
            faults.append(
                FieldError(
                    f"{path}.id",
                    "This booth asks no such question; leave the id out for a new one.",
                    "บูธนี้ไม่มีคำถามนี้ คำถามใหม่ไม่ต้องใส่ id",
                )
            )
        if question.id is not None and question.id in seen:
            faults.append(FieldError(f"{path}.id", "This question stands twice.", "คำถามนี้ซ้ำ"))
        if question.id is not None:
            seen.add(question.id)
        faults += _wording_faults(path, question)
        faults += _option_faults(path, question, asked.get(question.id) if question.id else None)
    return faults


def _wording_faults(path: str, question: Question) -> list[FieldError]:
    if question.wording_th or question.wording_en:
        return []
    return [
        FieldError(
            f"{path}.wording_en", "Word the question in Thai, in English, or both.", "กรุณาเขียนคำถามเป็นภาษาไทย ภาษาอังกฤษ หรือทั้งสอง"
        )
    ]


def _option_faults(path: str, question: Question, asked: Question | None) -> list[FieldError]:
    path = f"{path}.options"
    count = len(question.options)
    if question.kind not in WITH_OPTIONS:
        if not count:
            return []
        return [FieldError(path, "Only a choice has options.", "เฉพาะคำถามแบบตัวเลือกเท่านั้นที่มีตัวเลือก")]
    faults: list[FieldError] = []
    if not 2 <= count <= MOST_OPTIONS:
        faults.append(FieldError(path, f"Give 2 to {MOST_OPTIONS} options.", f"กรุณาใส่ตัวเลือก 2 ถึง {MOST_OPTIONS} ข้อ"))
    known = {option.id for option in asked.options} if asked else set()
    seen: set[str] = set()
    for k, option in enumerate(question.options):
        if not (option.th or option.en):
            faults.append(FieldError(f"{path}[{k}].en", "Word this option.", "กรุณาเขียนตัวเลือกนี้"))
        if option.id and (option.id not in known or option.id in seen):
            faults.append(
                FieldError(
                    f"{path}[{k}].id", "The question has no such option, or it stands twice; leave the id out for a new one.",
                    "คำถามนี้ไม่มีตัวเลือกนี้หรือซ้ำ ตัวเลือกใหม่ไม่ต้องใส่ id",
                )
            )  # fmt: skip
        seen.add(option.id)
    return faults


def saved(asked: Sequence[Question], question: Question) -> list[Question]:
    """The list with this question worded anew in its place; last, where it has none."""
    if question.id is None or all(one.id != question.id for one in asked):
        return [*asked, replace(question, id=None)]
    return [question if one.id == question.id else one for one in asked]


def moved(asked: Sequence[Question], question: UUID, move: Move) -> list[Question]:
    """The list with this question one place up or down; as it is, where there is no such question or no such place."""
    order = list(asked)
    place = next((n for n, one in enumerate(order) if one.id == question), None)
    if place is not None:
        order.insert(max(0, place - 1) if move == "up" else place + 1, order.pop(place))
    return order


_PLACE: Final = re.compile(r"^questions\[\d+\]\.")


def about_one(faults: Sequence[FieldError]) -> list[FieldError]:
    """The faults of a list in which one question is new, told as those of the first: its writer knows no other."""
    return [FieldError(_PLACE.sub("questions[0].", fault.field), fault.en, fault.th) for fault in faults]


def stays(question: Question, asked: Question) -> bool:
    """Whether it is still the question that was answered before. One of another kind, or that lost an option, becomes a new
    one, so that what was answered keeps its words."""
    kept = {option.id for option in question.options}
    return question.kind == asked.kind and all(option.id in kept for option in asked.options)
