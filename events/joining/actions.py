"""What an attendee does online: join, and open what the organiser offers. One verb, one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from events.consent.actions import ShownForm, give, grants_on, lock_against_releases, own
from events.consent.queries import sponsors_to_ask_about, state_of
from events.consent.rules import Choice
from events.database.connections import Connection, Database, Scope
from events.errors import Conflict, InvalidInput, NotFound
from events.joining.queries import assets_for, download, join_now, note_visit, online_place
from events.joining.rules import STANDING, Asset, OnlinePlace, Shut, asks_sponsor, in_own_words, shut, told
from events.terms import PersonId, Purpose


@dataclass(frozen=True, slots=True)
class Tick:
    """The box beside a download, ticked: on which form it stood, and which fields were left on (None: all that it names)."""

    shown: ShownForm | None
    fields: tuple[str, ...] | None


async def show_join(database: Database, person: PersonId, registration: UUID) -> OnlinePlace:
    """Her place at an event that takes place online. Raises NotFound for another's, and for events that do not."""
    async with database.transaction(Scope(person=person)) as connection:
        place = await online_place(connection, person, registration)
    if place is None:
        raise NotFound
    return place


async def join(database: Database, person: PersonId, registration: UUID, now: datetime) -> str:
    """She attends from now; returns where. Pressing again returns the same.

    Raises NotFound as `show_join`, Conflict with the time when it opens; then nothing is stored.
    """
    async with database.transaction(Scope(person=person)) as connection:
        place = await join_now(connection, person, registration, now)
        if place is None:
            raise NotFound
        reason = shut(place, now)
        if reason is not None or place.join_url is None:
            raise Conflict(*told(reason or Shut.NO_LINK, place), extra={"opens_at": place.opens_at, "closes_at": place.ends_at})
    return place.join_url


async def list_downloads(database: Database, person: PersonId, registration: UUID, now: datetime) -> Sequence[tuple[Asset, bool]]:
    """What the event offers her, each with whether its sponsor's box stands beside it; nothing for a place that fell."""
    async with database.transaction(Scope(person=person)) as connection:
        mine = await own(connection, person, registration)
        if mine["state"] not in STANDING:
            return []
        assets = await assets_for(connection, mine["event_id"], registration)
        on_form = await sponsors_to_ask_about(connection, registration, now)
        given = {
            row.recipient_id
            for row in await state_of(connection, registration, now)
            if row.given and row.purpose == Purpose.SPONSOR_SHARING and row.recipient_id
        }
    return [(asset, asks_sponsor(asset, on_form, given)) for asset in assets]


async def open_download(
    database: Database, person: PersonId, registration: UUID, asset: UUID, tick: Tick | None, now: datetime
) -> str:
    """Returns where it is, whether she ticked the box or not (S2-scope-2, S6-sponsor-6); that she opened it is kept once.

    With the tick she consents to this download's sponsor and to nobody else (S6-sponsor-1), in the same transaction.
    Raises NotFound, Conflict for what is not open to her yet, and for the tick what `grants_on` raises; then nothing is stored.
    """
    async with database.transaction(Scope(person=person)) as connection:
        mine = await own(connection, person, registration)
        found = await download(connection, mine["event_id"], asset)
        if found is None:
            raise NotFound
        if mine["state"] not in STANDING:
            raise Conflict("This registration is not confirmed, or was cancelled.", "การลงทะเบียนนี้ยังไม่ยืนยันหรือถูกยกเลิกแล้ว")
        if now < found.available_from:
            raise Conflict(
                "This is not there yet; come back later.",
                "ยังเปิดให้ใช้ไม่ได้ กรุณากลับมาใหม่ภายหลัง",
                extra={"available_from": found.available_from},
            )
        if tick is not None:
            await _share(connection, mine, found.sponsor, tick, now)
        await note_visit(connection, mine, asset, now)
    return found.url


async def _share(connection: Connection, mine: dict[str, Any], sponsor: UUID | None, tick: Tick, now: datetime) -> None:
    if sponsor is None:
        raise InvalidInput.of(
            "share_with_sponsor", "This download has no sponsor: leave this out.", "รายการนี้ไม่มีผู้สนับสนุน กรุณาเว้นช่องนี้ว่าง"
        )
    # as on her own page: giving again may give less, so it waits for the sponsor's doors
    now = await lock_against_releases(connection, [mine["event_id"]], now, [sponsor])
    choice = Choice(Purpose.SPONSOR_SHARING, sponsor, tick.fields)
    try:
        acts = await grants_on(connection, mine, [choice], tick.shown, now, "asset")
    except InvalidInput as error:
        raise InvalidInput(fields=in_own_words(error.fields)) from error
    await give(connection, mine["id"], acts, now)
