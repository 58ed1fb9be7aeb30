"""What the pages, mails and papers say, and whether every language says it. `python -m tests.wording` brings catalogues up to date."""

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po

EVENTS = Path(__file__).parent.parent / "events"
LOCALE = EVENTS / "web" / "locale"
TRANSLATED = ("th",)  # English is the source
# an area is a folder of templates with the code beside it, or modules of texts; its catalogue has its name
CODE = {"mail": ["messages/phrases.py", "messages/texts/*.py"], "consent": ["web/choices.py"]}


def areas() -> dict[str, list[Path]]:
    """The files of each area."""
    found: dict[str, list[Path]] = {}
    for template in sorted((EVENTS / "web" / "templates").rglob("*.html")):
        parts = template.relative_to(EVENTS / "web" / "templates").parts
        found.setdefault(parts[0] if len(parts) > 1 else "frame", []).append(template)
    for module in sorted((EVENTS / "web").rglob("*/*.py")):
        found.setdefault(module.parent.name, []).append(module)
    for area, names in CODE.items():
        found.setdefault(area, []).extend(path for name in names for path in sorted(EVENTS.glob(name)))
    return found


def said(path: Path) -> Iterator[tuple[str, str | None]]:
    """Every text of a file, with its plural."""
    method = "jinja2.ext:babel_extract" if path.suffix == ".html" else "python"
    options = {"trimmed": "true"} if path.suffix == ".html" else {}
    for _, text, _, _ in extract(method, BytesIO(path.read_bytes()), keywords=DEFAULT_KEYWORDS, options=options):
        yield (text[0], text[1]) if isinstance(text, tuple) else (text, None)


def wanted(area: str) -> dict[str, str | None]:
    """What an area says: each text with its plural."""
    return dict(one for path in areas()[area] for one in said(path))


def catalogue(language: str, area: str) -> Catalog:
    path = LOCALE / language / f"{area}.po"
    return read_po(BytesIO(path.read_bytes()), locale=language) if path.exists() else Catalog(locale=language)


def update(language: str, area: str) -> int:
    """Write the catalogue with exactly what the area says, keeping what is translated; returns how many texts miss words."""
    old = catalogue(language, area)
    new = Catalog(locale=language, project="Events", creation_date=datetime(2026, 1, 1, tzinfo=UTC), fuzzy=False)
    missing = 0
    for text, several in sorted(wanted(area).items()):
        kept = old.get(text)
        words = kept.string if kept is not None and not kept.fuzzy else ""
        new.add((text, several) if several else text, words or (("",) if several else ""))
        missing += not (words[0] if isinstance(words, tuple | list) else words)
    if wanted(area):
        write(language, area, new)
    return missing


def write(language: str, area: str, words: Catalog) -> None:
    """The catalogue as a file, without what changes by itself."""
    words.header_comment = f"# {area}: English to {language}. `make words` keeps it in step with what is said."
    out = BytesIO()
    write_po(out, words, width=120, sort_output=False)
    path = LOCALE / language / f"{area}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = b"Language|MIME|Content|Plural"
    path.write_bytes(re.sub(rb'"(?!' + kept + rb')[A-Z][A-Za-z-]+:.*\\n"\n', b"", out.getvalue()))


if __name__ == "__main__":
    for each in TRANSLATED:
        for name in areas():
            if count := update(each, name):
                sys.stdout.write(f"{each}/{name}.po: {count} texts without words\n")
