"""A sponsor's leads as a page: declared once for a session, latest change first, looked through, and a word when it changes."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Stream, Template

from events.access.guards import Cursor, Given
from events.access.permissions import Permission
from events.errors import BadRequest, FieldError, InvalidInput, NotReleased
from events.leads.actions import LeadsPage, delete_note, take_page
from events.leads.queries import leads_version
from events.leads.rules import Ask, Look, check_look
from events.privacy.receipts.words import FIELDS, USES
from events.release import terms
from events.release.queries import heading
from events.release.rules import in_card_order
from events.terms import LANGUAGES, Field, Use
from events.web.forms import Form
from events.web.phones.desk import ASKING_HEADERS
from events.web.sponsor.arrivals import Arrivals, told
from events.web.sponsor.desk import BOOTH, Booth, booth_address
from events.web.sponsor.queries import Agreed, agreed_with, helpers_at, lead_hours
from events.web.sponsor.rules import bars, shown_lead, when

AT_ONCE: Final = 50
COOKIE: Final = "declared"

Text = Annotated[str | None, QueryParameter(max_length=200)]


def declaration(front: Booth, use: str) -> str:
    """What the cookie holds: these terms, this use, this session. Another sign-in declares anew."""
    return f"{terms.VERSION}.{front.caller.key[:16]}.{use}"


def declared_use(front: Booth, agreed: Agreed) -> Use | None:
    """The use that this session declared for this booth, if it is still agreed (S6-sponsor-9)."""
    kept = front.request.cookies.get(COOKIE, "")
    return next((Use(use) for use in agreed.uses if kept == declaration(front, use)), None)


@get(BOOTH, **booth_address(Permission.TAKE_LEADS))
async def leads_page(
    front: Given[Booth], search: Text = None, day: Text = None, helper: Text = None, after: Cursor = None, before: Text = None
) -> Template:
    """The leads, decided and booked at this moment; before that, once for a session, what they are used for and the terms."""
    agreed = await agreed_with(front.database, front.party, front.now)
    use = declared_use(front, agreed) if agreed else None
    if agreed is None or use is None or front.request.query_params.get("declare") == "anew":
        return _declare(front, agreed)
    look, wrong = check_look(search, day, helper)
    asked = {"search": search or "", "day": day or "", "helper": helper or ""}
    page: LeadsPage | None = None
    errors: list[tuple[str | None, str]] = []
    status = 200
    try:
        refuse(wrong)
        version = await leads_version(front.database, front.caller, front.party, front.event.slug, use, front.now)
        page = await _take(front, Ask(front.event.slug, use, tuple(in_card_order(agreed.fields)), look=look), after, before)
    except (InvalidInput, NotReleased) as error:
        version, status = "", error.status
        errors = front.said(error, {"search": "search", "day": "day", "helper": "helper"})
    async with front.database.door() as door:
        said = await heading(door, front.caller, front.party, front.event.slug, None, front.now)
    questions = said.questions if said else []
    leads = [shown_lead(lead, questions, front.words, front.language) for lead in page.leads] if page else []
    looked = {k: v for k, v in asked.items() if v}
    older = dict(looked)
    if page and page.next and page.leads[-1].changed_at:
        older |= {"after": str(page.next), "before": page.leads[-1].changed_at.isoformat()}
    return front.page(
        "sponsor/leads.html",
        status=status,
        headers=ASKING_HEADERS,
        errors=errors,
        leads=leads,
        asked=asked,
        looked=bool(looked),
        first=after is None,
        release=page.release if page else None,
        anew=f"{front.here}?{urlencode(looked)}" if looked else front.here,
        older=f"{front.here}?{urlencode(older)}" if page and page.next else None,
        helpers=await helpers_at(front.database, front.desk, front.event.id),
        use=USES[use][front.language == "th"],
        version=version,
        chart=await _chart(front, agreed, use),
        refused=page is None and not wrong,
        when=lambda moment: when(front.words, moment, front.now, front.event.zone, front.era),
        day_of=lambda moment: front.words.day(moment.astimezone(ZoneInfo(front.event.zone)).date(), front.era, weekday=False),
    )


def refuse(wrong: list[FieldError]) -> None:
    """Raises InvalidInput with what is wrong."""
    if wrong:
        raise InvalidInput(fields=wrong)


async def _take(front: Booth, ask: Ask, after: UUID | None, before: str | None) -> LeadsPage:
    """Raises InvalidInput for a place in the list that is not from a page of ours."""
    try:
        since = datetime.fromisoformat(before.replace(" ", "+")).astimezone(UTC) if before else None
    except (ValueError, OverflowError) as error:
        raise BadRequest from error
    if (since is None) != (after is None):
        raise BadRequest
    look = Look(ask.look.search, ask.look.day, ask.look.helper, newest=True, before=since)
    asked = Ask(ask.event, ask.use, ask.fields, look=look)
    return await take_page(front.database, front.caller, front.party, asked, after, AT_ONCE, front.now, channel="page")


async def _chart(front: Booth, agreed: Agreed, use: Use) -> dict[str, Any]:
    today: date = front.now.astimezone(ZoneInfo(front.event.zone)).date()
    hours = await lead_hours(
        front.database, front.caller, front.party, front.event.slug, use, agreed.fields, today, front.now
    )  # fmt: skip
    return {"bars": bars(hours), "today": sum(n for hour, n in hours.items() if hour is not None), "all": sum(hours.values())}


def _declare(front: Booth, agreed: Agreed | None, form: Form | None = None, error: InvalidInput | None = None) -> Template:
    thai = front.language == "th"
    uses = [Use(use) for use in Use if agreed and use in agreed.uses]
    return front.page(
        "sponsor/declare.html",
        status=error.status if error else 200,
        errors=front.said(error, {"use": "use", "accept_terms": "terms"}) if error else (),
        agreed=agreed,
        fields=[FIELDS[field][thai] for field in Field if agreed and field in agreed.fields],
        uses=[(use.value, USES[use][thai]) for use in uses],
        use=form.get("use") if form else (uses[0].value if len(uses) == 1 else ""),
        terms=terms.WORDS[front.language],
    )


@post(BOOTH, status_code=303, **booth_address(Permission.TAKE_LEADS))
async def press_declare(front: Given[Booth]) -> Template | Redirect:
    """Say what the leads are used for and accept the terms: kept in this browser, for this booth, until she signs in anew."""
    form = await front.form()
    agreed = await agreed_with(front.database, front.party, front.now)
    use = form.get("use")
    errors = []
    if agreed is None or use not in agreed.uses:
        errors.append(FieldError("use", "Say what you use the leads for.", "กรุณาระบุวัตถุประสงค์การใช้ข้อมูล"))
    if form.get("accept_terms") != "yes":
        errors.append(
            FieldError("accept_terms", "Accept the terms: without that nothing is shown.", "กรุณายอมรับเงื่อนไข มิฉะนั้นจะไม่แสดงข้อมูล")
        )
    if errors:
        return _declare(front, agreed, form, InvalidInput(fields=errors))
    cookies = [
        Cookie(
            COOKIE,
            value=declaration(front, use),
            path=f"/{language}{front.here[3:]}",
            httponly=True,
            secure=front.settings.secure,
            samesite="strict",
        )
        for language in LANGUAGES
    ]
    return Redirect(front.here, status_code=303, cookies=cookies)


@post(f"{BOOTH}/notes/{{lead:uuid}}/{{device:uuid}}/delete", status_code=303, **booth_address(Permission.TAKE_LEADS))
async def press_delete_note(front: Given[Booth], lead: FromPath[UUID], device: FromPath[UUID]) -> Redirect:
    """Delete what one phone noted about a lead (S6-sponsor-16). Doing it twice is no error."""
    if (await front.form()).get("delete") != "yes":
        raise BadRequest
    await delete_note(front.database, front.caller, front.party, lead, device, front.now)
    return front.to("", "note_deleted")


@get(f"{BOOTH}/arrivals", **booth_address(Permission.TAKE_LEADS))
async def arrivals(front: Given[Booth], arrivals: Given[Arrivals]) -> Stream:
    """Server-sent events that say when the list may read differently; asked without an EventSource, how it is now. Whoever
    has not declared what for has no list, and hears of nothing."""
    agreed = await agreed_with(front.database, front.party, front.now)
    use = declared_use(front, agreed) if agreed else None
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    if "text/event-stream" not in front.request.headers.get("accept", ""):
        version = await leads_version(front.database, front.caller, front.party, front.event.slug, use, front.now)
        return Stream(iter([told(version)]), media_type="text/event-stream", headers=headers)
    return Stream(
        arrivals.watch(front.caller, front.party, front.event.slug, use), media_type="text/event-stream", headers=headers
    )


PAGES: list[Any] = [leads_page, press_declare, press_delete_note, arrivals]
