"""What an import may bring, and the gate's refusals in words. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import msgspec
from msgspec import Meta

from events.errors import FieldError
from events.hosting.rules import Email, Line, Name, time_faults
from events.hosting.tickets.rules import looks_like_consent
from events.terms import Field, Language, Refusal
from events.typed import as_kept, telephone, telephone_problem, text_problem

MOST_ROWS: Final = 1000
# after so many faults a list is better mended than read further
MOST_FAULTS: Final = 100
CARD: Final = tuple(f.value for f in Field)

Address = Annotated[str, Meta(pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$", max_length=500)]
CountryOrNone = Annotated[str, Meta(pattern=r"^([A-Z]{2})?$(?!\n)")]
Phone = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)", max_length=40)]


class ImportRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One person of an import. `ticket` may be left out where the event has one ticket type."""

    name: Name
    email: Email
    job_title: Line = ""
    company: Line = ""
    address: Address = ""
    country: CountryOrNone = ""
    phone: Phone = ""
    language: Language | None = None
    ticket: UUID | None = None


@dataclass(frozen=True, slots=True)
class Guest:
    """A row that may be stored."""

    card: Mapping[str, str]
    ticket: UUID
    language: str


def read_rows(
    rows: Sequence[Mapping[str, object]], tickets: Collection[UUID], languages: Sequence[str]
) -> tuple[list[Guest], list[FieldError]]:
    """The guests of an import and what is wrong with it; no consent can stand in it (S6-sponsor-8, scenarios 19 and 48)."""
    guests: list[Guest] = []
    faults: list[FieldError] = []
    seen: dict[str, int] = {}
    for n, raw in enumerate(rows):
        where = f"rows[{n}]"
        unknown = [_unknown(where, key) for key in raw if key not in ImportRow.__struct_fields__]
        if unknown:
            faults += unknown
            continue
        try:
            row = msgspec.convert(raw, ImportRow)
        except msgspec.ValidationError as error:
            faults.append(_shape(where, str(error)))
            continue
        before = seen.setdefault(row.email.lower(), n)
        if before != n:
            faults.append(
                FieldError(f"{where}.email", f"This address stands in rows[{before}] too.", f"อีเมลนี้ซ้ำกับ rows[{before}]")
            )
        ticket = row.ticket or (next(iter(tickets)) if len(tickets) == 1 else None)
        if ticket is None or ticket not in tickets:
            faults.append(FieldError(f"{where}.ticket", "Name a ticket type of this event.", "กรุณาระบุประเภทบัตรของงานนี้"))
            continue
        language = row.language or languages[0]
        if language not in languages:
            faults.append(FieldError(f"{where}.language", "This is not a language of the event.", "งานนี้ไม่ได้ใช้ภาษานี้"))
        card, wrong = _read_card(where, {name: as_kept(getattr(row, name)) for name in CARD})
        faults += wrong
        guests.append(Guest(card, ticket, language))
    return guests, faults[:MOST_FAULTS]


def _read_card(where: str, typed: Mapping[str, str]) -> tuple[dict[str, str], list[FieldError]]:
    """The card as it is kept, and what is wrong with it: names and telephone numbers as on the form itself."""
    card = dict(typed)
    faults = [
        FieldError(f"{where}.{name}", *problem)
        for name, value in typed.items()
        if (problem := text_problem(value, lines=name == Field.ADDRESS))
    ]
    if typed["phone"]:
        card["phone"] = telephone(typed["phone"], typed["country"]) or ""
        if not card["phone"]:
            faults.append(FieldError(f"{where}.phone", *telephone_problem(typed["country"])))
    return card, faults


def _unknown(where: str, key: str) -> FieldError:
    if looks_like_consent(key):
        return FieldError(
            f"{where}.{key}",
            "A consent cannot be imported: only the attendee can give it. Leave this column out.",
            "นำเข้าความยินยอมไม่ได้ มีเพียงผู้เข้าร่วมงานเท่านั้นที่ให้ได้ กรุณาตัดคอลัมน์นี้ออก",
        )
    return FieldError(f"{where}.{key}", "An import has no such field.", "การนำเข้าไม่มีช่องนี้")


def _shape(where: str, message: str) -> FieldError:
    """msgspec says `… - at `$.email``; the path becomes ours, the value is not in it."""
    reason, _, path = message.partition(" - at `$")
    return FieldError(where + path.rstrip("`"), reason, "ค่าของช่องนี้ไม่ถูกต้อง")


def code_prefix(text: str) -> str | None:
    """The beginning of a badge code as it is stored, where the text can be one of at least four characters."""
    normal = text.upper().translate(str.maketrans("OIL", "011", " -"))
    return normal if 4 <= len(normal) <= 20 and normal.isascii() and normal.isalnum() else None


