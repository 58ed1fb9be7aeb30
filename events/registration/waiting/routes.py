"""HTTP of a place that is offered to somebody who waited."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import post
from litestar.params import FromPath, JSONBody

from events.access.caller import Caller
from events.access.guards import Given, may
from events.access.permissions import Permission
from events.database.connections import Database
from events.registration.waiting.actions import answer_offer
from events.settings import Settings


class OfferAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    accept: bool


class OfferAnswered(msgspec.Struct, frozen=True):
    """`state` of the registration then: `confirmed`, `requested` where the organiser approves, or `cancelled`."""

    state: str


@post("/me/registrations/{registration:uuid}/offer", opt=may(Permission.BE_ONESELF), status_code=200)
async def press_offer(
    registration: FromPath[UUID],
    data: JSONBody[OfferAnswer],
    caller: Given[Caller],
    database: Given[Database],
    settings: Given[Settings],
    now: Given[datetime],
) -> OfferAnswered:
    """Take the place that one is offered, or leave it to the next in line."""
    return OfferAnswered(await answer_offer(database, caller.oneself(), registration, data.accept, settings.base_url, now))


ROUTES: list[Any] = [press_offer]
