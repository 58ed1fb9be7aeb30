"""A history as facts: who did what at which minute, and what is then asked. Nothing here decides anything.

Minute 0 is the opening of the event. Names stand for ids, so that a history that fails reads as a story: a fact shows only
what is not as usual. Before the first step S1 and S2 are sponsors in good standing with an agreement about everything, S3 is
a sponsor of other events, C1 a contest sponsor, AFF the affiliate that organises this event and AFF2 one that does not. X1 is a
sponsor of another organisation.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import Any, Literal, TypeAlias

Minute: TypeAlias = float
# when the sponsors' phones were paired: what was read at nobody knows when counts from then on
IN_USE_SINCE: Minute = 2
LONG_AGO: Minute = -100_000
FAR_AWAY: Minute = 1_000_000

CARD = ("name", "job_title", "company", "address", "country", "phone", "email")
USES = ("follow_up", "product_information")
SPONSORS = ("S1", "S2", "S3", "C1")
AFFILIATES = ("AFF", "AFF2")
STRANGERS = ("X1",)
LISTED_AT_FIRST = ("S1", "S2", "C1")
KINDS = {"S1": "sponsor", "S2": "sponsor", "S3": "sponsor", "C1": "contest_sponsor", "AFF": "affiliate", "AFF2": "affiliate"}
# the fields that a form may have asked as required; the name and the address are always asked
FORMS: dict[str, tuple[str, ...]] = {"short": ("name", "email"), "long": ("name", "email", "company", "phone")}

Purpose: TypeAlias = Literal["sponsor_sharing", "badge_scan", "transfer"]


class Told:
    """A fact that shows itself as short as it can be told."""

    def __repr__(self) -> str:
        told = [
            f"{f.name}={getattr(self, f.name)!r}"
            for f in fields(self)  # type: ignore[arg-type]  # every fact is a dataclass
            if f.default is MISSING or getattr(self, f.name) != f.default
        ]
        return f"{type(self).__name__}({', '.join(told)})"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """Hypothesis prints a failing history with this."""
        printer.text(repr(self))


@dataclass(frozen=True)
class Text:
    """One published consent text: its purpose, since when it is in force, and whether it warns of a transfer."""

    purpose: Purpose
    effective: Minute = LONG_AGO
    warns: bool = False


TEXTS = {
    "sponsor_sharing 1": Text("sponsor_sharing"),
    "sponsor_sharing 2": Text("sponsor_sharing", effective=240),
    "badge_scan 1": Text("badge_scan"),
    "badge_scan 2": Text("badge_scan", effective=240),
    "transfer 1": Text("transfer", warns=True),
    "transfer 2": Text("transfer", effective=240, warns=True),
    "transfer without a warning": Text("transfer"),
}


@dataclass(frozen=True, repr=False)
class Registration(Told):
    """One person's place at the event, as it stands when the history begins."""

    name: str
    state: Literal["pending", "confirmed", "waitlisted", "attended"] = "confirmed"
    confirmed: Minute = 0
    source: Literal["self", "colleague", "import"] = "self"
    # when she made the words of another her own
    self_confirmed: Minute | None = 0
    residence: str | None = "TH"
    country: str = "TH"
    empty: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    # which form she filled in; none where somebody else brought her data
    form: str | None = "short"
    shown_organiser: str | None = "AFF"


# --- what she does


@dataclass(frozen=True, repr=False)
class Grant(Told):
    """She ticks a box. The defaults are those of a form that was served as it should be."""

    at: Minute
    who: str
    to: str | None = None
    purpose: Purpose = "sponsor_sharing"
    fields: tuple[str, ...] = CARD
    uses: tuple[str, ...] = USES
    countries: tuple[str, ...] = ("TH",)
    expires: Minute = FAR_AWAY
    age: str | None = "20+"
    emancipated: bool = False
    residence: str | None = "TH"
    # the text that the act names ("1" of its purpose unless told), and the text whose hash it carries
    text: str | None = None
    hash_of: str | None = None
    language: str = "en"
    shown: tuple[str, ...] = SPONSORS
    warned: bool = True
    on_a_form: bool = True
    actor: Literal["subject", "guardian", "staff", "system"] = "subject"


@dataclass(frozen=True, repr=False)
class Ends(Told):
    """A consent ends, or is refused; without `to` for the badge flag, or for every sponsor at once."""

    at: Minute
    who: str
    to: str | None = None
    purpose: Purpose = "sponsor_sharing"
    act: Literal["withdraw", "refuse", "revoke", "supersede", "invalidate"] = "withdraw"


@dataclass(frozen=True, repr=False)
class Blocks(Told):
    """She objects, opts out or asks for restriction or erasure; or such a block is lifted again."""

    at: Minute
    who: str
    kind: str
    lifted: bool = False


@dataclass(frozen=True, repr=False)
class Edits(Told):
    """She changes her card; None leaves a thing as it is."""

    at: Minute
    who: str
    withheld: tuple[str, ...] | None = None
    empty: tuple[str, ...] | None = None
    country: str | None = None


@dataclass(frozen=True, repr=False)
class MakesItHerOwn(Told):
    """She confirms what others wrote about her."""

    at: Minute
    who: str


@dataclass(frozen=True, repr=False)
class NewBadge(Told):
    """She gets another badge; the one before is dead."""

    at: Minute
    who: str


