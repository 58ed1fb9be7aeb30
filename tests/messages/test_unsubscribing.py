"""News: who gets it, and how it ends (§10.4)."""

import re

import httpx
import pytest

from events.messages.sending import MailboxMailer, letterhead_of, send_due
from tests.conftest import SETTINGS
from tests.messages.conftest import Post, link
from tests.people import ok

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
OWN_PAGE = {"origin": "http://events.example", "sec-fetch-site": "same-origin"}
requirement = pytest.mark.requirement


class TestWhoGetsNews:
    async def test_who_allows_it_now_each_in_her_own_language(self, post: Post) -> None:
        thai, english = await post.reader(), await post.reader(language="en")
        silent = await post.people.attendee()
        assert await post.news() == 2
        assert [facts["subject"] for _, facts in await post.to(thai.email, "news")] == ["ข่าว"]
        assert [facts["body"] for _, facts in await post.to(english.email, "news")] == ["This is news."]
        assert await post.to(silent.email, "news") == []

    async def test_the_same_key_is_the_same_news(self, post: Post) -> None:
        first = await post.reader()
        assert await post.news(key="one") == 1
        await post.reader()
        assert await post.news(key="one") == 1
        assert len(await post.to(first.email, "news")) == 1
        assert await post.news(key="two") == 2

    async def test_nobody_who_took_it_back_objected_left_or_is_too_young(self, post: Post) -> None:
        withdrew, objects, left, restricted = [await post.reader() for _ in range(4)]
        await withdrew.withdraw("marketing_email")
        ok(await objects.client.put("/api/v1/me/blocks/object_dm_own"))
        ok(await left.client.delete(left.path))
        ok(await restricted.client.post("/api/v1/me/requests", json={"kind": "restriction"}))
        assert await post.news() == 0
        ok(await objects.client.delete("/api/v1/me/blocks/object_dm_own"))
        assert await post.news() == 1

    async def test_not_after_the_consent_has_ended(self, post: Post) -> None:
        await post.reader()
        post.clock.forward(days=100)
        post.world.owner = await post.world.sign_in(post.world.owner_email)
        assert await post.news() == 0

    async def test_what_is_missing_in_a_language_of_the_event_is_named(self, post: Post) -> None:
        body = {"subject": {"en": "News"}, "body": {"en": "News", "th": "ข่าว"}}
        answer = await post.world.owner.post(f"/api/v1/organiser/events/{post.world.slug}/news", json=body)
        assert (answer.status_code, [fault["field"] for fault in answer.json()["errors"]]) == (422, ["subject.th"])


@requirement("S10.4-unsub-1")
class TestTheLink:
    async def test_opening_it_changes_nothing(self, post: Post, anyone: httpx.AsyncClient) -> None:
        who = await post.reader()
        page = await anyone.get(link(who.registration))
        assert (page.status_code, "Test event" in page.text) == (200, True)
        assert await post.given(who, "marketing_email")

    @pytest.mark.parametrize("body", [{"data": ONE_CLICK}, {"files": {"List-Unsubscribe": (None, "One-Click")}}])
    async def test_one_press_of_a_mail_program_ends_it_without_cookie_or_redirect(
        self, post: Post, anyone: httpx.AsyncClient, body: dict[str, object]
    ) -> None:
        who = await post.reader()
        for _ in range(2):
            answer = await anyone.post(link(who.registration), **body)  # type: ignore[arg-type]
            assert (answer.status_code, answer.headers.get("location"), answer.headers.get("set-cookie")) == (200, None, None)
        assert not await post.given(who, "marketing_email")
        history = ok(await who.client.get(f"{who.path}/consents"))["history"]
        acts = [(h["act"], h["actor"], h["method"]) for h in history if h["purpose"] == "marketing_email"]
        assert acts[1:] == [("withdraw", "subject", "api")]

    @pytest.mark.parametrize("language", ["th", "en"])
    async def test_a_press_on_our_page_ends_it_and_says_so(self, post: Post, anyone: httpx.AsyncClient, language: str) -> None:
        who = await post.reader()
        pressed = await anyone.post(link(who.registration, language), data={"what": "this"}, headers=OWN_PAGE)
        assert (pressed.status_code, 'class="alert good"' in pressed.text) == (200, True)
        assert not await post.given(who, "marketing_email")
        assert ok(await who.client.get("/api/v1/me/blocks"))["blocks"] == {}

    async def test_all_news_is_an_objection_at_every_event(self, post: Post, anyone: httpx.AsyncClient) -> None:
        who = await post.reader()
        pressed = await anyone.post(link(who.registration), data={"what": "all"}, headers=OWN_PAGE)
        assert pressed.status_code == 200
        assert list(ok(await who.client.get("/api/v1/me/blocks"))["blocks"]) == ["object_dm_own"]

    @pytest.mark.parametrize(
        ("sent", "status"),
        [
            ({"data": {"what": "this"}, "headers": {"origin": "https://elsewhere.example"}}, 403),
            ({"data": {"what": "else"}, "headers": OWN_PAGE}, 400),
            ({"data": {"List-Unsubscribe": "no"}, "headers": OWN_PAGE}, 400),
            ({"content": b"\xff" * 5000, "headers": {"content-type": "multipart/form-data; boundary=x"}}, 413),
            ({"content": b"\xff", "headers": OWN_PAGE | {"content-type": "multipart/form-data"}}, 400),
            ({"json": ONE_CLICK}, 400),
        ],
    )
    async def test_anything_else_changes_nothing(
        self, post: Post, anyone: httpx.AsyncClient, sent: dict[str, object], status: int
    ) -> None:
        who = await post.reader()
        assert (await anyone.post(link(who.registration), **sent)).status_code == status  # type: ignore[arg-type]
        assert await post.given(who, "marketing_email")

    async def test_a_link_that_somebody_made_up_is_nothing_here(self, post: Post, anyone: httpx.AsyncClient) -> None:
        who = await post.reader()
        good = link(who.registration)
        other = "A" if good[-6] != "A" else "B"
        for address in (f"{good[:-6]}{other}{good[-5:]}", good[:-1], f"{good}A", "/en/unsubscribe/x", "/en/unsubscribe/ก"):
            assert (await anyone.get(address)).status_code == 404
            assert (await anyone.post(address, data=ONE_CLICK)).status_code == 404
        assert await post.given(who, "marketing_email")

    async def test_news_that_waits_is_not_sent_to_somebody_who_left_meanwhile(
        self, post: Post, anyone: httpx.AsyncClient
    ) -> None:
        leaves, stays = await post.reader(), await post.reader()
        assert await post.news() == 2
        await anyone.post(link(leaves.registration), data=ONE_CLICK)
        while await send_due(post.people.database, MailboxMailer(), letterhead_of(SETTINGS), post.clock.now):
            pass
        rows = await post.sql.fetch("select recipient, state, facts from outbox where kind = 'news'")
        assert {row["recipient"]: (row["state"], row["facts"] is None) for row in rows} == {
            leaves.email: ("withheld", True),
            stays.email: ("sent", False),
        }


