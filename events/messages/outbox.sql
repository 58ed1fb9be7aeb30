-- The outbox: a mail is a row written with the act that causes it; a worker leases it, makes its words, sends it, and wipes
-- what it said.

-- p_mail: {kind, mail_class, language (null: both), facts}. The key makes a repeated act no second mail.
create or replace function messages.post(p_key text, p_recipient text, p_mail jsonb, p_now timestamptz) returns void
    volatile language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into outbox (dedupe_key, recipient, kind, mail_class, language, facts, due_at, created_at)
    values (p_key, p_recipient, p_mail->>'kind', coalesce(p_mail->>'mail_class', 'transactional'), p_mail->>'language', p_mail->'facts',
            p_now, p_now)
    on conflict (dedupe_key) do nothing
$$;

create or replace function messages.lease(p_limit integer, p_now timestamptz)
    returns table (id uuid, recipient text, kind text, mail_class text, language text, facts jsonb, attempts integer)
    volatile language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    update outbox o set attempts = o.attempts + 1, due_at = p_now + interval '2 minutes'
    where o.id in (select w.id from outbox w where w.state = 'waiting' and w.due_at <= p_now
                   order by w.due_at limit p_limit for update skip locked)
    returning o.id, o.recipient, o.kind, o.mail_class, o.language, o.facts, o.attempts
$$;

create or replace function messages.mark_sent(p_id uuid, p_keep boolean, p_now timestamptz) returns void volatile language sql
    security definer set search_path = pg_catalog, public, pg_temp as $$
    update outbox set state = 'sent', sent_at = p_now, last_error = null, facts = case when p_keep then facts end where id = p_id
$$;

-- Back off by doubling; after the tenth try the row is a dead letter that stays visible.
create or replace function messages.mark_failed(p_id uuid, p_error text, p_now timestamptz) returns void volatile language sql
    security definer set search_path = pg_catalog, public, pg_temp as $$
    update outbox set last_error = left(p_error, 500), state = case when attempts >= 10 then 'dead' else 'waiting' end,
        due_at = p_now + interval '15 seconds' * power(2, least(attempts, 10)) where id = p_id
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

do $$
declare f text;
begin
    foreach f in array array['post', 'lease', 'mark_sent', 'mark_failed', 'mailbox'] loop
        execute format('grant execute on function messages.%I to events_app', f);
    end loop;
end $$;
