"""Who may leave a team, and in which role. Pure."""

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from events.terms import PersonId

Role = Literal["admin", "helper"]


def leaves_no_admin(roles: Mapping[PersonId, str], person: UUID, becomes: Role | None) -> bool:
    """Whether this change would leave a team without an admin; `becomes` is None for somebody who goes."""
    admins = {who for who, role in roles.items() if role == "admin"}
    return becomes != "admin" and admins == {person}
