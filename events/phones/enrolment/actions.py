"""What a phone does to be one: look at a code, enrol with it, change its refresh token."""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from events.access.limits import hold
from events.access.permissions import Role
from events.access.rules import network_of
from events.access.tokens import Signer, digest, new_secret
from events.database.connections import Database
from events.errors import DeviceRevoked, Gone, NotSignedIn
from events.phones.enrolment.queries import OfferedPlace, Phone, offered_place
from events.phones.enrolment.rules import typed_code
from events.settings import Settings
from events.terms import DeviceId


@dataclass(frozen=True, slots=True)
class PhoneTokens:
    access: str
    refresh: str


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
