-- Phones: what must find one by its code or its id before any organisation is known, and what one says and is told of itself. In
-- the schema of access. Of codes and tokens only hashes are kept.

-- When the doors of an event are over: twelve hours after it ends. Its phones look nobody up and get no list any more.
create or replace function access.doors_over(p_ends_at timestamptz, p_now timestamptz) returns boolean immutable language sql as $$
    select p_now >= p_ends_at + interval '12 hours'
$$;

-- Whether a phone may join now with this code: it is unspent and not too old; whoever made it still acts for the booth or the
-- organiser; the doors are not over.
create or replace function access.may_join(p_code device_enrolment, p_now timestamptz) returns boolean stable language sql
    set search_path = pg_catalog, public, access, pg_temp as $$
    select p_code.spent_at is null and p_now < p_code.expires_at and case p_code.kind
        when 'booth' then exists (select from party_member m where m.party_id = p_code.party_id and m.person_id = p_code.created_by)
        else exists (select from organisation_member m
                     where m.organisation_id = p_code.organisation_id and m.person_id = p_code.created_by and m.role in ('manager', 'owner'))
             and exists (select from event e where e.id = p_code.event_id and not access.doors_over(e.ends_at, p_now))
        end
$$;

-- The id of the phone that a code makes: of the one that it made already, or a new one.
create or replace function access.phone_of_code(p_code_sha256 bytea) returns uuid
    volatile language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    select coalesce((select e.device_id from device_enrolment e where e.code_sha256 = p_code_sha256), uuidv7())
$$;

-- A phone's enrolment code is good once, within its minutes; the phone row is made in the same statement. Its id comes
-- from the caller (phone_of_code), because the refresh token that is hashed here names it. Whoever lost the answer and asks again
-- within those minutes draws the same refresh token (enrolment/actions.py), and as long as that one was not changed it is the
-- same phone, under the name that was typed last. With any other token a spent code is spent.
create or replace function access.enrol_device(
    p_code_sha256 bytea, p_device uuid, p_helper text, p_refresh_sha256 bytea, p_now timestamptz)
    returns table (device_id uuid, kind text, place text, event_slug text, title_th text, title_en text, party_name text)
    volatile language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    with spent as (
        update device_enrolment e set spent_at = p_now, device_id = p_device
        where e.code_sha256 = p_code_sha256 and e.spent_at is null and access.may_join(e, p_now) returning e.*
    ), made as (
        insert into device (id, organisation_id, event_id, party_id, kind, helper, place, enrolled_at, enrolled_by, refresh_sha256)
        select p_device, s.organisation_id, s.event_id, s.party_id, s.kind, p_helper, s.place, p_now, s.created_by, p_refresh_sha256
        from spent s
        returning id, event_id, party_id, kind, place
    ), again as (
        update device d set helper = p_helper from device_enrolment e
        where e.code_sha256 = p_code_sha256 and e.device_id = p_device and p_now < e.expires_at
          and d.id = p_device and d.refresh_sha256 = p_refresh_sha256 and d.revoked_at is null
        returning d.id, d.event_id, d.party_id, d.kind, d.place
    )
    select m.id, m.kind, m.place, e.slug, e.title_th, e.title_en, p.legal_name
    from (table made union all table again) m join event e on e.id = m.event_id left join party p on p.id = m.party_id
$$;

-- What an enrolment code would do, without doing it; no row when it is spent, late, unknown or of somebody who left.
create or replace function access.look_at_enrolment(p_code_sha256 bytea, p_now timestamptz)
    returns table (kind text, place text, event_slug text, title_th text, title_en text, party_name text, expires_at timestamptz)
    stable language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    select d.kind, d.place, e.slug, e.title_th, e.title_en, p.legal_name, d.expires_at
    from device_enrolment d join event e on e.id = d.event_id left join party p on p.id = d.party_id
    where d.code_sha256 = p_code_sha256 and access.may_join(d, p_now)
$$;

-- A refresh token is good once. Shown again by whoever lost the answer, it draws the same new token (enrolment/actions.py),
-- and that is still the current one: nothing changes. Any other token of this phone that we issued (the caller has checked its
-- seal), shown now, means that somebody copied one: the phone is revoked, in this very statement, and the row says so.
-- A revoked phone changes its current token like any other: with what it gets it may hand over what waits on it, nothing else.
create or replace function access.refresh_device(p_device uuid, p_old_sha256 bytea, p_new_sha256 bytea, p_now timestamptz)
    returns table (kind text, revoked boolean) volatile language plpgsql
    security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
    if exists (select from device d where d.id = p_device and d.signed_out_at is not null) then
        return;
    end if;
    -- what a door read before it was over may still arrive for three days; then its phones are phones no more
    if exists (select from device d join event e on e.id = d.event_id
               where d.id = p_device and d.kind = 'door' and access.doors_over(e.ends_at, p_now - interval '3 days')) then
        return;
    end if;
    return query
    update device d set refresh_sha256 = p_new_sha256, spent_refresh_sha256 = p_old_sha256, last_seen_at = p_now
    where d.id = p_device and d.refresh_sha256 = p_old_sha256
    returning d.kind, false;
    if not found then
        return query
        select d.kind, false from device d
        where d.id = p_device and d.spent_refresh_sha256 = p_old_sha256 and d.refresh_sha256 = p_new_sha256;
    end if;
    if not found then
        return query
        update device d set revoked_at = coalesce(d.revoked_at, p_now) where d.id = p_device
        returning d.kind, true;
    end if;
