"""The built phone app, in memory: each file with its entity tag and the smaller forms that the build put beside it."""

import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

BUILT: Final = Path(__file__).parents[1] / "scanner"
# best first
CODINGS: Final[Mapping[str, str]] = {"br": ".br", "gzip": ".gz"}
MEDIA: Final[Mapping[str, str]] = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}
# names with a hash of the content in them, as Vite writes them
HASHED: Final = re.compile(r"assets/.+-[\w-]{8}\.\w+")
FOR_A_YEAR: Final = "public, max-age=31536000, immutable"
ASK_EACH_TIME: Final = "no-cache"


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is sent. `coded` holds it in other codings, by their names (RFC 9110 §8.4.1)."""

    content: bytes
    media: str
    kept: str
    tag: str
    coded: Mapping[str, bytes] = field(default_factory=dict)

    def for_visitor(self, accepted: str) -> tuple[bytes, str | None]:
        """The bytes and their coding for this Accept-Encoding (RFC 9110 §12.5.3)."""
        wanted = _wanted(accepted)
        for coding, content in self.coded.items():
            if wanted.get(coding, wanted.get("*", False)):
                return content, coding
        return self.content, None

    def known_to(self, if_none_match: str) -> bool:
        """Whether the visitor has it already (RFC 9110 §13.1.2)."""
        return f'"{self.tag}"' in {part.strip().removeprefix("W/") for part in if_none_match.split(",")}


Files = Mapping[str, File]


@cache
def read_built(folder: Path = BUILT) -> Files:
    """Every file of the built app by its path below /scan/; nothing when it was not built."""
    if not (folder / "index.html").is_file():
        return {}
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    forms = {name + ending for name in found for ending in CODINGS.values()}
    return {name: _file(name, path) for name, path in found.items() if name not in forms}


def _file(name: str, path: Path) -> File:
    content = path.read_bytes()
    beside = {coding: path.with_name(path.name + ending) for coding, ending in CODINGS.items()}
    return File(
        content=content,
        media=MEDIA.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream",
        kept=FOR_A_YEAR if HASHED.fullmatch(name) else ASK_EACH_TIME,
        tag=sha256(content).hexdigest()[:16],
        coded={coding: form.read_bytes() for coding, form in beside.items() if form.is_file()},
    )


def _wanted(accepted: str) -> dict[str, bool]:
    """Which codings the visitor takes; a weight of nought means no."""
    wanted = {}
    for part in accepted.split(","):
        coding, _, weight = part.partition(";")
        wanted[coding.strip().lower()] = not weight.strip() or weight.strip().removeprefix("q=").strip("0.") != ""
    return wanted
