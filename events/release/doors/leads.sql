-- What a party's helpers noted about somebody (S6-sponsor-16) and what the party may still be told: a note stands on the scan
-- after which it was written, and only while that scan is a ground. After a withdrawal, an allowing anew, or on the form's ground
-- alone it stays hers to read and is told to nobody else.
create or replace function release.notes_on(p_party uuid, p_registration uuid, p_scans_from timestamptz)
    returns setof lead_note stable language sql as $$
    select n.* from lead_note n join scan s on s.id = n.scan_id
    where n.party_id = p_party and n.registration_id = p_registration and release.reading_counts(s, p_scans_from)
$$;

-- whether a note on a lead is news to whoever asks what changed
create or replace function release.noted_since(
    p_party uuid, p_registration uuid, p_scans_from timestamptz, p_since timestamptz) returns boolean stable language sql
    return exists (select from release.notes_on(p_party, p_registration, p_scans_from) n where n.changed_at >= p_since);

-- Whether a lead may have been told by a scan to whoever pulled then: the last time before, or at any time since, by whoever of
-- the party asked. Where that scan is a ground no more, it and all that was noted on it are gone, though she is a lead by the form
-- as before.
create or replace function release.told_by_a_scan(p_party uuid, p_registration uuid, p_since timestamptz) returns boolean
    stable language sql
    return coalesce((select told.scan_id is not null from disclosure told join release r on r.id = told.release_id
                     where told.registration_id = p_registration and r.party_id = p_party and r.at < p_since
                     order by r.id desc limit 1), false)
        or exists (select from disclosure told join release r on r.id = told.release_id
                   where told.registration_id = p_registration and r.party_id = p_party and r.at >= p_since
                     and told.scan_id is not null);

-- What a sponsor looks for in its leads, before a line is written: only whom it is shown is booked. Returns whom the page or the
-- file holds, in its order; null where nothing is looked for. `search` is a part of any *released* value: a field that is not
-- in `fields` is not compared, so that searching tells nothing about what is withheld, nor about anybody who is no lead now.
--   p_look: {search, day (YYYY-MM-DD in the event's time zone), helper, newest (true: latest change first), before (the
--   changed_at of the last lead of the page before, with its cursor)}
-- Planned anew each time, apart from take_leads: a page without any of this keeps its plan.
create or replace function release.look_for_leads(
    p_event uuid, p_party uuid, p_use text, p_fields text[], p_look jsonb, p_after uuid, p_since timestamptz, p_limit integer,
    p_now timestamptz) returns uuid[]
    stable language plpgsql set plan_cache_mode = force_custom_plan set enable_hashjoin = on set enable_mergejoin = on as $$
declare
    v_search text := nullif(lower(normalize(p_look ->> 'search', NFKC)), '');
    v_day date := p_look ->> 'day';
    v_helper text := p_look ->> 'helper';
    v_newest boolean := coalesce((p_look ->> 'newest')::boolean, false);
    v_before timestamptz := p_look ->> 'before';
begin
    return array(
        select d.registration_id
        from release.decide(p_event, p_party, p_use, p_fields, p_now) d
        join registration r on r.id = d.registration_id
        join event e on e.id = p_event
        where d.refusal is null
          and exists (select from registration_key k where k.registration_id = d.registration_id)
          and (p_since is null or d.changed_at >= p_since
               or case when d.scans_from is not null then release.noted_since(p_party, d.registration_id, d.scans_from, p_since)
                       else exists (select from scan s where s.registration_id = d.registration_id and s.party_id = p_party)
                            and release.told_by_a_scan(p_party, d.registration_id, p_since) end)
          and case when v_newest then v_before is null or (d.changed_at, d.registration_id) < (v_before, p_after)
                   else d.registration_id > p_after end
          and (v_search is null or exists (
                select from (values ('name', r.name), ('job_title', r.job_title), ('company', r.company), ('address', r.address),
                                    ('country', r.country), ('phone', r.phone), ('email', r.email)) card (field, value)
                where card.field = any (d.fields) and strpos(lower(normalize(card.value, NFKC)), v_search) > 0))
          and (v_day is null or exists (
                select from scan s where s.id = d.scan_id and (s.effective_at at time zone e.time_zone)::date = v_day))
          and (v_helper is null
               or exists (select from scan s join device h on h.id = s.device_id where s.id = d.scan_id and h.helper = v_helper)
               or exists (select from release.notes_on(p_party, d.registration_id, d.scans_from) n where n.helper = v_helper))
        order by case when v_newest then d.changed_at end desc, case when v_newest then d.registration_id end desc, d.registration_id
        limit p_limit);
