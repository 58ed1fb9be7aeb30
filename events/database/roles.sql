-- Who may touch what. Re-applied by every `events migrate`; this file is the only place that grants on tables.
--   events_owner    owns everything; nobody logs in as it
--   events_gate     owns the doors of events/release; nobody logs in as it
--   events_app      serves attendees, organisers and door staff; row-level security by organisation behind its queries
--   events_release  serves sponsors, affiliates and booth phones; no table at all, only EXECUTE on the doors

create schema if not exists access;
create schema if not exists consent;
create schema if not exists registration;
create schema if not exists messages;
create schema if not exists release;

revoke all on schema public from public;
revoke all on all tables in schema public from events_app, events_release, events_gate;
grant usage on schema public to events_app, events_gate;
grant usage on schema access, consent, registration, messages, release to events_app, events_gate;
grant create on schema release to events_gate;
grant usage on schema release to events_release;

-- the setting of the transaction that says whose rows may be seen; absent or empty means none
create or replace function access.organisation() returns uuid stable language sql
    return nullif(current_setting('events.organisation', true), '')::uuid;
create or replace function access.person() returns uuid stable language sql
    return nullif(current_setting('events.person', true), '')::uuid;
create or replace function access.party() returns uuid stable language sql
    return nullif(current_setting('events.party', true), '')::uuid;
grant execute on function access.organisation(), access.person(), access.party() to events_app, events_gate;

-- what everybody may know, or holds no person
grant select, insert, update on
    organisation, party, agreement, safeguard, notice, event, sponsorship, ticket_type, event_field, consent_text,
    served_form, api_client, device, device_enrolment, asset, event_session, lead_question to events_app;
grant select on seat_slot to events_app;
revoke update on agreement, notice, served_form from events_app;
grant delete on event_field to events_app;
grant select, insert, delete on idempotency to events_app;
grant select on
    organisation, party, agreement, safeguard, notice, event, sponsorship, ticket_type, event_field, consent_text,
    served_form, api_client, device, event_session, lead_question, session to events_gate;
grant update (last_seen_at, waiting, app_version) on device to events_gate;

-- people: row-level security decides which rows
grant select, insert on person, organisation_member, party_member to events_app;
grant update, delete on organisation_member, party_member to events_app;
grant select, insert, update on registration, badge to events_app;
grant select, insert on request to events_app;
grant insert on registration_key to events_app;
grant select, insert on consent_event, block_event to events_app;
grant select on consent_head, subject_block, release, disclosure, recall to events_app;
grant select, insert on scan, asset_visit to events_app;
grant select, insert on door_lookup to events_app;
-- what helpers wrote about her, for her own page and her copy (S6-sponsor-16); sponsors read their notes through the doors
grant select on lead_note to events_app;
grant insert on outbox to events_app;

-- the gate reads what it decides on, and writes the book
grant select on
    person, party_member, organisation_member, registration, registration_key, consent_event, consent_head, badge, scan,
    visit, block_event, subject_block, release, disclosure, recall, download, lead_note, seal to events_gate;
grant insert on release, disclosure, recall, scan, visit, download, lead_note, outbox, seal to events_gate;
grant update on recall, visit, download, lead_note to events_gate;
grant update (file_sha256, hash) on release to events_gate;
grant update (voided_at) on scan to events_gate;
grant delete on visit, lead_note to events_gate;

do $$
declare
    t text;
    by_organisation constant text[] := array[
        'consent_event', 'consent_head', 'badge', 'scan', 'visit', 'release', 'disclosure', 'recall', 'download',
        'asset_visit', 'door_lookup', 'lead_note'];
    by_person constant text[] := array['subject_block', 'block_event'];
    either constant text[] := array['registration', 'request', 'organisation_member', 'party_member'];
    by_tenant constant text[] := array['device', 'device_enrolment', 'api_client', 'asset', 'event_session', 'lead_question'];
    closed constant text[] := array['person', 'registration_key', 'session', 'magic_link', 'outbox'];
begin
    foreach t in array by_organisation || by_person || either || by_tenant || closed loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('drop policy if exists keepers on %I', t);
        execute format('create policy keepers on %I to events_owner, events_gate using (true) with check (true)', t);
        execute format('drop policy if exists scope on %I', t);
        if t = any (by_organisation || by_tenant) then
            execute format('create policy scope on %I to events_app using (organisation_id = (select access.organisation()))', t);
        elsif t = any (by_person) then
            execute format('create policy scope on %I to events_app using (person_id = (select access.person()))', t);
        elsif t = any (either) then
            execute format('create policy scope on %I to events_app using (organisation_id = (select access.organisation())'
                ' or person_id = (select access.person()))', t);
        end if;
    end loop;
end $$;

-- a person is visible to herself and to the organisation whose staff or partner she is; attendees' names live in registration
drop policy if exists scope on person;
create policy scope on person for select to events_app using (
    id = (select access.person())
    or exists (select from organisation_member m where m.person_id = person.id and m.organisation_id = (select access.organisation()))
    or exists (select from party_member m where m.person_id = person.id and m.organisation_id = (select access.organisation())));
-- one's own badge shows on one's own page, at whichever organisation it is
drop policy if exists own on badge;
create policy own on badge for select to events_app using (
    exists (select from registration r where r.id = badge.registration_id and r.person_id = (select access.person())));
-- what a booth helper wrote about her is hers to read, at whichever organisation it is
drop policy if exists own on lead_note;
create policy own on lead_note for select to events_app using (
    exists (select from registration r where r.id = lead_note.registration_id and r.person_id = (select access.person())));
drop policy if exists scope on registration_key;
create policy scope on registration_key for insert to events_app with check (true);
drop policy if exists scope on outbox;
create policy scope on outbox for insert to events_app with check (true);
