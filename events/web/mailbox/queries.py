"""What the pages ask the database: the mail of a demo."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from events.database.connections import Database
from events.terms import Mail, MailKind

MAILS_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Kept:
    id: UUID
    recipient: str
    mail: Mail
    created_at: datetime


async def mailbox(database: Database, to: str | None) -> list[Kept]:
    """The latest mails whose words are still there, newest first; only a demo may show them."""
    rows = await database.call("select * from messages.mailbox($1, $2)", to, MAILS_SHOWN)
    return [_kept(row) for row in rows]


async def kept_mail(database: Database, mail: UUID) -> Kept | None:
    """One of them."""
    rows = await database.call("select * from messages.kept($1)", mail)
    return _kept(rows[0]) if rows else None


def _kept(row: asyncpg.Record) -> Kept:
    return Kept(row["id"], row["recipient"], Mail(MailKind(row["kind"]), row["language"], row["facts"]), row["created_at"])
