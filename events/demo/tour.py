"""The tour: the main job played against a running server, over HTTP only, every answer held against the plain expectation."""

import asyncio
import csv
import io
import re
import secrets
import ssl
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
from rich import box
from rich.console import Console
from rich.table import Table

from events.demo import story
from events.demo.acting import API, Organiser, Phone, Refused, Registrant, World, all_of, both, confirm, form_of, ok, register
from events.demo.tour_people import AGREED, CARD, SPONSORS, BadCsv, Expected, Guest, expected, read_people

FIELDS: Final = tuple({"field": name, "required": name in {"name", "email"}} for name in CARD)
PURPOSES: Final = ("sponsor_sharing", "badge_scan")
# S3 and S4 keep their data abroad, under standard contractual clauses
HOMES: Final = {"S1": "TH", "S2": "TH", "S3": "SG", "S4": "US"}


class NoTour(Exception):
    """The tour could not be played, or something differed; the message says what."""


def play(people: Path | None, url: str) -> None:
    """Play it. Raises NoTour when the file, the server or an answer is not as it should be."""
    console = Console(highlight=False, width=None if Console().is_terminal else 120)
    try:
        guests = read_people(people)
        asyncio.run(_Tour(console, url.rstrip("/"), guests).play())
    except (BadCsv, Refused) as error:
        raise NoTour(str(error)) from error
    except httpx.TransportError as error:
        if _is_of_the_certificate(error):
            raise NoTour(
                f"The certificate of {url} is not trusted here: play the tour against a demo over http, started with `make run`"
                " without LAN=1."
            ) from error
        raise NoTour(
            f"No server answers at {url} ({type(error).__name__}): start it with `make run`, or name it with --url."
        ) from error


