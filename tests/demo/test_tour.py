"""The tour's own judgement: what it expects is the promise in plain words, and it names whatever differs."""

from dataclasses import replace

import pytest
from rich.console import Console

from events.demo.names import invent
from events.demo.tour import _Tour
from events.demo.tour_people import CARD, SPONSORS, Expected, Guest, expected, read_people
from events.typed import telephone

FULL = dict(zip(CARD, ("Malee", "Engineer", "Co", "1 Road", "TH", "+66 00 123", "malee@people.example"), strict=True))
MALEE = Guest(FULL, "20+", sponsors=(), badge_scan=False, scanned_by=(), withhold=(), then="")


@pytest.mark.parametrize(
    ("guest", "grounds"),
    [
        (MALEE, {}),
        (replace(MALEE, sponsors=("S1",)), {"S1": "form"}),
        (replace(MALEE, badge_scan=True), {}),
        (replace(MALEE, scanned_by=("S1",)), {}),
        (replace(MALEE, badge_scan=True, scanned_by=("S1", "S3")), {"S1": "scan", "S3": "scan"}),
        (replace(MALEE, sponsors=("S1",), badge_scan=True, scanned_by=("S1",)), {"S1": "both"}),
        (replace(MALEE, sponsors=SPONSORS, age_band="16-19"), {}),
        (replace(MALEE, sponsors=("S1",), age_band="16-19", card=FULL | {"country": "DE"}), {"S1": "form"}),
        (replace(MALEE, sponsors=("S1",), age_band="11-15", card=FULL | {"country": "DE"}), {}),
        (replace(MALEE, sponsors=("S1",), withhold=CARD), {}),
        (replace(MALEE, sponsors=("S1", "S2"), then="withdraw:S1"), {"S2": "form"}),
        (replace(MALEE, sponsors=("S1", "S2"), then="withdraw:all"), {}),
        (replace(MALEE, sponsors=("S1", "S2"), then="optout"), {}),
        (replace(MALEE, sponsors=("S1", "S2"), then="cancel"), {}),
    ],
)
def test_what_sponsors_get_of_one_person_in_the_end(guest: Guest, grounds: dict[str, str]) -> None:
    got = {s: line.basis for s in SPONSORS for line in expected([guest], s, afterwards=True).values()}
    assert got == grounds


def test_what_was_switched_off_or_never_given_is_not_expected() -> None:
    guest = replace(MALEE, sponsors=("S2",), withhold=("job_title", "phone"), card=FULL | {"company": ""})
    assert expected([guest], "S2", afterwards=False) == {
        FULL["email"]: Expected({"name": "Malee", "email": "malee@people.example"}, "form")
    }


@pytest.mark.parametrize(
    ("got", "complaint"),
    [
        ([], "S1's download lacks"),
        ([({"name": "Malee", "phone": "+66 00 123"}, "form")], "which nobody allowed"),
        ([({"name": "Malee"}, "scan")], "which nobody allowed"),
        ([({"name": "Malee"}, "form")] * 2, "which nobody allowed"),
    ],
)
def test_the_tour_names_what_a_download_lacks_and_what_it_has_too_much(
    got: list[tuple[dict[str, str], str]], complaint: str
) -> None:
    tour = _Tour(Console(), "http://127.0.0.1:9", [MALEE])
    want = {MALEE.email: Expected({"name": "Malee"}, "form")}
    assert tour._hold_leads("S1's download", want, got) is False
    assert any(complaint in mismatch for mismatch in tour.mismatches)
    assert tour._hold_leads("S1's download", want, [({"name": "Malee"}, "form")]) is True


def test_every_invented_telephone_number_is_one_that_can_exist() -> None:
    numbers = [(person.phone, person.country) for person in invent(400) if person.phone]
    assert len(numbers) > 300
    assert [phone for phone, country in numbers if telephone(phone, country) is None] == []


def test_a_persons_telephone_number_is_expected_as_it_is_kept() -> None:
    phones = [guest.card["phone"] for guest in read_people(None) if guest.card["phone"]]
    assert (len(phones) > 40, [phone for phone in phones if telephone(phone, "TH") != phone]) == (True, [])


def test_the_invented_people_are_the_same_every_time_and_nobodys_address() -> None:
    people = invent(400)
    assert people == invent(400)
    assert len({person.email for person in people}) == 400
    assert [person.email for person in people if not person.email.endswith(".example")] == []
