"""What an attendee may write into the form, and what a ticket's sale says. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from events.errors import FieldError, InvalidInput
from events.terms import Answer, Field, FieldKind
from events.typed import (
    Problem,
    as_kept,
    length_problem,
    names_an_address,
    telephone,
    telephone_problem,
    text_problem,
    with_plain_digits,
)

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
# a Thai year is 543 ahead; nobody registers with a date this far in the future
BUDDHIST_FROM: Final = 2401
BUDDHIST_AHEAD: Final = 543
# the local part's plain characters (RFC 5322 atext without `=` and `?`: an encoded word would name a second mailbox)
_EMAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/^_`{|}~-]{1,64}@([^\W_](?:[\w-]*[^\W_])?\.)+[^\W_][\w-]*[^\W_]")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_NUMBER: Final = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_UNKNOWN: Final = ("This form does not have such a field.", "แบบฟอร์มนี้ไม่มีช่องดังกล่าว")
_NEEDED: Final = ("This field is needed.", "กรุณากรอกช่องนี้")
_NOT_OFFERED: Final = ("Choose among what is offered.", "กรุณาเลือกจากตัวเลือกที่มี")
_ONE_TEXT: Final = ("Send one text, not a list.", "กรุณาส่งเป็นข้อความเดียว ไม่ใช่รายการ")
_A_LIST: Final = ("Send a list of what is chosen, also where it is one.", "กรุณาส่งเป็นรายการของตัวเลือก แม้เลือกเพียงข้อเดียว")
_NOT_A_DATE: Final = (
    "Write a date that exists as year-month-day, like 2027-03-01.",
    "กรุณากรอกวันที่ที่มีอยู่จริงในรูปแบบ ปี ค.ศ.-เดือน-วัน เช่น 2027-03-01",
)
_ALWAYS: Final[dict[str, Mapping[str, Any]]] = {f.value: {"required": True} for f in (Field.NAME, Field.EMAIL)}


class Form(NamedTuple):
    """A filled-in form: fields of the card ('' where not given) and the answers to the event's own questions."""

    card: dict[str, str]
    answers: dict[str, Answer]


def is_email(text: str) -> bool:
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None


def fill_in(asked: Sequence[Mapping[str, Any]], given: Mapping[str, Answer], where: str = "fields") -> Form:
    """The form as it will be stored: as typed, without outer blanks, in Unicode NFC; numbers and dates in plain digits.

    A question whose condition is not met takes no answer, and needs none.
    Raises InvalidInput naming every field that is missing, unknown, not asked, too long or of the wrong shape.
    """
    read = _Reading(asked, given, {})
    for name in read.known:
        read.field(name, sent=given.get(name, ""), changed=True)
    read.refuse(where)
    card = {f.value: str(read.values.get(f.value, "")) for f in Field}
    return Form(card, {name: value for name, value in read.values.items() if name not in card and value})


def fill_in_for(asked: Sequence[Mapping[str, Any]], given: Mapping[str, Answer], where: str) -> Form:
    """What somebody says about another person: name and address are needed, all else she can add herself.

    The name goes out in mails to strangers, so it holds no link. Raises InvalidInput.
    """
    form = fill_in([{**field, "required": False} for field in asked], given, where)
    if names_an_address(form.card[Field.NAME]):
        raise InvalidInput.of(
            f"{where}.{Field.NAME}".lstrip("."),
            "Write the name alone, without web or e-mail addresses.",
            "กรุณากรอกเฉพาะชื่อ โดยไม่มีที่อยู่เว็บไซต์หรืออีเมล",
        )
    return form


def repeated_addresses(own: str, others: Sequence[str]) -> list[int]:
    """Which of the others name an address that is the sender's own, or stands before them: one place per person and event."""
    seen = [address.lower() for address in (own, *others)]
    return [n for n, address in enumerate(seen[1:]) if address in seen[: n + 1]]


