-- The book: what left, to whom, on which ground. Written only by the doors, in the statement that returns the data.
-- A line's hash binds its content; a release's hash binds its lines; signed Merkle seals bind the releases
-- (events/release/seals.py). No line holds a personal value: the commitment is salted with a key that dies with the person.

-- Declared stable, not immutable: only so does the planner put them in line, which is three times as fast.
create or replace function release.commitment(p_key bytea, p_values text[]) returns bytea stable language sql
    return sha256(p_key || convert_to(array_to_json(p_values)::text, 'UTF8'));

-- What these fields hand out of a registration, with its commitment: the only place where a value comes to leave. Planned in line,
-- for each row of a door.
create or replace function release.card_of(r registration, p_fields text[], p_key bytea)
    returns table (name text, job_title text, company text, address text, country text, phone text, email text, commitment bytea)
    stable language sql as $$
    select c.*, release.commitment(p_key, array[c.name, c.job_title, c.company, c.address, c.country, c.phone, c.email])
    from (select case when 'name' = any (p_fields) then r.name end as name,
                 case when 'job_title' = any (p_fields) then r.job_title end as job_title,
                 case when 'company' = any (p_fields) then r.company end as company,
                 case when 'address' = any (p_fields) then r.address end as address,
                 case when 'country' = any (p_fields) then r.country end as country,
                 case when 'phone' = any (p_fields) then r.phone end as phone,
                 case when 'email' = any (p_fields) then r.email end as email) c
$$;

-- Order and content are part of the evidence: a change is a new format, and older rows keep theirs. The ids have a fixed
-- length and no name of a field holds a comma or colon, so no two lines share their bytes.
create or replace function release.line_hash(d disclosure) returns bytea stable language sql
    return sha256(convert_to('line-2', 'UTF8') || uuid_send(d.release_id) || uuid_send(d.registration_id)
        || uuid_send(d.organisation_id) || d.commitment
        || convert_to(concat_ws(':', d.basis, d.fields, d.consent_event_ids, d.scan_id), 'UTF8'));

create or replace function release.line_hash_1(d disclosure) returns bytea stable language sql
    return sha256(convert_to(jsonb_build_array(
        'line-1', d.release_id, d.registration_id, d.organisation_id, d.fields, d.basis, d.consent_event_ids, d.scan_id,
        encode(d.commitment, 'hex'))::text, 'UTF8'));

-- A line as the doors write it; in line as well.
create or replace function release.line_of(
    p_release uuid, p_registration uuid, p_organisation uuid, p_fields text[], p_basis text, p_acts uuid[], p_scan uuid,
    p_commitment bytea) returns setof disclosure stable language sql as $$
    select p_release, p_registration, p_organisation, p_fields, p_basis, p_acts, p_scan, p_commitment,
           release.line_hash((p_release, p_registration, p_organisation, p_fields, p_basis, p_acts, p_scan, p_commitment, '')::disclosure)
$$;

create or replace function release.release_hash(r release) returns bytea stable language sql
    return sha256(convert_to(jsonb_build_array(
        'release-' || r.format, r.id, r.organisation_id, r.event_id, r.party_id, r.outcome, r.refusal, r.channel, r.actor_kind,
        r.actor_id, r.declared_use, r.terms_version, r.requested_fields, r.agreement_id, r.policy_version, extract(epoch from r.at),
        r.row_count, r.last_registration_id, encode(r.lines_hash, 'hex'), encode(r.file_sha256, 'hex'))::text, 'UTF8'));

create or replace function release.no_lines() returns bytea immutable language sql return sha256('');

-- which text of policy.sql decided; set by `events migrate` from the file's own hash
create or replace function release.policy_version() returns text immutable language sql return '{policy_version}';
-- the program asks it at its start: another version means that `events migrate` has not run
grant execute on function release.policy_version() to events_app;

-- which recipient terms every door call stands on; the words are in events/release/terms.py, a test compares
create or replace function release.terms_version() returns text immutable language sql return 'recipient-terms-1';

create or replace function release.keep_release() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        -- the only change a release ever sees: the hash of the file, in the transaction that wrote it
        if old.txid <> pg_current_xact_id() or old.file_sha256 is not null
            or (to_jsonb(new) - array['file_sha256', 'hash']) <> (to_jsonb(old) - array['file_sha256', 'hash']) then
            raise exception 'release is append-only' using errcode = 'EV002';
        end if;
    else
        new.txid := pg_current_xact_id();
        new.terms_version := release.terms_version();
    end if;
    new.hash := release.release_hash(new);
    return new;
end $$;

create or replace trigger hash before insert or update on release for each row execute function release.keep_release();
create or replace trigger append_only before delete on release for each row execute function consent.refuse_change();
create or replace trigger no_truncate before truncate on release execute function consent.refuse_change();
create or replace trigger append_only before update or delete on disclosure for each row execute function consent.refuse_change();
create or replace trigger no_truncate before truncate on disclosure execute function consent.refuse_change();
create or replace trigger append_only before update or delete on seal for each row execute function consent.refuse_change();
create or replace trigger no_truncate before truncate on seal execute function consent.refuse_change();
