-- Seats and the one statement of a registration. Rules are decided in Python before; here only what must be atomic is.

-- One seat out of a capacity that is split over slots: a free slot that nobody holds, else wait for one.
-- Returns the slot, 0 when there is no capacity to count, null when it is full. The CHECK on seat_slot is the backstop.
create or replace function registration.take_seat(p_event uuid, p_ticket uuid) returns bigint
    volatile language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    slot bigint;
begin
    select id into slot from seat_slot
    where event_id = p_event and ticket_type_id is not distinct from p_ticket and taken < capacity
    order by random() limit 1 for update skip locked;
    while slot is null loop
        perform 1 from seat_slot where event_id = p_event and ticket_type_id is not distinct from p_ticket;
        if not found then return 0; end if;
        perform 1 from seat_slot
        where event_id = p_event and ticket_type_id is not distinct from p_ticket and taken < capacity;
        if not found then return null; end if;
        select id into slot from seat_slot
        where event_id = p_event and ticket_type_id is not distinct from p_ticket and taken < capacity
        order by id limit 1 for update;
    end loop;
    update seat_slot set taken = taken + 1 where id = slot;
    return slot;
end $$;

create or replace function registration.free_seats(p_slots bigint[]) returns void volatile language sql
    security definer set search_path = pg_catalog, public, pg_temp as $$
    update seat_slot s set taken = taken - 1
    from (select id from seat_slot where id = any (p_slots) order by id for update) held where s.id = held.id
$$;

-- Spread a capacity over its slots, keeping what is taken; null takes the limit away. False when more is taken already.
create or replace function registration.set_capacity(p_organisation uuid, p_event uuid, p_ticket uuid, p_capacity integer)
    returns boolean volatile language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    already integer;
    slots integer;
begin
    perform 1 from seat_slot where event_id = p_event and ticket_type_id is not distinct from p_ticket order by id for update;
    select coalesce(sum(taken), 0), count(*) into already, slots from seat_slot
    where event_id = p_event and ticket_type_id is not distinct from p_ticket;
    if p_capacity is null then
        -- the slots stay: cancelled places still point at them
        update seat_slot set capacity = 2147483647
        where event_id = p_event and ticket_type_id is not distinct from p_ticket;
        return true;
    end if;
    if already > p_capacity then return false; end if;
    if slots = 0 then
        slots := greatest(1, least(16, p_capacity));
        insert into seat_slot (organisation_id, event_id, ticket_type_id, capacity)
        select p_organisation, p_event, p_ticket, 0 from generate_series(1, slots);
    end if;
    update seat_slot s set capacity = s.taken + (p_capacity - already) / slots
                                    + (case when o.n <= (p_capacity - already) % slots then 1 else 0 end)
    from (select id, row_number() over (order by id) as n from seat_slot
          where event_id = p_event and ticket_type_id is not distinct from p_ticket) o
    where s.id = o.id;
    return true;
end $$;

create or replace function registration.seats_left(p_event uuid, p_ticket uuid) returns integer stable language sql
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select sum(capacity - taken)::integer from seat_slot
    where event_id = p_event and ticket_type_id is not distinct from p_ticket
$$;

-- The person behind an e-mail address: found or made, never shown to the caller's eyes.
create or replace function access.person_of(p_email text, p_now timestamptz) returns uuid
    volatile language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    found_id uuid;
begin
    select id into found_id from person where email = lower(p_email);
    if found_id is null then
        insert into person (email, created_at) values (lower(p_email), p_now) on conflict (email) do nothing returning id into found_id;
        if found_id is null then select id into found_id from person where email = lower(p_email); end if;
    end if;
    return found_id;
end $$;

-- Everything one submission stores, or nothing. p_form holds the attendee's own words, p_acts the consent acts (checked
-- against the served form before). Outcomes: 'made', 'repeated' (same idempotency key), 'known' (this person has a place
-- already: she gets a polite e-mail and the caller cannot tell), 'sold_out', 'key_reused'.
create or replace function registration.register(
    p_organisation uuid, p_event uuid, p_ticket uuid, p_form jsonb, p_acts jsonb, p_key text, p_request bytea,
    p_link_sha256 bytea, p_confirm_by timestamptz, p_mail jsonb, p_mail_known jsonb, p_now timestamptz)
    returns table (outcome text, registration_id uuid) volatile language plpgsql as $$
#variable_conflict use_column
declare
    person uuid := access.person_of(p_form->>'email', p_now);
    made uuid := uuidv7();
    earlier record;
    ticket_slot bigint;
    event_slot bigint;
