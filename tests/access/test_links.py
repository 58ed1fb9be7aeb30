"""Mailed links: opening one changes nothing, of two presses one wins, and no session survives that somebody planted."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import httpx
import pytest

import events.access.actions
import events.registration.actions
from events.access.tokens import new_secret
from events.app import create_app
from events.database.connections import open_database
from events.database.embedded import EmbeddedPostgres
from events.database.migrate import migrate
from tests.access.links import BUTTONS, Button, dead_links, link_to_sign_in
from tests.conftest import SETTINGS, MovableClock
from tests.scanning.hall import Hall

pytestmark = pytest.mark.requirement("S11-sec-1", "F5")
every_button = pytest.mark.parametrize("button", BUTTONS, ids=lambda button: button.path)


async def everything_stored(hall: Hall) -> dict[str, str]:
    """A fingerprint of the rows of every table."""
    tables = await hall.sql.fetch(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1"
    )
    rows = "select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from \"{}\" t"
    return {table: await hall.sql.fetchval(rows.format(table)) for [table] in tables}


@every_button
async def test_opening_a_link_five_times_changes_nothing_and_its_button_still_works(button: Button, hall: Hall) -> None:
    token = await button.mailed(hall)
    page = "/en/sign-in" if button.mailed is link_to_sign_in else "/en/confirm"
    before = await everything_stored(hall)
    for _ in range(5):
        opened = await hall.visit().get(page, params={"token": token})
        assert (opened.status_code, token in opened.text, "set-cookie" in opened.headers) == (200, True, False)
        for method in ("GET", "HEAD"):
            answer = await hall.visit().request(method, button.path, params={"token": token})
            assert answer.status_code in (200, 405)
    assert await everything_stored(hall) == before
    assert (await button.press(hall.visit(), token)).status_code < 400
    # the control: what a press stores does not escape the comparison
    assert await everything_stored(hall) != before


@every_button
async def test_every_dead_link_is_refused_with_the_same_bytes_and_changes_nothing(button: Button, hall: Hall) -> None:
    dead = await dead_links(button, hall)
    before = await everything_stored(hall)
    said = {kind: await button.press(hall.visit(), token) for kind, token in dead.items()}
    assert await everything_stored(hall) == before
    # the page shows the form again, with the token that was pressed
    bytes_of = {kind: (a.status_code, a.headers.raw, a.text.replace(dead[kind], "…")) for kind, a in said.items()}
    assert bytes_of == dict.fromkeys(dead, bytes_of["unknown"])
    assert bytes_of["unknown"][0] == 410


async def winners(hall: Hall, button: Button) -> int:
    """How many of two presses at the same moment opened a session."""
    token = await button.mailed(hall)
    pressed = await asyncio.gather(*(button.press(hall.visit(), token) for _ in range(2)))
    assert {answer.status_code for answer in pressed} <= {201, 303, 410}
    return sum("session" in answer.cookies for answer in pressed)


@every_button
async def test_of_two_presses_at_once_exactly_one_wins(button: Button, hall: Hall, long: bool) -> None:
    assert [await winners(hall, button) for _ in range(400 if long else 20)] == [1] * (400 if long else 20)


async def planted_cookies(hall: Hall) -> dict[str, str]:
    """What somebody can plant in another's browser: a session of her own, or words that she made up."""
    attacker = await hall.sign_in(f"{hall.unique('attacker')}@people.example")
    return {"her own session": attacker.cookies["session"], "an invented one": new_secret()}


async def survivals(hall: Hall, button: Button) -> list[str]:
    """How a planted cookie outlived the press of a button, if it did."""
    found = []
    for kind, planted in (await planted_cookies(hall)).items():
        victim, attacker = hall.visit(), hall.visit()
        for client in (victim, attacker):
            client.cookies.set("session", planted, domain="events.example")
        pressed = await button.press(victim, await button.mailed(hall))
        assert pressed.status_code < 400
        if pressed.cookies["session"] == planted:
            found.append(f"{kind} became the victim's")
        if (await attacker.get("/api/v1/session")).status_code != 401:
            found.append(f"{kind} still opens something")
    return found


@every_button
async def test_a_planted_session_dies_with_the_press(button: Button, hall: Hall) -> None:
    assert await survivals(hall, button) == []


@every_button
async def test_control_a_session_that_is_not_replaced_is_noticed(
    button: Button, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_session = events.access.actions.open_session

    async def keeps_what_came(connection: Any, person: Any, now: Any, *, replacing: str | None = None) -> str:
        return await open_session(connection, person, now)

    for actions in (events.access.actions, events.registration.actions):
        monkeypatch.setattr(actions, "open_session", keeps_what_came)
    assert await survivals(hall, button) == ["her own session still opens something"]


@every_button
async def test_control_a_cookie_that_is_taken_over_is_noticed(
    button: Button, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    invented = new_secret()
    token = await button.mailed(hall)
    monkeypatch.setattr(events.access.actions, "new_secret", lambda: invented)
    victim = hall.visit()
    victim.cookies.set("session", invented, domain="events.example")
    assert (await button.press(victim, token)).cookies["session"] == invented


# what spends a link by looking first and writing then, as it would be written in Python
LOOKS_BEFORE_IT_WRITES = """
create or replace function access.spend_link(p_sha256 bytea, p_now timestamptz, p_purpose text default null)
    returns table (person_id uuid, registration_id uuid) volatile language plpgsql security definer as $$
#variable_conflict use_column
begin
    select l.person_id, l.registration_id into person_id, registration_id from magic_link l
    where l.token_sha256 = p_sha256 and l.spent_at is null;
    if not found then return; end if;
    perform pg_sleep(0.05);
    update magic_link l set spent_at = p_now where l.token_sha256 = p_sha256;
    return next;
end $$
"""


@pytest.fixture
async def careless(postgres: EmbeddedPostgres, clock: MovableClock, unique: Callable[[str], str]) -> AsyncIterator[Hall]:
    """A hall in a database of its own, in which two presses can both find a link unspent."""
    admin = await asyncpg.connect(postgres.dsn("postgres"))
    await admin.execute("drop database if exists careless")
    await admin.execute("create database careless")
    await migrate(postgres.dsn("postgres", "careless"))
    sql = await asyncpg.connect(postgres.dsn("postgres", "careless"))
    await sql.execute(LOOKS_BEFORE_IT_WRITES)
    async with AsyncExitStack() as visitors:
        opened = await open_database(
            postgres.dsn("events_app", "careless"), postgres.dsn("events_release", "careless"), size=4, wait=5
        )
        app: Any = create_app(SETTINGS, opened, clock=clock)

        def visit() -> httpx.AsyncClient:
            client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://events.example")
            visitors.push_async_callback(client.aclose)
            return client

        async def sign_in(email: str) -> httpx.AsyncClient:
            raise NotImplementedError

        yield await Hall(opened, sql, clock, visit, sign_in, unique).open()
        await opened.close()
    await sql.close()
    await admin.execute("drop database careless")
    await admin.close()


@pytest.mark.parametrize("button", BUTTONS[:2], ids=lambda button: button.path)  # whoever confirms, waits for the registration
async def test_control_where_looking_and_spending_are_two_steps_both_presses_win(button: Button, careless: Hall) -> None:
    assert await winners(careless, button) == 2
