"""A sponsor's admins say who acts for it. Free of HTTP: the API and the pages call the same."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from events.access.caller import Desk
from events.access.limits import hold
from events.booths.team.queries import (
    Left,
    Member,
    drop_member,
    hold_team,
    keep_member,
    left_by,
    members_of,
    person_of,
    post,
)
from events.booths.team.rules import Role, leaves_no_admin
from events.database.connections import Database, Scope
from events.errors import Conflict, NotFound
from events.phones.desks.queries import revoke_phones_of
from events.terms import Mail, MailKind


async def list_team(database: Database, desk: Desk) -> Sequence[Member]:
    """Everybody who acts for the party, the longest first."""
    async with database.transaction(Scope(organisation=desk.organisation)) as connection:
        return await members_of(connection, desk)


async def invite(database: Database, desk: Desk, by: str, email: str, role: Role, now: datetime) -> Member:
    """Let a person act for the party, or change her role; a mail tells whoever is new, and who invited her (`by`, an address).

    Raises Conflict when no admin would be left, TooMany after 60 invitations at once.
    """
    await hold(database, f"team:{desk.party}", timedelta(minutes=1), 60, now)
    async with database.transaction(Scope(organisation=desk.organisation)) as connection:
        party = await hold_team(connection, desk)
        person = await person_of(connection, email, now)
        roles = {m.person: m.role for m in await members_of(connection, desk)}
        if leaves_no_admin(roles, person, role):
            raise _last_admin()
        await keep_member(connection, desk, person, role, now)
        [member] = [m for m in await members_of(connection, desk) if m.person == person]
        if person not in roles:
            facts = {"party": party, "by": by, "role": role, "link": "/sponsor"}
            mail = Mail(MailKind.TEAM_INVITATION, None, facts)
            await post(connection, desk, f"team:{desk.party}:{person}:{member.created_at.isoformat()}", member.email, mail, now)
        return member


async def look_at_member(database: Database, desk: Desk, person: UUID) -> tuple[Member, Left]:
    """Somebody on the team, and what she brought in. Raises NotFound."""
    async with database.transaction(Scope(organisation=desk.organisation)) as connection:
        member = next((one for one in await members_of(connection, desk) if one.person == person), None)
        if member is None:
            raise NotFound
        return member, await left_by(connection, desk, person)


async def remove(database: Database, desk: Desk, person: UUID, now: datetime, *, revoke_phones: bool = False) -> Left:
    """Take somebody off the team. Her phones and programs go on unless `revoke_phones`: a booth scans on when an admin leaves it.
    What goes on is counted, for whoever wants to revoke that as well. Raises NotFound, Conflict for the last admin."""
    async with database.transaction(Scope(organisation=desk.organisation)) as connection:
        await hold_team(connection, desk)
        roles = {m.person: m.role for m in await members_of(connection, desk)}
        if person not in roles:
            raise NotFound
        if leaves_no_admin(roles, person, None):
            raise _last_admin()
        await drop_member(connection, desk, person)
        if revoke_phones:
            await revoke_phones_of(connection, desk, person, now)
        return await left_by(connection, desk, person)


def _last_admin() -> Conflict:
    return Conflict(
        "This is the team's last admin; make somebody else an admin first.", "บุคคลนี้เป็นผู้ดูแลคนสุดท้าย กรุณาแต่งตั้งผู้ดูแลคนอื่นก่อน"
    )
