"""What may be sent as news, and how an address is shown to somebody who need not know it. Pure."""

from collections.abc import Iterable

from events.errors import FieldError
from events.hosting.rules import Titles, Words, missing_languages, write_in

_HIDDEN = "•••"


def news_faults(subject: Titles, body: Words, languages: Iterable[str]) -> list[FieldError]:
    """What is not written in every language of the event."""
    asked = list(languages)
    return [write_in("subject", language) for language in missing_languages(subject, asked)] + [
        write_in("body", language) for language in missing_languages(body, asked)
    ]


def masked(address: str) -> str:
    """An e-mail address with its first character and its domain alone, like `m•••@company.example`."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}{_HIDDEN}@{domain}"
