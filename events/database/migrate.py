"""Bring a database to this version: roles, numbered migrations, then every function and policy from its one current file."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import io
import os
from importlib import resources
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from events.database.connections import NotUsable
from events.database.engine import using

ROLES = ("events_owner", "events_gate", "events_app", "events_release")
LOGINS = ("events_app", "events_release")
# later files use what earlier ones define; the doors are owned by events_gate, all else by events_owner
SCRIPTS = (
    ("events_owner", "database/roles.sql"),
    ("events_owner", "access/access.sql"),
    ("events_owner", "phones/phones.sql"),
    ("events_owner", "consent/ledger.sql"),
    ("events_owner", "release/policy.sql"),
    ("events_owner", "release/changes.sql"),
    ("events_owner", "release/ledger.sql"),
    ("events_owner", "consent/form.sql"),
    ("events_owner", "messages/outbox.sql"),
    ("events_owner", "registration/register.sql"),
    ("events_gate", "release/doors/callers.sql"),
    ("events_gate", "release/doors/leads.sql"),
    ("events_gate", "release/doors/scans.sql"),
    ("events_gate", "release/doors/lists.sql"),
    ("events_gate", "release/doors/notes.sql"),
    ("events_gate", "release/doors/affiliates.sql"),
    ("events_gate", "release/doors/hours.sql"),
    ("events_gate", "release/doors/recalls.sql"),
    ("events_gate", "release/doors/why.sql"),
    ("events_gate", "release/seals.sql"),
)
FORGET_FUNCTIONS = """
do $$
declare
    f record;
    dropped boolean := true;
begin
    -- functions lean on one another: go round until nothing more falls; what policies and triggers hold is replaced in place
    while dropped loop
        dropped := false;
        for f in select p.oid::regprocedure as signature from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                 where n.nspname in ('access', 'consent', 'registration', 'messages', 'release')
                   and pg_get_userbyid(p.proowner) = current_user loop
            begin
                execute 'drop function ' || f.signature;
                dropped := true;
            exception when dependent_objects_still_exist then null;
            end;
        end loop;
    end loop;
end $$;
"""


def read_script(name: str) -> str:
    return (resources.files("events") / name).read_text(encoding="utf-8")


def policy_version() -> str:
    """Which policy decides: the first 16 hex digits of policy.sql's sha256; written into every release."""
    return hashlib.sha256(read_script("release/policy.sql").encode()).hexdigest()[:16]


async def migrate(admin_dsn: str, *, passwords: dict[str, str] | None = None) -> list[str]:
    """Run what has not run yet, in one transaction under a lock; returns the names of the new migrations.

    `passwords` (login → password) is for a server that asks for them; only their SCRAM verifiers are sent.
    Raises NotUsable when the server is too old or the login may not create roles.
    """
    os.environ.setdefault("PICCOLO_CONF", "events.database.piccolo_conf")
    connection = await asyncpg.connect(admin_dsn, timeout=30)
    try:
        if connection.get_server_version().major < 18:
            raise NotUsable(f"PostgreSQL 18 or newer is needed; this server is {connection.get_server_version().major}.")
        async with connection.transaction():
            await connection.execute("set local lock_timeout = '60s'; set local statement_timeout = '15min'")
            await connection.execute("select pg_advisory_xact_lock(6272026)")
            await _make_roles(connection, passwords or {})
            await connection.execute("set local role events_owner")
            new = await _run_numbered(connection)
            for role in ("events_gate", "events_owner"):
                await connection.execute(f"set local role {role}")
                await connection.execute("alter default privileges revoke execute on functions from public")
                await connection.execute(FORGET_FUNCTIONS)
            for role, name in SCRIPTS:
                await connection.execute(f"set local role {role}")
                await connection.execute(read_script(name).replace("{policy_version}", policy_version()))
                if role == "events_owner":
                    await connection.execute("grant execute on all functions in schema release, consent to events_gate")
    except asyncpg.InsufficientPrivilegeError as error:
        raise NotUsable(
            f"The login in DATABASE_URL may not do this: {error}. It needs CREATEROLE and CREATE on the database."
        ) from error
    else:
        return new
    finally:
        await connection.close()


async def _make_roles(connection: asyncpg.Connection[Any], passwords: dict[str, str]) -> None:
    for role in ROLES:
        if not await connection.fetchval("select 1 from pg_roles where rolname = $1", role):
            await connection.execute(f"create role {role} {'login' if role in LOGINS else 'nologin'} nobypassrls")
    for role, password in passwords.items():
        if role not in LOGINS:
            raise ValueError(role)
        await connection.execute(f"alter role {role} password '{scram_verifier(password)}'")
    me = await connection.fetchval("select current_user")
    database = await connection.fetchval("select quote_ident(current_database())")
    for role in ("events_owner", "events_gate"):
        await connection.execute(f'grant {role} to "{me}" with set true, inherit true')
        await connection.execute(f"grant create, connect on database {database} to {role}")
    await connection.execute(f"grant connect on database {database} to events_app, events_release")
    await connection.execute("grant create, usage on schema public to events_owner")


async def _run_numbered(connection: asyncpg.Connection[Any]) -> list[str]:
    from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager  # noqa: PLC0415  # reads PICCOLO_CONF
    from piccolo.apps.migrations.tables import Migration  # noqa: PLC0415

    with using(connection), contextlib.redirect_stdout(io.StringIO()):
        manager = ForwardsMigrationManager(app_name="events")
        await manager.create_migration_table()
        before = set(await Migration.get_migrations_which_ran("events"))
        result = await manager.run()
        if not result.success:
            raise NotUsable(f"A migration failed: {result.message}")
        return sorted(set(await Migration.get_migrations_which_ran("events")) - before)


def scram_verifier(password: str, salt: bytes | None = None) -> str:
    """The SCRAM-SHA-256 verifier of a password (RFC 5803), so that the password itself never reaches the server's log."""
    salt = salt or os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 4096)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    code = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256$4096:{code[0]}${code[1]}:{code[2]}"


def login_dsn(admin_dsn: str, login: str, password: str) -> str:
    """The same server and database, as one of the run-time logins."""
    parts = urlsplit(admin_dsn)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{login}:{quote(password, safe='')}@{place}"))
