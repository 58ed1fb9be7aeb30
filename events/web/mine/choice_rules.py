"""What her choices say: what stands and what happened to them, and what she may set for everything and ask for. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.messages.phrases import choice_in_words
from events.privacy.receipts.words import FIELDS
from events.privacy.rules import RequestKind
from events.terms import Act, Block, Purpose
from events.words import Words


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
