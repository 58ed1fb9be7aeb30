"""Who comes without her badge: looked up at the door, let in, and on record."""

import asyncio
import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from events.scanning.door.rules import code_end
from tests.scanning.hall import Hall, Phone

API = "/api/v1"


async def look(phone: Phone, q: str) -> httpx.Response:
    return await phone.client.post(f"{API}/device/lookups", json={"q": q})


async def names(phone: Phone, q: str) -> list[str]:
    answer = await look(phone, q)
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json()["items"]]


def movement(phone: Phone, registration: UUID, kind: str = "entry", **more: str) -> dict[str, str]:
    said = {"id": str(uuid4()), "registration": str(registration), "at": phone.clock.now.isoformat(), "kind": kind}
    return said | more


async def move(phone: Phone, body: dict[str, str]) -> httpx.Response:
    return await phone.client.post(f"{API}/device/check-ins", json=body)


async def let_in(phone: Phone, registration: UUID, kind: str = "entry", **more: str) -> dict[str, Any]:
    answer = await move(phone, movement(phone, registration, kind, **more))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def log_of(hall: Hall, staff: httpx.AsyncClient, query: str = "") -> Any:
    answer = await staff.get(f"{API}/organiser/events/{hall.slug}/lookups{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_somebody_is_found_by_part_of_her_name_by_her_address_and_by_the_end_of_her_badge(hall: Hall) -> None:
    malee, elodie = await hall.guest(name="มาลี ใจงาม"), await hall.guest(name="Élodie Van der Berg")
    door = await hall.phone(None)
    assert await names(door, "ใจ") == ["มาลี ใจงาม"]
    assert await names(door, "มาลี") == ["มาลี ใจงาม"]
    assert await names(door, "éLODIE  berg") == ["Élodie Van der Berg"]
    assert await names(door, " E\u0301lo ") == ["Élodie Van der Berg"]  # the same letter, typed as two
    assert await names(door, malee.card["email"].upper()) == ["มาลี ใจงาม"]
    assert await names(door, malee.card["email"][:-1]) == []  # an address is whole, or it is none
    for end in (elodie.code, elodie.code[-5:], elodie.code[-7:].lower(), f"{elodie.code[-8:-4]}-{elodie.code[-4:]}"):
        assert await names(door, end) == ["Élodie Van der Berg"]
    assert await names(door, elodie.code[-4:]) == []  # four characters would be too many people's
    assert await names(door, elodie.code[:10]) == []
    # what SQL reads as a wildcard is nobody's name
    assert [await names(door, q) for q in ("%%", "__", "\\%")] == [[], [], []]


async def test_what_is_shown_is_enough_to_hand_over_a_badge_and_no_more(hall: Hall) -> None:
    guest, door = await hall.guest(), await hall.phone(None)
    [found] = (await look(door, "มาลี")).json()["items"]
    assert found == {
        "registration": str(guest.id),
        "name": guest.card["name"],
        "company": guest.card["company"],
        "ticket_name": "Visitor",
        "state": "expected",
        "badge_end": guest.code[-5:],
    }
    await door.scan(guest.code, kind="entry")
    assert (await look(door, "มาลี")).json()["items"] == [found | {"state": "inside"}]
    # a badge that was replaced still finds her, and the one that is good is shown
    code = await hall.badge(guest.id)
    assert (await look(door, guest.code[-6:])).json()["items"] == [found | {"state": "inside", "badge_end": code[-5:]}]


async def test_who_lost_her_place_is_shown_as_such_and_who_never_had_one_is_not(hall: Hall) -> None:
    await hall.guest(name="Ann Cancelled", state="cancelled")
    await hall.guest(name="Bee Pending", state="pending")
    await hall.guest(name="Zoe Coming")
    door = await hall.phone(None)
    found = [(item["name"], item["state"]) for q in ("ann", "bee", "zoe") for item in (await look(door, q)).json()["items"]]
    assert found == [("Ann Cancelled", "cancelled"), ("Zoe Coming", "expected")]


async def test_at_most_ten_are_shown_and_those_who_may_come_in_stand_first(hall: Hall) -> None:
    await hall.guest(name="Aa Smith", state="cancelled")
    for n in range(11):
        await hall.guest(name=f"Smith {n:02}")
    assert await names(await hall.phone(None), "smith") == [f"Smith {n:02}" for n in range(10)]


async def test_nobody_of_another_event_or_organisation_is_found_or_let_in(hall: Hall) -> None:
    other_hall = await Hall(hall.database, hall.sql, hall.clock, hall.visit, hall.sign_in, hall.unique).open()
    next_door = await hall.guest(event=(*await hall.hold_event("CD"), "CD"))
    strangers = await other_hall.guest()
    door = await hall.phone(None)
    for who in (next_door, strangers):
        assert [await names(door, q) for q in ("มาลี", who.card["email"], who.code)] == [[], [], []]
        assert (await move(door, movement(door, who.id))).status_code == 404
    assert (await move(door, movement(door, uuid4()))).status_code == 404
    # positive control: at their own door they are
    assert await names(await other_hall.phone(None), "มาลี") == [strangers.card["name"]]


@pytest.mark.parametrize("q", ["", "a", " a ", "   ", "x" * 255])
async def test_a_look_up_wants_two_characters_at_least(hall: Hall, q: str) -> None:
    answer = await look(await hall.phone(None), q)
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, ["q"])
    assert await hall.count("door_lookup", "event_id = $1", hall.event) == 0


