-- Seats and the one statement of a registration. Rules are decided in Python before; here only what must be atomic is.

-- One seat out of a capacity that is split over slots: a free slot that nobody holds, else wait for one.
-- Returns the slot, 0 when there is no capacity to count, null when it is full. The CHECK on seat_slot is the backstop.
-- Whoever waits holds no slot of this capacity: Postgres keeps its lock on a row that turned out to be full by the time it was
-- got, and two that wait with such locks would wait for each other. So each try is a block of its own, whose end by an
-- exception gives them back.
create or replace function registration.take_seat(p_event uuid, p_ticket uuid) returns bigint
    volatile language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    slot bigint;
begin
    loop
        begin
            select id into slot from seat_slot
            where event_id = p_event and ticket_type_id is not distinct from p_ticket and taken < capacity
            order by random() limit 1 for update skip locked;
            if slot is null then raise exception using errcode = 'EV409'; end if;
            exit;
        exception when sqlstate 'EV409' then null;
        end;
        perform 1 from seat_slot where event_id = p_event and ticket_type_id is not distinct from p_ticket;
        if not found then return 0; end if;
        -- all that are left are held: wait for one of them, and for one alone
        select id into slot from seat_slot
        where event_id = p_event and ticket_type_id is not distinct from p_ticket and taken < capacity order by random() limit 1;
        if not found then return null; end if;
        begin
            perform 1 from seat_slot where id = slot for update;
            raise exception using errcode = 'EV409';
        exception when sqlstate 'EV409' then null;
        end;
    end loop;
    update seat_slot set taken = taken + 1 where id = slot;
    return slot;
end $$;

create or replace function registration.free_seats(p_slots bigint[]) returns void volatile language plpgsql
    security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    -- in the order in which registering takes them: the ticket's first, then the event's
    perform 1 from seat_slot where id = any (p_slots) order by ticket_type_id is null, id for update;
    update seat_slot s set taken = taken - back.n
    from (select slot, count(*)::integer as n from unnest(p_slots) slot group by slot) back
    where s.id = back.slot;
end $$;

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

-- C4: what she withdrew at this event stays withdrawn, through a cancellation and whatever way she comes back, until she names
-- it again. Whoever gives somebody a registration, or lets one count, calls this for it.
create or replace function registration.keep_withdrawn(p_registrations uuid[]) returns void volatile language sql as $$
    insert into consent_event (organisation_id, event_id, registration_id, purpose, recipient_id, act, occurred_at, actor, method)
    select mine.organisation_id, mine.event_id, mine.id, h.purpose, nullif(h.recipient_id, '00000000-0000-0000-0000-000000000000'),
           'withdraw', max(h.restricted_at), 'system', 'system'
    from registration mine
    join registration r on r.event_id = mine.event_id and r.person_id = mine.person_id and r.id <> mine.id
    join consent_head h on h.registration_id = r.id
    left join consent_head so_far on so_far.registration_id = mine.id and so_far.purpose = h.purpose
        and so_far.recipient_id = h.recipient_id
    where mine.id = any (p_registrations)
      and h.restricted_at is not null and not (h.act = 'grant' and h.at > h.restricted_at)
      and (so_far.restricted_at is null or so_far.restricted_at < h.restricted_at)
    group by mine.organisation_id, mine.event_id, mine.id, h.purpose, h.recipient_id
    order by max(h.restricted_at), h.purpose, h.recipient_id
$$;

-- Seats for several at once, one ticket each, or null when there are too few. Whoever takes more than one seat of a capacity
-- locks all its slots in one order first, tickets before the event, so that two groups cannot wait for each other.
-- Returns for each ticket, in the order given, the slots that were taken (0 where nobody counts).
create or replace function registration.take_seats(p_event uuid, p_tickets uuid[]) returns bigint[][]
    volatile language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    many constant boolean := cardinality(p_tickets) > 1;
    wanted record;
    n integer;
    slot bigint;
    taken bigint[][] := array_fill(0::bigint, array[cardinality(p_tickets), 2]);
