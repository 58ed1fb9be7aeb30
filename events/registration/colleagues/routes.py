"""HTTP of a place that goes on to a colleague."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import post
from litestar.params import FromPath, JSONBody

from events.access.caller import Caller
from events.access.guards import Given, may
from events.access.permissions import Permission
from events.database.connections import Database
from events.registration.colleagues.actions import transfer
from events.settings import Settings


class TransferForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who gets the place. Nothing else can be said about her: she is asked herself."""

    name: Annotated[str, msgspec.Meta(max_length=400)]
    email: Annotated[str, msgspec.Meta(max_length=400)]


@post("/me/registrations/{registration:uuid}/transfer", opt=may(Permission.BE_ONESELF), status_code=204)
async def press_transfer(
    registration: FromPath[UUID],
    data: JSONBody[TransferForm],
    caller: Given[Caller],
    database: Given[Database],
    settings: Given[Settings],
    now: Given[datetime],
) -> None:
    """Give one's place to a colleague. One's own is cancelled at once; hers counts when she confirms it by mail."""
    await transfer(database, caller.oneself(), registration, data.name, data.email, settings.base_url, now)


ROUTES: list[Any] = [press_transfer]
