"""What the organiser's forms have in common: shapes of words and times, cursors, and how a fault is told. Pure."""

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final, TypeVar

import msgspec
from msgspec import Meta

from events.errors import FieldError, InvalidInput
from events.terms import LANGUAGES, Field, Language, Use

T = TypeVar("T")

# `$` alone would let a line break through at the end
_END: Final = r"$(?!\n)"
Slug = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*" + _END, max_length=80)]
Email = Annotated[str, Meta(pattern=r"^[!#-'*+/-9^-~A-Z.-]{1,64}@([A-Za-z0-9-]+\.)+[A-Za-z0-9-]{2,63}" + _END, max_length=254)]
Name = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*" + _END, min_length=1, max_length=200)]
Line = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]*" + _END, max_length=200)]
Prose = Annotated[str, Meta(max_length=2000)]
Summary = Annotated[str, Meta(max_length=5000)]
LongText = Annotated[str, Meta(max_length=20_000)]
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}" + _END)]
Link = Annotated[str, Meta(pattern=r"^https://[^\s\x00-\x1f\x7f/]+(/[^\s\x00-\x1f\x7f]*)?" + _END, max_length=2000)]
Sha256Hex = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}" + _END)]
FieldName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}" + _END)]
OptionValue = Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,40}" + _END)]
Moment = Annotated[datetime, Meta(tz=True)]
Seats = Annotated[int, Meta(ge=0, le=1_000_000)]
Position = Annotated[int, Meta(ge=0, le=10_000)]
Fields = Annotated[list[Field], Meta(max_length=7)]
Uses = Annotated[list[Use], Meta(max_length=5)]

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)


class Titles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line per language; empty where there is none."""

    th: Line = ""
    en: Line = ""

    def in_language(self, language: Language) -> str:
        return self.th if language == "th" else self.en


class Summaries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an event is about, as plain text per language; empty where there is none."""

    th: Summary = ""
    en: Summary = ""

    def in_language(self, language: Language) -> str:
        return self.th if language == "th" else self.en


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text per language; empty where there is none."""

    th: LongText = ""
    en: LongText = ""

    def in_language(self, language: Language) -> str:
        return self.th if language == "th" else self.en


class Explanation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reason per language; empty where there is none."""

    th: Prose = ""
    en: Prose = ""

    def in_language(self, language: Language) -> str:
        return self.th if language == "th" else self.en


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the answers that a question offers: what is stored for it, and what stands on the form."""

    value: OptionValue
    th: Line = ""
    en: Line = ""

    def in_language(self, language: Language) -> str:
        return self.th if language == "th" else self.en


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question is asked when any of these options was chosen in the question named, which stands before it."""

    field: FieldName
    any_of: Annotated[list[OptionValue], Meta(max_length=50)]


def missing_languages(words: Titles | Words | Explanation | Option, languages: Iterable[str]) -> list[Language]:
    """The languages, out of those asked for, in which nothing stands."""
    return [language for language in LANGUAGES if language in languages and not words.in_language(language).strip()]


def write_in(field: str, language: Language) -> FieldError:
    """The fault of a text that is missing in one language of the event."""
    name = {"th": "ภาษาไทย", "en": "ภาษาอังกฤษ"}[language]
    return FieldError(
        f"{field}.{language}", f"Write this in {language!r}: it is a language of the event.", f"กรุณากรอก{name} เพราะงานนี้ใช้ภาษานี้"
    )


def time_faults(**moments: datetime | None) -> list[FieldError]:
    """Times that no event can have; a year such as 0001 or 9999 is a typing error."""
    return [
        FieldError(name, "Give a time between the years 2000 and 2199.", "กรุณาระบุเวลาระหว่าง ค.ศ. 2000 ถึง 2199")
        for name, moment in moments.items()
        if moment is not None and not EARLIEST <= moment < LATEST
    ]


def refuse(faults: list[FieldError]) -> None:
    """Raises InvalidInput with all the faults at once; nothing when there are none."""
    if faults:
        raise InvalidInput(fields=faults)


def cursor_of(*parts: object) -> str:
    """An opaque cursor: where the next page goes on."""
    return base64.urlsafe_b64encode(msgspec.json.encode(parts)).decode().rstrip("=")


def read_cursor(cursor: str, shape: type[T]) -> T:
    """The parts of a cursor of ours; raises InvalidInput for any other text."""
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=shape)
    except (binascii.Error, ValueError, msgspec.DecodeError) as error:
        raise InvalidInput.of(
            "cursor", "This cursor is not one of ours; start without it.", "เคอร์เซอร์นี้ใช้ไม่ได้ กรุณาเริ่มใหม่โดยไม่ระบุ"
        ) from error


def page_of(rows: Sequence[T], limit: int, place: Callable[[T], tuple[object, ...]]) -> tuple[Sequence[T], str | None]:
    """The page out of `limit` + 1 rows that were asked for, and the cursor of the next one: the `place` of its last row in the
    order of the list; None where the list ends."""
    page = rows[:limit]
    return page, cursor_of(*place(page[-1])) if len(rows) > limit else None


def changes_in(form: msgspec.Struct) -> dict[str, Any]:
    """What a form says by field; what it leaves out stays as it is."""
    return {name: value for name in form.__struct_fields__ if (value := getattr(form, name)) is not msgspec.UNSET}
