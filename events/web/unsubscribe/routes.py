"""The page behind the link that ends news, and the one press of a mail program (RFC 8058, §10.4)."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from events.access.guards import Given
from events.database.connections import Database
from events.errors import BadRequest, NotFound
from events.messages.unsubscribing import registration_behind
from events.privacy.actions import unsubscribe
from events.privacy.queries import Reader, reader_of
from events.settings import Settings
from events.web.forms import Form, read_any_form, read_body, require_own_page
from events.web.pages import FORM_HEADERS, Visitor, an_address, page, require_language
from events.web.unsubscribe.rules import ONE_CLICK, fields_of_multipart

PRESSES: Final = {"this": False, "all": True}


async def _reader(database: Database, settings: Settings, token: str) -> tuple[UUID, Reader]:
    """Whose link it is. Raises NotFound for one that is not ours."""
    registration = registration_behind(settings.key_for("unsubscribe"), token)
    reader = await reader_of(database, registration) if registration else None
    if registration is None or reader is None:
        raise NotFound
    return registration, reader


def _page(request: Visitor, settings: Settings, reader: Reader, token: str, done: str | None) -> Template:
    titles = {"th": reader.title_th, "en": reader.title_en}
    return page(
        request,
        settings,
        "unsubscribe/unsubscribe.html",
        headers=FORM_HEADERS,
        organisation=reader.organisation,
        title=titles[require_language(request)] or reader.title_en or reader.title_th,
        token=token,
        done=done,
    )


@get("/{language:str}/unsubscribe/{token:str}", **an_address())
async def unsubscribe_page(
    token: FromPath[str], request: Visitor, database: Given[Database], settings: Given[Settings]
) -> Template:
    """Two buttons, and what they do not stop. Opening it changes nothing: mail scanners do that."""
    require_language(request)
    _, reader = await _reader(database, settings, token)
    return _page(request, settings, reader, token, None)


@post("/{language:str}/unsubscribe/{token:str}", status_code=200, **an_address())
async def press_unsubscribe(
    token: FromPath[str], request: Visitor, database: Given[Database], settings: Given[Settings], now: Given[datetime]
) -> Response[Any]:
    """End the news: by the press of a mail program, which is no page of ours and brings no cookie, or of our own page."""
    require_language(request)
    registration, reader = await _reader(database, settings, token)
    form = await _form(request)
    if form.get(ONE_CLICK[0]) == ONE_CLICK[1]:
        await unsubscribe(database, registration, "api", all_news=False, now=now)
        return Response("unsubscribed", media_type="text/plain")
    require_own_page(request, settings)
    pressed = form.get("what")
    if pressed not in PRESSES:
        raise BadRequest
    await unsubscribe(database, registration, "my_page", all_news=PRESSES[pressed], now=now)
    return _page(request, settings, reader, token, pressed)


async def _form(request: Visitor) -> Form:
    """The few fields that came, in either way that RFC 8058 §3.2 names. Raises TooLarge, BadRequest."""
    kind = request.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() == "multipart/form-data":
        return Form(fields_of_multipart(kind, await read_body(request)))
    return await read_any_form(request)


PAGES: list[Any] = [unsubscribe_page, press_unsubscribe]
