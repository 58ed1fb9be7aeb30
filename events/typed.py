"""What people type, as it is kept: any script as typed, telephone numbers in one form. Pure."""

import re
import unicodedata
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

HOME: Final = "TH"
Problem = tuple[str, str]
"""What to mend, in English and in Thai."""

_THAI_DIGITS: Final = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
# dashes and blanks that a telephone number is copied with
_PLAIN_BETWEEN: Final = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00a0\u2009\u202f", "-------   ")
# embeddings, overrides and isolates (UAX #9): nobody sees them, and they turn round the words that stand beside
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKING: Final = frozenset({"Cc", "Zl", "Zp"})
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
# letters would dial something else (0800-FLOWERS), and a slash would be a second number
_NUMBER: Final = re.compile(r"\+?[0-9\s().-]+", re.ASCII)


def as_kept(text: str) -> str:
    """As typed, without outer blanks, in Unicode NFC (so that one name is one text, whatever keyboard wrote it)."""
    return unicodedata.normalize("NFC", text).strip()


def with_plain_digits(text: str) -> str:
    """Thai digits as 0 to 9; everything else stays."""
    return text.translate(_THAI_DIGITS)


def length_problem(text: str, longest: int) -> Problem | None:
    """Lengths are counted in characters (code points), not in bytes: a Thai name is as long as it looks in a form."""
    if len(text) <= longest:
        return None
    return f"At most {longest} characters; this has {len(text)}.", f"ไม่เกิน {longest} ตัวอักษร ขณะนี้มี {len(text)} ตัวอักษร"


def text_problem(text: str, *, lines: bool = False) -> Problem | None:
    """What is wrong with a text of one line, or of several; None for any script, emoji included.

    Joiners (U+200C, U+200D) stay: emoji, Persian and Indic scripts are written with them. Marks of direction alone, which turn
    nothing round, stay too.
    """
    if any(unicodedata.category(c) in _BREAKING and not (lines and c in "\n\r\t") for c in text):
        return "Remove control characters and line breaks.", "กรุณาลบอักขระควบคุมและการขึ้นบรรทัดใหม่"
    if not lines and not _TURNING.isdisjoint(text):
        return (
            "Remove the invisible characters that change the direction of writing (U+202A to U+202E, U+2066 to U+2069).",
            "กรุณาลบอักขระที่มองไม่เห็นซึ่งเปลี่ยนทิศทางการเขียน (U+202A ถึง U+202E และ U+2066 ถึง U+2069)",
        )
    if text and all(unicodedata.category(c) in _UNSEEN for c in text):
        return "Write something that can be seen.", "กรุณากรอกข้อความที่มองเห็นได้"
    return None


def names_an_address(text: str) -> bool:
    """Whether a name holds what mail programs turn into a link: ours would carry a stranger's link to somebody else."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return any(mark in plain for mark in ("://", "www.", "@"))


def region_of(country: str) -> str:
    """The country whose numbers are written without a country code: the one that was given, else Thailand."""
    return country if country in phonenumbers.SUPPORTED_REGIONS else HOME


def telephone(text: str, country: str) -> str | None:
    """A number as it is kept, `+66 81 234 5678`; None for what is no number that can exist there (E.164, libphonenumber).

    Thai digits, blanks, dashes, points and brackets are read; without a country code it is a number of `country`, or of Thailand.
    """
    plain = with_plain_digits(text).translate(_PLAIN_BETWEEN)
    if not _NUMBER.fullmatch(plain):
        return None
    try:
        number = phonenumbers.parse(plain, region_of(country))
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number) or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def telephone_problem(country: str) -> Problem:
    """How a number is written, with the country's own example."""
    region = region_of(country)
    mobile = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    example = mobile or phonenumbers.parse("0812345678", HOME)
    near = phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL)
    far = phonenumbers.format_number(example, PhoneNumberFormat.INTERNATIONAL)
    return (
        f"Write a telephone number that can exist, digits only: {near} ({region}), or with + and the country code: {far}.",
        f"กรุณากรอกหมายเลขโทรศัพท์ที่ใช้ได้จริง เป็นตัวเลขเท่านั้น เช่น {near} ({region}) หรือขึ้นต้นด้วย + และรหัสประเทศ เช่น {far}",
    )
