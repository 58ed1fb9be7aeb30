"""Prepared links: they open once, soon, for their own party, and die with anybody's consent."""

from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import httpx
import pytest

from events.leads.rules import FORMATS
from tests.leads.fair import Fair
from tests.people import ok

DOWNLOADS = "/api/v1/leads/downloads"


def wanted(fair: Fair, **changes: object) -> dict[str, object]:
    return {"event": fair.slug, "format": "csv", "use": "follow_up", "accept_terms": True} | changes


async def prepared(fair: Fair, admin: httpx.AsyncClient, **changes: object) -> str:
    answer = await admin.post(DOWNLOADS, json=wanted(fair, **changes))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["url"])


@pytest.mark.requirement("S11-sec-3", "S6-sponsor-13")
async def test_a_link_opens_once(fair: Fair) -> None:
    who = await fair.attendee(shares_with=["S1"], fields=["name"])
    admin = await fair.admin("S1")
    answer = await admin.post(DOWNLOADS, json=wanted(fair, fields=["email", "name"]))
    link = answer.json()
    assert link == {
        "id": link["id"],
        "url": f"http://events.example/api/v1/downloads/{link['id']}",
        "expires_at": (fair.clock.now + timedelta(minutes=1)).isoformat().replace("+00:00", "Z"),
        "rows": 1,
    }
    assert await fair.entries() == []
    file = await admin.get(link["url"])
    assert file.status_code == 200
    assert file.headers["content-disposition"] == f'attachment; filename="leads-{fair.slug}.csv"'
    assert who.card["name"] in file.text
    assert who.card["email"] not in file.text
    book = await fair.book(file.headers["events-release"])
    assert (book["file_sha256"], book["lines"], book["channel"]) == (sha256(file.content).digest(), [who.id], "csv")
    again = await admin.get(link["url"])
    assert (again.status_code, again.json()["code"]) == (410, "link_closed")
    assert await fair.entries() == [("released", None, 1), ("void", "link_closed", 0)]


@pytest.mark.requirement("F1", "S6-sponsor-13")
async def test_a_withdrawal_after_the_file_was_prepared_voids_all_of_it(fair: Fair) -> None:
    gone = await fair.attendee(shares_with=["S1"], name="Gone")
    await fair.attendee(shares_with=["S1"], name="Stays")
    admin = await fair.admin("S1")
    url = await prepared(fair, admin)
    await gone.attendee.withdraw("sponsor_sharing", fair.parties["S1"])
    opened = await admin.get(url)
    assert (opened.status_code, opened.json()["code"]) == (410, "withdrawn_since")
    assert "Stays" not in opened.text
    assert await fair.entries() == [("void", "withdrawn_since", 0)]
    rebuilt = await admin.get(await prepared(fair, admin))
    assert "Stays" in rebuilt.text
    assert "Gone" not in rebuilt.text


async def test_whoever_allowed_it_later_waits_for_the_next_file(fair: Fair) -> None:
    await fair.attendee(shares_with=["S1"], name="First")
    admin = await fair.admin("S1")
    url = await prepared(fair, admin)
    await fair.attendee(shares_with=["S1"], name="Later")
    file = await admin.get(url)
    assert "First" in file.text
    assert "Later" not in file.text


async def test_a_link_lives_for_a_minute(fair: Fair) -> None:
    admin = await fair.admin("S1")
    url = await prepared(fair, admin)
    fair.clock.forward(seconds=60)
    late = await admin.get(url)
    assert (late.status_code, late.json()["code"]) == (410, "link_closed")


@pytest.mark.requirement("S6-sponsor-15")
async def test_a_link_of_another_sponsor_is_not_found_and_stays_usable(fair: Fair) -> None:
    await fair.attendee(shares_with=["S1", "S2"])
    admin = await fair.admin("S1")
    url = await prepared(fair, admin)
    other, machine = await fair.admin("S2"), (await fair.machine("S2"))[0]
    assert [(await client.get(url)).status_code for client in (other, machine)] == [404, 404]
    assert (await other.get(f"/api/v1/downloads/{uuid4()}")).status_code == 404
    assert (await admin.get(url)).status_code == 200


@pytest.mark.requirement("scenario-16")
async def test_a_link_opens_nothing_after_the_sponsorship_ended(fair: Fair) -> None:
    await fair.attendee(shares_with=["S1"])
    admin = await fair.admin("S1")
    url = await prepared(fair, admin)
    await fair.sql.execute("update sponsorship set ends_at = $2 where party_id = $1", fair.parties["S1"], fair.clock.now)
    opened = await admin.get(url)
    assert (opened.status_code, opened.json()["code"]) == (410, "sponsorship_ended")


