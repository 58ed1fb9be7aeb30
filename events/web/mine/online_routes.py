"""Joining online and downloads: a press of a button leads to an address of the organiser's, and to it alone."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from events.access.guards import Given
from events.consent.actions import ShownForm, own
from events.errors import Conflict, FormChanged, InvalidInput
from events.joining.actions import Tick, join, list_downloads, open_download, show_join
from events.joining.rules import shut
from events.terms import Purpose
from events.web.choices import questions_on
from events.web.forms import Form
from events.web.mine.desk import Desk, own_address
from events.web.mine.queries import download_addresses
from events.web.mine.rules import STANDING, origins, why_shut
from events.web.programme.rules import in_language
from events.web.safety import SECURITY_HEADERS

POLICY: Final = dict(SECURITY_HEADERS)[b"content-security-policy"].decode()


def policy_leading_to(addresses: Iterable[str | None]) -> dict[str, str]:
    """The policy of every page, where a form may also end at these places: Chromium asks it about redirects too."""
    allowed = " ".join(["form-action 'self'", *origins(addresses)])
    return {"content-security-policy": POLICY.replace("form-action 'self'", allowed)}


@get("/{language:str}/me/{registration:uuid}/join", **own_address())
async def join_page(registration: FromPath[UUID], desk: Given[Desk]) -> Template:
    """The button that lets her in, and when it does."""
    return await _join(desk, registration)


async def _join(desk: Desk, registration: UUID, status: int = 200) -> Template:
    mine = await desk.registration(registration)
    place = await show_join(desk.database, desk.person, registration)
    reason = shut(place, desk.now)
    closed = why_shut(reason, place, desk.words, desk.era)
    # who may not join yet is not told where either
    headers = policy_leading_to([place.join_url] if reason is None else [])
    return desk.page("join", mine, status=status, headers=headers, closed=closed, joined_at=place.joined_at)


@post("/{language:str}/me/{registration:uuid}/join", **own_address(status_code=303))
async def press_join(registration: FromPath[UUID], desk: Given[Desk]) -> Template | Redirect:
    """She attends from now; on to where it takes place."""
    await desk.form()
    try:
        return Redirect(await join(desk.database, desk.person, registration, desk.now), status_code=303)
    except Conflict:
        return await _join(desk, registration, status=409)


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
    async with desk.looking() as connection:
        await own(connection, desk.person, registration)
        addresses = await download_addresses(connection, mine["event_id"], desk.now) if mine["state"] in STANDING else []
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
        headers=policy_leading_to(addresses),
        errors=errors or [],
        shown=shown,
        form=form,
        sharing=sharing,
        ticked=ticked,
        changed=changed,
    )


@post("/{language:str}/me/{registration:uuid}/downloads/{asset:uuid}", **own_address(status_code=303))
async def press_download(registration: FromPath[UUID], asset: FromPath[UUID], desk: Given[Desk]) -> Template | Redirect:
    """Open a download, the same with and without the tick (S2-scope-2); a tick shares with its sponsor alone (S6-sponsor-1)."""
    sent = await desk.form()
    tick = Tick(_shown(sent), None) if sent.get("share") == "yes" else None
    try:
        address = await open_download(desk.database, desk.person, registration, asset, tick, desk.now)
    except FormChanged:
        return await _downloads(desk, registration, status=409, ticked=asset, changed=True)
    except (InvalidInput, Conflict) as error:
        told = [(f"download-{asset}", sentence) for _, sentence in desk.said(error)]
        return await _downloads(desk, registration, status=error.status, errors=list(told), ticked=asset if tick else None)
    return Redirect(address, status_code=303)


def _shown(sent: Form) -> ShownForm | None:
    try:
        return ShownForm(UUID(sent.get("served_form")), sent.get("form_sha256"))
    except ValueError:
        return None


PAGES: list[Any] = [join_page, press_join, downloads_page, press_download]
