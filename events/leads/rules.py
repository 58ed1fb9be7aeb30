"""What a sponsor must say before it gets leads, what a lead is, and how it reads in JSON. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final, Literal
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
LONGEST_SEARCH: Final = 100


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


def to_the_second(at: datetime) -> str:
    """RFC 3339 in UTC, without the fractions of a second that no reader of a file needs."""
    return instant(at.replace(microsecond=0))


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
