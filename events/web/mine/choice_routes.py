"""A person's own pages about her data: choices, who got what, receipts, switches for everything, and requests."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from events.access.guards import Given
from events.consent.actions import ShownForm, own
from events.consent.queries import history_of, state_of
from events.consent.rules import ServedForm
from events.errors import Conflict, EventsError, FormChanged, InvalidInput, NotFound
from events.privacy.actions import (
    ChoicesMoved,
    Wish,
    choose,
    dispute_scan,
    latest_act,
    lift_block,
    make_request,
    set_block,
    withdraw_everything,
)
from events.privacy.queries import blocks_of, disclosures_of, notes_of, scans_of
from events.privacy.receipts.actions import sign_receipt, take_receipt
from events.privacy.receipts.rules import AUTHORITY, Addresses
from events.privacy.receipts.words import paper_of
from events.privacy.rules import OWN_SWITCHES, RequestKind
from events.terms import Act, Block
from events.web.choices import (
    TICK_ALL,
    Posted,
    Seen,
    all_ticked,
    changes,
    mark_changed,
    posted_on,
    questions_on,
    seen_on,
    standing_of,
    without_ended,
)
from events.web.forms import Form
from events.web.mine.choice_rules import history_in_words, kinds_of_request, stand_in_words, switches
from events.web.mine.desk import Desk, own_address
from events.web.mine.hand_over_rules import noted_in_words, still_counting, who_got, who_would_be_told
from events.web.mine.queries import holders_of, requests_of
from events.web.signing_up.queries import form_served_before

MAX_MESSAGE: Final = 5000
# blocks that make every choice without effect until they are lifted
STOPS_SHARING: Final = (Block.OPT_OUT_THIRD, Block.OBJECT_DM_THIRD, Block.RESTRICTED, Block.ERASING, Block.IMPROPER_SOURCE_CLAIM)


@get("/{language:str}/me/{registration:uuid}/choices", **own_address())
async def choices_page(registration: FromPath[UUID], desk: Given[Desk]) -> Template:
    """Her choices as they stand, to be changed; what she did before, in words; and everything back in one press."""
    return await _choices(desk, await desk.registration(registration))


async def _choices(
    desk: Desk,
    mine: dict[str, Any],
    *,
    sent: tuple[Seen | None, Posted] | None = None,
    before: ServedForm | None = None,
    changed: bool = False,
    taken: bool = False,
    status: int = 200,
    errors: Sequence[tuple[str | None, str]] = (),
) -> Template:
    """`sent` is what the page showed and what was on it when it was sent, `before` the form that it stood on, where that has
    `changed`. Ticks of a page that her choices have left behind are not shown again: saved, they would undo what she did since.
    """
    offered = desk.may_consent(mine)
    form = await desk.form_in_force(mine) if offered else None
    async with desk.looking() as connection:
        await own(connection, desk.person, mine["id"])
        # before the state: an act between the two then makes the page too old, never too new
        history = await history_of(connection, mine["id"])
        state = await state_of(connection, mine["id"], desk.now)
        got = who_got(await disclosures_of(connection, mine["id"]), desk.words)
        blocks = await blocks_of(connection, desk.person)
    seen, posted = sent or (None, None)
    moved = posted is not None and (seen is None or seen.act != latest_act(history))
    if posted is not None and seen is not None:
        posted = None if moved else without_ended(posted, seen, standing_of(state))
    questions = questions_on(form.content if form else None, standing_of(state), desk.words, None if moved else posted)
    if changed and before is not None and not moved:
        questions = mark_changed(questions, before.content, form.content if form else None)
    return desk.page(
        "choices",
        mine,
        status=409 if moved else status,
        errors=() if moved else errors,
        form=form,
        offered=offered,
        questions=questions,
        changed=changed and not moved,
        moved=moved,
        taken=taken,
        seen=latest_act(history),
        stopped=any(block in blocks for block in STOPS_SHARING),
        told=who_would_be_told(got),
        given=standing_of(state),
        standing=stand_in_words(state, desk.words),
        history=history_in_words(history, desk.words),
    )


@post("/{language:str}/me/{registration:uuid}/choices", **own_address(status_code=303))
async def press_choices(registration: FromPath[UUID], desk: Given[Desk]) -> Template | Redirect:
    """Save her choices: what she ticked or unticked on this page is given or taken back, in one act.

    On a form that is not in force any more nothing is stored: the page shows what changed, with her ticks kept (S12-ver-4).
    On a page that her choices have left behind, only what she unticked there counts (S10.1-withdraw).
    """
    sent = await desk.form()
    mine = await desk.registration(registration)
    try:
        posted, seen = posted_on(sent), seen_on(sent)
    except InvalidInput as error:
        return await _choices(desk, mine, status=422, errors=desk.said(error))
    before = await _form_on_screen(desk, mine, sent)
    if sent.get("press") == TICK_ALL:
        return await _choices(desk, mine, sent=(seen, await _all_ticked(desk, mine, before, posted)))
    if seen is None:
        return await _choices(desk, mine, sent=(None, posted))
    return await _save(desk, mine, sent, before, seen, posted)


async def _save(
    desk: Desk, mine: dict[str, Any], sent: Form, before: ServedForm | None, seen: Seen, posted: Posted
) -> Template | Redirect:
    registration: UUID = mine["id"]
    async with desk.looking() as connection:
        await own(connection, desk.person, registration)
        last = latest_act(await history_of(connection, registration))
        standing = standing_of(await state_of(connection, registration, desk.now))
    wishes = [Wish(act, choice) for act, choice in changes(before.content if before else None, standing, seen, posted)]
    if last != seen.act:
        return await _only_take_back(desk, mine, wishes, posted)
    if not wishes:
        return desk.to(registration, "/choices", "unchanged")
    gives = [wish.choice for wish in wishes if wish.act is Act.GRANT]
    shown = ShownForm(before.id, sent.get("form_sha256")) if before else None
    try:
        if gives and not desk.may_consent(mine):
            raise _not_offered()
        await choose(desk.database, desk.person, registration, wishes, shown, desk.now, seen=seen.act)
    except ChoicesMoved:
        return await _only_take_back(desk, mine, wishes, posted)
    except FormChanged:
        return await _choices(desk, mine, sent=(seen, posted), before=before, changed=True, status=409)
    except (InvalidInput, Conflict) as error:
        targets = {
            f"consents[{n}]{part}": f"choice-{choice.purpose}"
            for n, choice in enumerate(gives)
            for part in ("", ".purpose", ".fields", ".recipient")
        }
        return await _choices(desk, mine, sent=(seen, posted), status=error.status, errors=desk.said(error, targets))
    return desk.to(registration, "/choices", "saved")


async def _only_take_back(desk: Desk, mine: dict[str, Any], wishes: Sequence[Wish], posted: Posted) -> Template:
    """All that a page does which her choices have left behind: what she unticked on it is taken back; the rest is shown anew."""
    backs = [wish for wish in wishes if wish.act is Act.WITHDRAW]
    if backs:
        await choose(desk.database, desk.person, mine["id"], backs, None, desk.now)
    return await _choices(desk, mine, sent=(None, posted), taken=bool(backs))


async def _all_ticked(desk: Desk, mine: dict[str, Any], before: ServedForm | None, posted: Posted) -> Posted:
    """Every listed sponsor of the form on screen; where the page does not say which that was, of the one in force."""
    form = before or (await desk.form_in_force(mine) if desk.may_consent(mine) else None)
    return all_ticked(form.content, posted) if form else posted


async def _form_on_screen(desk: Desk, mine: dict[str, Any], sent: Form) -> ServedForm | None:
    """The form that the page stood on, by its hidden fields; None where they name none of this event."""
    try:
        named = UUID(sent.get("served_form"))
    except ValueError:
        return None
    return await form_served_before(desk.database, mine["slug"], named, desk.now)


def _not_offered() -> EventsError:
    return InvalidInput(
        "These choices are for people who are of age where they live, with a place that stands.",
        "ตัวเลือกเหล่านี้มีไว้สำหรับผู้ที่บรรลุนิติภาวะตามกฎหมายของประเทศที่อาศัยอยู่ และมีการลงทะเบียนที่ยังมีผล",
    )


@post("/{language:str}/me/{registration:uuid}/choices/withdraw", **own_address(status_code=303))
async def press_withdraw(registration: FromPath[UUID], desk: Given[Desk]) -> Redirect:
    """Every sponsor, the badge scans and all else of this registration, in one press (S10.1-withdraw)."""
    await desk.form()
    await withdraw_everything(desk.database, desk.person, registration, desk.now)
    return desk.to(registration, "/choices", "withdrawn")


@get("/{language:str}/me/{registration:uuid}/who", **own_address())
async def who_page(registration: FromPath[UUID], desk: Given[Desk]) -> Template:
    """Who got my data: actual recipients by name, with every single time (S6-recip-1, C-154/21)."""
    mine = await desk.registration(registration)
    async with desk.looking() as connection:
        await own(connection, desk.person, registration)
        rows = await disclosures_of(connection, registration)
        scans = await scans_of(connection, registration, desk.now)
        noted = noted_in_words(await notes_of(connection, registration), desk.words)
    times = [row["at"] for row in rows] or [desk.now]
    got = who_got(rows, desk.words)
    return desk.page(
        "who",
        mine,
        got=got,
        count=len(rows),
        first=min(times),
        last=max(times),
        scans=scans,
        still=still_counting(scans),
        noted=noted,
    )


@post("/{language:str}/me/{registration:uuid}/who/{scan:uuid}/not-me", **own_address(status_code=303))
async def press_not_me(registration: FromPath[UUID], scan: FromPath[UUID], desk: Given[Desk]) -> Redirect:
    """That scan was not me: it is void for good."""
    await desk.form()
    told = await dispute_scan(desk.database, desk.person, registration, scan, desk.now)
    return desk.to(registration, "/who", "not_me_told" if told else "not_me")


@get("/{language:str}/me/{registration:uuid}/receipts", **own_address())
async def receipts_page(registration: FromPath[UUID], desk: Given[Desk]) -> Template:
    """The consent receipt in words, as files, and how to check it."""
    mine = await desk.registration(registration)
    receipt = await take_receipt(desk.database, desk.person, registration, desk.settings, desk.now)
    jws = sign_receipt(receipt, desk.settings, desk.now)
    paper = paper_of(receipt, jws, Addresses(desk.settings.base_url).keys, desk.language)
    return desk.page("receipts", mine, paper=paper)


@get("/{language:str}/me/settings", **own_address())
async def settings_page(desk: Given[Desk]) -> Template:
    """Her own switches, for all events: absolute, without a reason (§10.1). What each does is told first."""
    async with desk.looking() as connection:
        blocks = await blocks_of(connection, desk.person)
    return desk.page("settings", switches=switches(desk.words), blocks=blocks)


@post("/{language:str}/me/settings", **own_address(status_code=303))
async def press_switch(desk: Given[Desk]) -> Redirect:
    """Set or lift one of her switches. Raises NotFound for a block that is not hers to lift."""
    form = await desk.form()
    if form.get("switch") not in OWN_SWITCHES or form.get("to") not in {"on", "off"}:
        raise NotFound
    block = Block(form.get("switch"))
    if form.get("to") == "on":
        await set_block(desk.database, desk.person, block, desk.now)
        return desk.to(None, "/settings", "set")
    await lift_block(desk.database, desk.person, block, desk.now)
    return desk.to(None, "/settings", "lifted")


@get("/{language:str}/me/requests", **own_address())
async def requests_page(desk: Given[Desk]) -> Template:
    """What she may ask of every organisation that holds her data, what she asked, and where to complain (S10.1-complaint)."""
    return await _requests(desk)


async def _requests(desk: Desk, form: Form | None = None, errors: Sequence[tuple[str, str]] = ()) -> Template:
    async with desk.looking() as connection:
        holders = await holders_of(connection, desk.person)
        asked = await requests_of(connection, desk.person)
    kinds = kinds_of_request(desk.words)
    return desk.page(
        "requests",
        status=422 if errors else 200,
        errors=errors,
        wrong=dict(errors),
        kinds=kinds,
        names={kind: title for kind, title, _ in kinds},
        kind=form.get("kind") if form else "",
        message=form.get("message") if form else "",
        longest=MAX_MESSAGE,
        holders=holders,
        asked=asked,
        authority=AUTHORITY["party_url"],
    )


@post("/{language:str}/me/requests", **own_address(status_code=303))
async def press_request(desk: Given[Desk]) -> Template | Redirect:
    """Ask every organisation that holds her data; it takes effect at once (scenarios 27, 28)."""
    form = await desk.form()
    _ = desk.words.gettext
    wrong = []
    if form.get("kind") not in set(RequestKind):
        wrong.append(("kind", _("Choose what you ask for.")))
    message = form.get("message").replace("\r\n", "\n")
    if len(message) > MAX_MESSAGE:
        wrong.append(("message", _("At most %(most)s characters.", most=MAX_MESSAGE)))
    if wrong:
        return await _requests(desk, form, wrong)
    await make_request(desk.database, desk.person, RequestKind(form.get("kind")), message, desk.now)
    return desk.to(None, "/requests", "asked")


PAGES: list[Any] = [
    choices_page,
    press_choices,
    press_withdraw,
    who_page,
    press_not_me,
    receipts_page,
    settings_page,
    press_switch,
    requests_page,
    press_request,
]
