"""The badge code: the shared vectors, and what the check character promises."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.badges.codes import (
    ALPHABET,
    BadgeCode,
    event_tag_of,
    new_code,
    new_event_tag,
    parse_code,
)
from tests.badges.make_vectors import VECTOR_FILE, render

VECTORS: dict[str, list[dict[str, Any]]] = json.loads(VECTOR_FILE.read_text(encoding="ascii"))
ALL_EVENT_TAGS = {first + second for first in ALPHABET for second in ALPHABET}


def always(raw: bytes) -> Callable[[int], bytes]:
    """A source of randomness that gives the same bytes and checks how many were asked for."""

    def random_bytes(count: int) -> bytes:
        assert count == len(raw)
        return raw

    return random_bytes


event_tags = st.text(ALPHABET, min_size=2, max_size=2)
codes = st.builds(new_code, event_tags, st.binary(min_size=17, max_size=17).map(always))
positions = st.integers(0, 19)


def test_the_vector_file_is_what_its_script_writes() -> None:
    assert VECTOR_FILE.read_text(encoding="ascii") == render()


@pytest.mark.parametrize("case", VECTORS["valid"], ids=lambda case: case["note"])
def test_a_valid_code_is_read_as_itself(case: dict[str, str]) -> None:
    code = parse_code(case["code"])
    assert code == case["code"]
    assert event_tag_of(code) == case["event_tag"]


@pytest.mark.parametrize("case", VECTORS["typed"], ids=lambda case: case["note"])
def test_typed_entry_is_read_in_its_normal_form(case: dict[str, str]) -> None:
    assert parse_code(case["typed"]) == case["code"]


@pytest.mark.parametrize("case", VECTORS["invalid"], ids=lambda case: case["reason"])
def test_anything_else_is_refused(case: dict[str, str]) -> None:
    assert parse_code(case["text"]) is None


@pytest.mark.parametrize("table", ["substitutions", "transpositions"])
def test_each_damaged_vector_is_refused_and_its_origin_is_not(table: str) -> None:
    for case in VECTORS[table]:
        assert parse_code(case["code"]) == case["code"]
        assert parse_code(case["text"]) is None, case


@given(codes)
def test_a_new_code_is_read_back_as_itself(code: BadgeCode) -> None:
    assert parse_code(code) == code


@given(codes, positions, st.sampled_from(ALPHABET))
def test_any_single_substitution_is_refused(code: BadgeCode, position: int, other: str) -> None:
    damaged = code[:position] + other + code[position + 1 :]
    assert parse_code(damaged) == (code if damaged == code else None)


@given(codes, positions, positions)
def test_any_transposition_of_different_characters_is_refused(code: BadgeCode, first: int, second: int) -> None:
    swapped = list(code)
    swapped[first], swapped[second] = swapped[second], swapped[first]
    damaged = "".join(swapped)
    assert parse_code(damaged) == (code if damaged == code else None)


def test_every_substitution_and_every_transposition_of_one_code_is_refused() -> None:
    code = VECTORS["valid"][0]["code"]
    damaged = {code[:position] + other + code[position + 1 :] for position in range(20) for other in ALPHABET}
    for first in range(20):
        for second in range(first):
            swapped = list(code)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            damaged.add("".join(swapped))
    assert {text for text in damaged if parse_code(text)} == {code}


@given(st.text())
def test_whatever_is_read_is_twenty_characters_of_the_alphabet(text: str) -> None:
    code = parse_code(text)
    assert code is None or (len(code) == 20 and set(code) <= set(ALPHABET))


def test_a_code_is_its_event_tag_then_the_random_characters_then_the_check() -> None:
    code = new_code("TH", always(bytes(range(17))))
    assert code[:-1] == "TH" + ALPHABET[:17]
    assert event_tag_of(code) == "TH"


def test_every_random_character_is_equally_likely() -> None:
    drawn = [new_code("TH", always(bytes([byte]) * 17))[2] for byte in range(256)]
    assert {character: drawn.count(character) for character in drawn} == dict.fromkeys(ALPHABET, 8)


def test_new_codes_differ() -> None:
    assert len({new_code("TH") for _ in range(1000)}) == 1000


@pytest.mark.parametrize("tag", ["", "T", "THA", "th", "TU", "T ", "T\u0e51", "\uff34H"])
def test_a_code_is_not_made_for_something_that_is_not_an_event_tag(tag: str) -> None:
    with pytest.raises(ValueError, match="not an event tag"):
        new_code(tag)


def test_a_new_event_tag_is_one_that_is_not_taken() -> None:
    assert new_event_tag(ALL_EVENT_TAGS - {"TH"}) == "TH"
    assert new_event_tag() in ALL_EVENT_TAGS


def test_every_free_event_tag_can_be_drawn() -> None:
    drawn = {new_event_tag((), always(number.to_bytes(8))) for number in range(1024)}
    assert drawn == ALL_EVENT_TAGS


def test_no_event_tag_is_made_when_all_are_taken() -> None:
    with pytest.raises(ValueError, match="all 1024 event tags are taken"):
        new_event_tag(ALL_EVENT_TAGS)
