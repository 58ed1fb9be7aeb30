"""The running database itself: who may touch what, and that the schema on the page is the schema that stands."""

import asyncpg
import pytest
from piccolo.columns import Array, Column
from piccolo.table import Table

from events import tables
from events.database.connections import Database
from events.database.embedded import EmbeddedPostgres
from events.database.migrate import policy_version

PERSONAL = {
    "person", "organisation_member", "party_member", "registration", "registration_key", "consent_event", "consent_head", "badge",
    "device", "device_enrolment", "scan", "visit", "block_event", "subject_block", "request", "release", "disclosure", "recall",
    "download", "session", "magic_link", "api_client", "outbox", "asset", "asset_visit",
    "event_session", "lead_note", "lead_question", "door_lookup",
}  # fmt: skip
EVIDENCE = {"consent_event", "block_event", "release", "disclosure", "seal", "notice", "served_form", "agreement", "consent_text"}
PUBLIC_FACTS = {
    "organisation", "party", "agreement", "safeguard", "notice", "event", "sponsorship", "ticket_type", "seat_slot", "event_field",
    "consent_text", "served_form", "seal", "idempotency", "rate_limit", "migration",
}  # fmt: skip


@pytest.fixture
async def admin(postgres: EmbeddedPostgres, database: Database):  # type: ignore[no-untyped-def]
    connection = await asyncpg.connect(postgres.dsn("postgres"))
    yield connection
    await connection.close()


async def _tables(admin: asyncpg.Connection) -> set[str]:
    return {
        r[0]
        for r in await admin.fetch("select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'")
    }


async def test_every_table_is_either_personal_or_a_public_fact(admin: asyncpg.Connection) -> None:
    assert await _tables(admin) == PERSONAL | PUBLIC_FACTS


@pytest.mark.requirement("S11-sec-1")
async def test_the_release_login_can_touch_no_table_at_all(admin: asyncpg.Connection) -> None:
    granted = await admin.fetch(
        "select c.relname, p from pg_class c, unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p"
        " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm', 'p')"
        " and (has_table_privilege('events_release', c.oid, p)"
        "      or (p in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') and has_any_column_privilege('events_release', c.oid, p)))"
    )
    assert granted == []


@pytest.mark.requirement("S11-sec-1")
async def test_the_release_login_executes_the_doors_and_nothing_else(admin: asyncpg.Connection) -> None:
    executable = await admin.fetch(
        "select n.nspname || '.' || p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        " where n.nspname not in ('pg_catalog', 'information_schema') and has_function_privilege('events_release', p.oid, 'EXECUTE')"
        " order by 1"
    )
    doors = [
        "acknowledge_recall",
        "acknowledge_recalls",
        "allow_list",
        "count_open_recalls",
        "delete_note",
        "heading",
        "keep_note",
        "lead_hours",
        "leads_version",
        "list_place",
        "look_at_scan",
        "note_file",
        "prepare_download",
        "recalled_leads",
        "take_affiliate_registrations",
        "take_event_recalls",
        "take_leads",
        "take_recalls",
        "take_scans",
    ]
    assert [row[0] for row in executable] == [f"release.{door}" for door in doors]


async def test_no_run_time_login_is_a_superuser_or_bypasses_row_level_security(admin: asyncpg.Connection) -> None:
    roles = await admin.fetch(
        "select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcanlogin from pg_roles where rolname like 'events_%' order by 1"
    )
    assert [tuple(r) for r in roles] == [
        ("events_app", False, False, False, True),
        ("events_gate", False, False, False, False),
        ("events_owner", False, False, False, False),
        ("events_release", False, False, False, True),
    ]
    memberships = await admin.fetch(
        "select 1 from pg_auth_members where member in ('events_app'::regrole, 'events_release'::regrole)"
    )
    assert memberships == []


@pytest.mark.requirement("S11-sec-1")
async def test_every_table_with_personal_data_forces_row_level_security(admin: asyncpg.Connection) -> None:
    forced = await admin.fetch("select relname from pg_class where relrowsecurity and relforcerowsecurity")
    assert PERSONAL - {r[0] for r in forced} == set()


async def test_a_run_time_login_without_a_scope_sees_no_personal_row(admin: asyncpg.Connection, database: Database) -> None:
    for table in sorted(PERSONAL):
        if await admin.fetchval("select has_table_privilege('events_app', $1, 'SELECT')", table):
            assert await database.call(f"select * from {table} limit 1") == [], table


@pytest.mark.requirement("S11-sec-1", "S11-sec-2")
async def test_evidence_takes_no_change_from_any_run_time_role(admin: asyncpg.Connection) -> None:
    allowed = await admin.fetch(
        "select t, r, p from unnest($1::text[]) t, unnest(array['events_app', 'events_release']) r,"
        " unnest(array['UPDATE', 'DELETE', 'TRUNCATE']) p where has_table_privilege(r, t::regclass, p) order by 1, 2, 3",
        sorted(EVIDENCE),
    )
    # a text's end may be set; a trigger keeps its words and scope
    assert [tuple(row) for row in allowed] == [("consent_text", "events_app", "UPDATE")]


@pytest.mark.requirement("S11-sec-2", "S12-ver-1")
@pytest.mark.parametrize("table", sorted(EVIDENCE))
async def test_a_trigger_refuses_changes_even_to_the_owner(admin: asyncpg.Connection, table: str) -> None:
    triggers = await admin.fetch(
        "select tgtype from pg_trigger where tgrelid = $1::regclass and not tgisinternal and tgenabled = 'O'", table
    )
    events = {bit for row in triggers for bit in (8, 16) if row["tgtype"] & bit and row["tgtype"] & 2}
    assert events == {8, 16}, "BEFORE DELETE and BEFORE UPDATE"


async def test_doors_are_owned_by_the_gate_and_fix_their_search_path(admin: asyncpg.Connection) -> None:
    loose = await admin.fetch(
        "select p.proname, pg_get_userbyid(p.proowner) as owner, p.proconfig from pg_proc p where p.prosecdef"
        " and p.pronamespace::regnamespace::text in ('access', 'consent', 'registration', 'messages', 'release')"
        " and (p.proconfig is null or not p.proconfig::text like '%search_path%'"
        "      or pg_get_userbyid(p.proowner) not in ('events_owner', 'events_gate'))"
    )
    assert loose == []


async def test_the_policy_that_decides_is_the_policy_on_file(admin: asyncpg.Connection) -> None:
    assert await admin.fetchval("select release.policy_version()") == policy_version()


def _all_tables() -> list[type[Table]]:
    return [t for t in vars(tables).values() if isinstance(t, type) and issubclass(t, Table) and t is not Table]


def _type_of(column: Column) -> str:
    names = {"TIMESTAMPTZ": "timestamp with time zone", "BIGSERIAL": "bigint"}
    if isinstance(column, Array):
        return f"{_type_of(column.base_column)}[]"
    return names.get(column.column_type, str(column.column_type).lower())


async def test_the_schema_on_the_page_is_the_schema_that_stands(admin: asyncpg.Connection) -> None:
    """Migration drift: every table, column, type and NOT NULL of events/tables.py against the migrated database."""
    on_page = {(t._meta.tablename, c._meta.name, _type_of(c), not c._meta.null) for t in _all_tables() for c in t._meta.columns}
    standing = await admin.fetch(
        "select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull"
        " from pg_attribute a join pg_class c on c.oid = a.attrelid"
        " where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped"
        " and c.relname <> 'migration' and format_type(a.atttypid, a.atttypmod) <> 'xid8'"
    )
    assert on_page == {tuple(row) for row in standing}
