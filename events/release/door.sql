-- The doors: the only functions through which attendee data reaches a sponsor or an affiliate. Each finds out for
-- itself who is calling, takes the release lock, decides, writes the book and returns the rows, in one call.
-- Owned by events_gate (no superuser, no BYPASSRLS); events_release may execute them and touch nothing else.
--
-- join_collapse_limit = 1: policy.sql writes its joins in the order that is right, and planning them anew cost ten times the
-- decision itself. A scan and a page keep one plan per connection, which walks the indexes; a file is planned each time, and
-- merges them.
--
-- The release lock: a door holds its event and its (event, party) shared until it commits. Whoever takes something back from a
-- party she names holds the event shared and the (event, party) exclusively; whoever takes it back from all (a block, a
-- cancellation, "all sponsors") holds the event exclusively, which meets sponsors who join in that very moment as well. So a
-- withdrawal is either before the decision, and nothing leaves, or after the commit, and the recall finds the line; and of
-- two withdrawals at once the later one finds the recalls of the earlier.

create or replace function release.lock_key(p_event uuid, p_party uuid) returns bigint immutable language sql
    return hashtextextended(p_event::text || p_party::text, 6);

-- In this order everywhere: the event first, then the party. Returns the time to decide at: where the caller had to wait, what
-- was asked meanwhile has its answer by now (a sponsorship ended, an agreement ran out), and so it is later by the wait.
create or replace function release.hold_withdrawals(p_event uuid, p_party uuid, p_now timestamptz) returns timestamptz
    volatile language plpgsql as $$
declare
    everybody constant bigint := release.lock_key(p_event, '00000000-0000-0000-0000-000000000000');
    party constant bigint := release.lock_key(p_event, p_party);
    began constant timestamptz := clock_timestamp();
begin
    if pg_try_advisory_xact_lock_shared(everybody) and pg_try_advisory_xact_lock_shared(party) then return p_now; end if;
    perform pg_advisory_xact_lock_shared(everybody);
    perform pg_advisory_xact_lock_shared(party);
    return p_now + (clock_timestamp() - began);
end $$;

-- Returns the time of what is taken back: not before any release that it waited for, so that the book reads in order.
create or replace function release.lock_against_releases(p_events uuid[], p_parties uuid[], p_now timestamptz) returns timestamptz
    volatile language plpgsql security definer set search_path = pg_catalog, public, release, pg_temp as $$
declare
    everybody constant uuid := '00000000-0000-0000-0000-000000000000';
begin
    if p_parties is not null then
        perform pg_advisory_xact_lock_shared(k) from (select release.lock_key(e, everybody) k from unnest(p_events) e order by 1) keys;
    end if;
    perform pg_advisory_xact_lock(k) from (
        select release.lock_key(e, p) k from unnest(p_events) e cross join unnest(coalesce(p_parties, array[everybody])) p
        order by 1) keys;
    return greatest(p_now, (select max(r.at) from unnest(p_events) e
                            cross join lateral (select at from release where event_id = e order by at desc limit 1) r));
end $$;

-- §6 recipient = legal entity: what the caller's credential stands for. One row, or none (401, or 404 for things of others).
create or replace function release.caller(p_kind text, p_key text, p_party uuid, p_event_slug text, p_now timestamptz)
    returns table (actor_id uuid, party_id uuid, organisation_id uuid, event_id uuid) stable language sql as $$
    select who.actor_id, p.id, p.organisation_id, e.id
    from (
        select s.id as actor_id, m.party_id from session s
        join party_member m on m.person_id = s.person_id and m.role = 'admin'
        where p_kind = 'session' and s.token_sha256 = decode(case p_kind when 'session' then p_key else '' end, 'hex')
          and s.revoked_at is null and p_now < s.expires_at
        union all
        select c.id, c.party_id from api_client c
        where p_kind = 'client' and c.id::text = p_key and c.revoked_at is null) who
    join party p on p.id = who.party_id and (p_party is null or p.id = p_party)
    left join event e on e.slug = p_event_slug and e.organisation_id = p.organisation_id
