"""What a person does about her data: choose, take back, object, ask, dispute a scan. One verb, one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from events.access.caller import Staff
from events.consent.actions import (
    ShownForm,
    everything,
    give,
    grants_on,
    lock_against_releases,
    own,
    recall_what_was_lost,
    take_back,
)
from events.consent.queries import StateRow, history_of, state_of
from events.consent.rules import Choice, check_takeable, taking_back
from events.database.connections import Connection, Database, Scope
from events.errors import Conflict, NotFound, OnlyTheAttendeeMayConsent
from events.messages.posting import tell
from events.privacy.queries import (
    blocks_of,
    hold_person,
    reader_of,
    registrations_of,
    restore_registrations,
    store_requests,
    write_block,
)
from events.privacy.rules import BLOCK_OF_REQUEST, RequestKind
from events.terms import Act, Block, Mail, MailKind, PersonId, Purpose


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that the person does to one of her choices."""

    act: Act
    choice: Choice


class ChoicesMoved(Conflict):
    code = "choices_moved"
    en = "Your choices changed elsewhere while this page was open."
    th = "ตัวเลือกของคุณถูกเปลี่ยนจากที่อื่นขณะที่เปิดหน้านี้อยู่"


def latest_act(history: Iterable[Mapping[str, Any]]) -> int:
    """The number of the last act in a history (rows of `history_of`), 0 before any: it differs once anything was done since."""
    return max((row["seq"] for row in history), default=0)


async def choose(
    database: Database,
    person: PersonId,
    registration: UUID,
    wishes: Sequence[Wish],
    shown: ShownForm | None,
    now: datetime,
    *,
    seen: int | None = None,
) -> list[Any]:
    """Give and take back in one press; returns where every choice stands then. `seen` is the last act that the page knew of.

    Raises ChoicesMoved when there is a later act than `seen`, FormChanged when a grant stands on a form that is not in force,
    InvalidInput for boxes that were not on it.
    """
    async with database.transaction(Scope(person=person)) as connection:
        mine = await own(connection, person, registration)
        for n, wish in enumerate(wishes):
            check_takeable(wish.choice.purpose, wish.choice.recipient, f"acts[{n}]")
        backs = [
            taking_back(w.choice.purpose, w.choice.recipient, "subject", person, "my_page")
            for w in wishes
            if w.act is Act.WITHDRAW
        ]
        ticks = [w.choice for w in wishes if w.act is Act.GRANT]
        # giving again may give less: it waits for the doors and tells them, as taking back does
        now = await lock_against_releases(connection, [mine["event_id"]], now, [w.choice.recipient for w in wishes])
        # under the lock: whatever else touches the same recipients has ended, or waits
        if seen is not None and latest_act(await history_of(connection, registration)) != seen:
            raise ChoicesMoved
        acts = await grants_on(connection, mine, ticks, shown, now, "my_page") if ticks else []
        if backs:
            await take_back(connection, mine["event_id"], registration, backs, now)
        if acts:
            await give(connection, registration, acts, now)
        state = await state_of(connection, registration, now)
        done = [(wish.act, wish.choice.purpose, wish.choice.recipient) for wish in wishes]
        await _write_to_her(connection, registration, done, state, now)
        return state


async def withdraw_everything(database: Database, person: PersonId, registration: UUID, now: datetime) -> list[Any]:
    """All sponsors, the badge flag and every other consent of one registration, in one press (S10.1-withdraw)."""
    async with database.transaction(Scope(person=person)) as connection:
        mine = await own(connection, person, registration)
        # lock first: what is given must be read after the last act that could change it
        now = await lock_against_releases(connection, [mine["event_id"]], now)
        state = await state_of(connection, registration, now)
        backs = everything(state, "subject", person, "my_page")
        await take_back(connection, mine["event_id"], registration, backs, now)
        done = [(Act.WITHDRAW, Purpose(back["purpose"]), back["recipient_id"]) for back in backs]
        state = await state_of(connection, registration, now)
        await _write_to_her(connection, registration, done, state, now)
        return state


async def _write_to_her(
    connection: Connection,
    registration: UUID,
    done: Sequence[tuple[Act, Purpose, UUID | None]],
    state: Sequence[StateRow],
    now: datetime,
) -> None:
    """One mail for one press: what she allowed and what she took back (S10.4-unsub-3: whatever else she switched off)."""
    names = {row.recipient_id: row.legal_name for row in state}
    acts = [(act, purpose, names.get(recipient)) for act, purpose, recipient in done]
    await tell(connection, [registration], f"choices:{uuid4()}", Mail(MailKind.CHOICES_CHANGED, None, {"acts": acts}), now)


