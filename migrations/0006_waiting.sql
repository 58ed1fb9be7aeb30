-- Waiting for a place, registering others, tickets that a person approves, and a place that goes to a colleague.

alter table ticket_type add column needs_approval boolean not null default false;

alter table registration
    -- has no seat: it stands in line, or will once it is confirmed
    add column waits boolean not null default false,
    add column waitlisted_at timestamptz,
    -- a freed seat is held for her until then
    add column offered_until timestamptz,
    -- S3.1-others-1: whose registration it was that brought this one, and whose seat it took over
    add column registered_by uuid,
    add column transferred_from uuid,
    -- S10.1-adm: a person decides, and says why when it is no
    add column decided_by uuid references person,
    add column decided_at timestamptz,
    add column decision_reason text not null default '' check (length(decision_reason) <= 2000),
    drop constraint registration_state_check,
    add constraint registration_state_check
        check (state in ('pending', 'waitlisted', 'requested', 'confirmed', 'attended', 'cancelled')),
    add foreign key (event_id, registered_by) references registration (event_id, id),
    add foreign key (event_id, transferred_from) references registration (event_id, id),
    add check (not waits or (ticket_slot_id is null and event_slot_id is null)),
    add check (not waits or state in ('pending', 'waitlisted', 'cancelled')),
    add check (state <> 'waitlisted' or (waitlisted_at is not null and waits = (offered_until is null))),
    add check ((decided_at is null) = (decided_by is null)),
    add check (transferred_from is null or registered_by is not null);

-- §2: whom a colleague named is told when that colleague has confirmed; until then the row counts for nothing
do $$
declare
    named text;
begin
    select conname into strict named from pg_constraint
    where conrelid = 'registration'::regclass and contype = 'c' and pg_get_constraintdef(oid) like '%notified_at IS NOT NULL%';
    execute format('alter table registration drop constraint %I', named);
end $$;
alter table registration add constraint registration_told_check
    check (source = 'self' or notified_at is not null or (source = 'colleague' and state in ('pending', 'cancelled')));

drop index registration_one_place_per_person;
create unique index registration_one_place_per_person on registration (event_id, person_id)
    where state in ('confirmed', 'waitlisted', 'requested', 'attended');
create index registration_line on registration (event_id, ticket_type_id, waitlisted_at, id) where state = 'waitlisted' and waits;
create index registration_offered on registration (offered_until) where state = 'waitlisted' and not waits;
create index registration_brought on registration (registered_by) where registered_by is not null;
