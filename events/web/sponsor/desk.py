"""One person of a sponsor's team in front of the pages of its booth at one event."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from litestar.di import Provide
from litestar.params import FromPath

from events.access.caller import Caller, Desk
from events.access.guards import Given
from events.access.permissions import GRANTS, Permission
from events.database.connections import Database
from events.errors import NotFound
from events.settings import Settings
from events.web.pages import Visitor, an_address
from events.web.phones.desk import Front
from events.web.sponsor.queries import Sponsored, sponsored_by
from events.web.sponsor.rules import done

BOOTH: Final = "/{language:str}/sponsor/{party:uuid}/{slug:str}"


class Booth(Front):
    """The booth of one party at one event."""

    area: ClassVar[str] = "sponsor"

    def __init__(
        self,
        request: Visitor,
        caller: Caller,
        database: Database,
        settings: Settings,
        now: datetime,
        desk: Desk,
        found: Sponsored,
    ) -> None:
        here = f"/sponsor/{found.party}/{found.event.slug}"
        super().__init__(request, caller, database, settings, now, desk, found.event, here)
        self.party, self.sponsored = found.party, found

    def done(self, key: str) -> str | None:
        return done(self.words, key) or super().done(key)

    def facts(self) -> Mapping[str, Any]:
        return {"sponsored": self.sponsored, "manages": self.manages}

    @property
    def manages(self) -> bool:
        """Whether she manages this booth; a helper only scans at it."""
        return any(m.body == self.party and Permission.MANAGE_BOOTH in GRANTS[m.role] for m in self.caller.memberships)

    @property
    def fresh(self) -> bool:
        """Whether she signed in lately enough for what takes data away (S11-sec-4)."""
        return self.caller.is_fresh(self.now)


async def open_booth(
    request: Visitor,
    caller: Given[Caller],
    database: Given[Database],
    settings: Given[Settings],
    now: Given[datetime],
    party: FromPath[UUID],
    slug: FromPath[str],
) -> Booth:
    """Raises NotFound for a party that is not hers, or for an event that it does not sponsor."""
    caller.oneself()  # a program takes leads as well, but from no page
    permission: Permission = request.route_handler.opt["permission"]
    mine, organisation = caller.party(permission, party)
    found = await sponsored_by(database, [mine], now, slug)
    if not found:
        raise NotFound
    return Booth(request, caller, database, settings, now, Desk(organisation, mine), found[0])


def booth_address(permission: Permission, **parts: Any) -> dict[str, Any]:
    """What all pages of a booth have in common."""
    return an_address(permission, dependencies={"front": Provide(open_booth)}, **parts)
