"""Mails to sponsors and to the organiser: the team, what must not be used any more, and phones that try too much."""

from events.messages.parts import Button, Lines, Note, Paragraph, Said
from events.messages.phrases import Facts, typed
from events.words import Words


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
