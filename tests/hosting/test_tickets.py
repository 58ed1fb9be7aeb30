"""Ticket types, and what the form asks."""

from typing import Any

import pytest

from events.terms import Purpose
from tests.hosting.asking import API, event_body, refusal
from tests.people import People
from tests.round_trips import counting
from tests.world import World

NAMES = {"names": {"th": "บัตรทั่วไป", "en": "General"}}


async def tickets_of(world: World, query: str = "") -> Any:
    return await world.get(f"/organiser/events/{world.slug}/ticket-types{query}")


async def test_a_ticket_type_is_offered_changed_and_listed(bare: World) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    made = await bare.post(
        f"/organiser/events/{bare.slug}/ticket-types",
        NAMES | {"capacity": 5, "price_minor": 150_000, "sales_open_at": "2027-03-05T00:00:00Z"},
    )
    assert (made["capacity"], made["taken"], made["price_minor"], made["currency"]) == (5, 0, 150_000, "THB")
    changed = await bare.patch(
        f"/organiser/events/{bare.slug}/ticket-types/{made['id']}", {"capacity": None, "sales_open_at": None, "currency": "EUR"}
    )
    assert changed == made | {"capacity": None, "sales_open_at": None, "currency": "EUR"}
    assert (await tickets_of(bare)) == {"items": [changed], "next": None}


async def test_the_same_key_offers_one_ticket(bare: World) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    key = {"headers": {"idempotency-key": "ticket-1"}}
    path = f"/organiser/events/{bare.slug}/ticket-types"
    assert await bare.post(path, NAMES, **key) == await bare.post(path, NAMES, **key)
    assert len((await tickets_of(bare))["items"]) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"names": {"th": "บัตร"}}, "names.en"),
        ({"capacity": -5}, "capacity"),
        ({"price_minor": -1}, "price_minor"),
        ({"currency": "baht"}, "currency"),
        ({"sales_open_at": "2027-03-05"}, "sales_open_at"),
        ({"sales_open_at": "2027-03-05T00:00:00Z", "sales_close_at": "2027-03-04T00:00:00Z"}, "sales_close_at"),
        ({"sales_close_at": "3027-03-04T00:00:00Z"}, "sales_close_at"),
        ({"position": -1}, "position"),
    ],
)
async def test_a_wrong_ticket_names_its_field(bare: World, change: dict[str, Any], field: str) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    answer = await bare.owner.post(f"{API}/organiser/events/{bare.slug}/ticket-types", json=NAMES | change)
    assert refusal(answer) == (422, [field])


async def test_a_ticket_is_good_on_the_days_that_the_organiser_says(bare: World) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    path = f"/organiser/events/{bare.slug}/ticket-types"
    second_day = {"valid_from": "2027-04-01T17:00:00Z", "valid_until": None}
    made = await bare.post(path, NAMES | second_day)
    assert {name: made[name] for name in second_day} == second_day
    first_day = {"valid_from": None, "valid_until": "2027-04-01T17:00:00Z"}
    changed = await bare.patch(f"{path}/{made['id']}", first_day)
    assert changed == made | first_day
    assert (await tickets_of(bare))["items"] == [changed]


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"valid_from": "2027-04-02"}, "valid_from"),
        ({"valid_until": "3027-04-02T00:00:00Z"}, "valid_until"),
        ({"valid_from": "2027-04-02T00:00:00Z", "valid_until": "2027-04-02T00:00:00Z"}, "valid_until"),
        # the event is from 1 April 02:00 to 2 April 10:00
        ({"valid_from": "2027-04-02T10:00:00Z"}, "valid_from"),
        ({"valid_until": "2027-04-01T02:00:00Z"}, "valid_until"),
    ],
)
async def test_a_ticket_that_would_never_let_in_names_its_field(bare: World, days: dict[str, str], field: str) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    path = f"{API}/organiser/events/{bare.slug}/ticket-types"
    assert refusal(await bare.owner.post(path, json=NAMES | days)) == (422, [field])
    made = (await bare.owner.post(path, json=NAMES)).json()
    assert refusal(await bare.owner.patch(f"{path}/{made['id']}", json=days)) == (422, [field])


async def test_a_ticket_type_is_not_cut_below_what_is_taken(people: People) -> None:
    world = people.world
    await people.attendee()
    await people.attendee()
    path = f"{API}/organiser/events/{world.slug}/ticket-types/{world.tickets['standard']}"
    assert refusal(await world.owner.patch(path, json={"capacity": 1})) == (409, ["capacity"])
    assert (await world.owner.patch(path, json={"capacity": 2})).json()["taken"] == 2
    public = (await world.owner.get(f"{API}/events/{world.slug}")).json()["tickets"][0]
    assert (public["seats_left"], public["sales"]) == (0, "sold_out")


async def test_the_list_of_ticket_types_asks_the_same_however_many_there_are(bare: World) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    counts = []
    for n in range(3):
        await bare.add_ticket(f"t{n}", capacity=10)
        if n in {0, 2}:
            async with counting(bare.database) as statements:
                items = (await tickets_of(bare))["items"]
            counts.append((len(items), len(statements)))
    assert [rows for rows, _ in counts] == [1, 3]
    assert counts[0][1] == counts[1][1] == 5  # the session, BEGIN, the event, its tickets, COMMIT
    first = await tickets_of(bare, "?limit=2")
    second = await tickets_of(bare, f"?limit=2&cursor={first['next']}")
    assert [t["names"]["en"] for t in first["items"] + second["items"]] == ["t0", "t1", "t2"]


