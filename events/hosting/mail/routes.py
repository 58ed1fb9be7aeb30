"""HTTP of the organiser's mail: news, and what did not arrive."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from events.access.caller import Caller
from events.access.guards import Given, IdempotencyKey, may
from events.access.permissions import Permission
from events.database.connections import Database
from events.hosting.mail.actions import list_problems, send_news, try_again
from events.hosting.mail.queries import Problem
from events.hosting.mail.rules import masked
from events.hosting.rules import Titles, Words, page_of, read_cursor

Organisation = Annotated[UUID | None, QueryParameter()]


class News(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is sent, as plain text in every language of the event; each person gets it in the language of her registration."""

    subject: Titles
    body: Words


class Posted(msgspec.Struct, frozen=True):
    """How many people it goes to."""

    recipients: int


class MailProblem(msgspec.Struct, frozen=True):
    """A mail that did not arrive: `dead` when it was given up, `waiting` when it is tried again at `next_attempt_at`.

    `error` is the kind of the failure; the address is masked.
    """

    id: UUID
    kind: str
    recipient: str
    state: str
    attempts: int
    error: str
    created_at: datetime
    next_attempt_at: datetime | None


class MailProblems(msgspec.Struct, frozen=True):
    items: list[MailProblem]
    next: str | None


def _view(found: Problem) -> MailProblem:
    return MailProblem(
        id=found.id,
        kind=found.kind,
        recipient=masked(found.recipient),
        state=found.state,
        attempts=found.attempts,
        error=found.last_error,
        created_at=found.created_at,
        next_attempt_at=found.due_at if found.state == "waiting" else None,
    )


@post("/organiser/events/{slug:str}/news", opt=may(Permission.SET_UP_EVENT), status_code=200)
async def post_event_news(
    slug: FromPath[str],
    data: JSONBody[News],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
    idempotency_key: IdempotencyKey = None,
) -> Posted:
    """Send news to those of the event who allow news by e-mail now. Every mail has a link that ends it."""
    staff = caller.staff(Permission.SET_UP_EVENT, organisation)
    return Posted(await send_news(database, staff, slug, data.subject, data.body, idempotency_key, data, now))


@get("/organiser/mail-problems", opt=may(Permission.SEE_EVENT))
async def get_mail_problems(
    caller: Given[Caller],
    database: Given[Database],
    organisation: Organisation = None,
    cursor: Annotated[str | None, QueryParameter()] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> MailProblems:
    """Mail of the organisation that did not arrive, newest first."""
    staff = caller.staff(Permission.SEE_EVENT, organisation)
    before = read_cursor(cursor, tuple[UUID])[0] if cursor else None
    rows = await list_problems(database, staff, before, limit + 1)
    page, following = page_of(rows, limit, lambda row: (row.id,))
    return MailProblems([_view(row) for row in page], following)


@post("/organiser/mail-problems/{mail:uuid}/retry", opt=may(Permission.CORRECT_REGISTRATION), status_code=200)
async def post_mail_retry(
    mail: FromPath[UUID],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
) -> MailProblem:
    """Send it once more, at once; ten attempts follow if it fails again."""
    staff = caller.staff(Permission.CORRECT_REGISTRATION, organisation)
    return _view(await try_again(database, staff, mail, now))


ROUTES: list[Any] = [post_event_news, get_mail_problems, post_mail_retry]
