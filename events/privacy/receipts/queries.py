"""What a receipt is made of: the registration's frame, and every consent act with the form and the notice it stood on."""

from typing import Any
from uuid import UUID

from events.database.connections import Connection

FRAME = """
select r.id as registration, r.language, r.residence, r.created_at, e.slug, e.title_th, e.title_en, e.time_zone, e.our_role,
       o.id as controller, o.legal_name, o.country, o.contact_email, o.dpo_name, o.dpo_email,
       n.version as notice_version, n.language as notice_language, encode(n.sha256, 'hex') as notice_sha256,
       p.id as organiser, p.legal_name as organiser_name, p.countries as organiser_countries,
       p.contact_email as organiser_contact, p.notice_url as organiser_notice_url,
       encode(p.notice_sha256, 'hex') as organiser_notice_sha256
from registration r
join event e on e.id = r.event_id
join organisation o on o.id = r.organisation_id
join notice n on n.id = r.notice_id
left join party p on p.id = r.organiser_party_id
where r.id = $1
"""

# who acted is said as a role alone: a receipt names nobody but the person whose it is
ACTS = """
select c.id, c.seq, c.purpose, c.recipient_id, p.legal_name as recipient_name, p.countries as recipient_countries,
       p.contact_email as recipient_contact, c.act, c.fields, c.uses, c.countries, c.language, c.warning_shown, c.occurred_at,
       c.expires_at, c.actor, c.method, c.age_band, c.residence, c.served_form_id, c.disclosed_recipients,
       c.recipient_notice_url, encode(c.recipient_notice_sha256, 'hex') as recipient_notice_sha256,
       encode(c.text_sha256, 'hex') as text_sha256, t.version as text_version, t.wording, t.retention_days,
       n.version as notice_version, n.language as notice_language, encode(n.sha256, 'hex') as notice_sha256,
       encode(f.sha256, 'hex') as form_sha256, f.content as form
from consent_event c
left join party p on p.id = c.recipient_id
left join consent_text t on t.id = c.text_id
left join notice n on n.id = c.notice_id
left join served_form f on f.id = c.served_form_id
where c.registration_id = $1 order by c.seq
"""


async def frame_of(connection: Connection, registration: UUID) -> dict[str, Any]:
    """Event, controller, notice in force at registration, and the affiliate that organises. Raises LookupError."""
    row = await connection.fetchrow(FRAME, registration)
    if row is None:
        raise LookupError(registration)
    return dict(row)


async def acts_of(connection: Connection, registration: UUID) -> list[dict[str, Any]]:
    """Every act in order, each with the content of the form it was done on."""
    return [dict(row) for row in await connection.fetch(ACTS, registration)]
