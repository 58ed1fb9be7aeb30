"""What the gate's refusals of a whole pull mean to the caller, what a pull must declare, and text that a spreadsheet may open."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from events.errors import EventsError, FieldError, NotFound, NotReleased
from events.terms import Field, Refusal, Use

# status and sentence per refusal; 404 is for what is none of the caller's business, 410 for what will not come back (§6)
_GONE: Final = 410
_NO: Final = 403
ANSWERS: Final[Mapping[Refusal, tuple[int, str, str]]] = {
    Refusal.SPONSORSHIP_ENDED: (
        _GONE,
        "Your sponsorship of this event has ended; its leads are not handed out any more.",
        "การเป็นผู้สนับสนุนงานนี้สิ้นสุดแล้ว จึงไม่มีการส่งมอบข้อมูลผู้เข้าร่วมงานอีก",
    ),
    Refusal.EVENT_CANCELLED: (_GONE, "This event was cancelled; its data stays here.", "งานนี้ถูกยกเลิกแล้ว จึงไม่มีการส่งมอบข้อมูล"),
    Refusal.WINDOW_CLOSED: (
        _GONE,
        "The time in which this event's data could be taken is over.",
        "พ้นกำหนดเวลาในการรับข้อมูลของงานนี้แล้ว",
    ),
    Refusal.WITHDRAWN_SINCE: (
        _GONE,
        "Somebody took her consent back after this file was prepared, so nothing of it is handed out. Prepare a new one.",
        "มีผู้ถอนความยินยอมหลังจากเตรียมไฟล์นี้ จึงไม่มีการส่งมอบไฟล์ กรุณาเตรียมไฟล์ใหม่",
    ),
    Refusal.LINK_CLOSED: (
        _GONE,
        "This link was opened already or is too old. Prepare a new one.",
        "ลิงก์นี้ถูกเปิดไปแล้วหรือหมดอายุ กรุณาเตรียมไฟล์ใหม่",
    ),
    Refusal.NOT_OUR_EVENT: (
        _NO,
        "We only process this event's data for somebody else, who alone may hand it out.",
        "เราเป็นเพียงผู้ประมวลผลข้อมูลของงานนี้ มีเพียงผู้ควบคุมข้อมูลเท่านั้นที่ส่งมอบข้อมูลได้",
    ),
    Refusal.EVENT_NOT_PUBLISHED: (_NO, "This event is not published yet.", "งานนี้ยังไม่เผยแพร่"),
    Refusal.PARTY_SUSPENDED: (
        _NO,
        "Your access to attendee data is suspended. Ask the organiser's data protection officer.",
        "สิทธิ์รับข้อมูลผู้เข้าร่วมงานของคุณถูกระงับ กรุณาติดต่อเจ้าหน้าที่คุ้มครองข้อมูลของผู้จัดงาน",
    ),
    Refusal.PARTY_NOTICE_MISSING: (
        _NO,
        "Your privacy notice is not registered with the organiser, or its change is still being reviewed.",
        "ประกาศความเป็นส่วนตัวของคุณยังไม่ได้ลงทะเบียนกับผู้จัดงาน หรืออยู่ระหว่างการทบทวน",
    ),
    Refusal.NO_AGREEMENT: (
        _NO,
        "There is no agreement with you that is in force now. Ask the organiser.",
        "ไม่มีข้อตกลงกับคุณที่มีผลใช้บังคับในขณะนี้ กรุณาติดต่อผู้จัดงาน",
    ),
    Refusal.USE_NOT_AGREED: (
        _NO,
        "Your agreement does not allow this use.",
        "ข้อตกลงของคุณไม่อนุญาตให้ใช้ข้อมูลเพื่อวัตถุประสงค์นี้",
    ),
}


def answer_to(refusal: str) -> EventsError:
    """The error for a pull that the gate refused as a whole. What has no sentence of its own is not the caller's to know."""
    answer = ANSWERS.get(Refusal(refusal))
    return NotFound() if answer is None else NotReleased(refusal, *answer)


def wrong_use(use: str | None) -> FieldError | None:
    """What is wrong with a declared use (S6-sponsor-9); None when it is one of the known ones."""
    if use in set(Use):
        return None
    uses = ", ".join(Use)
    return FieldError("use", f"Say what the data is for: use= one of {uses}.", f"กรุณาระบุวัตถุประสงค์การใช้ข้อมูล: use= เลือกจาก {uses}")


def in_card_order(fields: Iterable[str]) -> list[Field]:
    """Each field once, in the order of the notice."""
    wanted = set(fields)
    return [field for field in Field if field in wanted]


@lru_cache(maxsize=4096)  # a list has few of them, and many lines
def instant(at: datetime) -> str:
    """RFC 3339 in UTC, as the JSON answers write it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_PLAIN_PHONE: Final = re.compile(r"\+[0-9][0-9 ()-]*")
_MINUS_SIGN: Final = "\N{MINUS SIGN}"


def cell(text: str | None) -> str:
    """Text that stays text when a spreadsheet opens it (S11-sec-3).

    Controls, tabs and line breaks become one space; what would start a formula, in any of its shapes and also after spaces or
    invisible characters, gets an apostrophe. So does what stands behind a semicolon: where a comma is for decimals, that is
    where a cell begins. A plain phone number like `+66 81 234 5678` stays as it is.
    """
    if not text:
        return ""
    if text[0].isalnum() and text.isprintable() and ";" not in text:
        return text  # nearly every cell: nothing in it that the rules below would change
    return ";".join(map(_no_formula, _CONTROLS.sub(" ", text).split(";")))


def _no_formula(shown: str) -> str:
    if _PLAIN_PHONE.fullmatch(shown):
        return shown
    first = next((c for c in shown if not c.isspace() and unicodedata.category(c) != "Cf"), "")
    starts_formula = first == _MINUS_SIGN or unicodedata.normalize("NFKC", first)[:1] in {"=", "+", "-", "@"}
    return f"'{shown}" if starts_formula else shown


BYTE_ORDER_MARK: Final = "\ufeff".encode()  # without it Excel reads Thai as something else


def csv_lines(rows: Iterable[Iterable[str | None]]) -> bytes:
    """Lines of CSV (RFC 4180, CRLF) in UTF-8, every cell safe to open and in quotes, whatever separates cells there."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows(map(cell, row) for row in rows)
    return text.getvalue().encode()
