"""Writes the badge-code vectors that the server and the phone share.

    python -m tests.badges.make_vectors

It imports nothing from `events`: the check character is worked out a second way here (a table of
powers and long multiplication), so that the vectors can find a mistake in `codes.py`.
"""

import json
from hashlib import shake_256
from itertools import combinations
from pathlib import Path
from typing import Any

VECTOR_FILE = Path(__file__).parents[1] / "vectors" / "badge_codes.json"

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# alpha^1 .. alpha^19 in GF(32) with x^5 + x^2 + 1: doubled each time, less 37 when above 31.
POWERS_OF_ALPHA = (2, 4, 8, 16, 5, 10, 20, 13, 26, 17, 7, 14, 28, 29, 31, 27, 19, 3, 6)

# Holds a character for every way of reading one wrong: 0 and 1 (O, I, L, other scripts' digits),
# K (Kelvin sign), S (long s), SS (sharp s), F1 (the fi ligature), A and B (Greek, Cyrillic).
LOOKALIKE_BODY = "TH01KSSF1A7Z9B2X5MV"

Case = dict[str, Any]


def multiply(left: int, right: int) -> int:
    product = 0
    for bit in range(5):
        if right >> bit & 1:
            product ^= left << bit
    for bit in range(8, 4, -1):
        if product >> bit & 1:
            product ^= 0b100101 << (bit - 5)
    return product


def with_check(body: str) -> str:
    check = 0
    for character, power in zip(body, POWERS_OF_ALPHA, strict=True):
        check ^= multiply(ALPHABET.index(character), power)
    return body + ALPHABET[check]


def sample_code(name: str) -> str:
    digest = shake_256(f"badge code {name}".encode()).digest(19)
    return with_check("".join(ALPHABET[byte % 32] for byte in digest))


SAMPLES = [sample_code(name) for name in ("first", "second", "third")]
LOOKALIKE = with_check(LOOKALIKE_BODY)


def valid() -> list[Case]:
    noted = [(code, "random characters") for code in SAMPLES]
    noted.append((LOOKALIKE, "characters that are often misread"))
    noted.append(("0" * 20, "all zero: good by its form, never issued"))
    noted.append((with_check("Z" * 19), "the highest character everywhere"))
    # One character 1 among zeros: the check character is then the weight of that position, and
    # the nineteen weights are the whole rule.
    noted.extend(
        (with_check("0" * position + "1" + "0" * (18 - position)), f"the weight of {position}") for position in range(19)
    )
    return [{"code": code, "event_tag": code[:2], "note": note} for code, note in noted]


def typed() -> list[Case]:
    code = LOOKALIKE
    groups = [code[start : start + 4] for start in range(0, 20, 4)]
    noted = [
        (code.lower(), "lower case"),
        (" ".join(groups), "groups with spaces"),
        ("-".join(groups), "groups with hyphens"),
        ("-".join(groups).lower(), "groups, lower case"),
        (f"  {code} ", "spaces around"),
        ("-" + "- -".join(code) + "-", "separators everywhere"),
        (code.replace("0", "O"), "O for 0"),
        (code.replace("0", "o"), "o for 0"),
        (code.replace("1", "I"), "I for 1"),
        (code.replace("1", "i"), "i for 1"),
        (code.replace("1", "L"), "L for 1"),
        (code.replace("1", "l"), "l for 1"),
        (code.lower().replace("0", "O").replace("1", "L"), "everything at once"),
    ]
    return [{"typed": text, "code": code, "note": note} for text, note in noted]


def invalid() -> list[Case]:
    code = LOOKALIKE
    foreign = [
        ("A", "U", "U is not in the alphabet"),
        ("A", "u", "u is not in the alphabet"),
        ("7", "*", "a symbol"),
        ("1", "\uff11", "full-width digit one"),
        ("A", "\uff21", "full-width letter A"),
        ("1", "\u0e51", "Thai digit one"),
        ("7", "\u0e57", "Thai digit seven"),
        ("1", "\u0661", "Arabic-Indic digit one"),
        ("1", "\U0001d7cf", "mathematical bold digit one"),
        ("1", "\u2160", "Roman numeral one"),
        ("1", "\u00b9", "superscript one"),
        ("1", "\u0131", "dotless i, whose upper case is I"),
        ("1", "\u0130", "I with a dot above"),
        ("K", "\u212a", "Kelvin sign, whose lower case is k"),
        ("S", "\u017f", "long s, whose upper case is S"),
        ("SS", "\u00df", "sharp s, whose upper case is SS"),
        ("F1", "\ufb01", "fi ligature, whose upper case is FI"),
        ("A", "\u0410", "Cyrillic A"),
        ("A", "\u0391", "Greek Alpha"),
        ("A", "A\u0301", "combining accent"),
    ]
    inserted = [
        ("\t", "tab"),
        ("\n", "line feed"),
        ("\u00a0", "no-break space"),
        ("\u3000", "ideographic space"),
        ("\u200b", "zero-width space"),
        ("\u00ad", "soft hyphen"),
        ("\u2010", "Unicode hyphen"),
        ("\u2013", "en dash"),
        ("\u2212", "minus sign"),
        ("_", "underscore"),
        (".", "full stop"),
        ("\x00", "NUL"),
    ]
    noted = [
        ("", "empty"),
        (" - ", "separators only"),
        (code[:-1], "one character missing at the end"),
        (code[1:], "one character missing at the start"),
        (code + "0", "one character too many"),
        (code + code, "two codes"),
        ("0" * 19, "nineteen zeros"),
        ("0" * 21, "twenty-one zeros"),
        (f"https://events.example/{code}", "a web address that ends in a code"),
        (f"BEGIN:VCARD\nFN:{code}\nEND:VCARD", "a contact card"),
        (f"\ufeff{code}", "a byte order mark before it"),
        (f"{code}\r\n", "a line end after it"),
    ]
    noted += [(code.replace(good, bad), reason) for good, bad, reason in foreign]
    noted += [(code[:10] + separator + code[10:], reason) for separator, reason in inserted]
    return [{"text": text, "reason": reason} for text, reason in noted]


def substitutions() -> list[Case]:
    cases = []
    for code in SAMPLES:
        for position, character in enumerate(code):
            # The next character (the smallest slip) and one far off that varies by position.
            for step in (1, 3 + position):
                other = ALPHABET[(ALPHABET.index(character) + step) % 32]
                text = code[:position] + other + code[position + 1 :]
                cases.append({"code": code, "position": position, "text": text})
    return cases


def transpositions() -> list[Case]:
    """Every pair of positions of the first sample, neighbours of the others."""
    cases = []
    for code in SAMPLES:
        for first, second in combinations(range(20), 2):
            if code[first] == code[second] or (code != SAMPLES[0] and second - first > 1):
                continue
            swapped = list(code)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            cases.append({"code": code, "first": first, "second": second, "text": "".join(swapped)})
    return cases


def render() -> str:
    """The file as text: ASCII, one case per line, so that a change reads well in a diff."""
    tables = {
        "valid": valid(),
        "typed": typed(),
        "invalid": invalid(),
        "substitutions": substitutions(),
        "transpositions": transpositions(),
    }
    about = "Written by tests/badges/make_vectors.py. Positions count from 0."
    parts = [f'  "about": {json.dumps(about)}']
    for name, cases in tables.items():
        lines = ",\n".join(f"    {json.dumps(case)}" for case in cases)
        parts.append(f'  "{name}": [\n{lines}\n  ]')
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    VECTOR_FILE.write_text(render(), encoding="ascii")
