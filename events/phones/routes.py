"""HTTP of what a phone is told: itself, and the allow-list."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Response, delete, get, put
from litestar.params import HeaderParameter, JSONBody

from events.access.caller import Caller
from events.access.guards import Given, may
from events.access.permissions import Permission
from events.access.sealing import Opener
from events.database.connections import Database
from events.phones.actions import fetch_list, key_of, look, report, sign_out
from events.phones.memory import Lists
from events.phones.queries import PhoneFacts
from events.phones.rules import asks_for_delta, tags_of
from events.settings import Settings

IM_USED: Final = 226  # RFC 3229 §10.4.1
PACKED: Final = "application/octet-stream"
Header = Annotated[str | None, HeaderParameter(name="If-None-Match", max_length=400)]
Manipulations = Annotated[str | None, HeaderParameter(name="A-IM", max_length=100)]


class PhoneEvent(msgspec.Struct, frozen=True):
    """The event of a phone; `badge_tag` begins the codes of all its badges."""

    slug: str
    title_th: str
    title_en: str
    badge_tag: str
    time_zone: str
    starts_at: datetime
    ends_at: datetime


class PhoneParty(msgspec.Struct, frozen=True):
    id: UUID
    legal_name: str


class SealingKey(msgspec.Struct, frozen=True):
    """What a phone seals its waiting scans with (RFC 9180): the uncompressed P-256 point, base64url."""

    id: str
    public_key: str


class Option(msgspec.Struct, frozen=True):
    id: str
    th: str
    en: str


class Question(msgspec.Struct, frozen=True):
    """What a sponsor asks its visitors; `kind` is choice, multiple, text or yes_no."""

    id: UUID
    kind: str
    wording_th: str
    wording_en: str
    options: list[Option]


class Session(msgspec.Struct, frozen=True):
    """A talk with a door of its own; `inside` counts whom its door let in."""

    id: UUID
    title_th: str
    title_en: str
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    inside: int


class AskUrl(msgspec.Struct, frozen=True):
    """Where an attendee allows this sponsor what she had not: for her own phone."""

    th: str
    en: str


class PhoneView(msgspec.Struct, frozen=True):
    """What a phone is for and needs to know; nothing about any attendee. `party`, questions and `ask_url` are a booth's,
    sessions a door's. `list_key` is what the allow-list is hashed with, 32 bytes as base64url."""

    device: UUID
    kind: str
    helper: str
    place: str
    event: PhoneEvent
    party: PhoneParty | None
    sealing_key: SealingKey
    list_key: str
    lock_after_minutes: int | None
    questions: list[Question]
    sessions: list[Session]
    ask_url: AskUrl | None
    server_time: datetime


class PhoneStatus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many scans wait on the phone, and which build of the app it runs."""

    waiting: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
    app_version: Annotated[str, msgspec.Meta(max_length=40)]


def _view(device: UUID, p: PhoneFacts, settings: Settings, opener: Opener, now: datetime) -> PhoneView:
    def ask(language: str) -> str:
        return f"{settings.base_url}/{language}/allow/{p.slug}/{p.party_id}"

    return PhoneView(
        device=device,
        kind=p.kind,
        helper=p.helper,
        place=p.place,
        event=PhoneEvent(p.slug, p.title_th, p.title_en, p.badge_tag, p.time_zone, p.starts_at, p.ends_at),
        party=None if p.party_id is None else PhoneParty(p.party_id, p.legal_name or ""),
        sealing_key=SealingKey(opener.key_id, opener.public_key),
        list_key=key_of(settings, p.event_id, p.party_id).shown(),
        lock_after_minutes=p.lock_after_minutes,
        questions=msgspec.convert(p.questions, list[Question]),
        sessions=msgspec.convert(p.sessions, list[Session]),
        ask_url=None if p.party_id is None else AskUrl(ask("th"), ask("en")),
        server_time=now,
    )


@get("/device", opt=may(Permission.BE_A_PHONE))
async def show_phone(
    caller: Given[Caller], database: Given[Database], settings: Given[Settings], opener: Given[Opener], now: Given[datetime]
) -> PhoneView:
    """What this phone is for."""
    return _view(caller.device(), await look(database, caller.device()), settings, opener, now)


@put("/device/status", opt=may(Permission.BE_A_PHONE))
async def report_status(
    data: JSONBody[PhoneStatus],
    caller: Given[Caller],
    database: Given[Database],
    settings: Given[Settings],
    opener: Given[Opener],
    now: Given[datetime],
) -> PhoneView:
    """Say how this phone is; the answer is what it is for, as GET /device has it."""
    phone = await report(database, caller.device(), data.waiting, data.app_version, now)
    return _view(caller.device(), phone, settings, opener, now)


@delete("/device", opt=may(Permission.BE_A_PHONE))
async def sign_phone_out(caller: Given[Caller], database: Given[Database], now: Given[datetime]) -> None:
    """Sign this phone out: it revokes itself. Whatever it still holds must be sent before, or is lost. Twice is no error."""
    await sign_out(database, caller.device(), now)


@get("/device/list", opt=may(Permission.BE_A_PHONE), media_type=PACKED)
async def show_list(
    caller: Given[Caller],
    database: Given[Database],
    settings: Given[Settings],
    lists: Given[Lists],
    now: Given[datetime],
    if_none_match: Header = None,
    a_im: Manipulations = None,
) -> Response[bytes]:
    """The badges that are good for this phone, as ascending 6-byte hashes: decided at most 20 seconds ago.

    Each is the first 48 bits of HMAC-SHA256(list_key, the code's 20 ASCII characters).
    304 for a list that the phone has. With `A-IM: allow-delta` (RFC 3229) and the tag of a list that this server still knows,
    226: how many are gone (4 bytes, big-endian), the gone, then the added. Whoever asks another process gets the whole list.
    """
    of, found = await fetch_list(database, settings, lists, caller.device(), now)
    has = tags_of(if_none_match)
    headers = {"ETag": found.tag, "Vary": "A-IM"}
    if found.tag in has or "*" in has:
        return Response(b"", status_code=304, headers=headers, media_type=PACKED)
    if asks_for_delta(a_im):
        for base in has:
            delta = lists.told_since(of, base, found)
            if delta is not None:
                told = headers | {"IM": "allow-delta", "Delta-Base": base}
                return Response(delta, status_code=IM_USED, headers=told, media_type=PACKED)
    return Response(found.hashes, headers=headers, media_type=PACKED)


ROUTES: list[Any] = [show_phone, report_status, sign_phone_out, show_list]
