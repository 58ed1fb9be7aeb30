"""The words of a language: gettext over one catalogue per area, and dates, times and countries as people write them (Babel).

English stands in the source and is its own catalogue; Thai stands in web/locale/th/<area>.po, read at start, so that there is
nothing to compile. `make words` brings the catalogues up to date; a test fails on a missing or fuzzy entry.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from io import BytesIO
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_name
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, get_currency_precision

from events.terms import LANGUAGES, Language

Era = Literal["ce", "be"]
NO_COUNTRIES: Final = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})
LEADING_VOWELS: Final = "เแโใไ"  # Thai writes them before the consonant and sorts by the consonant
BUDDHIST: Final = 543  # years; in Thailand the two calendars have differed in nothing else since 1941


def _catalogue(language: Language) -> NullTranslations:
    folder = resources.files("events") / "web" / "locale" / language
    found: NullTranslations = NullTranslations()
    if not folder.is_dir():
        return found
    for area in sorted(folder.iterdir(), key=lambda path: path.name):
        if not area.name.endswith(".po"):
            continue
        compiled = BytesIO()
        write_mo(compiled, read_po(BytesIO(area.read_bytes()), locale=language))
        compiled.seek(0)
        read = GNUTranslations(compiled)
        read.add_fallback(found)
        found = read
    return found


class Words:
    """What is said in one language. Values are put in after the look-up, by name: `gettext("Hello %(name)s", name=…)`."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.locale: Final = Locale(language)
        self._found = _catalogue(language)

    def gettext(self, text: str, /, **values: Any) -> str:
        said = self._found.gettext(text)
        return said % values if values else said

    def ngettext(self, one: str, several: str, n: int, /, **values: Any) -> str:
        """The form for this number, which stands in the text as %(num)s."""
        return self._found.ngettext(one, several, n) % ({"num": n} | values)

    def day(self, day: date, era: Era = "ce", *, weekday: bool = True) -> str:
        """A date in full, like `Thursday, 26 November 2026`; in Thai with the era named where it is the Buddhist one."""
        if self.language == "en":
            return format_date(day, "EEEE, d MMMM y" if weekday else "d MMMM y", locale=self.locale)
        named = "EEEEที่ d MMMM" if weekday else "d MMMM"
        year = f"พ.ศ. {day.year + BUDDHIST}" if era == "be" else f"ค.ศ. {day.year}"
        return f"{format_date(day, named, locale=self.locale)} {year}"

    def clock(self, moment: datetime) -> str:
        """The time of day on 24 hours, in the moment's own zone; Thai says that it is a time."""
        said = format_time(moment, "HH:mm", locale=self.locale)
        # not to be torn apart at the end of a line
        return f"{said}\u00a0น." if self.language == "th" else said

    def moment(self, moment: datetime, zone: str, era: Era = "ce") -> str:
        """Date and time where the event is."""
        there = moment.astimezone(ZoneInfo(zone))
        return f"{self.day(there.date(), era, weekday=False)} {self.clock(there)}"

    def span(self, starts: datetime, ends: datetime, zone: str, era: Era = "ce") -> str:
        """From when to when, the date said once if it is one day."""
        first, last = starts.astimezone(ZoneInfo(zone)), ends.astimezone(ZoneInfo(zone))
        if first.date() == last.date():
            return f"{self.day(first.date(), era)} {first:%H:%M} – {self.clock(last)}"
        return f"{self.day(first.date(), era)} {self.clock(first)} – {self.day(last.date(), era)} {self.clock(last)}"

    def zone(self, zone: str, at: datetime) -> str:
        """A time zone as people call it, with its distance from UTC, like `Indochina Time (UTC+7)`."""
        offset = at.astimezone(ZoneInfo(zone)).utcoffset()
        minutes = int(offset.total_seconds() // 60) if offset is not None else 0
        hours, rest = divmod(abs(minutes), 60)
        name = get_timezone_name(at.astimezone(ZoneInfo(zone)), locale=self.locale)
        return f"{name} (UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''})"

    def month(self, day: date) -> str:
        """The short name of a month, like `Nov`."""
        return format_date(day, "LLL", locale=self.locale)

    def price(self, minor: int, currency: str) -> str:
        """An amount in the smallest unit of its currency, as people read it."""
        return format_currency(major_units(minor, currency), currency, locale=self.locale)

    def countries(self, codes: Iterable[str]) -> str:
        return ", ".join(self.country(code) for code in codes)

    def all_countries(self) -> list[tuple[str, str]]:
        """Every country with its code, Thailand first, then in the order of its alphabet."""
        return _countries(self.language)

    def country(self, code: str) -> str:
        """The name of a country (ISO 3166-1 alpha-2); the code itself where it has none."""
        name: str = self.locale.territories.get(code, code)
        return name


def major_units(minor: int, currency: str) -> Decimal:
    """Satang, cent … as baht, euro … (ISO 4217 says how many make one)."""
    return Decimal(minor).scaleb(-get_currency_precision(currency))


@cache
def words_of(language: Language) -> Words:
    """The words of a language; read once."""
    return Words(language)


@cache
def _countries(language: Language) -> list[tuple[str, str]]:
    words = words_of(language)
    # ISO 3166-1 has two capital letters; CLDR adds areas and a few codes that stand for no country
    codes = [str(code) for code in words.locale.territories]
    named = [(code, words.country(code)) for code in codes if len(code) == 2 and code.isalpha()]
    named = [(code, name) for code, name in named if code not in NO_COUNTRIES]
    return sorted(named, key=lambda pair: (pair[0] != "TH", pair[1].lstrip(LEADING_VOWELS), pair[1]))


def language_of(accept: str) -> Language:
    """Thai or English, whichever stands first in Accept-Language; English where neither does."""
    for part in accept.split(","):
        tag = part.split(";")[0].strip().lower()
        if tag.startswith("th"):
            return "th"
        if tag.startswith("en"):
            return "en"
    return "en"


def languages_named() -> dict[Language, str]:
    """Each language by its own name, for a switch."""
    return {language: words_of(language).locale.get_display_name() or language for language in LANGUAGES}
