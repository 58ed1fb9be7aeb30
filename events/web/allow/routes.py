"""What a booth's "ask her to allow it on her own phone" opens: who asks, that she is free, and the way to her choices."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import get
from litestar.params import FromPath
from litestar.response import Redirect, Template

from events.access.caller import VISITOR, Caller
from events.access.guards import Given, identify
from events.database.connections import Database, Scope
from events.errors import NotFound, NotSignedIn
from events.settings import Settings
from events.terms import Purpose
from events.web.allow.queries import registration_at, who_asks
from events.web.pages import FORM_HEADERS, Visitor, an_address, page, require_language
from events.web.programme.rules import in_language


@get("/{language:str}/allow/{slug:str}/{party:uuid}", **an_address())
async def allow_page(
    slug: FromPath[str],
    party: FromPath[UUID],
    request: Visitor,
    database: Given[Database],
    settings: Given[Settings],
    now: Given[datetime],
) -> Template | Redirect:
    """Straight to her choices for whoever is signed in with a place at this event; for all others the same page.

    A booth may look over her shoulder: nothing on the page tells whether an address is known. It allows nothing by itself.
    """
    language = require_language(request)
    asking = await who_asks(database, slug, party, now)
    if asking is None:
        raise NotFound
    caller = await _whoever(request)
    if caller.person is not None:
        async with database.looking(Scope(person=caller.person)) as connection:
            registration = await registration_at(connection, caller.person, asking.event)
        if registration is not None:
            box = f"{Purpose.SPONSOR_SHARING}-{party}"
            return Redirect(f"/{language}/me/{registration}/choices#{box}", status_code=303)
    return page(
        request,
        settings,
        "allow/allow.html",
        headers=FORM_HEADERS,
        asking=asking,
        slug=slug,
        title=in_language(language, asking.title_th, asking.title_en),
        here=f"/{language}/allow/{slug}/{party}",
    )


async def _whoever(request: Visitor) -> Caller:
    """Who is calling; anyone where a credential is stale: she signs in anew from here."""
    try:
        return await identify(request)
    except NotSignedIn:
        return VISITOR


PAGES: list[Any] = [allow_page]
