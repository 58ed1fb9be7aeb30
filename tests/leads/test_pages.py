"""GET /leads: exactly what was allowed, to exactly whom, and the book holds every row."""

import random
from uuid import uuid4

import httpx
import pytest

from events.access.tokens import Signer
from tests.conftest import SETTINGS
from tests.leads.fair import Fair
from tests.people import ALL_SEVEN, ok
from tests.round_trips import counting

LEADS = "/api/v1/leads"
RECALLS = "/api/v1/recalls"
FILE_STATEMENTS = [5, 5]
THREE = ["name", "company", "email"]
USABLE_UNTIL = "2027-05-12T09:00:00Z"  # the event's end and sixty days


def shown(item: dict[str, object]) -> dict[str, object]:
    """The personal part of an item."""
    return {key: item[key] for key in item if key in ALL_SEVEN}


@pytest.mark.requirement("scenario-1", "S6-sponsor-12")
async def test_a_sponsor_that_asks_all_seven_fields_gets_the_three_that_were_ticked(fair: Fair) -> None:
    who = await fair.attendee(shares_with=["S1"], fields=THREE)
    answer = await (await fair.admin("S1")).get(LEADS, params=fair.asking())
    assert answer.status_code == 200
    [item] = answer.json()["items"]
    assert item == {
        "id": item["id"],
        "state": "lead",
        "basis": "form",
        "fields": THREE,
        **{field: who.card[field] for field in THREE},
        "changed_at": who.confirmed_at,
        "usable_until": USABLE_UNTIL,
        "scanned_at": None,
        "scanned_by": None,
        "notes": [],
    }
    assert item["id"] != str(who.id)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.requirement("scenario-2", "scenario-3", "scenario-5", "S6-sponsor-15")
async def test_whoever_was_not_ticked_and_did_not_scan_gets_nothing(fair: Fair) -> None:
    await fair.attendee(shares_with=["S1"])
    scanned = await fair.attendee(badge_scan=True)
    await (await fair.people.phone("S1")).scan(scanned.attendee.badge)
    await fair.attendee(badge_scan=True)
    assert (await (await fair.admin("S2")).get(LEADS, params=fair.asking())).json()["items"] == []
    assert len((await (await fair.admin("S1")).get(LEADS, params=fair.asking())).json()["items"]) == 2


@pytest.mark.requirement("scenario-4", "scenario-62")
async def test_a_scan_opens_the_seven_minus_what_she_switched_off(fair: Fair) -> None:
    who = await fair.attendee(badge_scan=True, withheld=["phone"])
    await (await fair.people.phone("S1")).scan(who.attendee.badge)
    [item] = (await (await fair.admin("S1")).get(LEADS, params=fair.asking())).json()["items"]
    assert item["basis"] == "scan"
    assert shown(item) == {field: who.card[field] for field in ALL_SEVEN if field != "phone"}


@pytest.mark.requirement("scenario-22", "S6-sponsor-12")
async def test_asking_only_for_what_was_not_consented_gets_nothing(fair: Fair) -> None:
    await fair.attendee(shares_with=["S1"], fields=THREE)
    admin = await fair.admin("S1")
    assert (await admin.get(LEADS, params=fair.asking(fields="phone"))).json()["items"] == []
    [item] = (await admin.get(LEADS, params=fair.asking(fields="phone,name"))).json()["items"]
    assert shown(item) == {"name": "มาลี ใจงาม"}


@pytest.mark.requirement("S6-sponsor-12")
async def test_what_leaves_is_the_intersection_whatever_is_asked_allowed_agreed_and_switched_off(fair: Fair) -> None:
    draw = random.Random(6)  # invented choices

    def some() -> list[str]:
        return draw.sample(ALL_SEVEN, draw.randint(1, 7))

    agreed = {f"R{n}": some() for n in range(3)}
    for name, fields in agreed.items():
        await fair.world.add_party(name, fields=fields)
        await fair.world.list_sponsor(name)
    people = []
    for _ in range(6):
        consented, withheld = some(), draw.sample(ALL_SEVEN, draw.randint(0, 3))
        await fair.attendee(shares_with=list(agreed), fields=consented, withheld=withheld)
        people.append((set(consented), set(withheld)))
    for _ in range(20):
        name, asked = draw.choice(list(agreed)), some()
        page = (await (await fair.admin(name)).get(LEADS, params=fair.asking(fields=",".join(asked)))).json()
        allowed = [(set(asked) & set(agreed[name]) & consented) - withheld for consented, withheld in people]
        expected = [[field for field in ALL_SEVEN if field in fields] for fields in allowed if fields]
        assert [list(shown(item)) for item in page["items"]] == expected
        assert [item["fields"] for item in page["items"]] == expected