@pytest.mark.requirement("S6-sponsor-15")
async def test_looking_up_is_for_door_phones_alone(hall: Hall) -> None:
    guest, booth, staff = await hall.guest(), await hall.phone("S1"), await hall.staff("owner")
    statuses = []
    for client in (booth.client, staff, await hall.admin("S1"), hall.visit()):
        statuses.append((await client.post(f"{API}/device/lookups", json={"q": "มาลี"})).status_code)
        statuses.append((await client.post(f"{API}/device/check-ins", json=movement(booth, guest.id))).status_code)
    assert statuses == [401] * 8
    assert await hall.count("registration", "id = $1 and state = 'confirmed'", guest.id) == 1


async def test_every_look_up_is_on_record_without_a_word_that_was_typed(hall: Hall) -> None:
    guest, door, staff = await hall.guest(name="มาลี ใจงาม"), await hall.phone(None), await hall.staff("dpo")
    await hall.sql.execute("update device set place = 'North entrance' where id = $1", door.id)
    for q in ("มาลี", "nobody at all", guest.card["email"]):
        await look(door, q)
        hall.clock.forward(seconds=10)
    log = await log_of(hall, staff)
    who = {"device": str(door.id), "helper": "Nok", "place": "North entrance"}
    shown, nobody = {"shown": 1, "registrations": [str(guest.id)]}, {"shown": 0, "registrations": []}
    assert [{name: value for name, value in item.items() if name != "id"} for item in log["items"]] == [
        {"at": "2027-03-01T09:00:20Z"} | who | shown,
        {"at": "2027-03-01T09:00:10Z"} | who | nobody,
        {"at": "2027-03-01T09:00:00Z"} | who | shown,
    ]
    kept = str(await hall.sql.fetch("select l::text from door_lookup l where event_id = $1", hall.event))
    assert [word in kept for word in ("มาลี", "nobody", guest.card["email"], guest.code)] == [False] * 4
    first = await log_of(hall, staff, "?limit=2")
    second = await log_of(hall, staff, f"?limit=2&cursor={first['next']}")
    assert (first["items"] + second["items"], second["next"]) == (log["items"], None)


async def test_a_phone_that_looks_too_much_has_to_wait_and_the_others_do_not(hall: Hall) -> None:
    door, other = await hall.phone(None), await hall.phone(None)
    assert [(await look(door, "มาลี")).status_code for _ in range(60)] == [200] * 60
    answer = await look(door, "มาลี")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
    assert (await look(other, "มาลี")).status_code == 200
    hall.clock.forward(seconds=2)
    assert (await look(door, "มาลี")).status_code == 200
    assert await hall.count("door_lookup", "event_id = $1", hall.event) == 62