$$;

-- Whoever waited for the lock must still be whom she was: a membership or a key may have ended meanwhile.
create or replace function release.require_caller(p_kind text, p_key text, p_party uuid, p_event_slug text, p_now timestamptz)
    returns void stable language plpgsql as $$
begin
    if not exists (select from release.caller(p_kind, p_key, p_party, p_event_slug, p_now)) then
        raise exception 'no such caller' using errcode = case when p_party is null then 'EV401' else 'EV404' end;
    end if;
end $$;

create or replace function release.lead_id(p_salt bytea, p_registration uuid) returns uuid immutable language sql
    return encode(substring(sha256(p_salt || uuid_send(p_registration)) from 1 for 16), 'hex')::uuid;

-- A pull that the policy refuses as a whole is written down too, with its reason; the caller hears the reason, no person does.
create or replace function release.note_refusal(
    p_organisation uuid, p_event uuid, p_party uuid, p_actor_kind text, p_actor uuid, p_channel text, p_use text,
    p_fields text[], p_outcome text, p_refusal text, p_now timestamptz) returns void volatile language sql as $$
    insert into release (organisation_id, event_id, party_id, outcome, refusal, channel, actor_kind, actor_id, declared_use,
                         requested_fields, policy_version, at, row_count, lines_hash, hash)
    values (p_organisation, p_event, p_party, p_outcome, p_refusal, p_channel, p_actor_kind, p_actor, coalesce(p_use, ''),
            p_fields, release.policy_version(), p_now, 0, release.no_lines(), '')
$$;

-- A sponsor's leads: a page (p_limit), everything (p_limit null), what changed (p_changed_since, with tombstones), or a
-- prepared download (p_download). The first row is the release itself: its id and the fields that it can hold, or the
-- refusal of the whole call; then one row per lead.
create or replace function release.take_leads(
    p_kind text, p_key text, p_party uuid, p_event_slug text, p_use text, p_fields text[], p_channel text,
    p_cursor uuid, p_changed_since timestamptz, p_limit integer, p_download uuid, p_now timestamptz)
    returns table (release_id uuid, refusal text, lead uuid, state text, basis text, fields text[], name text,
                   job_title text, company text, address text, country text, phone text, email text,
                   changed_at timestamptz, usable_until timestamptz)
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
begin
    if pg_is_in_recovery() then
        raise exception 'the gate reads the primary only' using errcode = 'EV503';
    end if;
    if p_limit is not null then
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

    release_id := book;
    fields := array(select f from unnest(release.card_fields()) f where f = any (p_fields) and f = any (ask.fields));
    return next;
    return query
    with page as materialized (
        select d.registration_id, d.fields, d.basis, d.consent_event_ids, d.scan_id, d.refusal, d.changed_at, d.usable_until, k.key,
            case when 'name' = any (d.fields) then r.name end as name,
            case when 'job_title' = any (d.fields) then r.job_title end as job_title,
            case when 'company' = any (d.fields) then r.company end as company,
            case when 'address' = any (d.fields) then r.address end as address,
            case when 'country' = any (d.fields) then r.country end as country,
            case when 'phone' = any (d.fields) then r.phone end as phone,
            case when 'email' = any (d.fields) then r.email end as email
        from release.decide(who.event_id, who.party_id, p_use, p_fields, p_now) d
        join registration r on r.id = d.registration_id
        left join registration_key k on k.registration_id = d.registration_id
        where d.registration_id > after
          and (p_download is null or d.registration_id = any (link.registrations))
          and case
                when since is null then d.refusal is null and k.key is not null
                else (d.refusal is null and k.key is not null and d.changed_at >= since)
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
    ), line as (
        insert into disclosure (release_id, registration_id, organisation_id, fields, basis, consent_event_ids, scan_id,
                                commitment, hash)
        select (made.l).release_id, (made.l).registration_id, (made.l).organisation_id, (made.l).fields, (made.l).basis,
               (made.l).consent_event_ids, (made.l).scan_id, (made.l).commitment, release.line_hash(made.l)
        from (
            select (book, s.registration_id, who.organisation_id, s.fields, s.basis, s.consent_event_ids, s.scan_id,
                    release.commitment(s.key, array[s.name, s.job_title, s.company, s.address, s.country, s.phone, s.email]),
                    '')::disclosure as l
            from page s where s.refusal is null offset 0) made
        returning registration_id, hash
    ), entry as (
        insert into release (id, organisation_id, event_id, party_id, outcome, channel, actor_kind, actor_id, declared_use,
                             requested_fields, agreement_id, policy_version, at, row_count, last_registration_id, lines_hash, hash)
        select book, who.organisation_id, who.event_id, who.party_id, 'released', p_channel, p_kind, who.actor_id, p_use,
               p_fields, ask.agreement_id, release.policy_version(), p_now, (select count(*) from line),
               (select registration_id from page order by registration_id desc limit 1),
               coalesce((select sha256(string_agg(hash, ''::bytea order by registration_id)) from line), release.no_lines()), ''
    )
    select book, null::text, release.lead_id(ask.lead_salt, s.registration_id),
           case when s.refusal is null then 'lead' else 'withdrawn' end, case when s.refusal is null then s.basis end,
           s.fields, s.name, s.job_title, s.company, s.address, s.country, s.phone, s.email,
           case when s.refusal is null then s.changed_at end, case when s.refusal is null then s.usable_until end
    from page s order by s.registration_id;
