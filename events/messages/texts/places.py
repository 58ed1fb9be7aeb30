"""Mails about a place that is not there yet: in line, offered, asked for."""

from datetime import datetime

from events.messages.parts import Button, Note, Paragraph, Said
from events.messages.phrases import Facts, typed
from events.words import Words


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
