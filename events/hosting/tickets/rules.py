"""What a ticket type and a form may be. The form's card is a closed catalogue; nothing on it can be a consent. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from events.errors import FieldError
from events.hosting.planning.rules import FieldFacts, field_faults
from events.hosting.rules import Explanation, Titles, missing_languages, time_faults, write_in
from events.terms import CHOSEN, Field, FieldKind, Purpose

CUSTOM: Final = "custom_"
CARD: Final = tuple(f.value for f in Field)
ALWAYS_ASKED: Final = (Field.NAME.value, Field.EMAIL.value)
# how the card's fields are called where the organiser does not say so herself
LABELS: Final[Mapping[str, Titles]] = {
    Field.NAME.value: Titles("ชื่อ-นามสกุล", "Name"),
    Field.JOB_TITLE.value: Titles("ตำแหน่งงาน", "Job title"),
    Field.COMPANY.value: Titles("บริษัท", "Company"),
    Field.ADDRESS.value: Titles("ที่อยู่", "Address"),
    Field.COUNTRY.value: Titles("ประเทศ", "Country"),
    Field.PHONE.value: Titles("หมายเลขโทรศัพท์", "Phone"),
    Field.EMAIL.value: Titles("อีเมล", "E-mail"),
}
# §2, PDPA s.23(2): why, and what follows without it
FIRST_REASONS: Final[Mapping[str, Explanation]] = {
    Field.NAME.value: Explanation(
        "เพื่อออกบัตรเข้างานให้คุณ หากไม่ระบุจะลงทะเบียนไม่ได้", "We make out your badge with it; without it you cannot register."
    ),
    Field.EMAIL.value: Explanation(
        "เพื่อส่งการยืนยันและบัตรเข้างาน หากไม่ระบุจะลงทะเบียนไม่ได้",
        "We send your confirmation and badge there; without it you cannot register.",
    ),
}
_CONSENT_WORDS: Final = ("consent", "agree", "opt_in", "optin", "permission", "allow", "accept")


@dataclass(frozen=True, slots=True)
class TicketPlan:
    names: Titles
    capacity: int | None
    price_minor: int
    currency: str
    sales_open_at: datetime | None
    sales_close_at: datetime | None
    position: int
    needs_approval: bool
    valid_from: datetime | None
    valid_until: datetime | None


def ticket_plan_faults(
    ticket: TicketPlan, languages: Collection[str], starts_at: datetime, ends_at: datetime
) -> list[FieldError]:
    """Everything that keeps a ticket type of an event with these languages and hours from being offered as planned."""
    faults = [write_in("names", language) for language in missing_languages(ticket.names, languages)]
    faults += time_faults(
        sales_open_at=ticket.sales_open_at,
        sales_close_at=ticket.sales_close_at,
        valid_from=ticket.valid_from,
        valid_until=ticket.valid_until,
    )
    if ticket.sales_open_at and ticket.sales_close_at and ticket.sales_close_at <= ticket.sales_open_at:
        faults.append(FieldError("sales_close_at", "Sales must close after they open.", "เวลาปิดขายต้องอยู่หลังเวลาเปิดขาย"))
    return faults + _validity_faults(ticket, starts_at, ends_at)


def _validity_faults(ticket: TicketPlan, starts_at: datetime, ends_at: datetime) -> list[FieldError]:
    """A ticket lets in from `valid_from` until `valid_until`; one that never does while the event runs is a typing error."""
    begins, ends = ticket.valid_from, ticket.valid_until
    if begins and ends and ends <= begins:
        return [FieldError("valid_until", "The ticket must end after it begins.", "เวลาสิ้นสุดของบัตรต้องอยู่หลังเวลาเริ่มใช้")]
    if begins and begins >= ends_at:
        return [
            FieldError(
                "valid_from",
                "The event is over by then: nobody could come in. Give a time before its end.",
                "งานสิ้นสุดแล้วในเวลานั้น จะไม่มีใครเข้าได้ กรุณาระบุเวลาก่อนงานสิ้นสุด",
            )
        ]
    if ends and ends <= starts_at:
        return [
            FieldError(
                "valid_until",
                "The event has not begun by then: nobody could come in. Give a time after its start.",
                "งานยังไม่เริ่มในเวลานั้น จะไม่มีใครเข้าได้ กรุณาระบุเวลาหลังงานเริ่ม",
            )
        ]
    return []


def looks_like_consent(name: str) -> bool:
    """Whether a field or column is named like a consent: those are asked apart, unticked, and given by nobody else."""
    bare = name.lower().removeprefix(CUSTOM)
    return (
        bare.startswith(_CONSENT_WORDS)
        or any(purpose.value in bare for purpose in Purpose)
        or bare.endswith(("consent", "opt_in"))
    )


def form_faults(fields: Sequence[FieldFacts], languages: Sequence[str]) -> list[FieldError]:
    """§2, S2-scope-2, S3.1-contact-1: a closed card and custom questions, reasons for what is required, never a consent."""
    faults = []
    names = [field.field for field in fields]
    for n, field in enumerate(fields):
        where = f"fields[{n}]"
        if looks_like_consent(field.field):
            faults.append(
                FieldError(
                    f"{where}.field",
                    "A consent is never a form field: publish a consent text, it is asked apart and unticked.",
                    "ความยินยอมไม่ใช่ช่องในแบบฟอร์ม กรุณาเผยแพร่ข้อความขอความยินยอม ซึ่งจะถามแยกต่างหากโดยไม่ทำเครื่องหมายไว้ก่อน",
                )
            )
        elif field.field not in CARD and not (field.field.startswith(CUSTOM) and field.field != CUSTOM):
            faults.append(
                FieldError(
                    f"{where}.field",
                    f"Take a field of the card ({', '.join(CARD)}) or one of your own that starts with custom_.",
                    "กรุณาใช้ช่องในบัตรข้อมูล หรือช่องของคุณเองที่ขึ้นต้นด้วย custom_",
                )
            )
        if names.index(field.field) != n:
            faults.append(FieldError(f"{where}.field", "This field stands twice.", "ช่องนี้ซ้ำ"))
        if field.field in ALWAYS_ASKED and not field.required:
            faults.append(FieldError(f"{where}.required", "Nobody can register without it.", "ช่องนี้จำเป็นต่อการลงทะเบียน"))
        faults += _kind_faults(where, field) + _condition_faults(where, field, fields[:n], fields[n:])
    return faults + field_faults(languages, fields)


def _kind_faults(where: str, field: FieldFacts) -> list[FieldError]:
    """Only a question of one's own is of another kind than text, and only one that is chosen in has options."""
    if field.kind is not FieldKind.TEXT and not field.field.startswith(CUSTOM):
        return [
            FieldError(
                f"{where}.kind",
                "The card's fields are texts; ask this in a field of your own that starts with custom_.",
                "ช่องในบัตรข้อมูลเป็นข้อความเท่านั้น กรุณาถามในช่องของคุณเองที่ขึ้นต้นด้วย custom_",
            )
        ]
    if field.kind not in CHOSEN:
        return [
            FieldError(
                f"{where}.options",
                "Leave the options out, or make the kind choice or multiple.",
                "กรุณาตัดตัวเลือกออก หรือเปลี่ยนชนิดคำถามเป็น choice หรือ multiple",
            )
            for _ in field.options[:1]
        ]
    if not field.options:
        return [FieldError(f"{where}.options", "Offer at least one option to choose.", "กรุณาเพิ่มตัวเลือกอย่างน้อยหนึ่งข้อ")]
    values = [option.value for option in field.options]
    return [
        FieldError(f"{where}.options[{k}].value", "This value stands twice; give each option its own.", "ค่านี้ซ้ำ กรุณาใช้ค่าที่ต่างกัน")
        for k, value in enumerate(values)
        if values.index(value) != k
    ]


