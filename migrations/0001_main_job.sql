-- The whole schema of the main job. `events/tables.py` says the same to Python; a test compares the two.
-- Every row that belongs to a tenant carries organisation_id, and composite foreign keys make it impossible
-- for a row of one organisation or event to point into another's.
-- No rule about time reads the database's clock: `now` always comes from the caller.

create table organisation (
    id uuid primary key default uuidv7(),
    slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 60),
    legal_name text not null check (legal_name <> ''),
    contact_email text not null,
    dpo_name text not null,
    dpo_email text not null,
    country text not null check (country ~ '^[A-Z]{2}$'),
    -- §7: countries found adequate, per regime; empty until somebody with authority fills them in
    adequate_countries text[] not null default '{}',
    gdpr_adequate_countries text[] not null default '{}',
    created_at timestamptz not null
);

create table person (
    -- random: an id that holds a time would tell an organisation since when somebody is known here
    id uuid primary key default gen_random_uuid(),
    email text not null unique check (email = lower(email) and email like '%_@_%'),
    created_at timestamptz not null
);

create table organisation_member (
    organisation_id uuid not null references organisation,
    person_id uuid not null references person,
    role text not null check (role in ('viewer', 'manager', 'owner', 'dpo')),
    created_at timestamptz not null,
    primary key (organisation_id, person_id)
);

create table party (
    id uuid primary key default uuidv7(),
    organisation_id uuid not null references organisation,
    kind text not null check (kind in ('sponsor', 'affiliate', 'contest_sponsor', 'processor')),
    legal_name text not null check (legal_name <> ''),
    registration_number text not null check (registration_number <> ''),
    countries text[] not null check (cardinality(countries) between 1 and 50),
    contact_email text not null,
    -- §6: a party whose privacy notice is not registered may exist, but may not be listed for consent
    notice_url text,
    notice_sha256 bytea check (octet_length(notice_sha256) = 32),
    notice_reviewed boolean not null default true,
    suspended_at timestamptz,
    lead_salt bytea not null default decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'),
    created_at timestamptz not null,
    unique (organisation_id, id),
    unique (organisation_id, kind, registration_number),
    check ((notice_url is null) = (notice_sha256 is null))
);

create table party_member (
    organisation_id uuid not null,
    party_id uuid not null,
    person_id uuid not null references person,
    role text not null check (role in ('admin', 'helper')),
    created_at timestamptz not null,
    primary key (party_id, person_id),
    foreign key (organisation_id, party_id) references party (organisation_id, id)
);
create index on party_member (person_id);
create index on organisation_member (person_id);

create table agreement (
    id uuid primary key default uuidv7(),
    organisation_id uuid not null,
    party_id uuid not null,
    version integer not null check (version > 0),
    fields text[] not null check (cardinality(fields) > 0),
    uses text[] not null check (cardinality(uses) > 0),
    valid_from timestamptz not null,
    valid_until timestamptz not null,
    created_at timestamptz not null,
    unique (party_id, version),
    check (valid_from < valid_until),
    foreign key (organisation_id, party_id) references party (organisation_id, id)
);

create table safeguard (
    id uuid primary key default uuidv7(),
    organisation_id uuid not null,
    party_id uuid not null,
    country text not null check (country ~ '^[A-Z]{2}$'),
    mechanism text not null check (mechanism in ('scc', 'bcr', 'certification')),
    reference text not null check (reference <> ''),
    regimes text[] not null check (cardinality(regimes) > 0 and regimes <@ array['pdpa', 'gdpr']),
    valid_from timestamptz not null,
    valid_until timestamptz not null,
    created_at timestamptz not null,
    check (valid_from < valid_until),
    foreign key (organisation_id, party_id) references party (organisation_id, id)
);
create index on safeguard (party_id);

create table notice (
    id uuid primary key default uuidv7(),
    organisation_id uuid not null references organisation,
    version integer not null check (version > 0),
    language text not null check (language in ('th', 'en')),
    body text not null check (body <> ''),
    sha256 bytea not null check (octet_length(sha256) = 32),
    effective_from timestamptz not null,
    published_at timestamptz not null,
    approved_by uuid not null references person,
    unique (organisation_id, version, language),
    unique (organisation_id, id),
    check (sha256 = sha256(convert_to(body, 'UTF8')))
);

