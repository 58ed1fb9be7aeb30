"""The token of the link that ends news: a registration's id with an HMAC over it (RFC 8058 §3.1: hard to forge)."""

import base64
import binascii
import hmac
from hashlib import sha256
from typing import Final
from uuid import UUID

_ID_BYTES: Final = 16
_MAC_BYTES: Final = 16


def unsubscribe_token(key: bytes, registration: UUID) -> str:
    """The token of a registration; it does not end, since a link in an old mail must still work."""
    return base64.urlsafe_b64encode(registration.bytes + _mac(key, registration.bytes)).decode().rstrip("=")


def registration_behind(key: bytes, token: str) -> UUID | None:
    """Whose news the token ends; None for one that is not ours."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != _ID_BYTES + _MAC_BYTES or not hmac.compare_digest(_mac(key, raw[:_ID_BYTES]), raw[_ID_BYTES:]):
        return None
    return UUID(bytes=raw[:_ID_BYTES])


def _mac(key: bytes, registration: bytes) -> bytes:
    return hmac.new(key, registration, sha256).digest()[:_MAC_BYTES]
