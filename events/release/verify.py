"""`events verify`: prove the book. Recomputes every hash and seal, rebuilds every cache, checks the ground of every line.

A sponsor's line is held against the log at its time: consent acts, scan, agreement, blocks. What has no history here is not
replayed: sponsorship and suspension, safeguards, switched-off fields, and the contract behind an affiliate's line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from events.release.seals import EMPTY, Checkpoint, Sealer, merkle_root, seal_hash

# Each check: what it proves, how many rows it looks at, and the rows that fail, by position.
CHECKS: tuple[tuple[str, str, str], ...] = (
    (
        "consent acts form one unbroken chain per registration",
        "select count(*) from consent_event",
        """
        select format('consent_event %s (registration %s, seq %s)', id, registration_id, seq) from (
            select c.*, lag(c.hash) over chain as before, row_number() over chain as n from consent_event c
            window chain as (partition by c.registration_id order by c.seq)) c
        where seq <> n or prev_hash is distinct from before
            or hash <> consent.event_hash((select e from consent_event e where e.id = c.id))
        """,
    ),
    (
        "every ledger line carries the hash of its content",
        "select count(*) from disclosure",
        """
        select format('disclosure of release %s, registration %s', d.release_id, d.registration_id)
        from disclosure d join release r on r.id = d.release_id
        where d.hash <> case r.format when 1 then release.line_hash_1(d) else release.line_hash(d) end
        """,
    ),
    (
        "every release carries the hash of its content and of exactly its lines",
        "select count(*) from release",
        """
        select format('release %s', r.id) from release r
        left join (select release_id, count(*) as n, sha256(string_agg(hash, ''::bytea order by registration_id)) as lines
                   from disclosure group by release_id) l on l.release_id = r.id
        where r.hash <> release.release_hash(r) or r.row_count <> coalesce(l.n, 0)
            or r.lines_hash <> coalesce(l.lines, release.no_lines())
        """,
    ),
    (
        "no ledger line stands without its release",
        "select count(*) from disclosure",
        """
        select format('disclosure of release %s', d.release_id) from disclosure d
        where not exists (select from release r where r.id = d.release_id)
        """,
    ),
    (
        "the latest-act table says what the consent log says",
        "select count(*) from consent_head",
        """
        with rebuilt as (
            select distinct on (registration_id, purpose, recipient) c.*,
                max(occurred_at) filter (where act in ('withdraw', 'revoke', 'invalidate', 'supersede'))
                    over (partition by registration_id, purpose, recipient) as restricted_at
            from (select c.*, coalesce(recipient_id, '00000000-0000-0000-0000-000000000000') as recipient,
                         consent.evidence_complete(c) as evidence_complete
                  from consent_event c) c
            order by registration_id, purpose, recipient, occurred_at desc, (act <> 'grant') desc, seq desc)
        select format('consent_head of registration %s, %s',
                      coalesce(h.registration_id, b.registration_id), coalesce(h.purpose, b.purpose))
        from consent_head h full join rebuilt b
            on b.registration_id = h.registration_id and b.purpose = h.purpose and b.recipient = h.recipient_id
        where (h.event_id, h.organisation_id, h.consent_event_id, h.act, h.at, h.seq, h.restricted_at, h.text_id,
               h.evidence_complete, h.fields, h.uses, h.countries, h.warning_shown, h.age_band, h.emancipated, h.residence,
               h.expires_at)
            is distinct from
              (b.event_id, b.organisation_id, b.id, b.act, b.occurred_at, b.seq, b.restricted_at, b.text_id,
               b.evidence_complete, b.fields, b.uses, b.countries, b.warning_shown, b.age_band, b.emancipated, b.residence,
               b.expires_at)
        """,
    ),
    (
        "the visits say what the scans say",
        "select count(*) from visit",
        """
        with rebuilt as (
            select registration_id, party_id, max(effective_at) as at from scan
            where kind = 'booth' and registration_id is not null and voided_at is null and not quarantined group by 1, 2)
        select format('visit of registration %s', coalesce(v.registration_id, b.registration_id))
        from visit v full join rebuilt b on b.registration_id = v.registration_id and b.party_id = v.party_id
        left join scan s on s.id = v.scan_id
        where v.at is distinct from b.at
            or (s.event_id, s.organisation_id, s.registration_id, s.party_id, s.effective_at)
                is distinct from (v.event_id, v.organisation_id, v.registration_id, v.party_id, v.at)
        """,
    ),
    (
        "the blocks in force are those that were set and not lifted",
        "select count(*) from subject_block",
        """
        with said as (
            select distinct on (person_id, kind) person_id, kind, case when act = 'set' then at end as at from block_event
            order by person_id, kind, at desc, id desc
        ), stands as (
            select b.person_id, k.kind, k.at::timestamptz as at
            from subject_block b, jsonb_each_text(to_jsonb(b) - 'person_id') k (kind, at) where k.at is not null)
        select format('block %s', coalesce(said.kind, stands.kind))
        from stands full join said on said.person_id = stands.person_id and said.kind = stands.kind
        where stands.at is distinct from said.at
        """,
    ),
    (
        "every released line was allowed at its time",
        "select count(*) from disclosure where basis <> 'contract'",
        """
        select format('release %s, registration %s', r.id, d.registration_id)
        from disclosure d
        join release r on r.id = d.release_id
        left join registration g on g.id = d.registration_id
        left join agreement a on a.id = r.agreement_id
        where d.basis <> 'contract' and not coalesce(
            g.event_id = r.event_id and g.confirmed_at <= r.at and (g.cancelled_at is null or g.cancelled_at >= r.at)
            and a.party_id = r.party_id and a.valid_from <= r.at and r.at < a.valid_until and r.declared_use = any (a.uses)
            and d.fields <@ a.fields and d.fields <@ r.requested_fields and cardinality(d.fields) > 0
            -- each field was in the scope of an act that was good then and that nothing had taken back
            and d.fields <@ array(
                select unnest(c.fields) from consent_event c join consent_text t on t.id = c.text_id
                where c.id = any (d.consent_event_ids) and c.registration_id = d.registration_id
                  and c.purpose in ('sponsor_sharing', 'badge_scan') and (c.recipient_id is null or c.recipient_id = r.party_id)
                  and (c.purpose = 'badge_scan' or c.recipient_id = any (c.disclosed_recipients))
                  and c.act = 'grant' and c.occurred_at <= r.at and r.at < c.expires_at and r.declared_use = any (c.uses)
                  and release.of_age(c.age_band, c.emancipated, c.residence)
                  and t.effective_from <= c.occurred_at and (t.retired_at is null or c.occurred_at < t.retired_at)
                  and not exists (
                    select from consent_event w
                    where w.registration_id = c.registration_id and w.act in ('withdraw', 'revoke', 'invalidate', 'supersede')
                      and w.occurred_at >= c.occurred_at and w.occurred_at <= r.at and w.seq > c.seq
                      and ((w.purpose = c.purpose and w.recipient_id is not distinct from c.recipient_id)
                           or (w.purpose = 'sponsor_sharing' and w.recipient_id is null))
                      -- an act of the very instant may stand behind the release in the log
                      and w.occurred_at < r.at)
                  and (c.purpose = 'sponsor_sharing' or exists (
                    select from scan s
                    where s.id = d.scan_id and s.registration_id = d.registration_id and s.party_id = r.party_id
                      and s.kind = 'booth' and not s.quarantined and s.effective_at between c.occurred_at and r.at
                      and (s.voided_at is null or s.voided_at >= r.at))))
            and not exists (
                select from block_event b
                where b.person_id = g.person_id and b.act = 'set' and b.kind <> 'object_dm_own' and b.at < r.at
                  and not exists (select from block_event l where l.person_id = b.person_id and l.kind = b.kind and l.act = 'lift'
                                  and l.at >= b.at and l.at <= r.at)), false)
        """,
    ),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One proof: what it says, how many rows it looked at, and where it fails (at most 20 places)."""

    says: str
    examined: int
    failures: tuple[str, ...]


