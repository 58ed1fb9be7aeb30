"""The page behind the link of an offer: a place for somebody who waited."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import QueryParameter
from litestar.response import Redirect, Template

from events.access.guards import Given, session_cookie_name
from events.access.routes import session_cookie
from events.access.tokens import SESSION_LIFETIME
from events.database.connections import Database
from events.errors import BadRequest
from events.registration.waiting.actions import answer_offer_link
from events.registration.waiting.queries import offer_behind
from events.settings import Settings
from events.web.forms import read_form
from events.web.pages import FORM_HEADERS, Visitor, an_address, page, require_language
from events.web.programme.rules import in_language

Token = Annotated[str | None, QueryParameter(max_length=200)]


@get("/{language:str}/offer", **an_address())
async def offer_page(
    request: Visitor, database: Given[Database], settings: Given[Settings], now: Given[datetime], token: Token = None
) -> Template:
    """The place that somebody who waited is offered, and until when, with two buttons. Opening it changes nothing."""
    language = require_language(request)
    offer = await offer_behind(database, token, now) if token else None
    title, ticket = "", ""
    if offer is not None:
        title = in_language(language, offer.title_th, offer.title_en)
        ticket = in_language(language, offer.ticket_th, offer.ticket_en)
    return page(
        request,
        settings,
        "waiting/offer.html",
        status=200 if offer else 410,
        headers=FORM_HEADERS,
        offer=offer,
        title=title,
        ticket=ticket,
        token=token if offer else None,
        then=None,
    )


@post("/{language:str}/offer", status_code=200, **an_address())
async def press_offer(
    request: Visitor, database: Given[Database], settings: Given[Settings], now: Given[datetime]
) -> Response[Any]:
    """Take the offered place, or leave it to the next in line; spends the link and signs the person in."""
    language = require_language(request)
    form = (await read_form(request, settings)).single()
    if form.get("answer") not in {"accept", "decline"}:
        raise BadRequest
    planted = request.cookies.get(session_cookie_name(settings))
    accept = form["answer"] == "accept"
    done = await answer_offer_link(database, form.get("token", ""), accept, settings.base_url, now, replacing=planted)
    cookie = session_cookie(settings, done.session, int(SESSION_LIFETIME.total_seconds()))
    return Redirect(f"/{language}/me/{done.registration}", status_code=303, cookies=[cookie])


PAGES: list[Any] = [offer_page, press_offer]