begin
    for wanted in
        select t.ticket, array_agg(t.n order by t.n) as places, 1 as level
        from unnest(p_tickets) with ordinality t (ticket, n) group by t.ticket
        union all select null, array(select generate_series(1, cardinality(p_tickets))), 2
        order by level, ticket loop
        if many then
            perform 1 from seat_slot
            where event_id = p_event and ticket_type_id is not distinct from wanted.ticket order by id for update;
        end if;
        foreach n in array wanted.places loop
            slot := registration.take_seat(p_event, wanted.ticket);
            if slot is null then return null; end if;
            taken[n][wanted.level] := slot;
        end loop;
    end loop;
    return taken;
end $$;

-- The tickets of an event for which people wait who can still be offered a place, and how many they are: `offer_place` serves
-- nobody once the event has begun, is cancelled, or the sale of her ticket has closed.
create or replace function registration.waited_for(p_event uuid, p_now timestamptz)
    returns table (ticket uuid, people bigint) stable language sql
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select t.id, count(*)
    from registration r join event e on e.id = r.event_id join ticket_type t on t.id = r.ticket_type_id
    where r.event_id = p_event and r.state = 'waitlisted' and r.waits
      and e.published_at <= p_now and e.cancelled_at is null and p_now < e.starts_at
      and (t.sales_close_at is null or p_now < t.sales_close_at)
    group by t.id
$$;

-- Whether those who wait come before somebody who asks for this ticket now: someone waits for it, or the event has no more
-- places left than there are people for whom nothing but such a place is missing.
create or replace function registration.line_is_ahead(p_event uuid, p_ticket uuid, p_now timestamptz)
    returns boolean stable language sql security definer set search_path = pg_catalog, public, registration, pg_temp as $$
    select exists (select from registration where event_id = p_event and state = 'waitlisted' and waits)
        and (exists (select from registration.waited_for(p_event, p_now) w where w.ticket = p_ticket)
             or coalesce(registration.seats_left(p_event, null) <= (
                 select sum(w.people) from registration.waited_for(p_event, p_now) w
                 where coalesce(registration.seats_left(p_event, w.ticket), 1) > 0), false))
$$;

-- Where somebody stands in the line of her ticket, from 1; null when she does not wait.
create or replace function registration.position_in_line(p_registration uuid) returns integer stable language sql
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select (select count(*)::integer from registration r
            where r.event_id = mine.event_id and r.ticket_type_id = mine.ticket_type_id and r.state = 'waitlisted' and r.waits
              and (r.waitlisted_at, r.id) <= (mine.waitlisted_at, mine.id))
    from registration mine where mine.id = p_registration and mine.state = 'waitlisted' and mine.waits
$$;

-- A mail to the owner of a registration, in her language. `p_path` is the page of ours that its button opens, behind the
-- language; what it says beside the event and that link is p_facts.
create or replace function registration.tell(
    p_registration uuid, p_kind text, p_key text, p_base_url text, p_path text, p_facts jsonb, p_now timestamptz)
    returns void volatile language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    select messages.post(p_key, lower(r.email), jsonb_build_object(
        'kind', p_kind, 'organisation_id', r.organisation_id, 'language', r.language, 'facts', p_facts || jsonb_build_object(
            'event', case when r.language = 'th' then coalesce(nullif(e.title_th, ''), e.title_en)
                          else coalesce(nullif(e.title_en, ''), e.title_th) end,
            'link', p_base_url || '/' || r.language || p_path)), p_now)
    from registration r join event e on e.id = r.event_id where r.id = p_registration
$$;

-- A link of one use that opens something of a registration; returns its secret, of 244 random bits, which is kept nowhere.
create or replace function registration.new_link(p_registration uuid, p_expires_at timestamptz, p_now timestamptz) returns text
    volatile language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    secret constant text := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
begin
    perform access.keep_link(sha256(convert_to(secret, 'UTF8')), r.person_id, r.id, p_expires_at, p_now)
    from registration r where r.id = p_registration;
    return secret;
end $$;

