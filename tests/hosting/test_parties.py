"""Parties: who they are, what binds them, when they may be listed, and how they are stopped."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.hosting.asking import API, event_body, refusal
from tests.people import ALL_SEVEN, People
from tests.round_trips import counting
from tests.world import World

PARTY = {
    "kind": "sponsor",
    "legal_name": "Acme (Thailand) Co., Ltd.",
    "registration_number": "0105500000001",
    "countries": ["TH"],
    "contact_email": "privacy@acme.example",
}
NOTICE = {"notice_url": "https://acme.example/privacy", "notice_sha256": "0a" * 32}


async def why(people: People, registration: Any, party: str, use: str = "follow_up") -> Any:
    world = people.world
    return await world.get(f"/organiser/registrations/{registration}/why?party={world.parties[party]}&use={use}")


async def test_a_party_is_added_once_per_legal_entity_and_kind(bare: World) -> None:
    made = await bare.post("/organiser/parties", PARTY | NOTICE)
    assert {name: made[name] for name in PARTY | NOTICE} == PARTY | NOTICE
    assert (made["notice_reviewed"], made["suspended_at"]) == (True, None)
    assert (await bare.owner.post(f"{API}/organiser/parties", json=PARTY | {"legal_name": "Acme"})).status_code == 409
    await bare.post("/organiser/parties", PARTY | {"kind": "affiliate"})
    key = {"headers": {"idempotency-key": "p"}}
    third = PARTY | {"kind": "processor"}
    assert await bare.post("/organiser/parties", third, **key) == await bare.post("/organiser/parties", third, **key)
    assert [p["kind"] for p in (await bare.get("/organiser/parties"))["items"]] == ["sponsor", "affiliate", "processor"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "friend"}, "kind"),
        ({"legal_name": "   "}, "legal_name"),
        ({"legal_name": "Acme\r\nBcc: x"}, "legal_name"),
        ({"registration_number": ""}, "registration_number"),
        ({"countries": []}, "countries"),
        ({"countries": ["Thailand"]}, "countries[0]"),
        ({"countries": ["TH", "TH"]}, "countries"),
        ({"contact_email": "acme"}, "contact_email"),
        ({"contact_email": "a b@acme.example"}, "contact_email"),
        ({"notice_url": "https://acme.example/privacy"}, "notice_sha256"),
        ({"notice_sha256": "0a" * 32}, "notice_url"),
        ({"notice_url": "javascript:alert(1)", "notice_sha256": "0a" * 32}, "notice_url"),
        ({"notice_url": "http://acme.example", "notice_sha256": "0a" * 32}, "notice_url"),
        ({"notice_url": "https://acme.example/privacy", "notice_sha256": "0A" * 32}, "notice_sha256"),
    ],
)
async def test_a_wrong_party_names_its_field(bare: World, change: dict[str, Any], field: str) -> None:
    assert refusal(await bare.owner.post(f"{API}/organiser/parties", json=PARTY | change)) == (422, [field])


@pytest.mark.requirement("S6-sponsor-5")
async def test_a_sponsor_without_a_privacy_notice_cannot_be_listed(world: World) -> None:
    await world.add_party("S3", notice=False)
    path = f"{API}/organiser/events/{world.slug}/sponsors"
    refused = await world.owner.post(path, json={"party": str(world.parties["S3"])})
    assert refusal(refused) == (422, ["party.notice_url"])
    await world.patch(f"/organiser/parties/{world.parties['S3']}", {"notice": NOTICE | {"material": False}})
    await world.list_sponsor("S3")
    listed = (await world.owner.get(f"{API}/events/{world.slug}")).json()["sponsors"]
    assert [(s["legal_name"], s["notice_url"]) for s in listed][2:] == [("S3 Co., Ltd.", "https://acme.example/privacy")]


async def test_only_a_sponsor_of_ones_own_can_be_listed(world: World) -> None:
    await world.add_party("AFF1", "affiliate")
    path = f"{API}/organiser/events/{world.slug}/sponsors"
    for party in (world.parties["AFF1"], uuid4()):
        assert refusal(await world.owner.post(path, json={"party": str(party)})) == (422, ["party"])
    assert refusal(await world.owner.post(path, json={"party": "x"})) == (422, ["party"])


async def test_listing_a_sponsor_twice_is_one_sponsorship_and_an_ended_one_stays_ended(world: World) -> None:
    first = await world.list_sponsor("S1")
    assert first["starts_at"] == "2027-03-01T09:00:00Z"
    end = f"/organiser/events/{world.slug}/sponsors/{world.parties['S1']}/end"
    later = (world.clock.now + timedelta(days=2)).isoformat()
    assert (await world.post(end, {"at": later}))["ends_at"] == "2027-03-03T09:00:00Z"
    # moved forward while it has not come; never into the past
    past = (world.clock.now - timedelta(days=9)).isoformat()
    assert (await world.post(end, {"at": past}))["ends_at"] == "2027-03-01T09:00:00Z"
    assert (await world.owner.post(f"{API}{end}", json={})).status_code == 409
    again = await world.owner.post(f"{API}/organiser/events/{world.slug}/sponsors", json={"party": str(world.parties["S1"])})
    assert again.status_code == 409
    assert (await world.owner.post(f"{API}/organiser/events/{world.slug}/sponsors/{uuid4()}/end", json={})).status_code == 404
    listed = (await world.owner.get(f"{API}/events/{world.slug}")).json()["sponsors"]
    assert [s["legal_name"] for s in listed] == ["S2 Co., Ltd."]


async def test_the_list_of_sponsors_asks_the_same_however_many_there_are(bare: World) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    counts = []
    for n in range(3):
        await bare.add_party(f"S{n}")
        await bare.list_sponsor(f"S{n}")
        if n in {0, 2}:
            async with counting(bare.database) as statements:
                sponsors = (await bare.get(f"/organiser/events/{bare.slug}/sponsors"))["items"]
                parties = (await bare.get("/organiser/parties"))["items"]
            counts.append((len(sponsors), len(parties), len(statements)))
    assert counts == [(1, 1, 9), (3, 3, 9)]
    first = await bare.get("/organiser/parties?limit=2")
    second = await bare.get(f"/organiser/parties?limit=2&cursor={first['next']}")
    assert [p["legal_name"] for p in first["items"] + second["items"]] == ["S0 Co., Ltd.", "S1 Co., Ltd.", "S2 Co., Ltd."]


@pytest.mark.requirement("S6-sponsor-11")
async def test_a_rename_keeps_the_consents_and_another_entity_is_another_party(people: People) -> None:
    world = people.world
    who = await people.attendee(shares_with=["S1"])
    path = f"/organiser/parties/{world.parties['S1']}"
    before = (await world.get(path))["party"]
    renamed = await world.patch(path, {"legal_name": "Acme Renamed Plc", "registration_number": before["registration_number"]})
    assert renamed == before | {"legal_name": "Acme Renamed Plc"}
    assert await people.gets("S1", who) == ALL_SEVEN
    other = await world.owner.patch(f"{API}{path}", json={"registration_number": "another-entity", "legal_name": "Buyer Plc"})
    assert refusal(other) == (422, ["registration_number"])
    assert (await world.get(path))["party"] == renamed


@pytest.mark.requirement("S6-sponsor-5")
async def test_a_material_change_of_the_notice_stops_releases_until_it_is_reviewed(people: People) -> None:
    world = people.world
    who = await people.attendee(shares_with=["S1"])
    path = f"/organiser/parties/{world.parties['S1']}"
    editorial = await world.patch(path, {"notice": NOTICE | {"material": False}})
    assert (editorial["notice_url"], editorial["notice_reviewed"]) == (NOTICE["notice_url"], True)
    assert await people.gets("S1", who) == ALL_SEVEN
    material = await world.patch(path, {"notice": NOTICE | {"notice_sha256": "0b" * 32, "material": True}})
    assert material["notice_reviewed"] is False
    assert (await why(people, who.registration, "S1"))["refusal"] == "party_notice_missing"
    # what she was shown stays on record
    history = (await who.client.get(f"{who.path}/consents")).json()["history"]
    assert [line["act"] for line in history] == ["grant"]
    assert (await world.post(f"{path}/notice-review"))["notice_reviewed"] is True
    assert await people.gets("S1", who) == ALL_SEVEN


async def test_there_is_nothing_to_review_without_a_notice(bare: World) -> None:
    await bare.add_party("S1", notice=False)
    answer = await bare.owner.post(f"{API}/organiser/parties/{bare.parties['S1']}/notice-review")
    assert refusal(answer) == (422, ["notice_url"])


@pytest.mark.requirement("S7-xfer-1")
async def test_a_country_that_was_not_shown_stops_the_sponsor(people: People) -> None:
    world = people.world
    who = await people.attendee(shares_with=["S1"])
    await world.patch(f"/organiser/parties/{world.parties['S1']}", {"countries": ["TH", "SG"]})
    assert (await why(people, who.registration, "S1"))["refusal"] == "no_consent"


@pytest.mark.requirement("S7-xfer-3")
async def test_an_agreement_that_runs_out_stops_the_sponsor_and_a_new_version_starts_it_again(people: People) -> None:
    world = people.world
    who = await people.attendee(shares_with=["S1"])
    assert await people.gets("S1", who) == ALL_SEVEN
    short = await world.agree("S1", days=1, fields=["name", "email"])
    assert short["version"] == 2
    assert await people.gets("S1", who) == ["name", "email"]
    world.clock.now += timedelta(days=2)
    assert (await why(people, who.registration, "S1"))["refusal"] == "no_agreement"
    assert (await world.agree("S1", days=10))["version"] == 3
    assert await people.gets("S1", who) == ALL_SEVEN


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"fields": []}, "fields"),
        ({"fields": ["name", "name"]}, "fields"),
        ({"uses": []}, "uses"),
        ({"uses": ["resale"]}, "uses[0]"),
        ({"valid_until": "2027-01-01T00:00:00Z"}, "valid_until"),
        ({"valid_from": "2027-03-01"}, "valid_from"),
        ({"valid_until": "9000-01-01T00:00:00Z"}, "valid_until"),
    ],
)
async def test_a_wrong_agreement_names_its_field(bare: World, change: dict[str, Any], field: str) -> None:
    await bare.add_party("S1")
    good = {
        "fields": ["name"],
        "uses": ["follow_up"],
        "valid_from": "2027-03-01T00:00:00Z",
        "valid_until": "2028-03-01T00:00:00Z",
    }
    answer = await bare.owner.post(f"{API}/organiser/parties/{bare.parties['S1']}/agreements", json=good | change)
    assert refusal(answer) == (422, [field])


@pytest.mark.requirement("S7-xfer-2")
async def test_a_safeguard_is_recorded_for_one_country(bare: World) -> None:
    await bare.add_party("S1", countries=["TH", "US"])
    path = f"/organiser/parties/{bare.parties['S1']}"
    body = {
        "country": "US",
        "mechanism": "scc",
        "reference": "SCC-2027-1",
        "regimes": ["pdpa"],
        "valid_from": "2027-03-01T00:00:00Z",
        "valid_until": "2028-03-01T00:00:00Z",
    }
    made = await bare.post(f"{path}/safeguards", body)
    assert {name: made[name] for name in body} == body
    assert (await bare.get(path))["safeguards"] == [made]
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"country": "usa"}, "country"),
        ({"mechanism": "trust"}, "mechanism"),
        ({"reference": ""}, "reference"),
        ({"regimes": []}, "regimes"),
        ({"regimes": ["pdpa", "pdpa"]}, "regimes"),
        ({"valid_until": "2027-02-01T00:00:00Z"}, "valid_until"),
    ]
    for change, field in wrong:
        answer = await bare.owner.post(f"{API}{path}/safeguards", json=body | change)
        assert (change, *refusal(answer)) == (change, 422, [field])


async def test_members_act_for_the_party_until_they_are_removed(world: World) -> None:
    admin = await world.admin("S1")
    record = await world.get(f"/organiser/parties/{world.parties['S1']}")
    [member] = record["members"]
    assert (member["email"], member["role"]) == (world.admin_emails["S1"], "admin")
    assert [a["version"] for a in record["agreements"]] == [1]
    query = f"?event={world.slug}&use=follow_up&accept_terms=true"
    assert (await admin.get(f"{API}/leads{query}")).status_code == 200
    path = f"{API}/organiser/parties/{world.parties['S1']}/members"
    assert (await world.owner.delete(f"{path}/{member['person']}")).status_code == 204
    assert (await world.owner.delete(f"{path}/{member['person']}")).status_code == 404
    assert (await admin.get(f"{API}/leads{query}")).status_code == 403
    assert refusal(await world.owner.post(path, json={"email": "x", "role": "admin"})) == (422, ["email"])
    assert refusal(await world.owner.post(path, json={"email": "a@b.example", "role": "boss"})) == (422, ["role"])


async def test_only_a_booth_has_helpers(bare: World) -> None:
    await bare.add_party("AFF1", "affiliate")
    path = f"{API}/organiser/parties/{bare.parties['AFF1']}/members"
    assert refusal(await bare.owner.post(path, json={"email": "a@b.example", "role": "helper"})) == (422, ["role"])


async def test_a_suspended_party_gets_nothing_until_it_is_resumed(people: People) -> None:
    world = people.world
    who = await people.attendee(shares_with=["S1"])
    path = f"/organiser/parties/{world.parties['S1']}"
    suspended = await world.post(f"{path}/suspend")
    assert suspended["suspended_at"] == world.clock.now.isoformat().replace("+00:00", "Z")
    assert (await why(people, who.registration, "S1"))["refusal"] == "party_suspended"
    world.clock.now += timedelta(hours=1)
    assert (await world.post(f"{path}/suspend")) == suspended
    assert [s["legal_name"] for s in (await world.owner.get(f"{API}/events/{world.slug}")).json()["sponsors"]] == ["S2 Co., Ltd."]
    assert (await world.post(f"{path}/resume"))["suspended_at"] is None
    assert await people.gets("S1", who) == ALL_SEVEN


async def test_the_dpo_may_suspend_and_a_manager_may_not(world: World) -> None:
    path = f"{API}/organiser/parties/{world.parties['S1']}/suspend"
    assert (await (await world.staff("manager")).post(path)).status_code == 403
    assert (await (await world.staff("dpo")).post(path)).status_code == 200


async def test_a_party_record_asks_the_same_however_much_binds_it(bare: World) -> None:
    await bare.add_party("S1")
    counts = []
    for n in range(3):
        if n:
            await bare.agree("S1")
        if n in {0, 2}:
            async with counting(bare.database) as statements:
                record = await bare.get(f"/organiser/parties/{bare.parties['S1']}")
            counts.append((len(record["agreements"]), len(statements)))
    assert counts == [(1, 7), (3, 7)]
