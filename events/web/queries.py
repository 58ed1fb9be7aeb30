"""What the pages ask the database: the mail of a demo."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from events.database.connections import Database

MAILS_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Mail:
    id: UUID
    recipient: str
    subject: str
    body: str
    created_at: datetime


async def mailbox(database: Database, to: str | None) -> list[Mail]:
    """The latest mails whose words are still there, newest first; only a demo may show them."""
    return [Mail(**row) for row in await database.call("select * from messages.mailbox($1, $2)", to, MAILS_SHOWN)]
