"""Looking for leads: by what was released, by day, by helper; newest first; and what was noted. It tells nothing else."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from events.access.caller import Caller
from events.access.tokens import digest
from events.badges.codes import new_code
from events.database.connections import Database
from events.leads.actions import take_page
from events.leads.queries import leads_version
from events.leads.rules import Ask, Look
from events.terms import Field
from tests.leads.fair import Fair, Visitor
from tests.people import Phone, ok

LEADS = "/api/v1/leads"


async def found(fair: Fair, party: str = "S1", **asked: Any) -> list[Any]:
    return ok(await (await fair.admin(party)).get(LEADS, params=fair.asking(**asked)))["items"]  # type: ignore[no-any-return]


async def scanned(fair: Fair, phone: Phone, **card: Any) -> tuple[Visitor, UUID]:
    """Somebody who allows scans and was scanned, and the phone's id of that scan."""
    who = await fair.attendee(badge_scan=True, **card)
    scan = uuid4()
    assert (await phone.scan(who.attendee.badge, client_id=scan))["verdict"] == "lead"
    return who, scan


async def note(fair: Fair, phone: Phone, scan: UUID, text: str, **more: Any) -> None:
    fair.clock.forward(seconds=1)
    body = {"note": text, "written_at": fair.clock.now.isoformat()} | more
    ok(await phone.client.put(f"/api/v1/scans/{scan}/note", json=body))


async def caller(fair: Fair, party: str) -> Caller:
    admin = await fair.admin(party)
    return Caller("session", digest(admin.cookies["session"]).hex())


@pytest.mark.requirement("S6-sponsor-12")
async def test_a_search_finds_a_part_of_any_released_value_and_books_only_what_it_shows(fair: Fair) -> None:
    mali = await fair.attendee(shares_with=["S1"], name="มาลี ใจงาม")
    max_ = await fair.attendee(shares_with=["S1"], card={"name": "Max", "company": "Krung Thep Robotics"})
    assert [item["name"] for item in await found(fair, search="ใจงาม")] == ["มาลี ใจงาม"]
    assert [item["name"] for item in await found(fair, search=" ROBOTICS ")] == ["Max"]
    assert [item["name"] for item in await found(fair, search=max_.card["email"].upper())] == ["Max"]
    assert await found(fair, search="%") == []
    assert await found(fair, search="_") == []
    page = ok(await (await fair.admin("S1")).get(LEADS, params=fair.asking(search="ใจงาม")))
    assert (await fair.book(page["release"]))["lines"] == [mali.id]
    for ending in ("csv", "json"):
        answer = await (await fair.admin("S1")).get(f"{LEADS}.{ending}", params=fair.asking(search="robot"))
        assert (await fair.book(answer.headers["events-release"]))["lines"] == [max_.id]
        assert "มาลี" not in answer.text


@pytest.mark.requirement("S6-sponsor-12", "S6-sponsor-15")
async def test_a_search_is_no_oracle_about_what_is_withheld_or_about_anybody_else(fair: Fair) -> None:
    """Each of these stands in the database and could be found by a search that looks at more than what is released."""
    secret = {"name": "Hidden Name", "company": "Hidden Company", "phone": "+66 81 777 7777", "job_title": "Hidden Title"}
    half = await fair.attendee(shares_with=["S1"], fields=["name", "email"], card=secret | {"name": "Shown"})
    switched_off = await fair.attendee(
        shares_with=["S1"], withheld=["company"], card={"company": "Hidden Company", "name": "Off"}
    )
    others = await fair.attendee(shares_with=["S2"], card=secret)
    nobody = await fair.attendee(card=secret)
    phone = await fair.people.phone("S1")
    not_allowed = await fair.attendee(card=secret)
    await phone.scan(not_allowed.attendee.badge)
    gone = await fair.attendee(shares_with=["S1"], card=secret)
    since = fair.clock.now.isoformat()
    assert len(await found(fair, search="hidden name")) == 1, "what could leak is there"
    await gone.withdraw(fair.parties["S1"])
    for text in ("hidden", "777", "Hidden Company", "hidden title"):
        for asked in ({}, {"changed_since": since}, {"fields": "name"}):
            assert await found(fair, search=text, **asked) == [], text
    hidden = (others, nobody, not_allowed, gone)
    for who in hidden:
        assert await found(fair, search=who.card["email"]) == []
        assert await found(fair, search=str(who.id)) == []
        assert await found(fair, search=who.attendee.badge) == []
    # and what is released, though not asked for in this pull, is not compared either
    assert [item["name"] for item in await found(fair, search=half.card["email"])] == ["Shown"]
    assert await found(fair, search=half.card["email"], fields="name") == []
    assert [item["name"] for item in await found(fair, search="off")] == ["Off"]
    assert switched_off.card["company"] == "Hidden Company"


