"""Founding an organisation, and its staff."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from events.database.connections import Database, Scope
from events.hosting.actions import found_organisation
from tests.conftest import MovableClock, SignIn
from tests.hosting.asking import API, refusal
from tests.world import World


async def test_founding_twice_gives_one_organisation_with_its_first_owner(
    database: Database, clock: MovableClock, unique: Callable[[str], str], sign_in: SignIn
) -> None:
    slug = unique("org")
    first = await found_organisation(
        database, slug, "Soft SQ Co., Ltd.", "a@x.example", "Dara", "dpo@x.example", "TH", f"owner@{slug}.example", clock.now
    )
    again = await found_organisation(
        database, slug, "Another Name", "b@x.example", "Dara", "dpo@x.example", "TH", f"other@{slug}.example", clock.now
    )
    assert again == first
    async with database.transaction(Scope(organisation=first)) as connection:
        kept = await connection.fetchval("select legal_name from organisation where id = $1", first)
        owners = await connection.fetch("select role from organisation_member where organisation_id = $1", first)
    assert (kept, [owner["role"] for owner in owners]) == ("Soft SQ Co., Ltd.", ["owner"])
    owner = await sign_in(f"owner@{slug}.example")
    assert (await owner.get(f"{API}/organiser/events")).json() == {"items": [], "next": None}


async def test_an_owner_takes_people_on_changes_their_role_and_lets_them_go(bare: World) -> None:
    made = await bare.post("/organiser/staff", {"email": "Mai@Staff.example", "role": "viewer"})
    assert (made["email"], made["role"]) == ("mai@staff.example", "viewer")
    changed = await bare.post("/organiser/staff", {"email": "mai@staff.example", "role": "manager"})
    assert (changed["person"], changed["role"], changed["created_at"]) == (made["person"], "manager", made["created_at"])
    listed = (await bare.get("/organiser/staff"))["items"]
    assert {item["email"]: item["role"] for item in listed} == {bare.owner_email: "owner", "mai@staff.example": "manager"}
    assert (await bare.owner.delete(f"{API}/organiser/staff/{made['person']}")).status_code == 204
    assert (await bare.owner.delete(f"{API}/organiser/staff/{made['person']}")).status_code == 404
    assert [item["email"] for item in (await bare.get("/organiser/staff"))["items"]] == [bare.owner_email]


async def test_the_last_owner_can_neither_leave_nor_step_down(bare: World) -> None:
    [me] = (await bare.get("/organiser/staff"))["items"]
    assert (await bare.owner.delete(f"{API}/organiser/staff/{me['person']}")).status_code == 409
    demoted = await bare.owner.post(f"{API}/organiser/staff", json={"email": bare.owner_email, "role": "viewer"})
    assert demoted.status_code == 409
    await bare.post("/organiser/staff", {"email": f"second@{bare.slug}.example", "role": "owner"})
    assert (await bare.owner.delete(f"{API}/organiser/staff/{me['person']}")).status_code == 204


async def test_staff_pages_go_on_where_they_ended(bare: World) -> None:
    for n in range(3):
        await bare.post("/organiser/staff", {"email": f"p{n}@{bare.slug}.example", "role": "viewer"})
    first = await bare.get("/organiser/staff?limit=3")
    second = await bare.get(f"/organiser/staff?limit=3&cursor={first['next']}")
    assert (len(first["items"]), len(second["items"]), second["next"]) == (3, 1, None)
    assert len({item["person"] for item in first["items"] + second["items"]}) == 4


@pytest.mark.parametrize("body", [{"email": "no address"}, {"email": "a@b.example\n"}, {"role": "king"}, {"email": None}])
async def test_a_wrong_staff_form_names_its_field(bare: World, body: dict[str, object]) -> None:
    answer = await bare.owner.post(f"{API}/organiser/staff", json={"email": "a@b.example", "role": "viewer"} | body)
    assert refusal(answer) == (422, [next(iter(body))])


async def test_whoever_works_for_two_organisations_says_for_which(
    bare: World, sign_in: SignIn, unique: Callable[[str], str]
) -> None:
    elsewhere = await found_organisation(
        bare.database, unique("org"), "Other", "a@x.example", "D", "d@x.example", "TH", bare.owner_email, bare.clock.now
    )
    unsaid = await bare.owner.get(f"{API}/organiser/events")
    assert refusal(unsaid) == (422, ["organisation"])
    assert (await bare.owner.get(f"{API}/organiser/events?organisation={elsewhere}")).json()["items"] == []
    assert (await bare.owner.get(f"{API}/organiser/events?organisation={uuid4()}")).status_code == 404
