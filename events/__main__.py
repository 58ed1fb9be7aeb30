"""The command line: `python -m events`, or `events` once installed."""

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Coroutine
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, NoReturn

import click
import msgspec

from events import serving
from events.app import create_app, system_clock
from events.database.connections import Database, NotUsable
from events.database.embedded import DatabaseUnavailable
from events.demo.build import fill
from events.demo.card import card, phone_card, plain_card
from events.demo.tour import NoTour, play
from events.hosting.actions import found_organisation
from events.hosting.rules import Country, Email, Name, Slug
from events.lan import CA_FILE, certificate_for, lan_settings
from events.release.seals import Sealer
from events.release.verify import verify as prove
from events.settings import DOCUMENTED, Settings, WrongSetting, read_settings
from events.web.openapi import describe

EPILOG = "\b\nSettings (environment):\n" + "\n".join(
    f"  {name}\n      {meaning} [{default}]" for name, (default, meaning) in DOCUMENTED.items()
)


class Program(click.Group):
    """Ends in one sentence where somebody can mend something: 2 for a wrong setting, 1 for everything else."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WrongSetting as error:
            _end(error, 2)
        except (DatabaseUnavailable, NotUsable, serving.CannotServe, NoTour) as error:
            _end(error, 1)


def _end(error: Exception, status: int) -> NoReturn:
    click.echo(f"events: {error}", err=True)
    sys.exit(status)


def say(sentence: str) -> None:
    """A line of progress; results go to standard output, progress does not."""
    click.echo(sentence, err=True)


@click.group(cls=Program, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def main() -> None:
    """Event registration, badge scans and sponsor leads that people can trust with their name.

    Start with `events serve --demo`, and then, in another terminal, `events tour`.
    """
    # the root stays at warnings: an HTTP client would log addresses, and ours hold tokens
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("events").setLevel(logging.INFO)


@main.command(short_help="Run the server.")
@click.option(
    "--demo", is_flag=True, help="Fill in the demo data first, and open the local mailbox page (as EVENTS_DEMO=1 does)."
)
@click.option(
    "--lan", is_flag=True, help="Serve https on this machine's address in the local network, for real phones, and print a QR."
)
def serve(demo: bool, lan: bool) -> None:
    """Run the server until Ctrl-C or SIGTERM.

    Without DATABASE_URL it starts its own Postgres under EVENTS_VAR and brings it up to date. With DATABASE_URL,
    run `events migrate` first.

    With --lan phones in the same network reach it. Their cameras need https, so it makes a certificate for this address
    alone, kept under EVENTS_VAR; HOST chooses among several networks. The demo's mailbox opens on this machine only.
    """
    environ = os.environ | ({"EVENTS_DEMO": "1"} if demo else {})
    settings = lan_settings(environ) if lan else read_settings(environ)
    certificate = certificate_for(IPv4Address(settings.host), settings.var / "lan", system_clock()) if lan else None

    async def prepare(database: Database) -> None:
        if demo:
            await fill(settings, database, system_clock(), say)

    async def started(database: Database) -> None:
        if lan:
            phone_card(settings, CA_FILE)
        if demo:
            await card(settings, database, system_clock())
        else:
            plain_card(settings)

    serving.serve(settings, say, prepare=prepare, started=started, certificate=certificate)


@main.command(short_help="Bring the database to this version.")
def migrate() -> None:
    """Bring the database to this version: logins, tables, functions.

    Needed before the first `events serve` with DATABASE_URL and after every update; twice does no harm. The login in
    DATABASE_URL must be allowed to create roles.
    """
    settings = read_settings()
    with serving.database_of(settings, say) as place:
        new = asyncio.run(serving.bring_up(place, settings))
    for name in new:
        click.echo(f"ran {name}")
    click.echo("The database stands at this version.")


@main.command(short_help="Fill in the demo data, once.")
def demo() -> None:
    """Fill in the demo data: an organisation, three events, eight sponsors, 400 invented people.

    Does nothing when they are there. Refused with DATABASE_URL unless EVENTS_DEMO=1.
    """
    settings = read_settings()
    if settings.database_url and not settings.demo:
        raise WrongSetting("Set EVENTS_DEMO=1 if you want invented people in the database of DATABASE_URL.")
    _with_database(replace(settings, demo=True), lambda database: fill(settings, database, system_clock(), say))


@main.command(short_help="Play the whole story against a running demo, and check it.")
@click.argument("people", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", default=None, help="Where the server answers.  [default: http://127.0.0.1:$PORT]")
def tour(people: Path | None, url: str | None) -> None:
    """Play the whole story against a running demo server, over HTTP only, and check every answer.

    An organiser sets up an event with four sponsors S1 to S4; the people of the CSV register and confirm by mail;
    phones scan; each sponsor downloads; people take things back; each sponsor downloads again. What everybody should
    get is worked out from the CSV by itself. Ends with 1 when anything differs, and says what.

    \b
    Columns of PEOPLE (UTF-8, with this heading; without a file, 50 invented people):
      name, email, job_title, company, address, country (TH), phone
      age_band    0-10, 11-15, 16-19 or 20+
      sponsors    who is ticked on the form: S1;S3, or ALL, or nothing
      badge_scan  yes or no: may booths scan the badge
      scanned_by  whose booths scan it: S2;S4, or ALL, or nothing
      withhold    fields switched off for everybody: phone;address
      then        withdraw:S1, withdraw:all, optout, cancel, or nothing
    """
    play(people, url or f"http://127.0.0.1:{os.environ.get('PORT') or 8000}")


@main.command(short_help="Prove the book: every hash, seal and hand-over.")
def verify() -> None:
    """Prove the book: recompute every hash and seal, and check the ground of every sponsor's line at its time.

    Reads only, and may run beside the server. Ends with 1 when any proof fails.
    """
    settings = read_settings()
    with serving.database_of(settings, say) as place:
        checks = asyncio.run(serving.explained(prove(place.admin, Sealer(settings)), settings))
    for check in checks:
        click.echo(f"{'FAILS' if check.failures else 'holds'}  {check.says} ({check.examined} examined)")
        for failure in check.failures:
            click.echo(f"       {failure}")
    failed = sum(1 for check in checks if check.failures)
    click.echo(f"{len(checks) - failed} of {len(checks)} proofs hold.")
    sys.exit(1 if failed else 0)


@main.command(short_help="Print the API's description as JSON.")
def openapi() -> None:
    """Print the OpenAPI 3.1 description of the API as JSON. Needs no database and no setting."""
    nothing: Any = None
    app = create_app(Settings(secret=bytes(32)), nothing)
    click.echo(msgspec.json.format(msgspec.json.encode(describe(app.litestar)), indent=2))


@main.group()
def organisation() -> None:
    """Found the organisations that host events."""


class Founding(msgspec.Struct, frozen=True):
    """What is known of a new organisation, in the shapes that the API demands of such words."""

    slug: Slug
    legal_name: Name
    contact: Email
    dpo_name: Name
    dpo_email: Email
    country: Country
    owner: Email


@organisation.command()
@click.option("--slug", required=True, help="Short name, like acme-events.")
@click.option("--legal-name", required=True, help="Who stands on every form as the controller.")
@click.option("--contact", required=True, help="E-mail address for attendees.")
@click.option("--dpo-name", required=True, help="Data protection officer.")
@click.option("--dpo-email", required=True, help="Her e-mail address.")
@click.option("--country", required=True, help="Two letters, like TH.")
@click.option("--owner", required=True, help="E-mail address of the first owner; she signs in with it and takes on the others.")
def create(**given: str) -> None:
    """Found an organisation with its first owner. Doing it again changes nothing."""
    try:
        new = msgspec.convert(given, Founding)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        raise click.BadParameter(what, param_hint=f"--{where.rstrip('`').replace('_', '-')}") from error
    if len(new.slug) > 60:
        raise click.BadParameter("At most 60 characters.", param_hint="--slug")
    settings = read_settings()
    made = _with_database(
        settings,
        lambda database: found_organisation(
            database,
            slug=new.slug,
            legal_name=new.legal_name,
            contact_email=new.contact,
            dpo_name=new.dpo_name,
            dpo_email=new.dpo_email,
            country=new.country,
            owner_email=new.owner.lower(),
            now=system_clock(),
        ),
    )
    click.echo(f"{new.legal_name} is organisation {made}; {new.owner} signs in at {settings.base_url}/sign-in")


def _with_database(settings: Settings, doing: Callable[[Database], Coroutine[Any, Any, Any]]) -> Any:
    return serving.run(settings, doing, say)


if __name__ == "__main__":
    main(prog_name="events")
