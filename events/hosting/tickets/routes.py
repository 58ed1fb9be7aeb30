"""HTTP of ticket types and of what the form asks."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, patch, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from events.access.caller import Caller
from events.access.guards import Given, IdempotencyKey, may
from events.access.permissions import Permission
from events.database.connections import Database
from events.hosting.planning.rules import FieldFacts
from events.hosting.rules import (
    Condition,
    Explanation,
    FieldName,
    Moment,
    Option,
    Position,
    Seats,
    Titles,
    changes_in,
    page_of,
    read_cursor,
)
from events.hosting.tickets.actions import change_ticket, compose_form, list_tickets, offer_ticket, show_form_fields
from events.hosting.tickets.queries import TicketRow
from events.hosting.tickets.rules import TicketPlan
from events.terms import FieldKind

Organisation = Annotated[UUID | None, QueryParameter()]
Price = Annotated[int, msgspec.Meta(ge=0, le=2_000_000_000)]
Currency = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}$(?!\n)")]
Unset = msgspec.UnsetType


class TicketForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A ticket type; `price_minor` is in the smallest unit of the currency (satang, cent).

    With `needs_approval` a confirmed registration is a request, until somebody of the organisation approves or declines it.
    With `valid_from` or `valid_until` the doors let its holders in between these times only, such as on one day.
    """

    names: Titles
    capacity: Seats | None = None
    price_minor: Price = 0
    currency: Currency = "THB"
    sales_open_at: Moment | None = None
    sales_close_at: Moment | None = None
    position: Position = 0
    needs_approval: bool = False
    valid_from: Moment | None = None
    valid_until: Moment | None = None


class TicketChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is left out stays."""

    names: Titles | Unset = msgspec.UNSET
    capacity: Seats | Unset | None = msgspec.UNSET
    price_minor: Price | Unset = msgspec.UNSET
    currency: Currency | Unset = msgspec.UNSET
    sales_open_at: Moment | Unset | None = msgspec.UNSET
    sales_close_at: Moment | Unset | None = msgspec.UNSET
    position: Position | Unset = msgspec.UNSET
    needs_approval: bool | Unset = msgspec.UNSET
    valid_from: Moment | Unset | None = msgspec.UNSET
    valid_until: Moment | Unset | None = msgspec.UNSET


class TicketView(msgspec.Struct, frozen=True):
    """`taken` counts live registrations of this ticket type."""

    id: UUID
    names: Titles
    capacity: int | None
    taken: int
    price_minor: int
    currency: str
    sales_open_at: datetime | None
    sales_close_at: datetime | None
    position: int
    needs_approval: bool
    valid_from: datetime | None
    valid_until: datetime | None
    created_at: datetime


class TicketPage(msgspec.Struct, frozen=True):
    items: list[TicketView]
    next: str | None


class FormField(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A field of the form; a required one says why, and what follows without it.

    Your own questions (`custom_…`) may be of another `kind`; `choice` and `multiple` take `options`, and `shown_if` asks a
    question only after certain answers to an earlier one of these. What is required under a condition is required only then.
    """

    field: FieldName
    required: bool
    label: Titles = msgspec.field(default_factory=Titles)
    reason: Explanation = msgspec.field(default_factory=Explanation)
    kind: FieldKind = FieldKind.TEXT
    options: Annotated[list[Option], msgspec.Meta(max_length=50)] = msgspec.field(default_factory=list)
    shown_if: Condition | None = None


class FormFields(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    fields: Annotated[list[FormField], msgspec.Meta(max_length=50)]


def view(row: TicketRow) -> TicketView:
    return TicketView(
        id=row.id,
        names=Titles(row.name_th, row.name_en),
        capacity=row.capacity,
        taken=row.taken,
        price_minor=row.price_minor,
        currency=row.currency,
        sales_open_at=row.sales_open_at,
        sales_close_at=row.sales_close_at,
        position=row.position,
        needs_approval=row.needs_approval,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        created_at=row.created_at,
    )


@post("/organiser/events/{slug:str}/ticket-types", opt=may(Permission.SET_UP_EVENT), status_code=201)
async def post_ticket(
    slug: FromPath[str],
    data: JSONBody[TicketForm],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
    idempotency_key: IdempotencyKey = None,
) -> TicketView:
    """Offer a ticket type."""
    staff = caller.staff(Permission.SET_UP_EVENT, organisation)
    plan = TicketPlan(**{name: getattr(data, name) for name in data.__struct_fields__})
    return view(await offer_ticket(database, staff, slug, plan, idempotency_key, data, now))


@get("/organiser/events/{slug:str}/ticket-types", opt=may(Permission.SEE_EVENT))
async def get_tickets(
    slug: FromPath[str],
    caller: Given[Caller],
    database: Given[Database],
    organisation: Organisation = None,
    cursor: Annotated[str | None, QueryParameter()] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> TicketPage:
    """The ticket types of an event, oldest first."""
    staff = caller.staff(Permission.SEE_EVENT, organisation)
    after = read_cursor(cursor, tuple[UUID])[0] if cursor else None
    rows = await list_tickets(database, staff, slug, after, limit + 1)
    page, following = page_of(rows, limit, lambda row: (row.id,))
    return TicketPage([view(row) for row in page], following)


@patch("/organiser/events/{slug:str}/ticket-types/{ticket:uuid}", opt=may(Permission.SET_UP_EVENT))
async def patch_ticket(
    slug: FromPath[str],
    ticket: FromPath[UUID],
    data: JSONBody[TicketChange],
    caller: Given[Caller],
    database: Given[Database],
    organisation: Organisation = None,
) -> TicketView:
    """Change a ticket type."""
    staff = caller.staff(Permission.SET_UP_EVENT, organisation)
    return view(await change_ticket(database, staff, slug, ticket, changes_in(data)))


@put("/organiser/events/{slug:str}/fields", opt=may(Permission.SET_UP_EVENT))
async def put_fields(
    slug: FromPath[str],
    data: JSONBody[FormFields],
    caller: Given[Caller],
    database: Given[Database],
    organisation: Organisation = None,
) -> FormFields:
    """What the form asks, in order. Name and e-mail are always asked; a field of your own starts with `custom_`."""
    staff = caller.staff(Permission.SET_UP_EVENT, organisation)
    fields = [FieldFacts(f.field, f.required, f.label, f.reason, f.kind, f.options, f.shown_if) for f in data.fields]
    return _fields(await compose_form(database, staff, slug, fields))


@get("/organiser/events/{slug:str}/fields", opt=may(Permission.SEE_EVENT))
async def get_fields(
    slug: FromPath[str], caller: Given[Caller], database: Given[Database], organisation: Organisation = None
) -> FormFields:
    """What the form asks now."""
    return _fields(await show_form_fields(database, caller.staff(Permission.SEE_EVENT, organisation), slug))


def _fields(fields: Any) -> FormFields:
    return FormFields([FormField(f.field, f.required, f.label, f.reason, f.kind, list(f.options), f.shown_if) for f in fields])


ROUTES: list[Any] = [post_ticket, get_tickets, patch_ticket, put_fields, get_fields]
