"""HTTP of privacy notices and consent texts. Neither can be edited; a new version is a new text."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from events.access.caller import Caller
from events.access.guards import Given, IdempotencyKey, Limit, may
from events.access.permissions import Permission
from events.database.connections import Database
from events.hosting.rules import Fields, Moment, Uses, Words, page_of, read_cursor
from events.hosting.texts.actions import list_consent_texts, list_notices, publish_consent_text, publish_notice
from events.hosting.texts.rules import ConsentDraft
from events.terms import Purpose

Organisation = Annotated[UUID | None, QueryParameter()]
Cursor = Annotated[str | None, QueryParameter()]
Days = Annotated[int, msgspec.Meta(ge=0, le=3660)]


class NoticeForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of the notice: its effective date and its full text in Thai and English."""

    effective_from: Moment
    body: Words


class WrittenView(msgspec.Struct, frozen=True):
    id: UUID
    text: str
    sha256: str


class NoticeView(msgspec.Struct, frozen=True):
    """`languages` holds the text of each language, with its id and SHA-256 (hex)."""

    version: int
    effective_from: datetime
    published_at: datetime
    approved_by: str | None
    languages: dict[str, WrittenView]


class NoticePage(msgspec.Struct, frozen=True):
    items: list[NoticeView]
    next: str | None


class ConsentTextForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A consent question: the words per language, and one scope for all of them. It is always asked unticked."""

    purpose: Purpose
    effective_from: Moment
    wording: Words
    fields: Fields = []
    uses: Uses = []
    retention_days: Days = 60
    warns_of_transfer: bool = False


class ConsentTextView(msgspec.Struct, frozen=True):
    purpose: str
    version: int
    effective_from: datetime
    retired_at: datetime | None
    invalidated_at: datetime | None
    published_at: datetime
    fields: list[str]
    uses: list[str]
    retention_days: int
    warns_of_transfer: bool
    languages: dict[str, WrittenView]


class ConsentTextPage(msgspec.Struct, frozen=True):
    items: list[ConsentTextView]
    next: str | None


@post("/organiser/notices", opt=may(Permission.SET_UP_EVENT), status_code=201)
async def post_notice(
    data: JSONBody[NoticeForm],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
    idempotency_key: IdempotencyKey = None,
) -> NoticeView:
    """Publish a version of the privacy notice. It needs an effective date and cannot be edited."""
    staff = caller.staff(Permission.SET_UP_EVENT, organisation)
    made = await publish_notice(database, staff, data.effective_from, data.body, idempotency_key, data, now)
    return msgspec.convert(made, NoticeView, from_attributes=True)


@get("/organiser/notices", opt=may(Permission.SEE_EVENT))
async def get_notices(
    caller: Given[Caller], database: Given[Database], organisation: Organisation = None, cursor: Cursor = None, limit: Limit = 50
) -> NoticePage:
    """The versions of the privacy notice, newest first."""
    staff = caller.staff(Permission.SEE_EVENT, organisation)
    before = read_cursor(cursor, tuple[int])[0] if cursor else None
    rows = await list_notices(database, staff, before, limit + 1)
    page, following = page_of(rows, limit, lambda row: (row.version,))
    return NoticePage(msgspec.convert(page, list[NoticeView], from_attributes=True), following)


@post("/organiser/events/{slug:str}/texts", opt=may(Permission.SET_UP_EVENT), status_code=201)
async def post_text(
    slug: FromPath[str],
    data: JSONBody[ConsentTextForm],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
    idempotency_key: IdempotencyKey = None,
) -> ConsentTextView:
    """Publish a version of a consent text; the version before it ends where this one begins."""
    staff = caller.staff(Permission.SET_UP_EVENT, organisation)
    draft = ConsentDraft(**{name: getattr(data, name) for name in data.__struct_fields__})
    made = await publish_consent_text(database, staff, slug, draft, idempotency_key, data, now)
    return msgspec.convert(made, ConsentTextView, from_attributes=True)


@get("/organiser/events/{slug:str}/texts", opt=may(Permission.SEE_EVENT))
async def get_texts(
    slug: FromPath[str],
    caller: Given[Caller],
    database: Given[Database],
    organisation: Organisation = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ConsentTextPage:
    """The consent texts of an event, every version, by purpose and version."""
    staff = caller.staff(Permission.SEE_EVENT, organisation)
    after = read_cursor(cursor, tuple[str, int]) if cursor else None
    rows = await list_consent_texts(database, staff, slug, after, limit + 1)
    page, following = page_of(rows, limit, lambda row: (row.purpose, row.version))
    return ConsentTextPage(msgspec.convert(page, list[ConsentTextView], from_attributes=True), following)


ROUTES: list[Any] = [post_notice, get_notices, post_text, get_texts]