@pytest.mark.parametrize("format_", ["csv", "xlsx", "vcf", "json"])
async def test_every_format_can_be_prepared_by_a_machine(fair: Fair, format_: str) -> None:
    await fair.attendee(shares_with=["S1"])
    machine, _ = await fair.machine("S1")
    file = await machine.get(await prepared(fair, machine, format=format_))
    assert file.headers["content-disposition"] == f'attachment; filename="leads-{fair.slug}.{format_}"'


async def test_the_same_key_prepares_one_link(fair: Fair) -> None:
    admin = await fair.admin("S1")
    answers = [
        await admin.post(DOWNLOADS, json=wanted(fair, **changes), headers={"idempotency-key": "k1"})
        for changes in ({}, {}, {"format": "xlsx"})
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 422]
    assert answers[0].json() == answers[1].json()
    assert await fair.sql.fetchval("select count(*) from download where event_id = $1", fair.world.event) == 1


@pytest.mark.requirement("S6-sponsor-9")
@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"use": None}, ["use"]),
        ({"use": "recruitment"}, ["use"]),
        ({"accept_terms": False}, ["accept_terms"]),
        ({"event": None}, ["event"]),
        ({"fields": []}, None),
        ({"fields": ["diet"]}, None),
        ({"format": "pdf"}, None),
        ({"more": 1}, None),
    ],
)
async def test_a_link_needs_the_same_declarations(fair: Fair, changes: dict[str, object], fields: list[str] | None) -> None:
    answer = await (await fair.admin("S1")).post(DOWNLOADS, json=wanted(fair, **changes))
    assert answer.status_code == 422
    assert fields is None or [error["field"] for error in answer.json()["errors"]] == fields


async def test_a_refused_party_prepares_nothing(fair: Fair) -> None:
    admin = await fair.admin("S1")
    answer = await admin.post(DOWNLOADS, json=wanted(fair, use="market_research"))
    assert (answer.status_code, answer.json()["code"]) == (403, "use_not_agreed")
    assert await fair.entries() == [("denied", "use_not_agreed", 0)]
    assert await fair.sql.fetchval("select count(*) from download where event_id = $1", fair.world.event) == 0


@pytest.mark.requirement("S11-sec-4", "S11-sec-3")
async def test_a_session_older_than_an_hour_carries_no_file_away_and_a_machine_is_not_asked(fair: Fair) -> None:
    who = await fair.attendee(shares_with=["S1"])
    admin, body = await fair.admin("S1"), {"event": fair.slug, "use": "follow_up", "accept_terms": True, "format": "csv"}
    link = ok(await admin.post("/api/v1/leads/downloads", json=body))["url"]
    fair.clock.forward(minutes=59)
    assert (await admin.get("/api/v1/leads.csv", params=fair.asking())).status_code == 200
    link = ok(await admin.post("/api/v1/leads/downloads", json=body))["url"]
    before = await fair.entries()
    fair.clock.forward(minutes=1)
    refused = [await admin.get(f"/api/v1/leads.{end}", params=fair.asking()) for end in FORMATS]
    refused += [await admin.post("/api/v1/leads/downloads", json=body), await admin.get(link)]
    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(403, "sign_in_again")}
    assert "sign in again" in refused[0].json()["detail"]
    thai = await admin.get("/api/v1/leads.csv", params=fair.asking(), headers={"accept-language": "th"})
    assert "กรุณาเข้าสู่ระบบใหม่" in thai.json()["detail"]
    assert [answer for answer in refused if who.card["email"] in answer.text] == []
    assert await fair.entries() == before, "nothing left, and no link was spent"
    assert ok(await admin.get("/api/v1/leads", params=fair.asking()))["items"] != [], "a page is what her list shows all day"
    machine, _ = await fair.machine("S1")
    again = await fair.world.sign_in(fair.world.admin_emails["S1"])
    for client in (machine, again):
        assert (await client.get("/api/v1/leads.csv", params=fair.asking())).status_code == 200
        prepared = ok(await client.post("/api/v1/leads/downloads", json=body))["url"]
        assert (await client.get(prepared)).status_code == 200


@pytest.mark.requirement("S11-sec-3")
@pytest.mark.parametrize(("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)])
async def test_no_link_but_our_own_books_a_pull(fair: Fair, site: str, status: int) -> None:
    await fair.attendee(shares_with=["S1"])
    admin = await fair.admin("S1")
    answer = await admin.get("/api/v1/leads.csv", params=fair.asking(), headers={"sec-fetch-site": site})
    assert (answer.status_code, len(await fair.entries())) == (status, int(status == 200))
