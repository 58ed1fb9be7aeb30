"""Notes as files word them: ratings, answers and words, each helper's under the helper's name. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from events.leads.rules import Note, Question

RATINGS: Final[Mapping[int, str]] = {1: "low", 2: "medium", 3: "high"}


def notes_of(rows: Sequence[Mapping[str, Any]] | None) -> tuple[Note, ...]:
    """The notes of a row of the door."""
    return tuple(
        Note(
            phone=UUID(r["phone"]),
            helper=r["helper"],
            rating=r["rating"],
            answers=r["answers"],
            note=r["note"],
            written_at=datetime.fromisoformat(r["written_at"]).astimezone(UTC),
        )
        for r in rows or ()
    )


def questions_of(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Question]:
    """The questions of a heading, by their ids."""
    return {
        r["id"]: Question(r["en"] or r["th"], {option["id"]: option["en"] or option["th"] for option in r["options"]})
        for r in rows
    }


def note_cells(notes: Sequence[Note], questions: Mapping[str, Question]) -> tuple[str, str, str]:
    """Ratings, answers and notes, each helper's with the helper's name: several phones' stand in one cell, and nobody's words
    read as another's. As they were typed they stand in the JSON."""
    return (
        _of_each((n.helper, RATINGS.get(n.rating or 0, "")) for n in notes),
        _of_each((n.helper, in_words(n.answers, questions)) for n in notes),
        _of_each((n.helper, n.note) for n in notes),
    )


def in_words(answers: Mapping[str, str | Sequence[str]], questions: Mapping[str, Question]) -> str:
    """The answers of one note in the order of the questions, as `Question? Answer, answer; …`; what is not known any more
    stands at the end, as it was sent."""
    known = {asked: n for n, asked in enumerate(questions)}
    said = []
    for asked in sorted(answers, key=lambda asked: (known.get(asked, len(known)), asked)):
        given, question = answers[asked], questions.get(asked, Question(asked, {}))
        chosen = [given] if isinstance(given, str) else given
        said.append(f"{question.wording} {', '.join(question.options.get(choice, choice) for choice in chosen)}")
    return "; ".join(said)


def _of_each(said: Iterable[tuple[str, str]]) -> str:
    return " | ".join(f"{name_on_a_line(helper)}: {one_line(text)}" for helper, text in said if text)


_BREAKS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BARS: Final = str.maketrans("|¦│｜", "////")
_COLONS: Final = str.maketrans(":：", "//")


def one_line(text: str) -> str:
    """Without what would look like the beginning of another helper's words."""
    return _BREAKS.sub(" ", text).translate(_BARS).strip()


def name_on_a_line(helper: str) -> str:
    return one_line(helper).translate(_COLONS)
