"""What people do to get in and to let others in: sign in and out, enrol and revoke phones, make and revoke API clients."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass
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
    Desk,
    ListedPhone,
    OfferedPlace,
    Phone,
    QuarantinedScan,
    SignedIn,
    enrolment_ends,
    enrolment_id,
    event_of_desk,
    keep_client,
    keep_enrolment,
    newest_phones,
    offered_place,
    phone_of,
    phones,
    quarantine,
    revoke_client,
    revoke_phone,
    sealing_phones,
    session_of,
)
from events.access.queries import clients as clients_of
from events.access.rules import ClientCredentials, enrolment_code, network_of, typed_code
from events.access.tokens import SESSION_LIFETIME, Signer, digest, new_secret
from events.database.connections import Connection, Database, Scope
from events.errors import Conflict, DeviceRevoked, Gone, NotFound, NotSignedIn
from events.settings import Settings
from events.terms import DeviceId, EventId, Language, Mail, MailKind, OrganisationId, PartyId, PersonId

LINK_LIFETIME: Final = timedelta(minutes=15)
ENROLMENT_LIFETIME: Final = timedelta(minutes=10)


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


# --- phones ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PhoneTokens:
    access: str
    refresh: str


@dataclass(frozen=True, slots=True)
class Enrolment:
    """`id` finds the phone that the code became in the desk's list."""

    id: UUID
    code: str
    expires_at: datetime


async def offer_enrolment(
    database: Database,
    settings: Settings,
    desk: Desk,
    person: PersonId,
    slug: str,
    place: str,
    key: str | None,
    body: msgspec.Struct,
    now: datetime,
) -> Enrolment:
    """A one-use code, 100 bits, good for ten minutes, with which one phone joins this desk at this event, for this place.

    Raises NotFound for an event that is not this desk's, Conflict when phones cannot join it now.
    """
    async with database.transaction(Scope(organisation=desk.organisation)) as connection:
        event = await _event(connection, desk, slug, now, live=True)
        made, new = await claim(connection, f"enrolment:{desk.kind}:{desk.party or desk.organisation}", key, body, now)
        # from our secret and an id that nobody sees: as good as random, and a repeated request gets the same code
        code = enrolment_code(hmac.digest(settings.key_for("enrolment code"), made.bytes, "sha256"))
        if new:
            await keep_enrolment(desk, event, digest(code), place, person, now, now + ENROLMENT_LIFETIME)
        return Enrolment(
            enrolment_id(digest(code)), code, now + ENROLMENT_LIFETIME if new else await enrolment_ends(digest(code))
        )


async def look_at_enrolment(database: Database, code: str, visitor: str, now: datetime) -> OfferedPlace:
    """What a code would make of a phone; nothing is spent.

    Raises Gone for a code that is unknown, spent or late, TooMany after 30 tries at once from one network, joining included.
    """
    await _hold_codes(database, visitor, now)
    found = await offered_place(database, digest(typed_code(code)), now)
    if found is None:
        raise _gone()
    return found


async def _hold_codes(database: Database, visitor: str, now: datetime) -> None:
    await hold(database, f"enrol:{network_of(visitor)}", timedelta(seconds=2), 30, now)


def _gone() -> Gone:
    return Gone(
        "This code was used already, is too old, or was never good. Ask the booth's admin or the organiser for a new one.",
        "รหัสนี้ถูกใช้แล้ว หมดอายุ หรือไม่ถูกต้อง กรุณาขอรหัสใหม่จากผู้ดูแลบูธหรือผู้จัดงาน",
    )


async def enrol_phone(
    database: Database,
    settings: Settings,
    signer: Signer,
    code: str,
    helper: str,
    request: UUID | None,
    visitor: str,
    now: datetime,
) -> tuple[Phone, PhoneTokens]:
    """Spend an enrolment code and make a phone of it. The same code with the same `request` again, after a lost answer, is the
    same phone with the same refresh token, while the code would be good and until that token is used.

    Raises Gone for a code that is unknown, spent or late, TooMany after 30 tries at once from one network.
    """
    await _hold_codes(database, visitor, now)
    spent = digest(typed_code(code))
    secret = None if request is None else _drawn(settings, "enrolment", typed_code(code), request)
    # again: the first of two askings at once may have made the phone after the second was told a new id
    for _ in range(1 if request is None else 2):
        [row] = await database.call("select access.phone_of_code($1) as id", spent)
        device = DeviceId(row["id"])
        refresh = _seal_refresh(settings, device, secret)
        rows = await database.act(
            "select * from access.enrol_device($1, $2, $3, $4, $5)", spent, device, helper, digest(refresh), now
        )
        if rows:
            r = rows[0]
            made = Phone(device, r["kind"], helper, r["place"], r["event_slug"], r["title_th"], r["title_en"], r["party_name"])
            return made, PhoneTokens(_access(signer, device, made.kind, now), refresh)
    raise _gone()


