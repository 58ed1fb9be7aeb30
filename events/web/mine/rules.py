"""What a person's own pages say: her registrations in order, what saving changes, and what happened in words. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from events.joining.rules import OnlinePlace, Shut
from events.messages.phrases import choice_in_words
from events.privacy.receipts.words import FIELDS, USES
from events.privacy.rules import RequestKind
from events.terms import Act, Block, Language, Purpose
from events.web.programme.rules import in_language, safe_link
from events.words import Era, Words

STANDING: Final = frozenset({"confirmed", "attended"})
# more than so many hand-overs are easier to see than to read
PLOT_FROM: Final = 4
BUCKETS: Final = 12
# opened again and again these ways, a list is one entry for a day; a file that was taken is always an entry of its own
FOLDED: Final = frozenset({"page", "api", "scan", "affiliate"})


def done(words: Words, key: str | None, state: str | None = None) -> str | None:
    """What was just done, in fixed words; None for anything that stands in no address of ours.

    `state` is that of the registration, where the page is about one: an address alone makes no place.
    """
    _ = words.gettext
    if (key in {"confirmed", "taken"} and state not in STANDING) or (key == "asked_for" and state != "requested"):
        return None
    return {
        "confirmed": _("Welcome! Your place is confirmed."),
        "saved": _("Your choices are saved."),
        "unchanged": _("Nothing was changed."),
        "withdrawn": _("Everything is withdrawn. Whoever had your data was told to delete it."),
        "details": _("Your details are saved."),
        "cancelled": _("Your registration is cancelled."),
        "given_on": _("Your place is held for your colleague, and we have written to her."),
        "taken": _("The place is yours."),
        "asked_for": _("You said yes. The organiser decides about this ticket; a place is held for you until then."),
        "left": _("The place goes to the next in line."),
        "renewed": _("You have a new badge. The old one does not work any more."),
        "not_me": _("That scan does not count any more."),
        "not_me_told": _("That scan does not count any more. The sponsor was told to delete what it got and may not have now."),
        "set": _("The switch is on."),
        "lifted": _("The switch is off."),
        "asked": _("Your request has arrived, and already has effect."),
    }.get(key or "")


def state_name(words: Words, mine: Mapping[str, Any], now: datetime) -> tuple[str, str]:
    """Where a registration stands: a class for its tag, and the words."""
    _ = words.gettext
    if mine["declined"]:
        return "cancelled", _("Declined by the organiser")
    if mine["state"] == "cancelled":
        return "cancelled", _("Cancelled by you or the organiser")
    if mine["event_cancelled_at"]:
        return "cancelled", _("The event was cancelled")
    if mine["state"] == "pending":
        return "off", _("Waiting for your confirmation")
    if mine["offered_until"] and now < mine["offered_until"]:
        return "on", _("A place is free for you")
    if mine["state"] == "waitlisted":
        return "off", _("On the waiting list") if mine["waits"] else _("The time of the offer is over")
    if mine["state"] == "requested":
        return "off", _("The organiser decides")
    if mine["state"] == "attended":
        return "on", _("You were there") if mine["ends_at"] <= now else _("Checked in")
    if mine["ends_at"] <= now:
        return "off", _("Over")
    return "on", _("Confirmed")


@dataclass(frozen=True, slots=True)
class Grouped:
    """All of one person's registrations: what is to come, what was, and what fell."""

    coming: Sequence[Mapping[str, Any]]
    past: Sequence[Mapping[str, Any]]
    cancelled: Sequence[Mapping[str, Any]]


def grouped(rows: Iterable[Mapping[str, Any]], now: datetime) -> Grouped:
    """The next one first; what is over below, the latest first; what was cancelled last."""
    listed = sorted(rows, key=lambda row: (row["starts_at"], str(row["id"])))
    fell = [row for row in listed if row["state"] == "cancelled" or row["event_cancelled_at"]]
    stands = [row for row in listed if row not in fell]
    return Grouped(
        coming=[row for row in stands if row["ends_at"] > now],
        past=[row for row in reversed(stands) if row["ends_at"] <= now],
        cancelled=list(reversed(fell)),
    )


