"""What stands on the terminal once the server answers."""

from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Final

import segno
from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from events.access.tokens import digest, new_secret
from events.database.connections import Database
from events.demo import story
from events.settings import Settings

LINKS_LAST: Final = timedelta(hours=12)  # a demo is read slowly; real links live for 15 minutes
WIDE: Final = 110  # a frame in a narrower terminal would cut links in two
PEOPLE: Final = (
    ("attendee", story.GUIDE_NAME, story.GUIDE),
    ("organiser", "owner", story.OWNER),
    ("data protection", story.DPO_NAME, story.DPO),
    ("sponsor", story.SPONSORS[0].name, story.SPONSORS[0].admin),
    ("affiliate", story.AFFILIATE_NAME, story.AFFILIATE_ADMIN),
)
TRY: Final = (
    "Open the attendee's link and press the button: “My registrations” opens, and from there her badge and her choices.",
    "A browser is one person at a time: open each other link in another one, or in a private window. “English” is at the top.",
    "Open the sponsor's link, press the button, and follow “Your booth”: leads and notes, phones, downloads, recalls.",
    "There, under “Phones”, add one: a QR for it appears. No phone at hand? Open {scan} here, and type the code under the QR.",
    "Scan the attendee's badge with it, or type the code below its QR: “Already scanned”, for this booth has met her before.",
    "For a new lead, register somebody at {register}, let booths scan the badge, and press the link in the mail in the mailbox.",
    "Scan the badge that the page shows then (it is in the mailbox too), and see the lead arrive on the sponsor's page.",
    "Open the organiser's link, press the button, and follow “Events of the organisation”: phones at the doors, and look-ups.",
    "All leads as a file, once the sponsor is signed in: {leads}",
    "Each link works once. For another, ask at {sign_in} with the address beside the name: it comes to the mailbox.",
)
TRY_ON_A_PHONE: Final = "With a real phone, whose camera needs https: stop, and start again with  {lan}"
TRY_THE_TOUR: Final = "In another terminal:  {tour}   plays the whole story with 50 people and checks every answer."


def phone_card(settings: Settings, authority: str) -> None:
    """How a phone of the local network gets here: a QR to open the app, and how it comes to trust this server."""
    console = Console(highlight=False)
    app = f"{settings.base_url}/scan/"
    qr = StringIO()
    segno.make_qr(app).terminal(out=qr, compact=True)
    for line in (
        "On a phone in the same network, open this with its camera:",
        qr.getvalue(),
        f"  {app}",
        "",
        "The phone does not know this server: press Advanced, and go on. The camera works then.",
        "So that the app is kept and works without a network too, let the phone trust the server, once a year:",
        f"  1. open {app}{authority} on the phone, and keep the file",
        "  2. Android: Settings, Security, Encryption & credentials, Install a certificate, CA certificate.",
        "     iPhone: Settings, Profile Downloaded, Install; then General, About, Certificate Trust Settings, switch it on.",
        "  It speaks for this address alone; take it off again when you are done.",
        "",
    ):
        console.print(line, soft_wrap=True, markup=False)


def plain_card(settings: Settings) -> None:
    """Where the server is and where mail goes; for a server without demo."""
    console = Console(highlight=False)
    console.print(f"Events is running at {settings.base_url}  (API viewer: {settings.base_url}/api)", soft_wrap=True)
    if settings.smtp_url is None and not settings.demo:
        console.print("Mail waits in the outbox: set EVENTS_SMTP_URL to send it.", soft_wrap=True)
    console.print("Stop with Ctrl-C.", soft_wrap=True)


async def card(settings: Settings, database: Database, now: datetime) -> None:
    """What runs, fresh sign-in links for one person of each kind, what to try, how to stop."""
    links = [(kind, f"{name}, {email}", await _link(settings, database, email, now)) for kind, name, email in PEOPLE]
    leads = f"{settings.base_url}/api/v1/leads.csv?event={story.CONFERENCE}&use=follow_up&accept_terms=true"
    # the tour comes by plain http from this machine
    lines = TRY if settings.lan else (*TRY, TRY_ON_A_PHONE, TRY_THE_TOUR)
    places = {
        "scan": f"{settings.base_url}/scan/",
        "register": f"{settings.base_url}/en/events/{story.CONFERENCE}",
        "sign_in": f"{settings.base_url}/en/sign-in",
        "leads": leads,
        "lan": _lan(settings),
        "tour": _tour(settings),
    }
    tries = [line.format_map(places) for line in lines]
    console = Console(highlight=False)
    addresses = (
        ("start page", settings.base_url),
        ("API viewer", f"{settings.base_url}/api"),
        ("mailbox", f"{settings.base_url}/mailbox"),
        ("phone app", f"{settings.base_url}/scan/"),
    )
    if not console.is_terminal or console.width < WIDE:
        _plain(console, addresses, links, tries)
        return
    table = Table.grid(padding=(0, 2))
    for name, address in addresses:
        table.add_row(f"[bold]{name}[/bold]", address)
    table.add_row()
    for kind, name, link in links:
        table.add_row(f"[bold]{kind}[/bold]", f"{name}\n[link={link}]{link}[/link]")
    table.add_row()
    for n, line in enumerate(tries, 1):
        table.add_row(f"[bold]try {n}[/bold]", line)
    table.add_row("[bold]stop[/bold]", "Ctrl-C; the data stays in " + str(settings.var))
    console.print(Panel(table, title="Events is running", border_style="green", expand=False))


def _plain(console: Console, addresses: tuple[tuple[str, str], ...], links: list[tuple[str, str, str]], tries: list[str]) -> None:
    def line(words: str) -> None:
        console.print(words, soft_wrap=True, markup=False)

    line("Events is running")
    for name, address in addresses:
        line(f"  {name}: {address}")
    line("Sign in as")
    for kind, name, link in links:
        line(f"  {kind} ({name}): {link}")
    line("Try")
    for words in tries:
        line(f"  - {words}")
    line("Stop with Ctrl-C")


def _port(settings: Settings) -> str:
    return "" if settings.port == 8000 else f"PORT={settings.port} "


def _lan(settings: Settings) -> str:
    return _port(settings) + ("make run LAN=1" if Path("Makefile").exists() else "events serve --demo --lan")


def _tour(settings: Settings) -> str:
    return _port(settings) + (".venv/bin/python -m events tour" if Path(".venv/bin/python").exists() else "events tour")


async def _link(settings: Settings, database: Database, email: str, now: datetime) -> str:
    token = new_secret()
    [row] = await database.call("select access.person_of($1, $2) as id", email, now)
    await database.call("select access.keep_link($1, $2, null, $3, $4)", digest(token), row["id"], now + LINKS_LAST, now)
    return f"{settings.base_url}/th/sign-in?token={token}"
