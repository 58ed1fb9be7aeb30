"""HTTP of one's own data: choices, who got what, switches, requests; and what staff may write on behalf."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from events.access.caller import Caller
from events.access.guards import Given, may
from events.access.permissions import Permission
from events.consent.actions import ShownForm, own
from events.consent.rules import Choice
from events.database.connections import Database, Scope
from events.errors import NotFound
from events.privacy.actions import (
    Wish,
    act_on_behalf,
    choose,
    dispute_scan,
    lift_block,
    make_request,
    set_block,
    show_choices,
    withdraw_everything,
)
from events.privacy.queries import blocks_of, disclosures_of, notes_of, scans_of
from events.privacy.receipts.routes import ROUTES as RECEIPTS
from events.privacy.rules import OWN_SWITCHES, RequestKind
from events.terms import BASES, Act, Block, Field, PersonId, Purpose

Sha256Hex = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
ChoiceAct = Annotated[str, msgspec.Meta(pattern="^(grant|withdraw)$")]


class ConsentAct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`withdraw` without a recipient means every recipient of the purpose."""

    act: ChoiceAct
    purpose: Purpose
    recipient: UUID | None = None
    fields: Annotated[list[Field], msgspec.Meta(max_length=7)] | None = None


class ConsentActs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Grants name the form they were given on; withdrawals need none."""

    acts: Annotated[list[ConsentAct], msgspec.Meta(min_length=1, max_length=200)]
    served_form: UUID | None = None
    form_sha256: Sha256Hex | None = None


class ChoiceState(msgspec.Struct, frozen=True):
    purpose: str
    recipient: UUID | None
    recipient_name: str | None
    given: bool
    act: str
    at: datetime
    fields: list[str]
    uses: list[str]
    expires_at: datetime | None


class Choices(msgspec.Struct, frozen=True):
    items: list[ChoiceState]


class HistoryLine(msgspec.Struct, frozen=True):
    id: UUID
    seq: int
    purpose: str
    recipient: UUID | None
    recipient_name: str | None
    act: str
    fields: list[str]
    uses: list[str]
    countries: list[str]
    language: str | None
    at: datetime
    expires_at: datetime | None
    actor: str
    method: str
    text_sha256: str | None
    wording: str | None
    notice_version: int | None


class ChoicesWithHistory(msgspec.Struct, frozen=True):
    items: list[ChoiceState]
    history: list[HistoryLine]


class DisclosureLine(msgspec.Struct, frozen=True):
    """One hand-over: to whom, when, which fields, on what ground, how, and whether it was called back."""

    release: UUID
    recipient: UUID
    recipient_name: str
    recipient_kind: str
    recipient_contact: str
    recipient_notice_url: str | None
    countries: list[str]
    at: datetime
    channel: str
    declared_use: str
    fields: list[str]
    basis: str
    consents: list[UUID]
    scan: UUID | None
    recalled_at: datetime | None
    acknowledged_at: datetime | None


class Disclosures(msgspec.Struct, frozen=True):
    items: list[DisclosureLine]


class ScanLine(msgspec.Struct, frozen=True):
    """`counts`: it is a ground for handing out my data now; `voided_at`: since when it is not me any more."""

    id: UUID
    party_name: str
    at: datetime
    received_at: datetime
    voided_at: datetime | None
    counts: bool


class Scans(msgspec.Struct, frozen=True):
    items: list[ScanLine]


class AnswerLine(msgspec.Struct, frozen=True):
    """A question in both languages, with what was answered: words, or the words of the options that were chosen."""

    question: dict[str, str]
    answers: list[dict[str, str]]


class NoteLine(msgspec.Struct, frozen=True):
    """What a sponsor's helper noted about the attendee: rating 1 (low) to 3 (high), answers, free words."""

    event: str
    party: UUID
    party_name: str
    party_contact: str
    helper: str
    rating: int | None
    answers: list[AnswerLine]
    note: str
    written_at: datetime


class Notes(msgspec.Struct, frozen=True):
    items: list[NoteLine]


class Blocks(msgspec.Struct, frozen=True):
    """The switches in force, each with the time since when."""

    blocks: dict[str, datetime]


class RequestForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: RequestKind
    message: Annotated[str, msgspec.Meta(max_length=5000)] = ""


class RequestsMade(msgspec.Struct, frozen=True):
    requests: list[UUID]


class StaffAct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    act: Act
    purpose: Purpose
    recipient: UUID | None = None


class PurposeLine(msgspec.Struct, frozen=True):
    """One purpose and its one legal ground."""

    purpose: str
    basis: str
    pdpa: str
    gdpr: str
    notice: str


class Purposes(msgspec.Struct, frozen=True):
    items: list[PurposeLine]


def _states(rows: list[Any]) -> list[ChoiceState]:
    return [
        ChoiceState(r.purpose, r.recipient_id, r.legal_name, r.given, r.act, r.at, r.fields, r.uses, r.expires_at) for r in rows
    ]


