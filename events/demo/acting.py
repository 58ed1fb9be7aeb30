"""People, phones and sponsors who act through the public API alone, in one process with it or across the network."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

API = "/api/v1"
MOST_WAITS = 120


class Refused(Exception):
    """The API said no where the story needs a yes; the message says to what, and with which words."""


def ok(answer: httpx.Response) -> Any:
    """What a good answer says; raises Refused for any other."""
    if not answer.is_success:
        raise Refused(f"{answer.request.method} {answer.request.url.path} answered {answer.status_code}: {answer.text[:600]}")
    return answer.json() if answer.content else None


class World:
    """One server, whether it is across the network or in this process; makes clients that share its transport."""

    def __init__(self, base_url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.base_url = base_url
        # no proxy from the environment: the demo's server is on this machine
        self._transport = transport or httpx.AsyncHTTPTransport(retries=1, limits=httpx.Limits(max_connections=20))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._transport.aclose()

    def visitor(self) -> httpx.AsyncClient:
        """Somebody without any credential. Nothing to close: the transport is the world's."""
        return httpx.AsyncClient(
            transport=self._transport, base_url=self.base_url, trust_env=False, timeout=60, headers={"accept-language": "en"}
        )

    async def mails(self, to: str | None = None) -> list[dict[str, Any]]:
        """What stands in the demo's mailbox, newest first."""
        found: list[dict[str, Any]] = ok(await self.visitor().get("/mailbox.json", params={"to": to} if to else {}))["items"]
        return found

    async def mailed_token(self, to: str, where: str) -> str | None:
        """The token of the newest link to that page in the mails to this address; None when there is none."""
        return next((token for mail in await self.mails(to) if (token := token_in(mail["body"], where))), None)

    async def sign_in(self, email: str) -> httpx.AsyncClient | None:
        """A client of this person, by the link in her mail; None when no mail came or its link was used."""
        client = self.visitor()
        ok(await client.post(f"{API}/sign-in", json={"email": email}))
        token = await self.mailed_token(email, "sign-in")
        if token is None:
            return None
        answer = await client.post(f"{API}/sessions", json={"token": token})
        return client if answer.is_success else None


def token_in(body: str, where: str) -> str | None:
    found = re.search(rf"/{where}\?token=([\w-]+)", body)
    return found[1] if found else None


def both(thai: str, english: str) -> dict[str, str]:
    return {"th": thai, "en": english}


@dataclass(frozen=True, slots=True)
class Organiser:
    """Somebody who may set up events."""

    client: httpx.AsyncClient

    async def get(self, path: str) -> Any:
        return ok(await self.client.get(f"{API}/organiser/{path}"))

    async def post(self, path: str, body: object = None) -> Any:
        return ok(await self.client.post(f"{API}/organiser/{path}", json=body))

    async def put(self, path: str, body: object) -> Any:
        return ok(await self.client.put(f"{API}/organiser/{path}", json=body))

    async def add_party(
        self, kind: str, legal_name: str, number: str, countries: Sequence[str], domain: str, *, agreement: Mapping[str, Any]
    ) -> str:
        """A party with its privacy notice registered and an agreement; returns its id."""
        party = await self.post(
            "parties",
            {
                "kind": kind,
                "legal_name": legal_name,
                "registration_number": number,
                "countries": list(countries),
                "contact_email": f"privacy@{domain}",
                "notice_url": f"https://{domain}/privacy",
                "notice_sha256": sha256(f"The privacy notice of {legal_name}".encode()).hexdigest(),
            },
        )
        await self.post(f"parties/{party['id']}/agreements", dict(agreement))
        return str(party["id"])


