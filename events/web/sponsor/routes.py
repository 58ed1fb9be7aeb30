"""Where a sponsor's team begins: which party, which event; and one's own phone as a scanner."""

from datetime import datetime
from typing import Any, Final

from litestar import get, post
from litestar.response import Redirect, Template

from events.access.caller import Caller, Membership
from events.access.guards import Given
from events.access.permissions import GRANTS, Permission, Role
from events.access.tokens import new_secret
from events.database.connections import Database
from events.errors import Conflict, InvalidInput
from events.settings import Settings
from events.web.pages import FORM_HEADERS, Visitor, an_address, page, require_language
from events.web.phones.routes import phone_pages, show_code
from events.web.preferences import era_in
from events.web.programme.rules import in_language
from events.web.sponsor.desk import BOOTH, Booth, booth_address
from events.web.sponsor.download_routes import PAGES as DOWNLOADS
from events.web.sponsor.lead_routes import PAGES as LEADS
from events.web.sponsor.queries import sponsored_by
from events.web.sponsor.question_routes import PAGES as QUESTIONS
from events.web.sponsor.recall_routes import PAGES as RECALLS
from events.web.sponsor.team_routes import PAGES as TEAM_PAGES

TEAM: Final = frozenset(role for role in Role if Permission.ENROL_OWN_PHONE in GRANTS[role])


@get("/{language:str}/sponsor", **an_address(Permission.BE_ONESELF))
async def choose_page(
    request: Visitor, caller: Given[Caller], database: Given[Database], settings: Given[Settings], now: Given[datetime]
) -> Template | Redirect:
    """For which party, at which event. Who manages one booth only is led straight on."""
    language = require_language(request)
    mine = {m.body: m for m in caller.memberships if m.role in TEAM}
    found = await sponsored_by(database, list(mine), now)
    if len(found) == 1 and _manages(mine[found[0].party]):
        return Redirect(f"/{language}/sponsor/{found[0].party}/{found[0].event.slug}", status_code=303)
    booths = [
        {
            "one": one,
            "title": in_language(language, one.event.title_th, one.event.title_en),
            "manages": _manages(mine[one.party]),
            "over": one.cancelled or one.event.ends_at <= now,
            "here": f"/{language}/sponsor/{one.party}/{one.event.slug}",
        }
        for one in found
    ]
    return page(
        request,
        settings,
        "sponsor/choose.html",
        headers=FORM_HEADERS,
        booths=booths,
        email=caller.email,
        several=len({one.party for one in found}) > 1,
        era=era_in(request.headers.get("cookie", "")),
    )


def _manages(membership: Membership) -> bool:
    return Permission.MANAGE_BOOTH in GRANTS[membership.role]


@get(f"{BOOTH}/scanner", **booth_address(Permission.ENROL_OWN_PHONE))
async def scanner_page(front: Given[Booth]) -> Template:
    """What one's own phone becomes, and the button."""
    return _scanner(front)


def _scanner(front: Booth, place: str = "", error: Conflict | InvalidInput | None = None) -> Template:
    return front.page(
        "sponsor/scanner.html",
        status=error.status if error else 200,
        errors=front.said(error, {"place": "place"}) if error else (),
        place=place,
        key=new_secret(),
    )


@post(f"{BOOTH}/scanner", status_code=200, **booth_address(Permission.ENROL_OWN_PHONE))
async def press_scanner(front: Given[Booth]) -> Template:
    """A code for one's own phone, which opens the scanner with it."""
    form = await front.form()
    place = form.get("place").strip()
    try:
        return await show_code(front, place, form.get("key"), own=True)
    except (Conflict, InvalidInput) as error:
        return _scanner(front, place, error)


PAGES: list[Any] = [
    choose_page,
    scanner_page,
    press_scanner,
    *LEADS,
    *DOWNLOADS,
    *RECALLS,
    *TEAM_PAGES,
    *QUESTIONS,
    *phone_pages(BOOTH, Permission.MANAGE_BOOTH, booth_address),
]
