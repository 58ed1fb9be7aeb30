"""HTTP of parties: sponsors, affiliates and what binds them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import delete, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter

from events.access.caller import Caller
from events.access.guards import Given, IdempotencyKey, may
from events.access.permissions import Permission
from events.database.connections import Database
from events.hosting.parties.actions import (
    add_member,
    add_party,
    agree,
    change_party,
    end_sponsorship,
    list_parties,
    list_sponsor,
    list_sponsors,
    remove_member,
    resume_party,
    review_notice,
    safeguard,
    show_party,
    suspend_party,
)
from events.hosting.parties.rules import PartyNotice, PartyPlan, Terms, notice_pair_faults
from events.hosting.rules import Country, Email, Link, Moment, Name, Position, Sha256Hex, page_of, read_cursor, refuse
from events.terms import Field, PartyKind, Use

Organisation = Annotated[UUID | None, QueryParameter()]
Countries = Annotated[list[Country], msgspec.Meta(min_length=1, max_length=50)]
Unset = msgspec.UnsetType


class PartyForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A legal entity in one role; its privacy notice is a link and the SHA-256 (hex) of what stands there."""

    kind: PartyKind
    legal_name: Name
    registration_number: Name
    countries: Countries
    contact_email: Email
    notice_url: Link | None = None
    notice_sha256: Sha256Hex | None = None


class NoticeChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A material change stops releases to the party until somebody reviewed it."""

    notice_url: Link
    notice_sha256: Sha256Hex
    material: bool


class PartyChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is left out stays. The registration number says who the party is and cannot change."""

    legal_name: Name | Unset = msgspec.UNSET
    registration_number: Name | None = None
    countries: Countries | Unset = msgspec.UNSET
    contact_email: Email | Unset = msgspec.UNSET
    notice: NoticeChange | None = None


class PartyView(msgspec.Struct, frozen=True):
    id: UUID
    kind: str
    legal_name: str
    registration_number: str
    countries: list[str]
    contact_email: str
    notice_url: str | None
    notice_sha256: str | None
    notice_reviewed: bool
    suspended_at: datetime | None
    created_at: datetime


class PartyPage(msgspec.Struct, frozen=True):
    items: list[PartyView]
    next: str | None


class AgreementForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the party may get and do; it holds from `valid_from` until before `valid_until`."""

    fields: Annotated[list[Field], msgspec.Meta(min_length=1, max_length=7)]
    uses: Annotated[list[Use], msgspec.Meta(min_length=1, max_length=5)]
    valid_from: Moment
    valid_until: Moment


class AgreementView(msgspec.Struct, frozen=True):
    id: UUID
    version: int
    fields: list[str]
    uses: list[str]
    valid_from: datetime
    valid_until: datetime
    created_at: datetime


class SafeguardForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What protects data in one country: standard clauses, binding rules or a certification, under which laws."""

    country: Country
    mechanism: Literal["scc", "bcr", "certification"]
    reference: Name
    regimes: Annotated[list[Literal["pdpa", "gdpr"]], msgspec.Meta(min_length=1, max_length=2)]
    valid_from: Moment
    valid_until: Moment


class SafeguardView(msgspec.Struct, frozen=True):
    id: UUID
    country: str
    mechanism: str
    reference: str
    regimes: list[str]
    valid_from: datetime
    valid_until: datetime
    created_at: datetime


class MemberForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    email: Email
    role: Literal["admin", "helper"]


class MemberView(msgspec.Struct, frozen=True):
    person: UUID
    email: str
    role: str
    created_at: datetime


class PartyRecordView(msgspec.Struct, frozen=True):
    party: PartyView
    agreements: list[AgreementView]
    safeguards: list[SafeguardView]
    members: list[MemberView]


class SponsorForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    party: UUID
    position: Position = 0
    starts_at: Moment | None = None


class SponsorEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    at: Moment | None = None


class SponsorView(msgspec.Struct, frozen=True):
    party: UUID
    legal_name: str
    position: int
    starts_at: datetime
    ends_at: datetime | None


class Sponsors(msgspec.Struct, frozen=True):
    items: list[SponsorView]


def party_view(row: object) -> PartyView:
    return msgspec.convert(row, PartyView, from_attributes=True)