-- Everything one submission stores, or nothing. p_form holds the words of whoever filled in the form, p_acts the consent
-- acts (checked against the served form before). Anybody can fill in a form for any address, so a form takes nothing away
-- from another one: each is pending with a link of its own, the one that is confirmed counts. For somebody who has a place
-- already all is done alike, seats included, and only the mail differs: no caller can tell, by answer, seats or time.
-- A form whose link cannot be mailed any more keeps its seat like every other one until it lapses: a seat that came back at once
-- would say that others filled in forms for this address.
-- Whoever would wait (p_wait) stands in line when there is no seat; else those who wait already come first.
-- p_colleagues are the cards, answers and tickets of others whom she registers: seats for all of them or for nobody. They are
-- told when she has confirmed (who has a place already cannot, and hears that they are not registered); no consent can be in what she says about them (S3.1-others-1).
-- Outcomes: 'made', 'repeated' (same idempotency key), 'sold_out', 'key_reused'.
create or replace function registration.register(
    p_organisation uuid, p_event uuid, p_ticket uuid, p_form jsonb, p_acts jsonb, p_key text, p_request bytea,
    p_link_sha256 bytea, p_confirm_by timestamptz, p_mail jsonb, p_mail_known jsonb, p_now timestamptz,
    p_wait boolean default false, p_colleagues jsonb default '[]')
    returns table (outcome text, registration_id uuid) volatile language plpgsql as $$
#variable_conflict use_column
declare
    person uuid := access.person_of(p_form->>'email', p_now);
    made uuid := uuidv7();
    earlier record;
    tickets constant uuid[] := array[p_ticket] || array(
        select (c.said->>'ticket')::uuid from jsonb_array_elements(p_colleagues) with ordinality c (said, n) order by c.n);
    brought uuid[];
    seats bigint[][];
    mail jsonb;
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

    begin
        if not exists (select from unnest(tickets) t where registration.line_is_ahead(p_event, t, p_now)) then
            seats := registration.take_seats(p_event, tickets);
        end if;
        -- the ticket's seat goes back where the event has none
        if seats is null then raise exception using errcode = 'EV409'; end if;
    exception when sqlstate 'EV409' then null;
    end;
    if seats is null and not p_wait then
        -- undo the claim on the key: the caller rolls back
        return query select 'sold_out', null::uuid;
        return;
    end if;

    insert into registration (
        id, organisation_id, event_id, ticket_type_id, person_id, state, name, job_title, company, address, country, phone,
        email, answers, language, notice_id, served_form_id, organiser_party_id, source, self_confirmed_at, age_band,
        emancipated, residence, withheld_fields, waits, ticket_slot_id, event_slot_id, created_at, confirm_by, changed_at)
    values (
        made, p_organisation, p_event, p_ticket, person, 'pending', p_form->>'name', p_form->>'job_title', p_form->>'company',
        p_form->>'address', p_form->>'country', p_form->>'phone', p_form->>'email', p_form->'answers', p_form->>'language',
        (p_form->>'notice_id')::uuid, (p_form->>'served_form_id')::uuid, (p_form->>'organiser_party_id')::uuid, 'self', p_now,
        p_form->>'age_band', (p_form->>'emancipated')::boolean, p_form->>'residence',
        array(select jsonb_array_elements_text(p_form->'withheld_fields')),
        seats is null, nullif(seats[1][1], 0), nullif(seats[1][2], 0), p_now, p_confirm_by, p_now);
    -- people in one order, so that two groups cannot wait for each other
    perform access.person_of(a.email, p_now)
    from (select lower(c->>'email') as email from jsonb_array_elements(p_colleagues) c order by 1) a;
    with theirs as (
        insert into registration (
            id, organisation_id, event_id, ticket_type_id, person_id, state, name, job_title, company, address, country, phone,
            email, answers, language, notice_id, served_form_id, source, registered_by, ticket_slot_id, event_slot_id,
            created_at, confirm_by, changed_at)
        select uuidv7(), p_organisation, p_event, (c.said->>'ticket')::uuid, access.person_of(c.said->>'email', p_now), 'pending',
            c.said->>'name', c.said->>'job_title', c.said->>'company', c.said->>'address', c.said->>'country',
            c.said->>'phone', c.said->>'email', c.said->'answers', p_form->>'language', (p_form->>'notice_id')::uuid,
            (p_form->>'served_form_id')::uuid, 'colleague', made, nullif(seats[c.n + 1][1], 0), nullif(seats[c.n + 1][2], 0),
            p_now, p_confirm_by, p_now
        from jsonb_array_elements(p_colleagues) with ordinality c (said, n)
        returning id
    )
    select array_agg(id) into brought from theirs;
    insert into registration_key (registration_id, event_id) select id, p_event from unnest(made || brought) id;

    perform registration.keep_withdrawn(made || brought);
    perform consent.record_acts(made, p_acts, p_now);
    perform access.keep_link(p_link_sha256, person, made, p_confirm_by, p_now);

    mail := case when exists (
        select from registration r where r.event_id = p_event and r.person_id = person
          and r.state in ('confirmed', 'waitlisted', 'requested', 'attended')
          and (r.source = 'self' or r.self_confirmed_at is not null)) then p_mail_known else p_mail end;
    if seats is null then mail := jsonb_set(mail, '{facts,waits}', 'true'); end if;
    -- a stranger cannot flood her mailbox: three mails at once, then one in twenty minutes
    if access.wait_for('registration mail:' || p_event || person, interval '20 minutes', 3, p_now) = 0 then
        perform messages.post('confirm:' || made, lower(p_form->>'email'),
            mail || jsonb_build_object('organisation_id', p_organisation), p_now);
    end if;
    return query select 'made', made;
