"""Writes the sealed vectors that the server and the phone share. Sealing draws a new key each time: they change with every run.

python -m tests.scanning.make_sealed
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from events.access.sealing import SUITE

VECTOR_FILE = Path(__file__).parents[1] / "vectors" / "sealed_scans.json"
NUMBER = int.from_bytes(sha256(b"a key for tests only").digest())
SCAN, OTHER = UUID("0192f0c1-0000-7000-8000-000000000001"), UUID("0192f0c1-0000-7000-8000-000000000002")
CODE = "TH01KSSF1A7Z9B2X5MV4"
NOTE = json.dumps({"rating": 3, "answers": {"q": ["a", "b"]}, "note": "ขอใบเสนอราคา"}, ensure_ascii=False)


def text(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def content(sealed: str) -> bytes:
    return urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))


def point(number: int) -> bytes:
    public = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def seal(what: str, plaintext: str, scan: UUID = SCAN, number: int = NUMBER) -> str:
    key = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    info = f"events {what} v1".encode() + scan.bytes
    return text(sha256(point(number)).digest()[:4] + SUITE.encrypt(plaintext.encode(), key, info))


def main() -> None:
    good = seal("scan", CODE)
    bytes_of = content(good)
    flipped = bytes_of[:-1] + bytes([bytes_of[-1] ^ 1])
    off_curve = bytes_of[:68] + bytes([bytes_of[68] ^ 1]) + bytes_of[69:]
    vectors = {
        "about": "Written by tests/scanning/make_sealed.py. The key is for tests only.",
        "private_key_hex": f"{NUMBER:064x}",
        "key": {"id": text(sha256(point(NUMBER)).digest()[:4]), "public_key": text(point(NUMBER))},
        "opens": [
            {"note": "a badge code", "what": "scan", "scan": str(SCAN), "plaintext": CODE, "sealed": good},
            {"note": "another scan", "what": "scan", "scan": str(OTHER), "plaintext": CODE, "sealed": seal("scan", CODE, OTHER)},
            {"note": "no badge code", "what": "scan", "scan": str(SCAN), "plaintext": "WIFI:S:hall;;", "sealed": seal("scan", "WIFI:S:hall;;")},
            {"note": "a note", "what": "note", "scan": str(SCAN), "plaintext": NOTE, "sealed": seal("note", NOTE)},
        ],
        "broken": [
            {"note": "moved to another scan", "what": "scan", "scan": str(OTHER), "sealed": good},
            {"note": "a scan as a note", "what": "note", "scan": str(SCAN), "sealed": good},
            {"note": "one bit of the tag", "what": "scan", "scan": str(SCAN), "sealed": text(flipped)},
            {"note": "a point off the curve", "what": "scan", "scan": str(SCAN), "sealed": text(off_curve)},
            {"note": "sealed for another key", "what": "scan", "scan": str(SCAN), "sealed": seal("scan", CODE, number=NUMBER - 1)},
            {"note": "another key under our key's id", "what": "scan", "scan": str(SCAN),
             "sealed": text(bytes_of[:4] + content(seal("scan", CODE, number=NUMBER - 1))[4:])},
            {"note": "no text inside", "what": "scan", "scan": str(SCAN), "sealed": seal("scan", "TH\0")},
            {"note": "cut short", "what": "scan", "scan": str(SCAN), "sealed": text(bytes_of[:60])},
            {"note": "padded", "what": "scan", "scan": str(SCAN), "sealed": good + "="},
            {"note": "nothing", "what": "scan", "scan": str(SCAN), "sealed": ""},
            {"note": "not base64url", "what": "scan", "scan": str(SCAN), "sealed": "+/+/ ก"},
        ],
    }  # fmt: skip
    VECTOR_FILE.write_text(json.dumps(vectors, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
