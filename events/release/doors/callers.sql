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

grant execute on function release.lock_against_releases to events_app;
