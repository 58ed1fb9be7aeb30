"""Mails to somebody who has a place: her badge, what becomes of the event, her choices, and news."""

from events.messages.parts import Button, Lines, Note, Paragraph, Part, Picture, Said
from events.messages.phrases import UNMARKED, Facts, choice_in_words, event_details, in_language, my_page, title_of, typed, when
from events.terms import Act
from events.words import Words


def badge(words: Words, facts: Facts) -> Said:
    """The place counts: badge as a picture, as a file to print, and the event for a calendar."""
    _ = words.gettext
    code = facts["code"]
    return Said(
        _("Your badge for %(event)s", event=title_of(words, facts)),
        [
            Paragraph(_("Hello %(name)s, your place is confirmed.", name=typed(facts["name"]))),
            event_details(words, facts),
            Picture("badge", _("Badge code: %(code)s", code=" ".join(code[n : n + 4] for n in range(0, len(code), 4)))),
            Paragraph(_("Show this code at the entrance, on your phone or printed. The attached PDF is made for A6 paper.")),
            Button(_("My registration"), my_page(facts)),
            Note(_("On that page you can change your details and choices, see who got your data, or give your place back.")),
        ],
    )


def reminder(words: Words, facts: Facts) -> Said:
    _ = words.gettext
    return Said(
        _("Soon: %(event)s", event=title_of(words, facts)),
        [
            Paragraph(_("Hello %(name)s, the event begins soon.", name=typed(facts["name"]))),
            event_details(words, facts),
            Button(_("Open my badge"), my_page(facts)),
            Note(_("You cannot come? On that page you can cancel, and somebody else gets the place.")),
        ],
    )


def changed(words: Words, facts: Facts) -> Said:
    """What is different, as it was and as it is."""
    _ = words.gettext
    before = facts["before"]
    named = {
        _("Title"): (typed(in_language(words, before["titles"])), title_of(words, facts)),
        _("When"): (when(words, before), when(words, facts)),
        _("Time zone"): (before["time_zone"], facts["time_zone"]),
        _("Where"): (typed(in_language(words, before["places"])), typed(in_language(words, facts["places"]))),
    }
    lines = [
        _("%(what)s: %(new)s (before: %(old)s)", what=what, new=new, old=old) for what, (old, new) in named.items() if old != new
    ]
    return Said(
        _("Changed: %(event)s", event=title_of(words, facts)),
        [
            Paragraph(_("Hello %(name)s, the organiser changed something about the event.", name=typed(facts["name"]))),
            Lines(_("What is new:"), lines or [_("Something in the description in another language.")]),
            event_details(words, facts),
            Button(_("My registration"), my_page(facts)),
            Note(_("Your place is kept. If the change does not suit you, you can cancel on that page.")),
        ],
    )


def cancelled_event(words: Words, facts: Facts) -> Said:
    _ = words.gettext
    return Said(
        _("Cancelled: %(event)s", event=title_of(words, facts)),
        [
            Paragraph(_("Hello %(name)s, we are sorry: the organiser cancelled this event.", name=typed(facts["name"]))),
            event_details(words, facts),
            Paragraph(_("From now on nobody gets your data for this event. You need not do anything.")),
            Button(_("My registration"), my_page(facts)),
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
            event_details(words, facts),
            Paragraph(_("Your badge does not work any more. Whoever got your data with your consent was told to stop using it.")),
            Button(_("My registration"), my_page(facts)),
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
            Button(_("My choices"), f"{my_page(facts)}/choices"),
            Note(_("On that page you also find a receipt to keep. If it was not you, change your choices there.")),
        ],
    )


def news(words: Words, facts: Facts) -> Said:
    """The organiser's own words, to somebody who asked for them. `unsubscribe` is put in when the mail is made."""
    _ = words.gettext
    paragraphs = [one for one in UNMARKED.sub("", facts["body"]).replace("\r\n", "\n").split("\n\n") if one.strip()]
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
