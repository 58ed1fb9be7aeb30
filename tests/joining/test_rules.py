"""When a join page lets somebody in, and when a box stands beside a download: as tables."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from events.errors import FieldError
from events.joining.rules import Asset, OnlinePlace, Shut, asks_sponsor, in_own_words, shut, told

BEGINS = datetime(2027, 3, 1, 11, tzinfo=UTC)
PLACE = OnlinePlace("confirmed", "https://live.example", BEGINS, BEGINS + timedelta(hours=1), "Asia/Bangkok", False, None)
S1, S2 = UUID(int=1), UUID(int=2)
ASSET = Asset(UUID(int=9), "slides", "", "Slides", BEGINS, None, S1, "S1 Co., Ltd.", False)


@pytest.mark.parametrize(
    ("place", "minutes", "reason"),
    [
        (PLACE, -31, Shut.TOO_EARLY),
        (PLACE, -30, None),
        (PLACE, 59, None),
        (PLACE, 60, Shut.OVER),
        (replace(PLACE, state="attended"), 5, None),
        (replace(PLACE, state="pending"), 5, Shut.NOT_STANDING),
        (replace(PLACE, state="waitlisted"), 5, Shut.NOT_STANDING),
        (replace(PLACE, state="cancelled"), 5, Shut.NOT_STANDING),
        (replace(PLACE, event_cancelled=True), 5, Shut.CANCELLED),
        (replace(PLACE, join_url=None), 5, Shut.NO_LINK),
        (replace(PLACE, join_url=None), -31, Shut.TOO_EARLY),
    ],
)
def test_the_join_page(place: OnlinePlace, minutes: int, reason: Shut | None) -> None:
    assert shut(place, BEGINS + timedelta(minutes=minutes)) == reason


@pytest.mark.parametrize("reason", list(Shut))
def test_every_reason_is_told_in_both_languages(reason: Shut) -> None:
    english, thai = told(reason, PLACE)
    assert english.isascii()
    assert any("\u0e00" <= letter <= "\u0e7f" for letter in thai)


@pytest.mark.requirement("S6-sponsor-1", "S6-sponsor-6")
@pytest.mark.parametrize(
    ("asset", "on_form", "given", "asks"),
    [
        (ASSET, {S1}, set(), True),
        (ASSET, {S1, S2}, {S2}, True),
        (ASSET, {S2}, set(), False),
        (ASSET, {S1}, {S1}, False),
        (replace(ASSET, asked_before=True), {S1}, set(), False),
        (replace(ASSET, sponsor_id=None), {S1}, set(), False),
    ],
)
def test_the_box_beside_a_download(asset: Asset, on_form: set[UUID], given: set[UUID], asks: bool) -> None:
    assert asks_sponsor(asset, on_form, given) is asks


def test_what_is_wrong_with_a_tick_is_told_by_the_names_beside_the_download() -> None:
    names = ["consents[0].fields", "consents[0].recipient", "consents[0].purpose", "served_form"]
    own = in_own_words([FieldError(name, "en", "th") for name in names])
    assert [fault.field for fault in own] == ["fields", "share_with_sponsor", "share_with_sponsor", "served_form"]
