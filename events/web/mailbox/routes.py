"""The demo's mail: every message that would have been sent, with links that can be pressed."""

import re
from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from litestar import get
from litestar.params import QueryParameter
from litestar.response import Template

from events.access.guards import Given
from events.database.connections import Database
from events.errors import NotFound
from events.messages.rendering import render
from events.settings import Settings
from events.web.mailbox.queries import Kept, mailbox
from events.web.pages import Visitor, an_address, page, require_language

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})

To = Annotated[str | None, QueryParameter(max_length=254)]


class MailView(msgspec.Struct, frozen=True):
    id: UUID
    to: str
    subject: str
    body: str
    at: datetime


class Mails(msgspec.Struct, frozen=True):
    items: list[MailView]


async def _demo_mails(request: Visitor, database: Database, settings: Settings, to: str | None) -> list[Kept]:
    """The mails of a demo. Raises NotFound anywhere else, and for a browser that was lured here under another name."""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    if not settings.demo or host not in LOOPBACK | {urlsplit(settings.base_url).hostname}:
        raise NotFound
    return await mailbox(database, to or None)


@get("/{language:str}/mailbox", **an_address())
async def mailbox_page(request: Visitor, database: Given[Database], settings: Given[Settings], to: To = None) -> Template:
    """The demo's mail, newest first."""
    require_language(request)
    link = re.compile(rf"({re.escape(settings.base_url)}/[^\s]*)")
    mails = [
        {
            "to": kept.recipient,
            "subject": (rendered := render(kept.mail)).subject,
            "at": kept.created_at,
            "parts": [(part, n % 2 == 1) for n, part in enumerate(link.split(rendered.text))],
        }
        for kept in await _demo_mails(request, database, settings, to)
    ]
    return page(request, settings, "mailbox/mailbox.html", mails=mails, to=to or "")


@get("/mailbox.json", **an_address())
async def mailbox_file(request: Visitor, database: Given[Database], settings: Given[Settings], to: To = None) -> Mails:
    """The demo's mail for programs (`events tour` reads it)."""
    kept = [(k, render(k.mail)) for k in await _demo_mails(request, database, settings, to)]
    return Mails([MailView(k.id, k.recipient, rendered.subject, rendered.text, k.created_at) for k, rendered in kept])


PAGES: list[Any] = [mailbox_page, mailbox_file]
