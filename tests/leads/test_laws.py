"""Where somebody lives decides which law holds, and whether a party abroad may have her data: unseen where it decides nothing, told
where it makes her a lead."""

from datetime import timedelta

import pytest

from events.database.connections import Database
from events.leads.queries import leads_version
from tests.leads.fair import Fair, Visitor
from tests.leads.test_changes import later, writes
from tests.leads.test_looking import caller, found
from tests.people import ok


async def covered(fair: Fair, law: str, days: int) -> None:
    """Singapore, for S3, under this law and for so long."""
    body = {"country": "SG", "mechanism": "scc", "reference": f"SCC-{law}", "regimes": [law]}
    body |= {"valid_from": fair.clock.now.isoformat(), "valid_until": (fair.clock.now + timedelta(days=days)).isoformat()}
    await fair.world.post(f"/organiser/parties/{fair.parties['S3']}/safeguards", body)


@pytest.fixture
async def abroad(fair: Fair) -> Fair:
    """S3 is there, in Singapore too, which is covered for everybody but those who may live in Europe."""
    await fair.world.add_party("S3", countries=["TH", "SG"])
    await fair.world.list_sponsor("S3")
    await covered(fair, "pdpa", 300)
    return fair


async def agrees_to_it(fair: Fair, *fields: str) -> Visitor:
    """Somebody who shares these fields, or her name, with S3 and agreed to the transfer as she registered."""
    await fair.world.publish_text("transfer", fields=[], uses=["follow_up"])
    return Visitor(await fair.people.attendee(shares_with=["S3"], fields=list(fields or ["name"]), transfer_to=["S3"]), {}, "")


async def version(fair: Fair, database: Database) -> str:
    """The word by which an open page hears that something changed."""
    return await leads_version(database, await caller(fair, "S3"), None, fair.slug, "follow_up", fair.clock.now)


@pytest.mark.requirement("S6-sponsor-13")
async def test_somebody_whom_another_law_makes_a_lead_is_told_though_the_country_is_not(abroad: Fair) -> None:
    who = await abroad.attendee(shares_with=["S3"], fields=["name"], card={"country": "DE"})
    pulled = later(abroad)
    assert await found(abroad, "S3") == []
    await writes(country="TH")(who, abroad)
    [lead] = await found(abroad, "S3", changed_since=pulled)
    assert lead["fields"] == ["name"]


@pytest.mark.requirement("S6-sponsor-13")
async def test_whoever_agrees_to_the_transfer_later_is_told_and_told_again_when_she_comes_back(abroad: Fair) -> None:
    await abroad.world.publish_text("transfer", fields=[], uses=["follow_up"])
    who = await abroad.attendee(shares_with=["S3"], fields=["name"], card={"country": "DE"})
    for _ in range(2):
        pulled = later(abroad)
        assert await found(abroad, "S3") == []
        ok(await who.attendee.grant("transfer", abroad.parties["S3"]))
        assert [lead["state"] for lead in await found(abroad, "S3", changed_since=pulled)] == ["lead"]
        abroad.clock.forward(minutes=5)
        await who.attendee.withdraw("transfer", abroad.parties["S3"])


@pytest.mark.requirement("S6-sponsor-13", "S6-sponsor-14")
async def test_whoever_comes_back_by_law_is_told_though_her_consent_to_the_transfer_is_dead(abroad: Fair) -> None:
    who = await agrees_to_it(abroad)
    await who.attendee.withdraw("sponsor_sharing")  # from all, which ends the transfer as well
    ok(await who.attendee.grant("sponsor_sharing", abroad.parties["S3"], ["name"]))
    assert len(await found(abroad, "S3")) == 1
    await writes(country="DE")(who, abroad)
    pulled = later(abroad)
    assert await found(abroad, "S3") == []
    await writes(country="TH")(who, abroad)
    assert len(await found(abroad, "S3", changed_since=pulled)) == 1


@pytest.mark.requirement("S6-sponsor-12")
@pytest.mark.parametrize("agreed", ["as she registered", "an hour later"])
async def test_another_law_is_not_told_where_she_agreed_to_the_transfer(agreed: str, abroad: Fair, database: Database) -> None:
    if agreed == "as she registered":
        who = await agrees_to_it(abroad)
    else:
        await abroad.world.publish_text("transfer", fields=[], uses=["follow_up"])
        who = Visitor(await abroad.people.attendee(shares_with=["S3"], fields=["name"]), {}, "")
        abroad.clock.forward(hours=1)
        ok(await who.attendee.grant("transfer", abroad.parties["S3"]))
    [before] = await found(abroad, "S3")
    pulled, word = later(abroad), await version(abroad, database)
    for country in ("DE", "TH"):
        await writes(country=country)(who, abroad)
        heard = await found(abroad, "S3", changed_since=pulled), await found(abroad, "S3"), await version(abroad, database)
        assert heard == ([], [before], word), country


@pytest.mark.requirement("S6-sponsor-12")
async def test_another_law_is_not_told_to_whom_she_only_gave_less_before(abroad: Fair, database: Database) -> None:
    who = await agrees_to_it(abroad, "name", "email")
    assert len(await found(abroad, "S3")) == 1
    abroad.clock.forward(minutes=5)
    ok(await who.attendee.client.patch(who.attendee.path, json={"withheld_fields": ["email"]}))
    word = await version(abroad, database)
    for country in ("DE", "TH"):
        abroad.clock.forward(minutes=5)
        await writes(country=country)(who, abroad)
        assert await version(abroad, database) == word, country


@pytest.mark.requirement("S6-sponsor-12")
async def test_a_consent_to_the_transfer_that_nothing_needs_is_given_unseen(abroad: Fair, database: Database) -> None:
    who = await abroad.attendee(shares_with=["S3"], fields=["name"], card={"country": "DE"})
    abroad.clock.forward(hours=1)
    await writes(country="TH")(who, abroad)
    [before] = await found(abroad, "S3")
    abroad.clock.forward(hours=1)
    word = await version(abroad, database)
    await abroad.world.publish_text("transfer", fields=[], uses=["follow_up"])
    ok(await who.attendee.grant("transfer", abroad.parties["S3"]))
    assert (await found(abroad, "S3"), await version(abroad, database)) == ([before], word)


@pytest.mark.requirement("S6-sponsor-12")
async def test_a_move_that_decided_nothing_stays_unseen_when_a_safeguard_ends(abroad: Fair) -> None:
    await covered(abroad, "gdpr", 1)
    who = await abroad.attendee(shares_with=["S3"], fields=["name"])
    [before] = await found(abroad, "S3")
    for country in ("DE", "TH"):
        abroad.clock.forward(minutes=10)
        await writes(country=country)(who, abroad)
    assert await found(abroad, "S3") == [before]
    abroad.clock.forward(days=1)
    assert await found(abroad, "S3") == [before]
