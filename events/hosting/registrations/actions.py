"""An organiser looks at the registrations, imports guests, and asks why the gate says what it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.access.caller import Staff
from events.badges.codes import BadgeCode, new_code
from events.badges.pdf import Badge, badge_of
from events.database.connections import Connection, Database, Scope
from events.errors import Conflict, FieldError, NotFound, SoldOut
from events.hosting.actions import find_event, find_open_event
from events.hosting.queries import OwnEvent
from events.hosting.registrations.queries import (
    Decision,
    Known,
    RegistrationRow,
    add_registrations,
    badges_to_print,
    correct_cards,
    decision_for_affiliate,
    decision_for_sponsor,
    issue_badges,
    kind_of_party,
    known_registrations,
    notices_at,
    people_of,
    registration_page,
    take_seats,
    ticket_ids,
)
from events.hosting.registrations.rules import Guest, code_prefix, notified_faults, read_rows
from events.hosting.rules import page_of, refuse
from events.terms import Language, PartyKind


@dataclass(frozen=True, slots=True)
class Imported:
    """How many registrations an import made, corrected, and left alone because the attendee's own words stand in them."""

    added: int
    corrected: int
    kept: int


async def list_registrations(
    database: Database, staff: Staff, slug: str, after: UUID | None, state: str | None, search: str | None, limit: int
) -> Sequence[RegistrationRow]:
    """A page of the event's registrations; `search` is the beginning of a name, an address or a badge code."""
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_event(connection, staff, slug)
        code = code_prefix(search) if search else None
        return await registration_page(connection, staff.organisation, event.id, after, state, search or None, code, limit)


async def print_badges(
    database: Database, staff: Staff, slug: str, after: tuple[str, UUID] | None, limit: int
) -> tuple[list[Badge], Language, str | None]:
    """The badges of those who have a place, by name, each in its owner's language; the event's first language for the sheet
    itself; and the cursor of the next page, or None. Raises NotFound, and Conflict when there is none to print.
    """
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_event(connection, staff, slug)
        rows = await badges_to_print(connection, staff.organisation, event.id, after, limit + 1)
    if not rows:
        raise Conflict("There is no badge to print: nobody has a confirmed place.", "ยังไม่มีบัตรให้พิมพ์ เพราะยังไม่มีผู้ที่ยืนยันที่นั่ง")
    page, following = page_of(rows, limit, lambda row: (row["sorted_by"], row["id"]))
    badges = [badge_of(row, BadgeCode(row["code"]), row["language"]) for row in page]
    first: Language = "th" if event.languages[0] == "th" else "en"
    return badges, first, following


async def import_guests(
    database: Database, staff: Staff, slug: str, rows: Sequence[Mapping[str, object]], notified_at: datetime, now: datetime
) -> Imported:
    """Store guests that others told us about: confirmed places, no consent, nothing released before they confirm the data.

    The notice that governed when they were told is kept with each (§2, S2-scope-1). Who registered or confirmed herself is left
    as she is; of the others the card alone is corrected. All or nothing, in a constant number of statements.
    Raises InvalidInput naming every fault, SoldOut, Conflict.
    """
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await find_open_event(connection, staff, slug)
        tickets = await ticket_ids(connection, event.id)
        guests, faults = read_rows(rows, tickets, event.languages)
        refuse([*notified_faults(notified_at, now), *faults])
        notices = await notices_at(connection, staff.organisation, notified_at)
        _require_notices(guests, notices)
        people = await people_of(connection, [guest.card["email"] for guest in guests], now)
        known = await known_registrations(connection, event.id, list(people.values()))
        new = [guest for guest in guests if people[guest.card["email"]] not in known]
        corrections = {
            found.id: guest
            for guest in guests
            if (found := known.get(people[guest.card["email"]])) is not None and not found.own_words
        }
        await correct_cards(connection, event.id, corrections, now)
        await _add(connection, staff, event, new, people, notices, notified_at, now)
    return Imported(len(new), len(corrections), _own(known))


def _own(known: Mapping[UUID, Known]) -> int:
    return sum(found.own_words for found in known.values())


def _require_notices(guests: Sequence[Guest], notices: Mapping[str, UUID]) -> None:
    missing = sorted({guest.language for guest in guests} - set(notices))
    refuse(
        [
            FieldError(
                "notified_at",
                f"No privacy notice was in force in {language!r} then, so nobody was told what governs the data.",
                "ขณะนั้นยังไม่มีประกาศความเป็นส่วนตัวที่มีผลบังคับใช้ในภาษานี้",
            )
            for language in missing
        ]
    )


async def _add(
    connection: Connection,
    staff: Staff,
    event: OwnEvent,
    guests: Sequence[Guest],
    people: Mapping[str, UUID],
    notices: Mapping[str, UUID],
    notified_at: datetime,
    now: datetime,
) -> None:
    seats = await take_seats(connection, event.id, [guest.ticket for guest in guests])
    if any(seat.ticket_slot is None or seat.event_slot is None for seat in seats):
        raise SoldOut(
            "There are fewer places left than guests in the list; nothing was imported.",
            "ที่นั่งเหลือไม่พอสำหรับรายชื่อนี้ ยังไม่มีการนำเข้าใด ๆ",
        )
    added = await add_registrations(connection, staff.organisation, event.id, guests, people, notices, seats, notified_at, now)
    if len(added) != len(guests):
        raise Conflict(
            "Somebody of the list registered at this very moment; nothing was imported. Send it again.",
            "มีผู้ในรายชื่อลงทะเบียนพร้อมกันพอดี ยังไม่มีการนำเข้าใด ๆ กรุณาส่งใหม่",
        )
    badges = {registration: new_code(event.badge_tag) for registration in added}
    await issue_badges(connection, staff.organisation, event.id, badges, now)


async def ask_why(database: Database, staff: Staff, registration: UUID, party: UUID, use: str, now: datetime) -> Decision:
    """The gate's decision for one registration and one party, with its reasons; nothing is released. Raises NotFound."""
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        kind = await kind_of_party(connection, staff.organisation, registration, party)
        if kind is None:
            raise NotFound
        decide = decision_for_affiliate if kind is PartyKind.AFFILIATE else decision_for_sponsor
        return await decide(connection, registration, party, use, now)
