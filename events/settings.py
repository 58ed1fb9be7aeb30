"""Every setting of the program: one frozen dataclass, read from the environment, wrong values named and explained."""

import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit


class WrongSetting(Exception):
    """A setting that cannot work; the message names it and says what would."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment decides. `secret` is the root of every key; see `key_for`.

    `lan` is for `events serve --lan`: phones of the local network come to `host` (events.lan).
    """

    secret: bytes = field(repr=False)
    database_url: str | None = field(default=None, repr=False)
    var: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = "http://127.0.0.1:8000"
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str = "events@localhost"
    demo: bool = False
    lan: bool = False
    pool_size: int = 10
    statement_cache: int = 100
    pool_wait: float = 5.0
    registrations_per_minute: int = 600

    @property
    def secure(self) -> bool:
        """Whether visitors come over https; decides the `__Host-` cookie and HSTS."""
        return self.base_url.startswith("https://")

    def key_for(self, purpose: str) -> bytes:
        """32 bytes for one purpose, derived from the secret; two purposes never share a key."""
        return hmac.new(self.secret, purpose.encode(), sha256).digest()


DOCUMENTED: Mapping[str, tuple[str, str]] = {
    "DATABASE_URL": (
        "the embedded Postgres under EVENTS_VAR",
        "a Postgres 18 or newer, as a login that may create roles",
    ),
    "EVENTS_SECRET": (
        "made once under EVENTS_VAR",
        "32 or more characters; the root of every key. Needed with DATABASE_URL",
    ),
    "EVENTS_VAR": ("./var", "folder for the embedded database, the secret and the checkpoints"),
    "HOST": ("127.0.0.1", "address to listen on"),
    "PORT": ("8000", "port to listen on"),
    "EVENTS_BASE_URL": ("http://HOST:PORT", "how visitors reach the server; links in mails start with it"),
    "EVENTS_SMTP_URL": (
        "none: mail stays in the outbox",
        "smtp://user:password@host:587 (STARTTLS) or smtps://host:465",
    ),
    "EVENTS_MAIL_FROM": ("events@localhost", "sender address of mails"),
    "EVENTS_DEMO": ("0", "1 opens the local mailbox page; refused unless HOST is a loopback address"),
    "EVENTS_POOL_SIZE": ("10", "database connections per login and process"),
    "EVENTS_POOL_WAIT": ("5", "seconds to wait for a free connection before answering 503"),
    "EVENTS_REGISTRATIONS_PER_MINUTE": ("600", "registrations from one network address; 0 for no limit"),
    "EVENTS_STATEMENT_CACHE": ("100", "prepared statements per connection; 0 behind pgbouncer in transaction mode"),
}


def _whole(environ: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = environ.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise WrongSetting(f"{name}={text!r} must be a whole number from {low} to {high}.")
    return int(text)


def _secret(environ: Mapping[str, str], var: Path) -> bytes:
    if given := environ.get("EVENTS_SECRET"):
        if len(given) < 32:
            raise WrongSetting("EVENTS_SECRET must have 32 or more characters; make one with: openssl rand -hex 32")
        return given.encode()
    if environ.get("DATABASE_URL"):
        raise WrongSetting("EVENTS_SECRET is needed beside DATABASE_URL; make one with: openssl rand -hex 32")
    path = var / "secret"
    try:
        var.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            made = var / f"secret.{secrets.token_hex(4)}"
            made.touch(mode=0o600)
            made.write_text(secrets.token_hex(32), encoding="ascii")
            made.rename(path)
        return path.read_bytes()
    except OSError as error:
        raise WrongSetting(f"EVENTS_VAR={str(var)!r} cannot be used: {error.strerror}.") from error


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process.

    Raises WrongSetting, naming the variable and what it takes.
    """
    unknown = sorted(
        n for n in environ if n.startswith("EVENTS_") and n not in DOCUMENTED and n not in {"EVENTS_PG_BIN", "EVENTS_DB_OS_USER"}
    )
    if unknown:
        raise WrongSetting(f"{unknown[0]} is no setting of this program; known are {', '.join(DOCUMENTED)}.")
    var = Path(environ.get("EVENTS_VAR", "var")).absolute()
    host, port = environ.get("HOST") or "127.0.0.1", _whole(environ, "PORT", 8000, 1, 65535)
    base = (environ.get("EVENTS_BASE_URL") or f"http://{host}:{port}").rstrip("/")
    if urlsplit(base).scheme not in {"http", "https"} or not urlsplit(base).netloc or urlsplit(base).path:
        raise WrongSetting(f"EVENTS_BASE_URL={base!r} must be like https://events.example, without a path.")
    database = environ.get("DATABASE_URL") or None
    if database and urlsplit(database).scheme not in {"postgresql", "postgres"}:
        raise WrongSetting("DATABASE_URL must start with postgresql://.")
    smtp = environ.get("EVENTS_SMTP_URL") or None
    if smtp and (urlsplit(smtp).scheme not in {"smtp", "smtps"} or not urlsplit(smtp).hostname):
        raise WrongSetting("EVENTS_SMTP_URL must be like smtp://host:587 or smtps://host:465.")
    demo = environ.get("EVENTS_DEMO", "0")
    if demo not in {"0", "1"}:
        raise WrongSetting(f"EVENTS_DEMO={demo!r} must be 0 or 1.")
    if demo == "1" and host not in {"127.0.0.1", "::1", "localhost"}:
        raise WrongSetting("EVENTS_DEMO=1 shows every mail to anyone: HOST must be 127.0.0.1.")
    return Settings(
        secret=_secret(environ, var),
        database_url=database,
        var=var,
        host=host,
        port=port,
        base_url=base,
        smtp_url=smtp,
        mail_from=environ.get("EVENTS_MAIL_FROM") or "events@localhost",
        demo=demo == "1",
        pool_size=_whole(environ, "EVENTS_POOL_SIZE", 10, 1, 500),
        statement_cache=_whole(environ, "EVENTS_STATEMENT_CACHE", 100, 0, 10000),
        registrations_per_minute=_whole(environ, "EVENTS_REGISTRATIONS_PER_MINUTE", 600, 0, 1_000_000),
        pool_wait=float(_whole(environ, "EVENTS_POOL_WAIT", 5, 1, 600)),
    )
