"""The defences, clause by clause, and how each is switched off: a scripted list, read by test_mutations.py.

A snippet is matched without comments and whatever the white space; it must stand exactly once in its file, so that a mutation
that the source has outgrown fails loudly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from events.database.migrate import SCRIPTS, policy_version, read_script

File = Literal["release/policy.sql", "release/ledger.sql", "release/doors", "consent/ledger.sql", "registration/register.sql"]
DOORS = tuple(name for _, name in SCRIPTS if name.startswith("release/doors/"))


@dataclass(frozen=True)
class Mutation:
    """One clause of one file, broken: `old` becomes `new`; `within` names the function where several read alike."""

    clause: str
    old: str
    new: str
    file: File = "release/policy.sql"
    within: str = ""


@dataclass(frozen=True)
class Twice:
    """A clause that is held twice: broken alone, nothing changes, for the reason given."""

    mutation: Mutation
    reason: str


def bare(sql: str) -> str:
    """Without comments, and with one blank wherever there is white space."""
    return " ".join(re.sub(r"--[^\n]*", "", sql).split())


def statements(file: File) -> list[str]:
    """The functions that a file makes (all doors count as one), bare."""
    scripts = DOORS if file == "release/doors" else (file,)
    text = bare("\n".join(map(read_script, scripts)).replace("{policy_version}", policy_version()))
    parts = re.split(r"(?=create or replace (?:function|trigger) |do \$\$)", text)
    return [re.split(r" (?=grant execute )", part)[0] for part in parts if part.startswith("create or replace function")]


def broken(mutation: Mutation) -> tuple[str, str]:
    """The function as it is and as the mutation makes it. Raises ValueError unless the clause stands exactly once."""
    old, start = bare(mutation.old), f"create or replace function {mutation.within}"
    found = [s for s in statements(mutation.file) if s.startswith(start) for _ in range(s.count(old))]
    if len(found) != 1:
        raise ValueError(f"{mutation.clause}: `{old}` stands {len(found)} times in {mutation.within or mutation.file}")
    return found[0], found[0].replace(old, bare(mutation.new))


def within(function: str, clause: str, old: str, new: str) -> Mutation:
    return Mutation(clause, old, new, within=f"release.{function}(")


def ledger(clause: str, old: str, new: str) -> Mutation:
    return Mutation(clause, old, new, "consent/ledger.sql")


def door(function: str, clause: str, old: str, new: str) -> Mutation:
    return Mutation(clause, old, new, "release/doors", f"release.{function}(")


# --- C5 Cap and Valid: one act

AN_ACT = (
    ledger("given by herself", "and e.actor = 'subject'", ""),
    Mutation("of age", "and release.of_age(h.age_band, h.emancipated, h.residence)", ""),
    Mutation("twenty, or sixteen in Europe", "p_emancipated or release.is_european(p_residence)", "true"),
    Mutation("married or emancipated", "p_emancipated or release.is_european(p_residence)", "release.is_european(p_residence)"),
    Mutation("unknown age means no", "when '16-19' then p_emancipated or release.is_european(p_residence) else false", "when '0-10' then false when '11-15' then false else p_age_band is null or p_emancipated or release.is_european(p_residence)"),
    Mutation("no act from the future", "h.at <= p_now and", ""),
    Mutation("expiry", "and p_now < h.expires_at", ""),
    Mutation("expiry to the minute", "p_now < h.expires_at", "p_now <= h.expires_at"),
    Mutation("the use that she allowed", "and p_use = any (h.uses)", ""),
    Mutation("the act proves itself", "and h.evidence_complete", ""),
    ledger("a text of this purpose", "and t.purpose = e.purpose", ""),
    ledger("the text that was shown", "and t.sha256 = e.text_sha256", ""),
    ledger("in the language that was shown", "and t.language = e.language", ""),
    ledger("the text was in force", "and t.effective_from <= e.occurred_at", ""),
    Mutation("the text was not retired", "and (t.retired_at is null or h.at < t.retired_at)", ""),
    Mutation("a retired text holds for what was given before", "h.at < t.retired_at", "p_now < t.retired_at"),
    Mutation("the text is not defective", "and t.invalidated_at is null", ""),
    ledger("on a form that was served", "and e.served_form_id is not null", ""),
    ledger("she was shown this sponsor", "('sponsor_sharing', 'transfer', 'affiliate_marketing')", "('transfer', 'affiliate_marketing')"),
    ledger("a transfer to a party that was shown", "('sponsor_sharing', 'transfer', 'affiliate_marketing')", "('sponsor_sharing', 'affiliate_marketing')"),
)  # fmt: skip

# --- C5 RecOK, EvOK: who asks

WHO_ASKS = (
    within("sponsor_may_ask", "a party of this organisation", "and p.organisation_id = e.organisation_id", ""),
    within("decide", "whether the sponsor may ask", "when ask.refusal is not null then ask.refusal", ""),
    Mutation("a sponsor at all", "when s.party_id is null or p.kind <> 'sponsor' or s.starts_at > p_now then 'not_a_sponsor'", ""),
    Mutation("a sponsor of this event", "s.party_id is null or p.kind", "p.kind"),
    Mutation("in the role of a sponsor", "or p.kind <> 'sponsor'", ""),
    Mutation("the sponsorship has begun", "or s.starts_at > p_now", ""),
    Mutation("the sponsorship has not ended", "when s.ends_at <= p_now then 'sponsorship_ended'", ""),
    Mutation("our own event", "when e.our_role <> 'controller' then 'not_our_event'", ""),
    within("sponsor_may_ask", "published at all", "when e.published_at is null or e.published_at > p_now then 'event_not_published'", ""),
    within("sponsor_may_ask", "published", "or e.published_at > p_now", ""),
    within("sponsor_may_ask", "not cancelled", "when e.cancelled_at is not null then 'event_cancelled'", ""),
    within("sponsor_may_ask", "cancelled, however stamped", "e.cancelled_at is not null", "e.cancelled_at <= p_now"),
    within("sponsor_may_ask", "the window", "when e.release_closes_at <= p_now then 'window_closed'", ""),
    within("sponsor_may_ask", "not suspended", "when p.suspended_at is not null then 'party_suspended'", ""),
    within("sponsor_may_ask", "suspended, however stamped", "p.suspended_at is not null", "p.suspended_at <= p_now"),
    within("sponsor_may_ask", "its notice at all", "when p.notice_url is null or not p.notice_reviewed then 'party_notice_missing'", ""),
    within("sponsor_may_ask", "its notice is registered", "p.notice_url is null or", ""),
    within("sponsor_may_ask", "its notice is reviewed", "or not p.notice_reviewed", ""),
    Mutation("an agreement", "when a.id is null then 'no_agreement'", ""),
    Mutation("the agreement has begun", "and a.valid_from <= p_now order by", "order by"),
    Mutation("the agreement has not ended", "where p_now < n.valid_until", ""),
    Mutation("the newest agreement", "order by a.version desc", "order by a.version"),
    Mutation("a newer agreement replaces for good", "and a.valid_from <= p_now order by", "and a.valid_from <= p_now and p_now < a.valid_until order by"),
    Mutation("a use that was agreed", "when p_use is null or not p_use = any (a.uses) then 'use_not_agreed'", ""),
)  # fmt: skip

# --- C5 Xfer

ABROAD = (
    Mutation("no adequacy, no transfer", "and k <> all (case p_regime when 'gdpr' then o.gdpr_adequate_countries else o.adequate_countries end)", "and k <> all (o.adequate_countries) and k <> all (o.gdpr_adequate_countries)"),
    Mutation("a safeguard of this country", "and s.country = k", ""),
    Mutation("a safeguard of this party", "s.party_id = p.id and", ""),
    Mutation("a safeguard under this law", "and p_regime = any (s.regimes)", ""),
    Mutation("a safeguard that has begun", "and s.valid_from <= p_now", ""),
    Mutation("a safeguard that has not ended", "and p_now < s.valid_until", ""),
    Mutation("inside Europe", "and not (p_regime = 'gdpr' and release.is_european(k))", ""),
    Mutation("who did not say may live in Europe", "p_residence is null or", ""),
    Mutation("a European address", "or release.is_european(p_country)", ""),
    Mutation("the European test", "or (ask.uncovered_gdpr <> '{}' and release.may_be_european(r.residence, r.country))", ""),
    Mutation("a transfer needs something", "when ground.needs_transfer and not ground.transfer then 'transfer_not_covered'", ""),
    Mutation("the warning was shown", "h.warning_shown and t.warns_of_transfer", "t.warns_of_transfer"),
    Mutation("the text warns", "h.warning_shown and t.warns_of_transfer", "h.warning_shown"),
    Mutation("to this country", "and ask.uncovered_pdpa <@ transfer.countries", ""),
    Mutation("to this country, under European law", "and (ask.uncovered_gdpr <@ transfer.countries or not release.may_be_european(r.residence, r.country))", ""),
    Mutation("all sponsors withdrawn ends transfers", "and transfer.at > cut.all_cut", ""),
)  # fmt: skip

# --- C5 RegScope and ScanScope

GROUNDS = (
    within("within_sight", "whom she named", "select h.registration_id from consent_head h where h.event_id = p_event and h.purpose = 'sponsor_sharing' and h.recipient_id = p_party union", ""),
    within("within_sight", "whom it scanned", "union select v.registration_id from visit v where v.event_id = p_event and v.party_id = p_party", ""),
    within("within_sight", "whoever said anything about scans, for a list", "where p_supposed and h.event_id = p_event and h.purpose = 'badge_scan'", "where false and h.event_id = p_event and h.purpose = 'badge_scan'"),
    Mutation("a scan is only supposed for a list", "case when p_supposed then p_now else visit.at end", "p_now"),
    Mutation("a list supposes the scan", "case when p_supposed then p_now else visit.at end", "visit.at"),
    within("latest_acts", "an act for this recipient", "and h.recipient_id = p_recipient", ""),
    within("latest_acts", "an act for this purpose", "and h.purpose = p_purpose", ""),
    Mutation("the countries of the form", "and ask.countries <@ form.countries", ""),
    Mutation("all sponsors withdrawn ends the form", "and form.at > cut.all_cut", ""),
    Mutation("all sponsors withdrawn ends the flag", "and flag.at > cut.all_cut", ""),
    Mutation("the countries of the flag", "and ask.countries <@ flag.countries", ""),
    Mutation("a scan by this sponsor", "and visit.party_id = p_party", ""),
    Mutation("a scan after the flag", "(select greatest(flag.at, greatest(cut.party_cut", "(select greatest(greatest(cut.party_cut"),
    Mutation("no scan from the future", "scanned.at between since.at and p_now", "scanned.at >= since.at"),
    Mutation("a scan after the withdrawal", "greatest(flag.at, greatest(cut.party_cut, cut.all_cut, coalesce(flag.restricted_at, '-infinity')) + interval '1 microsecond')", "flag.at"),
    Mutation("no scan lifts a withdrawal", "and (form.restricted_at is null or form.granted_again)", ""),
    Mutation("an unticked box is no block", "form.restricted_at is null or form.granted_again", "form.at is null or form.granted_again"),
    Mutation("both grounds together", "|| case when ground.scan then flag.fields else '{}' end", "|| case when ground.scan and not ground.form then flag.fields else '{}' end"),
    Mutation("the form's scope only with the form", "case when ground.form then form.fields else '{}' end", "coalesce(form.fields, '{}')"),
    Mutation("the basis", "case when ground.form and ground.scan then 'both' when ground.form then 'form'", "case when ground.form then 'form'"),
    Mutation("a ground at all", "when not ground.form and not ground.scan then 'no_consent'", ""),
    Mutation("the evidence of the flag", "case when ground.scan then flag.id end,", ""),
    Mutation("the first end of both grounds", "least(case when ground.form then form.expires_at end, case when ground.scan then flag.expires_at end)", "greatest(case when ground.form then form.expires_at end, case when ground.scan then flag.expires_at end)"),
)  # fmt: skip

# --- C5 Block and Out

HERSELF = (
    Mutation("something to release", "coalesce(answer.refusal, case when answer.fields = '{}' then 'nothing_to_release' end)", "answer.refusal"),
    Mutation("fields that were asked", "f = any (p_fields) and", ""),
    Mutation("fields that were agreed", "and f = any (ask.fields)", ""),
    within("decide", "fields that she switched off", "and f <> all (r.withheld_fields)", ""),
    Mutation("fields that she gave", "'phone' = any (scope.fields) and r.phone <> ''", "'phone' = any (scope.fields)"),
    within("decide", "a place at all", "when r.state not in ('confirmed', 'attended') or r.confirmed_at > p_now then 'not_confirmed'", ""),
    within("decide", "the place stands", "r.state not in ('confirmed', 'attended') or", ""),
    within("decide", "the place is confirmed by now", "or r.confirmed_at > p_now", ""),
    Mutation("her own words", "when r.source <> 'self' and (r.self_confirmed_at is null or r.self_confirmed_at > p_now) then 'not_from_the_attendee'", ""),
    Mutation("her own words by now", "or r.self_confirmed_at > p_now", ""),
    within("decide", "restriction", "when b.restricted is not null then 'restricted'", ""),
    within("decide", "erasure", "when b.erasing is not null then 'erasing'", ""),
    within("decide", "a claim", "when b.child_claim is not null or b.improper_source_claim is not null then 'claim_open'", ""),
    within("decide", "a child's claim", "b.child_claim is not null or", ""),
    within("decide", "a disputed source", "or b.improper_source_claim is not null", ""),
    Mutation("opting out", "when b.opt_out_third is not null then 'opted_out'", ""),
    Mutation("objection", "when b.object_dm_third is not null then 'objected'", ""),
    Mutation("objection, however stamped", "b.object_dm_third is not null", "b.object_dm_third <= p_now"),
    Mutation("our own newsletter is no block", "b.object_dm_third is not null", "coalesce(b.object_dm_third, b.object_dm_own) is not null"),
)  # fmt: skip

# --- §6 Affiliates

AFFILIATES = (
    Mutation("an organiser at all", "when p.kind <> 'affiliate' or e.organiser_party_id is distinct from p.id then 'not_the_organiser'", ""),
    Mutation("in the role of an affiliate", "p.kind <> 'affiliate' or", ""),
    Mutation("the organiser of this event", "or e.organiser_party_id is distinct from p.id", ""),
    Mutation("to process the registration", "when p_use is distinct from 'registration_processing' then 'use_not_agreed'", ""),
    within("affiliate_may_ask", "the affiliate's event is published", "when e.published_at is null or e.published_at > p_now then 'event_not_published'", ""),
    within("affiliate_may_ask", "the affiliate's event is not cancelled", "when e.cancelled_at is not null then 'event_cancelled'", ""),
    within("affiliate_may_ask", "the affiliate's window", "when e.release_closes_at <= p_now then 'window_closed'", ""),
    within("affiliate_may_ask", "the affiliate is not suspended", "when p.suspended_at is not null then 'party_suspended'", ""),
    within("affiliate_may_ask", "the affiliate's notice", "when p.notice_url is null or not p.notice_reviewed then 'party_notice_missing'", ""),
    within("decide_affiliate", "whether the affiliate may ask", "when ask.refusal is not null then ask.refusal", ""),
    within("decide_affiliate", "the organiser was shown", "when r.organiser_party_id is distinct from p_party then 'organiser_was_not_shown'", ""),
    within("decide_affiliate", "the place stands, for an affiliate", "when r.state not in ('confirmed', 'attended') or r.confirmed_at > p_now then 'not_confirmed'", ""),
    within("decide_affiliate", "restriction, for an affiliate", "when b.restricted is not null then 'restricted'", ""),
    within("decide_affiliate", "erasure, for an affiliate", "when b.erasing is not null then 'erasing'", ""),
    within("decide_affiliate", "a claim, for an affiliate", "when b.child_claim is not null or b.improper_source_claim is not null then 'claim_open'", ""),
    within("decide_affiliate", "only what the form needed", "'required', true", "'field', f"),
    within("decide_affiliate", "less what she switched off since", "and f <> all (r.withheld_fields)", ""),
)  # fmt: skip

# --- C4: what the triggers and the doors maintain

MAINTAINED = (
    ledger("at the same minute the restrictive act wins", "(excluded.at, (excluded.act <> 'grant')::int, excluded.seq) > (h.at, (h.act <> 'grant')::int, h.seq)", "(excluded.at, excluded.seq) > (h.at, h.seq)"),
    ledger("the last withdrawal is kept", "greatest(h.restricted_at, excluded.restricted_at)", "excluded.restricted_at"),
    ledger("what is restrictive", "new.act in ('withdraw', 'revoke', 'invalidate', 'supersede')", "new.act = 'withdraw'"),
    ledger("no act is older than the one before", "greatest(new.occurred_at, last.occurred_at)", "new.occurred_at"),
    *(ledger(f"the head follows the act's {column}", f"{column} = excluded.{column}", f"{column} = h.{column}")
      for column in ("text_id", "evidence_complete", "fields", "uses", "countries", "age_band", "emancipated", "residence", "expires_at")),
    ledger("the head follows whether the act's warning was shown", "warning_shown = excluded.warning_shown", "warning_shown = h.warning_shown"),
    ledger("a block that is lifted", "case when new.act = 'set' then new.at end", "new.at"),
    door("take_scans", "only a live badge makes a visit", "and b.event_id = phone_of.event_id and b.revoked_at is null; insert", "and b.event_id = phone_of.event_id; insert"),
    door("take_scans", "a phone's clock is set right", "i.id, least(i.counts, p_now), p_now from unnest(p_effective,", "i.id, least(i.counts, p_now), p_now from unnest(p_times,"),
    door("take_scans", "a reading counts once", "where not i.known and i.standing and i.registration_id is not null", "where i.standing and i.registration_id is not null"),
    ledger("no scan that is there comes after the flag", "new.occurred_at := greatest(new.occurred_at, consent.last_visit(new.registration_id) + interval '1 microsecond');", "null;"),
    door("take_scans", "an older scan does not replace a newer", "where excluded.at > v.at", ""),
    door("take_scans", "a phone answers on the badge alone", "and i.counts >= d.scans_from", ""),
    door("take_scans", "a phone answers about this very reading", "and i.counts >= d.scans_from", "and d.scans_from is not null"),
    door("take_scans", "a phone answers only what is released", "d.refusal is null and d.key is not null and i.standing", "d.key is not null and i.standing"),
    door("take_scans", "a no stays a no when it is sent again", "then s.verdict = 'lead' and s.voided_at is null", "then s.voided_at is null"),
    door("take_scans", "a disputed reading stays a no", "then s.verdict = 'lead' and s.voided_at is null", "then s.verdict = 'lead'"),
    door("take_scans", "a reading that is sent again keeps its time", "coalesce(s.effective_at, least(i.counts, p_now))", "least(i.counts, p_now)"),
    door("take_scans", "a reason for every no", "else 'no_consent' end", "end"),
    door("take_scans", "what comes late of a disputed visit makes no visit", "where not i.known and i.standing and", "where not i.known and"),
    door("take_scans", "what comes late of a disputed visit is void", "case when not i.standing then release.said_not_me(phone_of.party_id, i.registration_id, i.counts) end", "null"),
    door("take_scans", "what comes late of a disputed visit is no lead", "else release.said_not_me(phone_of.party_id, b.registration_id, least(i.counts, p_now)) is null end", "else true end"),
    door("said_not_me", "read before she said so", "and s.voided_at >= p_effective", ""),
    door("said_not_me", "what this party's booth read", "and s.party_id = p_party", ""),
    door("void_scan", "what the same phone read beside it", "or device_id = s.device_id and effective_at between s.effective_at - interval '5 minutes' and s.effective_at + interval '5 minutes'", ""),
    door("void_scan", "no other visit", "and effective_at between s.effective_at - interval '5 minutes' and s.effective_at + interval '5 minutes'", ""),
    door("void_scan", "a disputed scan never counts", "and o.voided_at is null and not o.quarantined", "and not o.quarantined"),
    door("void_scan", "after a dispute the scan before it", "order by o.effective_at desc, o.id limit 1", "order by o.effective_at, o.id limit 1"),
    Mutation("a value leaves only in a released field", "when 'phone' = any (p_fields) then", "when true then", "release/ledger.sql"),
    door("take_leads", "a row leaves only when it is released", "when since is null then d.refusal is null and k.key is not null", "when since is null then k.key is not null"),
    door("take_leads", "the book names the acts", "s.consent_event_ids, s.scan_id, s.commitment", "'{}', s.scan_id, s.commitment"),
    door("take_leads", "the book names the fields", "s.fields, s.basis, s.consent_event_ids", "p_fields, s.basis, s.consent_event_ids"),
    door("take_leads", "the book counts the rows", "(select count(*) from line)", "0"),
    Mutation("what was withdrawn survives registering again", "where mine.id = any (p_registrations)", "where false", "registration/register.sql"),
    Mutation("unless she had named it again", "and not (h.act = 'grant' and h.at > h.restricted_at)", "", "registration/register.sql"),
)  # fmt: skip

MUTATIONS: dict[str, tuple[Mutation, ...]] = {
    "an act": AN_ACT,
    "who asks": WHO_ASKS,
    "abroad": ABROAD,
    "the grounds": GROUNDS,
    "herself": HERSELF,
    "affiliates": AFFILIATES,
    "what is maintained": MAINTAINED,
}

HELD_TWICE = (
    Twice(
        door("take_scans", "a phone's clock is never ahead", "i.id, least(i.counts, p_now), p_now", "i.id, i.counts, p_now"),
        "effective_at (events/scanning/rules.py) never lies ahead, and a check on scan refuses what does",
    ),
    Twice(
        Mutation("the latest act is a grant", "h.act = 'grant' and h.evidence_complete", "h.evidence_complete"),
        "no other act proves itself: consent.evidence_complete asks the same",
    ),
    Twice(
        ledger("only a grant proves itself", "e.act = 'grant' and e.actor", "e.actor"),
        "act_is_valid asks the same",
    ),
    Twice(
        ledger("a notice governed it", "and e.notice_id is not null", ""),
        "a check on consent_event refuses a grant without one",
    ),
    Twice(
        within("latest_acts", "an act of this event", "h.event_id = p_event and", ""),
        "consent_head is joined by registration, and each registration is of one event",
    ),
    Twice(
        Mutation("a scan after the flag was last off", "greatest(cut.party_cut, cut.all_cut, coalesce(flag.restricted_at, '-infinity'))", "greatest(cut.party_cut, cut.all_cut)"),
        "the latest word on the flag is a grant, later than any end of it, and the scan is after that grant",
    ),
    Twice(
        Mutation("a scan after all sponsors were withdrawn", "greatest(cut.party_cut, cut.all_cut, coalesce", "greatest(cut.party_cut, coalesce"),
        "the flag must be later than that, and the scan is after the flag",
    ),
    Twice(
        Mutation("named again after the withdrawal", "h.act = 'grant' and h.at > h.restricted_at", "h.act = 'grant'"),
        "at the same minute the trigger keeps the withdrawal as the latest act, so a grant that is latest is later",
    ),
)  # fmt: skip
