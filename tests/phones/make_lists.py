"""Writes the vectors of the allow-list that the server and the phone share.

    python -m tests.phones.make_lists

It imports nothing from `events`: HMAC is written out here, so that the vectors can find a mistake in either side.
"""

import json
from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256
from pathlib import Path

from tests.badges.make_vectors import sample_code

VECTOR_FILE = Path(__file__).parents[1] / "vectors" / "allow_list.json"
KEY = sha256(b"a list key for tests only").digest()
CODES = [sample_code(f"listed {n}") for n in range(12)]


def hash_of(code: str) -> bytes:
    padded = KEY.ljust(64, b"\0")
    inner = sha256(bytes(b ^ 0x36 for b in padded) + code.encode()).digest()
    return sha256(bytes(b ^ 0x5C for b in padded) + inner).digest()[:6]


def packed(codes: list[str]) -> bytes:
    return b"".join(sorted(map(hash_of, codes)))


def main() -> None:
    before, after = CODES[:10], CODES[2:]
    gone, added = packed(CODES[:2]), packed(CODES[10:])
    vectors = {
        "about": "Written by tests/phones/make_lists.py. Lists and differences are base64, the key base64url.",
        "key": urlsafe_b64encode(KEY).decode().rstrip("="),
        "hashes": [{"code": code, "hash_hex": hash_of(code).hex()} for code in CODES],
        "lists": [
            {"note": "ten badges", "codes": before, "list": b64encode(packed(before)).decode()},
            {"note": "nobody", "codes": [], "list": ""},
        ],
        "deltas": [
            {
                "note": "two gone, two added",
                "from": b64encode(packed(before)).decode(),
                "to": b64encode(packed(after)).decode(),
                "delta": b64encode((2).to_bytes(4) + gone + added).decode(),
            },
            {
                "note": "nothing changed",
                "from": b64encode(packed(before)).decode(),
                "to": b64encode(packed(before)).decode(),
                "delta": b64encode(bytes(4)).decode(),
            },
            {
                "note": "everybody gone",
                "from": b64encode(packed(before)).decode(),
                "to": "",
                "delta": b64encode((10).to_bytes(4) + packed(before)).decode(),
            },
        ],
    }
    VECTOR_FILE.write_text(json.dumps(vectors, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
