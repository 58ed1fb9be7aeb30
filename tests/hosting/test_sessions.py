"""Sessions inside an event, as its organiser plans them."""

from typing import Any

import pytest

from tests.hosting.asking import API, event_body, refusal
from tests.people import People
from tests.round_trips import counting
from tests.world import World

TALK = {
    "titles": {"th": "ข้อมูลเมือง", "en": "Data of the city"},
    "starts_at": "2027-04-01T03:00:00Z",
    "ends_at": "2027-04-01T04:00:00Z",
}


@pytest.fixture
async def planned(bare: World) -> World:
    await bare.post("/organiser/events", event_body(bare.slug))
    return bare


def path_of(world: World) -> str:
    return f"/organiser/events/{world.slug}/sessions"


async def listed(world: World, query: str = "") -> Any:
    return await world.get(path_of(world) + query)


async def test_a_session_is_planned_changed_and_taken_off(planned: World) -> None:
    made = await planned.post(path_of(planned), TALK | {"capacity": 20})
    assert made == TALK | {"id": made["id"], "capacity": 20, "inside": 0, "created_at": "2027-03-01T09:00:00Z"}
    change = {"capacity": None, "ends_at": "2027-04-01T05:00:00Z", "titles": {"th": "เมือง", "en": "City"}}
    changed = await planned.patch(f"{path_of(planned)}/{made['id']}", change)
    assert changed == made | change
    assert await listed(planned) == {"items": [changed], "next": None}
    for _ in range(2):
        assert (await planned.owner.delete(f"{API}{path_of(planned)}/{made['id']}")).status_code == 204
    assert await listed(planned) == {"items": [], "next": None}
    assert (await planned.owner.patch(f"{API}{path_of(planned)}/{made['id']}", json=change)).status_code == 404


async def test_the_same_key_plans_one_session(planned: World) -> None:
    key: dict[str, Any] = {"headers": {"idempotency-key": "session-1"}}
    assert await planned.post(path_of(planned), TALK, **key) == await planned.post(path_of(planned), TALK, **key)
    assert len((await listed(planned))["items"]) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"titles": {"th": "ก"}}, "titles.en"),
        ({"titles": {"th": "ก" * 201, "en": "a"}}, "titles.th"),
        ({"starts_at": "2027-04-01T03:00:00"}, "starts_at"),
        ({"ends_at": "2027-04-01T03:00:00Z"}, "ends_at"),
        ({"ends_at": "3027-04-01T03:00:00Z"}, "ends_at"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 1_000_001}, "capacity"),
        ({"inside": 7}, "inside"),
    ],
)
async def test_a_wrong_session_names_its_field(planned: World, change: dict[str, Any], field: str) -> None:
    answer = await planned.owner.post(f"{API}{path_of(planned)}", json=TALK | change)
    assert refusal(answer) == (422, [field])
    made = await planned.post(path_of(planned), TALK)
    answer = await planned.owner.patch(f"{API}{path_of(planned)}/{made['id']}", json=change)
    assert refusal(answer) == (422, [field])


async def test_a_cancelled_event_plans_no_more_sessions(world: World) -> None:
    made = await world.post(path_of(world), TALK)
    await world.post(f"/organiser/events/{world.slug}/cancel")
    assert (await world.owner.post(f"{API}{path_of(world)}", json=TALK)).status_code == 409
    assert (await world.owner.patch(f"{API}{path_of(world)}/{made['id']}", json={"capacity": 1})).status_code == 409
    assert (await world.owner.delete(f"{API}{path_of(world)}/{made['id']}")).status_code == 204


async def test_another_events_session_is_not_under_this_address(people: People) -> None:
    world = people.world
    made = await world.post(path_of(world), TALK)
    await world.post("/organiser/events", event_body(f"{world.slug}-2"))
    elsewhere = f"{API}/organiser/events/{world.slug}-2/sessions/{made['id']}"
    assert (await world.owner.patch(elsewhere, json={"capacity": 1})).status_code == 404
    assert (await world.owner.delete(elsewhere)).status_code == 404
    assert (await listed(world))["items"] == [made]


async def test_the_list_of_sessions_is_in_the_order_of_time_and_asks_the_same_however_many_there_are(planned: World) -> None:
    counts = []
    for n in range(3):
        hours = {"starts_at": f"2027-04-01T0{5 - n}:00:00Z", "ends_at": "2027-04-01T09:00:00Z"}
        await planned.post(path_of(planned), TALK | hours | {"titles": {"th": "ก", "en": f"s{n}"}})
        if n in {0, 2}:
            async with counting(planned.database) as statements:
                items = (await listed(planned))["items"]
            counts.append((len(items), len(statements)))
    assert counts == [(1, 5), (3, 5)]  # the session, BEGIN, the event, its sessions, COMMIT
    first = await listed(planned, "?limit=2")
    second = await listed(planned, f"?limit=2&cursor={first['next']}")
    assert [s["titles"]["en"] for s in first["items"] + second["items"]] == ["s2", "s1", "s0"]
    assert second["next"] is None
