"""A sponsor's files: what is asked for and what for, the terms, and a link that opens once within a minute."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from events.access.guards import Given
from events.access.permissions import Permission
from events.access.tokens import new_secret
from events.errors import EventsError, FieldError, InvalidInput, NotReleased
from events.leads.actions import LINK_LIFETIME, open_download, prepare_download
from events.leads.routes import attachment
from events.leads.rules import FORMATS, Format, check_ask
from events.privacy.receipts.words import FIELDS, USES
from events.release import terms
from events.terms import Field, Use
from events.web.forms import Form
from events.web.phones.rules import seconds_left
from events.web.sponsor.desk import BOOTH, Booth, booth_address
from events.web.sponsor.queries import agreed_with

TARGETS: Final = {"use": "use", "fields": "fields", "accept_terms": "terms", "format": "format"}


class Wish(msgspec.Struct, frozen=True):
    """What a page asked to be prepared; the same wish under the same key is the same link."""

    event: str
    use: str
    fields: str
    format: str


def chosen_format(form: Form) -> Format:
    """Raises InvalidInput for none of ours."""
    wanted = form.get("format")
    for known in FORMATS:
        if known == wanted:
            return known
    raise InvalidInput.of("format", "Choose a format.", "กรุณาเลือกรูปแบบไฟล์")


def require_fields(picked: str) -> None:
    """Raises InvalidInput where no box is ticked: a pull without fields would mean all of them."""
    if not picked:
        raise InvalidInput(fields=[FieldError("fields", "Choose at least one field.", "กรุณาเลือกข้อมูลอย่างน้อยหนึ่งรายการ")])


async def _ask(
    front: Booth, form: Form | None = None, *, status: int = 200, errors: Sequence[tuple[str | None, str]] = ()
) -> Template:
    if not front.fresh:
        return front.page("sponsor/fresh.html", status=403, email=front.caller.email, then=f"{front.here}/downloads")
    agreed = await agreed_with(front.database, front.party, front.now)
    thai = front.language == "th"
    fields = [Field(f) for f in Field if agreed and f in agreed.fields]
    uses = [Use(use) for use in Use if agreed and use in agreed.uses]
    return front.page(
        "sponsor/downloads.html",
        status=status,
        errors=errors,
        agreed=agreed,
        fields=[(field.value, FIELDS[field][thai]) for field in fields],
        uses=[(use.value, USES[use][thai]) for use in uses],
        ticked=form.all("fields") if form else [field.value for field in fields],
        use=form.get("use") if form else (uses[0].value if len(uses) == 1 else ""),
        format=form.get("format") if form else "xlsx",
        terms=terms.WORDS[front.language],
        key=new_secret(),
    )


@get(f"{BOOTH}/downloads", **booth_address(Permission.TAKE_LEADS))
async def downloads_page(front: Given[Booth]) -> Template:
    """The form that declares a pull; after an hour's session a fresh sign-in first (S11-sec-4)."""
    return await _ask(front)


@post(f"{BOOTH}/downloads", status_code=200, **booth_address(Permission.TAKE_LEADS))
async def press_prepare(front: Given[Booth]) -> Template:
    """Prepare the link. It dies with the consent of anybody who stands in the file (S6-sponsor-13)."""
    form = await front.form()
    if not front.fresh:
        return await _ask(front)
    picked = ",".join(form.all("fields"))
    wish = Wish(front.event.slug, form.get("use"), picked, form.get("format"))
    try:
        require_fields(picked)
        ask = check_ask(wish.event, wish.use or None, form.get("accept_terms") == "yes", wish.fields)
        format_ = chosen_format(form)
        key = form.get("key")[:200] or None
        made = await prepare_download(front.database, front.caller, front.party, ask, format_, front.now, key=key, body=wish)
    except (InvalidInput, NotReleased) as error:
        return await _ask(front, form, status=error.status, errors=_said(front, error))
    return front.page(
        "sponsor/ready.html",
        rows=made.row_count,
        format=wish.format,
        link=f"{front.here}/downloads/{made.id}",
        left=seconds_left(made.expires_at, front.now),
        lifetime=int(LINK_LIFETIME.total_seconds()),
    )


def _said(front: Booth, error: EventsError) -> list[tuple[str | None, str]]:
    """In the words of a form: the API's own sentences name its parameters."""
    _ = front.words.gettext
    ours = {
        "use": _("Say what you use the leads for."),
        "accept_terms": _("Accept the terms: without that nothing is handed out."),
    }
    if not error.fields:
        return front.said(error)
    return [
        (TARGETS.get(field.field), ours.get(field.field) or said)
        for field, (_target, said) in zip(error.fields, front.said(error), strict=True)
    ]


@get(f"{BOOTH}/downloads/{{download:uuid}}", **booth_address(Permission.TAKE_LEADS))
async def open_link(front: Given[Booth], download: FromPath[UUID]) -> Stream | Redirect:
    """The file, made now; once. A link of another event is none of this page's."""
    if not front.fresh:
        return Redirect(f"{front.here}/downloads", status_code=303)
    return attachment(await open_download(front.database, front.caller, download, front.now))


PAGES: list[Any] = [downloads_page, press_prepare, open_link]
