"""The four buttons that spend a mailed link: on pages and in the API, to sign in and to confirm a registration."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import httpx

from events.access.actions import LINK_LIFETIME
from events.access.tokens import new_secret
from events.registration.actions import CONFIRM_WITHIN
from tests.access.test_sign_in import mailed_token as sign_in_link
from tests.access.test_sign_in import person
from tests.people import mailed_token, ok
from tests.scanning.hall import Hall

OWN_PAGE = {"origin": "http://events.example", "sec-fetch-site": "same-origin"}


async def link_to_sign_in(hall: Hall) -> str:
    """The token that was mailed to somebody who asked for it."""
    return await sign_in_link(hall, hall.visit(), await person(hall))


async def link_to_confirm(hall: Hall) -> str:
    """The token that was mailed to somebody who registered."""
    email = f"{hall.unique('guest')}@guests.example"
    ok(await hall.visit().post(f"/api/v1/events/{hall.slug}/registrations", json=await submission(hall, email)))
    return await mailed_token(hall.database, email)


async def submission(hall: Hall, email: str) -> dict[str, object]:
    """A filled-in form for this address, with no box ticked."""
    form = ok(await hall.visit().get(f"/api/v1/events/{hall.slug}/form?language=en"))
    fields = {"name": "Guest", "email": email}
    return {"served_form": form["id"], "form_sha256": form["sha256"], "ticket": str(hall.ticket), "fields": fields}


@dataclass(frozen=True)
class Button:
    """Where a link is spent; `mailed` makes a good one, `foreign` one that is for something else. All are late after `lives`."""

    path: str
    mailed: Callable[[Hall], Awaitable[str]]
    foreign: Callable[[Hall], Awaitable[str]]
    lives: timedelta

    @property
    def is_page(self) -> bool:
        return not self.path.startswith("/api/")

    async def press(self, client: httpx.AsyncClient, token: str) -> httpx.Response:
        if self.is_page:
            return await client.post(self.path, data={"token": token}, headers=OWN_PAGE)
        return await client.post(self.path, json={"token": token})


BUTTONS: list[Button] = [
    Button("/api/v1/sessions", link_to_sign_in, link_to_confirm, LINK_LIFETIME),
    Button("/en/sign-in", link_to_sign_in, link_to_confirm, LINK_LIFETIME),
    Button("/api/v1/confirmations", link_to_confirm, link_to_sign_in, CONFIRM_WITHIN),
    Button("/en/confirm", link_to_confirm, link_to_sign_in, CONFIRM_WITHIN),
]


async def dead_links(button: Button, hall: Hall) -> dict[str, str]:
    """One of every kind of link that this button must refuse."""
    late, spent = await button.mailed(hall), await button.mailed(hall)
    assert (await button.press(hall.visit(), spent)).status_code < 400
    hall.clock.now += button.lives
    return {"unknown": new_secret(), "late": late, "spent": spent, "foreign": await button.foreign(hall)}
