"""HTTP of one's choices: where they stand, giving and taking back, and what staff may write on behalf."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from events.access.caller import Caller
from events.access.guards import Given, may
from events.access.permissions import Permission
from events.consent.actions import ShownForm
from events.consent.rules import Choice
from events.database.connections import Database
from events.privacy.actions import Wish, act_on_behalf, choose, show_choices, withdraw_everything
from events.terms import Act, Field, PersonId, Purpose

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


class StaffAct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    act: Act
    purpose: Purpose
    recipient: UUID | None = None


def _states(rows: list[Any]) -> list[ChoiceState]:
    return [
        ChoiceState(r.purpose, r.recipient_id, r.legal_name, r.given, r.act, r.at, r.fields, r.uses, r.expires_at) for r in rows
    ]


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


ROUTES: list[Any] = [show_consents, put_consents, delete_consents, write_on_behalf]
