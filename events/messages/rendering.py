"""How a mail looks: what it says (texts/) as plain text and as HTML, one language or both under each other."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from events.badges.codes import BadgeCode
from events.badges.qr import qr_png
from events.messages.parts import Button, Details, Lines, Note, Paragraph, Part, Picture, Said
from events.messages.phrases import ISOLATED
from events.messages.texts import TEXTS
from events.messages.unsubscribing import unsubscribe_token
from events.terms import LANGUAGES, Language, Mail, MailKind
from events.words import words_of

QR_SCALE: Final = 16  # 528 pixels: sharp at the 264 it is shown at on a phone's screen
SUBJECT_SHOWN: Final = 200  # characters; no reader shows more


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What mails need of the server that sends them: where its pages are, its address, and the key of unsubscribe links."""

    base_url: str
    sender: str
    unsubscribe_key: bytes


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's subject, its words as text and as HTML, and the address that ends such mails at one press."""

    subject: str
    text: str
    html: str
    unsubscribe: str | None


@dataclass(frozen=True, slots=True)
class _Section:
    language: Language
    said: Said


def by_content_id(name: str) -> str:
    """The address of a picture that comes with the mail (RFC 2392)."""
    return f"cid:{content_id(name)}"


def content_id(name: str) -> str:
    return f"{name}@events"


def render(mail: Mail, letterhead: Letterhead, picture: Callable[[str], str] = by_content_id) -> Rendered:
    """The words of a mail; without a language, in every one. `picture` says where the HTML finds a picture."""
    facts, unsubscribe = dict(mail.facts), None
    if mail.kind is MailKind.NEWS:
        token = unsubscribe_token(letterhead.unsubscribe_key, UUID(facts["registration"]))
        facts["unsubscribe"] = f"/unsubscribe/{token}"
        unsubscribe = f"{letterhead.base_url}/{mail.language or LANGUAGES[0]}/unsubscribe/{token}"
    sections = [
        _Section(language, TEXTS[mail.kind](words_of(language), facts))
        for language in ((mail.language,) if mail.language else LANGUAGES)
    ]
    subject = _subject(" / ".join(dict.fromkeys(one.said.subject for one in sections)))
    html = _TEMPLATE.render(
        sections=[_placed(section, letterhead.base_url) for section in sections],
        subject=subject,
        picture=picture,
    )
    text = "\n\n".join(_text(_placed(section, letterhead.base_url).said) for section in sections) + "\n"
    return Rendered(subject, text, html, unsubscribe)


def _placed(section: _Section, base_url: str) -> _Section:
    """The same with whole addresses: of this server, in the section's language."""

    def whole(part: Part) -> Part:
        if isinstance(part, Button) and part.link.startswith("/"):
            return Button(part.label, f"{base_url}/{section.language}{part.link}")
        return part

    said = section.said
    return _Section(section.language, Said(said.subject, [whole(p) for p in said.parts], [whole(p) for p in said.foot]))


def pictures_of(mail: Mail) -> dict[str, bytes]:
    """The pictures that the HTML shows, as PNG."""
    return {"badge": qr_png(BadgeCode(mail.facts["code"]), QR_SCALE)} if mail.kind is MailKind.BADGE else {}


def _subject(text: str) -> str:
    """One line, whatever was typed into it: nothing in it can begin another heading (RFC 5322 §2.2)."""
    line = " ".join("".join(c if c.isprintable() or c in "\u200b\u200c\u200d" else " " for c in _plain(text)).split())
    return line if len(line) <= SUBJECT_SHOWN else f"{line[: SUBJECT_SHOWN - 1]}…"


def _plain(text: str) -> str:
    """Without the marks around what was typed, which some readers of plain text show as boxes."""
    return text.replace(ISOLATED[0], "").replace(ISOLATED[1], "")


def _text(said: Said) -> str:
    foot = ["-- ", *(_part(part) for part in said.foot)] if said.foot else []
    return _plain("\n\n".join([*(_part(part) for part in said.parts), *foot]))


def _part(part: Part) -> str:
    match part:
        case Paragraph(text) | Note(text):
            return text
        case Button(label, link):
            return f"{label}:\n{link}"
        case Lines(heading, items):
            return "\n".join([heading, *(f"- {item}" for item in items)])
        case Details(rows):
            return "\n".join(f"{called}: {value}" for called, value in rows)
        case Picture(_, says):
            return says


def _isolated(text: str) -> Markup:
    """Escaped, what was typed as <bdi>, and its line breaks kept."""
    safe = str(escape(text)).replace(ISOLATED[0], "<bdi>").replace(ISOLATED[1], "</bdi>")
    return Markup(safe.replace("\n", "<br>"))  # noqa: S704 - escaped above; only these two tags are ours


def _template() -> Any:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["isolated"] = _isolated
    return made.get_template("mail.html")


_TEMPLATE: Final = _template()