@pytest.mark.requirement("S6-sponsor-15")
async def test_helper_and_day_find_released_visits_only(fair: Fair) -> None:
    nok, mai = await fair.people.phone("S1", "Nok"), await fair.people.phone("S1", "Mai")
    # 09:00 in UTC is 16:00 in Bangkok; nine hours later it is the next day there, and still the same in UTC
    await scanned(fair, nok, name="Early")
    not_allowed = await fair.attendee(name="Not allowed")
    await nok.scan(not_allowed.attendee.badge)
    form_and_scan = await fair.attendee(shares_with=["S1"], name="Form, scanned without allowing it")
    await nok.scan(form_and_scan.attendee.badge)
    fair.clock.forward(hours=9)
    await mai.refresh()
    await scanned(fair, mai, name="Late")
    assert [item["name"] for item in await found(fair, helper="Nok")] == ["Early"]
    assert [item["name"] for item in await found(fair, helper="Mai")] == ["Late"]
    assert await found(fair, helper="No") == []
    assert [item["name"] for item in await found(fair, day="2027-03-01")] == ["Early"]
    assert [item["name"] for item in await found(fair, day="2027-03-02")] == ["Late"]
    assert [item["name"] for item in await found(fair, day="2027-03-02", helper="Mai", search="late")] == ["Late"]
    assert await found(fair, day="2027-03-02", helper="Nok") == []
    assert await found(fair, "S2", helper="Nok") == []
    [lead] = [item for item in await found(fair) if item["name"].startswith("Form")]
    assert (lead["basis"], lead["scanned_at"], lead["scanned_by"]) == ("form", None, None)


@pytest.mark.parametrize(
    ("asked", "field"), [({"day": "tomorrow"}, "day"), ({"search": "a\x00b"}, "search"), ({"helper": "n" * 101}, "helper")]
)
async def test_what_cannot_be_looked_for_is_named(fair: Fair, asked: dict[str, str], field: str) -> None:
    answer = await (await fair.admin("S1")).get(LEADS, params=fair.asking(**asked))
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, [field])


