"""How long a note and an answer may be: the same on the phone, by tests/vectors/notes.json."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from events.booths.notes.routes import Unsealed

LIMITS = json.loads((Path(__file__).parents[1] / "vectors" / "notes.json").read_text(encoding="utf-8"))


def written(note: int = 0, answer: int = 0) -> dict[str, Any]:
    return {"rating": None, "note": "ก" * note, "answers": {"one": "ก" * answer, "several": ["ก" * answer]}}


def test_what_the_phone_lets_a_helper_write_is_taken() -> None:
    taken = msgspec.convert(written(LIMITS["note"], LIMITS["answer"]), Unsealed)
    assert len(taken.note) == LIMITS["note"]


@pytest.mark.parametrize("longer", [{"note": LIMITS["note"] + 1}, {"answer": LIMITS["answer"] + 1}])
def test_one_character_more_is_not(longer: dict[str, int]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(written(**longer), Unsealed)
