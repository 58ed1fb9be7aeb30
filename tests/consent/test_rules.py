"""Who may consent by herself: the pages ask the same as the gate decides."""

import itertools

import pytest

from events.consent.rules import EUROPEAN, of_age
from events.database.connections import Database
from events.terms import AgeBand

PLACES = [None, "TH", "US", "CH", "xx", "", *sorted(EUROPEAN)]


@pytest.mark.requirement("S8-minor-5", "S8-minor-6")
async def test_the_pages_offer_choices_to_exactly_those_whom_the_gate_takes_for_of_age(database: Database) -> None:
    cases = list(itertools.product([None, *AgeBand], [False, True], PLACES))
    [row] = await database.call(
        "select array_agg(release.of_age(c.band, c.emancipated, c.residence) order by c.n) as says"
        " from unnest($1::text[], $2::boolean[], $3::text[]) with ordinality c (band, emancipated, residence, n)",
        *map(list, zip(*cases, strict=True)),
    )
    decided = [of_age(band, emancipated=emancipated, residence=residence) for band, emancipated, residence in cases]
    assert decided == row["says"]
    assert {True, False} == set(decided)
