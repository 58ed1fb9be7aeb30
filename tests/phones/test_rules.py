"""The rules of lists: keys, hashes, tags and differences, held to the vectors that the phone reads as well."""

import json
from base64 import b64decode, urlsafe_b64decode
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from events.phones.allow_list.rules import ListKey, RecentLists, asks_for_delta, difference, list_key, tag_of, tags_of

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors" / "allow_list.json").read_text(encoding="utf-8"))
KEY = ListKey(urlsafe_b64decode(VECTORS["key"] + "="))
EVENT, ONE, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)


def test_the_key_is_shown_as_the_phone_reads_it() -> None:
    assert KEY.shown() == VECTORS["key"]


@pytest.mark.parametrize("case", VECTORS["hashes"], ids=lambda case: case["code"])
def test_a_code_is_hashed_as_the_vectors_say(case: dict[str, str]) -> None:
    assert KEY.hash_of(case["code"]).hex() == case["hash_hex"]


@pytest.mark.parametrize("case", VECTORS["lists"], ids=lambda case: case["note"])
def test_a_list_is_its_hashes_in_order(case: dict[str, Any]) -> None:
    assert b"".join(sorted(map(KEY.hash_of, case["codes"]))) == b64decode(case["list"])


@pytest.mark.parametrize("case", VECTORS["deltas"], ids=lambda case: case["note"])
def test_a_difference_is_told_as_the_vectors_say(case: dict[str, str]) -> None:
    assert difference(b64decode(case["from"]), b64decode(case["to"])) == b64decode(case["delta"])


def test_every_event_and_party_has_a_key_of_its_own() -> None:
    keys = {list_key(b"root", event, party).key for event in (ONE, OTHER) for party in (None, ONE, OTHER)}
    assert (len(keys), {len(key) for key in keys}) == (6, {32})


def test_a_process_remembers_the_latest_lists_up_to_its_limit() -> None:
    lists = [bytes([n]) * 60 for n in range(4)]
    recent = RecentLists(most=3 * (60 + 64))
    for known in (*lists[:3], lists[0], lists[3]):
        recent.keep(EVENT, ONE, known)
    assert [recent.known(EVENT, ONE, tag_of(known)) is not None for known in lists] == [True, False, True, True]
    assert recent.known(EVENT, OTHER, tag_of(lists[0])) is None


@pytest.mark.parametrize(
    ("header", "asks"),
    [(None, False), ("", False), ("allow-delta", True), ("gzip, Allow-Delta;q=1", True), ("allow-deltas", False)],
)
def test_which_header_asks_for_a_difference(header: str | None, asks: bool) -> None:
    assert asks_for_delta(header) is asks


def test_tags_are_read_weak_or_strong() -> None:
    assert (tags_of(None), tags_of('"a", W/"b"')) == ([], ['"a"', '"b"'])
