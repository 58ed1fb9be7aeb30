"""What a booth's helpers are asked to fill in after a scan, and when its phones lock."""

from collections.abc import Sequence
from typing import Any, Final

from litestar import get, post
from litestar.response import Redirect, Template

from events.access.guards import Chosen, Given
from events.access.permissions import Permission
from events.booths.questions.actions import list_questions, move_question, remove_question, save_question, set_lock, show_booth
from events.booths.questions.rules import MOST_OPTIONS, MOST_QUESTIONS, Question
from events.errors import BadRequest, InvalidInput, NotFound
from events.web.sponsor.desk import BOOTH, Booth, booth_address
from events.web.sponsor.question_forms import question_in, question_pressed
from events.web.sponsor.rules import kinds_in_words, question_targets

FEWEST: Final = 3  # rows for options that a page shows at once; a button gives more
MORE: Final = 3


async def _list(
    front: Booth, *, lock: str | None = None, status: int = 200, errors: Sequence[tuple[str | None, str]] = ()
) -> Template:
    questions = await list_questions(front.database, front.desk, front.event.slug)
    booth = await show_booth(front.database, front.desk, front.event.slug)
    return front.page(
        "sponsor/questions.html",
        status=status,
        errors=errors,
        questions=questions,
        kinds=kinds_in_words(front.words),
        room=len(questions) < MOST_QUESTIONS,
        lock=lock if lock is not None else booth.lock_after_minutes or "",
    )


@get(f"{BOOTH}/questions", **booth_address(Permission.MANAGE_BOOTH))
async def questions_page(front: Given[Booth]) -> Template:
    """The questions in their order, and the lock."""
    return await _list(front)


@post(f"{BOOTH}/questions", status_code=303, **booth_address(Permission.MANAGE_BOOTH))
async def press_order(front: Given[Booth]) -> Template | Redirect:
    """Move a question up or down, or ask it no more; or set the lock."""
    form = (await front.form()).single()
    if "lock" in form:
        return await _lock(front, form["lock"].strip())
    pressed = question_pressed(form)
    if pressed is None:
        raise BadRequest
    match pressed:
        case question, "remove":
            await remove_question(front.database, front.desk, front.event.slug, question, front.now)
        case question, move:
            await move_question(front.database, front.desk, front.event.slug, question, move, front.now)
    return front.to("/questions", "question")


async def _lock(front: Booth, typed: str) -> Template | Redirect:
    try:
        minutes = None if not typed else int(typed) if typed.isascii() and typed.isdigit() else 0
        await set_lock(front.database, front.desk, front.event.slug, minutes)
    except InvalidInput as error:
        said = front.words.gettext("Write 1 to 120 minutes, or leave it empty.")
        return await _list(front, lock=typed, status=error.status, errors=[("lock", said)])
    return front.to("/questions", "lock")


def _edit(
    front: Booth,
    question: Question | None,
    *,
    status: int = 200,
    errors: Sequence[tuple[str | None, str]] = (),
    new: bool = False,
    rows: int = FEWEST,
) -> Template:
    options = [(option.id, option.th, option.en) for option in question.options] if question else []
    rows = min(MOST_OPTIONS, max(rows, len(options)))
    return front.page(
        "sponsor/question.html",
        status=status,
        errors=errors,
        question=question,
        new=new,
        kinds=kinds_in_words(front.words),
        options=options + [("", "", "")] * (rows - len(options)),
        most=MOST_OPTIONS,
    )


@get(f"{BOOTH}/questions/edit", **booth_address(Permission.MANAGE_BOOTH))
async def question_page(front: Given[Booth], question: Chosen = None) -> Template:
    """One question to be worded anew; or an empty one."""
    if question is None:
        return _edit(front, None, new=True)
    asked = await list_questions(front.database, front.desk, front.event.slug)
    found = next((one for one in asked if one.id == question), None)
    if found is None:
        raise NotFound
    return _edit(front, found)


@post(f"{BOOTH}/questions/edit", status_code=303, **booth_address(Permission.MANAGE_BOOTH))
async def press_question(front: Given[Booth]) -> Template | Redirect:
    """Save one question: a new one comes last. Without script the button for more options comes here too, and saves nothing."""
    form = await front.form()
    written = question_in(form)
    if written is None:
        raise BadRequest
    if form.get("press") == "more":
        return _edit(front, written, new=written.id is None, rows=len(form.all("option_th")) + MORE)
    try:
        await save_question(front.database, front.desk, front.event.slug, written, front.now)
    except InvalidInput as error:
        errors = front.said(error, question_targets(error))
        return _edit(front, written, status=error.status, errors=errors, new=written.id is None)
    return front.to("/questions", "question")


PAGES: list[Any] = [questions_page, press_order, question_page, press_question]
