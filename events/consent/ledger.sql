-- The consent log: append-only, hash-chained per registration, with a maintained head ("latest act") per key.

create or replace function consent.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'EV002';
end $$;

-- The canonical bytes of one act. Order and content are part of the evidence: never change them, add a new version.
create or replace function consent.event_hash(e consent_event) returns bytea immutable language sql
    return sha256(convert_to(jsonb_build_array(
        'consent-1', encode(e.prev_hash, 'hex'), e.id, e.organisation_id, e.event_id, e.registration_id, e.seq, e.purpose, e.recipient_id,
        e.act, e.fields, e.uses, e.countries, e.text_id, encode(e.text_sha256, 'hex'), e.notice_id, e.served_form_id,
        e.disclosed_recipients, e.recipient_notice_url, encode(e.recipient_notice_sha256, 'hex'), e.language, e.warning_shown,
        e.age_band, e.emancipated, e.residence, extract(epoch from e.occurred_at), extract(epoch from e.expires_at),
        e.actor, e.actor_id, e.method)::text, 'UTF8'));

-- C3: the act proves itself. It came from the attendee on a form that was served, under the words that were in force, and these
-- named the recipient. No age here rests on a guardian's evidence, so nobody but the person herself can have given it (C5 Cap).
-- Nothing that is asked here can change after the act is written.
create or replace function consent.evidence_complete(e consent_event) returns boolean stable language sql
    return coalesce(
        e.act = 'grant' and e.actor = 'subject' and e.served_form_id is not null and e.notice_id is not null
        and (e.purpose not in ('sponsor_sharing', 'transfer', 'affiliate_marketing') or e.recipient_id = any (e.disclosed_recipients))
        and exists (
            select from consent_text t
            where t.id = e.text_id and t.purpose = e.purpose and t.sha256 = e.text_sha256 and t.language = e.language
              and t.effective_from <= e.occurred_at), false);

create or replace function consent.last_visit(p_registration uuid) returns timestamptz stable language sql
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select max(v.at) from visit v where v.registration_id = p_registration
$$;

create or replace function consent.chain_event() returns trigger language plpgsql as $$
declare
    last record;
begin
    -- acts of one registration queue here, so seq and prev_hash are drawn under the lock
    perform 1 from registration r where r.id = new.registration_id for update;
    select seq, hash, occurred_at into last from consent_event where registration_id = new.registration_id order by seq desc limit 1;
    new.seq := coalesce(last.seq, 0) + 1;
    new.prev_hash := last.hash;
    -- API processes whose clocks differ must not make a withdrawal look older than the grant it ends, nor a scan that was there
    -- before the badge flag look as if it came after it
    new.occurred_at := greatest(new.occurred_at, last.occurred_at);
    if new.purpose = 'badge_scan' and new.act = 'grant' then
        new.occurred_at := greatest(new.occurred_at, consent.last_visit(new.registration_id) + interval '1 microsecond');
    end if;
    new.txid := pg_current_xact_id();
    new.hash := consent.event_hash(new);
    return new;
end $$;

-- C4: the latest act wins; at the same instant the restrictive one does. The head repeats what the decision asks of the act;
-- `events verify` rebuilds it from the log.
create or replace function consent.keep_head() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, consent, pg_temp as $$
declare
    restrictive constant boolean := new.act in ('withdraw', 'revoke', 'invalidate', 'supersede');
begin
    insert into consent_head as h (event_id, registration_id, purpose, recipient_id, organisation_id, consent_event_id, act, at,
                                   seq, restricted_at, text_id, evidence_complete, fields, uses, countries, warning_shown,
                                   age_band, emancipated, residence, expires_at)
    values (new.event_id, new.registration_id, new.purpose,
            coalesce(new.recipient_id, '00000000-0000-0000-0000-000000000000'), new.organisation_id,
            new.id, new.act, new.occurred_at, new.seq, case when restrictive then new.occurred_at end, new.text_id,
            consent.evidence_complete(new), new.fields, new.uses, new.countries, new.warning_shown,
            new.age_band, new.emancipated, new.residence, new.expires_at)
    on conflict (registration_id, purpose, recipient_id) do update set
        consent_event_id = excluded.consent_event_id, act = excluded.act, at = excluded.at, seq = excluded.seq,
        restricted_at = greatest(h.restricted_at, excluded.restricted_at), text_id = excluded.text_id,
        evidence_complete = excluded.evidence_complete, fields = excluded.fields, uses = excluded.uses,
        countries = excluded.countries, warning_shown = excluded.warning_shown, age_band = excluded.age_band,
        emancipated = excluded.emancipated, residence = excluded.residence, expires_at = excluded.expires_at
    where (excluded.at, (excluded.act <> 'grant')::int, excluded.seq) > (h.at, (h.act <> 'grant')::int, h.seq);
    return null;
