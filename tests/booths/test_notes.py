"""A helper's note: about a lead of her own phone's, while it is one; read by the attendee, and by her sponsor alone."""

import json
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from events.booths.notes.actions import LOOKS_AT_ONCE
from events.phones.sealing import SUITE, Opener, unpadded
from tests.booths.booth import API, ask, choice, look, put_note, scanned
from tests.conftest import SETTINGS
from tests.leads.fair import Fair
from tests.people import ok


@pytest.mark.requirement("S6-sponsor-16")
async def test_a_note_is_kept_with_its_lead_and_the_same_phone_reads_it_again(fair: Fair) -> None:
    phone = await fair.people.phone("S1")
    who, scan = await scanned(fair, phone)
    assert (await look(phone, scan))["note"] is None
    assert ok(await put_note(fair, phone, scan, "Wants a demo", rating=3)) == {"kept": True, "warning": None}
    seen = await look(phone, scan)
    assert seen["verdict"] == "lead"
    assert {field: seen["lead"][field] for field in who.card} == who.card
    assert seen["note"] == {"rating": 3, "answers": {}, "note": "Wants a demo"}


@pytest.mark.requirement("S6-sponsor-14", "F9")
async def test_a_look_at_a_scan_is_booked_as_a_scan(fair: Fair) -> None:
    phone = await fair.people.phone("S1")
    who, scan = await scanned(fair, phone)
    await look(phone, scan)
    booked = await fair.sql.fetch(
        "select r.channel, r.actor_id, r.row_count, d.registration_id, d.basis from release r"
        " join disclosure d on d.release_id = r.id where r.organisation_id = $1 order by r.id",
        fair.world.organisation,
    )
    assert [tuple(row) for row in booked] == [("scan", phone.id, 1, who.id, "scan")] * 2
    assert await fair.sql.fetchval(
        "select bool_and(release.release_hash(r) = r.hash) from release r where r.organisation_id = $1", fair.world.organisation
    )


@pytest.mark.requirement("S6-recip-1")
async def test_a_phone_cannot_fill_an_attendees_list_of_who_got_her_data(fair: Fair) -> None:
    phone = await fair.people.phone("S1")
    who, scan = await scanned(fair, phone)
    answers = [await phone.client.get(f"{API}/scans/{scan}") for _ in range(LOOKS_AT_ONCE + 5)]
    assert [answer.status_code for answer in answers] == [200] * LOOKS_AT_ONCE + [429] * 5
    assert answers[-1].headers["retry-after"] == "20"
    assert len(await who.attendee.disclosures()) == 1 + LOOKS_AT_ONCE
    fair.clock.forward(seconds=20)
    assert (await look(phone, scan))["verdict"] == "lead"


@pytest.mark.requirement("S6-sponsor-16", "S6-sponsor-15")
async def test_there_is_no_note_and_one_answer_for_whatever_is_no_lead(fair: Fair) -> None:
    phone = await fair.people.phone("S1")
    cases: dict[str, UUID] = {"never allowed": uuid4(), "no such badge": uuid4(), "on the form alone": uuid4()}
    not_allowed = await fair.attendee()
    await phone.scan(not_allowed.attendee.badge, client_id=cases["never allowed"])
    await phone.scan("AAAAAAAAAAAAAAAAAAAA", client_id=cases["no such badge"])
    on_form = await fair.attendee(shares_with=["S1"])
    await phone.scan(on_form.attendee.badge, client_id=cases["on the form alone"])
    withdrew, cases["withdrew"] = await scanned(fair, phone)
    await withdrew.attendee.withdraw("badge_scan")
    disputed, cases["said it was not her"] = await scanned(fair, phone)
    [scan] = ok(await disputed.attendee.client.get(f"{disputed.attendee.path}/scans"))["items"]
    ok(await disputed.attendee.client.post(f"{disputed.attendee.path}/scans/{scan['id']}/not-me"))
    restricted, cases["restricted"] = await scanned(fair, phone)
    ok(await restricted.attendee.client.post(f"{API}/me/requests", json={"kind": "restriction"}))
    answers = {name: await put_note(fair, phone, scan) for name, scan in cases.items()}
    assert {name: (answer.status_code, answer.json()["code"]) for name, answer in answers.items()} == dict.fromkeys(
        cases, (409, "not_a_lead")
    )
    assert len({answer.text.replace(str(cases[name]), "") for name, answer in answers.items()}) == 1
    for scan in cases.values():
        assert await look(phone, scan) == {"verdict": "saved_not_shared", "lead": None, "note": None}
    assert await fair.sql.fetchval("select count(*) from lead_note where organisation_id = $1", fair.world.organisation) == 0


