"""HTTP of tickets that a person approves."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import post
from litestar.params import FromPath, FromQuery, JSONBody

from events.access.caller import Caller
from events.access.guards import Given, may
from events.access.permissions import Permission
from events.database.connections import Database
from events.errors import InvalidInput
from events.registration.approval.actions import approve, decline
from events.settings import Settings
from events.typed import text_problem


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the person is told; one owes her a reason."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


@post("/organiser/registrations/{registration:uuid}/approve", opt=may(Permission.CORRECT_REGISTRATION), status_code=204)
async def press_approve(
    registration: FromPath[UUID],
    caller: Given[Caller],
    database: Given[Database],
    settings: Given[Settings],
    now: Given[datetime],
    organisation: FromQuery[UUID | None] = None,
) -> None:
    """Give somebody the place that she asked for. Doing it twice is no error."""
    staff = caller.staff(Permission.CORRECT_REGISTRATION, organisation)
    await approve(database, staff, registration, settings.base_url, now)


@post("/organiser/registrations/{registration:uuid}/decline", opt=may(Permission.CORRECT_REGISTRATION), status_code=204)
async def press_decline(
    registration: FromPath[UUID],
    data: JSONBody[Reason],
    caller: Given[Caller],
    database: Given[Database],
    settings: Given[Settings],
    now: Given[datetime],
    organisation: FromQuery[UUID | None] = None,
) -> None:
    """Decline a request, with a reason that the person is told. Doing it twice is no error."""
    staff = caller.staff(Permission.CORRECT_REGISTRATION, organisation)
    reason = data.reason.strip()
    problem = text_problem(reason, lines=True) if reason else ("Give a reason.", "กรุณาระบุเหตุผล")
    if problem:
        raise InvalidInput.of("reason", *problem)
    await decline(database, staff, registration, reason, settings.base_url, now)


ROUTES: list[Any] = [press_approve, press_decline]