end $$;

-- A sponsor's leads: a page (p_limit), everything (p_limit null), what changed (p_changed_since, with tombstones), or a
-- prepared download (p_download). The first row is the release itself: its id and the fields that it can hold, or the
-- refusal of the whole call; then one row per lead, with when and by whom it was scanned and what the helpers noted: both are
-- the party's own, so no commitment is made of them. With p_look (see above) it holds only what is looked for, and no tombstones.
create or replace function release.take_leads(
    p_kind text, p_key text, p_party uuid, p_event_slug text, p_use text, p_fields text[], p_channel text,
    p_cursor uuid, p_changed_since timestamptz, p_limit integer, p_download uuid, p_now timestamptz, p_look jsonb default null)
    returns table (release_id uuid, refusal text, lead uuid, state text, basis text, fields text[], name text,
                   job_title text, company text, address text, country text, phone text, email text,
                   changed_at timestamptz, usable_until timestamptz, scanned_at timestamptz, scanned_by text, notes jsonb)
    volatile language plpgsql security definer set search_path = pg_catalog, public, release, pg_temp set join_collapse_limit = 1 set from_collapse_limit = 1 set jit = off
    set work_mem = '64MB' set random_page_cost = 1.1 set plan_cache_mode = force_custom_plan
    set enable_hashjoin = on set enable_mergejoin = on as $$
#variable_conflict use_column
declare
    who record;
    ask record;
    link download;
    after uuid := '00000000-0000-0000-0000-000000000000';
    book uuid;
    -- what is stamped before a pull may commit after it (it waits for the release lock, at most as long as a statement may
    -- take: events/database/connections.py): the last minutes are told again rather than missed
    since timestamptz := p_changed_since - interval '2 minutes';
    lost boolean;
    decided_at timestamptz;
    chosen uuid[];
