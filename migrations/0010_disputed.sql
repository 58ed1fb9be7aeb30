-- When she said of this very reading that it was not her: what the same phone read beside it may still be on its way.
alter table scan
    add column disputed_at timestamptz,
    add constraint scan_disputed check (disputed_at is null or voided_at is not null);
