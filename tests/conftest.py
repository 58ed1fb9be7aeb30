"""A real Postgres for the whole run, the real application over ASGI, and people who are signed in."""

import itertools
import secrets
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from events.access.tokens import SESSION_LIFETIME, digest, new_secret
from events.app import Application, create_app
from events.database.connections import Database, open_database
from events.database.embedded import EmbeddedPostgres
from events.database.migrate import migrate
from events.settings import Settings
from events.web.phone_app.files import read_built
from tests.people import People
from tests.world import World, build_world

START = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
SETTINGS = Settings(secret=b"a secret of the tests, 32 bytes or more", base_url="http://events.example", demo=True)


# stands in for the built phone app, so that what does not look at it needs no Node
PHONE_APP = read_built(Path(__file__).parent / "web" / "phone_app")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the attacks at their full length (tests/README.md)")
    parser.addoption("--shots", type=Path, metavar="DIR", help="keep a picture of every page that is browsed, to be looked at")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--long"):
        config.option.timeout = 0


@pytest.fixture(scope="session")
def long(request: pytest.FixtureRequest) -> bool:
    """Whether the attacks run at full length; otherwise they are bounded, so that every change can afford them."""
    return bool(request.config.getoption("--long"))


class MovableClock:
    """The application's clock: stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    # not under pytest's own folder: that is closed to the unprivileged account which serves when the tests run as root
    with tempfile.TemporaryDirectory(prefix="events-tests-") as folder:
        Path(folder).chmod(0o755)
        with EmbeddedPostgres(Path(folder) / "postgres") as server:
            yield server


@pytest.fixture(scope="session")
async def database(postgres: EmbeddedPostgres) -> AsyncIterator[Database]:
    """Both run-time logins on a migrated database. Tests share it and keep apart by making their own organisation."""
    await migrate(postgres.dsn("postgres"))
    opened = await open_database(postgres.dsn("events_app"), postgres.dsn("events_release"), size=8, wait=5)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def app(database: Database, clock: MovableClock) -> Application:
    return create_app(SETTINGS, database, clock=clock, phone_app=PHONE_APP)


Visit = Callable[[], httpx.AsyncClient]
SignIn = Callable[[str], Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def visit(app: Application) -> AsyncIterator[Visit]:
    """A new visitor: a client of the application without any credential."""
    opened: list[httpx.AsyncClient] = []

    def make() -> httpx.AsyncClient:
        # an address of its own: limits count by address, and tests move their clocks apart
        address = ("10." + ".".join(str(secrets.randbelow(256)) for _ in range(3)), 40000)
        transport = httpx.ASGITransport(app=app, client=address)  # type: ignore[arg-type]
        client = httpx.AsyncClient(transport=transport, base_url="http://events.example")
        opened.append(client)
        return client

    yield make
    for client in opened:
        await client.aclose()


@pytest.fixture
def anyone(visit: Visit) -> httpx.AsyncClient:
    return visit()


@pytest.fixture
def sign_in(database: Database, clock: MovableClock, visit: Visit) -> SignIn:
    """A client that carries a good session of the person with this address (the sign-in journey has tests of its own)."""

    async def make(email: str) -> httpx.AsyncClient:
        token = new_secret()
        [row] = await database.call("select access.person_of($1, $2) as id", email, clock.now)
        await database.call(
            "select access.open_session($1, $2, $3, $4)", digest(token), row["id"], clock.now + SESSION_LIFETIME, clock.now
        )
        client = visit()
        client.cookies.set("session", token, domain="events.example")
        return client

    return make


_numbers = itertools.count(1)


@pytest.fixture
def unique() -> Callable[[str], str]:
    """A name that no other test of this run has used: slugs and addresses share one database."""

    run = secrets.token_hex(3)
    return lambda name: f"{name}-{run}-{next(_numbers)}"


@pytest.fixture
async def world(database: Database, clock: MovableClock, sign_in: SignIn, unique: Callable[[str], str]) -> World:
    """A published event with the sponsors S1 and S2."""
    return await build_world(database, clock, sign_in, unique)


@pytest.fixture
def people(world: World, database: Database, clock: MovableClock, visit: Visit) -> People:
    """Makes attendees and phones for the world."""
    return People(world, database, clock, visit)
