"""What a phone seals while it waits: only the server opens it (HPKE, RFC 9180, base mode).

    DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM
    info   = "events scan v2" and the kind of the scan ("booth", "entry", "exit", "session"), or "events note v2";
             then the 16 bytes of the UUID of the phone that seals, then the 16 bytes of the scan's UUID
    sealed = base64url without padding of: key id (4 bytes), enc (65), ciphertext

`info` ties a sealed text to its scan, to what was scanned and to its phone: moved to another one, it does not open. Whose phones
may hand over what a phone sealed is asked by `phones_that_sealed` in `events/phones/actions.py`. The phone has the other side in
`mobile_scanner/src/sealing`; both are held to `tests/vectors/sealed_scans.json`.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from hashlib import sha256
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from events.settings import Settings

SUITE: Final = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
_KEY_ID, _ENC, _TAG = 4, 65, 16
_SCAN, _NOTE = b"events scan v2", b"events note v2"
# the order of P-256: a private key is a number from 1 to one less
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
# the most that a sealed note can be long: 2,000 characters and its answers
LONGEST: Final = 40_000


class Opener:
    """Opens what phones sealed for us. The key is drawn from the program's secret: nothing is stored, no process differs."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key
        self.point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self._id = sha256(self.point).digest()[:_KEY_ID]

    @classmethod
    def of(cls, settings: Settings) -> "Opener":
        # twice as many bits as the order has: the remainder then favours no number (FIPS 186-5, A.2.1)
        wide = settings.key_for("scan sealing") + settings.key_for("scan sealing, second half")
        return cls(ec.derive_private_key(int.from_bytes(wide) % (_ORDER - 1) + 1, ec.SECP256R1()))

    @property
    def key_id(self) -> str:
        return unpadded(self._id)

    @property
    def public_key(self) -> str:
        """The 65 bytes of the uncompressed point, base64url."""
        return unpadded(self.point)

    def open_scan(self, sealed: str, kind: str, phone: UUID, scan: UUID) -> str | None:
        """The text that this phone read and sealed for this scan; None where nothing opens."""
        return self._open(sealed, _SCAN + kind.encode() + phone.bytes + scan.bytes)

    def open_note(self, sealed: str, phone: UUID, scan: UUID) -> str | None:
        """The JSON of a note that this phone sealed for this scan; None where nothing opens."""
        return self._open(sealed, _NOTE + phone.bytes + scan.bytes)

    def _open(self, sealed: str, info: bytes) -> str | None:
        content = packed(sealed)
        if content is None or len(content) < _KEY_ID + _ENC + _TAG or content[:_KEY_ID] != self._id:
            return None
        try:
            text = SUITE.decrypt(content[_KEY_ID:], self._key, info).decode("utf-8")
        except (InvalidTag, ValueError):
            # another key, another scan, a broken point, or no text inside
            return None
        # no QR code and no JSON holds one raw, and a database's text cannot
        return None if "\0" in text else text


def unpadded(content: bytes) -> str:
    """base64url without padding (RFC 4648 §5)."""
    return urlsafe_b64encode(content).decode().rstrip("=")


def packed(text: str) -> bytes | None:
    """The bytes of base64url without padding, None for anything else; exactly one text stands for the same bytes."""
    try:
        content = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (Error, ValueError):
        return None
    return content if unpadded(content) == text else None
