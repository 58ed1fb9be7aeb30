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

-- A page of one event: what is still to be confirmed, or what was confirmed before, the newest first; `before` is the id of the
-- last of the page before.
create or replace function release.take_event_recalls(
    p_kind text, p_key text, p_party uuid, p_event_slug text, p_confirmed boolean, p_before uuid, p_limit integer, p_now timestamptz)
    returns table (id uuid, event_slug text, lead uuid, fields text[], created_at timestamptz, acknowledged_at timestamptz)
    stable language sql security definer set search_path = pg_catalog, public, release, pg_temp as $$
    select c.id, p_event_slug, release.lead_id(p.lead_salt, c.registration_id), c.fields, c.created_at, c.acknowledged_at
    from release.caller(p_kind, p_key, p_party, p_event_slug, p_now) who
    join party p on p.id = who.party_id
    join recall c on c.party_id = p.id and c.event_id = who.event_id
    where (c.acknowledged_at is not null) = p_confirmed and (p_before is null or c.id < p_before)
    order by c.id desc limit p_limit
$$;

-- The leads of one event that were recalled after `after` (an id of a release or of a recall: they tell which came first), and
-- by which recall; the oldest first.
create or replace function release.recalled_leads(
    p_kind text, p_key text, p_party uuid, p_event_slug text, p_after uuid, p_limit integer, p_now timestamptz)
    returns table (id uuid, lead uuid) stable language sql security definer set search_path = pg_catalog, public, release, pg_temp as $$
    select c.id, release.lead_id(p.lead_salt, c.registration_id)
    from release.caller(p_kind, p_key, p_party, p_event_slug, p_now) who
    join party p on p.id = who.party_id
    join recall c on c.party_id = p.id and c.event_id = who.event_id
    where c.id > p_after
    order by c.id limit p_limit
$$;

-- How many are still to be confirmed at one event.
create or replace function release.count_open_recalls(p_kind text, p_key text, p_party uuid, p_event_slug text, p_now timestamptz)
    returns integer stable language sql security definer set search_path = pg_catalog, public, release, pg_temp as $$
    select count(*)::integer from release.caller(p_kind, p_key, p_party, p_event_slug, p_now) who
    join recall c on c.party_id = who.party_id and c.event_id = who.event_id and c.acknowledged_at is null
$$;

-- Confirm all of one event up to the newest that was seen: what arrived since then is not among them. Returns how many.
create or replace function release.acknowledge_recalls(
    p_kind text, p_key text, p_party uuid, p_event_slug text, p_newest uuid, p_now timestamptz)
    returns integer volatile language sql security definer set search_path = pg_catalog, public, release, pg_temp as $$
    with done as (
        update recall c set acknowledged_at = p_now, acknowledged_by = who.actor_id
        from release.caller(p_kind, p_key, p_party, p_event_slug, p_now) who
        where c.party_id = who.party_id and c.event_id = who.event_id and c.id <= p_newest and c.acknowledged_at is null
        returning c.id)
    select count(*)::integer from done
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

grant execute on function release.take_recalls to events_release;
grant execute on function release.take_event_recalls to events_release;
grant execute on function release.recalled_leads to events_release;
grant execute on function release.count_open_recalls to events_release;
grant execute on function release.acknowledge_recall to events_release;
grant execute on function release.acknowledge_recalls to events_release;
grant execute on function release.recall_what_was_lost to events_app;
