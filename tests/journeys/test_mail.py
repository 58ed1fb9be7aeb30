"""From the form to the confirmed place, with a real SMTP server in between."""

import asyncio
import re
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller

from events.database.connections import Database
from events.messages.sending import mailer_for, work
from tests.conftest import SETTINGS, MovableClock, SignIn, Visit
from tests.people import ok
from tests.world import World, build_world


class Letterbox:
    """An SMTP server's handler that keeps what arrives; refuses the first mail when told to be busy."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.busy = False
        self.refused = threading.Event()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.busy:
            self.busy = False
            self.refused.set()
            return "451 try again later"
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 taken"

    async def to(self, address: str) -> EmailMessage:
        """The mail to this address, as soon as it is there."""
        async with asyncio.timeout(20):
            while True:
                for mail in self.mails:
                    if mail["To"] == address:
                        return mail
                await asyncio.sleep(0.02)


@pytest.fixture
def letterbox() -> Iterator[tuple[Letterbox, str]]:
    """The letterbox and the address of its server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    box = Letterbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
async def early_world(database: Database, clock: MovableClock, sign_in: SignIn, unique: Callable[[str], str]) -> World:
    """A world before every other test's: their mails are not due yet."""
    clock.now = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)
    return await build_world(database, clock, sign_in, unique)


@asynccontextmanager
async def worker(database: Database, url: str, clock: MovableClock) -> AsyncIterator[None]:
    """The worker of `events serve`, with an SMTP server."""
    settings = replace(SETTINGS, smtp_url=url, demo=False, mail_from="events@sender.example")
    mailer = mailer_for(settings)
    task = asyncio.create_task(work(database, mailer, settings.mail_from, clock, pause=0.02, base_url=settings.base_url))
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def submit(client: httpx.AsyncClient, world: World, email: str) -> None:
    form = ok(await client.get(f"/api/v1/events/{world.slug}/form?language=th"))
    body = {
        "served_form": form["id"],
        "form_sha256": form["sha256"],
        "ticket": form["content"]["tickets"][0]["id"],
        "fields": {"name": "มาลี ใจงาม", "email": email},
        "consents": [{"purpose": "sponsor_sharing", "recipient": str(world.parties["S1"])}],
        "age_band": "20+",
        "residence": "TH",
    }
    ok(await client.post(f"/api/v1/events/{world.slug}/registrations", json=body))


async def test_the_link_in_the_delivered_mail_confirms(
    early_world: World, database: Database, clock: MovableClock, visit: Visit, letterbox: tuple[Letterbox, str]
) -> None:
    box, url = letterbox
    client, email = visit(), f"malee@{early_world.slug}.example"
    async with worker(database, url, clock):
        await submit(client, early_world, email)
        mail = await box.to(email)
    assert (mail["From"], mail["Auto-Submitted"]) == ("events@sender.example", "auto-generated")
    words = mail.get_content()
    assert "S1 Co., Ltd." in words
    link = re.search(r"http://events\.example(/th/confirm\?token=([\w-]+))", words)
    assert link
    assert (await client.get(link[1])).status_code == 200
    pressed = await client.post("/th/confirm", data={"token": link[2]}, headers={"origin": "http://events.example"})
    assert pressed.status_code == 303
    [mine] = ok(await client.get("/api/v1/me/registrations"))["items"]
    assert (mine["event"], mine["state"]) == (early_world.slug, "confirmed")
    # what was sent does not stay in the outbox
    assert ok(await client.get("/mailbox.json", params={"to": email}))["items"] == []


async def test_a_busy_mail_server_gets_the_same_mail_again(
    early_world: World, database: Database, clock: MovableClock, visit: Visit, letterbox: tuple[Letterbox, str]
) -> None:
    box, url = letterbox
    box.busy = True
    email = f"somchai@{early_world.slug}.example"
    async with worker(database, url, clock):
        await submit(visit(), early_world, email)
        assert await asyncio.to_thread(box.refused.wait, 20)
        assert box.mails == []
        clock.forward(minutes=5)
        first = await box.to(email)
        clock.forward(days=1)
        await asyncio.sleep(0.2)
    assert [mail["Message-ID"] for mail in box.mails] == [first["Message-ID"]]
