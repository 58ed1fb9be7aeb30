"""Downloads: they never depend on sharing, and a tick shares with their own sponsor and with nobody else."""

import pytest

from tests.joining.conftest import SLIDES, Webinar
from tests.people import ALL_SEVEN, People, add_sponsor, another_event, ok
from tests.round_trips import counting
from tests.world import WORDING


@pytest.mark.requirement("S2-scope-2", "S6-sponsor-6")
async def test_without_the_tick_she_gets_the_same_and_the_sponsor_nothing(webinar: Webinar) -> None:
    asset = await webinar.offer("S1")
    bare, declining, sharing = [await webinar.people.attendee() for _ in range(3)]
    answers = [
        await webinar.open(bare, asset),
        await webinar.open(declining, asset, {"share_with_sponsor": False}),
        await webinar.open(sharing, asset, await webinar.tick()),
    ]
    assert [(a.status_code, a.content) for a in answers] == [(200, answers[0].content)] * 3
    assert ok(answers[0]) == {"url": SLIDES}
    got = [await webinar.people.gets("S1", who, limit=200) for who in (bare, declining)]
    assert got == [[], []]
    assert [await webinar.acts(who) for who in (bare, declining)] == [[], []]
    assert [await webinar.visits(who) for who in (bare, declining, sharing)] == [1, 1, 1]


@pytest.mark.requirement("S6-sponsor-1", "S10.1-withdraw")
async def test_the_tick_shares_with_this_downloads_sponsor_until_she_takes_it_back(webinar: Webinar) -> None:
    asset = await webinar.offer("S1")
    await webinar.offer("S2", position=1)
    who = await webinar.people.attendee()
    ok(await webinar.open(who, asset, await webinar.tick()))
    assert await webinar.acts(who) == [("sponsor_sharing", "grant", "asset")]
    assert (await webinar.people.gets("S1", who), await webinar.people.gets("S2", who)) == (ALL_SEVEN, [])
    [line] = await who.disclosures()
    assert (line["recipient"], line["basis"]) == (str(webinar.world.parties["S1"]), "form")
    await who.withdraw("sponsor_sharing", webinar.world.parties["S1"])
    assert await webinar.people.gets("S1", who) == []
    [line] = await who.disclosures()
    assert line["recalled_at"] is not None
    # and what she downloaded stays hers to open
    assert ok(await webinar.open(who, asset)) == {"url": SLIDES}


@pytest.mark.requirement("S6-sponsor-1")
async def test_the_tick_covers_the_fields_she_left_on(webinar: Webinar) -> None:
    asset = await webinar.offer("S1")
    who = await webinar.people.attendee()
    ok(await webinar.open(who, asset, await webinar.tick(fields=["name", "email"])))
    assert await webinar.people.gets("S1", who) == ["name", "email"]


@pytest.mark.requirement("S6-sponsor-13")
async def test_ticking_again_for_less_tells_whoever_has_more(webinar: Webinar) -> None:
    asset = await webinar.offer("S1")
    who = await webinar.people.attendee(shares_with=["S1"])
    assert await webinar.people.gets("S1", who) == ALL_SEVEN
    ok(await webinar.open(who, asset, await webinar.tick(fields=["name", "email"])))
    assert (await who.disclosures())[0]["recalled_at"] is not None
    assert await webinar.people.gets("S1", who) == ["name", "email"]


@pytest.mark.requirement("S12-ver-4", "S2-scope-2")
async def test_a_stale_form_stores_nothing_and_the_download_is_there_without_it(webinar: Webinar) -> None:
    asset = await webinar.offer("S1")
    who = await webinar.people.attendee()
    stale = await webinar.tick()
    words = {"th": "ข้อความใหม่", "en": "New words"}
    webinar.clock.forward(seconds=1)
    await webinar.world.publish_text("sponsor_sharing", wording=words)
    answer = await webinar.open(who, asset, stale)
    assert (answer.status_code, answer.json()["code"]) == (409, "form_changed")
    assert (await webinar.acts(who), await webinar.visits(who)) == ([], 0)
    assert ok(await webinar.open(who, asset)) == {"url": SLIDES}
    assert WORDING["sponsor_sharing"] != words
    ok(await webinar.open(who, asset, await webinar.tick()))
    assert await webinar.people.gets("S1", who) == ALL_SEVEN


