"""The whole schema on one page, as Piccolo sees it. Words and constraints are in migrations/*.sql; a test compares.

Names say what they hold: `*_at` is a time with zone, `*_sha256` 32 bytes, arrays hold terms of events.terms.
Composite foreign keys, checks and partial indexes live in SQL, where they can be said; `txid` is the database's own.
Piccolo knows no composite keys: where a table has one, its first column is marked, so that Piccolo adds no `id`.
"""

from piccolo.columns import JSONB, UUID, Array, BigInt, BigSerial, Boolean, Bytea, Integer, SmallInt, Text, Timestamptz
from piccolo.table import Table

from events.database.engine import ENGINE


class Organisation(Table, tablename="organisation", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    slug = Text()
    legal_name = Text()
    contact_email = Text()
    dpo_name = Text()
    dpo_email = Text()
    country = Text()
    adequate_countries = Array(base_column=Text(), default=list)
    gdpr_adequate_countries = Array(base_column=Text(), default=list)
    created_at = Timestamptz(default=None)


class Person(Table, tablename="person", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    email = Text()
    created_at = Timestamptz(default=None)


class OrganisationMember(Table, tablename="organisation_member", db=ENGINE):
    organisation_id = UUID(primary_key=True, default=None)
    person_id = UUID(default=None)
    role = Text()
    created_at = Timestamptz(default=None)


class Party(Table, tablename="party", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    kind = Text()
    legal_name = Text()
    registration_number = Text()
    countries = Array(base_column=Text(), default=list)
    contact_email = Text()
    notice_url = Text(default=None, null=True)
    notice_sha256 = Bytea(default=None, null=True)
    notice_reviewed = Boolean()
    suspended_at = Timestamptz(default=None, null=True)
    lead_salt = Bytea(default=b"")
    created_at = Timestamptz(default=None)


class PartyMember(Table, tablename="party_member", db=ENGINE):
    organisation_id = UUID(primary_key=True, default=None)
    party_id = UUID(default=None)
    person_id = UUID(default=None)
    role = Text()
    created_at = Timestamptz(default=None)


class Agreement(Table, tablename="agreement", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    party_id = UUID(default=None)
    version = Integer()
    fields = Array(base_column=Text(), default=list)
    uses = Array(base_column=Text(), default=list)
    valid_from = Timestamptz(default=None)
    valid_until = Timestamptz(default=None)
    created_at = Timestamptz(default=None)


class Safeguard(Table, tablename="safeguard", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    party_id = UUID(default=None)
    country = Text()
    mechanism = Text()
    reference = Text()
    regimes = Array(base_column=Text(), default=list)
    valid_from = Timestamptz(default=None)
    valid_until = Timestamptz(default=None)
    created_at = Timestamptz(default=None)


class Notice(Table, tablename="notice", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    version = Integer()
    language = Text()
    body = Text()
    sha256 = Bytea(default=b"")
    effective_from = Timestamptz(default=None)
    published_at = Timestamptz(default=None)
    approved_by = UUID(default=None)


class Event(Table, tablename="event", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    slug = Text()
    badge_tag = Text()
    kind = Text()
    our_role = Text()
    our_role_reason = Text()
    organiser_party_id = UUID(default=None, null=True)
    title_th = Text()
    title_en = Text()
    place_th = Text()
    place_en = Text()
    summary_th = Text()
    summary_en = Text()
    join_url = Text(default=None, null=True)
    languages = Array(base_column=Text(), default=list)
    time_zone = Text()
    starts_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    capacity = Integer(default=None, null=True)
    release_closes_at = Timestamptz(default=None)
    published_at = Timestamptz(default=None, null=True)
    cancelled_at = Timestamptz(default=None, null=True)
    created_at = Timestamptz(default=None)


class Sponsorship(Table, tablename="sponsorship", db=ENGINE):
    organisation_id = UUID(primary_key=True, default=None)
    event_id = UUID(default=None)
    party_id = UUID(default=None)
    position = Integer()
    starts_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None, null=True)
    created_at = Timestamptz(default=None)
    lock_after_minutes = Integer(default=None, null=True)


class TicketType(Table, tablename="ticket_type", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    event_id = UUID(default=None)
    name_th = Text()
    name_en = Text()
    capacity = Integer(default=None, null=True)
    price_minor = Integer()
    currency = Text()
    sales_open_at = Timestamptz(default=None, null=True)
    sales_close_at = Timestamptz(default=None, null=True)
    position = Integer()
    created_at = Timestamptz(default=None)
    needs_approval = Boolean()
    valid_from = Timestamptz(default=None, null=True)
    valid_until = Timestamptz(default=None, null=True)


class SeatSlot(Table, tablename="seat_slot", db=ENGINE):
    id = BigSerial(primary_key=True)
    organisation_id = UUID(default=None)
    event_id = UUID(default=None)
    ticket_type_id = UUID(default=None, null=True)
    capacity = Integer()
    taken = Integer()


class EventField(Table, tablename="event_field", db=ENGINE):
    organisation_id = UUID(primary_key=True, default=None)
    event_id = UUID(default=None)
    field = Text()
    required = Boolean()
    label_th = Text()
    label_en = Text()
    reason_th = Text()
    reason_en = Text()
    position = Integer()
    kind = Text()
    options = JSONB()
    shown_if = JSONB(default=None, null=True)


class ConsentText(Table, tablename="consent_text", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    event_id = UUID(default=None)
    purpose = Text()
    version = Integer()
    language = Text()
    wording = Text()
    sha256 = Bytea(default=b"")
    fields = Array(base_column=Text(), default=list)
    uses = Array(base_column=Text(), default=list)
    retention_days = Integer()
    warns_of_transfer = Boolean()
    effective_from = Timestamptz(default=None)
    retired_at = Timestamptz(default=None, null=True)
    invalidated_at = Timestamptz(default=None, null=True)
    published_at = Timestamptz(default=None)
    approved_by = UUID(default=None)


class ServedForm(Table, tablename="served_form", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    event_id = UUID(default=None)
    language = Text()
    sha256 = Bytea(default=b"")
    content = JSONB()
    first_served_at = Timestamptz(default=None)


class Registration(Table, tablename="registration", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    event_id = UUID(default=None)
    ticket_type_id = UUID(default=None)
    person_id = UUID(default=None)
    state = Text()
    name = Text()
    job_title = Text()
    company = Text()
    address = Text()
    country = Text()
    phone = Text()
    email = Text()
    answers = JSONB()
    language = Text()
    notice_id = UUID(default=None)
    served_form_id = UUID(default=None, null=True)
    organiser_party_id = UUID(default=None, null=True)
    source = Text()
    notified_at = Timestamptz(default=None, null=True)
    self_confirmed_at = Timestamptz(default=None, null=True)
    age_band = Text(default=None, null=True)
    emancipated = Boolean()
    residence = Text(default=None, null=True)
    withheld_fields = Array(base_column=Text(), default=list)
    ticket_slot_id = BigInt(default=None, null=True)
    event_slot_id = BigInt(default=None, null=True)
    created_at = Timestamptz(default=None)
    confirm_by = Timestamptz(default=None, null=True)
    confirmed_at = Timestamptz(default=None, null=True)
    joined_at = Timestamptz(default=None, null=True)
    cancelled_at = Timestamptz(default=None, null=True)
    changed_at = Timestamptz(default=None)
    card_changed_at = Array(base_column=Timestamptz(), default=None, null=True)
    law_changed_at = Timestamptz(default=None, null=True)
    restored_at = Timestamptz(default=None, null=True)
    waits = Boolean()
    waitlisted_at = Timestamptz(default=None, null=True)
    offered_until = Timestamptz(default=None, null=True)
    registered_by = UUID(default=None, null=True)
    transferred_from = UUID(default=None, null=True)
    decided_by = UUID(default=None, null=True)
    decided_at = Timestamptz(default=None, null=True)
    decision_reason = Text()


class RegistrationKey(Table, tablename="registration_key", db=ENGINE):
    registration_id = UUID(primary_key=True, default=None)
    event_id = UUID(default=None)
    key = Bytea(default=b"")


class ConsentEvent(Table, tablename="consent_event", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    event_id = UUID(default=None)
    registration_id = UUID(default=None)
    seq = Integer()
    purpose = Text()
    recipient_id = UUID(default=None, null=True)
    act = Text()
    fields = Array(base_column=Text(), default=list)
    uses = Array(base_column=Text(), default=list)
    countries = Array(base_column=Text(), default=list)
    text_id = UUID(default=None, null=True)
    text_sha256 = Bytea(default=None, null=True)
    notice_id = UUID(default=None, null=True)
    served_form_id = UUID(default=None, null=True)
    disclosed_recipients = Array(base_column=UUID(), default=list)
    recipient_notice_url = Text(default=None, null=True)
    recipient_notice_sha256 = Bytea(default=None, null=True)
    language = Text(default=None, null=True)
    warning_shown = Boolean()
    age_band = Text(default=None, null=True)
    emancipated = Boolean()
    residence = Text(default=None, null=True)
    occurred_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None, null=True)
    actor = Text()
    actor_id = UUID(default=None, null=True)
    method = Text()
    prev_hash = Bytea(default=None, null=True)
    hash = Bytea(default=b"")


class ConsentHead(Table, tablename="consent_head", db=ENGINE):
    event_id = UUID(primary_key=True, default=None)
    registration_id = UUID(default=None)
    purpose = Text()
    recipient_id = UUID(default=None)
    organisation_id = UUID(default=None)
    consent_event_id = UUID(default=None)
    act = Text()
    at = Timestamptz(default=None)
    seq = Integer()
    restricted_at = Timestamptz(default=None, null=True)
    text_id = UUID(default=None, null=True)
    evidence_complete = Boolean()
    fields = Array(base_column=Text(), default=list)
    uses = Array(base_column=Text(), default=list)
    countries = Array(base_column=Text(), default=list)
    warning_shown = Boolean()
    age_band = Text(default=None, null=True)
    emancipated = Boolean()
    residence = Text(default=None, null=True)
    expires_at = Timestamptz(default=None, null=True)


class Badge(Table, tablename="badge", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    event_id = UUID(default=None)
    registration_id = UUID(default=None)
    code = Text()
    issued_at = Timestamptz(default=None)
    revoked_at = Timestamptz(default=None, null=True)


class Device(Table, tablename="device", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    event_id = UUID(default=None)
    party_id = UUID(default=None, null=True)
    kind = Text()
    helper = Text()
    enrolled_at = Timestamptz(default=None)
    enrolled_by = UUID(default=None)
    refresh_sha256 = Bytea(default=b"")
    spent_refresh_sha256 = Bytea(default=None, null=True)
    revoked_at = Timestamptz(default=None, null=True)
    last_seen_at = Timestamptz(default=None, null=True)
    place = Text()
    waiting = Integer(default=None, null=True)
    app_version = Text()
    signed_out_at = Timestamptz(default=None, null=True)


class DeviceEnrolment(Table, tablename="device_enrolment", db=ENGINE):
    code_sha256 = Bytea(primary_key=True, default=b"")
    organisation_id = UUID(default=None)
    event_id = UUID(default=None)
    party_id = UUID(default=None, null=True)
    kind = Text()
    created_by = UUID(default=None)
    created_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    spent_at = Timestamptz(default=None, null=True)
    place = Text()
    device_id = UUID(default=None, null=True)


class Scan(Table, tablename="scan", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    event_id = UUID(default=None)
    device_id = UUID(default=None)
    client_id = UUID(default=None)
    party_id = UUID(default=None, null=True)
    kind = Text()
    registration_id = UUID(default=None, null=True)
    code_sha256 = Bytea(default=b"")
    device_time = Timestamptz(default=None)
    received_at = Timestamptz(default=None)
    effective_at = Timestamptz(default=None)
    verdict = Text()
    reason = Text(default=None, null=True)
    quarantined = Boolean()
    voided_at = Timestamptz(default=None, null=True)
    sent_at = Timestamptz(default=None, null=True)
    session_id = UUID(default=None, null=True)


class EventSession(Table, tablename="event_session", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    event_id = UUID(default=None)
    title_th = Text()
    title_en = Text()
    starts_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    capacity = Integer(default=None, null=True)
    created_at = Timestamptz(default=None)
    removed_at = Timestamptz(default=None, null=True)


class LeadNote(Table, tablename="lead_note", db=ENGINE):
    event_id = UUID(primary_key=True, default=None)
    party_id = UUID(default=None)
    registration_id = UUID(default=None)
    device_id = UUID(default=None)
    organisation_id = UUID(default=None)
    scan_id = UUID(default=None)
    helper = Text()
    rating = SmallInt(default=None, null=True)
    answers = JSONB()
    note = Text()
    written_at = Timestamptz(default=None)
    changed_at = Timestamptz(default=None)


class LeadQuestion(Table, tablename="lead_question", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    event_id = UUID(default=None)
    party_id = UUID(default=None)
    position = Integer()
    kind = Text()
    wording_th = Text()
    wording_en = Text()
    options = JSONB()
    created_at = Timestamptz(default=None)
    removed_at = Timestamptz(default=None, null=True)


class DoorLookup(Table, tablename="door_lookup", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    event_id = UUID(default=None)
    device_id = UUID(default=None)
    at = Timestamptz(default=None)
    shown = Array(base_column=UUID(), default=list)


class Visit(Table, tablename="visit", db=ENGINE):
    event_id = UUID(primary_key=True, default=None)
    party_id = UUID(default=None)
    registration_id = UUID(default=None)
    organisation_id = UUID(default=None)
    scan_id = UUID(default=None)
    at = Timestamptz(default=None)
    changed_at = Timestamptz(default=None)


class Asset(Table, tablename="asset", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    event_id = UUID(default=None)
    kind = Text()
    title_th = Text()
    title_en = Text()
    url = Text()
    available_from = Timestamptz(default=None)
    sponsor_id = UUID(default=None, null=True)
    position = Integer()
    created_at = Timestamptz(default=None)
    removed_at = Timestamptz(default=None, null=True)


class AssetVisit(Table, tablename="asset_visit", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    event_id = UUID(default=None)
    asset_id = UUID(default=None)
    registration_id = UUID(default=None)
    first_at = Timestamptz(default=None)


class BlockEvent(Table, tablename="block_event", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    person_id = UUID(default=None)
    kind = Text()
    act = Text()
    at = Timestamptz(default=None)
    actor = Text()
    actor_id = UUID(default=None, null=True)


class SubjectBlock(Table, tablename="subject_block", db=ENGINE):
    person_id = UUID(primary_key=True, default=None)
    opt_out_third = Timestamptz(default=None, null=True)
    object_dm_third = Timestamptz(default=None, null=True)
    object_dm_own = Timestamptz(default=None, null=True)
    restricted = Timestamptz(default=None, null=True)
    erasing = Timestamptz(default=None, null=True)
    child_claim = Timestamptz(default=None, null=True)
    improper_source_claim = Timestamptz(default=None, null=True)


class Request(Table, tablename="request", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    person_id = UUID(default=None)
    organisation_id = UUID(default=None)
    kind = Text()
    message = Text()
    state = Text()
    received_at = Timestamptz(default=None)
    closed_at = Timestamptz(default=None, null=True)


class Release(Table, tablename="release", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    event_id = UUID(default=None)
    party_id = UUID(default=None)
    outcome = Text()
    refusal = Text(default=None, null=True)
    channel = Text()
    actor_kind = Text()
    actor_id = UUID(default=None)
    declared_use = Text()
    terms_version = Text()
    requested_fields = Array(base_column=Text(), default=list)
    agreement_id = UUID(default=None, null=True)
    policy_version = Text()
    at = Timestamptz(default=None)
    row_count = Integer()
    last_registration_id = UUID(default=None, null=True)
    lines_hash = Bytea(default=b"")
    file_sha256 = Bytea(default=None, null=True)
    hash = Bytea(default=b"")
    format = SmallInt(default=2)


class Disclosure(Table, tablename="disclosure", db=ENGINE):
    release_id = UUID(primary_key=True, default=None)
    registration_id = UUID(default=None)
    organisation_id = UUID(default=None)
    fields = Array(base_column=Text(), default=list)
    basis = Text()
    consent_event_ids = Array(base_column=UUID(), default=list)
    scan_id = UUID(default=None, null=True)
    commitment = Bytea(default=b"")
    hash = Bytea(default=b"")


class Recall(Table, tablename="recall", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    event_id = UUID(default=None)
    party_id = UUID(default=None)
    registration_id = UUID(default=None)
    fields = Array(base_column=Text(), default=list)
    created_at = Timestamptz(default=None)
    acknowledged_at = Timestamptz(default=None, null=True)
    acknowledged_by = UUID(default=None, null=True)


class Seal(Table, tablename="seal", db=ENGINE):
    id = Integer(primary_key=True)
    leaf_count = Integer()
    root = Bytea(default=b"")
    previous_hash = Bytea(default=b"")
    hash = Bytea(default=b"")
    signature = Bytea(default=b"")
    at = Timestamptz(default=None)


class Download(Table, tablename="download", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    event_id = UUID(default=None)
    party_id = UUID(default=None)
    actor_kind = Text()
    actor_id = UUID(default=None)
    format = Text()
    declared_use = Text()
    fields = Array(base_column=Text(), default=list)
    registrations = Array(base_column=UUID(), default=list)
    created_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    closed_at = Timestamptz(default=None, null=True)


class Session(Table, tablename="session", db=ENGINE):
    token_sha256 = Bytea(primary_key=True, default=b"")
    id = UUID(default=None)
    person_id = UUID(default=None)
    created_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    revoked_at = Timestamptz(default=None, null=True)


class MagicLink(Table, tablename="magic_link", db=ENGINE):
    token_sha256 = Bytea(primary_key=True, default=b"")
    person_id = UUID(default=None)
    registration_id = UUID(default=None, null=True)
    created_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    spent_at = Timestamptz(default=None, null=True)


class ApiClient(Table, tablename="api_client", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    party_id = UUID(default=None)
    name = Text()
    secret_sha256 = Bytea(default=b"")
    created_at = Timestamptz(default=None)
    created_by = UUID(default=None)
    revoked_at = Timestamptz(default=None, null=True)


class Outbox(Table, tablename="outbox", db=ENGINE):
    id = UUID(primary_key=True, default=None)
    dedupe_key = Text()
    recipient = Text()
    state = Text()
    attempts = Integer()
    due_at = Timestamptz(default=None)
    created_at = Timestamptz(default=None)
    sent_at = Timestamptz(default=None, null=True)
    last_error = Text(default=None, null=True)
    kind = Text()
    mail_class = Text()
    language = Text(default=None, null=True)
    facts = JSONB(default=None, null=True)
    organisation_id = UUID(default=None, null=True)


class Idempotency(Table, tablename="idempotency", db=ENGINE):
    scope = Text(primary_key=True)
    key = Text()
    request_sha256 = Bytea(default=b"")
    result_id = UUID(default=None)
    created_at = Timestamptz(default=None)


class RateLimit(Table, tablename="rate_limit", db=ENGINE):
    key = Bytea(primary_key=True, default=b"")
    full_at = Timestamptz(default=None)
