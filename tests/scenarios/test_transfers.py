"""Transfers abroad: nothing goes to a country without a safeguard, or a consent that was warned."""

from datetime import timedelta

import asyncpg
import pytest

from events.database.embedded import EmbeddedPostgres
from tests.people import ALL_SEVEN, People, add_safeguard, add_sponsor, ok
from tests.scenarios.asking import copy_grant, scenario, why


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
        await copy_grant(admin, warned, **unwarned, warning_shown=False, occurred_at=people.clock.now)
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
