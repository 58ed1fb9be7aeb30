"""HTTP of registration: the form, the submission, the confirmation, and one's own place and badge."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody

from events.access.caller import Caller
from events.access.guards import Given, IdempotencyKey, may, session_cookie_name
from events.access.idempotency import fingerprint
from events.access.permissions import Permission
from events.access.routes import session_cookie
from events.access.rules import network_of
from events.access.tokens import SESSION_LIFETIME
from events.badges.codes import BadgeCode
from events.badges.pdf import BadgeSize, badge_of, badge_pdf
from events.badges.qr import qr_png, qr_svg
from events.consent.queries import form_in_force
from events.consent.rules import Choice
from events.database.connections import Database, Scope
from events.errors import Conflict, NotFound
from events.registration.actions import (
    Age,
    Colleague,
    Submission,
    cancel_for,
    cancel_mine,
    change_details,
    confirm,
    register,
    reissue_badge,
)
from events.registration.approval.routes import ROUTES as APPROVAL
from events.registration.colleagues.routes import ROUTES as COLLEAGUES
from events.registration.queries import my_registrations
from events.registration.waiting.routes import ROUTES as WAITING
from events.settings import Settings
from events.terms import AgeBand, Answer, Field, Language, PersonId, Purpose

Sha256Hex = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]
# how long an answer may be is told by the rules, under the name of its field
Answers = Annotated[dict[str, Answer], msgspec.Meta(max_length=60)]


class FormView(msgspec.Struct, frozen=True):
    """The form in force: submit it with its id and sha256. Every consent control in it is off."""

    id: UUID
    sha256: str
    language: Language
    content: dict[str, Any]


class ConsentTick(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One ticked box; boxes left alone are not sent. `fields` narrows the scope that the text names."""

    purpose: Purpose
    recipient: UUID | None = None
    fields: Annotated[list[Field], msgspec.Meta(max_length=7)] | None = None


class ColleagueForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody whom one registers as well: name and e-mail are needed. A choice of hers cannot be made here."""

    ticket: UUID
    fields: Answers


class RegistrationForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`fields` are texts; a list of values where the form says `multiple`. A question that is not shown takes no answer.

    With `join_waitlist` one stands in line, once confirmed, where there is no place; without it the answer is `sold_out`.
    `colleagues` get a place each, or nobody does; each is asked by a mail of her own once this form is confirmed.
    """

    served_form: UUID
    form_sha256: Sha256Hex
    ticket: UUID
    fields: Answers
    consents: Annotated[list[ConsentTick], msgspec.Meta(max_length=200)] = []
    withheld_fields: Annotated[list[Field], msgspec.Meta(max_length=7)] = []
    age_band: AgeBand | None = None
    emancipated: bool = False
    residence: Country | None = None
    join_waitlist: bool = False
    colleagues: Annotated[list[ColleagueForm], msgspec.Meta(max_length=20)] = []


class Received(msgspec.Struct, frozen=True):
    """The same answer for a new and for a known address: what happens next stands in the mail."""

    receipt: UUID
    state: str = "confirm_by_email"


class LinkToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    token: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class ConfirmedView(msgspec.Struct, frozen=True):
    """`state` is `waitlisted` for who stands in line now, `requested` where the organiser approves."""

    registration: UUID
    state: str