create table event (
    id uuid primary key default uuidv7(),
    organisation_id uuid not null references organisation,
    slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 80),
    badge_tag text not null check (badge_tag ~ '^[0-9A-HJKMNP-TV-Z]{2}$'),
    kind text not null check (kind in ('in_person', 'webinar', 'hybrid')),
    our_role text not null check (our_role in ('controller', 'processor', 'joint')),
    our_role_reason text not null default '',
    organiser_party_id uuid,
    title_th text not null default '',
    title_en text not null default '',
    place_th text not null default '',
    place_en text not null default '',
    languages text[] not null check (cardinality(languages) > 0 and languages <@ array['th', 'en']),
    time_zone text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    capacity integer check (capacity >= 0),
    release_closes_at timestamptz not null,
    published_at timestamptz,
    cancelled_at timestamptz,
    created_at timestamptz not null,
    unique (organisation_id, id),
    check (starts_at < ends_at),
    check (release_closes_at >= starts_at),
    check (our_role = 'controller' or our_role_reason <> ''),
    foreign key (organisation_id, organiser_party_id) references party (organisation_id, id)
);

create table sponsorship (
    organisation_id uuid not null,
    event_id uuid not null,
    party_id uuid not null,
    position integer not null default 0,
    starts_at timestamptz not null,
    ends_at timestamptz,
    created_at timestamptz not null,
    primary key (event_id, party_id),
    check (ends_at is null or starts_at <= ends_at),
    foreign key (organisation_id, event_id) references event (organisation_id, id),
    foreign key (organisation_id, party_id) references party (organisation_id, id)
);
create index on sponsorship (party_id);

create table ticket_type (
    id uuid primary key default uuidv7(),
    organisation_id uuid not null,
    event_id uuid not null,
    name_th text not null default '',
    name_en text not null default '',
    capacity integer check (capacity >= 0),
    price_minor integer not null default 0 check (price_minor >= 0),
    currency text not null default 'THB' check (currency ~ '^[A-Z]{3}$'),
    sales_open_at timestamptz,
    sales_close_at timestamptz,
    position integer not null default 0,
    created_at timestamptz not null,
    unique (event_id, id),
    check (sales_open_at is null or sales_close_at is null or sales_open_at < sales_close_at),
    foreign key (organisation_id, event_id) references event (organisation_id, id)
);

-- Seats are counted in up to 16 slots per capacity, so that a crowd does not queue on one row.
create table seat_slot (
    id bigint generated always as identity primary key,
    organisation_id uuid not null,
    event_id uuid not null,
    ticket_type_id uuid,
    capacity integer not null check (capacity >= 0),
    taken integer not null default 0 check (taken between 0 and capacity),
    foreign key (organisation_id, event_id) references event (organisation_id, id),
    foreign key (event_id, ticket_type_id) references ticket_type (event_id, id)
) with (fillfactor = 50);
create index on seat_slot (event_id, ticket_type_id);

create table event_field (
    organisation_id uuid not null,
    event_id uuid not null,
    field text not null check (field ~ '^[a-z][a-z0-9_]{0,39}$'),
    required boolean not null,
    label_th text not null default '',
    label_en text not null default '',
    reason_th text not null default '',
    reason_en text not null default '',
    position integer not null default 0,
    primary key (event_id, field),
    check (not required or reason_th <> '' or reason_en <> ''),
    foreign key (organisation_id, event_id) references event (organisation_id, id)
);

create table consent_text (
    id uuid primary key default uuidv7(),
    organisation_id uuid not null,
    event_id uuid not null,
    purpose text not null check (purpose in (
        'sponsor_sharing', 'badge_scan', 'affiliate_marketing', 'contest', 'marketing_email', 'marketing_sms',
        'marketing_phone', 'special_data', 'media_publicity', 'transfer')),
    version integer not null check (version > 0),
    language text not null check (language in ('th', 'en')),
    wording text not null check (wording <> ''),
    sha256 bytea not null check (octet_length(sha256) = 32),
    fields text[] not null default '{}',
    uses text[] not null default '{}',
    retention_days integer not null check (retention_days between 0 and 3660),
    warns_of_transfer boolean not null default false,
    effective_from timestamptz not null,
    retired_at timestamptz,
    invalidated_at timestamptz,
    published_at timestamptz not null,
    approved_by uuid not null references person,
    unique (event_id, purpose, version, language),
    unique (event_id, id),
    check (sha256 = sha256(convert_to(wording, 'UTF8'))),
    check (retired_at is null or retired_at >= effective_from),
    check (purpose not in ('sponsor_sharing', 'badge_scan') or (cardinality(fields) > 0 and cardinality(uses) > 0)),
    foreign key (organisation_id, event_id) references event (organisation_id, id)
);

