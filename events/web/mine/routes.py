"""A person's own pages: all her registrations, and of each the ticket, the badge, her details, and giving the place up."""

from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from events.access.guards import Given
from events.access.tokens import new_secret
from events.badges.codes import BadgeCode
from events.badges.pdf import groups_of_four
from events.consent.actions import own
from events.errors import BadRequest, Conflict, EventsError, InvalidInput, TooMany
from events.joining.actions import list_downloads, show_join
from events.joining.rules import shut
from events.messages.calendar import calendar_entry
from events.privacy.queries import disclosures_of
from events.privacy.receipts.words import FIELDS
from events.registration.actions import Age, cancel_mine, change_details, reissue_badge
from events.registration.colleagues.actions import transfer
from events.registration.queries import CARD, asked_fields, my_registrations
from events.registration.routes import NewBadge
from events.registration.waiting.actions import answer_offer
from events.terms import AgeBand, Answer, Field, FieldKind
from events.web.fields import answers, as_typed, entries, sentences, typed_in
from events.web.forms import Form
from events.web.mine.choice_routes import PAGES as CHOICES
from events.web.mine.desk import Desk, own_address
from events.web.mine.hand_over_rules import who_got, who_would_be_told
from events.web.mine.online_routes import PAGES as ONLINE
from events.web.mine.rules import grouped, state_name, titled, why_shut
from events.web.signing_up.rules import age_band_of, residence_of

ONLINE_KINDS: Final = frozenset({"webinar", "hybrid"})


@get("/{language:str}/me", **own_address())
async def list_page(desk: Given[Desk]) -> Template:
    """Everything this person has registered for: the next one first, what is over below, what was cancelled last."""
    async with desk.looking() as connection:
        rows = await my_registrations(connection, desk.person)
    shown = [row | titled(row, desk.language) | {"tag": state_name(desk.words, row, desk.now)} for row in rows]
    return desk.page("list", groups=grouped(shown, desk.now))


@get("/{language:str}/me/{registration:uuid}", **own_address())
async def ticket_page(registration: FromPath[UUID], desk: Given[Desk]) -> Template:
    """The ticket: event, when, where, and the badge that opens the door."""
    mine = await desk.registration(registration)
    place = await show_join(desk.database, desk.person, registration) if mine["kind"] in ONLINE_KINDS else None
    downloads = await list_downloads(desk.database, desk.person, registration, desk.now)
    return desk.page(
        "ticket",
        mine,
        code=groups_of_four(BadgeCode(mine["badge"])) if mine["badge"] else None,
        online=place is not None,
        join_when=why_shut(shut(place, desk.now), place, desk.words, desk.era) if place else None,
        joined=place is not None and place.joined_at is not None,
        downloads=len(downloads),
        welcome=desk.request.query_params.get("done") == "confirmed",
        may_consent=desk.may_consent(mine),
    )


@get("/{language:str}/me/{registration:uuid}/calendar.ics", **own_address())
async def my_calendar(registration: FromPath[UUID], desk: Given[Desk]) -> Response[bytes]:
    """Her place for a calendar (RFC 5545); the same entry as the event's own, with the way to her ticket."""
    mine = await desk.registration(registration)
    named = titled(mine, desk.language)
    entry = calendar_entry(
        f"{mine['slug']}@events",
        named["title"],
        mine["starts_at"],
        mine["ends_at"],
        mine["time_zone"],
        place=named["place"],
        link=f"{desk.settings.base_url}{desk.address(registration)}",
        now=desk.now,
        cancelled=mine["event_cancelled_at"] is not None or mine["state"] == "cancelled",
    )
    headers = {"content-disposition": f'attachment; filename="{quote(mine["slug"])}.ics"'}
    return Response(entry, media_type="text/calendar", headers=headers)


@get("/{language:str}/me/{registration:uuid}/badge", **own_address())
async def badge_page(registration: FromPath[UUID], desk: Given[Desk]) -> Template:
    """The badge alone, on white, as large as the screen: to be held in front of a scanner."""
    mine = await desk.registration(registration)
    return desk.page("badge", mine, code=groups_of_four(BadgeCode(_badge_of(mine))))


