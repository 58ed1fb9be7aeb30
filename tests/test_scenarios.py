"""The hard cases and their right answers (policy/scenarios.md), each through the public API on a real Postgres."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from events.database.connections import Database
from events.database.embedded import EmbeddedPostgres
from tests.conftest import MovableClock, Visit
from tests.people import ALL_SEVEN, Attendee, People, add_safeguard, add_sponsor, another_event, ok
from tests.world import World

THREE = ["name", "company", "email"]
scenario = pytest.mark.requirement


@pytest.fixture
def people(world: World, database: Database, clock: MovableClock, visit: Visit) -> People:
    return People(world, database, clock, visit)


async def why(people: People, who: Attendee, party: str, use: str = "follow_up") -> str | None:
    """The gate's reason, as the organiser reads it."""
    answer = ok(
        await people.world.owner.get(
            f"/api/v1/organiser/registrations/{who.registration}/why",
            params={"party": str(people.world.parties[party]), "use": use},
        )
    )
    refusal: str | None = answer["refusal"]
    return refusal


def released(verdict: Any) -> list[str]:
    """Which fields of the card a scan's answer holds."""
    assert set(verdict["lead"]) <= {"id", *ALL_SEVEN}
    return [f for f in ALL_SEVEN if verdict["lead"].get(f) is not None]


# ---- the form as the ground


@scenario("scenario-1", "S6-sponsor-12")
async def test_a_sponsor_that_asks_for_all_gets_the_three_fields_she_ticked(people: People) -> None:
    who = await people.attendee(shares_with=["S1"], fields=THREE)
    assert await people.gets("S1", who) == THREE