async def test_pages_of_a_search_follow_one_another(fair: Fair) -> None:
    for n in range(5):
        await fair.attendee(shares_with=["S1"], name=f"{'Even' if n % 2 == 0 else 'Odd'} {n}")
    admin, names, cursor = await fair.admin("S1"), [], None
    while True:
        page = ok(await admin.get(LEADS, params=fair.asking(search="even", limit=2, cursor=cursor)))
        names += [item["name"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert names == ["Even 0", "Even 2", "Even 4"]


@pytest.mark.requirement("F9")
async def test_the_newest_lead_is_first_on_a_page_and_pages_follow_one_another(fair: Fair, database: Database) -> None:
    people = [await fair.attendee(shares_with=["S1"], name=f"N{n}") for n in range(4)]
    scan_later = await fair.attendee(badge_scan=True, name="Scanned last")
    fair.clock.forward(minutes=1)
    await (await fair.people.phone("S1")).scan(scan_later.attendee.badge)
    who, asked = await caller(fair, "S1"), Ask(fair.slug, "follow_up", tuple(Field))
    names, cursor, before = [], None, None
    while True:
        look = Look(newest=True, before=before)
        ask = Ask(asked.event, asked.use, asked.fields, look=look)
        page = await take_page(database, who, fair.parties["S1"], ask, cursor, 2, fair.clock.now, channel="page")
        names += [lead.values[Field.NAME] for lead in page.leads]
        assert (await fair.book(page.release))["channel"] == "page"
        if page.next is None:
            break
        cursor, before = page.next, page.leads[-1].changed_at
    assert names == ["Scanned last", "N3", "N2", "N1", "N0"]
    await people[3].withdraw(fair.parties["S1"])
    ask = Ask(asked.event, asked.use, asked.fields, look=Look(newest=True))
    page = await take_page(database, who, fair.parties["S1"], ask, None, 2, fair.clock.now, channel="page")
    assert [lead.values[Field.NAME] for lead in page.leads] == ["Scanned last", "N2"]


@pytest.mark.requirement("S6-sponsor-16", "S6-sponsor-13")
async def test_a_lead_says_who_scanned_it_and_what_was_noted_and_a_tombstone_says_nothing(fair: Fair) -> None:
    nok, mai = await fair.people.phone("S1", "Nok"), await fair.people.phone("S1", "Mai")
    who, first = await scanned(fair, nok)
    second = uuid4()
    fair.clock.forward(minutes=1)
    await mai.scan(who.attendee.badge, client_id=second)
    at = fair.clock.now.isoformat().replace("+00:00", "Z")
    await note(fair, nok, first, "Wants a demo", rating=3)
    since = fair.clock.forward(minutes=10)
    await note(fair, mai, second, "Send prices")
    foreign = await fair.people.phone("S2", "Of S2")
    theirs = uuid4()
    await foreign.scan(who.attendee.badge, client_id=theirs)
    await note(fair, foreign, theirs, "Of no business of S1")
    [lead] = await found(fair)
    assert (lead["scanned_at"], lead["scanned_by"]) == (at, "Mai")
    assert [(n["helper"], n["rating"], n["note"]) for n in lead["notes"]] == [
        ("Nok", 3, "Wants a demo"),
        ("Mai", None, "Send prices"),
    ]
    assert [item["id"] for item in await found(fair, helper="Nok")] == [lead["id"]], "whoever noted counts as well"
    assert [item["id"] for item in await found(fair, changed_since=since.isoformat())] == [lead["id"]], "a note is news"
    assert await found(fair, changed_since=(since + timedelta(minutes=5)).isoformat()) == []
    await who.withdraw()
    fair.clock.forward(minutes=1)
    assert await found(fair, changed_since=since.isoformat()) == [{"id": lead["id"], "state": "withdrawn"}]


@pytest.mark.requirement("S6-sponsor-16")
async def test_a_note_after_a_disputed_scan_is_gone(fair: Fair) -> None:
    nok, mai = await fair.people.phone("S1", "Nok"), await fair.people.phone("S1", "Mai")
    who, first = await scanned(fair, nok)
    second = uuid4()
    await mai.scan(who.attendee.badge, client_id=second)
    await note(fair, nok, first, "Was she it?")
    await note(fair, mai, second, "She is nice")
    scan = await fair.sql.fetchval("select id from scan where client_id = $1", first)
    ok(await who.attendee.client.post(f"{who.attendee.path}/scans/{scan}/not-me"))
    [lead] = await found(fair)
    assert [n["note"] for n in lead["notes"]] == ["She is nice"]
    assert await found(fair, helper="Nok") == []


@pytest.mark.requirement("S6-sponsor-16", "scenario-11")
async def test_a_note_from_before_a_withdrawal_is_told_nowhere_whatever_she_allows_since(fair: Fair) -> None:
    phone = await fair.people.phone("S1", "Nok")
    who, scan = await scanned(fair, phone)
    await note(fair, phone, scan, "mobile 0812345678")
    fair.clock.forward(minutes=1)
    await who.attendee.withdraw_everything()
    fair.clock.forward(minutes=1)
    ok(await who.attendee.grant("sponsor_sharing", fair.parties["S1"], ["name"]))
    [lead] = await found(fair)
    assert (lead["basis"], lead["notes"]) == ("form", [])
    assert await found(fair, helper="Nok") == []
    file = await (await fair.admin("S1")).get("/api/v1/leads.csv", params=fair.asking())
    assert (file.status_code, "0812345678" in file.text) == (200, False)
    ok(await who.attendee.grant("badge_scan"))
    fair.clock.forward(seconds=1)
    await (await fair.people.phone("S1", "Mai")).scan(who.attendee.badge)
    [lead] = await found(fair)
    assert (lead["basis"], lead["scanned_by"], lead["notes"]) == ("both", "Mai", [])
    assert ok(await phone.client.get(f"/api/v1/scans/{scan}")) == {"verdict": "saved_not_shared", "lead": None, "note": None}
    [hers] = ok(await who.attendee.client.get(f"{who.attendee.path}/notes"))["items"]
    assert hers["note"] == "mobile 0812345678", "it is about her, and stays hers to read"


@pytest.mark.requirement("S6-sponsor-16", "scenario-1")
async def test_a_note_is_told_on_the_ground_of_its_scan_not_of_a_form(fair: Fair) -> None:
    phone = await fair.people.phone("S1", "Nok")
    who, scan = await scanned(fair, phone, shares_with=["S1"], fields=["name"])
    await note(fair, phone, scan, f"tel {who.card['phone']} {who.card['email']}")
    [lead] = await found(fair)
    assert (lead["basis"], len(lead["notes"])) == ("both", 1)
    since = fair.clock.forward(minutes=5)
    await who.attendee.withdraw("badge_scan")
    [lead] = await found(fair)
    assert (lead["basis"], lead["fields"], lead["notes"]) == ("form", ["name"], [])
    assert await found(fair, helper="Nok") == []
    # that it is the form's alone now is news, once; what was noted is not
    assert await found(fair, changed_since=(since - timedelta(minutes=1)).isoformat()) == [lead]


@pytest.mark.requirement("S6-sponsor-15")
async def test_the_version_of_a_list_changes_with_it_and_says_nothing(fair: Fair, database: Database) -> None:
    who = await caller(fair, "S1")
    phone = await fair.people.phone("S1")

    async def version() -> str:
        return await leads_version(database, who, fair.parties["S1"], fair.slug, "follow_up", fair.clock.now)

    seen = [await version()]
    assert await version() == seen[0]
    named = await fair.attendee(shares_with=["S1"])
    seen.append(await version())
    _, scan = await scanned(fair, phone)
    seen.append(await version())
    await note(fair, phone, scan, "Call")
    seen.append(await version())
    await found(fair)
    assert await version() == seen[-1], "to look is no change"
    await named.withdraw(fair.parties["S1"])
    seen.append(await version())
    assert len(set(seen)) == len(seen)
    assert all(len(word) == 64 for word in seen)
    await fair.attendee(shares_with=["S2"])
    assert await version() == seen[-1]


@pytest.mark.requirement("S6-sponsor-15", "F21")
async def test_the_version_of_a_list_does_not_move_for_anybody_whom_the_list_does_not_show(
    fair: Fair, database: Database
) -> None:
    """Else whoever scans a badge with the page open learns whether somebody stands behind it who allows nothing."""
    who, phone = await caller(fair, "S1"), await fair.people.phone("S1")
    fair.clock.forward(minutes=1)

    async def version(use: str | None = "follow_up") -> str:
        return await leads_version(database, who, fair.parties["S1"], fair.slug, use, fair.clock.now)

    refuses = await fair.attendee()
    before = await version()
    moved = {}
    fair.clock.forward(seconds=1)
    await phone.scan(refuses.attendee.badge)
    moved["a scan of somebody who refuses"] = await version() != before
    old = refuses.attendee.badge
    ok(await refuses.attendee.client.post(f"{refuses.attendee.path}/badge"))
    await phone.scan(old)
    moved["a scan of a badge that is dead"] = await version() != before
    await phone.scan(new_code(old[:2]))
    moved["a scan of no badge"] = await version() != before
    allows = await fair.attendee(badge_scan=True)
    moved["somebody registers who was not scanned"] = await version() != before
    await allows.attendee.withdraw("sponsor_sharing", fair.parties["S1"])
    moved["a no of somebody whom it never had"] = await version() != before
    fair.clock.forward(minutes=1)
    await phone.scan(allows.attendee.badge)
    moved["a scan of somebody who said no to it"] = await version() != before
    named, _scan = await scanned(fair, phone)
    with_lead = await version()
    assert with_lead != before
    await fair.sql.execute("update sponsorship set ends_at = $1 where party_id = $2", fair.clock.now, fair.parties["S1"])
    ended = await version()
    await named.attendee.withdraw_everything()
    await phone.scan(refuses.attendee.badge)
    moved["anything after the sponsorship"] = await version() != ended
    assert ended == await version(None), "one word where there is no list"
    assert {what for what, did in moved.items() if did} == set()


@pytest.mark.requirement("S6-sponsor-16")
async def test_the_version_of_a_list_moves_with_the_notes_that_it_tells_and_with_no_other(fair: Fair, database: Database) -> None:
    who, nok, mai = await caller(fair, "S1"), await fair.people.phone("S1"), await fair.people.phone("S1")
    both, scan = await scanned(fair, nok, shares_with=["S1"])
    fair.clock.forward(minutes=1)
    second = uuid4()
    await mai.scan(both.attendee.badge, client_id=second)

    async def version() -> str:
        return await leads_version(database, who, fair.parties["S1"], fair.slug, "follow_up", fair.clock.now)

    seen = [await version()]
    for phone, of in ((nok, scan), (mai, second), (nok, scan)):
        await note(fair, phone, of, "again")
        seen.append(await version())
    assert len(set(seen)) == len(seen)
    await both.attendee.withdraw("badge_scan")
    by_form = await version()
    await fair.sql.execute(
        "update lead_note set changed_at = changed_at + interval '1 minute' where registration_id = $1", both.id
    )
    assert await version() == by_form