end $$;

create or replace trigger chain before insert on consent_event for each row execute function consent.chain_event();
create or replace trigger head after insert on consent_event for each row execute function consent.keep_head();
create or replace trigger append_only before update or delete on consent_event
    for each row execute function consent.refuse_change();
create or replace trigger no_truncate before truncate on consent_event execute function consent.refuse_change();

create or replace function consent.keep_block() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
begin
    insert into subject_block (person_id) values (new.person_id) on conflict do nothing;
    execute format('update subject_block set %I = $1 where person_id = $2', new.kind)
        using case when new.act = 'set' then new.at end, new.person_id;
    return null;
end $$;
create or replace trigger head after insert on block_event for each row execute function consent.keep_block();
create or replace trigger append_only before update or delete on block_event
    for each row execute function consent.refuse_change();
create or replace trigger no_truncate before truncate on block_event execute function consent.refuse_change();

-- §12: a published text is what people agreed to; its words and scope never change
create or replace function consent.keep_text() returns trigger language plpgsql as $$
begin
    if (to_jsonb(new) - array['retired_at', 'invalidated_at']) <> (to_jsonb(old) - array['retired_at', 'invalidated_at']) then
        raise exception 'a published text is immutable' using errcode = 'EV002';
    end if;
    -- an end may come, and come earlier; it never goes away (C7: INVALIDATED is for good)
    if (old.invalidated_at is not null and new.invalidated_at is distinct from old.invalidated_at)
        or (old.retired_at is not null and (new.retired_at is null or new.retired_at > old.retired_at)) then
        raise exception 'a text that has ended stays ended' using errcode = 'EV002';
    end if;
    return new;
end $$;
create or replace trigger immutable before update on consent_text for each row execute function consent.keep_text();
create or replace trigger no_delete before delete on consent_text for each row execute function consent.refuse_change();
create or replace trigger append_only before update or delete on notice for each row execute function consent.refuse_change();
create or replace trigger append_only before update or delete on served_form for each row execute function consent.refuse_change();
create or replace trigger append_only before update or delete on agreement for each row execute function consent.refuse_change();

-- Write consent acts of one registration, in order. The trigger chains them; the caller has checked them against the form.
create or replace function consent.record_acts(p_registration uuid, p_acts jsonb, p_now timestamptz) returns void
    volatile language sql as $$
    insert into consent_event (
        organisation_id, event_id, registration_id, purpose, recipient_id, act, fields, uses, countries, text_id, text_sha256,
        notice_id, served_form_id, disclosed_recipients, recipient_notice_url, recipient_notice_sha256, language,
        warning_shown, age_band, emancipated, residence, occurred_at, expires_at, actor, actor_id, method)
    select r.organisation_id, r.event_id, r.id, a.purpose, a.recipient_id, a.act, coalesce(a.fields, '{}'), coalesce(a.uses, '{}'),
           coalesce(a.countries, '{}'), a.text_id, decode(a.text_sha256, 'hex'), a.notice_id, a.served_form_id,
           coalesce(a.disclosed_recipients, '{}'), a.recipient_notice_url, decode(a.recipient_notice_sha256, 'hex'), a.language,
           coalesce(a.warning_shown, false), r.age_band, r.emancipated, r.residence, p_now, a.expires_at,
           a.actor, a.actor_id, a.method
    from registration r, rows from (jsonb_to_recordset(p_acts) as (
        purpose text, recipient_id uuid, act text, fields text[], uses text[], countries text[], text_id uuid, text_sha256 text,
        notice_id uuid, served_form_id uuid, disclosed_recipients uuid[], recipient_notice_url text,
        recipient_notice_sha256 text, language text, warning_shown boolean, expires_at timestamptz, actor text, actor_id uuid,
        method text)) with ordinality as a (
        purpose, recipient_id, act, fields, uses, countries, text_id, text_sha256, notice_id, served_form_id,
        disclosed_recipients, recipient_notice_url, recipient_notice_sha256, language, warning_shown, expires_at, actor,
        actor_id, method, n)
    where r.id = p_registration
    order by a.n
$$;
grant execute on function consent.record_acts(uuid, jsonb, timestamptz), consent.event_hash(consent_event) to events_app;
grant execute on function consent.refuse_change(), consent.chain_event(), consent.last_visit(uuid), consent.keep_text()
    to events_app, events_gate;
