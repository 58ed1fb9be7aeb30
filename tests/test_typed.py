"""What people type, as it is kept: names in any script, telephone numbers in one form."""

import pytest

from events.typed import as_kept, length_problem, region_of, telephone, telephone_problem, text_problem

GOOD = "+66 81 234 5678"


@pytest.mark.requirement("S3.1-contact-1")
@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("081 234 5678", "TH", GOOD),
        ("0812345678", "", GOOD),
        ("081-234-5678", "TH", GOOD),
        ("081–234–5678", "TH", GOOD),
        ("(081) 234.5678", "TH", GOOD),
        ("๐๘๑ ๒๓๔ ๕๖๗๘", "TH", GOOD),
        ("+๖๖ ๘๑ ๒๓๔ ๕๖๗๘", "TH", GOOD),
        ("+66812345678", "US", GOOD),
        ("+66 (0)81 234 5678", "TH", GOOD),
        ("081\u00a0234\u00a05678", "TH", GOOD),
        ("081 234 5678", "ZZ", GOOD),
        ("02 123 4567", "TH", "+66 2 123 4567"),
        ("202-555-0143", "US", "+1 202-555-0143"),
        ("020 7946 0958", "GB", "+44 20 7946 0958"),
        ("+49 30 23125 120", "TH", "+49 30 23125120"),
        (GOOD, "TH", GOOD),
        # one digit too few, one too many, a range that is none, another country's
        ("081 234 567", "TH", None),
        ("081 234 56789", "TH", None),
        ("+66 00 123 4567", "TH", None),
        ("+999 123 456 789", "TH", None),
        ("081 234 5678", "US", None),
        ("1669", "TH", None),
        # nothing but digits: letters would dial something else, and two numbers are none
        ("call me", "TH", None),
        ("0800-FLOWERS", "TH", None),
        ("081 234 5678 / 082 345 6789", "TH", None),
        ("081 234 5678 ext 5", "TH", None),
        ("081 234 5678;ext=5", "TH", None),
        ("tel:+66812345678", "TH", None),
        ("٠٨١٢٣٤٥٦٧٨", "TH", None),
        ("()", "TH", None),
        ("", "TH", None),
    ],
)
def test_a_telephone_number_is_kept_in_one_form_or_not_at_all(typed: str, country: str, kept: str | None) -> None:
    assert telephone(typed, country) == kept
    if kept is not None:
        assert telephone(kept, "US") == kept, "what is kept is read again, wherever"


@pytest.mark.parametrize(("country", "region"), [("TH", "TH"), ("SG", "SG"), ("", "TH"), ("ZZ", "TH"), ("th", "TH")])
def test_numbers_without_a_country_code_are_of_the_country_that_was_given(country: str, region: str) -> None:
    assert region_of(country) == region
    english, thai = telephone_problem(country)
    assert (f"({region})" in english, f"({region})" in thai) == (True, True)


@pytest.mark.parametrize(
    ("text", "one_line", "several"),
    [
        ("มาลี ใจงาม", True, True),
        ("น้ำผึ้ง", True, True),
        ("O", True, True),
        ("Sukarno", True, True),
        ("محمد بن سلمان", True, True),
        ("שלום", True, True),
        ("李小龍", True, True),
        ("👩‍🚀 Ada", True, True),
        ("می‌خواهم", True, True),
        ("क्‍ष", True, True),
        ("a\u200eb", True, True),
        ("\u0e31", True, True),
        ("O'Brien; drop table registration;--", True, True),
        ("{{7*7}} ${x} <b>x</b>", True, True),
        ("x" * 5000, True, True),
        ("", True, True),
        ("two\nlines", False, True),
        ("two\r\nlines\tand a tab", False, True),
        ("line\u2028separator", False, False),
        ("paragraph\u2029separator", False, False),
        ("bell\x07", False, False),
        ("delete\x7f", False, False),
        ("next line\x85", False, False),
        ("\u200b", False, False),
        ("\u200d\ufeff", False, False),
        *((f"a{chr(c)}b", False, True) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))),
    ],
)
def test_any_script_may_stand_in_a_line_and_what_nobody_sees_may_not(text: str, one_line: bool, several: bool) -> None:
    assert (text_problem(text) is None, text_problem(text, lines=True) is None) == (one_line, several)


def test_what_is_kept_is_what_was_typed_without_outer_blanks_in_one_normal_form() -> None:
    assert as_kept("  Nu\u0301n\u0303ez \u00a0") == "Núñez"
    assert as_kept("\u3000ก\u0e33 ") == "ก\u0e33"


def test_lengths_are_counted_in_characters_and_said() -> None:
    assert length_problem("ก" * 200, 200) is None
    problem = length_problem("ก" * 201, 200)
    assert problem == ("At most 200 characters; this has 201.", "ไม่เกิน 200 ตัวอักษร ขณะนี้มี 201 ตัวอักษร")
