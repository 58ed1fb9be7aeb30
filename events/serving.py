"""Runs the product: the database under it, its pools, the worker, the sealer and the web server, from start to a clean end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import asyncpg
import uvicorn

from events.app import Application, create_app, system_clock
from events.database.connections import Database, open_database
from events.database.embedded import EmbeddedPostgres
from events.database.migrate import LOGINS, login_dsn, migrate, policy_version
from events.lan import CA_FILE, Certificate
from events.messages.sending import letterhead_of, mailer_for, work
from events.release.seals import Sealer
from events.settings import Settings
from events.web.phone_app.files import as_file, read_built

log = logging.getLogger("events")
T = TypeVar("T")
Say = Callable[[str], None]
Prepare = Callable[[Database], Awaitable[object]]

GRACE: Final = 5  # seconds that requests get to finish
SEAL_EVERY: Final = 60.0
CANCEL_AGAIN: Final = 0.5
OLD_SCHEMA: Final = "The database does not stand at this version of the program; run: events migrate"


class CannotServe(Exception):
    """The program cannot do what it was asked; the message is one sentence that says what to change."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the database is, as each login reaches it.

    `started` says that this process runs it; only then may it be migrated unasked, since nobody else is using it.
    `embedded` is the one that comes with the product, if it is that.
    """

    admin: str
    app: str
    release: str
    started: bool
    embedded: EmbeddedPostgres | None


def passwords(settings: Settings) -> dict[str, str]:
    """The password of each run-time login, derived from the secret; `events migrate` sets it, `events serve` uses it."""
    return {login: settings.key_for(f"postgres login: {login}").hex() for login in LOGINS}


@contextmanager
def database_of(settings: Settings, say: Say) -> Iterator[Place]:
    """The database of these settings; the embedded one runs while the block lasts.

    Raises DatabaseUnavailable.
    """
    if url := settings.database_url:
        app, release = (login_dsn(url, login, password) for login, password in passwords(settings).items())
        yield Place(url, app, release, started=False, embedded=None)
        return
    with EmbeddedPostgres(settings.var / "postgres", progress=say) as server:
        app, release = (server.dsn(login) for login in LOGINS)
        yield Place(server.dsn("postgres"), app, release, started=server.owns_server, embedded=server)


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """The socket of the server, bound before anything else is touched; raises CannotServe naming PORT or HOST."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, proto)
    except OSError as error:
        raise CannotServe(f"HOST={settings.host!r} is no address of this machine ({error}).") from error
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            listener.listen(2048)
        except OSError as error:
            raise CannotServe(
                f"PORT={settings.port} on {settings.host} cannot be used ({error.strerror}): stop the program that has it, "
                f"or choose another port, like PORT={settings.port % 65535 + 1}."
            ) from error
        yield listener


async def bring_up(place: Place, settings: Settings) -> list[str]:
    """Migrate; returns the names of the new migrations. Raises NotUsable, CannotServe."""
    async with _explained(settings):
        return await migrate(place.admin, passwords=None if place.embedded else passwords(settings))


@asynccontextmanager
async def pools(place: Place, settings: Settings) -> AsyncIterator[Database]:
    """Both run-time logins, on a schema of this version; an embedded database that we started is brought to it first.

    Raises NotUsable, CannotServe.
    """
    if place.started:
        await bring_up(place, settings)
    async with _explained(settings):
        try:
            database = await open_database(
                place.app,
                place.release,
                size=settings.pool_size,
                wait=settings.pool_wait,
                statement_cache=settings.statement_cache,
            )
        except asyncpg.InvalidAuthorizationSpecificationError as error:  # no such login yet, or made with another secret
            raise CannotServe(OLD_SCHEMA) from error
    try:
        if not place.started:
            await _require_this_version(database)
        yield database
    finally:
        await _close(database)


async def _require_this_version(database: Database) -> None:
    try:
        [row] = await database.call("select release.policy_version() as version")
    except (asyncpg.UndefinedFunctionError, asyncpg.InvalidSchemaNameError, asyncpg.InsufficientPrivilegeError) as error:
        raise CannotServe(OLD_SCHEMA) from error
    if row["version"] != policy_version():
        raise CannotServe(OLD_SCHEMA)


@asynccontextmanager
async def _explained(settings: Settings) -> AsyncIterator[None]:
    """What a server of the operator's own says, as one sentence that names DATABASE_URL and never its password."""
    try:
        yield
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.ClientConfigurationError, OSError, TimeoutError) as error:
        if settings.database_url is None:
            raise
        why = type(error).__name__ if isinstance(error, TimeoutError) else str(error).splitlines()[0]
        raise CannotServe(f"The database in DATABASE_URL cannot be used: {why.rstrip('.')}.") from error


async def explained(doing: Awaitable[T], settings: Settings) -> T:
    """The result of work on the database; raises CannotServe when the server of DATABASE_URL refuses it."""
    async with _explained(settings):
        return await doing


