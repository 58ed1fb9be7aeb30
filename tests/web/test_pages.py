"""The pages: they work without script, change nothing when they are opened, and take forms from their own pages alone."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from events.access.tokens import digest, new_secret
from events.app import create_app
from events.database.connections import Database
from events.web.memory import KEPT
from events.web.viewer import operations
from tests.conftest import SETTINGS, MovableClock, SignIn, Visit
from tests.people import ok
from tests.round_trips import counting
from tests.web.test_sponsor_pages import helper
from tests.world import World, build_world

OWN_PAGE = {"origin": "http://events.example", "sec-fetch-site": "same-origin"}


@pytest.fixture
async def link(database: Database, clock: MovableClock, unique: Callable[[str], str]) -> str:
    """The token of a fresh sign-in link."""
    token = new_secret()
    email = f"person@{unique('pages')}.example"
    [row] = await database.call("select access.person_of($1, $2) as id", email, clock.now)
    await database.call(
        "select access.keep_link($1, $2, null, $3, $4)", digest(token), row["id"], clock.forward(minutes=15), clock.now
    )
    clock.forward(minutes=-10)
    return token


@pytest.fixture
async def registration_link(world: World, visit: Visit) -> str:
    """The token of the link that a registration's mail holds."""
    email = f"guest@{world.slug}.example"
    client = visit()
    form = ok(await client.get(f"/api/v1/events/{world.slug}/form?language=en"))
    body = {
        "served_form": form["id"],
        "form_sha256": form["sha256"],
        "ticket": form["content"]["tickets"][0]["id"],
        "fields": {"name": "Guest", "email": email},
    }
    ok(await client.post(f"/api/v1/events/{world.slug}/registrations", json=body))
    [mail] = ok(await client.get("/mailbox.json", params={"to": email}))["items"]
    found = re.search(r"/en/confirm\?token=([\w-]+)", mail["body"])
    assert found
    return found[1]


@pytest.mark.parametrize("path", ["", "/sign-in", "/api", "/mailbox", "/confirm"])
@pytest.mark.parametrize("language", ["th", "en"])
async def test_a_page_loads_nothing_from_elsewhere_and_no_script_stands_in_it(
    path: str, language: str, anyone: httpx.AsyncClient
) -> None:
    answer = await anyone.get(f"/{language}{path}")
    assert answer.status_code == (410 if path == "/confirm" else 200)
    assert "default-src 'none'; script-src 'self';" in answer.headers["content-security-policy"]
    assert f'<html lang="{language}">' in answer.text
    assert answer.headers["content-language"] == language
    assert re.findall(r"<script(?! type=\"module\" src=\"/static/)|\son\w+=|style=|javascript:", answer.text) == []
    # the mailbox shows links from mails, and those start with our own address
    assert re.findall(r'(?:src|href|action)="(?!/|#|data:,|http://events\.example)([^"]*)"', answer.text) == []


@pytest.mark.parametrize("path", ["/", "/sign-in", "/me", "/mailbox", "/api"])
async def test_an_address_without_a_language_leads_to_the_visitors_own(path: str, anyone: httpx.AsyncClient) -> None:
    led = await anyone.get(path, headers={"accept-language": "th,en;q=0.5"})
    assert (led.status_code, led.headers["location"]) == (302, f"/th{path.rstrip('/')}")
    assert (await anyone.get(f"{path}?to=x%40y.example")).headers["location"] == f"/en{path.rstrip('/')}?to=x%40y.example"
    # a page of one's own asks first who one is
    assert (await anyone.get(f"/xx{path}")).status_code == (401 if path == "/me" else 404)


async def test_the_start_page_shows_what_is_to_come_and_escapes_it(
    database: Database, clock: MovableClock, sign_in: SignIn, anyone: httpx.AsyncClient, unique: Callable[[str], str]
) -> None:
    # before every other test's world, so that the page is not full of their events
    clock.now = datetime(2025, 1, 1, 9, 0, tzinfo=UTC)
    world = await build_world(database, clock, sign_in, unique)
    title = f"<b>{unique('bold')}</b>"
    await world.patch(f"/organiser/events/{world.slug}", {"titles": {"th": title, "en": title}})
    shown = (await anyone.get("/en")).text
    assert title not in shown
    assert title.replace("<", "&lt;").replace(">", "&gt;") in shown
    assert f"/en/events/{world.slug}" in shown


