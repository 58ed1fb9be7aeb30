-- The same decision with its reasons, for the organiser and the DPO, without releasing anything.
create or replace function release.why(p_registration uuid, p_party uuid, p_use text, p_now timestamptz)
    returns table (refusal text, fields text[], basis text, consent_event_ids uuid[], scan_id uuid, usable_until timestamptz)
    stable language sql security definer set search_path = pg_catalog, public, release, pg_temp set join_collapse_limit = 1 set from_collapse_limit = 1 set jit = off as $$
    -- whom the decision does not look at has no ground
    select coalesce(ask.refusal, d.refusal, case when d.registration_id is null then 'no_consent' end),
           coalesce(d.fields, '{}'), d.basis, coalesce(d.consent_event_ids, '{}'), d.scan_id, d.usable_until
    from registration r
    cross join lateral release.sponsor_may_ask(r.event_id, p_party, p_use, p_now) ask
    left join lateral release.decide(r.event_id, p_party, p_use, release.card_fields(), p_now) d on d.registration_id = r.id
    where r.id = p_registration and r.organisation_id = access.organisation()
$$;

create or replace function release.why_affiliate(p_registration uuid, p_party uuid, p_use text, p_now timestamptz)
    returns table (refusal text, fields text[])
    stable language sql security definer set search_path = pg_catalog, public, release, pg_temp as $$
    select d.refusal, case when d.refusal is null then d.fields else '{}' end
    from registration r, release.decide_affiliate(r.event_id, p_party, p_use, p_now) d
    where r.id = p_registration and r.organisation_id = access.organisation() and d.registration_id = r.id
$$;

grant execute on function release.why to events_app;
grant execute on function release.why_affiliate to events_app;
