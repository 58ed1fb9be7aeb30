"""The organiser's pages; so far the phones at the doors of one event."""

from datetime import datetime
from typing import Any, ClassVar, Final

from litestar.di import Provide
from litestar.params import FromPath

from events.access.caller import Caller
from events.access.guards import Given
from events.access.permissions import Permission
from events.access.queries import Desk
from events.database.connections import Database
from events.errors import NotFound
from events.settings import Settings
from events.web.organiser.queries import event_with_slug
from events.web.pages import Visitor, an_address
from events.web.phones.desk import Front
from events.web.phones.routes import phone_pages

EVENT: Final = "/{language:str}/organiser/{slug:str}"


class Doors(Front):
    """The doors of one event."""

    area: ClassVar[str] = "organiser"


async def open_doors(
    request: Visitor,
    caller: Given[Caller],
    database: Given[Database],
    settings: Given[Settings],
    now: Given[datetime],
    slug: FromPath[str],
) -> Doors:
    """Raises NotFound for an event of another organisation as for none."""
    found = await event_with_slug(database, slug)
    if found is None:
        raise NotFound
    organisation, event = found
    staff = caller.staff(Permission.ENROL_DOOR_PHONES, organisation)
    return Doors(request, caller, database, settings, now, Desk(staff.organisation, None), event, f"/organiser/{event.slug}")


def doors_address(permission: Permission, **parts: Any) -> dict[str, Any]:
    return an_address(permission, dependencies={"front": Provide(open_doors)}, **parts)


PAGES: list[Any] = phone_pages(EVENT, Permission.ENROL_DOOR_PHONES, doors_address)
