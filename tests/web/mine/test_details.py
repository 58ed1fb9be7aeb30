"""Her details: corrected field by field, and switched off one by one."""

import re

import pytest

from tests.conftest import MovableClock
from tests.people import ALL_SEVEN, People, ok
from tests.web.mine.hers import Hers, sent_by


class TestDetails:
    @pytest.mark.requirement("S10.2-self-1")
    async def test_are_corrected_field_by_field(self, hers: Hers) -> None:
        sent = {
            "f.name": "Mali <b>",
            "f.job_title": "Data engineer",
            "f.company": "",
            "f.country": "TH",
            "f.phone": "081 234 5678",
        }
        saved = await hers.press("/details", sent)
        assert saved.headers["location"] == hers.address("/details?done=details")
        fields = ok(await hers.who.client.get(hers.who.path))["fields"]
        assert (fields["name"], "company" in fields) == ("Mali <b>", False)
        assert 'value="Mali &lt;b&gt;"' in await hers.see("/details")

    async def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(self, hers: Hers) -> None:
        answer = await hers.press("/details", {"f.name": "", "f.phone": "12", "f.company": "New Co"})
        assert answer.status_code == 422
        assert re.findall(r'<a href="#(f-\w+)">', answer.text) == ["f-name", "f-phone"]
        for found in ('role="alert"', 'id="f-phone-error"', 'value="12"', 'value="New Co"'):
            assert found in answer.text
        assert ok(await hers.who.client.get(hers.who.path))["fields"]["name"] == "มาลี ใจงาม"

    async def test_what_is_switched_off_goes_to_nobody(self, people: People, clock: MovableClock) -> None:
        hers = Hers(await people.attendee(shares_with=["S1"]), clock)
        card = {f"f.{name}": value for name, value in ok(await hers.who.client.get(hers.who.path))["fields"].items()}
        await hers.press("/details", card | {"withheld": ["phone", "email"]})
        assert await people.gets("S1", hers.who) == [f for f in ALL_SEVEN if f not in {"phone", "email"}]
        assert sent_by(await hers.see("/details"))["withheld"] == ["phone", "email"]

    async def test_an_old_tab_keeps_what_was_switched_off_elsewhere(self, hers: Hers) -> None:
        card = {f"f.{name}": value for name, value in ok(await hers.who.client.get(hers.who.path))["fields"].items()}
        await hers.press("/details", card | {"withheld": ["email"]})
        old = card | sent_by(await hers.see("/details"))
        assert old["withheld_shown"] == ["email"]
        await hers.press("/details", old | {"withheld": ["email", "phone"]})
        await hers.press("/details", old | {"f.company": "New Co", "withheld": ["email", "address"]})
        assert sent_by(await hers.see("/details"))["withheld"] == ["address", "phone", "email"]
        # what it showed as switched off and is unticked is lifted, also where something else had to be mended first
        wrong = await hers.press("/details", old | {"f.name": "", "withheld": []})
        assert (wrong.status_code, sent_by(wrong.text)["withheld_shown"]) == (422, ["email"])
        await hers.press("/details", card | {"withheld_shown": ["email"]})
        assert sent_by(await hers.see("/details"))["withheld"] == ["address", "phone"]

    async def test_an_age_is_said_once(self, people: People, clock: MovableClock) -> None:
        hers = Hers(await people.attendee(age_band=None, residence=None), clock)
        await hers.press("/details", {"f.name": "Mali", "age_band": "20+", "residence": "TH"})
        assert "Save my choices" in await hers.see("/choices")
        assert 'name="age_band"' not in await hers.see("/details")
