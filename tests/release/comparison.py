"""Where the database and the oracle differ about one history, in words."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from tests.release.facts import CARD, STRANGERS, AffiliateQuestion, PhoneRevoked, Question, Scans, Story
from tests.release.oracle import Answer, on_the_phone, release, release_to_affiliate
from tests.release.recipients import sponsor_may_ask
from tests.release.record import History, card_of, first_readings, is_live, scans_of
from tests.release.stage import Played, Taken, lead_id
from tests.release.telling import act_id, moment, named, reading_id

# who was told to a phone: which fields, on which ground
Leads = dict[str, tuple[frozenset[str], str | None]]


def differences(story: Story, played: Played) -> list[str]:
    """Every difference; none when they agree."""
    history = History(story.registrations, story.steps)
    return [
        *_about_asking(story, played, history),
        *_about_sponsors(story, played, history),
        *_about_lists(story, played, history),
        *_about_affiliates(story, played, history),
        *_about_phones(story, played),
        *_about_the_door(story, played, history),
    ]


def _unlike(what: object, database: object, oracle: object) -> Iterator[str]:
    if database != oracle:
        yield f"{what}: the database says {database}, the oracle {oracle}"


def _why(what: object, refusal: str | None, reasons: frozenset[str]) -> Iterator[str]:
    """The database names one reason, the oracle knows all of them."""
    if (refusal is None) != (not reasons) or (refusal is not None and refusal not in reasons):
        yield f"{what}: the database says {refusal or 'yes'}, the oracle {sorted(reasons) or 'yes'}"


def _about_asking(story: Story, played: Played, history: History) -> Iterator[str]:
    for n, question in enumerate(story.questions):
        row = played.asks.get(n)
        if question.party in STRANGERS or row is None:  # of another organisation: it hears nothing, not even a no
            yield from _unlike(("is there for", question), row is not None, question.party not in STRANGERS)
            continue
        ask = sponsor_may_ask(history, question.party, question.use, question.now)
        yield from _why(("may ask", question), row["refusal"], ask.reasons)
        agreed = set(ask.agreement.fields) if ask.agreement else set()
        yield from _unlike(("agreement", question), set(row["fields"] or ()), agreed)
        for law in ("pdpa", "gdpr"):
            yield from _unlike((law, question), set(row[f"uncovered_{law}"]), set(ask.uncovered[law]))


def _about_sponsors(story: Story, played: Played, history: History) -> Iterator[str]:
    rows = {(row["n"], played.names[row["registration_id"]]): row for row in played.decisions}
    asked = {(n, who) for n in range(len(story.questions)) for who in story.names()}
    yield from _unlike("decisions nobody asked for", set(rows) - asked, set())
    yield from _unlike("decisions made twice", len(played.decisions), len(rows))
    for n, question in enumerate(story.questions):
        for who in story.names():
            answer = answer_to(history, who, question)
            row = rows.get((n, who))
            if row is None:  # out of the party's sight: it has no ground for her
                yield from _why((who, question), "no_consent", answer.reasons)
                continue
            yield from _why((who, question), row["refusal"], answer.reasons)
            yield from _unlike((who, question), set(row["fields"]), set(answer.fields))
            if row["refusal"] is None and answer.fields:
                given = (row["basis"], set(row["consent_event_ids"]), row["scanned"], row["usable_until"])
                yield from _unlike(("ground", who, question), given, _ground(answer))


def _about_lists(story: Story, played: Played, history: History) -> Iterator[str]:
    """Of whom a phone would hear if it scanned her badge this minute."""
    rows = {(row["n"], played.names[row["registration_id"]]) for row in played.supposed if row["listed"]}
    yield from _unlike("listed twice", len(played.supposed), len({(r["n"], r["registration_id"]) for r in played.supposed}))
    for n, question in enumerate(story.questions):
        for who in story.names():
            answer = release(history, who, question.party, question.use, question.fields, question.now, supposed=True)
            yield from _unlike(("listed", who, question), (n, who) in rows, answer.basis in ("scan", "both"))


def answer_to(history: History, who: str, question: Question) -> Answer:
    return release(history, who, question.party, question.use, question.fields, question.now)


def _ground(answer: Answer) -> tuple[object, ...]:
    scanned = None if answer.scanned is None else moment(answer.scanned)
    until = None if answer.usable_until is None else moment(answer.usable_until)
    return answer.basis, {act_id(n) for n in answer.acts}, scanned, until


def _about_affiliates(story: Story, played: Played, history: History) -> Iterator[str]:
    rows = {(row["n"], played.names[row["registration_id"]]): row for row in played.affiliates}
    for n, question in enumerate(story.affiliate_questions):
        for who in story.names():
            answer = affiliate_answer_to(history, who, question)
            row = rows[n, who]
            yield from _why((who, question), row["refusal"], answer.reasons)
            if row["refusal"] is None:
                yield from _unlike((who, question), set(row["fields"]), set(answer.fields))


def affiliate_answer_to(history: History, who: str, question: AffiliateQuestion) -> Answer:
    return release_to_affiliate(history, who, question.party, question.use, question.now)


def _about_phones(story: Story, played: Played) -> Iterator[str]:
    """Each reading was answered, and written into the book, as the oracle says for the moment at which it arrived."""
    told: dict[UUID, tuple[UUID, Leads]] = {}
    for row in played.on_phones:
        _, lines = told.setdefault(row["id"], (row["party_id"], {}))
        lines[played.names[row["registration_id"]]] = (frozenset(row["fields"]), row["basis"])
    expected: list[tuple[UUID, Leads]] = []
    for position, step in enumerate(story.steps):
        if isinstance(step, Scans):
            answers = _phone_answers(story, position, step)
            yield from _verdicts(story, played, position, step, answers)
            leads: Leads = {who: (a.fields, a.basis) for who, a in answers.values() if a.fields}
            expected += [(named(step.party), leads)] if leads else []
    yield from _unlike("told to phones", list(told.values()), expected)


def _phone_answers(story: Story, position: int, step: Scans) -> dict[int, tuple[str, Answer]]:
    """What the phone hears about each reading of a live badge, by its number; nothing if it was revoked."""
    history = History(story.registrations, story.steps[: position + 1])
    if revoked(story, position, step.party):
        return {}
    read = {r.number: who for r in step.readings if (who := _whose(history, step.party, r.number))}
    # a process whose clock is ahead may have stored a later scan of theirs: both are known, so the answer is for the later moment
    at = max([step.at, *(scan.at for who in read.values() for scan in scans_of(history, who, step.party))])
    return {
        number: (who, on_the_phone(history, who, step.party, number, at))
        for number, who in read.items()
        if _was_lead(story, history, position, step, number)
    }


def _was_lead(story: Story, history: History, position: int, step: Scans, number: int) -> bool:
    """A reading that is handed in again keeps its no; its yes is decided anew."""
    [first] = [first for first, reading in first_readings(history, step.party) if reading.number == number]
    if first is step:
        return True
    before = next(n for n, s in enumerate(story.steps[:position]) if s is first)
    _, answer = _phone_answers(story, before, first).get(number, ("", None))
    return answer is not None and bool(answer.fields)


def revoked(story: Story, position: int, party: str) -> bool:
    return any(isinstance(s, PhoneRevoked) and s.party == party for s in story.steps[:position])


def _whose(history: History, party: str, number: int) -> str | None:
    """To whom a reading was ascribed when it first arrived."""
    for step, reading in first_readings(history, party):
        if reading.number == number:
            return reading.of if is_live(history.upto(step), reading) else None
    return None


def _verdicts(story: Story, played: Played, position: int, step: Scans, answers: dict[int, tuple[str, Answer]]) -> Iterator[str]:
    history = History(story.registrations, story.steps[: position + 1])
    for first, reading in first_readings(history, step.party):
        if first is step:
            _, answer = answers.get(reading.number, ("", None))
            verdict = "lead" if answer is not None and answer.fields else "saved_not_shared"
            if revoked(story, position, step.party):
                verdict = "quarantined"
            stored = played.scans[reading_id(reading.number)]
            yield from _unlike(("verdict", reading), stored["verdict"], verdict)
            yield from _unlike(("a reason for a no", reading), stored["reason"] is None, verdict == "lead")


def _about_the_door(story: Story, played: Played, history: History) -> Iterator[str]:
    ids = {who: registration for registration, who in played.names.items()}
    for question, taken in zip(story.questions, played.taken, strict=False):
        ask = sponsor_may_ask(history, question.party, question.use, question.now)
        yield from _why(("the door", question), taken.rows[0]["refusal"], ask.reasons)
        leads = {} if ask.reasons else {who: a for who in story.names() if (a := answer_to(history, who, question)).fields}
        yield from _handed_out(question, taken, {who: lead_id(question.party, ids[who]) for who in leads}, leads, history)
        yield from _written_down(question, taken, {ids[who]: a for who, a in leads.items()}, bool(ask.reasons))


def _handed_out(
    question: Question, taken: Taken, lead_of: dict[str, UUID], leads: dict[str, Answer], history: History
) -> Iterator[str]:
    """One row per lead, with her values in the fields that left and nothing in the others."""
    rows = {row["lead"]: (row["basis"], *(row[f] for f in CARD)) for row in taken.rows[1:]}
    expected = {
        lead_of[who]: (a.basis, *(value if f in a.fields else None for f, value in card_of(history, who).items()))
        for who, a in leads.items()
    }
    yield from _unlike(("handed out", question), (len(taken.rows) - 1, rows), (len(expected), expected))


def _written_down(question: Question, taken: Taken, leads: dict[UUID, Answer], refused: bool) -> Iterator[str]:
    """One line per lead, with the same fields and the acts that they stand on; a refused pull is written down too."""
    lines = {
        row["registration_id"]: (frozenset(row["fields"]), row["basis"], frozenset(row["consent_event_ids"]))
        for row in taken.book
        if row["registration_id"]
    }
    expected = {who: (a.fields, a.basis, frozenset(act_id(n) for n in a.acts)) for who, a in leads.items()}
    head = taken.book[0]
    yield from _unlike(
        ("the book", question),
        (head["outcome"], head["row_count"], head["declared_use"], lines),
        ("denied" if refused else "released", len(leads), question.use, expected),
    )