end $$;

create or replace function access.device_of(p_id uuid)
    returns table (device_id uuid, organisation_id uuid, event_id uuid, party_id uuid, kind text, helper text, revoked boolean)
    stable language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    select d.id, d.organisation_id, d.event_id, d.party_id, d.kind, d.helper, d.revoked_at is not null from device d where d.id = p_id
$$;

-- What one phone sealed, another may hand over that was paired for the same booth or the same doors, revoked or not: a phone that is
-- paired anew has a new id, and brings what it read under the old one.
create or replace function access.phones_beside(p_id uuid, p_others uuid[]) returns table (device_id uuid, enrolled_at timestamptz)
    stable language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    select o.id, o.enrolled_at
    from device d join device o on o.event_id = d.event_id and o.party_id is not distinct from d.party_id and o.kind = d.kind
    where d.id = p_id and o.id = any (p_others)
$$;

-- What a phone is for and what it needs to know: facts about event, sponsor and talks; nothing about anybody.
create or replace function access.phone_facts(p_id uuid)
    returns table (kind text, helper text, place text, revoked boolean, organisation_id uuid, event_id uuid, slug text, title_th text,
                   title_en text, badge_tag text, time_zone text, starts_at timestamptz, ends_at timestamptz, party_id uuid,
                   legal_name text, lock_after_minutes integer, questions jsonb, sessions jsonb)
    stable language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    select d.kind, d.helper, d.place, d.revoked_at is not null, d.organisation_id, e.id, e.slug, e.title_th, e.title_en, e.badge_tag,
           e.time_zone, e.starts_at, e.ends_at, p.id, p.legal_name, s.lock_after_minutes,
           coalesce((select jsonb_agg(jsonb_build_object('id', q.id, 'kind', q.kind, 'wording_th', q.wording_th,
                                                         'wording_en', q.wording_en, 'options', q.options) order by q.position, q.id)
                     from lead_question q
                     where q.event_id = d.event_id and q.party_id = d.party_id and q.removed_at is null), '[]'),
           -- heads at the talks are the organiser's to know
           coalesce((select jsonb_agg(jsonb_build_object(
                         'id', t.id, 'title_th', t.title_th, 'title_en', t.title_en, 'starts_at', t.starts_at, 'ends_at', t.ends_at,
                         'capacity', t.capacity, 'inside', (
                             select count(distinct c.registration_id) from scan c
                             where c.session_id = t.id and c.kind = 'session' and not c.quarantined
                               and c.verdict in ('valid', 'already_in'))) order by t.starts_at, t.id)
                     from event_session t
                     where d.kind = 'door' and t.event_id = d.event_id and t.removed_at is null), '[]')
    from device d
    join event e on e.id = d.event_id
    left join party p on p.id = d.party_id
    left join sponsorship s on s.event_id = d.event_id and s.party_id = d.party_id
    where d.id = p_id
$$;

-- What a phone says of itself. No row for one that is revoked or unknown.
create or replace function access.phone_says(p_id uuid, p_waiting integer, p_app_version text, p_now timestamptz) returns table (id uuid)
    volatile language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    update device d set waiting = p_waiting, app_version = p_app_version, last_seen_at = greatest(d.last_seen_at, p_now)
    where d.id = p_id and d.revoked_at is null returning d.id
$$;

-- A phone forgets itself: from its next request on it is no phone, and none of its tokens is good. Twice is no error.
create or replace function access.sign_phone_out(p_id uuid, p_now timestamptz) returns void
    volatile language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    update device d set revoked_at = p_now, signed_out_at = p_now, waiting = 0 where d.id = p_id and d.revoked_at is null
$$;

-- The first 48 bits of HMAC-SHA256 (RFC 2104) of a badge code. The caller pads the key, since SQL cannot xor bytes: p_inner is the
-- key with 0x36 over 64 bytes, p_outer the same with 0x5c. Stable, as convert_to is: else the planner would not see into it.
create or replace function access.badge_hash(p_code text, p_inner bytea, p_outer bytea) returns bytea stable language sql as $$
    select substring(sha256(p_outer || sha256(p_inner || convert_to(p_code, 'UTF8'))) from 1 for 6)
$$;

do $$
declare f text;
begin
    foreach f in array array[
        'look_at_enrolment', 'phone_of_code', 'enrol_device', 'refresh_device', 'device_of', 'phones_beside', 'phone_facts', 'phone_says',
        'sign_phone_out'] loop
        execute format('grant execute on function access.%I to events_app', f);
    end loop;
end $$;

grant execute on function access.badge_hash, access.doors_over to events_app, events_gate;
