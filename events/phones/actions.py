"""What a phone does about itself: look, say how it is, fetch the list for the time offline."""

from datetime import datetime
from uuid import UUID

from events.database.connections import Database, Scope
from events.errors import DeviceRevoked, NotSignedIn
from events.phones.memory import AllowList, Lists, Of
from events.phones.queries import PhoneFacts, booth_list, door_list, forget, keep_status, list_place, phone_facts
from events.phones.rules import ListKey, list_key, tag_of
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


async def sign_out(database: Database, device: DeviceId, now: datetime) -> None:
    """The phone ends itself: it reads "signed out" in the list of phones, and a copy of its tokens is good for nothing."""
    await forget(database, device, now)


def _welcome(phone: PhoneFacts | None) -> PhoneFacts:
    if phone is None:
        raise NotSignedIn
    if phone.revoked:
        raise DeviceRevoked
    return phone


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