@scenario("scenario-2", "S6-sponsor-1")
async def test_the_sponsor_next_to_the_ticked_one_gets_nothing(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    assert await people.gets("S1", who) == ALL_SEVEN
    assert await people.gets("S2", who) == []


@scenario("S6-sponsor-6", "S2-scope-2")
async def test_registering_with_every_box_left_alone_gives_the_same_ticket_and_releases_nothing(people: People) -> None:
    ticked = await people.attendee(shares_with=["S1"])
    silent = await people.attendee()
    assert (ok(await ticked.client.get(ticked.path))["ticket"], ok(await ticked.client.get(ticked.path))["state"]) == (
        ok(await silent.client.get(silent.path))["ticket"],
        ok(await silent.client.get(silent.path))["state"],
    )
    assert await why(people, silent, "S1") == "no_consent"
    assert await people.gets("S1", ticked) == ALL_SEVEN


@scenario("scenario-9", "S6-sponsor-13", "S10.1-withdraw")
async def test_a_withdrawal_ends_the_sharing_at_once(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    assert await people.gets("S1", who) == ALL_SEVEN
    await who.withdraw("sponsor_sharing", people.world.parties["S1"])
    assert await people.gets("S1", who) == []


@scenario("scenario-13", "S10.1-withdraw")
async def test_withdrawing_from_all_sponsors_ends_each_of_them(people: People) -> None:
    who = await people.attendee(shares_with=["S1", "S2"])
    assert (await people.gets("S1", who), await people.gets("S2", who)) == (ALL_SEVEN, ALL_SEVEN)
    await who.withdraw("sponsor_sharing")
    assert (await people.gets("S1", who), await people.gets("S2", who)) == ([], [])


@scenario("scenario-22")
async def test_a_request_for_a_field_that_she_did_not_share_gets_nobody(people: People) -> None:
    who = await people.attendee(shares_with=["S1"], fields=THREE)
    assert await people.gets("S1", who, fields="phone") == []
    assert await people.gets("S1", who, fields="name") == ["name"]


@scenario("scenario-62")
async def test_a_field_switched_off_later_does_not_leave_any_more(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    assert await people.gets("S1", who) == ALL_SEVEN
    ok(await who.client.patch(who.path, json={"withheld_fields": ["phone"]}))
    assert await people.gets("S1", who) == [f for f in ALL_SEVEN if f != "phone"]


@scenario("scenario-46", "S9-ret-3")
async def test_a_consent_ends_sixty_days_after_the_event(people: People, world: World) -> None:
    who = await people.attendee(shares_with=["S1"])
    [given] = ok(await who.client.get(f"{who.path}/consents"))["items"]
    event = ok(await people.visit().get(f"/api/v1/events/{world.slug}"))
    assert given["expires_at"][:10] == f"{parse(event['ends_at']) + timedelta(days=60):%Y-%m-%d}"
    await people.wait(parse(event["ends_at"]) + timedelta(days=60))
    assert await why(people, who, "S1") in {"window_closed", "no_consent"}
    assert (await people.pull("S1")).status_code == 410


def parse(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


# ---- the badge as the ground


@scenario("scenario-3", "S3.1-badge-1")
async def test_the_badge_flag_alone_gives_nobody_anything(people: People) -> None:
    who = await people.attendee(badge_scan=True)
    assert (await people.gets("S1", who), await people.gets("S2", who)) == ([], [])


@scenario("scenario-4", "scenario-5", "S6-sponsor-3", "S6-sponsor-4", "S3.1-badge-2")
async def test_a_scan_opens_exactly_the_sponsor_that_scanned(people: People) -> None:
    who = await people.attendee(badge_scan=True)
    verdict = await (await people.phone("S1")).scan(who.badge)
    assert (verdict["verdict"], released(verdict)) == ("lead", ALL_SEVEN)
    assert await people.gets("S1", who) == ALL_SEVEN
    assert await people.gets("S2", who) == []


@scenario("scenario-4", "S3.1-badge-2")
async def test_a_scan_leaves_out_what_she_switched_off(people: People) -> None:
    who = await people.attendee(badge_scan=True, withheld_fields=["phone", "address"])
    verdict = await (await people.phone("S1")).scan(who.badge)
    assert released(verdict) == [f for f in ALL_SEVEN if f not in {"phone", "address"}]


@scenario("scenario-6", "S3.1-badge-1", "S6-sponsor-15")
async def test_a_scan_without_the_flag_says_nothing_about_her(people: People) -> None:
    who = await people.attendee(shares_with=["S2"])
    for party in ("S1", "S2"):
        verdict = await (await people.phone(party)).scan(who.badge)
        assert {k: v for k, v in verdict.items() if k != "id"} == {
            "verdict": "saved_not_shared",
            "duplicate": False,
            "lead": None,
            "seen_before_at": None,
        }
    assert (await people.gets("S1", who), await people.gets("S2", who)) == ([], ALL_SEVEN)


@scenario("scenario-7", "S6-sponsor-3")
async def test_a_flag_set_after_the_scan_needs_a_new_scan(people: People) -> None:
    who = await people.attendee()
    phone = await people.phone("S1")
    assert (await phone.scan(who.badge))["verdict"] == "saved_not_shared"
    ok(await who.grant("badge_scan"))
    assert await people.gets("S1", who) == []
    assert (await phone.scan(who.badge))["verdict"] == "lead"
    assert await people.gets("S1", who) == ALL_SEVEN


@scenario("scenario-8", "S6-sponsor-7")
async def test_a_flag_switched_off_before_the_scan_denies_it(people: People) -> None:
    who = await people.attendee(badge_scan=True)
    await who.withdraw("badge_scan")
    assert (await (await people.phone("S1")).scan(who.badge))["verdict"] == "saved_not_shared"


@scenario("scenario-10", "scenario-11")
async def test_a_withdrawal_from_one_sponsor_kills_both_grounds_and_only_she_can_reopen_it(people: People) -> None:
    s1 = people.world.parties["S1"]
    who = await people.attendee(shares_with=["S1"], badge_scan=True)
    phone = await people.phone("S1")
    assert (await phone.scan(who.badge))["verdict"] == "lead"
    await who.withdraw("sponsor_sharing", s1)
    assert await people.gets("S1", who) == []
    assert (await phone.scan(who.badge))["verdict"] == "saved_not_shared", "a re-scan does not undo her withdrawal"
    assert await people.gets("S1", who) == []
    ok(await who.grant("sponsor_sharing", s1))
    assert await people.gets("S1", who) == ALL_SEVEN, "11b: she named S1 again"


@scenario("scenario-11")
async def test_after_withdrawing_everything_only_a_flag_set_anew_makes_scans_count(people: People) -> None:
    who = await people.attendee(badge_scan=True)
    phone = await people.phone("S1")
    await who.withdraw_everything()
    assert (await phone.scan(who.badge))["verdict"] == "saved_not_shared", "11c"
    ok(await who.grant("badge_scan"))
    assert await people.gets("S1", who) == [], "the scan from before stays dead"
    assert (await phone.scan(who.badge))["verdict"] == "lead", "11d"


@scenario("scenario-11")
async def test_a_phone_whose_clock_runs_ahead_gains_nothing(people: People, clock: MovableClock) -> None:
    who = await people.attendee()
    phone = await people.phone("S1")
    await phone.scan(who.badge, at=clock.now + timedelta(hours=2))
    ok(await who.grant("badge_scan"))
    assert await people.gets("S1", who) == [], "11e: the scan arrived before the flag was set"


@scenario("scenario-12", "S6-sponsor-4")
async def test_an_unticked_box_is_no_block_for_a_scan_she_allows_later(people: People) -> None:
    who = await people.attendee()
    ok(await who.grant("badge_scan"))
    assert (await (await people.phone("S1")).scan(who.badge))["verdict"] == "lead"


@scenario("S6-sponsor-4")
async def test_both_grounds_together_give_the_union_of_their_fields(people: People) -> None:
    who = await people.attendee(shares_with=["S1"], fields=["company"])
    ok(await who.grant("badge_scan", fields=["name", "email"]))
    await (await people.phone("S1")).scan(who.badge)
    assert await people.gets("S1", who) == THREE
    [item] = ok(await people.pull("S1"))["items"]
    assert item["basis"] == "both"


@scenario("scenario-57", "S3.1-badge-4")
async def test_a_badge_issued_anew_makes_the_old_code_unknown(people: People) -> None:
    who = await people.attendee(badge_scan=True)
    phone = await people.phone("S1")
    new = ok(await who.client.post(f"{who.path}/badge"))["code"]
    assert new != who.badge
    old = await phone.scan(who.badge)
    nothing = {"verdict": "saved_not_shared", "duplicate": False, "lead": None, "seen_before_at": None}
    assert {k: v for k, v in old.items() if k != "id"} == nothing
    assert (await phone.scan(new))["verdict"] == "lead"


@scenario("scenario-58")
async def test_a_disputed_scan_is_void_and_the_sponsor_is_told(people: People) -> None:
    who = await people.attendee(badge_scan=True)
    await (await people.phone("S1")).scan(who.badge)
    [scan] = ok(await who.client.get(f"{who.path}/scans"))["items"]
    ok(await who.client.post(f"{who.path}/scans/{scan['id']}/not-me"))
    assert await people.gets("S1", who) == []
    [recall] = ok(await (await people.world.admin("S1")).get("/api/v1/recalls"))["items"]
    assert sorted(recall["fields"]) == sorted(ALL_SEVEN)


# ---- recipients


@scenario("scenario-14", "S6-sponsor-10")
async def test_a_sponsor_added_later_gets_nobody_who_was_not_asked_about_it(people: People) -> None:
    early = await people.attendee(shares_with=["S1", "S2"])
    await add_sponsor(people.world, "S3")
    assert await people.gets("S3", early) == []
    ok(await early.grant("sponsor_sharing", people.world.parties["S3"]))
    assert await people.gets("S3", early) == ALL_SEVEN


@scenario("scenario-15")
async def test_a_consent_that_names_a_sponsor_who_was_not_shown_cannot_even_be_stored(
    people: People, postgres: EmbeddedPostgres
) -> None:
    who = await people.attendee(shares_with=["S1"])
    form = await people.form()
    await add_sponsor(people.world, "S3")
    body = people.submission(
        form, "late@attendees.example", consents=[{"purpose": "sponsor_sharing", "recipient": str(people.world.parties["S3"])}]
    )
    answer = await people.visit().post(f"/api/v1/events/{people.world.slug}/registrations", json=body)
    assert answer.status_code == 409, "the form changed with its sponsors"
    admin = await asyncpg.connect(postgres.dsn("postgres"))
    try:
        with pytest.raises(asyncpg.CheckViolationError):
            await _copy_grant(admin, who, recipient=people.world.parties["S3"])
    finally:
        await admin.close()


async def _copy_grant(admin: Any, who: Attendee, **changes: Any) -> UUID:
    """What a careless import or a DBA could do: her grant once more, with other values, past every rule of the code."""
    columns = [
        "organisation_id", "event_id", "registration_id", "purpose", "recipient_id", "act", "fields", "uses", "countries", "text_id",
        "text_sha256", "notice_id", "served_form_id", "disclosed_recipients", "recipient_notice_url", "recipient_notice_sha256",
        "language", "warning_shown", "age_band", "emancipated", "residence", "occurred_at", "expires_at", "actor", "method",
    ]  # fmt: skip
    row = dict(
        await admin.fetchrow(
            "select * from consent_event where registration_id = $1 and act = 'grant' order by seq limit 1", who.registration
        )
    )
    row |= {"recipient_id": changes.pop("recipient", row["recipient_id"])} | changes
    made: UUID = await admin.fetchval(
        f"insert into consent_event ({', '.join(columns)}, hash) values ({', '.join(f'${n}' for n in range(1, len(columns) + 1))}, '') returning id",
        *(row[c] for c in columns),
    )
    return made


@scenario("scenario-16", "S6-sponsor-1")
async def test_a_sponsorship_that_ended_yesterday_gives_nothing_even_again(people: People, clock: MovableClock) -> None:
    who = await people.attendee(shares_with=["S1"])
    assert await people.gets("S1", who) == ALL_SEVEN
    await people.world.post(
        f"/organiser/events/{people.world.slug}/sponsors/{people.world.parties['S1']}/end",
        {"at": clock.now.isoformat()},
    )
    clock.forward(days=1)
    answer = await people.pull("S1")
    assert (answer.status_code, answer.json()["code"]) == (410, "sponsorship_ended")


@scenario("F27", "S6-sponsor-11")
async def test_a_renamed_sponsor_keeps_its_consents_and_its_buyer_gets_none(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    ok(
        await people.world.owner.patch(
            f"/api/v1/organiser/parties/{people.world.parties['S1']}", json={"legal_name": "New Name Co., Ltd."}
        )
    )
    assert await people.gets("S1", who) == ALL_SEVEN
    await add_sponsor(people.world, "Buyer")
    assert await people.gets("Buyer", who) == []


@scenario("F10", "S6-sponsor-11")
async def test_a_user_of_the_sponsors_parent_company_gets_nothing_of_it(people: People) -> None:
    await people.attendee(shares_with=["S1"])
    await add_sponsor(people.world, "Parent", listed=False)
    parent = await people.world.admin("Parent")
    query = {"event": people.world.slug, "use": "follow_up", "accept_terms": "true"}
    answers = [
        await parent.get("/api/v1/leads", params=query),
        await parent.get("/api/v1/leads", params=query | {"party": str(people.world.parties["S1"])}),
    ]
    assert [a.status_code for a in answers] == [404, 404]


@scenario("scenario-42", "S6-sponsor-9")
@pytest.mark.parametrize(("use", "status"), [("recruitment", 422), ("market_research", 403), (None, 422)])
async def test_a_use_that_was_not_agreed_gets_nothing(people: People, use: str | None, status: int) -> None:
    await people.attendee(shares_with=["S1"])
    params = {"event": people.world.slug, "accept_terms": "true"} | ({"use": use} if use else {})
    assert (await (await people.world.admin("S1")).get("/api/v1/leads", params=params)).status_code == status


@scenario("scenario-43", "S7-xfer-3")
async def test_an_agreement_that_ran_out_blocks_the_next_pull(people: People, clock: MovableClock) -> None:
    await people.attendee(shares_with=["S1"])
    await people.world.agree("S1", days=2)
    assert (await people.pull("S1")).status_code == 200
    clock.forward(days=2)
    answer = await people.pull("S1")
    assert (answer.status_code, answer.json()["code"]) == (403, "no_agreement")


# ---- events


@scenario("scenario-17")
async def test_a_consent_for_one_event_is_none_for_another(
    people: People, database: Database, clock: MovableClock, visit: Visit
) -> None:
    other = await another_event(people.world)
    there = People(other, database, clock, visit)
    who = await there.attendee(shares_with=["S1"])
    same_person = await people.attendee(email=who.email)
    assert await there.gets("S1", who) == ALL_SEVEN
    assert await people.gets("S1", same_person) == []


@scenario("scenario-55")
async def test_a_cancelled_event_gives_nothing(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    assert await people.gets("S1", who) == ALL_SEVEN
    ok(await people.world.owner.post(f"/api/v1/organiser/events/{people.world.slug}/cancel"))
    answer = await people.pull("S1")
    assert (answer.status_code, answer.json()["code"]) == (410, "event_cancelled")
    assert await why(people, who, "S1") == "event_cancelled", "the decision says it too, not only the door before it"


@scenario("scenario-56")
async def test_a_cancelled_registration_gives_nothing_and_is_recalled(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    assert await people.gets("S1", who) == ALL_SEVEN
    ok(await who.client.delete(who.path))
    assert await people.gets("S1", who) == []
    [recall] = ok(await (await people.world.admin("S1")).get("/api/v1/recalls"))["items"]
    assert sorted(recall["fields"]) == sorted(ALL_SEVEN)


# ---- what others may write


@scenario("scenario-19", "scenario-48")
async def test_an_import_can_neither_grant_nor_undo_a_withdrawal(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    await who.withdraw("sponsor_sharing", people.world.parties["S1"])
    path = f"/api/v1/organiser/events/{people.world.slug}/registrations/import"
    row = {"name": "มาลี ใจงาม", "email": who.email, "ticket": str(next(iter(people.world.tickets.values())))}
    refused = await people.world.owner.post(
        path, json={"rows": [row | {"opt_in": True}], "notified_at": people.clock.now.isoformat()}
    )
    assert (refused.status_code, "opt_in" in refused.text) == (422, True)
    ok(await people.world.owner.post(path, json={"rows": [row], "notified_at": people.clock.now.isoformat()}))
    assert await people.gets("S1", who) == []


@scenario("scenario-44")
async def test_data_that_an_employer_brought_does_not_leave_before_she_made_it_hers(people: People, sign_in: Any) -> None:
    email = f"imported-{uuid4().hex[:8]}@attendees.example"
    path = f"/api/v1/organiser/events/{people.world.slug}/registrations/import"
    row = {"name": "นำเข้า ตัวอย่าง", "email": email, "ticket": str(next(iter(people.world.tickets.values())))}
    ok(await people.world.owner.post(path, json={"rows": [row], "notified_at": people.clock.now.isoformat()}))
    client = await sign_in(email)
    [mine] = ok(await client.get("/api/v1/me/registrations"))["items"]
    who = Attendee(client, people.world, people.clock, email, UUID(mine["id"]), "")
    s1 = people.world.parties["S1"]
    ok(await who.grant("sponsor_sharing", s1))
    assert await why(people, who, "S1") == "not_from_the_attendee"
    assert await people.gets("S1", who) == []
    ok(await client.patch(who.path, json={"fields": {"name": "นำเข้า ตัวอย่าง"}, "age_band": "20+", "residence": "TH"}))
    assert await people.gets("S1", who) == [], "the consent from before her age was known stays invalid"
    ok(await who.grant("sponsor_sharing", s1))
    assert await people.gets("S1", who) == ["name", "email"]


@scenario("scenario-18", "S8-minor-1", "S8-minor-5")
async def test_a_guardians_tick_for_somebody_of_age_does_not_count(people: People, postgres: EmbeddedPostgres) -> None:
    who = await people.attendee(shares_with=["S1"])
    assert await people.gets("S1", who) == ALL_SEVEN
    admin = await asyncpg.connect(postgres.dsn("postgres"))
    try:
        people.clock.forward(seconds=1)
        await _copy_grant(admin, who, actor="guardian", occurred_at=people.clock.now)
    finally:
        await admin.close()
    assert (await people.gets("S1", who), await why(people, who, "S1")) == ([], "no_consent")


@scenario("F20", "S6-sponsor-8")
async def test_staff_can_take_back_for_her_but_never_give(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    path = f"/api/v1/organiser/registrations/{who.registration}/acts"
    for purpose, recipient in (("badge_scan", None), ("sponsor_sharing", str(people.world.parties["S2"]))):
        answer = await people.world.owner.post(path, json={"act": "grant", "purpose": purpose, "recipient": recipient})
        assert (answer.status_code, answer.json()["code"]) == (403, "only_the_attendee_may_consent")
    people.clock.forward(seconds=1)
    ok(
        await people.world.owner.post(
            path, json={"act": "withdraw", "purpose": "sponsor_sharing", "recipient": str(people.world.parties["S1"])}
        )
    )
    assert await people.gets("S1", who) == []
    phone = await people.phone("S1")
    assert (
        await phone.client.put(f"{who.path}/consents", json={"acts": [{"act": "grant", "purpose": "badge_scan"}]})
    ).status_code in (401, 403)


# ---- the person's own switches


@scenario("scenario-24", "S10.1-dm")
async def test_an_objection_to_third_party_marketing_beats_every_grant(people: People) -> None:
    who = await people.attendee(shares_with=["S1", "S2"])
    assert await people.gets("S1", who) == ALL_SEVEN
    ok(await who.client.put("/api/v1/me/blocks/object_dm_third"))
    assert (await people.gets("S1", who), await people.gets("S2", who)) == ([], [])
    assert await why(people, who, "S1") == "objected"


@scenario("F4", "scenario-26")
async def test_a_no_that_is_stored_counts_even_for_a_request_that_began_before_it(people: People, app: Any) -> None:
    """A request's time is taken before it waits for a connection and for the lock; a block stored meanwhile must hold."""
    who = await people.attendee(shares_with=["S1"])
    before = people.clock.now
    people.clock.forward(minutes=1)
    ok(await who.client.put("/api/v1/me/blocks/opt_out_third"))
    people.clock.now = before - timedelta(seconds=1)
    assert await people.gets("S1", who) == []
    people.clock.now = before + timedelta(minutes=2)
    ok(await who.client.delete("/api/v1/me/blocks/opt_out_third"))
    ok(await people.world.owner.post(f"/api/v1/organiser/events/{people.world.slug}/cancel"))
    people.clock.now = before
    assert (await people.pull("S1")).json()["code"] == "event_cancelled"


@scenario("scenario-40", "S7-xfer-2", "S10.1-withdraw")
async def test_withdrawing_all_transfers_ends_each_of_them(people: People) -> None:
    await add_sponsor(people.world, "US", countries=["US"])
    await people.world.publish_text("transfer", fields=[], uses=["follow_up", "product_information"])
    who = await people.attendee(shares_with=["US"], transfer_to=["US"])
    assert await people.gets("US", who) == ALL_SEVEN
    await who.withdraw("transfer")
    assert (await people.gets("US", who), await why(people, who, "US")) == ([], "transfer_not_covered")


@scenario("S10.1-withdraw")
async def test_a_withdrawal_from_somebody_who_is_not_there_is_refused_clearly(people: People) -> None:
    who = await people.attendee()
    act = {"act": "withdraw", "purpose": "sponsor_sharing", "recipient": str(uuid4())}
    answer = await who.client.put(f"{who.path}/consents", json={"acts": [act]})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


@scenario("scenario-25")
async def test_leaving_our_newsletter_changes_nothing_for_the_sponsor(people: People) -> None:
    await people.world.publish_text("marketing_email", fields=[], uses=[])
    who = await people.attendee(shares_with=["S1"])
    ok(await who.grant("marketing_email"))
    await who.withdraw("marketing_email")
    ok(await who.client.put("/api/v1/me/blocks/object_dm_own"))
    assert await people.gets("S1", who) == ALL_SEVEN


@scenario("scenario-26", "S10.1-optout3p")
async def test_the_opt_out_of_all_disclosure_holds_for_all_events_now_and_later(
    people: People, database: Database, clock: MovableClock, visit: Visit
) -> None:
    who = await people.attendee(shares_with=["S1"])
    ok(await who.client.put("/api/v1/me/blocks/opt_out_third"))
    assert await people.gets("S1", who) == []
    there = People(await another_event(people.world), database, clock, visit)
    again = await there.attendee(shares_with=["S1"], email=who.email)
    assert await there.gets("S1", again) == []
    ok(await again.client.delete("/api/v1/me/blocks/opt_out_third"))
    assert await there.gets("S1", again) == ALL_SEVEN


@scenario("scenario-27", "scenario-28")
@pytest.mark.parametrize(
    ("kind", "reason"), [("restriction", "restricted"), ("erasure", "erasing"), ("improper_source", "claim_open")]
)
async def test_a_request_blocks_from_receipt_and_she_cannot_be_talked_out_of_it(people: People, kind: str, reason: str) -> None:
    who = await people.attendee(shares_with=["S1"])
    assert await people.gets("S1", who) == ALL_SEVEN
    ok(await who.client.post("/api/v1/me/requests", json={"kind": kind}))
    assert await people.gets("S1", who) == []
    assert await why(people, who, "S1") == reason
    assert (await who.client.delete(f"/api/v1/me/blocks/{reason}")).status_code == 404


# ---- who may consent alone


@scenario("scenario-37", "scenario-64", "scenario-29", "scenario-30", "S8-minor-1", "S8-minor-5")
@pytest.mark.parametrize(
    ("age_band", "residence", "emancipated", "released"),
    [
        (None, "TH", False, False),
        ("0-10", "TH", False, False),
        ("11-15", "TH", False, False),
        ("11-15", "DE", False, False),
        ("16-19", "TH", False, False),
        ("16-19", "DE", False, True),
        ("16-19", "TH", True, True),
        ("16-19", None, False, False),
        ("20+", "TH", False, True),
    ],
)
async def test_only_somebody_of_age_can_consent_alone(
    people: People, age_band: str | None, residence: str | None, emancipated: bool, released: bool
) -> None:
    who = await people.attendee(shares_with=["S1"], age_band=age_band, residence=residence, emancipated=emancipated)
    assert await people.gets("S1", who) == (ALL_SEVEN if released else [])


# ---- transfers


@scenario("scenario-38", "scenario-39", "S7-xfer-2")
async def test_a_sponsor_in_an_uncovered_country_gets_nothing_until_a_safeguard_is_recorded(people: People) -> None:
    await add_sponsor(people.world, "US", countries=["US"])
    who = await people.attendee(shares_with=["US"])
    assert (await people.gets("US", who), await why(people, who, "US")) == ([], "transfer_not_covered")
    await add_safeguard(people.world, "US", "US")
    assert await people.gets("US", who) == ALL_SEVEN


@scenario("scenario-40", "scenario-41", "S7-xfer-2")
async def test_a_transfer_consent_counts_only_with_its_warning(people: People, postgres: EmbeddedPostgres) -> None:
    await add_sponsor(people.world, "US", countries=["US"])
    await people.world.publish_text("transfer", fields=[], uses=["follow_up", "product_information"])
    warned = await people.attendee(shares_with=["US"], transfer_to=["US"])
    assert await people.gets("US", warned) == ALL_SEVEN
    admin = await asyncpg.connect(postgres.dsn("postgres"))
    try:
        transfer = await admin.fetchrow(
            "select * from consent_event where registration_id = $1 and purpose = 'transfer'", warned.registration
        )
        assert transfer is not None
        unwarned = {
            c: transfer[c] for c in ("purpose", "fields", "uses", "countries", "text_id", "text_sha256", "disclosed_recipients")
        }
        people.clock.forward(seconds=1)
        await _copy_grant(admin, warned, **unwarned, warning_shown=False, occurred_at=people.clock.now)
    finally:
        await admin.close()
    assert await why(people, warned, "US") == "transfer_not_covered"


@scenario("S7-xfer-1")
async def test_a_country_that_was_not_shown_stops_the_sponsor(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    assert await people.gets("S1", who) == ALL_SEVEN
    ok(
        await people.world.owner.patch(
            f"/api/v1/organiser/parties/{people.world.parties['S1']}", json={"countries": ["TH", "SG"]}
        )
    )
    await add_safeguard(people.world, "S1", "SG")
    assert (await people.gets("S1", who), await why(people, who, "S1")) == ([], "no_consent")


@scenario("S7-xfer-2")
@pytest.mark.parametrize(("residence", "country", "released"), [("TH", "TH", True), ("DE", "TH", False), ("TH", "DE", False)])
async def test_whoever_may_live_in_europe_needs_the_european_safeguard_too(
    people: People, residence: str, country: str, released: bool
) -> None:
    await add_sponsor(people.world, "US", countries=["US"])
    start = people.clock.now
    await people.world.post(
        f"/organiser/parties/{people.world.parties['US']}/safeguards",
        {
            "country": "US",
            "mechanism": "scc",
            "reference": "PDPA-1",
            "regimes": ["pdpa"],
            "valid_from": start.isoformat(),
            "valid_until": (start + timedelta(days=300)).isoformat(),
        },
    )
    who = await people.attendee(shares_with=["US"], residence=residence)
    people.clock.forward(seconds=1)
    ok(await who.client.patch(who.path, json={"fields": {"country": country}}))
    assert await people.gets("US", who) == (ALL_SEVEN if released else [])


# ---- texts and time


@scenario("scenario-21")
async def test_a_consent_under_a_text_that_was_not_in_force_yet_does_not_count(
    people: People, postgres: EmbeddedPostgres
) -> None:
    who = await people.attendee(shares_with=["S1"])
    future = await people.world.publish_text("sponsor_sharing", effective_from=people.clock.now + timedelta(days=5))
    admin = await asyncpg.connect(postgres.dsn("postgres"))
    try:
        people.clock.forward(seconds=1)
        sha = await admin.fetchval("select sha256 from consent_text where id = $1", UUID(future["languages"]["th"]["id"]))
        await _copy_grant(
            admin, who, text_id=UUID(future["languages"]["th"]["id"]), text_sha256=sha, occurred_at=people.clock.now
        )
    finally:
        await admin.close()
    assert (await people.gets("S1", who), await why(people, who, "S1")) == ([], "no_consent")


@scenario("scenario-23", "S3.1-contact-1")
async def test_health_data_in_a_consent_by_mistake_never_leaves_and_the_rest_does(
    people: People, postgres: EmbeddedPostgres
) -> None:
    who = await people.attendee(shares_with=["S1"])
    admin = await asyncpg.connect(postgres.dsn("postgres"))
    try:
        people.clock.forward(seconds=1)
        await _copy_grant(admin, who, fields=["name", "dietary", "health", "age_band", "email"], occurred_at=people.clock.now)
    finally:
        await admin.close()
    assert await people.gets("S1", who) == ["name", "email"]


@scenario("scenario-47")
async def test_a_grant_and_a_withdrawal_of_the_same_instant_mean_no(people: People) -> None:
    who = await people.attendee()
    s1 = str(people.world.parties["S1"])
    form = await people.form()
    people.clock.forward(seconds=1)
    acts = [
        {"act": "grant", "purpose": "sponsor_sharing", "recipient": s1},
        {"act": "withdraw", "purpose": "sponsor_sharing", "recipient": s1},
    ]
    for both in (acts, acts[::-1]):
        ok(
            await who.client.put(
                f"{who.path}/consents", json={"acts": both, "served_form": form["id"], "form_sha256": form["sha256"]}
            )
        )
    assert await people.gets("S1", who) == []


@scenario("F11", "S12-ver-3")
async def test_a_wider_text_leaves_old_consents_as_they_were(people: People) -> None:
    narrow = [f for f in ALL_SEVEN if f != "phone"]
    people.clock.forward(seconds=1)
    await people.world.publish_text("sponsor_sharing", fields=narrow)
    people.clock.forward(seconds=1)
    who = await people.attendee(shares_with=["S1"])
    await people.world.publish_text("sponsor_sharing", fields=ALL_SEVEN, effective_from=people.clock.forward(seconds=1))
    people.clock.forward(seconds=1)
    assert await people.gets("S1", who) == narrow
    ok(await who.grant("sponsor_sharing", people.world.parties["S1"]))
    assert await people.gets("S1", who) == ALL_SEVEN


@scenario("F12", "S12-ver-4")
async def test_a_form_opened_under_old_texts_is_shown_anew_and_nothing_is_stored(people: People) -> None:
    form = await people.form()
    people.clock.forward(seconds=1)
    await people.world.publish_text("sponsor_sharing", effective_from=people.clock.forward(seconds=1))
    people.clock.forward(seconds=1)
    path = f"/api/v1/events/{people.world.slug}/registrations"
    answer = await people.visit().post(path, json=people.submission(form, "old-form@attendees.example"))
    assert (answer.status_code, answer.json()["code"]) == (409, "form_changed")
    current = await people.form()
    assert answer.json()["form"]["sha256"] == current["sha256"] != form["sha256"]
    found = ok(await people.world.owner.get(f"/api/v1/organiser/events/{people.world.slug}/registrations"))
    assert found["items"] == []


@scenario("S6-sponsor-2", "S1-role-1")
async def test_a_form_from_nowhere_or_with_another_hash_is_refused(people: People) -> None:
    form = await people.form()
    path = f"/api/v1/events/{people.world.slug}/registrations"
    for forged in ({"served_form": str(uuid4())}, {"form_sha256": "0" * 64}):
        answer = await people.visit().post(path, json=people.submission(form, "forger@attendees.example") | forged)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "served_form")


@scenario("S6-sponsor-2", "S6-sponsor-5", "S7-xfer-1")
async def test_the_form_names_each_sponsor_with_country_notice_and_contact_and_every_control_is_off(people: People) -> None:
    content = (await people.form())["content"]
    assert [q["default"] for q in content["questions"]] == [False] * len(content["questions"])
    assert [set(s) >= {"legal_name", "countries", "contact", "notice_url", "notice_sha256"} for s in content["sponsors"]] == [
        True,
        True,
    ]
    who = await people.attendee(shares_with=["S1", "S2"])
    history = ok(await who.client.get(f"{who.path}/consents"))["history"]
    assert sorted(h["recipient"] for h in history) == sorted(str(people.world.parties[s]) for s in ("S1", "S2")), (
        "one row per sponsor"
    )


# ---- affiliates


@scenario("scenario-49", "scenario-50", "scenario-51", "scenario-52", "S6-aff-1", "S6-aff-3")
async def test_an_affiliate_gets_the_registrations_of_its_own_event_for_the_registration_only(
    people: People, database: Database, clock: MovableClock, visit: Visit
) -> None:
    hosted = await another_event(people.world, "AFF1")
    there = People(hosted, database, clock, visit)
    who = await there.attendee()
    await hosted.add_party("AFF2", "affiliate")
    aff1, aff2 = await hosted.admin("AFF1"), await hosted.admin("AFF2")
    path = f"/api/v1/affiliate/events/{hosted.slug}/registrations"
    mine = ok(await aff1.get(path, params={"use": "registration_processing"}))["items"]
    assert [item["email"] for item in mine] == [who.email]
    refused = [
        await aff1.get(path, params={"use": "product_information"}),
        await aff2.get(path, params={"use": "registration_processing"}),
        await aff1.get(f"/api/v1/affiliate/events/{people.world.slug}/registrations", params={"use": "registration_processing"}),
    ]
    assert [answer.status_code >= 400 for answer in refused] == [True, True, True]


@scenario("S6-aff-3")
async def test_an_organiser_who_took_over_later_gets_nobody_from_before(
    people: People, database: Database, clock: MovableClock, visit: Visit
) -> None:
    before = await people.attendee()
    await people.world.add_party("AFF1", "affiliate")
    ok(
        await people.world.owner.patch(
            f"/api/v1/organiser/events/{people.world.slug}", json={"organiser_party": str(people.world.parties["AFF1"])}
        )
    )
    after = await people.attendee()
    items = ok(
        await (await people.world.admin("AFF1")).get(
            f"/api/v1/affiliate/events/{people.world.slug}/registrations", params={"use": "registration_processing"}
        )
    )["items"]
    assert [i["email"] for i in items] == [after.email]
    assert before.email != after.email


# ---- flows


@scenario("F1", "S6-sponsor-13")
async def test_a_prepared_download_dies_with_a_withdrawal_and_the_next_one_lacks_her(people: People) -> None:
    leaving = await people.attendee(shares_with=["S1"])
    staying = await people.attendee(shares_with=["S1"])
    admin = await people.world.admin("S1")
    order = {"event": people.world.slug, "format": "csv", "use": "follow_up", "accept_terms": True}
    prepared = ok(await admin.post("/api/v1/leads/downloads", json=order))
    await leaving.withdraw("sponsor_sharing", people.world.parties["S1"])
    opened = await admin.get(f"/api/v1/downloads/{prepared['id']}")
    assert (opened.status_code, leaving.email in opened.text) == (410, False)
    rebuilt = ok(await admin.post("/api/v1/leads/downloads", json=order))
    body = (await admin.get(f"/api/v1/downloads/{rebuilt['id']}")).text
    assert (leaving.email in body, staying.email in body) == (False, True)


@scenario("F2", "S6-sponsor-13")
async def test_a_withdrawal_between_pages_empties_the_later_page_and_recalls_the_earlier(people: People) -> None:
    group = [await people.attendee(shares_with=["S1"]) for _ in range(4)]
    first = ok(await people.pull("S1", limit=2))
    assert [i["email"] for i in first["items"]] == [group[0].email, group[1].email]
    for who in (group[0], group[2]):
        await who.withdraw("sponsor_sharing", people.world.parties["S1"])
    second = ok(await people.pull("S1", limit=2, cursor=first["next"]))
    assert [i["email"] for i in second["items"]] == [group[3].email]
    recalls = ok(await (await people.world.admin("S1")).get("/api/v1/recalls"))["items"]
    assert [r["lead"] for r in recalls] == [first["items"][0]["id"]], "only who was released is recalled"


@scenario("F3")
async def test_an_offline_scan_that_arrives_after_she_switched_off_makes_no_lead(people: People, clock: MovableClock) -> None:
    who = await people.attendee(badge_scan=True)
    phone = await people.phone("S1")
    scanned_at = clock.now
    clock.forward(minutes=2)
    await who.withdraw("badge_scan")
    clock.forward(minutes=28)
    await phone.refresh()
    assert (await phone.scan(who.badge, at=scanned_at))["verdict"] == "saved_not_shared"
    assert (await people.gets("S1", who), await who.disclosures()) == ([], [])


@scenario("F9", "S6-recip-1")
async def test_two_downloads_are_two_entries_that_she_can_see(people: People) -> None:
    who = await people.attendee(shares_with=["S1"])
    for _ in range(2):
        assert await people.gets("S1", who) == ALL_SEVEN
    lines = await who.disclosures()
    assert [(line["fields"], line["basis"], line["declared_use"]) for line in lines] == [(ALL_SEVEN, "form", "follow_up")] * 2
    assert {line["recipient"] for line in lines} == {str(people.world.parties["S1"])}


@scenario("F9", "S6-sponsor-13")
async def test_she_sees_when_the_sponsor_was_told_and_when_it_confirmed(people: People, clock: MovableClock) -> None:
    who = await people.attendee(shares_with=["S1"])
    await people.gets("S1", who)
    await who.withdraw("sponsor_sharing", people.world.parties["S1"])
    told = clock.now
    admin = await people.world.admin("S1")
    [recall] = ok(await admin.get("/api/v1/recalls"))["items"]
    clock.forward(minutes=77)
    for _ in range(2):
        ok(await admin.post(f"/api/v1/recalls/{recall['id']}/ack"))
        clock.forward(minutes=1)
    [line] = await who.disclosures()
    assert (parse(line["recalled_at"]), parse(line["acknowledged_at"])) == (told, told + timedelta(minutes=77))


@scenario("F21", "S6-sponsor-15")
async def test_somebody_who_tries_codes_is_slowed_down_and_the_dpo_is_told(
    people: People, database: Database, world: World
) -> None:
    phone = await people.phone("S1")
    who = await people.attendee(badge_scan=True)
    guess = [{"id": str(uuid4()), "code": f"{n:020d}", "at": people.clock.now.isoformat(), "kind": "booth"} for n in range(300)]
    answer = ok(await phone.client.post("/api/v1/scans", json={"scans": guess}))
    assert {v["verdict"] for v in answer["items"]} == {"saved_not_shared"}
    one = [{"id": str(uuid4()), "code": who.badge, "at": people.clock.now.isoformat(), "kind": "booth"}]
    slowed = await phone.client.post("/api/v1/scans", json={"scans": one})
    assert (slowed.status_code, slowed.headers["retry-after"]) == (429, "60")
    people.clock.forward(seconds=61)
    assert ok(await phone.client.post("/api/v1/scans", json={"scans": one}))["items"][0]["verdict"] == "lead"
    dpo = people.world.owner_email.replace("owner@", "dpo@")
    [mail] = await database.call("select kind from messages.mailbox($1, 200)", dpo)
    assert mail["kind"] == "scan_alarm"


@scenario("S11-sec-1", "S6-sponsor-14")
async def test_a_link_on_another_site_cannot_make_a_sponsor_take_leads(people: People) -> None:
    await people.attendee(shares_with=["S1"])
    admin = await people.world.admin("S1")
    params = {"event": people.world.slug, "use": "follow_up", "accept_terms": "true"}
    answers = [
        (await admin.get("/api/v1/leads", params=params, headers={"sec-fetch-site": site})).status_code
        for site in ("cross-site", "same-origin", "none")
    ]
    assert answers == [403, 200, 200]


@scenario("S11-sec-1")
async def test_an_admin_who_is_taken_off_the_team_takes_her_programs_and_phones_with_her(people: People) -> None:
    who = await people.attendee(shares_with=["S1"], badge_scan=True)
    phone = await people.phone("S1")
    admin = await people.world.admin("S1")
    client = ok(await admin.post("/api/v1/clients", json={"name": "CRM"}))
    machine = people.visit()
    token = ok(
        await machine.post(
            "/api/v1/oauth/token",
            data={"grant_type": "client_credentials", "client_id": client["client_id"], "client_secret": client["client_secret"]},
        )
    )["access_token"]
    params = {"event": people.world.slug, "use": "follow_up", "accept_terms": "true"}
    bearer = {"authorization": f"Bearer {token}"}
    assert (await machine.get("/api/v1/leads", params=params, headers=bearer)).status_code == 200
    party = f"/organiser/parties/{people.world.parties['S1']}"
    [member] = (await people.world.get(party))["members"]
    ok(await people.world.owner.delete(f"/api/v1{party}/members/{member['person']}"))
    scan = {"id": str(uuid4()), "code": who.badge, "at": people.clock.now.isoformat(), "kind": "booth"}
    after = [
        await machine.get("/api/v1/leads", params=params, headers=bearer),
        await admin.get("/api/v1/leads", params=params),
        await phone.client.post("/api/v1/scans", json={"scans": [scan]}),
    ]
    assert [a.status_code for a in after] == [401, 403, 401]


@scenario("scenario-60")
async def test_no_route_hands_anything_to_an_authority(people: People, app: Any) -> None:
    paths = app.litestar.openapi_schema.to_schema()["paths"]
    assert [p for p in paths if "authorit" in p or "police" in p] == []
    answer = await people.world.owner.post(
        "/api/v1/organiser/parties",
        json={
            "kind": "authority",
            "legal_name": "Police",
            "registration_number": "1",
            "countries": ["TH"],
            "contact_email": "p@police.example",
        },
    )
    assert answer.status_code == 422


@scenario("scenario-63", "scenario-45")
async def test_a_server_that_cannot_write_the_book_gives_nothing(people: People, postgres: EmbeddedPostgres, app: Any) -> None:
    """A replica and a full disk look the same to a door: it cannot write, so nothing leaves (503)."""
    who = await people.attendee(shares_with=["S1"])
    assert await people.gets("S1", who) == ALL_SEVEN
    admin = await asyncpg.connect(postgres.dsn("postgres"))
    try:
        await admin.execute("alter role events_release set default_transaction_read_only = on")
        database = app.litestar.state.database
        await database.release.expire_connections()
        answer = await people.pull("S1")
        assert (answer.status_code, who.email in answer.text) == (503, False)
    finally:
        await admin.execute("alter role events_release reset default_transaction_read_only")
        await admin.close()
        await app.litestar.state.database.release.expire_connections()
    assert await people.gets("S1", who) == ALL_SEVEN