class Changes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is not sent stays; an answer whose question is no longer asked goes with the answer that was changed.

    Age and residence can be said once, by somebody whom others registered.
    """

    fields: Answers | None = None
    withheld_fields: Annotated[list[Field], msgspec.Meta(max_length=7)] | None = None
    age_band: AgeBand | None = None
    residence: Country | None = None


class Waiting(msgspec.Struct, frozen=True):
    """The place in the line, from 1; null while a place is offered, which is until `offered_until`."""

    position: int | None
    offered_until: datetime | None


class MyRegistration(msgspec.Struct, frozen=True):
    """`waiting` is there for who stands in line for a place."""

    id: UUID
    event: str
    title: dict[str, str]
    place: dict[str, str]
    ticket: dict[str, str]
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    state: str
    fields: dict[str, Answer]
    withheld_fields: list[str]
    age_band: str | None
    residence: str | None
    badge: str | None
    waiting: Waiting | None
    created_at: datetime
    confirmed_at: datetime | None
    cancelled_at: datetime | None


class MyRegistrations(msgspec.Struct, frozen=True):
    items: list[MyRegistration]


class NewBadge(msgspec.Struct, frozen=True):
    """There is nothing to say but that one wants one."""


class BadgeView(msgspec.Struct, frozen=True):
    code: str


def view(row: dict[str, Any]) -> MyRegistration:
    return MyRegistration(
        id=row["id"],
        event=row["slug"],
        title={"th": row["title_th"], "en": row["title_en"]},
        place={"th": row["place_th"], "en": row["place_en"]},
        ticket={"th": row["ticket_th"], "en": row["ticket_en"]},
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        time_zone=row["time_zone"],
        state=row["state"],
        fields={f.value: row[f.value] for f in Field if row[f.value]} | row["answers"],
        withheld_fields=row["withheld_fields"],
        age_band=row["age_band"],
        residence=row["residence"],
        badge=row["badge"],
        waiting=Waiting(row["position"], row["offered_until"]) if row["state"] == "waitlisted" else None,
        created_at=row["created_at"],
        confirmed_at=row["confirmed_at"],
        cancelled_at=row["cancelled_at"],
    )


@get("/events/{slug:str}/form", opt=may(Permission.BE_ANYONE))
async def show_form(
    slug: FromPath[str],
    database: Given[Database],
    now: Given[datetime],
    language: FromQuery[Language] = "th",
) -> FormView:
    """The registration form in force, in one language: fields, notice, sponsors, consent questions, all off."""
    form = await form_in_force(database, slug, language, now)
    if form is None:
        raise NotFound
    return FormView(form.id, form.sha256.hex(), form.language, dict(form.content))


@post("/events/{slug:str}/registrations", opt=may(Permission.BE_ANYONE), status_code=202)
async def submit(
    slug: FromPath[str],
    data: JSONBody[RegistrationForm],
    request: Request[Any, Any, Any],
    database: Given[Database],
    settings: Given[Settings],
    now: Given[datetime],
    idempotency_key: IdempotencyKey = None,
) -> Received:
    """Register. A mail with a link follows; place and choices count when its button is pressed."""
    submission = Submission(
        served_form=data.served_form,
        form_sha256=data.form_sha256,
        ticket=data.ticket,
        fields=data.fields,
        consents=[Choice(c.purpose, c.recipient, None if c.fields is None else tuple(c.fields)) for c in data.consents],
        withheld_fields=data.withheld_fields,
        age_band=data.age_band,
        emancipated=data.emancipated,
        residence=data.residence,
        join_waitlist=data.join_waitlist,
        colleagues=[Colleague(one.ticket, one.fields) for one in data.colleagues],
    )
    receipt = await register(
        database,
        slug,
        submission,
        key=idempotency_key,
        fingerprint=fingerprint(data),
        visitor=network_of(request.client.host if request.client else ""),
        per_minute=settings.registrations_per_minute,
        base_url=settings.base_url,
        now=now,
    )
    return Received(receipt)


@post("/confirmations", opt=may(Permission.BE_ANYONE), status_code=201)
async def press_confirm(
    data: JSONBody[LinkToken],
    request: Request[Any, Any, Any],
    database: Given[Database],
    settings: Given[Settings],
    now: Given[datetime],
) -> Response[ConfirmedView]:
    """The button behind the mail's link: spends it once, confirms, and signs the person in."""
    planted = request.cookies.get(session_cookie_name(settings))
    done = await confirm(database, data.token, settings.base_url, now, replacing=planted)
    cookie = session_cookie(settings, done.session, int(SESSION_LIFETIME.total_seconds()))
    return Response(ConfirmedView(done.registration, done.state), cookies=[cookie])


@get("/me/registrations", opt=may(Permission.BE_ONESELF))
async def list_mine(caller: Given[Caller], database: Given[Database]) -> MyRegistrations:
    """Everything this person has registered for, with all organisers of this service."""
    return MyRegistrations(await registrations_of(database, caller.oneself()))


async def registrations_of(database: Database, person: PersonId) -> list[MyRegistration]:
    """All registrations of this person, with all organisers."""
    async with database.transaction(Scope(person=person)) as connection:
        return [view(row) for row in await my_registrations(connection, person)]


@get("/me/registrations/{registration:uuid}", opt=may(Permission.BE_ONESELF))
async def show_mine(registration: FromPath[UUID], caller: Given[Caller], database: Given[Database]) -> MyRegistration:
    """One registration of one's own."""
    return view(await _mine(caller, database, registration))


