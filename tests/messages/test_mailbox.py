"""The demo's mailbox shows a mail as its reader would see it, and lets nothing of it act on our pages."""

from io import BytesIO
from uuid import uuid4

import httpx
import zxingcpp
from icalendar import Calendar
from PIL import Image

from tests.messages.conftest import Post


async def badge_mail(post: Post) -> tuple[str, str]:
    """The address of a badge mail in the mailbox, and its code."""
    who = await post.people.attendee(language="en")
    mail = await post.sql.fetchval("select id from outbox where recipient = $1 and kind = 'badge'", who.email)
    return f"/en/mailbox/{mail}", who.badge


async def test_a_mail_stands_in_a_frame_that_can_do_nothing(post: Post, anyone: httpx.AsyncClient) -> None:
    address, _ = await badge_mail(post)
    listed = await anyone.get("/en/mailbox")
    assert f'<iframe src="{address}"' in listed.text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in listed.text
    assert "frame-src 'self'" in listed.headers["content-security-policy"]
    shown = await anyone.get(address)
    policy = shown.headers["content-security-policy"]
    assert (shown.status_code, "Your badge for <bdi>Test event</bdi>" in shown.text) == (200, True)
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert ("script" in policy, "frame-ancestors 'self'" in policy) == (False, True)


async def test_its_picture_and_its_files_can_be_opened(post: Post, anyone: httpx.AsyncClient) -> None:
    address, code = await badge_mail(post)
    picture = await anyone.get(f"{address}/badge.png")
    assert f'src="http://events.example{address}/badge.png"' in (await anyone.get(address)).text
    assert picture.headers["cross-origin-resource-policy"] == "cross-origin"
    assert [found.text for found in zxingcpp.read_barcodes(Image.open(BytesIO(picture.content)).convert("L"))] == [code]
    paper, entry = await anyone.get(f"{address}/badge.pdf"), await anyone.get(f"{address}/event.ics")
    assert (paper.headers["content-type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert len(Calendar.from_ical(entry.content).walk("VEVENT")) == 1


async def test_what_is_not_there_is_not_found(post: Post, anyone: httpx.AsyncClient) -> None:
    address, _ = await badge_mail(post)
    for path in (f"{address}/other.png", f"{address}/badge.exe", f"/en/mailbox/{uuid4()}", f"/en/mailbox/{uuid4()}/badge.png"):
        assert (await anyone.get(path)).status_code == 404
    elsewhere = {"host": "evil.example"}
    for path in (address, f"{address}/badge.png"):
        assert (await anyone.get(path, headers=elsewhere)).status_code == 404
