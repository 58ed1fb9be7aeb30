-- The outbox: a mail is a row written with the act that causes it; a worker leases it, makes its words, sends it, and wipes
-- what it said.

-- p_mail: {kind, mail_class, language (null: both), facts, organisation_id (where known)}. The key makes a repeated act no
-- second mail.
create or replace function messages.post(p_key text, p_recipient text, p_mail jsonb, p_now timestamptz) returns void
    volatile language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into outbox (dedupe_key, recipient, kind, mail_class, language, facts, organisation_id, due_at, created_at)
    values (p_key, p_recipient, p_mail->>'kind', coalesce(p_mail->>'mail_class', 'transactional'), p_mail->>'language', p_mail->'facts',
            (p_mail->>'organisation_id')::uuid, p_now, p_now)
    on conflict (dedupe_key) do nothing
$$;

-- What every mail about a registration says of its event, in both languages, and of the person: in the one place.
create or replace function messages.facts_of(r registration, e event) returns jsonb stable language sql
    set search_path = pg_catalog, public, pg_temp as $$
    select jsonb_build_object(
        'registration', r.id, 'name', r.name, 'slug', e.slug, 'titles', jsonb_build_object('th', e.title_th, 'en', e.title_en),
        'places', jsonb_build_object('th', e.place_th, 'en', e.place_en), 'starts_at', e.starts_at, 'ends_at', e.ends_at,
        'time_zone', e.time_zone)
$$;

-- One mail of this kind to each of these registrations, in its own language. p_mail: {kind, facts (what it says beside the
-- event)}; p_key is the beginning of the key, the registration its end. Returns how many are new.
create or replace function messages.tell(p_registrations uuid[], p_key text, p_mail jsonb, p_now timestamptz) returns integer
    volatile language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    with posted as (
        insert into outbox (dedupe_key, recipient, kind, language, facts, organisation_id, due_at, created_at)
        select p_key || ':' || r.id, lower(r.email), p_mail->>'kind', r.language,
               messages.facts_of(r, e) || coalesce(p_mail->'facts', '{}'), r.organisation_id, p_now, p_now
        from registration r join event e on e.id = r.event_id where r.id = any (p_registrations)
        on conflict (dedupe_key) do nothing returning 1)
    select count(*)::integer from posted
$$;

-- The same to everybody who has a place at an event.
create or replace function messages.tell_event(p_event uuid, p_key text, p_mail jsonb, p_now timestamptz) returns integer
    volatile language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    with posted as (
        insert into outbox (dedupe_key, recipient, kind, language, facts, organisation_id, due_at, created_at)
        select p_key || ':' || r.id, lower(r.email), p_mail->>'kind', r.language,
               messages.facts_of(r, e) || coalesce(p_mail->'facts', '{}'), r.organisation_id, p_now, p_now
        from registration r join event e on e.id = r.event_id
        -- whoever waits or has asked hears it, too
        where r.event_id = p_event and r.state in ('confirmed', 'attended', 'requested', 'waitlisted')
        on conflict (dedupe_key) do nothing returning 1)
    select count(*)::integer from posted
$$;

-- A day before an event begins, once to each confirmed place; whoever confirmed on that day has the badge mail at the top.
create or replace function messages.post_reminders(p_now timestamptz) returns integer
    volatile language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    with posted as (
        insert into outbox (dedupe_key, recipient, kind, language, facts, organisation_id, due_at, created_at)
        select 'reminder:' || r.id, lower(r.email), 'reminder', r.language, messages.facts_of(r, e), r.organisation_id, p_now, p_now
        from event e join registration r on r.event_id = e.id
        where e.published_at <= p_now and e.cancelled_at is null and e.starts_at > p_now
          and e.starts_at <= p_now + interval '24 hours'
          and r.state = 'confirmed' and r.confirmed_at <= e.starts_at - interval '24 hours'
          and not exists (select from outbox o where o.dedupe_key = 'reminder:' || r.id)
        on conflict (dedupe_key) do nothing returning 1)
    select count(*)::integer from posted