create table served_form (
    id uuid primary key default uuidv7(),
    organisation_id uuid not null,
    event_id uuid not null,
    language text not null check (language in ('th', 'en')),
    sha256 bytea not null check (octet_length(sha256) = 32),
    content jsonb not null,
    first_served_at timestamptz not null,
    unique (event_id, sha256),
    unique (event_id, id),
    check (sha256 = sha256(convert_to(content::text, 'UTF8'))),
    foreign key (organisation_id, event_id) references event (organisation_id, id)
);

create table registration (
    id uuid primary key default uuidv7(),
    organisation_id uuid not null,
    event_id uuid not null,
    ticket_type_id uuid not null,
    person_id uuid not null references person,
    state text not null check (state in ('pending', 'confirmed', 'waitlisted', 'cancelled', 'attended')),
    name text not null default '',
    job_title text not null default '',
    company text not null default '',
    address text not null default '',
    country text not null default '',
    phone text not null default '',
    email text not null default '',
    answers jsonb not null default '{}',
    language text not null check (language in ('th', 'en')),
    -- §2, §12: nobody's data is collected without saying which notice governed
    notice_id uuid not null,
    served_form_id uuid,
    organiser_party_id uuid,
    source text not null check (source in ('self', 'colleague', 'import')),
    -- §2: who did not fill in the form herself was told by then which notice governs her data
    notified_at timestamptz,
    self_confirmed_at timestamptz,
    age_band text check (age_band in ('0-10', '11-15', '16-19', '20+')),
    emancipated boolean not null default false,
    residence text check (residence ~ '^[A-Z]{2}$'),
    withheld_fields text[] not null default '{}',
    ticket_slot_id bigint references seat_slot,
    event_slot_id bigint references seat_slot,
    created_at timestamptz not null,
    confirm_by timestamptz,
    confirmed_at timestamptz,
    cancelled_at timestamptz,
    changed_at timestamptz not null,
    unique (event_id, id),
    check ((state = 'cancelled') = (cancelled_at is not null)),
    check (state not in ('confirmed', 'attended') or confirmed_at is not null),
    check (source <> 'self' or served_form_id is not null),
    check (source = 'self' or notified_at is not null),
    foreign key (organisation_id, event_id) references event (organisation_id, id),
    foreign key (event_id, ticket_type_id) references ticket_type (event_id, id),
    foreign key (organisation_id, notice_id) references notice (organisation_id, id),
    foreign key (event_id, served_form_id) references served_form (event_id, id),
    foreign key (organisation_id, organiser_party_id) references party (organisation_id, id)
);
-- one place per person and event; forms that nobody confirmed do not count, since anybody can fill one in for her
create unique index registration_one_place_per_person on registration (event_id, person_id)
    where state in ('confirmed', 'waitlisted', 'attended');
create index on registration (person_id, event_id);
create index registration_pending on registration (confirm_by) where state = 'pending';

-- The key that makes a ledger line's commitment checkable; erased with the person, which unlinks the lines.
create table registration_key (
    registration_id uuid primary key,
    event_id uuid not null,
    key bytea not null default decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'),
    foreign key (event_id, registration_id) references registration (event_id, id)
);