@pytest.mark.requirement("S6-sponsor-9")
@pytest.mark.parametrize("missing", ["event", "use", "accept_terms"])
async def test_a_pull_must_name_the_event_the_use_and_accept_the_terms(fair: Fair, missing: str) -> None:
    answer = await (await fair.admin("S1")).get(LEADS, params=fair.asking(**{missing: None}))
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [missing]
    assert await fair.entries() == []


@pytest.mark.requirement("S6-sponsor-9", "scenario-42")
async def test_an_unknown_use_is_named_and_a_use_outside_the_agreement_refused_and_booked(fair: Fair) -> None:
    await fair.attendee(shares_with=["S1"])
    admin = await fair.admin("S1")
    unknown = await admin.get(LEADS, params=fair.asking(use="recruitment"))
    assert (unknown.status_code, [error["field"] for error in unknown.json()["errors"]]) == (422, ["use"])
    refused = await admin.get(LEADS, params=fair.asking(use="market_research"), headers={"accept-language": "th"})
    assert (refused.status_code, refused.json()["code"]) == (403, "use_not_agreed")
    assert refused.json()["detail"] == "ข้อตกลงของคุณไม่อนุญาตให้ใช้ข้อมูลเพื่อวัตถุประสงค์นี้"
    assert await fair.entries() == [("denied", "use_not_agreed", 0)]


@pytest.mark.parametrize(
    ("broken", "fields"),
    [
        ({"limit": "0"}, ["limit"]),
        ({"limit": "201"}, ["limit"]),
        ({"cursor": "x"}, ["cursor"]),
        ({"party": "x"}, ["party"]),
        ({"accept_terms": "perhaps"}, ["accept_terms"]),
        ({"changed_since": "2027-03-01T09:00:00"}, ["changed_since"]),
        ({"fields": "name;email"}, ["fields"]),
        ({"event": "e\x00e"}, None),
    ],
)
async def test_a_parameter_that_cannot_be_is_named(fair: Fair, broken: dict[str, str], fields: list[str] | None) -> None:
    answer = await (await fair.admin("S1")).get(LEADS, params=fair.asking(**broken))
    assert answer.status_code in {404, 422}
    assert fields is None or [error["field"] for error in answer.json()["errors"]] == fields


@pytest.mark.requirement("S6-sponsor-14", "F9")
async def test_the_book_has_one_line_per_row_and_one_entry_per_pull(fair: Fair) -> None:
    people = [await fair.attendee(shares_with=["S1"]) for _ in range(3)]
    await fair.attendee()
    admin = await fair.admin("S1")
    releases = [(await admin.get(LEADS, params=fair.asking())).json()["release"] for _ in range(2)]
    books = [await fair.book(release) for release in releases]
    assert releases[0] != releases[1]
    agreement = await fair.sql.fetchval("select id from agreement where party_id = $1", fair.parties["S1"])
    for book in books:
        assert sorted(book["lines"]) == sorted(person.id for person in people)
        assert (book["row_count"], book["outcome"], book["channel"], book["declared_use"]) == (3, "released", "api", "follow_up")
        assert (book["actor_kind"], book["requested_fields"], book["agreement_id"]) == (
            "session",
            ALL_SEVEN,
            agreement,
        )


async def test_a_pull_that_finds_nobody_is_booked_too(fair: Fair) -> None:
    page = (await (await fair.admin("S1")).get(LEADS, params=fair.asking())).json()
    assert page == {"items": [], "next": None, "release": page["release"]}
    assert (await fair.book(page["release"]))["row_count"] == 0