def _condition_faults(
    where: str, field: FieldFacts, before: Sequence[FieldFacts], rest: Sequence[FieldFacts]
) -> list[FieldError]:
    """A condition names a question that is chosen in and stands before, and values that it offers."""
    if field.shown_if is None:
        return []
    if not field.field.startswith(CUSTOM):
        return [
            FieldError(
                f"{where}.shown_if",
                "The card's fields are asked of everybody: leave the condition out.",
                "ช่องในบัตรข้อมูลถามทุกคน กรุณาตัดเงื่อนไขออก",
            )
        ]
    named = next((other for other in before if other.field == field.shown_if.field), None)
    if named is None or named.kind not in CHOSEN or not named.field.startswith(CUSTOM):
        later = any(other.field == field.shown_if.field for other in rest)
        return [FieldError(f"{where}.shown_if.field", *_wrong_question(field, named, later=later))]
    if not field.shown_if.any_of:
        return [
            FieldError(
                f"{where}.shown_if.any_of", "Name at least one option of that question.", "กรุณาระบุตัวเลือกของคำถามนั้นอย่างน้อยหนึ่งข้อ"
            )
        ]
    offered = {option.value for option in named.options}
    return [
        FieldError(
            f"{where}.shown_if.any_of[{k}]",
            f"{named.field} does not offer {value}; take one of its options.",
            f"{named.field} ไม่มีตัวเลือก {value} กรุณาใช้ตัวเลือกที่มี",
        )
        for k, value in enumerate(field.shown_if.any_of)
        if value not in offered
    ]


def _wrong_question(field: FieldFacts, named: FieldFacts | None, *, later: bool) -> tuple[str, str]:
    if named is not None:
        return (
            "Name a question of your own of the kind choice or multiple.",
            "กรุณาระบุคำถามของคุณเองชนิด choice หรือ multiple",
        )
    if field.shown_if is not None and field.shown_if.field == field.field:
        return "A question cannot depend on itself; name an earlier one.", "คำถามขึ้นกับตัวเองไม่ได้ กรุณาระบุคำถามก่อนหน้า"
    if later:
        return "That question comes later: put it before this one.", "คำถามนั้นอยู่ถัดไป กรุณาย้ายไปไว้ก่อนคำถามนี้"
    return "There is no such question in this form; name an earlier one.", "ไม่มีคำถามนี้ในแบบฟอร์ม กรุณาระบุคำถามก่อนหน้า"


def complete(fields: Sequence[FieldFacts]) -> list[FieldFacts]:
    """The form with name and e-mail in it, and the card's own labels where none are given."""
    given = {field.field for field in fields}
    first = [FieldFacts(name, True, Titles(), Explanation()) for name in ALWAYS_ASKED if name not in given]
    return [
        replace(field, label=_filled(field.label, LABELS.get(field.field, Titles())), reason=_reason(field))
        for field in [*first, *fields]
    ]


def _filled(given: Titles, otherwise: Titles) -> Titles:
    return Titles(given.th or otherwise.th, given.en or otherwise.en)


def _reason(field: FieldFacts) -> Explanation:
    otherwise = FIRST_REASONS.get(field.field, Explanation())
    return Explanation(field.reason.th or otherwise.th, field.reason.en or otherwise.en)