create table consent_event (
    id uuid primary key default uuidv7(),
    organisation_id uuid not null,
    event_id uuid not null,
    registration_id uuid not null,
    seq integer not null,
    purpose text not null check (purpose in (
        'sponsor_sharing', 'badge_scan', 'affiliate_marketing', 'contest', 'marketing_email', 'marketing_sms',
        'marketing_phone', 'special_data', 'media_publicity', 'transfer')),
    recipient_id uuid,
    act text not null check (act in ('grant', 'refuse', 'withdraw', 'revoke', 'supersede', 'invalidate')),
    fields text[] not null default '{}',
    uses text[] not null default '{}',
    countries text[] not null default '{}',
    text_id uuid,
    text_sha256 bytea,
    notice_id uuid,
    served_form_id uuid,
    disclosed_recipients uuid[] not null default '{}',
    recipient_notice_url text,
    recipient_notice_sha256 bytea,
    language text,
    warning_shown boolean not null default false,
    age_band text,
    emancipated boolean not null default false,
    residence text,
    occurred_at timestamptz not null,
    expires_at timestamptz,
    actor text not null check (actor in ('subject', 'guardian', 'staff', 'system')),
    actor_id uuid,
    method text not null check (method in ('web_form', 'my_page', 'api', 'staff', 'system')),
    prev_hash bytea,
    hash bytea not null,
    txid xid8 not null default pg_current_xact_id(),
    unique (registration_id, seq),
    -- C4: grants come from the subject (or a guardian) on a form that was really served; nobody else can write one
    check (act <> 'grant' or (actor in ('subject', 'guardian') and text_id is not null and text_sha256 is not null
        and served_form_id is not null and notice_id is not null and language is not null and expires_at is not null)),
    -- §6: the recipient of a grant is one legal entity that stood on the form, never a wildcard
    check (act <> 'grant' or purpose not in ('sponsor_sharing', 'transfer', 'affiliate_marketing')
        or (recipient_id is not null and recipient_id = any (disclosed_recipients))),
    check (purpose <> 'badge_scan' or recipient_id is null),
    foreign key (event_id, registration_id) references registration (event_id, id),
    foreign key (organisation_id, event_id) references event (organisation_id, id),
    foreign key (organisation_id, recipient_id) references party (organisation_id, id),
    foreign key (event_id, text_id) references consent_text (event_id, id),
    foreign key (event_id, served_form_id) references served_form (event_id, id)
);
create index consent_event_txid on consent_event (txid);

-- The latest act per (registration, purpose, recipient): a cache of the log, kept by its trigger, checked by `events verify`.
-- recipient_id is the zero uuid where an act names nobody (the badge flag, "all sponsors").
create table consent_head (
    event_id uuid not null,
    registration_id uuid not null,
    purpose text not null,
    recipient_id uuid not null,
    organisation_id uuid not null,
    consent_event_id uuid not null references consent_event,
    act text not null,
    at timestamptz not null,
    seq integer not null,
    restricted_at timestamptz,
    primary key (registration_id, purpose, recipient_id),
    foreign key (event_id, registration_id) references registration (event_id, id)
) with (fillfactor = 80);
create index consent_head_event on consent_head (event_id, purpose, recipient_id, registration_id);

create table badge (
    id uuid primary key default uuidv7(),
    organisation_id uuid not null,
    event_id uuid not null,
    registration_id uuid not null,
    code text not null unique check (code ~ '^[0-9A-HJKMNP-TV-Z]{20}$'),
    issued_at timestamptz not null,
    revoked_at timestamptz,
    unique (event_id, id),
    foreign key (event_id, registration_id) references registration (event_id, id),
    foreign key (organisation_id, event_id) references event (organisation_id, id)
);
create unique index badge_one_live on badge (registration_id) where revoked_at is null;

create table device (
    id uuid primary key default uuidv7(),
    organisation_id uuid not null,
    event_id uuid not null,
    party_id uuid,
    kind text not null check (kind in ('booth', 'door')),
    helper text not null check (length(helper) between 1 and 80),
    enrolled_at timestamptz not null,
    enrolled_by uuid not null references person,
    refresh_sha256 bytea not null unique,
    spent_refresh_sha256 bytea,
    revoked_at timestamptz,
    last_seen_at timestamptz,
    unique (event_id, id),
    check ((kind = 'booth') = (party_id is not null)),
    foreign key (organisation_id, event_id) references event (organisation_id, id),
    foreign key (organisation_id, party_id) references party (organisation_id, id)
);
create index on device (event_id, party_id);
create unique index device_spent_refresh on device (spent_refresh_sha256) where spent_refresh_sha256 is not null;

