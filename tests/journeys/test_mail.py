"""From the form to the confirmed place, with a real SMTP server in between."""

import asyncio
import re
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiosmtplib
import httpx
import pytest
import zxingcpp
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from icalendar import Calendar
from PIL import Image
from pypdfium2 import PdfDocument

from events.database.connections import Database
from events.messages.composing import compose
from events.messages.sending import letterhead_of, mailer_for, work
from events.serving import background
from events.terms import MailKind
from tests.conftest import SETTINGS, MovableClock, SignIn, Visit
from tests.messages.samples import LETTERHEAD, sample
from tests.people import ok
from tests.program import free_port
from tests.world import World, build_world


class Letterbox:
    """An SMTP server's handler that keeps what arrives; refuses the first mail to an address for which it is busy."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.busy_for: str | None = None
        self.refused = threading.Event()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.busy_for in envelope.rcpt_tos:
            self.busy_for = None
            self.refused.set()
            return "451 try again later"
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 taken"

    async def to(self, address: str, subject: str = "") -> EmailMessage:
        """The mail to this address that has these words in its subject, as soon as it is there."""
        async with asyncio.timeout(20):
            while True:
                for mail in self.mails:
                    if mail["To"] == address and subject in mail["Subject"]:
                        return mail
                await asyncio.sleep(0.02)


@pytest.fixture
def letterbox() -> Iterator[tuple[Letterbox, str]]:
    """The letterbox and the address of its server."""
    box, port = Letterbox(), free_port()
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
    async with background(work(database, mailer_for(settings), letterhead_of(settings), clock, pause=0.02)):
        yield


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


def text_of(mail: EmailMessage) -> str:
    """What a reader of plain text sees."""
    body = mail.get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return text


async def test_the_link_in_the_delivered_mail_confirms(
    early_world: World, database: Database, clock: MovableClock, visit: Visit, letterbox: tuple[Letterbox, str]
) -> None:
    box, url = letterbox
    client, email = visit(), f"malee@{early_world.slug}.example"
    async with worker(database, url, clock):
        await submit(client, early_world, email)
        mail = await box.to(email)
        await press(client, mail)
        badge = await box.to(email, "บัตรของคุณ")
    assert (mail["From"], mail["Auto-Submitted"]) == ("events@sender.example", "auto-generated")
    assert "S1 Co., Ltd." in text_of(mail)
    [mine] = ok(await client.get("/api/v1/me/registrations"))["items"]
    assert (mine["event"], mine["state"]) == (early_world.slug, "confirmed")
    assert f"http://events.example/th/me/{mine['id']}" in text_of(badge)
    # what was sent does not stay in the outbox
    assert ok(await client.get("/mailbox.json", params={"to": email}))["items"] == []


async def press(client: httpx.AsyncClient, mail: EmailMessage) -> None:
    """Open the link of a confirmation mail and press its button."""
    link = re.search(r"http://events\.example(/th/confirm\?token=([\w-]+))", text_of(mail))
    assert link
    assert (await client.get(link[1])).status_code == 200
    pressed = await client.post("/th/confirm", data={"token": link[2]}, headers={"origin": "http://events.example"})
    assert pressed.status_code == 303


def part(mail: EmailMessage, media_type: str) -> Any:
    """The one part of a mail of this type."""
    [found] = [part for part in mail.walk() if part.get_content_type() == media_type]
    return found


async def test_the_badge_mail_brings_a_code_that_scans_a_paper_to_print_and_a_calendar_entry(
    early_world: World, database: Database, clock: MovableClock, visit: Visit, letterbox: tuple[Letterbox, str]
) -> None:
    box, url = letterbox
    client, email = visit(), f"mana@{early_world.slug}.example"
    async with worker(database, url, clock):
        await submit(client, early_world, email)
        await press(client, await box.to(email))
        mail = await box.to(email, "บัตรของคุณ")
    [mine] = ok(await client.get("/api/v1/me/registrations"))["items"]
    code = mine["badge"]
    picture = part(mail, "image/png")
    assert (picture["Content-ID"], picture.get_content_disposition()) == ("<badge@events>", "inline")
    assert 'src="cid:badge@events"' in part(mail, "text/html").get_content()
    assert scanned(Image.open(BytesIO(picture.get_payload(decode=True)))) == code
    paper = PdfDocument(part(mail, "application/pdf").get_payload(decode=True))
    assert (len(paper), scanned(paper[0].render(scale=4).to_pil())) == (1, code)
    assert "มาลี" in paper[0].get_textpage().get_text_bounded()
    [entry] = Calendar.from_ical(part(mail, "text/calendar").get_payload(decode=True)).walk("VEVENT")
    assert (str(entry["SUMMARY"]), entry["UID"]) == ("งานทดสอบ", f"{early_world.slug}@events")


def scanned(picture: Image.Image) -> str:
    """What a scanner reads from a picture."""
    [found] = zxingcpp.read_barcodes(picture.convert("L"))
    return str(found.text)


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
async def test_mail_goes_over_tls_to_a_server_that_has_it(scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = self_made(tmp_path)
    # what an operator does whose mail server has a certificate of its own authority
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    box, port = Letterbox(), free_port()
    how = {"ssl_context": server} if scheme == "smtps" else {"tls_context": server, "require_starttls": True}
    controller = Controller(box, hostname="127.0.0.1", port=port, **how)
    controller.start()
    mailer = mailer_for(replace(SETTINGS, smtp_url=f"{scheme}://127.0.0.1:{port}"))
    assert mailer is not None
    mail = await compose(
        sample(MailKind.SIGN_IN),
        LETTERHEAD,
        mail_id=uuid4(),
        recipient="malee@people.example",
        now=datetime(2026, 1, 1, tzinfo=UTC),
    )
    try:
        await mailer.send(mail, "malee@people.example")
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises((aiosmtplib.SMTPException, OSError)):
            await mailer.send(mail, "malee@people.example")
    finally:
        controller.stop()
    assert [arrived["Message-ID"] for arrived in box.mails] == [mail["Message-ID"]]


def self_made(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM))
    return path


async def test_a_busy_mail_server_gets_the_same_mail_again(
    early_world: World, database: Database, clock: MovableClock, visit: Visit, letterbox: tuple[Letterbox, str]
) -> None:
    box, url = letterbox
    email = box.busy_for = f"somchai@{early_world.slug}.example"
    async with worker(database, url, clock):
        await submit(visit(), early_world, email)
        assert await asyncio.to_thread(box.refused.wait, 20)
        assert [mail for mail in box.mails if mail["To"] == email] == []
        clock.forward(minutes=5)
        first = await box.to(email)
        clock.forward(days=1)
        await asyncio.sleep(0.2)
    # what another test's worker had no time to write down comes once more
    assert [mail["Message-ID"] for mail in box.mails if mail["To"] == email] == [first["Message-ID"]]