@get("/purposes", opt=may(Permission.BE_ANYONE), sync_to_thread=False)
def show_purposes() -> Purposes:
    """What data is processed for, and on which ground: the whole registry, one ground each (§5)."""
    return Purposes([PurposeLine(p.value, b.kind, b.pdpa, b.gdpr, b.notice) for p, b in BASES.items()])


@get("/me/registrations/{registration:uuid}/consents", opt=may(Permission.BE_ONESELF))
async def show_consents(
    registration: FromPath[UUID], caller: Given[Caller], database: Given[Database], now: Given[datetime]
) -> ChoicesWithHistory:
    """Where one's choices stand, and every act there ever was, with the words it was done under."""
    return await choices_with_history(database, caller.oneself(), registration, now)


async def choices_with_history(database: Database, person: PersonId, registration: UUID, now: datetime) -> ChoicesWithHistory:
    """What `show_consents` answers. Raises NotFound for a registration of somebody else."""
    state, history = await show_choices(database, person, registration, now)
    lines = [
        HistoryLine(
            id=h["id"],
            seq=h["seq"],
            purpose=h["purpose"],
            recipient=h["recipient_id"],
            recipient_name=h["legal_name"],
            act=h["act"],
            fields=h["fields"],
            uses=h["uses"],
            countries=h["countries"],
            language=h["language"],
            at=h["occurred_at"],
            expires_at=h["expires_at"],
            actor=h["actor"],
            method=h["method"],
            text_sha256=h["text_sha256"],
            wording=h["wording"],
            notice_version=h["notice_version"],
        )
        for h in history
    ]
    return ChoicesWithHistory(_states(state), lines)


@put("/me/registrations/{registration:uuid}/consents", opt=may(Permission.BE_ONESELF))
async def put_consents(
    registration: FromPath[UUID],
    data: JSONBody[ConsentActs],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
) -> Choices:
    """Give or take back. Taking back works at once, needs no reason and no form, and tells whoever got the data."""
    wishes = [Wish(Act(a.act), Choice(a.purpose, a.recipient, None if a.fields is None else tuple(a.fields))) for a in data.acts]
    shown = ShownForm(data.served_form, data.form_sha256) if data.served_form and data.form_sha256 else None
    return Choices(_states(await choose(database, caller.oneself(), registration, wishes, shown, now)))


@delete("/me/registrations/{registration:uuid}/consents", opt=may(Permission.BE_ONESELF), status_code=200)
async def delete_consents(
    registration: FromPath[UUID], caller: Given[Caller], database: Given[Database], now: Given[datetime]
) -> Choices:
    """Withdraw everything in one press: every sponsor, the badge scans, all else."""
    return Choices(_states(await withdraw_everything(database, caller.oneself(), registration, now)))


@get("/me/registrations/{registration:uuid}/disclosures", opt=may(Permission.BE_ONESELF))
async def show_disclosures(registration: FromPath[UUID], caller: Given[Caller], database: Given[Database]) -> Disclosures:
    """Who got my data: actual recipients by name, each hand-over on its own line (§6 S6-recip-1, C-154/21)."""
    return Disclosures(await disclosure_lines(database, caller.oneself(), registration))


async def disclosure_lines(database: Database, person: PersonId, registration: UUID) -> list[DisclosureLine]:
    """Each hand-over of this registration's data. Raises NotFound for a registration of somebody else."""
    async with database.transaction(Scope(person=person)) as connection:
        await own(connection, person, registration)
        rows = await disclosures_of(connection, registration)
    return [
        DisclosureLine(
            release=r["release"],
            recipient=r["party"],
            recipient_name=r["legal_name"],
            recipient_kind=r["kind"],
            recipient_contact=r["contact_email"],
            recipient_notice_url=r["notice_url"],
            countries=r["countries"],
            at=r["at"],
            channel=r["channel"],
            declared_use=r["declared_use"],
            fields=r["fields"],
            basis=r["basis"],
            consents=r["consent_event_ids"],
            scan=r["scan_id"],
            recalled_at=r["recalled_at"],
            acknowledged_at=r["acknowledged_at"],
        )
        for r in rows
    ]


@get("/me/registrations/{registration:uuid}/scans", opt=may(Permission.BE_ONESELF))
async def show_scans(
    registration: FromPath[UUID], caller: Given[Caller], database: Given[Database], now: Given[datetime]
) -> Scans:
    """Which booths scanned my badge, and when."""
    return Scans(await scan_lines(database, caller.oneself(), registration, now))


async def scan_lines(database: Database, person: PersonId, registration: UUID, now: datetime) -> list[ScanLine]:
    """Each reading at a booth. Raises NotFound for a registration of somebody else."""
    async with database.transaction(Scope(person=person)) as connection:
        await own(connection, person, registration)
        rows = await scans_of(connection, registration, now)
    return [ScanLine(r["id"], r["legal_name"], r["effective_at"], r["received_at"], r["voided_at"], r["counts"]) for r in rows]


