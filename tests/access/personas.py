"""Everybody who ever asks this product for something, around one attendee whose every value is a canary."""

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZipFile, is_zipfile

import httpx
from pypdfium2 import PdfDocument

from events.access.permissions import Role
from events.access.tokens import SESSION_LIFETIME, digest, new_secret
from events.messages.unsubscribing import unsubscribe_token
from tests.conftest import SETTINGS
from tests.leads.fair import Fair, Visitor
from tests.people import another_event, ok
from tests.world import World, build_world

# the columns of the matrix; A and B are two attendees, and the two sponsors of the event
PERSONAS: Mapping[str, tuple[Role, str]] = {
    "any": (Role.ANYONE, "nobody: no credential"),
    "atA": (Role.ATTENDEE, "the attendee"),
    "atB": (Role.ATTENDEE, "another attendee of the same event"),
    "heA": (Role.SPONSOR_HELPER, "a helper of sponsor A, to whom the attendee gave her data"),
    "heB": (Role.SPONSOR_HELPER, "a helper of sponsor B, from whom she took it back"),
    "adA": (Role.SPONSOR_ADMIN, "the admin of sponsor A"),
    "adB": (Role.SPONSOR_ADMIN, "the admin of sponsor B"),
    "adX": (Role.SPONSOR_ADMIN, "the admin of a sponsor of another organisation"),
    "crA": (Role.SPONSOR_MACHINE, "the API client of sponsor A"),
    "crB": (Role.SPONSOR_MACHINE, "the API client of sponsor B"),
    "phA": (Role.BOOTH_PHONE, "a booth phone of sponsor A"),
    "phB": (Role.BOOTH_PHONE, "a booth phone of sponsor B"),
    "phR": (Role.BOOTH_PHONE, "a booth phone of sponsor A that was revoked"),
    "dor": (Role.DOOR_PHONE, "a phone at the door"),
    "vie": (Role.VIEWER, "the organisation's viewer"),
    "man": (Role.MANAGER, "the organisation's manager"),
    "own": (Role.OWNER, "the organisation's owner"),
    "dpo": (Role.DPO, "the organisation's data protection officer"),
    "owX": (Role.OWNER, "the owner of another organisation"),
    "dpX": (Role.DPO, "the data protection officer of another organisation"),
    "afO": (Role.AFFILIATE_ADMIN, "the admin of the affiliate that organises the event"),
    "afX": (Role.AFFILIATE_ADMIN, "the admin of an affiliate that organises another event of the same organisation"),
    "afM": (Role.AFFILIATE_MACHINE, "the API client of the affiliate that organises the event"),
    "exp": (Role.OWNER, "the owner, with a session that is over"),
    "out": (Role.OWNER, "the owner, with a session that she signed out"),
}


def canaries(name: str) -> dict[str, str]:
    """Values of a card that stand nowhere else in the world."""
    mark = uuid4().hex[:10]
    return {
        "name": f"{name} Name-{mark}",
        "job_title": f"Title-{mark}",
        "company": f"Company-{mark}",
        "address": f"Street-{mark}",
        "phone": f"+66 8 {int(mark, 16) % 10**8:08d}",
    }


def readable(answer: httpx.Response) -> str:
    """All that stands in an answer: headers and body, and what is packed in it: a ZIP (a workbook is one), a PDF, a JWS."""
    parts = [str(answer.headers), answer.content.decode("utf-8", "replace")]
    if is_zipfile(BytesIO(answer.content)):
        with ZipFile(BytesIO(answer.content)) as archive:
            parts += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    if answer.content.startswith(b"%PDF"):
        paper = PdfDocument(answer.content)
        parts += [page.get_textpage().get_text_bounded() for page in paper]
        # badge codes stand in groups on paper
        parts += [part.replace(" ", "") for part in parts[2:]]
        parts += [bytes(paper.get_attachment(n).get_data()).decode("utf-8", "replace") for n in range(paper.count_attachments())]
    if answer.headers.get("content-type") == "application/jose":
        parts += [urlsafe_b64decode(part + "==").decode("utf-8", "replace") for part in answer.text.split(".")]
    return "\n".join(parts)


