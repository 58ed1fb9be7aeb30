"""The release predicate once more, in plain Python, from the consent model (C4 to C8) and the design (§6), not from the SQL.

It keeps no latest act, no visit and no list of blocks: every answer is found in the whole history, so that what the database
maintains is put to the test as well. Where the texts leave something open, the choice that was made is said beside the clause.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.release.facts import (
    CARD,
    FORMS,
    TEXTS,
    Blocks,
    Cancels,
    Grant,
    MakesItHerOwn,
    Minute,
    TextInvalidated,
    TextRetired,
    person_of,
)
from tests.release.recipients import (
    EUROPE,
    affiliate_may_ask,
    countries_of,
    sponsor_may_ask,
    uncovered_countries,
)
from tests.release.record import Act, History, Scan, acts_of, card_of, last_cut, later, latest, named_since, scans_of, withheld_by


@dataclass(frozen=True)
class Answer:
    """What one party gets of one registration: the fields, on which ground; or every reason why not."""

    fields: frozenset[str]
    reasons: frozenset[str]
    basis: str | None = None
    # the positions of the acts that it rests on, the minute of the scan, and when the first of its grounds ends
    acts: frozenset[int] = frozenset()
    scanned: Minute | None = None
    usable_until: Minute | None = None


# --- C5: Cap and Valid


def capable(grant: Grant) -> bool:
    """§8 Cap: of age where she lives, on the day of the act, and by her own act. No guardian's evidence exists here yet."""
    adult = grant.age == "20+"
    # θ is 16 where the GDPR applies; 20 in Thailand and wherever we do not know better, unless married or emancipated
    old_enough = grant.age == "16-19" and (grant.emancipated or grant.residence in EUROPE)
    return grant.actor == "subject" and (adult or old_enough)


def evidence(history: History, grant: Grant, at: Minute) -> bool:
    """C3 evidence_complete and C7: a text of this purpose, in force at the act, as it was shown; on a form that was served."""
    name = grant.text or f"{grant.purpose} 1"
    text, shown = TEXTS[name], grant.hash_of or name
    retired = history.all(TextRetired, text=name)
    return (
        grant.on_a_form
        and text.purpose == grant.purpose
        and (shown, grant.language) == (name, "en")
        and text.effective <= at
        and not (retired and retired[0].end <= at)
        # also for the past, and however the finding is stamped
        and not history.all(TextInvalidated, text=name)
    )


def valid(history: History, act: Act | None, use: str, now: Minute) -> Grant | None:
    """C5 Valid: the grant that this act is, if it is good for this use now."""
    if act is None or act.grant is None:
        return None
    grant = act.grant
    good = capable(grant) and evidence(history, grant, act.at) and use in grant.uses and act.at <= now < grant.expires
    return grant if good else None


# --- C5: RegScope and ScanScope


def reg_scope(history: History, who: str, party: str, use: str, now: Minute) -> Act | None:
    """§6 "via the registration form": her latest act for this sponsor is a good grant; it stood on the form she saw."""
    acts = acts_of(history, who)
    act = latest(acts, "sponsor_sharing", party)
    grant = valid(history, act, use, now)
    if act is None or grant is None or party not in grant.shown or not covers(history, grant, party):
        return None
    return act if later(act.at, last_cut(acts, "sponsor_sharing", None)) else None


def scan_scope(
    history: History, who: str, party: str, use: str, now: Minute, *, supposed: bool = False
) -> tuple[Act, Scan] | None:
    """§3.1, §6 "or by allowing your badge to be scanned": the standing flag, then a scan by this very sponsor after it.

    `supposed`: as if it scanned her this minute, whatever it scanned before.
    """
    scan = Scan(now, -1) if supposed else max(scans_of(history, who, party), key=lambda s: s.at, default=None)
    # the last scan is also the best one; stamped after `now` it does not count yet (a clock that runs ahead gains nothing)
    return None if scan is None else scope_of(history, who, party, use, now, scan)


def scope_of(history: History, who: str, party: str, use: str, now: Minute, scan: Scan) -> tuple[Act, Scan] | None:
    """The flag that stands, and this scan, if it is a ground on it."""
    acts = acts_of(history, who)
    flag = latest(acts, "badge_scan", None)
    grant = valid(history, flag, use, now)
    if flag is None or grant is None or not covers(history, grant, party):
        return None
    cut_all = [last_cut(acts, "sponsor_sharing", None), last_cut(acts, "badge_scan", None)]
    cut_party = last_cut(acts, "sponsor_sharing", party)
    if not later(flag.at, *cut_all) or (cut_party is not None and not named_since(acts, "sponsor_sharing", party)):
        return None
    if not flag.at <= scan.at <= now or not later(scan.at, *cut_all, cut_party):
        return None
    return flag, scan


def covers(history: History, grant: Grant, party: str) -> bool:
    """C8: the countries are frozen in the consent; a party that adds one is not covered any more."""
    return set(countries_of(history, party)) <= set(grant.countries)


# --- C5: Xfer


