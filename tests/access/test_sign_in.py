"""Signing in by a mailed link: who hears what, who wins, and what a session is."""

import asyncio
import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from events.access.actions import open_session
from events.access.tokens import SESSION_LIFETIME, digest, new_secret
from events.app import create_app
from events.database.connections import Database
from events.settings import Settings
from tests.conftest import SETTINGS, MovableClock
from tests.round_trips import counting
from tests.scanning.hall import Hall

GONE = (410, "gone")


async def ask(client: httpx.AsyncClient, email: str) -> httpx.Response:
    return await client.post("/api/v1/sign-in", json={"email": email})


async def mails_to(hall: Hall, email: str) -> list[str]:
    """The links that were mailed to this address."""
    rows = await hall.sql.fetch("select facts from outbox where recipient = $1 order by id", email)
    return [json.loads(row["facts"])["link"] for row in rows]


async def mailed_token(hall: Hall, client: httpx.AsyncClient, email: str) -> str:
    """Ask for a link and read it in the mail."""
    assert (await ask(client, email)).status_code == 202
    parts = urlsplit((await mails_to(hall, email))[-1])
    assert (parts.netloc, parts.path) == ("events.example", "/en/sign-in")
    return parse_qs(parts.query)["token"][0]


async def person(hall: Hall) -> str:
    email = f"{hall.unique('person')}@people.example"
    await hall.sql.fetchval("select access.person_of($1, $2)", email, hall.clock.now)
    return email


async def spend(client: httpx.AsyncClient, token: str) -> tuple[int, str]:
    answer = await client.post("/api/v1/sessions", json={"token": token})
    return answer.status_code, answer.json().get("code", "")


@pytest.mark.requirement("S11-sec-1", "F15")
async def test_a_known_and_an_unknown_address_get_the_same_answer_by_the_same_statements(
    hall: Hall, anyone: httpx.AsyncClient
) -> None:
    known, unknown = await person(hall), f"{hall.unique('nobody')}@people.example"
    asked = {}
    for email in (known, unknown):
        async with counting(hall.database) as log:
            answer = await ask(anyone, email)
        asked[email] = (answer.status_code, answer.content, sorted(answer.headers.items()), list(log))
    assert asked[known] == asked[unknown]
    assert asked[known][0] == 202
    assert (len(await mails_to(hall, known)), len(await mails_to(hall, unknown))) == (1, 0)
    assert await hall.count("person", "email = $1", unknown) == 0


async def test_the_token_is_kept_as_a_hash(hall: Hall, anyone: httpx.AsyncClient) -> None:
    email = await person(hall)
    await ask(anyone, email.upper())
    token = await mailed_token(hall, anyone, email)
    assert await hall.count("magic_link", "token_sha256 = $1", digest(token)) == 1


async def test_one_address_gets_five_mails_in_a_quarter_of_an_hour_and_the_asker_cannot_tell(
    hall: Hall, anyone: httpx.AsyncClient
) -> None:
    email = await person(hall)
    assert {(await ask(anyone, email)).content for _ in range(8)} == {b'{"state":"look_into_your_mail"}'}
    assert len(await mails_to(hall, email)) == 5
    hall.clock.forward(minutes=3)
    await ask(anyone, email)
    assert len(await mails_to(hall, email)) == 6


async def test_one_network_asks_sixty_times_a_minute(hall: Hall, anyone: httpx.AsyncClient) -> None:
    answers = [await ask(anyone, f"{n}@people.example") for n in range(61)]
    assert [a.status_code for a in answers] == [202] * 60 + [429]
    assert answers[-1].headers["retry-after"] == "1"
    hall.clock.forward(seconds=1)
    assert (await ask(anyone, "again@people.example")).status_code == 202


@pytest.mark.parametrize("email", ["", "nobody", "a b@people.example", "@", "x" * 250 + "@a.example"])
async def test_what_is_no_address_is_refused(anyone: httpx.AsyncClient, email: str) -> None:
    answer = await ask(anyone, email)
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (422, ["email"])