@dataclass
class Cast:
    """All personas with their credentials. `names` is what the placeholders of the matrix stand for."""

    fair: Fair
    clients: dict[str, httpx.AsyncClient]
    names: dict[str, str]
    a: Visitor
    b: Visitor

    def seen_in(self, answer: httpx.Response) -> set[str]:
        """Which of the two attendees, A and B, anything stands of in the answer.

        A page that refuses links to itself in the other language: the address that was asked is the caller's own.
        """
        text = readable(answer)
        if asked := answer.is_error and answer.request.url.path.partition("/me/")[2]:
            text = text.replace(asked, "")
        return {name for name, canaries in self._canaries.items() if any(canary in text for canary in canaries)}

    @cached_property
    def _canaries(self) -> dict[str, list[str]]:
        return {
            name: [*(value for field, value in who.card.items() if field != "country"), str(who.id), who.attendee.badge]
            for name, who in (("A", self.a), ("B", self.b))
        }

    async def spare(self, name: str) -> str:
        """What a call uses up is made for each call; all else is there once."""
        match name:
            case "unique" | "scan_id":
                return str(uuid4())
            case "member":
                return str((await add_helper(self.fair.world, "S1"))["person"])
            case "download":
                wish = {"format": "json", "event": self.fair.slug, "use": "follow_up", "accept_terms": True}
                return str(ok(await self.clients["adA"].post("/api/v1/leads/downloads", json=wish))["id"])
            case _:
                return self.names[name]


async def add_helper(world: World, party: str) -> Any:
    email = f"helper-{uuid4().hex}@sponsors.example"
    return await world.post(f"/organiser/parties/{world.parties[party]}/members", {"email": email, "role": "helper"})


async def gather(fair: Fair) -> Cast:
    """Let everybody come, and everything happen that a route can be asked about.

    The attendee named A ticked sponsor A and the badge box, sponsor A scanned her badge, and she took her data back from B.
    """
    world, people = fair.world, fair.people
    await begin_online(fair)
    a = await fair.attendee(shares_with=["S1"], badge_scan=True, card=canaries("Alma"))
    b = await fair.attendee(card=canaries("Bela"))
    await a.withdraw(world.parties["S2"])
    phones = {"phA": await people.phone("S1"), "phB": await people.phone("S2"), "phR": await people.phone("S1")}
    phones["dor"] = await people.door_phone()
    await phones["phA"].scan(a.attendee.badge)
    ok(await (await world.admin("S1")).delete(f"/api/v1/devices/{phones['phR'].id}"))
    elsewhere = await build_world(world.database, world.clock, world.sign_in, world.unique)
    second = await another_event(world, "AFF2")
    clients = {
        "any": people.visit(),
        "atA": a.attendee.client,
        "atB": b.attendee.client,
        "heA": await world.sign_in((await add_helper(world, "S1"))["email"]),
        "heB": await world.sign_in((await add_helper(world, "S2"))["email"]),
        "adA": await world.admin("S1"),
        "adB": await world.admin("S2"),
        "adX": await elsewhere.admin("S1"),
        "crA": (await fair.machine("S1"))[0],
        "crB": (await fair.machine("S2"))[0],
        **{name: phone.client for name, phone in phones.items()},
        "vie": await world.staff("viewer"),
        "man": await world.staff("manager"),
        "own": world.owner,
        "dpo": await world.staff("dpo"),
        "owX": elsewhere.owner,
        "dpX": await elsewhere.staff("dpo"),
        "afO": await world.admin("AFF1"),
        "afX": await second.admin("AFF2"),
        "afM": (await fair.machine("AFF1"))[0],
        "exp": await late_session(fair),
        "out": await world.sign_in(world.owner_email),
    }
    cookie = clients["out"].cookies["session"]
    ok(await clients["out"].delete("/api/v1/session"))
    clients["out"].cookies.set("session", cookie, domain="events.example")
    return Cast(fair, clients, await things(fair, a), a, b)


