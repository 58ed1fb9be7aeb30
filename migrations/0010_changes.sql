-- When something changed that a sponsor may see, apart from everything else that changes in a registration.

alter table registration
    -- per field of the card (in the order of release.card_fields()): when it last read differently to whoever may have it; null
    -- for what has not changed since she registered
    add column card_changed_at timestamptz[],
    -- when it last changed whether she may live in Europe, which may call for her consent to a transfer
    add column law_changed_at timestamptz,
    -- when she last lifted what stood against every release
    add column restored_at timestamptz;

-- what changed before nobody knows by field: told as until now, so that no program misses it
update registration set card_changed_at = array_fill(changed_at, array[7])
where changed_at > greatest(confirmed_at, self_confirmed_at);
