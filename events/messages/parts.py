"""What a mail is made of: its parts in their order. How they look is rendering.py's.

A link that begins with `/` is one of our pages; rendering puts the server and the language in front of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field


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
class Details:
    """Facts, each under what it is called."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that comes with the mail, and what it says to somebody who does not see it."""

    name: str
    says: str


@dataclass(frozen=True, slots=True)
class Note:
    """What is said in small letters at the end."""

    text: str


Part = Paragraph | Button | Lines | Details | Picture | Note


@dataclass(frozen=True, slots=True)
class Said:
    """What one mail says."""

    subject: str
    parts: Sequence[Part]
    # after the parts, in small letters: why this mail came, and what ends it
    foot: Sequence[Part] = field(default=())
