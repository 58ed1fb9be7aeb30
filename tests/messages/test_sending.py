"""The worker: one bad mail harms no other, what cannot be sent is seen and can be tried again."""

import asyncio
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import httpx
import pytest

from events.hosting.mail.rules import masked
from events.messages.sending import letterhead_of, send_due
from tests.conftest import SETTINGS
from tests.messages.conftest import Post
from tests.people import ok
from tests.world import build_world

PROBLEMS = "/api/v1/organiser/mail-problems"


class Sent:
    """A mailer that keeps what it is given, and refuses what goes to the addresses it was told."""

    keeps_copy = False

    def __init__(self, *refuses: str) -> None:
        self.refuses, self.mails = refuses, list[EmailMessage]()

    async def send(self, message: EmailMessage, recipient: str) -> None:
        if recipient in self.refuses:
            raise ConnectionRefusedError(recipient)
        self.mails.append(message)


async def tried(post: Post, mailer: Sent, times: int = 1) -> None:
    """Send what is due until nothing is, so many times, a day apart."""
    for _ in range(times):
        while await send_due(post.people.database, mailer, letterhead_of(SETTINGS), post.clock.now):
            pass
        post.clock.forward(days=1)


async def problems(client: httpx.AsyncClient) -> list[Any]:
    return ok(await client.get(PROBLEMS))["items"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("change", "error"),
    [("kind = 'no_such_kind'", "ValueError"), ("facts = '{}'", "KeyError"), ("facts = '7'", "TypeError")],
)
async def test_a_mail_that_cannot_be_made_waits_with_its_error_and_the_others_go(post: Post, change: str, error: str) -> None:
    who = await post.people.attendee()
    await post.sql.execute(f"update outbox set {change} where recipient = $1 and kind = 'confirm'", who.email)
    mailer = Sent()
    await tried(post, mailer)
    rows = await post.sql.fetch("select state, attempts, last_error from outbox where recipient = $1 order by id", who.email)
    assert [tuple(row) for row in rows] == [("waiting", 1, error), ("sent", 1, None)]
    assert len(mailer.mails) == 1


async def test_what_is_given_up_is_seen_by_its_organisation_without_the_address(post: Post) -> None:
    who = await post.people.attendee()
    await tried(post, Sent(who.email), times=10)
    post.world.owner = await post.world.sign_in(post.world.owner_email)
    listed = await problems(post.world.owner)
    assert [(item["kind"], item["recipient"], item["state"], item["attempts"], item["error"]) for item in listed] == [
        (kind, "p•••@attendees.example", "dead", 10, "ConnectionRefusedError") for kind in ("badge", "confirm")
    ]
    assert [item["next_attempt_at"] for item in listed] == [None, None]
    assert who.email not in str(listed)


async def test_what_failed_once_is_seen_with_its_next_attempt(post: Post) -> None:
    who = await post.people.attendee()
    at = post.clock.now
    await tried(post, Sent(who.email))
    [_, first] = await problems(post.world.owner)
    assert (first["state"], first["attempts"]) == ("waiting", 1)
    assert datetime.fromisoformat(first["next_attempt_at"]) == at + timedelta(seconds=30)


async def test_a_mail_that_was_given_up_is_sent_when_it_is_tried_again(post: Post) -> None:
    who = await post.people.attendee()
    await tried(post, Sent(who.email), times=10)
    post.world.owner = await post.world.sign_in(post.world.owner_email)
    for item in await problems(post.world.owner):
        again = ok(await post.world.owner.post(f"{PROBLEMS}/{item['id']}/retry"))
        assert (again["state"], again["attempts"]) == ("waiting", 0)
    mailer = Sent()
    await tried(post, mailer)
    assert {mail["To"] for mail in mailer.mails} == {who.email}
    assert await problems(post.world.owner) == []
    assert (await post.world.owner.post(f"{PROBLEMS}/{item['id']}/retry")).status_code == 404