async def unsubscribe(
    database: Database, registration: UUID, method: Literal["api", "my_page"], *, all_news: bool, now: datetime
) -> None:
    """No more news of the organiser for this registration; with `all_news`, of any organiser ever. Whoever has the link may.

    Doing it again changes nothing. Sponsors keep what they may have, and mail about the registration goes on (§10.4,
    S10.4-unsub-3, S10.4-unsub-4). Raises NotFound.
    """
    reader = await reader_of(database, registration)
    if reader is None:
        raise NotFound
    person = PersonId(reader.person_id)
    async with database.transaction(Scope(person=person)) as connection:
        if all_news:
            await _block(connection, person, Block.OBJECT_DM_OWN, now)
        mine = await own(connection, person, registration)
        now = await lock_against_releases(connection, [mine["event_id"]], now)
        state = await state_of(connection, registration, now)
        if any(row.purpose == Purpose.MARKETING_EMAIL and row.act == Act.GRANT for row in state):
            back = taking_back(Purpose.MARKETING_EMAIL, None, "subject", person, method)
            await take_back(connection, mine["event_id"], registration, [back], now)


async def show_choices(
    database: Database, person: PersonId, registration: UUID, now: datetime
) -> tuple[list[Any], list[dict[str, Any]]]:
    """Where every choice stands, and the whole history of acts."""
    async with database.transaction(Scope(person=person)) as connection:
        await own(connection, person, registration)
        return await state_of(connection, registration, now), await history_of(connection, registration)


async def set_block(database: Database, person: PersonId, block: Block, now: datetime) -> dict[str, datetime]:
    """Stop releases of all her data, at every event, now and later; whoever got data is told. Setting it twice is no error."""
    async with database.transaction(Scope(person=person)) as connection:
        await _block(connection, person, block, now)
        return await blocks_of(connection, person)


async def _block(connection: Connection, person: PersonId, block: Block, now: datetime) -> list[dict[str, Any]]:
    await hold_person(connection, person)
    held = await registrations_of(connection, person)
    now = await lock_against_releases(connection, {r["event_id"] for r in held}, now)
    if block.value not in await blocks_of(connection, person):
        await write_block(connection, person, block, "set", now)
    await recall_what_was_lost(connection, [r["id"] for r in held], now)
    return held


async def lift_block(database: Database, person: PersonId, block: Block, now: datetime) -> dict[str, datetime]:
    """Lift one of her own switches; her consents then say again what leaves."""
    async with database.transaction(Scope(person=person)) as connection:
        if block.value in await blocks_of(connection, person):
            await write_block(connection, person, block, "lift", now)
            if block is not Block.OBJECT_DM_OWN:  # it stood against our own messages alone, and no sponsor's lead was gone
                await restore_registrations(connection, person, now)
        return await blocks_of(connection, person)


async def make_request(database: Database, person: PersonId, kind: RequestKind, message: str, now: datetime) -> list[UUID]:
    """Ask every organisation that holds her data; the block stands from receipt on (scenarios 27, 28).

    Returns the requests that are open now; asking again adds none.
    """
    async with database.transaction(Scope(person=person)) as connection:
        held = await _block(connection, person, BLOCK_OF_REQUEST[kind], now)
        organisations = sorted({r["organisation_id"] for r in held})
        return await store_requests(connection, person, organisations, kind, message, now)


async def dispute_scan(database: Database, person: PersonId, registration: UUID, scan: UUID, now: datetime) -> bool:
    """ "That scan was not me": neither it nor what the same phone read within five minutes of it ever counts again, and the
    sponsor is told if it has data that it may not have any more (scenario 58). Returns whether one was told: while another
    scan of this sponsor counts, or her tick on the form, nothing is lost. Raises NotFound."""
    async with database.transaction(Scope(person=person)) as connection:
        mine = await own(connection, person, registration)
        now = await lock_against_releases(connection, [mine["event_id"]], now)
        if not await connection.fetchval("select release.void_scan($1, $2, $3)", scan, registration, now):
            raise NotFound
        return await recall_what_was_lost(connection, [registration], now) > 0


async def act_on_behalf(
    database: Database, staff: Staff, registration: UUID, act: Act, purpose: Purpose, recipient: UUID | None, now: datetime
) -> list[Any]:
    """Staff write down what a person said by telephone or mail, restrictive acts only (§6, S6-sponsor-8, F20).

    Raises OnlyTheAttendeeMayConsent for anything that gives.
    """
    if act is not Act.WITHDRAW:
        raise OnlyTheAttendeeMayConsent
    check_takeable(purpose, recipient, "")
    async with database.transaction(Scope(organisation=staff.organisation)) as connection:
        event = await connection.fetchval("select event_id from registration where id = $1", registration)
        if event is None:
            raise NotFound
        await take_back(connection, event, registration, [taking_back(purpose, recipient, "staff", staff.person, "staff")], now)
        return await state_of(connection, registration, now)