def correct(
    asked: Sequence[Mapping[str, Any]], given: Mapping[str, Answer], before: Mapping[str, Answer], where: str = "fields"
) -> Form:
    """Only what is sent, each checked as on the form where it differs from `before`; that the form asks more by now is no matter.

    An answer goes ('' in what is returned) when another one is changed so that its question is no longer asked; a question that
    such a change makes needed must be answered.
    Raises InvalidInput naming every field that is unknown, not asked, emptied though needed, too long or of the wrong shape.
    """
    read = _Reading(asked, given, before)
    for name in read.known:
        if name in given:
            read.field(name, sent=given[name], changed=read.condition_changed(name))
        elif read.condition_changed(name):
            read.unsent(name)
    read.refuse(where)
    card = {name: str(value) for name, value in read.values.items() if name in MAX_LENGTH}
    return Form(card, {name: value for name, value in read.values.items() if name not in MAX_LENGTH})


class _Reading:
    """One walk through a form in its order: a question comes after the one that its condition names."""

    def __init__(self, asked: Sequence[Mapping[str, Any]], given: Mapping[str, Answer], before: Mapping[str, Answer]) -> None:
        self.known: dict[str, Mapping[str, Any]] = {f["field"]: f for f in asked} | _ALWAYS
        self.before = before
        country = given.get(Field.COUNTRY, before.get(Field.COUNTRY, ""))
        self.country = as_kept(country) if isinstance(country, str) else ""
        self.values: dict[str, Answer] = {}
        self.errors: list[tuple[str, Problem]] = [(name, _UNKNOWN) for name in given if name not in self.known]

    def field(self, name: str, *, sent: Answer, changed: bool) -> None:
        """Read one field as it was sent; `changed` unless everything that decides whether it is asked stands as before."""
        field = self.known[name]
        value = as_kept(sent) if isinstance(sent, str) else [as_kept(one) for one in sent]
        if value and value == self.before.get(name) and not changed:
            self.values[name] = value
        elif self._unsure(name):
            return
        elif not self._asked(name):
            self.values[name] = ""
            if value:
                self.errors.append((name, self._not_asked(name)))
        elif problem := _problem(field, name, value, self.country):
            self.errors.append((name, problem))
        else:
            self.values[name] = _kept(field, name, value, self.country)

    def unsent(self, name: str) -> None:
        """What becomes of an answer when another one, on which its question depends, is changed."""
        if self._unsure(name):
            return
        if not self._asked(name):
            if self.before.get(name):
                self.values[name] = ""
        elif self.known[name]["required"] and not self.before.get(name):
            self.errors.append((name, _NEEDED))

    def condition_changed(self, name: str) -> bool:
        depends = (self.known[name].get("shown_if") or {}).get("field")
        return depends in self.values and self.values[depends] != (self.before.get(depends) or "")

    def _unsure(self, name: str) -> bool:
        """Whether the answer that decides about this question is wrong itself: that one is mended first."""
        depends = (self.known[name].get("shown_if") or {}).get("field")
        if depends not in self.known or depends in self.values:
            return False
        return depends in {wrong for wrong, _ in self.errors} or (depends != name and self._unsure(depends))

    def _asked(self, name: str) -> bool:
        condition = self.known[name].get("shown_if")
        if not condition:
            return True
        answer = self.values.get(condition["field"], self.before.get(condition["field"], ""))
        chosen = [answer] if isinstance(answer, str) else answer
        return any(value in chosen for value in condition["any_of"])

    def _not_asked(self, name: str) -> Problem:
        other = self.known[name]["shown_if"]["field"]
        return (
            f"This is asked only after certain answers to {other}: leave it empty, or change that answer.",
            f"คำถามนี้ถามเฉพาะเมื่อเลือกบางคำตอบใน {other} กรุณาเว้นว่าง หรือเปลี่ยนคำตอบนั้น",
        )

    def refuse(self, where: str) -> None:
        if self.errors:
            raise InvalidInput(fields=[FieldError(f"{where}.{name}".lstrip("."), *problem) for name, problem in self.errors])


