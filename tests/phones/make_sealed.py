"""Writes the sealed vectors that the server and the phone share. Sealing draws a new key each time: they change with every run.

python -m tests.phones.make_sealed
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from events.phones.sealing import SUITE

VECTOR_FILE = Path(__file__).parents[1] / "vectors" / "sealed_scans.json"
NUMBER = int.from_bytes(sha256(b"a key for tests only").digest())
SCAN, OTHER = UUID("0192f0c1-0000-7000-8000-000000000001"), UUID("0192f0c1-0000-7000-8000-000000000002")
CODE = "TH01KSSF1A7Z9B2X5MV4"
PHONE, SECOND_PHONE = UUID("0192f0c1-0000-7000-8000-00000000000a"), UUID("0192f0c1-0000-7000-8000-00000000000b")
NOTE = json.dumps({"rating": 3, "answers": {"q": ["a", "b"]}, "note": "ขอใบเสนอราคา"}, ensure_ascii=False)


def text(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def content(sealed: str) -> bytes:
    return urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))


def point(number: int) -> bytes:
    public = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def seal(what: str, plaintext: str, scan: UUID = SCAN, *, kind: str = "booth", phone: UUID = PHONE, number: int = NUMBER) -> str:
    key = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    info = f"events {what} v2{'' if what == 'note' else kind}".encode() + phone.bytes + scan.bytes
    return text(sha256(point(number)).digest()[:4] + SUITE.encrypt(plaintext.encode(), key, info))


def case(
    note: str, what: str = "scan", *, kind: str = "booth", phone: UUID = PHONE, scan: UUID = SCAN, **more: str
) -> dict[str, str]:
    return {"note": note, "what": what, "kind": kind, "phone": str(phone), "scan": str(scan)} | more


def main() -> None:
    good = seal("scan", CODE)
    bytes_of = content(good)
    flipped = bytes_of[:-1] + bytes([bytes_of[-1] ^ 1])
    off_curve = bytes_of[:68] + bytes([bytes_of[68] ^ 1]) + bytes_of[69:]
    vectors = {
        "about": "Written by tests/phones/make_sealed.py. The key is for tests only.",
        "private_key_hex": f"{NUMBER:064x}",
        "key": {"id": text(sha256(point(NUMBER)).digest()[:4]), "public_key": text(point(NUMBER))},
        "opens": [
            case("a badge code", plaintext=CODE, sealed=good),
            case("another scan", scan=OTHER, plaintext=CODE, sealed=seal("scan", CODE, OTHER)),
            case("another phone", phone=SECOND_PHONE, plaintext=CODE, sealed=seal("scan", CODE, phone=SECOND_PHONE)),
            case("somebody who comes in", kind="entry", plaintext=CODE, sealed=seal("scan", CODE, kind="entry")),
            case("somebody who leaves", kind="exit", plaintext=CODE, sealed=seal("scan", CODE, kind="exit")),
            case("at a talk", kind="session", plaintext=CODE, sealed=seal("scan", CODE, kind="session")),
            case("no badge code", plaintext="WIFI:S:hall;;", sealed=seal("scan", "WIFI:S:hall;;")),
            case("a note", "note", plaintext=NOTE, sealed=seal("note", NOTE)),
        ],
        "broken": [
            case("moved to another scan", scan=OTHER, sealed=good),
            case("moved to another phone", phone=SECOND_PHONE, sealed=good),
            case("a booth's as a door's", kind="entry", sealed=good),
            case("a door's as a booth's", sealed=seal("scan", CODE, kind="entry")),
            case("a scan as a note", "note", sealed=good),
            case("a note moved to another phone", "note", phone=SECOND_PHONE, sealed=seal("note", NOTE)),
            case("one bit of the tag", sealed=text(flipped)),
            case("a point off the curve", sealed=text(off_curve)),
            case("sealed for another key", sealed=seal("scan", CODE, number=NUMBER - 1)),
            case(
                "another key under our key's id", sealed=text(bytes_of[:4] + content(seal("scan", CODE, number=NUMBER - 1))[4:])
            ),
            case("no text inside", sealed=seal("scan", "TH\0")),
            case("cut short", sealed=text(bytes_of[:60])),
            case("padded", sealed=good + "="),
            case("nothing", sealed=""),
            case("not base64url", sealed="+/+/ ก"),
        ],
    }
    VECTOR_FILE.write_text(json.dumps(vectors, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
