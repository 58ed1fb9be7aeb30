"""The registration form as a page: what it asks, what it keeps, and that nothing depends on a tick."""

import asyncio
import html
import re
import unicodedata
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.people import People, mailed_token, ok

OWN_PAGE = {"origin": "http://events.example", "sec-fetch-site": "same-origin"}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
CHECKED = re.compile(r'<input type="checkbox" name="consent" value="([^"]+)" checked>')


@dataclass
class Page:
    """The form in a browser, as a visitor without script has it."""

    client: httpx.AsyncClient
    path: str
    text: str
    hidden: dict[str, str]

    async def send(self, **typed: Any) -> httpx.Response:
        named = {name.replace("__", "."): value for name, value in typed.items()}
        return await self.client.post(self.path, data=self.hidden | named, headers=OWN_PAGE)


async def opened(people: People, language: str = "en") -> Page:
    client, path = people.visit(), f"/{language}/events/{people.world.slug}/register"
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return Page(client, path, answer.text, dict(HIDDEN.findall(answer.text)))


async def ticket_of(people: People) -> str:
    ticket: str = (await people.form("en"))["content"]["tickets"][0]["id"]
    return ticket


def new_email() -> str:
    return f"person-{uuid4().hex[:12]}@attendees.example"


async def filled(people: People, email: str, **more: Any) -> dict[str, Any]:
    """A good form: a ticket, a name, an address, and what else the test says."""
    return {"ticket": await ticket_of(people), "f__name": "มาลี ใจงาม", "f__email": email} | more


@pytest.mark.requirement("S6-sponsor-2", "S6-sponsor-6", "S2-scope-2")
async def test_the_form_opens_with_every_consent_control_off(people: People) -> None:
    page = await opened(people)
    boxes = re.findall(r'<input type="checkbox"[^>]*>', page.text)
    named = [box for box in boxes if 'name="consent"' in box]
    assert len(named) >= len((await people.form("en"))["content"]["sponsors"]) + 1
    assert [box for box in boxes if "checked" in box] == []
    # no tick is needed to send it
    assert [box for box in named if "required" in box] == []
    assert "f.birth" not in page.text


@pytest.mark.requirement("S6-sponsor-6")
async def test_a_form_without_a_tick_registers_and_shares_with_nobody(people: People) -> None:
    email = new_email()
    answer = await (await opened(people)).send(**await filled(people, email))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/en/events/{people.world.slug}/registered")
    client = people.visit()
    token = await mailed_token(people.database, email)
    confirmed = await client.post("/en/confirm", data={"token": token}, headers=OWN_PAGE)
    assert confirmed.status_code == 303
    assert ok(await client.get("/api/v1/me/registrations"))["items"][0]["state"] == "confirmed"
    assert email not in (await people.pull("S1")).text


@pytest.mark.requirement("S6-sponsor-1", "S6-sponsor-2")
async def test_a_ticked_sponsor_gets_what_was_not_left_out_and_no_other_sponsor_does(people: People) -> None:
    email, s1 = new_email(), people.world.parties["S1"]
    ticks = {
        "consent": f"sponsor_sharing:{s1}",
        "leave_out__sponsor_sharing": ["phone", "address"],
        "age_band": "20+",
        "residence": "TH",
        "f__phone": "๐๘๑ ๒๓๔ ๕๖๗๘",
    }
    assert (await (await opened(people)).send(**await filled(people, email, **ticks))).status_code == 303
    token = await mailed_token(people.database, email)
    await people.visit().post("/en/confirm", data={"token": token}, headers=OWN_PAGE)
    [lead] = ok(await people.pull("S1"))["items"]
    assert (lead["email"], lead.get("phone"), lead.get("address")) == (email, None, None)
    assert ok(await people.pull("S2"))["items"] == []


async def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(people: People) -> None:
    page = await opened(people)
    s1 = people.world.parties["S1"]
    answer = await page.send(
        f__name="",
        f__email="no <address>",
        f__company="<b>บริษัท</b>",
        consent=f"sponsor_sharing:{s1}",
        age_band="20+",
    )
    shown = answer.text
    assert answer.status_code == 422
    assert 'href="#tickets"' in shown
    for field in ("name", "email"):
        assert f'href="#f-{field}"' in shown
        assert f'id="f-{field}-error"' in shown
        assert re.search(rf'id="f-{field}"[^>]*aria-invalid="true"', shown)
    assert 'value="no &lt;address&gt;"' in shown
    assert html.escape("<b>บริษัท</b>") in shown
    assert CHECKED.findall(shown) == [f"sponsor_sharing:{s1}"]
    assert 'role="alert"' in shown


