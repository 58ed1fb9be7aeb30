"""The sponsor's pages: who gets where, files behind a fresh sign-in, and what must not be used any more."""

from __future__ import annotations

import asyncio
import csv
import html
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from events.database.connections import Database
from events.web.sponsor import recall_routes
from tests.conftest import MovableClock, SignIn, Visit
from tests.people import People, ok
from tests.world import World

OWN_PAGE = {"origin": "http://events.example", "sec-fetch-site": "same-origin"}


async def see(client: httpx.AsyncClient, address: str, status: int = 200) -> str:
    answer = await client.get(address)
    assert answer.status_code == status, answer.text
    return html.unescape(answer.text)


async def press(client: httpx.AsyncClient, address: str, **fields: Any) -> httpx.Response:
    return await client.post(address, data=fields or {"press": "yes"}, headers=OWN_PAGE)


def booth(world: World, party: str = "S1", rest: str = "") -> str:
    return f"/en/sponsor/{world.parties[party]}/{world.slug}{rest}"


async def helper(world: World, party: str = "S1") -> httpx.AsyncClient:
    email = f"{world.unique('helper')}@team.example"
    await world.post(f"/organiser/parties/{world.parties[party]}/members", {"email": email, "role": "helper"})
    return await world.sign_in(email)


WISH = {"format": "csv", "fields": ["name", "email"], "use": "follow_up", "accept_terms": "yes", "key": "one"}


# --- who gets where ---------------------------------------------------------------------------------------------------


async def test_an_admin_of_one_booth_is_led_straight_to_it(world: World) -> None:
    answer = await (await world.admin("S1")).get("/en/sponsor")
    assert (answer.status_code, answer.headers["location"]) == (303, booth(world))


async def test_a_helper_is_offered_her_own_phone_as_a_scanner_and_nothing_else(world: World) -> None:
    nok = await helper(world)
    page = await see(nok, "/en/sponsor")
    assert re.findall(r'href="(/en/sponsor/[^"]+)"', page) == [booth(world, rest="/scanner")]
    for rest in ("", "/phones", "/downloads", "/recalls"):
        await see(nok, booth(world, rest=rest), 403)


async def test_one_press_makes_a_helpers_own_phone_a_scanner(world: World, visit: Visit) -> None:
    nok = await helper(world)
    page = html.unescape((await press(nok, booth(world, rest="/scanner"))).text)
    [code] = re.findall(r'href="/scan/#enrol=(\w+)"', page)
    enrolled = ok(await visit().post("/api/v1/devices/enrol", json={"code": code, "helper": "Nok"}))
    assert (enrolled["kind"], enrolled["event"]["slug"]) == ("booth", world.slug)


async def test_a_helper_says_where_she_stands_and_her_team_sees_it(world: World, visit: Visit) -> None:
    nok, here = await helper(world), booth(world, rest="/scanner")
    page = html.unescape((await press(nok, here, place=" North counter ", key="one")).text)
    [code] = re.findall(r'href="/scan/#enrol=(\w+)"', page)
    assert ok(await visit().post("/api/v1/devices/enrol", json={"code": code, "helper": "Nok"}))["place"] == "North counter"
    assert "North counter" in await see(await world.admin("S1"), booth(world, rest="/phones"))
    answer = await press(nok, here, place="x" * 81, key="two")
    assert (answer.status_code, 'href="#place"' in answer.text) == (422, True)


async def test_whoever_is_on_no_team_is_told_with_which_address_she_signed_in(sign_in: SignIn) -> None:
    stranger = await sign_in("stranger@people.example")
    assert "The address stranger@people.example is on no sponsor's team." in await see(stranger, "/en/sponsor")


