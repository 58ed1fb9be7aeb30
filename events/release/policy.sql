-- The decision, clause by clause, in the order of the notice. Plain SQL that the planner can inline: no clause here
-- is SECURITY DEFINER, none reads a clock (`p_now` comes from the caller), none writes. The formula is C5 of the
-- consent model; the doors in doors/ are the only way to what it allows.

-- §3.1 Badge scans: the seven fields a sponsor may ever get, and the closed maximum of a scan
create or replace function release.card_fields() returns text[] immutable language sql
    return array['name', 'job_title', 'company', 'address', 'country', 'phone', 'email'];

-- where the GDPR's test applies as well (EU and EEA, and the United Kingdom's copy of it)
create or replace function release.is_european(p_country text) returns boolean immutable language sql
    return coalesce(p_country = any (array[
        'AT','BE','BG','HR','CY','CZ','DK','EE','FI','FR','DE','GR','HU','IE','IT','LV','LT','LU','MT','NL','PL','PT',
        'RO','SK','SI','ES','SE','IS','LI','NO','GB']), false);

-- who did not say where she lives may live there: the stricter test applies
create or replace function release.may_be_european(p_residence text, p_country text) returns boolean immutable language sql
    return p_residence is null or release.is_european(p_residence) or release.is_european(p_country);

-- §8 Children: consent counts from max(16, the legal minimum where the person lives); Thailand says 20 (PDPA s.20)
-- unless married or emancipated; an unknown age or an unlisted country gets the stricter answer
create or replace function release.of_age(p_age_band text, p_emancipated boolean, p_residence text)
    returns boolean immutable language sql
    return case p_age_band
        when '20+' then true
        when '16-19' then p_emancipated or release.is_european(p_residence)
        else false end;

-- §6 Event sponsors, "you may consent": her latest act of a kind is good now, for this use, under words that still stand.
-- What about it can never change (words, form, recipient: C3) was judged when it was written: consent.evidence_complete.
create or replace function release.act_is_valid(h consent_head, t consent_text, p_use text, p_now timestamptz)
    returns boolean stable language sql
    return h.act = 'grant' and h.evidence_complete
        and release.of_age(h.age_band, h.emancipated, h.residence)
        and h.at <= p_now and p_now < h.expires_at
        and p_use = any (h.uses)
        and (t.retired_at is null or h.at < t.retired_at) and t.invalidated_at is null;

-- §7 Transfers: the countries of a party that neither an adequacy finding nor a live safeguard covers, under one law
create or replace function release.uncovered_countries(p_party uuid, p_regime text, p_now timestamptz)
    returns text[] stable language sql
    return coalesce((
        select array_agg(k order by k)
        from party p join organisation o on o.id = p.organisation_id, unnest(p.countries) k
        where p.id = p_party and k <> 'TH'
          and not (p_regime = 'gdpr' and release.is_european(k))
          and k <> all (case p_regime when 'gdpr' then o.gdpr_adequate_countries else o.adequate_countries end)
          and not exists (
            select from safeguard s
            where s.party_id = p.id and s.country = k and p_regime = any (s.regimes)
              and s.valid_from <= p_now and p_now < s.valid_until)), '{}');

-- §6 Event sponsors, "the event's sponsors": may this party ask at all? One row; `refusal` is null when it may.
create or replace function release.sponsor_may_ask(p_event uuid, p_party uuid, p_use text, p_now timestamptz)
    returns table (organisation_id uuid, agreement_id uuid, fields text[], countries text[],
                   uncovered_pdpa text[], uncovered_gdpr text[], lead_salt bytea, refusal text)
    stable language sql as $$
    select e.organisation_id, a.id, a.fields, p.countries,
           release.uncovered_countries(p.id, 'pdpa', p_now), release.uncovered_countries(p.id, 'gdpr', p_now), p.lead_salt,
           case
             when s.party_id is null or p.kind <> 'sponsor' or s.starts_at > p_now then 'not_a_sponsor'
             when s.ends_at <= p_now then 'sponsorship_ended'
             when e.our_role <> 'controller' then 'not_our_event'
             when e.published_at is null or e.published_at > p_now then 'event_not_published'
             when e.cancelled_at is not null then 'event_cancelled'
             when e.release_closes_at <= p_now then 'window_closed'
             when p.suspended_at is not null then 'party_suspended'
             when p.notice_url is null or not p.notice_reviewed then 'party_notice_missing'
             when a.id is null then 'no_agreement'
             when p_use is null or not p_use = any (a.uses) then 'use_not_agreed'
           end
    from event e
    join party p on p.id = p_party and p.organisation_id = e.organisation_id
    left join sponsorship s on s.event_id = e.id and s.party_id = p.id
    left join lateral (
        -- the newest version in force replaces the one before for good: when it ends, nothing old comes back
        select n.* from (
            select a.id, a.fields, a.uses, a.valid_until from agreement a
            where a.party_id = p.id and a.valid_from <= p_now order by a.version desc limit 1) n
        where p_now < n.valid_until) a on true
    where e.id = p_event
    offset 0  -- a fence: computed once per call, not once per registration
