"""How mails look: every kind in both languages, the same in text and HTML, nothing from elsewhere, nasty names harmless."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from icalendar import Calendar

from events.messages.composing import compose
from events.messages.rendering import Rendered, pictures_of, render
from events.messages.texts import TEXTS
from events.terms import MARKETING_MAILS, Language, MailKind
from tests.messages.samples import EVENT, LETTERHEAD, sample

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
BOTH = pytest.mark.parametrize("language", ["th", "en"])
EVERY = pytest.mark.parametrize("kind", list(TEXTS))
NASTY = [
    "x\r\nBcc: everybody@world.example",
    "x\nSubject: another\n\nbody",
    "x\u2028\u2029\x0b\x0c\x85\x00y".replace("\x00", ""),
    "<script>alert(1)</script>{{ 7*7 }}{% raw %}",
    "\u202edrawkcab\u2066 \u2069 مرحبا",
    "=?utf-8?q?hidden?= \x1b[31m",
    "งาน" * 3000,
]


class Reader(HTMLParser):
    """What stands in the HTML: words, links, addresses that are loaded, elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.elements: list[str] = []
        self._style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self._style = tag in {"style", "title"}
        for name, value in attrs:
            if name == "href":
                self.links.append(value or "")
            elif name in {"src", "srcset", "background", "poster", "data"}:
                self.loaded.append(value or "")
            elif name == "alt":
                self.words.append(value or "")

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._style = False


def flat(text: str) -> str:
    return " ".join(text.split())


def shown(kind: MailKind, language: Language | None) -> tuple[Rendered, Reader]:
    rendered = render(sample(kind, language), LETTERHEAD)
    return rendered, Reader(rendered.html)


@EVERY
@BOTH
def test_text_and_html_say_the_same(kind: MailKind, language: Language) -> None:
    rendered, html = shown(kind, language)
    in_html = flat("".join(html.words))
    for line in rendered.text.splitlines():
        # a list's dash, a fact's colon and a signature's mark are how plain text looks
        for said in re.split(r"^- |: | $", line.removeprefix("-- ").removesuffix(":")):
            if not said.startswith(LETTERHEAD.base_url):
                assert flat(said) in in_html
    assert rendered.subject in in_html
    links = re.findall(r"https://events\.example/\S+", rendered.text)
    assert kind is MailKind.WRITTEN or list(dict.fromkeys(html.links)) == list(dict.fromkeys(links))


@EVERY
@BOTH
def test_nothing_is_loaded_from_elsewhere_and_nothing_runs(kind: MailKind, language: Language) -> None:
    rendered, html = shown(kind, language)
    assert html.loaded == (["cid:badge@events"] if kind is MailKind.BADGE else [])
    assert {"script", "link", "iframe", "form", "object", "video", "base"} & set(html.elements) == set()
    assert re.findall(r"@import|@font-face|url\(", rendered.html) == []
    assert all(link.startswith(LETTERHEAD.base_url) for link in html.links)


@EVERY
def test_a_mail_says_in_which_language_it_is(kind: MailKind) -> None:
    thai, english = render(sample(kind, "th"), LETTERHEAD), render(sample(kind, "en"), LETTERHEAD)
    assert ('<html lang="th"' in thai.html, '<html lang="en"' in english.html) == (True, True)
    assert kind is MailKind.WRITTEN or thai.text != english.text
    both = render(sample(kind, None), LETTERHEAD)
    assert re.findall(r'<div lang="(\w+)"', both.html) == ["th", "en"]


@EVERY
def test_a_mail_is_good_to_read_in_the_dark(kind: MailKind) -> None:
    html = render(sample(kind, "en"), LETTERHEAD).html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "@media (prefers-color-scheme: dark)" in html


@EVERY
def test_the_address_of_a_button_stands_beside_it_too(kind: MailKind) -> None:
    _, html = shown(kind, "en")
    words = "".join(html.words)
    said = [link for link in html.links if "/unsubscribe/" not in link]
    assert all(link in words for link in said)


@EVERY
def test_the_marks_around_names_are_markup_in_html_and_nothing_in_text(kind: MailKind) -> None:
    rendered = render(sample(kind, "en"), LETTERHEAD)
    assert re.findall("[\u2066-\u2069]", rendered.subject + rendered.text + rendered.html) == []


def test_a_name_stands_apart_from_the_direction_of_its_sentence() -> None:
    html = render(sample(MailKind.BADGE, name="مريم"), LETTERHEAD).html
    assert "Hello <bdi>مريم</bdi>, your place is confirmed." in html


