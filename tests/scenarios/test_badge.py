"""The badge as the ground: a scan after the flag opens one sponsor, and nothing but her own act opens it again."""

from datetime import timedelta

from tests.conftest import MovableClock
from tests.people import ALL_SEVEN, People, ok
from tests.scenarios.asking import THREE, released, scenario


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
