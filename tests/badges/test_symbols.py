"""What the phone's tests read is what we print."""

import json

from tests.badges.make_symbols import VECTORS, vectors


def test_the_symbols_that_the_phones_tests_damage_are_those_of_our_badges() -> None:
    kept = json.loads(VECTORS.read_text(encoding="utf-8"))
    assert kept == vectors()
    assert len({symbol["code"] for symbol in kept["symbols"]}) == 12
    assert {(len(symbol["rows"]), len(symbol["rows"][0])) for symbol in kept["symbols"]} == {(25, 25)}
