-- What an event says about itself, where one joins it online, and what can be downloaded from it.

alter table event
    add column summary_th text not null default '' check (length(summary_th) <= 5000),
    add column summary_en text not null default '' check (length(summary_en) <= 5000),
    add column join_url text check (join_url like 'https://_%'),
    add check (join_url is null or kind in ('webinar', 'hybrid'));

-- when she first pressed the button of her join page
alter table registration add column joined_at timestamptz;

create table asset (
    id uuid primary key default uuidv7(),
    organisation_id uuid not null,
    event_id uuid not null,
    kind text not null check (kind in ('slides', 'recording', 'other')),
    title_th text not null default '',
    title_en text not null default '',
    url text not null check (url like 'https://_%'),
    available_from timestamptz not null,
    -- S6-sponsor-1: whom its own question names; never anybody who is no sponsor of this very event
    sponsor_id uuid,
    position integer not null default 0,
    created_at timestamptz not null,
    removed_at timestamptz,
    unique (event_id, id),
    foreign key (organisation_id, event_id) references event (organisation_id, id),
    foreign key (event_id, sponsor_id) references sponsorship (event_id, party_id)
);

-- Who opened what, once; it says nothing about sharing, and no sponsor sees it.
create table asset_visit (
    id uuid primary key default uuidv7(),
    organisation_id uuid not null,
    event_id uuid not null,
    asset_id uuid not null,
    registration_id uuid not null,
    first_at timestamptz not null,
    unique (asset_id, registration_id),
    foreign key (organisation_id, event_id) references event (organisation_id, id),
    foreign key (event_id, asset_id) references asset (event_id, id),
    foreign key (event_id, registration_id) references registration (event_id, id)
);
create index on asset_visit (registration_id);

-- a consent may also be given where something is downloaded
alter table consent_event
    drop constraint consent_event_method_check,
    add constraint consent_event_method_check check (method in ('web_form', 'my_page', 'api', 'staff', 'system', 'asset'));