@pytest.mark.requirement("S6-sponsor-15")
async def test_a_scan_of_another_phone_is_not_here(fair: Fair) -> None:
    phone, other, foreign = [await fair.people.phone(party) for party in ("S1", "S1", "S2")]
    _, scan = await scanned(fair, phone)
    for stranger in (other, foreign):
        for answer in (await put_note(fair, stranger, scan), await stranger.client.get(f"{API}/scans/{scan}")):
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await put_note(fair, phone, uuid4())).status_code == 404


@pytest.mark.requirement("S6-sponsor-16")
async def test_what_a_phone_scanned_while_it_was_revoked_takes_no_note(fair: Fair) -> None:
    phone = await fair.people.phone("S1")
    _, scan = await scanned(fair, phone)
    ok(await (await fair.admin("S1")).delete(f"{API}/devices/{phone.id}"))
    for answer in (await put_note(fair, phone, scan), await phone.client.get(f"{API}/scans/{scan}")):
        assert (answer.status_code, answer.json()["code"]) == (401, "device_revoked")


async def test_a_door_phone_notes_nothing(fair: Fair) -> None:
    door = await fair.people.door_phone()
    assert (await put_note(fair, door, uuid4())).status_code == 401
    assert (await door.client.get(f"{API}/scans/{uuid4()}")).status_code == 401


@pytest.mark.requirement("S6-sponsor-16")
async def test_the_later_writing_of_a_phone_wins_however_they_arrive(fair: Fair) -> None:
    phone = await fair.people.phone("S1")
    who, scan = await scanned(fair, phone)
    first, then = fair.clock.now, fair.clock.forward(minutes=2)
    stands = ok(await put_note(fair, phone, scan, "second", written_at=then.isoformat()))
    late = ok(await put_note(fair, phone, scan, "first", written_at=first.isoformat()))
    assert (stands["kept"], late["kept"]) == (True, False), "it says which of them stands"
    assert (await look(phone, scan))["note"]["note"] == "second"
    again = uuid4()
    await phone.scan(who.attendee.badge, client_id=again)
    ok(await put_note(fair, phone, again, "third"))
    assert (await look(phone, scan))["note"]["note"] == "third", "one phone has one note on one attendee"


async def test_a_phone_whose_clock_is_wrong_still_says_which_note_is_the_later(fair: Fair) -> None:
    phone = await fair.people.phone("S1")
    _, scan = await scanned(fair, phone)
    wrong = fair.clock.now + timedelta(hours=3)
    ok(await put_note(fair, phone, scan, "first", written_at=wrong.isoformat(), sent_at=wrong.isoformat()))
    fair.clock.forward(minutes=1)
    ok(await put_note(fair, phone, scan, "second"))
    assert (await look(phone, scan))["note"]["note"] == "second"


@pytest.mark.requirement("S6-sponsor-16")
async def test_two_helpers_notes_are_both_kept(fair: Fair) -> None:
    nok, mai = await fair.people.phone("S1", "Nok"), await fair.people.phone("S1", "Mai")
    who, first = await scanned(fair, nok)
    second = uuid4()
    await mai.scan(who.attendee.badge, client_id=second)
    ok(await put_note(fair, nok, first, "of Nok"))
    fair.clock.forward(seconds=1)
    ok(await put_note(fair, mai, second, "of Mai"))
    assert [(await look(nok, first))["note"]["note"], (await look(mai, second))["note"]["note"]] == ["of Nok", "of Mai"]
    items = ok(await who.attendee.client.get(f"{who.attendee.path}/notes"))["items"]
    assert [(item["helper"], item["note"]) for item in items] == [("Mai", "of Mai"), ("Nok", "of Nok")]