end $$;

-- Places that nobody confirmed, or took when they were offered, in time go back. Returns how many.
create or replace function registration.expire_pending(p_now timestamptz) returns integer
    volatile language plpgsql security definer set search_path = pg_catalog, public, registration, pg_temp as $$
declare
    freed integer;
    slots bigint[];
begin
    with gone as (
        update registration set state = 'cancelled', cancelled_at = p_now, changed_at = p_now
        where id in (select id from registration where state = 'pending' and confirm_by <= p_now limit 500 for update skip locked)
           or id in (select id from registration where state = 'waitlisted' and not waits and offered_until <= p_now
                     limit 500 for update skip locked)
        returning ticket_slot_id, event_slot_id
    )
    select (select count(*) from gone), coalesce(array_agg(slot), '{}') into freed, slots
    from gone, unnest(array[ticket_slot_id, event_slot_id]) slot where slot is not null;
    perform registration.free_seats(slots);
    return freed;
end $$;

-- Offer one free place to whoever is first in line for it: a seat is taken for her until the offer ends, which is after a day,
-- and no later than the sale's end and the event's beginning. One worker at a time serves an event, so nobody is passed over;
-- another one goes on to the next event. One offer is one transaction: whoever takes a second seat while holding the event's
-- would wait for those who go from ticket to event. Returns whose it was; null when there is nothing more to offer.
create or replace function registration.offer_place(p_base_url text, p_now timestamptz) returns uuid
    volatile language plpgsql security definer set search_path = pg_catalog, public, registration, pg_temp as $$
declare
    there record;
    first record;
    seats bigint[][];
begin
    for there in
        select e.id, e.starts_at, e.time_zone from event e
        where e.published_at <= p_now and e.cancelled_at is null and p_now < e.starts_at
          and exists (select from registration r where r.event_id = e.id and r.state = 'waitlisted' and r.waits)
        order by e.id loop
        continue when registration.seats_left(there.id, null) <= 0;
        continue when not pg_try_advisory_xact_lock(hashtextextended(there.id::text, 9));
        select r.id, r.ticket_type_id, least(p_now + interval '24 hours', there.starts_at, t.sales_close_at) as until into first
        from registration r join ticket_type t on t.id = r.ticket_type_id
        where r.event_id = there.id and r.state = 'waitlisted' and r.waits
          and (t.sales_close_at is null or p_now < t.sales_close_at)
          and t.id in (select o.id from ticket_type o where o.event_id = there.id
                       and coalesce(registration.seats_left(there.id, o.id), 1) > 0)
        order by r.waitlisted_at, r.id limit 1 for no key update of r skip locked;
        continue when not found;
        seats := null;
        begin
            seats := registration.take_seats(there.id, array[first.ticket_type_id]);
            if seats is null then raise exception using errcode = 'EV409'; end if;
        exception when sqlstate 'EV409' then null;
        end;
        continue when seats is null;
        update registration set waits = false, offered_until = first.until, changed_at = p_now,
            ticket_slot_id = nullif(seats[1][1], 0), event_slot_id = nullif(seats[1][2], 0) where id = first.id;
        perform registration.tell(first.id, 'waitlist_offer', 'offer:' || first.id, p_base_url,
            '/offer?token=' || registration.new_link(first.id, first.until, p_now),
            jsonb_build_object('until', first.until, 'zone', there.time_zone), p_now);
        return first.id;
    end loop;
    return null;