@pytest.mark.requirement("F2")
async def test_pages_follow_one_another_and_a_withdrawal_in_between_is_omitted(fair: Fair) -> None:
    people = [await fair.attendee(shares_with=["S1"], name=f"P{n}") for n in range(5)]
    admin = await fair.admin("S1")
    first = (await admin.get(LEADS, params=fair.asking(limit="2"))).json()
    assert [item["name"] for item in first["items"]] == ["P0", "P1"]
    assert first["next"] == first["release"]
    await people[0].withdraw(fair.parties["S1"])
    await people[3].withdraw(fair.parties["S1"])
    second = (await admin.get(LEADS, params=fair.asking(limit="2", cursor=first["next"]))).json()
    assert [item["name"] for item in second["items"]] == ["P2", "P4"]
    third = (await admin.get(LEADS, params=fair.asking(limit="2", cursor=second["next"]))).json()
    assert (third["items"], third["next"]) == ([], None)
    recalls = (await admin.get(RECALLS)).json()["items"]
    assert [recall["lead"] for recall in recalls] == [first["items"][0]["id"]]


async def test_a_cursor_of_another_sponsor_is_refused(fair: Fair) -> None:
    await fair.attendee(shares_with=["S1", "S2"])
    mine = (await (await fair.admin("S1")).get(LEADS, params=fair.asking(limit="1"))).json()
    other = await fair.admin("S2")
    for cursor in (mine["next"], str(uuid4())):
        answer = await other.get(LEADS, params=fair.asking(cursor=cursor))
        assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, ["cursor"])


@pytest.mark.requirement("S6-sponsor-1", "S6-sponsor-15")
async def test_an_event_of_others_is_not_found_whether_it_is_there_or_not(fair: Fair) -> None:
    await fair.world.add_party("S3")
    stranger = await fair.admin("S3")
    answers = [await stranger.get(LEADS, params=fair.asking(event=slug)) for slug in (fair.slug, "no-such-event")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert await fair.entries() == [("denied", "not_a_sponsor", 0)]


async def test_a_party_that_is_not_the_callers_is_not_found(fair: Fair) -> None:
    machine, _ = await fair.machine("S1")
    for client in (await fair.admin("S1"), machine):
        answer = await client.get(LEADS, params=fair.asking(party=str(fair.parties["S2"])))
        assert answer.status_code == 404
        assert (await client.get(LEADS, params=fair.asking(party=str(fair.parties["S1"])))).status_code == 200


async def test_whoever_acts_for_two_sponsors_says_for_which(fair: Fair) -> None:
    await fair.attendee(shares_with=["S1"])
    admin = await fair.admin("S1")
    member = {"email": fair.world.admin_emails["S1"], "role": "admin"}
    await fair.world.post(f"/organiser/parties/{fair.parties['S2']}/members", member)
    unnamed = await admin.get(LEADS, params=fair.asking())
    assert (unnamed.status_code, [error["field"] for error in unnamed.json()["errors"]]) == (422, ["party"])
    counts = [
        len((await admin.get(LEADS, params=fair.asking(party=str(fair.parties[name])))).json()["items"]) for name in ("S1", "S2")
    ]
    assert counts == [1, 0]


@pytest.mark.requirement("scenario-16", "scenario-55")
@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ("update event set starts_at = created_at, release_closes_at = created_at", 410, "window_closed"),
        ("update event set cancelled_at = created_at", 410, "event_cancelled"),
        ("update sponsorship set ends_at = starts_at", 410, "sponsorship_ended"),
        ("update party set suspended_at = created_at", 403, "party_suspended"),
        ("update party set notice_reviewed = false", 403, "party_notice_missing"),
        ("update event set published_at = null", 403, "event_not_published"),
        ("update event set our_role = 'processor', our_role_reason = 'their event'", 403, "not_our_event"),
    ],
)
async def test_a_refused_party_hears_the_reason_and_the_book_keeps_it(fair: Fair, change: str, status: int, code: str) -> None:
    await fair.attendee(shares_with=["S1"])
    admin = await fair.admin("S1")
    fair.clock.forward(minutes=1)
    await fair.sql.execute(f"{change} where organisation_id = $1", fair.world.organisation)
    for path in (LEADS, f"{LEADS}.csv"):
        answer = await admin.get(path, params=fair.asking())
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert fair.slug not in answer.text
    assert await fair.entries() == [("denied", code, 0), ("denied", code, 0)]


