"""Mail to people who are registered, posted with the act that causes it; one statement, however many they are."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from events.database.connections import Connection
from events.terms import Mail


async def tell(connection: Connection, registrations: Iterable[UUID], key: str, mail: Mail, now: datetime) -> int:
    """A mail to each of these registrations, in its own language; its facts are beside those of event and person.

    The key and the registration make a repetition no second mail. Returns how many are new.
    """
    told: int = await connection.fetchval("select messages.tell($1, $2, $3, $4)", list(registrations), key, mail.row(), now)
    return told


async def tell_event(connection: Connection, event: UUID, key: str, mail: Mail, now: datetime) -> int:
    """The same to everybody who has a place at the event."""
    told: int = await connection.fetchval("select messages.tell_event($1, $2, $3, $4)", event, key, mail.row(), now)
    return told
