-- What a booth's helpers note about a lead (S6-sponsor-16), and a look at one lead again, by the phone that scanned it.

-- One scan of one phone, null where this phone has none of this id, and whether it was a lead when it came. What is no lead, or
-- none any more (a badge nobody knows, not allowed, withdrawn, disputed, quarantined), reads alike (S6-sponsor-15). Raises EV401
-- for what is no booth's phone. A revoked phone asks about nothing any more.
create or replace function release.own_scan(p_device uuid, p_client uuid)
    returns table (device device, scan scan, revoked boolean, was_lead boolean) stable language plpgsql as $$
#variable_conflict use_column
begin
    return query
    select d, s, d.revoked_at is not null,
           coalesce(s.verdict = 'lead', false)
    from device d left join scan s on s.device_id = d.id and s.client_id = p_client and s.kind = 'booth'
    where d.id = p_device and d.kind = 'booth';
    if not found then raise exception 'no such device' using errcode = 'EV401'; end if;
end $$;

-- `outcome`: kept, written_before (a later writing stands), no_scan (this phone has none of this id, or not yet), not_a_lead, device_revoked. The phone's last writing
-- about one attendee wins; another phone's note stands beside it.
create or replace function release.keep_note(
    p_device uuid, p_client uuid, p_rating integer, p_answers jsonb, p_note text, p_written_at timestamptz, p_now timestamptz)
    returns text volatile language plpgsql security definer set search_path = pg_catalog, public, release, pg_temp set join_collapse_limit = 1 set from_collapse_limit = 1 set jit = off as $$
declare
    mine record;
begin
    if pg_is_in_recovery() then
        raise exception 'the gate reads the primary only' using errcode = 'EV503';
    end if;
    select * into mine from release.own_scan(p_device, p_client);
    if mine.revoked then return 'device_revoked'; end if;
    if (mine.scan).id is null then return 'no_scan'; end if;
    p_now := greatest(p_now, release.hold_withdrawals((mine.device).event_id, (mine.device).party_id, p_now));
    -- who waited for the lock asks again: the scan may have been disputed, or the phone revoked
    select * into mine from release.own_scan(p_device, p_client);
    if mine.revoked then return 'device_revoked'; end if;
    if not mine.was_lead or not exists (
        select from release.decide((mine.scan).event_id, (mine.scan).party_id, 'follow_up', release.card_fields(), p_now) d
        where d.registration_id = (mine.scan).registration_id and d.refusal is null and release.reading_counts(mine.scan, d.scans_from)
          and exists (select from registration_key k where k.registration_id = d.registration_id)) then
        return 'not_a_lead';
    end if;
    insert into lead_note as n (event_id, party_id, registration_id, device_id, organisation_id, scan_id, helper, rating, answers,
                                note, written_at, changed_at)
    values ((mine.scan).event_id, (mine.scan).party_id, (mine.scan).registration_id, p_device, (mine.scan).organisation_id,
            (mine.scan).id, (mine.device).helper, p_rating, p_answers, p_note, least(p_written_at, p_now), p_now)
    on conflict (party_id, registration_id, device_id) do update set
        scan_id = excluded.scan_id, helper = excluded.helper, rating = excluded.rating, answers = excluded.answers,
        note = excluded.note, written_at = excluded.written_at, changed_at = excluded.changed_at
    where excluded.written_at >= n.written_at;
    return case when found then 'kept' else 'written_before' end;
end $$;

-- One scan again, decided now and booked like a scan. `outcome`: lead, saved_not_shared, no_scan, device_revoked; the note is
-- what this very phone wrote about her.
create or replace function release.look_at_scan(p_device uuid, p_client uuid, p_now timestamptz)
    returns table (outcome text, lead uuid, fields text[], name text, job_title text, company text, address text, country text,
                   phone text, email text, note jsonb)
    volatile language plpgsql security definer set search_path = pg_catalog, public, release, pg_temp set join_collapse_limit = 1 set from_collapse_limit = 1 set jit = off as $$
#variable_conflict use_column
declare
    mine record;
    ask record;
    book uuid;
