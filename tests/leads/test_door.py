"""The door beside others: withdrawals at the same moment, a login that can do nothing else, requests that break off."""

import asyncio
import contextlib
import contextvars
import errno
import json
import threading
from typing import Any

import asyncpg
import pytest

from events.database.connections import Database, Scope
from events.leads.files import Csv
from events.leads.queries import TAKE_LEADS
from events.release.files import write_file
from events.terms import Field
from tests.leads.fair import Fair
from tests.meanwhile import until_it_waits


def args_of(client_id: object, fair: Fair) -> tuple[object, ...]:
    """The arguments of one full pull by a machine."""
    card = [field.value for field in Field]
    return ("client", str(client_id), None, fair.slug, "follow_up", card, "api", None, None, None, None, fair.clock.now, None)


@pytest.mark.requirement("S6-sponsor-13")
async def test_a_withdrawal_waits_for_the_release_in_flight_and_recalls_it(fair: Fair, database: Database) -> None:
    who = await fair.attendee(shares_with=["S1"])
    _, client = await fair.machine("S1")
    outside = contextvars.copy_context()  # inside, this task counts as being in a transaction
    async with asyncio.timeout(20):
        async with database.door() as door:
            first, lead = await door.fetch(TAKE_LEADS, *args_of(client, fair))
            assert (first["refusal"], lead["state"]) == (None, "lead")
            withdrawing = asyncio.create_task(who.withdraw(fair.parties["S1"]), context=outside)
            await until_it_waits(fair.sql)
        await withdrawing
    recalls = await fair.sql.fetch("select registration_id from recall where party_id = $1", fair.parties["S1"])
    assert [recall["registration_id"] for recall in recalls] == [who.id]


@pytest.mark.requirement("S6-sponsor-13")
@pytest.mark.parametrize("path", ["/api/v1/leads", "/api/v1/leads.csv"])
async def test_a_pull_waits_for_the_withdrawal_in_flight_and_gets_nothing(fair: Fair, path: str) -> None:
    who = await fair.attendee(shares_with=["S1"])
    admin = await fair.admin("S1")
    act = [{"purpose": "sponsor_sharing", "act": "withdraw", "actor": "subject", "method": "my_page"}]
    async with asyncio.timeout(20):
        async with fair.sql.transaction():
            await fair.sql.execute("select release.lock_against_releases($1, null, $2)", [fair.world.event], fair.clock.now)
            pulling = asyncio.create_task(admin.get(path, params=fair.asking()))
            await until_it_waits(fair.sql)
            await fair.sql.execute("select consent.record_acts($1, $2, $3)", who.id, json.dumps(act), fair.clock.now)
        answer = await pulling
    assert who.card["email"] not in answer.text
    assert await fair.entries() == [("released", None, 0)]


async def test_a_file_that_breaks_off_leaves_no_entry_and_a_clean_connection(fair: Fair, monkeypatch: pytest.MonkeyPatch) -> None:
    await fair.attendee(shares_with=["S1"])
    admin = await fair.admin("S1")
    writing, go_on, ends = threading.Event(), threading.Event(), []
    write, abandon = Csv.write, Csv.abandon

    def slow(self: Csv, rows: Any) -> None:
        writing.set()
        go_on.wait(10)
        write(self, rows)
        ends.append("written")

    def let_go(self: Csv) -> None:
        ends.append("let go")
        abandon(self)

    with monkeypatch.context() as patch:
        patch.setattr(Csv, "write", slow)
        patch.setattr(Csv, "abandon", let_go)
        asking = asyncio.create_task(admin.get("/api/v1/leads.csv", params=fair.asking()))
        await asyncio.to_thread(writing.wait, 10)
        asking.cancel()
        await asyncio.sleep(0)
        go_on.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asking
    assert ends == ["written", "let go"], "the file was taken away under the thread that writes it"
    assert await fair.entries() == []
    assert (await admin.get("/api/v1/leads.csv", params=fair.asking())).status_code == 200
    assert await fair.entries() == [("released", None, 1)]


@pytest.mark.requirement("S6-sponsor-14")
@pytest.mark.parametrize(
    "statement",
    [
        "select * from registration",
        "select * from consent_event",
        "select * from disclosure",
        "select * from release.decide(gen_random_uuid(), gen_random_uuid(), 'follow_up', '{name}', '2027-01-01')",
        "select release.recall_what_was_lost('{}', '2027-01-01')",
        "select release.note_refusal(null, null, null, 'client', null, 'api', '', '{}', 'denied', 'x', '2027-01-01')",
    ],
)
async def test_the_sponsors_login_can_do_nothing_but_execute_doors(database: Database, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.call_door(statement)


async def test_a_file_cannot_be_noted_on_a_release_of_another_transaction(fair: Fair, database: Database) -> None:
    page = (await (await fair.admin("S1")).get("/api/v1/leads", params=fair.asking())).json()
    await database.call_door("select release.note_file($1, $2)", page["release"], b"x" * 32)
    assert (await fair.book(page["release"]))["file_sha256"] is None


async def test_nobody_hears_why_about_a_registration_of_others(fair: Fair, database: Database) -> None:
    who = await fair.attendee(shares_with=["S1"])
    asked = (who.id, fair.parties["S1"], "follow_up", fair.clock.now)
    async with database.transaction(Scope(organisation=fair.world.organisation)) as connection:
        [reason] = await connection.fetch("select * from release.why($1, $2, $3, $4)", *asked)
    assert (reason["refusal"], reason["basis"]) == (None, "form")
    async with database.transaction(Scope(organisation=fair.parties["S1"])) as connection:
        assert await connection.fetch("select * from release.why($1, $2, $3, $4)", *asked) == []
    with pytest.raises(asyncpg.PostgresError) as refused:
        async with database.transaction() as connection:
            await connection.fetch("select * from release.recall_what_was_lost($1, $2)", [who.id], fair.clock.now)
    assert refused.value.sqlstate == "EV404"


async def test_a_disk_that_is_full_in_the_midst_of_a_file_ends_it_and_leaves_the_connection_whole(
    fair: Fair, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("events.release.files.BATCH", 1)
    for _ in range(3):
        await fair.attendee(shares_with=["S1"])
    _, client = await fair.machine("S1")

    class Full:
        """A writer for which the disk has no room; the next row is being fetched meanwhile."""

        abandoned = False

        def write(self, rows: object) -> None:
            raise OSError(errno.ENOSPC, "no space left")

        def close(self) -> None: ...

        def abandon(self) -> None:
            self.abandoned = True

    full = Full()
    async with database.door() as door:
        with pytest.raises(OSError, match="no space left"):
            await write_file(door, TAKE_LEADS, args_of(client, fair), lambda *_: full)
        assert (full.abandoned, await door.fetchval("select 1")) == (True, 1)