async def test_an_address_that_is_not_there_says_so_in_the_language_of_the_address(anyone: httpx.AsyncClient) -> None:
    answer = await anyone.get("/th/no/such/page", headers={"accept": "text/html", "accept-language": "en"})
    assert (answer.status_code, '<html lang="th">' in answer.text) == (404, True)


async def test_the_head_of_her_pages_leads_whoever_works_here_to_her_desk_and_asks_nothing_more_for_it(
    world: World, sign_in: SignIn, database: Database, clock: MovableClock
) -> None:
    her = {
        "guest": await sign_in(f"guest@{world.slug}.example"),
        "sponsor": await world.admin("S1"),
        "helper": await helper(world),
        "viewer": await world.staff("viewer"),
    }
    led, asked = {}, {}
    for who, client in her.items():
        async with counting(database) as log:
            page = (await client.get("/th/me/settings")).text
        [head] = re.findall(r'<header class="top">(.*?)</header>', page, re.DOTALL)
        led[who] = re.findall(r'href="/th/(sponsor|organiser)">([^<]+)<', head)
        asked[who] = len(log)
    assert led == {
        "guest": [],
        "sponsor": [("sponsor", "บูธของคุณ")],
        "helper": [("sponsor", "บูธของคุณ")],
        "viewer": [("organiser", "งานขององค์กร")],
    }
    assert set(asked.values()) == {asked["guest"]}
    public = []
    for client in her.values():
        clock.now += KEPT  # what was kept is forgotten: each asks first, and the page is made for her
        public.append((await client.get(f"/th/events/{world.slug}")).text)
    assert len(set(public)) == 1, "a page that is kept for all shows nothing about anybody"
    missing = (await her["sponsor"].get(f"/en/sponsor/{world.parties['S2']}/{world.slug}", headers={"accept": "text/html"})).text
    assert 'href="/en/sponsor">Your booth<' in missing, "nor does an error lead into a dead end"


async def test_a_static_file_is_sent_once(anyone: httpx.AsyncClient) -> None:
    first = await anyone.get("/static/style.css")
    again = await anyone.get("/static/style.css", headers={"if-none-match": first.headers["etag"]})
    assert (first.headers["content-type"], again.status_code, again.content) == ("text/css; charset=utf-8", 304, b"")
    assert (await anyone.get("/static/..%2Froutes.py")).status_code == 404


async def test_opening_a_sign_in_link_changes_nothing_and_its_button_works_once(link: str, visit: Visit) -> None:
    client = visit()
    for _ in range(2):
        opened = await client.get("/en/sign-in", params={"token": link})
        assert (opened.status_code, link in opened.text, "set-cookie" in opened.headers) == (200, True, False)
        # the token is in the address: other sites must not hear it, and our own form must still say where it stands
        assert opened.headers["referrer-policy"] == "strict-origin"
    pressed = await client.post("/en/sign-in", data={"token": link, "then": "/en/me"}, headers=OWN_PAGE)
    assert (pressed.status_code, pressed.headers["location"], "session" in pressed.cookies) == (303, "/en/me", True)
    assert ok(await client.get("/api/v1/session"))["person"]
    again = await visit().post("/en/sign-in", data={"token": link}, headers=OWN_PAGE)
    assert (again.status_code, "set-cookie" in again.headers) == (410, False)
    assert (await visit().get("/en/sign-in", params={"token": link})).status_code == 410


async def test_signing_out_ends_the_session(link: str, visit: Visit) -> None:
    client = visit()
    await client.post("/en/sign-in", data={"token": link}, headers=OWN_PAGE)
    stolen = client.cookies["session"]
    assert (
        await client.post("/en/sign-out", headers=OWN_PAGE | {"content-type": "application/x-www-form-urlencoded"})
    ).status_code == 200
    client.cookies.set("session", stolen, domain="events.example")
    assert (await client.get("/api/v1/session")).status_code == 401


async def test_asking_for_a_link_says_the_same_for_every_address(link: str, visit: Visit, database: Database) -> None:
    client = visit()
    await client.post("/en/sign-in", data={"token": link}, headers=OWN_PAGE)
    known = ok(await client.get("/api/v1/session"))["email"]
    texts = {
        (await visit().post("/en/sign-in", data={"email": email}, headers=OWN_PAGE)).text
        for email in (known, "nobody@nowhere.example")
    }
    assert len(texts) == 1
    [mail] = ok(await client.get("/mailbox.json", params={"to": known}))["items"]
    assert "/sign-in?token=" in mail["body"]
    assert (await client.post("/en/sign-in", data={"email": "no address"}, headers=OWN_PAGE)).status_code == 422


