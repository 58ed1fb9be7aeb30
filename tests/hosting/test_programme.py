"""What everybody may know about events."""

from datetime import timedelta
from typing import Any

import httpx

from tests.conftest import SignIn
from tests.hosting.asking import API, refusal
from tests.round_trips import counting
from tests.world import World, build_world


async def whole_programme(anyone: httpx.AsyncClient, limit: int = 200) -> list[dict[str, Any]]:
    """Every page of the programme, one after another."""
    items: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = (await anyone.get(f"{API}/events?limit={limit}{cursor}")).json()
        items += page["items"]
        if page["next"] is None:
            return items
        cursor = f"&cursor={page['next']}"


async def test_a_published_event_says_when_where_who_and_with_which_sponsors(world: World, anyone: httpx.AsyncClient) -> None:
    answer = (await anyone.get(f"{API}/events/{world.slug}")).json()
    contact = answer["controller"]["contact"]
    s1 = (await world.get(f"/organiser/parties/{world.parties['S1']}"))["party"]
    s2 = (await world.get(f"/organiser/parties/{world.parties['S2']}"))["party"]
    assert answer == {
        "slug": world.slug,
        "kind": "hybrid",
        "titles": {"th": "งานทดสอบ", "en": "Test event"},
        "places": {"th": "กรุงเทพฯ", "en": "Bangkok"},
        "summaries": {"th": "", "en": ""},
        "online": True,
        "languages": ["th", "en"],
        "time_zone": "Asia/Bangkok",
        "starts_at": "2027-03-11T09:00:00Z",
        "ends_at": "2027-03-13T09:00:00Z",
        "cancelled": False,
        "controller": {
            "legal_name": "Test Events Co., Ltd.",
            "country": "TH",
            "contact": contact,
            "dpo": "Dara P.",
            "dpo_contact": contact.replace("hello@", "dpo@"),
            "our_role": "controller",
        },
        "organiser": None,
        "tickets": [
            {
                "id": str(world.tickets["standard"]),
                "names": {"th": "บัตร standard", "en": "standard"},
                "price_minor": 0,
                "currency": "THB",
                "seats_left": None,
                "sales": "open",
                "sales_open_at": None,
                "sales_close_at": None,
                "needs_approval": False,
            }
        ],
        "sponsors": [
            {
                "party": party["id"],
                "legal_name": party["legal_name"],
                "countries": ["TH"],
                "contact": party["contact_email"],
                "notice_url": party["notice_url"],
            }
            for party in (s1, s2)
        ],
    }


async def test_an_event_is_nobodys_to_see_before_it_is_published(
    world: World, anyone: httpx.AsyncClient, sign_in: SignIn
) -> None:
    hidden = await build_world(world.database, world.clock, sign_in, world.unique, publish=False)
    assert (await anyone.get(f"{API}/events/{hidden.slug}")).status_code == 404
    assert (await anyone.get(f"{API}/events/no-such-event")).status_code == 404
    slugs = {item["slug"] for item in await whole_programme(anyone)}
    assert (world.slug in slugs, hidden.slug in slugs) == (True, False)


async def test_the_programme_shows_what_is_to_come_first_and_what_is_over_last(
    world: World, anyone: httpx.AsyncClient, sign_in: SignIn
) -> None:
    later = await build_world(world.database, world.clock, sign_in, world.unique, starts_in=timedelta(days=20))
    world.clock.now += timedelta(days=14)
    soon = await build_world(world.database, world.clock, sign_in, world.unique, starts_in=timedelta(days=1))
    ours = {world.slug, later.slug, soon.slug}
    order = [item["slug"] for item in await whole_programme(anyone) if item["slug"] in ours]
    assert order == [soon.slug, later.slug, world.slug]
    page_by_page = [item["slug"] for item in await whole_programme(anyone, limit=2)]
    assert page_by_page == [item["slug"] for item in await whole_programme(anyone)]
    assert len(set(page_by_page)) == len(page_by_page)


async def test_a_ticket_is_sold_between_its_times(world: World, anyone: httpx.AsyncClient) -> None:
    await world.patch(
        f"/organiser/events/{world.slug}/ticket-types/{world.tickets['standard']}",
        {"sales_open_at": "2027-03-02T09:00:00Z", "sales_close_at": "2027-03-03T09:00:00Z", "capacity": 7},
    )
    seen = []
    for _ in range(3):
        [ticket] = (await anyone.get(f"{API}/events/{world.slug}")).json()["tickets"]
        seen.append((ticket["sales"], ticket["seats_left"], ticket["sales_open_at"]))
        world.clock.now += timedelta(days=1)
    opens = "2027-03-02T09:00:00Z"
    assert seen == [("not_open", 7, opens), ("open", 7, opens), ("closed", 7, opens)]


async def test_the_programme_and_an_event_cost_one_statement_each(world: World, anyone: httpx.AsyncClient) -> None:
    for path in ("/events?limit=1", "/events?limit=200", f"/events/{world.slug}"):
        async with counting(world.database) as statements:
            answer = await anyone.get(f"{API}{path}")
        assert (path, answer.status_code, len(statements)) == (path, 200, 1)


async def test_a_foreign_cursor_or_limit_is_refused(anyone: httpx.AsyncClient) -> None:
    for query, field in [
        ("cursor=abc", "cursor"),
        ("cursor=W10", "cursor"),
        ("cursor=%E0%B8%81", "cursor"),
        ("cursor=WzEsMiwzXQ", "cursor"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
    ]:
        assert (query, *refusal(await anyone.get(f"{API}/events?{query}"))) == (query, 422, [field])