@pytest.mark.requirement("scenario-43")
async def test_an_agreement_that_ran_out_refuses(fair: Fair) -> None:
    await fair.world.add_party("S3", agreement_days=1)
    await fair.world.list_sponsor("S3")
    await fair.attendee(shares_with=["S3"])
    admin = await fair.admin("S3")
    assert len((await admin.get(LEADS, params=fair.asking())).json()["items"]) == 1
    fair.clock.forward(days=2)
    answer = await admin.get(LEADS, params=fair.asking())
    assert (answer.status_code, answer.json()["code"]) == (403, "no_agreement")


@pytest.mark.requirement("S6-sponsor-13")
async def test_changed_since_tells_what_is_new_and_what_was_withdrawn_and_nothing_of_those_never_released(fair: Fair) -> None:
    gone = await fair.attendee(shares_with=["S1"], name="Gone")
    await fair.attendee(shares_with=["S1"], name="Stays")
    never = await fair.attendee(shares_with=["S1"], fields=["name"])
    await never.withdraw(fair.parties["S1"])
    admin = await fair.admin("S1")
    ids = {item["name"]: item["id"] for item in (await admin.get(LEADS, params=fair.asking())).json()["items"]}
    fair.clock.forward(minutes=5)
    pulled = fair.clock.now.isoformat()
    assert (await admin.get(LEADS, params=fair.asking(changed_since=pulled))).json()["items"] == []
    await gone.withdraw(fair.parties["S1"])
    await fair.attendee(shares_with=["S1"], name="New")
    page = (await admin.get(LEADS, params=fair.asking(changed_since=pulled))).json()
    assert [item for item in page["items"] if item["state"] == "withdrawn"] == [{"id": ids["Gone"], "state": "withdrawn"}]
    assert [item["name"] for item in page["items"] if item["state"] == "lead"] == ["New"]
    assert (await fair.book(page["release"]))["row_count"] == 1
    fair.clock.forward(minutes=5)
    later = fair.clock.now.isoformat()
    assert (await admin.get(LEADS, params=fair.asking(changed_since=later))).json()["items"] == []


@pytest.mark.requirement("S6-sponsor-13", "scenario-58")
async def test_somebody_whose_only_scan_is_void_is_told_as_gone_though_nothing_of_hers_stands_with_the_sponsor(
    fair: Fair,
) -> None:
    who = await fair.attendee(badge_scan=True)
    await (await fair.people.phone("S1")).scan(who.attendee.badge)
    admin = await fair.admin("S1")
    [lead] = (await admin.get(LEADS, params=fair.asking())).json()["items"]
    since = fair.clock.forward(minutes=5).isoformat()
    [scan] = ok(await who.attendee.client.get(f"{who.attendee.path}/scans"))["items"]
    ok(await who.attendee.client.post(f"{who.attendee.path}/scans/{scan['id']}/not-me"))
    changed = (await admin.get(LEADS, params=fair.asking(changed_since=since))).json()["items"]
    assert changed == [{"id": lead["id"], "state": "withdrawn"}]


@pytest.mark.parametrize(("since", "found"), [("0001-01-01T00:00:00Z", 1), ("9999-12-31T23:59:59Z", 0)])
async def test_the_ends_of_time_are_times_too(fair: Fair, since: str, found: int) -> None:
    await fair.attendee(shares_with=["S1"])
    answer = await (await fair.admin("S1")).get(LEADS, params=fair.asking(changed_since=since))
    assert (answer.status_code, len(answer.json()["items"])) == (200, found)


async def test_what_changed_just_before_a_pull_comes_again_rather_than_never(fair: Fair) -> None:
    await fair.attendee(shares_with=["S1"])
    admin = await fair.admin("S1")
    fair.clock.forward(seconds=119)
    since = fair.clock.now.isoformat()
    assert len((await admin.get(LEADS, params=fair.asking(changed_since=since))).json()["items"]) == 1


@pytest.mark.requirement("S6-sponsor-13")
async def test_tombstones_page_like_leads(fair: Fair) -> None:
    people = [await fair.attendee(shares_with=["S1"]) for _ in range(3)]
    admin = await fair.admin("S1")
    given = [item["id"] for item in (await admin.get(LEADS, params=fair.asking())).json()["items"]]
    since = fair.clock.forward(minutes=5).isoformat()
    for person in people:
        await person.withdraw(fair.parties["S1"])
    first = (await admin.get(LEADS, params=fair.asking(changed_since=since, limit="2"))).json()
    second = (await admin.get(LEADS, params=fair.asking(changed_since=since, limit="2", cursor=first["next"]))).json()
    assert [item["id"] for page in (first, second) for item in page["items"]] == given
    assert {tuple(item) for page in (first, second) for item in page["items"]} == {("id", "state")}


