"""Every route, every persona: what each may call, whose things it finds, and that nobody else ever sees the attendee."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from litestar import get
from litestar.routes import HTTPRoute

from events.access import guards
from events.access.caller import Caller, Staff
from events.access.guards import may
from events.access.permissions import GRANTS, Permission, Role
from events.app import Application, create_app
from events.database.connections import Database
from events.database.embedded import EmbeddedPostgres
from events.terms import OrganisationId, PersonId
from tests.access.matrix import ASKED, MATRIX, MEANT, Route
from tests.access.personas import PERSONAS, Cast, gather
from tests.conftest import PHONE_APP, SETTINGS, MovableClock, SignIn, Visit
from tests.leads.fair import Fair, Guests
from tests.world import build_world

Cells = dict[tuple[Route, str], str]

# the controls ask what changes nothing and is not for everybody
GUARDED_READING = [route for route, cells in MATRIX.items() if route[0] == "GET" and len(set(cells.values())) > 1]
# whom attendee B's registration shows itself to: B said no to every sponsor
SEES_B = {"atB", "vie", "man", "own", "dpo", "afO", "afM"}


@pytest.fixture
def app(database: Database, clock: MovableClock) -> Application:
    """The product as it is served, not its demo: there is no mailbox that everybody may read."""
    return create_app(replace(SETTINGS, demo=False), database, clock=clock, phone_app=PHONE_APP)


@pytest.fixture
async def cast(
    postgres: EmbeddedPostgres,
    database: Database,
    clock: MovableClock,
    sign_in: SignIn,
    visit: Visit,
    unique: Callable[[str], str],
) -> AsyncIterator[Cast]:
    sql = await asyncpg.connect(postgres.dsn("postgres"))
    # the clock starts anew with every test; what the last one used up of the limits would stand in its future
    await sql.execute("delete from rate_limit")
    world = await build_world(database, clock, sign_in, unique, affiliates=["AFF1"], organiser_party="AFF1")
    yield await gather(Fair(world, Guests(world, database, clock, visit), sql, clock, unique))
    await sql.close()


def routes_of(app: Application) -> set[Route]:
    """Method and path of every route. OPTIONS is Litestar's own, on every path, and has a test of its own."""
    routes = [route for route in app.litestar.routes if isinstance(route, HTTPRoute)]
    assert routes == app.litestar.routes, "nothing but HTTP is served"
    return {
        (method, re.sub("^/api/v1(?=/)", "~", route.path_format))
        for route in routes
        for handler in route.route_handlers
        for method in handler.http_methods - {"OPTIONS"}
    }


def named(value: Any, names: Mapping[str, str]) -> Any:
    """The value with every placeholder in it replaced."""
    match value:
        case str():
            return re.sub(r"\{(\w+)\}", lambda found: names[found[1]], value)
        case dict():
            return {key: named(inner, names) for key, inner in value.items()}
        case list() | tuple():
            return type(value)(named(inner, names) for inner in value)
        case _:
            return value


async def ask(
    cast: Cast, persona: str, route: Route, *, instead: Mapping[str, str] | None = None, method: str | None = None
) -> httpx.Response:
    """Call a route as this persona; `instead` names other things than those of the cast."""
    asked, meant = ASKED.get(route, {}), MEANT.get(route, {})
    wanted = set(re.findall(r"\{(\w+)\}", f"{route[1]} {asked} {meant}")) - meant.keys()
    names = {"kind": "entry" if persona == "dor" else "booth", "language": "en"} | dict(instead or {})
    names |= {name: await cast.spare(name) for name in wanted - names.keys()}
    names |= named(dict(meant), names)
    path = named(route[1].replace("~", "/api/v1", 1), names)
    return await cast.clients[persona].request(method or route[0], path, **named(dict(asked), names))


async def sweep(cast: Cast, routes: list[Route]) -> tuple[Cells, set[str]]:
    """The cells of these routes in which the application does not do what the matrix says; and to whom it showed attendee B."""
    wrong: Cells = {}
    seen_by = set()
    for route in routes:
        for persona, expected in MATRIX[route].items():
            answer = await ask(cast, persona, route)
            seen = cast.seen_in(answer)
            found = cell(answer, "A" in seen)
            if found != expected:
                wrong[route, persona] = found
            if "B" in seen:
                seen_by.add(persona)
    return wrong, seen_by


def cell(answer: httpx.Response, shows_her: bool) -> str:
    """An answer in the words of the matrix; `!` marks a refusal in which attendee A stands."""
    if answer.is_success or answer.is_redirect:
        return "her" if shows_her else "yes"
    return f"{answer.status_code}{'!' if shows_her else ''}"


