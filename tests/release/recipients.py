"""Who may ask at all, and where the data would go: RecOK, EvOK and the countries of Xfer (C5), and the affiliate's side of §6."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.release.facts import (
    KINDS,
    LISTED_AT_FIRST,
    Adequate,
    Agrees,
    EventCancelled,
    EventSet,
    Lists,
    Minute,
    NoticeOf,
    Safeguard,
    Stores,
    Suspends,
)
from tests.release.record import History

# EU and EEA, and the United Kingdom, whose law is a copy of the GDPR
EUROPE = frozenset(
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO GB".split()  # noqa: SIM905
)
LONG_PUBLISHED: Minute = -1_000
LONG_OPEN: Minute = 500_000


@dataclass(frozen=True)
class Ask:
    """What a sponsor may ask for: every reason why it may not, and the scope of its agreement."""

    reasons: frozenset[str]
    agreement: Agrees | None
    uncovered: dict[str, frozenset[str]]


def sponsor_may_ask(history: History, party: str, use: str, now: Minute) -> Ask:
    agreement = agreement_in_force(history, party, now)
    reasons = {*sponsor_reasons(history, party, now), *event_reasons(history, now), *party_reasons(history, party)}
    if role_of(history) != "controller":
        reasons.add("not_our_event")  # C5 Auth: our_role(E) = controller
    if agreement is None:
        reasons.add("no_agreement")
    elif use not in agreement.uses:
        reasons.add("use_not_agreed")
    uncovered = {law: uncovered_countries(history, party, law, now) for law in ("pdpa", "gdpr")}
    return Ask(frozenset(reasons), agreement, uncovered)


def sponsor_reasons(history: History, party: str, now: Minute) -> Iterator[str]:
    """§6 sponsor_of(R, E, t): in the role of a sponsor and on this event's list."""
    listed = [Lists(0, party)] if party in LISTED_AT_FIRST else []
    place = [*listed, *history.all(Lists, party=party)][-1:]
    if not place or KINDS[party] != "sponsor" or place[0].since > now:
        yield "not_a_sponsor"
    if place and place[0].until is not None and place[0].until <= now:
        yield "sponsorship_ended"


def event_reasons(history: History, now: Minute) -> Iterator[str]:
    """EvOK: published, not cancelled (however that is stamped), and the window not closed."""
    published = last_set(history, "published", LONG_PUBLISHED)
    if published > now:
        yield "event_not_published"
    if history.all(EventCancelled):
        yield "event_cancelled"
    if last_set(history, "closes", LONG_OPEN) <= now:
        yield "window_closed"


def last_set(history: History, name: str, at_first: Minute) -> Minute:
    told = [getattr(s, name) for s in history.all(EventSet) if getattr(s, name) is not None]
    return told[-1] if told else at_first


def role_of(history: History) -> str:
    return ([s.role for s in history.all(EventSet) if s.role] or ["controller"])[-1]


def party_reasons(history: History, party: str) -> Iterator[str]:
    """RecOK: not suspended (however that is stamped), and its notice registered and reviewed."""
    suspended = history.all(Suspends, party=party)
    if suspended and not suspended[-1].lifted:
        yield "party_suspended"
    notice = history.all(NoticeOf, party=party)
    if notice and not (notice[-1].registered and notice[-1].reviewed):
        yield "party_notice_missing"


def agreement_in_force(history: History, party: str, now: Minute) -> Agrees | None:
    """A newer version replaces the older for good: when it ends, nothing old comes back."""
    begun = [a for a in [Agrees(0, party), *history.all(Agrees, party=party)] if a.since <= now]
    return begun[-1] if begun and now < begun[-1].until else None


def affiliate_may_ask(history: History, party: str, use: str, now: Minute) -> frozenset[str]:
    """Only the party that organises this very event, and only to process its registrations."""
    organiser = ([s.organiser for s in history.all(EventSet) if s.organiser] or ["AFF"])[-1]
    reasons = {*event_reasons(history, now), *party_reasons(history, party)}
    if KINDS[party] != "affiliate" or organiser != party:
        reasons.add("not_the_organiser")
    if use != "registration_processing":
        reasons.add("use_not_agreed")
    return frozenset(reasons)


# --- C5: Xfer


def countries_of(history: History, party: str) -> tuple[str, ...]:
    told = history.all(Stores, party=party)
    return told[-1].countries if told else ("TH",)


def uncovered_countries(history: History, party: str, law: str, now: Minute) -> frozenset[str]:
    """§7: where a party keeps data without a finding of adequacy and without a safeguard in force, under one law."""
    found = history.all(Adequate, law=law)
    fine = {"TH", *(found[-1].countries if found else ()), *(EUROPE if law == "gdpr" else ())}
    for safeguard in history.all(Safeguard, party=party):
        if law in safeguard.laws and safeguard.since <= now < safeguard.until:
            fine.add(safeguard.country)
    return frozenset(countries_of(history, party)) - fine