async def test_pressing_twice_registers_once(people: People) -> None:
    page, email = await opened(people), new_email()
    form = await filled(people, email)
    twice = await asyncio.gather(page.send(**form), page.send(**form))
    assert [answer.status_code for answer in twice] == [303, 303]
    mails = await people.database.call("select id from messages.mailbox($1, 50)", email)
    assert len(mails) == 1
    # another name with the same page is another registration: the control
    assert (await page.send(**form | {"f__name": "มาลี ใจดี"})).status_code == 303
    assert len(await people.database.call("select id from messages.mailbox($1, 50)", email)) == 2


@pytest.mark.requirement("S12-ver-4")
async def test_a_form_opened_under_old_words_shows_what_changed_and_keeps_the_answers(people: People) -> None:
    page, email = await opened(people), new_email()
    s1, s2 = people.world.parties["S1"], people.world.parties["S2"]
    people.clock.forward(seconds=10)
    await people.world.patch(f"/organiser/parties/{s1}", {"contact_email": "new@s1.example"})
    ticks = {"consent": [f"sponsor_sharing:{s1}", f"sponsor_sharing:{s2}"], "age_band": "20+", "residence": "TH"}
    form = await filled(people, email, f__company="ตัวอย่าง จำกัด", **ticks)
    answer = await page.send(**form)
    assert answer.status_code == 409
    assert "S1 Co., Ltd." in answer.text.split("</ul>")[0]
    assert "ตัวอย่าง จำกัด" in answer.text
    # whose words changed is asked again; what did not change stays ticked
    assert CHECKED.findall(answer.text) == [f"sponsor_sharing:{s2}"]
    assert await people.database.call("select id from messages.mailbox($1, 1)", email) == []
    again = Page(page.client, page.path, answer.text, dict(HIDDEN.findall(answer.text)))
    assert again.hidden["served_form"] != page.hidden["served_form"]
    assert (await again.send(**form)).status_code == 303


@pytest.mark.requirement("S8-minor-5")
@pytest.mark.parametrize(("band", "kept"), [("16-19", 0), ("11-15", 0), ("", 1)])
async def test_whoever_is_not_of_age_is_told_why_her_ticks_do_not_count(people: People, band: str, kept: int) -> None:
    page, email = await opened(people), new_email()
    tick = f"sponsor_sharing:{people.world.parties['S1']}"
    answer = await page.send(**await filled(people, email, consent=tick, age_band=band, residence="TH"))
    assert (answer.status_code, len(CHECKED.findall(answer.text))) == (422, kept)
    assert 'href="#age"' in answer.text
    # without the tick she registers as everybody does
    assert (await page.send(**await filled(people, email, age_band=band, residence="TH"))).status_code == 303


async def test_without_script_the_shortcut_ticks_every_sponsor_and_each_can_be_unticked(people: People) -> None:
    page = await opened(people)
    answer = await page.send(press="tick_all", f__name="Somebody")
    listed = {f"sponsor_sharing:{s['party']}" for s in (await people.form("en"))["content"]["sponsors"]}
    assert (answer.status_code, set(CHECKED.findall(answer.text))) == (200, listed)
    assert 'value="Somebody"' in answer.text


async def test_a_known_address_and_an_unknown_one_see_the_same_page(people: People) -> None:
    who = await people.attendee()
    answers = [await (await opened(people)).send(**await filled(people, email)) for email in (who.email, new_email())]
    seen = {(answer.status_code, answer.headers["location"], answer.text) for answer in answers}
    assert len(seen) == 1


