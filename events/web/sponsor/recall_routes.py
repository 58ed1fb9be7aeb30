"""What a sponsor got and must stop using: what stands open, a list to hand on, confirming it, and what was confirmed before."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect, Template

from events.access.guards import Given
from events.access.permissions import Permission
from events.errors import BadRequest
from events.leads.actions import confirm_recall
from events.leads.queries import Recall, recalls_of
from events.privacy.receipts.words import FIELDS
from events.release.rules import BYTE_ORDER_MARK, csv_lines, instant
from events.terms import Field
from events.web.sponsor.desk import BOOTH, Booth, booth_address

AT_ONCE: Final = 500
SHOWN: Final = 200  # of what is done with; the list to hand on holds all
LIST_COLUMNS: Final = ("lead", "stop_using", "since", "recall", "confirmed")


async def recalls_at(front: Booth) -> list[Recall]:
    """All recalls of this party at this event, oldest first."""
    found: list[Recall] = []
    after: UUID | None = None
    while True:
        rows = await recalls_of(front.database, front.caller, front.party, after, AT_ONCE, front.now)
        found += [row for row in rows if row.event_slug == front.event.slug]
        if len(rows) < AT_ONCE:
            return found
        after = rows[-1].id


@get(f"{BOOTH}/recalls", **booth_address(Permission.SEE_RECALLS))
async def recalls_page(front: Given[Booth]) -> Template:
    """What to stop using, newest first; what was confirmed below."""
    found = await recalls_at(front)
    found.reverse()
    thai = front.language == "th"
    still = [recall for recall in found if recall.acknowledged_at is None]
    before = [recall for recall in found if recall.acknowledged_at is not None]
    return front.page(
        "sponsor/recalls.html",
        still=still,
        before=before[:SHOWN],
        more=max(0, len(before) - SHOWN),
        named=lambda recall: ", ".join(FIELDS[Field(field)][thai] for field in recall.fields),
        newest=still[0].id if still else None,
    )


@get(f"{BOOTH}/recalls.csv", **booth_address(Permission.SEE_RECALLS))
async def recalls_file(front: Given[Booth]) -> Response[bytes]:
    """The list to hand to whoever keeps the contacts: lead ids and fields as in the files, nothing about anybody."""
    lines = [
        [
            str(recall.lead),
            " ".join(recall.fields),
            instant(recall.created_at),
            str(recall.id),
            instant(recall.acknowledged_at) if recall.acknowledged_at else "",
        ]
        for recall in await recalls_at(front)
    ]
    headers = {"content-disposition": f'attachment; filename="recalls-{front.event.slug}.csv"'}
    return Response(BYTE_ORDER_MARK + csv_lines([LIST_COLUMNS, *lines]), media_type="text/csv", headers=headers)


@post(f"{BOOTH}/recalls", status_code=303, **booth_address(Permission.SEE_RECALLS))
async def press_acknowledge(front: Given[Booth]) -> Redirect:
    """Confirm one, or all that the page showed: what arrived since then is not among them."""
    form = (await front.form()).single()
    try:
        recall, newest = (UUID(form[name]) if form.get(name) else None for name in ("recall", "newest"))
    except ValueError as error:
        raise BadRequest from error
    if recall is not None:
        await confirm_recall(front.database, front.caller, front.party, recall, front.now)
    elif newest is not None:
        for shown in await recalls_at(front):
            if shown.id <= newest and shown.acknowledged_at is None:
                await confirm_recall(front.database, front.caller, front.party, shown.id, front.now)
    else:
        raise BadRequest
    return front.to("/recalls", "acknowledged")


PAGES: list[Any] = [recalls_page, recalls_file, press_acknowledge]