@get("/{language:str}/me/{registration:uuid}/badge/renew", **own_address())
async def renew_page(registration: FromPath[UUID], desk: Given[Desk]) -> Template:
    """What a new badge means, and the button."""
    mine = await desk.registration(registration)
    _badge_of(mine)
    return desk.page("renew", mine, key=new_secret())


@post("/{language:str}/me/{registration:uuid}/badge/renew", **own_address(status_code=303))
async def press_renew(registration: FromPath[UUID], desk: Given[Desk]) -> Redirect:
    """A new badge; the old one is dead at once. The same page pressed twice makes one."""
    form = await desk.form()
    await reissue_badge(desk.database, desk.person, registration, form.get("key")[:200] or None, NewBadge(), desk.now)
    return desk.to(registration, "", "renewed")


def _badge_of(mine: dict[str, Any]) -> str:
    if mine["badge"] is None:
        raise Conflict(
            "There is no badge: this registration is not confirmed, or was cancelled.",
            "ไม่มีบัตร เพราะการลงทะเบียนนี้ยังไม่ยืนยันหรือถูกยกเลิกแล้ว",
        )
    badge: str = mine["badge"]
    return badge


@get("/{language:str}/me/{registration:uuid}/details", **own_address())
async def details_page(registration: FromPath[UUID], desk: Given[Desk]) -> Template:
    """Her details as the event asks them, to be corrected."""
    return await _details(desk, await desk.registration(registration))


async def _details(desk: Desk, mine: dict[str, Any], form: Form | None = None, error: InvalidInput | None = None) -> Template:
    asked = await _asked(desk, mine)
    wrong = sentences(error, desk.language) if error else {}
    shown = entries(asked, as_typed(_kept(mine)) if form is None else typed_in(form), wrong)
    targets = {f"fields.{entry.name}": entry.id for entry in shown} | {"withheld_fields": "withheld"}
    labels = {f"fields.{entry.name}": f"{entry.label}: " for entry in shown}
    return desk.page(
        "details",
        mine,
        status=422 if error else 200,
        errors=[(targets.get(field), labels.get(field, "") + sentence) for field, sentence in wrong.items()],
        fields=shown,
        card=[(field.value, FIELDS[field][desk.language == "th"]) for field in Field],
        withheld=mine["withheld_fields"] if form is None else form.all("withheld"),
        # a page that is shown again still knows what its boxes were at first
        withheld_shown=mine["withheld_fields"] if form is None else form.all("withheld_shown"),
        age_bands=[band.value for band in AgeBand],
        age_band=age_band_of(form) if form else None,
        residence=residence_of(form, desk.words) if form else None,
    )


async def _asked(desk: Desk, mine: dict[str, Any]) -> list[dict[str, Any]]:
    """What the form asks now, but for the address: by that she is known, and it stays."""
    form = await desk.form_in_force(mine)
    fields = form.content["fields"] if form and mine["state"] in {"confirmed", "attended"} else []
    thai = desk.language == "th"
    return [
        dict(field) | {"label": field["label"] or FIELDS.get(field["field"], (field["field"],) * 2)[thai]}
        for field in fields
        if field["field"] != Field.EMAIL
    ]


def _kept(mine: dict[str, Any]) -> dict[str, Answer]:
    card: dict[str, Answer] = {name: mine[name] or "" for name in CARD}
    given: dict[str, Answer] = mine["answers"]
    return card | given


@post("/{language:str}/me/{registration:uuid}/details", **own_address(status_code=303))
async def press_details(registration: FromPath[UUID], desk: Given[Desk]) -> Template | Redirect:
    """Save her details; only what she changed is sent on, so that nothing else must be mended first."""
    form = await desk.form()
    mine = await desk.registration(registration)
    async with desk.looking() as connection:
        await own(connection, desk.person, registration)
        asked = [field for field in await asked_fields(connection, mine["event_id"]) if field["field"] != Field.EMAIL]
    typed, before = typed_in(form), _kept(mine)
    sent = answers(asked, typed)
    # a list without a tick is not sent at all; anything else that is not sent was not shown
    shown = [field["field"] for field in asked if field["field"] in typed or field["kind"] == FieldKind.MULTIPLE]
    stands = {name: sent.get(name, "") for name in shown}
    changed = {name: value for name, value in stands.items() if value != before.get(name, "")}
    age = Age(age_band_of(form), residence_of(form, desk.words))
    try:
        await change_details(desk.database, desk.person, registration, changed, _withheld(form, mine), age, desk.now)
    except InvalidInput as error:
        return await _details(desk, mine, form, error)
    return desk.to(registration, "/details", "details")


