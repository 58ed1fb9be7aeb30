"""What is copied out of a PDF is what was typed: every syllable of Thai, once."""

import json

import pypdfium2
import pytest
import typst

from events.badges.codes import new_code
from events.badges.pdf import Badge, badge_pdf
from events.printing.text_layer import with_one_text
from events.printing.typesetting import fonts

CONSONANTS = [chr(c) for c in range(0x0E01, 0x0E2F)]
VOWELS = ["", "ั", "ิ", "ี", "ึ", "ื", "็", "ำ", "ุ", "ู"]
TONES = ["", "่", "้", "๊", "๋", "์"]
# ฤ and ฦ are vowels themselves and carry none below; nothing silent (์) is followed by an am (ำ)
SYLLABLES = [
    consonant + tone + vowel if vowel == "ำ" else consonant + vowel + tone
    for consonant in CONSONANTS
    for vowel in VOWELS
    for tone in TONES
    if not (consonant in "ฤฦ" and vowel in ("ุ", "ู")) and (vowel, tone) != ("ำ", "์")
]
PAGE = b"""
#set page(width: auto, height: auto, margin: 8mm)
#set text(font: "Sarabun", lang: "th", size: 24pt)
#set par(spacing: 2em)
#for words in json(bytes(sys.inputs.facts)) [#words

]
"""
NAME = "กิ่งแก้ว น้ำทิพย์ ปั่นปี่ ญี่ปุ่น ฐิติ ที่นั่น"


def as_typst_writes_it(lines: list[str]) -> bytes:
    pdf: bytes = typst.compile(PAGE, font_paths=fonts(), sys_inputs={"facts": json.dumps(lines)}, pretty=True)
    return pdf


def copied(pdf: bytes) -> str:
    """The text of all pages, as a reader hands it out; readers break lines where they like, so white space does not count."""
    return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(pdf))


def test_every_syllable_of_thai_is_copied_as_it_was_typed() -> None:
    assert len(SYLLABLES) == 2690
    for begin in range(0, len(SYLLABLES), 10):
        typed = SYLLABLES[begin : begin + 10]
        assert copied(with_one_text(as_typst_writes_it(typed))) == "".join(typed)


def test_all_of_them_on_one_page_share_their_glyphs_and_are_still_told_apart() -> None:
    assert copied(with_one_text(as_typst_writes_it(SYLLABLES))) == "".join(SYLLABLES)


def test_control_typst_itself_says_a_syllable_twice() -> None:
    assert copied(as_typst_writes_it(["กิ่ง"])) == "กิ่กิ่ง"


@pytest.mark.parametrize("size", ["a6", "phone"])
async def test_the_name_on_a_badge_is_copied_as_it_was_typed(size: str) -> None:
    badge = Badge(NAME, "น้ำผึ้ง", "บริษัท ปั้นดิน จำกัด", "งานที่นี่", "1 มี.ค. 2570", new_code("TH"))
    text = copied(await badge_pdf(badge, size, "th"))  # type: ignore[arg-type]
    assert "".join(NAME.split()) in text
    assert "งานที่นี่" in text


def test_pages_look_the_same_with_their_text_mended() -> None:
    before, after = (pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil() for pdf in _both())
    assert before.tobytes() == after.tobytes()


def _both() -> tuple[bytes, bytes]:
    pdf = as_typst_writes_it([NAME, "Mali"])
    return pdf, with_one_text(pdf)
