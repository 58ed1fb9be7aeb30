"""One person in front of her own pages: who she is, what is hers, and how a page of it is shown."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar.di import Provide
from litestar.response import Redirect, Template

from events.access.caller import Caller
from events.access.guards import Given
from events.access.permissions import Permission
from events.consent.queries import form_in_force
from events.consent.rules import ServedForm, of_age
from events.database.connections import Connection, Database, Scope
from events.errors import EventsError, NotFound
from events.registration.queries import my_registrations
from events.settings import Settings
from events.terms import LANGUAGES
from events.web.fields import in_words
from events.web.forms import Form, read_form
from events.web.mine.rules import STANDING, done, state_name, titled
from events.web.pages import FORM_HEADERS, Visitor, an_address, page, require_language
from events.web.preferences import era_in
from events.words import words_of

# two fields for every sponsor (the box, and how it was), and the details of a form with long answers
MOST_BYTES: Final = 256 * 1024
MOST_FIELDS: Final = 800


class Desk:
    """One request of one person to her own pages."""

    def __init__(self, request: Visitor, caller: Caller, database: Database, settings: Settings, now: datetime) -> None:
        self.request, self.database, self.settings, self.now = request, database, settings, now
        self.language = require_language(request)
        self.words = words_of(self.language)
        self.era = era_in(request.headers.get("cookie", ""))
        self.person = caller.oneself()

    def looking(self) -> AbstractAsyncContextManager[Connection]:
        """A transaction that sees what is hers, and changes nothing."""
        return self.database.looking(Scope(person=self.person))

    async def registration(self, registration: UUID) -> dict[str, Any]:
        """One registration of hers, with event, ticket and badge. Raises NotFound for another's."""
        async with self.looking() as connection:
            rows = await my_registrations(connection, self.person, registration)
        if not rows:
            raise NotFound
        return rows[0]

    async def form(self) -> Form:
        """What her page sent. Raises what `read_form` raises."""
        return await read_form(self.request, self.settings, most_bytes=MOST_BYTES, most_fields=MOST_FIELDS)

    async def form_in_force(self, mine: Mapping[str, Any]) -> ServedForm | None:
        """The event's form in the page's language, or in another one; None where nothing can be registered for any more."""
        for language in dict.fromkeys([self.language, mine["language"], *LANGUAGES]):
            form = await form_in_force(self.database, mine["slug"], language, self.now)
            if form is not None:
                return form
        return None

    def may_consent(self, mine: Mapping[str, Any]) -> bool:
        """Of age where she lives (§8), with a place that stands."""
        grown = of_age(mine["age_band"], emancipated=mine["emancipated"], residence=mine["residence"])
        return grown and mine["state"] in STANDING

    def address(self, registration: UUID | None = None, rest: str = "") -> str:
        """A page of hers: `/en/me`, or `/en/me/<registration>/choices`."""
        inside = f"/{registration}" if registration else ""
        return f"/{self.language}/me{inside}{rest}"

    def to(self, registration: UUID | None, rest: str, what: str) -> Redirect:
        """On to a page of hers, that says what was done; reloading it does nothing again."""
        return Redirect(f"{self.address(registration, rest)}?done={what}", status_code=303)

    def page(
        self,
        template: str,
        mine: Mapping[str, Any] | None = None,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[tuple[str | None, str]] = (),
        **facts: Any,
    ) -> Template:
        """A page of hers. `errors` are what is wrong, each with the id of the field to mend."""
        about: dict[str, Any] = {}
        if mine is not None:
            about = titled(mine, self.language) | {"zone": mine["time_zone"], "state": state_name(self.words, mine, self.now)}
        return page(
            self.request,
            self.settings,
            f"mine/{template}.html",
            status=status,
            headers=FORM_HEADERS | dict(headers or {}),
            mine=mine,
            here=self.address(mine["id"] if mine else None),
            stands=mine is not None and mine["state"] in STANDING,
            done=done(self.words, self.request.query_params.get("done"), mine["state"] if mine else None),
            errors=errors,
            **(about | facts),
        )

    def said(self, error: EventsError, targets: Mapping[str, str] | None = None) -> list[tuple[str | None, str]]:
        """An error in the page's language, each sentence with the field that it is about."""
        known = targets or {}
        fields = [(known.get(field.field), in_words(field, self.language)) for field in error.fields]
        return fields or [(None, error.sentence(self.language))]


async def open_desk(
    request: Visitor, caller: Given[Caller], database: Given[Database], settings: Given[Settings], now: Given[datetime]
) -> Desk:
    return Desk(request, caller, database, settings, now)


def own_address(**parts: Any) -> dict[str, Any]:
    """What all pages of one's own have in common: for the person herself, in front of a desk."""
    return an_address(Permission.BE_ONESELF, dependencies={"desk": Provide(open_desk)}, **parts)