async def _close(database: Database) -> None:
    try:
        await asyncio.wait_for(database.close(), GRACE)
    except TimeoutError:  # a statement that does not end must not keep the program from ending
        database.app.terminate()
        database.release.terminate()


def run(settings: Settings, doing: Callable[[Database], Awaitable[T]], say: Say) -> T:
    """Do one thing with the database, as the command line does: start it, open it, close it again."""

    async def all_of_it(place: Place) -> T:
        async with pools(place, settings) as database:
            return await doing(database)

    with database_of(settings, say) as place:
        return asyncio.run(all_of_it(place))


def serve(settings: Settings, say: Say, *, prepare: Prepare, started: Prepare, certificate: Certificate | None = None) -> None:
    """Serve until Ctrl-C or SIGTERM. `prepare` runs on the open database before the doors open, `started` right after.

    With a certificate it serves https, and hands out the authority to trust.

    Raises CannotServe, NotUsable, DatabaseUnavailable.
    """
    with (
        contextlib.suppress(KeyboardInterrupt),
        _termination_interrupts(),
        listening(settings) as listener,
        database_of(settings, say) as place,
        asyncio.Runner(loop_factory=_fast_loop()) as runner,
    ):
        runner.run(_serve(settings, place, listener, prepare, started, certificate))


@contextmanager
def _termination_interrupts() -> Iterator[None]:
    """While the database starts there is no event loop yet that could take the signal."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop  # noqa: PLC0415 - there is none for Windows

    return uvloop.new_event_loop


async def _serve(
    settings: Settings,
    place: Place,
    listener: socket.socket,
    prepare: Prepare,
    started: Prepare,
    certificate: Certificate | None,
) -> None:
    serving = asyncio.current_task()
    loop = asyncio.get_running_loop()
    server: _Server | None = None

    def stop() -> None:
        if server is not None and server.started:
            server.force_exit = server.should_exit  # asked twice: do not wait for requests
            server.should_exit = True
            server.application.stop()
        elif serving is not None:
            serving.cancel()

    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop)
    try:
        async with pools(place, settings) as database:
            await prepare(database)
            phone_app = read_built()
            if certificate is not None:
                phone_app = {**phone_app, CA_FILE: as_file(certificate.authority, "application/x-x509-ca-cert")}
            app = create_app(settings, database, phone_app=phone_app)
            server = _Server(app, lambda: started(database), certificate)
            async with background(
                work(database, mailer_for(settings), letterhead_of(settings), system_clock),
                keep_sealing(database, Sealer(settings)),
                *([keep_running(place.embedded)] if place.embedded else []),
            ):
                await server.serve([listener])
    except asyncio.CancelledError:
        log.info("stopped before the server was up")


class _Server(uvicorn.Server):
    """uvicorn on a loop and with signals of ours; says when it answers."""

    def __init__(
        self, app: Application, started: Callable[[], Awaitable[object]], certificate: Certificate | None = None
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http="httptools",
                ws="none",
                access_log=False,  # addresses hold tokens
                log_config=None,
                server_header=False,
                timeout_graceful_shutdown=GRACE,
                ssl_certfile=certificate.chain if certificate else None,
                ssl_keyfile=certificate.key if certificate else None,
                # phones of the network come as they are; no proxy speaks for them
                proxy_headers=certificate is None,
            )
        )
        self.application, self._say_started = app, started

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # uvicorn would raise the signal again at the end, and the program would end as if it had failed

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        await self._say_started()


@asynccontextmanager
async def background(*jobs: Any) -> AsyncIterator[None]:
    """These jobs run beside what stands inside, and are over when it is."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        yield
    finally:
        pending = set(tasks)
        while pending:
            # again and again: in Python 3.11 asyncio.wait_for, which our mail library uses, loses a cancellation now and then
            for task in pending:
                task.cancel()
            _, pending = await asyncio.wait(pending, timeout=CANCEL_AGAIN)
        await asyncio.gather(*tasks, return_exceptions=True)


async def keep_running(server: EmbeddedPostgres, pause: float = 1.0) -> None:
    """Until cancelled: start the embedded database again when it ended under us; requests wait for it, or hear 503."""
    try:
        while True:
            await asyncio.sleep(pause)
            try:
                if await asyncio.to_thread(server.revive):
                    log.warning("the database had ended; it runs again")
            except Exception as error:  # noqa: BLE001  # the next round tries again, and says so again
                log.warning("the database does not start: %s", error)
    finally:
        server.interrupt()  # the thread that revives it would keep the program from ending


async def keep_sealing(database: Database, sealer: Sealer, pause: float = SEAL_EVERY) -> None:
    """Until cancelled: seal what has settled in the book (S11-sec-2)."""
    while True:
        try:
            await sealer.seal(database, system_clock())
        except Exception as error:  # noqa: BLE001  # the next round tries again; verify shows what stayed unsealed
            log.warning("the sealer waits: %s", type(error).__name__)
        await asyncio.sleep(pause)
