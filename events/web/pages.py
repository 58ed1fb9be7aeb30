"""What all pages share: the visitor's language, the frame around a page, and how an error looks as one."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request
from litestar.datastructures import Cookie
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template
from litestar.template import TemplateConfig

from events.access.caller import VISITOR, Caller, Membership
from events.access.guards import may
from events.access.permissions import Permission, allows
from events.errors import NotFound, NotSignedIn
from events.settings import Settings
from events.terms import LANGUAGES, Language
from events.web.preferences import era_in
from events.web.problems import as_events_error
from events.words import language_of, languages_named, words_of

Visitor = Request[Any, Any, Any]

# in a route's opt
UNCOMPRESSED: Final = "uncompressed"
HERE: Final = Path(__file__).parent
MEDIA: Final[Mapping[str, str]] = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
STATIC: Final = {
    path.name: (path.read_bytes(), MEDIA[path.suffix]) for path in (HERE / "static").iterdir() if path.suffix in MEDIA
}
TAGS: Final = {name: sha256(content).hexdigest()[:16] for name, (content, _) in STATIC.items()}
# the token stands in the page's address: a form may tell where it comes from, but never the whole address
FORM_HEADERS: Final = {"referrer-policy": "strict-origin"}


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["static"] = lambda name: f"/static/{name}?v={TAGS[name]}"
    return made


ENVIRONMENT: Final = _environment()
TEMPLATES = TemplateConfig(instance=JinjaTemplateEngine(engine_instance=ENVIRONMENT))


def language_in(request: Visitor) -> Language:
    """The language that the address names, or that the browser asks for on addresses without one."""
    named = request.scope["path"].lstrip("/").partition("/")[0]
    for language in LANGUAGES:
        if named == language:
            return language
    return language_of(request.headers.get("accept-language", ""))


def require_language(request: Visitor) -> Language:
    """The language in the address. Raises NotFound for one that is none of ours."""
    if request.path_params["language"] not in LANGUAGES:
        raise NotFound
    return language_in(request)


def same_page_in(request: Visitor, language: Language, *, with_query: bool = True) -> str:
    """The address of this page in another language."""
    first, _, rest = request.scope["path"].lstrip("/").partition("/")
    path = f"/{language}/{rest}" if first in LANGUAGES else f"/{language}"
    query = urlencode(list(request.query_params.multi_items())) if first in LANGUAGES and with_query else ""
    return f"{path.rstrip('/')}{'?' if query else ''}{query}"


def desks_of(memberships: Iterable[Membership]) -> dict[str, bool]:
    """Whether the head of the page leads to a booth of hers, and to the events of an organisation of hers."""
    roles = frozenset(m.role for m in memberships)
    return {"has_booth": allows(roles, Permission.ENROL_OWN_PHONE), "runs_events": allows(roles, Permission.SEE_EVENT)}


def frame(request: Visitor, settings: Settings) -> dict[str, Any]:
    """What every template is given. `_` and `ngettext` say a text; dates go through `words`."""
    language = language_in(request)
    words = words_of(language)
    # as the guard found her for this route; a page for anybody asks nobody who she is
    caller: Caller = request.scope["state"].get("caller", VISITOR)
    return desks_of(caller.memberships) | {
        "language": language,
        "words": words,
        "_": words.gettext,
        "ngettext": words.ngettext,
        "era": era_in(request.headers.get("cookie", "")),
        "demo": settings.demo and not settings.lan,  # says whether there is a mailbox to lead to
        "base_url": settings.base_url,
        "languages": [(code, name, same_page_in(request, code)) for code, name in languages_named().items()],
        "path": request.scope["path"],
    }


def page(
    request: Visitor,
    settings: Settings,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    cookies: list[Cookie] | None = None,
    **facts: Any,
) -> Template:
    """A page in the visitor's language."""
    told = {"content-language": language_in(request), "vary": "accept-language, cookie"} | dict(headers or {})
    context = frame(request, settings) | facts
    return Template(template, context=context, status_code=status, headers=told, cookies=cookies or [])


def answer_page(request: Visitor, error: Exception) -> Template:
    """An error of a page, as a page that says what to do next."""
    found = as_events_error(error)
    language = language_in(request)
    headers = {} if found.retry_after is None else {"retry-after": str(found.retry_after)}
    title = type(found).th if language == "th" else type(found).en
    sentences = [found.sentence(language)] if found.sentence(language) != title else []
    sentences += [field.th if language == "th" else field.en for field in found.fields]
    return page(
        request,
        request.app.state.settings,
        "error.html",
        status=found.status,
        headers=headers,
        heading=title,
        sentences=sentences,
        ask_address=found.status == 410 or isinstance(found, NotSignedIn),
        then=request.scope["path"] if request.method == "GET" and isinstance(found, NotSignedIn) else None,
    )


def an_address(permission: Permission = Permission.BE_ANYONE, *, compressed: bool = False, **parts: Any) -> dict[str, Any]:
    """What all our pages have in common. `compressed` is for pages that hold no token and nothing about the visitor."""
    opt = may(permission) | ({} if compressed else {UNCOMPRESSED: True})
    return {"opt": opt, "include_in_schema": False, "exception_handlers": {Exception: answer_page}} | parts