$$;

-- Whether somebody may be sent news now (§10.4): the same test as on her own page, and nothing of hers stands against it.
create or replace function messages.wants_news(r registration, p_now timestamptz) returns boolean stable language sql
    set search_path = pg_catalog, public, pg_temp as $$
    select r.state in ('confirmed', 'attended')
        and exists (
            select from consent_head h
            where h.registration_id = r.id and h.purpose = 'marketing_email'
              and h.recipient_id = '00000000-0000-0000-0000-000000000000' and h.act = 'grant' and p_now < h.expires_at
              and release.of_age(h.age_band, h.emancipated, h.residence))
        and not exists (
            select from subject_block b
            where b.person_id = r.person_id
              and coalesce(b.object_dm_own, b.restricted, b.erasing, b.child_claim, b.improper_source_claim) is not null)
$$;

-- News to those of an event who want it now, each in her own language. p_mail: {kind, mail_class, facts: {subject, body}, both
-- with a text per language}. Called again with the same p_news it posts nothing. Returns how many this news was posted to.
create or replace function messages.post_news(p_event uuid, p_news uuid, p_mail jsonb, p_now timestamptz) returns integer
    volatile language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    owner uuid := (select e.organisation_id from event e where e.id = p_event);
begin
    if not exists (select from outbox o where o.organisation_id = owner and o.mail_class = 'marketing'
                   and starts_with(o.dedupe_key, 'news:' || p_news || ':')) then
        insert into outbox (dedupe_key, recipient, kind, mail_class, language, facts, organisation_id, due_at, created_at)
        select 'news:' || p_news || ':' || r.id, lower(r.email), p_mail->>'kind', p_mail->>'mail_class', r.language,
               messages.facts_of(r, e) || jsonb_build_object(
                   'subject', p_mail->'facts'->'subject'->>r.language, 'body', p_mail->'facts'->'body'->>r.language,
                   'organisation', o.legal_name),
               r.organisation_id, p_now, p_now
        from event e join organisation o on o.id = e.organisation_id join registration r on r.event_id = e.id
        where e.id = p_event and messages.wants_news(r, p_now)
        on conflict (dedupe_key) do nothing;
    end if;
    return (select count(*)::integer from outbox o where o.organisation_id = owner and o.mail_class = 'marketing'
            and starts_with(o.dedupe_key, 'news:' || p_news || ':'));
end $$;

-- Asked right before news is sent: true when its reader took her consent back after it was posted; then it never goes out.
create or replace function messages.withhold(p_id uuid, p_now timestamptz) returns boolean
    volatile language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    with held as (
        update outbox o set state = 'withheld', facts = null, last_error = null
        where o.id = p_id and o.mail_class = 'marketing'
          and not exists (select from registration r where r.id = (o.facts->>'registration')::uuid and messages.wants_news(r, p_now))
        returning 1)
    select exists (select from held)
$$;

create or replace function messages.lease(p_limit integer, p_now timestamptz)
    returns table (id uuid, recipient text, kind text, mail_class text, language text, facts jsonb, attempts integer)
    volatile language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    update outbox o set attempts = o.attempts + 1, due_at = p_now + interval '2 minutes'
    where o.id in (select w.id from outbox w where w.state = 'waiting' and w.due_at <= p_now
                   -- whoever waits at the screen for a link comes before ten thousand reminders
                   order by w.kind not in ('sign_in', 'confirm'), w.due_at limit p_limit for update skip locked)
    returning o.id, o.recipient, o.kind, o.mail_class, o.language, o.facts, o.attempts
$$;

create or replace function messages.mark_sent(p_id uuid, p_keep boolean, p_now timestamptz) returns void volatile language sql
    security definer set search_path = pg_catalog, public, pg_temp as $$
    update outbox set state = 'sent', sent_at = p_now, last_error = null, facts = case when p_keep then facts end
    where id = p_id and state = 'waiting'
