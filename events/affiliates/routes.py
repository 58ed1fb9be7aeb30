"""HTTP of the affiliates: the registrations of the events that they organise."""

from base64 import b64encode
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream
from msgspec import UNSET, UnsetType

from events.access.caller import Caller
from events.access.guards import Given, Limit, may
from events.access.permissions import Permission
from events.affiliates.actions import take_csv, take_page
from events.affiliates.rules import check_use
from events.database.connections import Database
from events.terms import Field

CSV: Final = "text/csv"

Declared = Annotated[str | None, QueryParameter(name="use", description="mandatory: registration_processing", max_length=80)]
Party = Annotated[UUID | None, QueryParameter(description="for whom, when you act for several parties")]
Cursor = Annotated[UUID | None, QueryParameter(description="`next` of the page before")]


class AffiliateRegistration(msgspec.Struct, frozen=True):
    """One registration with exactly the fields that the event's registration needs."""

    id: UUID
    fields: list[Field]
    name: str | UnsetType = UNSET
    job_title: str | UnsetType = UNSET
    company: str | UnsetType = UNSET
    address: str | UnsetType = UNSET
    country: str | UnsetType = UNSET
    phone: str | UnsetType = UNSET
    email: str | UnsetType = UNSET


class AffiliateRegistrationPage(msgspec.Struct, frozen=True):
    """`release` is the ledger's entry of this very page; `next` is the cursor of the following one, null at the end."""

    items: list[AffiliateRegistration]
    next: UUID | None
    release: UUID


def party_of(caller: Caller, wanted: UUID | None) -> UUID | None:
    """For whom a person acts; a machine's own party is looked up by the door."""
    return caller.party(Permission.TAKE_AFFILIATE_REGISTRATIONS, wanted)[0] if caller.kind == "session" else wanted


@get("/affiliate/events/{slug:str}/registrations", opt=may(Permission.TAKE_AFFILIATE_REGISTRATIONS))
async def get_registrations(
    slug: FromPath[str],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    declared_use: Declared = None,
    party: Party = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> AffiliateRegistrationPage:
    """The registrations of an event that the caller's party organises, to process them and nothing else (§6 Affiliates)."""
    page = await take_page(database, caller, party_of(caller, party), slug, check_use(declared_use), cursor, limit, now)
    items = [
        AffiliateRegistration(id=r.reference, fields=list(r.values), **{f.value: v for f, v in r.values.items()})
        for r in page.registrations
    ]
    return AffiliateRegistrationPage(items, page.next, page.release)


@get(
    "/affiliate/events/{slug:str}/registrations.csv",
    opt=may(Permission.TAKE_AFFILIATE_REGISTRATIONS),
    responses={200: ResponseSpec(bytes, description="the file", media_type=CSV, generate_examples=False)},
)
async def get_registrations_csv(
    slug: FromPath[str],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    declared_use: Declared = None,
    party: Party = None,
) -> Stream:
    """The same as a file whose hash is in the ledger. In a session older than an hour: 403 `sign_in_again`."""
    caller.require_fresh(now)
    ready = await take_csv(database, caller, party_of(caller, party), slug, check_use(declared_use), now)
    headers = {
        "content-disposition": f'attachment; filename="registrations-{slug}.csv"',
        "content-length": str(ready.size),
        "events-release": str(ready.release),
        "repr-digest": f"sha-256=:{b64encode(ready.sha256).decode()}:",
    }
    return Stream(ready.chunks(), media_type=CSV, headers=headers)


ROUTES: list[Any] = [get_registrations, get_registrations_csv]
