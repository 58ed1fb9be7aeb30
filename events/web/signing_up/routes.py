"""The registration form: one page with everything on it, nothing on it ticked, and nothing depending on a tick."""

from datetime import datetime
from typing import Annotated, Any, Final

from litestar import get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from events.access.guards import Given
from events.access.rules import network_of
from events.access.tokens import new_secret
from events.consent.queries import form_in_force
from events.consent.rules import EUROPEAN, ServedForm, of_age
from events.database.connections import Database
from events.errors import Conflict, EventsError, FormChanged, InvalidInput, NotFound, SoldOut, TooMany
from events.hosting.programme.queries import public_event
from events.hosting.programme.rules import PublicEvent
from events.registration.actions import register
from events.settings import Settings
from events.terms import AgeBand, Language
from events.web.choices import TICK_ALL, Posted, all_ticked, choices_of, posted_on, questions_on
from events.web.fields import entries, in_words, sentences, typed_in
from events.web.forms import Form, read_form
from events.web.pages import Visitor, an_address, page, require_language
from events.web.programme.rules import FEW, in_language, offer, safe_link
from events.web.signing_up.queries import form_served_before
from events.web.signing_up.rules import (
    MORE_COLLEAGUES,
    MOST_COLLEAGUES,
    Shown,
    age_band_of,
    changes_between,
    key_of,
    residence_of,
    rows_for_colleagues,
    shown_form,
    still_meant,
    submission_of,
)
from events.words import words_of

MOST_BYTES: Final = 256 * 1024
MOST_FIELDS: Final = 400
NOTHING: Final = Posted(frozenset(), {})


class _Asking:
    """One visitor in front of one event's form."""

    def __init__(self, request: Visitor, database: Database, settings: Settings, slug: str, now: datetime) -> None:
        self.request, self.database, self.settings, self.slug, self.now = request, database, settings, slug, now
        self.language: Language = require_language(request)
        self.words = words_of(self.language)

    async def event(self) -> PublicEvent:
        event = await public_event(self.database, self.slug, self.now)
        if event is None:
            raise NotFound
        return event

    async def show(
        self,
        form: ServedForm,
        sent: Form | None = None,
        *,
        status: int = 200,
        errors: dict[str, str] | None = None,
        posted: Posted | None = None,
        changes: list[str] | None = None,
        sold_out: bool = False,
        wait: int | None = None,
    ) -> Template:
        """The form, with what was typed and what is wrong with it."""
        event, wrong = await self.event(), errors or {}
        given = sent or Form([])
        tickets = [
            {"ticket": ticket, "name": in_language(self.language, ticket.th, ticket.en), "state": state, "left": left}
            for ticket in event.tickets
            for state, left in [offer(event, ticket, self.now)]
        ]
        shown = entries(form.content["fields"], typed_in(given), wrong)
        targets = {f"fields.{entry.name}": entry.id for entry in shown} | {"ticket": "tickets", "age_band": "age"}
        for n in range(MOST_COLLEAGUES):
            targets |= {f"colleagues[{n}].fields.{name}": f"colleague-{n}-{name}" for name in ("name", "email")}
        return page(
            self.request,
            self.settings,
            "signing_up/form.html",
            status=status,
            headers={} if wait is None else {"retry-after": str(wait)},
            event=event,
            title=in_language(self.language, event.title_th, event.title_en),
            form=form,
            content=form.content,
            key=given.get("key") or new_secret(),
            fields=shown,
            tickets=tickets,
            few=FEW,
            chosen_ticket=given.get("ticket"),
            age_bands=[band.value for band in AgeBand],
            age_band=given.get("age_band"),
            residence=given.get("residence"),
            emancipated=given.get("emancipated") == "yes",
            questions=questions_on(form.content, [], self.words, posted or posted_on(given)),
            colleagues=rows_for_colleagues(given),
            european=" ".join(sorted(EUROPEAN)),
            organiser_notice=safe_link(event.organiser.notice_url) if event.organiser else None,
            errors=[(targets.get(field), sentence) for field, sentence in wrong.items()],
            wrong=wrong,
            changes=changes or [],
            sold_out=sold_out,
        )


@get("/{language:str}/events/{slug:str}/register", **an_address(compressed=True))
async def form_page(
    slug: FromPath[str], request: Visitor, database: Given[Database], settings: Given[Settings], now: Given[datetime]
) -> Template | Redirect:
    """The form in force. Every consent control on it is off."""
    asking = _Asking(request, database, settings, slug, now)
    form = await form_in_force(database, slug, asking.language, now)
    if form is not None:
        return await asking.show(form)
    event = await asking.event()
    other = next((language for language in event.languages if language != asking.language), None)
    if event.cancelled_at is None and asking.language not in event.languages and other:
        return Redirect(f"/{other}/events/{slug}/register", status_code=302)
    return Redirect(f"/{asking.language}/events/{slug}", status_code=302)


