"""The phone app is built on the API as it is."""

from tests.phone_api import KEPT, described


def test_the_description_that_the_phone_is_built_on_is_todays() -> None:
    assert KEPT.read_text() == described(), "run `python -m tests.phone_api`, then `npm run types` in mobile_scanner"