def _problem(field: Mapping[str, Any], name: str, value: Answer, country: str) -> Problem | None:
    if not value:
        return _NEEDED if field["required"] else None
    kind = field.get("kind", FieldKind.TEXT)
    if kind == FieldKind.MULTIPLE:
        return _list_problem(field, value)
    if not isinstance(value, str):
        return _ONE_TEXT
    if kind == FieldKind.CHOICE:
        return None if value in _offered(field) else _NOT_OFFERED
    if kind in _CHECKS:
        return _CHECKS[kind](value)
    several_lines = name == Field.ADDRESS or kind == FieldKind.LONG_TEXT
    return (
        length_problem(value, MAX_LENGTH.get(name, MAX_ANSWER))
        or text_problem(value, lines=several_lines)
        or _card_problem(name, value, country)
    )


def _card_problem(name: str, value: str, country: str) -> Problem | None:
    if name == Field.EMAIL and not is_email(value):
        return "Write an e-mail address like name@company.example.", "กรุณากรอกอีเมลในรูปแบบ name@company.example"
    if name == Field.COUNTRY and not _COUNTRY.fullmatch(value):
        return "Use the country's two-letter code, like TH.", "กรุณาใช้รหัสประเทศสองตัวอักษร เช่น TH"
    if name == Field.PHONE and telephone(value, country) is None:
        return telephone_problem(country)
    return None


def _list_problem(field: Mapping[str, Any], value: Answer) -> Problem | None:
    if isinstance(value, str):
        return _A_LIST
    if not set(value) <= _offered(field):
        return _NOT_OFFERED
    if len(set(value)) != len(value):
        return "Name each choice once.", "กรุณาระบุแต่ละตัวเลือกเพียงครั้งเดียว"
    return None


def _offered(field: Mapping[str, Any]) -> set[str]:
    return {option["value"] for option in field.get("options", ())}


def number_problem(text: str) -> Problem | None:
    """None for a plain decimal number, in Thai digits too; up to 30 digits before and after the point."""
    if _NUMBER.fullmatch(with_plain_digits(text)):
        return None
    return (
        "Write a plain number with at most 30 digits, like 12 or -3.5, without commas, units or blanks.",
        "กรุณากรอกเป็นตัวเลขล้วน ไม่เกิน 30 หลัก เช่น 12 หรือ -3.5 โดยไม่มีเครื่องหมายจุลภาค หน่วย หรือช่องว่าง",
    )


def date_problem(text: str) -> Problem | None:
    """None for a date that exists in the Gregorian calendar (ISO 8601), in Thai digits too."""
    found = _DATE.fullmatch(with_plain_digits(text))
    if found is None:
        return _NOT_A_DATE
    year, month, day = map(int, found.groups())
    if year >= BUDDHIST_FROM:
        meant = year - BUDDHIST_AHEAD
        return (
            f"The year {year} seems to be of the Buddhist era: write it as {meant}, like {meant}-{month:02}-{day:02}.",
            f"ปี {year} น่าจะเป็นปีพุทธศักราช กรุณากรอกเป็นปีคริสต์ศักราช {meant} เช่น {meant}-{month:02}-{day:02}",
        )
    try:
        date(year, month, day)
    except ValueError:
        return _NOT_A_DATE
    return None


_CHECKS: Final[Mapping[str, Callable[[str], Problem | None]]] = {
    FieldKind.NUMBER: number_problem,
    FieldKind.DATE: date_problem,
}


def _kept(field: Mapping[str, Any], name: str, value: Answer, country: str) -> Answer:
    """A value without fault as it is stored; '' for nothing, whatever the kind."""
    if not value:
        return ""
    if isinstance(value, list):
        return [option["value"] for option in field.get("options", ()) if option["value"] in value]
    if name == Field.PHONE:
        return telephone(value, country) or value
    return with_plain_digits(value) if field.get("kind") in _CHECKS else value


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
