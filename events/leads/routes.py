"""HTTP of the sponsors: leads as pages and files, download links, recalls."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec
from litestar import delete, get, post
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream
from msgspec import UNSET, UnsetType

from events.access.caller import Caller
from events.access.guards import Given, IdempotencyKey, Limit, may
from events.access.permissions import Permission
from events.database.connections import Database
from events.leads.actions import LeadsFile, confirm_recall, delete_note, open_download, prepare_download, take_all, take_page
from events.leads.queries import recalls_of
from events.leads.rules import FORMATS, Ask, Format, check_ask, file_name, item_of
from events.release import terms
from events.settings import Settings
from events.terms import Field

MEDIA: Final[Mapping[Format, str]] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "vcf": "text/vcard",
    "json": "application/json",
}

FRESHLY: Final = "In a session older than an hour: 403 `sign_in_again`; sign in anew. An API client is not asked."

Party = Annotated[UUID | None, QueryParameter(description="for whom, when you act for several parties")]
Cursor = Annotated[UUID | None, QueryParameter(description="`next` of the page before")]


class NoteItem(msgspec.Struct, frozen=True):
    """What one helper's phone noted: rating 1 (low) to 3 (high), answers by the ids of question and option."""

    phone: UUID
    helper: str
    rating: int | None
    answers: dict[str, str | list[str]]
    note: str
    written_at: datetime


class LeadItem(msgspec.Struct, frozen=True):
    """One lead with exactly the fields that were released; of a withdrawn one only `id` and `state`: stop using it."""

    id: UUID
    state: Literal["lead", "withdrawn"]
    basis: Literal["form", "scan", "both"] | UnsetType = UNSET
    fields: list[Field] | UnsetType = UNSET
    name: str | UnsetType = UNSET
    job_title: str | UnsetType = UNSET
    company: str | UnsetType = UNSET
    address: str | UnsetType = UNSET
    country: str | UnsetType = UNSET
    phone: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    changed_at: datetime | UnsetType = UNSET
    usable_until: datetime | UnsetType = UNSET
    scanned_at: datetime | UnsetType | None = UNSET
    scanned_by: str | UnsetType | None = UNSET
    notes: list[NoteItem] | UnsetType = UNSET


class LeadPage(msgspec.Struct, frozen=True):
    """`release` is the ledger's entry of this very page; `next` is the cursor of the following one, null at the end."""

    items: list[LeadItem]
    next: UUID | None
    release: UUID


class DownloadForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Format
    event: Annotated[str, msgspec.Meta(max_length=80)] | None = None
    use: Annotated[str, msgspec.Meta(max_length=80)] | None = None
    accept_terms: bool = False
    fields: Annotated[list[Field], msgspec.Meta(min_length=1, max_length=7)] | None = None


class DownloadLink(msgspec.Struct, frozen=True):
    """Open `url` once before `expires_at`, with the same credential; `rows` leads stand in it."""

    id: UUID
    url: str
    expires_at: datetime
    rows: int


class RecallItem(msgspec.Struct, frozen=True):
    """Stop using these fields of this lead, delete them, and acknowledge."""

    id: UUID
    event: str
    lead: UUID
    fields: list[Field]
    created_at: datetime
    acknowledged_at: datetime | None


class RecallPage(msgspec.Struct, frozen=True):
    items: list[RecallItem]
    next: UUID | None


class Acknowledged(msgspec.Struct, frozen=True):
    id: UUID
    acknowledged_at: datetime


def provide_ask(
    event: Annotated[str | None, QueryParameter(description="the event's slug; mandatory", max_length=80)] = None,
    use: Annotated[str | None, QueryParameter(description="what the data is for; mandatory", max_length=80)] = None,
    accept_terms: Annotated[
        bool,
        QueryParameter(description="true: no onward sharing, stop on withdrawal, keep safe, delete in time; mandatory"),
    ] = False,
    fields: Annotated[
        str | None,
        QueryParameter(description="some of name,job_title,company,address,country,phone,email", max_length=200),
    ] = None,
    changed_since: Annotated[
        str | None,
        QueryParameter(
            description="only what reads differently since, deleted notes too, with `withdrawn` for leads taken back; the two"
            " minutes before it may come again",
            schema_extra={"format": "date-time"},
            max_length=40,
        ),
    ] = None,
    search: Annotated[
        str | None,
        QueryParameter(description="a part of any released value, capitals or not; no tombstones then", max_length=400),
    ] = None,
    day: Annotated[
        str | None,
        QueryParameter(description="the day of the visit, where the event is", schema_extra={"format": "date"}, max_length=40),
    ] = None,
    helper: Annotated[str | None, QueryParameter(description="whose phone scanned or noted it", max_length=400)] = None,
) -> Ask:
    """The pull that every way of taking leads declares. Raises InvalidInput naming what is missing."""
    return check_ask(event, use, accept_terms, fields, changed_since, search=search, day=day, helper=helper)


ASK: Final = {"ask": Provide(provide_ask, sync_to_thread=False)}


def party_of(caller: Caller, permission: Permission, wanted: UUID | None) -> UUID | None:
    """For whom a person acts; a machine's own party is looked up by the door."""
    return caller.party(permission, wanted)[0] if caller.kind == "session" else wanted


def attachment(taken: LeadsFile) -> Stream:
    """The finished file; the ledger's entry and the file's hash are in the headers (RFC 9530)."""
    ready = taken.ready
    headers = {
        "content-disposition": f'attachment; filename="{file_name(taken.event, taken.format)}"',
        "content-length": str(ready.size),
        "events-release": str(ready.release),
        "repr-digest": f"sha-256=:{b64encode(ready.sha256).decode()}:",
    }
    return Stream(ready.chunks(), media_type=MEDIA[taken.format], headers=headers)


