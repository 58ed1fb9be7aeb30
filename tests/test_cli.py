"""The command line: help in plain words, one sentence for every mistake, and the database's commands on a real one."""

import asyncio
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from threading import Thread
from typing import Any

import asyncpg
import pytest
from click.testing import CliRunner, Result

from events.__main__ import main
from events.database.embedded import EmbeddedPostgres
from events.demo.tour_people import read_people
from events.lan import certificate_for

COMMANDS = ["serve", "migrate", "demo", "tour", "verify", "openapi", "organisation", "organisation create"]
ORGANISATION = {
    "--slug": "cli-tests",
    "--legal-name": "CLI Tests Co., Ltd.",
    "--contact": "hello@cli.example",
    "--dpo-name": "Dara P.",
    "--dpo-email": "dpo@cli.example",
    "--country": "TH",
    "--owner": "Owner@cli.example",
}


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing set but EVENTS_VAR, an empty folder."""
    for name in ("DATABASE_URL", "EVENTS_SECRET", "EVENTS_DEMO", "EVENTS_SMTP_URL", "EVENTS_BASE_URL", "HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EVENTS_VAR", str(tmp_path))
    return tmp_path


def run(*args: str) -> Result:
    return CliRunner().invoke(main, args)


def options(**changes: str) -> list[str]:
    return [
        part for pair in (ORGANISATION | {f"--{n.replace('_', '-')}": v for n, v in changes.items()}).items() for part in pair
    ]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_explains_itself(command: str) -> None:
    shown = run(*command.split(), "--help")
    assert shown.exit_code == 0
    assert len(shown.output.splitlines()) > 4


def test_the_help_lists_every_setting() -> None:
    assert "DATABASE_URL" in run("--help").output


@pytest.mark.parametrize("command", ["serve", "migrate", "demo", "verify"])
def test_a_wrong_setting_ends_with_2_and_one_sentence(command: str, environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")
    ended = run(command)
    assert (ended.exit_code, ended.stderr) == (2, "events: PORT='eighty' must be a whole number from 1 to 65535.\n")


def test_a_demo_for_all_the_world_is_refused(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", "0.0.0.0")
    ended = run("serve", "--demo")
    assert (ended.exit_code, "HOST must be 127.0.0.1" in ended.stderr) == (2, True)


def test_invented_people_do_not_get_into_a_real_database_unasked(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("EVENTS_SECRET", "s" * 32)
    ended = run("demo")
    assert (ended.exit_code, "EVENTS_DEMO=1" in ended.stderr) == (2, True)


def test_a_busy_port_is_named_before_the_database_is_touched(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        ended = run("serve")
    assert (ended.exit_code, ended.stderr.count("\n")) == (1, 1)
    assert f"PORT={port}" in ended.stderr
    assert not (environment / "postgres").exists()


def test_a_database_that_is_not_there_ends_with_1_and_one_sentence(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://someone:secretword@127.0.0.1:1/none")
    monkeypatch.setenv("EVENTS_SECRET", "s" * 32)
    monkeypatch.setenv("PORT", "0" * 4 + "1")
    for command in ("migrate", "verify"):
        ended = run(command)
        assert (ended.exit_code, ended.stderr.count("\n")) == (1, 1)
        assert "DATABASE_URL" in ended.stderr
        assert "secretword" not in ended.stderr


def test_the_description_of_the_api_is_printed_without_any_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "not a port")
    schema = json.loads(run("openapi").stdout)
    assert schema["openapi"].startswith("3.1")
    assert "/api/v1/leads" in schema["paths"]


@pytest.mark.parametrize(
    ("option", "value"),
    [("slug", "Not A Slug"), ("slug", "a" * 61), ("country", "Thailand"), ("owner", "nobody"), ("legal_name", " ")],
)
def test_a_wrong_option_of_a_new_organisation_is_named(option: str, value: str, environment: Path) -> None:
    ended = run("organisation", "create", *options(**{option: value}))
    assert (ended.exit_code, f"--{option.replace('_', '-')}" in ended.stderr) == (2, True)
    assert not (environment / "postgres").exists()


@pytest.fixture
def own_database(
    postgres: EmbeddedPostgres, environment: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], None]]:
    """An empty database that DATABASE_URL names, on the tests' server; runs SQL there as its owner."""

    def execute(sql: str, database: str = "cli") -> None:
        async def do() -> None:
            connection = await asyncpg.connect(postgres.dsn("postgres", database))
            await connection.execute(sql)
            await connection.close()

        asyncio.run(do())

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PORT", str(free.getsockname()[1]))
    monkeypatch.setenv("DATABASE_URL", postgres.dsn("postgres", "cli"))
    monkeypatch.setenv("EVENTS_SECRET", "a secret of the command line's tests")
    execute("create database cli", "postgres")
    yield execute
    execute("drop database cli with (force)", "postgres")


