"""How a mail looks: what it says (texts.py) as a message with its words, one language or both under each other."""

from dataclasses import dataclass
from email.message import EmailMessage

from events.messages.texts import TEXTS, Button, Lines, Note, Paragraph, Part, Said
from events.terms import LANGUAGES, Mail
from events.words import words_of


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's subject and words."""

    subject: str
    text: str


def render(mail: Mail) -> Rendered:
    """The words of a mail; without a language, in every one."""
    said = [TEXTS[mail.kind](words_of(language), mail.facts) for language in ((mail.language,) if mail.language else LANGUAGES)]
    subject = " / ".join(dict.fromkeys(one.subject for one in said))
    return Rendered(" ".join(subject.split()), "\n\n".join(_text(one) for one in said) + "\n")


def message_of(rendered: Rendered) -> EmailMessage:
    """The same as a MIME message (RFC 5322), without the headings that a sender adds."""
    message = EmailMessage()
    message["Subject"] = rendered.subject
    message.set_content(rendered.text)
    return message


def _text(said: Said) -> str:
    return "\n\n".join(_part(part) for part in said.parts)


def _part(part: Part) -> str:
    match part:
        case Paragraph(text) | Note(text):
            return text
        case Button(label, link):
            return f"{label}:\n{link}"
        case Lines(heading, items):
            return "\n".join([heading, *(f"- {item}" for item in items)])