@get("/me/registrations/{registration:uuid}/notes", opt=may(Permission.BE_ONESELF))
async def show_notes(registration: FromPath[UUID], caller: Given[Caller], database: Given[Database]) -> Notes:
    """What booths noted about me, by whom and when (S6-sponsor-16)."""
    return Notes(await note_lines(database, caller.oneself(), registration))


async def note_lines(database: Database, person: PersonId, registration: UUID) -> list[NoteLine]:
    """Each helper's note. Raises NotFound for a registration of somebody else."""
    async with database.transaction(Scope(person=person)) as connection:
        await own(connection, person, registration)
        rows = await notes_of(connection, registration)
    return [note_line(row) for row in rows]


def note_line(row: Mapping[str, Any]) -> NoteLine:
    """One note (a row of queries.notes_of), as the attendee reads it and as her copy holds it."""
    answers = []
    for answer in row["answers"]:
        options = {o["id"]: {"th": o["th"] or o["en"], "en": o["en"] or o["th"]} for o in answer["options"]}
        given = [options.get(one, {"th": one, "en": one}) for one in answer["answers"]]
        answers.append(AnswerLine({"th": answer["th"], "en": answer["en"]}, given))
    return NoteLine(
        event=row["slug"],
        party=row["party"],
        party_name=row["legal_name"],
        party_contact=row["contact_email"],
        helper=row["helper"],
        rating=row["rating"],
        answers=answers,
        note=row["note"],
        written_at=row["written_at"],
    )


@post("/me/registrations/{registration:uuid}/scans/{scan:uuid}/not-me", opt=may(Permission.BE_ONESELF), status_code=204)
async def that_was_not_me(
    registration: FromPath[UUID], scan: FromPath[UUID], caller: Given[Caller], database: Given[Database], now: Given[datetime]
) -> None:
    """That scan was not me: it is void for good, and so is what the same phone read within five minutes of it. Other scans of
    this sponsor may still count (`GET …/scans`). Pressing twice is no error."""
    await dispute_scan(database, caller.oneself(), registration, scan, now)


@get("/me/blocks", opt=may(Permission.BE_ONESELF))
async def show_blocks(caller: Given[Caller], database: Given[Database]) -> Blocks:
    """What stands against releasing my data, whatever my choices say."""
    async with database.transaction(Scope(person=caller.oneself())) as connection:
        return Blocks(await blocks_of(connection, caller.oneself()))


def _own_switch(kind: str) -> Block:
    if kind not in OWN_SWITCHES:
        raise NotFound
    return Block(kind)


@put("/me/blocks/{kind:str}", opt=may(Permission.BE_ONESELF))
async def switch_on(kind: FromPath[str], caller: Given[Caller], database: Given[Database], now: Given[datetime]) -> Blocks:
    """`opt_out_third`, `object_dm_third` or `object_dm_own`: absolute, for all events, present and future (§10.1)."""
    return Blocks(await set_block(database, caller.oneself(), _own_switch(kind), now))


@delete("/me/blocks/{kind:str}", opt=may(Permission.BE_ONESELF), status_code=200)
async def switch_off(kind: FromPath[str], caller: Given[Caller], database: Given[Database], now: Given[datetime]) -> Blocks:
    """Lift one's own switch."""
    return Blocks(await lift_block(database, caller.oneself(), _own_switch(kind), now))


@post("/me/requests", opt=may(Permission.BE_ONESELF), status_code=201)
async def ask(
    data: JSONBody[RequestForm], caller: Given[Caller], database: Given[Database], now: Given[datetime]
) -> RequestsMade:
    """Ask for restriction or erasure, or say that the data came to us improperly; it blocks releases from now on."""
    return RequestsMade(await make_request(database, caller.oneself(), data.kind, data.message, now))


@post("/organiser/registrations/{registration:uuid}/acts", opt=may(Permission.CORRECT_REGISTRATION), status_code=200)
async def write_on_behalf(
    registration: FromPath[UUID],
    data: JSONBody[StaffAct],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    organisation: FromQuery[UUID | None] = None,
) -> Choices:
    """Write down a withdrawal that the person told us; a grant is refused, whoever says she agreed."""
    staff = caller.staff(Permission.CORRECT_REGISTRATION, organisation)
    return Choices(_states(await act_on_behalf(database, staff, registration, data.act, data.purpose, data.recipient, now)))


ROUTES: list[Any] = [
    show_purposes,
    show_consents,
    put_consents,
    delete_consents,
    show_disclosures,
    show_scans,
    show_notes,
    that_was_not_me,
    show_blocks,
    switch_on,
    switch_off,
    ask,
    write_on_behalf,
    *RECEIPTS,
]
