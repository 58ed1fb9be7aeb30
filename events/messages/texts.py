"""The words of our mails: facts in, what the mail says out, in one language. Pure; how it looks is rendering.py's.

A link that begins with `/` is one of our pages; rendering puts the server and the language in front of it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from events.terms import Act, MailKind, Purpose
from events.typed import names_an_address
from events.words import Words

Facts = Mapping[str, Any]
# what would break a line, a heading (RFC 5322 §2.2) or the direction of what stands beside it
_NOT_WORDS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
# the marks with which `typed` says where something that was typed begins and ends
_UNMARKED: Final = re.compile("[\u2068\u2069]")
ISOLATED: Final = ("\u2068", "\u2069")


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Button:
    """The one thing that the mail asks to do: a link of ours."""

    label: str
    link: str


@dataclass(frozen=True, slots=True)
class Lines:
    """A short list under a heading."""

    heading: str
    items: Sequence[str]


@dataclass(frozen=True, slots=True)
class Details:
    """Facts, each under what it is called."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that comes with the mail, and what it says to somebody who does not see it."""

    name: str
    says: str


@dataclass(frozen=True, slots=True)
class Note:
    """What is said in small letters at the end."""

    text: str


Part = Paragraph | Button | Lines | Details | Picture | Note


@dataclass(frozen=True, slots=True)
class Said:
    """What one mail says."""

    subject: str
    parts: Sequence[Part]
    # after the parts, in small letters: why this mail came, and what ends it
    foot: Sequence[Part] = field(default=())


def typed(text: str) -> str:
    """What somebody typed, on one line and kept apart from the direction of the words around it (Unicode FSI … PDI)."""
    return f"{ISOLATED[0]}{' '.join(_NOT_WORDS.sub(' ', text).split())}{ISOLATED[1]}"


def _in(words: Words, texts: Mapping[str, str]) -> str:
    """A text of the event in the reader's language, or in the other one where that is all there is."""
    return texts[words.language] or texts["en"] or texts["th"]


def title_of(words: Words, facts: Facts) -> str:
    return typed(_in(words, facts["titles"]))


def _when(words: Words, facts: Facts) -> str:
    starts_at, ends_at = datetime.fromisoformat(facts["starts_at"]), datetime.fromisoformat(facts["ends_at"])
    return words.span(starts_at, ends_at, facts["time_zone"], "be")


def _event(words: Words, facts: Facts) -> Details:
    """What, when and where."""
    _ = words.gettext
    place = _in(words, facts["places"])
    rows = [(_("Event"), title_of(words, facts)), (_("When"), _when(words, facts))]
    return Details([*rows, (_("Where"), typed(place))] if place else rows)


def _my_page(facts: Facts) -> str:
    return f"/me/{facts['registration']}"


def choice_in_words(words: Words, purpose: str, recipient: str | None) -> str:
    """One ticked box in a few words."""
    _ = words.gettext
    who = recipient or ""
    return {
        Purpose.SPONSOR_SHARING: _("share my data with %(who)s", who=who),
        Purpose.BADGE_SCAN: _("sponsors whose booth scans my badge get my data"),
        Purpose.TRANSFER: _("send my data to %(who)s in a country that may not protect it as well", who=who),
        Purpose.AFFILIATE_MARKETING: _("%(who)s may send me news", who=who),
        Purpose.CONTEST: _("take part in the contest"),
        Purpose.MARKETING_EMAIL: _("news by e-mail"),
        Purpose.MARKETING_SMS: _("news by SMS"),
        Purpose.MARKETING_PHONE: _("news by telephone"),
        Purpose.SPECIAL_DATA: _("use the sensitive data I gave"),
        Purpose.MEDIA_PUBLICITY: _("show me in pictures of the event"),
    }[Purpose(purpose)]


def sign_in(words: Words, facts: Facts) -> Said:
    _ = words.gettext
    return Said(
        _("Your sign-in link"),
        [
            Paragraph(_("Open this page and press the button to sign in. The link works once, for 15 minutes.")),
            Button(_("Sign in"), facts["link"]),
            Note(_("If you did not ask for it, do nothing.")),
        ],
    )


def _colleagues(facts: Facts) -> list[str]:
    """Name and address of everybody whom the form registers beside its sender."""
    return [f"{typed(name)} ({typed(email)})" for name, email in facts.get("colleagues", ())]


