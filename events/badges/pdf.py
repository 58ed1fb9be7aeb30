"""The badge on paper and on a phone: name, event, QR and the code for typing. Bytes out; no database, no clock.

Nothing stands in the file that does not stand on the badge: no author, no id, no address (S3.1-badge-4).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from events.badges.codes import CODE_LENGTH, BadgeCode
from events.badges.qr import qr_path
from events.printing.dates import days
from events.printing.typesetting import typeset_aside
from events.terms import Language

BadgeSize = Literal["a6", "phone"]
_TEMPLATE: Final = "badges/badge.typ"
_LONGEST: Final = 400  # characters that are tried; the page cuts what does not fit much earlier
_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "th": {"title": "บัตรเข้างาน", "sheet": "บัตรเข้างาน พิมพ์แล้วตัดตามรอย", "qr": "คิวอาร์โค้ดของบัตร"},
    "en": {"title": "Badge", "sheet": "Badges, to print and cut", "qr": "QR code of the badge"},
}


@dataclass(frozen=True, slots=True)
class Badge:
    """What stands on one badge; `event` and `date` in the language of the sheet."""

    name: str
    job_title: str
    company: str
    event: str
    date: str
    code: BadgeCode


def badge_of(row: Mapping[str, Any], code: BadgeCode, language: Language) -> Badge:
    """The badge of a registration: a row with its card, and the title, times and zone of its event."""
    return Badge(
        name=row["name"],
        job_title=row["job_title"],
        company=row["company"],
        event=row[f"title_{language}"] or row["title_th"] or row["title_en"],
        date=days(row["starts_at"], row["ends_at"], row["time_zone"], language),
        code=code,
    )


def groups_of_four(code: BadgeCode) -> str:
    """The code as one types it from paper."""
    return " ".join(code[n : n + 4] for n in range(0, CODE_LENGTH, 4))


async def badge_pdf(badge: Badge, size: BadgeSize, language: Language) -> bytes:
    """One badge, for A6 paper (105 × 148 mm) or a phone's screen (9:16). Raises FontMissing."""
    return await typeset_aside(_TEMPLATE, _facts([badge], size, language, f"{_WORDS[language]['title']} · {badge.event}"))


async def badge_sheet(badges: Sequence[Badge], language: Language) -> bytes:
    """Badges on A4, four to a page with cut marks, in the order given. Raises FontMissing, and ValueError for none."""
    if not badges:
        msg = "a sheet of no badges"
        raise ValueError(msg)
    title = f"{_WORDS[language]['sheet']} · {badges[0].event}"
    return await typeset_aside(_TEMPLATE, _facts(badges, "sheet", language, title))


def _facts(badges: Sequence[Badge], size: str, language: Language, title: str) -> dict[str, Any]:
    return {
        "size": size,
        "language": language,
        "title": _shown(title),
        "words": _WORDS[language],
        "badges": [_drawn(badge) for badge in badges],
    }


def _drawn(badge: Badge) -> dict[str, str]:
    said = {name: _shown(value) for name, value in asdict(badge).items()}
    return said | {"code": groups_of_four(badge.code), "qr": qr_path(badge.code)}


def _shown(text: str) -> str:
    """One line of what was typed: any white space is a space, and what is no character at all is seen as U+FFFD."""
    line = " ".join(text.split())[:_LONGEST]
    return "".join(c if c.isprintable() or c in "\u200b\u200c\u200d" else "\ufffd" for c in line)
