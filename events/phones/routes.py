"""HTTP of what a phone says of itself and is told: what it is for, how it is, and its end."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import delete, get, put
from litestar.params import JSONBody

from events.access.caller import Caller
from events.access.guards import Given, may
from events.access.permissions import Permission
from events.database.connections import Database
from events.phones.actions import look, report, sign_out
from events.phones.allow_list.actions import key_of
from events.phones.allow_list.routes import ROUTES as ALLOW_LIST
from events.phones.desks.routes import ROUTES as DESKS
from events.phones.enrolment.routes import ROUTES as ENROLMENT
from events.phones.queries import PhoneFacts
from events.phones.sealing import Opener
from events.settings import Settings


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


ROUTES: list[Any] = [*ENROLMENT, *DESKS, show_phone, report_status, sign_phone_out, *ALLOW_LIST]