end $$;

-- The hash of the file that was made of a release, in the transaction that made it.
create or replace function release.note_file(p_release uuid, p_sha256 bytea) returns void
    volatile language sql security definer set search_path = pg_catalog, public, release, pg_temp as $$
    update release set file_sha256 = p_sha256 where id = p_release and txid = pg_current_xact_id()
$$;

-- What a file's heading says: controller, event, recipient (S1-role-1); for a prepared download also its format and use.
-- No attendee in it. No row for an event or a download that is not the caller's.
create or replace function release.heading(
    p_kind text, p_key text, p_party uuid, p_event_slug text, p_download uuid, p_now timestamptz)
    returns table (controller text, dpo_contact text, event text, title_th text, title_en text, recipient text,
                   format text, declared_use text)
    stable language sql security definer set search_path = pg_catalog, public, release, pg_temp as $$
    select o.legal_name, o.dpo_email, e.slug, e.title_th, e.title_en, p.legal_name, d.format, d.declared_use
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

-- A batch of booth scans from one phone: each is stored once, decided, and answered. Unknown, foreign, revoked and
-- not-allowed badges walk the same path and get the same answer (S6-sponsor-15).
create or replace function release.take_scans(
    p_device uuid, p_clients uuid[], p_codes text[], p_times timestamptz[], p_now timestamptz)
    returns table (client_id uuid, verdict text, duplicate boolean, lead uuid, fields text[], name text, job_title text,
                   company text, address text, country text, phone text, email text, retry_after integer)
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

    if phone_of.revoked_at is not null then
        insert into scan (organisation_id, event_id, device_id, client_id, party_id, kind, code_sha256, device_time,
                          received_at, effective_at, verdict, reason, quarantined)
        select phone_of.organisation_id, phone_of.event_id, phone_of.id, i.client, phone_of.party_id, 'booth',
               sha256(convert_to(i.code, 'UTF8')), i.at, p_now, least(i.at, p_now), 'quarantined', 'device_revoked', true
        from unnest(p_clients, p_codes, p_times) i (client, code, at)
        on conflict do nothing;
        return query select c, 'quarantined', false, null::uuid, null::text[], null::text, null::text, null::text, null::text,
            null::text, null::text, null::text, null::integer from unnest(p_clients) c;
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
            null::text, null::text, null::text, 60;
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
    if phone_of.last_seen_at is null or phone_of.last_seen_at < p_now - interval '1 minute' then
        update device set last_seen_at = p_now where id = p_device;
    end if;
    select * into ask from release.sponsor_may_ask(phone_of.event_id, phone_of.party_id, 'follow_up', p_now);

    -- whose badges these are, asked once: one that is issued anew meanwhile was read before it was dead
    select array_agg(s.client_id is not null order by i.n), array_agg(coalesce(s.registration_id, b.registration_id) order by i.n)
    into known, registrations
    from unnest(p_clients, p_codes) with ordinality i (client, code, n)
    left join scan s on s.device_id = p_device and s.client_id = i.client
    left join badge b on s.client_id is null and b.code = i.code and b.event_id = phone_of.event_id and b.revoked_at is null;

    -- the latest scan of each badge in the batch becomes the party's visit, if its badge is live
    insert into visit as v (event_id, party_id, registration_id, organisation_id, scan_id, at, changed_at)
    select distinct on (i.registration_id) phone_of.event_id, phone_of.party_id, i.registration_id, phone_of.organisation_id,
           i.id, least(i.at, p_now), p_now
    from unnest(p_times, ids, known, registrations) i (at, id, known, registration_id)
    where not i.known and i.registration_id is not null
    order by i.registration_id, least(i.at, p_now) desc, i.id
    on conflict (registration_id, party_id) do update set
        scan_id = excluded.scan_id, at = excluded.at, changed_at = excluded.changed_at
    where excluded.at > v.at;

    return query
    with item as materialized (
        select i.* from unnest(p_clients, p_codes, p_times, ids, known, registrations) i (client, code, at, id, known, registration_id)
    ), moment as materialized (
        -- a process whose clock is ahead may have stored a later scan of the same badge: decide when all are known. Read in this
        -- statement, not before it: a batch that is sent again locks no visit, and another phone may move one between two
        select greatest(p_now, max(v.at)) as at
        from item i join visit v on v.registration_id = i.registration_id and v.party_id = phone_of.party_id
    ), decided as materialized (
        select d.*, r.name, r.job_title, r.company, r.address, r.country as home, r.phone, r.email, k.key
        from moment
        cross join lateral release.decide(phone_of.event_id, phone_of.party_id, 'follow_up', release.card_fields(), moment.at) d
        join registration r on r.id = d.registration_id
        left join registration_key k on k.registration_id = d.registration_id
        where d.registration_id = any (array(select registration_id from item where registration_id is not null))
    ), shown as materialized (
        select d.registration_id, d.fields, d.basis, d.consent_event_ids, d.scan_id, d.key,
            case when 'name' = any (d.fields) then d.name end as name,
            case when 'job_title' = any (d.fields) then d.job_title end as job_title,
            case when 'company' = any (d.fields) then d.company end as company,
            case when 'address' = any (d.fields) then d.address end as address,
            case when 'country' = any (d.fields) then d.home end as country,
            case when 'phone' = any (d.fields) then d.phone end as phone,
            case when 'email' = any (d.fields) then d.email end as email
        from decided d
        -- §3.1: a scan answers on the ground of the badge flag alone; a form consent shows in the list, not on the phone
        where d.refusal is null and d.basis in ('scan', 'both') and d.key is not null
    ), stored as (
        insert into scan (id, organisation_id, event_id, device_id, client_id, party_id, kind, registration_id, code_sha256,
                          device_time, received_at, effective_at, verdict, reason)
        select i.id, phone_of.organisation_id, phone_of.event_id, p_device, i.client, phone_of.party_id, 'booth', i.registration_id,
               sha256(convert_to(i.code, 'UTF8')), i.at, p_now, least(i.at, p_now),
               case when s.registration_id is null then 'saved_not_shared' else 'lead' end,
               case when i.registration_id is null then 'no_such_badge' when d.basis = 'form' then 'no_consent' else d.refusal end
        from item i left join shown s on s.registration_id = i.registration_id
        left join decided d on d.registration_id = i.registration_id
        where not i.known
    ), line as (
        insert into disclosure (release_id, registration_id, organisation_id, fields, basis, consent_event_ids, scan_id,
                                commitment, hash)
        select (made.l).release_id, (made.l).registration_id, (made.l).organisation_id, (made.l).fields, (made.l).basis,
               (made.l).consent_event_ids, (made.l).scan_id, (made.l).commitment, release.line_hash(made.l)
        from (
            select (book, s.registration_id, phone_of.organisation_id, s.fields, s.basis, s.consent_event_ids, s.scan_id,
                    release.commitment(s.key, array[s.name, s.job_title, s.company, s.address, s.country, s.phone, s.email]),
                    '')::disclosure as l
            from shown s offset 0) made
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
    select i.client, case when s.registration_id is null then 'saved_not_shared' else 'lead' end, i.known,
           case when s.registration_id is not null then release.lead_id(ask.lead_salt, s.registration_id) end,
           s.fields, s.name, s.job_title, s.company, s.address, s.country, s.phone, s.email, null::integer
    from item i left join shown s on s.registration_id = i.registration_id;
end $$;

-- §6 Affiliates: the organiser of this very event takes its registrations. The first row is the release, as in take_leads.
create or replace function release.take_affiliate_registrations(
    p_kind text, p_key text, p_party uuid, p_event_slug text, p_use text, p_channel text, p_cursor uuid, p_limit integer,
    p_now timestamptz)
    returns table (release_id uuid, refusal text, reference uuid, fields text[], name text, job_title text, company text,
                   address text, country text, phone text, email text)
    volatile language plpgsql security definer set search_path = pg_catalog, public, release, pg_temp as $$
#variable_conflict use_column
declare
    who record;
    host record;
    refused text;
    after uuid := '00000000-0000-0000-0000-000000000000';
    book uuid;
    decided_at timestamptz;
begin
    if pg_is_in_recovery() then
        raise exception 'the gate reads the primary only' using errcode = 'EV503';
    end if;
    select * into who from release.caller(p_kind, p_key, p_party, p_event_slug, p_now) limit 1;
    if who.party_id is null then
        raise exception 'no such caller' using errcode = case when p_party is null then 'EV401' else 'EV404' end;
    end if;
    if who.event_id is null then raise exception 'no such event' using errcode = 'EV404'; end if;
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

    select p.lead_salt, release.affiliate_may_ask(who.event_id, who.party_id, p_use, p_now) as refusal into host
    from party p where p.id = who.party_id;
    if host.refusal is not null then
        perform release.note_refusal(who.organisation_id, who.event_id, who.party_id, p_kind, who.actor_id, p_channel,
                                     p_use, release.card_fields(), 'denied', host.refusal, p_now);
        refusal := host.refusal;
        return next;
        return;
    end if;

    release_id := book;
    fields := array(select f from unnest(release.card_fields()) f
                    where f in ('name', 'email')
                       or f in (select ef.field from event_field ef where ef.event_id = who.event_id and ef.required));
    return next;
    return query
    with shown as materialized (
        select d.registration_id, d.fields, k.key,
            case when 'name' = any (d.fields) then r.name end as name,
            case when 'job_title' = any (d.fields) then r.job_title end as job_title,
            case when 'company' = any (d.fields) then r.company end as company,
            case when 'address' = any (d.fields) then r.address end as address,
            case when 'country' = any (d.fields) then r.country end as country,
            case when 'phone' = any (d.fields) then r.phone end as phone,
            case when 'email' = any (d.fields) then r.email end as email
        from release.decide_affiliate(who.event_id, who.party_id, p_use, p_now) d
        join registration r on r.id = d.registration_id
        join registration_key k on k.registration_id = d.registration_id
        where d.refusal is null and d.registration_id > after
        order by d.registration_id limit p_limit
    ), line as (
        insert into disclosure (release_id, registration_id, organisation_id, fields, basis, consent_event_ids, scan_id,
                                commitment, hash)
        select (made.l).release_id, (made.l).registration_id, (made.l).organisation_id, (made.l).fields, (made.l).basis,
               (made.l).consent_event_ids, (made.l).scan_id, (made.l).commitment, release.line_hash(made.l)
        from (
            select (book, s.registration_id, who.organisation_id, s.fields, 'contract', '{}', null,
                    release.commitment(s.key, array[s.name, s.job_title, s.company, s.address, s.country, s.phone, s.email]),
                    '')::disclosure as l
            from shown s offset 0) made
        returning registration_id, hash
    ), entry as (
        insert into release (id, organisation_id, event_id, party_id, outcome, channel, actor_kind, actor_id, declared_use,
                             requested_fields, policy_version, at, row_count, last_registration_id, lines_hash, hash)
        select book, who.organisation_id, who.event_id, who.party_id, 'released', p_channel, p_kind, who.actor_id, p_use,
               release.card_fields(), release.policy_version(), p_now, (select count(*) from line),
               (select registration_id from shown order by registration_id desc limit 1),
               coalesce((select sha256(string_agg(hash, ''::bytea order by registration_id)) from line), release.no_lines()), ''
    )
    select book, null::text, release.lead_id(host.lead_salt, s.registration_id), s.fields, s.name, s.job_title, s.company,
           s.address, s.country, s.phone, s.email
    from shown s order by s.registration_id;
end $$;

-- §10.1: what a party got and may no longer use. A recall names the lead and the fields, never the person.
create or replace function release.take_recalls(p_kind text, p_key text, p_party uuid, p_after uuid, p_limit integer, p_now timestamptz)
    returns table (id uuid, event_slug text, lead uuid, fields text[], created_at timestamptz, acknowledged_at timestamptz)
    stable language sql security definer set search_path = pg_catalog, public, release, pg_temp as $$
    select c.id, e.slug, release.lead_id(p.lead_salt, c.registration_id), c.fields, c.created_at, c.acknowledged_at
    from release.caller(p_kind, p_key, p_party, null, p_now) who
    join party p on p.id = who.party_id
    join recall c on c.party_id = p.id
    join event e on e.id = c.event_id
    where c.id > coalesce(p_after, '00000000-0000-0000-0000-000000000000')
    order by c.id limit p_limit
$$;

create or replace function release.acknowledge_recall(p_kind text, p_key text, p_party uuid, p_recall uuid, p_now timestamptz)
    returns timestamptz volatile language sql security definer set search_path = pg_catalog, public, release, pg_temp as $$
    update recall c set acknowledged_at = coalesce(c.acknowledged_at, p_now), acknowledged_by = coalesce(c.acknowledged_by, who.actor_id)
    from release.caller(p_kind, p_key, p_party, null, p_now) who
    where c.id = p_recall and c.party_id = who.party_id
    returning c.acknowledged_at
$$;

-- After something was taken back: a recall for every party that got what it may not have any more. Called under the
-- release lock, in the transaction of the withdrawal; returns the recalls made.
create or replace function release.recall_what_was_lost(p_registrations uuid[], p_now timestamptz)
    returns table (recall_id uuid, party_id uuid, event_id uuid, fields text[])
    volatile language plpgsql security definer set search_path = pg_catalog, public, release, pg_temp set join_collapse_limit = 1 set from_collapse_limit = 1 set jit = off as $$
#variable_conflict use_column
begin
    if exists (select from registration r where r.id = any (p_registrations)
               and r.organisation_id is distinct from access.organisation() and r.person_id is distinct from access.person()) then
        raise exception 'not yours' using errcode = 'EV404';
    end if;
    return query
    with given as (
        select r.organisation_id, r.event_id, r.party_id, d.registration_id, r.declared_use, f as field, max(r.id::text)::uuid as last_release
        from disclosure d join release r on r.id = d.release_id, unnest(d.fields) f
        where d.registration_id = any (p_registrations) and d.basis <> 'contract'
        group by 1, 2, 3, 4, 5, 6
    ), lost as (
        select g.organisation_id, g.event_id, g.party_id, g.registration_id, g.field, max(g.last_release::text)::uuid as last_release
        from given g
        where not exists (
            select from release.decide(g.event_id, g.party_id, g.declared_use, release.card_fields(), p_now) d
            where d.registration_id = g.registration_id and g.field = any (d.fields))
        group by 1, 2, 3, 4, 5
    ), made as (
        insert into recall (organisation_id, event_id, party_id, registration_id, fields, created_at)
        select l.organisation_id, l.event_id, l.party_id, l.registration_id, array_agg(l.field order by l.field), p_now
        from lost l
        where not exists (select from recall c where c.party_id = l.party_id and c.registration_id = l.registration_id
                          and l.field = any (c.fields) and c.id > l.last_release)
        group by 1, 2, 3, 4
        returning id, organisation_id, party_id, event_id, registration_id, fields
    ), told as (
        insert into outbox (dedupe_key, recipient, kind, facts, organisation_id, due_at, created_at)
        select 'recall:' || m.id, p.contact_email, 'recall',
               jsonb_build_object('lead', release.lead_id(p.lead_salt, m.registration_id), 'event', e.slug, 'fields', m.fields),
               m.organisation_id, p_now, p_now
        from made m join party p on p.id = m.party_id join event e on e.id = m.event_id
    )
    select m.id, m.party_id, m.event_id, m.fields from made m;
end $$;

-- The same decision with its reasons, for the organiser and the DPO, without releasing anything.
create or replace function release.why(p_registration uuid, p_party uuid, p_use text, p_now timestamptz)
    returns table (refusal text, fields text[], basis text, consent_event_ids uuid[], scan_id uuid, usable_until timestamptz)
    stable language sql security definer set search_path = pg_catalog, public, release, pg_temp set join_collapse_limit = 1 set from_collapse_limit = 1 set jit = off as $$
    -- whom the decision does not look at has no ground
    select coalesce(ask.refusal, d.refusal, case when d.registration_id is null then 'no_consent' end),
           coalesce(d.fields, '{}'), d.basis, coalesce(d.consent_event_ids, '{}'), d.scan_id, d.usable_until
    from registration r
    cross join lateral release.sponsor_may_ask(r.event_id, p_party, p_use, p_now) ask
    left join lateral release.decide(r.event_id, p_party, p_use, release.card_fields(), p_now) d on d.registration_id = r.id
    where r.id = p_registration and r.organisation_id = access.organisation()
$$;

create or replace function release.why_affiliate(p_registration uuid, p_party uuid, p_use text, p_now timestamptz)
    returns table (refusal text, fields text[])
    stable language sql security definer set search_path = pg_catalog, public, release, pg_temp as $$
    select d.refusal, case when d.refusal is null then d.fields else '{}' end
    from registration r, release.decide_affiliate(r.event_id, p_party, p_use, p_now) d
    where r.id = p_registration and r.organisation_id = access.organisation() and d.registration_id = r.id
$$;

-- "That scan was not me": the scan never counts again, and the visit falls back to the latest scan that does.
create or replace function release.void_scan(p_scan uuid, p_registration uuid, p_now timestamptz) returns boolean
    volatile language plpgsql security definer set search_path = pg_catalog, public, release, pg_temp as $$
declare
    s scan;
begin
    update scan set voided_at = coalesce(voided_at, p_now)
    where id = p_scan and registration_id = p_registration and kind = 'booth'
      and exists (select from registration r where r.id = p_registration and r.person_id = access.person())
    returning * into s;
    if s.id is null then return false; end if;
    delete from visit v where v.registration_id = s.registration_id and v.party_id = s.party_id;
    insert into visit (event_id, party_id, registration_id, organisation_id, scan_id, at, changed_at)
    select o.event_id, o.party_id, o.registration_id, o.organisation_id, o.id, o.effective_at, p_now from scan o
    where o.registration_id = s.registration_id and o.party_id = s.party_id and o.voided_at is null and not o.quarantined
    order by o.effective_at desc, o.id limit 1;
    return true;
end $$;

do $$
declare f text;
begin
    foreach f in array array[
        'take_leads', 'note_file', 'heading', 'prepare_download', 'take_scans', 'take_affiliate_registrations',
        'take_recalls', 'acknowledge_recall'] loop
        execute format('grant execute on function release.%I to events_release', f);
    end loop;
    foreach f in array array['lock_against_releases', 'recall_what_was_lost', 'why', 'why_affiliate', 'void_scan'] loop
        execute format('grant execute on function release.%I to events_app', f);
    end loop;
end $$;
