"""Leads as lines of a table, for programs and for people: columns, cells, titles, and what a sheet can hold. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from events.leads.notes import note_cells, notes_of
from events.leads.rules import Source, to_the_second
from events.release.rules import instant

BOOTH_COLUMNS: Final = ("scanned_at", "scanned_by", "rating", "answers", "notes")
NO_NOTES: Final = ("", "", "")
TIMES: Final = frozenset({"scanned_at", "usable_until", "generated_at"})
EXCEL_CELL: Final = 32_767  # characters; a longer one would be left out of the sheet without a word


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


def sheet_text(text: str) -> str:
    """Text for a worksheet cell. It is written as text, so `=1+1` is safe as it is; controls that XML refuses go."""
    if text.isprintable():
        return text[:EXCEL_CELL]
    return "".join(c for c in text if c in "\n\t" or (c >= " " and not "\x7f" <= c <= "\x9f" and c not in "\ufffe\uffff"))[
        :EXCEL_CELL
    ]