$$;

-- §6 recipient = legal entity: whom a party can have a ground for at all. Whoever never said anything about this party and
-- was never scanned by it is not looked at; whoever was recalled stays in sight, so that the party hears that she is gone.
-- Where a scan is supposed, whoever said anything about scans is in sight as well.
create or replace function release.within_sight(p_event uuid, p_party uuid, p_supposed boolean) returns table (registration_id uuid)
    stable language sql as $$
    select h.registration_id from consent_head h
    where h.event_id = p_event and h.purpose = 'sponsor_sharing' and h.recipient_id = p_party
    union
    select v.registration_id from visit v where v.event_id = p_event and v.party_id = p_party
    union
    select c.registration_id from recall c where c.event_id = p_event and c.party_id = p_party
    union
    select h.registration_id from consent_head h
    where p_supposed and h.event_id = p_event and h.purpose = 'badge_scan'
      and h.recipient_id = '00000000-0000-0000-0000-000000000000'
$$;

-- C4, the latest act of one purpose and recipient, per registration: is it a grant that is good now, what does it allow,
-- and when was it last taken back
create or replace function release.latest_acts(p_event uuid, p_purpose text, p_recipient uuid, p_use text, p_now timestamptz)
    returns table (registration_id uuid, id uuid, given boolean, granted_again boolean, restricted_at timestamptz, at timestamptz,
                   expires_at timestamptz, fields text[], countries text[], warned boolean)
    stable language sql as $$
    select h.registration_id, h.consent_event_id, release.act_is_valid(h, t, p_use, p_now),
           h.act = 'grant' and h.at > h.restricted_at, h.restricted_at, h.at, h.expires_at, h.fields, h.countries,
           h.warning_shown and t.warns_of_transfer
    from consent_head h
    left join consent_text t on t.id = h.text_id
    where h.event_id = p_event and h.purpose = p_purpose and h.recipient_id = p_recipient
$$;

-- Whether that she could be a lead from p_at on was news to this party: it never had her before, or was told since to stop using
-- all that it had. Asked about where she lives and her consent to a transfer, which change unseen where they decide nothing.
create or replace function release.came_back(p_party uuid, p_registration uuid, p_at timestamptz) returns boolean stable language sql
    return p_at is not null and not exists (
        select from disclosure d join release had on had.id = d.release_id
        where d.registration_id = p_registration and had.party_id = p_party and had.at < p_at
          and not exists (
            select from recall c
            where c.registration_id = p_registration and c.party_id = p_party and c.created_at between had.at and p_at
              and c.fields @> d.fields));

