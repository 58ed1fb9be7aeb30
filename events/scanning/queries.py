"""What scanning asks the database. A booth's batch is one call of the release door; a door's batch is a fixed few statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from events.database.connections import Connection, Database
from events.scanning.rules import LETS_IN, Batch, DoorAnswer, DoorEvent, DoorVerdict, KnownBadge, Presence, Reading, StoredScan
from events.terms import DeviceId, EventId, OrganisationId

TAKE_SCANS = "select * from release.take_scans($1, $2, $3, $4, $5, $6, $7, $8)"

DOOR_PHONE = """
select d.organisation_id, d.event_id, e.badge_tag, e.cancelled_at <= $2 as cancelled
from access.device_of($1) d join event e on e.id = d.event_id
where d.kind = 'door'
"""

# one phone, one batch at a time: a resent batch waits for the first and finds its rows
ONE_BATCH = "select pg_advisory_xact_lock(hashtextextended($1::text, 7))"
REVOKED = "select revoked_at is not null from device where id = $1"

# two phones that read the same badge at once: one of them is first
HOLD_PLACES = """
select r.id from registration r
where r.event_id = $2 and r.id in (select b.registration_id from badge b where b.code = any ($1) and b.event_id = $2)
order by r.id for no key update
"""

BADGES = """
select b.code, b.event_id, b.revoked_at is null as live, r.id as registration, r.state, r.name,
       case r.language when 'th' then coalesce(nullif(t.name_th, ''), t.name_en)
                       else coalesce(nullif(t.name_en, ''), t.name_th) end as ticket_name,
       gone.last_exit, come.first_entry,
       -- who joined online is not inside the hall yet
       r.state = 'attended' and r.joined_at is null and not come.ever and gone.last_exit is null as by_name
from badge b
join registration r on r.id = b.registration_id
join ticket_type t on t.id = r.ticket_type_id
cross join lateral (
    select max(s.effective_at) as last_exit from scan s
    where s.registration_id = r.id and s.party_id is null and s.kind = 'exit' and s.verdict in ('valid', 'already_in')) gone
cross join lateral (
    select min(s.effective_at) filter (where gone.last_exit is null or s.effective_at > gone.last_exit) as first_entry,
           count(*) > 0 as ever
    from scan s
    where s.registration_id = r.id and s.party_id is null and s.kind = 'entry' and s.verdict in ('valid', 'already_in')) come
where b.code = any ($1)
"""

STORED = "select client_id, verdict, registration_id from scan where device_id = $1 and client_id = any ($2)"

STORE = """
with put as (
    insert into scan (organisation_id, event_id, device_id, client_id, kind, registration_id, code_sha256, device_time,
                      sent_at, received_at, effective_at, session_id, verdict, reason, quarantined)
    select $1, $2, $3, i.client, i.kind, i.registration, sha256(convert_to(i.code, 'UTF8')), i.at, $15, $4, i.effective_at,
           i.session, i.verdict, i.reason, $12
    from unnest($5::uuid[], $6::text[], $7::timestamptz[], $8::text[], $9::uuid[], $10::text[], $11::text[],
                $14::timestamptz[], $17::uuid[])
         i (client, code, at, kind, registration, verdict, reason, effective_at, session)
    -- nobody fills our disk with a phone that was taken away
    limit case when $12 then greatest(0, 10000 - (select count(*) from scan s where s.device_id = $3 and s.quarantined)) end
    on conflict (device_id, client_id) do nothing
), came as (
    -- the attendee's words did not change, so changed_at stays: sponsors must not see who came
    update registration set state = 'attended' where id = any ($13) and state = 'confirmed'
)
update device set last_seen_at = $4, waiting = coalesce($16, waiting)
where id = $3 and (last_seen_at is null or last_seen_at < $4 - interval '1 minute'
                   or waiting is distinct from coalesce($16, waiting))