def confirm(words: Words, facts: Facts) -> Said:
    """The link that makes a registration and its choices count; says them all, as somebody else may have filled in the form."""
    _ = words.gettext
    chosen = [choice_in_words(words, purpose, typed(recipient)) for purpose, recipient in facts["choices"]]
    others = _colleagues(facts)
    return Said(
        _("Please confirm your registration"),
        [
            Paragraph(_("Somebody registered for %(event)s with this address.", event=typed(facts["event"]))),
            Lines(_("The choices that were made:"), chosen or [_("share my data with nobody")]),
            *([Lines(_("Registers as well, and has us write to them:"), others)] if others else []),
            *(
                [Paragraph(_("There is no place left now: with the button you stand in line for one."))]
                if facts.get("waits")
                else []
            ),
            Paragraph(_("If that is what you want, open this page and press the button. Nothing above counts before you do.")),
            Button(_("Look at it and confirm"), facts["link"]),
            Note(_("If it was not you, or the choices are not yours, do not press it: the registration lapses by itself.")),
        ],
    )


def already_registered(words: Words, facts: Facts) -> Said:
    """For somebody who has a place already; whoever filled in the form cannot tell. Her form's colleagues got no place by it."""
    _ = words.gettext
    others = _colleagues(facts)
    not_them: list[Part] = [
        Lines(_("The form named others as well. They were not registered, and we did not write to them:"), others),
        Paragraph(
            _(
                "If they want to come, each of them can fill in the form herself,"
                " or somebody who has no place yet can register them together with her own."
            )
        ),
    ]
    return Said(
        _("You are registered already"),
        [
            Paragraph(_("You are registered for %(event)s already.", event=typed(facts["event"]))),
            Paragraph(_("To change your details or choices, sign in:")),
            Button(_("Sign in"), facts["link"]),
            *(not_them if others else []),
        ],
    )


def badge(words: Words, facts: Facts) -> Said:
    """The place counts: badge as a picture, as a file to print, and the event for a calendar."""
    _ = words.gettext
    code = facts["code"]
    return Said(
        _("Your badge for %(event)s", event=title_of(words, facts)),
        [
            Paragraph(_("Hello %(name)s, your place is confirmed.", name=typed(facts["name"]))),
            _event(words, facts),
            Picture("badge", _("Badge code: %(code)s", code=" ".join(code[n : n + 4] for n in range(0, len(code), 4)))),
            Paragraph(_("Show this code at the entrance, on your phone or printed. The attached PDF is made for A6 paper.")),
            Button(_("My registration"), _my_page(facts)),
            Note(_("On that page you can change your details and choices, see who got your data, or give your place back.")),
        ],
    )


def reminder(words: Words, facts: Facts) -> Said:
    _ = words.gettext
    return Said(
        _("Soon: %(event)s", event=title_of(words, facts)),
        [
            Paragraph(_("Hello %(name)s, the event begins soon.", name=typed(facts["name"]))),
            _event(words, facts),
            Button(_("Open my badge"), _my_page(facts)),
            Note(_("You cannot come? On that page you can cancel, and somebody else gets the place.")),
        ],
    )


def changed(words: Words, facts: Facts) -> Said:
    """What is different, as it was and as it is."""
    _ = words.gettext
    before = facts["before"]
    named = {
        _("Title"): (typed(_in(words, before["titles"])), title_of(words, facts)),
        _("When"): (_when(words, before), _when(words, facts)),
        _("Time zone"): (before["time_zone"], facts["time_zone"]),
        _("Where"): (typed(_in(words, before["places"])), typed(_in(words, facts["places"]))),
    }
    lines = [
        _("%(what)s: %(new)s (before: %(old)s)", what=what, new=new, old=old) for what, (old, new) in named.items() if old != new
    ]
    return Said(
        _("Changed: %(event)s", event=title_of(words, facts)),
        [
            Paragraph(_("Hello %(name)s, the organiser changed something about the event.", name=typed(facts["name"]))),
            Lines(_("What is new:"), lines or [_("Something in the description in another language.")]),
            _event(words, facts),
            Button(_("My registration"), _my_page(facts)),
            Note(_("Your place is kept. If the change does not suit you, you can cancel on that page.")),
        ],
    )


def cancelled_event(words: Words, facts: Facts) -> Said:
    _ = words.gettext
    return Said(
        _("Cancelled: %(event)s", event=title_of(words, facts)),
        [
            Paragraph(_("Hello %(name)s, we are sorry: the organiser cancelled this event.", name=typed(facts["name"]))),
            _event(words, facts),
            Paragraph(_("From now on nobody gets your data for this event. You need not do anything.")),
            Button(_("My registration"), _my_page(facts)),
        ],
    )


