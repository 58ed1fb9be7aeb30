-- What the sealer reads and writes (events/release/seals.py). The signing key never comes here.

-- The leaves of the book in a window of settled transactions: every release and every consent act, as hashes.
create or replace function release.leaves(p_from xid8, p_until xid8) returns table (hash bytea) stable language sql
    security definer set search_path = pg_catalog, public, pg_temp as $$
    select hash from (
        select txid, id, hash from release where txid >= p_from and txid < p_until
        union all
        select txid, id, hash from consent_event where txid >= p_from and txid < p_until) leaf
    order by txid, id
$$;

-- Where the last seal ended, and up to where no running transaction can still add a leaf.
create or replace function release.next_seal() returns table (id integer, txid_from text, txid_until text, previous_hash bytea)
    volatile language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform pg_advisory_xact_lock(6272027);
    return query
    select coalesce(max(s.id), 0) + 1, coalesce(max(s.txid_until), '0')::text, pg_snapshot_xmin(pg_current_snapshot())::text,
           coalesce((select l.hash from seal l order by l.id desc limit 1), sha256(''))
    from seal s;
end $$;

create or replace function release.keep_seal(
    p_id integer, p_from text, p_until text, p_count integer, p_root bytea, p_previous bytea, p_hash bytea, p_signature bytea,
    p_now timestamptz) returns void volatile language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into seal (id, txid_from, txid_until, leaf_count, root, previous_hash, hash, signature, at)
    values (p_id, p_from::xid8, p_until::xid8, p_count, p_root, p_previous, p_hash, p_signature, p_now)
$$;

create or replace function release.seals_after(p_id integer) returns table (id integer, hash bytea, signature bytea, at timestamptz)
    stable language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    select s.id, s.hash, s.signature, s.at from seal s where s.id > p_id order by s.id
$$;

grant execute on function release.leaves(xid8, xid8), release.next_seal(), release.seals_after(integer),
    release.keep_seal(integer, text, text, integer, bytea, bytea, bytea, bytea, timestamptz) to events_app;