@pytest.mark.requirement("S6-sponsor-16")
async def test_answers_are_those_to_the_questions_of_the_booth(fair: Fair) -> None:
    phone = await fair.people.phone("S1")
    _, scan = await scanned(fair, phone)
    one, several, text, yes = await ask(
        fair,
        choice("A", "B"),
        choice("A", "B", kind="multiple"),
        {"kind": "text", "wording_en": "What?"},
        {"kind": "yes_no", "wording_th": "ไหม"},
    )
    [foreign] = await ask(fair, {"kind": "text", "wording_en": "Of S2"}, party="S2")
    a, b = (option["id"] for option in several["options"])
    good = {one["id"]: one["options"][0]["id"], several["id"]: [a, b], text["id"]: "words", yes["id"]: "no"}
    ok(await put_note(fair, phone, scan, answers=good))
    assert (await look(phone, scan))["note"]["answers"] == good
    wrong = {one["id"]: "nothing", several["id"]: a, text["id"]: ["list"], yes["id"]: "maybe", foreign["id"]: "x", "no-id": "x"}
    answer = await put_note(fair, phone, scan, answers=wrong)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [f"answers.{asked}" for asked in wrong]


async def test_an_answer_to_a_question_that_was_removed_meanwhile_is_kept(fair: Fair) -> None:
    phone = await fair.people.phone("S1")
    _, scan = await scanned(fair, phone)
    [asked] = await ask(fair, choice("A", "B"))
    await ask(fair)
    given = {asked["id"]: asked["options"][0]["id"]}
    ok(await put_note(fair, phone, scan, answers=given))
    assert (await look(phone, scan))["note"]["answers"] == given


@pytest.mark.requirement("S6-sponsor-16", "F31")
async def test_a_note_about_health_or_religion_is_kept_with_a_warning(fair: Fair) -> None:
    phone = await fair.people.phone("S1")
    _, scan = await scanned(fair, phone)
    assert ok(await put_note(fair, phone, scan, "เขาเป็นเบาหวาน")) == {"kept": True, "warning": "special_data"}
    [asked] = await ask(fair, {"kind": "text", "wording_en": "Anything else?"})
    answer = {asked["id"]: "is pregnant"}
    assert ok(await put_note(fair, phone, scan, answers=answer)) == {"kept": True, "warning": "special_data"}


@pytest.mark.requirement("S6-sponsor-16")
async def test_the_attendee_reads_what_was_noted_by_whom_and_when_and_goes_on_reading_it(fair: Fair) -> None:
    phone = await fair.people.phone("S1", "Nok <b>")
    who, scan = await scanned(fair, phone)
    stranger = await fair.attendee()
    [asked] = await ask(fair, choice("Now", "Later", wording_th="เมื่อไร"))
    at = fair.clock.now.isoformat().replace("+00:00", "Z")
    answers = {asked["id"]: asked["options"][1]["id"]}
    ok(await put_note(fair, phone, scan, "<script>alert(1)</script> ใจดี", rating=1, answers=answers))
    told = {
        "event": fair.slug,
        "party": str(fair.parties["S1"]),
        "party_name": "S1 Co., Ltd.",
        "party_contact": (await fair.world.get(f"/organiser/parties/{fair.parties['S1']}"))["party"]["contact_email"],
        "helper": "Nok <b>",
        "rating": 1,
        "answers": [{"question": {"th": "เมื่อไร", "en": "Which?"}, "answers": [{"th": "Later", "en": "Later"}]}],
        "note": "<script>alert(1)</script> ใจดี",
        "written_at": at,
    }
    [item] = ok(await who.attendee.client.get(f"{who.attendee.path}/notes"))["items"]
    assert item == told
    assert ok(await stranger.attendee.client.get(f"{stranger.attendee.path}/notes"))["items"] == []
    assert (await stranger.attendee.client.get(f"{who.attendee.path}/notes")).status_code == 404
    for language, words in (("en", ["low interest", "Later", "Which?"]), ("th", ["สนใจน้อย", "เมื่อไร"])):
        page = (await who.attendee.client.get(f"/{language}/me/{who.id}/who")).text
        for said in ("S1 Co., Ltd.", "Nok &lt;b&gt;", "&lt;script&gt;alert(1)&lt;/script&gt; ใจดี", *words):
            assert said in page
    ok(await who.attendee.client.post(f"{API}/me/requests", json={"kind": "restriction"}))
    assert ok(await who.attendee.client.get(f"{who.attendee.path}/notes"))["items"] == [item]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rating": 4}, "rating"),
        ({"note": "x" * 2001}, "note"),
        ({"written_at": "2027-03-01T09:00:00"}, "written_at"),
        ({"written_at": "9999-12-31T23:59:59-23:59"}, "written_at"),
        ({"answers": {"a": 1}}, "answers"),
    ],
)
async def test_a_note_that_is_none_is_refused_by_its_field(fair: Fair, changes: dict[str, Any], field: str) -> None:
    phone = await fair.people.phone("S1")
    _, scan = await scanned(fair, phone)
    answer = await put_note(fair, phone, scan, **changes)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith(field)


