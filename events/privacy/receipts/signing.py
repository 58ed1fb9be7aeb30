"""A receipt proves itself: a JWS (RFC 7515, Ed25519 by RFC 8037) that anybody checks offline with the published key.

The key signs receipts and nothing else. Access tokens have keys, audiences and `typ` of their own (access/tokens.py), so a
receipt opens no door, and no token passes for a receipt.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from events.settings import Settings

TYPE: Final = "consent-receipt+jwt"


class ReceiptSigner:
    """Signs receipts with the service's key for them; `keys` is what others check them with."""

    def __init__(self, settings: Settings) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(settings.key_for("consent receipts"))
        self._issuer = settings.base_url
        public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self._public = {"crv": "Ed25519", "kty": "OKP", "x": _base64(public)}
        # RFC 7638: the required members, in this order, without white space
        self.key_id = _base64(sha256(json.dumps(self._public, separators=(",", ":"), sort_keys=True).encode()).digest())

    def sign(self, receipt: Mapping[str, Any], now: datetime) -> str:
        """The compact JWS of a receipt. It has no end: it is evidence of what was, and its acts carry their own times."""
        claims = {
            "iss": self._issuer,
            "sub": receipt["pii_principal_id"],
            "jti": receipt["record_id"],
            "iat": int(now.timestamp()),
            "receipt": dict(receipt),
        }
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"typ": TYPE, "kid": self.key_id})

    @property
    def keys(self) -> dict[str, Any]:
        """The JSON Web Key Set (RFC 7517): the public half of the receipts' key, and no other."""
        return {"keys": [self._public | {"alg": "EdDSA", "use": "sig", "kid": self.key_id}]}


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