async def message_of(kind: MailKind, language: Language | None = "en", **facts: object) -> EmailMessage:
    """A mail as it arrives, after the way through bytes."""
    made = await compose(sample(kind, language, **facts), LETTERHEAD, mail_id=uuid4(), recipient="malee@people.example", now=NOW)
    read = message_from_bytes(made.as_bytes(), policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


@pytest.mark.parametrize("typed", NASTY)
async def test_what_is_typed_into_a_title_or_name_begins_no_heading_and_no_element(typed: str) -> None:
    titles = {"th": typed, "en": typed}
    plain = await message_of(MailKind.BADGE)
    nasty = await message_of(MailKind.BADGE, titles=titles, name=typed, company=typed, places=titles)
    assert nasty.keys() == plain.keys()
    assert (nasty["To"], nasty.get_all("Bcc"), len(str(nasty["Subject"]).splitlines())) == ("malee@people.example", None, 1)
    body = nasty.get_body(("html",))
    assert body is not None
    assert Reader(body.get_content()).elements == Reader(render(sample(MailKind.BADGE), LETTERHEAD).html).elements
    news = await message_of(MailKind.NEWS, subject=typed, body=typed, organisation=typed)
    assert news.keys() == (await message_of(MailKind.NEWS)).keys()


@EVERY
@BOTH
async def test_a_mail_travels_through_servers_that_take_short_lines_of_ascii_only(kind: MailKind, language: Language) -> None:
    made = await compose(sample(kind, language), LETTERHEAD, mail_id=uuid4(), recipient="malee@people.example", now=NOW)
    raw = made.as_bytes()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert made["Auto-Submitted"] == "auto-generated"


@pytest.mark.requirement("S10.4-unsub-1", "S10.4-unsub-3")
@EVERY
async def test_only_marketing_can_be_unsubscribed_with_one_click(kind: MailKind) -> None:
    message = await message_of(kind)
    if kind not in MARKETING_MAILS:
        assert (message["List-Unsubscribe"], message["List-Unsubscribe-Post"]) == (None, None)
        return
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    [address] = re.findall(r"^<(https://events\.example/en/unsubscribe/[\w-]+)>$", message["List-Unsubscribe"])
    text = message.get_body(("plain",))
    assert text is not None
    assert address in text.get_content()


async def test_the_same_mail_tried_again_keeps_its_id() -> None:
    mail_id = uuid4()
    ids = {
        (await compose(sample(MailKind.REMINDER), LETTERHEAD, mail_id=mail_id, recipient="m@people.example", now=NOW))[
            "Message-ID"
        ]
        for _ in range(2)
    }
    assert ids == {f"<{mail_id}@sender.example>"}


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (MailKind.BADGE, "CONFIRMED"),
        (MailKind.REMINDER, "CONFIRMED"),
        (MailKind.CHANGED, "CONFIRMED"),
        (MailKind.CANCELLED, "CANCELLED"),
        (MailKind.CANCELLED_EVENT, "CANCELLED"),
    ],
)
async def test_the_event_comes_for_a_calendar(kind: MailKind, status: str) -> None:
    message = await message_of(kind)
    [entry] = [part for part in message.iter_attachments() if part.get_content_type() == "text/calendar"]
    assert entry.get_filename() == "event.ics"
    [event] = Calendar.from_ical(entry.get_payload(decode=True)).walk("VEVENT")  # type: ignore[arg-type]  # bytes are fine
    assert (event["STATUS"], event["SUMMARY"], event["UID"]) == (status, EVENT["titles"]["en"], "expo-2027@events")
    assert event.decoded("DTSTART") == datetime(2027, 3, 11, 2, 0, tzinfo=UTC)


def test_a_picture_can_stand_at_another_address() -> None:
    mail = sample(MailKind.BADGE)
    assert list(pictures_of(mail)) == ["badge"]
    assert Reader(render(mail, LETTERHEAD, lambda name: f"/there/{name}.png").html).loaded == ["/there/badge.png"]


@pytest.mark.parametrize(
    ("by", "said", "language"),
    [
        ("มาลี ใจงาม", "มาลี ใจงาม registered you", "en"),
        ("Prizes: www.prize.example", "Somebody registered you", "en"),
        ("https://prize.example", "Somebody registered you", "en"),
        ("win@prize.example", "มีผู้อื่น ลงทะเบียนให้คุณ", "th"),
    ],
)
def test_an_invitation_carries_no_link_in_the_name_of_whoever_invites(by: str, said: str, language: Language) -> None:
    mail = render(sample(MailKind.INVITATION, language, by=by), LETTERHEAD)
    assert said in mail.text
    assert "prize.example" not in mail.text + mail.html
