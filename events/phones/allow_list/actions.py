"""What a phone fetches for the time offline."""

from datetime import datetime
from uuid import UUID

from events.database.connections import Database, Scope
from events.errors import DeviceRevoked, NotSignedIn
from events.phones.allow_list.memory import AllowList, Lists, Of
from events.phones.allow_list.queries import booth_list, door_list, list_place
from events.phones.allow_list.rules import ListKey, list_key, tag_of
from events.settings import Settings
from events.terms import DeviceId


def key_of(settings: Settings, event: UUID, party: UUID | None) -> ListKey:
    return list_key(settings.key_for("allow-list"), event, party)


async def fetch_list(
    database: Database, settings: Settings, lists: Lists, device: DeviceId, now: datetime
) -> tuple[Of, AllowList]:
    """Whose list it is, and the hashes of the badges that are good for this phone now, ascending, 6 bytes each: at most as old
    as `Lists` keeps one. An empty one where the event or the sponsorship is over.

    Raises DeviceRevoked, NotSignedIn.
    """
    place = await list_place(database, device, now)
    if place is None:
        raise NotSignedIn
    if place.revoked:
        raise DeviceRevoked
    of = (place.event_id, place.party_id)
    if not place.open:
        return of, AllowList(b"", tag_of(b""), now)
    key = key_of(settings, *of)

    async def make() -> bytes | None:
        if place.party_id is not None:
            return await booth_list(database, device, key, now)
        async with database.looking(Scope(organisation=place.organisation_id)) as connection:
            return await door_list(connection, place.event_id, key, now)

    found = await lists.list_of(of, now, make)
    if found is None:
        raise DeviceRevoked
    return of, found
