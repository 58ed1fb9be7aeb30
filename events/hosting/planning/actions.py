"""An organiser plans an event, changes it, publishes it, cancels it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec

from events.access.caller import Staff
from events.access.idempotency import claim
from events.badges.codes import new_event_tag
from events.consent.actions import wait_for_releases
from events.database.connections import Connection, Database, Scope
from events.errors import Conflict, FieldError, NotFound
from events.hosting.actions import cancelled
from events.hosting.planning.queries import (
    EventRow,
    event_by_id,
    event_by_slug,
    event_page,
    insert_event,
    organiser_of,
    readiness_of,
    spread_seats,
    update_event,
)
from events.hosting.planning.rules import (
    Plan,
    affiliate_notice_faults,
    fixed_since_publication,
    organiser_faults,
    plan_faults,
    publication_faults,
    tells,
    title_faults,
)
from events.hosting.rules import Summaries, Titles, refuse
from events.hosting.tickets.queries import insert_first_fields
from events.messages.posting import tell_event
from events.terms import EventId, Mail, MailKind


async def plan_event(
    database: Database, staff: Staff, plan: Plan, key: str | None, request: msgspec.Struct, now: datetime
) -> EventRow:
    """Store a new event that nobody sees yet, with the two fields every form has.

    Raises InvalidInput naming every fault, Conflict for a slug that is taken.
    """
    refuse(plan_faults(plan))
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        refuse(organiser_faults(plan, await organiser_of(connection, staff.organisation, plan.organiser_party)))
        event, new = await claim(connection, f"plan_event:{staff.organisation}", key, request, now)
        if not new:
            return await _find_again(staff, event)
        row = EventRow(
            id=EventId(event),
            organisation_id=staff.organisation,
            badge_tag=new_event_tag(),
            published_at=None,
            cancelled_at=None,
            created_at=now,
            **columns(plan),
        )
        if not await insert_event(row):
            raise _slug_taken()
        await insert_first_fields(connection, staff.organisation, row.id)
        if plan.capacity is not None:
            await spread_seats(connection, staff.organisation, event, None, plan.capacity)
    return row


async def _find_again(staff: Staff, event: UUID) -> EventRow:
    row = await event_by_id(staff.organisation, event)
    if row is None:
        raise NotFound
    return row


def _slug_taken() -> Conflict:
    return Conflict(fields=[FieldError("slug", "This slug is taken; choose another.", "ชื่อย่อนี้ถูกใช้แล้ว กรุณาเลือกชื่ออื่น")])


def columns(plan: Plan) -> dict[str, Any]:
    """A plan as the event's columns."""
    return {
        "slug": plan.slug,
        "kind": plan.kind,
        "our_role": plan.our_role,
        "our_role_reason": plan.our_role_reason,
        "organiser_party_id": plan.organiser_party,
        "title_th": plan.titles.th,
        "title_en": plan.titles.en,
        "place_th": plan.places.th,
        "place_en": plan.places.en,
        "summary_th": plan.summaries.th,
        "summary_en": plan.summaries.en,
        "join_url": plan.join_url,
        "languages": list(plan.languages),
        "time_zone": plan.time_zone,
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "capacity": plan.capacity,
        "release_closes_at": plan.release_closes_at,
    }


def plan_of(row: EventRow) -> Plan:
    return Plan(
        slug=row.slug,
        kind=row.kind,
        titles=Titles(row.title_th, row.title_en),
        places=Titles(row.place_th, row.place_en),
        summaries=Summaries(row.summary_th, row.summary_en),
        join_url=row.join_url,
        languages=row.languages,
        time_zone=row.time_zone,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        capacity=row.capacity,
        our_role=row.our_role,
        our_role_reason=row.our_role_reason,
        organiser_party=row.organiser_party_id,
        release_closes_at=row.release_closes_at,
    )