def transfer_reasons(history: History, who: str, party: str, use: str, now: Minute) -> Iterator[tuple[str, Act | None]]:
    """What is uncovered needs her consent after a warning; without one it is a reason. Yields nothing where nothing is needed."""
    needed = set(uncovered_countries(history, party, "pdpa", now))
    if may_be_european(history, who):
        needed |= uncovered_countries(history, party, "gdpr", now)
    if not needed:
        return
    acts = acts_of(history, who)
    act = latest(acts, "transfer", party)
    grant = valid(history, act, use, now)
    text = TEXTS[grant.text or "transfer 1"] if grant else None
    good = (
        act is not None
        and grant is not None
        and text is not None
        and party in grant.shown
        and (grant.warned and text.warns)
        and needed <= set(grant.countries)
        # "no sponsor at all" takes what was said about their countries along
        and later(act.at, last_cut(acts, "sponsor_sharing", None))
    )
    yield ("", act) if good else ("transfer_not_covered", None)


def may_be_european(history: History, who: str) -> bool:
    """Who did not say where she lives may live there: the stricter test applies."""
    residence = history.registration(who).residence
    return residence is None or residence in EUROPE or card_of(history, who)["country"] in EUROPE


# --- C5: Block, and what she gave at all


def place_reasons(history: History, who: str, now: Minute) -> Iterator[str]:
    """§1: the registration stands (a cancellation counts however it is stamped)."""
    place = history.registration(who)
    if place.state not in ("confirmed", "attended") or place.confirmed > now or history.all(Cancels, who=who):
        yield "not_confirmed"


def source_reasons(history: History, who: str, now: Minute) -> Iterator[str]:
    """s.25: what another wrote about her is not hers before she made it so."""
    place = history.registration(who)
    own = [m for m in [place.self_confirmed, *(s.at for s in history.all(MakesItHerOwn, who=who))] if m is not None]
    if place.source != "self" and not (own and own[0] <= now):
        yield "not_from_the_attendee"


BLOCKS = {
    "restricted": "restricted",
    "erasing": "erasing",
    "child_claim": "claim_open",
    "improper_source_claim": "claim_open",
    "opt_out_third": "opted_out",
    "object_dm_third": "objected",
}
# what stands even against a contract
HARD = {"restricted", "erasing", "claim_open"}


def block_reasons(history: History, who: str) -> Iterator[str]:
    """What stands against the person, at every registration of hers, whatever its time; the last word on each kind counts."""
    for kind, reason in BLOCKS.items():
        told = [b for b in history.all(Blocks, kind=kind) if person_of(b.who) == person_of(who)]
        if told and not told[-1].lifted:
            yield reason


# --- C5: RELEASE


def release(
    history: History, who: str, party: str, use: str, asked: tuple[str, ...], now: Minute, *, supposed: bool = False
) -> Answer:
    """What leaves: Out, if nothing stands against it and there is something in it."""
    ask = sponsor_may_ask(history, party, use, now)
    form = reg_scope(history, who, party, use, now)
    scan = scan_scope(history, who, party, use, now, supposed=supposed)
    transfer = list(transfer_reasons(history, who, party, use, now))
    reasons = {
        *ask.reasons,
        *place_reasons(history, who, now),
        *source_reasons(history, who, now),
        *block_reasons(history, who),
        *(reason for reason, _ in transfer if reason),
        *(() if form or scan else ("no_consent",)),
    }
    grounds = [act for act in (form, scan[0] if scan else None) if act is not None]
    agreed = ask.agreement.fields if ask.agreement else ()
    consented = {f for act in grounds if act.grant for f in act.grant.fields}
    given = {f for f, value in card_of(history, who).items() if value}
    # the card is the closed maximum: whatever else a consent lists by mistake never leaves
    out = set(CARD) & set(asked) & consented & set(agreed) & given - set(withheld_by(history, who))
    if not out and not reasons:
        reasons.add("nothing_to_release")
    if reasons:
        return Answer(frozenset(), frozenset(reasons))
    return Answer(
        fields=frozenset(out),
        reasons=frozenset(),
        basis="both" if form and scan else "form" if form else "scan",
        acts=frozenset(act.position for act in [*grounds, *(a for _, a in transfer if a)]),
        scanned=scan[1].at if scan else None,
        usable_until=min(act.grant.expires for act in grounds if act.grant),
    )


def on_the_phone(history: History, who: str, party: str, number: int, now: Minute) -> Answer:
    """§3.1: a phone answers about one reading on the ground of that very reading; what a form allows, or another reading, shows
    in the list only."""
    answer = release(history, who, party, "follow_up", CARD, now)
    reading = next((scan for scan in scans_of(history, who, party) if scan.number == number), None)
    counts = reading is not None and scope_of(history, who, party, "follow_up", now, reading) is not None
    return answer if counts else Answer(frozenset(), answer.reasons or frozenset({"no_consent"}))


# --- §6 Affiliates


def release_to_affiliate(history: History, who: str, party: str, use: str, now: Minute) -> Answer:
    """Contract: what her registration needed, if she was shown this organiser before she sent it in."""
    place = history.registration(who)
    reasons = {
        *affiliate_may_ask(history, party, use, now),
        *place_reasons(history, who, now),
        *(HARD & set(block_reasons(history, who))),
    }
    if place.shown_organiser != party:
        reasons.add("organiser_was_not_shown")
    if reasons:
        return Answer(frozenset(), frozenset(reasons))
    needed = set(FORMS[place.form]) if place.form else set()
    # a name and an address make a registration; what else she switched off is not needed
    return Answer(frozenset({"name", "email"} | (needed - set(withheld_by(history, who)))), frozenset(), basis="contract")
