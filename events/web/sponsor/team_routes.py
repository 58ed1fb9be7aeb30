"""Who acts for a sponsor: inviting by mail, and taking somebody off the team."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from events.access.guards import Given
from events.access.permissions import Permission
from events.booths.team.actions import invite, list_team, look_at_member, remove
from events.booths.team.rules import Role
from events.errors import BadRequest, Conflict, EventsError, InvalidInput, TooMany
from events.registration.rules import is_email
from events.web.sponsor.desk import BOOTH, Booth, booth_address

ROLES: Final[tuple[Role, ...]] = ("helper", "admin")


async def _team(
    front: Booth, *, email: str = "", role: str = "helper", status: int = 200, errors: Sequence[tuple[str | None, str]] = ()
) -> Template:
    members = await list_team(front.database, front.desk)
    return front.page(
        "sponsor/team.html", status=status, errors=errors, members=members, me=front.person, email=email, role=role
    )  # fmt: skip


@get(f"{BOOTH}/team", **booth_address(Permission.MANAGE_BOOTH))
async def team_page(front: Given[Booth]) -> Template:
    """Everybody on the team, and the form that invites one more."""
    return await _team(front)


@post(f"{BOOTH}/team", status_code=303, **booth_address(Permission.MANAGE_BOOTH))
async def press_invite(front: Given[Booth]) -> Template | Redirect:
    """Let somebody act for the sponsor, or change her role; a mail tells whoever is new."""
    form = (await front.form()).single()
    email = form.get("email", "").strip()
    role = next((known for known in ROLES if known == form.get("role")), None)
    if role is None:
        raise BadRequest
    error: EventsError
    try:
        if not is_email(email):
            raise InvalidInput.of(
                "email", "Write an e-mail address like name@company.example.", "กรุณากรอกอีเมล เช่น name@company.example"
            )
        await invite(front.database, front.desk, front.caller.email, email, role, front.now)
    except (InvalidInput, Conflict, TooMany) as refused:
        error = refused
    else:
        return front.to("/team", "invited")
    return await _team(front, email=email, role=role, status=error.status, errors=front.said(error, {"email": "email"}))


@get(f"{BOOTH}/team/{{person:uuid}}", **booth_address(Permission.MANAGE_BOOTH))
async def member_page(front: Given[Booth], person: FromPath[UUID]) -> Template:
    """What taking her off the team means, and the button."""
    member, left = await look_at_member(front.database, front.desk, person)
    return front.page("sponsor/member.html", member=member, left=left, herself=person == front.person)


@post(f"{BOOTH}/team/{{person:uuid}}/remove", status_code=200, **booth_address(Permission.MANAGE_BOOTH))
async def press_remove(front: Given[Booth], person: FromPath[UUID]) -> Template | Redirect:
    """Take her off the team, and sign out her phones where that is ticked. What she brought in and goes on is named."""
    sign_out = "sign_out" in (await front.form()).single()
    try:
        left = await remove(front.database, front.desk, person, front.now, revoke_phones=sign_out)
    except Conflict as error:
        return await _team(front, status=error.status, errors=front.said(error))
    if person == front.person:
        return Redirect(f"/{front.language}/sponsor", status_code=303)
    if left.phones or left.programs:
        return front.page("sponsor/left.html", left=left)
    return front.to("/team", "removed")


PAGES: list[Any] = [team_page, press_invite, member_page, press_remove]
