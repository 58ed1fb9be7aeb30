"""What a sponsor's pages say in words. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from events.errors import EventsError
from events.leads.rules import Lead, Note
from events.privacy.receipts.words import FIELDS
from events.terms import Field, Language
from events.web.programme.rules import in_language
from events.words import Era, Words


def done(words: Words, key: str) -> str | None:
    """What was just done on a page of the booth."""
    _ = words.gettext
    return {
        "acknowledged": _("Confirmed. Thank you."),
        "invited": _("She is on the team. Whoever is new is told by mail."),
        "removed": _("She is not on the team any more."),
        "question": _("Your questions are saved. Phones show them when they next ask."),
        "lock": _("Saved."),
        "note_deleted": _("The note is deleted."),
    }.get(key)


@dataclass(frozen=True, slots=True)
class ShownNote:
    """One helper's note, its answers in words; `phone` is what it can be deleted by."""

    phone: UUID
    helper: str
    rating: tuple[int, str] | None
    answers: list[tuple[str, str]]
    note: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class ShownLead:
    """A lead as the page shows it: the name, or what is there instead of one; then every other released value, and no other."""

    id: UUID
    name: str
    named: bool
    line: str
    values: list[tuple[Field, str, str]]
    ground: tuple[str, str]
    usable_until: datetime | None
    scanned_at: datetime | None
    scanned_by: str | None
    notes: list[ShownNote]


def shown_lead(lead: Lead, questions: Sequence[Mapping[str, Any]], words: Words, language: Language) -> ShownLead:
    """`questions` are the booth's, removed ones too: what was answered keeps its words."""
    _, thai, values = words.gettext, language == "th", lead.values
    grounds = {
        "form": ("form", _("on the form")),
        "scan": ("scan", _("by scan")),
        "both": ("both", _("form and scan")),
    }
    titles = [values[field] for field in (Field.JOB_TITLE, Field.COMPANY) if values.get(field)]
    rest = [field for field in (Field.EMAIL, Field.PHONE, Field.ADDRESS, Field.COUNTRY) if values.get(field)]
    return ShownLead(
        lead.id,
        values.get(Field.NAME) or _("Name not shared"),
        bool(values.get(Field.NAME)),
        " · ".join(titles),
        [(f, FIELDS[f][thai], words.country(values[f]) if f is Field.COUNTRY else values[f]) for f in rest],
        grounds[lead.basis or "form"],
        lead.usable_until,
        lead.scanned_at,
        lead.scanned_by,
        [_shown_note(note, questions, words, language) for note in lead.notes],
    )


def _shown_note(note: Note, questions: Sequence[Mapping[str, Any]], words: Words, language: Language) -> ShownNote:
    said = answered(note.answers, questions, words, language)
    return ShownNote(note.phone, note.helper, rated(words, note.rating), said, note.note, note.written_at)


def when(words: Words, moment: datetime, now: datetime, zone: str, era: Era) -> str:
    """A moment of the event as short as it is clear: the time of today, else the day as well, of another year in full."""
    there, here = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    if there.date() == here.date():
        return words.gettext("today %(time)s", time=words.clock(there))
    if there.year == here.year:
        return f"{there.day} {words.month(there.date())} {words.clock(there)}"
    return words.moment(moment, zone, era)


def rated(words: Words, rating: int | None) -> tuple[int, str] | None:
    """A rating in words; None where the helper gave none."""
    _ = words.gettext
    return None if rating is None else (rating, {1: _("low interest"), 2: _("some interest"), 3: _("high interest")}[rating])


def answered(
    answers: Mapping[str, str | Sequence[str]], questions: Sequence[Mapping[str, Any]], words: Words, language: Language
) -> list[tuple[str, str]]:
    """Questions with their answers, in the order in which the booth asks them."""
    _ = words.gettext
    yes_or_no = {"yes": _("yes"), "no": _("no")}
    found = []
    for question in questions:
        if (given := answers.get(question["id"])) in (None, "", []):
            continue
        options = {o["id"]: in_language(language, o["th"], o["en"]) for o in question["options"]} or yes_or_no
        chosen = [given] if isinstance(given, str) else list(given or ())
        said = ", ".join(options.get(choice, choice) for choice in chosen)
        found.append((in_language(language, question["th"], question["en"]), said))
    return found


def bars(hours: Mapping[int | None, int]) -> list[tuple[int, int, float]]:
    """Hour, leads and height (0 to 1) from the first hour with a lead to the last, quiet hours between them too."""
    counted = {hour: leads for hour, leads in hours.items() if hour is not None}
    if not counted:
        return []
    most = max(counted.values())
    return [(hour, counted.get(hour, 0), counted.get(hour, 0) / most) for hour in range(min(counted), max(counted) + 1)]


# --- questions --------------------------------------------------------------------------------------------------------


def kinds_in_words(words: Words) -> dict[str, str]:
    """How a question is answered, in the order in which the page offers it."""
    _ = words.gettext
    return {
        "choice": _("choose one"),
        "multiple": _("choose several"),
        "yes_no": _("yes or no"),
        "text": _("a few words"),
    }


def question_targets(error: EventsError) -> dict[str, str]:
    """Which control of the page each complaint about the one question is about."""
    found = {}
    for field in error.fields:
        about = field.field.removeprefix("questions[0].")
        found[field.field] = "options" if about.startswith("options") else about if about.startswith("wording") else "kind"
    return found