async def test_a_link_signs_in_once_and_says_who_one_is(hall: Hall, anyone: httpx.AsyncClient) -> None:
    email = await person(hall)
    token = await mailed_token(hall, anyone, email)
    answer = await anyone.post("/api/v1/sessions", json={"token": token})
    assert answer.status_code == 201
    me = answer.json()
    assert (me["email"], me["capacities"]) == (email, [])
    assert (await anyone.get("/api/v1/session")).json() == me
    assert await spend(anyone, token) == GONE


async def test_a_session_lists_what_one_may_act_for(hall: Hall) -> None:
    admin = await hall.admin("S1")
    me = (await admin.get("/api/v1/session")).json()
    assert me["capacities"] == [
        {
            "kind": "sponsor",
            "body": str(hall.parties["S1"]),
            "name": "S1 Co., Ltd.",
            "organisation": str(hall.organisation),
            "role": "sponsor_admin",
        }
    ]


async def test_of_many_presses_at_once_one_wins(hall: Hall, anyone: httpx.AsyncClient) -> None:
    token = await mailed_token(hall, anyone, await person(hall))
    answers = await asyncio.gather(*(spend(hall.visit(), token) for _ in range(6)))
    assert sorted(answers) == [(201, "")] + [GONE] * 5


async def test_spent_late_and_unknown_links_get_one_wording(hall: Hall, anyone: httpx.AsyncClient) -> None:
    spent = await mailed_token(hall, anyone, await person(hall))
    assert (await spend(anyone, spent))[0] == 201
    late = await mailed_token(hall, anyone, await person(hall))
    hall.clock.forward(minutes=15)
    answers = [await anyone.post("/api/v1/sessions", json={"token": t}) for t in (spent, late, new_secret(), "ไม่ใช่")]
    assert {(a.status_code, a.content) for a in answers} == {(410, answers[0].content)}


@pytest.mark.requirement("F5")
async def test_looking_at_a_link_spends_nothing(hall: Hall, anyone: httpx.AsyncClient) -> None:
    token = await mailed_token(hall, anyone, await person(hall))
    for path in ("/en/sign-in", "/api/v1/sessions", "/api/v1/sign-in", "/api/v1/links/look", "/api/v1/session"):
        for method in ("GET", "HEAD", "OPTIONS"):
            await anyone.request(method, path, params={"token": token})
    look = [(await anyone.post("/api/v1/links/look", json={"token": token})) for _ in range(3)]
    assert [(a.status_code, a.json()) for a in look] == [(200, {"usable": True, "purpose": "sign_in"})] * 3
    assert (await spend(anyone, token))[0] == 201
    after = (await anyone.post("/api/v1/links/look", json={"token": token})).json()
    unknown = (await anyone.post("/api/v1/links/look", json={"token": new_secret()})).json()
    assert after == unknown == {"usable": False, "purpose": "sign_in"}


async def test_a_confirmation_link_is_no_sign_in_link_and_stays_good(hall: Hall, anyone: httpx.AsyncClient) -> None:
    guest, token = await hall.guest(), new_secret()
    await hall.sql.execute(
        "select access.keep_link($1, $2, $3, $4, $5)",
        digest(token),
        guest.person,
        guest.id,
        hall.clock.now + timedelta(hours=48),
        hall.clock.now,
    )
    assert (await anyone.post("/api/v1/links/look", json={"token": token})).json() == {"usable": True, "purpose": "confirm"}
    assert await spend(anyone, token) == GONE
    [row] = await hall.sql.fetch("select * from access.spend_link($1, $2, 'confirm')", digest(token), hall.clock.now)
    assert row["registration_id"] == guest.id


async def test_a_sign_in_link_confirms_nothing(hall: Hall, anyone: httpx.AsyncClient) -> None:
    token = await mailed_token(hall, anyone, await person(hall))
    assert await hall.sql.fetch("select * from access.spend_link($1, $2, 'confirm')", digest(token), hall.clock.now) == []
    assert (await spend(anyone, token))[0] == 201


