"""Pages of a desk's phones: who has one, a code for one more, and taking one out. The same for booths and for doors."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from events.access.guards import Cursor, Given
from events.access.permissions import Permission
from events.access.tokens import digest, new_secret
from events.database.connections import Scope
from events.errors import BadRequest, Conflict, InvalidInput, NotFound
from events.phones.desks.actions import (
    Enrolment,
    list_newest_phones,
    list_quarantine,
    offer_enrolment,
    show_phone,
    withdraw_phone,
)
from events.phones.desks.routes import EnrolmentWish
from events.phones.enrolment.rules import enrolment_address, typed_code
from events.terms import EventId
from events.web.phones.desk import ASKING_HEADERS, Front
from events.web.phones.queries import shown_code
from events.web.phones.rules import in_groups, qr_of, seconds_left

AT_ONCE: Final = 100  # phones on one page
LONGEST_PLACE: Final = 80  # characters, as the column holds
QUARANTINED_AT_ONCE: Final = 200


Address = Callable[..., dict[str, Any]]


async def show_code(front: Front, place: str, key: str, *, own: bool = False) -> Template:
    """A one-use code as QR, as text and as a way into the app; `own` is for the phone that shows this very page.

    The same key again shows the same code. Raises InvalidInput, Conflict, NotFound.
    """
    if len(place) > LONGEST_PLACE:
        raise InvalidInput.of("place", f"At most {LONGEST_PLACE} characters.", f"ไม่เกิน {LONGEST_PLACE} ตัวอักษร")
    made = await _offer(front, place, key)
    address = enrolment_address(front.settings.base_url, made.code)
    return front.page(
        "phones/code.html",
        headers=ASKING_HEADERS,
        own=own,
        place=place,
        code=in_groups(made.code),
        address=address,
        open_here=enrolment_address("", made.code),
        qr=qr_of(address),
        left=seconds_left(made.expires_at, front.now),
        until=front.words.clock(made.expires_at.astimezone(ZoneInfo(front.event.zone))),
        watch=f"{front.phones}/joined/{digest(typed_code(made.code)).hex()}",
        key=new_secret(),
    )


async def _offer(front: Front, place: str, key: str) -> Enrolment:
    wish = EnrolmentWish(event=front.event.slug, place=place)
    return await offer_enrolment(
        front.database, front.settings, front.desk, front.person, front.event.slug, place, key[:200] or None, wish, front.now
    )


async def joined(front: Front, code: str) -> Template | Response[None]:
    """What the page of a code shows as soon as something happened to it; nothing (204) before. Raises NotFound."""
    try:
        code_sha256 = bytes.fromhex(code)
    except ValueError as error:
        raise NotFound from error
    async with front.database.looking(Scope(organisation=front.desk.organisation)) as connection:
        shown = await shown_code(connection, front.desk, EventId(front.event.id), code_sha256)
    if shown is None:
        raise NotFound
    if shown.helper is None and front.now < shown.expires_at:
        return Response(None, status_code=204)
    return front.page("phones/joined.html", helper=shown.helper)


async def _list(
    front: Front,
    *,
    before: UUID | None = None,
    place: str = "",
    status: int = 200,
    errors: list[tuple[str | None, str]] | None = None,
) -> Template:
    found = await list_newest_phones(front.database, front.desk, front.event.slug, before, AT_ONCE + 1, front.now)
    phones = found[:AT_ONCE]
    return front.page(
        "phones/list.html",
        status=status,
        errors=errors or [],
        working=[phone for phone in phones if phone.revoked_at is None],
        revoked=[phone for phone in phones if phone.revoked_at is not None],
        older=f"{front.phones}?before={phones[-1].id}" if len(found) > AT_ONCE else None,
        place=place,
        key=new_secret(),
    )


def phone_pages(path: str, permission: Permission, an_own_address: Address) -> list[HTTPRouteHandler]:
    """The pages of the phones at `path`, whose desk is the dependency `front` of `an_own_address`."""

    @get(f"{path}/phones", **an_own_address(permission))
    async def phones_page(front: Given[Front], before: Cursor = None) -> Template:
        """The phones of this desk, those that joined last first, and the button for one more."""
        return await _list(front, before=before)

    @post(f"{path}/phones", status_code=200, **an_own_address(permission))
    async def press_add(front: Given[Front]) -> Template:
        """A code for one more phone."""
        form = (await front.form()).single()
        place = form.get("place", "").strip()
        try:
            return await show_code(front, place, form.get("key", ""))
        except (InvalidInput, Conflict) as error:
            return await _list(front, place=place, status=error.status, errors=front.said(error, {"place": "place"}))

    @get(f"{path}/phones/joined/{{code:str}}", **an_own_address(permission))
    async def joined_fragment(front: Given[Front], code: FromPath[str]) -> Template | Response[None]:
        """Which phone joined with a code that is shown: asked by the page that shows it."""
        return await joined(front, code)

    @get(f"{path}/phones/{{device:uuid}}", **an_own_address(permission))
    async def phone_page(front: Given[Front], device: FromPath[UUID], after: Cursor = None) -> Template:
        """One phone: what revoking it means, and the button; of a revoked one, what it sent since."""
        found, most = await show_phone(front.database, front.desk, front.event.slug, device, front.now), QUARANTINED_AT_ONCE
        kept = await list_quarantine(front.database, front.desk, device, after, most + 1) if found.quarantined else []
        more = f"{front.phones}/{device}?after={kept[most - 1].id}" if len(kept) > most else None
        return front.page("phones/phone.html", phone=found, kept=kept[:most], more=more)

    @post(f"{path}/phones/{{device:uuid}}/revoke", status_code=303, **an_own_address(permission))
    async def press_revoke(front: Given[Front], device: FromPath[UUID]) -> Redirect:
        """Take a phone out, from its next request on. Doing it twice is no error."""
        if (await front.form()).get("revoke") != "yes":
            raise BadRequest
        await withdraw_phone(front.database, front.desk, device, front.now)
        return front.to("/phones", "revoked")

    return [phones_page, press_add, joined_fragment, phone_page, press_revoke]
