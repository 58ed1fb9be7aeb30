"""Pages that stand beside the API, without any script: start, links from mails, the demo's mailbox, the API's description."""

import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template
from litestar.template import TemplateConfig

from events.access.actions import ask_to_sign_in, sign_in, sign_out
from events.access.guards import Given, may, session_cookie_name
from events.access.machine_routes import visitor
from events.access.permissions import Permission, Role
from events.access.queries import SignedIn, link_state
from events.access.routes import session_cookie
from events.access.tokens import SESSION_LIFETIME, digest
from events.database.connections import Database
from events.errors import NotFound
from events.hosting.programme.queries import programme_page
from events.messages.texts import choice_in_words
from events.registration.actions import confirm
from events.registration.queries import form_behind
from events.registration.rules import is_email
from events.settings import Settings
from events.terms import Language
from events.web.forms import read_form
from events.web.openapi import describe
from events.web.problems import as_events_error, language_of
from events.web.queries import Mail, mailbox
from events.web.viewer import IN_WORDS, operations

Visitor = Request[Any, Any, Any]
TEMPLATES = TemplateConfig(directory=Path(__file__).parent / "templates", engine=JinjaTemplateEngine)
MEDIA: Final[Mapping[str, str]] = {".css": "text/css"}
STATIC: Final = {
    path.name: (path.read_bytes(), MEDIA[path.suffix])
    for path in (Path(__file__).parent / "static").iterdir()
    if path.suffix in MEDIA
}
TAGS: Final = {name: sha256(content).hexdigest()[:16] for name, (content, _) in STATIC.items()}
EVENTS_SHOWN: Final = 50
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
# the token stands in the page's address: a form may tell where it comes from, but never the whole address
FORM_HEADERS: Final = {"referrer-policy": "strict-origin"}
LOOK_AROUND: Final[Mapping[Role, tuple[str, str, str]]] = {
    Role.VIEWER: ("/api/v1/organiser/events", "งานขององค์กร", "The organisation's events"),
    Role.MANAGER: ("/api/v1/organiser/events", "งานขององค์กร", "The organisation's events"),
    Role.OWNER: ("/api/v1/organiser/events", "งานขององค์กร", "The organisation's events"),
    Role.DPO: ("/api/v1/organiser/events", "งานขององค์กร", "The organisation's events"),
    Role.SPONSOR_ADMIN: ("/api/v1/recalls", "ข้อมูลที่ถูกเรียกคืน", "What must not be used any more"),
}

Token = Annotated[str | None, QueryParameter(max_length=200)]
To = Annotated[str | None, QueryParameter(max_length=254)]


class MailView(msgspec.Struct, frozen=True):
    id: UUID
    to: str
    subject: str
    body: str
    at: datetime


class Mails(msgspec.Struct, frozen=True):
    items: list[MailView]


def page(
    request: Visitor,
    settings: Settings,
    template: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    cookies: list[Cookie] | None = None,
    **facts: Any,
) -> Template:
    """A page in the visitor's language. In templates, `say(thai, english)` picks the words."""
    language = language_of(request.headers.get("accept-language", ""))
    context = {
        "language": language,
        "say": lambda thai, english: thai if language == "th" else english,
        "demo": settings.demo,
        "stylesheet": f"/static/style.css?v={TAGS['style.css']}",
        **facts,
    }
    told = {"content-language": language, "vary": "accept-language"} | (headers or {})
    return Template(template, context=context, status_code=status, headers=told, cookies=cookies or [])


def answer_page(request: Visitor, error: Exception) -> Template:
    """An error of a page, as a page."""
    found = as_events_error(error)
    language: Language = language_of(request.headers.get("accept-language", ""))
    headers = {} if found.retry_after is None else {"retry-after": str(found.retry_after)}
    title = type(found).th if language == "th" else type(found).en
    sentences = [found.sentence(language)] if found.sentence(language) != title else []
    return page(
        request,
        request.app.state.settings,
        "link.html",
        status=found.status,
        headers=headers,
        heading=title,
        sentences=sentences,
        ask_address=found.status == 410,
    )


