"""A mail as the message that is sent (MIME): its words, the pictures and files that go with it, and its headings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final
from uuid import UUID

from events.badges.codes import BadgeCode
from events.badges.pdf import badge_of, badge_pdf
from events.messages.calendar import calendar_entry
from events.messages.rendering import Letterhead, Rendered, content_id, pictures_of, render
from events.terms import LANGUAGES, Language, Mail, MailKind

# kinds that bring the event for a calendar; for the two cancelled ones the calendar takes it out again
_IN_CALENDAR: Final = frozenset({MailKind.BADGE, MailKind.REMINDER, MailKind.CHANGED})
_OUT_OF_CALENDAR: Final = frozenset({MailKind.CANCELLED, MailKind.CANCELLED_EVENT})
BADGE_FILE: Final = "badge.pdf"
CALENDAR_FILE: Final = "event.ics"
_MOSTLY_ASCII: Final = 6  # fewer than one character in six beyond ASCII: quoted-printable stays readable and is shorter


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a mail."""

    filename: str
    content: bytes
    media_type: str
    method: str | None = None


async def compose(mail: Mail, letterhead: Letterhead, *, mail_id: UUID, recipient: str, now: datetime) -> EmailMessage:
    """The whole message. The same `mail_id` gives the same Message-ID, by which a second copy is known.

    Raises what a fact that is missing or wrong raises, and FontMissing.
    """
    rendered = render(mail, letterhead)
    message = _with_words(rendered, pictures_of(mail))
    for file in await enclosures_of(mail, letterhead.base_url, now):
        kind, _, subtype = file.media_type.partition("/")
        message.add_attachment(
            file.content,
            kind,
            subtype,
            filename=file.filename,
            params={"charset": "utf-8", "method": file.method} if file.method else {},
        )
    message["From"] = letterhead.sender
    message["To"] = recipient
    message["Message-ID"] = f"<{mail_id}@{letterhead.sender.rpartition('@')[2]}>"
    message["Date"] = now
    message["Auto-Submitted"] = "auto-generated"
    if mail.language:
        message["Content-Language"] = mail.language
    if rendered.unsubscribe is not None:
        # RFC 2369 and RFC 8058; the server that signs (DKIM) must have both in its h=
        message["List-Unsubscribe"] = f"<{rendered.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def _with_words(rendered: Rendered, pictures: Mapping[str, bytes]) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = rendered.subject
    message.set_content(rendered.text, cte=_encoding(rendered.text))
    message.add_alternative(rendered.html, subtype="html", cte=_encoding(rendered.html))
    html = message.get_body(("html",))
    for name, png in pictures.items() if html is not None else ():
        html.add_related(png, "image", "png", cid=f"<{content_id(name)}>", filename=f"{name}.png", disposition="inline")  # type: ignore[union-attr]  # a body was found
    return message


def _encoding(text: str) -> str:
    """How these words travel: never as they are, since a server in between may take neither long lines nor eight bits."""
    beyond = sum(not c.isascii() for c in text)
    return "quoted-printable" if beyond * _MOSTLY_ASCII < len(text) else "base64"


def enclosed(kind: MailKind) -> list[str]:
    """The names of the files that go with a mail of this kind: the badge to print, the event for a calendar."""
    badge = [BADGE_FILE] if kind is MailKind.BADGE else []
    return [*badge, CALENDAR_FILE] if kind in _IN_CALENDAR | _OUT_OF_CALENDAR else badge


async def enclosures_of(mail: Mail, base_url: str, now: datetime) -> list[Enclosure]:
    """The files that go with a mail."""
    return [await _badge(mail) if name == BADGE_FILE else _calendar(mail, base_url, now) for name in enclosed(mail.kind)]


def _language(mail: Mail) -> Language:
    return mail.language or LANGUAGES[0]


def _times(mail: Mail) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(mail.facts["starts_at"]), datetime.fromisoformat(mail.facts["ends_at"])


async def _badge(mail: Mail) -> Enclosure:
    facts, language = mail.facts, _language(mail)
    starts_at, ends_at = _times(mail)
    row = {**facts, "starts_at": starts_at, "ends_at": ends_at, f"title_{language}": _said(facts["titles"], language)}
    return Enclosure(
        BADGE_FILE, await badge_pdf(badge_of(row, BadgeCode(facts["code"]), language), "a6", language), "application/pdf"
    )


def _calendar(mail: Mail, base_url: str, now: datetime) -> Enclosure:
    facts, language = mail.facts, _language(mail)
    starts_at, ends_at = _times(mail)
    cancelled = mail.kind in _OUT_OF_CALENDAR
    entry = calendar_entry(
        # the entry that the event's own page gives: what a calendar has already is changed, not doubled
        f"{facts['slug']}@events",
        _said(facts["titles"], language),
        starts_at,
        ends_at,
        facts["time_zone"],
        place=_said(facts["places"], language),
        link=f"{base_url}/{language}/events/{facts['slug']}",
        now=now,
        cancelled=cancelled,
    )
    return Enclosure(CALENDAR_FILE, entry, "text/calendar", "CANCEL" if cancelled else "PUBLISH")


def _said(texts: dict[str, str], language: Language) -> str:
    return texts[language] or texts["en"] or texts["th"]
