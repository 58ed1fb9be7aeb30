"""An organiser sends news to those who asked for it, and looks after mail that did not arrive."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from events.access.caller import Staff
from events.access.idempotency import claim
from events.database.connections import Database, Scope
from events.errors import Conflict, NotFound
from events.hosting.actions import find_open_event
from events.hosting.mail.queries import Problem, post_news, problem_page, retry_mail
from events.hosting.mail.rules import news_faults
from events.hosting.rules import Titles, Words, refuse
from events.terms import Mail, MailKind


async def send_news(
    database: Database,
    staff: Staff,
    slug: str,
    subject: Titles,
    body: Words,
    key: str | None,
    request: msgspec.Struct,
    now: datetime,
) -> int:
    """Post news to those of an event whose consent to it is given now; returns how many (§10.4).

    Asked again with the same key it is no second news. Raises NotFound, InvalidInput, Conflict for an event nobody can see.
    """
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_open_event(connection, staff, slug)
        if event.published_at is None:
            raise Conflict("Publish the event first: nobody has registered yet.", "กรุณาเผยแพร่งานก่อน เพราะยังไม่มีผู้ลงทะเบียน")
        refuse(news_faults(subject, body, event.languages))
        news, _ = await claim(connection, f"news:{event.id}", key, request, now)
        said = {"subject": msgspec.to_builtins(subject), "body": msgspec.to_builtins(body)}
        return await post_news(connection, event.id, news, Mail(MailKind.NEWS, None, said).row(), now)


async def list_problems(database: Database, staff: Staff, before: UUID | None, limit: int) -> Sequence[Problem]:
    """Mail of the organisation that was given up, or that failed and is tried again."""
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        return await problem_page(connection, before, limit)


async def try_again(database: Database, staff: Staff, mail: UUID, now: datetime) -> Problem:
    """Send a mail that failed once more, at once. Raises NotFound for one of others, or that did not fail."""
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        found = await retry_mail(connection, mail, now)
    if found is None:
        raise NotFound
    return found
