-- A batch of booth scans from one phone: each is stored once, decided, and answered. Unknown, foreign, revoked and
-- not-allowed badges walk the same path and get the same answer (S6-sponsor-15). Each reading is answered for itself: one that
-- came before she allowed it stays a no, whatever a later one opens, and whenever it is sent again.
create or replace function release.take_scans(
    p_device uuid, p_clients uuid[], p_codes text[], p_times timestamptz[], p_effective timestamptz[], p_sent_at timestamptz,
    p_waiting integer, p_now timestamptz)
    returns table (client_id uuid, verdict text, duplicate boolean, lead uuid, fields text[], name text, job_title text,
                   company text, address text, country text, phone text, email text, seen_before_at timestamptz,
                   retry_after integer)
    volatile language plpgsql security definer set search_path = pg_catalog, public, release, pg_temp set join_collapse_limit = 1 set from_collapse_limit = 1 set jit = off
    set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    phone_of device;
    ask record;
    book uuid;
    ids uuid[] := array(select uuidv7() from unnest(p_clients));
    known boolean[];
    registrations uuid[];
    counts_at timestamptz[];
    standing boolean[];
    refused integer;
    decided_at timestamptz;
begin
    if pg_is_in_recovery() then
        raise exception 'the gate reads the primary only' using errcode = 'EV503';
    end if;
    -- one phone, one batch at a time: a resent batch waits for the first and finds its rows
    perform pg_advisory_xact_lock(hashtextextended(p_device::text, 7));
    select d.* into phone_of from device d where d.id = p_device and d.kind = 'booth';
    if phone_of.id is null then raise exception 'no such device' using errcode = 'EV401'; end if;

    -- a reading of which nobody knows when it was (the phone's clock contradicts itself) counts as early as it can have been: who
    -- allowed scans before this phone was in use is a lead, who allowed them since is not
    p_effective := array(select coalesce(i.counts, phone_of.enrolled_at) from unnest(p_effective) with ordinality i (counts, n) order by n);

    if phone_of.revoked_at is not null then
        insert into scan (organisation_id, event_id, device_id, client_id, party_id, kind, code_sha256, device_time,
                          sent_at, received_at, effective_at, verdict, reason, quarantined)
        select phone_of.organisation_id, phone_of.event_id, phone_of.id, i.client, phone_of.party_id, 'booth',
               sha256(convert_to(i.code, 'UTF8')), i.at, p_sent_at, p_now, least(i.counts, p_now), 'quarantined', 'device_revoked', true
        from unnest(p_clients, p_codes, p_times, p_effective) i (client, code, at, counts)
        -- nobody fills our disk with a phone that was taken away
        limit greatest(0, 10000 - (select count(*) from scan s where s.device_id = p_device and s.quarantined))
        on conflict do nothing;
        update device set last_seen_at = p_now, waiting = coalesce(p_waiting, waiting) where id = p_device;
        return query select null::uuid, 'quarantined', false, null::uuid, null::text[], null::text, null::text, null::text, null::text,
            null::text, null::text, null::text, null::timestamptz, null::integer;
        return;
    end if;

    -- somebody trying codes is slowed down, whatever the codes are (F21)
    select count(*) into refused from (
        select from scan s where s.device_id = p_device and s.reason is not null
        and s.received_at > p_now - interval '1 minute' limit 300) s;
    if refused >= 300 then
        insert into outbox (dedupe_key, recipient, kind, facts, organisation_id, due_at, created_at)
        select 'scan-alarm:' || p_device || to_char(p_now, 'YYYYMMDDHH24'), o.dpo_email,
               'scan_alarm', jsonb_build_object('phone', p_device, 'event', e.slug), o.id, p_now, p_now
        from event e join organisation o on o.id = e.organisation_id where e.id = phone_of.event_id
        on conflict do nothing;
        return query select null::uuid, 'slow_down', false, null::uuid, null::text[], null::text, null::text, null::text, null::text,
            null::text, null::text, null::text, null::timestamptz, 60;
        return;
    end if;

    decided_at := release.hold_withdrawals(phone_of.event_id, phone_of.party_id, p_now);
    if decided_at > p_now then
        p_now := decided_at;
        if exists (select from device d where d.id = p_device and d.revoked_at is not null) then
            raise exception 'the phone was revoked while it waited' using errcode = 'EV503';
        end if;
    end if;
    book := uuidv7();  -- drawn under the lock: ids of releases and recalls tell which came first
    if phone_of.last_seen_at is null or phone_of.last_seen_at < p_now - interval '1 minute' or p_waiting <> coalesce(phone_of.waiting, -1) then
        update device set last_seen_at = p_now, waiting = coalesce(p_waiting, waiting) where id = p_device;
    end if;
    select * into ask from release.sponsor_may_ask(phone_of.event_id, phone_of.party_id, 'follow_up', p_now);

    -- whose badges these are, asked once: one that is issued anew meanwhile was read before it was dead. A reading that came
    -- before keeps its time, and its no; its yes is decided again
    select array_agg(s.client_id is not null order by i.n), array_agg(coalesce(s.registration_id, b.registration_id) order by i.n),
           array_agg(coalesce(s.effective_at, least(i.counts, p_now)) order by i.n),
           array_agg(case when s.client_id is not null then s.verdict = 'lead' and s.voided_at is null
                          when b.registration_id is null then true
                          else release.said_not_me(phone_of.party_id, b.registration_id, least(i.counts, p_now)) is null end
                    order by i.n)
    into known, registrations, counts_at, standing
    from unnest(p_clients, p_codes, p_effective) with ordinality i (client, code, counts, n)
    left join scan s on s.device_id = p_device and s.client_id = i.client
    left join badge b on s.client_id is null and b.code = i.code and b.event_id = phone_of.event_id and b.revoked_at is null;

    -- the latest scan of each badge in the batch becomes the party's visit, if its badge is live
    insert into visit as v (event_id, party_id, registration_id, organisation_id, scan_id, at, changed_at)
    select distinct on (i.registration_id) phone_of.event_id, phone_of.party_id, i.registration_id, phone_of.organisation_id,
           i.id, least(i.counts, p_now), p_now
    from unnest(p_effective, ids, known, standing, registrations) i (counts, id, known, standing, registration_id)
    where not i.known and i.standing and i.registration_id is not null
    order by i.registration_id, least(i.counts, p_now) desc, i.id
    on conflict (registration_id, party_id) do update set
        scan_id = excluded.scan_id, at = excluded.at, changed_at = excluded.changed_at
    where excluded.at > v.at;

    return query
    with item as materialized (
        select i.* from unnest(p_clients, p_codes, p_times, counts_at, ids, known, standing, registrations)
            i (client, code, at, counts, id, known, standing, registration_id)
    ), moment as materialized (
        -- a process whose clock is ahead may have stored a later scan of the same badge: decide when all are known. Read in this
        -- statement, not before it: a batch that is sent again locks no visit, and another phone may move one between two
        select greatest(p_now, max(v.at)) as at
        from item i join visit v on v.registration_id = i.registration_id and v.party_id = phone_of.party_id
    ), decided as materialized (
        select d.*, card.*, k.key
        from moment
        cross join lateral release.decide(phone_of.event_id, phone_of.party_id, 'follow_up', release.card_fields(), moment.at) d
        join registration r on r.id = d.registration_id
        left join registration_key k on k.registration_id = d.registration_id
        cross join lateral release.card_of(r, d.fields, k.key) card
        where d.registration_id = any (array(select registration_id from item where registration_id is not null))
    ), reading as materialized (
        -- §3.1: a scan answers on the ground of the badge flag alone, and for itself: it came after the flag and after every
        -- withdrawal; a form consent shows in the list, not on the phone
        select i.*, d.refusal, d.key, coalesce(
            d.refusal is null and d.key is not null and i.standing and i.counts >= d.scans_from, false) as is_lead
        from item i left join decided d on d.registration_id = i.registration_id
    ), shown as materialized (
        select d.* from decided d where d.registration_id = any (array(select i.registration_id from reading i where i.is_lead))
    ), earliest as materialized (
        -- each lead's earliest scan by this party: what other phones brought before, and what this batch brings beside it
        select s.registration_id, least(before.at, beside.at) as at
        from shown s
        cross join lateral (
            select min(old.effective_at) as at from scan old
            where old.registration_id = s.registration_id and old.party_id = phone_of.party_id and old.verdict = 'lead'
              and old.voided_at is null and not old.quarantined offset 0) before
        left join (
            select i.registration_id, min(i.counts) as at from reading i where i.is_lead and not i.known
            group by i.registration_id) beside on beside.registration_id = s.registration_id
    ), stored as (
        insert into scan (id, organisation_id, event_id, device_id, client_id, party_id, kind, registration_id, code_sha256,
                          device_time, sent_at, received_at, effective_at, voided_at, verdict, reason)
        select i.id, phone_of.organisation_id, phone_of.event_id, p_device, i.client, phone_of.party_id, 'booth', i.registration_id,
               sha256(convert_to(i.code, 'UTF8')), i.at, p_sent_at, p_now, i.counts,
               case when not i.standing then release.said_not_me(phone_of.party_id, i.registration_id, i.counts) end,
               case when i.is_lead then 'lead' else 'saved_not_shared' end,
               -- every no has its reason: they are counted, so that whoever tries badges is slowed down
               case when i.is_lead then null when i.registration_id is null then 'no_such_badge'
                    when not i.standing then 'not_me' when i.refusal is not null then i.refusal
                    when i.key is null then 'no_key' else 'no_consent' end
        from reading i where not i.known
    ), line as (
        insert into disclosure
        select l.* from shown s cross join lateral release.line_of(
            book, s.registration_id, phone_of.organisation_id, s.fields, s.basis, s.consent_event_ids, s.scan_id, s.commitment) l
        returning registration_id, hash
    ), entry as (
        insert into release (id, organisation_id, event_id, party_id, outcome, channel, actor_kind, actor_id, declared_use,
                             requested_fields, agreement_id, policy_version, at, row_count, last_registration_id, lines_hash, hash)
        select book, phone_of.organisation_id, phone_of.event_id, phone_of.party_id, 'released', 'scan', 'device', p_device,
               'follow_up', release.card_fields(),
               (select by_then.agreement_id from moment
                cross join lateral release.sponsor_may_ask(phone_of.event_id, phone_of.party_id, 'follow_up', moment.at) by_then),
               release.policy_version(), (select at from moment), count(*), null,
               sha256(string_agg(hash, ''::bytea order by registration_id)), ''
        from line having count(*) > 0
    )
    select i.client, case when i.is_lead then 'lead' else 'saved_not_shared' end, i.known,
           case when i.is_lead then release.lead_id(ask.lead_salt, s.registration_id) end,
           s.fields, s.name, s.job_title, s.company, s.address, s.country, s.phone, s.email,
           case when i.is_lead and earliest.at < i.counts then earliest.at end,
           null::integer
    from reading i left join shown s on s.registration_id = i.registration_id and i.is_lead
    left join earliest on earliest.registration_id = s.registration_id;
end $$;

-- When she said "that scan was not me" of this party's booth, after this reading; null if she did not. What was read before her
-- word and comes after it counts for nothing, whichever phone brings it under whatever id: nobody can tell it from the reading
-- that she meant. Of a reading whose time nobody knows that is always so.
create or replace function release.said_not_me(p_party uuid, p_registration uuid, p_effective timestamptz) returns timestamptz
    stable language sql
    return (select max(s.voided_at) from scan s
            where s.registration_id = p_registration and s.party_id = p_party and s.voided_at >= p_effective);

-- She says it: neither that reading (which a phone that was paired anew may have brought twice) nor another by the same phone
-- within five minutes of it, for a badge is often read twice in one visit, ever counts again, and her visit falls back to the
-- latest scan that does. Where it was another scan in the first place, and no note is gone with these, nobody is told anything.
create or replace function release.void_scan(p_scan uuid, p_registration uuid, p_now timestamptz) returns boolean
    volatile language plpgsql security definer set search_path = pg_catalog, public, release, pg_temp as $$
declare
    s scan;
    gone uuid[];
begin
    select * into s from scan
    where id = p_scan and registration_id = p_registration and kind = 'booth'
      and exists (select from registration r where r.id = p_registration and r.person_id = access.person());
    if s.id is null then return false; end if;
    gone := array(
        select id from scan
        where registration_id = p_registration and party_id = s.party_id and kind = 'booth' and voided_at is null
          and (client_id = s.client_id
               or device_id = s.device_id
               and effective_at between s.effective_at - interval '5 minutes' and s.effective_at + interval '5 minutes'));
    update visit v set changed_at = p_now
    where v.registration_id = s.registration_id and v.party_id = s.party_id and v.scan_id <> all (gone)
      and exists (
        select from release.decide(s.event_id, s.party_id, 'follow_up', release.card_fields(), p_now) d
        cross join lateral release.notes_on(s.party_id, s.registration_id, d.scans_from) n
        where d.registration_id = s.registration_id and n.scan_id = any (gone));
    update scan set voided_at = p_now where id = any (gone);
    delete from visit v where v.registration_id = s.registration_id and v.party_id = s.party_id and v.scan_id = any (gone);
    if not found then return true; end if;
    insert into visit (event_id, party_id, registration_id, organisation_id, scan_id, at, changed_at)
    select o.event_id, o.party_id, o.registration_id, o.organisation_id, o.id, o.effective_at, p_now from scan o
    where o.registration_id = s.registration_id and o.party_id = s.party_id and o.voided_at is null and not o.quarantined
    order by o.effective_at desc, o.id limit 1;
    return true;
end $$;

-- Which scans of her badge are a ground for handing out her data now; hers alone to ask.
create or replace function release.counting_scans(p_registration uuid, p_now timestamptz) returns setof uuid
    stable language sql security definer set search_path = pg_catalog, public, release, pg_temp set join_collapse_limit = 1 set from_collapse_limit = 1 set jit = off as $$
    select s.id
    from registration r
    join visit v on v.registration_id = r.id
    cross join lateral release.decide(r.event_id, v.party_id, 'follow_up', release.card_fields(), p_now) d
    join scan s on s.registration_id = r.id and s.party_id = v.party_id and s.kind = 'booth'
    where r.id = p_registration and r.person_id = access.person() and d.registration_id = r.id and d.refusal is null
      and release.reading_counts(s, d.scans_from)
$$;

grant execute on function release.take_scans to events_release;
grant execute on function release.counting_scans to events_app;
grant execute on function release.void_scan to events_app;
