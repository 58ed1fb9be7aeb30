"""Who is calling: a visitor, a signed-in person with her memberships, a machine, or a phone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from events.access.permissions import GRANTS, MEMBER_ROLES, Permission, Role
from events.errors import InvalidInput, NotAllowed, NotFound, NotSignedIn, SignInAgain
from events.terms import DeviceId, OrganisationId, PartyId, PersonId

# a session lives for a week; what takes data away wants a sign-in of the last hour (S11-sec-4)
FRESH: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's place in an organisation or at a party."""

    kind: str
    body: UUID
    organisation: OrganisationId
    role: Role


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of an organisation, acting for it."""

    organisation: OrganisationId
    person: PersonId
    role: Role


@dataclass(frozen=True, slots=True)
class Desk:
    """For which desk somebody acts: a sponsor's booth, or (no party) the organiser's doors."""

    organisation: OrganisationId
    party: PartyId | None

    @property
    def kind(self) -> str:
        return "door" if self.party is None else "booth"


@dataclass(frozen=True, slots=True)
class Caller:
    """`kind` and `key` are what the release doors ask for: they look the credential up again, in their own transaction."""

    kind: Literal["anyone", "session", "client", "device"]
    key: str = ""
    person: PersonId | None = None
    email: str = ""
    opened_at: datetime | None = None
    memberships: tuple[Membership, ...] = ()
    machine_role: Role | None = None

    @property
    def roles(self) -> frozenset[Role]:
        if self.machine_role:
            return frozenset({self.machine_role})
        if self.person is None:
            return frozenset({Role.ANYONE})
        return frozenset({Role.ATTENDEE, *(m.role for m in self.memberships)})

    @property
    def signed_in(self) -> bool:
        return self.kind != "anyone"

    def is_fresh(self, now: datetime) -> bool:
        """Whether she signed in lately enough for what takes data away in bulk."""
        return self.opened_at is not None and now - self.opened_at < FRESH

    def require_fresh(self, now: datetime) -> None:
        """A person must have signed in within the last hour; a machine proves itself every few minutes anyhow.

        Raises SignInAgain.
        """
        if self.kind == "session" and not self.is_fresh(now):
            raise SignInAgain

    def oneself(self) -> PersonId:
        """The person herself; raises NotSignedIn for machines and visitors."""
        if self.person is None:
            raise NotSignedIn
        return self.person

    def device(self) -> DeviceId:
        """The phone's id; raises NotSignedIn for anyone else."""
        if self.kind != "device":
            raise NotSignedIn
        return DeviceId(UUID(self.key))

    def staff(self, permission: Permission, wanted: UUID | None = None) -> Staff:
        """For which organisation she acts under this permission.

        Raises InvalidInput when she belongs to several and named none, NotFound for one that is not hers.
        """
        mine = [m for m in self.memberships if m.kind == "organisation"]
        if wanted is not None:
            mine = [m for m in mine if m.body == wanted]
            if not mine:
                raise NotFound
        able = [m for m in mine if permission in GRANTS[m.role]]
        if not able:
            raise NotAllowed
        if len(able) > 1:
            raise InvalidInput.of(
                "organisation",
                "You work for several organisations: name one in ?organisation=.",
                "คุณทำงานให้หลายองค์กร กรุณาระบุองค์กรใน ?organisation=",
            )
        return Staff(able[0].organisation, self.oneself(), able[0].role)

    def party(self, permission: Permission, wanted: UUID | None = None) -> tuple[PartyId, OrganisationId]:
        """For which party she acts under this permission, and whose partner that is; raises like `staff`."""
        mine = [m for m in self.memberships if m.kind != "organisation" and (wanted is None or m.body == wanted)]
        if wanted is not None and not mine:
            raise NotFound
        able = [m for m in mine if permission in GRANTS[m.role]]
        if not able:
            raise NotAllowed
        if len(able) > 1:
            raise InvalidInput.of(
                "party", "You act for several parties: name one in ?party=.", "คุณทำงานให้หลายหน่วยงาน กรุณาระบุใน ?party="
            )
        return PartyId(able[0].body), able[0].organisation

    def booth(self, permission: Permission, wanted: UUID | None = None) -> Desk:
        """The booth of that party; raises like `staff`."""
        party, organisation = self.party(permission, wanted)
        return Desk(organisation, party)


VISITOR = Caller("anyone")


def membership_of(row: dict[str, str]) -> Membership | None:
    """A membership row as a role; None for a combination that no role stands for (it then allows nothing)."""
    role = MEMBER_ROLES.get((row["kind"], row["role"]))
    if role is None:
        return None
    return Membership(row["kind"], UUID(row["id"]), OrganisationId(UUID(row["organisation"])), role)