def test_a_database_of_ones_own_from_empty_to_tampered_with(own_database: Callable[[str], None]) -> None:
    not_migrated = run("serve")
    assert (not_migrated.exit_code, not_migrated.stderr.rpartition("run: ")[2]) == (1, "events migrate\n")

    assert run("migrate").stdout.splitlines()[0] == "ran 0001_main_job"
    assert run("migrate").stdout == "The database stands at this version.\n"

    founded, again = (run("organisation", "create", *options()) for _ in range(2))
    assert (founded.exit_code, founded.stdout) == (0, again.stdout)
    assert "/sign-in" in founded.stdout

    whole = run("verify")
    assert (whole.exit_code, "FAILS" in whole.stdout, whole.stdout.endswith("proofs hold.\n")) == (0, False, True)

    own_database("insert into seal values (1, '0', '9', 1, '', '', '', '', now())")  # a seal that nobody signed
    tampered = run("verify")
    assert (tampered.exit_code, "FAILS  every seal is signed" in tampered.stdout) == (1, True)

    own_database("create or replace function release.policy_version() returns text immutable language sql return 'old'")
    other_policy = run("serve")
    assert (other_policy.exit_code, other_policy.stderr.rpartition("run: ")[2]) == (1, "events migrate\n")


HEADING = "name,email,job_title,company,address,country,phone,age_band,sponsors,badge_scan,scanned_by,withhold,then"
GOOD = "มาลี ใจงาม,malee@people.example,,,,TH,,20+,S1,yes,S2,phone,withdraw:S1"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([], "row 1: the heading is missing"),
        ([HEADING.replace("sponsors,", "")], "row 1: the column sponsors is missing"),
        ([HEADING], "names nobody"),
        ([HEADING, GOOD, "only,three,cells"], "row 3: 3 cells stand where the heading has 13 columns"),
        ([HEADING, GOOD, GOOD], "row 3, column email: malee@people.example stands twice"),
        ([HEADING, GOOD.replace("malee@people.example", "malee")], "row 2, column email: 'malee' is no address"),
        ([HEADING, GOOD.replace("TH", "Thailand")], "row 2, column country: 'Thailand' must be two capital letters"),
        ([HEADING, GOOD.replace("TH,,", "TH,12345,")], "row 2, column phone: '12345': Write a telephone number that can exist"),
        ([HEADING, GOOD.replace("20+", "17")], "row 2, column age_band: '17' must be one of 0-10, 11-15, 16-19, 20+"),
        ([HEADING, GOOD.replace("S1,yes", "S9,yes")], "row 2, column sponsors: 'S9' must be one of S1, S2, S3, S4 or ALL"),
        ([HEADING, GOOD.replace("yes", "maybe")], "row 2, column badge_scan: 'maybe' must be yes or no"),
        ([HEADING, GOOD.replace("phone,w", "shoe size,w")], "row 2, column withhold: 'shoe size' must be one of name"),
        ([HEADING, GOOD.replace("withdraw:S1", "vanish")], "row 2, column then: 'vanish' must be withdraw:S1"),
        ([HEADING, GOOD.replace("มาลี ใจงาม", " ")], "row 2, column name: this cell is needed"),
        ([HEADING, GOOD.replace("มาลี ใจงาม", "ม" * 201)], "row 2, column name: at most 200 characters"),
    ],
)
def test_a_list_of_people_that_cannot_be_played_names_row_and_column(lines: list[str], sentence: str, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    ended = run("tour", str(file))
    assert (ended.exit_code, ended.stderr.count("\n")) == (1, 1)
    assert sentence in ended.stderr


def test_a_list_that_is_not_utf_8_says_so(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(HEADING.encode() + b"\n" + "มาลี".encode("tis-620"))
    assert "is not UTF-8" in run("tour", str(file)).stderr


def test_a_tour_without_a_server_says_how_to_start_one() -> None:
    ended = run("tour", "--url", "http://127.0.0.1:9")
    assert (ended.exit_code, "make run" in ended.stderr) == (1, True)


def test_a_tour_to_a_server_with_a_certificate_that_is_not_trusted_says_so(tmp_path: Path) -> None:
    made = certificate_for(IPv4Address("127.0.0.1"), tmp_path, datetime.now(UTC))
    trusted = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trusted.load_cert_chain(made.chain, made.key)

    class Quiet(ThreadingHTTPServer):
        def finish_request(self, request: Any, client_address: Any) -> None:
            with suppress(OSError):  # the client leaves within the handshake
                trusted.wrap_socket(request, server_side=True)

    with Quiet(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        serving = Thread(target=server.serve_forever)
        serving.start()
        try:
            ended = run("tour", "--url", f"https://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            serving.join()
    assert (ended.exit_code, len(ended.stderr.splitlines())) == (1, 1)
    assert "is not trusted here" in ended.stderr
    assert "No server answers" not in ended.stderr


def test_our_own_list_has_fifty_people_and_every_case() -> None:
    people = read_people(None)
    assert len(people) == 50
    assert {guest.age_band for guest in people} == {"0-10", "11-15", "16-19", "20+"}
    assert {guest.then.partition(":")[0] for guest in people} == {"", "withdraw", "optout", "cancel"}
    assert {guest.badge_scan for guest in people} == {True, False}
    assert [guest.email for guest in people if not guest.email.endswith(".example")] == []
