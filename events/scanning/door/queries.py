"""What the doors ask the database: a fixed few statements, however large the batch."""

from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from events.database.connections import Connection, Database
from events.phones.rules import DOORS_STAY_OPEN
from events.scanning.door.rules import (
    DoorAnswer,
    DoorEvent,
    DoorVerdict,
    KnownBadge,
    Presence,
    Room,
    StoredScan,
    Validity,
)
from events.scanning.rules import Batch, Reading
from events.terms import DeviceId, EventId, Mail, MailKind, OrganisationId, RegistrationId

DOOR_PHONE = """
select d.organisation_id, d.event_id, e.badge_tag, e.cancelled_at <= $2 as cancelled, e.ends_at, e.slug
from access.device_of($1) d join event e on e.id = d.event_id
where d.kind = 'door'
"""

# one phone, one batch at a time: a resent batch waits for the first and finds its rows
ONE_BATCH = "select pg_advisory_xact_lock(hashtextextended($1::text, 7))"
TURN = "select revoked_at is null as welcome, coalesce(nullif(place, ''), helper) as place from device where id = $1"

# two phones that read the same badge at once: one of them is first
HOLD_PLACES = """
select r.id from registration r
where r.event_id = $2 and r.id in (select b.registration_id from badge b where b.code = any ($1) and b.event_id = $2)
order by r.id for no key update
"""
HOLD_PLACE = "select r.id from registration r where r.id = $1 and r.event_id = $2 for no key update"

# where she is. A session's door moves nobody in or out of the hall.
PRESENCE: Final = """
cross join lateral (
    select max(s.effective_at) as last_exit from scan s
    where s.registration_id = r.id and s.party_id is null and s.kind = 'exit' and s.verdict in ('valid', 'already_in')) gone
cross join lateral (
    select min(s.effective_at) filter (where gone.last_exit is null or s.effective_at > gone.last_exit) as first_entry,
           (array_agg(s.device_id order by s.effective_at, s.id)
            filter (where gone.last_exit is null or s.effective_at > gone.last_exit))[1] as device_id,
           count(*) > 0 as ever
    from scan s
    where s.registration_id = r.id and s.party_id is null and s.kind = 'entry' and s.verdict in ('valid', 'already_in')) come
"""
# checked in from the list. Who joined online, or was first seen at a session's door, is not inside the hall yet.
BY_NAME: Final = """
r.state = 'attended' and r.joined_at is null and not come.ever and gone.last_exit is null
and not exists (select from scan s where s.registration_id = r.id and s.kind = 'session' and s.reason = 'came')
"""
TICKET_NAME: Final = """
case r.language when 'th' then coalesce(nullif(t.name_th, ''), t.name_en) else coalesce(nullif(t.name_en, ''), t.name_th) end
"""
FACTS: Final = f"""
r.id as registration, r.state, r.name, {TICKET_NAME} as ticket_name, t.valid_from, t.valid_until,
gone.last_exit, come.first_entry, coalesce(nullif(d.place, ''), d.helper) as place, {BY_NAME} as by_name
"""
BADGES = f"""
select b.code, b.event_id, b.revoked_at is null as live, {FACTS}
from badge b
join registration r on r.id = b.registration_id
join ticket_type t on t.id = r.ticket_type_id
{PRESENCE}
left join device d on d.id = come.device_id
where b.code = any ($1)
"""  # noqa: S608  # our own constants
# somebody without her badge, by the one that is live, if any
BADGE_OF = f"""
select coalesce(b.code, '') as code, r.event_id, true as live, {FACTS}
from registration r
left join badge b on b.registration_id = r.id and b.revoked_at is null
join ticket_type t on t.id = r.ticket_type_id
{PRESENCE}
left join device d on d.id = come.device_id
where r.id = $1 and r.event_id = $2
"""  # noqa: S608  # our own constants

