"""What a library says about a wrong value, as people can read it."""

import pytest

from events.web.field_errors import field_error, missing_parameter


@pytest.mark.parametrize(
    ("key", "message", "field", "en"),
    [
        ("data", "Object contains unknown field `surely`", "surely", "There is no such field."),
        ("data.consents[0]", "Object contains unknown field `zz`", "consents[0].zz", "There is no such field."),
        ("data", "Object missing required field `ticket`", "ticket", "This is needed."),
        ("data", "Expected `object`, got `array`", "", "This must be an object, not a list."),
        ("data.age_band", "Invalid enum value '7'", "age_band", "This is none of the choices."),
        ("served_form", "Invalid UUID", "served_form", "This is no id."),
        ("form_sha256", "Expected `str` matching regex '^[0-9a-f]{64}$'", "form_sha256", "This does not have the right form."),
        ("name", "Expected `str` of length >= 1", "name", "At least 1 characters."),
        ("scans", "Expected `array` of length <= 500", "scans", "At most 500 entries."),
        ("limit", "Expected `int` >= 1", "limit", "At least 1."),
        ("at", "Invalid RFC3339 encoded datetime", "at", "Write a time with its zone, like 2027-03-01T09:00:00Z."),
        ("capacity", "Expected `int | null`, got `str`", "capacity", "This must be a whole number or nothing, not a text."),
        ("x", "Something new", "x", "Something new"),
    ],
)
def test_a_complaint_names_the_field_and_the_fix(key: str, message: str, field: str, en: str) -> None:
    said = field_error(key, message)
    assert (said.field, said.en) == (field, en)
    assert said.th


def test_a_parameter_that_was_left_out_is_named() -> None:
    said = missing_parameter("Missing required query parameter 'use' for path /api/v1/x")
    assert said is not None
    assert said.field == "use"
    assert missing_parameter("Something else") is None