def an_address(**parts: Any) -> dict[str, Any]:
    """What all our pages have in common."""
    anyone = {"opt": may(Permission.BE_ANYONE), "include_in_schema": False, "exception_handlers": {Exception: answer_page}}
    return anyone | parts


@get("/", **an_address())
async def home(request: Visitor, database: Given[Database], settings: Given[Settings], now: Given[datetime]) -> Template:
    """What this is, and the events one can register for."""
    language = language_of(request.headers.get("accept-language", ""))
    shown = []
    for event in await programme_page(database, now, None, EVENTS_SHOWN):
        zone = ZoneInfo(event.time_zone)
        starts, ends = event.starts_at.astimezone(zone), event.ends_at.astimezone(zone)
        until = f"{ends:%H:%M}" if starts.date() == ends.date() else f"{ends:%Y-%m-%d %H:%M}"
        words = (event.title_th or event.title_en, event.title_en or event.title_th), (event.place_th, event.place_en)
        title, place = (pair[language == "en"] for pair in words)
        shown.append(
            {
                "slug": event.slug,
                "title": title,
                "place": place,
                "language": language if language in event.languages else event.languages[0],
                "when": f"{starts:%Y-%m-%d %H:%M} – {until} ({event.time_zone})",
                "ended": event.ended,
            }
        )
    return page(request, settings, "home.html", events=[event for event in shown if not event["ended"]])


@get("/static/{name:str}", **an_address(sync_to_thread=False))
def static(name: FromPath[str], request: Visitor) -> Response[bytes]:
    """A file of the pages, with an entity tag (RFC 9110 §8.8.3)."""
    if name not in STATIC:
        raise NotFound
    content, media = STATIC[name]
    tag = f'"{TAGS[name]}"'
    headers = {"etag": tag, "cache-control": "public, max-age=3600"}
    if tag in {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}:
        return Response(b"", status_code=304, headers=headers, media_type=media)
    return Response(content, headers=headers, media_type=media)


@get("/sign-in", **an_address())
async def sign_in_page(
    request: Visitor, database: Given[Database], settings: Given[Settings], now: Given[datetime], token: Token = None
) -> Template:
    """The button behind a sign-in link, or the form that asks for one. Opening it changes nothing: mail scanners do that."""
    thai = language_of(request.headers.get("accept-language", "")) == "th"
    state = await link_state(database, token, now) if token else None
    usable = state is not None and state.usable and not state.for_registration
    dead = token is not None and not usable
    waiting = "กดปุ่มเพื่อเข้าสู่ระบบ ลิงก์นี้ใช้ได้ครั้งเดียว" if thai else "Press the button to sign in. The link works once."
    return page(
        request,
        settings,
        "link.html",
        status=410 if dead else 200,
        headers=FORM_HEADERS,
        heading="เข้าสู่ระบบ" if thai else "Sign in",
        sentences=_about_link(thai) if dead else [waiting] if usable else [],
        token=token if usable else None,
        action="/sign-in",
        button="เข้าสู่ระบบ" if thai else "Sign in",
        ask_address=not usable,
    )


@post("/sign-in", status_code=200, **an_address())
async def press_sign_in(request: Visitor, database: Given[Database], settings: Given[Settings], now: Given[datetime]) -> Template:
    """Spend a sign-in link, or mail a new one to the address that was typed."""
    form = await read_form(request, settings)
    if "token" not in form:
        return await _mail_a_link(request, database, settings, form.get("email", "").strip(), now)
    session, her = await sign_in(database, form["token"], request.cookies.get(session_cookie_name(settings)), now)
    cookie = session_cookie(settings, session, int(SESSION_LIFETIME.total_seconds()))
    return _signed_in(request, settings, her, cookie)