@pytest.mark.requirement("S11-sec-1")
async def test_a_planted_session_dies_when_its_victim_signs_in(hall: Hall) -> None:
    attacker = await hall.sign_in(f"{hall.unique('attacker')}@people.example")
    planted = attacker.cookies["session"]
    victim = hall.visit()
    token = await mailed_token(hall, victim, await person(hall))
    victim.cookies.set("session", planted, domain="events.example")
    answer = await victim.post("/api/v1/sessions", json={"token": token})
    assert (answer.status_code, answer.cookies["session"] == planted) == (201, False)
    assert (await attacker.get("/api/v1/session")).status_code == 401


async def test_a_press_that_fails_leaves_the_session_it_came_with(hall: Hall) -> None:
    client = await hall.sign_in(f"{hall.unique('person')}@people.example")
    assert await spend(client, new_secret()) == GONE
    assert (await client.get("/api/v1/session")).status_code == 200


async def test_signing_out_ends_the_session_on_the_server(hall: Hall) -> None:
    client = await hall.sign_in(f"{hall.unique('person')}@people.example")
    kept = client.cookies["session"]
    answer = await client.delete("/api/v1/session")
    assert (answer.status_code, answer.content, "Max-Age=0" in answer.headers["set-cookie"]) == (204, b"", True)
    thief = hall.visit()
    thief.cookies.set("session", kept, domain="events.example")
    assert (await thief.get("/api/v1/session")).status_code == 401


async def test_a_session_ends_after_its_days(hall: Hall) -> None:
    client = await hall.sign_in(f"{hall.unique('person')}@people.example")
    hall.clock.now += SESSION_LIFETIME - timedelta(seconds=1)
    assert (await client.get("/api/v1/session")).status_code == 200
    hall.clock.forward(seconds=1)
    assert (await client.get("/api/v1/session")).status_code == 401


async def test_a_foreign_page_cannot_sign_anybody_out(hall: Hall) -> None:
    client = await hall.sign_in(f"{hall.unique('person')}@people.example")
    assert (await client.delete("/api/v1/session", headers={"origin": "https://evil.example"})).status_code == 403
    assert (await client.get("/api/v1/session")).status_code == 200


@pytest.mark.parametrize(
    ("base_url", "name", "attributes"),
    [
        ("http://events.example", "session", ["httponly", "path=/", "samesite=lax"]),
        ("https://events.example", "__Host-session", ["httponly", "path=/", "samesite=lax", "secure"]),
    ],
)
async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    hall: Hall, database: Database, clock: MovableClock, base_url: str, name: str, attributes: list[str]
) -> None:
    app = create_app(Settings(secret=SETTINGS.secret, base_url=base_url), database, clock=clock)
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    token = await mailed_token(hall, hall.visit(), await person(hall))
    async with httpx.AsyncClient(transport=transport, base_url=base_url) as client:
        answer = await client.post("/api/v1/sessions", json={"token": token})
        assert (await client.get("/api/v1/session")).status_code == 200
    value, *parts = answer.headers["set-cookie"].split("; ")
    assert value.split("=")[0] == name
    assert sorted(p.lower() for p in parts if not p.startswith("Max-Age")) == attributes


async def test_a_session_opened_in_a_transaction_that_fails_is_none(hall: Hall) -> None:
    guest, tokens = await hall.guest(), []
    with pytest.raises(RuntimeError):
        async with hall.database.transaction() as connection:
            tokens.append(await open_session(connection, guest.person, hall.clock.now))
            raise RuntimeError
    tokens.append(await open_session(hall.database, guest.person, hall.clock.now))
    answers = []
    for token in tokens:
        client = hall.visit()
        client.cookies.set("session", token, domain="events.example")
        answers.append((await client.get("/api/v1/session")).status_code)
    assert answers == [401, 200]
