"""Giving and taking back, for every slice in which a person does it.

Restrictive acts beat every release in flight, and whoever already got the data is told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from events.consent.queries import StateRow, record_acts, served_form, state_of
from events.consent.rules import ActRow, Choice, grants_of, taking_back
from events.database.connections import Connection
from events.errors import Conflict, FormChanged, InvalidInput, NotFound
from events.terms import NAMED_PURPOSES, PersonId, Purpose


@dataclass(frozen=True, slots=True)
class ShownForm:
    """The form that her grants stand on."""

    id: UUID
    sha256: str


async def own(connection: Connection, person: PersonId, registration: UUID) -> dict[str, Any]:
    """Her registration (id, event, organisation), with its organisation's rows opened to this transaction; or NotFound."""
    row = await connection.fetchrow(
        "select r.id, r.event_id, r.organisation_id, r.state, e.slug from registration r join event e on e.id = r.event_id"
        " where r.id = $1 and r.person_id = $2",
        registration,
        person,
    )
    if row is None:
        raise NotFound
    await connection.execute("select set_config('events.organisation', $1, true)", str(row["organisation_id"]))
    return dict(row)


async def lock_against_releases(
    connection: Connection, events: Iterable[UUID], now: datetime, parties: Iterable[UUID | None] = (None,)
) -> datetime:
    """Wait for the doors that are releasing now and keep new ones out until this transaction ends.

    Call it before anything that takes data back; the recall that follows then finds every line that left before. Only the
    named parties' doors wait; None among them stands for all. Returns the time to write down: `now`, or that of the last release
    if that was stamped later.
    """
    at: datetime = await connection.fetchval(
        "select release.lock_against_releases($1, $2, $3)", list(events), _named(parties), now
    )
    return at


async def wait_for_releases(connection: Connection, events: Iterable[UUID], parties: Iterable[UUID | None] = (None,)) -> None:
    """The same wait, for what an organiser changes about a party or an event: no act of a person needs its time."""
    await connection.execute("select release.lock_against_releases($1, $2, null)", list(events), _named(parties))


def _named(parties: Iterable[UUID | None]) -> list[UUID] | None:
    listed = set(parties)
    return None if None in listed else [party for party in listed if party]


async def recall_what_was_lost(connection: Connection, registrations: Iterable[UUID], now: datetime) -> int:
    """Tell every party that got what it may not have any more (§10.1, S6-sponsor-13); returns how many were told."""
    rows = await connection.fetch("select * from release.recall_what_was_lost($1, $2)", list(registrations), now)
    return len(rows)


async def grants_on(
    connection: Connection,
    mine: dict[str, Any],
    ticks: Sequence[Choice],
    shown: ShownForm | None,
    now: datetime,
    method: str,
) -> list[ActRow]:
    """The acts that these ticks make on the form that was shown, for `give` to write.

    Raises FormChanged when that form is not in force, InvalidInput for boxes that were not on it, Conflict for a registration
    that does not stand.
    """
    if mine["state"] not in ("confirmed", "attended"):
        raise Conflict("This registration is not confirmed, or was cancelled.", "การลงทะเบียนนี้ยังไม่ยืนยันหรือถูกยกเลิกแล้ว")
    if shown is None:
        raise InvalidInput.of("served_form", "A consent names the form it was given on.", "การให้ความยินยอมต้องระบุแบบฟอร์มที่แสดง")
    found = await served_form(connection, mine["event_id"], shown.id, now)
    if found is None or found[0].sha256.hex() != shown.sha256:
        raise InvalidInput.of(
            "served_form",
            "Ask for the form again: this is none that was served for this event.",
            "กรุณาเปิดแบบฟอร์มใหม่ แบบฟอร์มนี้ไม่ใช่ของงานนี้",
        )
    form, ends_at, in_force = found
    if not in_force:
        raise FormChanged
    return grants_of(form, ticks, ends_at, method)


async def give(connection: Connection, registration: UUID, acts: Sequence[ActRow], now: datetime) -> None:
    """Write grants down; giving again may give less, and then whoever has more is told."""
    await record_acts(connection, registration, acts, now)
    await recall_what_was_lost(connection, [registration], now)


async def take_back(connection: Connection, event: UUID, registration: UUID, acts: Sequence[ActRow], now: datetime) -> int:
    """Record withdrawals of one registration and recall what they cover; returns the number of recalls.

    A withdrawal that names nobody means every recipient of the purpose: each live grant is withdrawn by name as well.
    """
    at = await lock_against_releases(connection, [event], now, [act["recipient_id"] for act in acts])
    whole = {Purpose(act["purpose"]): act for act in acts if act["recipient_id"] is None}
    expanded = [
        act | {"recipient_id": row.recipient_id}
        for row in (await state_of(connection, registration, at) if whole else [])
        if row.act == "grant" and row.recipient_id is not None and (act := whole.get(Purpose(row.purpose)))
    ]
    await record_acts(connection, registration, [*expanded, *acts], at)
    return await recall_what_was_lost(connection, [registration], at)


def everything(state: Sequence[StateRow], actor: str, actor_id: UUID | None, method: str) -> list[ActRow]:
    """Withdrawals for all that is given, all sponsors at once, and the badge flag (scenarios 11c, 13)."""
    named = [
        taking_back(Purpose(row.purpose), row.recipient_id, actor, actor_id, method)
        for row in state
        if row.act == "grant" and (row.recipient_id is not None) == (Purpose(row.purpose) in NAMED_PURPOSES)
    ]
    standing = [
        taking_back(purpose, None, actor, actor_id, method)
        for purpose in (Purpose.SPONSOR_SHARING, Purpose.BADGE_SCAN)
        if not any(act["purpose"] == purpose and act["recipient_id"] is None for act in named)
    ]
    return named + standing