async def test_the_form_keeps_name_and_email_whatever_else_it_asks(bare: World) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    asked = [
        {"field": "phone", "required": False},
        {"field": "custom_diet", "required": False, "label": {"th": "อาหาร", "en": "Food"}},
    ]
    kept = (await bare.put(f"/organiser/events/{bare.slug}/fields", {"fields": asked}))["fields"]
    assert [f["field"] for f in kept] == ["name", "email", "phone", "custom_diet"]
    assert (kept[2]["label"], kept[3]["label"]) == ({"th": "หมายเลขโทรศัพท์", "en": "Phone"}, {"th": "อาหาร", "en": "Food"})
    assert (await bare.get(f"/organiser/events/{bare.slug}/fields"))["fields"] == kept
    assert [f["field"] for f in (await bare.put(f"/organiser/events/{bare.slug}/fields", {"fields": []}))["fields"]] == [
        "name",
        "email",
    ]


@pytest.mark.requirement("S2-scope-2")
@pytest.mark.parametrize(
    ("field", "named"),
    [
        ({"field": "company", "required": True}, ["fields[0].reason.th", "fields[0].reason.en"]),
        ({"field": "company", "required": True, "reason": {"th": "ต้องใช้"}}, ["fields[0].reason.en"]),
        ({"field": "company", "required": True, "reason": {"th": " ", "en": "Needed."}}, ["fields[0].reason.th"]),
        ({"field": "email", "required": False}, ["fields[0].required"]),
        ({"field": "custom_size", "required": False}, ["fields[0].label.th", "fields[0].label.en"]),
    ],
)
async def test_a_required_field_says_why_in_every_language(bare: World, field: dict[str, Any], named: list[str]) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    answer = await bare.owner.put(f"{API}/organiser/events/{bare.slug}/fields", json={"fields": [field]})
    assert refusal(answer) == (422, named)


@pytest.mark.requirement("S2-scope-2", "S3.1-contact-1")
@pytest.mark.parametrize(
    "name",
    [
        "consent",
        "consent_all",
        "agree_to_terms",
        "custom_consent",
        "custom_agree",
        "custom_opt_in",
        *(f"custom_{p}" for p in Purpose),
    ],
)
async def test_a_consent_is_never_a_form_field(bare: World, name: str) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    label = {"th": "ยินยอม", "en": "I agree"}
    for required in (True, False):
        field = {"field": name, "required": required, "label": label, "reason": label}
        answer = await bare.owner.put(f"{API}/organiser/events/{bare.slug}/fields", json={"fields": [field]})
        assert (answer.status_code, "fields[0].field" in refusal(answer)[1]) == (422, True)
    assert len((await bare.get(f"/organiser/events/{bare.slug}/fields"))["fields"]) == 2


@pytest.mark.requirement("S2-scope-2")
@pytest.mark.parametrize("control", ["default", "checked", "consent"])
async def test_no_field_can_be_ticked_beforehand(bare: World, control: str) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    field = {"field": "phone", "required": False, control: True}
    answer = await bare.owner.put(f"{API}/organiser/events/{bare.slug}/fields", json={"fields": [field]})
    assert (answer.status_code, control in answer.text) == (422, True)


@pytest.mark.requirement("S3.1-contact-1")
@pytest.mark.parametrize("name", ["line_id", "birth_date", "custom_", "Custom_x", "custom_x\n", "x" * 41])
async def test_the_card_is_a_closed_catalogue(bare: World, name: str) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    field = {"field": name, "required": False, "label": {"th": "ก", "en": "a"}}
    answer = await bare.owner.put(f"{API}/organiser/events/{bare.slug}/fields", json={"fields": [field]})
    assert refusal(answer) == (422, ["fields[0].field"])


async def test_a_field_stands_once(bare: World) -> None:
    await bare.post("/organiser/events", event_body(bare.slug))
    fields = [{"field": "phone", "required": False}, {"field": "phone", "required": False}]
    answer = await bare.owner.put(f"{API}/organiser/events/{bare.slug}/fields", json={"fields": fields})
    assert refusal(answer) == (422, ["fields[1].field"])


@pytest.mark.requirement("S3.1-contact-1")
async def test_a_custom_question_can_be_asked_but_neither_agreed_nor_consented_to_be_released(people: People) -> None:
    world = people.world
    await world.put(
        f"/organiser/events/{world.slug}/fields",
        {"fields": [{"field": "custom_line_id", "required": False, "label": {"th": "ไลน์", "en": "LINE id"}}]},
    )
    agreement = {
        "fields": ["name", "custom_line_id"],
        "uses": ["follow_up"],
        "valid_from": "2027-03-01T00:00:00Z",
        "valid_until": "2028-03-01T00:00:00Z",
    }
    agreed = await world.owner.post(f"{API}/organiser/parties/{world.parties['S1']}/agreements", json=agreement)
    assert refusal(agreed) == (422, ["fields[1]"])
    text = {
        "purpose": "sponsor_sharing",
        "effective_from": world.clock.now.isoformat(),
        "wording": {"th": "ก", "en": "a"},
        "fields": ["custom_line_id"],
        "uses": ["follow_up"],
    }
    assert refusal(await world.owner.post(f"{API}/organiser/events/{world.slug}/texts", json=text)) == (422, ["fields[0]"])
    who = await people.attendee(shares_with=["S1"])
    await who.client.patch(who.path, json={"fields": {"custom_line_id": "@mali"}})
    leads = (await people.pull("S1")).json()["items"]
    assert [("custom_line_id" in lead, "@mali" in str(lead)) for lead in leads] == [(False, False)]