# two phones at one session's door: one of them takes the last seat
HOLD_ROOMS = """
select id, capacity, removed_at from event_session where event_id = $1 and id = any ($2) order by id for no key update
"""
# after the lock, as a statement of its own: it sees whom the other phone let in
HEADS = """
select session_id, count(distinct registration_id) as heads from scan
where session_id = any ($1) and verdict in ('valid', 'already_in') group by session_id
"""
SEATED = """
select distinct on (s.session_id, s.registration_id) s.session_id, s.registration_id, s.effective_at,
       coalesce(nullif(d.place, ''), d.helper) as place
from scan s join device d on d.id = s.device_id
where s.session_id = any ($1) and s.registration_id = any ($2) and s.verdict in ('valid', 'already_in')
order by s.session_id, s.registration_id, s.effective_at, s.id
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

# every word is a part of the name; or it is the whole address; or the end of one of her badges. Who never had a place is not
# found, who lost it is shown as such, last, and no more of her than that; not at all where she asked to be erased.
FOUND = f"""
select r.id as registration, r.name, {TICKET_NAME} as ticket_name,
       case when r.state = 'cancelled' or $5 then '' else r.company end as company,
       case when r.state = 'cancelled' or $5 then 'cancelled'
            when come.first_entry is not null or ({BY_NAME}) then 'inside' else 'expected' end as state,
       coalesce((select right(b.code, 5) from badge b where b.registration_id = r.id and b.revoked_at is null), '') as badge_end
from registration r
join ticket_type t on t.id = r.ticket_type_id
{PRESENCE}
where r.event_id = $1 and r.state in ('confirmed', 'attended', 'cancelled')
  and (r.state <> 'cancelled' or not access.is_erasing(r.person_id))
  and (r.name ilike all ($2::text[]) or lower(r.email) = lower($3)
       or exists (select from badge b where b.registration_id = r.id and right(b.code, length($4)) = $4))
order by r.state = 'cancelled', lower(r.name), r.id limit $6
"""  # noqa: S608  # our own constants
LOOKED_UP = """
select count(*) from (
    select from door_lookup l where l.event_id = $1 and l.device_id = $2 and l.at > $3::timestamptz - interval '1 day' limit $4) l
"""
ALARM = """
select messages.post('lookup-alarm:' || $2::text || to_char($4::timestamptz at time zone 'UTC', 'YYYYMMDD'), o.dpo_email, $3, $4)
from organisation o where o.id = $1
"""
KEEP_LOOKUP = "insert into door_lookup (organisation_id, event_id, device_id, at, shown) values ($1, $2, $3, $4, $5)"


@dataclass(frozen=True, slots=True)
class DoorPhone:
    """A door phone and the event it lets people into."""

    device: DeviceId
    organisation: OrganisationId
    event: DoorEvent
    slug: str


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether a phone may still send, and where it stands: its place, else its helper's name."""

    welcome: bool
    place: str


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody as a look-up at the door shows her."""

    registration: RegistrationId
    name: str
    company: str
    ticket_name: str
    state: str
    badge_end: str


async def door_phone(database: Database, device: DeviceId, now: datetime) -> DoorPhone | None:
    rows = await database.call(DOOR_PHONE, device, now)
    if not rows:
        return None
    r = rows[0]
    event = DoorEvent(EventId(r["event_id"]), r["badge_tag"], bool(r["cancelled"]), r["ends_at"] + DOORS_STAY_OPEN)
    return DoorPhone(device, r["organisation_id"], event, r["slug"])


async def open_batch(connection: Connection, device: DeviceId) -> Turn:
    """Wait for this phone's turn."""
    await connection.execute(ONE_BATCH, str(device))
    return await turn_of(connection, device)


async def turn_of(connection: Connection, device: DeviceId) -> Turn:
    row = await connection.fetchrow(TURN, device)
    return Turn(False, "") if row is None else Turn(row["welcome"], row["place"])


async def badges_read(connection: Connection, event: EventId, readings: Sequence[Reading]) -> dict[str, KnownBadge]:
    """The organiser's badges among the codes, with who is inside; their places are held until the transaction ends."""
    codes = list({r.code for r in readings})
    await connection.execute(HOLD_PLACES, codes, event)
    return {r["code"]: _known(r) for r in await connection.fetch(BADGES, codes)}


async def badge_of(connection: Connection, event: EventId, registration: UUID) -> tuple[str, KnownBadge] | None:
    """The live code ('' where there is none) and the facts of one registration of this event, whose place is held."""
    await connection.execute(HOLD_PLACE, registration, event)
    row = await connection.fetchrow(BADGE_OF, registration, event)
    return None if row is None else (row["code"], _known(row))