async def test_another_sponsors_booth_is_not_there(world: World) -> None:
    admin = await world.admin("S2")
    for rest in ("", "/phones", "/downloads", "/recalls", "/scanner"):
        await see(admin, booth(world, "S1", rest), 404)


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("S6-sponsor-9")
async def test_a_file_needs_a_use_and_the_terms(world: World, people: People) -> None:
    admin = await world.admin("S1")
    for missing, said in (
        ("use", "Say what you use the leads for."),
        ("accept_terms", "Accept the terms: without that nothing is handed out."),
        ("fields", "Choose at least one field."),
        ("format", "Choose a format."),
    ):
        answer = await press(admin, booth(world, rest="/downloads"), **{k: v for k, v in WISH.items() if k != missing})
        assert (answer.status_code, said in html.unescape(answer.text)) == (422, True), missing


@pytest.mark.requirement("S6-sponsor-9", "S6-sponsor-13")
async def test_a_prepared_file_holds_what_was_asked_for_and_opens_once(world: World, people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    admin = await world.admin("S1")
    page = html.unescape((await press(admin, booth(world, rest="/downloads"), **WISH)).text)
    assert "1 lead stands in it." in page
    [link] = re.findall(r'class="button" href="([^"]+)" download', page)
    file = await admin.get(link)
    assert (file.status_code, who.email in file.text, "+66" in file.text) == (200, True, False)
    assert (await admin.get(link)).status_code == 410


@pytest.mark.requirement("S6-sponsor-13")
async def test_a_file_dies_with_the_consent_of_anybody_in_it(world: World, people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    await people.attendee(shares_with=["S1"])
    admin = await world.admin("S1")
    page = (await press(admin, booth(world, rest="/downloads"), **WISH)).text
    await who.withdraw_everything()
    [link] = re.findall(r'class="button" href="([^"]+)" download', page)
    answer = await admin.get(link)
    assert (answer.status_code, who.email in answer.text) == (410, False)


@pytest.mark.requirement("S11-sec-4")
async def test_after_an_hour_files_want_a_fresh_sign_in_that_leads_back(
    world: World, people: People, clock: MovableClock
) -> None:
    await people.attendee(shares_with=["S1"])
    admin = await world.admin("S1")
    page = (await press(admin, booth(world, rest="/downloads"), **WISH)).text
    [link] = re.findall(r'class="button" href="([^"]+)" download', page)
    clock.now += timedelta(hours=1)
    asked = await see(admin, booth(world, rest="/downloads"), 403)
    assert f'name="then" value="{booth(world, rest="/downloads")}"' in asked
    assert (await press(admin, booth(world, rest="/downloads"), **WISH)).status_code == 403
    assert (await admin.get(link)).headers["location"] == booth(world, rest="/downloads")


async def test_another_site_cannot_have_a_file_prepared_or_opened(world: World) -> None:
    admin = await world.admin("S1")
    foreign = {"origin": "http://elsewhere.example", "sec-fetch-site": "cross-site"}
    assert (await admin.get(booth(world), headers=foreign)).status_code == 403
    assert (await admin.post(booth(world, rest="/downloads"), data=WISH, headers=foreign)).status_code == 403


# --- recalls ----------------------------------------------------------------------------------------------------------


async def recalled(people: People, number: int) -> list[str]:
    """So many people whom S1 had and lost; returns their lead ids, the oldest recall first."""
    leaving = [await people.attendee(shares_with=["S1"]) for _ in range(number)]
    ok(await people.pull("S1"))
    for who in leaving:
        await who.withdraw_everything()
    admin = await people.world.admin("S1")
    return [item["lead"] for item in ok(await admin.get("/api/v1/recalls"))["items"]]


@pytest.mark.requirement("S6-sponsor-13")
async def test_recalls_are_listed_handed_on_and_confirmed_one_by_one_and_all_at_once(world: World, people: People) -> None:
    first, second, third = await recalled(people, 3)
    admin, here = await world.admin("S1"), booth(world, rest="/recalls")
    page = await see(admin, here)
    assert re.findall(r"<code>([\w-]+)</code>", page) == [third, second, first]
    file = await admin.get(booth(world, rest="/recalls.csv"))
    lines = csv.reader(file.content.decode("utf-8-sig").splitlines())
    assert [line[0] for line in lines] == ["lead", first, second, third]
    [newest] = re.findall(r'name="newest" value="([^"]+)"', page)
    [fourth] = (await recalled(people, 1))[3:]
    assert (await press(admin, here, newest=newest)).status_code == 303
    page = await see(admin, here)
    assert re.findall(r"<code>([\w-]+)</code>", page.partition("Confirmed before")[0]) == [fourth]
    [recall] = re.findall(r'name="recall" value="([^"]+)"', page)
    assert (await press(admin, here, recall=recall)).status_code == 303
    assert "Nothing is waiting for you." in await see(admin, here)


async def test_many_recalls_stand_on_pages_and_one_press_confirms_those_of_this_event_alone(
    world: World, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recall_routes, "AT_ONCE", 2)
    monkeypatch.setattr(recall_routes, "IN_THE_FILE", 2)
    leads = await recalled(people, 3)
    admin, here = await world.admin("S1"), booth(world, rest="/recalls")
    page = await see(admin, here)
    assert (re.findall(r"<code>([\w-]+)</code>", page), "3 to confirm" in page) == ([leads[2], leads[1]], True)
    [older] = re.findall(r'href="([^"]+)">Older ones', page)
    assert re.findall(r"<code>([\w-]+)</code>", await see(admin, older)) == [leads[0]]
    file = (await admin.get(booth(world, rest="/recalls.csv"))).content.decode("utf-8-sig")
    assert [line[0] for line in csv.reader(file.splitlines())] == ["lead", *leads]
    [newest] = re.findall(r'name="newest" value="([^"]+)"', page)
    # of another party's recalls it confirms none
    theirs = await world.admin("S2")
    await press(theirs, booth(world, "S2", "/recalls"), newest=newest)
    assert "3 to confirm" in await see(admin, here)
    await press(admin, here, newest=newest)
    page = await see(admin, here)
    assert ("Nothing is waiting for you." in page, "Older ones stand in the list." in page) == (True, True)


# --- asking an attendee to allow it -----------------------------------------------------------------------------------


async def test_the_page_that_asks_leads_her_to_her_choices_and_tells_others_nothing(
    world: World, people: People, visit: Visit, sign_in: SignIn
) -> None:
    who, address = await people.attendee(), f"/en/allow/{world.slug}/{world.parties['S1']}"
    hers = await who.client.get(address)
    box = f"sponsor_sharing-{world.parties['S1']}"
    assert (hers.status_code, hers.headers["location"]) == (303, f"/en/me/{who.registration}/choices#{box}")
    assert f'id="{box}"' in await see(who.client, f"/en/me/{who.registration}/choices")
    anyone, elsewhere = await visit().get(address), await (await sign_in("stranger@people.example")).get(address)
    assert (anyone.status_code, elsewhere.status_code, anyone.text) == (200, 200, elsewhere.text)
    assert f'name="then" value="{address}"' in anyone.text


async def test_nobody_asks_for_what_is_no_sponsor_of_the_event(world: World, visit: Visit) -> None:
    for slug, party in (("no-such-event", world.parties["S1"]), (world.slug, world.organisation)):
        assert (await visit().get(f"/en/allow/{slug}/{party}")).status_code == 404


# --- the team, and what is asked --------------------------------------------------------------------------------------


async def test_a_helper_is_invited_by_mail_and_taken_off_again(world: World, people: People, database: Database) -> None:
    admin, here = await world.admin("S1"), booth(world, rest="/team")
    email = f"{world.unique('nok')}@team.example"
    assert (await press(admin, here, email=email, role="helper")).headers["location"] == f"{here}?done=invited"
    assert [row["kind"] for row in await database.call("select kind from messages.mailbox($1, 5)", email)] == ["team_invitation"]
    nok = await world.sign_in(email)
    await see(nok, booth(world, rest="/scanner"))
    me = ok(await nok.get("/api/v1/session"))["person"]
    assert "Take off the team" in await see(admin, f"{here}/{me}")
    assert (await press(admin, f"{here}/{me}/remove")).headers["location"] == f"{here}?done=removed"
    await see(nok, booth(world, rest="/scanner"), 403)
    await see(admin, f"{here}/{me}", 404)


async def test_what_goes_on_after_somebody_left_is_named(world: World, people: People, visit: Visit) -> None:
    admin, nok = await world.admin("S1"), await helper(world)
    page = html.unescape((await press(nok, booth(world, rest="/scanner"), key="one")).text)
    [code] = re.findall(r'href="/scan/#enrol=(\w+)"', page)
    ok(await visit().post("/api/v1/devices/enrol", json={"code": code, "helper": "Nok"}))
    me = ok(await nok.get("/api/v1/session"))["person"]
    left = await press(admin, booth(world, rest=f"/team/{me}/remove"))
    assert (left.status_code, "1 phone that she added goes on scanning." in left.text) == (200, True)


async def test_her_phones_are_signed_out_with_her_where_that_is_ticked(world: World, visit: Visit) -> None:
    admin, nok = await world.admin("S1"), await helper(world)
    me = ok(await nok.get("/api/v1/session"))["person"]
    here, box = booth(world, rest=f"/team/{me}"), '<input type="checkbox" name="sign_out" value="yes">'
    assert box not in await see(admin, here), "she has no phone to sign out"
    page = html.unescape((await press(nok, booth(world, rest="/scanner"), key="one")).text)
    [code] = re.findall(r'href="/scan/#enrol=(\w+)"', page)
    phone = ok(await visit().post("/api/v1/devices/enrol", json={"code": code, "helper": "Nok"}))
    asked = await see(admin, here)
    assert (box in asked, "Also sign out the 1 phone she added" in asked) == (True, True)
    left = await press(admin, f"{here}/remove", sign_out="yes")
    assert left.headers["location"] == f"{booth(world, rest='/team')}?done=removed", "nothing goes on"
    bearer = {"authorization": f"Bearer {phone['access_token']}"}
    refused = await visit().get("/api/v1/device", headers=bearer)
    assert (refused.status_code, refused.json()["code"]) == (401, "device_revoked")


async def test_the_last_admin_stays_and_an_address_that_is_none_is_said(world: World) -> None:
    admin, here = await world.admin("S1"), booth(world, rest="/team")
    me = ok(await admin.get("/api/v1/session"))["person"]
    last = await press(admin, f"{here}/{me}/remove")
    assert (last.status_code, "last admin" in last.text) == (409, True)
    wrong = await press(admin, here, email="nobody@nowhere", role="helper")
    assert (wrong.status_code, 'href="#email"' in wrong.text) == (422, True)
    assert (await press(admin, here, email="nok@team.example", role="owner")).status_code == 400


def asked_on(page: str) -> list[str]:
    return re.findall(r"<span><strong><bdi>([^<]+)</bdi></strong>", page)


async def test_questions_are_added_worded_anew_ordered_and_taken_away(world: World) -> None:
    admin, here = await world.admin("S1"), booth(world, rest="/questions")
    choice = {"kind": "choice", "wording_en": "Which plan?", "option_id": ["", "", ""], "option_th": ["เล็ก", "", ""]}
    choice |= {"option_en": ["Small", "Large", ""]}
    assert (await press(admin, f"{here}/edit", **choice)).headers["location"] == f"{here}?done=question"
    await press(admin, f"{here}/edit", kind="yes_no", wording_th="ขอเดโมไหม")
    page = await see(admin, here)
    assert asked_on(page) == ["Which plan?", "ขอเดโมไหม"]
    first, second = dict.fromkeys(re.findall(r'name="question" value="([^"]+)"', page))
    edit = await see(admin, f"{here}/edit?question={first}")
    ids = re.findall(r'name="option_id" value="([^"]*)"', edit)
    assert (len(ids), ids[2:]) == (3, [""])
    await press(admin, f"{here}/edit", id=first, **(choice | {"wording_en": "Which size?", "option_id": [*ids[:2], ""]}))
    await press(admin, here, question=second, press="up")
    page = await see(admin, here)
    assert asked_on(page) == ["ขอเดโมไหม", "Which size?"]
    assert f'value="{first}"' in page, "worded anew it is the same question"
    await press(admin, here, question=second, press="remove")
    assert asked_on(await see(admin, here)) == ["Which size?"]
    await see(admin, f"{here}/edit?question={second}", 404)


async def test_two_admins_who_write_at_once_both_have_their_question(world: World) -> None:
    admin, here = await world.admin("S1"), booth(world, rest="/questions")
    written = [f"Question {n}?" for n in range(5)]
    await asyncio.gather(*(press(admin, f"{here}/edit", kind="text", wording_en=wording) for wording in written))
    assert sorted(asked_on(await see(admin, here))) == written


async def test_a_button_that_no_page_has_is_refused_and_one_of_a_question_that_is_gone_does_nothing(world: World) -> None:
    admin, here = await world.admin("S1"), booth(world, rest="/questions")
    await press(admin, f"{here}/edit", kind="text", wording_en="Only one?")
    for fields in ({"question": str(uuid4()), "press": "sideways"}, {"question": "first", "press": "up"}):
        assert (await press(admin, here, **fields)).status_code == 400
    for button in ("up", "down", "remove"):
        assert (await press(admin, here, question=str(uuid4()), press=button)).status_code == 303
    assert asked_on(await see(admin, here)) == ["Only one?"]


async def test_a_question_that_is_not_finished_is_shown_again_with_what_to_mend(world: World) -> None:
    admin, here = await world.admin("S1"), booth(world, rest="/questions/edit")
    rows = {"option_id": [""], "option_th": [""], "option_en": ["Only one"]}
    answer = await press(admin, here, kind="choice", wording_en="", **rows)
    page = html.unescape(answer.text)
    assert (answer.status_code, 'href="#wording_en"' in page, 'href="#options"' in page, "Only one" in page) == (422, *[True] * 3)
    for broken in ({"kind": "essay"}, {"kind": "text", "id": "no-id"}, {"kind": "text", "wording_en": "x" * 201}):
        assert (await press(admin, here, **broken)).status_code == 400


async def test_more_options_are_given_without_saving_or_losing_what_was_written(world: World) -> None:
    admin, here = await world.admin("S1"), booth(world, rest="/questions")
    rows = {"option_id": ["", "", ""], "option_th": ["เล็ก", "กลาง", "ใหญ่"], "option_en": ["", "", "Large"]}
    answer = await press(admin, f"{here}/edit", press="more", kind="multiple", wording_en="Which size?", **rows)
    page = html.unescape(answer.text)
    assert (answer.status_code, re.findall(r'name="option_th" .*value="([^"]*)"', page)) == (
        200,
        ["เล็ก", "กลาง", "ใหญ่", "", "", ""],
    )
    assert ('value="Which size?"' in page, 'value="multiple" checked' in page) == (True, True)
    assert asked_on(await see(admin, here)) == []
    full = {"option_id": [""] * 12, "option_th": ["x"] * 12, "option_en": [""] * 12}
    answer = await press(admin, f"{here}/edit", press="more", kind="choice", **full)
    assert (answer.text.count('name="option_th"'), 'value="more"' in answer.text) == (12, False)


@pytest.mark.requirement("S11-sec-4")
async def test_the_lock_of_the_phones_is_set_and_lifted(world: World, people: People) -> None:
    admin, here, phone = await world.admin("S1"), booth(world, rest="/questions"), await people.phone("S1")
    for typed, kept in (("15", 15), ("", None)):
        assert (await press(admin, here, lock=typed)).status_code == 303
        assert ok(await phone.client.get("/api/v1/device"))["lock_after_minutes"] == kept
    for typed in ("0", "121", "soon", "-1"):
        assert (await press(admin, here, lock=typed)).status_code == 422
