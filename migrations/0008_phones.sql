-- Where a phone stands ("North entrance", "Booth B12"), and what it last said of itself.
alter table device
    add column place text not null default '' check (length(place) <= 80),
    add column waiting integer check (waiting >= 0),
    add column app_version text not null default '' check (length(app_version) <= 40);
-- The phone that a code became: whoever shows the code sees it appear.
alter table device_enrolment
    add column place text not null default '' check (length(place) <= 80),
    add column device_id uuid,
    add foreign key (event_id, device_id) references device (event_id, id);
create index on device_enrolment (event_id, device_id);

-- A talk or workshop inside an event, at whose door phones count heads.
create table event_session (
    id uuid primary key default uuidv7(),
    organisation_id uuid not null,
    event_id uuid not null,
    title_th text not null default '',
    title_en text not null default '',
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    capacity integer check (capacity > 0),
    created_at timestamptz not null,
    removed_at timestamptz,
    unique (event_id, id),
    check (starts_at < ends_at),
    check (title_th <> '' or title_en <> ''),
    foreign key (organisation_id, event_id) references event (organisation_id, id)
);
create index on event_session (event_id);

-- A ticket that is good on some days only.
alter table ticket_type
    add column valid_from timestamptz,
    add column valid_until timestamptz,
    add constraint ticket_type_validity check (valid_from < valid_until);

-- What the phone's clock said when it sent the batch: effective_at = device_time + (received_at - sent_at), never ahead of the
-- server's clock. Null: it did not say, and its clock is taken as it is. Not valid: each new row is held to it; the old ones met
-- more than that (scan_check is what Postgres named the first check of 0001), and reading them all would hold up every door.
-- A scan of kind session without one named a session that there is not.
alter table scan
    add column sent_at timestamptz,
    add column session_id uuid,
    add constraint scan_in_session foreign key (event_id, session_id) references event_session (event_id, id) not valid,
    drop constraint scan_check,
    add constraint scan_never_ahead check (effective_at <= received_at) not valid,
    add constraint scan_uncorrected check (sent_at is not null or effective_at <= device_time) not valid,
    add constraint scan_of_session check (session_id is null or kind = 'session') not valid;
create index scan_of_session on scan (session_id, registration_id) where session_id is not null;

-- What a booth helper notes about a lead: one row per helper's phone, so that two helpers' notes are both kept. It is about the
-- attendee and hers to read (S6-sponsor-16); it belongs to the sponsor, and nobody else gets it.
create table lead_note (
    event_id uuid not null,
    party_id uuid not null,
    registration_id uuid not null,
    device_id uuid not null,
    organisation_id uuid not null,
    scan_id uuid not null references scan,
    helper text not null check (length(helper) between 1 and 80),
    rating smallint check (rating between 1 and 3),
    answers jsonb not null default '{}',
    note text not null default '' check (length(note) <= 2000),
    written_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (party_id, registration_id, device_id),
    foreign key (event_id, device_id) references device (event_id, id),
    foreign key (event_id, registration_id) references registration (event_id, id),
    foreign key (organisation_id, event_id) references event (organisation_id, id),
    foreign key (organisation_id, party_id) references party (organisation_id, id)
);
create index on lead_note (registration_id);

-- What a sponsor asks its visitors, as its helpers fill in after a scan.
create table lead_question (
    id uuid primary key default uuidv7(),
    organisation_id uuid not null,
    event_id uuid not null,
    party_id uuid not null,
    position integer not null,
    kind text not null check (kind in ('choice', 'multiple', 'text', 'yes_no')),
    wording_th text not null default '',
    wording_en text not null default '',
    -- [{"id", "th", "en"}], of a choice
    options jsonb not null default '[]',
    created_at timestamptz not null,
    removed_at timestamptz,
    check (wording_th <> '' or wording_en <> ''),
    foreign key (organisation_id, event_id) references event (organisation_id, id),
    foreign key (organisation_id, party_id) references party (organisation_id, id)
);
create index on lead_question (event_id, party_id);

-- Minutes without a touch after which a booth's phones ask for their helper's PIN.
alter table sponsorship add column lock_after_minutes integer check (lock_after_minutes between 1 and 120);

-- Who was looked up by name at a door, and by which phone: lost badges are found so, and so is whoever looks too much.
create table door_lookup (
    id uuid primary key default uuidv7(),
    organisation_id uuid not null,
    event_id uuid not null,
    device_id uuid not null,
    at timestamptz not null,
    shown uuid[] not null,
    foreign key (event_id, device_id) references device (event_id, id),
    foreign key (organisation_id, event_id) references event (organisation_id, id)
);
create index on door_lookup (event_id, at);

-- a sponsor looks at its leads on a page of ours, and at one lead on a phone
alter table release drop constraint release_channel_check,
    add constraint release_channel_check
        check (channel in ('scan', 'page', 'api', 'csv', 'xlsx', 'vcard', 'json', 'affiliate'));
