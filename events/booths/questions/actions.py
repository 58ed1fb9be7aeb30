"""A sponsor says what its helpers ask, and when its phones lock. Free of HTTP: the API and the pages call the same."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from events.access.queries import Desk
from events.booths.questions.queries import Booth, booth_of, keep_lock, keep_questions, questions_of
from events.booths.questions.rules import Question, list_faults, stays
from events.database.connections import Connection, Database, Scope
from events.errors import InvalidInput, NotFound


async def list_questions(database: Database, desk: Desk, slug: str) -> Sequence[Question]:
    """What is asked at this booth, in its order. Raises NotFound for an event that the party does not sponsor."""
    async with database.transaction(Scope(organisation=desk.organisation)) as connection:
        booth = await find_booth(connection, desk, slug)
        return await questions_of(connection, booth.event, _party(desk))


async def set_questions(
    database: Database, desk: Desk, slug: str, questions: Sequence[Question], now: datetime
) -> Sequence[Question]:
    """The whole list anew: ids are kept where they are given; what is left out is no longer asked. A question that changed its
    kind or lost an option gets a new id (see rules.stays). Raises NotFound, InvalidInput naming everything to mend."""
    async with database.transaction(Scope(organisation=desk.organisation)) as connection:
        booth = await find_booth(connection, desk, slug, lock=True)
        asked = {q.id: q for q in await questions_of(connection, booth.event, _party(desk)) if q.id is not None}
        if faults := list_faults(questions, asked):
            raise InvalidInput(fields=faults)
        await keep_questions(
            connection, desk, booth.event, [_named(q, asked.get(q.id) if q.id else None) for q in questions], now
        )
        return await questions_of(connection, booth.event, _party(desk))


async def show_booth(database: Database, desk: Desk, slug: str) -> Booth:
    """The settings of the booth. Raises NotFound for an event that the party does not sponsor."""
    async with database.transaction(Scope(organisation=desk.organisation)) as connection:
        return await find_booth(connection, desk, slug)


async def set_lock(database: Database, desk: Desk, slug: str, minutes: int | None) -> Booth:
    """After how many minutes without a touch its phones ask for their PIN (1 to 120), None for never. Raises NotFound."""
    if minutes is not None and not 1 <= minutes <= 120:
        raise InvalidInput.of("lock_after_minutes", "Give 1 to 120 minutes, or null.", "กรุณาระบุ 1 ถึง 120 นาที หรือ null")
    async with database.transaction(Scope(organisation=desk.organisation)) as connection:
        booth = await find_booth(connection, desk, slug, lock=True)
        await keep_lock(connection, desk, booth.event, minutes)
        return Booth(booth.event, minutes)


async def find_booth(connection: Connection, desk: Desk, slug: str, *, lock: bool = False) -> Booth:
    """The party's booth at this event; raises NotFound where it has none."""
    booth = await booth_of(connection, desk, slug, lock=lock)
    if booth is None:
        raise NotFound
    return booth


def _party(desk: Desk) -> UUID:
    if desk.party is None:
        raise NotFound
    return desk.party


def _named(question: Question, asked: Question | None) -> tuple[UUID, Question]:
    """A question with its id and those of its options."""
    kept = asked is not None and stays(question, asked)
    options = [replace(option, id=option.id if kept and option.id else uuid4().hex[:12]) for option in question.options]
    return (asked.id if kept and asked and asked.id else uuid4()), replace(question, options=options)
