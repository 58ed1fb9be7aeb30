"""The app's own words, as its tables have them: a test that follows the app in two languages names a button once."""

import re
from pathlib import Path
from typing import Final

from tests.browsing.pages import LANGUAGES, Language

SOURCE: Final = Path(__file__).resolve().parents[3] / "mobile_scanner/src/words"
# a key with plain text; those with a number in them are functions
PLAIN: Final = re.compile(r'^  (\w+):\s*"((?:[^"\\]|\\.)*)",$', re.MULTILINE)

APP_WORDS: Final[dict[Language, dict[str, str]]] = {
    language: dict(
        PLAIN.findall("".join((SOURCE / name).read_text("utf-8") for name in (f"{language}.ts", f"{language}-quiet.ts")))
    )
    for language in LANGUAGES
}