def _withheld(form: Form, mine: dict[str, Any]) -> list[str]:
    """What stands, but for the boxes that she changed on this page: an old one lifts nothing that was set elsewhere since."""
    shown, ticked, stands = set(form.all("withheld_shown")), set(form.all("withheld")), set(mine["withheld_fields"])
    return sorted((stands - (shown - ticked)) | (ticked - shown))


@get("/{language:str}/me/{registration:uuid}/cancel", **own_address())
async def cancel_page(registration: FromPath[UUID], desk: Given[Desk]) -> Template:
    """What giving up the place does, told first."""
    mine = await desk.registration(registration)
    async with desk.looking() as connection:
        await own(connection, desk.person, registration)
        got = who_got(await disclosures_of(connection, registration), desk.words)
    return desk.page("cancel", mine, told=who_would_be_told(got))


@post("/{language:str}/me/{registration:uuid}/cancel", **own_address(status_code=303))
async def press_cancel(registration: FromPath[UUID], desk: Given[Desk]) -> Redirect:
    """Give the place back. Doing it twice is no error."""
    await desk.form()
    await cancel_mine(desk.database, desk.person, registration, desk.now)
    return desk.to(None, "", "cancelled")


@get("/{language:str}/me/{registration:uuid}/transfer", **own_address())
async def transfer_page(registration: FromPath[UUID], desk: Given[Desk]) -> Template:
    """What giving the place to a colleague does, told first, and for whom."""
    return await _transfer(desk, registration, "", "")


async def _transfer(desk: Desk, registration: UUID, name: str, email: str, error: EventsError | None = None) -> Template:
    mine = await desk.registration(registration)
    async with desk.looking() as connection:
        await own(connection, desk.person, registration)
        got = who_got(await disclosures_of(connection, registration), desk.words)
    # the rules name the fields by their path in the API's body, which has no more than these two
    fields = sentences(error, desk.language) if isinstance(error, InvalidInput) else {}
    wrong = {field.removeprefix("."): said for field, said in fields.items()}
    whole = [(None, error.sentence(desk.language))] if error and not wrong else []
    return desk.page(
        "transfer",
        mine,
        status=error.status if error else 200,
        headers={"retry-after": str(error.retry_after)} if error and error.retry_after is not None else {},
        errors=[*whole, *((field or None, said) for field, said in wrong.items())],
        wrong=wrong,
        name=name,
        email=email,
        told=who_would_be_told(got),
    )


@post("/{language:str}/me/{registration:uuid}/transfer", **own_address(status_code=303))
async def press_transfer(registration: FromPath[UUID], desk: Given[Desk]) -> Template | Redirect:
    """Give the place to a colleague, who is asked everything anew."""
    form = (await desk.form()).single()
    name, email = form.get("name", "").strip(), form.get("email", "").strip()
    try:
        await transfer(desk.database, desk.person, registration, name, email, desk.settings.base_url, desk.now)
    except (InvalidInput, Conflict, TooMany) as error:
        return await _transfer(desk, registration, name, email, error)
    return desk.to(None, "", "given_on")


@post("/{language:str}/me/{registration:uuid}/offer", **own_address(status_code=303))
async def press_offer(registration: FromPath[UUID], desk: Given[Desk]) -> Redirect:
    """Take the place that one is offered, or leave it to the next in line."""
    answer = (await desk.form()).single().get("answer")
    if answer not in {"accept", "decline"}:
        raise BadRequest
    state = await answer_offer(desk.database, desk.person, registration, answer == "accept", desk.settings.base_url, desk.now)
    return desk.to(registration, "", {"confirmed": "taken", "requested": "asked_for"}.get(state, "left"))


PAGES: list[Any] = [
    list_page,
    ticket_page,
    my_calendar,
    badge_page,
    renew_page,
    press_renew,
    details_page,
    press_details,
    cancel_page,
    press_cancel,
    transfer_page,
    press_transfer,
    press_offer,
    *CHOICES,
    *ONLINE,
]