end $$;

-- The one way in which a registration comes to count: state, what she took back before, badge. p_code is a fresh badge code.
-- A ticket that needs it stays a request until a person has decided. Returns the state; null when there was nothing to count.
create or replace function registration.make_count(p_registration uuid, p_code text, p_now timestamptz) returns text
    volatile language plpgsql security definer set search_path = pg_catalog, public, registration, pg_temp as $$
declare
    became text;
begin
    update registration r set
        state = case when t.needs_approval and r.decided_at is null then 'requested' else 'confirmed' end,
        confirmed_at = case when t.needs_approval and r.decided_at is null then null else p_now end,
        self_confirmed_at = coalesce(r.self_confirmed_at, p_now), changed_at = p_now
    from ticket_type t
    where r.id = p_registration and t.id = r.ticket_type_id and not r.waits
      and (r.state in ('pending', 'waitlisted') or (r.state = 'requested' and r.decided_at is not null))
    returning r.state into became;
    if became is null then return null; end if;
    perform registration.keep_withdrawn(array[p_registration]);
    if became = 'confirmed' then
        insert into badge (organisation_id, event_id, registration_id, code, issued_at)
        select r.organisation_id, r.event_id, r.id, p_code, p_now from registration r where r.id = p_registration;
        perform messages.tell(array[p_registration], 'badge', jsonb_build_object('kind', 'badge', 'facts', jsonb_build_object(
            'code', p_code, 'job_title', r.job_title, 'company', r.company)), p_now) from registration r where r.id = p_registration;
    end if;
    return became;
end $$;

-- Who asked for a ticket that a person approves hears that it is being looked at.
create or replace function registration.tell_of_request(p_registration uuid, p_base_url text, p_now timestamptz) returns void
    volatile language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    select registration.tell(r.id, 'requested', 'requested:' || r.id, p_base_url, '/me/' || r.id, '{}', p_now)
    from registration r where r.id = p_registration and r.state = 'requested'
$$;

-- Until when somebody whom another person registered can take her place: two days, and no longer than until the event begins
-- (or, once it has, ends).
create or replace function registration.answer_by(p_event uuid, p_now timestamptz) returns timestamptz stable language sql
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select least(p_now + interval '48 hours', case when p_now < e.starts_at then e.starts_at else e.ends_at end)
    from event e where e.id = p_event
$$;

-- Tell somebody that another person registered her, whose notice governs, and how she takes the place: by a link of her own,
-- until its `confirm_by`. Who has a place already hears that. Returns whether a mail went out: `invite_again` tries again where
-- she got too many; the place lapses at the same time.
create or replace function registration.invite(p_registration uuid, p_base_url text, p_now timestamptz) returns boolean
    volatile language plpgsql security definer set search_path = pg_catalog, public, registration, pg_temp as $$
declare
    hers record;
