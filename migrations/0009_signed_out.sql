-- A phone whose helper signed out, or that forgot itself after too many wrong PINs: it revoked itself.
alter table device
    add column signed_out_at timestamptz,
    add constraint device_signed_out check (signed_out_at is null or revoked_at is not null);
