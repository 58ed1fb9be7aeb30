"""Privacy notices and consent texts: published once, never edited."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import asyncpg
import pytest

from events.database.connections import Scope
from events.database.embedded import EmbeddedPostgres
from tests.hosting.asking import API, event_body, refusal
from tests.people import People
from tests.round_trips import counting
from tests.world import NOTICE, WORDING, World


def text_body(world: World, purpose: str = "sponsor_sharing", **changes: Any) -> dict[str, Any]:
    return {
        "purpose": purpose,
        "effective_from": world.clock.now.isoformat(),
        "wording": WORDING[purpose],
        "fields": ["name", "email"],
        "uses": ["follow_up"],
    } | changes


@pytest.mark.requirement("S12-ver-1")
async def test_a_notice_is_one_version_in_two_languages_with_its_hashes_date_and_approver(bare: World) -> None:
    first = await bare.publish_notice()
    assert (first["version"], first["effective_from"], first["approved_by"]) == (1, "2027-03-01T09:00:00Z", bare.owner_email)
    assert {language: text["sha256"] for language, text in first["languages"].items()} == {
        language: sha256(words.encode()).hexdigest() for language, words in NOTICE.items()
    }
    second = await bare.publish_notice(bare.clock.now + timedelta(days=30), {"th": "ฉบับสอง", "en": "Version two"})
    assert [n["version"] for n in (await bare.get("/organiser/notices"))["items"]] == [2, 1]
    assert second["languages"]["th"]["text"] == "ฉบับสอง"


@pytest.mark.requirement("S12-ver-1")
@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"effective_from": None}, ["effective_from"]),
        ({"effective_from": "2027-03-01T00:00:00"}, ["effective_from"]),
        ({"effective_from": "0999-03-01T00:00:00Z"}, ["effective_from"]),
        ({"body": {"th": "ก"}}, ["body.en"]),
        ({"body": {"th": "", "en": " "}}, ["body.th", "body.en"]),
    ],
)
async def test_a_notice_without_its_date_or_a_language_is_refused(bare: World, body: dict[str, Any], named: list[str]) -> None:
    good = {"effective_from": bare.clock.now.isoformat(), "body": NOTICE}
    assert refusal(await bare.owner.post(f"{API}/organiser/notices", json=good | body)) == (422, named)
    undated = await bare.owner.post(f"{API}/organiser/notices", json={"body": NOTICE})
    assert (undated.status_code, "effective_from" in undated.text) == (422, True)


async def test_a_newer_notice_cannot_take_effect_before_an_older_one(bare: World) -> None:
    await bare.publish_notice()
    early = {"effective_from": (bare.clock.now - timedelta(seconds=1)).isoformat(), "body": NOTICE}
    assert refusal(await bare.owner.post(f"{API}/organiser/notices", json=early)) == (422, ["effective_from"])


@pytest.mark.requirement("S12-ver-1")
async def test_neither_notice_nor_text_can_be_edited(world: World, postgres: EmbeddedPostgres) -> None:
    for method in ("PATCH", "PUT", "DELETE"):
        answers = [
            await world.owner.request(method, f"{API}/organiser/notices", json={}),
            await world.owner.request(method, f"{API}/organiser/events/{world.slug}/texts", json={}),
        ]
        assert [answer.status_code for answer in answers] == [405, 405]
    owner = await asyncpg.connect(postgres.dsn("postgres"))
    try:
        for statement in (
            "update notice set body = 'x', sha256 = sha256('x') where organisation_id = $1",
            "delete from notice where organisation_id = $1",
            "update consent_text set wording = 'x', sha256 = sha256('x') where organisation_id = $1",
            "update consent_text set fields = '{name}' where organisation_id = $1",
            "delete from consent_text where organisation_id = $1",
        ):
            with pytest.raises(asyncpg.PostgresError) as refused:
                await owner.execute(statement, world.organisation)
            assert refused.value.sqlstate == "EV002"
    finally:
        await owner.close()


@pytest.mark.requirement("S12-ver-1")
async def test_the_same_key_publishes_one_version(bare: World) -> None:
    key = {"headers": {"idempotency-key": "v1"}}
    body = {"effective_from": bare.clock.now.isoformat(), "body": NOTICE}
    assert await bare.post("/organiser/notices", body, **key) == await bare.post("/organiser/notices", body, **key)
    await bare.post("/organiser/events", event_body(bare.slug))
    path = f"/organiser/events/{bare.slug}/texts"
    assert await bare.post(path, text_body(bare), **key) == await bare.post(path, text_body(bare), **key)
    assert (len((await bare.get("/organiser/notices"))["items"]), len((await bare.get(path))["items"])) == (1, 1)


@pytest.mark.requirement("S12-ver-3")
async def test_a_new_version_ends_the_old_one_where_it_begins(bare: World) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    await bare.publish_text("badge_scan")
    await bare.publish_text("badge_scan", bare.clock.now + timedelta(days=3), fields=["name"])
    await bare.publish_text("badge_scan", bare.clock.now + timedelta(days=5), fields=["email"])
    versions = (await bare.get(f"/organiser/events/{bare.slug}/texts"))["items"]
    assert [(v["version"], v["effective_from"], v["retired_at"]) for v in versions] == [
        (1, "2027-03-01T09:00:00Z", "2027-03-04T09:00:00Z"),
        (2, "2027-03-04T09:00:00Z", "2027-03-06T09:00:00Z"),
        (3, "2027-03-06T09:00:00Z", None),
    ]


@pytest.mark.requirement("S12-ver-3")
async def test_a_text_cannot_take_effect_in_the_past_and_void_what_people_agreed_to(people: People) -> None:
    world = people.world
    who = await people.attendee(shares_with=["S1"])
    world.clock.now += timedelta(days=1)
    early = text_body(world, effective_from=(world.clock.now - timedelta(hours=23)).isoformat())
    assert refusal(await world.owner.post(f"{API}/organiser/events/{world.slug}/texts", json=early)) == (422, ["effective_from"])
    # a clock that lags a little means "now"
    late = text_body(world, effective_from=(world.clock.now - timedelta(minutes=1)).isoformat())
    made = await world.post(f"/organiser/events/{world.slug}/texts", late)
    assert made["effective_from"] == world.clock.now.isoformat().replace("+00:00", "Z")
    assert await people.gets("S1", who) != []


@pytest.mark.requirement("S7-xfer-2")
@pytest.mark.parametrize(
    ("purpose", "change", "named"),
    [
        ("transfer", {"warns_of_transfer": False}, ["warns_of_transfer"]),
        ("transfer", {"warns_of_transfer": True, "uses": []}, ["uses"]),
        ("sponsor_sharing", {"fields": []}, ["fields"]),
        ("badge_scan", {"uses": []}, ["uses"]),
        ("badge_scan", {"fields": ["health"]}, ["fields[0]"]),
        ("badge_scan", {"uses": ["selling"]}, ["uses[0]"]),
        ("badge_scan", {"fields": ["name", "name"]}, ["fields"]),
        ("badge_scan", {"uses": ["follow_up", "follow_up"]}, ["uses"]),
        ("badge_scan", {"wording": {"th": "ก"}}, ["wording.en"]),
        ("badge_scan", {"retention_days": 3661}, ["retention_days"]),
        ("badge_scan", {"retention_days": -1}, ["retention_days"]),
        ("badge_scan", {"effective_from": "2027-03-01"}, ["effective_from"]),
        ("badge_scan", {"purpose": "everything"}, ["purpose"]),
    ],
)
async def test_a_wrong_consent_text_names_its_field(bare: World, purpose: str, change: dict[str, Any], named: list[str]) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    body = text_body(bare, purpose) | {"warns_of_transfer": purpose == "transfer"} | change
    answer = await bare.owner.post(f"{API}/organiser/events/{bare.slug}/texts", json=body)
    assert refusal(answer) == (422, named)


async def test_a_consent_is_not_asked_in_a_language_that_the_event_does_not_speak(bare: World) -> None:
    await bare.post("/organiser/events", event_body(bare.slug, languages=["th"]))
    answer = await bare.owner.post(f"{API}/organiser/events/{bare.slug}/texts", json=text_body(bare))
    assert refusal(answer) == (422, ["wording.en"])
    made = await bare.publish_text("sponsor_sharing", languages=["th"])
    assert list(made["languages"]) == ["th"]


@pytest.mark.requirement("S2-scope-2")
@pytest.mark.parametrize("control", ["required", "default", "preselected"])
async def test_a_consent_can_be_neither_required_nor_ticked_beforehand(bare: World, control: str) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    answer = await bare.owner.post(f"{API}/organiser/events/{bare.slug}/texts", json=text_body(bare) | {control: True})
    assert (answer.status_code, control in answer.text) == (422, True)


async def test_one_scope_stands_for_every_language(bare: World) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    made = await bare.publish_text("sponsor_sharing", fields=["name"], retention_days=30)
    async with bare.database.transaction(Scope(organisation=bare.organisation)) as connection:
        rows = await connection.fetch(
            "select language, fields, uses, retention_days, version from consent_text where id = any ($1) order by language",
            [text["id"] for text in made["languages"].values()],
        )
    scope = {"fields": ["name"], "uses": ["follow_up", "product_information"], "retention_days": 30, "version": 1}
    assert [dict(row) for row in rows] == [{"language": "en"} | scope, {"language": "th"} | scope]


async def test_the_lists_of_versions_ask_the_same_however_many_there_are(bare: World) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    counts: dict[str, list[tuple[int, int]]] = {"/organiser/notices": [], f"/organiser/events/{bare.slug}/texts": []}
    for n in range(3):
        bare.clock.now += timedelta(days=1)
        await bare.publish_notice()
        await bare.publish_text("badge_scan")
        for path, seen in counts.items():
            if n in {0, 2}:
                async with counting(bare.database) as statements:
                    items = (await bare.get(path))["items"]
                seen.append((len(items), len(statements)))
    assert list(counts.values()) == [[(1, 4), (3, 4)], [(1, 5), (3, 5)]]


async def test_the_versions_come_page_by_page(bare: World) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    for purpose in ("sponsor_sharing", "badge_scan", "badge_scan"):
        bare.clock.now += timedelta(days=1)
        await bare.publish_text(purpose)
        await bare.publish_notice()
    found: dict[str, list[Any]] = {"/organiser/notices": [], f"/organiser/events/{bare.slug}/texts": []}
    for path, seen in found.items():
        cursor = ""
        while True:
            page = await bare.get(f"{path}?limit=2{cursor}")
            seen += [(item.get("purpose"), item["version"]) for item in page["items"]]
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
    assert list(found.values()) == [
        [(None, 3), (None, 2), (None, 1)],
        [("badge_scan", 1), ("badge_scan", 2), ("sponsor_sharing", 1)],
    ]
