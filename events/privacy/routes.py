"""HTTP of one's own data: what it is processed for, switches and requests; choices and who got what have files of their own."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import delete, get, post, put
from litestar.params import FromPath, JSONBody

from events.access.caller import Caller
from events.access.guards import Given, may
from events.access.permissions import Permission
from events.database.connections import Database, Scope
from events.errors import NotFound
from events.privacy.actions import lift_block, make_request, set_block
from events.privacy.choice_routes import ROUTES as CHOICES
from events.privacy.disclosure_routes import ROUTES as DISCLOSURES
from events.privacy.queries import blocks_of
from events.privacy.receipts.routes import ROUTES as RECEIPTS
from events.privacy.rules import OWN_SWITCHES, RequestKind
from events.terms import BASES, Block


class Blocks(msgspec.Struct, frozen=True):
    """The switches in force, each with the time since when."""

    blocks: dict[str, datetime]


class RequestForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: RequestKind
    message: Annotated[str, msgspec.Meta(max_length=5000)] = ""


class RequestsMade(msgspec.Struct, frozen=True):
    requests: list[UUID]


class PurposeLine(msgspec.Struct, frozen=True):
    """One purpose and its one legal ground."""

    purpose: str
    basis: str
    pdpa: str
    gdpr: str
    notice: str


class Purposes(msgspec.Struct, frozen=True):
    items: list[PurposeLine]


@get("/purposes", opt=may(Permission.BE_ANYONE), sync_to_thread=False)
def show_purposes() -> Purposes:
    """What data is processed for, and on which ground: the whole registry, one ground each (§5)."""
    return Purposes([PurposeLine(p.value, b.kind, b.pdpa, b.gdpr, b.notice) for p, b in BASES.items()])


@get("/me/blocks", opt=may(Permission.BE_ONESELF))
async def show_blocks(caller: Given[Caller], database: Given[Database]) -> Blocks:
    """What stands against releasing my data, whatever my choices say."""
    async with database.transaction(Scope(person=caller.oneself())) as connection:
        return Blocks(await blocks_of(connection, caller.oneself()))


def _own_switch(kind: str) -> Block:
    if kind not in OWN_SWITCHES:
        raise NotFound
    return Block(kind)


@put("/me/blocks/{kind:str}", opt=may(Permission.BE_ONESELF))
async def switch_on(kind: FromPath[str], caller: Given[Caller], database: Given[Database], now: Given[datetime]) -> Blocks:
    """`opt_out_third`, `object_dm_third` or `object_dm_own`: absolute, for all events, present and future (§10.1)."""
    return Blocks(await set_block(database, caller.oneself(), _own_switch(kind), now))


@delete("/me/blocks/{kind:str}", opt=may(Permission.BE_ONESELF), status_code=200)
async def switch_off(kind: FromPath[str], caller: Given[Caller], database: Given[Database], now: Given[datetime]) -> Blocks:
    """Lift one's own switch."""
    return Blocks(await lift_block(database, caller.oneself(), _own_switch(kind), now))


@post("/me/requests", opt=may(Permission.BE_ONESELF), status_code=201)
async def ask(
    data: JSONBody[RequestForm], caller: Given[Caller], database: Given[Database], now: Given[datetime]
) -> RequestsMade:
    """Ask for restriction or erasure, or say that the data came to us improperly; it blocks releases from now on."""
    return RequestsMade(await make_request(database, caller.oneself(), data.kind, data.message, now))


ROUTES: list[Any] = [
    show_purposes,
    *CHOICES,
    *DISCLOSURES,
    show_blocks,
    switch_on,
    switch_off,
    ask,
    *RECEIPTS,
]
