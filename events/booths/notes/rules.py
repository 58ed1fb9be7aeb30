"""What a note about a lead must be, and what is better not noted. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from events.booths.questions.rules import Question
from events.errors import FieldError

Answers = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Writing:
    """What a helper wrote: rating 1 (low) to 3 (high), answers by the ids of question and option, and free words."""

    rating: int | None
    answers: Answers
    note: str


def answer_faults(answers: Answers, questions: Sequence[Question]) -> list[FieldError]:
    """What does not answer this booth's questions. `questions` holds the removed ones too: a phone that was offline answers
    what it was asked, and the answer is kept."""
    known = {str(question.id): question for question in questions}
    faults: list[FieldError] = []
    for asked, given in answers.items():
        try:
            question = known.get(str(UUID(asked)))
        except ValueError:
            question = None
        if question is None:
            faults.append(FieldError(f"answers.{asked[:40]}", "This booth asks no such question.", "บูธนี้ไม่มีคำถามนี้"))
        elif not question.removed and not _answers(question, given):
            faults.append(_misfit(asked, question))
    return faults


def _answers(question: Question, given: str | Sequence[str]) -> bool:
    options = {option.id for option in question.options}
    if question.kind == "multiple":
        return not isinstance(given, str) and set(given) <= options
    if not isinstance(given, str):
        return False
    if question.kind == "choice":
        return given in options
    return given in {"yes", "no"} if question.kind == "yes_no" else True


_HOW: Final[Mapping[str, tuple[str, str]]] = {
    "yes_no": ('Answer "yes" or "no".', 'กรุณาตอบ "yes" หรือ "no"'),
    "text": ("Answer in words.", "กรุณาตอบเป็นข้อความ"),
    "choice": ("Answer with the id of one option.", "กรุณาตอบด้วย id ของตัวเลือกหนึ่งข้อ"),
    "multiple": ("Answer with a list of option ids.", "กรุณาตอบด้วยรายการ id ของตัวเลือก"),
}


def _misfit(asked: str, question: Question) -> FieldError:
    return FieldError(f"answers.{asked}", *_HOW[question.kind])


def storable(writing: Writing) -> Writing:
    """The same without the one character that a database does not keep."""
    return Writing(
        writing.rating,
        {
            asked: given.replace("\x00", "") if isinstance(given, str) else [one.replace("\x00", "") for one in given]
            for asked, given in writing.answers.items()
        },
        writing.note.replace("\x00", ""),
    )


# PDPA s.26 and GDPR art.9: health, religion, ethnic origin, politics, unions, sex life, crime. A hint, not a judgement: it
# finds common words, and misses what is said in others.
_ENGLISH: Final = re.compile(
    r"\b(?:illness|disease|diabet\w+|cancer|hiv|pregnan\w+"
    r"|disab(?:led|ility|ilities)|depress(?:ed|ion)|surgery|medication"
    r"|religio\w+|muslims?|islam\w*|christian\w*|catholics?|buddhis[tm]\w*|hindus?|jewish|atheist"
    r"|ethnic\w*|race|political party"
    r"|trade union|gay|lesbian|bisexual|transgender|sexual\w*|criminal record|convict(?:ed|ion))\b",
    re.IGNORECASE,
)
_THAI: Final = (
    "ป่วย", "โรคประจำตัว", "เบาหวาน", "มะเร็ง", "เอชไอวี", "ตั้งครรภ์", "ตั้งท้อง", "พิการ", "ซึมเศร้า",
    "ศาสนา", "มุสลิม", "อิสลาม", "คริสต์", "ชาวพุทธ", "ฮินดู",
    "เชื้อชาติ", "พรรคการเมือง", "สหภาพแรงงาน", "รสนิยมทางเพศ", "เกย์", "เลสเบี้ยน", "ประวัติอาชญากรรม",
)  # fmt: skip


def is_special(writing: Writing) -> bool:
    """Whether the words, or an answer in words, look like special data, which a booth has no ground to note (§3.1; F31). The
    note is kept: its writer is told, and asked to take it out."""
    said = [writing.note, *(given for given in writing.answers.values() if isinstance(given, str))]
    return any(_ENGLISH.search(text) is not None or any(word in text for word in _THAI) for text in said)
