"""A booth's questions and settings, as they are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from events.access.caller import Desk
from events.booths.questions.rules import Option, Question
from events.database.connections import Connection
from events.terms import EventId

# an event that this sponsor is on the list of; whoever changes something of the booth holds it
BOOTH = """
select s.event_id, s.lock_after_minutes from event e join sponsorship s on s.event_id = e.id
where e.slug = $1 and e.organisation_id = $2 and s.party_id = $3
"""
QUESTIONS = """
select id, kind, wording_th, wording_en, options, removed_at is not null as removed from lead_question
where event_id = $1 and party_id = $2 and ($3 or removed_at is null) order by position, id
"""
KEEP = """
insert into lead_question (id, organisation_id, event_id, party_id, position, kind, wording_th, wording_en, options, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (id) do update set position = excluded.position, wording_th = excluded.wording_th, wording_en = excluded.wording_en,
    options = excluded.options
where lead_question.party_id = excluded.party_id and lead_question.event_id = excluded.event_id
"""
REMOVE_OTHERS = """
update lead_question set removed_at = $4 where event_id = $1 and party_id = $2 and removed_at is null and id <> all ($3)
"""


@dataclass(frozen=True, slots=True)
class Booth:
    """One sponsor's booth at one event; `lock_after_minutes` is None where its phones do not lock."""

    event: EventId
    lock_after_minutes: int | None


async def booth_of(connection: Connection, desk: Desk, slug: str, *, lock: bool = False) -> Booth | None:
    """None for an event that this sponsor is not on the list of."""
    held = " for no key update of s" if lock else ""
    row = await connection.fetchrow(BOOTH + held, slug, desk.organisation, desk.party)
    return None if row is None else Booth(row["event_id"], row["lock_after_minutes"])


async def questions_of(connection: Connection, event: EventId, party: UUID, *, removed: bool = False) -> list[Question]:
    """In the order in which they are asked; the removed ones only if wanted."""
    return [_question(row) for row in await connection.fetch(QUESTIONS, event, party, removed)]


def _question(row: Any) -> Question:
    options = [Option(o["id"], o["th"], o["en"]) for o in row["options"]]
    return Question(row["id"], row["kind"], row["wording_th"], row["wording_en"], options, row["removed"])


async def keep_questions(
    connection: Connection, desk: Desk, event: EventId, questions: Sequence[tuple[UUID, Question]], now: datetime
) -> None:
    """These and no others are asked from now on; removed ones stay for the answers that were given."""
    await connection.execute(REMOVE_OTHERS, event, desk.party, [id_ for id_, _ in questions], now)
    rows = [
        (
            id_, desk.organisation, event, desk.party, n, q.kind, q.wording_th, q.wording_en,
            [{"id": o.id, "th": o.th, "en": o.en} for o in q.options], now,
        )
        for n, (id_, q) in enumerate(questions)
    ]  # fmt: skip
    await connection.executemany(KEEP, rows)


async def keep_lock(connection: Connection, desk: Desk, event: EventId, minutes: int | None) -> None:
    await connection.execute(
        "update sponsorship set lock_after_minutes = $3 where event_id = $1 and party_id = $2", event, desk.party, minutes
    )
