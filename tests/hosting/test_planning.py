"""Planning, changing, publishing and cancelling an event."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.hosting.asking import API, DAY_ONE, DAY_TWO, event_body, refusal, refused_for
from tests.people import People
from tests.round_trips import counting
from tests.world import World, build_world


async def test_a_planned_event_is_seen_by_its_organiser_alone(bare: World) -> None:
    made = await bare.post("/organiser/events", event_body(bare.slug))
    assert (made["published_at"], made["our_role"], made["release_closes_at"]) == (None, "controller", "2027-06-01T10:00:00Z")
    assert (made["starts_at"], made["ends_at"], made["time_zone"]) == (DAY_ONE, DAY_TWO, "Asia/Bangkok")
    assert await bare.get(f"/organiser/events/{bare.slug}") == made
    assert (await bare.get("/organiser/events"))["items"] == [made]
    assert (await bare.owner.get(f"{API}/events/{bare.slug}")).status_code == 404


async def test_an_event_says_what_it_is_about_and_where_it_is_joined(bare: World) -> None:
    summaries = {"th": "หนึ่งบรรทัด\nอีกบรรทัด", "en": "One line\nand another <b>as typed</b>"}
    online = {"kind": "webinar", "summaries": summaries, "join_url": "https://live.example/room"}
    made = await bare.post("/organiser/events", event_body(bare.slug) | online)
    assert (made["summaries"], made["join_url"]) == (summaries, "https://live.example/room")
    path = f"/organiser/events/{bare.slug}"
    assert await bare.get(path) == made
    assert await bare.patch(path, {"join_url": None}) == made | {"join_url": None}
    assert await bare.patch(path, {"summaries": {"th": "ใหม่"}}) == made | {"join_url": None, "summaries": {"th": "ใหม่", "en": ""}}


async def test_words_and_address_may_change_after_publication_and_keep_the_form_in_force(people: People) -> None:
    world = people.world
    before = await people.form()
    changes = {"summaries": {"th": "ใหม่", "en": "New"}, "join_url": "https://live.example/room"}
    await world.patch(f"/organiser/events/{world.slug}", changes)
    assert (await people.form())["id"] == before["id"], "who has the form open can still send it"
    public = (await people.visit().get(f"{API}/events/{world.slug}")).json()
    assert (public["summaries"], public["online"]) == (changes["summaries"], True)
    assert "join_url" not in public


async def test_a_wrong_address_is_told_how_to_be_mended(bare: World) -> None:
    said = []
    for kind, address in (("webinar", "http://live.example"), ("in_person", "https://live.example")):
        body = event_body(bare.slug, kind=kind, join_url=address)
        for language in ("en", "th"):
            answer = await bare.owner.post(f"{API}/organiser/events", json=body, headers={"accept-language": language})
            said.append(answer.json()["errors"][0]["message"])
    assert said == [
        "Give a link that starts with https:// and has no spaces.",
        "กรุณาระบุลิงก์ที่ขึ้นต้นด้วย https:// และไม่มีช่องว่าง",
        "Nobody joins an in-person event online: leave this out, or make the event a webinar or hybrid.",
        "งานนี้จัดในสถานที่จริงเท่านั้น กรุณาเว้นช่องนี้ว่าง หรือเปลี่ยนเป็นการสัมมนาผ่านเว็บหรือแบบผสม",
    ]


async def test_the_form_of_a_new_event_asks_name_and_email(bare: World) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    fields = (await bare.get(f"/organiser/events/{bare.slug}/fields"))["fields"]
    assert [(f["field"], f["required"]) for f in fields] == [("name", True), ("email", True)]
    assert all(f["label"]["th"] and f["label"]["en"] and f["reason"]["th"] and f["reason"]["en"] for f in fields)


async def test_the_same_key_makes_one_event_and_another_body_is_refused(bare: World) -> None:
    key: dict[str, Any] = {"headers": {"idempotency-key": "plan-1"}}
    first = await bare.post("/organiser/events", event_body(bare.slug), **key)
    assert await bare.post("/organiser/events", event_body(bare.slug), **key) == first
    other = await bare.owner.post(f"{API}/organiser/events", json=event_body(bare.slug, kind="webinar"), **key)
    assert refusal(other) == (422, ["Idempotency-Key"])
    assert len((await bare.get("/organiser/events"))["items"]) == 1


async def test_a_slug_is_taken_once(bare: World) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    assert refusal(await bare.owner.post(f"{API}/organiser/events", json=event_body(bare.slug))) == (409, ["slug"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"slug": "Not A Slug"}, "slug"),
        ({"slug": "ends-with-a-break\n"}, "slug"),
        ({"slug": "a" * 81}, "slug"),
        ({"kind": "party"}, "kind"),
        ({"titles": {"th": "ก" * 201}}, "titles.th"),
        ({"titles": {"en": "two\nlines"}}, "titles.en"),
        ({"languages": []}, "languages"),
        ({"languages": ["th", "th"]}, "languages"),
        ({"languages": ["de"]}, "languages[0]"),
        ({"time_zone": "Asia"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"starts_at": "2027-04-01T02:00:00"}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00:00+14:00"}, "starts_at"),
        ({"ends_at": DAY_ONE}, "ends_at"),
        ({"release_closes_at": "2027-01-01T00:00:00Z"}, "release_closes_at"),
        ({"summaries": {"en": "x" * 5001}}, "summaries.en"),
        ({"summaries": {"de": "Worum es geht"}}, "summaries.de"),
        ({"kind": "webinar", "join_url": "http://live.example/room"}, "join_url"),
        ({"kind": "webinar", "join_url": "javascript:alert(1)"}, "join_url"),
        ({"kind": "webinar", "join_url": "https://"}, "join_url"),
        ({"kind": "in_person", "join_url": "https://live.example/room"}, "join_url"),
        ({"capacity": -1}, "capacity"),
        ({"capacity": 2**40}, "capacity"),
        ({"our_role": "owner"}, "our_role"),
        ({"organiser_party": str(uuid4())}, "organiser_party"),
        ({"organiser_party": "me"}, "organiser_party"),
    ],
)
async def test_a_wrong_plan_names_its_field(bare: World, change: dict[str, Any], field: str) -> None:
    answer = await bare.owner.post(f"{API}/organiser/events", json=event_body(bare.slug, **change))
    assert refusal(answer) == (422, [field])
    assert answer.json()["errors"][0]["message"]


async def test_an_unknown_key_is_refused(bare: World) -> None:
    answer = await bare.owner.post(f"{API}/organiser/events", json=event_body(bare.slug, consent_default=True))
    assert (answer.status_code, "consent_default" in answer.text) == (422, True)


@pytest.mark.requirement("S1-role-1")
async def test_an_event_says_who_we_are_and_any_other_role_than_controller_needs_a_reason(bare: World) -> None:
    silent = await bare.owner.post(
        f"{API}/organiser/events", json=event_body(bare.slug, our_role="processor", our_role_reason=" ")
    )
    assert refusal(silent) == (422, ["our_role_reason"])
    said = await bare.post("/organiser/events", event_body(bare.slug, our_role="processor", our_role_reason="ACME Plc decides."))
    assert (said["our_role"], said["our_role_reason"]) == ("processor", "ACME Plc decides.")
    taken_back = await bare.owner.patch(f"{API}/organiser/events/{bare.slug}", json={"our_role_reason": ""})
    assert refusal(taken_back) == (422, ["our_role_reason"])


@pytest.mark.requirement("S12-ver-1", "S2-scope-2")
async def test_publishing_names_everything_that_is_missing_at_once(bare: World) -> None:
    await bare.post("/organiser/events", event_body(bare.slug, titles={"th": "งาน"}, languages=["th"]))
    await bare.publish_text("sponsor_sharing", languages=["th"])
    await bare.put(f"/organiser/events/{bare.slug}/fields", {"fields": [_company("th")]})
    await bare.patch(f"/organiser/events/{bare.slug}", {"languages": ["th", "en"]})
    answer = await bare.owner.post(f"{API}/organiser/events/{bare.slug}/publish")
    assert refused_for(answer) == (
        422,
        {"titles.en", "notice", "ticket_types", "fields[2].reason.en", "texts.sponsor_sharing"},
    )
    assert (await bare.get(f"/organiser/events/{bare.slug}"))["published_at"] is None


def _company(*languages: str) -> dict[str, Any]:
    reason = {"th": "จำเป็นสำหรับบัตร", "en": "Needed for the badge."}
    return {"field": "company", "required": True, "reason": {language: reason[language] for language in languages}}


@pytest.mark.requirement("S12-ver-1")
async def test_a_notice_that_takes_effect_tomorrow_is_not_enough_today(bare: World) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    await bare.add_ticket("standard")
    await bare.publish_notice(bare.clock.now + timedelta(days=1))
    early = await bare.owner.post(f"{API}/organiser/events/{bare.slug}/publish")
    assert refusal(early) == (422, ["notice", "notice"])
    bare.clock.now += timedelta(days=1)
    assert (await bare.post(f"/organiser/events/{bare.slug}/publish"))["published_at"] == "2027-03-02T09:00:00Z"


@pytest.mark.requirement("S6-aff-2")
async def test_an_affiliate_without_a_notice_cannot_be_published_as_organiser(bare: World) -> None:
    await bare.add_party("AFF1", "affiliate", notice=False)
    await bare.publish_notice()
    await bare.post("/organiser/events", event_body(bare.slug, organiser_party=str(bare.parties["AFF1"])))
    await bare.add_ticket("standard")
    answer = await bare.owner.post(f"{API}/organiser/events/{bare.slug}/publish")
    assert refusal(answer) == (422, ["organiser_party.notice_url"])
    notice = {"notice_url": "https://aff.example/privacy", "notice_sha256": "ab" * 32, "material": False}
    await bare.patch(f"/organiser/parties/{bare.parties['AFF1']}", {"notice": notice})
    await bare.post(f"/organiser/events/{bare.slug}/publish")
    public = (await bare.owner.get(f"{API}/events/{bare.slug}")).json()
    assert public["organiser"] == {
        "legal_name": "AFF1 Co., Ltd.",
        "countries": ["TH"],
        "contact": (await bare.get(f"/organiser/parties/{bare.parties['AFF1']}"))["party"]["contact_email"],
        "notice_url": "https://aff.example/privacy",
    }


@pytest.mark.requirement("S6-aff-2")
async def test_a_published_event_cannot_be_handed_to_an_affiliate_without_a_notice(world: World) -> None:
    await world.add_party("AFF1", "affiliate", notice=False)
    path = f"{API}/organiser/events/{world.slug}"
    bare = await world.owner.patch(path, json={"organiser_party": str(world.parties["AFF1"])})
    assert refusal(bare) == (422, ["organiser_party.notice_url"])
    assert refusal(await world.owner.patch(path, json={"organiser_party": str(world.parties["S1"])})) == (
        422,
        ["organiser_party"],
    )
    await world.add_party("AFF2", "affiliate")
    changed = await world.patch(f"/organiser/events/{world.slug}", {"organiser_party": str(world.parties["AFF2"])})
    assert changed["organiser_party"] == str(world.parties["AFF2"])


async def test_publishing_again_changes_nothing(world: World) -> None:
    first = await world.get(f"/organiser/events/{world.slug}")
    world.clock.now += timedelta(days=1)
    assert await world.post(f"/organiser/events/{world.slug}/publish") == first


async def test_an_event_cannot_move_to_a_slug_that_is_taken(bare: World) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    await bare.post("/organiser/events", event_body(f"{bare.slug}-b"))
    answer = await bare.owner.patch(f"{API}/organiser/events/{bare.slug}", json={"slug": f"{bare.slug}-b"})
    assert refusal(answer) == (409, ["slug"])


async def test_before_publication_everything_may_change(bare: World) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    new = bare.unique("event")
    changes = {"slug": new, "kind": "webinar", "languages": ["en"], "time_zone": "Europe/Berlin", "capacity": 10}
    changed = await bare.patch(f"/organiser/events/{bare.slug}", changes)
    assert {name: changed[name] for name in changes} == changes
    assert await bare.get(f"/organiser/events/{new}") == changed


async def test_after_publication_what_people_answered_to_is_fixed(world: World) -> None:
    fixed = {"slug": "another", "kind": "webinar", "languages": ["th"], "time_zone": "Asia/Tokyo", "our_role_reason": "Why not."}
    answer = await world.owner.patch(f"{API}/organiser/events/{world.slug}", json=fixed | {"our_role": "controller"})
    assert refusal(answer) == (409, sorted(fixed))
    free = {
        "titles": {"th": "ชื่อใหม่", "en": "New title"},
        "places": {"th": "เชียงใหม่", "en": "Chiang Mai"},
        "capacity": 500,
        "starts_at": "2027-05-01T02:00:00Z",
        "ends_at": "2027-05-02T02:00:00Z",
    }
    changed = await world.patch(f"/organiser/events/{world.slug}", free)
    assert {name: changed[name] for name in free} == free
    untitled = await world.owner.patch(f"{API}/organiser/events/{world.slug}", json={"titles": {"th": "ชื่อ"}})
    assert refusal(untitled) == (422, ["titles.en"])


async def test_a_capacity_below_what_is_taken_is_refused(people: People) -> None:
    world = people.world
    for _ in range(2):
        await people.attendee()
    path = f"{API}/organiser/events/{world.slug}"
    # the places were taken while there was no limit; they count all the same
    assert refusal(await world.owner.patch(path, json={"capacity": 1})) == (409, ["capacity"])
    assert (await world.owner.patch(path, json={"capacity": 3})).json()["capacity"] == 3
    assert (await world.owner.get(f"{API}/events/{world.slug}")).json()["tickets"][0]["seats_left"] == 1
    await people.attendee()
    full = (await world.owner.get(f"{API}/events/{world.slug}")).json()["tickets"][0]
    assert (full["seats_left"], full["sales"]) == (0, "sold_out")
    assert refusal(await world.owner.patch(path, json={"capacity": 2})) == (409, ["capacity"])
    assert (await world.owner.patch(path, json={"capacity": None})).json()["capacity"] is None
    assert (await world.owner.get(f"{API}/events/{world.slug}")).json()["tickets"][0]["seats_left"] is None


async def test_a_limit_can_be_lifted_after_a_place_was_given_back(people: People) -> None:
    world = people.world
    ticket = f"/organiser/events/{world.slug}/ticket-types/{world.tickets['standard']}"
    await world.patch(f"/organiser/events/{world.slug}", {"capacity": 5})
    await world.patch(ticket, {"capacity": 5})
    who = await people.attendee()
    assert (await who.client.delete(who.path)).is_success
    assert (await world.patch(f"/organiser/events/{world.slug}", {"capacity": None}))["capacity"] is None
    assert (await world.patch(ticket, {"capacity": None}))["capacity"] is None
    for _ in range(2):
        await people.attendee()
    assert (await world.owner.get(f"{API}/events/{world.slug}")).json()["tickets"][0]["seats_left"] is None
    # the places taken meanwhile count when there is a limit again
    assert refusal(await world.owner.patch(f"{API}{ticket}", json={"capacity": 1})) == (409, ["capacity"])
    await world.patch(ticket, {"capacity": 2})
    assert (await world.owner.get(f"{API}/events/{world.slug}")).json()["tickets"][0]["seats_left"] == 0


async def test_a_cancelled_event_stays_visible_as_cancelled_and_cannot_change(world: World) -> None:
    cancelled = await world.post(f"/organiser/events/{world.slug}/cancel")
    assert cancelled["cancelled_at"] == "2027-03-01T09:00:00Z"
    world.clock.now += timedelta(hours=1)
    assert await world.post(f"/organiser/events/{world.slug}/cancel") == cancelled
    public = (await world.owner.get(f"{API}/events/{world.slug}")).json()
    assert (public["cancelled"], public["tickets"][0]["sales"]) == (True, "closed")
    listed = (await world.owner.get(f"{API}/events?limit=200")).json()["items"]
    assert [item for item in listed if item["slug"] == world.slug] == []
    changes: list[tuple[str, str, Any]] = [
        ("PATCH", "", {"titles": {"th": "ก", "en": "a"}}),
        ("POST", "/publish", None),
        ("POST", "/sponsors", {"party": str(world.parties["S1"])}),
        ("POST", "/ticket-types", {"names": {"th": "ก", "en": "a"}}),
        ("PUT", "/fields", {"fields": []}),
    ]
    for method, path, body in changes:
        answer = await world.owner.request(method, f"{API}/organiser/events/{world.slug}{path}", json=body)
        assert (method, path, answer.status_code) == (method, path, 409)


async def test_the_list_of_events_asks_the_same_however_many_there_are(bare: World) -> None:
    counts = []
    for n in range(3):
        await bare.post("/organiser/events", event_body(f"{bare.slug}-{n}"))
        if n in {0, 2}:
            async with counting(bare.database) as statements:
                items = (await bare.get("/organiser/events"))["items"]
            counts.append((len(items), len(statements)))
    assert [rows for rows, _ in counts] == [1, 3]
    assert counts[0][1] == counts[1][1] == 4  # the session, BEGIN with its scope, the page, COMMIT


async def test_pages_of_events_are_newest_first_and_complete(bare: World) -> None:
    slugs = [f"{bare.slug}-{n}" for n in range(3)]
    for slug in slugs:
        await bare.post("/organiser/events", event_body(slug))
    first = await bare.get("/organiser/events?limit=2")
    second = await bare.get(f"/organiser/events?limit=2&cursor={first['next']}")
    assert [item["slug"] for item in first["items"] + second["items"]] == slugs[::-1]
    assert second["next"] is None


async def test_a_world_for_one_language_is_published_in_that_language(world: World, sign_in: Any) -> None:
    thai = await build_world(world.database, world.clock, sign_in, world.unique, languages=("th",), organiser_party="AFF1")
    assert (await thai.get(f"/organiser/events/{thai.slug}"))["languages"] == ["th"]
