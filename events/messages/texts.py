"""The words of our mails: facts in, what the mail says out, in one language. Pure; how it looks is rendering.py's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from events.terms import MailKind, Purpose
from events.words import Words

Facts = Mapping[str, Any]


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
class Note:
    """What is said in small letters at the end."""

    text: str


Part = Paragraph | Button | Lines | Note


@dataclass(frozen=True, slots=True)
class Said:
    """What one mail says."""

    subject: str
    parts: Sequence[Part]


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


def confirm(words: Words, facts: Facts) -> Said:
    """The link that makes a registration and its choices count; says them all, as somebody else may have filled in the form."""
    _ = words.gettext
    chosen = [choice_in_words(words, purpose, recipient) for purpose, recipient in facts["choices"]]
    return Said(
        _("Please confirm your registration"),
        [
            Paragraph(_("Somebody registered for %(event)s with this address.", event=facts["event"])),
            Lines(_("The choices that were made:"), chosen or [_("share my data with nobody")]),
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
    """For somebody who has a place already; whoever filled in the form cannot tell."""
    _ = words.gettext
    return Said(
        _("You are registered already"),
        [
            Paragraph(_("You are registered for %(event)s already.", event=facts["event"])),
            Paragraph(_("To change your details or choices, sign in:")),
            Button(_("Sign in"), facts["link"]),
        ],
    )


def recall(words: Words, facts: Facts) -> Said:
    _ = words.gettext
    return Said(
        _("Stop using a lead"),
        [
            Paragraph(_("Lead %(lead)s of the event %(event)s:", lead=facts["lead"], event=facts["event"])),
            Lines(_("please stop using and delete"), facts["fields"]),
            Paragraph(_("Confirm it in your list of recalls.")),
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
                    phone=facts["phone"],
                    event=facts["event"],
                )
            )
        ],
    )


def invitation(words: Words, facts: Facts) -> Said:
    """Somebody else gave her a place: who, under which notice, and that nothing was chosen for her (§2)."""
    _ = words.gettext
    until = words.moment(datetime.fromisoformat(facts["until"]), facts["zone"])
    return Said(
        _("Somebody has a place for you"),
        [
            Paragraph(_("%(who)s registered you for %(event)s with this address.", who=facts["by"], event=facts["event"])),
            Paragraph(
                _("The place is held for you until %(until)s. Nothing was chosen for you: you are asked yourself.", until=until)
            ),
            Button(_("Look at it and confirm"), facts["link"]),
            Note(
                _("%(organisation)s has your name and address from them. Its privacy notice:", organisation=facts["controller"])
            ),
            Note(facts["notice"]),
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
                    event=facts["event"],
                    position=facts["position"],
                )
            ),
            Button(_("Look at it, or cancel"), facts["link"]),
        ],
    )


def waitlist_offer(words: Words, facts: Facts) -> Said:
    """A freed place with its deadline; whoever does nothing leaves it to the next."""
    _ = words.gettext
    until = words.moment(datetime.fromisoformat(facts["until"]), facts["zone"])
    return Said(
        _("A place is free for you"),
        [
            Paragraph(_("A place at %(event)s is held for you until %(until)s.", event=facts["event"], until=until)),
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
                    event=facts["event"],
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
            Paragraph(_("The organiser approved your request: you have a place at %(event)s.", event=facts["event"])),
            Button(_("See your badge"), facts["link"]),
        ],
    )


def declined(words: Words, facts: Facts) -> Said:
    """A person said no, and why; the words are hers."""
    _ = words.gettext
    return Said(
        _("Your request was declined"),
        [
            Paragraph(_("The organiser of %(event)s declined your request. The reason:", event=facts["event"])),
            Paragraph(facts["reason"]),
            Button(_("Look at it"), facts["link"]),
        ],
    )


def written(_words: Words, facts: Facts) -> Said:
    """Words from before mails were kept as facts."""
    return Said(facts["subject"], [Paragraph(text) for text in facts["body"].split("\n\n")])


TEXTS: Final[Mapping[MailKind, Callable[[Words, Facts], Said]]] = {
    MailKind.SIGN_IN: sign_in,
    MailKind.CONFIRM: confirm,
    MailKind.ALREADY_REGISTERED: already_registered,
    MailKind.RECALL: recall,
    MailKind.SCAN_ALARM: scan_alarm,
    MailKind.INVITATION: invitation,
    MailKind.WAITLISTED: waitlisted,
    MailKind.WAITLIST_OFFER: waitlist_offer,
    MailKind.REQUESTED: requested,
    MailKind.APPROVED: approved,
    MailKind.DECLINED: declined,
    MailKind.WRITTEN: written,
}
