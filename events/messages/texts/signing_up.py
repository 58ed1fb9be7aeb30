"""Mails on the way to a place: the links that sign in and confirm, and the place that somebody else filled in."""

from datetime import datetime

from events.messages.parts import Button, Lines, Note, Paragraph, Part, Said
from events.messages.phrases import Facts, choice_in_words, typed
from events.typed import names_an_address
from events.words import Words


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
