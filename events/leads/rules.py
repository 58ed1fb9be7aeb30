"""What a sponsor must say before it gets leads, and how one lead reads in each format. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final, Literal, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from events.errors import FieldError, InvalidInput
from events.release.rules import in_card_order, instant, wrong_use
from events.terms import Field

Format = Literal["csv", "xlsx", "vcf", "json"]
FORMATS: Final[tuple[Format, ...]] = ("csv", "xlsx", "vcf", "json")
TABLES: Final[frozenset[Format]] = frozenset({"csv", "xlsx"})
# how the ledger names a format
CHANNELS: Final[Mapping[Format, str]] = {"csv": "csv", "xlsx": "xlsx", "vcf": "vcard", "json": "json"}


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked for among the leads: `search` is a part of any released value, `day` the date of the visit in the event's
    time zone, `helper` who scanned or noted. `before` is the `changed_at` of the last lead of the page before, newest first."""

    search: str | None = None
    day: date | None = None
    helper: str | None = None
    newest: bool = False
    before: datetime | None = None

    def row(self) -> dict[str, Any] | None:
        """As the door takes it; None when nothing is looked for."""
        if self == Look():
            return None
        return {
            "search": self.search,
            "day": None if self.day is None else self.day.isoformat(),
            "helper": self.helper,
            "newest": self.newest,
            "before": None if self.before is None else self.before.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Ask:
    """A pull that declared everything it must: which event, for what use, which fields (S6-sponsor-9, S6-sponsor-12)."""

    event: str
    use: str
    fields: tuple[Field, ...]
    changed_since: datetime | None = None
    look: Look = Look()


@dataclass(frozen=True, slots=True)
class Note:
    """What one helper's phone noted about a lead: rating 1 (low) to 3 (high), answers by the ids of question and option; `phone`
    is the phone's own id, by which the note can be deleted."""

    phone: UUID
    helper: str
    rating: int | None
    answers: Mapping[str, str | Sequence[str]]
    note: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """A booth's question as files word it: in English where there is English, and its options by their ids."""

    wording: str
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Lead:
    """One released attendee, or the word that one is withdrawn. `values` holds released fields only, in card order;
    `scanned_at` is null for a lead by the form alone."""

    id: UUID
    state: Literal["lead", "withdrawn"]
    values: Mapping[Field, str]
    basis: str | None = None
    changed_at: datetime | None = None
    usable_until: datetime | None = None
    scanned_at: datetime | None = None
    scanned_by: str | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a file comes from: printed in it, so that it still says so in a year (S1-role-1); `zone` is the event's, in which
    people read times; `questions` by their ids word the answers in the notes."""

    release: UUID
    controller: str
    dpo_contact: str
    event: str
    recipient: str
    declared_use: str
    generated_at: datetime
    zone: ZoneInfo
    questions: Mapping[str, Question] = field(default_factory=dict)


LONGEST_SEARCH: Final = 100


def check_look(search: str | None = None, day: str | None = None, helper: str | None = None) -> tuple[Look, list[FieldError]]:
    """What is looked for, blanks around it not counted, and what is wrong with it; empty means nothing is looked for."""
    errors: list[FieldError] = []
    texts = {"search": (search or "").strip(), "helper": (helper or "").strip()}
    for name, text in texts.items():
        if len(text) > LONGEST_SEARCH or any(c < " " for c in text):
            errors.append(
                FieldError(
                    name,
                    f"Give at most {LONGEST_SEARCH} characters, in one line.",
                    f"กรุณาพิมพ์ไม่เกิน {LONGEST_SEARCH} ตัวอักษร ในบรรทัดเดียว",
                )
            )
    when = None
    try:
        when = date.fromisoformat(day.strip()) if day and day.strip() else None
    except ValueError:
        errors.append(FieldError("day", "Give a day like 2027-03-09.", "กรุณาระบุวันที่ เช่น 2027-03-09"))
    return Look(texts["search"] or None, when, texts["helper"] or None), errors


def check_ask(
    event: str | None,
    use: str | None,
    accept_terms: bool,
    fields: str | None,
    changed_since: str | None = None,
    *,
    search: str | None = None,
    day: str | None = None,
    helper: str | None = None,
) -> Ask:
    """The pull as declared. Raises InvalidInput naming everything that is missing or unknown."""
    errors: list[FieldError] = []
    if not event:
        errors.append(FieldError("event", "Name the event: event=<its slug>.", "กรุณาระบุงาน: event=<slug ของงาน>"))
    if (problem := wrong_use(use)) is not None:
        errors.append(problem)
    if not accept_terms:
        errors.append(
            FieldError(
                "accept_terms",
                "Accept the terms (no onward sharing, stop on withdrawal, keep safe, delete in time): accept_terms=true.",
                "กรุณายอมรับเงื่อนไข (ไม่ส่งต่อ หยุดใช้เมื่อมีการถอนความยินยอม เก็บรักษาให้ปลอดภัย ลบตามกำหนด): accept_terms=true",
            )
        )
    names = [name.strip() for name in fields.split(",")] if fields is not None else list(Field)
    unknown = [name for name in names if name not in set(Field)]
    if unknown or not names:
        known = ",".join(Field)
        errors.append(FieldError("fields", f"Choose from: fields={known}.", f"กรุณาเลือกจาก: fields={known}"))
    since = None
    try:
        since = moment(changed_since)
    except ValueError:
        errors.append(
            FieldError(
                "changed_since",
                "Give a time with its offset, like 2027-03-01T09:00:00Z.",
                "กรุณาระบุเวลาพร้อมเขตเวลา เช่น 2027-03-01T09:00:00Z",
            )
        )
    look, wrong = check_look(search, day, helper)
    errors += wrong
    if errors or not event or use is None:
        raise InvalidInput(fields=errors)
    return Ask(event, use, tuple(in_card_order(names)), since, look)


def moment(text: str | None) -> datetime | None:
    """A time with an offset, in UTC (RFC 3339); a `+` that a URL turned into a space is read as `+`. Raises ValueError."""
    if text is None:
        return None
    at = datetime.fromisoformat(text.strip().replace(" ", "+"))
    if at.tzinfo is None:
        raise ValueError
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError from error


def file_name(event: str, extension: str) -> str:
    """ASCII by nature: a slug has letters, digits and hyphens only."""
    return f"leads-{event}.{extension}"


BOOTH_COLUMNS: Final = ("scanned_at", "scanned_by", "rating", "answers", "notes")
NO_NOTES: Final = ("", "", "")
RATINGS: Final[Mapping[int, str]] = {1: "low", 2: "medium", 3: "high"}


def notes_of(rows: Sequence[Mapping[str, Any]] | None) -> tuple[Note, ...]:
    """The notes of a row of the door."""
    return tuple(
        Note(
            phone=UUID(r["phone"]),
            helper=r["helper"],
            rating=r["rating"],
            answers=r["answers"],
            note=r["note"],
            written_at=datetime.fromisoformat(r["written_at"]).astimezone(UTC),
        )
        for r in rows or ()
    )


def questions_of(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Question]:
    """The questions of a heading, by their ids."""
    return {
        r["id"]: Question(r["en"] or r["th"], {option["id"]: option["en"] or option["th"] for option in r["options"]})
        for r in rows
    }


def note_cells(notes: Sequence[Note], questions: Mapping[str, Question]) -> tuple[str, str, str]:
    """Ratings, answers and notes, each helper's with the helper's name: several phones' stand in one cell, and nobody's words
    read as another's. As they were typed they stand in the JSON."""
    return (
        _of_each((n.helper, RATINGS.get(n.rating or 0, "")) for n in notes),
        _of_each((n.helper, in_words(n.answers, questions)) for n in notes),
        _of_each((n.helper, n.note) for n in notes),
    )


def in_words(answers: Mapping[str, str | Sequence[str]], questions: Mapping[str, Question]) -> str:
    """The answers of one note in the order of the questions, as `Question? Answer, answer; …`; what is not known any more
    stands at the end, as it was sent."""
    known = {asked: n for n, asked in enumerate(questions)}
    said = []
    for asked in sorted(answers, key=lambda asked: (known.get(asked, len(known)), asked)):
        given, question = answers[asked], questions.get(asked, Question(asked, {}))
        chosen = [given] if isinstance(given, str) else given
        said.append(f"{question.wording} {', '.join(question.options.get(choice, choice) for choice in chosen)}")
    return "; ".join(said)


def _of_each(said: Iterable[tuple[str, str]]) -> str:
    return " | ".join(f"{_name(helper)}: {_one_line(text)}" for helper, text in said if text)


_BREAKS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BARS: Final = str.maketrans("|¦│｜", "////")
_COLONS: Final = str.maketrans(":：", "//")


def _one_line(text: str) -> str:
    """Without what would look like the beginning of another helper's words."""
    return _BREAKS.sub(" ", text).translate(_BARS).strip()


def _name(helper: str) -> str:
    return _one_line(helper).translate(_COLONS)


class Row(Protocol):
    """A row of the door, by the names of its columns."""

    def __getitem__(self, column: str, /) -> Any: ...


class Table:
    """Leads as lines of a table; `fields` are those that the release can hold."""

    def __init__(self, fields: tuple[str, ...], source: Source) -> None:
        self.columns = ["lead", "state", *fields, *BOOTH_COLUMNS, "basis", "usable_until"]
        self.columns += ["controller", "event", "recipient", "declared_use"]
        self._fields, self._questions = fields, source.questions
        self._source = (source.controller, source.event, source.recipient, source.declared_use)

    def line(self, row: Row) -> list[str]:
        """One row of the door as text, for programs: times in UTC."""
        return [to_the_second(cell) if isinstance(cell, datetime) else cell for cell in self.cells(row)]

    def cells(self, row: Row) -> list[str | datetime]:
        """One row of the door under `columns`; what was not released is null there and empty here."""
        notes = row["notes"]
        return [
            str(row["lead"]),
            row["state"],
            *[row[field] or "" for field in self._fields],
            row["scanned_at"] or "",
            row["scanned_by"] or "",
            # most leads have none, and a file has thousands
            *(note_cells(notes_of(notes), self._questions) if notes else NO_NOTES),
            row["basis"] or "",
            row["usable_until"] or "",
            *self._source,
        ]


def to_the_second(at: datetime) -> str:
    """RFC 3339 in UTC, without the fractions of a second that no reader of a file needs."""
    return instant(at.replace(microsecond=0))


TIMES: Final = frozenset({"scanned_at", "usable_until", "generated_at"})


def titles(names: Sequence[str], zone: ZoneInfo) -> list[str]:
    """The names of columns as people read them: `scanned_at` is "Scanned at (Asia/Bangkok)"."""
    words = (name.replace("_", " ").capitalize().replace("Dpo", "DPO") for name in names)
    return [f"{title} ({zone.key})" if name in TIMES else title for name, title in zip(names, words, strict=True)]


def wall_clock(at: datetime, zone: ZoneInfo) -> datetime:
    """A time as a sheet holds it: there, to the second, and without saying where."""
    return at.astimezone(zone).replace(tzinfo=None, microsecond=0)


def about(source: Source) -> list[tuple[str, str]]:
    """What a file says of itself, for programs."""
    return [
        ("controller", source.controller),
        ("dpo_contact", source.dpo_contact),
        ("event", source.event),
        ("recipient", source.recipient),
        ("declared_use", source.declared_use),
        ("generated_at", instant(source.generated_at)),
        ("release", str(source.release)),
    ]


def item_of(lead: Lead) -> dict[str, Any]:
    """A lead as JSON shows it: released keys only; of a withdrawn one nothing but that it is."""
    if lead.state == "withdrawn":
        return {"id": lead.id, "state": lead.state}
    values: dict[str, Any] = {field.value: value for field, value in lead.values.items()}
    return {
        "id": lead.id,
        "state": lead.state,
        "basis": lead.basis,
        "fields": [field.value for field in lead.values],
        **values,
        "changed_at": lead.changed_at,
        "usable_until": lead.usable_until,
        "scanned_at": lead.scanned_at,
        "scanned_by": lead.scanned_by,
        "notes": list(lead.notes),
    }


EXCEL_CELL: Final = 32_767  # characters; a longer one would be left out of the sheet without a word


def sheet_text(text: str) -> str:
    """Text for a worksheet cell. It is written as text, so `=1+1` is safe as it is; controls that XML refuses go."""
    if text.isprintable():
        return text[:EXCEL_CELL]
    return "".join(c for c in text if c in "\n\t" or (c >= " " and not "\x7f" <= c <= "\x9f" and c not in "\ufffe\uffff"))[
        :EXCEL_CELL
    ]


def vcard(lead: Lead, source: Source) -> bytes:
    """A vCard 4.0 (RFC 6350) of the released fields; FN must be there, so without a name it is the next best of them."""
    v = lead.values
    shown = next((v[f] for f in (Field.NAME, Field.COMPANY, Field.EMAIL, Field.PHONE) if f in v), str(lead.id))
    lines = ["BEGIN:VCARD", "VERSION:4.0", f"UID:urn:uuid:{lead.id}", f"FN:{escaped(shown)}"]
    if Field.COMPANY in v:
        lines.append(f"ORG:{escaped(v[Field.COMPANY])}")
    if Field.JOB_TITLE in v:
        lines.append(f"TITLE:{escaped(v[Field.JOB_TITLE])}")
    if Field.ADDRESS in v or Field.COUNTRY in v:
        lines.append(f"ADR:;;{escaped(v.get(Field.ADDRESS, ''))};;;;{escaped(v.get(Field.COUNTRY, ''))}")
    if Field.PHONE in v:
        lines.append(f"TEL:{escaped(v[Field.PHONE])}")
    if Field.EMAIL in v:
        lines.append(f"EMAIL:{escaped(v[Field.EMAIL])}")
    until = f", until {to_the_second(lead.usable_until)}" if lead.usable_until else ""
    note = (
        f"From {source.controller} ({source.dpo_contact}) to {source.recipient}, event {source.event}, "
        f"for {source.declared_use}{until}."
    )
    lines.append(f"NOTE:{escaped(note)}")
    if lead.scanned_at:
        by = f" by {lead.scanned_by}" if lead.scanned_by else ""
        lines.append("NOTE:" + escaped(f"Scanned {to_the_second(lead.scanned_at)}{by}."))
    for n in lead.notes:
        said = (RATINGS.get(n.rating or 0, ""), in_words(n.answers, source.questions), n.note)
        lines.append("NOTE:" + escaped(f"{_name(n.helper)}: {' | '.join(_one_line(text) for text in said if text)}"))
    if lead.changed_at:
        lines.append(f"REV:{lead.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    lines.append("END:VCARD")
    return b"".join(folded(line) for line in lines)


def escaped(text: str) -> str:
    """A text value (RFC 6350 §3.4): backslash, comma, semicolon and line breaks escaped, other controls gone."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    kept = "".join(c for c in text if c == "\n" or not ("\x00" <= c < " " or "\x7f" <= c <= "\x9f"))
    return kept.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;").replace("\n", "\\n")


def folded(line: str) -> bytes:
    """A content line with its CRLF, in pieces of at most 75 octets, no character cut apart (RFC 6350 §3.2)."""
    return b"\r\n ".join(_pieces(line)) + b"\r\n"


def _pieces(line: str) -> Iterator[bytes]:
    piece, room = b"", 75
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > room:
            yield piece
            piece, room = b"", 74  # a continuation begins with the space
        piece += octets
    yield piece
