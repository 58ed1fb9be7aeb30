-- Sessions, sign-in links and limits. No run-time role reads these tables: only hashes of tokens are kept, and only
-- these functions look them up.

create or replace function access.keep_link(p_sha256 bytea, p_person uuid, p_registration uuid, p_expires_at timestamptz, p_now timestamptz)
    returns void volatile language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into magic_link (token_sha256, person_id, registration_id, created_at, expires_at)
    values (p_sha256, p_person, p_registration, p_now, p_expires_at)
$$;

-- Ask for a sign-in link. Link and mail are made in one statement, and only for somebody who is known. The limit is
-- counted before the look-up, so a known and an unknown address take the same way (and the same commit).
create or replace function access.ask_to_sign_in(
    p_email text, p_sha256 bytea, p_mail jsonb, p_expires_at timestamptz, p_now timestamptz)
    returns void volatile language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if access.wait_for('sign-in mail:' || lower(p_email), interval '3 minutes', 5, p_now) > 0 then return; end if;
    with whom as (
        select p.id, p.email from person p where p.email = lower(p_email)
    ), link as (
        insert into magic_link (token_sha256, person_id, created_at, expires_at)
        select p_sha256, w.id, p_now, p_expires_at from whom w
    )
    insert into outbox (dedupe_key, recipient, kind, language, facts, due_at, created_at)
    select 'sign-in:' || uuidv7(), w.email, p_mail->>'kind', p_mail->>'language', p_mail->'facts', p_now, p_now from whom w;
end $$;

-- Spend a link once (a conditional UPDATE decides who wins) and say whose it was; no row when it is spent, late, unknown,
-- or stands for something else than p_purpose ('sign_in', 'confirm'; null takes both): then it stays as it was.
create or replace function access.spend_link(p_sha256 bytea, p_now timestamptz, p_purpose text default null)
    returns table (person_id uuid, registration_id uuid) volatile language sql
    security definer set search_path = pg_catalog, public, pg_temp as $$
    update magic_link l set spent_at = p_now
    where l.token_sha256 = p_sha256 and l.spent_at is null and p_now < l.expires_at
      and (p_purpose is null or p_purpose = case when l.registration_id is null then 'sign_in' else 'confirm' end)
    returning l.person_id, l.registration_id
$$;

-- Until this transaction ends nobody gets a registration in her name: what refers to her waits. For what must find them all.
create or replace function access.hold_person(p_person uuid) returns void volatile language sql
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select from person where id = p_person for update
$$;

-- What a link would do, without doing it: mail scanners open links.
create or replace function access.look_at_link(p_sha256 bytea, p_now timestamptz)
    returns table (usable boolean, registration_id uuid, offer boolean) stable language sql
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select l.spent_at is null and p_now < l.expires_at, l.registration_id, coalesce(r.state = 'waitlisted', false)
    from magic_link l left join registration r on r.id = l.registration_id where l.token_sha256 = p_sha256
$$;

create or replace function access.open_session(p_sha256 bytea, p_person uuid, p_expires_at timestamptz, p_now timestamptz)
    returns void volatile language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into session (token_sha256, person_id, created_at, expires_at) values (p_sha256, p_person, p_now, p_expires_at)
$$;

create or replace function access.close_session(p_sha256 bytea, p_now timestamptz) returns void volatile language sql
    security definer set search_path = pg_catalog, public, pg_temp as $$
    update session set revoked_at = coalesce(revoked_at, p_now) where token_sha256 = p_sha256
$$;

-- Who a session is, with every capacity she may act in.
create or replace function access.authenticate(p_sha256 bytea, p_now timestamptz)
    returns table (session_id uuid, person_id uuid, email text, opened_at timestamptz, memberships jsonb)
    stable language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    select s.id, s.person_id, p.email, s.created_at,
        coalesce((select jsonb_agg(jsonb_build_object('kind', 'organisation', 'id', m.organisation_id, 'organisation', m.organisation_id, 'role', m.role) order by m.organisation_id)
                  from organisation_member m where m.person_id = s.person_id), '[]')
        || coalesce((select jsonb_agg(jsonb_build_object('kind', q.kind, 'id', m.party_id, 'organisation', m.organisation_id, 'role', m.role) order by m.party_id)
                     from party_member m join party q on q.id = m.party_id where m.person_id = s.person_id), '[]')
    from session s join person p on p.id = s.person_id
    where s.token_sha256 = p_sha256 and s.revoked_at is null and p_now < s.expires_at
$$;

-- Client credentials: found by their secret's hash, before any organisation is known.
create or replace function access.api_client_of(p_id uuid, p_secret_sha256 bytea)
    returns table (id uuid, party_id uuid, organisation_id uuid, kind text) stable language sql
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select c.id, c.party_id, c.organisation_id, p.kind from api_client c join party p on p.id = c.party_id
    where c.id = p_id and c.secret_sha256 = p_secret_sha256 and c.revoked_at is null
$$;

-- A machine's token names a client; whether it is still good is asked at every request.
create or replace function access.live_client(p_id uuid) returns table (party_id uuid, organisation_id uuid, kind text)
    stable language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    select c.party_id, c.organisation_id, p.kind from api_client c join party p on p.id = c.party_id
    where c.id = p_id and c.revoked_at is null
$$;

-- Whether somebody asked to be erased: the door shows her no more, once she has no place.
create or replace function access.is_erasing(p_person uuid) returns boolean stable language sql
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select from subject_block b where b.person_id = p_person and b.erasing is not null)
$$;

-- One token bucket in one statement (GCRA). Returns the seconds to wait, 0 when the call may go on.
create or replace function access.wait_for(p_key text, p_every interval, p_burst integer, p_now timestamptz) returns integer
    volatile language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    k bytea := sha256(convert_to(p_key, 'UTF8'));
    full_until timestamptz;
    seconds integer;
begin
    insert into rate_limit as l (key, full_at) values (k, p_now + p_every)
    on conflict (key) do update set full_at = greatest(l.full_at, p_now) + p_every
    where greatest(l.full_at, p_now) + p_every <= p_now + p_every * p_burst
    returning l.full_at into full_until;
    if full_until is not null then return 0; end if;
    select greatest(1, ceil(extract(epoch from l.full_at + p_every - p_every * p_burst - p_now)))::integer into strict seconds
    from rate_limit l where l.key = k;
    return seconds;
end $$;

do $$
declare f text;
begin
    foreach f in array array[
        'hold_person', 'keep_link', 'ask_to_sign_in', 'spend_link', 'look_at_link', 'open_session', 'close_session', 'authenticate', 'api_client_of', 'live_client',
        'is_erasing', 'wait_for'] loop
        execute format('grant execute on function access.%I to events_app', f);
    end loop;
end $$;

-- Whether this server takes writes: a transaction id is only given out by a primary that does.
create or replace function access.can_write() returns boolean volatile language sql as $$
    select pg_current_xact_id() is not null
$$;
grant execute on function access.can_write() to events_app;