begin
    select r.id, r.event_id, r.person_id, r.language, r.confirm_by, by.name as by_name, e.time_zone, o.legal_name,
           encode(n.sha256, 'hex') as notice, exists (
               select from registration p where p.event_id = r.event_id and p.person_id = r.person_id
                 and p.state in ('confirmed', 'waitlisted', 'requested', 'attended')
                 and (p.source = 'self' or p.self_confirmed_at is not null)) as known
    into hers
    from registration r join registration by on by.id = r.registered_by join event e on e.id = r.event_id
    join organisation o on o.id = r.organisation_id join notice n on n.id = r.notice_id
    where r.id = p_registration and r.state = 'pending';
    if not found or access.wait_for('registration mail:' || hers.event_id || hers.person_id, interval '20 minutes', 3, p_now) > 0 then
        return false;
    end if;
    update registration set notified_at = p_now, changed_at = p_now where id = hers.id;
    if hers.known then
        perform registration.tell(hers.id, 'already_registered', 'invitation:' || hers.id, p_base_url, '/sign-in', '{}', p_now);
    else
        perform registration.tell(hers.id, 'invitation', 'invitation:' || hers.id, p_base_url,
            '/confirm?token=' || registration.new_link(hers.id, hers.confirm_by, p_now), jsonb_build_object(
                'by', hers.by_name, 'until', hers.confirm_by, 'zone', hers.time_zone, 'controller', hers.legal_name,
                'notice', p_base_url || '/' || hers.language || '/notices/' || hers.notice), p_now);
    end if;
    return true;
end $$;

-- Tell those whom a confirmed form registered and who got too many mails when it was confirmed. Returns how many were told.
create or replace function registration.invite_again(p_base_url text, p_now timestamptz) returns integer
    volatile language plpgsql security definer set search_path = pg_catalog, public, registration, pg_temp as $$
declare
    hers uuid;
    told integer := 0;
begin
    for hers in
        select r.id from registration r join registration by on by.id = r.registered_by
        where r.state = 'pending' and r.notified_at is null and r.confirm_by > p_now
          and by.state in ('confirmed', 'requested', 'waitlisted', 'attended')
        order by r.person_id, r.event_id limit 100 for no key update of r skip locked loop
        if registration.invite(hers, p_base_url, p_now) then told := told + 1; end if;
    end loop;
    return told;
end $$;

-- The place of a registration that was cancelled in this very transaction goes on to a colleague: its seats are never free in
-- between, nothing else of it goes with them. Returns whether the colleague could be told.
create or replace function registration.hand_over(
    p_from uuid, p_name text, p_email text, p_base_url text, p_now timestamptz) returns boolean
    volatile language plpgsql security definer set search_path = pg_catalog, public, registration, pg_temp as $$
declare
    made constant uuid := uuidv7();
begin
    insert into registration (
        id, organisation_id, event_id, ticket_type_id, person_id, state, name, email, language, notice_id, source, registered_by,
        transferred_from, ticket_slot_id, event_slot_id, created_at, confirm_by, changed_at)
    select made, r.organisation_id, r.event_id, r.ticket_type_id, access.person_of(p_email, p_now), 'pending', p_name, p_email,
           r.language, n.id, 'colleague', r.id, r.id, r.ticket_slot_id, r.event_slot_id, p_now,
           registration.answer_by(r.event_id, p_now), p_now
    from registration r
    cross join lateral (select n.id from notice n where n.organisation_id = r.organisation_id and n.language = r.language
                          and n.effective_from <= p_now order by n.effective_from desc, n.version desc limit 1) n
    where r.id = p_from and r.state = 'cancelled' and r.cancelled_at = p_now;
    insert into registration_key (registration_id, event_id) select id, event_id from registration where id = made;
    perform registration.keep_withdrawn(array[made]);
    return registration.invite(made, p_base_url, p_now);
end $$;

grant execute on function registration.invite(uuid, text, timestamptz), registration.invite_again(text, timestamptz),
    registration.hand_over(uuid, text, text, text, timestamptz) to events_app;
grant execute on function registration.keep_withdrawn(uuid[]), registration.take_seat(uuid, uuid), registration.free_seats(bigint[]),
    registration.set_capacity(uuid, uuid, uuid, integer), registration.seats_left(uuid, uuid),
    registration.take_seats(uuid, uuid[]), registration.line_is_ahead(uuid, uuid, timestamptz), registration.position_in_line(uuid),
    registration.tell(uuid, text, text, text, text, jsonb, timestamptz), registration.new_link(uuid, timestamptz, timestamptz),
    registration.expire_pending(timestamptz), registration.offer_place(text, timestamptz),
    registration.make_count(uuid, text, timestamptz), access.person_of(text, timestamptz) to events_app;