@pytest.mark.requirement("F21")
async def test_a_phone_that_looks_up_people_all_day_finds_nobody_any_more_and_the_dpo_hears_once(hall: Hall) -> None:
    door, other = await hall.phone(None), await hall.phone(None)
    await hall.guest(name="มาลี ใจงาม")
    for n in range(500):
        await hall.add(
            "door_lookup",
            organisation_id=hall.organisation,
            event_id=hall.event,
            device_id=door.id,
            at=hall.clock.now - timedelta(minutes=n),
            shown=[],
        )
    for _ in range(2):
        answer = await look(door, "มาลี")
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "600")
        hall.clock.forward(minutes=1)
    assert await names(other, "มาลี") == ["มาลี ใจงาม"]
    told = await hall.sql.fetch(
        "select recipient, facts from outbox where kind = 'lookup_alarm' and organisation_id = $1", hall.organisation
    )
    assert [(r["recipient"], json.loads(r["facts"])) for r in told] == [
        ("dpo@hall.example", {"phone": str(door.id), "event": hall.slug})
    ]
    await hall.sql.execute("update door_lookup set at = at - interval '1 day' where device_id = $1", door.id)
    assert await names(door, "มาลี") == ["มาลี ใจงาม"]


@pytest.mark.requirement("S11-sec-4")
async def test_twelve_hours_after_its_end_the_doors_find_list_and_let_in_nobody(hall: Hall) -> None:
    door, guest = await hall.phone(None), await hall.guest(name="มาลี ใจงาม")
    ends = hall.clock.now + timedelta(minutes=5)
    await hall.sql.execute(
        "update event set ends_at = $2::timestamptz - interval '12 hours', starts_at = $2::timestamptz - interval '1 day' where id = $1",
        hall.event,
        ends,
    )
    before = door.item(guest.code, kind="entry")
    hall.clock.now = ends - timedelta(seconds=1)
    assert await names(door, "มาลี") == ["มาลี ใจงาม"]
    assert len((await door.client.get(f"{API}/device/list")).content) == 6
    hall.clock.now = ends
    for answer in (await look(door, "มาลี"), await move(door, movement(door, guest.id))):
        assert (answer.status_code, answer.json()["code"]) == (403, "event_over")
    listed = await door.client.get(f"{API}/device/list")
    assert (listed.status_code, listed.content) == (200, b"")
    # what is read now names nobody; what was read before still arrives
    late, early = (await door.send(door.item(guest.code, kind="entry"), before)).json()["items"]
    assert (late["verdict"], late["attendee"]) == ("wrong_day", None)
    assert (early["verdict"], early["attendee"]["name"]) == ("valid", "มาลี ใจงาม")


@pytest.mark.requirement("S11-sec-4")
async def test_three_days_later_door_phones_hand_over_nothing_and_get_no_token(hall: Hall) -> None:
    door, booth, guest = await hall.phone(None), await hall.phone("S1"), await hall.guest()
    ends = hall.clock.now + timedelta(minutes=5)
    await hall.sql.execute(
        "update event set ends_at = $2::timestamptz - interval '84 hours', starts_at = $2::timestamptz - interval '99 hours' where id = $1",
        hall.event,
        ends,
    )
    waiting = door.item(guest.code, kind="entry", at=hall.clock.now - timedelta(days=4))
    hall.clock.now = ends - timedelta(seconds=1)
    assert (await door.send(waiting)).status_code == 200
    hall.clock.now = ends
    answer = await door.send(waiting)
    assert (answer.status_code, answer.json()["code"]) == (403, "event_over")
    changed = [await hall.visit().post(f"{API}/devices/token", json={"refresh_token": p.refresh_token}) for p in (door, booth)]
    assert [a.status_code for a in changed] == [401, 200]
    # nor does another phone join
    staff = await hall.staff()
    answer = await staff.post(f"{API}/organiser/devices/enrolments", json={"event": hall.slug})
    assert answer.status_code == 409


