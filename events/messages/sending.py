"""The worker that empties the outbox through a real SMTP server; at least once, with a Message-ID that stays the same."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID

import aiosmtplib

from events.database.connections import Database
from events.errors import Unavailable, Uncertain
from events.messages.composing import compose
from events.messages.rendering import Letterhead, render
from events.settings import Settings
from events.terms import Mail, MailClass, MailKind

log = logging.getLogger("events")
Clock = Callable[[], datetime]
TIMEOUT: Final = 20  # seconds that a mail server may take
LEASED: Final = 5  # mails at a time: slow ones all end before their lease of two minutes does
REMIND_EVERY: Final = timedelta(minutes=1)


class Mailer(Protocol):
    """Takes one mail to the next server, or raises."""

    keeps_copy: bool

    async def send(self, message: EmailMessage, recipient: str) -> None: ...


class SmtpMailer:
    """aiosmtplib over `smtp://` (STARTTLS when the server offers it, always when it asks for a password) or `smtps://`."""

    keeps_copy = False

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)

    async def send(self, message: EmailMessage, recipient: str) -> None:
        parts = self._parts
        tls = parts.scheme == "smtps"
        user = unquote(parts.username) if parts.username else None
        await aiosmtplib.send(
            message,
            # the one address of the row, whatever a mail program would read out of the heading
            recipients=[recipient],
            hostname=parts.hostname,
            port=parts.port or (465 if tls else 587),
            username=user,
            password=unquote(parts.password) if parts.password else None,
            use_tls=tls,
            start_tls=True if user and not tls else None,
            timeout=TIMEOUT,
        )


class MailboxMailer:
    """Without an SMTP server mail stays readable in the outbox, for the demo's own mailbox page."""

    keeps_copy = True

    async def send(self, message: EmailMessage, recipient: str) -> None:
        return None


def mailer_for(settings: Settings) -> Mailer | None:
    """How this process sends; None when mail is to wait in the outbox."""
    if settings.smtp_url:
        return SmtpMailer(settings.smtp_url)
    return MailboxMailer() if settings.demo else None


def letterhead_of(settings: Settings) -> Letterhead:
    return Letterhead(settings.base_url, settings.mail_from, settings.key_for("unsubscribe"))


async def send_due(database: Database, mailer: Mailer, letterhead: Letterhead, now: datetime, limit: int = LEASED) -> int:
    """Send what is due, one by one; a failure backs off and harms no other mail. Returns how many were tried."""
    due = await database.call("select * from messages.lease($1, $2)", limit, now)
    for row in due:
        if row["mail_class"] == MailClass.MARKETING and await _unwanted(database, row["id"], now):
            continue
        try:
            mail = Mail(MailKind(row["kind"]), row["language"], row["facts"])
            if mailer.keeps_copy:
                # nobody gets it: its words must be good, the files are made when somebody looks
                render(mail, letterhead)
            else:
                async with asyncio.timeout(TIMEOUT):
                    message = await compose(mail, letterhead, mail_id=row["id"], recipient=row["recipient"], now=now)
                    await mailer.send(message, row["recipient"])
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one mail must not hold up the others
            # the type only: SMTP answers repeat addresses
            await database.call("select messages.mark_failed($1, $2, $3)", row["id"], type(error).__name__, now)
        else:
            await database.call("select messages.mark_sent($1, $2, $3)", row["id"], mailer.keeps_copy, now)
    return len(due)


async def _unwanted(database: Database, mail: UUID, now: datetime) -> bool:
    """Whether the reader took her consent to news back after this was posted (S10.4-unsub-1); then it is never sent."""
    [row] = await database.call("select messages.withhold($1, $2) as held", mail, now)
    return bool(row["held"])


async def tend_places(database: Database, base_url: str, now: datetime) -> int:
    """Give back what nobody confirmed or took in time, tell the colleagues who could not be told yet, and offer what is free to
    those who wait; returns how many were offered a place.
    """
    await database.call("select registration.expire_pending($1)", now)
    await database.call("select registration.invite_again($1, $2)", base_url, now)
    offered = 0
    while (await database.call("select registration.offer_place($1, $2) as id", base_url, now))[0]["id"] is not None:
        offered += 1
    return offered


async def work(database: Database, mailer: Mailer | None, letterhead: Letterhead, clock: Clock, pause: float = 0.5) -> None:
    """Until cancelled: send mail, remind of what begins tomorrow, and see that no place stays unused."""
    reminded = None
    while True:
        sent = 0
        try:
            now = clock()
            if reminded is None or now - reminded >= REMIND_EVERY:
                await database.call("select messages.post_reminders($1)", now)
                reminded = now
            if mailer is not None:
                sent = await send_due(database, mailer, letterhead, clock())
            await tend_places(database, letterhead.base_url, clock())
        except (Unavailable, Uncertain):
            log.warning("the worker waits for the database")
        except Exception as error:  # noqa: BLE001  # a worker that dies of one bad minute helps nobody
            log.error("worker: %s", type(error).__name__)  # noqa: TRY400  # no traceback: it may hold addresses
        if not sent:
            with contextlib.suppress(TimeoutError):
                await asyncio.sleep(pause)
