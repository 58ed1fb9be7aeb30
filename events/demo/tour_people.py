"""The people of the tour: read from a CSV, and what everybody should get, worked out from it by itself.

Nothing of the product decides here: this is the promise in plain words, to hold the product against.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from events.typed import telephone, telephone_problem

SPONSORS: Final = ("S1", "S2", "S3", "S4")
CARD: Final = ("name", "job_title", "company", "address", "country", "phone", "email")
# what each sponsor's agreement lets it have
AGREED: Final[Mapping[str, tuple[str, ...]]] = {
    "S1": CARD,
    "S2": ("name", "job_title", "company", "email"),
    "S3": CARD,
    "S4": ("name", "company", "country", "phone", "email"),
}
AGE_BANDS: Final = ("0-10", "11-15", "16-19", "20+")
# where somebody of 16 may consent for herself (GDPR art. 8; the notice's §8): the EU, the EEA and the United Kingdom
ADULT_AT_16: Final = frozenset(
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO GB".split()  # noqa: SIM905
)
COLUMNS: Final = (
    "name", "email", "job_title", "company", "address", "country", "phone", "age_band", "sponsors", "badge_scan",
    "scanned_by", "withhold", "then",
)  # fmt: skip
LONGEST: Final = {"address": 500, "phone": 40}


class BadCsv(Exception):
    """The file cannot be played; the sentence names row and column."""


@dataclass(frozen=True, slots=True)
class Guest:
    """One row: who she is, what she allows, who scans her, and what she does in the end."""

    card: Mapping[str, str]
    age_band: str
    sponsors: tuple[str, ...]
    badge_scan: bool
    scanned_by: tuple[str, ...]
    withhold: tuple[str, ...]
    then: str

    @property
    def email(self) -> str:
        return self.card["email"]


@dataclass(frozen=True, slots=True)
class Expected:
    """One line of a sponsor's download: the values of the fields it gets, and on what ground."""

    values: Mapping[str, str]
    basis: str


def read_people(path: Path | None) -> list[Guest]:
    """The rows of the file, or of our own one. Raises BadCsv."""
    name = str(path) if path else "people.csv"
    try:
        text = (path or resources.files("events.demo") / "people.csv").read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadCsv(f"{name} is not UTF-8: save it as “CSV UTF-8”.") from error
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if not rows or not any(rows[0]):
        raise BadCsv(f"{name}, row 1: the heading is missing; it names the columns {', '.join(COLUMNS)}.")
    heading = [cell.strip() for cell in rows[0]]
    for column in COLUMNS:
        if column not in heading:
            raise BadCsv(f"{name}, row 1: the column {column} is missing.")
    guests: list[Guest] = []
    for n, cells in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(heading):
            raise BadCsv(f"{name}, row {n}: {len(cells)} cells stand where the heading has {len(heading)} columns.")
        guest = _guest(f"{name}, row {n}", dict(zip(heading, cells, strict=True)))
        if guest.email.lower() in {other.email.lower() for other in guests}:
            raise BadCsv(f"{name}, row {n}, column email: {guest.email} stands twice.")
        guests.append(guest)
    if not guests:
        raise BadCsv(f"{name} names nobody: add a row under the heading.")
    return guests


def _guest(where: str, row: Mapping[str, str]) -> Guest:
    cells = {name: unicodedata.normalize("NFC", row[name]).strip() for name in COLUMNS}
    _check_card(where, cells)
    if cells["age_band"] not in AGE_BANDS:
        raise BadCsv(f"{where}, column age_band: {cells['age_band']!r} must be one of {', '.join(AGE_BANDS)}.")
    if cells["badge_scan"].lower() not in {"yes", "no", ""}:
        raise BadCsv(f"{where}, column badge_scan: {cells['badge_scan']!r} must be yes or no.")
    if cells["then"] not in {"", "withdraw:all", "optout", "cancel", *(f"withdraw:{s}" for s in SPONSORS)}:
        raise BadCsv(
            f"{where}, column then: {cells['then']!r} must be withdraw:S1 to withdraw:S4, withdraw:all, optout, cancel or empty."
        )
    return Guest(
        # telephone numbers come back in the one form in which they are kept
        card={name: cells[name] for name in CARD}
        | ({"phone": telephone(cells["phone"], cells["country"]) or ""} if cells["phone"] else {}),
        age_band=cells["age_band"],
        sponsors=_several(f"{where}, column sponsors", cells["sponsors"], SPONSORS),
        badge_scan=cells["badge_scan"].lower() == "yes",
        scanned_by=_several(f"{where}, column scanned_by", cells["scanned_by"], SPONSORS),
        withhold=_several(f"{where}, column withhold", cells["withhold"], CARD),
        then=cells["then"],
    )


def _check_card(where: str, cells: Mapping[str, str]) -> None:
    for name in ("name", "email", "country", "age_band"):
        if not cells[name]:
            raise BadCsv(f"{where}, column {name}: this cell is needed.")
    for name in CARD:
        if len(cells[name]) > LONGEST.get(name, 200):
            raise BadCsv(f"{where}, column {name}: at most {LONGEST.get(name, 200)} characters.")
    if not re.fullmatch(r"[^@\s,;]{1,64}@[^@\s,;]+\.[^@\s,;.]{2,}", cells["email"]):
        raise BadCsv(f"{where}, column email: {cells['email']!r} is no address like name@company.example.")
    if not re.fullmatch("[A-Z]{2}", cells["country"]):
        raise BadCsv(f"{where}, column country: {cells['country']!r} must be two capital letters, like TH.")
    if cells["phone"] and telephone(cells["phone"], cells["country"]) is None:
        raise BadCsv(f"{where}, column phone: {cells['phone']!r}: {telephone_problem(cells['country'])[0]}")


def _several(where: str, cell: str, known: Sequence[str]) -> tuple[str, ...]:
    named = [part.strip() for part in cell.split(";") if part.strip()]
    if named == ["ALL"] and known is SPONSORS:
        return tuple(known)
    for part in named:
        if part not in known:
            raise BadCsv(f"{where}: {part!r} must be one of {', '.join(known)}{' or ALL' if known is SPONSORS else ''}.")
    return tuple(name for name in known if name in named)


def may_decide(guest: Guest) -> bool:
    """Whether she is old enough to consent where she lives; Thailand says 20."""
    return guest.age_band == "20+" or (guest.age_band == "16-19" and guest.card["country"] in ADULT_AT_16)


def expected(guests: Iterable[Guest], sponsor: str, *, afterwards: bool) -> dict[str, Expected]:
    """What this sponsor gets of whom, by e-mail address; before or after people took things back."""
    found: dict[str, Expected] = {}
    for guest in guests:
        named = sponsor in guest.sponsors
        scanned = guest.badge_scan and sponsor in guest.scanned_by
        if not may_decide(guest) or not (named or scanned):
            continue
        if afterwards and guest.then in {f"withdraw:{sponsor}", "withdraw:all", "optout", "cancel"}:
            continue
        values = {f: guest.card[f] for f in AGREED[sponsor] if guest.card[f] and f not in guest.withhold}
        if values:
            found[guest.email] = Expected(values, "both" if named and scanned else "form" if named else "scan")
    return found
