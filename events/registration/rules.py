"""What an attendee may write into the form, and what a ticket's sale says. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from events.errors import FieldError, InvalidInput
from events.terms import Field

MAX_LENGTH: Final[Mapping[str, int]] = {
    Field.NAME: 200,
    Field.JOB_TITLE: 200,
    Field.COMPANY: 200,
    Field.ADDRESS: 500,
    Field.COUNTRY: 2,
    Field.PHONE: 40,
    Field.EMAIL: 254,
}
MAX_ANSWER: Final = 2000
# the local part's plain characters (RFC 5322 atext without `=` and `?`: an encoded word would name a second mailbox)
_EMAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/^_`{|}~-]{1,64}@([^\W_](?:[\w-]*[^\W_])?\.)+[^\W_][\w-]*[^\W_]")
_UNKNOWN: Final = ("This form does not have such a field.", "แบบฟอร์มนี้ไม่มีช่องดังกล่าว")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")


class Form(NamedTuple):
    """A filled-in form: the card's seven fields ('' where not given) and the answers to the event's own questions."""

    card: dict[str, str]
    answers: dict[str, str]


def is_email(text: str) -> bool:
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None


def fill_in(asked: Sequence[Mapping[str, Any]], given: Mapping[str, str], where: str = "fields") -> Form:
    """The form as it will be stored: as typed, without outer blanks, in Unicode NFC.

    Raises InvalidInput naming every field that is missing, unknown, too long or of the wrong shape.
    """
    known = {f["field"]: f for f in asked} | {f: {"required": True} for f in (Field.NAME.value, Field.EMAIL.value)}
    errors = [FieldError(f"{where}.{name}", *_UNKNOWN) for name in given if name not in known]
    values: dict[str, str] = {}
    for name, field in known.items():
        value = unicodedata.normalize("NFC", given.get(name, "")).strip()
        if problem := _problem(name, value, required=field["required"]):
            errors.append(FieldError(f"{where}.{name}", *problem))
        values[name] = value
    if errors:
        raise InvalidInput(fields=errors)
    card = {f.value: values.get(f.value, "") for f in Field}
    return Form(card, {name: value for name, value in values.items() if name not in card and value})


def correct(asked: Sequence[Mapping[str, Any]], given: Mapping[str, str], where: str = "fields") -> Form:
    """Only the fields that are sent, each checked as on the form; a form that asks more by now does not matter.

    Raises InvalidInput naming every field that is unknown, emptied though needed, too long or of the wrong shape.
    """
    known = {f["field"]: bool(f["required"]) for f in asked} | {Field.NAME.value: True, Field.EMAIL.value: True}
    values = {name: unicodedata.normalize("NFC", value).strip() for name, value in given.items()}
    errors = [
        FieldError(f"{where}.{name}", *problem)
        for name, value in values.items()
        if (problem := _problem(name, value, required=known[name]) if name in known else _UNKNOWN)
    ]
    if errors:
        raise InvalidInput(fields=errors)
    card = {name: value for name, value in values.items() if name in MAX_LENGTH}
    return Form(card, {name: value for name, value in values.items() if name not in MAX_LENGTH})


def _problem(name: str, value: str, *, required: bool) -> tuple[str, str] | None:
    if not value:
        return ("This field is needed.", "กรุณากรอกช่องนี้") if required else None
    longest = MAX_LENGTH.get(name, MAX_ANSWER)
    if len(value) > longest:
        return f"At most {longest} characters.", f"ไม่เกิน {longest} ตัวอักษร"
    multiline = name not in MAX_LENGTH or name == Field.ADDRESS
    if any(unicodedata.category(c) == "Cc" and not (multiline and c in "\n\r\t") for c in value):
        return "Remove control characters and line breaks.", "กรุณาลบอักขระควบคุมและการขึ้นบรรทัดใหม่"
    if name == Field.EMAIL and not is_email(value):
        return "Write an e-mail address like name@company.example.", "กรุณากรอกอีเมลในรูปแบบ name@company.example"
    if name == Field.COUNTRY and not _COUNTRY.fullmatch(value):
        return "Use the country's two-letter code, like TH.", "กรุณาใช้รหัสประเทศสองตัวอักษร เช่น TH"
    if name == Field.PHONE and sum(c.isdigit() for c in value) < 5:
        return "Write a telephone number with its digits.", "กรุณากรอกหมายเลขโทรศัพท์เป็นตัวเลข"
    return None


def sale_problem(opens: datetime | None, closes: datetime | None, now: datetime) -> tuple[str, str] | None:
    """Why a ticket is not on sale now, in English and Thai; None when it is."""
    if opens and now < opens:
        return f"This ticket is on sale from {opens.isoformat()}.", f"บัตรนี้เปิดจำหน่ายตั้งแต่ {opens.isoformat()}"
    if closes and closes <= now:
        return "The sale of this ticket has ended.", "บัตรนี้ปิดจำหน่ายแล้ว"
    return None


def check_withheld(fields: Sequence[str], where: str = "withheld_fields") -> list[str]:
    """Fields of the card that the attendee switched off for everybody (scenario 62); raises InvalidInput for others."""
    card = [f.value for f in Field]
    wrong = [f for f in fields if f not in card]
    if wrong:
        raise InvalidInput.of(where, f"Only {', '.join(card)} can be switched off.", f"ปิดได้เฉพาะ {', '.join(card)}")
    return sorted(set(fields), key=card.index)
