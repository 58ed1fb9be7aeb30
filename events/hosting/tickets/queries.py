"""Ticket types and form fields of an event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from piccolo.columns import Column

from events.database.connections import Connection
from events.hosting.planning.rules import FieldFacts
from events.hosting.rules import Condition, Explanation, Option, Titles
from events.hosting.tickets.rules import TicketPlan, complete
from events.tables import EventField, TicketType
from events.terms import EventId, FieldKind, OrganisationId, TicketTypeId

TICKETS = """
select t.id, t.name_th, t.name_en, t.capacity, t.price_minor, t.currency, t.sales_open_at, t.sales_close_at, t.position,
       t.needs_approval, t.valid_from, t.valid_until, t.created_at,
       (select count(*) from registration r where r.ticket_type_id = t.id and r.state <> 'cancelled' and not r.waits) as taken
from ticket_type t
where t.organisation_id = $1 and t.event_id = $2 and ($3::uuid is null or t.id > $3) and ($4::uuid is null or t.id = $4)
order by t.id limit $5
"""

# the whole list in one statement; Piccolo would write our lists into jsonb as texts
INSERT_FIELDS = """
insert into event_field (organisation_id, event_id, field, required, label_th, label_en, reason_th, reason_en, position,
                         kind, options, shown_if)
select $1, $2, f.said->>'field', (f.said->>'required')::boolean, f.said->'label'->>'th', f.said->'label'->>'en',
       f.said->'reason'->>'th', f.said->'reason'->>'en', f.n - 1, f.said->>'kind', f.said->'options',
       nullif(f.said->'shown_if', 'null')
from jsonb_array_elements($3) with ordinality f (said, n)
"""


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket type and how many live registrations hold one."""

    id: TicketTypeId
    name_th: str
    name_en: str
    capacity: int | None
    price_minor: int
    currency: str
    sales_open_at: datetime | None
    sales_close_at: datetime | None
    position: int
    needs_approval: bool
    valid_from: datetime | None
    valid_until: datetime | None
    created_at: datetime
    taken: int


async def insert_ticket(organisation: OrganisationId, event: EventId, ticket: UUID, plan: TicketPlan, now: datetime) -> None:
    await TicketType.insert(
        TicketType(
            id=ticket,
            organisation_id=organisation,
            event_id=event,
            created_at=now,
            **_columns(plan),
        )
    )


async def update_ticket(ticket: UUID, plan: TicketPlan) -> None:
    values: dict[Column | str, Any] = dict(_columns(plan).items())
    await TicketType.update(values).where(TicketType.id == ticket)


def _columns(plan: TicketPlan) -> dict[str, Any]:
    return {
        "name_th": plan.names.th,
        "name_en": plan.names.en,
        "capacity": plan.capacity,
        "price_minor": plan.price_minor,
        "currency": plan.currency,
        "sales_open_at": plan.sales_open_at,
        "sales_close_at": plan.sales_close_at,
        "position": plan.position,
        "needs_approval": plan.needs_approval,
        "valid_from": plan.valid_from,
        "valid_until": plan.valid_until,
    }


async def ticket_page(
    connection: Connection, organisation: OrganisationId, event: EventId, after: UUID | None, limit: int
) -> list[TicketRow]:
    return [TicketRow(**row) for row in await connection.fetch(TICKETS, organisation, event, after, None, limit)]


async def ticket_of(connection: Connection, organisation: OrganisationId, event: EventId, ticket: UUID) -> TicketRow | None:
    row = await connection.fetchrow(TICKETS, organisation, event, None, ticket, 1)
    return None if row is None else TicketRow(**row)


async def replace_fields(
    connection: Connection, organisation: OrganisationId, event: EventId, fields: Sequence[FieldFacts]
) -> None:
    await EventField.delete().where((EventField.event_id == event) & (EventField.organisation_id == organisation))
    await insert_fields(connection, organisation, event, fields)


async def insert_first_fields(connection: Connection, organisation: OrganisationId, event: EventId) -> None:
    """Name and e-mail, which every form asks."""
    await insert_fields(connection, organisation, event, complete([]))


async def insert_fields(
    connection: Connection, organisation: OrganisationId, event: EventId, fields: Sequence[FieldFacts]
) -> None:
    await connection.execute(INSERT_FIELDS, organisation, event, [msgspec.to_builtins(field) for field in fields])


async def fields_of(organisation: OrganisationId, event: EventId) -> list[FieldFacts]:
    rows = (
        await EventField.select()
        .where((EventField.event_id == event) & (EventField.organisation_id == organisation))
        .order_by(EventField.position, EventField.field)
    )
    return [
        FieldFacts(
            row["field"],
            row["required"],
            Titles(row["label_th"], row["label_en"]),
            Explanation(row["reason_th"], row["reason_en"]),
            FieldKind(row["kind"]),
            msgspec.convert(row["options"], list[Option]),
            msgspec.convert(row["shown_if"], Condition | None),
        )
        for row in rows
    ]