async def test_of_somebody_who_lost_her_place_no_company_is_shown_and_nothing_once_she_is_to_be_erased(hall: Hall) -> None:
    door, gone = await hall.phone(None), await hall.guest(state="cancelled", name="มาลี ใจงาม")
    [item] = (await look(door, "มาลี")).json()["items"]
    assert (item["name"], item["company"], item["state"]) == ("มาลี ใจงาม", "", "cancelled")
    await hall.add("block_event", person_id=gone.person, kind="erasing", act="set", at=hall.clock.now, actor="subject")
    assert await names(door, "มาลี") == []
    # while she has a place, the door must know her
    await hall.guest(name="มาลี ใจงาม", email=gone.card["email"])
    assert await names(door, "มาลี") == ["มาลี ใจงาม"]


@pytest.mark.requirement("S3.1-badge-3")
async def test_who_has_no_badge_is_let_in_by_name_once_and_no_sponsor_hears_of_it(hall: Hall) -> None:
    guest, door = await hall.guest(), await hall.phone(None)
    await hall.sql.execute("update device set place = 'North entrance' where id = $1", door.id)
    body = movement(door, guest.id)
    first = (await move(door, body)).json()
    assert first == {
        "id": body["id"],
        "verdict": "valid",
        "duplicate": False,
        "attendee": {"name": guest.card["name"], "ticket_name": "Visitor"},
        "first_entry_at": None,
        "first_entry_place": None,
        "valid_from": None,
        "valid_until": None,
    }
    hall.clock.forward(minutes=4)
    assert (await move(door, body)).json() == first | {"duplicate": True}
    # her badge turns up: it is the same person
    again = await door.scan(guest.code, kind="entry")
    told = (again["verdict"], again["first_entry_at"], again["first_entry_place"])
    assert told == ("already_in", "2027-03-01T09:00:00Z", "North entrance")
    assert await hall.count("registration", "id = $1 and state = 'attended'", guest.id) == 1
    assert await hall.count("scan", "device_id = $1 and code_sha256 = sha256($2)", door.id, guest.code.encode()) == 2
    assert (await let_in(door, guest.id, "exit"))["verdict"] == "valid"
    assert (await let_in(door, guest.id))["verdict"] == "valid"
    assert await hall.count("visit", "event_id = $1", hall.event) == 0


async def test_by_name_the_door_says_what_it_says_to_a_badge(hall: Hall) -> None:
    cancelled, pending, badgeless = await hall.guest(state="cancelled"), await hall.guest(state="pending"), await hall.guest()
    session, door = await hall.session(capacity=1), await hall.phone(None)
    await hall.sql.execute("update badge set revoked_at = $2 where registration_id = $1", badgeless.id, hall.clock.now)
    assert [(await let_in(door, who.id))["verdict"] for who in (cancelled, pending, badgeless)] == [
        "cancelled",
        "unknown",
        "valid",
    ]
    assert await hall.count("scan", "registration_id = $1 and code_sha256 = sha256('')", badgeless.id) == 1
    seated = await hall.guest()
    sit = {"session": str(session)}
    said = [(await let_in(door, who.id, "session", **sit))["verdict"] for who in (seated, badgeless, seated)]
    assert said == ["valid", "full", "already_in"]
    await hall.sql.execute("update ticket_type set valid_until = $2 where id = $1", hall.ticket, hall.clock.now)
    late = await let_in(door, badgeless.id)
    assert (late["verdict"], late["valid_until"]) == ("wrong_day", "2027-03-01T09:00:00Z")


async def test_two_phones_at_once_let_somebody_in_by_name_once(hall: Hall) -> None:
    guest, doors = await hall.guest(), [await hall.phone(None) for _ in range(4)]
    said = await asyncio.gather(
        *(let_in(door, guest.id) for door in doors[:2]), *(d.scan(guest.code, kind="entry") for d in doors[2:])
    )
    assert sorted(s["verdict"] for s in said) == ["already_in"] * 3 + ["valid"]