$$;

-- Back off by doubling; after the tenth try the row is a dead letter that stays visible.
create or replace function messages.mark_failed(p_id uuid, p_error text, p_now timestamptz) returns void volatile language sql
    security definer set search_path = pg_catalog, public, pg_temp as $$
    update outbox set last_error = left(p_error, 500), state = case when attempts >= 10 then 'dead' else 'waiting' end,
        due_at = p_now + interval '15 seconds' * power(2, least(attempts, 10))
    -- another worker may have sent it meanwhile
    where id = p_id and state = 'waiting'
$$;

-- The mailbox of a demo on this machine's own loopback; on a real server facts are wiped once they are sent, and no route
-- reads this.
create or replace function messages.mailbox(p_recipient text, p_limit integer)
    returns table (id uuid, recipient text, kind text, mail_class text, language text, facts jsonb, created_at timestamptz)
    stable language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    select o.id, o.recipient, o.kind, o.mail_class, o.language, o.facts, o.created_at from outbox o
    where (p_recipient is null or o.recipient = lower(p_recipient)) and o.facts is not null
    order by o.created_at desc, o.id desc limit p_limit
$$;

-- One mail of that mailbox.
create or replace function messages.kept(p_id uuid)
    returns table (id uuid, recipient text, kind text, mail_class text, language text, facts jsonb, created_at timestamptz)
    stable language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    select o.id, o.recipient, o.kind, o.mail_class, o.language, o.facts, o.created_at from outbox o
    where o.id = p_id and o.facts is not null
$$;

-- What of the caller's organisation did not arrive: given up, or tried and waiting. Newest first.
create or replace function messages.problems(p_before uuid, p_limit integer)
    returns table (id uuid, kind text, recipient text, state text, attempts integer, last_error text, created_at timestamptz,
                   due_at timestamptz)
    stable language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    select o.id, o.kind, o.recipient, o.state, o.attempts, o.last_error, o.created_at, o.due_at from outbox o
    where o.organisation_id = (select access.organisation())
      and (o.state = 'dead' or (o.state = 'waiting' and o.last_error is not null)) and (p_before is null or o.id < p_before)
    order by o.id desc limit p_limit
$$;

-- Try one of them again, from the first attempt on; no row when it is none of the caller's organisation.
create or replace function messages.retry(p_id uuid, p_now timestamptz)
    returns table (id uuid, kind text, recipient text, state text, attempts integer, last_error text, created_at timestamptz,
                   due_at timestamptz)
    volatile language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    update outbox o set state = 'waiting', attempts = 0, due_at = p_now
    where o.id = p_id and o.organisation_id = (select access.organisation())
      and (o.state = 'dead' or (o.state = 'waiting' and o.last_error is not null))
    returning o.id, o.kind, o.recipient, o.state, o.attempts, o.last_error, o.created_at, o.due_at
$$;

-- Whose news a link ends (messages/unsubscribing.py has checked it).
create or replace function messages.reader(p_registration uuid)
    returns table (person_id uuid, event_id uuid, organisation_id uuid, organisation text, title_th text, title_en text)
    stable language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    select r.person_id, r.event_id, r.organisation_id, o.legal_name, e.title_th, e.title_en
    from registration r join event e on e.id = r.event_id join organisation o on o.id = r.organisation_id
    where r.id = p_registration
$$;

do $$
declare f text;
begin
    foreach f in array array[
        'post', 'facts_of', 'tell', 'tell_event', 'post_reminders', 'wants_news', 'post_news', 'withhold', 'lease', 'mark_sent',
        'mark_failed', 'mailbox', 'kept', 'problems', 'retry', 'reader'] loop
        execute format('grant execute on function messages.%I to events_app', f);
    end loop;
end $$;
