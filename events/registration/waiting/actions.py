"""Who waited is offered a place, and takes it or leaves it to the next."""

from datetime import datetime
from uuid import UUID

from events.access.actions import open_session
from events.badges.codes import new_code
from events.database.connections import Connection, Database, Scope
from events.errors import Conflict
from events.registration.actions import Confirmed, enter, link_is_dead
from events.registration.waiting.queries import offer_behind
from events.terms import PersonId

ANSWER = "select registration.answer_offer($1, $2, $3, $4, $5)"


async def answer_offer(
    database: Database, person: PersonId, registration: UUID, accept: bool, base_url: str, now: datetime
) -> str:
    """Take the place that one is offered, or leave it to the next; returns the state of the registration then.

    Raises NotFound, and Conflict when no offer stands: it was answered, or its time is over.
    """
    async with database.transaction(Scope(person=person)) as connection:
        mine = await enter(connection, person, registration)
        tag = await connection.fetchval("select badge_tag from event where id = $1", mine["event_id"])
        state = await _answer(connection, registration, tag, accept, base_url, now)
        if state is None:
            raise Conflict("No place is offered to you now.", "ขณะนี้ไม่มีที่นั่งที่เสนอให้คุณ")
    return state


async def answer_offer_link(
    database: Database, token: str, accept: bool, base_url: str, now: datetime, *, replacing: str | None = None
) -> Confirmed:
    """The same by the mailed link, which is spent and signs the person in; `replacing` is the session cookie that came along.

    Raises Gone for a link that is unknown, spent or late.
    """
    offer = await offer_behind(database, token, now)
    if offer is None:
        raise link_is_dead()
    async with database.transaction() as connection:
        state = await _answer(connection, offer.registration_id, offer.badge_tag, accept, base_url, now)
        if state is None:
            raise link_is_dead()
        session = await open_session(connection, PersonId(offer.person_id), now, replacing=replacing)
    return Confirmed(offer.registration_id, session, state, "self")


async def _answer(
    connection: Connection, registration: UUID, badge_tag: str, accept: bool, base_url: str, now: datetime
) -> str | None:
    state: str | None = await connection.fetchval(ANSWER, registration, accept, new_code(badge_tag), base_url, now)
    return state
