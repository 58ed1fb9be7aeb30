"""Writes tests/vectors/badge_symbols.json: the QR symbols of our own badges, which the phone's tests damage and then read.

Run it after a change of events/badges/qr.py:  .venv/bin/python -m tests.badges.make_symbols
"""

import json
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import Image

from events.badges.codes import BadgeCode, new_code
from events.badges.qr import qr_png

VECTORS: Final = Path(__file__).resolve().parents[1] / "vectors" / "badge_symbols.json"
QUIET: Final = 4  # modules around the symbol
HOW_MANY: Final = 12


def symbol(code: BadgeCode) -> list[str]:
    """The modules of the badge's QR, row by row; `#` is dark."""
    with Image.open(BytesIO(qr_png(code, scale=1))) as png:
        dark = png.convert("L").point(lambda level: 0 if level > 127 else 1)
        size = dark.width
        cells = dark.tobytes()
    rows = [cells[y * size : (y + 1) * size] for y in range(size)]
    return ["".join("#" if cell else "." for cell in row[QUIET:-QUIET]) for row in rows[QUIET:-QUIET]]


def vectors() -> dict[str, Any]:
    """Twelve badges, the same every time."""
    codes = []
    for n in range(HOW_MANY):
        drawn = sha256(f"symbol {n}".encode()).digest()
        codes.append(new_code("TH", lambda count, drawn=drawn: (drawn * count)[:count]))  # type: ignore[misc]
    return {
        "about": "Written by tests/badges/make_symbols.py.",
        "symbols": [{"code": code, "rows": symbol(code)} for code in codes],
    }


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(vectors(), indent=1) + "\n", encoding="utf-8")
