"""What phones seal opens here and nowhere else: held to the vectors that the phone reads as well."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from events.phones.sealing import SUITE, Opener, packed, unpadded
from events.settings import Settings

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors" / "sealed_scans.json").read_text(encoding="utf-8"))
KEY = ec.derive_private_key(int(VECTORS["private_key_hex"], 16), ec.SECP256R1())
OPENER = Opener(KEY)

pytestmark = pytest.mark.requirement("S4-phone-1", "S11-sec-4")


def opened(case: dict[str, str]) -> str | None:
    phone, scan = UUID(case["phone"]), UUID(case["scan"])
    if case["what"] == "note":
        return OPENER.open_note(case["sealed"], phone, scan)
    return OPENER.open_scan(case["sealed"], case["kind"], phone, scan)


def test_the_key_is_told_as_the_vectors_tell_it() -> None:
    assert (OPENER.key_id, OPENER.public_key) == (VECTORS["key"]["id"], VECTORS["key"]["public_key"])


@pytest.mark.parametrize("case", VECTORS["opens"], ids=[case["note"] for case in VECTORS["opens"]])
def test_what_was_sealed_opens(case: dict[str, str]) -> None:
    assert opened(case) == case["plaintext"]


@pytest.mark.parametrize("case", VECTORS["broken"], ids=[case["note"] for case in VECTORS["broken"]])
def test_what_is_broken_does_not_open(case: dict[str, str]) -> None:
    assert opened(case) is None


def test_two_secrets_make_two_keys_and_one_secret_makes_one() -> None:
    one, again, other = (Opener.of(Settings(secret=s)) for s in (b"1" * 32, b"1" * 32, b"2" * 32))
    assert (one.public_key == again.public_key, one.public_key == other.public_key) == (True, False)
    phone, scan = uuid4(), uuid4()
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), one.point)
    sealed = SUITE.encrypt(b"code", point, b"events scan v2booth" + phone.bytes + scan.bytes)
    text = unpadded((packed(one.key_id) or b"") + sealed)
    assert [who.open_scan(text, "booth", phone, scan) for who in (again, other)] == ["code", None]
    assert one.open_note(text, phone, scan) is None