async def test_a_lead_has_one_id_for_a_sponsor_and_another_for_the_next(fair: Fair) -> None:
    await fair.attendee(shares_with=["S1", "S2"])
    ids = [
        (await (await fair.admin(name)).get(LEADS, params=fair.asking())).json()["items"][0]["id"] for name in ("S1", "S1", "S2")
    ]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    "path", ["leads?event=%FF", "leads?event=%ED%A0%80&use=%00", "affiliate/events/%ED%A0%80/registrations?use=%FF"]
)
async def test_bytes_that_are_no_text_are_a_wrong_request(fair: Fair, path: str) -> None:
    await fair.world.add_party("AFF1", kind="affiliate")
    client = await fair.admin("AFF1" if path.startswith("affiliate") else "S1")
    assert (await client.get(f"/api/v1/{path}")).status_code == 422


async def test_visitors_attendees_and_helpers_take_no_leads(fair: Fair, anyone: httpx.AsyncClient) -> None:
    assert (await anyone.get(LEADS, params=fair.asking())).status_code == 401
    attendee = await fair.world.sign_in(f"{fair.unique('person')}@attendees.example")
    assert (await attendee.get(LEADS, params=fair.asking())).status_code == 403
    admin = await fair.admin("S1")
    await fair.sql.execute("update party_member set role = 'helper' where party_id = $1", fair.parties["S1"])
    assert (await admin.get(LEADS, params=fair.asking())).status_code == 403


async def test_a_machine_takes_leads_until_its_client_is_revoked(fair: Fair) -> None:
    await fair.attendee(shares_with=["S1"])
    machine, client = await fair.machine("S1")
    page = (await machine.get(LEADS, params=fair.asking())).json()
    assert len(page["items"]) == 1
    book = await fair.book(page["release"])
    assert (book["actor_kind"], book["actor_id"]) == ("client", client)
    assert (await (await fair.admin("S1")).delete(f"/api/v1/clients/{client}")).is_success
    for path in (LEADS, f"{LEADS}.csv", RECALLS):
        assert (await machine.get(path, params=fair.asking())).status_code == 401


async def test_a_machine_of_an_affiliate_takes_no_leads(fair: Fair) -> None:
    await fair.world.add_party("AFF1", kind="affiliate")
    machine, client = await fair.machine("AFF1")
    assert (await machine.get(LEADS, params=fair.asking())).status_code == 401
    # a token that says another role says it in vain: the party's kind decides
    machine.headers["authorization"] = f"Bearer {Signer(SETTINGS).issue('client', client, 'sponsor_machine', fair.clock.now)}"
    assert (await machine.get(LEADS, params=fair.asking())).status_code == 401


async def test_a_list_takes_the_same_statements_for_one_row_and_for_three(fair: Fair) -> None:
    admin = await fair.admin("S1")
    counts: dict[str, list[tuple[int, int]]] = {}
    for more in (1, 2):
        lost = [await fair.attendee(shares_with=["S1"]) for _ in range(more)]
        await admin.get(LEADS, params=fair.asking())
        for person in lost:
            await person.withdraw(fair.parties["S1"])
        for _ in range(more):
            await fair.attendee(shares_with=["S1"])
        for path in (LEADS, RECALLS, f"{LEADS}.csv", f"{LEADS}.xlsx"):
            async with counting(fair.world.database) as said:
                answer = await admin.get(path, params=fair.asking())
            rows = len(answer.json()["items"]) if path in {LEADS, RECALLS} else 0
            counts.setdefault(path, []).append((rows, len(said)))
    # the session, then the door; a file begins, reads its heading, takes, notes its hash and commits (the cursor's fetches,
    # one per thousand rows, are not in the log)
    assert counts[LEADS] == counts[RECALLS] == [(1, 2), (3, 2)]
    assert [said for _, said in counts[f"{LEADS}.csv"]] == [said for _, said in counts[f"{LEADS}.xlsx"]] == FILE_STATEMENTS
