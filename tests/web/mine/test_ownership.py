"""Whose pages they are: another's are not there, a visitor is asked who she is, another site's form does nothing."""

from uuid import UUID

import pytest

from tests.people import People, ok
from tests.web.mine.hers import Hers

PATHS = [
    "", "/choices", "/who", "/details", "/receipts", "/badge", "/badge/renew", "/cancel", "/join", "/downloads", "/calendar.ics",
]  # fmt: skip


@pytest.mark.parametrize("rest", PATHS)
async def test_what_is_not_yours_is_not_there_and_a_visitor_is_asked_who_she_is(rest: str, hers: Hers, people: People) -> None:
    other = await people.attendee()
    assert (await other.client.get(hers.address(rest))).status_code == 404
    asked = await people.visit().get(hers.address(rest))
    assert (asked.status_code, f'name="then" value="{hers.address(rest)}"' in asked.text) == (401, True)


@pytest.mark.parametrize(
    "rest", ["/choices", "/choices/withdraw", "/details", "/badge/renew", "/cancel", "/join", f"/who/{UUID(int=1)}/not-me"]
)
async def test_another_sites_form_changes_nothing(rest: str, hers: Hers) -> None:
    headers = {"origin": "https://evil.example", "content-type": "application/x-www-form-urlencoded"}
    answer = await hers.who.client.post(hers.address(rest), data={}, headers=headers)
    assert answer.status_code in {401, 403}
    assert ok(await hers.who.client.get(hers.who.path))["state"] == "confirmed"
