"""The product as `events serve --demo` runs it, with a real SMTP server behind it, and what a person gets from it by mail."""

import itertools
import re
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
from playwright.async_api import StorageState

from events.demo import story
from events.demo.acting import API, World, both, form_of, ok, register
from events.demo.build import PEOPLE
from events.demo.names import Invented, invent
from tests.browsing.letters import Mailbox
from tests.program import Program, free_port

SENDER: Final = "events@sender.example"
ATTENDEE: Final = story.GUIDE
ORGANISER: Final = story.OWNER
SPONSOR: Final = story.SPONSORS[0].admin


@dataclass
class Product:
    """The running program. `events` names the three events of the demo; `mailbox` gets every mail that it sends."""

    url: str
    mailbox: Mailbox
    card: str
    _sessions: dict[str, StorageState] = field(default_factory=dict)
    _news: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    # in turn, since the program mails one person but a few links in a while
    _known: Iterator[Invented] = field(default_factory=lambda: itertools.cycle(_long_addresses()))

    def visitor(self) -> httpx.AsyncClient:
        """Somebody without any credential, from a network of her own: limits count by network."""
        network = ".".join(str(secrets.randbelow(256)) for _ in range(3))
        return httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=30, headers={"x-forwarded-for": f"10.{network}"})

    def new_address(self) -> str:
        """An e-mail address that nobody has used yet."""
        return f"person-{next(self._numbers)}@browsing.example"

    async def sign_in_link(self, email: str | None = None) -> str:
        """The link of a fresh sign-in mail to this person, or to one of the demo's attendees."""
        email = email or next(self._known).email
        async with self.visitor() as client:
            ok(await client.post(f"{API}/sign-in", json={"email": email}))
            while True:  # the story's own letters come as well, and their links are spent
                link = (await self.mailbox.wait_for(email, "/sign-in?token=")).link("/sign-in")
                if (await client.get(link)).is_success:
                    return link

    async def unsubscribe_link(self, language: str) -> str:
        """The link that ends the news, of a mail with news to somebody who had allowed them; one for each language."""
        if language not in self._news:
            email = self.new_address()
            news = [{"purpose": "marketing_email"}]
            confirm = await self.registration_link(email, story.CONFERENCE, language, consents=news)
            async with self.visitor() as client:
                ok(await client.post(f"{API}/confirmations", json={"token": token_of(confirm)}))
            async with self.visitor() as client:
                ok(await client.post(f"{API}/sessions", json={"token": token_of(await self.sign_in_link(ORGANISER))}))
                words = {"th": "โปรแกรมพร้อมแล้ว", "en": "The programme is ready"}
                ok(await client.post(f"{API}/organiser/events/{story.CONFERENCE}/news", json={"subject": words, "body": words}))
            found = [link for link in (await self.mailbox.wait_for(email, words[language])).links if "/unsubscribe/" in link]
            self._news[language] = found[0]
        return self._news[language]

    async def registration_link(
        self,
        email: str | None = None,
        slug: str = story.WEBINAR,
        language: str = "en",
        *,
        name: str = "มาลี ใจงาม",
        consents: list[dict[str, str]] | None = None,
        **changes: Any,
    ) -> str:
        """The link of the mail to somebody who has just registered, with one sponsor ticked unless told otherwise."""
        email = email or self.new_address()
        async with World(self.url) as world:
            form = await form_of(world, slug, language)
            asked = {
                "name",
                *(field["field"] for field in form["content"]["fields"] if field["required"] and not field["shown_if"]),
            } - {"email"}
            await register(
                world,
                slug,
                form,
                {
                    "ticket": form["content"]["tickets"][0]["id"],
                    "fields": dict.fromkeys(asked, "มาลี ใจงาม") | {"name": name, "email": email},
                    "consents": [{"purpose": "sponsor_sharing", "recipient": form["content"]["sponsors"][0]["party"]}]
                    if consents is None
                    else consents,
                    "age_band": "20+",
                    "residence": "TH",
                }
                | changes,
            )
        return (await self.mailbox.wait_for(email, "/confirm?token=")).link("/confirm")

    async def offer_link(self, language: str = "en") -> str:
        """The link of the mail to somebody who waited for a sold-out ticket, and is offered the place that came free."""
        async with self.visitor() as desk:
            cookies = (await self.session(ORGANISER))["cookies"]
            desk.headers["cookie"] = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in cookies)
            ticket = {"names": both("ที่นั่งเดียว", "The only seat"), "capacity": 1, "position": 9}
            only = ok(await desk.post(f"{API}/organiser/events/{story.WEBINAR}/ticket-types", json=ticket))["id"]
        waits = self.new_address()
        async with self.visitor() as holder, self.visitor() as waiter:
            link = await self.registration_link(language=language, ticket=only)
            held = ok(await holder.post(f"{API}/confirmations", json={"token": token_of(link)}))["registration"]
            link = await self.registration_link(waits, language=language, ticket=only, join_waitlist=True)
            ok(await waiter.post(f"{API}/confirmations", json={"token": token_of(link)}))
            ok(await holder.delete(f"{API}/me/registrations/{held}"))
        return (await self.mailbox.wait_for(waits, "/offer?token=")).link("/offer")

    async def session(self, email: str) -> StorageState:
        """The cookies of somebody who is signed in, for a context of the browser; made once for each person."""
        if email not in self._sessions:
            token = token_of(await self.sign_in_link(email))
            async with self.visitor() as client:
                ok(await client.post(f"{API}/sessions", json={"token": token}))
                self._sessions[email] = {"cookies": [_cookie(cookie) for cookie in client.cookies.jar], "origins": []}
        return self._sessions[email]


@contextmanager
def running(folder: Path, mailbox: Mailbox) -> Iterator[Product]:
    """The product with its demo data, from start to a clean end."""
    program = Program(folder, free_port())
    program.environment |= {"EVENTS_SMTP_URL": mailbox.url, "EVENTS_MAIL_FROM": SENDER}
    card = program.serve("--demo")
    try:
        yield Product(f"http://127.0.0.1:{program.port}", mailbox, card)
    finally:
        status = program.end(signal.SIGTERM)
    assert (status, program.errors.read_text().partition("Demo: done")[2].strip()) == (0, "")


def _long_addresses() -> list[Invented]:
    """Attendees of the demo, the longest address first: what has room for them has room for others."""
    return sorted(invent(PEOPLE - 1), key=lambda person: -len(person.email))[:60]


def token_of(link: str) -> str:
    """The token of a mailed link."""
    found = re.search(r"[?&]token=([\w-]+)", link)
    assert found, link
    return found[1]


def _cookie(cookie: Any) -> Any:
    return {
        "name": cookie.name,
        "value": cookie.value,
        "domain": "127.0.0.1",
        "path": cookie.path,
        "expires": cookie.expires or -1,
        "httpOnly": True,
        "secure": False,
        "sameSite": "Lax",
    }
