"""The badge code: 20 characters of Crockford base32 that mean nothing outside our database.

    TH 7K0M1P2Q3R4S5T6VW 6
    |  |                 |
    |  |                 check character
    |  17 random characters, 85 bits
    event tag: lets a phone say "a badge of another event" while offline

The check character is a sum over GF(32), the field of the 32 characters, built with the primitive
polynomial x^5 + x^2 + 1 and its root alpha = 2:

    check = value_0 * alpha^1 + value_1 * alpha^2 + ... + value_18 * alpha^19

Counting the check character itself as alpha^0, a code is good when its weighted sum is zero. Alpha
has order 31, so the 20 weights alpha^0 .. alpha^19 are all different and none is zero. Therefore

- every substitution of one character is detected: it adds (old - new) * weight, which is not zero;
- every transposition of two different characters, neighbours or not, is detected: it adds
  (a - b) * (weight_i - weight_j), and neither factor is zero.

Worse damage slips through once in 32 and then meets a code that the server does not know.

Crockford's own check symbol (modulo 37) is not used: it needs `~` and `=`, which the alphanumeric
mode of a QR code (ISO/IEC 18004) cannot carry. His rules for reading typed text are kept.

The phone has the same rule in `mobile_scanner/src/core/badge-code.ts`; both sides are held to
`tests/vectors/badge_codes.json`.
"""

import secrets
from collections.abc import Callable, Collection
from typing import NewType

BadgeCode = NewType("BadgeCode", str)
"""A code whose characters, length and check character are right; not yet one that we issued."""

EventTag = NewType("EventTag", str)
"""The first two characters of every badge code of one event."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 20
EVENT_TAG_LENGTH = 2
RANDOM_LENGTH = 17

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_ALL_EVENT_TAGS = tuple(EventTag(first + second) for first in ALPHABET for second in ALPHABET)

# Folds ASCII only. `str.upper` and Unicode normalisation would turn U+017F into S, U+212A into K
# and a full-width digit into a digit, and so accept text that nobody reads off a badge.
_TYPED_FORMS = str.maketrans("abcdefghjkmnpqrstvwxyzOoIiLl", "ABCDEFGHJKMNPQRSTVWXYZ001111", " -")

_PRIMITIVE_POLYNOMIAL = 0b100101


def new_code(event_tag: str, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> BadgeCode:
    """A fresh code with 85 random bits; ValueError if `event_tag` is not an event tag."""
    if len(event_tag) != EVENT_TAG_LENGTH or not _all_in_alphabet(event_tag):
        msg = f"not an event tag: {event_tag!r}"
        raise ValueError(msg)
    body = event_tag + _random_characters(RANDOM_LENGTH, random_bytes)
    return BadgeCode(body + _check_character(body))


def parse_code(text: str) -> BadgeCode | None:
    """The badge code that was scanned or typed, in its one normal form, or None.

    Typed entry as Crockford's base32 reads it: spaces, hyphens and case do not count, O is 0,
    I and L are 1. Any other character refuses the whole text.
    """
    normal = text.translate(_TYPED_FORMS)
    if len(normal) != CODE_LENGTH or not _all_in_alphabet(normal):
        return None
    body, check = normal[:-1], normal[-1]
    return BadgeCode(normal) if check == _check_character(body) else None


def event_tag_of(code: BadgeCode) -> EventTag:
    """The tag of the event that the code belongs to."""
    return EventTag(code[:EVENT_TAG_LENGTH])


def new_event_tag(taken: Collection[str] = (), random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> EventTag:
    """A random one of the 1,024 event tags that is not `taken`; ValueError if none is left."""
    free = [tag for tag in _ALL_EVENT_TAGS if tag not in taken]
    if not free:
        msg = f"all {len(_ALL_EVENT_TAGS)} event tags are taken"
        raise ValueError(msg)
    # A tag is public, so the bias of the remainder (below 2^-50) does not matter.
    return free[int.from_bytes(random_bytes(8)) % len(free)]


def _random_characters(count: int, random_bytes: Callable[[int], bytes]) -> str:
    # 32 divides 256, so the low five bits of a uniform byte are uniform.
    return "".join(ALPHABET[byte & 0b11111] for byte in random_bytes(count))


def _all_in_alphabet(text: str) -> bool:
    return all(character in _VALUES for character in text)


def _check_character(body: str) -> str:
    # Horner's rule: from the right, each step raises everything so far by one power of alpha.
    check = 0
    for character in reversed(body):
        check = _times_alpha(check ^ _VALUES[character])
    return ALPHABET[check]


def _times_alpha(value: int) -> int:
    doubled = value << 1
    return doubled ^ _PRIMITIVE_POLYNOMIAL if doubled >= len(ALPHABET) else doubled