@patch("/me/registrations/{registration:uuid}", opt=may(Permission.BE_ONESELF))
async def change_mine(
    registration: FromPath[UUID], data: JSONBody[Changes], caller: Given[Caller], database: Given[Database], now: Given[datetime]
) -> MyRegistration:
    """Correct one's details, or switch fields off for every sponsor."""
    age = Age(data.age_band, data.residence)
    changed = await change_details(database, caller.oneself(), registration, data.fields, data.withheld_fields, age, now)
    return view(changed)


@delete("/me/registrations/{registration:uuid}", opt=may(Permission.BE_ONESELF))
async def cancel_place(
    registration: FromPath[UUID], caller: Given[Caller], database: Given[Database], now: Given[datetime]
) -> None:
    """Cancel one's place. Doing it twice is no error."""
    await cancel_mine(database, caller.oneself(), registration, now)


@get("/me/registrations/{registration:uuid}/badge.svg", opt=may(Permission.BE_ONESELF), media_type="image/svg+xml")
async def badge_svg(registration: FromPath[UUID], caller: Given[Caller], database: Given[Database]) -> bytes:
    """The badge's QR as SVG: an opaque code, nothing else (S3.1-badge-4)."""
    return qr_svg(await _code(caller, database, registration))


@get("/me/registrations/{registration:uuid}/badge.png", opt=may(Permission.BE_ONESELF), media_type="image/png")
async def badge_png(registration: FromPath[UUID], caller: Given[Caller], database: Given[Database]) -> bytes:
    """The badge's QR as PNG."""
    return qr_png(await _code(caller, database, registration))


@get("/me/registrations/{registration:uuid}/badge.pdf", opt=may(Permission.BE_ONESELF), media_type="application/pdf")
async def badge_file(
    registration: FromPath[UUID],
    caller: Given[Caller],
    database: Given[Database],
    size: FromQuery[BadgeSize] = "a6",
    language: FromQuery[Language | None] = None,
) -> Response[bytes]:
    """The whole badge to print on A6 or to show on a phone; in the language of the registration unless asked otherwise."""
    mine = await _mine(caller, database, registration)
    words = language or mine["language"]
    made = await badge_pdf(badge_of(mine, _code_of(mine), words), size, words)
    return Response(
        made, media_type="application/pdf", headers={"content-disposition": f'inline; filename="badge-{mine["slug"]}.pdf"'}
    )


@post("/me/registrations/{registration:uuid}/badge", opt=may(Permission.BE_ONESELF), status_code=201)
async def new_badge(
    registration: FromPath[UUID],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    idempotency_key: IdempotencyKey = None,
) -> BadgeView:
    """A new badge; the old one is dead at once."""
    return BadgeView(await reissue_badge(database, caller.oneself(), registration, idempotency_key, NewBadge(), now))


@post("/organiser/registrations/{registration:uuid}/cancel", opt=may(Permission.CORRECT_REGISTRATION), status_code=204)
async def cancel_as_organiser(
    registration: FromPath[UUID],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: FromQuery[UUID | None] = None,
) -> None:
    """Cancel somebody's place. Doing it twice is no error."""
    await cancel_for(database, caller.staff(Permission.CORRECT_REGISTRATION, organisation), registration, now)


async def _mine(caller: Caller, database: Database, registration: UUID) -> dict[str, Any]:
    async with database.transaction(Scope(person=caller.oneself())) as connection:
        rows = await my_registrations(connection, caller.oneself(), registration)
    if not rows:
        raise NotFound
    return rows[0]


async def _code(caller: Caller, database: Database, registration: UUID) -> BadgeCode:
    return _code_of(await _mine(caller, database, registration))


def _code_of(mine: dict[str, Any]) -> BadgeCode:
    if mine["badge"] is None:
        raise Conflict("There is no badge before the registration is confirmed.", "ยังไม่มีบัตรจนกว่าจะยืนยันการลงทะเบียน")
    return BadgeCode(mine["badge"])


ROUTES: list[Any] = [
    show_form,
    submit,
    press_confirm,
    list_mine,
    show_mine,
    change_mine,
    cancel_place,
    badge_svg,
    badge_png,
    badge_file,
    new_badge,
    cancel_as_organiser,
    *WAITING,
    *COLLEAGUES,
    *APPROVAL,
]
