"""Pages of signing in and out, and of the link that makes a registration count."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.params import QueryParameter
from litestar.response import Redirect, Template

from events.access.actions import ask_to_sign_in, sign_in, sign_out
from events.access.guards import Given, session_cookie_name, visitor
from events.access.queries import SignedIn, link_state
from events.access.routes import session_cookie
from events.access.tokens import SESSION_LIFETIME, digest
from events.database.connections import Database
from events.messages.phrases import choice_in_words
from events.registration.actions import confirm
from events.registration.queries import form_behind
from events.registration.rules import is_email
from events.settings import Settings
from events.web.account.rules import own_page
from events.web.forms import read_form
from events.web.pages import FORM_HEADERS, Visitor, an_address, desks_of, page, require_language
from events.web.viewer import IN_WORDS
from events.words import languages_named, words_of

Token = Annotated[str | None, QueryParameter(max_length=200)]
Then = Annotated[str | None, QueryParameter(max_length=300)]


@get("/{language:str}/sign-in", **an_address())
async def sign_in_page(
    request: Visitor,
    database: Given[Database],
    settings: Given[Settings],
    now: Given[datetime],
    token: Token = None,
    then: Then = None,
) -> Template:
    """The button behind a sign-in link, or the form that asks for one. Opening it changes nothing: mail scanners do that."""
    require_language(request)
    state = await link_state(database, token, now) if token else None
    usable = state is not None and state.usable and not state.for_registration
    return _ask(request, settings, token=token if usable else None, dead=token is not None and not usable, then=own_page(then))


def _ask(
    request: Visitor,
    settings: Settings,
    *,
    token: str | None = None,
    dead: bool = False,
    then: str | None = None,
    email: str = "",
    error: str | None = None,
) -> Template:
    return page(
        request,
        settings,
        "account/sign_in.html",
        status=410 if dead else 422 if error else 200,
        headers=FORM_HEADERS,
        token=token,
        dead=dead,
        then=then,
        email=email,
        error=error,
    )


@post("/{language:str}/sign-in", status_code=200, **an_address())
async def press_sign_in(
    request: Visitor, database: Given[Database], settings: Given[Settings], now: Given[datetime]
) -> Template | Redirect:
    """Spend a sign-in link, or mail a new one to the address that was typed."""
    language = require_language(request)
    form = (await read_form(request, settings)).single()
    then = own_page(form.get("then"))
    if "token" not in form:
        email = form.get("email", "").strip()
        if not is_email(email):
            wrong = words_of(language).gettext("Write an e-mail address like name@company.example.")
            return _ask(request, settings, then=then, email=email, error=wrong)
        await ask_to_sign_in(database, email, visitor(request), settings.base_url, language, now, then=then)
        return page(request, settings, "account/look_into_mail.html", headers=FORM_HEADERS)
    session, her = await sign_in(database, form["token"], request.cookies.get(session_cookie_name(settings)), now)
    cookie = session_cookie(settings, session, int(SESSION_LIFETIME.total_seconds()))
    if then is None and her.memberships:
        return _signed_in(request, settings, her, cookie)
    return Redirect(then or f"/{language}/me", status_code=303, cookies=[cookie])


def _signed_in(request: Visitor, settings: Settings, her: SignedIn, cookie: Cookie) -> Template:
    thai = require_language(request) == "th"
    return page(
        request,
        settings,
        "account/signed_in.html",
        headers=FORM_HEADERS,
        cookies=[cookie],
        # this page answers a form: its address asks to sign in again, so what comes back to it leads to her own page
        languages=[(code, name, f"/{code}/me") for code, name in languages_named().items()],
        path=f"/{require_language(request)}/me",
        email=her.email,
        capacities=[(her.names[m.body], IN_WORDS[m.role][not thai]) for m in her.memberships],
        **desks_of(her.memberships),
    )


@post("/{language:str}/sign-out", status_code=200, **an_address())
async def press_sign_out(
    request: Visitor, database: Given[Database], settings: Given[Settings], now: Given[datetime]
) -> Template:
    """End the session of this browser."""
    require_language(request)
    await read_form(request, settings)
    brought = request.cookies.get(session_cookie_name(settings))
    if brought is not None:
        await sign_out(database, digest(brought).hex(), now)
    return page(request, settings, "account/signed_out.html", cookies=[session_cookie(settings, "", 0)])


@get("/{language:str}/confirm", **an_address())
async def confirm_page(
    request: Visitor, database: Given[Database], settings: Given[Settings], now: Given[datetime], token: Token = None
) -> Template:
    """The button behind the mail of a registration, beside all that it would make count. Opening it changes nothing."""
    language = require_language(request)
    form = await form_behind(database, token, now) if token else None
    titles = [form.title_th, form.title_en] if form else ["", ""]
    return page(
        request,
        settings,
        "account/confirm.html",
        status=200 if form else 410,
        headers=FORM_HEADERS,
        form=form,
        title=titles[language == "en"] or titles[language == "th"],
        choices=[choice_in_words(words_of(language), c["purpose"], c["recipient"]) for c in form.choices] if form else [],
        token=token if form else None,
        then=None,
    )


@post("/{language:str}/confirm", status_code=200, **an_address())
async def press_confirm(
    request: Visitor, database: Given[Database], settings: Given[Settings], now: Given[datetime]
) -> Response[Any]:
    """Spend the link of a registration: place, choices and badge count from now; signs the person in."""
    language = require_language(request)
    form = (await read_form(request, settings)).single()
    planted = request.cookies.get(session_cookie_name(settings))
    done = await confirm(database, form.get("token", ""), settings.base_url, now, replacing=planted)
    cookie = session_cookie(settings, done.session, int(SESSION_LIFETIME.total_seconds()))
    # who was registered by somebody else has not been asked yet (S3.1-others-1)
    # who waits, or has asked, reads on her page where she stands
    confirmed = done.state == "confirmed"
    then = "/choices" if done.source == "colleague" and confirmed else "?done=confirmed" if confirmed else ""
    return Redirect(f"/{language}/me/{done.registration}{then}", status_code=303, cookies=[cookie])


PAGES: list[Any] = [sign_in_page, press_sign_in, press_sign_out, confirm_page, press_confirm]
