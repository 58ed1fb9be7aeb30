"""Who got her data, in words: each hand-over by party and over time, scans that count, and what booths noted. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from events.privacy.receipts.words import USES
from events.web.mine.choice_rules import fields_in_words
from events.web.programme.rules import safe_link
from events.words import Words

# more than so many hand-overs are easier to see than to read
PLOT_FROM: Final = 4
BUCKETS: Final = 12
# opened again and again these ways, a list is one entry for a day; a file that was taken is always an entry of its own
FOLDED: Final = frozenset({"page", "api", "scan", "affiliate"})


@dataclass(frozen=True, slots=True)
class HandOver:
    """One time that data left, in words."""

    at: datetime
    fields: str
    ground: str
    how: str
    use: str
    recalled_at: datetime | None
    acknowledged_at: datetime | None
    channel: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Hand-overs that differ by their time alone: the latest of them, and every time in the event's zone, the first one first."""

    line: HandOver
    times: Sequence[datetime]


@dataclass(frozen=True, slots=True)
class Got:
    """One party that got data. `bars` are its hand-overs over time, each between 0 and 1 of the highest."""

    legal_name: str
    countries: str
    contact: str
    notice_url: str | None
    lines: Sequence[HandOver]
    bars: Sequence[float]

    @property
    def has_data(self) -> bool:
        """Whether something that left was never called back."""
        return any(line.recalled_at is None for line in self.lines)

    def entries(self, zone: str) -> list[Entry]:
        """Its hand-overs, with those that follow each other on one day and are alike as one entry."""
        numbered = groupby(enumerate(self.lines), key=lambda one: _alike(one[0], one[1], zone))
        alike = [[line for _, line in several] for _, several in numbered]
        return [Entry(lines[0], [local(line.at, zone) for line in reversed(lines)]) for lines in alike]


def _alike(number: int, line: HandOver, zone: str) -> HandOver | tuple[int, HandOver]:
    """What two hand-overs have in common that are shown as one."""
    day = local(line.at, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return replace(line, at=day) if line.channel in FOLDED else (number, line)


def who_got(rows: Sequence[Mapping[str, Any]], words: Words) -> list[Got]:
    """The hand-overs by party, who got data last first (rows of privacy/queries.py)."""
    by_party: dict[UUID, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_party.setdefault(row["party"], []).append(row)
    counted = buckets({party: [row["at"] for row in lines] for party, lines in by_party.items()})
    return [
        Got(
            legal_name=lines[0]["legal_name"],
            countries=words.countries(lines[0]["countries"]),
            contact=lines[0]["contact_email"],
            notice_url=safe_link(lines[0]["notice_url"]),
            lines=[_hand_over(row, words) for row in lines],
            bars=counted[party] if len(rows) >= PLOT_FROM else [],
        )
        for party, lines in by_party.items()
    ]


def _hand_over(row: Mapping[str, Any], words: Words) -> HandOver:
    _ = words.gettext
    grounds = {
        "form": _("you ticked its box"),
        "scan": _("you allowed badge scans, and its booth scanned you"),
        "both": _("you ticked its box, and its booth scanned you"),
        "contract": _("it organises the event, and needs it to run your registration"),
    }
    ways = {
        "scan": _("shown on the phone that scanned your badge"),
        "api": _("read by its program or on its page"),
        "page": _("shown on its page here"),
        "csv": _("downloaded as a table (CSV)"),
        "xlsx": _("downloaded as a table (Excel)"),
        "vcard": _("downloaded as contacts (vCard)"),
        "json": _("downloaded as a file (JSON)"),
        "affiliate": _("read as the organising company"),
    }
    return HandOver(
        at=row["at"],
        fields=fields_in_words(row["fields"], words),
        ground=grounds.get(row["basis"], ""),
        how=ways.get(row["channel"], row["channel"]),
        use=USES[row["declared_use"]][words.language == "th"] if row["declared_use"] else "",
        recalled_at=row["recalled_at"],
        acknowledged_at=row["acknowledged_at"],
        channel=row["channel"],
    )


def still_counting(scans: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Sponsors of whom she said that a scan was not her, and whose other scans still count: the name and how many of them."""
    disputed = {scan["party_id"]: scan["legal_name"] for scan in scans if scan["voided_at"]}
    counted = Counter(scan["party_id"] for scan in scans if scan["counts"])
    return [(name, counted[party]) for party, name in disputed.items() if counted[party]]


@dataclass(frozen=True, slots=True)
class Noted:
    """What a booth's helper noted about her; `answers` as (question, answer), in words."""

    legal_name: str
    contact: str
    helper: str
    rating: str
    answers: list[tuple[str, str]]
    note: str
    written_at: datetime


def noted_in_words(rows: Sequence[Mapping[str, Any]], words: Words) -> list[Noted]:
    """The notes about her (rows of privacy/queries.py), as her page says them (S6-sponsor-16)."""
    _ = words.gettext
    ratings = {1: _("low interest"), 2: _("some interest"), 3: _("high interest")}
    said = {"yes": _("yes"), "no": _("no")}
    return [
        Noted(
            legal_name=row["legal_name"],
            contact=row["contact_email"],
            helper=row["helper"],
            rating=ratings.get(row["rating"], ""),
            answers=[
                (
                    a[words.language],
                    ", ".join(_option(given, a["options"], words) or said.get(given, given) for given in a["answers"]),
                )
                for a in row["answers"]
            ],
            note=row["note"],
            written_at=row["written_at"],
        )
        for row in rows
    ]


def _option(given: str, options: Sequence[Mapping[str, str]], words: Words) -> str:
    """How an option reads, in the other language where it has none in this one; empty for what is none."""
    return next((o[words.language] or o["en"] or o["th"] for o in options if o["id"] == given), "")


def buckets(times: Mapping[UUID, Sequence[datetime]]) -> dict[UUID, list[float]]:
    """How often each party got data in twelve equal stretches from the first hand-over to the last; 1 is the busiest of all."""
    every = [at for listed in times.values() for at in listed]
    if not every:
        return {}
    first, length = min(every), (max(every) - min(every)) or timedelta(days=1)
    counts = {party: [0] * BUCKETS for party in times}
    for party, listed in times.items():
        for at in listed:
            counts[party][min(int((at - first) / length * BUCKETS), BUCKETS - 1)] += 1
    most = max(n for row in counts.values() for n in row)
    return {party: [n / most for n in row] for party, row in counts.items()}


def who_would_be_told(got: Iterable[Got]) -> list[str]:
    """Who has data now that was not called back."""
    return sorted({party.legal_name for party in got if party.has_data})


def local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))