"""

PLACE = """
select r.state, e.cancelled_at <= $3 as event_cancelled
from registration r join event e on e.id = r.event_id
where r.id = $1 and e.slug = $2 and r.organisation_id = $4 for no key update of r
"""


@dataclass(frozen=True, slots=True)
class DoorPhone:
    """A door phone and the event it lets people into."""

    device: DeviceId
    organisation: OrganisationId
    event: DoorEvent


@dataclass(frozen=True, slots=True)
class Place:
    """A registration as the list at the door sees it."""

    state: str
    event_cancelled: bool


async def take_scans(database: Database, device: DeviceId, batch: Batch, now: datetime) -> list[asyncpg.Record]:
    """The door's rows for one batch of booth scans: stored, decided, written in the book and committed in one round trip."""
    return await database.call_door(
        TAKE_SCANS,
        device,
        [r.client for r in batch.readings],
        [r.code for r in batch.readings],
        [r.at for r in batch.readings],
        [r.effective_at for r in batch.readings],
        batch.sent_at,
        batch.waiting,
        now,
    )


async def door_phone(database: Database, device: DeviceId, now: datetime) -> DoorPhone | None:
    rows = await database.call(DOOR_PHONE, device, now)
    if not rows:
        return None
    r = rows[0]
    event = DoorEvent(EventId(r["event_id"]), r["badge_tag"], bool(r["cancelled"]))
    return DoorPhone(device, r["organisation_id"], event)


async def open_batch(connection: Connection, device: DeviceId) -> bool:
    """Wait for this phone's turn; whether it may still send."""
    await connection.execute(ONE_BATCH, str(device))
    return await connection.fetchval(REVOKED, device) is False


async def badges_read(connection: Connection, event: EventId, readings: Sequence[Reading]) -> dict[str, KnownBadge]:
    """The organiser's badges among the codes, with who is inside; their places are held until the transaction ends."""
    codes = list({r.code for r in readings})
    await connection.execute(HOLD_PLACES, codes, event)
    return {
        r["code"]: KnownBadge(
            registration=r["registration"],
            event=r["event_id"],
            live=r["live"],
            state=r["state"],
            name=r["name"],
            ticket_name=r["ticket_name"],
            presence=Presence(r["first_entry"], r["last_exit"], r["by_name"]),
        )
        for r in await connection.fetch(BADGES, codes)
    }


async def stored_scans(connection: Connection, device: DeviceId, readings: Sequence[Reading]) -> dict[UUID, StoredScan]:
    """Which of these readings arrived before, and what was answered."""
    rows = await connection.fetch(STORED, device, [r.client for r in readings])
    return {r["client_id"]: StoredScan(DoorVerdict(r["verdict"]), r["registration_id"]) for r in rows}


async def store_scans(
    connection: Connection, phone: DoorPhone, batch: Batch, answers: Sequence[DoorAnswer] | None, now: datetime
) -> None:
    """Keep the readings and who came; without answers (a revoked phone) they are kept apart and count for nothing."""
    readings, welcome = batch.readings, answers is not None
    decided = {answer.client: answer for answer in answers or ()}
    places = [decided[r.client].registration if welcome else None for r in readings]
    came = {
        place
        for reading, place in zip(readings, places, strict=True)
        if place
        and reading.kind == "entry"
        and decided[reading.client].verdict in LETS_IN
        and not decided[reading.client].duplicate
    }
    await connection.execute(
        STORE,
        phone.organisation,
        phone.event.id,
        phone.device,
        now,
        [r.client for r in readings],
        [r.code for r in readings],
        [r.at for r in readings],
        [r.kind for r in readings],
        places,
        [decided[r.client].verdict.value if welcome else "quarantined" for r in readings],
        [None if welcome else "device_revoked" for _ in readings],
        not welcome,
        sorted(came),
        [r.effective_at for r in readings],
        batch.sent_at,
        batch.waiting,
        [r.session for r in readings],
    )


async def place(
    connection: Connection, organisation: OrganisationId, slug: str, registration: UUID, now: datetime
) -> Place | None:
    """A registration of this event, held until the transaction ends."""
    row = await connection.fetchrow(PLACE, registration, slug, now, organisation)
    return None if row is None else Place(row["state"], bool(row["event_cancelled"]))


async def mark_attended(connection: Connection, registration: UUID) -> None:
    await connection.execute("update registration set state = 'attended' where id = $1 and state = 'confirmed'", registration)
