"""The mailbox of these tests: what a real SMTP server was given, and nothing else."""

import asyncio
from email.message import EmailMessage

import aiosmtplib
import pytest

from tests.browsing.conftest import Open
from tests.browsing.letters import Mailbox, open_mailbox
from tests.browsing.pages import press
from tests.browsing.product import SENDER, Product


def mail(to: str, subject: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@sender.example", to, subject
    message.set_content(text)
    return message


async def deliver(message: EmailMessage, box: Mailbox) -> None:
    await aiosmtplib.send(message, hostname="127.0.0.1", port=int(box.url.rpartition(":")[2]))


async def test_a_letter_is_read_with_html_links_and_attachments() -> None:
    sent = mail("malee@company.example", "บัตรของคุณ", "Open http://events.example/th/confirm?token=abc today.")
    sent.add_alternative(
        '<p><a href="http://events.example/th/confirm?token=abc&amp;x=1">เปิด</a><img src="cid:qr"></p>', subtype="html"
    )
    sent.get_payload()[1].add_related(b"picture", "image", "png", cid="<qr>", disposition="inline")  # type: ignore[union-attr, index]
    sent.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="badge.pdf")
    with open_mailbox() as box:
        await deliver(sent, box)
        letter = await box.wait_for("malee@company.example", "บัตร")
    assert (letter.subject, letter.text.strip()) == ("บัตรของคุณ", "Open http://events.example/th/confirm?token=abc today.")
    assert letter.links == ["http://events.example/th/confirm?token=abc&x=1", "http://events.example/th/confirm?token=abc"]
    assert [(part.name, part.type, part.content, part.content_id, part.inline) for part in letter.attachments] == [
        (None, "image/png", b"picture", "<qr>", True),
        ("badge.pdf", "application/pdf", b"%PDF-", None, False),
    ]


async def test_each_letter_is_given_out_once_whether_it_comes_before_or_after_the_wait() -> None:
    with open_mailbox() as box:
        await deliver(mail("a@company.example", "One", "first"), box)
        await deliver(mail("b@company.example", "Other", "not hers"), box)
        late = asyncio.create_task(box.wait_for("a@company.example", "second"))
        assert (await box.wait_for("a@company.example")).subject == "One"
        await deliver(mail("a@company.example", "Two", "second"), box)
        assert (await late).subject == "Two"
        with pytest.raises(AssertionError, match=r"No letter to a@company\.example .* new and old: \['One', 'Two'\]"):
            await box.wait_for("a@company.example", within=0.01)


async def test_the_demo_mails_through_the_server_and_keeps_no_copy(product: Product, mailbox: Mailbox, phone: Open) -> None:
    email = product.new_address()
    link = await product.registration_link(email)
    [letter] = mailbox.all_to(email)
    assert letter.headers["From"] == SENDER
    page = await (await phone("en")).new_page()
    await page.goto(f"/mailbox?to={email}")
    assert link not in await page.content()
    await page.goto(link)
    await press(page)
    assert "Your place is confirmed" in await page.locator("main").inner_text()


async def test_somebody_who_is_signed_in_is_known_in_every_browser_of_hers(product: Product, phone: Open, desk: Open) -> None:
    email = "office@lotus-lane-north.example"
    for browser in (phone, desk):
        context = await browser("en", who=email)
        assert (await (await context.request.get("/api/v1/session")).json())["email"] == email
    assert (await (await (await phone("en")).request.get("/api/v1/session")).json()).get("email") is None
