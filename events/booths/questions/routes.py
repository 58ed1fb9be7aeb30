"""HTTP of a booth's questions and settings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, put
from litestar.params import FromPath, JSONBody, QueryParameter

from events.access.caller import Caller
from events.access.guards import Given, may
from events.access.permissions import Permission
from events.booths.questions.actions import list_questions, set_lock, set_questions, show_booth
from events.booths.questions.rules import MOST_OPTIONS, MOST_QUESTIONS, Kind, Option, Question
from events.database.connections import Database

Party = Annotated[UUID | None, QueryParameter(description="for whom, when you act for several parties")]
Words = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)")]


class OptionForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    th: Words = ""
    en: Words = ""
    id: Annotated[str, msgspec.Meta(max_length=40)] | None = None


class QuestionForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Without `id` it is new. In Thai, in English, or in both; options of a choice only."""

    kind: Kind
    wording_th: Words = ""
    wording_en: Words = ""
    options: Annotated[list[OptionForm], msgspec.Meta(max_length=MOST_OPTIONS)] = []
    id: UUID | None = None


class QuestionsForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    questions: Annotated[list[QuestionForm], msgspec.Meta(max_length=MOST_QUESTIONS)]


class OptionView(msgspec.Struct, frozen=True):
    id: str
    th: str
    en: str


class QuestionView(msgspec.Struct, frozen=True):
    id: UUID
    kind: Kind
    wording_th: str
    wording_en: str
    options: list[OptionView]


class Questions(msgspec.Struct, frozen=True):
    questions: list[QuestionView]


class BoothForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Minutes without a touch after which a phone asks for its PIN; null: never."""

    lock_after_minutes: Annotated[int, msgspec.Meta(ge=1, le=120)] | None


class BoothView(msgspec.Struct, frozen=True):
    lock_after_minutes: int | None


@get("/sponsor/events/{slug:str}/questions", opt=may(Permission.MANAGE_BOOTH))
async def get_questions(slug: FromPath[str], caller: Given[Caller], database: Given[Database], party: Party = None) -> Questions:
    """What this booth's helpers are asked to fill in after a scan, in its order."""
    return _shown(await list_questions(database, caller.booth(Permission.MANAGE_BOOTH, party), slug))


@put("/sponsor/events/{slug:str}/questions", opt=may(Permission.MANAGE_BOOTH))
async def put_questions(
    slug: FromPath[str],
    data: JSONBody[QuestionsForm],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    party: Party = None,
) -> Questions:
    """The whole list anew, whatever stood there: of two who write, the last wins. Give the `id` of what stays; a question that
    changes its kind or loses an option gets a new one, so that what was answered before keeps its words."""
    wanted = [
        Question(
            q.id,
            q.kind,
            q.wording_th.strip(),
            q.wording_en.strip(),
            [Option(o.id or "", o.th.strip(), o.en.strip()) for o in q.options],
        )
        for q in data.questions
    ]
    return _shown(await set_questions(database, caller.booth(Permission.MANAGE_BOOTH, party), slug, wanted, now))


@get("/sponsor/events/{slug:str}/booth", opt=may(Permission.MANAGE_BOOTH))
async def get_booth(slug: FromPath[str], caller: Given[Caller], database: Given[Database], party: Party = None) -> BoothView:
    """How this booth's phones are set."""
    return BoothView((await show_booth(database, caller.booth(Permission.MANAGE_BOOTH, party), slug)).lock_after_minutes)


@put("/sponsor/events/{slug:str}/booth", opt=may(Permission.MANAGE_BOOTH))
async def put_booth(
    slug: FromPath[str],
    data: JSONBody[BoothForm],
    caller: Given[Caller],
    database: Given[Database],
    party: Party = None,
) -> BoothView:
    """Set when this booth's phones lock."""
    booth = await set_lock(database, caller.booth(Permission.MANAGE_BOOTH, party), slug, data.lock_after_minutes)
    return BoothView(booth.lock_after_minutes)


def _shown(questions: Sequence[Question]) -> Questions:
    return Questions(
        [
            QuestionView(q.id, q.kind, q.wording_th, q.wording_en, [OptionView(o.id, o.th, o.en) for o in q.options])
            for q in questions
            if q.id is not None
        ]
    )


ROUTES: list[Any] = [get_questions, put_questions, get_booth, put_booth]