-- §6 Event sponsors, the two grounds and everything that stands against them: one row per registration within sight.
-- `fields` is what leaves now: (form ∪ scan) ∩ asked ∩ agreement ∩ releasable, minus what she switched off or never gave.
-- `scans_from` is from when on a reading of her badge by this party counts, where one is a ground; see reading_counts.
-- Each lateral step is fenced by `offset 0`, so that it is computed once per row, yet a caller's condition on
-- registration_id still reaches the index.
-- p_supposed asks "and if this party scanned her badge at p_now?"; without it (a constant where a door calls) the planner drops
-- what belongs to it, and nothing is slower.
create or replace function release.decide(p_event uuid, p_party uuid, p_use text, p_fields text[], p_now timestamptz,
                                          p_supposed boolean default false)
    returns table (registration_id uuid, fields text[], basis text, consent_event_ids uuid[], scan_id uuid,
                   changed_at timestamptz, usable_until timestamptz, refusal text, scans_from timestamptz)
    stable language sql as $$
    select
        subject.registration_id,
        case when answer.refusal is null then answer.fields else '{}' end,
        case when ground.form and ground.scan then 'both' when ground.form then 'form' when ground.scan then 'scan' end,
        array_remove(array[case when ground.form then form.id end, case when ground.scan then flag.id end,
                           case when ground.needs_transfer then transfer.id end], null),
        case when ground.scan then visit.scan_id end,
        -- since when it reads as it does: since it counts, and only what this party may see and its own ground rests on. Her
        -- other fields and choices are none of its business
        greatest(r.confirmed_at, r.self_confirmed_at, r.restored_at,
                 case when r.card_changed_at is not null then (
                    select max(card.at) from unnest(release.card_fields(), r.card_changed_at) card (field, at)
                    where card.at is not null and card.field = any (p_fields) and card.field = any (ask.fields)
                      and (ground.form and card.field = any (form.fields) or ground.scan and card.field = any (flag.fields))) end,
                 case when ask.uncovered_gdpr <> '{}' and release.came_back(p_party, subject.registration_id, r.law_changed_at)
                      then r.law_changed_at end,
                 case when ground.form then form.at end,
                 case when ground.scan then greatest(flag.at, visit.changed_at) end,
                 case when ground.transfer and ask.uncovered_pdpa || ask.uncovered_gdpr <> '{}'
                           and release.came_back(p_party, subject.registration_id, transfer.at)
                      then transfer.at end),
        least(case when ground.form then form.expires_at end, case when ground.scan then flag.expires_at end),
        coalesce(answer.refusal, case when answer.fields = '{}' then 'nothing_to_release' end),
        case when ground.scan then since.at end
    from release.sponsor_may_ask(p_event, p_party, p_use, p_now) ask
    cross join release.within_sight(p_event, p_party, p_supposed) subject
    left join release.latest_acts(p_event, 'sponsor_sharing', p_party, p_use, p_now) form
        on form.registration_id = subject.registration_id
    left join consent_head everybody on everybody.event_id = p_event and everybody.registration_id = subject.registration_id
        and everybody.purpose = 'sponsor_sharing' and everybody.recipient_id = '00000000-0000-0000-0000-000000000000'
    left join visit on visit.event_id = p_event and visit.party_id = p_party
        and visit.registration_id = subject.registration_id
    left join release.latest_acts(p_event, 'badge_scan', '00000000-0000-0000-0000-000000000000', p_use, p_now) flag
        on flag.registration_id = subject.registration_id
    left join release.latest_acts(p_event, 'transfer', p_party, p_use, p_now) transfer
        on transfer.registration_id = subject.registration_id
    join registration r on r.id = subject.registration_id and r.event_id = p_event
    left join subject_block b on b.person_id = r.person_id
    cross join lateral (select
        -- when she last said "no sponsor at all", and when she last said no to this one
        coalesce(everybody.restricted_at, '-infinity') as all_cut,
        coalesce(form.restricted_at, '-infinity') as party_cut
        offset 0) cut
    -- without a fence, so that the planner sees through it: where nothing is supposed, it is the visit's own column
    cross join lateral (select case when p_supposed then p_now else visit.at end as at) scanned
    -- a reading counts from the flag on, and after every withdrawal
    cross join lateral (select greatest(flag.at,
        greatest(cut.party_cut, cut.all_cut, coalesce(flag.restricted_at, '-infinity')) + interval '1 microsecond') as at) since
    cross join lateral (select
        -- "via the registration form": her latest act for this sponsor is a grant that named it, not cut since
        coalesce(form.given and ask.countries <@ form.countries and form.at > cut.all_cut, false) as form,
        -- "or by allowing your badge to be scanned": the standing flag, then a scan by this sponsor after it and after
        -- every withdrawal; a withdrawal from this sponsor is lifted only by her naming it again, never by another scan
        coalesce(flag.given and ask.countries <@ flag.countries and flag.at > cut.all_cut
            and scanned.at between since.at and p_now
            and (form.restricted_at is null or form.granted_again), false) as scan,
        -- §7: a country that nothing covers needs her consent to the transfer, given after the warning
        ask.uncovered_pdpa <> '{}'
            or (ask.uncovered_gdpr <> '{}' and release.may_be_european(r.residence, r.country)) as needs_transfer,
        coalesce(transfer.given and transfer.warned and transfer.at > cut.all_cut
            and ask.uncovered_pdpa <@ transfer.countries
            and (ask.uncovered_gdpr <@ transfer.countries or not release.may_be_european(r.residence, r.country)), false) as transfer
        offset 0) ground
    cross join lateral (select array(
        select f from unnest(case when ground.form then form.fields else '{}' end
                             || case when ground.scan then flag.fields else '{}' end) f
        where f = any (p_fields) and f = any (ask.fields) and f <> all (r.withheld_fields)) as fields
        offset 0) scope
    cross join lateral (select
        array_remove(array[
            case when 'name' = any (scope.fields) and r.name <> '' then 'name' end,
            case when 'job_title' = any (scope.fields) and r.job_title <> '' then 'job_title' end,
            case when 'company' = any (scope.fields) and r.company <> '' then 'company' end,
            case when 'address' = any (scope.fields) and r.address <> '' then 'address' end,
            case when 'country' = any (scope.fields) and r.country <> '' then 'country' end,
            case when 'phone' = any (scope.fields) and r.phone <> '' then 'phone' end,
            case when 'email' = any (scope.fields) and r.email <> '' then 'email' end], null) as fields,
        case
            when ask.refusal is not null then ask.refusal
            -- §1, §6: the registration stands, and its words come from the attendee herself
            when r.state not in ('confirmed', 'attended') or r.confirmed_at > p_now then 'not_confirmed'
            when r.source <> 'self' and (r.self_confirmed_at is null or r.self_confirmed_at > p_now) then 'not_from_the_attendee'
            -- §10.1: what stands against the person, whatever her consents say. A no that is stored counts whatever its time:
            -- p_now is older than the wait for the release lock, and must not look past what was said meanwhile
            when b.restricted is not null then 'restricted'
            when b.erasing is not null then 'erasing'
            when b.child_claim is not null or b.improper_source_claim is not null then 'claim_open'
            when b.opt_out_third is not null then 'opted_out'
            when b.object_dm_third is not null then 'objected'
            when not ground.form and not ground.scan then 'no_consent'
            when ground.needs_transfer and not ground.transfer then 'transfer_not_covered'
        end as refusal
        offset 0) answer
