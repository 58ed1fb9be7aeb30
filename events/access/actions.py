"""What people do to get in and to let programs in: sign in and out, make and revoke API clients."""

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote
from uuid import UUID

import msgspec

from events.access.idempotency import claim
from events.access.limits import hold
from events.access.permissions import Role
from events.access.queries import (
    Client,
    SignedIn,
    keep_client,
    revoke_client,
    session_of,
)
from events.access.queries import clients as clients_of
from events.access.rules import ClientCredentials, network_of
from events.access.tokens import SESSION_LIFETIME, Signer, digest, new_secret
from events.database.connections import Connection, Database, Scope
from events.errors import Gone, NotFound, NotSignedIn
from events.terms import Language, Mail, MailKind, OrganisationId, PartyId, PersonId

LINK_LIFETIME: Final = timedelta(minutes=15)


async def ask_to_sign_in(
    database: Database, email: str, visitor: str, base_url: str, language: Language, now: datetime, *, then: str | None = None
) -> None:
    """Mail a link to whoever has this address; nothing that the caller sees depends on whether anybody has.

    `then` is the page of ours that signing in leads to.

    Raises TooMany after 60 tries a minute from one network; after 5 for one address in 15 minutes it only sends no mail.
    """
    await hold(database, f"sign-in:{network_of(visitor)}", timedelta(seconds=1), 60, now)
    token = new_secret()
    link = f"{base_url}/{language}/sign-in?token={token}{f'&then={quote(then)}' if then else ''}"
    mail = Mail(MailKind.SIGN_IN, language, {"link": link})
    await database.act(
        "select access.ask_to_sign_in($1, $2, $3, $4, $5)", email, digest(token), mail.row(), now + LINK_LIFETIME, now
    )


async def sign_in(database: Database, token: str, replacing: str | None, now: datetime) -> tuple[str, SignedIn]:
    """Spend a sign-in link and open a session; returns its token and whose it is. After the commit nothing more is asked: a
    link that is spent for nothing would lock her out.

    Raises Gone, one wording for a link that is unknown, spent, late or made for something else; none of them is changed.
    """
    async with database.transaction() as connection:
        person = await connection.fetchval("select person_id from access.spend_link($1, $2, 'sign_in')", digest(token), now)
        if person is None:
            raise Gone(
                "This link was used already, is too old, or was never good. Ask for a new one.",
                "ลิงก์นี้ถูกใช้แล้ว หมดอายุ หรือไม่ถูกต้อง กรุณาขอลิงก์ใหม่",
            )
        session = await open_session(connection, person, now, replacing=replacing)
        signed_in = await session_of(connection, session, now)
    if signed_in is None:
        raise NotSignedIn
    return session, signed_in


async def open_session(
    connection: Connection | Database, person: PersonId, now: datetime, *, replacing: str | None = None
) -> str:
    """A new session of this person, in the caller's transaction or on its own; returns its token, good for SESSION_LIFETIME.

    `replacing` is the session cookie that came with the request: it is revoked, whoever planted it (session fixation).
    """
    run = connection.call if isinstance(connection, Database) else connection.fetch
    token = new_secret()
    if replacing is not None:
        await run("select access.close_session($1, $2)", digest(replacing), now)
    await run("select access.open_session($1, $2, $3, $4)", digest(token), person, now + SESSION_LIFETIME, now)
    return token


async def sign_out(database: Database, session_key: str, now: datetime) -> None:
    """Revoke the session with this key (Caller.key)."""
    await database.act("select access.close_session($1, $2)", bytes.fromhex(session_key), now)


async def admit_client(database: Database, signer: Signer, given: ClientCredentials, now: datetime) -> str | None:
    """An access token for an API client, None for wrong credentials.

    Raises TooMany. Right and wrong credentials are counted apart, so that guessing does not lock the real client out.
    """
    try:
        client = UUID(given.client)
    except ValueError:
        return None
    rows = await database.call("select * from access.api_client_of($1, $2)", client, digest(given.secret))
    await hold(database, f"oauth:{client}:{'right' if rows else 'wrong'}", timedelta(seconds=2), 30, now)
    if not rows:
        return None
    role = Role.SPONSOR_MACHINE if rows[0]["kind"] == "sponsor" else Role.AFFILIATE_MACHINE
    return signer.issue("client", client, role, now)


# --- API clients ----------------------------------------------------------------------------------------------------


async def make_client(
    database: Database,
    party: PartyId,
    organisation: OrganisationId,
    person: PersonId,
    name: str,
    key: str | None,
    body: msgspec.Struct,
    now: datetime,
) -> tuple[UUID, str | None]:
    """A new API client and its secret. The secret is shown once: for a repeated request it is None."""
    async with database.transaction(Scope(organisation=organisation)) as connection:
        client, new = await claim(connection, f"client:{party}", key, body, now)
        if not new:
            return client, None
        secret = new_secret()
        await keep_client(client, organisation, party, name, digest(secret), person, now)
    return client, secret


async def list_clients(
    database: Database, party: PartyId, organisation: OrganisationId, after: UUID | None, limit: int
) -> list[Client]:
    async with database.transaction(Scope(organisation=organisation)):
        return await clients_of(party, after, limit)


async def withdraw_client(database: Database, party: PartyId, organisation: OrganisationId, client: UUID, now: datetime) -> None:
    """Revoke a client, from its next request on; twice is no error. Raises NotFound for another party's."""
    async with database.transaction(Scope(organisation=organisation)) as connection:
        if not await revoke_client(connection, party, client, now):
            raise NotFound
