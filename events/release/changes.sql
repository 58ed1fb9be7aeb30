-- When what a sponsor may see of a registration changed, and when the law that decides on it may have. Whoever pulls only what
-- changed must not hear of the rest: a time that moves with a field that she keeps to herself would say that there is one (§6,
-- S6-sponsor-12).

-- A field that is switched off reads as one that was never given, whatever stands in it. The time is the change's own,
-- also of a field that was written and emptied before anybody looked.
create or replace function release.keep_card_changes() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, release, pg_temp as $$
declare
    was constant jsonb := to_jsonb(old) - old.withheld_fields;
    reads constant jsonb := to_jsonb(new) - new.withheld_fields;
begin
    if exists (select from unnest(release.card_fields()) f where coalesce(was ->> f, '') <> coalesce(reads ->> f, '')) then
        new.card_changed_at := array(
            select case when coalesce(was ->> c.field, '') = coalesce(reads ->> c.field, '') then old.card_changed_at[c.n]
                        else new.changed_at end
            from unnest(release.card_fields()) with ordinality c (field, n) order by c.n);
    end if;
    if release.may_be_european(old.residence, old.country) <> release.may_be_european(new.residence, new.country) then
        new.law_changed_at := new.changed_at;
    end if;
    return new;
end $$;

create or replace trigger card_changes
    before update of name, job_title, company, address, country, phone, email, withheld_fields, residence on registration
    for each row execute function release.keep_card_changes();
