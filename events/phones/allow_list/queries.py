"""What the allow-list asks the database: whose list it is, and hashes."""

from dataclasses import dataclass
from datetime import datetime

from events.database.connections import Connection, Database
from events.phones.allow_list.rules import ListKey
from events.terms import DeviceId, EventId, OrganisationId, PartyId

LIST_PLACE = "select * from release.list_place($1, $2)"
BOOTH_LIST = "select revoked, hashes from release.allow_list($1, $2, $3, $4)"

# Whoever a door lets in now: a live badge, a place that stands, a ticket that is good at this hour. Codes stay in the database.
DOOR_LIST = """
select coalesce(string_agg(listed.hash, ''::bytea order by listed.hash), '')
from (
    select distinct access.badge_hash(b.code, $2, $3) as hash
    from event e
    join registration r on r.event_id = e.id and r.state in ('confirmed', 'attended')
    join ticket_type t on t.id = r.ticket_type_id
        and (t.valid_from is null or t.valid_from <= $4) and (t.valid_until is null or $4 < t.valid_until)
    join badge b on b.registration_id = r.id and b.event_id = e.id and b.revoked_at is null
    where e.id = $1 and e.cancelled_at is null) listed
"""


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Whose allow-list a phone may have, and whether anybody at all can be good there now; no party at a door."""

    revoked: bool
    organisation_id: OrganisationId
    event_id: EventId
    party_id: PartyId | None
    open: bool


async def list_place(database: Database, device: DeviceId, now: datetime) -> ListPlace | None:
    rows = await database.call_door(LIST_PLACE, device, now)
    return ListPlace(**rows[0]) if rows else None


async def booth_list(database: Database, device: DeviceId, key: ListKey, now: datetime) -> bytes | None:
    """The packed hashes of the badges that a scan of this phone would release now; None for a phone that is revoked."""
    [row] = await database.call_door(BOOTH_LIST, device, key.inner, key.outer, now)
    hashes: bytes = row["hashes"]
    return None if row["revoked"] else hashes


async def door_list(connection: Connection, event: EventId, key: ListKey, now: datetime) -> bytes:
    """The packed hashes of the badges that the doors of this event let in now."""
    hashes: bytes = await connection.fetchval(DOOR_LIST, event, key.inner, key.outer, now)
    return hashes
