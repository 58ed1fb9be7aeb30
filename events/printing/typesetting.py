"""Facts into a PDF: Typst sets the page, its shaper (rustybuzz) places Thai vowels and tone marks by the font's own rules.

Typst comes as one wheel with nothing beside it; WeasyPrint would need Pango from the system, which a fresh machine lacks. The
font is Sarabun (OFL 1.1), Thai and Latin in one family, installed as the package fontpkg-sarabun. Other scripts are set in
whatever font the system has for them; a character that none has is drawn as a visible box, and its text stays in the file.

What people typed reaches Typst as JSON and is shown as strings: nothing in it can be read as markup or code.
"""

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import typst

from events.errors import EventsError
from events.printing.text_layer import with_one_text

FAMILY: Final = "Sarabun"
FONT_PACKAGE: Final = "fontpkg-sarabun"
_ROOT: Final = Path(__file__).resolve().parents[1]
_LARGE: Final = 100_000  # characters of facts: some dozens of badges
_REMEMBERED: Final = 11
# setting a page is CPU work without the interpreter's lock: two at once, and everybody else goes on being served
_WORKERS: Final = ThreadPoolExecutor(2, thread_name_prefix="typeset")


class FontMissing(EventsError):
    """The operator can mend it: without the font, Thai would come out as boxes, so nothing comes out."""

    status = 503
    code = "font_missing"
    en = f"PDFs need the font {FAMILY}: install it with `pip install {FONT_PACKAGE}` and start again."
    th = f"ไฟล์ PDF ต้องใช้ฟอนต์ {FAMILY} กรุณาติดตั้งด้วย `pip install {FONT_PACKAGE}` แล้วเริ่มระบบใหม่"


@cache
def fonts() -> typst.Fonts:
    """Our family first, then the system's for other scripts; found once, as looking through the system takes 80 ms.

    Raises FontMissing.
    """
    spec = find_spec(FONT_PACKAGE.replace("-", "_"))
    places = list(spec.submodule_search_locations or []) if spec else []
    found = typst.Fonts(include_embedded_fonts=False, font_paths=places)
    if not places or FAMILY not in found.families():
        raise FontMissing
    return found


def typeset(template: str, facts: Mapping[str, Any]) -> bytes:
    """The PDF that a template of this package (`badges/badge.typ`) makes of these facts: tagged, with title and language.

    Raises FontMissing.
    """
    said = json.dumps(facts, ensure_ascii=False)
    made: bytes = typst.compile(
        str(_ROOT / template), root=str(_ROOT), font_paths=fonts(), sys_inputs={"facts": said}, pretty=True
    )
    if len(said) > _LARGE:
        _forget()
    return with_one_text(made)


def _forget() -> None:
    """Typst remembers its last ten documents: names of hundreds of people, and 70 MB for each large sheet. Ten empty ones
    take their place in 60 ms."""
    nothing = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False)
    for _ in range(_REMEMBERED):
        typst.compile(b"", font_paths=nothing)


async def typeset_aside(template: str, facts: Mapping[str, Any]) -> bytes:
    """The same in a thread, two at a time."""
    return await asyncio.get_running_loop().run_in_executor(_WORKERS, typeset, template, facts)