NASTY = {
    "ten thousand letters": "ก" * 10_000,
    "a control character": "a\x07b",
    "right to left": "مريم أحمد",
    "an override": "a\u202eb",
    "an emoji": "มาลี 👩🏽‍🔬",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "SQL": "'; drop table registration; --",
    "a template": "{{ 7*7 }}{% raw %}${7*7}#{7*7}",
    "a header": "a\r\nBcc: everybody@company.example",
    "an attribute": '" autofocus onfocus="alert(1)',
    "half a surrogate": "\ud800",
}


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
@pytest.mark.parametrize(
    "field", ["f__name", "f__email", "f__company", "f__phone", "f__country", "ticket", "consent", "age_band", "residence", "key"]
)
async def test_nasty_input_is_kept_as_typed_or_refused_and_never_breaks_the_page(people: People, field: str, nasty: str) -> None:
    page = await opened(people)
    form = await filled(people, new_email()) | {field: nasty}
    sent = {name.replace("__", "."): value for name, value in form.items()}
    body = "&".join(
        f"{name}={''.join(f'%{byte:02x}' for byte in str(value).encode('utf-8', 'surrogatepass'))}"
        for name, value in (page.hidden | sent).items()
    )
    answer = await page.client.post(
        page.path, content=body, headers=OWN_PAGE | {"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code in {303, 400, 409, 422}, answer.text
    if answer.status_code == 303:
        await kept_as_typed(people, form)
    assert "<script>alert" not in answer.text
    assert "onerror=alert(1)>" not in answer.text.replace("&gt;", "")
    assert re.findall(r'\sonfocus="alert', answer.text) == []
    assert "49" not in re.findall(r'value="([^"]*)"', answer.text)


async def kept_as_typed(people: People, form: dict[str, Any]) -> None:
    """What was accepted stands as it was typed, and every page that shows it escapes it."""
    client = people.visit()
    token = await mailed_token(people.database, form["f__email"])
    asked = (await client.get("/en/confirm", params={"token": token})).text
    led = await client.post("/en/confirm", data={"token": token}, headers=OWN_PAGE)
    mine = led.headers["location"].partition("?")[0]
    [stored] = ok(await client.get("/api/v1/me/registrations"))["items"]
    for field in ("name", "company"):
        if typed := form.get(f"f__{field}"):
            assert stored["fields"][field] == unicodedata.normalize("NFC", typed).strip()
    for shown in (asked, *[(await client.get(mine + rest)).text for rest in ("", "/details", "/badge")]):
        assert re.findall(r"<script>alert|<img src=x", shown) == []
        assert html.escape(form["f__name"].strip(), quote=False) in html.unescape(shown).replace("&", "&amp;").replace(
            "<", "&lt;"
        ).replace(">", "&gt;")


async def test_a_form_of_another_event_or_of_nobody_is_refused(people: People) -> None:
    page = await opened(people)
    for wrong in ({"served_form": str(uuid4())}, {"form_sha256": "0" * 64}, {"served_form": ""}, {"served_form": "x"}):
        answer = await page.send(**await filled(people, new_email(), **wrong))
        assert answer.status_code == 422


async def sold_out(people: People) -> str:
    """A ticket of one place, which somebody has."""
    ticket = str(await people.world.add_ticket("small", capacity=1))
    await people.attendee(ticket=ticket)
    return ticket


async def test_where_there_is_no_place_one_can_stand_in_line_with_one_more_press(people: People) -> None:
    ticket = await sold_out(people)
    page, email = await opened(people), new_email()
    form = await filled(people, email, ticket=ticket)
    refused = await page.send(**form)
    assert (refused.status_code, 'value="wait"' in refused.text, "มาลี ใจงาม" in refused.text) == (409, True, True)
    assert await people.database.call("select id from messages.mailbox($1, 1)", email) == []
    waits = await page.send(**form, press="wait")
    assert waits.headers["location"].endswith("/registered?line=yes")
    assert "is held for 48 hours" not in (await page.client.get(waits.headers["location"])).text
    client = people.visit()
    token = await mailed_token(people.database, email)
    led = await client.post("/en/confirm", data={"token": token}, headers=OWN_PAGE)
    assert "done=" not in led.headers["location"]
    shown = (await client.get(led.headers["location"])).text
    assert ("You are number 1 in line." in shown, "Your place is confirmed" in shown) == (True, False)


@pytest.mark.requirement("S3.1-others-1")
async def test_colleagues_are_registered_beside_oneself_and_asked_themselves(people: People) -> None:
    page, email, hers = await opened(people), new_email(), new_email()
    wrong = await page.send(
        **await filled(people, email), colleague__name=["เพื่อน", "Nobody"], colleague__email=["no address", email]
    )
    assert wrong.status_code == 422
    assert 'href="#colleague-0-email"' in wrong.text
    more = await page.send(press="more_colleagues", colleague__name=["เพื่อน", ""], colleague__email=[hers, ""])
    assert (more.status_code, more.text.count('name="colleague.name"'), "เพื่อน" in more.text) == (200, 3, True)
    sent = await page.send(**await filled(people, email), colleague__name=["เพื่อน", ""], colleague__email=[hers, ""])
    assert sent.status_code == 303
    # nobody writes to her before the sender has confirmed
    assert await people.database.call("select id from messages.mailbox($1, 1)", hers) == []
    token = await mailed_token(people.database, email)
    await people.visit().post("/en/confirm", data={"token": token}, headers=OWN_PAGE)
    client = people.visit()
    invited = await mailed_token(people.database, hers)
    assert "มาลี ใจงาม" in (await client.get("/en/confirm", params={"token": invited})).text
    led = await client.post("/en/confirm", data={"token": invited}, headers=OWN_PAGE)
    assert led.headers["location"].endswith("/choices")
    choices = await client.get(led.headers["location"])
    assert CHECKED.findall(choices.text) == []