$$;

-- §3.1 one reading, by itself: a phone is answered about it, and what was noted after it is told, only while it is a ground
-- (decide's `scans_from`; null where no scan is one), and nobody said that it was not her
create or replace function release.reading_counts(s scan, p_scans_from timestamptz) returns boolean stable language sql
    return coalesce(s.effective_at >= p_scans_from and s.voided_at is null and not s.quarantined, false);

-- §6 Affiliates: only the party that organises this very event, and only to process the registrations
create or replace function release.affiliate_may_ask(p_event uuid, p_party uuid, p_use text, p_now timestamptz)
    returns text stable language sql
    return (select case
        when p.kind <> 'affiliate' or e.organiser_party_id is distinct from p.id then 'not_the_organiser'
        when e.published_at is null or e.published_at > p_now then 'event_not_published'
        when e.cancelled_at is not null then 'event_cancelled'
        when e.release_closes_at <= p_now then 'window_closed'
        when p.suspended_at is not null then 'party_suspended'
        when p.notice_url is null or not p.notice_reviewed then 'party_notice_missing'
        when p_use is distinct from 'registration_processing' then 'use_not_agreed' end
    from event e join party p on p.id = p_party and p.organisation_id = e.organisation_id where e.id = p_event);

-- §6 Affiliates, "to the extent required": what the registration needs, under the attendee's contract with the organiser;
-- only for people who were shown it as organiser before they registered (S6-aff-3)
create or replace function release.decide_affiliate(p_event uuid, p_party uuid, p_use text, p_now timestamptz)
    returns table (registration_id uuid, fields text[], refusal text) stable language sql as $$
    select r.id,
        -- what the form that she filled in needed, less what she switched off since
        array(select f from unnest(release.card_fields()) f
              where f in ('name', 'email')
                 or (form.content->'fields' @> jsonb_build_array(jsonb_build_object('field', f, 'required', true))
                     and f <> all (r.withheld_fields))),
        case
            when ask.refusal is not null then ask.refusal
            when r.organiser_party_id is distinct from p_party then 'organiser_was_not_shown'
            when r.state not in ('confirmed', 'attended') or r.confirmed_at > p_now then 'not_confirmed'
            when b.restricted is not null then 'restricted'
            when b.erasing is not null then 'erasing'
            when b.child_claim is not null or b.improper_source_claim is not null then 'claim_open'
        end
    from registration r
    cross join (select release.affiliate_may_ask(p_event, p_party, p_use, p_now) as refusal offset 0) ask
    left join served_form form on form.id = r.served_form_id
    left join subject_block b on b.person_id = r.person_id
    where r.event_id = p_event
$$;