@pytest.mark.requirement("S6-sponsor-2", "S6-sponsor-1")
async def test_a_tick_that_stands_on_nothing_is_refused_by_the_name_of_its_field(webinar: Webinar) -> None:
    plain, sponsored = await webinar.offer(), await webinar.offer("S1")
    who = await webinar.people.attendee()
    form = await webinar.tick()
    for asset, body, field in (
        (plain, form, "share_with_sponsor"),
        (sponsored, {"share_with_sponsor": True}, "served_form"),
        (sponsored, form | {"form_sha256": "0" * 64}, "served_form"),
        (sponsored, form | {"fields": []}, "fields"),
        (sponsored, form | {"fields": ["nonsense"]}, "fields[0]"),
        (sponsored, form | {"sponsor": str(webinar.world.parties["S2"])}, "sponsor"),
    ):
        answer = await webinar.open(who, asset, body)
        assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (422, [field])
    assert (await webinar.acts(who), await webinar.visits(who)) == ([], 0)


@pytest.mark.requirement("S6-sponsor-1")
async def test_a_sponsor_that_left_the_event_is_neither_asked_about_nor_given_to(webinar: Webinar) -> None:
    asset = await webinar.offer("S1")
    who = await webinar.people.attendee()
    assert await webinar.asks(who) == ["S1"]
    await webinar.world.post(
        f"/organiser/events/{webinar.world.slug}/sponsors/{webinar.world.parties['S1']}/end",
        {"at": webinar.clock.now.isoformat()},
    )
    webinar.clock.forward(seconds=1)
    assert await webinar.asks(who) == [None]
    answer = await webinar.open(who, asset, await webinar.tick())
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (422, ["share_with_sponsor"])
    assert (await webinar.acts(who), await webinar.visits(who)) == ([], 0)
    assert ok(await webinar.open(who, asset)) == {"url": SLIDES}


@pytest.mark.requirement("S6-sponsor-6")
async def test_the_box_is_not_asked_twice_nor_of_whoever_gave_it(webinar: Webinar) -> None:
    first = await webinar.offer("S1")
    await webinar.offer("S1", position=1)
    await webinar.offer("S2", position=2)
    await webinar.offer(position=3)
    new, gave = await webinar.people.attendee(), await webinar.people.attendee(shares_with=["S1"])
    assert await webinar.asks(new) == ["S1", "S1", "S2", None]
    assert await webinar.asks(gave) == [None, None, "S2", None]
    ok(await webinar.open(new, first))
    assert await webinar.asks(new) == [None, None, "S2", None], "left unticked is an answer"


@pytest.mark.requirement("S8-minor-1")
async def test_who_is_not_of_age_is_not_asked_and_gets_the_download(webinar: Webinar) -> None:
    asset = await webinar.offer("S1")
    minor, unknown = [await webinar.people.attendee(age_band=band) for band in ("16-19", None)]
    assert [await webinar.asks(who) for who in (minor, unknown)] == [[None], [None]]
    assert ok(await webinar.open(minor, asset)) == {"url": SLIDES}
    # a tick that came all the same is a record of what she did, and releases nothing
    ok(await webinar.open(minor, asset, await webinar.tick()))
    assert await webinar.people.gets("S1", minor) == []


@pytest.mark.requirement("S10.1-optout3p")
async def test_who_opted_out_of_third_parties_is_not_asked(webinar: Webinar) -> None:
    await webinar.offer("S1")
    who = await webinar.people.attendee()
    assert await webinar.asks(who) == ["S1"]
    ok(await who.client.put("/api/v1/me/blocks/opt_out_third"))
    assert await webinar.asks(who) == [None]


