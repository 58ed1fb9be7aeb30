"""Secrets and tokens: random ones that are stored as hashes, and short signed ones for machines (RFC 7519, RFC 8037)."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, Literal
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from events.errors import NotSignedIn
from events.settings import Settings

TokenKind = Literal["device", "client"]
LIFETIME: Final = timedelta(minutes=15)
EXPIRES_IN: Final = int(LIFETIME.total_seconds())
SESSION_LIFETIME: Final = timedelta(days=7)
_ISSUER: Final = "events"


def new_secret() -> str:
    """256 random bits as 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """What is stored of a secret: its SHA-256. The secret is random, so a slow hash would add nothing."""
    return sha256(secret.encode()).digest()


class Signer:
    """Signs and reads access tokens. Each kind has its own Ed25519 key, audience and `typ`, so none passes for another."""

    def __init__(self, settings: Settings) -> None:
        self._keys = {
            kind: Ed25519PrivateKey.from_private_bytes(settings.key_for(f"access token: {kind}")) for kind in ("device", "client")
        }

    def issue(self, kind: TokenKind, subject: UUID, role: str, now: datetime) -> str:
        """A token for 15 minutes; whether its subject is still welcome is asked at every use."""
        claims = {
            "iss": _ISSUER,
            "aud": f"events:{kind}",
            "sub": str(subject),
            "role": role,
            "jti": str(uuid4()),
            "iat": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
        }
        return jwt.encode(claims, self._keys[kind], algorithm="EdDSA", headers={"typ": f"{kind}+jwt"})

    def read(self, token: str, now: datetime) -> tuple[TokenKind, UUID, str]:
        """Kind, subject and role of a good token; raises NotSignedIn for every other one."""
        try:
            kind: TokenKind = "device" if jwt.get_unverified_header(token).get("typ") == "device+jwt" else "client"
            decoded = jwt.decode_complete(
                token,
                self._keys[kind].public_key(),
                algorithms=["EdDSA"],
                audience=f"events:{kind}",
                issuer=_ISSUER,
                # times are compared with our own clock below
                options={
                    "require": ["exp", "iat", "aud", "iss", "jti", "sub"],
                    "verify_exp": False,
                    "verify_iat": False,
                },
            )
            claims = decoded["payload"]
            if decoded["header"].get("typ") != f"{kind}+jwt" or type(claims["exp"]) is not int or type(claims["iat"]) is not int:
                raise NotSignedIn
            if not claims["iat"] - 60 <= now.timestamp() < claims["exp"]:
                raise NotSignedIn
            return kind, UUID(claims["sub"]), str(claims["role"])
        except (jwt.PyJWTError, ValueError, KeyError) as error:
            raise NotSignedIn from error