create table device_enrolment (
    code_sha256 bytea primary key,
    organisation_id uuid not null,
    event_id uuid not null,
    party_id uuid,
    kind text not null check (kind in ('booth', 'door')),
    created_by uuid not null references person,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    spent_at timestamptz,
    check ((kind = 'booth') = (party_id is not null)),
    foreign key (organisation_id, event_id) references event (organisation_id, id),
    foreign key (organisation_id, party_id) references party (organisation_id, id)
);

create table scan (
    id uuid primary key default uuidv7(),
    organisation_id uuid not null,
    event_id uuid not null,
    device_id uuid not null,
    client_id uuid not null,
    party_id uuid,
    kind text not null check (kind in ('entry', 'exit', 'session', 'booth')),
    registration_id uuid,
    code_sha256 bytea not null,
    device_time timestamptz not null,
    received_at timestamptz not null,
    -- device clocks never count ahead of the server's
    effective_at timestamptz not null,
    -- what the gate decided when the scan arrived; a reason stays inside, the phone never hears it
    verdict text not null,
    reason text,
    quarantined boolean not null default false,
    voided_at timestamptz,
    unique (device_id, client_id),
    check (effective_at <= received_at and effective_at <= device_time),
    check ((kind = 'booth') = (party_id is not null)),
    foreign key (event_id, device_id) references device (event_id, id),
    foreign key (event_id, registration_id) references registration (event_id, id),
    foreign key (organisation_id, event_id) references event (organisation_id, id),
    foreign key (organisation_id, party_id) references party (organisation_id, id)
);
create index scan_of_registration on scan (registration_id, party_id, effective_at);
create index scan_refused on scan (device_id, received_at) where reason is not null;

-- The latest booth scan that counts, per registration and party: a cache of `scan`, checked by `events verify`.
create table visit (
    event_id uuid not null,
    party_id uuid not null,
    registration_id uuid not null,
    organisation_id uuid not null,
    scan_id uuid not null,
    at timestamptz not null,
    -- when it became known here: a phone that was offline brings old scans
    changed_at timestamptz not null,
    primary key (registration_id, party_id),
    foreign key (event_id, registration_id) references registration (event_id, id)
);

create table block_event (
    id uuid primary key default uuidv7(),
    person_id uuid not null references person,
    kind text not null check (kind in (
        'opt_out_third', 'object_dm_third', 'object_dm_own', 'restricted', 'erasing', 'child_claim', 'improper_source_claim')),
    act text not null check (act in ('set', 'lift')),
    at timestamptz not null,
    actor text not null check (actor in ('subject', 'staff', 'system')),
    actor_id uuid,
    check (act = 'set' or actor = 'subject' or kind in ('restricted', 'erasing', 'child_claim', 'improper_source_claim'))
);
create index on block_event (person_id);

-- What stands against releasing this person's data, whatever consents say: a cache of block_event.
create table subject_block (
    person_id uuid primary key references person,
    opt_out_third timestamptz,
    object_dm_third timestamptz,
    object_dm_own timestamptz,
    restricted timestamptz,
    erasing timestamptz,
    child_claim timestamptz,
    improper_source_claim timestamptz
);

create table request (
    id uuid primary key default uuidv7(),
    person_id uuid not null references person,
    organisation_id uuid not null references organisation,
    kind text not null check (kind in ('restriction', 'erasure', 'improper_source')),
    message text not null default '',
    state text not null default 'received' check (state in ('received', 'closed')),
    received_at timestamptz not null,
    closed_at timestamptz
);
-- asking twice is one request until it is closed
create unique index request_open on request (person_id, organisation_id, kind) where state = 'received';

create table release (
    id uuid primary key default uuidv7(),
    organisation_id uuid not null,
    event_id uuid not null,
    party_id uuid not null,
    outcome text not null check (outcome in ('released', 'denied', 'void')),
    refusal text,
    channel text not null check (channel in ('scan', 'api', 'csv', 'xlsx', 'vcard', 'json', 'affiliate')),
    actor_kind text not null check (actor_kind in ('session', 'client', 'device')),
    actor_id uuid not null,
    declared_use text not null,
    -- S6-sponsor-9: which recipient terms (events/release/terms.py) this very hand-over stands on
    terms_version text not null,
    requested_fields text[] not null,
    agreement_id uuid,
    policy_version text not null,
    at timestamptz not null,
    row_count integer not null check (row_count >= 0),
    last_registration_id uuid,
    lines_hash bytea not null,
    file_sha256 bytea,
    hash bytea not null,
    txid xid8 not null default pg_current_xact_id(),
    check ((outcome = 'released') = (refusal is null)),
    foreign key (organisation_id, event_id) references event (organisation_id, id),
    foreign key (organisation_id, party_id) references party (organisation_id, id)
);
create index release_txid on release (txid);
create index release_of_party on release (event_id, party_id, id);
create index release_time on release (event_id, at);