def cancelled(words: Words, facts: Facts) -> Said:
    """Her own place is gone; says by whom."""
    _ = words.gettext
    name = typed(facts["name"])
    return Said(
        _("Your place at %(event)s is cancelled", event=title_of(words, facts)),
        [
            Paragraph(_("Hello %(name)s, you cancelled your place.", name=name))
            if facts["by"] == "attendee"
            else Paragraph(_("Hello %(name)s, the organiser cancelled your place.", name=name)),
            _event(words, facts),
            Paragraph(_("Your badge does not work any more. Whoever got your data with your consent was told to stop using it.")),
            Button(_("My registration"), _my_page(facts)),
        ],
    )


def choices_changed(words: Words, facts: Facts) -> Said:
    """A receipt of one press: what she allowed and what she took back."""
    _ = words.gettext
    done: dict[str, list[str]] = {Act.GRANT: [], Act.WITHDRAW: []}
    for act, purpose, recipient in facts["acts"]:
        done[act].append(choice_in_words(words, purpose, typed(recipient) if recipient else _("any sponsor")))
    parts: list[Part] = [
        Paragraph(
            _("Hello %(name)s, this is what you changed for %(event)s.", name=typed(facts["name"]), event=title_of(words, facts))
        )
    ]
    if done[Act.GRANT]:
        parts.append(Lines(_("You allowed:"), done[Act.GRANT]))
    if done[Act.WITHDRAW]:
        parts.append(Lines(_("You took back:"), done[Act.WITHDRAW]))
        parts.append(Paragraph(_("It counts from now on. Whoever has the data because of it was told to stop using it.")))
    return Said(
        _("Your choices for %(event)s", event=title_of(words, facts)),
        [
            *parts,
            Button(_("My choices"), f"{_my_page(facts)}/choices"),
            Note(_("On that page you also find a receipt to keep. If it was not you, change your choices there.")),
        ],
    )


def news(words: Words, facts: Facts) -> Said:
    """The organiser's own words, to somebody who asked for them. `unsubscribe` is put in when the mail is made."""
    _ = words.gettext
    paragraphs = [one for one in _UNMARKED.sub("", facts["body"]).replace("\r\n", "\n").split("\n\n") if one.strip()]
    return Said(
        typed(facts["subject"]),
        [Paragraph(one.strip("\n")) for one in paragraphs],
        [
            Note(
                _(
                    "%(organisation)s sends you this because you ticked “news by e-mail” when you registered for %(event)s.",
                    organisation=typed(facts["organisation"]),
                    event=title_of(words, facts),
                )
            ),
            Button(_("No more news"), facts["unsubscribe"]),
        ],
    )


def recall(words: Words, facts: Facts) -> Said:
    _ = words.gettext
    return Said(
        _("Stop using a lead"),
        [
            Paragraph(_("Lead %(lead)s of the event %(event)s:", lead=typed(facts["lead"]), event=typed(facts["event"]))),
            Lines(_("please stop using and delete"), facts["fields"]),
            Paragraph(_("Confirm it in your list of recalls.")),
        ],
    )


def lookup_alarm(words: Words, facts: Facts) -> Said:
    _ = words.gettext
    return Said(
        _("A phone at the door is looking up many people"),
        [
            Paragraph(
                _(
                    "Phone %(phone)s at the doors of the event %(event)s looked up 500 people by name within a day. It finds"
                    " nobody for now; see in the log of look-ups whom it was shown, and revoke it if it was not your staff.",
                    phone=typed(facts["phone"]),
                    event=typed(facts["event"]),
                )
            )
        ],
    )


def scan_alarm(words: Words, facts: Facts) -> Said:
    _ = words.gettext
    return Said(
        _("A phone is trying many badges"),
        [
            Paragraph(
                _(
                    "Phone %(phone)s of the event %(event)s had 300 scans refused within a minute. It is being slowed down;"
                    " revoke it if it was not your booth.",
                    phone=typed(facts["phone"]),
                    event=typed(facts["event"]),
                )
            )
        ],
    )


def invitation(words: Words, facts: Facts) -> Said:
    """Somebody else gave her a place: who, under which notice, and that nothing was chosen for her (§2)."""
    _ = words.gettext
    until = words.moment(datetime.fromisoformat(facts["until"]), facts["zone"], "be")
    # her own name is hers to write, but not to send a stranger's link with
    who = _("Somebody") if names_an_address(facts["by"]) else typed(facts["by"])
    return Said(
        _("Somebody has a place for you"),
        [
            Paragraph(_("%(who)s registered you for %(event)s with this address.", who=who, event=typed(facts["event"]))),
            Paragraph(
                _("The place is held for you until %(until)s. Nothing was chosen for you: you are asked yourself.", until=until)
            ),
            Button(_("Look at it and confirm"), facts["link"]),
            Paragraph(
                _(
                    "Your name and address came from them; the privacy notice of %(organisation)s governs what becomes of it.",
                    organisation=typed(facts["controller"]),
                )
            ),
            Button(_("Read the privacy notice"), facts["notice"]),
            Note(_("If you do not want it, do nothing: the registration lapses by itself.")),
        ],
    )


