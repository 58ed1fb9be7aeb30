"""A sponsor says what its helpers ask, and when its phones lock. Free of HTTP: the API and the pages call the same."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from events.access.caller import Desk
from events.booths.questions.queries import Booth, booth_of, keep_lock, keep_questions, questions_of
from events.booths.questions.rules import Move, Question, about_one, list_faults, moved, saved, stays
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

    def whole(_: Sequence[Question]) -> Sequence[Question]:
        return questions

    return await _change(database, desk, slug, whole, now)


async def save_question(database: Database, desk: Desk, slug: str, question: Question, now: datetime) -> Sequence[Question]:
    """One question anew; without an id, or with one that is no longer asked, it comes last. The others stay as they are, whoever
    changes them meanwhile. Raises NotFound, InvalidInput as for a list of this one question."""

    def with_it(asked: Sequence[Question]) -> Sequence[Question]:
        return saved(asked, question)

    try:
        return await _change(database, desk, slug, with_it, now)
    except InvalidInput as error:
        raise InvalidInput(fields=about_one(error.fields)) from error


async def move_question(
    database: Database, desk: Desk, slug: str, question: UUID, move: Move, now: datetime
) -> Sequence[Question]:
    """One question a place up or down. Gone already is no error. Raises NotFound."""

    def in_order(asked: Sequence[Question]) -> Sequence[Question]:
        return moved(asked, question, move)

    return await _change(database, desk, slug, in_order, now)


async def remove_question(database: Database, desk: Desk, slug: str, question: UUID, now: datetime) -> Sequence[Question]:
    """One question is asked no more; what was answered stays. Gone already is no error. Raises NotFound."""

    def without_it(asked: Sequence[Question]) -> Sequence[Question]:
        return [one for one in asked if one.id != question]

    return await _change(database, desk, slug, without_it, now)


async def _change(
    database: Database, desk: Desk, slug: str, change: Callable[[Sequence[Question]], Sequence[Question]], now: datetime
) -> Sequence[Question]:
    """Read, change and keep while nobody else does. Raises NotFound, InvalidInput."""
    async with database.transaction(Scope(organisation=desk.organisation)) as connection:
        booth = await find_booth(connection, desk, slug, lock=True)
        before = await questions_of(connection, booth.event, _party(desk))
        asked, wanted = {q.id: q for q in before if q.id is not None}, change(before)
        if faults := list_faults(wanted, asked):
            raise InvalidInput(fields=faults)
        await keep_questions(connection, desk, booth.event, [_named(q, asked.get(q.id) if q.id else None) for q in wanted], now)
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