begin
    if pg_is_in_recovery() then
        raise exception 'the gate reads the primary only' using errcode = 'EV503';
    end if;
    select * into mine from release.own_scan(p_device, p_client);
    if not mine.revoked and (mine.scan).id is not null then
        p_now := greatest(p_now, release.hold_withdrawals((mine.device).event_id, (mine.device).party_id, p_now));
        select * into mine from release.own_scan(p_device, p_client);
    end if;
    outcome := case when mine.revoked then 'device_revoked' when (mine.scan).id is null then 'no_scan' else 'saved_not_shared' end;
    if outcome <> 'saved_not_shared' or not mine.was_lead then
        return next;
        return;
    end if;
    book := uuidv7();  -- drawn under the lock: ids of releases and recalls tell which came first
    select * into ask from release.sponsor_may_ask((mine.scan).event_id, (mine.scan).party_id, 'follow_up', p_now);

    return query
    with shown as materialized (
        select d.registration_id, d.fields, d.basis, d.consent_event_ids, d.scan_id, d.scans_from, card.*
        from release.decide((mine.scan).event_id, (mine.scan).party_id, 'follow_up', release.card_fields(), p_now) d
        join registration r on r.id = d.registration_id
        join registration_key k on k.registration_id = d.registration_id
        cross join lateral release.card_of(r, d.fields, k.key) card
        -- §3.1: on the ground of this very scan, as when it was made
        where d.registration_id = (mine.scan).registration_id and d.refusal is null and release.reading_counts(mine.scan, d.scans_from)
    ), line as (
        insert into disclosure
        select l.* from shown s cross join lateral release.line_of(
            book, s.registration_id, (mine.scan).organisation_id, s.fields, s.basis, s.consent_event_ids, s.scan_id, s.commitment) l
        returning registration_id, hash
    ), entry as (
        insert into release (id, organisation_id, event_id, party_id, outcome, channel, actor_kind, actor_id, declared_use,
                             requested_fields, agreement_id, policy_version, at, row_count, last_registration_id, lines_hash, hash)
        select book, (mine.scan).organisation_id, (mine.scan).event_id, (mine.scan).party_id, 'released', 'scan', 'device', p_device,
               'follow_up', release.card_fields(), ask.agreement_id, release.policy_version(), p_now, count(*), null,
               sha256(string_agg(hash, ''::bytea order by registration_id)), ''
        from line having count(*) > 0
    )
    select 'lead', release.lead_id(ask.lead_salt, s.registration_id), s.fields, s.name, s.job_title, s.company, s.address, s.country,
           s.phone, s.email,
           (select jsonb_build_object('rating', n.rating, 'answers', n.answers, 'note', n.note)
            from release.notes_on((mine.scan).party_id, s.registration_id, s.scans_from) n where n.device_id = p_device)
    from shown s;
    if not found then return next; end if;
end $$;

-- Whether a party's list for one use may read differently than before: a word that changes with it, and says nothing. It is made
-- of nothing but what the list shows: who is a lead now, on which ground and since when, what is noted on them, and what was
-- recalled. A scan of somebody who allows nothing, a word that nobody was told of, an end of the sponsorship leave it as it is.
create or replace function release.leads_version(
    p_kind text, p_key text, p_party uuid, p_event_slug text, p_use text, p_now timestamptz)
    returns text stable language plpgsql security definer set search_path = pg_catalog, public, release, pg_temp set join_collapse_limit = 1 set from_collapse_limit = 1 set jit = off
    set work_mem = '64MB' set random_page_cost = 1.1 set plan_cache_mode = force_custom_plan as $$
declare
    who record;
    ask record;
begin
    select * into who from release.caller(p_kind, p_key, p_party, p_event_slug, p_now) limit 1;
    if who.party_id is null then
        raise exception 'no such caller' using errcode = case when p_party is null then 'EV401' else 'EV404' end;
    end if;
    if who.event_id is null then raise exception 'no such event' using errcode = 'EV404'; end if;
    select * into ask from release.sponsor_may_ask(who.event_id, who.party_id, p_use, p_now);
    if ask.refusal is not null then return encode(sha256(ask.lead_salt), 'hex'); end if;
    return (
        with shown as materialized (
            select d.registration_id, d.changed_at, d.basis, d.fields, d.scans_from
            from release.decide(who.event_id, who.party_id, p_use, release.card_fields(), p_now) d
            join registration_key k on k.registration_id = d.registration_id
            where d.refusal is null
        )
        -- sums of hashes: nothing to sort, and each half is salted below
        select encode(sha256(ask.lead_salt || convert_to(concat_ws(' ',
            (select concat_ws(' ', count(*), sum(hash_record_extended((s.registration_id, s.changed_at, s.basis, s.fields), 0)))
             from shown s),
            (select concat_ws(' ', count(*), sum(hash_record_extended((n.registration_id, n.device_id, n.changed_at), 0)))
             from shown s cross join lateral release.notes_on(who.party_id, s.registration_id, s.scans_from) n),
            (select concat_ws(' ', count(*), max(c.created_at)) from recall c
             where c.event_id = who.event_id and c.party_id = who.party_id)), 'UTF8')), 'hex'));
end $$;

-- Delete what one phone noted about one lead: the note belongs to this sponsor, which need not keep it (S6-sponsor-16). The same
-- silence whether there was such a note or not; raises for a caller who is none. If it was told, whoever pulls what changed hears
-- of the lead again.
create or replace function release.delete_note(
    p_kind text, p_key text, p_party uuid, p_lead uuid, p_phone uuid, p_now timestamptz)
    returns void volatile language plpgsql security definer set search_path = pg_catalog, public, release, pg_temp as $$
declare
    who record;
begin
    perform release.require_caller(p_kind, p_key, p_party, null, p_now);
    select * into who from release.caller(p_kind, p_key, p_party, null, p_now) limit 1;
    with gone as (
        delete from lead_note n using party p
        where p.id = who.party_id and n.party_id = p.id and n.device_id = p_phone
          and release.lead_id(p.lead_salt, n.registration_id) = p_lead
        returning n.scan_id)
    -- nothing is left that could tell it: her visit to this party does
    update visit v set changed_at = greatest(v.changed_at, p_now)
    from gone
    join scan s on s.id = gone.scan_id
    cross join lateral release.decide(s.event_id, s.party_id, 'follow_up', release.card_fields(), p_now) d
    where v.party_id = s.party_id and v.registration_id = s.registration_id
      and d.registration_id = s.registration_id and release.reading_counts(s, d.scans_from);
end $$;

grant execute on function release.keep_note to events_release;
grant execute on function release.delete_note to events_release;
grant execute on function release.look_at_scan to events_release;
grant execute on function release.leads_version to events_release;
