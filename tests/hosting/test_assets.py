"""Downloads as the organiser offers them."""

from typing import Any

import pytest

from tests.hosting.asking import API, event_body, refusal
from tests.people import People
from tests.round_trips import counting
from tests.world import World

SLIDES = {"kind": "slides", "titles": {"th": "สไลด์", "en": "Slides"}, "url": "https://files.example/slides.pdf"}


@pytest.fixture
async def planned(bare: World) -> World:
    await bare.post("/organiser/events", event_body(bare.slug))
    return bare


def path_of(world: World) -> str:
    return f"/organiser/events/{world.slug}/assets"


async def listed(world: World, query: str = "") -> Any:
    return await world.get(path_of(world) + query)


async def test_a_download_is_offered_changed_and_taken_away(world: World) -> None:
    made = await world.post(path_of(world), SLIDES | {"sponsor": str(world.parties["S1"])})
    assert made == SLIDES | {
        "id": made["id"],
        "available_from": "2027-03-01T09:00:00Z",
        "sponsor": str(world.parties["S1"]),
        "position": 0,
        "opened": 0,
        "created_at": "2027-03-01T09:00:00Z",
    }
    change = {"kind": "recording", "available_from": "2027-03-13T09:00:00Z", "sponsor": None, "position": 4}
    changed = await world.patch(f"{path_of(world)}/{made['id']}", change)
    assert changed == made | change
    assert await listed(world) == {"items": [changed], "next": None}
    for _ in range(2):
        assert (await world.owner.delete(f"{API}{path_of(world)}/{made['id']}")).status_code == 204
    assert await listed(world) == {"items": [], "next": None}
    assert (await world.owner.patch(f"{API}{path_of(world)}/{made['id']}", json=change)).status_code == 404


async def test_the_same_key_offers_one_download_and_another_body_is_refused(planned: World) -> None:
    key: dict[str, Any] = {"headers": {"idempotency-key": "asset-1"}}
    first = await planned.post(path_of(planned), SLIDES, **key)
    planned.clock.now = planned.clock.now.replace(minute=5)
    assert await planned.post(path_of(planned), SLIDES, **key) == first
    other = await planned.owner.post(f"{API}{path_of(planned)}", json=SLIDES | {"kind": "other"}, **key)
    assert refusal(other) == (422, ["Idempotency-Key"])
    assert len((await listed(planned))["items"]) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "film"}, "kind"),
        ({"titles": {"th": "สไลด์"}}, "titles.en"),
        ({"titles": {"th": "ก" * 201, "en": "a"}}, "titles.th"),
        ({"url": "http://files.example/a"}, "url"),
        ({"url": "https://files.example/a b"}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"available_from": "2027-03-05"}, "available_from"),
        ({"available_from": "3027-03-04T00:00:00Z"}, "available_from"),
        ({"position": -1}, "position"),
        ({"sponsor": "me"}, "sponsor"),
        ({"opened": 7}, "opened"),
    ],
)
async def test_a_wrong_download_names_its_field(planned: World, change: dict[str, Any], field: str) -> None:
    answer = await planned.owner.post(f"{API}{path_of(planned)}", json=SLIDES | change)
    assert refusal(answer) == (422, [field])
    made = await planned.post(path_of(planned), SLIDES)
    answer = await planned.owner.patch(f"{API}{path_of(planned)}/{made['id']}", json=change)
    assert refusal(answer) == (422, [field])


@pytest.mark.requirement("S6-sponsor-1")
async def test_a_download_takes_no_sponsor_that_left_but_keeps_the_one_it_had(world: World) -> None:
    s1, s2 = (str(world.parties[name]) for name in ("S1", "S2"))
    had = await world.post(path_of(world), SLIDES | {"sponsor": s1})
    other = await world.post(path_of(world), SLIDES | {"sponsor": s2})
    await world.post(f"/organiser/events/{world.slug}/sponsors/{s1}/end", {"at": world.clock.now.isoformat()})
    assert (await world.patch(f"{path_of(world)}/{had['id']}", {"position": 1}))["sponsor"] == s1
    refused = await world.owner.patch(f"{API}{path_of(world)}/{other['id']}", json={"sponsor": s1})
    assert refusal(refused) == (422, ["sponsor"])
    assert refusal(await world.owner.post(f"{API}{path_of(world)}", json=SLIDES | {"sponsor": s1})) == (422, ["sponsor"])


async def test_a_cancelled_event_offers_nothing_more(world: World) -> None:
    made = await world.post(path_of(world), SLIDES)
    await world.post(f"/organiser/events/{world.slug}/cancel")
    assert (await world.owner.post(f"{API}{path_of(world)}", json=SLIDES)).status_code == 409
    assert (await world.owner.patch(f"{API}{path_of(world)}/{made['id']}", json={"position": 1})).status_code == 409
    # what is there can still be taken away
    assert (await world.owner.delete(f"{API}{path_of(world)}/{made['id']}")).status_code == 204


async def test_another_events_download_is_not_under_this_address(people: People) -> None:
    world = people.world
    made = await world.post(path_of(world), SLIDES)
    await world.post("/organiser/events", event_body(f"{world.slug}-2"))
    elsewhere = f"{API}/organiser/events/{world.slug}-2/assets/{made['id']}"
    assert (await world.owner.patch(elsewhere, json={"position": 1})).status_code == 404
    assert (await world.owner.delete(elsewhere)).status_code == 404
    assert (await listed(world))["items"] == [made]


async def test_the_list_of_downloads_is_in_order_and_asks_the_same_however_many_there_are(planned: World) -> None:
    counts = []
    for n in range(3):
        await planned.post(path_of(planned), SLIDES | {"position": 2 - n, "titles": {"th": "ก", "en": f"a{n}"}})
        if n in {0, 2}:
            async with counting(planned.database) as statements:
                items = (await listed(planned))["items"]
            counts.append((len(items), len(statements)))
    assert counts == [(1, 5), (3, 5)]  # the session, BEGIN, the event, its downloads, COMMIT
    first = await listed(planned, "?limit=2")
    second = await listed(planned, f"?limit=2&cursor={first['next']}")
    assert [a["titles"]["en"] for a in first["items"] + second["items"]] == ["a2", "a1", "a0"]
    assert second["next"] is None