@dataclass(frozen=True, repr=False)
class Disputes(Told):
    """ "That scan was not me": the reading with this number never counts again."""

    at: Minute
    who: str
    reading: int


@dataclass(frozen=True, repr=False)
class Cancels(Told):
    """Her place is given back."""

    at: Minute
    who: str


@dataclass(frozen=True, repr=False)
class ComesBack(Told):
    """She registers once more after cancelling, and confirms; her new place is called "<who> again"."""

    at: Minute
    who: str


# --- what sponsors do


@dataclass(frozen=True, repr=False)
class Reading(Told):
    """A phone read the n-th badge of somebody; the same number again is the same reading, sent twice."""

    number: int
    of: str
    badge: int = 0
    # the phone's own clock; right unless told
    device_time: Minute | None = None


@dataclass(frozen=True, repr=False)
class Scans(Told):
    """The phone of a sponsor's booth hands in what it read."""

    at: Minute
    party: str
    readings: tuple[Reading, ...]
    # what the phone's own clock said as it sent them; it did not say unless told
    sent: Minute | None = None


@dataclass(frozen=True, repr=False)
class PhoneRevoked(Told):
    at: Minute
    party: str


@dataclass(frozen=True, repr=False)
class Stores(Told):
    """In which countries a party keeps data, from now."""

    at: Minute
    party: str
    countries: tuple[str, ...]


# --- what the organiser does


@dataclass(frozen=True, repr=False)
class Agrees(Told):
    """A new version of a party's agreement."""

    at: Minute
    party: str
    fields: tuple[str, ...] = CARD
    uses: tuple[str, ...] = USES
    since: Minute = LONG_AGO
    until: Minute = FAR_AWAY


@dataclass(frozen=True, repr=False)
class Lists(Told):
    """A party stands on the event's list of sponsors during these minutes; the last word counts."""

    at: Minute
    party: str
    since: Minute = LONG_AGO
    until: Minute | None = None


@dataclass(frozen=True, repr=False)
class Suspends(Told):
    at: Minute
    party: str
    lifted: bool = False


@dataclass(frozen=True, repr=False)
class NoticeOf(Told):
    """Whether a party's privacy notice is registered, and reviewed."""

    at: Minute
    party: str
    registered: bool = True
    reviewed: bool = True


@dataclass(frozen=True, repr=False)
class Safeguard(Told):
    """Standard clauses or the like that cover one country of a party under these laws."""

    at: Minute
    party: str
    country: str
    laws: tuple[str, ...] = ("pdpa", "gdpr")
    since: Minute = LONG_AGO
    until: Minute = FAR_AWAY


@dataclass(frozen=True, repr=False)
class Adequate(Told):
    """Which countries are found adequate under one law, from now."""

    at: Minute
    law: Literal["pdpa", "gdpr"]
    countries: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class TextRetired(Told):
    """No act counts under this text that is done at `end` or later."""

    at: Minute
    text: str
    end: Minute


@dataclass(frozen=True, repr=False)
class TextInvalidated(Told):
    """A defect was found: nothing that was given under this text counts."""

    at: Minute
    text: str


@dataclass(frozen=True, repr=False)
class EventSet(Told):
    """What is changed about the event; None leaves a thing as it is."""

    at: Minute
    role: Literal["controller", "processor", "joint"] | None = None
    published: Minute | None = None
    closes: Minute | None = None
    organiser: str | None = None


@dataclass(frozen=True, repr=False)
class EventCancelled(Told):
    at: Minute


Step: TypeAlias = (
    Grant | Ends | Blocks | Edits | MakesItHerOwn | NewBadge | Disputes | Cancels | ComesBack
    | Scans | PhoneRevoked | Stores
    | Agrees | Lists | Suspends | NoticeOf | Safeguard | Adequate | TextRetired | TextInvalidated | EventSet | EventCancelled
)  # fmt: skip


# --- what is asked


@dataclass(frozen=True, repr=False)
class Question(Told):
    """A sponsor asks for these fields for this use."""

    now: Minute
    party: str = "S1"
    use: str = "follow_up"
    fields: tuple[str, ...] = CARD


@dataclass(frozen=True, repr=False)
class AffiliateQuestion(Told):
    """An affiliate asks for the registrations."""

    now: Minute
    party: str = "AFF"
    use: str = "registration_processing"


@dataclass(frozen=True, repr=False)
class Story(Told):
    """Registrations, what happened, and what is asked after it. The order of the steps is the order of the records."""

    registrations: tuple[Registration, ...]
    steps: tuple[Step, ...]
    questions: tuple[Question, ...]
    affiliate_questions: tuple[AffiliateQuestion, ...] = ()
    # whether the questions also go through the real door, which writes the book
    through_the_door: bool = False

    def __repr__(self) -> str:
        lines: list[Any] = [*self.registrations, *self.steps, *self.questions, *self.affiliate_questions]
        return "\n    ".join(["Story:", *map(repr, lines), *(["through the door"] if self.through_the_door else [])])

    def before(self, step: int) -> tuple[Step, ...]:
        """What had happened before the step with this position."""
        return self.steps[:step]

    def names(self) -> list[str]:
        """Every registration of the history, those that came back included."""
        return [r.name for r in self.registrations] + [f"{s.who} again" for s in self.steps if isinstance(s, ComesBack)]


def person_of(registration: str) -> str:
    """Whose place this is: who comes back is the same person."""
    return registration.removesuffix(" again")
