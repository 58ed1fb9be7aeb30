"""Who may consent alone, by age, residence and emancipation."""

import pytest

from tests.people import ALL_SEVEN, People
from tests.scenarios.asking import scenario


@scenario("scenario-37", "scenario-64", "scenario-29", "scenario-30", "S8-minor-1", "S8-minor-5")
@pytest.mark.parametrize(
    ("age_band", "residence", "emancipated", "released"),
    [
        (None, "TH", False, False),
        ("0-10", "TH", False, False),
        ("11-15", "TH", False, False),
        ("11-15", "DE", False, False),
        ("16-19", "TH", False, False),
        ("16-19", "DE", False, True),
        ("16-19", "TH", True, True),
        ("16-19", None, False, False),
        ("20+", "TH", False, True),
    ],
)
async def test_only_somebody_of_age_can_consent_alone(
    people: People, age_band: str | None, residence: str | None, emancipated: bool, released: bool
) -> None:
    who = await people.attendee(shares_with=["S1"], age_band=age_band, residence=residence, emancipated=emancipated)
    assert await people.gets("S1", who) == (ALL_SEVEN if released else [])
