"""The words of our mails: facts in, what the mail says out, in one language. Pure; how it looks is rendering.py's."""

from collections.abc import Callable, Mapping
from typing import Final

from events.messages.parts import Paragraph, Said
from events.messages.phrases import UNMARKED, Facts
from events.messages.texts.attending import badge, cancelled, cancelled_event, changed, choices_changed, news, reminder
from events.messages.texts.parties import lookup_alarm, recall, scan_alarm, team_invitation
from events.messages.texts.places import approved, declined, requested, waitlist_offer, waitlisted
from events.messages.texts.signing_up import already_registered, confirm, invitation, sign_in
from events.terms import MailKind
from events.words import Words


def written(_words: Words, facts: Facts) -> Said:
    """Words from before mails were kept as facts."""
    return Said(facts["subject"], [Paragraph(text) for text in UNMARKED.sub("", facts["body"]).split("\n\n")])


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
