"""One attendee in front of her own pages, and what a browser makes of them."""

import html
import re
from dataclasses import dataclass
from typing import Any

import httpx

from tests.people import Attendee
from tests.world import Clock, World

OWN_PAGE = {"origin": "http://events.example", "sec-fetch-site": "same-origin"}


@dataclass
class Hers:
    """One attendee on her own pages, in English."""

    who: Attendee
    clock: Clock

    def address(self, rest: str = "") -> str:
        return f"/en/me/{self.who.registration}{rest}"

    async def see(self, rest: str = "") -> str:
        answer = await self.who.client.get(self.address(rest))
        assert answer.status_code == 200, answer.text
        return answer.text

    async def press(self, rest: str, data: dict[str, Any] | None = None) -> httpx.Response:
        """Send the form of a page, a second later."""
        self.clock.forward(seconds=1)
        headers = OWN_PAGE | {"content-type": "application/x-www-form-urlencoded"}
        return await self.who.client.post(self.address(rest), data=data or {}, headers=headers)

    async def boxes(self) -> dict[str, Any]:
        """The form of the choices as it stands on the page: hidden fields, and what is ticked."""
        return sent_by(await self.see("/choices"))

    async def save(self, *ticked: str, form: dict[str, Any] | None = None, **changes: Any) -> httpx.Response:
        return await self.press("/choices", (form or await self.boxes()) | {"consent": list(ticked)} | changes)


def led_to(answer: httpx.Response) -> list[str]:
    """Where a page leads on to: by itself, and by its link."""
    by_itself = re.findall(r'http-equiv="refresh" content="0; url=([^"]+)"', answer.text)
    return [html.unescape(address) for address in by_itself + re.findall(r'class="button" href="(https:[^"]+)"', answer.text)]


def sent_by(page: str) -> dict[str, Any]:
    """What a browser sends of a page's first form with boxes."""
    hidden = dict(re.findall(r'<input type="hidden" name="(served_form|form_sha256|seen)" value="([^"]+)"', page))
    several: dict[str, list[str]] = {}
    for name, value in [
        *re.findall(r'<input type="hidden" name="(was|was_left_out[^"]+|withheld_shown)" value="([^"]+)"', page),
        *re.findall(r'<input type="checkbox" name="([^"]+)" value="([^"]+)" checked', page),
    ]:
        several.setdefault(name, []).append(value)
    return hidden | several


def sponsor(world: World, name: str) -> str:
    return f"sponsor_sharing:{world.parties[name]}"
