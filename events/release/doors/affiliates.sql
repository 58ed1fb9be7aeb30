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
        select d.registration_id, d.fields, card.*
        from release.decide_affiliate(who.event_id, who.party_id, p_use, p_now) d
        join registration r on r.id = d.registration_id
        join registration_key k on k.registration_id = d.registration_id
        cross join lateral release.card_of(r, d.fields, k.key) card
        where d.refusal is null and d.registration_id > after
        order by d.registration_id limit p_limit
    ), line as (
        insert into disclosure
        select l.* from shown s cross join lateral release.line_of(
            book, s.registration_id, who.organisation_id, s.fields, 'contract', '{}', null, s.commitment) l
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

grant execute on function release.take_affiliate_registrations to events_release;