begin
    if pg_is_in_recovery() then
        raise exception 'the gate reads the primary only' using errcode = 'EV503';
    end if;
    if p_limit is not null and p_look is null then
        -- a page walks the index from its cursor, by one plan that the connection keeps
        perform set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_hashjoin', 'off', true),
                set_config('enable_mergejoin', 'off', true);
    end if;
    if p_download is not null then
        select d.* into link from download d where d.id = p_download;
        select e.slug into p_event_slug from event e where e.id = link.event_id;
        p_party := coalesce(p_party, link.party_id); p_use := link.declared_use; p_fields := link.fields;
    end if;
    select * into who from release.caller(p_kind, p_key, p_party, p_event_slug, p_now) limit 1;
    if who.party_id is null then
        raise exception 'no such caller' using errcode = case when p_party is null then 'EV401' else 'EV404' end;
    end if;
    if who.event_id is null or (p_download is not null and (link.id is null or link.party_id <> who.party_id)) then
        raise exception 'no such event' using errcode = 'EV404';
    end if;
    if p_cursor is not null then
        select r.last_registration_id into after from release r
        where r.id = p_cursor and r.party_id = who.party_id and r.event_id = who.event_id and r.last_registration_id is not null;
        if not found then raise exception 'cursor' using errcode = 'EV422'; end if;
    end if;

    decided_at := release.hold_withdrawals(who.event_id, who.party_id, p_now);
    if decided_at > p_now then
        p_now := decided_at;
        perform release.require_caller(p_kind, p_key, p_party, p_event_slug, p_now);
    end if;
    book := uuidv7();  -- drawn under the lock: ids of releases and recalls tell which came first

    select * into ask from release.sponsor_may_ask(who.event_id, who.party_id, p_use, p_now);
    if ask.refusal is not null then
        perform release.note_refusal(who.organisation_id, who.event_id, who.party_id, p_kind, who.actor_id, p_channel,
                                     p_use, p_fields, 'denied', ask.refusal, p_now);
        refusal := ask.refusal;
        return next;
        return;
    end if;

    if p_download is not null then
        -- one use; anybody gone since it was prepared voids the whole file (S6-sponsor-13)
        update download d set closed_at = p_now where d.id = p_download and d.closed_at is null and p_now < d.expires_at;
        if not found then
            lost := null;
        else
            select count(*) < cardinality(link.registrations) into lost
            from release.decide(who.event_id, who.party_id, p_use, p_fields, p_now) d
            where d.registration_id = any (link.registrations) and d.refusal is null;
        end if;
        if lost is null or lost then
            perform release.note_refusal(who.organisation_id, who.event_id, who.party_id, p_kind, who.actor_id, p_channel,
                p_use, p_fields, 'void', case when lost then 'withdrawn_since' else 'link_closed' end, p_now);
            refusal := case when lost then 'withdrawn_since' else 'link_closed' end;
            return next;
            return;
        end if;
    end if;

    if p_look is not null then
        chosen := release.look_for_leads(who.event_id, who.party_id, p_use, p_fields, p_look, after, since, p_limit, p_now);
        after := '00000000-0000-0000-0000-000000000000';
    end if;

    release_id := book;
    fields := array(select f from unnest(release.card_fields()) f where f = any (p_fields) and f = any (ask.fields));
    return next;
    return query
    with page as materialized (
        select d.registration_id, d.fields, d.basis, d.consent_event_ids, d.scan_id, d.refusal, d.changed_at, d.usable_until,
               d.scans_from, card.*
        from release.decide(who.event_id, who.party_id, p_use, p_fields, p_now) d
        join registration r on r.id = d.registration_id
        left join registration_key k on k.registration_id = d.registration_id
        cross join lateral release.card_of(r, d.fields, k.key) card
        where d.registration_id > after
          and (p_download is null or d.registration_id = any (link.registrations))
          and (chosen is null or (d.registration_id = any (chosen) and d.refusal is null))
          and case
                when since is null then d.refusal is null and k.key is not null
                else (d.refusal is null and k.key is not null
                      and (d.changed_at >= since
                           or case when d.scans_from is not null
                                   then release.noted_since(who.party_id, d.registration_id, d.scans_from, since)
                                   -- the first is asked of everybody, and costs next to nothing
                                   else exists (select from scan s where s.registration_id = d.registration_id and s.party_id = who.party_id)
                                        and release.told_by_a_scan(who.party_id, d.registration_id, since) end))
                  or (d.refusal is not null and exists (
                        select from disclosure old join release r2 on r2.id = old.release_id
                        where old.registration_id = d.registration_id and r2.party_id = who.party_id and r2.event_id = who.event_id)
                      and not exists (
                        select from recall c where c.registration_id = d.registration_id and c.party_id = who.party_id
                          and c.created_at < since
                          and not exists (select from recall c2 where c2.registration_id = c.registration_id
                                          and c2.party_id = c.party_id and c2.created_at >= since)))
              end
        order by d.registration_id
        limit p_limit
    ), noted as materialized (
        -- all at once, not lead by lead: a file has thousands
        select s.registration_id, jsonb_agg(jsonb_build_object('helper', n.helper, 'rating', n.rating, 'answers', n.answers, 'note', n.note,
                                                               'written_at', n.written_at, 'phone', n.device_id) order by n.written_at, n.device_id) as notes
        from page s cross join lateral release.notes_on(who.party_id, s.registration_id, s.scans_from) n
        where s.refusal is null
        group by s.registration_id
    ), line as (
        insert into disclosure
        select l.* from page s cross join lateral release.line_of(
            book, s.registration_id, who.organisation_id, s.fields, s.basis, s.consent_event_ids, s.scan_id, s.commitment) l
        where s.refusal is null
        returning registration_id, hash
    ), entry as (
        insert into release (id, organisation_id, event_id, party_id, outcome, channel, actor_kind, actor_id, declared_use,
                             requested_fields, agreement_id, policy_version, at, row_count, last_registration_id, lines_hash, hash)
        select book, who.organisation_id, who.event_id, who.party_id, 'released', p_channel, p_kind, who.actor_id, p_use,
               p_fields, ask.agreement_id, release.policy_version(), p_now, (select count(*) from line),
               coalesce(chosen[cardinality(chosen)], (select registration_id from page order by registration_id desc limit 1)),
               coalesce((select sha256(string_agg(hash, ''::bytea order by registration_id)) from line), release.no_lines()), ''
    )
    select book, null::text, release.lead_id(ask.lead_salt, s.registration_id),
           case when s.refusal is null then 'lead' else 'withdrawn' end, case when s.refusal is null then s.basis end,
           s.fields, s.name, s.job_title, s.company, s.address, s.country, s.phone, s.email,
           case when s.refusal is null then s.changed_at end, case when s.refusal is null then s.usable_until end,
           came.effective_at, phone.helper, noted.notes
    from page s
    left join scan came on came.id = s.scan_id and s.refusal is null
    left join device phone on phone.id = came.device_id
    left join noted on noted.registration_id = s.registration_id
    order by array_position(chosen, s.registration_id), s.registration_id;
