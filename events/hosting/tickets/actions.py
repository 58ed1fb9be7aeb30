"""An organiser offers ticket types and says what the form asks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from events.access.caller import Staff
from events.access.idempotency import claim
from events.database.connections import Connection, Database, Scope
from events.errors import Conflict, FieldError, NotFound
from events.hosting.actions import find_event, find_open_event
from events.hosting.planning.queries import spread_seats
from events.hosting.planning.rules import FieldFacts
from events.hosting.queries import OwnEvent
from events.hosting.rules import Titles, refuse
from events.hosting.tickets.queries import (
    TicketRow,
    fields_of,
    insert_ticket,
    replace_fields,
    ticket_of,
    ticket_page,
    update_ticket,
)
from events.hosting.tickets.rules import TicketPlan, complete, form_faults, ticket_plan_faults


async def offer_ticket(
    database: Database, staff: Staff, slug: str, plan: TicketPlan, key: str | None, request: msgspec.Struct, now: datetime
) -> TicketRow:
    """A new ticket type. Raises InvalidInput, NotFound, or Conflict when the event is cancelled."""
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_open_event(connection, staff, slug)
        refuse(ticket_plan_faults(plan, event.languages, event.starts_at, event.ends_at))
        ticket, new = await claim(connection, f"offer_ticket:{event.id}", key, request, now)
        if new:
            await insert_ticket(staff.organisation, event.id, ticket, plan, now)
            if plan.capacity is not None:
                await spread_seats(connection, staff.organisation, event.id, ticket, plan.capacity)
        return await _ticket(connection, staff, event, ticket)


async def change_ticket(database: Database, staff: Staff, slug: str, ticket: UUID, changes: Mapping[str, Any]) -> TicketRow:
    """Change a ticket type. Raises InvalidInput, NotFound, or Conflict when more places are taken than it would have."""
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_open_event(connection, staff, slug)
        old = await _ticket(connection, staff, event, ticket)
        plan = replace(plan_of(old), **changes)
        refuse(ticket_plan_faults(plan, event.languages, event.starts_at, event.ends_at))
        if plan.capacity != old.capacity and not await spread_seats(
            connection, staff.organisation, event.id, ticket, plan.capacity
        ):
            raise Conflict(
                fields=[FieldError("capacity", "More places than that are taken already.", "มีผู้ลงทะเบียนมากกว่าจำนวนนี้แล้ว")]
            )
        await update_ticket(ticket, plan)
        return await _ticket(connection, staff, event, ticket)


def plan_of(row: TicketRow) -> TicketPlan:
    return TicketPlan(
        names=Titles(row.name_th, row.name_en),
        capacity=row.capacity,
        price_minor=row.price_minor,
        currency=row.currency,
        sales_open_at=row.sales_open_at,
        sales_close_at=row.sales_close_at,
        position=row.position,
        needs_approval=row.needs_approval,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


async def _ticket(connection: Connection, staff: Staff, event: OwnEvent, ticket: UUID) -> TicketRow:
    row = await ticket_of(connection, staff.organisation, event.id, ticket)
    if row is None:
        raise NotFound
    return row


async def list_tickets(database: Database, staff: Staff, slug: str, after: UUID | None, limit: int) -> Sequence[TicketRow]:
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_event(connection, staff, slug)
        return await ticket_page(connection, staff.organisation, event.id, after, limit)


async def compose_form(database: Database, staff: Staff, slug: str, fields: Sequence[FieldFacts]) -> Sequence[FieldFacts]:
    """What the form asks, as a whole list; name and e-mail are always in it. Raises InvalidInput (S2-scope-2, S3.1-contact-1)."""
    whole = complete(fields)
    # faults are told in the numbering of what was sent
    ahead = len(whole) - len(fields)
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_open_event(connection, staff, slug)
        refuse(form_faults(whole[ahead:], event.languages))
        await replace_fields(connection, staff.organisation, event.id, whole)
    return whole


async def show_form_fields(database: Database, staff: Staff, slug: str) -> Sequence[FieldFacts]:
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_event(connection, staff, slug)
        return await fields_of(staff.organisation, event.id)
