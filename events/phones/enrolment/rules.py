"""How an enrolment code reads, on a screen and typed. Pure."""

from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Crockford's base32 as people type it: case, spaces and hyphens do not count, O is 0, I and L are 1
_TYPED: Final = str.maketrans("abcdefghjkmnpqrstvwxyzOoIiLl", "ABCDEFGHJKMNPQRSTVWXYZ001111", " -")


def enrolment_code(random: bytes) -> str:
    """20 characters of Crockford base32: 100 bits of the given randomness, readable aloud and typeable."""
    return "".join(_ALPHABET[byte & 31] for byte in random[:20])


def enrolment_address(base_url: str, code: str) -> str:
    """What leads a phone's browser into the app with this code. Behind the #: the code does not leave the browser before the
    app shows what it is for. An empty `base_url` is this very server."""
    return f"{base_url}/scan/#enrol={code}"


def typed_code(text: str) -> str:
    """An enrolment code in its one normal form, however it was typed."""
    return text.translate(_TYPED)
