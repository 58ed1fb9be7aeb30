"""What several mails say alike: what somebody typed, the event with its time, a choice in words. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from events.messages.parts import Details
from events.terms import Purpose
from events.words import Words

Facts = Mapping[str, Any]
# what would break a line, a heading (RFC 5322 §2.2) or the direction of what stands beside it
_NOT_WORDS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
# the marks with which `typed` says where something that was typed begins and ends
UNMARKED: Final = re.compile("[\u2068\u2069]")
ISOLATED: Final = ("\u2068", "\u2069")


def typed(text: str) -> str:
    """What somebody typed, on one line and kept apart from the direction of the words around it (Unicode FSI … PDI)."""
    return f"{ISOLATED[0]}{' '.join(_NOT_WORDS.sub(' ', text).split())}{ISOLATED[1]}"


def in_language(words: Words, texts: Mapping[str, str]) -> str:
    """A text of the event in the reader's language, or in the other one where that is all there is."""
    return texts[words.language] or texts["en"] or texts["th"]


def title_of(words: Words, facts: Facts) -> str:
    return typed(in_language(words, facts["titles"]))


def when(words: Words, facts: Facts) -> str:
    starts_at, ends_at = datetime.fromisoformat(facts["starts_at"]), datetime.fromisoformat(facts["ends_at"])
    return words.span(starts_at, ends_at, facts["time_zone"], "be")


def event_details(words: Words, facts: Facts) -> Details:
    """What, when and where."""
    _ = words.gettext
    place = in_language(words, facts["places"])
    rows = [(_("Event"), title_of(words, facts)), (_("When"), when(words, facts))]
    return Details([*rows, (_("Where"), typed(place))] if place else rows)


def my_page(facts: Facts) -> str:
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
