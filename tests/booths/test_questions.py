"""A sponsor says what its helpers ask, and when its phones lock."""

from typing import Any

import pytest

from tests.booths.booth import API, ask, choice
from tests.leads.fair import Fair
from tests.people import ok


async def asked(fair: Fair, party: str = "S1") -> list[Any]:
    admin = await fair.admin(party)
    return ok(await admin.get(f"{API}/sponsor/events/{fair.slug}/questions"))["questions"]  # type: ignore[no-any-return]


async def test_a_booth_asks_its_own_questions_in_its_order(fair: Fair) -> None:
    assert await asked(fair) == []
    kept = await ask(fair, {"kind": "text", "wording_en": " What? "}, choice("A", "B"), {"kind": "yes_no", "wording_th": "ไหม"})
    assert [(q["kind"], q["wording_en"], q["wording_th"]) for q in kept] == [
        ("text", "What?", ""),
        ("choice", "Which?", ""),
        ("yes_no", "", "ไหม"),
    ]
    assert await asked(fair) == kept
    assert await ask(fair, kept[2], kept[0]) == [kept[2], kept[0]]
    assert await asked(fair) == [kept[2], kept[0]]
    assert await asked(fair, "S2") == []


async def test_ids_stay_with_what_stays_and_what_lost_an_option_is_asked_anew(fair: Fair) -> None:
    [old] = await ask(fair, choice("A", "B"))
    [more] = await ask(fair, old | {"options": [*old["options"], {"en": "C"}], "wording_th": "ไหน"})
    assert more["id"] == old["id"]
    assert more["options"][:2] == old["options"]
    [fewer] = await ask(fair, more | {"options": more["options"][1:]})
    assert fewer["id"] != old["id"]
    assert not {option["id"] for option in fewer["options"]} & {option["id"] for option in more["options"]}
    kept = await fair.sql.fetch(
        "select removed_at is null as asked, jsonb_array_length(options) as options from lead_question"
        " where party_id = $1 order by created_at, id",
        fair.parties["S1"],
    )
    assert sorted(map(tuple, kept)) == [(False, 3), (True, 2)], "what was answered before keeps its words"


async def test_a_question_of_others_and_a_removed_one_are_none_of_the_list(fair: Fair) -> None:
    [theirs] = await ask(fair, {"kind": "text", "wording_en": "Of S2"}, party="S2")
    [gone] = await ask(fair, {"kind": "text", "wording_en": "Gone"})
    await ask(fair)
    admin = await fair.admin("S1")
    answer = await admin.put(f"{API}/sponsor/events/{fair.slug}/questions", json={"questions": [theirs, gone]})
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (
        422,
        ["questions[0].id", "questions[1].id"],
    )
    assert await asked(fair, "S2") == [theirs]


@pytest.mark.parametrize("rest", ["questions", "booth"])
async def test_an_event_that_the_party_does_not_sponsor_is_none(fair: Fair, rest: str) -> None:
    await fair.world.add_party("S3")
    admin = await fair.admin("S3")
    for slug in (fair.slug, "no-such-event"):
        assert (await admin.get(f"{API}/sponsor/events/{slug}/{rest}")).status_code == 404


async def test_the_phones_of_a_booth_lock_when_it_says(fair: Fair) -> None:
    admin, other, path = await fair.admin("S1"), await fair.admin("S2"), f"{API}/sponsor/events/{fair.slug}/booth"
    assert ok(await admin.get(path)) == {"lock_after_minutes": None}
    assert ok(await admin.put(path, json={"lock_after_minutes": 5})) == {"lock_after_minutes": 5}
    assert [ok(await one.get(path))["lock_after_minutes"] for one in (admin, other)] == [5, None]
    assert ok(await admin.put(path, json={"lock_after_minutes": None})) == {"lock_after_minutes": None}
    for wrong in (0, 121, "five"):
        assert (await admin.put(path, json={"lock_after_minutes": wrong})).status_code == 422
