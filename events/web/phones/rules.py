"""How an enrolment code is shown, and what the page says about a phone. Pure."""

from datetime import datetime
from io import BytesIO
from typing import Final

import segno

CODE_GROUP: Final = 5


def in_groups(code: str) -> str:
    """A code as people read it aloud and type it."""
    return " ".join(code[start : start + CODE_GROUP] for start in range(0, len(code), CODE_GROUP))


def qr_of(text: str) -> str:
    """An SVG of the text that fills the box it is put in; dark on white also on a dark page. Level M: a screen has no dirt."""
    out = BytesIO()
    segno.make_qr(text, error="m").save(
        out,
        kind="svg",
        border=4,
        dark="#000",
        light="#fff",
        omitsize=True,
        xmldecl=False,
        svgclass=None,
        lineclass=None,
        nl=False,
    )
    return out.getvalue().decode()


def seconds_left(until: datetime, now: datetime) -> int:
    """Whole seconds until then; 0 when it is over."""
    return max(0, int((until - now).total_seconds()))