begin
    if p_key is not null then
        insert into idempotency (scope, key, request_sha256, result_id, created_at)
        values ('register:' || p_event, p_key, p_request, made, p_now) on conflict do nothing;
        if not found then
            select i.request_sha256, i.result_id into earlier from idempotency i
            where i.scope = 'register:' || p_event and i.key = p_key;
            return query select case when earlier.request_sha256 = p_request then 'repeated' else 'key_reused' end, earlier.result_id;
            return;
        end if;
    end if;

    ticket_slot := registration.take_seat(p_event, p_ticket);
    event_slot := case when ticket_slot is not null then registration.take_seat(p_event, null) end;
    if event_slot is null then
        -- undo the claim on the key and the ticket's seat: the caller rolls back
        return query select 'sold_out', null::uuid;
        return;
    end if;

    insert into registration as r (
        id, organisation_id, event_id, ticket_type_id, person_id, state, name, job_title, company, address, country, phone,
        email, answers, language, notice_id, served_form_id, organiser_party_id, source, self_confirmed_at, age_band,
        emancipated, residence, withheld_fields, ticket_slot_id, event_slot_id, created_at, confirm_by, changed_at)
    values (
        made, p_organisation, p_event, p_ticket, person, 'pending', p_form->>'name', p_form->>'job_title', p_form->>'company',
        p_form->>'address', p_form->>'country', p_form->>'phone', p_form->>'email', p_form->'answers', p_form->>'language',
        (p_form->>'notice_id')::uuid, (p_form->>'served_form_id')::uuid, (p_form->>'organiser_party_id')::uuid, 'self', p_now,
        p_form->>'age_band', (p_form->>'emancipated')::boolean, p_form->>'residence',
        array(select jsonb_array_elements_text(p_form->'withheld_fields')),
        nullif(ticket_slot, 0), nullif(event_slot, 0), p_now, p_confirm_by, p_now)
    on conflict (event_id, person_id) where state <> 'cancelled' do nothing;
    if not found then
        perform registration.free_seats(array[ticket_slot, event_slot]);
        insert into outbox (dedupe_key, recipient, subject, body, due_at, created_at)
        select 'known:' || p_event || ':' || person || ':' || to_char(p_now, 'YYYYMMDDHH24'), lower(p_form->>'email'),
               p_mail_known->>'subject', p_mail_known->>'body', p_now, p_now on conflict do nothing;
        return query select 'known', made;
        return;
    end if;

    insert into registration_key (registration_id, event_id) values (made, p_event);
    perform consent.record_acts(made, p_acts, p_now);
    perform access.keep_link(p_link_sha256, person, made, p_confirm_by, p_now);
    insert into outbox (dedupe_key, recipient, subject, body, due_at, created_at)
    values ('confirm:' || made, lower(p_form->>'email'), p_mail->>'subject', p_mail->>'body', p_now, p_now);
    return query select 'made', made;
end $$;

-- Places that nobody confirmed in time go back. Returns how many.
create or replace function registration.expire_pending(p_now timestamptz) returns integer
    volatile language plpgsql security definer set search_path = pg_catalog, public, registration, pg_temp as $$
declare
    freed integer;
begin
    with gone as (
        update registration set state = 'cancelled', cancelled_at = p_now, changed_at = p_now
        where id in (select id from registration where state = 'pending' and confirm_by <= p_now limit 500 for update skip locked)
        returning ticket_slot_id, event_slot_id
    ), slots as (
        select slot, count(*) as n from gone, unnest(array[ticket_slot_id, event_slot_id]) slot where slot is not null group by slot
    ), back as (
        update seat_slot s set taken = s.taken - slots.n from slots where s.id = slots.slot
    )
    select count(*) into freed from gone;
    return freed;
end $$;

grant execute on function registration.take_seat(uuid, uuid), registration.free_seats(bigint[]),
    registration.set_capacity(uuid, uuid, uuid, integer), registration.seats_left(uuid, uuid),
    registration.expire_pending(timestamptz), access.person_of(text, timestamptz) to events_app;
grant execute on function registration.register(uuid, uuid, uuid, jsonb, jsonb, text, bytea, bytea, timestamptz, jsonb, jsonb, timestamptz)
    to events_app;

-- The button behind the link of the confirmation mail: place, consents and badge count from here (§6; F5: a second press
-- finds the link spent). p_code is a fresh badge code. No row: the link is spent, late, or its place was given back.
create or replace function registration.confirm(p_link_sha256 bytea, p_code text, p_now timestamptz)
    returns table (registration_id uuid, person_id uuid) volatile language plpgsql
    security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
    mine registration;
begin
    update magic_link l set spent_at = p_now
    where l.token_sha256 = p_link_sha256 and l.registration_id is not null and l.spent_at is null and p_now < l.expires_at;
    if not found then return; end if;
    update registration r set state = 'confirmed', confirmed_at = p_now, changed_at = p_now
    from magic_link l
    where l.token_sha256 = p_link_sha256 and r.id = l.registration_id and r.state = 'pending'
    returning r.* into mine;
    if mine.id is null then return; end if;
    insert into badge (organisation_id, event_id, registration_id, code, issued_at)
    values (mine.organisation_id, mine.event_id, mine.id, p_code, p_now);
    return query select mine.id, mine.person_id;
end $$;

-- What a confirmation link stands for, without spending it.
create or replace function registration.behind_link(p_link_sha256 bytea, p_now timestamptz)
    returns table (registration_id uuid, badge_tag text, event_slug text) stable language sql
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select r.id, e.badge_tag, e.slug from magic_link l
    join registration r on r.id = l.registration_id join event e on e.id = r.event_id
    where l.token_sha256 = p_link_sha256 and l.spent_at is null and p_now < l.expires_at and r.state = 'pending'
$$;

grant execute on function registration.confirm(bytea, text, timestamptz), registration.behind_link(bytea, timestamptz) to events_app;