@dataclass(frozen=True, slots=True)
class Registrant:
    """Somebody who registered and confirmed, with the session that the confirmation gave her."""

    client: httpx.AsyncClient
    email: str
    registration: str

    @property
    def path(self) -> str:
        return f"{API}/me/registrations/{self.registration}"

    async def badge(self) -> str:
        return str(ok(await self.client.get(self.path))["badge"])

    async def withdraw_from(self, recipient: str) -> None:
        act = {"act": "withdraw", "purpose": "sponsor_sharing", "recipient": recipient}
        ok(await self.client.put(f"{self.path}/consents", json={"acts": [act]}))

    async def withdraw_everything(self) -> None:
        ok(await self.client.delete(f"{self.path}/consents"))

    async def opt_out(self) -> None:
        ok(await self.client.put(f"{API}/me/blocks/opt_out_third"))

    async def opt_in_again(self) -> bool:
        """Lift an opt-out that stands; False when there was none."""
        if "opt_out_third" not in ok(await self.client.get(f"{API}/me/blocks"))["blocks"]:
            return False
        ok(await self.client.delete(f"{API}/me/blocks/opt_out_third"))
        return True

    async def cancel(self) -> None:
        ok(await self.client.delete(self.path))

    async def disclosures(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = ok(await self.client.get(f"{self.path}/disclosures"))["items"]
        return found


async def form_of(world: World, slug: str, language: str) -> dict[str, Any]:
    shown: dict[str, Any] = ok(await world.visitor().get(f"{API}/events/{slug}/form", params={"language": language}))
    return shown


async def register(world: World, slug: str, form: Mapping[str, Any], submission: Mapping[str, Any]) -> None:
    """Send a filled-in form; a mail follows. Waits when the server says that so many come too fast."""
    body = {"served_form": form["id"], "form_sha256": form["sha256"], **submission}
    waits = 0
    while True:
        answer = await world.visitor().post(f"{API}/events/{slug}/registrations", json=body)
        if answer.status_code != httpx.codes.TOO_MANY_REQUESTS or waits == MOST_WAITS:
            break
        waits += 1
        await asyncio.sleep(int(answer.headers.get("retry-after", "1")))
    ok(answer)


async def confirm(world: World, email: str, token: str) -> Registrant:
    """Press the button behind the mailed link."""
    client = world.visitor()
    return Registrant(client, email, ok(await client.post(f"{API}/confirmations", json={"token": token}))["registration"])


class Phone:
    """A phone of a booth or a door. Its access token is short-lived, so everything it does starts with a new one."""

    def __init__(self, client: httpx.AsyncClient, device: str, refresh_token: str) -> None:
        self._client, self.device, self._refresh_token = client, device, refresh_token
        self._scans: dict[str, str] = {}

    @classmethod
    async def enrol(cls, world: World, desk: httpx.AsyncClient, path: str, slug: str, helper: str, place: str = "") -> "Phone":
        """Join a desk with a code that its admin was given."""
        code = ok(await desk.post(f"{API}/{path}", json={"event": slug, "place": place}))["code"]
        client = world.visitor()
        made = ok(await client.post(f"{API}/devices/enrol", json={"code": code, "helper": helper}))
        return cls(client, made["device"], made["refresh_token"])

    async def _pass(self) -> dict[str, str]:
        fresh = ok(await self._client.post(f"{API}/devices/token", json={"refresh_token": self._refresh_token}))
        self._refresh_token = fresh["refresh_token"]
        return {"authorization": f"Bearer {fresh['access_token']}"}

    async def scan(self, codes: Sequence[str], at: datetime, kind: str = "booth", session: str | None = None) -> list[str]:
        """The verdicts, in the order of the codes; `session` is at whose door this is."""
        may = await self._pass()
        scans = _scans(codes, at, kind, session)
        verdicts: dict[str, str] = {}
        for n in range(0, len(scans), 200):
            answer = await self._client.post(f"{API}/scans", json={"scans": scans[n : n + 200]}, headers=may)
            verdicts |= {item["id"]: item["verdict"] for item in ok(answer)["items"]}
        self._scans |= {scan["code"]: scan["id"] for scan in scans}
        return [verdicts[scan["id"]] for scan in scans]

    async def hand_over(self, codes: Sequence[str], at: datetime) -> None:
        """What waited on a phone that was revoked meanwhile: it is put aside, and the phone is told why."""
        answer = await self._client.post(f"{API}/scans", json={"scans": _scans(codes, at, "booth")}, headers=await self._pass())
        if answer.status_code != httpx.codes.UNAUTHORIZED:
            ok(answer)

    async def questions(self) -> list[dict[str, Any]]:
        """What the booth asks about a lead."""
        found: list[dict[str, Any]] = ok(await self._client.get(f"{API}/device", headers=await self._pass()))["questions"]
        return found

    async def note(self, code: str, at: datetime, rating: int | None, answers: Mapping[str, Any], words: str) -> None:
        """Note something about a badge that this phone scanned and that became a lead."""
        body = {"rating": rating, "answers": dict(answers), "note": words, "written_at": at.isoformat()}
        ok(await self._client.put(f"{API}/scans/{self._scans[code]}/note", json=body, headers=await self._pass()))

    async def report(self, waiting: int, app_version: str) -> None:
        """Say how many scans wait on it, and what it runs."""
        body = {"waiting": waiting, "app_version": app_version}
        ok(await self._client.put(f"{API}/device/status", json=body, headers=await self._pass()))

    async def look_up(self, typed: str) -> list[dict[str, Any]]:
        """Whom the door finds under what was typed."""
        found = ok(await self._client.post(f"{API}/device/lookups", json={"q": typed}, headers=await self._pass()))
        return list(found["items"])

    async def let_in(self, registration: str, at: datetime) -> None:
        """Let somebody in who was looked up."""
        body = {"id": str(uuid4()), "registration": registration, "at": at.isoformat(), "kind": "entry"}
        ok(await self._client.post(f"{API}/device/check-ins", json=body, headers=await self._pass()))


def _scans(codes: Sequence[str], at: datetime, kind: str, session: str | None = None) -> list[dict[str, str]]:
    where = {} if session is None else {"session": session}
    return [{"id": str(uuid4()), "code": code, "at": at.isoformat(), "kind": kind} | where for code in codes]


async def all_of(*jobs: Any, at_once: int = 8) -> list[Any]:
    """Results in order, a few at a time."""
    gate = asyncio.Semaphore(at_once)

    async def one(job: Any) -> Any:
        async with gate:
            return await job

    return await asyncio.gather(*(one(job) for job in jobs))