async def _mail_a_link(request: Visitor, database: Database, settings: Settings, email: str, now: datetime) -> Template:
    thai = language_of(request.headers.get("accept-language", "")) == "th"
    good = is_email(email)
    if good:
        await ask_to_sign_in(database, email, visitor(request), settings.base_url, now)
    heading = ("กรุณาเปิดอีเมลของคุณ", "Look into your mail") if good else ("ตรวจสอบอีเมลอีกครั้ง", "Look at the address again")
    sentence = (
        ("หากอีเมลนี้อยู่ในระบบ เราได้ส่งลิงก์ที่ใช้ได้ 15 นาที", "If we know this address, a link is on its way. It works for 15 minutes.")
        if good
        else ("กรุณากรอกอีเมลในรูปแบบ name@company.example", "Write an e-mail address like name@company.example.")
    )
    return page(
        request,
        settings,
        "link.html",
        status=200 if good else 422,
        headers=FORM_HEADERS,
        heading=heading[not thai],
        sentences=[sentence[not thai]],
        ask_address=not good,
    )


def _signed_in(request: Visitor, settings: Settings, her: SignedIn, cookie: Cookie) -> Template:
    thai = language_of(request.headers.get("accept-language", "")) == "th"
    links = [
        ("/api/v1/session", "ฉันคือใคร" if thai else "Who I am"),
        ("/api/v1/me/registrations", "การลงทะเบียนของฉัน" if thai else "My registrations"),
    ]
    for address, in_thai, in_english in dict.fromkeys(LOOK_AROUND[m.role] for m in her.memberships if m.role in LOOK_AROUND):
        links.append((address, in_thai if thai else in_english))
    return page(
        request,
        settings,
        "signed_in.html",
        headers=FORM_HEADERS,
        cookies=[cookie],
        email=her.email,
        capacities=[(her.names[m.body], IN_WORDS[m.role][not thai]) for m in her.memberships],
        links=links,
    )


@post("/sign-out", status_code=200, **an_address())
async def press_sign_out(
    request: Visitor, database: Given[Database], settings: Given[Settings], now: Given[datetime]
) -> Template:
    """End the session of this browser."""
    await read_form(request, settings)
    brought = request.cookies.get(session_cookie_name(settings))
    if brought is not None:
        await sign_out(database, digest(brought).hex(), now)
    thai = language_of(request.headers.get("accept-language", "")) == "th"
    return page(
        request,
        settings,
        "link.html",
        cookies=[session_cookie(settings, "", 0)],
        heading="ออกจากระบบแล้ว" if thai else "You are signed out",
        sentences=[],
    )


@get("/confirm", **an_address())
async def confirm_page(
    request: Visitor, database: Given[Database], settings: Given[Settings], now: Given[datetime], token: Token = None
) -> Template:
    """The button behind the mail of a registration, beside all that it would make count. Opening it changes nothing."""
    language = language_of(request.headers.get("accept-language", ""))
    thai = language == "th"
    form = await form_behind(database, token, now) if token else None
    asks = [
        "มีผลเมื่อคุณกดปุ่มนี้เท่านั้น หากตัวเลือกไม่ใช่ของคุณ ไม่ต้องกด"
        if thai
        else "It counts when you press this button. If a choice is not yours, do not press it."
    ]
    return page(
        request,
        settings,
        "link.html",
        status=200 if form else 410,
        headers=FORM_HEADERS,
        heading="ยืนยันการลงทะเบียน" if thai else "Confirm your registration",
        sentences=asks if form else _about_link(thai),
        form=form,
        choices=[choice_in_words(language, c["purpose"], c["recipient"]) for c in form.choices] if form else [],
        token=token if form else None,
        action="/confirm",
        button="ยืนยัน" if thai else "Confirm",
        ask_address=form is None,
    )


