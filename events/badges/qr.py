"""The QR on a badge: the badge code and nothing else (ISO/IEC 18004, version 2, level H).

Twenty alphanumeric characters fill a 2-H symbol to its capacity, so it has no room for anything
besides the code, and it keeps the strongest error correction at the fewest modules (25 x 25).
"""

from io import BytesIO
from itertools import groupby

import segno

from events.badges.codes import BadgeCode

_QUIET_ZONE_MODULES = 4  # what ISO/IEC 18004 asks for
_VERSION_2_MODULES = 25
_DARK = "#000"
_LIGHT = "#fff"  # drawn, never transparent: on a dark page the code would be unreadable


def qr_svg(code: BadgeCode) -> bytes:
    """An SVG with a viewBox and no size: it fills the box it is put in.

    Good both inside HTML (no XML declaration, no style attribute for a CSP to refuse) and as a
    file of its own (it names its namespace).
    """
    out = BytesIO()
    _symbol(code).save(
        out,
        kind="svg",
        border=_QUIET_ZONE_MODULES,
        dark=_DARK,
        light=_LIGHT,
        omitsize=True,
        xmldecl=False,
        svgclass=None,
        lineclass=None,
        nl=False,
    )
    return out.getvalue()


def qr_png(code: BadgeCode, scale: int = 10) -> bytes:
    """A PNG of `scale` pixels per module, so 33 * `scale` pixels wide with its quiet zone."""
    out = BytesIO()
    _symbol(code).save(out, kind="png", scale=scale, border=_QUIET_ZONE_MODULES, dark=_DARK, light=_LIGHT)
    return out.getvalue()


def qr_path(code: BadgeCode) -> str:
    """The symbol as one filled shape in an SVG, for print: rows that are drawn one by one show hairlines between them."""
    width = _VERSION_2_MODULES + 2 * _QUIET_ZONE_MODULES
    runs = []
    for y, row in enumerate(_symbol(code).matrix, _QUIET_ZONE_MODULES):
        x = _QUIET_ZONE_MODULES
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                runs.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {width}">'
        f'<path fill="{_LIGHT}" d="M0 0h{width}v{width}h-{width}z"/><path fill="{_DARK}" d="{"".join(runs)}"/></svg>'
    )


def _symbol(code: BadgeCode) -> segno.QRCode:
    return segno.make_qr(code, version=2, error="h", mode="alphanumeric", boost_error=False)
