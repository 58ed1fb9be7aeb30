-- What the decision reads stands where it is read: the latest act of a key with what it allows (consent_head), and indexes
-- in the order in which a list is walked.

alter table consent_head
    add column text_id uuid,
    add column evidence_complete boolean not null default false,
    add column fields text[] not null default '{}',
    add column uses text[] not null default '{}',
    add column countries text[] not null default '{}',
    add column warning_shown boolean not null default false,
    add column age_band text,
    add column emancipated boolean not null default false,
    add column residence text,
    add column expires_at timestamptz;

update consent_head h set
    text_id = c.text_id, fields = c.fields, uses = c.uses, countries = c.countries, warning_shown = c.warning_shown,
    age_band = c.age_band, emancipated = c.emancipated, residence = c.residence, expires_at = c.expires_at,
    evidence_complete = coalesce(
        c.act = 'grant' and c.actor = 'subject' and c.served_form_id is not null and c.notice_id is not null
        and t.purpose = c.purpose and t.sha256 = c.text_sha256 and t.language = c.language and t.effective_from <= c.occurred_at
        and (c.purpose not in ('sponsor_sharing', 'transfer', 'affiliate_marketing')
             or c.recipient_id = any (c.disclosed_recipients)), false)
from consent_event c left join consent_text t on t.id = c.text_id
where c.id = h.consent_event_id;

create index visit_of_party on visit (event_id, party_id, registration_id);
drop index recall_of_party;
create index recall_of_party on recall (event_id, party_id, registration_id);
-- two losses may have one time: acts that wait for a release are stamped no earlier than it was
alter table recall drop constraint recall_party_id_registration_id_created_at_key;

-- How the hashes of a release and its lines are computed; rows from before keep theirs.
alter table release add column format smallint not null default 1;
alter table release alter column format set default 2;

-- A line is looked up by whom it is about. The key is built anew while the table is locked: about a second per million lines.
alter table disclosure drop constraint disclosure_pkey, add primary key (registration_id, release_id);
drop index disclosure_of_registration;
