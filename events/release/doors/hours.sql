-- How many of a party's leads were scanned in which hour of one day at the event; the row without an hour counts all others.
-- Only whom it may have now is counted: scans of people who allow nothing are in no number (S6-sponsor-15). Nothing leaves
-- about anybody, so nothing is booked. No row for what is not the caller's.
create or replace function release.lead_hours(
    p_kind text, p_key text, p_party uuid, p_event_slug text, p_use text, p_fields text[], p_day date, p_now timestamptz)
    returns table (hour integer, leads integer)
    stable language sql security definer set search_path = pg_catalog, public, release, pg_temp set join_collapse_limit = 1 set from_collapse_limit = 1 set jit = off as $$
    select case when (s.effective_at at time zone e.time_zone)::date = p_day
                then extract(hour from s.effective_at at time zone e.time_zone)::integer end, count(*)::integer
    from release.caller(p_kind, p_key, p_party, p_event_slug, p_now) who
    join event e on e.id = who.event_id
    cross join lateral release.decide(e.id, who.party_id, p_use, p_fields, p_now) d
    left join scan s on s.id = d.scan_id
    where d.refusal is null
    group by 1 order by 1
$$;

grant execute on function release.lead_hours to events_release;