-- One line per attendee of a release. No foreign keys: the line outlives an erased registration, and the
-- release's row_count and lines_hash bind it harder than a key would (and cost nothing per row).
create table disclosure (
    release_id uuid not null,
    registration_id uuid not null,
    organisation_id uuid not null,
    fields text[] not null,
    basis text not null check (basis in ('form', 'scan', 'both', 'contract')),
    consent_event_ids uuid[] not null,
    scan_id uuid,
    commitment bytea not null,
    hash bytea not null,
    primary key (release_id, registration_id)
);
create index disclosure_of_registration on disclosure (registration_id, release_id);

create table recall (
    id uuid primary key default uuidv7(),
    organisation_id uuid not null,
    event_id uuid not null,
    party_id uuid not null,
    registration_id uuid not null,
    fields text[] not null check (cardinality(fields) > 0),
    created_at timestamptz not null,
    acknowledged_at timestamptz,
    acknowledged_by uuid,
    unique (party_id, registration_id, created_at),
    foreign key (organisation_id, event_id) references event (organisation_id, id),
    foreign key (organisation_id, party_id) references party (organisation_id, id)
);
create index recall_of_party on recall (party_id, event_id, created_at);
create index recall_of_registration on recall (registration_id);

create table seal (
    id integer primary key,
    txid_from xid8 not null,
    txid_until xid8 not null unique,
    leaf_count integer not null check (leaf_count > 0),
    root bytea not null,
    previous_hash bytea not null,
    hash bytea not null,
    signature bytea not null,
    at timestamptz not null,
    check (txid_from < txid_until)
);

create table download (
    id uuid primary key default uuidv7(),
    organisation_id uuid not null,
    event_id uuid not null,
    party_id uuid not null,
    actor_kind text not null,
    actor_id uuid not null,
    format text not null check (format in ('csv', 'xlsx', 'vcard', 'json')),
    declared_use text not null,
    fields text[] not null,
    -- who stood in it when it was prepared; the values are read only when the link is opened
    registrations uuid[] not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    closed_at timestamptz,
    foreign key (organisation_id, event_id) references event (organisation_id, id),
    foreign key (organisation_id, party_id) references party (organisation_id, id)
);

create table session (
    token_sha256 bytea primary key check (octet_length(token_sha256) = 32),
    id uuid not null unique default uuidv7(),
    person_id uuid not null references person,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz
);
create index on session (person_id);

create table magic_link (
    token_sha256 bytea primary key check (octet_length(token_sha256) = 32),
    person_id uuid not null references person,
    registration_id uuid,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    spent_at timestamptz
);

create table api_client (
    id uuid primary key default uuidv7(),
    organisation_id uuid not null,
    party_id uuid not null,
    name text not null check (length(name) between 1 and 80),
    secret_sha256 bytea not null,
    created_at timestamptz not null,
    created_by uuid not null references person,
    revoked_at timestamptz,
    foreign key (organisation_id, party_id) references party (organisation_id, id)
);

create table outbox (
    id uuid primary key default uuidv7(),
    dedupe_key text not null unique,
    recipient text not null,
    subject text not null,
    body text,
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'dead')),
    attempts integer not null default 0,
    due_at timestamptz not null,
    created_at timestamptz not null,
    sent_at timestamptz,
    last_error text
);
create index outbox_due on outbox (due_at) where state = 'waiting';

create table idempotency (
    scope text not null,
    key text not null check (length(key) between 1 and 200),
    request_sha256 bytea not null,
    result_id uuid not null,
    created_at timestamptz not null,
    primary key (scope, key)
);

create table rate_limit (
    key bytea primary key,
    full_at timestamptz not null
) with (fillfactor = 50);
