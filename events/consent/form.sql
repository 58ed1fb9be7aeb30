-- What is put on screen for one event, language and moment; its bytes are hashed and a submission names them.
-- Every consent control in it is off: there is no default to store, and none to forge.

create or replace function consent.form_content(p_event uuid, p_language text, p_now timestamptz)
    returns jsonb stable language sql as $$
    select jsonb_build_object(
        'event', jsonb_build_object(
            'slug', e.slug, 'kind', e.kind, 'our_role', e.our_role, 'starts_at', e.starts_at, 'ends_at', e.ends_at,
            'time_zone', e.time_zone,
            'title', case p_language when 'th' then e.title_th else e.title_en end,
            'place', case p_language when 'th' then e.place_th else e.place_en end),
        'language', p_language,
        'controller', jsonb_build_object(
            'legal_name', o.legal_name, 'country', o.country, 'contact', o.contact_email,
            'dpo', o.dpo_name, 'dpo_contact', o.dpo_email),
        'organiser', (
            select jsonb_build_object(
                'party', p.id, 'legal_name', p.legal_name, 'contact', p.contact_email, 'countries', p.countries,
                'notice_url', p.notice_url, 'notice_sha256', encode(p.notice_sha256, 'hex'))
            from party p where p.id = e.organiser_party_id),
        'notice', (
            select jsonb_build_object('id', n.id, 'version', n.version, 'sha256', encode(n.sha256, 'hex'),
                                      'effective_from', n.effective_from)
            from notice n
            where n.organisation_id = e.organisation_id and n.language = p_language and n.effective_from <= p_now
            order by n.effective_from desc, n.version desc limit 1),
        'fields', coalesce((
            select jsonb_agg(jsonb_build_object(
                'field', f.field, 'required', f.required,
                'label', case p_language when 'th' then f.label_th else f.label_en end,
                'reason', case p_language when 'th' then f.reason_th else f.reason_en end,
                'kind', f.kind,
                'options', coalesce((
                    select jsonb_agg(jsonb_build_object('value', o.said->>'value', 'label', o.said->>p_language) order by o.n)
                    from jsonb_array_elements(f.options) with ordinality o (said, n)), '[]'),
                'shown_if', f.shown_if) order by f.position, f.field)
            from event_field f where f.event_id = e.id), '[]'),
        'tickets', coalesce((
            select jsonb_agg(jsonb_build_object(
                'id', t.id, 'name', case p_language when 'th' then t.name_th else t.name_en end,
                'price_minor', t.price_minor, 'currency', t.currency)
                || case when t.needs_approval then '{"needs_approval": true}'::jsonb else '{}' end order by t.position, t.id)
            from ticket_type t where t.event_id = e.id), '[]'),
        'sponsors', coalesce((
            select jsonb_agg(jsonb_build_object(
                'party', p.id, 'legal_name', p.legal_name, 'countries', p.countries, 'contact', p.contact_email,
                'notice_url', p.notice_url, 'notice_sha256', encode(p.notice_sha256, 'hex'),
                'transfer_warning', release.uncovered_countries(p.id, 'pdpa', p_now)
                                    || release.uncovered_countries(p.id, 'gdpr', p_now)) order by s.position, p.id)
            from sponsorship s join party p on p.id = s.party_id
            where s.event_id = e.id and s.starts_at <= p_now and (s.ends_at is null or p_now < s.ends_at)
              and p.notice_url is not null and p.notice_reviewed and p.suspended_at is null), '[]'),
        'questions', coalesce((
            select jsonb_agg(jsonb_build_object(
                'purpose', t.purpose, 'text', t.id, 'version', t.version, 'sha256', encode(t.sha256, 'hex'),
                'wording', t.wording, 'fields', t.fields, 'uses', t.uses, 'retention_days', t.retention_days,
                'warns_of_transfer', t.warns_of_transfer, 'default', false) order by t.purpose)
            from (
                select distinct on (t.purpose) t.* from consent_text t
                where t.event_id = e.id and t.language = p_language and t.effective_from <= p_now
                  and (t.retired_at is null or p_now < t.retired_at) and t.invalidated_at is null
                order by t.purpose, t.effective_from desc, t.version desc) t), '[]'))
    from event e join organisation o on o.id = e.organisation_id
    where e.id = p_event
$$;

-- The form in force now, stored once per distinct content (many visitors share one row).
create or replace function consent.serve_form(p_event uuid, p_language text, p_now timestamptz)
    returns table (id uuid, sha256 bytea, content jsonb) volatile language plpgsql as $$
#variable_conflict use_column
declare
    shown jsonb := consent.form_content(p_event, p_language, p_now);
    digest bytea := sha256(convert_to(shown::text, 'UTF8'));
begin
    insert into served_form (organisation_id, event_id, language, sha256, content, first_served_at)
    select e.organisation_id, e.id, p_language, digest, shown, p_now from event e
    where e.id = p_event and not exists (select from served_form f where f.event_id = p_event and f.sha256 = digest)
    on conflict do nothing;
    return query select f.id, f.sha256, f.content from served_form f where f.event_id = p_event and f.sha256 = digest;
end $$;
grant execute on function consent.form_content(uuid, text, timestamptz), consent.serve_form(uuid, text, timestamptz),
    release.uncovered_countries(uuid, text, timestamptz), release.is_european(text),
    release.of_age(text, boolean, text) to events_app;