def waitlisted(words: Words, facts: Facts) -> Said:
    _ = words.gettext
    return Said(
        _("You are on the waiting list"),
        [
            Paragraph(
                _(
                    "You stand in line for %(event)s, in position %(position)s. When a place is free for you, we write to you.",
                    event=typed(facts["event"]),
                    position=facts["position"],
                )
            ),
            Button(_("Look at it, or cancel"), facts["link"]),
        ],
    )


def waitlist_offer(words: Words, facts: Facts) -> Said:
    """A freed place with its deadline; whoever does nothing leaves it to the next."""
    _ = words.gettext
    until = words.moment(datetime.fromisoformat(facts["until"]), facts["zone"], "be")
    return Said(
        _("A place is free for you"),
        [
            Paragraph(_("A place at %(event)s is held for you until %(until)s.", event=typed(facts["event"]), until=until)),
            Button(_("Take it or leave it"), facts["link"]),
            Note(_("If you do nothing until then, the next in line is offered it.")),
        ],
    )


def requested(words: Words, facts: Facts) -> Said:
    _ = words.gettext
    return Said(
        _("We have your request"),
        [
            Paragraph(
                _(
                    "The organiser of %(event)s decides about this ticket. Until then a place is held for you; we write to you.",
                    event=typed(facts["event"]),
                )
            ),
            Button(_("Look at it, or cancel"), facts["link"]),
        ],
    )


def approved(words: Words, facts: Facts) -> Said:
    _ = words.gettext
    return Said(
        _("You have a place"),
        [
            Paragraph(_("The organiser approved your request: you have a place at %(event)s.", event=typed(facts["event"]))),
            Button(_("See your badge"), facts["link"]),
        ],
    )


def declined(words: Words, facts: Facts) -> Said:
    """A person said no, and why; the words are hers."""
    _ = words.gettext
    return Said(
        _("Your request was declined"),
        [
            Paragraph(_("The organiser of %(event)s declined your request. The reason:", event=typed(facts["event"]))),
            Paragraph(typed(facts["reason"])),
            Button(_("Look at it"), facts["link"]),
        ],
    )


def team_invitation(words: Words, facts: Facts) -> Said:
    """Somebody may act for a sponsor now: for which, and who says so."""
    _ = words.gettext
    by, party = typed(facts["by"]), typed(facts["party"])
    what = (
        _("You can see its leads, and set up its booth, its phones and its team.")
        if facts["role"] == "admin"
        else _("You can scan badges at its booth with your own phone.")
    )
    return Said(
        _("You were invited to a sponsor's team"),
        [
            Paragraph(_("You may act for %(party)s now: %(by)s invited you.", by=by, party=party)),
            Paragraph(what),
            Button(_("Go to the booth"), facts["link"]),
        ],
        [Note(_("If you do not expect this, do nothing: it only works when you sign in with this address."))],
    )


def written(_words: Words, facts: Facts) -> Said:
    """Words from before mails were kept as facts."""
    return Said(facts["subject"], [Paragraph(text) for text in _UNMARKED.sub("", facts["body"]).split("\n\n")])


TEXTS: Final[Mapping[MailKind, Callable[[Words, Facts], Said]]] = {
    MailKind.SIGN_IN: sign_in,
    MailKind.CONFIRM: confirm,
    MailKind.ALREADY_REGISTERED: already_registered,
    MailKind.BADGE: badge,
    MailKind.REMINDER: reminder,
    MailKind.CHANGED: changed,
    MailKind.CANCELLED_EVENT: cancelled_event,
    MailKind.CANCELLED: cancelled,
    MailKind.CHOICES_CHANGED: choices_changed,
    MailKind.NEWS: news,
    MailKind.RECALL: recall,
    MailKind.SCAN_ALARM: scan_alarm,
    MailKind.LOOKUP_ALARM: lookup_alarm,
    MailKind.INVITATION: invitation,
    MailKind.WAITLISTED: waitlisted,
    MailKind.WAITLIST_OFFER: waitlist_offer,
    MailKind.REQUESTED: requested,
    MailKind.APPROVED: approved,
    MailKind.DECLINED: declined,
    MailKind.TEAM_INVITATION: team_invitation,
    MailKind.WRITTEN: written,
}
