-- Whose allow-list a phone may have, and whether anybody at all can be good there now: asked each time, where the list itself was
-- made a few seconds ago for all phones of the place. No row for a phone that is not there.
create or replace function release.list_place(p_device uuid, p_now timestamptz)
    returns table (revoked boolean, organisation_id uuid, event_id uuid, party_id uuid, open boolean)
    stable language sql security definer set search_path = pg_catalog, public, release, pg_temp as $$
    select d.revoked_at is not null, d.organisation_id, d.event_id, d.party_id,
           case d.kind when 'booth' then ask.refusal is null else e.cancelled_at is null and not access.doors_over(e.ends_at, p_now) end
    from device d
    join event e on e.id = d.event_id
    left join lateral release.sponsor_may_ask(d.event_id, d.party_id, 'follow_up', p_now) ask on d.kind = 'booth'
    where d.id = p_device
$$;

-- What a booth phone may know while it is offline: for which badges a scan would release now, as hashes under a key of its event
-- and party. Decided as a scan is, with the scan supposed; nobody's data leaves, nothing is written. One row: the list, ascending
-- and 6 bytes each, or that the phone is revoked.
create or replace function release.allow_list(p_device uuid, p_inner bytea, p_outer bytea, p_now timestamptz)
    returns table (revoked boolean, hashes bytea)
    stable language plpgsql security definer set search_path = pg_catalog, public, release, pg_temp set join_collapse_limit = 1 set from_collapse_limit = 1 set jit = off
    set work_mem = '64MB' set random_page_cost = 1.1 set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
    phone_of device;
begin
    select d.* into phone_of from device d where d.id = p_device and d.kind = 'booth';
    if phone_of.id is null then raise exception 'no such device' using errcode = 'EV401'; end if;
    if phone_of.revoked_at is not null then
        return query select true, ''::bytea;
        return;
    end if;
    return query
    select false, coalesce(string_agg(listed.hash, ''::bytea order by listed.hash), '')
    from (
        -- distinct here: an aggregate of distinct values would hash each twice
        select distinct access.badge_hash(b.code, p_inner, p_outer) as hash
        from release.decide(phone_of.event_id, phone_of.party_id, 'follow_up', release.card_fields(), p_now, true) d
        join registration_key k on k.registration_id = d.registration_id
        join badge b on b.registration_id = d.registration_id and b.event_id = phone_of.event_id and b.revoked_at is null
        where d.refusal is null and d.basis in ('scan', 'both')) listed;
end $$;

grant execute on function release.list_place to events_release;
grant execute on function release.allow_list to events_release;