def notified_faults(notified_at: datetime, now: datetime) -> list[FieldError]:
    """§2, S2-scope-1: people whose data came to us from others were told before (PDPA s.25)."""
    faults = time_faults(notified_at=notified_at)
    if notified_at > now:
        faults.append(FieldError("notified_at", "Tell the people first, then import them.", "กรุณาแจ้งเจ้าของข้อมูลก่อน แล้วจึงนำเข้า"))
    return faults


REFUSALS: Final[Mapping[Refusal, tuple[str, str]]] = {
    Refusal.NOT_A_SPONSOR: ("ไม่ได้เป็นผู้สนับสนุนของงานนี้", "It is not a sponsor of this event."),
    Refusal.SPONSORSHIP_ENDED: ("การเป็นผู้สนับสนุนงานนี้สิ้นสุดแล้ว", "Its sponsorship of this event has ended."),
    Refusal.NOT_THE_ORGANISER: ("ไม่ได้เป็นผู้จัดงานนี้", "It does not organise this event."),
    Refusal.NOT_OUR_EVENT: ("เราไม่ใช่ผู้ควบคุมข้อมูลของงานนี้", "We are not the controller of this event."),
    Refusal.EVENT_NOT_PUBLISHED: ("งานนี้ยังไม่เผยแพร่", "The event is not published."),
    Refusal.EVENT_CANCELLED: ("งานนี้ถูกยกเลิก", "The event is cancelled."),
    Refusal.WINDOW_CLOSED: ("พ้นกำหนดเวลาส่งข้อมูลของงานนี้แล้ว", "The time in which data of this event is released is over."),
    Refusal.PARTY_SUSPENDED: ("ผู้รับข้อมูลถูกระงับสิทธิ์", "The party is suspended."),
    Refusal.PARTY_NOTICE_MISSING: (
        "ผู้รับข้อมูลยังไม่มีประกาศความเป็นส่วนตัวที่ตรวจทานแล้ว",
        "The party has no privacy notice, or its change was not reviewed.",
    ),
    Refusal.NO_AGREEMENT: ("ไม่มีข้อตกลงที่มีผลอยู่กับผู้รับข้อมูล", "No agreement with the party is in force."),
    Refusal.USE_NOT_AGREED: ("วัตถุประสงค์นี้ไม่อยู่ในข้อตกลง", "The agreement does not cover this use."),
    Refusal.ORGANISER_WAS_NOT_SHOWN: (
        "ผู้ลงทะเบียนไม่ได้รับแจ้งว่าผู้จัดงานคือหน่วยงานนี้",
        "The attendee registered before this organiser was shown.",
    ),
    Refusal.NOT_CONFIRMED: ("การลงทะเบียนยังไม่ยืนยันหรือถูกยกเลิกแล้ว", "The registration is not confirmed, or was cancelled."),
    Refusal.NOT_FROM_THE_ATTENDEE: (
        "ข้อมูลมาจากผู้อื่น และผู้เข้าร่วมงานยังไม่ได้ยืนยัน",
        "The data came from somebody else and the attendee has not confirmed it.",
    ),
    Refusal.RESTRICTED: ("ผู้เข้าร่วมงานขอระงับการใช้ข้อมูล", "The attendee asked to restrict the use of her data."),
    Refusal.ERASING: ("ผู้เข้าร่วมงานขอให้ลบข้อมูล", "The attendee asked for erasure."),
    Refusal.CLAIM_OPEN: ("มีข้อร้องเรียนเกี่ยวกับที่มาของข้อมูลที่ยังไม่ปิด", "A claim about this data is open."),
    Refusal.OPTED_OUT: ("ผู้เข้าร่วมงานไม่ประสงค์ให้เปิดเผยแก่บุคคลภายนอก", "The attendee opted out of disclosure to third parties."),
    Refusal.OBJECTED: ("ผู้เข้าร่วมงานคัดค้านการตลาดของบุคคลภายนอก", "The attendee objected to third-party marketing."),
    Refusal.NO_CONSENT: ("ไม่มีความยินยอมที่ใช้ได้สำหรับผู้รับและวัตถุประสงค์นี้", "There is no valid consent for this party and use."),
    Refusal.TRANSFER_NOT_COVERED: (
        "ยังไม่มีมาตรการหรือความยินยอมสำหรับการส่งข้อมูลไปต่างประเทศ",
        "Neither a safeguard nor a consent covers the transfer abroad.",
    ),
    Refusal.NOTHING_TO_RELEASE: (
        "ไม่มีข้อมูลที่เปิดเผยได้ตามขอบเขตที่ยินยอมและตกลงไว้",
        "No field is left that was consented, agreed and given.",
    ),
    Refusal.WITHDRAWN_SINCE: ("มีผู้ถอนความยินยอมหลังเตรียมไฟล์", "Somebody withdrew after the file was prepared."),
    Refusal.LINK_CLOSED: ("ลิงก์นี้ถูกใช้แล้วหรือหมดอายุ", "The link was used or has expired."),
}