grant execute on function registration.register(uuid, uuid, uuid, jsonb, jsonb, text, bytea, bytea, timestamptz, jsonb, jsonb,
    timestamptz, boolean, jsonb) to events_app;

-- The button behind the link of the confirmation mail: place, consents and badge count from here (§6; F5: a second press
-- finds the link spent). p_code is a fresh badge code. Where there was no seat she stands in line from now. No row: the link
-- is spent, late, or its place was given back.
create or replace function registration.confirm(p_link_sha256 bytea, p_code text, p_now timestamptz, p_base_url text default '')
    returns table (registration_id uuid, person_id uuid, state text, source text) volatile language plpgsql
    security definer set search_path = pg_catalog, public, registration, pg_temp as $$
#variable_conflict use_column
declare
    mine registration;
    brought registration;
    became text;
begin
    update magic_link l set spent_at = p_now
    where l.token_sha256 = p_link_sha256 and l.registration_id is not null and l.spent_at is null and p_now < l.expires_at;
    if not found then return; end if;
    select r.* into mine from registration r join magic_link l on l.registration_id = r.id
    where l.token_sha256 = p_link_sha256 and r.state = 'pending';
    if mine.id is null then return; end if;
    -- two links of one person, pressed at once, stand in line here
    perform pg_advisory_xact_lock(hashtextextended(mine.event_id::text || mine.person_id::text, 8));
    -- What others brought about her gives way to her own words. Her other unconfirmed forms stay until they lapse: whoever
    -- filled them in must not see, by the seats, that she confirmed one.
    select r.* into brought from registration r
    where r.event_id = mine.event_id and r.person_id = mine.person_id and r.id <> mine.id
      and r.state not in ('cancelled', 'pending') for no key update;
    if brought.source = 'self' or brought.self_confirmed_at is not null then return; end if;
    select r.* into mine from registration r where r.id = mine.id and r.state = 'pending' for no key update;
    if not found then return; end if;
    if brought.id is not null then
        update registration r set state = 'cancelled', cancelled_at = p_now, changed_at = p_now where r.id = brought.id;
        update badge b set revoked_at = p_now where b.registration_id = brought.id and b.revoked_at is null;
        if mine.waits then
            -- she need not wait: the place that others brought her is hers
            update registration r set waits = false, ticket_type_id = brought.ticket_type_id,
                ticket_slot_id = brought.ticket_slot_id, event_slot_id = brought.event_slot_id where r.id = mine.id;
            mine.waits := false;
        else
            perform registration.free_seats(array_remove(array[brought.ticket_slot_id, brought.event_slot_id], null));
        end if;
    end if;
    if mine.waits then
        became := 'waitlisted';
        update registration r set state = 'waitlisted', waitlisted_at = p_now, changed_at = p_now where r.id = mine.id;
        perform registration.tell(mine.id, 'waitlisted', 'waitlisted:' || mine.id, p_base_url, '/me/' || mine.id,
            jsonb_build_object('position', registration.position_in_line(mine.id)), p_now);
    else
        became := registration.make_count(mine.id, p_code, p_now);
        perform registration.tell_of_request(mine.id, p_base_url, p_now);
    end if;
    -- told or not yet, their places lapse at one time
    update registration r set confirm_by = registration.answer_by(r.event_id, p_now), changed_at = p_now
    where r.registered_by = mine.id and r.state = 'pending' and r.notified_at is null;
    perform registration.invite(r.id, p_base_url, p_now) from registration r
    where r.registered_by = mine.id and r.state = 'pending' and r.notified_at is null
    order by r.person_id;
    return query select mine.id, mine.person_id, became, mine.source;
end $$;

-- Her answer to the place that she was offered. Returns the state that her registration has then; null when no offer stands.
create or replace function registration.answer_offer(
    p_registration uuid, p_accept boolean, p_code text, p_base_url text, p_now timestamptz) returns text volatile language plpgsql
    security definer set search_path = pg_catalog, public, registration, pg_temp as $$
