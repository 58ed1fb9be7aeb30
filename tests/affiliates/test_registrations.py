"""The affiliate that organises an event gets its registrations, to process them, and nothing else (§6 Affiliates)."""

import csv
import io
from hashlib import sha256

import httpx
import pytest

from tests.leads.fair import Fair
from tests.round_trips import counting

PROCESSING = {"use": "registration_processing"}


def path_of(seminar: Fair) -> str:
    return f"/api/v1/affiliate/events/{seminar.slug}/registrations"


@pytest.mark.requirement("S6-aff-1", "scenario-49")
async def test_the_organiser_gets_what_the_registration_needs_without_any_consent(seminar: Fair) -> None:
    people = [await seminar.attendee(name=name) for name in ("Ada", "Bo")]
    page = (await (await seminar.admin("AFF1")).get(path_of(seminar), params=PROCESSING)).json()
    assert page["next"] is None
    assert [{key: value for key, value in item.items() if key != "id"} for item in page["items"]] == [
        {"fields": ["name", "company", "email"], **{field: who.card[field] for field in ("name", "company", "email")}}
        for who in people
    ]
    book = await seminar.book(page["release"])
    assert book["lines"] == sorted(who.id for who in people)
    assert (book["row_count"], book["channel"], book["declared_use"]) == (2, "affiliate", "registration_processing")


@pytest.mark.requirement("S6-aff-1", "scenario-50", "scenario-51")
async def test_another_affiliate_and_another_purpose_are_refused(seminar: Fair) -> None:
    await seminar.attendee()
    organiser, other = await seminar.admin("AFF1"), await seminar.admin("AFF2")
    stranger = await other.get(path_of(seminar), params=PROCESSING)
    unknown = await other.get("/api/v1/affiliate/events/no-such-event/registrations", params=PROCESSING)
    assert (stranger.status_code, stranger.content) == (404, unknown.content)
    marketing = await organiser.get(path_of(seminar), params={"use": "event_invitations"})
    assert (marketing.status_code, marketing.json()["code"]) == (403, "use_not_agreed")
    assert await seminar.entries() == [("denied", "not_the_organiser", 0), ("denied", "use_not_agreed", 0)]


async def test_the_use_must_be_named(seminar: Fair) -> None:
    organiser = await seminar.admin("AFF1")
    for params in ({}, {"use": "recruitment"}):
        for path in (path_of(seminar), f"{path_of(seminar)}.csv"):
            answer = await organiser.get(path, params=params)
            assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, ["use"])


@pytest.mark.requirement("S6-aff-3")
async def test_a_new_organiser_gets_nobody_who_was_shown_the_old_one(seminar: Fair) -> None:
    await seminar.attendee()
    await seminar.sql.execute(
        "update event set organiser_party_id = $2 where id = $1", seminar.world.event, seminar.parties["AFF2"]
    )
    assert (await (await seminar.admin("AFF2")).get(path_of(seminar), params=PROCESSING)).json()["items"] == []
    assert (await (await seminar.admin("AFF1")).get(path_of(seminar), params=PROCESSING)).status_code == 404


@pytest.mark.requirement("S1-role-1", "S11-sec-3")
async def test_a_csv_names_the_controller_is_safe_and_hashed(seminar: Fair) -> None:
    people = [await seminar.attendee(name=name) for name in ("Ada", "=1+1")]
    machine, _ = await seminar.machine("AFF1")
    answer = await machine.get(f"{path_of(seminar)}.csv", params=PROCESSING)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="registrations-{seminar.slug}.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert list(rows[0]) == ["registration", "name", "company", "email", "controller", "event", "recipient", "declared_use"]
    assert [row["name"] for row in rows] == ["Ada", "'=1+1"]
    assert [row["email"] for row in rows] == [who.card["email"] for who in people]
    assert list(rows[0].values())[4:] == ["Test Events Co., Ltd.", seminar.slug, "AFF1 Co., Ltd.", "registration_processing"]
    book = await seminar.book(answer.headers["events-release"])
    assert (book["file_sha256"], book["row_count"], book["channel"]) == (sha256(answer.content).digest(), 2, "csv")


@pytest.mark.requirement("S11-sec-4")
async def test_a_session_older_than_an_hour_carries_no_file_away(seminar: Fair) -> None:
    admin = await seminar.admin("AFF1")
    assert (await admin.get(f"{path_of(seminar)}.csv", params=PROCESSING)).status_code == 200
    seminar.clock.forward(hours=1)
    answer = await admin.get(f"{path_of(seminar)}.csv", params=PROCESSING)
    assert (answer.status_code, answer.json()["code"]) == (403, "sign_in_again")
    assert (await admin.get(path_of(seminar), params=PROCESSING)).status_code == 200


async def test_registrations_page_and_a_foreign_cursor_is_refused(seminar: Fair) -> None:
    for name in ("Ada", "Bo"):
        await seminar.attendee(name=name)
    organiser = await seminar.admin("AFF1")
    pages = [(await organiser.get(path_of(seminar), params=PROCESSING | {"limit": "1"})).json()]
    for _ in range(2):
        cursor = {"limit": "1", "cursor": pages[-1]["next"]}
        pages.append((await organiser.get(path_of(seminar), params=PROCESSING | cursor)).json())
    assert [[item["name"] for item in page["items"]] for page in pages] == [["Ada"], ["Bo"], []]
    assert pages[-1]["next"] is None
    foreign = await organiser.get(path_of(seminar), params=PROCESSING | {"cursor": str(seminar.world.event)})
    assert (foreign.status_code, [error["field"] for error in foreign.json()["errors"]]) == (422, ["cursor"])


async def test_a_list_takes_the_same_statements_for_one_row_and_for_three(seminar: Fair) -> None:
    organiser = await seminar.admin("AFF1")
    counts = []
    for more in (1, 2):
        for _ in range(more):
            await seminar.attendee()
        async with counting(seminar.world.database) as said:
            page = (await organiser.get(path_of(seminar), params=PROCESSING)).json()
        counts.append((len(page["items"]), len(said)))
    # the session, then the door
    assert counts == [(1, 2), (3, 2)]


async def test_after_the_release_window_nothing_leaves(seminar: Fair) -> None:
    await seminar.attendee()
    organiser = await seminar.admin("AFF1")
    await seminar.sql.execute(
        "update event set starts_at = created_at, release_closes_at = created_at where id = $1", seminar.world.event
    )
    for path in (path_of(seminar), f"{path_of(seminar)}.csv"):
        answer = await organiser.get(path, params=PROCESSING)
        assert (answer.status_code, answer.json()["code"]) == (410, "window_closed")


async def test_sponsors_and_visitors_take_no_registrations(seminar: Fair, anyone: httpx.AsyncClient) -> None:
    assert (await anyone.get(path_of(seminar), params=PROCESSING)).status_code == 401
    assert (await (await seminar.admin("S1")).get(path_of(seminar), params=PROCESSING)).status_code == 403


async def test_a_revoked_machine_is_out_at_once(seminar: Fair) -> None:
    machine, client = await seminar.machine("AFF1")
    assert (await machine.get(path_of(seminar), params=PROCESSING)).status_code == 200
    assert (await (await seminar.admin("AFF1")).delete(f"/api/v1/clients/{client}")).is_success
    assert (await machine.get(path_of(seminar), params=PROCESSING)).status_code == 401
