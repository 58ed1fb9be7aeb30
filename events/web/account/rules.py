"""Where a sign-in may lead. Pure."""

import re
from typing import Final

from events.terms import LANGUAGES

_OWN_PAGE: Final = re.compile(rf"/(?:{'|'.join(LANGUAGES)})(?:/[\w-]+)*")


def own_page(address: str | None) -> str | None:
    """The address if it is a page of ours; None for anything else, so that no link leads a visitor away."""
    return address if address is not None and len(address) <= 300 and _OWN_PAGE.fullmatch(address) else None
