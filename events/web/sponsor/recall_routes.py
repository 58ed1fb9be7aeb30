"""What a sponsor got and must stop using: what stands open, a list to hand on, confirming it, and what was confirmed before."""

from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import QueryParameter
from litestar.response import Redirect, Template

from events.access.guards import Cursor, Given
from events.access.permissions import Permission
from events.errors import BadRequest
from events.leads.actions import confirm_recall, confirm_recalls
from events.leads.queries import Recall, open_recalls, recalled_leads, recalls_at
from events.privacy.receipts.words import FIELDS
from events.release.rules import BYTE_ORDER_MARK, csv_lines, instant
from events.terms import Field
from events.web.sponsor.desk import BOOTH, Booth, booth_address

AT_ONCE: Final = 200  # on one page
IN_THE_FILE: Final = 1000  # asked for at once
LIST_COLUMNS: Final = ("lead", "stop_using", "since", "recall", "confirmed")


@get(f"{BOOTH}/recalls", **booth_address(Permission.SEE_RECALLS))
async def recalls_page(front: Given[Booth], open_before: Cursor = None) -> Template:
    """What to stop using, newest first; what was confirmed lately below."""
    still = await _recalls(front, open_before, AT_ONCE + 1, confirmed=False)
    before = await _recalls(front, None, AT_ONCE + 1, confirmed=True) if open_before is None else []
    thai, shown = front.language == "th", still[:AT_ONCE]
    return front.page(
        "sponsor/recalls.html",
        still=shown,
        open=await open_recalls(front.database, front.caller, front.party, front.event.slug, front.now),
        older=f"{front.here}/recalls?open_before={shown[-1].id}" if len(still) > AT_ONCE else None,
        before=before[:AT_ONCE],
        more=len(before) > AT_ONCE,
        named=lambda recall: ", ".join(FIELDS[Field(field)][thai] for field in recall.fields),
        newest=still[0].id if still and open_before is None else None,
    )


async def _recalls(front: Booth, before: UUID | None, limit: int, *, confirmed: bool) -> list[Recall]:
    return await recalls_at(
        front.database, front.caller, front.party, front.event.slug, before, limit, front.now, confirmed=confirmed
    )


async def _all(front: Booth, *, confirmed: bool) -> list[Recall]:
    found: list[Recall] = []
    while rows := await _recalls(front, found[-1].id if found else None, IN_THE_FILE, confirmed=confirmed):
        found += rows
    return found


@get(f"{BOOTH}/recalls.csv", **booth_address(Permission.SEE_RECALLS))
async def recalls_file(front: Given[Booth]) -> Response[bytes]:
    """The list to hand to whoever keeps the contacts, oldest first: lead ids and fields as in files, nothing about anybody."""
    found = {recall.id: recall for confirmed in (False, True) for recall in await _all(front, confirmed=confirmed)}
    lines = [
        [
            str(recall.lead),
            " ".join(recall.fields),
            instant(recall.created_at),
            str(recall.id),
            instant(recall.acknowledged_at) if recall.acknowledged_at else "",
        ]
        for _, recall in sorted(found.items())
    ]
    headers = {"content-disposition": f'attachment; filename="recalls-{front.event.slug}.csv"'}
    return Response(BYTE_ORDER_MARK + csv_lines([LIST_COLUMNS, *lines]), media_type="text/csv", headers=headers)


@post(f"{BOOTH}/recalls", status_code=303, **booth_address(Permission.SEE_RECALLS))
async def press_acknowledge(front: Given[Booth]) -> Redirect:
    """Confirm one, or all of this event up to the newest that the page showed: what arrived since then is not among them."""
    form = (await front.form()).single()
    try:
        recall, newest = (UUID(form[name]) if form.get(name) else None for name in ("recall", "newest"))
    except ValueError as error:
        raise BadRequest from error
    if recall is not None:
        await confirm_recall(front.database, front.caller, front.party, recall, front.now)
    elif newest is not None:
        await confirm_recalls(front.database, front.caller, front.party, front.event.slug, newest, front.now)
    else:
        raise BadRequest
    return front.to("/recalls", "acknowledged")


@get(f"{BOOTH}/recalls/since", **booth_address(Permission.SEE_RECALLS))
async def recalled_since(front: Given[Booth], release: Annotated[UUID, QueryParameter()]) -> list[UUID]:
    """The leads of this event that were recalled after a release: what a page that holds it, and stands open, must not show any
    more. Nobody's data leaves, so the book has no line of it; to take the list again for this would write one for everybody."""
    return await recalled_leads(front.database, front.caller, front.party, front.event.slug, release, IN_THE_FILE, front.now)


PAGES: list[Any] = [recalls_page, recalls_file, press_acknowledge, recalled_since]