def _known(r: asyncpg.Record) -> KnownBadge:
    return KnownBadge(
        registration=r["registration"],
        event=r["event_id"],
        live=r["live"],
        state=r["state"],
        name=r["name"],
        ticket_name=r["ticket_name"],
        presence=Presence(r["first_entry"], r["last_exit"], r["by_name"], r["place"]),
        validity=Validity(r["valid_from"], r["valid_until"]),
    )


async def rooms_entered(
    connection: Connection, event: EventId, readings: Sequence[Reading], people: Collection[KnownBadge]
) -> dict[UUID, Room]:
    """The sessions that these readings name, as far as they are this event's; held until the transaction ends."""
    named = list({reading.session for reading in readings if reading.session is not None})
    if not named:
        return {}
    rooms = {r["id"]: r for r in await connection.fetch(HOLD_ROOMS, event, named)}
    heads = {r["session_id"]: r["heads"] for r in await connection.fetch(HEADS, list(rooms))}
    inside: dict[UUID, dict[RegistrationId, Presence]] = {room: {} for room in rooms}
    for r in await connection.fetch(SEATED, list(rooms), [person.registration for person in people]):
        inside[r["session_id"]][r["registration_id"]] = Presence(r["effective_at"], place=r["place"])
    return {room: Room(r["capacity"], heads.get(room, 0), inside[room], r["removed_at"]) for room, r in rooms.items()}


async def stored_scans(connection: Connection, device: DeviceId, readings: Sequence[Reading]) -> dict[UUID, StoredScan]:
    """Which of these readings arrived before, and what was answered."""
    rows = await connection.fetch(STORED, device, [r.client for r in readings])
    return {r["client_id"]: StoredScan(DoorVerdict(r["verdict"]), r["registration_id"]) for r in rows}


async def store_scans(
    connection: Connection,
    phone: DoorPhone,
    batch: Batch,
    answers: Sequence[DoorAnswer] | None,
    sessions: Container[UUID],
    now: datetime,
) -> None:
    """Keep the readings and who came; without answers (a revoked phone) they are kept apart and count for nothing.

    `sessions` are those that there are in this event: a reading that names another one names none."""
    readings, welcome = batch.readings, answers is not None
    decided = {answer.client: answer for answer in answers or ()}
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
        [decided[r.client].registration if welcome else None for r in readings],
        [decided[r.client].verdict.value if welcome else "quarantined" for r in readings],
        [_reason(r, decided[r.client]) if welcome else "device_revoked" for r in readings],
        not welcome,
        sorted({answer.registration for answer in decided.values() if answer.came and answer.registration}),
        [r.effective_at for r in readings],
        batch.sent_at,
        batch.waiting,
        [r.session if r.session in sessions else None for r in readings],
    )


def _reason(reading: Reading, answer: DoorAnswer) -> str | None:
    """Where a session's door was the first to see her, so that she is not taken for somebody checked in by name."""
    return "came" if answer.came and reading.kind == "session" else None


async def look_for(
    connection: Connection,
    event: DoorEvent,
    words: Sequence[str],
    email: str,
    badge_end: str | None,
    limit: int,
) -> list[Found]:
    rows = await connection.fetch(FOUND, event.id, words, email, badge_end, event.cancelled, limit)
    return [Found(**row) for row in rows]


async def looked_up(connection: Connection, phone: DoorPhone, most: int, now: datetime) -> int:
    """How many look-ups this phone did in the last 24 hours, counted up to `most`."""
    count: int = await connection.fetchval(LOOKED_UP, phone.event.id, phone.device, now, most)
    return count


async def raise_alarm(connection: Connection, phone: DoorPhone, now: datetime) -> None:
    """Tell the organisation's data protection officer, once per phone and day (in UTC)."""
    mail = Mail(MailKind.LOOKUP_ALARM, None, {"phone": str(phone.device), "event": phone.slug})
    row = mail.row() | {"organisation_id": str(phone.organisation)}
    await connection.execute(ALARM, phone.organisation, str(phone.device), row, now)


async def keep_lookup(connection: Connection, phone: DoorPhone, shown: Sequence[UUID], now: datetime) -> None:
    """Who was shown to which phone: ids alone, nothing that was typed and nobody's name."""
    await connection.execute(KEEP_LOOKUP, phone.organisation, phone.event.id, phone.device, now, shown)
