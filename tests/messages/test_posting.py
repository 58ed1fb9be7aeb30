"""Which act posts which mail, to whom, and that a repetition is no second one."""

from datetime import timedelta

import pytest

from tests.messages.conftest import Post
from tests.people import mailed_token, ok


async def test_confirming_posts_the_badge(post: Post) -> None:
    who = await post.people.attendee(language="en")
    assert await post.kinds(who.email) == ["confirm", "badge"]
    [(_, facts)] = await post.to(who.email, "badge")
    assert (facts["code"], facts["registration"], facts["titles"]["en"]) == (who.badge, str(who.registration), "Test event")


async def test_a_press_on_ones_own_page_posts_one_receipt_of_it(post: Post) -> None:
    who = await post.people.attendee(shares_with=["S1"])
    await who.withdraw("sponsor_sharing", post.world.parties["S1"])
    ok(await who.grant("badge_scan"))
    await who.withdraw_everything()
    receipts = [facts["acts"] for _, facts in await post.to(who.email, "choices_changed")]
    assert receipts == [
        [["withdraw", "sponsor_sharing", "S1 Co., Ltd."]],
        [["grant", "badge_scan", None]],
        [["withdraw", "badge_scan", None], ["withdraw", "sponsor_sharing", None]],
    ]


async def test_a_refused_press_posts_nothing(post: Post) -> None:
    who = await post.people.attendee()
    before = await post.kinds(who.email)
    act = {"act": "grant", "purpose": "badge_scan"}
    assert (await who.client.put(f"{who.path}/consents", json={"acts": [act]})).status_code == 422
    assert await post.kinds(who.email) == before


class TestTheOrganiserChangesTheEvent:
    async def change(self, post: Post, **changes: object) -> None:
        post.clock.forward(seconds=1)
        await post.world.patch(f"/organiser/events/{post.world.slug}", changes)

    async def test_each_place_is_told_once_what_was_and_what_is(self, post: Post) -> None:
        there, gone = await post.people.attendee(), await post.people.attendee()
        ok(await gone.client.delete(gone.path))
        await self.change(post, places={"th": "เชียงใหม่", "en": "Chiang Mai"})
        [(_, facts)] = await post.to(there.email, "changed")
        assert (facts["before"]["places"]["en"], facts["places"]["en"]) == ("Bangkok", "Chiang Mai")
        assert await post.to(gone.email, "changed") == []

    async def test_every_change_has_its_mail_and_no_change_has_none(self, post: Post) -> None:
        who = await post.people.attendee()
        await self.change(post, titles={"th": "ชื่อใหม่", "en": "New title"})
        await self.change(post, titles={"th": "ชื่อใหม่", "en": "New title"})
        await self.change(post, capacity=500)
        await self.change(post, titles={"th": "งานทดสอบ", "en": "Test event"})
        assert [facts["titles"]["en"] for _, facts in await post.to(who.email, "changed")] == ["New title", "Test event"]

    async def test_a_change_that_is_refused_tells_nobody(self, post: Post) -> None:
        who = await post.people.attendee()
        body = {"titles": {"th": "", "en": ""}}
        answer = await post.world.owner.patch(f"/api/v1/organiser/events/{post.world.slug}", json=body)
        assert (answer.status_code, await post.to(who.email, "changed")) == (422, [])

    async def test_calling_the_event_off_tells_each_place_once(self, post: Post) -> None:
        who = await post.people.attendee()
        for _ in range(2):
            await post.world.post(f"/organiser/events/{post.world.slug}/cancel")
        assert len(await post.to(who.email, "cancelled_event")) == 1

    async def test_whoever_waits_hears_of_a_change_and_of_the_end_as_well(self, post: Post) -> None:
        ticket = str(await post.world.add_ticket("small", capacity=1))
        await post.people.attendee(ticket=ticket)
        waits = f"waits@{post.world.slug}.example"
        form = post.people.submission(await post.people.form(), waits, ticket=ticket, join_waitlist=True)
        client = post.people.visit()
        ok(await client.post(f"/api/v1/events/{post.world.slug}/registrations", json=form))
        ok(await client.post("/api/v1/confirmations", json={"token": await mailed_token(post.people.database, waits)}))
        post.clock.forward(seconds=1)
        await self.change(post, titles={"th": "ชื่อใหม่", "en": "New title"})
        await post.world.post(f"/organiser/events/{post.world.slug}/cancel")
        assert (await post.kinds(waits))[-2:] == ["changed", "cancelled_event"]


@pytest.mark.parametrize("by", ["attendee", "organiser"])
async def test_a_place_that_was_given_back_is_told_once_and_by_whom(post: Post, by: str) -> None:
    who = await post.people.attendee()
    for _ in range(2):
        if by == "attendee":
            ok(await who.client.delete(who.path))
        else:
            ok(await post.world.owner.post(f"/api/v1/organiser/registrations/{who.registration}/cancel"))
    assert [facts["by"] for _, facts in await post.to(who.email, "cancelled")] == [by]


class TestReminders:
    async def remind(self, post: Post, **before: float) -> None:
        """The worker's look, so long before the event begins."""
        start = await post.sql.fetchval("select starts_at from event where slug = $1", post.world.slug)
        post.clock.now = start - timedelta(**before)
        await post.people.database.call("select messages.post_reminders($1)", post.clock.now)

    async def test_a_day_ahead_each_confirmed_place_is_reminded_once(self, post: Post) -> None:
        who = await post.people.attendee()
        await self.remind(post, hours=24, minutes=1)
        assert await post.to(who.email, "reminder") == []
        await self.remind(post, hours=24)
        await self.remind(post, hours=23)
        assert len(await post.to(who.email, "reminder")) == 1

    async def test_nobody_is_reminded_of_what_began_or_was_called_off_or_given_back(self, post: Post) -> None:
        late, gone = await post.people.attendee(), await post.people.attendee()
        ok(await gone.client.delete(gone.path))
        await self.remind(post, hours=0)
        assert (await post.to(late.email, "reminder"), await post.to(gone.email, "reminder")) == ([], [])
        await post.sql.execute("update event set cancelled_at = $2 where slug = $1", post.world.slug, post.clock.now)
        await self.remind(post, hours=5)
        assert await post.to(late.email, "reminder") == []

    async def test_whoever_confirmed_on_the_last_day_has_the_badge_mail_and_needs_no_other(self, post: Post) -> None:
        start = await post.sql.fetchval("select starts_at from event where slug = $1", post.world.slug)
        post.clock.now = start - timedelta(hours=20)
        who = await post.people.attendee()
        await self.remind(post, hours=10)
        assert await post.kinds(who.email) == ["confirm", "badge"]