async def test_the_button_of_a_registration_confirms_it_once(registration_link: str, visit: Visit) -> None:
    client = visit()
    opened = await client.get("/en/confirm", params={"token": registration_link})
    assert (opened.status_code, registration_link in opened.text) == (200, True)
    # a confirmation is no sign-in: the other page does not take it
    assert (await client.get("/en/sign-in", params={"token": registration_link})).status_code == 410
    pressed = await client.post("/en/confirm", data={"token": registration_link}, headers=OWN_PAGE)
    assert pressed.status_code == 303
    assert re.fullmatch(r"/en/me/[0-9a-f-]{36}\?done=confirmed", pressed.headers["location"])
    assert (await client.post("/en/confirm", data={"token": registration_link}, headers=OWN_PAGE)).status_code == 410


@pytest.mark.parametrize("path", ["/en/sign-in", "/en/confirm", "/en/sign-out"])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://events.example", "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {},
    ],
)
async def test_a_form_from_another_site_is_refused_and_spends_nothing(
    path: str, headers: dict[str, str], link: str, visit: Visit
) -> None:
    refused = await visit().post(path, data={"token": link}, headers=headers)
    assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)
    assert (await visit().get("/en/sign-in", params={"token": link})).status_code == 200


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        (b"token=" + b"x" * 5000, "application/x-www-form-urlencoded", 413),
        (b'{"token": "x"}', "application/json", 400),
        (b"token=a&token=b", "application/x-www-form-urlencoded", 400),
        (b"a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8&i=9", "application/x-www-form-urlencoded", 400),
        (b"token=%ff", "application/x-www-form-urlencoded", 400),
        (b"token=%00", "application/x-www-form-urlencoded", 400),
        (b"token=\xff", "application/x-www-form-urlencoded", 400),
        (b"", "application/x-www-form-urlencoded", 410),
    ],
)
async def test_a_strange_form_is_refused_as_a_page(content: bytes, media: str, status: int, anyone: httpx.AsyncClient) -> None:
    answer = await anyone.post("/en/confirm", content=content, headers=OWN_PAGE | {"content-type": media})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")


class TestTheMailbox:
    async def test_shows_mail_newest_first_with_links_that_can_be_pressed(
        self, registration_link: str, anyone: httpx.AsyncClient, world: World
    ) -> None:
        # of one address: the mails of all other tests lie in the same box
        shown = (await anyone.get("/en/mailbox", params={"to": f"guest@{world.slug}.example"})).text
        assert f'<a href="http://events.example/en/confirm?token={registration_link}">' in shown
        times = re.findall(r'<time datetime="([^"]+)"', shown)
        assert times == sorted(times, reverse=True)

    @pytest.mark.parametrize("path", ["/en/mailbox", "/mailbox.json"])
    async def test_does_not_exist_outside_a_demo(self, path: str, database: Database, clock: MovableClock) -> None:
        app = create_app(replace(SETTINGS, demo=False), database, clock=clock)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://events.example") as client:  # type: ignore[arg-type]
            assert (await client.get(path)).status_code == 404
            assert "/mailbox" not in (await client.get("/en")).text

    @pytest.mark.parametrize("path", ["/en/mailbox", "/mailbox.json"])
    async def test_is_hidden_from_a_page_that_took_our_address_under_another_name(
        self, path: str, anyone: httpx.AsyncClient
    ) -> None:
        assert (await anyone.get(path, headers={"host": "rebound.evil.example"})).status_code == 404


async def test_the_viewer_shows_every_operation_with_who_may_call_it(anyone: httpx.AsyncClient) -> None:
    schema = ok(await anyone.get("/api/v1/openapi.json"))
    shown = (await anyone.get("/en/api")).text
    count = sum(len(methods) for methods in schema["paths"].values())
    assert shown.count('<details class="operation"') == count
    assert re.findall(r'class="callers">For:\s*</span>', shown) == []


def test_an_operation_of_the_viewer_names_what_it_takes() -> None:
    schema = {
        "paths": {
            "/api/v1/things": {
                "post": {
                    "summary": "Make a thing",
                    "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}, "required": True}],
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                    "responses": {"201": {}},
                }
            }
        },
        "components": {"schemas": {"Thing": {"properties": {"name": {"type": "string"}}, "required": ["name"]}}},
    }
    [operation] = operations(schema, {}, "en")["things"]
    assert [(t.name, t.where, t.type, t.required) for t in operation.takes] == [
        ("limit", "query", "integer", True),
        ("name", "body", "string", True),
    ]
