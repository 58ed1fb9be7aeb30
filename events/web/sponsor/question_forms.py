"""What a sponsor's forms about its questions say."""

from collections.abc import Mapping
from typing import Final, Literal, get_args
from uuid import UUID

from events.booths.questions.rules import WITH_OPTIONS, Kind, Move, Option, Question
from events.web.forms import Form

Press = Move | Literal["remove"]
LONGEST_WORDING: Final = 200
LONGEST_OPTION: Final = 200
PRESSES: Final[tuple[Press, ...]] = ("up", "down", "remove")


def question_in(form: Form) -> Question | None:
    """What was written; None for a form that no page of ours sends. Empty options are none."""
    kind = next((known for known in get_args(Kind) if known == form.get("kind")), None)
    rows = list(zip(form.all("option_id"), form.all("option_th"), form.all("option_en"), strict=False))
    options = [Option(id_, th.strip(), en.strip()) for id_, th, en in rows if th.strip() or en.strip()]
    thai, english = form.get("wording_th").strip(), form.get("wording_en").strip()
    too_long = max(len(thai), len(english)) > LONGEST_WORDING or any(max(len(o.th), len(o.en)) > LONGEST_OPTION for o in options)
    try:
        known_id = UUID(form.get("id")) if form.get("id") else None
    except ValueError:
        return None
    if kind is None or too_long:
        return None
    return Question(known_id, kind, thai, english, options if kind in WITH_OPTIONS else [])


def question_pressed(form: Mapping[str, str]) -> tuple[UUID, Press] | None:
    """Which question's button was pressed, and which; None for a form that no page of ours sends."""
    press = next((known for known in PRESSES if known == form.get("press")), None)
    try:
        return None if press is None else (UUID(form.get("question", "")), press)
    except ValueError:
        return None
