"""What msgspec and Litestar say about a wrong value, as a field to mend and a sentence in both languages. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from events.errors import FieldError

_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "str": ("a text", "ข้อความ"),
    "int": ("a whole number", "จำนวนเต็ม"),
    "float": ("a number", "ตัวเลข"),
    "bool": ("true or false", "true หรือ false"),
    "array": ("a list", "รายการ"),
    "object": ("an object", "ออบเจ็กต์"),
    "null": ("nothing", "ค่าว่าง"),
    "uuid": ("an id", "รหัส"),
    "datetime": ("a time", "เวลา"),
}


def _kind(text: str, thai: bool) -> str:
    return (" หรือ " if thai else " or ").join(_KINDS.get(part.strip(), (part.strip(),) * 2)[thai] for part in text.split("|"))


def _sizes(found: re.Match[str]) -> tuple[str, str]:
    what, sign, number = found["what"], found["sign"], found["number"]
    unit = {"str": (" characters", " ตัวอักษร"), "array": (" entries", " รายการ"), "object": (" entries", " รายการ")}.get(
        what, ("", "")
    )
    if sign == ">=":
        return f"At least {number}{unit[0]}.", f"อย่างน้อย {number}{unit[1]}"
    return f"At most {number}{unit[0]}.", f"ไม่เกิน {number}{unit[1]}"


_TIME: Final = ("Write a time with its zone, like 2027-03-01T09:00:00Z.", "กรุณาระบุเวลาพร้อมเขตเวลา เช่น 2027-03-01T09:00:00Z")
_SENTENCES: Final[Sequence[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[str, str]]]]] = (
    (re.compile(r"unknown field"), lambda _: ("There is no such field.", "ไม่มีช่องนี้")),
    (re.compile(r"missing required"), lambda _: ("This is needed.", "ต้องระบุช่องนี้")),
    (re.compile(r"Invalid UUID"), lambda _: ("This is no id.", "รหัสไม่ถูกต้อง")),
    (re.compile(r"Invalid enum value"), lambda _: ("This is none of the choices.", "ไม่ใช่ตัวเลือกที่มี")),
    (
        re.compile(r"matching regex '\^https://"),
        lambda _: ("Give a link that starts with https:// and has no spaces.", "กรุณาระบุลิงก์ที่ขึ้นต้นด้วย https:// และไม่มีช่องว่าง"),
    ),
    (re.compile(r"matching regex"), lambda _: ("This does not have the right form.", "รูปแบบไม่ถูกต้อง")),
    (re.compile(r"RFC3339|timezone component|Invalid datetime"), lambda _: _TIME),
    (re.compile(r"`(?P<what>\w+)`(?: of length)? (?P<sign>>=|<=) (?P<number>-?\d+)"), _sizes),
    (
        re.compile(r"Expected `(?P<a>[^`]+)`, got `(?P<b>[^`]+)`"),
        lambda m: (
            f"This must be {_kind(m['a'], False)}, not {_kind(m['b'], False)}.",
            f"ต้องเป็น{_kind(m['a'], True)} ไม่ใช่{_kind(m['b'], True)}",
        ),
    ),
)
_NAMED: Final = re.compile(r"(?:unknown field|missing required field) `([^`]+)`")
_PARAMETER: Final = re.compile(r"Missing required (?:query|header|cookie|path) parameter '([^']+)'")


def field_error(key: str, message: str) -> FieldError:
    """One complaint: the path of the field in the request, and how to mend it."""
    path = "" if key == "data" else key.removeprefix("data.")
    if named := _NAMED.search(message):
        path = f"{path}.{named[1]}".lstrip(".")
    for pattern, sentences in _SENTENCES:
        if found := pattern.search(message):
            return FieldError(path, *sentences(found))
    return FieldError(path, message, "ค่าของช่องนี้ไม่ถูกต้อง")


def missing_parameter(detail: str) -> FieldError | None:
    """The parameter that a request left out, where that is what Litestar complains of."""
    found = _PARAMETER.search(detail)
    return FieldError(found[1], "This is needed.", "ต้องระบุช่องนี้") if found else None