declare
    mine registration;
    became text;
begin
    select r.* into mine from registration r
    where r.id = p_registration and r.state = 'waitlisted' and not r.waits and p_now < r.offered_until for no key update;
    if not found then return null; end if;
    update magic_link l set spent_at = p_now where l.registration_id = mine.id and l.spent_at is null;
    if p_accept then
        became := registration.make_count(mine.id, p_code, p_now);
        perform registration.tell_of_request(mine.id, p_base_url, p_now);
        return became;
    end if;
    update registration set state = 'cancelled', cancelled_at = p_now, changed_at = p_now where id = mine.id;
    perform registration.free_seats(array_remove(array[mine.ticket_slot_id, mine.event_slot_id], null));
    return 'cancelled';
end $$;

-- What the link of an offer stands for; no row when it is spent or late, or the place was answered for.
create or replace function registration.offer_behind_link(p_link_sha256 bytea, p_now timestamptz)
    returns table (registration_id uuid, person_id uuid, badge_tag text, event_slug text, title_th text, title_en text,
                   ticket_th text, ticket_en text, name text, offered_until timestamptz, time_zone text) stable language sql
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select r.id, r.person_id, e.badge_tag, e.slug, e.title_th, e.title_en, t.name_th, t.name_en, r.name, r.offered_until, e.time_zone
    from magic_link l
    join registration r on r.id = l.registration_id join event e on e.id = r.event_id join ticket_type t on t.id = r.ticket_type_id
    where l.token_sha256 = p_link_sha256 and l.spent_at is null and p_now < l.expires_at
      and r.state = 'waitlisted' and not r.waits and p_now < r.offered_until
$$;

-- What a confirmation link would make count, without spending it; nothing once she has a place of her own.
create or replace function registration.behind_link(p_link_sha256 bytea, p_now timestamptz)
    returns table (registration_id uuid, badge_tag text, event_slug text, title_th text, title_en text, name text, age_band text,
                   waits boolean, registered_by text, controller text, notice_sha256 text, choices jsonb, card jsonb, colleagues jsonb)
    stable language sql
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select r.id, e.badge_tag, e.slug, e.title_th, e.title_en, r.name, r.age_band, r.waits, by.name, o.legal_name,
        encode(n.sha256, 'hex'),
        coalesce((select jsonb_agg(jsonb_build_object('purpose', c.purpose, 'recipient', p.legal_name, 'fields', c.fields) order by c.seq)
                  from consent_event c left join party p on p.id = c.recipient_id
                  where c.registration_id = r.id and c.act = 'grant'), '[]'),
        (select coalesce(jsonb_object_agg(said.key, said.value), '{}') from jsonb_each_text(jsonb_build_object(
            'job_title', r.job_title, 'company', r.company, 'address', r.address, 'country', r.country, 'phone', r.phone,
            'residence', r.residence)) said where said.value <> ''),
        coalesce((select jsonb_agg(jsonb_build_object('name', other.name, 'email', other.email) order by other.id)
                  from registration other where other.registered_by = r.id and other.state = 'pending'), '[]')
    from magic_link l
    join registration r on r.id = l.registration_id join event e on e.id = r.event_id
    join organisation o on o.id = r.organisation_id join notice n on n.id = r.notice_id
    left join registration by on by.id = r.registered_by
    where l.token_sha256 = p_link_sha256 and l.spent_at is null and p_now < l.expires_at and r.state = 'pending'
      and not exists (select from registration o where o.event_id = r.event_id and o.person_id = r.person_id
                      and o.state in ('confirmed', 'waitlisted', 'requested', 'attended')
                      and (o.source = 'self' or o.self_confirmed_at is not null))
$$;

grant execute on function registration.confirm(bytea, text, timestamptz, text), registration.behind_link(bytea, timestamptz),
    registration.answer_offer(uuid, boolean, text, text, timestamptz), registration.offer_behind_link(bytea, timestamptz) to events_app;
