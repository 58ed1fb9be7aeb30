"""What a phone does about itself: look, say how it is, fetch the list for the time offline."""

from datetime import datetime

from events.access.rules import DOORS_STAY_OPEN
from events.database.connections import Database, Scope
from events.errors import DeviceRevoked, EventOver, NotSignedIn
from events.phones.queries import PhoneFacts, booth_list, door_list, keep_status, phone_facts
from events.phones.rules import ListKey, RecentLists, list_key
from events.settings import Settings
from events.terms import DeviceId


async def look(database: Database, device: DeviceId) -> PhoneFacts:
    """What this phone is for. Raises DeviceRevoked, NotSignedIn."""
    return _welcome(await phone_facts(database.call, device))


async def report(database: Database, device: DeviceId, waiting: int, app_version: str, now: datetime) -> PhoneFacts:
    """Keep what a phone says of itself; what it is for, as `look`. Raises as `look`."""
    async with database.transaction() as connection:
        await keep_status(connection, device, waiting, app_version, now)
        return _welcome(await phone_facts(connection.fetch, device))


def _welcome(phone: PhoneFacts | None) -> PhoneFacts:
    if phone is None:
        raise NotSignedIn
    if phone.revoked:
        raise DeviceRevoked
    return phone


def key_of(settings: Settings, phone: PhoneFacts) -> ListKey:
    return list_key(settings.key_for("allow-list"), phone.event_id, phone.party_id)


async def fetch_list(
    database: Database, settings: Settings, recent: RecentLists, device: DeviceId, now: datetime
) -> tuple[PhoneFacts, bytes]:
    """The phone, and the hashes of the badges that are good for it now, ascending, 6 bytes each.

    Raises DeviceRevoked, NotSignedIn, EventOver at a door.
    """
    phone = await look(database, device)
    if phone.kind == "door" and now >= phone.ends_at + DOORS_STAY_OPEN:
        raise EventOver
    key = key_of(settings, phone)
    if phone.kind == "booth":
        hashes = await booth_list(database, device, key, now)
        if hashes is None:
            raise DeviceRevoked
    else:
        async with database.looking(Scope(organisation=phone.organisation_id)) as connection:
            hashes = await door_list(connection, phone.event_id, key, now)
    recent.keep(phone.event_id, phone.party_id, hashes)
    return phone, hashes