end $$;

-- The hash of the file that was made of a release, in the transaction that made it.
create or replace function release.note_file(p_release uuid, p_sha256 bytea) returns void
    volatile language sql security definer set search_path = pg_catalog, public, release, pg_temp as $$
    update release set file_sha256 = p_sha256 where id = p_release and txid = pg_current_xact_id()
$$;

-- What a file's heading says: controller, event and its time zone, recipient (S1-role-1); for a prepared download also its format and use.
-- No attendee in it. No row for an event or a download that is not the caller's.
create or replace function release.heading(
    p_kind text, p_key text, p_party uuid, p_event_slug text, p_download uuid, p_now timestamptz)
    returns table (controller text, dpo_contact text, event text, title_th text, title_en text, recipient text,
                   format text, declared_use text, questions jsonb, time_zone text)
    stable language sql security definer set search_path = pg_catalog, public, release, pg_temp as $$
    select o.legal_name, o.dpo_email, e.slug, e.title_th, e.title_en, p.legal_name, d.format, d.declared_use,
           coalesce((select jsonb_agg(jsonb_build_object('id', q.id, 'th', q.wording_th, 'en', q.wording_en, 'options', q.options)
                                      order by q.position, q.id)
                     from lead_question q where q.event_id = e.id and q.party_id = p.id), '[]'),
           e.time_zone
    from (values (p_download)) link (id)
    left join download d on d.id = link.id
    left join event prepared on prepared.id = d.event_id
    cross join lateral release.caller(p_kind, p_key, coalesce(p_party, d.party_id), coalesce(prepared.slug, p_event_slug), p_now) c
    join event e on e.id = c.event_id join party p on p.id = c.party_id join organisation o on o.id = c.organisation_id
    where p_download is null or d.party_id = c.party_id
    limit 1
$$;

-- A download link: who stands in it is decided now and again when it is opened; no value is stored in between. The same
-- id again (a request sent twice) answers with the link as it was made.
create or replace function release.prepare_download(
    p_kind text, p_key text, p_party uuid, p_event_slug text, p_use text, p_fields text[], p_format text,
    p_id uuid, p_expires_at timestamptz, p_now timestamptz)
    returns table (id uuid, row_count integer, expires_at timestamptz, refusal text)
    volatile language plpgsql security definer set search_path = pg_catalog, public, release, pg_temp set join_collapse_limit = 1 set from_collapse_limit = 1 set jit = off as $$
#variable_conflict use_column
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
    if ask.refusal is not null then
        perform release.note_refusal(who.organisation_id, who.event_id, who.party_id, p_kind, who.actor_id, p_format,
                                     p_use, p_fields, 'denied', ask.refusal, p_now);
        refusal := ask.refusal;
        return next;
        return;
    end if;
    p_id := coalesce(p_id, uuidv7());
    insert into download (id, organisation_id, event_id, party_id, actor_kind, actor_id, format, declared_use, fields,
                          registrations, created_at, expires_at)
    select p_id, who.organisation_id, who.event_id, who.party_id, p_kind, who.actor_id, p_format, p_use,
           p_fields, coalesce(array_agg(d.registration_id), '{}'), p_now, p_expires_at
    from release.decide(who.event_id, who.party_id, p_use, p_fields, p_now) d where d.refusal is null
    on conflict (id) do nothing;
    return query
    select d.id, cardinality(d.registrations), d.expires_at, null::text from download d
    where d.id = p_id and d.party_id = who.party_id;
end $$;

grant execute on function release.take_leads to events_release;
grant execute on function release.note_file to events_release;
grant execute on function release.heading to events_release;
grant execute on function release.prepare_download to events_release;
