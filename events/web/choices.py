"""The boxes of consent on a page: what a form asks, where each choice stands, and what a press would change. Pure.

The registration form and the person's own page show the same boxes. A box is named `consent`, its value is `<purpose>` or
`<purpose>:<party>`; `leave_out.<purpose>` names a field of the card that shall not go with it. Nothing is ever ticked but by the
person: on the form all boxes are off, on her own page they show what she said before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from events.consent.rules import Choice, recipients_on
from events.errors import InvalidInput
from events.privacy.receipts.words import FIELDS, PURPOSES, USES
from events.terms import NAMED_PURPOSES, Act, Purpose
from events.web.forms import Form
from events.web.programme.rules import safe_link
from events.words import Words

Box = tuple[Purpose, UUID | None]

CONSENT: Final = "consent"
LEAVE_OUT: Final = "leave_out."
# what a person's own page showed, in hidden fields: its last act, the boxes that were ticked, the fields that were left out
SEEN: Final = "seen"
WAS: Final = "was"
WAS_LEFT_OUT: Final = "was_left_out."
TICK_ALL: Final = "tick_all"
MOST_DIGITS: Final = 18
# sharing first, since it is what people look for; each of the others apart
ORDER: Final = (
    Purpose.SPONSOR_SHARING,
    Purpose.BADGE_SCAN,
    Purpose.TRANSFER,
    Purpose.AFFILIATE_MARKETING,
    Purpose.CONTEST,
    Purpose.MARKETING_EMAIL,
    Purpose.MARKETING_SMS,
    Purpose.MARKETING_PHONE,
    Purpose.SPECIAL_DATA,
    Purpose.MEDIA_PUBLICITY,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A choice that she gave and that stands: for whom, with which fields."""

    purpose: Purpose
    recipient: UUID | None
    name: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recipient:
    """One box: a legal entity that the question names, or nobody in particular. `asked` is False when no form asks it now."""

    party: UUID | None
    legal_name: str
    countries: str
    contact: str
    notice_url: str | None
    transfer_warning: str
    given: bool
    ticked: bool
    asked: bool
    fields: str

    def value(self, purpose: str) -> str:
        return f"{purpose}:{self.party}" if self.party else purpose


@dataclass(frozen=True, slots=True)
class Question:
    """One purpose in its own words, with its boxes. `left_out` are the fields that shall not go with it, as the page shows them;
    `stands_without` as her choices stand.
    """

    purpose: Purpose
    title: str
    wording: str
    fields: Sequence[tuple[str, str]]
    uses: str
    retention: str
    recipients: Sequence[Recipient]
    left_out: frozenset[str]
    stands_without: frozenset[str] = frozenset()
    changed: bool = False

    @property
    def named(self) -> bool:
        return self.purpose in NAMED_PURPOSES

    @property
    def apart(self) -> bool:
        """Neither of the two choices about sponsors."""
        return self.purpose not in {Purpose.SPONSOR_SHARING, Purpose.BADGE_SCAN, Purpose.TRANSFER}