async def begin_online(fair: Fair) -> None:
    """The event begins in some minutes, and can be joined."""
    soon = {"starts_at": (fair.clock.now + timedelta(minutes=20)).isoformat(), "join_url": "https://live.example/room"}
    await fair.world.patch(f"/organiser/events/{fair.slug}", soon)


async def late_session(fair: Fair) -> httpx.AsyncClient:
    """The owner with a session that ended a second ago."""
    world, token = fair.world, new_secret()
    await world.database.call(
        "select access.open_session($1, access.person_of($2, $3), $3, $4)",
        digest(token),
        world.owner_email,
        fair.clock.now - timedelta(seconds=1),
        fair.clock.now - SESSION_LIFETIME,
    )
    client = fair.people.visit()
    client.cookies.set("session", token, domain="events.example")
    return client


async def failed_mail(fair: Fair, email: str) -> str:
    """The badge mail to this address, after an attempt that failed."""
    made = "update outbox set last_error = 'OSError', attempts = 1 where recipient = $1 and kind = 'badge' returning id"
    return str(await fair.sql.fetchval(made, email))


async def things(fair: Fair, a: Visitor) -> dict[str, str]:
    """One thing of each kind that a path or a body can name; the sponsor's are A's, the attendee's are hers."""
    world = fair.world
    leaving = await fair.attendee(shares_with=["S1"])
    ok(await fair.people.pull("S1"))
    await leaving.withdraw(world.parties["S1"])
    admin = await world.admin("S1")
    [recall] = ok(await admin.get("/api/v1/recalls"))["items"]
    [scan] = ok(await a.attendee.client.get(f"{a.attendee.path}/scans"))["items"]
    slides = {"kind": "slides", "titles": {"th": "สไลด์", "en": "Slides"}, "url": "https://files.example/slides"}
    asset = await world.post(f"/organiser/events/{fair.slug}/assets", slides)
    talk = {"titles": {"th": "บรรยาย", "en": "Talk"}, "starts_at": "2027-03-11T09:00:00Z", "ends_at": "2027-03-11T10:00:00Z"}
    session = await world.post(f"/organiser/events/{fair.slug}/sessions", talk)
    form = await fair.people.form()
    crm = ok(await admin.post("/api/v1/clients", json={"name": "machine"}))
    return {
        "unsubscribe": unsubscribe_token(SETTINGS.key_for("unsubscribe"), a.id),
        "mail": await failed_mail(fair, a.attendee.email),
        "slug": fair.slug,
        "registration": str(a.id),
        "scan": scan["id"],
        "own_scan": str(await fair.sql.fetchval("select client_id from scan where id = $1", UUID(scan["id"]))),
        "badge": a.attendee.badge,
        "now": fair.clock.now.isoformat(),
        "asset": asset["id"],
        "session": session["id"],
        "party": str(world.parties["S1"]),
        "ticket": str(world.tickets["standard"]),
        "booth_phone": str((await fair.people.phone("S1")).id),
        "door_phone": str((await fair.people.door_phone()).id),
        "client": crm["client_id"],
        "secret": crm["client_secret"],
        "spare_client": str((await fair.machine("S1"))[1]),
        "recall": recall["id"],
        "staff": (await world.post("/organiser/staff", {"email": f"mai@{world.slug}.example", "role": "viewer"}))["person"],
        "teammate": str((await add_helper(world, "S1"))["person"]),
        "form": form["id"],
        "form_sha256": form["sha256"],
        "sha256": form["content"]["notice"]["sha256"],
    }
