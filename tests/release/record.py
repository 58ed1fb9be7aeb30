"""What is on record about one registration: her acts, the readings of her badge, her card. Found in the whole history, each time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from tests.release.facts import (
    CARD,
    IN_USE_SINCE,
    Cancels,
    ComesBack,
    Disputes,
    Edits,
    Ends,
    Grant,
    Minute,
    NewBadge,
    PhoneRevoked,
    Purpose,
    Reading,
    Registration,
    Scans,
    Step,
    person_of,
)

RESTRICTIVE = frozenset({"withdraw", "revoke", "supersede", "invalidate"})
A_MOMENT: Minute = 1 / 60_000_000  # a microsecond
ONE_VISIT: Minute = 5
S = TypeVar("S")


@dataclass(frozen=True)
class History:
    """Everything that is on record: how it began and what happened since."""

    registrations: tuple[Registration, ...]
    steps: tuple[Step, ...]

    def all(self, kind: type[S], /, **like: object) -> list[S]:
        """The steps of one kind with these attributes, in the order of the records."""
        return [s for s in self.steps if isinstance(s, kind) and all(getattr(s, name) == value for name, value in like.items())]

    def upto(self, step: Step) -> History:
        """What was on record when this step began."""
        return History(self.registrations, self.steps[: next(n for n, s in enumerate(self.steps) if s is step)])

    def registration(self, who: str) -> Registration:
        """How this place began; who comes back fills in a new form."""
        for back in self.all(ComesBack, who=person_of(who)):
            if who != back.who:
                return Registration(who, confirmed=back.at, self_confirmed=back.at)
        return next(r for r in self.registrations if r.name == who)


@dataclass(frozen=True)
class Act:
    """One act as it counts: C4 orders by the record, so none is older than the act of the same person before it."""

    at: Minute
    position: int
    act: str
    purpose: Purpose
    to: str | None
    grant: Grant | None = None

    @property
    def order(self) -> tuple[Minute, bool, int]:
        """C5 latest: the highest (time, restrictive first, position)."""
        return (self.at, self.act != "grant", self.position)


@dataclass(frozen=True)
class Scan:
    """One reading that counts, at the time that counts."""

    at: Minute
    number: int


# --- C4: the acts of one registration, and which of them is the latest


def acts_of(history: History, who: str) -> list[Act]:
    """Her acts in the order of the records; a clock that runs behind makes no act older than the one before it."""
    acts = brought_along(history, who)
    for position, step in enumerate(history.steps):
        if isinstance(step, (Grant, Ends)) and step.who == who:
            at = max([step.at, *(a.at for a in acts)])
            if isinstance(step, Grant) and step.purpose == "badge_scan":
                at = max(at, just_after_the_readings(history.upto(step), who))
            grant = step if isinstance(step, Grant) else None
            acts.append(Act(at, position, "grant" if isinstance(step, Grant) else step.act, step.purpose, step.to, grant))
    return acts


def just_after_the_readings(history: History, who: str) -> Minute:
    """No reading that is there already becomes one after the flag, whatever the clocks say."""
    parties = {step.party for step in history.all(Scans)}
    return max([scan.at + A_MOMENT for party in parties for scan in scans_of(history, who, party)], default=float("-inf"))


def brought_along(history: History, who: str) -> list[Act]:
    """What she took back at this event stays taken back when she cancels and registers again, until she names it anew."""
    backs = [s for s in history.all(ComesBack, who=person_of(who)) if who != s.who]
    if not backs:
        return []
    before = acts_of(history.upto(backs[0]), backs[0].who)
    keys = {(a.purpose, a.to) for a in before}
    cuts = [(cut, *key) for key in keys if (cut := last_cut(before, *key)) is not None and not named_since(before, *key)]
    return [Act(at, -1, "withdraw", purpose, to) for at, purpose, to in sorted(cuts, key=lambda c: c[0])]


def latest(acts: list[Act], purpose: Purpose, to: str | None) -> Act | None:
    return max((a for a in acts if (a.purpose, a.to) == (purpose, to)), key=lambda a: a.order, default=None)


def last_cut(acts: list[Act], purpose: Purpose, to: str | None) -> Minute | None:
    """C5 cutAll and cutR: when she, or we, last said no about this key. SUPERSEDED is a no as well: only a new act opens it."""
    return max((a.at for a in acts if (a.purpose, a.to) == (purpose, to) and a.act in RESTRICTIVE), default=None)


def named_since(acts: list[Act], purpose: Purpose, to: str | None) -> bool:
    """Her latest word on this key is a grant after its last cut (a box that she then left unticked does not lift it)."""
    last, cut = latest(acts, purpose, to), last_cut(acts, purpose, to)
    return last is not None and last.grant is not None and (cut is None or last.at > cut)


def later(at: Minute, *cuts: Minute | None) -> bool:
    """After every cut; at the same minute the restrictive one wins."""
    return all(cut is None or at > cut for cut in cuts)


# --- §3.1: the readings of her badge


def scans_of(history: History, who: str, party: str) -> Iterator[Scan]:
    """The readings of her live badge by this sponsor's booth that nobody disputed, at min(device time, receipt)."""
    for step, reading in first_readings(history, party):
        before = history.upto(step)
        if reading.of == who and is_live(before, reading) and not before.all(PhoneRevoked, party=party):
            scan = Scan(counted_at(step, reading), reading.number)
            beside = any(near(scan, other) for other in disputed_since(history, who, party, step))
            if not beside and not on_its_way(history, who, party, step, scan):
                yield scan


