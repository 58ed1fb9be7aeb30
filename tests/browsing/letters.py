"""A real SMTP server that keeps what the program sends, and lets a test wait for the letter that it expects."""

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller

from tests.program import free_port

WITHIN: Final = 20.0  # seconds until a letter that was not delivered is a failure


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part of a letter that is not its text: a file, or a picture that the HTML shows by its content id."""

    name: str | None
    type: str
    content: bytes
    content_id: str | None
    inline: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """One delivered mail."""

    to: str
    subject: str
    text: str
    html: str | None
    attachments: tuple[Attachment, ...]
    headers: EmailMessage

    @property
    def links(self) -> list[str]:
        """Every address in it, of the HTML first, each once."""
        hrefs = _Hrefs()
        hrefs.feed(self.html or "")
        return list(dict.fromkeys([*hrefs.found, *re.findall(r"https?://[^\s<>\"]+", self.text)]))

    def link(self, path: str) -> str:
        """The one link to this path, as in `letter.link("/confirm")`: what stands before it, a language or so, does not matter."""
        found = [link for link in self.links if urlsplit(link).path.endswith(path)]
        assert len(found) == 1, f"{len(found)} links to {path} in “{self.subject}”: {self.links}"
        return found[0]


class Mailbox:
    """All letters in the order of their arrival. Each is given out once, so that a test cannot take an old one for its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._letters: list[Letter] = []
        self._given: set[int] = set()
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
        self._lock = threading.Lock()

    async def wait_for(self, to: str, contains: str = "", within: float = WITHIN) -> Letter:
        """The next letter to this address that holds these words in subject or text, as soon as it has arrived."""
        arrived = asyncio.Event()
        waiting = (asyncio.get_running_loop(), arrived)
        with self._lock:
            self._waiting.append(waiting)
        try:
            async with asyncio.timeout(within):
                while (letter := self._take(to, contains)) is None:
                    await arrived.wait()
                    arrived.clear()
                return letter
        except TimeoutError:
            raise AssertionError(self._nothing(to, contains, within)) from None
        finally:
            with self._lock:
                self._waiting.remove(waiting)

    def all_to(self, to: str) -> list[Letter]:
        """Every letter to this address until now, given out or not."""
        with self._lock:
            return [letter for letter in self._letters if letter.to == to]

    def _take(self, to: str, contains: str) -> Letter | None:
        with self._lock:
            for n, letter in enumerate(self._letters):
                if (
                    n not in self._given
                    and letter.to == to
                    and contains in f"{letter.subject}\n{letter.text}\n{letter.html or ''}"
                ):
                    self._given.add(n)
                    return letter
        return None

    def _nothing(self, to: str, contains: str, within: float) -> str:
        there = [letter.subject for letter in self.all_to(to)]
        return f"No letter to {to} with “{contains}” within {within:.0f} s; to this address came, new and old: {there}"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """aiosmtpd's hook, in the thread of its server."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        with self._lock:
            self._letters.extend(read(mail, to) for to in envelope.rcpt_tos)
            for loop, arrived in self._waiting:
                loop.call_soon_threadsafe(arrived.set)
        return "250 taken"


@contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    """A mailbox that listens on a port of its own."""
    port = free_port()
    box = Mailbox(f"smtp://127.0.0.1:{port}")
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box
    controller.stop()


def read(mail: EmailMessage, to: str) -> Letter:
    """What a reader gets to see of a mail."""
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    bodies = [part for part in (text, html) if part is not None]
    attachments = [
        Attachment(
            part.get_filename(),
            part.get_content_type(),
            part.get_payload(decode=True) or b"",  # type: ignore[arg-type]  # bytes, since a part without children is asked
            part["Content-ID"],
            part.get_content_disposition() == "inline",
        )
        for part in mail.walk()
        if not part.is_multipart() and not any(part is body for body in bodies)
    ]
    return Letter(
        to,
        str(mail["Subject"]),
        "" if text is None else text.get_content(),
        None if html is None else html.get_content(),
        tuple(attachments),
        mail,
    )


class _Hrefs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]