async def refresh_phone(
    database: Database, settings: Settings, signer: Signer, token: str, request: UUID | None, now: datetime
) -> PhoneTokens:
    """Change a refresh token for a new pair (RFC 9700 §4.14.2). The same token with the same `request` draws the same new one,
    so that a lost answer can be asked for again, until the new one is used. A revoked phone gets a pair for its current token:
    it may hand over what waits on it, and every route that it asks anything else says that it is revoked.

    Raises NotSignedIn for what we never issued, DeviceRevoked for a token that was changed before: that revokes the phone.
    """
    device = _device_of_refresh(settings, token)
    if device is None:
        raise NotSignedIn
    fresh = _seal_refresh(settings, device, None if request is None else _drawn(settings, "next refresh token", token, request))
    # one statement, committed with it: the revocation of a copied token outlives the error that follows
    rows = await database.act("select * from access.refresh_device($1, $2, $3, $4)", device, digest(token), digest(fresh), now)
    if not rows:
        raise NotSignedIn
    if rows[0]["revoked"]:
        raise DeviceRevoked
    return PhoneTokens(_access(signer, device, rows[0]["kind"], now), fresh)


async def list_phones(
    database: Database, desk: Desk, slug: str, after: UUID | None, limit: int, now: datetime
) -> list[ListedPhone]:
    """This desk's phones at one event. Raises NotFound for an event that is not this desk's."""
    async with database.transaction(Scope(organisation=desk.organisation)) as connection:
        return await phones(connection, desk, await _event(connection, desk, slug, now), after, limit)


async def list_newest_phones(
    database: Database, desk: Desk, slug: str, before: UUID | None, limit: int, now: datetime
) -> list[ListedPhone]:
    """The same, those that joined last first. Raises NotFound for an event that is not this desk's."""
    async with database.transaction(Scope(organisation=desk.organisation)) as connection:
        return await newest_phones(connection, desk, await _event(connection, desk, slug, now), before, limit)


async def show_phone(database: Database, desk: Desk, slug: str, device: UUID, now: datetime) -> ListedPhone:
    """One phone of this desk at one event. Raises NotFound for any other."""
    async with database.transaction(Scope(organisation=desk.organisation)) as connection:
        found = await phone_of(connection, desk, await _event(connection, desk, slug, now), device)
        if found is None:
            raise NotFound
        return found


async def withdraw_phone(database: Database, desk: Desk, device: UUID, now: datetime) -> None:
    """Revoke a phone, from its next request on; twice is no error. Raises NotFound for the phone of another desk."""
    async with database.transaction(Scope(organisation=desk.organisation)) as connection:
        if not await revoke_phone(connection, desk, device, now):
            raise NotFound


async def phones_that_sealed(database: Database, device: DeviceId, named: Collection[UUID | None]) -> Mapping[UUID, datetime]:
    """The phones, other than this one, whose sealed scans and notes this one may hand over, and since when each was in use; one
    look-up, none where only the phone itself is named."""
    others = {phone for phone in named if phone is not None and phone != device}
    return await sealing_phones(database, device, others) if others else {}


async def list_quarantine(database: Database, desk: Desk, device: UUID, after: UUID | None, limit: int) -> list[QuarantinedScan]:
    """What a phone sent after it was revoked. Raises NotFound for the phone of another desk."""
    async with database.transaction(Scope(organisation=desk.organisation)) as connection:
        kept = await quarantine(connection, desk, device, after, limit)
        if kept is None:
            raise NotFound
        return kept


async def _event(connection: Connection, desk: Desk, slug: str, now: datetime, *, live: bool = False) -> EventId:
    found = await event_of_desk(connection, desk, slug, now)
    if found is None:
        raise NotFound
    event, is_live = found
    if live and not is_live:
        raise Conflict(
            "Phones cannot join this event: it is over or cancelled, or your sponsorship does not run now.",
            "เพิ่มโทรศัพท์ในงานนี้ไม่ได้ งานสิ้นสุดหรือถูกยกเลิกแล้ว หรือไม่อยู่ในช่วงเวลาการสนับสนุนของคุณ",
        )
    return event


def _access(signer: Signer, device: DeviceId, kind: str, now: datetime) -> str:
    return signer.issue("device", device, Role.BOOTH_PHONE if kind == "booth" else Role.DOOR_PHONE, now)


def _drawn(settings: Settings, key: str, shown: str, request: UUID) -> str:
    """The secret of the refresh token that this request gets for what it shows, a token or a code: nothing of it has to be stored
    to draw it again."""
    drawn = hmac.digest(settings.key_for(key), shown.encode() + request.bytes, "sha256")
    return urlsafe_b64encode(drawn).decode().rstrip("=")


def _seal_refresh(settings: Settings, device: DeviceId, secret: str | None = None) -> str:
    """A refresh token names its phone and carries our seal, so that every earlier one is known again, however old."""
    body = f"{device.hex}.{secret or new_secret()}"
    return f"{body}.{_seal(settings, body)}"


def _device_of_refresh(settings: Settings, token: str) -> DeviceId | None:
    """The phone of a refresh token that we issued, None for anything else."""
    body, _, seal = token.rpartition(".")
    if not hmac.compare_digest(seal.encode(), _seal(settings, body).encode()):
        return None
    return DeviceId(UUID(hex=body.partition(".")[0]))


def _seal(settings: Settings, body: str) -> str:
    return urlsafe_b64encode(hmac.digest(settings.key_for("refresh token"), body.encode(), "sha256")).decode().rstrip("=")


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