# --- what happened to her choices ---


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the history."""

    at: datetime
    sentence: str
    how: str
    back: bool


def history_in_words(rows: Iterable[Mapping[str, Any]], words: Words) -> list[Happened]:
    """Every act there ever was, the latest first, as one says it."""
    return [
        Happened(row["occurred_at"], _act_in_words(row, words), _how(row, words), row["act"] != Act.GRANT)
        for row in reversed(list(rows))
    ]


def _act_in_words(row: Mapping[str, Any], words: Words) -> str:
    _ = words.gettext
    who = isolated(row["legal_name"] or "")
    what = choice_in_words(words, row["purpose"], who)
    fields = fields_in_words(row["fields"], words)
    match row["act"], row["purpose"]:
        case Act.GRANT, Purpose.SPONSOR_SHARING:
            return _("You allowed %(who)s to get: %(fields)s", who=who, fields=fields)
        case Act.GRANT, Purpose.BADGE_SCAN:
            return _("You allowed sponsors whose booth scans your badge to get: %(fields)s", fields=fields)
        case Act.GRANT, _other:
            return _("You allowed: %(what)s", what=what)
        case Act.WITHDRAW, Purpose.SPONSOR_SHARING if row["recipient_id"] is None:
            return _("You took your data back from every sponsor")
        case Act.WITHDRAW, Purpose.SPONSOR_SHARING:
            return _("You took your data back from %(who)s", who=who)
        case Act.WITHDRAW, Purpose.BADGE_SCAN:
            return _("You stopped badge scans")
        case Act.WITHDRAW, _other:
            return _("You took back: %(what)s", what=what)
        case Act.REFUSE, _other:
            return _("You said no to: %(what)s", what=what)
        case Act.SUPERSEDE, _other:
            return _("Replaced by newer words: %(what)s", what=what)
        case _:
            return _("Ended by the organiser: %(what)s", what=what)


def _how(row: Mapping[str, Any], words: Words) -> str:
    _ = words.gettext
    if row["actor"] == "staff":
        return _("the staff wrote it down, as you asked")
    if row["actor"] == "guardian":
        return _("your guardian did it")
    return {
        "web_form": _("on the registration form"),
        "my_page": _("on your own page"),
        "asset": _("beside a download"),
        "api": _("through a program"),
        "system": _("by the system"),
    }.get(row["method"], "")


def fields_in_words(fields: Iterable[str], words: Words) -> str:
    thai = words.language == "th"
    return ", ".join(FIELDS[field][thai] for field in fields)


def isolated(name: str) -> str:
    """A name inside a sentence, kept from turning the words around it where it is written from right to left (UAX #9)."""
    return f"\u2068{name}\u2069"


def stand_in_words(state: Iterable[Any], words: Words) -> list[tuple[str, datetime]]:
    """What stands now, each with since when."""
    return [(choice_in_words(words, row.purpose, isolated(row.legal_name or "")), row.at) for row in state if row.given]


# --- what she may set for everything, and ask for ---


@dataclass(frozen=True, slots=True)
class Switch:
    """One of her own switches (§10.1), with what it does, and what lifting it does."""

    block: Block
    title: str
    on: str
    off: str


def switches(words: Words) -> list[Switch]:
    """The three that she sets without a reason, and that only she lifts."""
    _ = words.gettext
    again = _("Your choices then say again what may leave.")
    return [
        Switch(
            Block.OPT_OUT_THIRD,
            _("Stop all sharing with third parties"),
            _(
                "No sponsor gets your data any more, at any event, now or later, whatever your choices say."
                " Whoever got data before is told to delete it."
            ),
            again,
        ),
        Switch(
            Block.OBJECT_DM_THIRD,
            _("Object to third parties' direct marketing"),
            _(
                "Nothing is given to anybody who would use it to advertise to you, at any event, now or later."
                " Whoever got data for that before is told to delete it."
            ),
            again,
        ),
        Switch(
            Block.OBJECT_DM_OWN,
            _("Object to our own direct marketing"),
            _(
                "No organiser here sends you news, by e-mail, SMS or telephone. Mails about your own registrations still come:"
                " your badge, a change of place, a cancellation."
            ),
            _("News that you allowed may then come again."),
        ),
    ]


def kinds_of_request(words: Words) -> list[tuple[str, str, str]]:
    """What she may ask for: its name, its title, and what happens at once."""
    _ = words.gettext
    return [
        (
            RequestKind.RESTRICTION,
            _("Stop using my data for now"),
            _("From this moment nothing is given to anybody. The organiser keeps your data, and looks at what you wrote."),
        ),
        (
            RequestKind.ERASURE,
            _("Delete my data"),
            _(
                "From this moment nothing is given to anybody, and whoever got data is told to delete it."
                " The organiser then deletes what no law makes it keep."
            ),
        ),
        (
            RequestKind.IMPROPER_SOURCE,
            _("I never gave you this data"),
            _(
                "For when somebody else typed you in. From this moment nothing is given to anybody,"
                " and the organiser finds out where your data came from."
            ),
        ),
    ]


# --- who got my data ---


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


# --- joining online ---


def why_shut(reason: Shut | None, place: OnlinePlace, words: Words, era: Era) -> str | None:
    """Why the button does nothing now, in words."""
    _ = words.gettext
    match reason:
        case None:
            return None
        case Shut.TOO_EARLY:
            return _("You can join from %(time)s on.", time=words.moment(place.opens_at, place.time_zone, era))
        case Shut.OVER:
            return _("This event is over.")
        case Shut.CANCELLED:
            return _("This event was cancelled.")
        case Shut.NOT_STANDING:
            return _("This registration is not confirmed, or was cancelled.")
        case Shut.NO_LINK:
            return _("The organiser has not said yet where this event is joined. Try again in a few minutes.")


# --- times ---


def local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))


def titled(mine: Mapping[str, Any], language: Language) -> dict[str, str]:
    """What the event, its place and the ticket are called in this language."""
    return {what: in_language(language, mine[f"{what}_th"], mine[f"{what}_en"]) for what in ("title", "place", "ticket")}