@post("/confirm", status_code=200, **an_address())
async def press_confirm(request: Visitor, database: Given[Database], settings: Given[Settings], now: Given[datetime]) -> Template:
    """Spend the link of a registration: place, choices and badge count from now; signs the person in."""
    form = await read_form(request, settings)
    planted = request.cookies.get(session_cookie_name(settings))
    registration, session = await confirm(database, form.get("token", ""), now, replacing=planted)
    cookie = session_cookie(settings, session, int(SESSION_LIFETIME.total_seconds()))
    return page(request, settings, "confirmed.html", headers=FORM_HEADERS, cookies=[cookie], registration=registration)


def _about_link(thai: bool) -> list[str]:
    return [
        "ลิงก์นี้ถูกใช้แล้ว หมดอายุ หรือไม่ถูกต้อง" if thai else "This link was used already, is too old, or was never good.",
        "ขอลิงก์เข้าสู่ระบบใหม่ได้ที่นี่" if thai else "You can ask for a sign-in link here.",
    ]


async def _demo_mails(request: Visitor, database: Database, settings: Settings, to: str | None) -> list[Mail]:
    """The mails of a demo. Raises NotFound anywhere else, and for a browser that was lured here under another name."""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    if not settings.demo or host not in LOOPBACK | {urlsplit(settings.base_url).hostname}:
        raise NotFound
    return await mailbox(database, to or None)


@get("/mailbox", **an_address())
async def mailbox_page(request: Visitor, database: Given[Database], settings: Given[Settings], to: To = None) -> Template:
    """The demo's mail, newest first, with links that can be pressed."""
    link = re.compile(rf"({re.escape(settings.base_url)}/[^\s]*)")
    mails = [
        {
            "to": mail.recipient,
            "subject": mail.subject,
            "at": mail.created_at,
            "parts": [(part, n % 2 == 1) for n, part in enumerate(link.split(mail.body))],
        }
        for mail in await _demo_mails(request, database, settings, to)
    ]
    return page(request, settings, "mailbox.html", mails=mails, to=to or "")


@get("/mailbox.json", opt=may(Permission.BE_ANYONE), include_in_schema=False)
async def mailbox_file(request: Visitor, database: Given[Database], settings: Given[Settings], to: To = None) -> Mails:
    """The demo's mail for programs (`events tour` reads it)."""
    mails = await _demo_mails(request, database, settings, to)
    return Mails([MailView(m.id, m.recipient, m.subject, m.body, m.created_at) for m in mails])


@get("/api", **an_address(sync_to_thread=False))
def api_page(request: Visitor, settings: Given[Settings]) -> Template:
    """Every operation of the API with who may call it, rendered here: nothing is loaded from elsewhere."""
    permissions = {
        (str(method), route.path_format): handler.opt["permission"]
        for route in request.app.routes
        for handler in getattr(route, "route_handlers", [])
        if isinstance(handler, HTTPRouteHandler) and isinstance(handler.opt.get("permission"), Permission)
        for method in handler.http_methods
    }
    language = language_of(request.headers.get("accept-language", ""))
    groups = operations(request.app.openapi_schema.to_schema(), permissions, language)
    return page(request, settings, "api.html", groups=groups, count=sum(map(len, groups.values())))


@get("/openapi.json", opt=may(Permission.BE_ANYONE), include_in_schema=False, sync_to_thread=False)
def openapi_file(request: Visitor) -> dict[str, Any]:
    """The OpenAPI 3.1 description of this API, generated from the routes."""
    return describe(request.app)


@get("/healthz", opt=may(Permission.BE_ANYONE), include_in_schema=False, sync_to_thread=False)
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@get("/readyz", opt=may(Permission.BE_ANYONE), include_in_schema=False)
async def readyz(database: Given[Database]) -> dict[str, str]:
    """The database takes writes. Raises Unavailable (503) when it does not."""
    await database.call("select access.can_write()")
    return {"status": "ready"}


API = [openapi_file]
PAGES = [
    home,
    static,
    sign_in_page,
    press_sign_in,
    press_sign_out,
    confirm_page,
    press_confirm,
    mailbox_page,
    mailbox_file,
    api_page,
    healthz,
    readyz,
]