def _is_of_the_certificate(error: BaseException | None) -> bool:
    """Whether a failed connection began with a certificate: the HTTP client has its own error around it."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None


class _Tour:
    def __init__(self, console: Console, url: str, guests: Sequence[Guest]) -> None:
        self.console, self.url, self.guests = console, url, guests
        self.run = secrets.token_hex(3)
        self.slug = f"tour-{self.run}"
        self.steps = 0
        self.mismatches: list[str] = []
        self.parties: dict[str, str] = {}
        self.admins: dict[str, httpx.AsyncClient] = {}
        self.registrants: dict[str, Registrant] = {}
        # how often each person's line was handed to each sponsor
        self.handed: Counter[tuple[str, str]] = Counter()

    async def play(self) -> None:
        async with World(self.url) as world:
            await self._set_up(await self._organiser(world))
            await self._register(world)
            await self._scan(world)
            await self._download(world, "first", afterwards=False)
            await self._take_back()
            await self._download(world, "second", afterwards=True)
            await self._recalls()
            await self._who_got_what()
        if self.mismatches:
            shown = "; ".join(self.mismatches[:10])
            more = f"; and {len(self.mismatches) - 10} more" if len(self.mismatches) > 10 else ""
            raise NoTour(f"{len(self.mismatches)} answers differ from the expectation: {shown}{more}")
        self._say("Every answer was as expected.")

    def _step(self, words: str) -> None:
        self.steps += 1
        self._say(f"{self.steps}. {words}")

    def _say(self, words: str) -> None:
        self.console.print(words, markup=False, soft_wrap=True)

    def _hold(self, what: str, want: object, got: object) -> None:
        if want != got:
            self.mismatches.append(f"{what}: expected {want}, got {got}")

    async def _organiser(self, world: World) -> Organiser:
        answer = await world.visitor().get("/mailbox.json")
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise NoTour(f"The server at {self.url} has no demo mailbox: start it with `events serve --demo`.")
        ok(answer)
        client = await world.sign_in(story.OWNER)
        if client is None:
            raise NoTour(
                f"{story.OWNER} could not sign in: fill in the demo data (`events demo`), "
                "or wait a quarter of an hour after five tours in a row."
            )
        self._step(f"{story.OWNER} signed in by the link in her mail")
        return Organiser(client)

    async def _set_up(self, organiser: Organiser) -> None:
        now = datetime.now(UTC)
        a_year = {"valid_from": now.isoformat(), "valid_until": (now + timedelta(days=365)).isoformat()}
        starts_at = now + timedelta(minutes=5)
        await organiser.post(
            "events",
            {
                "slug": self.slug,
                "kind": "in_person",
                "titles": both(f"งานตัวอย่าง {self.run}", f"Tour event {self.run}"),
                "places": both("กรุงเทพฯ", "Bangkok"),
                "languages": ["th", "en"],
                "time_zone": "Asia/Bangkok",
                "starts_at": starts_at.isoformat(),
                "ends_at": (starts_at + timedelta(hours=8)).isoformat(),
            },
        )
        await organiser.put(f"events/{self.slug}/fields", {"fields": FIELDS})
        await organiser.post(f"events/{self.slug}/ticket-types", {"names": both("บัตรทั่วไป", "General")})
        for purpose in PURPOSES:
            words = {"purpose": purpose, "effective_from": now.isoformat(), "wording": story.WORDS[purpose]}
            await organiser.post(f"events/{self.slug}/texts", words | {"fields": list(CARD), "uses": list(story.USES)})
        for n, sponsor in enumerate(SPONSORS):
            domain = f"{sponsor.lower()}-{self.run}.example"
            agreement = {"fields": list(AGREED[sponsor]), "uses": list(story.USES)} | a_year
            party = await organiser.add_party(
                "sponsor", f"{sponsor} Co., Ltd.", f"{sponsor}-{self.run}", [HOMES[sponsor]], domain, agreement=agreement
            )
            if HOMES[sponsor] != "TH":
                clauses = {"country": HOMES[sponsor], "mechanism": "scc", "reference": "SCC", "regimes": ["pdpa", "gdpr"]}
                await organiser.post(f"parties/{party}/safeguards", clauses | a_year)
            await organiser.post(f"parties/{party}/members", {"email": f"booth@{domain}", "role": "admin"})
            await organiser.post(f"events/{self.slug}/sponsors", {"party": party, "position": n})
            self.parties[sponsor] = party
        await organiser.post(f"events/{self.slug}/publish")
        self._step(
            f"The event {self.slug} stands, with sponsors {', '.join(SPONSORS)}, two consent texts and a ticket, and is published"
        )

    async def _register(self, world: World) -> None:
        form = await form_of(world, self.slug, "th")
        switched_on = [question["purpose"] for question in form["content"]["questions"] if question["default"]]
        self._hold("boxes that are ticked beforehand", [], switched_on)
        ticket = form["content"]["tickets"][0]["id"]
        await all_of(*(register(world, self.slug, form, self._filled(guest, ticket)) for guest in self.guests))
        self._step(f"{len(self.guests)} people filled in the form; each got a mail")
        found = await all_of(*(self._confirm(world, guest) for guest in self.guests))
        self.registrants = dict(zip((guest.email for guest in self.guests), found, strict=True))
        lifted = sum(await all_of(*(registrant.opt_in_again() for registrant in found)))
        self._step(
            f"{len(found)} people pressed the button behind their link"
            + (f"; {lifted} lifted the opt-out of an earlier tour" if lifted else "")
        )

    def _filled(self, guest: Guest, ticket: str) -> dict[str, Any]:
        named = [{"purpose": "sponsor_sharing", "recipient": self.parties[s]} for s in guest.sponsors]
        return {
            "ticket": ticket,
            "fields": {name: value for name, value in guest.card.items() if value},
            "consents": [*named, *([{"purpose": "badge_scan"}] if guest.badge_scan else [])],
            "withheld_fields": list(guest.withhold),
            "age_band": guest.age_band,
            "residence": guest.card["country"],
        }

    async def _confirm(self, world: World, guest: Guest) -> Registrant:
        token = await world.mailed_token(guest.email, "confirm")
        if token is None:
            raise NoTour(f"No mail with a link reached {guest.email}.")
        return await confirm(world, guest.email, token)

    async def _scan(self, world: World) -> None:
        """Each sponsor's phone scans its visitors; the phone hears `lead` exactly where the badge box was ticked."""
        scans = 0
        for sponsor in SPONSORS:
            self.admins[sponsor] = await self._admin(world, sponsor)
            phone = await Phone.enrol(world, self.admins[sponsor], "devices/enrolments", self.slug, f"{sponsor} phone")
            visitors = [guest for guest in self.guests if sponsor in guest.scanned_by]
            codes = await all_of(*(self.registrants[guest.email].badge() for guest in visitors))
            unknown = "7" * 20
            verdicts = await phone.scan([*codes, unknown], datetime.now(UTC))
            may_have = expected(self.guests, sponsor, afterwards=False)
            for guest, verdict in zip(visitors, verdicts, strict=False):
                line = may_have.get(guest.email)
                # §3.1: the phone answers on the ground of the badge box alone; who ticked the form stands in the list
                want = "lead" if line is not None and line.basis in {"scan", "both"} else "saved_not_shared"
                self._hold(f"{sponsor}'s phone scans {guest.card['name']}", want, verdict)
                self.handed[guest.email, sponsor] += want == "lead"
            self._hold(f"{sponsor}'s phone scans a code that nobody has", "saved_not_shared", verdicts[-1])
            scans += len(verdicts)
        self._step(f"{len(SPONSORS)} phones joined their booths and made {scans} scans")

    async def _admin(self, world: World, sponsor: str) -> httpx.AsyncClient:
        email = f"booth@{sponsor.lower()}-{self.run}.example"
        client = await world.sign_in(email)
        if client is None:
            raise NoTour(f"No sign-in mail reached {email}.")
        return client

    async def _download(self, world: World, which: str, *, afterwards: bool) -> None:
        table = Table(title=f"{which} download", box=None if not self.console.is_terminal else box.ROUNDED, title_justify="left")
        for heading in ("sponsor", "expected", "got", "by form", "by scan", "both", "fields", "as expected"):
            table.add_column(heading, justify="right" if heading in {"expected", "got", "by form", "by scan", "both"} else "left")
        for sponsor in SPONSORS:
            want = expected(self.guests, sponsor, afterwards=afterwards)
            got = await self._leads(sponsor)
            for email in want:
                self.handed[email, sponsor] += 1
            as_expected = self._hold_leads(f"{sponsor}'s {which} download", want, got)
            grounds = Counter(basis for _, basis in got)
            fields = [name for name in CARD if any(name in values for values, _ in got)]
            counts = (len(want), len(got), grounds["form"], grounds["scan"], grounds["both"])
            table.add_row(sponsor, *map(str, counts), ", ".join(fields) or "-", "yes" if as_expected else "NO")
        self._step(f"Each sponsor took its leads as CSV: the {which} time")
        self.console.print(table)

    async def _leads(self, sponsor: str) -> list[tuple[dict[str, str], str]]:
        """Every line of the file: the fields that hold something, and the ground."""
        asked = {"event": self.slug, "use": "follow_up", "accept_terms": "true"}
        answer = await self.admins[sponsor].get(f"{API}/leads.csv", params=asked)
        if not answer.is_success:
            ok(answer)
        lines = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
        return [({name: line[name] for name in CARD if line.get(name)}, line["basis"]) for line in lines]

    def _hold_leads(self, what: str, want: Mapping[str, Expected], got: Sequence[tuple[Mapping[str, str], str]]) -> bool:
        wanted = Counter((_cells(line.values), line.basis) for line in want.values())
        found = Counter((tuple(sorted(values.items())), basis) for values, basis in got)
        for (cells, basis), times in (wanted - found).items():
            self.mismatches.append(f"{what} lacks {dict(cells)} by {basis}" + (f" ({times} times)" if times > 1 else ""))
        for (cells, basis), times in (found - wanted).items():
            self.mismatches.append(
                f"{what} has {dict(cells)} by {basis}, which nobody allowed" + (f" ({times} times)" if times > 1 else "")
            )
        return wanted == found

    async def _take_back(self) -> None:
        doing: dict[str, Callable[[Registrant], Any]] = {
            "withdraw:all": Registrant.withdraw_everything,
            "optout": Registrant.opt_out,
            "cancel": Registrant.cancel,
        }
        done: Counter[str] = Counter()
        for guest in self.guests:
            if not guest.then:
                continue
            person = self.registrants[guest.email]
            if guest.then in doing:
                await doing[guest.then](person)
            else:
                await person.withdraw_from(self.parties[guest.then.removeprefix("withdraw:")])
            done[guest.then] += 1
        self._step("People took things back: " + (", ".join(f"{n} × {act}" for act, n in sorted(done.items())) or "nobody did"))

    def _lost(self, sponsor: str) -> set[str]:
        """Of whom the sponsor has data that it may no longer use."""
        return set(expected(self.guests, sponsor, afterwards=False)) - set(expected(self.guests, sponsor, afterwards=True))

    async def _recalls(self) -> None:
        told = []
        for sponsor in SPONSORS:
            page = ok(await self.admins[sponsor].get(f"{API}/recalls", params={"limit": 200}))
            self._hold(f"recalls that {sponsor} was sent", min(len(self._lost(sponsor)), 200), len(page["items"]))
            for recall in page["items"]:
                ok(await self.admins[sponsor].post(f"{API}/recalls/{recall['id']}/ack"))
            told.append(f"{sponsor} {len(page['items'])}")
        self._step("Sponsors were told what to stop using, and confirmed it: " + ", ".join(told))

    async def _who_got_what(self) -> None:
        """What each person reads about herself, line by line, against what was handed out above."""
        lines = 0
        for guest, mine in zip(
            self.guests, await all_of(*(self.registrants[g.email].disclosures() for g in self.guests)), strict=True
        ):
            names = {party: sponsor for sponsor, party in self.parties.items()}
            got = Counter(names.get(line["recipient"], line["recipient_name"]) for line in mine)
            want = Counter({s: n for s in SPONSORS if (n := self.handed[guest.email, s])})
            self._hold(f"hand-overs that {guest.card['name']} sees", dict(want), dict(got))
            called_back = {names.get(line["recipient"]) for line in mine if line["recalled_at"]}
            self._hold(
                f"sponsors whose data of {guest.card['name']} was called back",
                {s for s in SPONSORS if guest.email in self._lost(s)},
                called_back,
            )
            lines += len(mine)
        self._step(f"{len(self.guests)} people looked up who got their data: {lines} hand-overs, each by name, time and field")
        busiest = max(self.guests, key=lambda guest: sum(self.handed[guest.email, s] for s in SPONSORS))
        for line in (await self.registrants[busiest.email].disclosures())[:5]:
            given = f"{line['recipient_name']} got {', '.join(line['fields'])} by {line['basis']} at {line['at'][:19]}"
            self._say(f"   {busiest.card['name']}: {given}{', called back' if line['recalled_at'] else ''}")


def _cells(values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, _cell(value)) for name, value in values.items()))


def _cell(value: str) -> str:
    """A value as a spreadsheet may safely open it: one line, and no start of a formula, unless it is a telephone number."""
    line = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", value)
    if re.fullmatch(r"\+\d[\d ()-]*", line, re.ASCII):
        return line
    visible = [c for c in line if not c.isspace() and unicodedata.category(c) != "Cf"]
    return f"'{line}" if visible and visible[0] in "=+-@＝＋－＠﹢﹣﹦﹫−⁺⁻⁼₊₋₌" else line
