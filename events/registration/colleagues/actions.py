"""A place goes on to a colleague, who is asked everything anew (S3.1-others-1)."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from events.database.connections import Database, Scope
from events.errors import Conflict, InvalidInput, TooMany
from events.registration.actions import cancel, enter
from events.registration.colleagues.queries import hand_over, handed_on_since
from events.registration.queries import my_registrations
from events.registration.rules import fill_in_for
from events.terms import PersonId

DAY: Final = timedelta(days=1)
MOST_A_DAY: Final = 3


async def transfer(
    database: Database, person: PersonId, registration: UUID, name: str, email: str, base_url: str, now: datetime
) -> None:
    """Give one's place to a colleague: mine is cancelled, with all that follows, and the seat is held for her until she confirms.

    Raises NotFound, InvalidInput, Conflict for what is not confirmed or over, and TooMany for a seat that goes round.
    """
    card = fill_in_for([], {"name": name, "email": email}, "").card
    async with database.transaction(Scope(person=person)) as connection:
        await enter(connection, person, registration)
        # two presses at once stand in line here
        await connection.execute("select 1 from registration where id = $1 for no key update", registration)
        [mine] = await my_registrations(connection, person, registration)
        if mine["state"] != "confirmed" or mine["ends_at"] <= now or mine["event_cancelled_at"] is not None:
            raise Conflict(
                "Only a confirmed place at an event that is not over can be given on.", "โอนได้เฉพาะที่นั่งที่ยืนยันแล้วของงานที่ยังไม่สิ้นสุด"
            )
        if card["email"].lower() == mine["email"].lower():
            raise InvalidInput.of("email", "This is your own address.", "นี่คืออีเมลของคุณเอง")
        earlier = await handed_on_since(connection, registration, now, DAY)
        if len(earlier) >= MOST_A_DAY:
            raise TooMany(retry_after=int((earlier[-MOST_A_DAY] + DAY - now).total_seconds()) + 1)
        at = await cancel(connection, mine["event_id"], registration, None, now, keep_seats=True)
        if at is None or not await hand_over(connection, registration, card["name"], card["email"], base_url, at):
            raise TooMany(retry_after=1200)
