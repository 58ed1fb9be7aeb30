"""Every text is said in every language, with the same values in it, and no catalogue holds what nobody says any more."""

import re

import pytest

from events.words import words_of
from tests.wording import TRANSLATED, areas, catalogue, wanted

VALUE = re.compile(r"%\((\w+)\)")


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("area", [area for area in areas() if wanted(area)])
def test_a_catalogue_says_all_that_its_area_says_and_no_more(language: str, area: str) -> None:
    held = {
        message.id[0] if isinstance(message.id, tuple | list) else message.id: message for message in catalogue(language, area)
    }
    held.pop("", None)
    assert set(held) == set(wanted(area))
    for text, message in held.items():
        said = [words or "" for words in (message.string if isinstance(message.string, tuple | list) else (message.string,))]
        assert all(said), f"{area}: no words for {text!r}"
        assert not message.fuzzy, text
        assert {value for words in said for value in VALUE.findall(words)} <= {"num", *VALUE.findall(text)}, text
        assert set(VALUE.findall(text)) - {"num"} <= {value for words in said for value in VALUE.findall(words)}, text


def test_the_catalogues_are_read() -> None:
    assert words_of("th").gettext("Skip to content") == "ข้ามไปยังเนื้อหา"
    assert words_of("en").gettext("Skip to content") == "Skip to content"
    assert words_of("en").ngettext("%(num)s place left", "%(num)s places left", 1) == "1 place left"
    assert words_of("th").ngettext("%(num)s place left", "%(num)s places left", 3) == "เหลือ 3 ที่"
