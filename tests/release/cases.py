"""Directed histories, one for each clause, with the right answer as policy/scenarios.md and the consent model give it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.release.facts import (
    CARD,
    FAR_AWAY,
    Adequate,
    AffiliateQuestion,
    Agrees,
    Blocks,
    Cancels,
    ComesBack,
    Disputes,
    Edits,
    Ends,
    EventCancelled,
    EventSet,
    Grant,
    Lists,
    MakesItHerOwn,
    Minute,
    NewBadge,
    NoticeOf,
    PhoneRevoked,
    Question,
    Reading,
    Registration,
    Safeguard,
    Scans,
    Step,
    Stores,
    Story,
    Suspends,
    TextInvalidated,
    TextRetired,
)

MALI = Registration("Mali")
THREE = ("name", "company", "email")
REQUIRED = ("name", "email")


@dataclass(frozen=True)
class Case:
    """A history with one question, and what is right: the fields that leave (of the registration named last), or a reason."""

    story: Story
    right: tuple[str, ...] | str


def case(
    *steps: Step,
    right: tuple[str, ...] | str,
    now: Minute = 60,
    party: str = "S1",
    use: str = "follow_up",
    fields: tuple[str, ...] = CARD,
    mali: Registration = MALI,
) -> Case:
    return Case(Story((mali,), steps, (Question(now, party, use, fields),)), right)


def affiliate(
    *steps: Step,
    right: tuple[str, ...] | str,
    party: str = "AFF",
    use: str = "registration_processing",
    mali: Registration = MALI,
) -> Case:
    return Case(Story((mali,), steps, (), (AffiliateQuestion(60, party, use),)), right)


def shares(at: Minute = 1, to: str = "S1", **changes: object) -> Grant:
    return Grant(at, "Mali", to, **changes)  # type: ignore[arg-type]  # whatever a grant has


def flag(at: Minute = 1, **changes: object) -> Grant:
    return Grant(at, "Mali", None, "badge_scan", **changes)  # type: ignore[arg-type]


def transfer(at: Minute = 1, **changes: object) -> Grant:
    return Grant(at, "Mali", "S1", "transfer", **({"fields": (), "countries": ("US",)} | changes))  # type: ignore[arg-type]


def scan(at: Minute, number: int = 1, party: str = "S1", **changes: object) -> Scans:
    return Scans(at, party, (Reading(number, "Mali", **changes),))  # type: ignore[arg-type]


def sent(at: Minute, device_time: Minute, clock: Minute, number: int = 1) -> Scans:
    """A scan by a phone that says what its clock showed as it sent."""
    return Scans(at, "S1", (Reading(number, "Mali", device_time=device_time),), sent=clock)


ABROAD = Stores(0, "S1", ("TH", "US"))
TO_AMERICA = ("TH", "US")

FORM = {
    "1 three fields ticked": case(shares(fields=THREE), right=THREE),
    "2 another sponsor was ticked": case(shares(to="S2"), right="no_consent"),
    "9 ticked and withdrawn": case(shares(), Ends(2, "Mali", "S1"), right="no_consent"),
    "13 all sponsors withdrawn": case(shares(), Ends(2, "Mali"), right="no_consent"),
    "given anew after all were withdrawn": case(shares(), Ends(2, "Mali"), shares(3), right=CARD),
    "15 not on the list that was shown": case(shares(shown=("S2",)), right="no_consent"),
    "18 somebody else ticked": case(shares(actor="staff"), right="no_consent"),
    "a guardian ticked for an adult": case(shares(actor="guardian"), right="no_consent"),
    "19 no form was served": case(shares(on_a_form=False), right="no_consent"),
    "20 the text was found defective": case(shares(), TextInvalidated(2, "sponsor_sharing 1"), right="no_consent"),
    "21 the text was not in force yet": case(shares(text="sponsor_sharing 2"), right="no_consent"),
    "the later text is in force": case(shares(250, text="sponsor_sharing 2"), right=CARD, now=300),
    "given anew under the later text": case(
        shares(), TextInvalidated(2, "sponsor_sharing 1"), shares(250, text="sponsor_sharing 2"), right=CARD, now=300
    ),
    "the text had been retired": case(TextRetired(0, "sponsor_sharing 1", 1), shares(), right="no_consent"),
    "the text was retired afterwards": case(shares(), TextRetired(2, "sponsor_sharing 1", 2), right=CARD),
    "the text of another purpose": case(shares(text="badge_scan 1"), right="no_consent"),
    "the hash of another text": case(shares(hash_of="sponsor_sharing 2"), right="no_consent"),
    "the text in another language": case(shares(language="th"), right="no_consent"),
    "22 only a field that was not shared": case(shares(fields=THREE), right="nothing_to_release", fields=("phone",)),
    "22b one of the shared fields": case(shares(fields=THREE), right=("email",), fields=("email", "phone")),
    "23 more than the card by mistake": case(shares(fields=("name", "dietary", "age_band", "email")), right=("name", "email")),
    "42 a use that she did not allow": case(shares(uses=("product_information",)), right="no_consent"),
    "46 the consent expired": case(shares(expires=60), right="no_consent"),
    "46b the minute before": case(shares(expires=61), right=CARD),
    "47 grant and withdrawal at once": case(shares(2), Ends(2, "Mali", "S1"), right="no_consent"),
    "47b withdrawal and grant at once": case(Ends(2, "Mali", "S1"), shares(2), right="no_consent"),
    "47c by clocks that differ": case(Ends(5, "Mali", "S1"), shares(3), right="no_consent"),
    "47d the withdrawal by a slow clock": case(shares(5), Ends(3, "Mali", "S1"), right="no_consent"),
    "47e all sponsors withdrawn at once": case(Ends(2, "Mali"), shares(2), right="no_consent"),
    "unticked after a tick": case(shares(), Ends(2, "Mali", "S1", act="refuse"), right="no_consent"),
    "a grant from the future": case(shares(70), right="no_consent"),
    "62 fields switched off": case(shares(), Edits(2, "Mali", withheld=("phone",)), right=tuple(f for f in CARD if f != "phone")),
    "fields never filled in": case(shares(), Edits(2, "Mali", empty=("job_title", "company", "address", "phone", "email"), country=""), right=("name",)),
    "no name": case(shares(), Edits(2, "Mali", empty=("name",)), right=CARD[1:]),
    "10 both grounds withdrawn": case(shares(), flag(), scan(2), Ends(3, "Mali", "S1"), right="no_consent"),
    "both grounds": case(shares(fields=("company",)), flag(fields=REQUIRED), scan(2), right=THREE),
    "what a scan by another lists": case(shares(fields=REQUIRED), flag(), scan(2, party="S2"), right=REQUIRED),
    "what an expired form listed": case(shares(expires=5), flag(fields=REQUIRED), scan(2), right=REQUIRED),
    "what a flag without a scan lists": case(shares(fields=REQUIRED), flag(), right=REQUIRED),
    "both grounds, the first of them ends": case(shares(expires=100), flag(expires=200), scan(2), right=CARD),
}  # fmt: skip

BADGE = {
    "3 the flag alone": case(flag(), right="no_consent"),
    "4 flag and scan": case(flag(), scan(2), right=CARD),
    "5 scanned by another": case(flag(), scan(2, party="S2"), right="no_consent"),
    "6 scanned without the flag": case(scan(2), right="no_consent"),
    "7 the flag after the scan": case(scan(1), flag(2), right="no_consent"),
    "7b scanned once more": case(scan(1), flag(2), scan(3, 2), right=CARD),
    "8 the flag off before the scan": case(flag(), Ends(2, "Mali", None, "badge_scan"), scan(3), right="no_consent"),
    "the flag off after the scan": case(flag(), scan(2), Ends(3, "Mali", None, "badge_scan"), right="no_consent"),
    "11 scanned again after a withdrawal": case(flag(), Ends(2, "Mali", "S1"), scan(3), right="no_consent"),
    "11b she named it again": case(flag(), Ends(2, "Mali", "S1"), shares(3, fields=REQUIRED), scan(4), right=CARD),
    "11b the scan before she named it": case(flag(), scan(1), Ends(2, "Mali", "S1"), shares(3, fields=REQUIRED), right=REQUIRED),
    "11b named again with a consent that expired": case(flag(), Ends(2, "Mali", "S1"), shares(3, expires=5), scan(4), right=CARD),
    "11c all withdrawn, then scanned": case(flag(), Ends(2, "Mali"), scan(3), right="no_consent"),
    "11d the flag set anew, then scanned": case(flag(), Ends(2, "Mali"), flag(3), scan(4), right=CARD),
    "11d the flag set anew, the old scan": case(flag(), scan(1), Ends(2, "Mali"), flag(3), right="no_consent"),
    "11e the phone's clock ahead": case(scan(2, device_time=30), flag(3), right="no_consent"),
    "11e a phone ahead, the flag before it was in use": case(flag(), scan(9, device_time=30), right=CARD, now=20),
    "11e a phone ahead, the flag since": case(flag(5), scan(9, device_time=30), right="no_consent", now=20),
    "11e a phone ahead, the flag between reading and receipt": case(flag(5), sent(10, 20, 10), right="no_consent"),
    "11e not counted before it happened": case(flag(), scan(70, device_time=70), right="no_consent"),
    "11e a clock three years ahead, set right": case(flag(5), sent(12, 1_576_810, 1_576_812), right=CARD),
    "11e a clock three years ahead, a scan before the flag": case(sent(12, 1_576_803, 1_576_812), flag(5), right="no_consent"),
    "11e a clock a day behind, set right": case(flag(5), sent(12, -1430, -1428), right=CARD),
    "11e a clock a day behind, a scan before the flag": case(flag(5), sent(12, -1437, -1428), right="no_consent"),
    "11e read after it was sent, the flag before it was in use": case(flag(), sent(12, 40, 12), right=CARD, now=12),
    "11e read after it was sent, the flag since": case(flag(5), sent(12, 40, 12), right="no_consent", now=12),
    "7c the flag by a slow clock": case(scan(5), flag(3), right="no_consent"),
    "7c set once more by a good one": case(scan(5), flag(3), flag(6), scan(7, 2), right=CARD),
    "an old scan handed in late": case(flag(5), scan(10, device_time=2), right="no_consent"),
    "the better scan handed in first": case(flag(5), scan(10), scan(11, 2, device_time=2), right=CARD),
    "12 unticked, then scanned": case(Ends(1, "Mali", "S1", act="refuse"), flag(2), scan(3), right=CARD),
    "superseded, then scanned": case(flag(), Ends(2, "Mali", "S1", act="supersede"), scan(3), right="no_consent"),
    "the scan in the minute of the withdrawal": case(flag(1), flag(3), Ends(3, "Mali", "S2"), scan(3), right=CARD),
    "57 the old badge": case(flag(), NewBadge(2, "Mali"), scan(3), right="no_consent"),
    "57b the new badge": case(flag(), NewBadge(2, "Mali"), scan(3, badge=1), right=CARD),
    "58 that was not me": case(flag(), scan(2), Disputes(3, "Mali", 1), right="no_consent"),
    "58b the scan before it counts again": case(flag(), scan(2), scan(8, 2), Disputes(9, "Mali", 2), right=CARD),
    "58d the latest scan that counts": case(scan(2), flag(3), scan(4, 2), scan(15, 3), Disputes(16, "Mali", 3), right=CARD),
    "58e what the same phone read beside it": case(flag(), scan(2), scan(7, 2), Disputes(8, "Mali", 2), right="no_consent"),
    "58g what was still on its way": case(flag(), scan(4), Disputes(5, "Mali", 1), scan(6, 2, device_time=3), right="no_consent"),
    "58h still on its way from long before": case(
        flag(), scan(29), Disputes(30, "Mali", 1), scan(31, 2, device_time=3), right="no_consent"
    ),
    "58i read after she had said so": case(flag(), scan(4), Disputes(5, "Mali", 1), scan(6, 2), right=CARD),
    "58j said of another's booth": case(
        flag(), scan(4, party="S2"), Disputes(5, "Mali", 1), scan(6, 2, device_time=3), right=CARD
    ),
    "58k it counts no more when a later visit is disputed too": case(
        flag(), scan(4), Disputes(5, "Mali", 1), scan(6, 2, device_time=3), scan(20, 3), Disputes(21, "Mali", 3), right="no_consent"
    ),
    "58f sent again after the dispute, beside a scan that counts": case(flag(), scan(2), scan(20, 2), Disputes(21, "Mali", 1), scan(22), right=CARD),
    "7b before and after the flag in one batch": case(
        flag(5), Scans(6, "S1", (Reading(1, "Mali", device_time=1), Reading(2, "Mali", device_time=6))), right=CARD
    ),
    "7c sent again after another scan": case(scan(1), flag(2), scan(3, 2), scan(4), right=CARD),
    "a no that is sent again when nothing stands against it any more": case(
        flag(), Blocks(2, "Mali", "restricted"), scan(3), Blocks(4, "Mali", "restricted", lifted=True), scan(5), right=CARD
    ),
    "sent again with another time, after another scan": case(
        flag(), scan(2), Ends(3, "Mali", None, "badge_scan"), flag(4), scan(5, 2), scan(6, device_time=6), right=CARD
    ),
    "58c sent again after the dispute": case(flag(), scan(2), Disputes(3, "Mali", 1), scan(4), right="no_consent"),
    "sent twice": case(flag(5), scan(2, device_time=2), scan(7, 1), right="no_consent"),
    "a phone that was revoked": case(flag(), PhoneRevoked(2, "S1"), scan(3), right="no_consent"),
    "the phone revoked afterwards": case(flag(), scan(2), PhoneRevoked(3, "S1"), right=CARD),
    "the flag's scope": case(flag(fields=THREE), scan(2), right=THREE),
    "the flag for another use": case(flag(uses=("product_information",)), scan(2), right="no_consent"),
    "the flag set by a child": case(flag(age="11-15"), scan(2), right="no_consent"),
    "all withdrawn in the minute of the flag": case(Ends(2, "Mali"), flag(2), scan(3), right="no_consent"),
    "a form alone and a scan": case(shares(), scan(2), right=CARD),
    "the flag revoked in its minute": case(flag(2), Ends(2, "Mali", None, "badge_scan", "revoke"), scan(2), right="no_consent"),
}  # fmt: skip

AGE = {
    "29 fifteen": case(shares(age="11-15"), right="no_consent"),
    "30 seventeen in Thailand": case(shares(age="16-19"), right="no_consent"),
    "31 seventeen in Germany": case(shares(age="16-19", residence="DE"), right=CARD),
    "33 ten": case(shares(age="0-10", residence="DE"), right="no_consent"),
    "seventeen, nobody knows where": case(shares(age="16-19", residence=None), right="no_consent"),
    "36 nineteen and married": case(shares(age="16-19", emancipated=True), right=CARD),
    "married by the second time": case(shares(age="16-19"), shares(3, age="16-19", emancipated=True), right=CARD),
    "moved to Germany by the second time": case(shares(age="16-19"), shares(3, age="16-19", residence="DE"), right=CARD),
    "fifteen and married": case(shares(age="11-15", emancipated=True), right="no_consent"),
    "37 age unknown": case(shares(age=None), right="no_consent"),
}

WHO_ASKS = {
    "14 no sponsor of this event": case(shares(to="S3"), right="not_a_sponsor", party="S3"),
    "a sponsor of another organisation": case(shares(), right="not_a_sponsor", party="X1"),
    "a contest sponsor": case(shares(to="C1"), right="not_a_sponsor", party="C1"),
    "the sponsorship has not begun": case(shares(), Lists(2, "S1", since=90), right="not_a_sponsor"),
    "16 the sponsorship ended": case(shares(), Lists(2, "S1", until=60), right="sponsorship_ended"),
    "the sponsorship ends later": case(shares(), Lists(2, "S1", until=61), right=CARD),
    "suspended": case(shares(), Suspends(2, "S1"), right="party_suspended"),
    "suspended, stamped later": case(shares(), Suspends(70, "S1"), right="party_suspended"),
    "notice missing": case(shares(), NoticeOf(2, "S1", registered=False), right="party_notice_missing"),
    "notice not reviewed": case(shares(), NoticeOf(2, "S1", reviewed=False), right="party_notice_missing"),
    "42b a use that was not agreed": case(shares(uses=("market_research",)), right="use_not_agreed", use="market_research"),
    "43 the agreement ended": case(shares(), Agrees(2, "S1", until=60), right="no_agreement"),
    "the agreement has not begun": case(shares(), Agrees(2, "S1", fields=THREE, since=90), right=CARD),
    "the newer agreement is narrower": case(shares(), Agrees(2, "S1", fields=THREE), right=THREE),
    "61 an event of somebody else": case(shares(), EventSet(2, role="processor"), right="not_our_event"),
    "not published yet": case(shares(), EventSet(2, published=90), right="event_not_published"),
    "55 the event is cancelled": case(shares(), EventCancelled(2), right="event_cancelled"),
    "55b cancelled, stamped later": case(shares(), EventCancelled(70), right="event_cancelled"),
    "the window is closed": case(shares(), EventSet(2, closes=60), right="window_closed"),
}

HER_PLACE = {
    "56 her place is cancelled": case(shares(), Cancels(2, "Mali"), right="not_confirmed"),
    "not confirmed": case(shares(), right="not_confirmed", mali=Registration("Mali", state="pending")),
    "on the waiting list": case(shares(), right="not_confirmed", mali=Registration("Mali", state="waitlisted")),
    "confirmed later": case(shares(), right="not_confirmed", mali=Registration("Mali", confirmed=90)),
    "attended": case(shares(), right=CARD, mali=Registration("Mali", state="attended")),
    "44 her employer's words": case(shares(), right="not_from_the_attendee", mali=Registration("Mali", source="import", self_confirmed=None)),
    "44b she made them hers": case(shares(), MakesItHerOwn(2, "Mali"), right=CARD, mali=Registration("Mali", source="import", self_confirmed=None)),
    "44c she makes them hers later": case(shares(), MakesItHerOwn(70, "Mali"), right="not_from_the_attendee", mali=Registration("Mali", source="import", self_confirmed=None)),
    "24 an objection": case(shares(), Blocks(2, "Mali", "object_dm_third"), right="objected"),
    "24b an objection, stamped later": case(shares(), Blocks(70, "Mali", "object_dm_third"), right="objected"),
    "25 no newsletter of ours": case(shares(), Blocks(2, "Mali", "object_dm_own"), right=CARD),
    "26 opted out": case(shares(), Blocks(2, "Mali", "opt_out_third"), right="opted_out"),
    "26b and in again": case(shares(), Blocks(2, "Mali", "opt_out_third"), Blocks(3, "Mali", "opt_out_third", lifted=True), right=CARD),
    "27 restricted": case(shares(), Blocks(2, "Mali", "restricted"), right="restricted"),
    "27b restricted, then scanned": case(flag(), Blocks(2, "Mali", "restricted"), scan(3), right="restricted"),
    "28 erasure asked for": case(shares(), Blocks(2, "Mali", "erasing"), right="erasing"),
    "a child's claim": case(shares(), Blocks(2, "Mali", "child_claim"), right="claim_open"),
    "a source that is disputed": case(shares(), Blocks(2, "Mali", "improper_source_claim"), right="claim_open"),
    "she came back and had withdrawn": case(
        Ends(1, "Mali", "S1"), Cancels(2, "Mali"), ComesBack(3, "Mali"), Grant(4, "Mali again", None, "badge_scan"),
        Scans(5, "S1", (Reading(1, "Mali again"),)), right="no_consent",
    ),
    "she came back and names it again": case(
        Ends(1, "Mali", "S1"), Cancels(2, "Mali"), ComesBack(3, "Mali"), Grant(4, "Mali again", None, "badge_scan"),
        Grant(4, "Mali again", "S1", fields=REQUIRED), Scans(5, "S1", (Reading(1, "Mali again"),)), right=CARD,
    ),
    "she came back and had named it again": case(
        Ends(1, "Mali", "S1"), shares(2), Cancels(3, "Mali"), ComesBack(4, "Mali"), Grant(5, "Mali again", None, "badge_scan"),
        Scans(6, "S1", (Reading(1, "Mali again"),)), right=CARD,
    ),
}  # fmt: skip

TRANSFERS = {
    "a country was added": case(shares(), ABROAD, Safeguard(0, "S1", "US"), right="no_consent"),
    "a country was added after the flag": case(flag(), scan(2), ABROAD, Safeguard(0, "S1", "US"), right="no_consent"),
    "38 no safeguard": case(ABROAD, shares(countries=TO_AMERICA), right="transfer_not_covered"),
    "39 standard clauses": case(ABROAD, Safeguard(0, "S1", "US"), shares(countries=TO_AMERICA), right=CARD),
    "39b of another party": case(ABROAD, Safeguard(0, "S2", "US"), shares(countries=TO_AMERICA), right="transfer_not_covered"),
    "39c for another country": case(ABROAD, Safeguard(0, "S1", "SG"), shares(countries=TO_AMERICA), right="transfer_not_covered"),
    "39d that ended": case(ABROAD, Safeguard(0, "S1", "US", until=60), shares(countries=TO_AMERICA), right="transfer_not_covered"),
    "39e that begin later": case(ABROAD, Safeguard(0, "S1", "US", since=61), shares(countries=TO_AMERICA), right="transfer_not_covered"),
    "39f under European law only": case(ABROAD, Safeguard(0, "S1", "US", laws=("gdpr",)), shares(countries=TO_AMERICA), right="transfer_not_covered"),
    "adequate": case(ABROAD, Adequate(0, "pdpa", ("US",)), shares(countries=TO_AMERICA), right=CARD),
    "adequate under European law only": case(ABROAD, Adequate(0, "gdpr", ("US",)), shares(countries=TO_AMERICA), right="transfer_not_covered"),
    "40 her consent to the transfer": case(ABROAD, shares(countries=TO_AMERICA), transfer(), right=CARD),
    "41 without the warning": case(ABROAD, shares(countries=TO_AMERICA), transfer(warned=False), right="transfer_not_covered"),
    "41b under a text that does not warn": case(ABROAD, shares(countries=TO_AMERICA), transfer(text="transfer without a warning"), right="transfer_not_covered"),
    "the warning shown the second time": case(ABROAD, shares(countries=TO_AMERICA), transfer(warned=False), transfer(3), right=CARD),
    "to another country": case(ABROAD, shares(countries=TO_AMERICA), transfer(countries=("SG",)), right="transfer_not_covered"),
    "to a party that was not shown": case(ABROAD, shares(countries=TO_AMERICA), transfer(shown=("S2",)), right="transfer_not_covered"),
    "the transfer withdrawn": case(ABROAD, shares(countries=TO_AMERICA), transfer(), Ends(2, "Mali", "S1", "transfer"), right="transfer_not_covered"),
    "all sponsors withdrawn takes the transfer along": case(ABROAD, transfer(), Ends(2, "Mali"), shares(3, countries=TO_AMERICA), right="transfer_not_covered"),
    "the transfer for another use": case(ABROAD, shares(countries=TO_AMERICA), transfer(uses=("product_information",)), right="transfer_not_covered"),
    "a European under Thai clauses": case(
        ABROAD, Safeguard(0, "S1", "US", laws=("pdpa",)), shares(countries=TO_AMERICA), right="transfer_not_covered", mali=Registration("Mali", residence="DE"),
    ),
    "perhaps a European": case(
        ABROAD, Safeguard(0, "S1", "US", laws=("pdpa",)), shares(countries=TO_AMERICA), right="transfer_not_covered", mali=Registration("Mali", residence=None),
    ),
    "a European address": case(
        ABROAD, Safeguard(0, "S1", "US", laws=("pdpa",)), shares(countries=TO_AMERICA), right="transfer_not_covered", mali=Registration("Mali", country="GB"),
    ),
    "no European": case(ABROAD, Safeguard(0, "S1", "US", laws=("pdpa",)), shares(countries=TO_AMERICA), right=CARD),
    "a European's consent to the transfer": case(
        ABROAD, Safeguard(0, "S1", "US", laws=("pdpa",)), shares(countries=TO_AMERICA), transfer(), right=CARD, mali=Registration("Mali", residence="DE"),
    ),
    "a European's consent to another country": case(
        ABROAD, Safeguard(0, "S1", "US", laws=("pdpa",)), shares(countries=TO_AMERICA), transfer(countries=("SG",)), right="transfer_not_covered",
        mali=Registration("Mali", residence="DE"),
    ),
    "a European's data in Germany": case(
        Stores(0, "S1", ("DE",)), Adequate(0, "pdpa", ("DE",)), shares(countries=("DE",)), right=CARD, mali=Registration("Mali", residence="DE"),
    ),
    "adequate for a European": case(
        ABROAD, Adequate(0, "pdpa", ("US",)), Adequate(0, "gdpr", ("US",)), shares(countries=TO_AMERICA), right=CARD, mali=Registration("Mali", residence="DE"),
    ),
}  # fmt: skip

AFFILIATES = {
    "49 the organiser": affiliate(right=REQUIRED),
    "49b what the form needed": affiliate(right=("name", "email", "company", "phone"), mali=Registration("Mali", form="long")),
    "49c less what she switched off": affiliate(
        right=("name", "email", "company"), mali=Registration("Mali", form="long", withheld=("phone", "name"))
    ),
    "50 another affiliate": affiliate(right="not_the_organiser", party="AFF2"),
    "a sponsor": affiliate(right="not_the_organiser", party="S1"),
    "a sponsor that organises": affiliate(
        EventSet(1, organiser="S1"), right="not_the_organiser", party="S1", mali=Registration("Mali", shown_organiser="S1")
    ),
    "51 for marketing": affiliate(right="use_not_agreed", use="follow_up"),
    "an organiser who was not shown": affiliate(EventSet(1, organiser="AFF2"), right="organiser_was_not_shown", party="AFF2"),
    "an organiser who was replaced": affiliate(EventSet(1, organiser="AFF2"), right="not_the_organiser"),
    "no organiser was shown": affiliate(right="organiser_was_not_shown", mali=Registration("Mali", shown_organiser=None)),
    "her place is cancelled": affiliate(Cancels(2, "Mali"), right="not_confirmed"),
    "she is restricted": affiliate(Blocks(2, "Mali", "restricted"), right="restricted"),
    "she is to be erased": affiliate(Blocks(2, "Mali", "erasing"), right="erasing"),
    "a claim is open": affiliate(Blocks(2, "Mali", "child_claim"), right="claim_open"),
    "she opted out of third parties": affiliate(Blocks(2, "Mali", "opt_out_third"), right=REQUIRED),
    "the organiser is suspended": affiliate(Suspends(2, "AFF"), right="party_suspended"),
    "the organiser has no notice": affiliate(NoticeOf(2, "AFF", registered=False), right="party_notice_missing"),
    "the organiser's window is closed": affiliate(EventSet(2, closes=60), right="window_closed"),
    "the organiser's event is cancelled": affiliate(EventCancelled(2), right="event_cancelled"),
    "the organiser's event is not published": affiliate(EventSet(2, published=FAR_AWAY // 2), right="event_not_published"),
}

FORM = {name: replace(case, story=replace(case.story, through_the_door=True)) for name, case in FORM.items()}
# by what they are about; mutations.py has the same subjects
CASES_ABOUT: dict[str, dict[str, Case]] = {
    "an act": {**FORM, **AGE},
    "who asks": WHO_ASKS,
    "abroad": TRANSFERS,
    "the grounds": {**BADGE, **FORM},
    "herself": {**HER_PLACE, **FORM},
    "affiliates": AFFILIATES,
    "what is maintained": {**BADGE, **FORM, **AGE, **TRANSFERS, **HER_PLACE},
}
CASES: dict[str, Case] = {name: case for cases in CASES_ABOUT.values() for name, case in cases.items()}