@requirement("S10.4-unsub-3")
async def test_mail_about_the_registration_goes_on(post: Post, anyone: httpx.AsyncClient) -> None:
    who = await post.reader()
    await anyone.post(link(who.registration), data={"what": "all"}, headers=OWN_PAGE)
    await post.world.patch(f"/organiser/events/{post.world.slug}", {"places": {"th": "เชียงใหม่", "en": "Chiang Mai"}})
    ok(await who.grant("badge_scan"))
    ok(await anyone.post("/api/v1/sign-in", json={"email": who.email}))
    assert await post.news() == 0
    while await send_due(post.people.database, MailboxMailer(), letterhead_of(SETTINGS), post.clock.now):
        pass
    sent = await post.sql.fetch("select kind from outbox where recipient = $1 and state = 'sent'", who.email)
    assert {row["kind"] for row in sent} >= {"confirm", "badge", "changed", "choices_changed", "sign_in"}


@requirement("S10.4-unsub-4", "scenario-25")
class TestNewsAndSponsorsAreTwoThings:
    async def test_leaving_the_news_leaves_sponsors_what_they_may_have(self, post: Post, anyone: httpx.AsyncClient) -> None:
        who = await post.reader(shares_with=["S1"])
        await anyone.post(link(who.registration), data={"what": "all"}, headers=OWN_PAGE)
        assert await post.given(who, "sponsor_sharing")
        assert await post.people.gets("S1", who) != []

    async def test_taking_data_back_from_every_sponsor_leaves_the_news(self, post: Post) -> None:
        who = await post.reader(shares_with=["S1"])
        await who.withdraw("sponsor_sharing")
        assert await post.people.gets("S1", who) == []
        assert await post.given(who, "marketing_email")
        assert await post.news() == 1


@requirement("S10.4-unsub-5")
async def test_no_import_brings_the_news_back(post: Post, anyone: httpx.AsyncClient) -> None:
    who = await post.reader()
    await anyone.post(link(who.registration), data=ONE_CLICK)
    post.clock.forward(seconds=1)
    row = {"name": "มาลี ใจงาม", "email": who.email.upper(), "ticket": str(next(iter(post.world.tickets.values())))}
    path = f"/api/v1/organiser/events/{post.world.slug}/registrations/import"
    told = {"notified_at": post.clock.now.isoformat()}
    refused = await post.world.owner.post(path, json={"rows": [row | {"opt_in": True}]} | told)
    assert (refused.status_code, "opt_in" in refused.text) == (422, True)
    ok(await post.world.owner.post(path, json={"rows": [row]} | told))
    assert not await post.given(who, "marketing_email")
    assert await post.news() == 0


async def test_the_address_in_news_is_the_one_that_ends_it(post: Post, anyone: httpx.AsyncClient) -> None:
    who = await post.reader(language="en")
    await post.news()
    [mail] = [m for m in ok(await anyone.get("/mailbox.json", params={"to": who.email}))["items"] if m["subject"] == "News"]
    assert re.findall(r"http://events\.example(/\S+)", mail["body"])[-1] == link(who.registration)