async def test_a_note_may_hold_anything_that_can_be_typed(fair: Fair) -> None:
    phone = await fair.people.phone("S1")
    _, scan = await scanned(fair, phone)
    typed = "=1+1\t\r\n'; drop table lead_note; -- \u202e 😀 ก\u0e33"
    ok(await put_note(fair, phone, scan, typed))
    assert (await look(phone, scan))["note"]["note"] == typed


def sealed(note: Any, phone: UUID, scan: UUID, purpose: bytes = b"events note v2") -> str:
    """A note as it waits on this phone."""
    opener = Opener.of(SETTINGS)
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), opener.point)
    info = purpose + phone.bytes + scan.bytes
    key_id = sha256(opener.point).digest()[:4]
    return unpadded(key_id + SUITE.encrypt(json.dumps(note).encode(), point, info))


@pytest.mark.requirement("S6-sponsor-16")
async def test_a_sealed_note_is_opened_for_its_scan(fair: Fair) -> None:
    phone = await fair.people.phone("S1")
    _, scan = await scanned(fair, phone)
    note = {"rating": 2, "answers": {}, "note": "ขอใบเสนอราคา"}
    ok(await put_note(fair, phone, scan, sealed=sealed(note, phone.id, scan)))
    assert (await look(phone, scan))["note"] == note


async def test_a_phone_that_was_paired_anew_brings_the_note_that_it_sealed_before(fair: Fair) -> None:
    before, phone = await fair.people.phone("S1"), await fair.people.phone("S1")
    _, scan = await scanned(fair, phone)
    note = {"rating": 2, "answers": {}, "note": "ok"}
    ok(await put_note(fair, phone, scan, sealed=sealed(note, before.id, scan), sealed_by=str(before.id)))
    assert (await look(phone, scan))["note"] == note


async def test_a_sealed_note_of_another_scan_or_of_something_else_is_refused(fair: Fair) -> None:
    phone = await fair.people.phone("S1")
    _, scan = await scanned(fair, phone)
    theirs = await fair.people.phone("S2")
    note = {"rating": 2, "answers": {}, "note": "ok"}
    refused: dict[str, dict[str, Any]] = {
        "another scan's": {"sealed": sealed(note, phone.id, uuid4())},
        "a scan, not a note": {"sealed": sealed(note, phone.id, scan, b"events scan v2booth")},
        "rated four": {"sealed": sealed(note | {"rating": 4}, phone.id, scan)},
        "another sponsor's": {"sealed": sealed(note, theirs.id, scan), "sealed_by": str(theirs.id)},
        "another phone's": {"sealed": sealed(note, theirs.id, scan)},
        "more than a note": {"sealed": sealed(note | {"party": "S2"}, phone.id, scan)},
        "no note at all": {"sealed": sealed("hello", phone.id, scan)},
        "answers of no kind": {"sealed": sealed(note | {"answers": 1}, phone.id, scan)},
        "not sealed": {"sealed": "hello"},
        "twice": {"sealed": sealed(note, phone.id, scan), "rating": 1},
    }
    for name, body in refused.items():
        answer = await put_note(fair, phone, scan, **body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "sealed"), name
    assert (await look(phone, scan))["note"] is None