async def test_nobody_is_let_into_a_session_that_there_is_not(hall: Hall) -> None:
    guest, door = await hall.guest(), await hall.phone(None)
    answer = await move(door, movement(door, guest.id) | {"kind": "session", "session": str(uuid4())})
    assert (answer.status_code, answer.json()["verdict"], answer.json()["attendee"]) == (200, "no_such_session", None)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "booth"}, "kind"),
        ({"kind": "session"}, "session"),
        ({"session": str(uuid4())}, "session"),
        ({"at": "9999-12-31T23:59:59-12:00"}, "at"),
        ({"sent_at": "9999-12-31T23:59:59-12:00"}, "sent_at"),
        ({"at": "2027-03-01T09:00:00"}, "at"),
        ({"registration": "me"}, "registration"),
    ],
)
async def test_a_wrong_movement_names_its_field(hall: Hall, change: dict[str, str], field: str) -> None:
    guest, door = await hall.guest(), await hall.phone(None)
    answer = await move(door, movement(door, guest.id) | change)
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, [field])
    assert await hall.count("scan", "device_id = $1", door.id) == 0


async def test_a_phones_clock_is_corrected_by_what_it_says_when_it_sends(hall: Hall) -> None:
    guest, door = await hall.guest(), await hall.phone(None)
    hall.clock.forward(minutes=10)
    await let_in(door, guest.id, at="2027-03-01T11:55:00Z", sent_at="2027-03-01T12:00:00Z")
    again = await door.scan(guest.code, kind="entry")
    assert again["first_entry_at"] == "2027-03-01T09:05:00Z"  # five minutes before it was sent, by our clock


async def test_a_repeated_id_with_another_person_shows_nobody(hall: Hall) -> None:
    one, other, door = await hall.guest(), await hall.guest(), await hall.phone(None)
    body = movement(door, one.id)
    await move(door, body)
    answer = (await move(door, body | {"registration": str(other.id)})).json()
    assert (answer["duplicate"], answer["attendee"]) == (True, None)
    assert await hall.count("registration", "id = $1 and state = 'confirmed'", other.id) == 1


@pytest.mark.requirement("S11-sec-4")
async def test_a_revoked_door_phone_finds_nobody_and_what_it_lets_in_is_kept_apart(hall: Hall) -> None:
    guest, door, staff = await hall.guest(), await hall.phone(None), await hall.staff()
    assert (await staff.delete(f"{API}/organiser/devices/{door.id}")).status_code == 204
    for answer in (
        await look(door, "มาลี"),
        await move(door, movement(door, guest.id)),
        await move(door, movement(door, uuid4())),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "device_revoked")
    assert await hall.count("door_lookup", "event_id = $1", hall.event) == 0
    assert await hall.count("scan", "device_id = $1 and quarantined and registration_id is null", door.id) == 2
    assert await hall.count("registration", "id = $1 and state = 'confirmed'", guest.id) == 1


@pytest.mark.parametrize(
    ("typed", "end"),
    [
        ("ABCDE", "ABCDE"),
        ("abcde", "ABCDE"),
        ("AB CD-E", "ABCDE"),
        ("OIL12", "01112"),
        ("ABCD", None),
        ("A" * 20, "A" * 20),
        ("A" * 21, None),
        ("มาลีใจงาม", None),
        ("a@b.example", None),
    ],
)
def test_what_can_be_the_end_of_a_code(typed: str, end: str | None) -> None:
    assert code_end(typed) == end


async def test_an_event_that_was_cancelled_lets_nobody_in_by_name(hall: Hall) -> None:
    guest, door = await hall.guest(), await hall.phone(None)
    await hall.sql.execute("update event set cancelled_at = $2 where id = $1", hall.event, hall.clock.now)
    assert [item["state"] for item in (await look(door, "มาลี")).json()["items"]] == ["cancelled"]
    assert (await let_in(door, guest.id))["verdict"] == "cancelled"
