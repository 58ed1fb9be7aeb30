"""What a phone does about itself: look, say how it is, hand over what an earlier one sealed, sign out."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from events.database.connections import Database
from events.errors import DeviceRevoked, NotSignedIn
from events.phones.queries import PhoneFacts, forget, keep_status, phone_facts, sealing_phones
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


async def phones_that_sealed(database: Database, device: DeviceId, named: Collection[UUID | None]) -> Mapping[UUID, datetime]:
    """The phones, other than this one, whose sealed scans and notes this one may hand over, and since when each was in use; one
    look-up, none where only the phone itself is named."""
    others = {phone for phone in named if phone is not None and phone != device}
    return await sealing_phones(database, device, others) if others else {}


def _welcome(phone: PhoneFacts | None) -> PhoneFacts:
    if phone is None:
        raise NotSignedIn
    if phone.revoked:
        raise DeviceRevoked
    return phone