@get("/leads", opt=may(Permission.TAKE_LEADS), dependencies=ASK)
async def get_leads(
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    ask: Given[Ask],
    party: Party = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> LeadPage:
    """A sponsor's leads of one event: who allowed it on the form or by a scan, decided at this moment (§6)."""
    # no fresh sign-in for a page: it is what her list shows on the screen all day, some at a time, each booked by itself
    page = await take_page(database, caller, party_of(caller, Permission.TAKE_LEADS, party), ask, cursor, limit, now)
    return LeadPage([LeadItem(**item_of(lead)) for lead in page.leads], page.next, page.release)


def file_route(format_: Format) -> HTTPRouteHandler:
    @get(
        f"/leads.{format_}",
        opt=may(Permission.TAKE_LEADS),
        dependencies=ASK,
        operation_id=f"LeadsAs{format_.title()}",
        summary=f"Leads as {format_}",
        description="All leads of one event as a file whose hash is in the ledger; nothing is sent before the entry is stored."
        f" {FRESHLY}",
        responses={200: ResponseSpec(bytes, description="the file", media_type=MEDIA[format_], generate_examples=False)},
    )
    async def get_file(
        caller: Given[Caller], database: Given[Database], now: Given[datetime], ask: Given[Ask], party: Party = None
    ) -> Stream:
        caller.require_fresh(now)
        owner = party_of(caller, Permission.TAKE_LEADS, party)
        return attachment(await take_all(database, caller, owner, ask, format_, now))

    return get_file


@post("/leads/downloads", opt=may(Permission.TAKE_LEADS), status_code=201)
async def post_download(
    data: JSONBody[DownloadForm],
    caller: Given[Caller],
    database: Given[Database],
    settings: Given[Settings],
    now: Given[datetime],
    party: Party = None,
    idempotency_key: IdempotencyKey = None,
) -> DownloadLink:
    """Prepare a link that opens once within a minute. It dies with the consent of anybody who stands in the file (F1).

    In a session older than an hour: 403 `sign_in_again`.
    """
    caller.require_fresh(now)
    fields = None if data.fields is None else ",".join(data.fields)
    ask = check_ask(data.event, data.use, data.accept_terms, fields)
    owner = party_of(caller, Permission.TAKE_LEADS, party)
    made = await prepare_download(database, caller, owner, ask, data.format, now, key=idempotency_key, body=data)
    return DownloadLink(made.id, f"{settings.base_url}/api/v1/downloads/{made.id}", made.expires_at, made.row_count)


@get(
    "/downloads/{download:uuid}",
    opt=may(Permission.TAKE_LEADS),
    responses={200: ResponseSpec(bytes, description="the file", media_type="*/*", generate_examples=False)},
)
async def get_download(
    download: FromPath[UUID], caller: Given[Caller], database: Given[Database], now: Given[datetime]
) -> Stream:
    """Open a prepared link, once. In a session older than an hour: 403 `sign_in_again`."""
    caller.require_fresh(now)
    return attachment(await open_download(database, caller, download, now))


@get("/recalls", opt=may(Permission.SEE_RECALLS))
async def get_recalls(
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    party: Party = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> RecallPage:
    """What the party got and must stop using, oldest first (§10.1)."""
    owner = party_of(caller, Permission.SEE_RECALLS, party)
    rows = await recalls_of(database, caller, owner, cursor, limit, now)
    items = [RecallItem(r.id, r.event_slug, r.lead, [Field(f) for f in r.fields], r.created_at, r.acknowledged_at) for r in rows]
    return RecallPage(items, items[-1].id if len(items) == limit else None)


@post("/recalls/{recall:uuid}/ack", opt=may(Permission.SEE_RECALLS), status_code=200)
async def acknowledge_recall(
    recall: FromPath[UUID], caller: Given[Caller], database: Given[Database], now: Given[datetime], party: Party = None
) -> Acknowledged:
    """Confirm that the data is no longer used; sending it again answers with the first confirmation."""
    owner = party_of(caller, Permission.SEE_RECALLS, party)
    return Acknowledged(recall, await confirm_recall(database, caller, owner, recall, now))


@delete("/leads/{lead:uuid}/notes/{device:uuid}", opt=may(Permission.TAKE_LEADS), status_code=204)
async def delete_lead_note(
    lead: FromPath[UUID],
    device: FromPath[UUID],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    party: Party = None,
) -> None:
    """Delete what one phone (`phone` of the note) noted about a lead; gone already is no error."""
    await delete_note(database, caller, party_of(caller, Permission.TAKE_LEADS, party), lead, device, now)


class RecipientTerms(msgspec.Struct, frozen=True):
    """What `accept_terms=true` accepts; the ledger keeps the version with every pull."""

    version: str
    words: dict[str, list[str]]


@get("/recipient-terms", opt=may(Permission.BE_ANYONE), sync_to_thread=False)
def show_terms() -> RecipientTerms:
    """The terms that a sponsor accepts with every pull, in Thai and English (S6-sponsor-9)."""
    return RecipientTerms(terms.VERSION, {language: list(words) for language, words in terms.WORDS.items()})


ROUTES: list[Any] = [
    show_terms,
    get_leads,
    *[file_route(format_) for format_ in FORMATS],
    post_download,
    get_download,
    get_recalls,
    acknowledge_recall,
    delete_lead_note,
]