async def test_what_comes_later_is_listed_with_its_time_and_not_given(webinar: Webinar) -> None:
    later = (webinar.clock.now.replace(microsecond=0)).isoformat().replace("09:00", "15:00").replace("+00:00", "Z")
    asset = await webinar.offer(kind="recording", available_from=later)
    who = await webinar.people.attendee()
    [item] = await webinar.listed(who)
    assert (item["open"], item["available_from"], item["kind"]) == (False, later, "recording")
    early = await webinar.open(who, asset)
    assert (early.status_code, early.json()["available_from"]) == (409, later)
    assert await webinar.visits(who) == 0
    webinar.into(hours=4)
    [item] = await webinar.listed(who)
    assert (item["open"], item["opened_at"]) == (True, None)
    assert ok(await webinar.open(who, asset)) == {"url": SLIDES}
    assert (await webinar.listed(who))[0]["opened_at"] == "2027-03-01T15:00:01Z"


async def test_only_who_has_a_place_gets_what_is_offered(webinar: Webinar) -> None:
    asset = await webinar.offer()
    here, gone = await webinar.people.attendee(), await webinar.people.attendee()
    ok(await gone.client.delete(gone.path))
    assert [len(await webinar.listed(who)) for who in (here, gone)] == [1, 0]
    assert (await webinar.open(gone, asset)).status_code == 409
    assert (await here.client.post(f"{gone.path}/assets/{asset}")).status_code == 404
    assert [await webinar.visits(who) for who in (here, gone)] == [0, 0]


async def test_a_download_of_another_event_or_one_that_was_removed_is_not_there(webinar: Webinar) -> None:
    other = await another_event(webinar.world)
    who = await webinar.people.attendee()
    there = await People(other, webinar.world.database, webinar.clock, webinar.people.visit).attendee()
    asset = await webinar.offer()
    assert (await webinar.open(there, asset)).status_code == 404
    ok(await webinar.open(who, asset))
    ok(await webinar.world.owner.delete(f"/api/v1/organiser/events/{webinar.world.slug}/assets/{asset}"))
    assert (await webinar.open(who, asset)).status_code == 404
    assert await webinar.listed(who) == []


async def test_opening_twice_is_one_visit_in_the_organisers_count(webinar: Webinar) -> None:
    asset = await webinar.offer()
    first, second = await webinar.people.attendee(), await webinar.people.attendee()
    for who in (first, first, second):
        ok(await webinar.open(who, asset))
    [item] = (await webinar.world.get(f"/organiser/events/{webinar.world.slug}/assets"))["items"]
    assert item["opened"] == 2


async def test_her_list_asks_the_same_however_many_downloads_there_are(webinar: Webinar) -> None:
    who = await webinar.people.attendee()
    counts = []
    for n in range(3):
        await webinar.offer("S1", position=n)
        if n in {0, 2}:
            async with counting(webinar.world.database) as said:
                items = await webinar.listed(who)
            counts.append((len(items), len(said)))
    assert counts == [(1, 8), (3, 8)]  # the session, BEGIN, hers, its scope, downloads, form, choices, COMMIT


@pytest.mark.requirement("S6-sponsor-1")
async def test_a_sponsor_of_the_organisation_that_does_not_sponsor_this_event_cannot_be_a_downloads(webinar: Webinar) -> None:
    await add_sponsor(webinar.world, "S3", listed=False)
    await webinar.world.add_party("A1", "affiliate")
    body = {"kind": "slides", "titles": {"th": "สไลด์", "en": "Slides"}, "url": SLIDES}
    path = f"/api/v1/organiser/events/{webinar.world.slug}/assets"
    for name in ("S3", "A1"):
        answer = await webinar.world.owner.post(path, json=body | {"sponsor": str(webinar.world.parties[name])})
        assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (422, ["sponsor"])
    assert (await webinar.world.get(f"/organiser/events/{webinar.world.slug}/assets"))["items"] == []
