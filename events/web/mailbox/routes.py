"""The demo's mail: every message that would have been sent, as people would see it, with links that can be pressed."""

import re
from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.params import FromPath, QueryParameter
from litestar.response import Template

from events.access.guards import Given
from events.database.connections import Database
from events.errors import NotFound
from events.messages.composing import enclosed, enclosures_of
from events.messages.rendering import pictures_of, render
from events.messages.sending import letterhead_of
from events.settings import Settings
from events.web.mailbox.queries import Kept, kept_mail, mailbox
from events.web.pages import Visitor, an_address, page, require_language

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
# the page as all others, and frames of our own in it
WITH_FRAMES: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    )
}
# a mail: its own styles and pictures and nothing else; a link opens another window, as in a mail program
FRAMED: Final = {
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src {base_url}; form-action 'none'; base-uri 'none';"
        " frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    )
}
# the frame is of no origin, and would not be given a picture of ours otherwise
FOR_FRAMES: Final = {"cross-origin-resource-policy": "cross-origin"}

To = Annotated[str | None, QueryParameter(max_length=254)]


class MailView(msgspec.Struct, frozen=True):
    id: UUID
    to: str
    subject: str
    body: str
    at: datetime


class Mails(msgspec.Struct, frozen=True):
    items: list[MailView]


def _require_demo(request: Visitor, settings: Settings) -> None:
    """Raises NotFound anywhere but in a demo, for a browser that was lured here under another name, and for the phones of a
    local network: their mail is nobody else's, even if it is invented."""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    if not settings.demo or host not in LOOPBACK | {urlsplit(settings.base_url).hostname}:
        raise NotFound
    if settings.lan and (request.client is None or request.client.host not in LOOPBACK | {settings.host}):
        raise NotFound


async def _one(request: Visitor, settings: Settings, database: Database, mail: UUID) -> Kept:
    _require_demo(request, settings)
    kept = await kept_mail(database, mail)
    if kept is None:
        raise NotFound
    return kept


@get("/{language:str}/mailbox", **an_address())
async def mailbox_page(request: Visitor, database: Given[Database], settings: Given[Settings], to: To = None) -> Template:
    """The demo's mail, newest first."""
    require_language(request)
    _require_demo(request, settings)
    link = re.compile(rf"({re.escape(settings.base_url)}/[^\s]*)")
    mails = [
        {
            "id": kept.id,
            "to": kept.recipient,
            "subject": (rendered := render(kept.mail, letterhead_of(settings))).subject,
            "at": kept.created_at,
            "parts": [(part, n % 2 == 1) for n, part in enumerate(link.split(rendered.text))],
            "files": enclosed(kept.mail.kind),
        }
        for kept in await mailbox(database, to or None)
    ]
    return page(request, settings, "mailbox/mailbox.html", headers=WITH_FRAMES, mails=mails, to=to or "")


@get("/{language:str}/mailbox/{mail:uuid}", **an_address())
async def mail_page(
    mail: FromPath[UUID], request: Visitor, database: Given[Database], settings: Given[Settings]
) -> Response[str]:
    """One mail as a mail program shows it, for a frame of the mailbox."""
    language = require_language(request)
    kept = await _one(request, settings, database, mail)
    here = f"{request.base_url}{language}/mailbox/{mail}"
    html = render(kept.mail, letterhead_of(settings), lambda name: f"{here}/{name}.png").html
    headers = {name: value.format(base_url=str(request.base_url).rstrip("/")) for name, value in FRAMED.items()}
    return Response(html.replace("<head>", '<head>\n<base target="_blank">', 1), media_type="text/html", headers=headers)


@get("/{language:str}/mailbox/{mail:uuid}/{name:str}", **an_address())
async def mail_file(
    mail: FromPath[UUID],
    name: FromPath[str],
    request: Visitor,
    database: Given[Database],
    settings: Given[Settings],
    now: Given[datetime],
) -> Response[bytes]:
    """A picture of a mail, or a file that came with it."""
    require_language(request)
    kept = await _one(request, settings, database, mail)
    for called, png in pictures_of(kept.mail).items():
        if name == f"{called}.png":
            return Response(png, media_type="image/png", headers=FOR_FRAMES)
    for file in await enclosures_of(kept.mail, settings.base_url, now) if name in enclosed(kept.mail.kind) else []:
        if file.filename == name:
            return Response(
                file.content, media_type=file.media_type, headers={"content-disposition": f'inline; filename="{name}"'}
            )
    raise NotFound


@get("/mailbox.json", **an_address())
async def mailbox_file(request: Visitor, database: Given[Database], settings: Given[Settings], to: To = None) -> Mails:
    """The demo's mail for programs (`events tour` reads it)."""
    _require_demo(request, settings)
    kept = [(k, render(k.mail, letterhead_of(settings))) for k in await mailbox(database, to or None)]
    return Mails([MailView(k.id, k.recipient, rendered.subject, rendered.text, k.created_at) for k, rendered in kept])


PAGES: list[Any] = [mailbox_page, mail_page, mail_file, mailbox_file]