@post("/{language:str}/events/{slug:str}/register", **an_address(status_code=200))
async def press_register(
    slug: FromPath[str], request: Visitor, database: Given[Database], settings: Given[Settings], now: Given[datetime]
) -> Template | Redirect:
    """Register. What is wrong stands beside its field, what was typed stays; a mail with a link follows."""
    asking = _Asking(request, database, settings, slug, now)
    sent = await read_form(request, settings, most_bytes=MOST_BYTES, most_fields=MOST_FIELDS)
    shown = shown_form(sent)
    form = await form_served_before(database, slug, shown.form, now)
    if form is None or form.sha256.hex() != shown.sha256:
        raise InvalidInput.of("served_form", "Open the form again.", "กรุณาเปิดแบบฟอร์มใหม่อีกครั้ง")
    if sent.get("press") == MORE_COLLEAGUES:
        return await asking.show(form, sent)
    if sent.get("press") == TICK_ALL:
        return await asking.show(form, sent, posted=all_ticked(form.content, posted_on(sent)))
    return await _register(asking, sent, shown, form)


async def _register(asking: _Asking, sent: Form, shown: Shown, form: ServedForm) -> Template | Redirect:
    words, request = asking.words, asking.request
    try:
        posted = posted_on(sent)
        band, home = age_band_of(sent), residence_of(sent, words)
        if posted.ticked and not of_age(band, emancipated=sent.get("emancipated") == "yes", residence=home):
            kept = posted if band is None else NOTHING
            return await asking.show(form, sent, status=422, posted=kept, errors=_not_of_age(asking, band))
        submission = submission_of(sent, shown, form.content, choices_of(form.content, posted), words)
        digest = sent.digest()
        await register(
            asking.database,
            asking.slug,
            submission,
            key=key_of(sent, digest),
            fingerprint=digest,
            visitor=network_of(request.client.host if request.client else ""),
            per_minute=asking.settings.registrations_per_minute,
            base_url=asking.settings.base_url,
            now=asking.now,
        )
    except InvalidInput as error:
        return await asking.show(form, sent, status=422, errors=sentences(error, asking.language))
    except FormChanged:
        return await _changed(asking, sent, form)
    except SoldOut as error:
        return await asking.show(form, sent, status=409, errors={"ticket": error.sentence(asking.language)}, sold_out=True)
    except (Conflict, TooMany) as error:
        return await asking.show(form, sent, status=error.status, errors=_said(error, asking.language), wait=error.retry_after)
    line = "?line=yes" if submission.join_waitlist else ""
    return Redirect(f"/{asking.language}/events/{asking.slug}/registered{line}", status_code=303)


def _not_of_age(asking: _Asking, band: str | None) -> dict[str, str]:
    _ = asking.words.gettext
    if band is None:
        return {"age_band": _("Say how old you are, so that your choices can count, or untick them.")}
    said = _("These choices are for people who are of age where they live. They were unticked; you can register without them.")
    return {"age_band": said}


def _said(error: EventsError, language: Language) -> dict[str, str]:
    return {field.field: in_words(field, language) for field in error.fields} or {"": error.sentence(language)}


async def _changed(asking: _Asking, sent: Form, before: ServedForm) -> Template | Redirect:
    """§12: the form in force, what changed since the other one was opened, and all that was typed."""
    current = await form_in_force(asking.database, asking.slug, before.language, asking.now)
    if current is None:
        return Redirect(f"/{asking.language}/events/{asking.slug}", status_code=303)
    return await asking.show(
        current,
        sent,
        status=409,
        posted=still_meant(posted_on(sent), before.content, current.content),
        changes=changes_between(before.content, current.content, asking.words),
    )


@get("/{language:str}/events/{slug:str}/registered", **an_address())
async def registered_page(
    slug: FromPath[str],
    request: Visitor,
    database: Given[Database],
    settings: Given[Settings],
    now: Given[datetime],
    line: Annotated[str, QueryParameter(max_length=10)] = "",
) -> Template:
    """What happens next: the same page for every address, known or not; `line` says that one asked to stand in line."""
    asking = _Asking(request, database, settings, slug, now)
    event = await asking.event()
    title = in_language(asking.language, event.title_th, event.title_en)
    return page(request, settings, "signing_up/registered.html", event=event, title=title, waits=line == "yes")


PAGES: list[Any] = [form_page, press_register, registered_page]
