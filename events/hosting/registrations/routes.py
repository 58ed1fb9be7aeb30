"""HTTP of an event's registrations, as its organiser sees them."""

from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from events.access.caller import Caller
from events.access.guards import Given, may
from events.access.permissions import Permission
from events.badges.pdf import badge_sheet
from events.database.connections import Database
from events.errors import InvalidInput
from events.hosting.registrations.actions import ask_why, import_guests, list_registrations, print_badges
from events.hosting.registrations.queries import Decision, RegistrationRow
from events.hosting.registrations.rules import MOST_ROWS, REFUSALS
from events.hosting.rules import Moment, page_of, read_cursor
from events.terms import Answer, Field, Refusal, Use

Organisation = Annotated[UUID | None, QueryParameter()]
MOST_BADGES: Final = 500  # two seconds of one core, 125 sheets
STATES = ("pending", "waitlisted", "requested", "confirmed", "attended", "cancelled")


class RegistrationView(msgspec.Struct, frozen=True):
    """`self_confirmed_at` is null while the data comes from somebody else; nothing of it is released then."""

    id: UUID
    state: str
    source: str
    language: str
    ticket: UUID
    fields: dict[str, str]
    answers: dict[str, Answer]
    created_at: datetime
    confirmed_at: datetime | None
    cancelled_at: datetime | None
    self_confirmed_at: datetime | None


class RegistrationPage(msgspec.Struct, frozen=True):
    items: list[RegistrationView]
    next: str | None


class ImportForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Guests that others told us about. `notified_at` is when these people were told which notice governs their data.

    A row has `name`, `email`, and may have `job_title`, `company`, `address`, `country`, `phone`, `language` and `ticket`.
    Nothing else: a consent cannot be imported.
    """

    rows: Annotated[list[dict[str, Any]], msgspec.Meta(min_length=1, max_length=MOST_ROWS)]
    notified_at: Moment


class ImportResult(msgspec.Struct, frozen=True):
    """`kept` registrations were left alone: the attendee registered or confirmed her data herself."""

    added: int
    corrected: int
    kept: int


class Sentence(msgspec.Struct, frozen=True):
    th: str
    en: str


class WhyView(msgspec.Struct, frozen=True):
    """The gate's decision now: the fields that would leave and on what ground, or the refusal."""

    allowed: bool
    refusal: str | None
    refusal_text: Sentence | None
    fields: list[str]
    basis: str | None
    consent_event_ids: list[UUID]
    scan_id: UUID | None


def _registration(row: RegistrationRow) -> RegistrationView:
    return RegistrationView(
        id=row.id,
        state=row.state,
        source=row.source,
        language=row.language,
        ticket=row.ticket,
        fields={field.value: value for field in Field if (value := getattr(row, field.value))},
        answers=row.answers,
        created_at=row.created_at,
        confirmed_at=row.confirmed_at,
        cancelled_at=row.cancelled_at,
        self_confirmed_at=row.self_confirmed_at,
    )


def _why(decision: Decision) -> WhyView:
    refusal = None if decision.refusal is None else Refusal(decision.refusal)
    return WhyView(
        allowed=refusal is None,
        refusal=refusal,
        refusal_text=None if refusal is None else Sentence(*REFUSALS[refusal]),
        fields=decision.fields,
        basis=decision.basis,
        consent_event_ids=decision.consent_event_ids,
        scan_id=decision.scan_id,
    )


@get("/organiser/events/{slug:str}/registrations", opt=may(Permission.SEE_EVENT))
async def get_registrations(
    slug: FromPath[str],
    caller: Given[Caller],
    database: Given[Database],
    organisation: Organisation = None,
    search: Annotated[
        str | None, QueryParameter(max_length=200, description="beginning of a name, address or badge code")
    ] = None,
    in_state: Annotated[str | None, QueryParameter(name="state", max_length=20, enum=STATES)] = None,
    cursor: Annotated[str | None, QueryParameter()] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> RegistrationPage:
    """The registrations of an event, in the order in which they came."""
    staff = caller.staff(Permission.SEE_EVENT, organisation)
    # Litestar keeps the name `state` for itself, so the fault is told here under the name that the caller knows
    if in_state is not None and in_state not in STATES:
        raise InvalidInput.of("state", f"Take one of {', '.join(STATES)}.", f"กรุณาเลือกหนึ่งใน {', '.join(STATES)}")
    after = read_cursor(cursor, tuple[UUID])[0] if cursor else None
    rows = await list_registrations(database, staff, slug, after, in_state, search, limit + 1)
    page, following = page_of(rows, limit, lambda row: (row.id,))
    return RegistrationPage([_registration(row) for row in page], following)


@get("/organiser/events/{slug:str}/badges.pdf", opt=may(Permission.SEE_EVENT), media_type="application/pdf")
async def get_badges(
    slug: FromPath[str],
    caller: Given[Caller],
    database: Given[Database],
    organisation: Organisation = None,
    cursor: Annotated[str | None, QueryParameter()] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_BADGES)] = MOST_BADGES,
) -> Response[bytes]:
    """The badges of confirmed people by name, four to an A4 sheet with cut marks; `Link: …; rel="next"` leads to the rest."""
    staff = caller.staff(Permission.SEE_EVENT, organisation)
    after = read_cursor(cursor, tuple[str, UUID]) if cursor else None
    badges, language, following = await print_badges(database, staff, slug, after, limit)
    headers = {"content-disposition": f'attachment; filename="badges-{slug}.pdf"'}
    if following:
        query = {"cursor": following, "limit": limit} | ({"organisation": organisation} if organisation else {})
        # RFC 8288: a PDF has no place for a cursor
        headers["link"] = f'<?{urlencode(query)}>; rel="next"'
    return Response(await badge_sheet(badges, language), media_type="application/pdf", headers=headers)


@post("/organiser/events/{slug:str}/registrations/import", opt=may(Permission.SET_UP_EVENT), status_code=200)
async def post_import(
    slug: FromPath[str],
    data: JSONBody[ImportForm],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
) -> ImportResult:
    """Import guests, all or none. Sending the list twice adds nobody twice."""
    staff = caller.staff(Permission.SET_UP_EVENT, organisation)
    done = await import_guests(database, staff, slug, data.rows, data.notified_at, now)
    return ImportResult(done.added, done.corrected, done.kept)


@get("/organiser/registrations/{registration:uuid}/why", opt=may(Permission.ASK_WHY))
async def get_why(
    registration: FromPath[UUID],
    party: Annotated[UUID, QueryParameter()],
    use: Annotated[Use, QueryParameter()],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
) -> WhyView:
    """What the gate would give this party about this attendee now, and why, or why not. Nothing is released by asking."""
    staff = caller.staff(Permission.ASK_WHY, organisation)
    return _why(await ask_why(database, staff, registration, party, use.value, now))


ROUTES: list[Any] = [get_registrations, get_badges, post_import, get_why]