def sponsor_view(row: object) -> SponsorView:
    return msgspec.convert(row, SponsorView, from_attributes=True)


@post("/organiser/parties", opt=may(Permission.SET_UP_EVENT), status_code=201)
async def post_party(
    data: JSONBody[PartyForm],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
    idempotency_key: IdempotencyKey = None,
) -> PartyView:
    """Add a legal entity that may receive data. Without a privacy notice it may not be listed for consent."""
    staff = caller.staff(Permission.SET_UP_EVENT, organisation)
    refuse(notice_pair_faults(data.notice_url, data.notice_sha256))
    notice = PartyNotice(data.notice_url, bytes.fromhex(data.notice_sha256)) if data.notice_url and data.notice_sha256 else None
    plan = PartyPlan(data.kind, data.legal_name, data.registration_number, data.countries, data.contact_email, notice)
    return party_view(await add_party(database, staff, plan, idempotency_key, data, now))


@get("/organiser/parties", opt=may(Permission.SEE_EVENT))
async def get_parties(
    caller: Given[Caller],
    database: Given[Database],
    organisation: Organisation = None,
    cursor: Annotated[str | None, QueryParameter()] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> PartyPage:
    """The organisation's parties, oldest first."""
    staff = caller.staff(Permission.SEE_EVENT, organisation)
    after = read_cursor(cursor, tuple[UUID])[0] if cursor else None
    rows = await list_parties(database, staff, after, limit + 1)
    page, following = page_of(rows, limit, lambda row: (row.id,))
    return PartyPage([party_view(row) for row in page], following)


@get("/organiser/parties/{party:uuid}", opt=may(Permission.SEE_EVENT))
async def get_party(
    party: FromPath[UUID], caller: Given[Caller], database: Given[Database], organisation: Organisation = None
) -> PartyRecordView:
    """A party with its agreements, safeguards and people."""
    record = await show_party(database, caller.staff(Permission.SEE_EVENT, organisation), party)
    return msgspec.convert(record, PartyRecordView, from_attributes=True)


@patch("/organiser/parties/{party:uuid}", opt=may(Permission.SET_UP_EVENT))
async def patch_party(
    party: FromPath[UUID],
    data: JSONBody[PartyChange],
    caller: Given[Caller],
    database: Given[Database],
    organisation: Organisation = None,
) -> PartyView:
    """Rename the party, or change its countries, contact or notice. Another legal entity is another party."""
    staff = caller.staff(Permission.SET_UP_EVENT, organisation)
    named = ("legal_name", "countries", "contact_email")
    changes = {name: value for name in named if (value := getattr(data, name)) is not msgspec.UNSET}
    notice = PartyNotice(data.notice.notice_url, bytes.fromhex(data.notice.notice_sha256)) if data.notice else None
    material = data.notice is not None and data.notice.material
    return party_view(await change_party(database, staff, party, changes, data.registration_number, notice, material=material))


@post("/organiser/parties/{party:uuid}/notice-review", opt=may(Permission.SET_UP_EVENT), status_code=200)
async def post_review(
    party: FromPath[UUID], caller: Given[Caller], database: Given[Database], organisation: Organisation = None
) -> PartyView:
    """Say that the changed notice of the party was read and is in order."""
    return party_view(await review_notice(database, caller.staff(Permission.SET_UP_EVENT, organisation), party))


@post("/organiser/parties/{party:uuid}/suspend", opt=may(Permission.SUSPEND_PARTY), status_code=200)
async def post_suspend(
    party: FromPath[UUID],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
) -> PartyView:
    """Stop every release to the party at once."""
    return party_view(await suspend_party(database, caller.staff(Permission.SUSPEND_PARTY, organisation), party, now))


@post("/organiser/parties/{party:uuid}/resume", opt=may(Permission.SUSPEND_PARTY), status_code=200)
async def post_resume(
    party: FromPath[UUID], caller: Given[Caller], database: Given[Database], organisation: Organisation = None
) -> PartyView:
    """Lift a suspension."""
    return party_view(await resume_party(database, caller.staff(Permission.SUSPEND_PARTY, organisation), party))


@post("/organiser/parties/{party:uuid}/agreements", opt=may(Permission.SET_UP_EVENT), status_code=201)
async def post_agreement(
    party: FromPath[UUID],
    data: JSONBody[AgreementForm],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
    idempotency_key: IdempotencyKey = None,
) -> AgreementView:
    """Record a new version of the agreement. Without one in force, nothing is released."""
    staff = caller.staff(Permission.SET_UP_EVENT, organisation)
    terms = Terms(data.valid_from, data.valid_until)
    fields, uses = [field.value for field in data.fields], [use.value for use in data.uses]
    made = await agree(database, staff, party, fields, uses, terms, idempotency_key, data, now)
    return msgspec.convert(made, AgreementView, from_attributes=True)


@post("/organiser/parties/{party:uuid}/safeguards", opt=may(Permission.SET_UP_EVENT), status_code=201)
async def post_safeguard(
    party: FromPath[UUID],
    data: JSONBody[SafeguardForm],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
    idempotency_key: IdempotencyKey = None,
) -> SafeguardView:
    """Record what protects data in one of the party's countries."""
    staff = caller.staff(Permission.SET_UP_EVENT, organisation)
    terms = Terms(data.valid_from, data.valid_until)
    made = await safeguard(
        database,
        staff,
        party,
        data.country,
        data.mechanism,
        data.reference,
        data.regimes,
        terms,
        idempotency_key,
        data,
        now,
    )
    return msgspec.convert(made, SafeguardView, from_attributes=True)


@post("/organiser/parties/{party:uuid}/members", opt=may(Permission.SET_UP_EVENT), status_code=201)
async def post_member(
    party: FromPath[UUID],
    data: JSONBody[MemberForm],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
) -> MemberView:
    """Let a person act for the party, or change her role; sending it twice changes nothing."""
    staff = caller.staff(Permission.SET_UP_EVENT, organisation)
    made = await add_member(database, staff, party, data.email, data.role, now)
    return msgspec.convert(made, MemberView, from_attributes=True)


@delete("/organiser/parties/{party:uuid}/members/{person:uuid}", opt=may(Permission.SET_UP_EVENT))
async def delete_member(
    party: FromPath[UUID],
    person: FromPath[UUID],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
) -> None:
    """Let a person act for the party no more."""
    await remove_member(database, caller.staff(Permission.SET_UP_EVENT, organisation), party, person, now)


@post("/organiser/events/{slug:str}/sponsors", opt=may(Permission.SET_UP_EVENT), status_code=201)
async def post_sponsor(
    slug: FromPath[str],
    data: JSONBody[SponsorForm],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
) -> SponsorView:
    """List a sponsor for the event; the form asks about it from then on. Sending it twice changes nothing."""
    staff = caller.staff(Permission.SET_UP_EVENT, organisation)
    return sponsor_view(await list_sponsor(database, staff, slug, data.party, data.position, data.starts_at, now))


@get("/organiser/events/{slug:str}/sponsors", opt=may(Permission.SEE_EVENT))
async def get_sponsors(
    slug: FromPath[str], caller: Given[Caller], database: Given[Database], organisation: Organisation = None
) -> Sponsors:
    """The event's sponsors, those whose time is over too."""
    rows = await list_sponsors(database, caller.staff(Permission.SEE_EVENT, organisation), slug)
    return Sponsors([sponsor_view(row) for row in rows])


@post("/organiser/events/{slug:str}/sponsors/{party:uuid}/end", opt=may(Permission.SET_UP_EVENT), status_code=200)
async def post_end(
    slug: FromPath[str],
    party: FromPath[UUID],
    data: JSONBody[SponsorEnd],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: Organisation = None,
) -> SponsorView:
    """End a sponsorship; the sponsor gets nothing more of this event."""
    staff = caller.staff(Permission.SET_UP_EVENT, organisation)
    return sponsor_view(await end_sponsorship(database, staff, slug, party, data.at, now))


ROUTES: list[Any] = [
    post_party,
    get_parties,
    get_party,
    patch_party,
    post_review,
    post_suspend,
    post_resume,
    post_agreement,
    post_safeguard,
    post_member,
    delete_member,
    post_sponsor,
    get_sponsors,
    post_end,
]
