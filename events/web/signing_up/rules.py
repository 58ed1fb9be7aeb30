"""A registration form that was sent, read back; and what changed between two forms that were served. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import zip_longest
from typing import Any, Final
from uuid import UUID

from events.consent.rules import Choice
from events.errors import FieldError, InvalidInput
from events.registration.actions import Colleague, Submission
from events.registration.rules import fill_in
from events.terms import AgeBand
from events.web.choices import Posted
from events.web.fields import answers, typed_in
from events.web.forms import Form
from events.words import Words

HASH_DIGITS: Final = 64
MOST_COLLEAGUES: Final = 20
# what the buttons of the form are called
WAIT: Final = "wait"
MORE_COLLEAGUES: Final = "more_colleagues"


@dataclass(frozen=True, slots=True)
class Shown:
    """Which served form a submission names."""

    form: UUID
    sha256: str


def shown_form(form: Form) -> Shown:
    """Raises InvalidInput when the hidden fields were taken away or changed."""
    digest = form.get("form_sha256")
    try:
        named = UUID(form.get("served_form"))
    except ValueError:
        named = None
    if named is None or len(digest) != HASH_DIGITS:
        raise InvalidInput.of("served_form", "Open the form again.", "กรุณาเปิดแบบฟอร์มใหม่อีกครั้ง")
    return Shown(named, digest)


def age_band_of(form: Form) -> str | None:
    """The band that was chosen; None where none was, or one that there is not."""
    said = form.get("age_band")
    return said if said in set(AgeBand) else None


def residence_of(form: Form, words: Words) -> str | None:
    """The country (ISO 3166-1 alpha-2) that was chosen; None where none was."""
    said = form.get("residence")
    return said if said in {code for code, _ in words.all_countries()} else None


def submission_of(form: Form, shown: Shown, content: Mapping[str, Any], ticks: Sequence[Choice], words: Words) -> Submission:
    """What was sent, as the rules of registration take it.

    Raises InvalidInput when no ticket was chosen, naming every field that is wrong as well: nobody should mend in two rounds.
    """
    fields = answers(content["fields"], typed_in(form))
    try:
        ticket = UUID(form.get("ticket"))
    except ValueError:
        errors = [FieldError("ticket", "Choose a ticket.", "กรุณาเลือกประเภทบัตร")]
        try:
            fill_in(content["fields"], fields)
        except InvalidInput as wrong:
            errors += wrong.fields
        raise InvalidInput(fields=errors) from None
    return Submission(
        served_form=shown.form,
        form_sha256=shown.sha256,
        ticket=ticket,
        fields=fields,
        consents=ticks,
        withheld_fields=[],
        age_band=age_band_of(form),
        emancipated=form.get("emancipated") == "yes",
        residence=residence_of(form, words),
        join_waitlist=form.get("press") == WAIT,
        colleagues=[Colleague(ticket, {"name": name, "email": email}) for name, email in colleagues_in(form) if name or email],
    )


def colleagues_in(form: Form) -> list[tuple[str, str]]:
    """Name and e-mail of each colleague as typed; rows that were left empty come last."""
    names, emails = form.all("colleague.name"), form.all("colleague.email")
    rows = [(name.strip(), email.strip()) for name, email in zip_longest(names, emails, fillvalue="")][:MOST_COLLEAGUES]
    return sorted(rows, key=lambda row: row == ("", ""))


def rows_for_colleagues(form: Form) -> list[tuple[str, str]]:
    """The rows that the page shows: what was typed, and room for more where it was asked for."""
    typed = [row for row in colleagues_in(form) if row != ("", "")]
    if form.get("press") == MORE_COLLEAGUES or not typed:
        typed += [("", "")] * 2
    return typed[:MOST_COLLEAGUES]


def key_of(form: Form, pairs: bytes) -> str:
    """Pressing twice sends the same words with the page's own key: the same key here. Other words are another registration."""
    return sha256(form.get("key").encode() + b"\0" + pairs).hexdigest()


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any], words: Words) -> list[str]:
    """What is different on the form in force, in words, for somebody who filled in the other one (S12-ver-4)."""
    _ = words.gettext
    were = {sponsor["party"]: sponsor for sponsor in before["sponsors"]}
    are = {sponsor["party"]: sponsor for sponsor in after["sponsors"]}
    said = [_("%(name)s is a new sponsor", name=are[party]["legal_name"]) for party in are.keys() - were.keys()]
    said += [_("%(name)s is no sponsor any more", name=were[party]["legal_name"]) for party in were.keys() - are.keys()]
    said += [
        _("what is said about %(name)s", name=are[party]["legal_name"])
        for party in are.keys() & were.keys()
        if are[party] != were[party]
    ]
    if before["notice"] != after["notice"]:
        said.append(_("the privacy notice"))
    asked, asks = ({q["purpose"]: q["sha256"] for q in form["questions"]} for form in (before, after))
    if asked != asks:
        said.append(_("the words of the choices"))
    if before["fields"] != after["fields"]:
        said.append(_("the fields of the form"))
    if before["tickets"] != after["tickets"]:
        said.append(_("the tickets"))
    return sorted(said) or [_("details of the event")]


def still_meant(posted: Posted, before: Mapping[str, Any], after: Mapping[str, Any]) -> Posted:
    """The boxes that still mean what they meant when they were ticked: same words, same recipient. The others are unticked."""
    asked, asks = ({q["purpose"]: q for q in form["questions"]} for form in (before, after))
    were, are = ({sponsor["party"]: sponsor for sponsor in form["sponsors"]} for form in (before, after))

    def means_the_same(purpose: str, party: UUID | None) -> bool:
        same_words = purpose in asks and asked.get(purpose) == asks[purpose]
        return same_words and (were.get(str(party)) == are.get(str(party)) if party else were == are)

    return replace(posted, ticked=frozenset(box for box in posted.ticked if means_the_same(*box)))