async def verify(admin_dsn: str, sealer: Sealer) -> list[Check]:
    """All proofs over one snapshot of the database and the checkpoints outside it. Reads only."""
    connection = await asyncpg.connect(admin_dsn)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return await verify_here(connection, sealer)
    finally:
        await connection.close()


async def verify_here(connection: asyncpg.Connection[Any], sealer: Sealer) -> list[Check]:
    """All proofs, in the transaction that is open on this connection, as the role that owns the doors."""
    # before the snapshot: a seal that is made while we look must not seem to be cut off
    outside = tuple(sealer.read_checkpoints())
    await connection.execute("set local role events_gate; set local search_path = public; set local statement_timeout = 0")
    checks = [await _check(connection, *check) for check in CHECKS]
    return [*checks, *await _check_seals(connection, sealer, outside)]


async def _check(connection: asyncpg.Connection[Any], says: str, count: str, failing: str) -> Check:
    rows = await connection.fetch(f"{failing} limit 20")
    return Check(says, await connection.fetchval(count), tuple(row[0] for row in rows))


async def _check_seals(connection: asyncpg.Connection[Any], sealer: Sealer, outside: Sequence[Checkpoint]) -> Sequence[Check]:
    seals = await connection.fetch(
        "select id, txid_from::text, txid_until::text, leaf_count, root, previous_hash, hash, signature, at from seal order by id"
    )
    failures: list[str] = []
    previous, until = EMPTY, "0"
    for n, seal in enumerate(seals, 1):
        rows = await connection.fetch(
            "select hash from release.leaves($1::text::xid8, $2::text::xid8)", seal["txid_from"], seal["txid_until"]
        )
        root = merkle_root(row["hash"] for row in rows)
        says = (seal["id"], seal["txid_from"], seal["leaf_count"], seal["root"], seal["previous_hash"])
        digest = seal_hash(n, until, seal["txid_until"], len(rows), root, previous)
        if says != (n, until, len(rows), root, previous) or seal["hash"] != digest or not sealer.signs(digest, seal["signature"]):
            failures.append(
                f"seal {seal['id']}: {len(rows)} of {seal['leaf_count']} leaves, transactions {until} to {seal['txid_until']}"
            )
        previous, until = seal["hash"], seal["txid_until"]
    inside = {seal["id"]: (seal["hash"], seal["at"].isoformat()) for seal in seals}
    cut = [
        f"checkpoint {c.id} of {c.at}"
        for c in outside
        if inside.get(c.id) != (c.hash, c.at) or not sealer.signs(c.hash, c.signature)
    ]
    return (
        Check("every seal is signed, chained, and covers exactly the leaves that stand there", len(seals), tuple(failures[:20])),
        Check("every checkpoint outside the database is still inside it", len(outside), tuple(cut[:20])),
    )