@dataclass(frozen=True, slots=True)
class Posted:
    """What stood on a page when it was sent: the ticked boxes, and by purpose the fields that were left out."""

    ticked: frozenset[Box]
    left_out: Mapping[Purpose, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page of hers showed of her choices when it was made: after which act, which boxes ticked, what left out."""

    act: int
    ticked: frozenset[Box]
    left_out: Mapping[Purpose, frozenset[str]]


def standing_of(state: Iterable[Any]) -> list[Standing]:
    """What is given and stands (rows of consent/queries.py)."""
    return [
        Standing(Purpose(row.purpose), row.recipient_id, row.legal_name or "", tuple(row.fields))
        for row in state
        if row.given and (row.recipient_id is not None) == (Purpose(row.purpose) in NAMED_PURPOSES)
    ]


def questions_on(
    content: Mapping[str, Any] | None, standing: Sequence[Standing], words: Words, posted: Posted | None = None
) -> list[Question]:
    """The questions of a form in their order, as they stand, or as they were sent where `posted` says so.

    What she gave and no form asks any more (a sponsor that left) stands there too, to be taken back.
    """
    thai = words.language == "th"
    asked = {Purpose(q["purpose"]): q for q in content["questions"]} if content else {}
    found = []
    for purpose in ORDER:
        given = {s.recipient: s for s in standing if s.purpose is purpose}
        question = asked.get(purpose)
        if question is None and not given:
            continue
        on_form = _recipients(content, purpose, words) if content and question else []
        boxes = on_form + [_gone(s, words) for s in given.values() if s.recipient not in {r.party for r in on_form}]
        if not boxes:
            continue
        fields = question["fields"] if question else []
        without = left_out_of(fields, given.values())
        found.append(
            Question(
                purpose=purpose,
                title=PURPOSES[purpose][thai],
                wording=question["wording"] if question else "",
                fields=[(field, FIELDS[field][thai]) for field in fields],
                uses=", ".join(USES[use][thai] for use in question["uses"]) if question else "",
                retention=_retention(question["retention_days"], words) if question else "",
                recipients=[_standing(box, purpose, given, posted, thai=thai) for box in boxes],
                left_out=posted.left_out.get(purpose, frozenset()) if posted else without,
                stands_without=without,
            )
        )
    return found


def _retention(days: int, words: Words) -> str:
    return words.ngettext("%(num)s day after the event", "%(num)s days after the event", days)


def _recipients(content: Mapping[str, Any], purpose: Purpose, words: Words) -> list[Recipient]:
    if purpose not in NAMED_PURPOSES:
        return [_box(None, "")]
    return [
        _box(
            party,
            told["legal_name"],
            countries=words.countries(told["countries"]),
            contact=told["contact"],
            notice_url=safe_link(told["notice_url"]),
            transfer_warning=words.countries(sorted(set(told.get("transfer_warning") or ()))),
        )
        for party, told in recipients_on(content, purpose).items()
    ]


def _gone(standing: Standing, words: Words) -> Recipient:
    return replace(_box(standing.recipient, standing.name or PURPOSES[standing.purpose][words.language == "th"]), asked=False)


def _box(party: UUID | None, legal_name: str, **told: Any) -> Recipient:
    plain = {"countries": "", "contact": "", "notice_url": None, "transfer_warning": ""} | told
    return Recipient(party=party, legal_name=legal_name, given=False, ticked=False, asked=True, fields="", **plain)


def _standing(
    box: Recipient, purpose: Purpose, given: Mapping[UUID | None, Standing], posted: Posted | None, *, thai: bool
) -> Recipient:
    stands = given.get(box.party)
    return replace(
        box,
        given=stands is not None,
        ticked=(purpose, box.party) in posted.ticked if posted else stands is not None,
        fields=", ".join(FIELDS[field][thai] for field in stands.fields) if stands else "",
    )


def left_out_of(fields: Iterable[str], given: Iterable[Standing]) -> frozenset[str]:
    """The fields that at least one of the choices given leaves out: where they differ, the page shows the narrower answer."""
    return frozenset(field for field in fields for stands in given if field not in stands.fields)


def posted_on(form: Form) -> Posted:
    """The boxes of a page as they were sent. Raises InvalidInput for a box that no page of ours has."""
    return Posted(_boxes(form, CONSENT), _left_out(form, LEAVE_OUT))


def seen_on(form: Form) -> Seen | None:
    """What the page showed when it was made; None where it does not say so, which is as good as out of date.

    Raises InvalidInput for a box that no page of ours has.
    """
    act = form.get(SEEN)
    if not (act.isascii() and act.isdecimal() and len(act) <= MOST_DIGITS):
        return None
    return Seen(int(act), _boxes(form, WAS), _left_out(form, WAS_LEFT_OUT))


def _boxes(form: Form, name: str) -> frozenset[Box]:
    return frozenset(_box_named(value) for value in form.all(name))


def _left_out(form: Form, prefix: str) -> dict[Purpose, frozenset[str]]:
    left_out: dict[Purpose, frozenset[str]] = {}
    for name, fields in form.under(prefix).items():
        if name not in {purpose.value for purpose in Purpose} or not set(fields) <= FIELDS.keys():
            raise _no_such_box()
        left_out[Purpose(name)] = frozenset(fields)
    return left_out


def _box_named(value: str) -> Box:
    purpose, _, party = value.partition(":")
    try:
        return Purpose(purpose), UUID(party) if party else None
    except ValueError as error:
        raise _no_such_box() from error


def _no_such_box() -> InvalidInput:
    return InvalidInput.of(CONSENT, "This is none of the choices on this page.", "ไม่มีตัวเลือกนี้ในหน้านี้")


def all_ticked(content: Mapping[str, Any], posted: Posted) -> Posted:
    """The same with the box of every listed sponsor ticked; the person sees each, and presses save herself (S6-sponsor-2)."""
    listed = {(Purpose.SPONSOR_SHARING, party) for party in recipients_on(content, Purpose.SPONSOR_SHARING)}
    return replace(posted, ticked=posted.ticked | listed)


def choices_of(content: Mapping[str, Any], posted: Posted) -> list[Choice]:
    """Every ticked box as a choice, for a form on which nothing was given before; a box that is not on it is refused later."""
    return [_choice(content, posted, box) for box in sorted(posted.ticked, key=str)]


def _choice(content: Mapping[str, Any], posted: Posted, box: Box) -> Choice:
    purpose, recipient = box
    out = posted.left_out.get(purpose, frozenset())
    named = _fields(content, purpose)
    return Choice(purpose, recipient, tuple(field for field in named if field not in out) if out else None)


def changes(
    content: Mapping[str, Any] | None, standing: Sequence[Standing], seen: Seen, posted: Posted
) -> list[tuple[Act, Choice]]:
    """What the person changed on her page: boxes that she ticked or unticked, and choices given with other fields.

    Compared is what was sent with what the page showed (`seen`), never with what she did elsewhere since. A choice that stands
    as it was shown is no new act: its words and its time stay those of when she gave it.
    """
    given = {(s.purpose, s.recipient): s for s in standing}
    touched = {
        purpose for purpose in Purpose if posted.left_out.get(purpose, frozenset()) != seen.left_out.get(purpose, frozenset())
    }
    grants = []
    for box in sorted(posted.ticked, key=str):
        if box in seen.ticked and (box not in given or box[0] not in touched):
            continue
        choice = _choice(content or {"questions": []}, posted, box)
        wanted = choice.fields if choice.fields is not None else tuple(_fields(content, box[0]))
        # nobody can be given again what no form asks
        if box in given and (set(wanted) == set(given[box].fields) or not _on(content, box)):
            continue
        grants.append((Act.GRANT, choice))
    unticked = (seen.ticked - posted.ticked) & given.keys()
    return [(Act.WITHDRAW, Choice(*box, None)) for box in sorted(unticked, key=str)] + grants


def without_ended(posted: Posted, seen: Seen, standing: Sequence[Standing]) -> Posted:
    """The ticks as they were sent, but for those of a choice that was shown as given and has ended by itself since."""
    ended = seen.ticked - {(s.purpose, s.recipient) for s in standing}
    return replace(posted, ticked=posted.ticked - ended)


def _fields(content: Mapping[str, Any] | None, purpose: Purpose) -> Sequence[str]:
    questions = content["questions"] if content else []
    return next((q["fields"] for q in questions if q["purpose"] == purpose), [])


def _on(content: Mapping[str, Any] | None, box: Box) -> bool:
    purpose, recipient = box
    if content is None or not any(q["purpose"] == purpose for q in content["questions"]):
        return False
    return recipient in recipients_on(content, purpose) if purpose in NAMED_PURPOSES else recipient is None


def mark_changed(
    questions: Sequence[Question], before: Mapping[str, Any] | None, now: Mapping[str, Any] | None
) -> list[Question]:
    """The questions whose words or recipients are not those of the form that was on screen, marked (S12-ver-4)."""
    then = _told(before)
    today = _told(now)
    return [replace(q, changed=then.get(q.purpose) != today.get(q.purpose)) for q in questions]


def _told(content: Mapping[str, Any] | None) -> dict[str, Any]:
    if content is None:
        return {}
    return {
        q["purpose"]: (
            q["sha256"],
            q["warns_of_transfer"],
            [
                (p["legal_name"], p["countries"], p["notice_sha256"])
                for p in recipients_on(content, Purpose(q["purpose"])).values()
            ],
        )
        for q in content["questions"]
    }
