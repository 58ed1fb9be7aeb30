"""The organiser's list of registrations, imports, and why the gate says what it says."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from events.badges.codes import parse_code
from events.database.connections import Scope
from tests.conftest import SignIn, Visit
from tests.hosting.asking import API, refusal
from tests.people import ALL_SEVEN, CARD, People
from tests.round_trips import counting
from tests.world import World, build_world


def guest(email: str, **changes: Any) -> dict[str, Any]:
    return {"name": "สมชาย ตัวอย่าง", "email": email} | changes


async def bring(world: World, rows: list[dict[str, Any]], **changes: Any) -> httpx.Response:
    """Import guests who were told now."""
    body = {"rows": rows, "notified_at": world.clock.now.isoformat()} | changes
    return await world.owner.post(f"{API}/organiser/events/{world.slug}/registrations/import", json=body)


async def registrations(world: World, query: str = "") -> list[dict[str, Any]]:
    return (await world.get(f"/organiser/events/{world.slug}/registrations{query}"))["items"]  # type: ignore[no-any-return]


# ---- the list


async def test_the_organiser_finds_people_by_the_beginning_of_name_address_or_badge(people: People) -> None:
    mali = await people.attendee(email=f"mali-{uuid4().hex[:6]}@a.example")
    somchai = f"somchai_{uuid4().hex[:6]}@b.example"
    assert (await bring(people.world, [guest(somchai, company="B%")])).status_code == 200
    found = await registrations(people.world)
    assert [(r["fields"]["email"], r["source"], r["state"]) for r in found] == [
        (mali.email, "self", "confirmed"),
        (somchai, "import", "confirmed"),
    ]
    for search, emails in [
        ("MALI-", [mali.email]),
        ("มาลี", [mali.email]),
        ("somchai_", [somchai]),
        ("s%", []),
        ("omchai", []),
        (mali.badge[:6].lower(), [mali.email]),
        (f"{mali.badge[:4]}-{mali.badge[4:8]}", [mali.email]),
    ]:
        answer = await people.world.owner.get(
            f"{API}/organiser/events/{people.world.slug}/registrations", params={"search": search}
        )
        assert (search, [r["fields"]["email"] for r in answer.json()["items"]]) == (search, emails)
    assert [r["fields"]["email"] for r in await registrations(people.world, "?state=confirmed")] == [mali.email, somchai]
    assert await registrations(people.world, "?state=pending") == []
    assert refusal(await people.world.owner.get(f"{API}/organiser/events/{people.world.slug}/registrations?state=x")) == (
        422,
        ["state"],
    )


async def test_the_list_of_registrations_asks_the_same_however_many_there_are(world: World) -> None:
    counts = []
    for n in range(3):
        assert (await bring(world, [guest(f"g{n}@{world.slug}.example")])).status_code == 200
        if n in {0, 2}:
            async with counting(world.database) as statements:
                found = await registrations(world)
            counts.append((len(found), len(statements)))
    assert counts == [(1, 5), (3, 5)]
    first = await world.get(f"/organiser/events/{world.slug}/registrations?limit=2")
    second = await world.get(f"/organiser/events/{world.slug}/registrations?limit=2&cursor={first['next']}")
    assert [r["fields"]["email"][:2] for r in first["items"] + second["items"]] == ["g0", "g1", "g2"]


async def test_the_list_shows_no_badge_code(people: People) -> None:
    who = await people.attendee()
    answer = await people.world.owner.get(f"{API}/organiser/events/{people.world.slug}/registrations")
    assert who.badge not in answer.text


# ---- bringing guests in


@pytest.mark.requirement("S2-scope-1")
async def test_an_import_gives_a_place_a_badge_and_the_notice_that_governed_and_no_consent(world: World, sign_in: SignIn) -> None:
    email = f"guest@{world.slug}.example"
    told = world.clock.now
    world.clock.now += timedelta(days=1)
    await world.publish_notice(body={"th": "ฉบับสอง", "en": "Version two"})
    done = await bring(world, [guest(email, company="ACME", country="TH", language="en")], notified_at=told.isoformat())
    assert done.json() == {"added": 1, "corrected": 0, "kept": 0}
    [row] = await registrations(world)
    assert (row["state"], row["source"], row["self_confirmed_at"], row["language"]) == ("confirmed", "import", None, "en")
    assert row["fields"] == {"name": "สมชาย ตัวอย่าง", "company": "ACME", "country": "TH", "email": email}
    async with world.database.transaction(Scope(organisation=world.organisation)) as connection:
        version = await connection.fetchval(
            "select n.version from registration r join notice n on n.id = r.notice_id and n.language = 'en' where r.id = $1",
            UUID(row["id"]),
        )
        acts = await connection.fetchval("select count(*) from consent_event where registration_id = $1", UUID(row["id"]))
        code = await connection.fetchval("select code from badge where registration_id = $1", UUID(row["id"]))
    assert (version, acts, parse_code(code)) == (1, 0, code)
    mine = (await (await sign_in(email)).get(f"{API}/me/registrations")).json()["items"]
    assert [(m["id"], m["badge"]) for m in mine] == [(row["id"], code)]


@pytest.mark.requirement("S2-scope-1")
@pytest.mark.parametrize("source", ["self", "colleague", "import"])
async def test_no_channel_can_store_a_registration_without_its_notice(world: World, source: str) -> None:
    [row] = await world.database.call("select access.person_of($1, $2) as id", "x@x.example", world.clock.now)
    with pytest.raises(asyncpg.NotNullViolationError) as refused:
        async with world.database.transaction(Scope(organisation=world.organisation)) as connection:
            await connection.execute(
                "insert into registration (organisation_id, event_id, ticket_type_id, person_id, state, language, source,"
                " notice_id, created_at, changed_at) values ($1, $2, $3, $4, 'pending', 'th', $5, null, $6, $6)",
                world.organisation,
                world.event,
                world.tickets["standard"],
                row["id"],
                source,
                world.clock.now,
            )
    assert refused.value.column_name == "notice_id"


@pytest.mark.requirement("S2-scope-1")
async def test_guests_were_told_before_under_a_notice_in_their_language(world: World) -> None:
    rows = [guest(f"a@{world.slug}.example")]
    before = (world.clock.now - timedelta(days=1)).isoformat()
    later = (world.clock.now + timedelta(days=1)).isoformat()
    for at in (before, later, "2027-03-01T09:00:00", None):
        assert (at, *refusal(await bring(world, rows, notified_at=at))) == (at, 422, ["notified_at"])
    assert await registrations(world) == []


@pytest.mark.requirement("scenario-19", "S6-sponsor-8")
@pytest.mark.parametrize("column", ["consent", "opt_in", "sponsor_sharing", "badge_scan", "Marketing_Email_Consent", "agree"])
async def test_a_consent_cannot_be_imported(world: World, column: str) -> None:
    rows = [guest(f"a@{world.slug}.example"), guest(f"b@{world.slug}.example", **{column: True})]
    answer = await bring(world, rows)
    assert refusal(answer) == (422, [f"rows[1].{column}"])
    assert "consent cannot be imported" in answer.json()["errors"][0]["message"]
    thai = await world.owner.post(
        f"{API}/organiser/events/{world.slug}/registrations/import",
        json={"rows": rows, "notified_at": world.clock.now.isoformat()},
        headers={"accept-language": "th"},
    )
    assert "นำเข้าความยินยอมไม่ได้" in thai.json()["errors"][0]["message"]
    assert await registrations(world) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": "a@b.example\n"}, "email"),
        ({"phone": "0" * 41}, "phone"),
        ({"country": "Thailand"}, "country"),
        ({"address": "x" * 501}, "address"),
        ({"company": "a\tb"}, "company"),
        ({"language": "de"}, "language"),
        ({"ticket": "vip"}, "ticket"),
        ({"ticket": str(uuid4())}, "ticket"),
        ({"birth_date": "1990-01-01"}, "birth_date"),
        ({"custom_diet": "vegan"}, "custom_diet"),
    ],
)
async def test_a_wrong_row_names_its_field_and_nothing_is_stored(world: World, change: dict[str, Any], field: str) -> None:
    rows = [guest(f"a@{world.slug}.example"), guest(f"b@{world.slug}.example") | change]
    assert refusal(await bring(world, rows)) == (422, [f"rows[1].{field}"])
    assert await registrations(world) == []


async def test_an_address_stands_once_in_a_list_and_a_list_is_bounded(world: World) -> None:
    rows = [guest(f"a@{world.slug}.example"), guest(f"A@{world.slug}.example")]
    assert refusal(await bring(world, rows)) == (422, ["rows[1].email"])
    assert refusal(await bring(world, [])) == (422, ["rows"])
    assert refusal(await bring(world, [guest(f"g{n}@x.example") for n in range(1001)])) == (422, ["rows"])


async def test_an_event_with_two_ticket_types_wants_one_named(world: World) -> None:
    await world.add_ticket("vip")
    assert refusal(await bring(world, [guest(f"a@{world.slug}.example")])) == (422, ["rows[0].ticket"])
    named = guest(f"a@{world.slug}.example", ticket=str(world.tickets["vip"]))
    assert (await bring(world, [named])).json()["added"] == 1


async def test_an_import_into_too_few_places_stores_nobody(world: World) -> None:
    await world.patch(f"/organiser/events/{world.slug}", {"capacity": 2})
    rows = [guest(f"g{n}@{world.slug}.example") for n in range(3)]
    assert (await bring(world, rows)).json()["code"] == "sold_out"
    assert await registrations(world) == []
    assert (await bring(world, rows[:2])).json()["added"] == 2
    assert (await world.owner.get(f"{API}/events/{world.slug}")).json()["tickets"][0]["seats_left"] == 0


@pytest.mark.requirement("scenario-48")
async def test_a_second_import_corrects_the_card_of_those_who_have_not_confirmed_and_adds_nobody_twice(world: World) -> None:
    email = f"guest@{world.slug}.example"
    await bring(world, [guest(email, company="ACME", phone="02 000 0000")])
    [before] = await registrations(world)
    done = await bring(world, [guest(email.upper().replace("EXAMPLE", "example"), name="สมหญิง", company="ACME Plc")])
    assert done.json() == {"added": 0, "corrected": 1, "kept": 0}
    [after] = await registrations(world)
    assert after == before | {"fields": before["fields"] | {"name": "สมหญิง", "company": "ACME Plc"}}


async def test_an_imports_telephone_numbers_and_names_are_read_as_on_the_form(world: World) -> None:
    typed = [("๐๘๑ ๒๓๔ ๕๖๗๘", ""), ("0812345678", "TH"), ("202 555 0143", "US"), ("", "TH")]
    rows = [guest(f"g{n}@{world.slug}.example", phone=phone, country=country) for n, (phone, country) in enumerate(typed)]
    wrong = [
        guest(f"w0@{world.slug}.example", phone="081 234 567"),
        guest(f"w1@{world.slug}.example", name="a\u202eb"),
        guest(f"w2@{world.slug}.example", company="a\u2028b"),
    ]
    refused = await bring(world, [*rows, *wrong])
    assert refusal(refused) == (422, ["rows[4].phone", "rows[5].name", "rows[6].company"])
    assert (await registrations(world), "081 234 5678" in refused.json()["errors"][0]["message"]) == ([], True)
    assert (await bring(world, rows)).json()["added"] == 4
    assert [row["fields"].get("phone") for row in await registrations(world)] == [
        "+66 81 234 5678",
        "+66 81 234 5678",
        "+1 202-555-0143",
        None,
    ]


@pytest.mark.requirement("scenario-48", "S6-sponsor-8")
async def test_an_import_touches_neither_the_words_nor_the_choices_of_somebody_who_registered_herself(people: People) -> None:
    world = people.world
    who = await people.attendee(shares_with=["S1", "S2"])
    await who.withdraw("sponsor_sharing", world.parties["S2"])
    done = await bring(world, [guest(who.email, company="Another Plc")])
    assert done.json() == {"added": 0, "corrected": 0, "kept": 1}
    [row] = await registrations(world)
    assert (row["fields"]["name"], row["fields"]["company"]) == (CARD["name"], CARD["company"])
    assert (await people.gets("S1", who), await people.gets("S2", who)) == (ALL_SEVEN, [])


async def test_an_import_asks_the_same_however_many_guests_it_brings(world: World) -> None:
    counts = []
    for size in (1, 3, 200):
        rows = [guest(f"g{size}-{n}@{world.slug}.example") for n in range(size)]
        async with counting(world.database) as statements:
            assert (await bring(world, rows)).json()["added"] == size
        counts.append(len(statements))
    assert counts == [13, 13, 13]


# ---- why


async def test_why_says_what_would_leave_and_on_which_consent(people: People) -> None:
    world = people.world
    who = await people.attendee(shares_with=["S1"], fields=["name", "email"])
    path = f"/organiser/registrations/{who.registration}/why"
    history = (await who.client.get(f"{who.path}/consents")).json()["history"]
    assert await world.get(f"{path}?party={world.parties['S1']}&use=follow_up") == {
        "allowed": True,
        "refusal": None,
        "refusal_text": None,
        "fields": ["name", "email"],
        "basis": "form",
        "consent_event_ids": [history[0]["id"]],
        "scan_id": None,
    }
    denied = await world.get(f"{path}?party={world.parties['S2']}&use=follow_up")
    assert (denied["allowed"], denied["refusal"], denied["fields"]) == (False, "no_consent", [])
    assert set(denied["refusal_text"]) == {"th", "en"}
    unused = await world.get(f"{path}?party={world.parties['S1']}&use=market_research")
    assert unused["refusal"] == "use_not_agreed"
    assert await who.disclosures() == []


async def test_why_is_asked_about_ones_own_registrations_and_parties(people: People, sign_in: SignIn) -> None:
    world = people.world
    who = await people.attendee()
    elsewhere = await build_world(world.database, world.clock, sign_in, world.unique)
    mine, theirs = world.parties["S1"], elsewhere.parties["S1"]
    for client, registration, party, status in [
        (world.owner, who.registration, mine, 200),
        (world.owner, who.registration, theirs, 404),
        (world.owner, uuid4(), mine, 404),
        (elsewhere.owner, who.registration, mine, 404),
        (elsewhere.owner, who.registration, theirs, 404),
    ]:
        answer = await client.get(f"{API}/organiser/registrations/{registration}/why?party={party}&use=follow_up")
        assert answer.status_code == status
    answer = await world.owner.get(f"{API}/organiser/registrations/{who.registration}/why?party={mine}&use=x")
    assert refusal(answer) == (422, ["use"])


@pytest.mark.requirement("S6-aff-1", "S6-aff-3")
async def test_why_tells_of_an_affiliate_by_its_contract(world: World, sign_in: SignIn, visit: Visit) -> None:
    hosted = await build_world(
        world.database, world.clock, sign_in, world.unique, organiser_party="AFF1", affiliates=["AFF2"], sponsors=()
    )
    people = People(hosted, world.database, world.clock, visit)
    who = await people.attendee()
    path = f"/organiser/registrations/{who.registration}/why"
    assert await hosted.get(f"{path}?party={hosted.parties['AFF1']}&use=registration_processing") == {
        "allowed": True,
        "refusal": None,
        "refusal_text": None,
        "fields": ["name", "email"],
        "basis": "contract",
        "consent_event_ids": [],
        "scan_id": None,
    }
    marketing = await hosted.get(f"{path}?party={hosted.parties['AFF1']}&use=product_information")
    other = await hosted.get(f"{path}?party={hosted.parties['AFF2']}&use=registration_processing")
    assert (marketing["refusal"], other["refusal"]) == ("use_not_agreed", "not_the_organiser")
    await hosted.patch(f"/organiser/events/{hosted.slug}", {"organiser_party": str(hosted.parties["AFF2"])})
    later = await hosted.get(f"{path}?party={hosted.parties['AFF2']}&use=registration_processing")
    assert later["refusal"] == "organiser_was_not_shown"
