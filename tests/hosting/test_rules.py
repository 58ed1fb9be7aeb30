"""The rules of hosting as tables."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from events.errors import InvalidInput
from events.hosting.programme.rules import sales_state, seats_left
from events.hosting.registrations.rules import REFUSALS, code_prefix
from events.hosting.rules import Titles, changes_in, cursor_of, page_of, read_cursor
from events.hosting.tickets.rules import looks_like_consent
from events.terms import Refusal

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_every_refusal_of_the_gate_has_its_sentence_in_thai_and_english() -> None:
    assert set(REFUSALS) == set(Refusal)
    for thai, english in REFUSALS.values():
        assert (thai.isascii(), english.isascii(), english.endswith(".")) == (False, True, True)
    assert len(set(REFUSALS.values())) == len(Refusal)


@pytest.mark.parametrize(
    ("opens", "closes", "ends", "cancelled", "left", "state"),
    [
        (None, None, NOON + HOUR, False, None, "open"),
        (None, None, NOON, False, None, "closed"),
        (None, None, NOON + HOUR, True, 5, "closed"),
        (NOON + HOUR, None, NOON + 2 * HOUR, False, 5, "not_open"),
        (NOON, None, NOON + HOUR, False, 5, "open"),
        (None, NOON, NOON + HOUR, False, 5, "closed"),
        (NOON + HOUR, None, NOON + 2 * HOUR, False, 0, "not_open"),
        (None, None, NOON + HOUR, False, 0, "sold_out"),
        (None, None, NOON + HOUR, False, 1, "open"),
    ],
)
def test_when_a_ticket_is_sold(
    opens: datetime | None, closes: datetime | None, ends: datetime, cancelled: bool, left: int | None, state: str
) -> None:
    assert sales_state(opens, closes, ends, cancelled=cancelled, left=left, now=NOON) == state


@pytest.mark.parametrize(("ticket", "event", "left"), [(None, None, None), (3, None, 3), (None, 2, 2), (3, 2, 2), (0, 5, 0)])
def test_the_tighter_limit_counts(ticket: int | None, event: int | None, left: int | None) -> None:
    assert seats_left(ticket, event) == left


@pytest.mark.parametrize(
    ("name", "consent"),
    [
        ("consent", True),
        ("custom_consent_photo", True),
        ("custom_photo_consent", True),
        ("agree", True),
        ("custom_accept_terms", True),
        ("custom_badge_scan", True),
        ("Sponsor_Sharing", True),
        ("phone", False),
        ("custom_diet", False),
        ("custom_shirt_size", False),
    ],
)
def test_what_looks_like_a_consent(name: str, consent: bool) -> None:
    assert looks_like_consent(name) == consent


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("7k0m", "7K0M"),
        ("7K0M-1P2Q", "7K0M1P2Q"),
        ("oil0", "0110"),
        ("7k0", None),
        ("somchai@", None),
        ("มาลี", None),
        ("x" * 21, None),
    ],
)
def test_what_may_begin_a_badge_code(text: str, prefix: str | None) -> None:
    assert code_prefix(text) == prefix


def test_a_cursor_comes_back_as_it_went_and_nothing_else_does() -> None:
    assert read_cursor(cursor_of("badge_scan", 3), tuple[str, int]) == ("badge_scan", 3)
    for text in ("", "=", "x", "WzFd", cursor_of(3, "badge_scan"), "ก"):
        with pytest.raises(InvalidInput):
            read_cursor(text, tuple[str, int])


@pytest.mark.parametrize(
    ("found", "shown", "last"), [("", "", None), ("ab", "ab", None), ("abc", "abc", None), ("abcd", "abc", "c")]
)
def test_a_page_ends_with_where_the_next_goes_on(found: str, shown: str, last: str | None) -> None:
    page, following = page_of(found, 3, lambda letter: (letter,))
    assert (page, following) == (shown, None if last is None else cursor_of(last))


class Change(msgspec.Struct):
    """A form of three fields, each of which may be left out."""

    titles: Titles | msgspec.UnsetType = msgspec.UNSET
    capacity: int | msgspec.UnsetType | None = msgspec.UNSET
    approved: bool | msgspec.UnsetType = msgspec.UNSET


@pytest.mark.parametrize(
    ("sent", "changes"),
    [
        (b"{}", {}),
        # what is emptied or switched off is a change, and not left out
        (b'{"capacity": null, "approved": false}', {"capacity": None, "approved": False}),
        # as the struct that it is: what a change of titles leaves out is emptied
        (b'{"titles": {"en": "Rust day"}, "capacity": 0}', {"titles": Titles(en="Rust day"), "capacity": 0}),
    ],
)
def test_a_change_names_what_was_sent_and_nothing_else(sent: bytes, changes: dict[str, object]) -> None:
    assert changes_in(msgspec.json.decode(sent, type=Change)) == changes