def disputed_since(history: History, who: str, party: str, step: Scans) -> Iterator[Scan]:
    """The readings of her badge by this phone that she said were not her, after this step; whatever became of them before."""
    for dispute, reading in disputed(history, who, party):
        if not is_before(history, dispute, step):
            yield reading


def on_its_way(history: History, who: str, party: str, step: Scans, scan: Scan) -> bool:
    """Whether this step brought a reading from before a word of hers that was on record already: it may be the one she meant."""
    return any(is_before(history, said, step) and scan.at <= said.at for said, _ in disputed(history, who, party))


def disputed(history: History, who: str, party: str) -> Iterator[tuple[Disputes, Scan]]:
    """Each dispute and what it named."""
    for dispute in history.all(Disputes, who=who):
        then = history.upto(dispute)
        for arrived, reading in first_readings(then, party):
            before = then.upto(arrived)
            hers = reading.of == who and is_live(before, reading) and not before.all(PhoneRevoked, party=party)
            if hers and reading.number == dispute.reading:
                yield dispute, Scan(counted_at(arrived, reading), reading.number)


def near(one: Scan, other: Scan) -> bool:
    """One visit to a booth is often read twice: scenario 58 takes what one phone read within five minutes as one."""
    return abs(one.at - other.at) <= ONE_VISIT


def first_readings(history: History, party: str) -> Iterator[tuple[Scans, Reading]]:
    """Each reading the first time it was handed in: sending it again changes nothing."""
    seen: set[int] = set()
    for step in history.all(Scans, party=party):
        for reading in step.readings:
            if reading.number not in seen:
                seen.add(reading.number)
                yield step, reading


def is_before(history: History, one: Step, other: Step) -> bool:
    return next(s for s in history.steps if s is one or s is other) is one


def counted_at(step: Scans, reading: Reading) -> Minute:
    shown = step.at if reading.device_time is None else reading.device_time
    # the clock of a phone that says what it shows is set right by ours, never ahead of it
    off = 0 if step.sent is None else step.at - step.sent
    # read after it was sent: the clock was set back, nobody knows when it was, and it is as old as it can be
    return min(shown + off, step.at) if shown + off <= step.at else min(IN_USE_SINCE, step.at)


def is_live(history: History, reading: Reading) -> bool:
    """Whether the badge that was read is the one in force when the reading arrives (scenario 57)."""
    if reading.of not in {r.name for r in history.registrations} | {f"{s.who} again" for s in history.all(ComesBack)}:
        return False
    return reading.badge == len(history.all(NewBadge, who=reading.of)) and not history.all(Cancels, who=reading.of)


# --- what she gave


def card_of(history: History, who: str) -> dict[str, str]:
    """The values that she gave, by field; a field that she left empty has none."""
    place = history.registration(who)
    empty, country = place.empty, place.country
    for edit in history.all(Edits, who=who):
        empty = empty if edit.empty is None else edit.empty
        country = country if edit.country is None else edit.country
    return {f: country if f == "country" else "" if f in empty else f"{f} of {who}" for f in CARD}


def withheld_by(history: History, who: str) -> tuple[str, ...]:
    told = [e.withheld for e in history.all(Edits, who=who) if e.withheld is not None]
    return told[-1] if told else history.registration(who).withheld