async def change_event(database: Database, staff: Staff, slug: str, changes: Mapping[str, Any], now: datetime) -> EventRow:
    """Change an event's plan; after publication only what does not alter what people answered to, and everybody is told.

    Raises InvalidInput, or Conflict naming what is fixed by now, a taken slug, or more seats taken than the new capacity.
    """
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        row = await event_by_slug(staff.organisation, slug, lock=True)
        if row is None:
            raise NotFound
        if row.cancelled_at is not None:
            raise cancelled()
        old = plan_of(row)
        new = replace(old, **changes)
        if row.published_at is not None:
            _require_unchanged(old, new)
        refuse(plan_faults(new))
        await _check_organiser(connection, staff, new, published=row.published_at is not None)
        if new.capacity != old.capacity and not await spread_seats(connection, staff.organisation, row.id, None, new.capacity):
            raise Conflict(
                fields=[FieldError("capacity", "More places than that are taken already.", "มีผู้ลงทะเบียนมากกว่าจำนวนนี้แล้ว")]
            )
        wanted = columns(new)
        try:
            await update_event(row.id, {name: value for name, value in wanted.items() if value != getattr(row, name)})
        except asyncpg.UniqueViolationError as error:
            raise _slug_taken() from error
        if row.published_at is not None and now < new.ends_at and tells(old) != tells(new):
            await tell_event(connection, row.id, f"changed:{uuid4()}", Mail(MailKind.CHANGED, None, {"before": tells(old)}), now)
    return replace(row, **wanted)


def _require_unchanged(old: Plan, new: Plan) -> None:
    fixed = fixed_since_publication(old, new)
    if fixed:
        raise Conflict(
            "The event is published; people have answered to it as it was.",
            "งานนี้เผยแพร่แล้ว และมีผู้ตอบแบบฟอร์มตามข้อมูลเดิม",
            fields=[FieldError(name, "This is fixed since publication.", "แก้ไขไม่ได้หลังเผยแพร่") for name in fixed],
        )


async def _check_organiser(connection: Connection, staff: Staff, plan: Plan, *, published: bool) -> None:
    organiser = await organiser_of(connection, staff.organisation, plan.organiser_party)
    if published:
        refuse([*title_faults(plan), *affiliate_notice_faults(plan, organiser)])
    else:
        refuse(organiser_faults(plan, organiser))


async def publish_event(database: Database, staff: Staff, slug: str, now: datetime) -> EventRow:
    """Let everybody see the event; publishing it again changes nothing.

    Raises InvalidInput naming everything that is missing (§1, §6, §12: S1-role-1, S6-aff-2, S12-ver-1), Conflict when cancelled.
    """
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        row = await event_by_slug(staff.organisation, slug, lock=True)
        if row is None:
            raise NotFound
        if row.cancelled_at is not None:
            raise cancelled()
        if row.published_at is not None:
            return row
        refuse(publication_faults(plan_of(row), await readiness_of(connection, row.id, now)))
        await update_event(row.id, {"published_at": now})
    return replace(row, published_at=now)


async def cancel_event(database: Database, staff: Staff, slug: str, now: datetime) -> EventRow:
    """Call the event off: nothing more is released from this commit on. Doing it again changes nothing."""
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        row = await event_by_slug(staff.organisation, slug, lock=True)
        if row is None:
            raise NotFound
        if row.cancelled_at is not None:
            return row
        await wait_for_releases(connection, [row.id])
        await update_event(row.id, {"cancelled_at": now})
        if now < row.ends_at:
            await tell_event(connection, row.id, "cancelled_event", Mail(MailKind.CANCELLED_EVENT, None, {}), now)
    return replace(row, cancelled_at=now)


async def show_event(database: Database, staff: Staff, slug: str) -> EventRow:
    async with database.transaction(Scope(organisation=staff.organisation)):
        row = await event_by_slug(staff.organisation, slug)
    if row is None:
        raise NotFound
    return row


async def list_events(database: Database, staff: Staff, before: UUID | None, limit: int) -> Sequence[EventRow]:
    async with database.transaction(Scope(organisation=staff.organisation)):
        return await event_page(staff.organisation, before, limit)