def test_the_matrix_names_every_route_of_the_application_and_no_other(app: Application) -> None:
    assert set(MATRIX) == routes_of(app)
    assert (set(ASKED) | set(MEANT)) - set(MATRIX) == set()


def test_every_role_has_a_persona() -> None:
    assert {role for role, _ in PERSONAS.values()} == set(Role)


@pytest.mark.requirement("S11-sec-1", "S6-sponsor-1", "S6-sponsor-15", "S6-aff-1")
async def test_every_persona_gets_from_every_route_what_the_matrix_says(cast: Cast) -> None:
    wrong, seen_by = await sweep(cast, list(MATRIX))
    assert wrong == {}
    assert seen_by == SEES_B


async def test_a_thing_of_others_answers_like_a_thing_of_nobody(cast: Cast) -> None:
    nobodys = {name: str(uuid4()) for name in ("download", "member", *filter(lambda n: is_id(cast.names[n]), cast.names))}
    told_apart = []
    for route, cells in MATRIX.items():
        for persona in (persona for persona, expected in cells.items() if expected == "404"):
            theirs = await ask(cast, persona, route)
            nothing = await ask(cast, persona, route, instead=nobodys | {"slug": "no-such-event"})
            if bare(theirs) != bare(nothing):
                told_apart.append((route, persona))
    assert told_apart == []


def bare(answer: httpx.Response) -> tuple[int, bytes, Any]:
    """All that an answer says; a page has its own address in it, for the switch of languages, and is as much longer."""
    where = answer.request.url.path.removeprefix("/en").encode()
    headers = [(name, value) for name, value in answer.headers.raw if name.lower() != b"content-length"]
    return answer.status_code, answer.content.replace(where, b""), headers


def is_id(name: str) -> bool:
    try:
        return bool(UUID(name))
    except ValueError:
        return False


async def test_other_methods_tell_nobody_anything(cast: Cast) -> None:
    """Litestar answers OPTIONS by itself, and HEAD has no route."""
    for route in MATRIX:
        for persona in ("any", "own", "adA", "phA"):
            for method, refusals in (("HEAD", {405}), ("OPTIONS", {403, 404})):
                answer = await ask(cast, persona, route, method=method)
                assert answer.status_code in refusals, (persona, method, route)
                assert cast.seen_in(answer) == set()


async def who_is(client: httpx.AsyncClient) -> Any:
    return (await client.get("/api/v1/session")).json()


async def every_role_may_everything(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for role in Role:
        monkeypatch.setitem(GRANTS, role, frozenset(Permission))


async def nobody_asks_whose_registration_it_is(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    her = UUID((await who_is(cast.clients["atA"]))["person"])
    monkeypatch.setattr(Caller, "oneself", lambda self: her)


async def nobody_asks_whose_organisation_it_is(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = Staff(
        OrganisationId(cast.fair.world.organisation), PersonId(UUID((await who_is(cast.clients["own"]))["person"])), Role.OWNER
    )
    monkeypatch.setattr(Caller, "staff", lambda self, permission, wanted=None: ours)


async def nobody_asks_who_is_calling(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    hers = cast.clients["adA"].cookies["session"]
    identify = guards.identify

    async def as_sponsor_a(connection: Any) -> Caller:
        connection.scope["headers"] = [(b"cookie", f"session={hers}".encode())]
        return await identify(type(connection)(connection.scope))

    monkeypatch.setattr(guards, "identify", as_sponsor_a)


@pytest.mark.parametrize(
    ("broken", "route", "persona", "found", "at_least"),
    [
        (every_role_may_everything, ("GET", "~/organiser/staff"), "man", "yes", 100),
        (nobody_asks_whose_registration_it_is, ("GET", "~/me/registrations/{registration}"), "atB", "her", 50),
        (nobody_asks_whose_organisation_it_is, ("GET", "~/organiser/events/{slug}/registrations"), "owX", "her", 15),
        (nobody_asks_who_is_calling, ("GET", "~/leads.xlsx"), "heB", "her", 200),
    ],
)
async def test_control_the_matrix_sees_a_defence_that_is_gone(
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    broken: Callable[[Cast, pytest.MonkeyPatch], Awaitable[None]],
    route: Route,
    persona: str,
    found: str,
    at_least: int,
) -> None:
    await broken(cast, monkeypatch)
    wrong, _ = await sweep(cast, GUARDED_READING)
    assert wrong[route, persona] == found
    assert len(wrong) >= at_least


def test_control_a_route_that_is_not_in_the_matrix_is_missed(app: Application) -> None:
    @get("/new", opt=may(Permission.BE_ANYONE), sync_to_thread=False)
    def new() -> str:
        return "nobody thought about who may read this"

    app.litestar.register(new)
    assert routes_of(app) - set(MATRIX) == {("GET", "/new")}