async def test_another_organisation_sees_and_retries_nothing(post: Post) -> None:
    who = await post.people.attendee()
    await tried(post, Sent(who.email))
    [mine, _] = await problems(post.world.owner)
    world = post.world
    elsewhere = await build_world(world.database, world.clock, world.sign_in, world.unique)
    assert await problems(elsewhere.owner) == []
    for mail in (mine["id"], uuid4()):
        assert (await elsewhere.owner.post(f"{PROBLEMS}/{mail}/retry")).status_code == 404


async def test_pages_of_problems_hang_together(post: Post) -> None:
    who = [await post.people.attendee() for _ in range(2)]
    await tried(post, Sent(*(one.email for one in who)))
    first = ok(await post.world.owner.get(PROBLEMS, params={"limit": 3}))
    rest = ok(await post.world.owner.get(PROBLEMS, params={"limit": 3, "cursor": first["next"]}))
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (3, 1, None)


async def test_every_mail_has_the_same_id_at_every_attempt(post: Post) -> None:
    who = await post.people.attendee()
    ids = {str(row["id"]) for row in await post.sql.fetch("select id from outbox where recipient = $1", who.email)}
    await tried(post, Sent(who.email))
    mailer = Sent()
    await tried(post, mailer)
    assert {mail["Message-ID"] for mail in mailer.mails} == {f"<{one}@localhost>" for one in ids}


@pytest.mark.parametrize(
    ("address", "shown"), [("malee@company.example", "m•••@company.example"), ("x@y.example", "x•••@y.example")]
)
def test_an_address_is_shown_by_its_first_character_and_its_domain(address: str, shown: str) -> None:
    assert masked(address) == shown


async def test_a_link_that_somebody_waits_for_goes_before_everything_else(post: Post) -> None:
    who = await post.people.attendee()
    await tried(post, Sent())
    row = "insert into outbox (dedupe_key, recipient, kind, language, facts, due_at, created_at) values ($1, $2, $3, 'en', $4, $5, $5)"
    for n in range(30):
        await post.sql.execute(row, f"{who.email} old {n}", who.email, "written", '{"subject": "s", "body": "b"}', post.clock.now)
    later = post.clock.forward(seconds=1)
    await post.sql.execute(row, f"{who.email} link", who.email, "sign_in", '{"link": "http://events.example/x"}', later)
    mailer = Sent()
    await send_due(post.people.database, mailer, letterhead_of(SETTINGS), later, limit=1)
    assert [mail["Subject"] for mail in mailer.mails] == ["Your sign-in link"]
    await tried(post, Sent())


async def test_what_another_worker_has_sent_meanwhile_stays_sent(post: Post) -> None:
    """A slow worker whose lease is over must not bring a mail back whose facts are wiped: it could never be made again."""
    who = await post.people.attendee()
    await tried(post, Sent())
    for row in await post.sql.fetch("select id from outbox where recipient = $1", who.email):
        await post.people.database.act("select messages.mark_failed($1, 'TimeoutError', $2)", row["id"], post.clock.now)
    states = await post.sql.fetch("select distinct state, last_error from outbox where recipient = $1", who.email)
    assert [tuple(row) for row in states] == [("sent", None)]


async def test_a_server_that_never_answers_holds_a_mail_for_twenty_seconds_and_no_longer(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("events.messages.sending.TIMEOUT", 0.05)
    who = await post.people.attendee()

    class Silent(Sent):
        async def send(self, message: EmailMessage, recipient: str) -> None:
            await asyncio.sleep(3600)

    async with asyncio.timeout(10):
        await send_due(post.people.database, Silent(), letterhead_of(SETTINGS), post.clock.now)
    rows = await post.sql.fetch("select distinct state, last_error from outbox where recipient = $1", who.email)
    assert [tuple(row) for row in rows] == [("waiting", "TimeoutError")]
