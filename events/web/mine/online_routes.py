"""Joining online and downloads: a press of a button leads to an address of the organiser's, and to it alone."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Template

from events.access.guards import Given
from events.consent.actions import ShownForm
from events.errors import Conflict, FormChanged, InvalidInput
from events.joining.actions import Tick, join, list_downloads, open_download, show_join
from events.joining.rules import shut
from events.terms import Purpose
from events.web.choices import questions_on
from events.web.forms import Form
from events.web.mine.desk import Desk, own_address
from events.web.mine.rules import why_shut
from events.web.programme.rules import in_language


@get("/{language:str}/me/{registration:uuid}/join", **own_address())
async def join_page(registration: FromPath[UUID], desk: Given[Desk]) -> Template:
    """The button that lets her in, and when it does."""
    return await _join(desk, registration)


async def _join(desk: Desk, registration: UUID, status: int = 200) -> Template:
    mine = await desk.registration(registration)
    place = await show_join(desk.database, desk.person, registration)
    closed = why_shut(shut(place, desk.now), place, desk.words, desk.era)
    return desk.page("join", mine, status=status, closed=closed, joined_at=place.joined_at)


def _onward(desk: Desk, mine: dict[str, Any], address: str) -> Template:
    """The page that leads on to an address of the organiser's; the answer to a press, and the only place that names it.

    After the press nothing more is asked: an answer that failed now would say that nothing was stored.
    """
    return desk.page("onward", mine, address=address)


@post("/{language:str}/me/{registration:uuid}/join", **own_address(status_code=200))
async def press_join(registration: FromPath[UUID], desk: Given[Desk]) -> Template:
    """She attends from now; on to where it takes place."""
    await desk.form()
    mine = await desk.registration(registration)
    try:
        address = await join(desk.database, desk.person, registration, desk.now)
    except Conflict:
        return await _join(desk, registration, status=409)
    return _onward(desk, mine, address)


@get("/{language:str}/me/{registration:uuid}/downloads", **own_address())
async def downloads_page(registration: FromPath[UUID], desk: Given[Desk]) -> Template:
    """What the event offers: each with its button, and a box of its sponsor's that changes nothing about it."""
    return await _downloads(desk, registration)


async def _downloads(
    desk: Desk,
    registration: UUID,
    *,
    status: int = 200,
    errors: list[tuple[str | None, str]] | None = None,
    ticked: UUID | None = None,
    changed: bool = False,
) -> Template:
    mine = await desk.registration(registration)
    listed = await list_downloads(desk.database, desk.person, registration, desk.now)
    form = await desk.form_in_force(mine) if any(asks for _, asks in listed) else None
    questions = questions_on(form.content, [], desk.words) if form else []
    sharing = next((question for question in questions if question.purpose is Purpose.SPONSOR_SHARING), None)
    boxes = {recipient.party: recipient for recipient in sharing.recipients} if sharing else {}
    shown = [
        {
            "asset": asset,
            "title": in_language(desk.language, asset.title_th, asset.title_en),
            "open": asset.available_from <= desk.now,
            "sponsor": boxes.get(asset.sponsor_id) if asks else None,
        }
        for asset, asks in listed
    ]
    return desk.page(
        "downloads",
        mine,
        status=status,
        errors=errors or [],
        shown=shown,
        form=form,
        sharing=sharing,
        ticked=ticked,
        changed=changed,
    )


@post("/{language:str}/me/{registration:uuid}/downloads/{asset:uuid}", **own_address(status_code=200))
async def press_download(registration: FromPath[UUID], asset: FromPath[UUID], desk: Given[Desk]) -> Template:
    """Open a download, the same with and without the tick (S2-scope-2); a tick shares with its sponsor alone (S6-sponsor-1)."""
    sent = await desk.form()
    mine = await desk.registration(registration)
    tick = Tick(_shown(sent), None) if sent.get("share") == "yes" else None
    try:
        address = await open_download(desk.database, desk.person, registration, asset, tick, desk.now)
    except FormChanged:
        return await _downloads(desk, registration, status=409, ticked=asset, changed=True)
    except (InvalidInput, Conflict) as error:
        told = [(f"download-{asset}", sentence) for _, sentence in desk.said(error)]
        return await _downloads(desk, registration, status=error.status, errors=list(told), ticked=asset if tick else None)
    return _onward(desk, mine, address)


def _shown(sent: Form) -> ShownForm | None:
    try:
        return ShownForm(UUID(sent.get("served_form")), sent.get("form_sha256"))
    except ValueError:
        return None


PAGES: list[Any] = [join_page, press_join, downloads_page, press_download]
