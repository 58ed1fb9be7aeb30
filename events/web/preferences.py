"""What a visitor prefers, kept in her browser: how Thai years are counted. Pure."""

import re
from typing import Final

from events.words import Era

ERA_COOKIE: Final = "era"
_COMMON: Final = re.compile(rf"(?:^|;)\s*{ERA_COOKIE}=ce\s*(?:;|$)")


def era_in(cookie: str) -> Era:
    """The era that a Cookie header asks for; the Buddhist one where it says nothing."""
    return "ce" if cookie and _COMMON.search(cookie) else "be"
