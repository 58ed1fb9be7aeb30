"""Somebody in front of a desk that has phones: a sponsor's booth, or the organiser's doors, at one event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from litestar.response import Redirect, Template

from events.access.caller import Caller, Desk
from events.database.connections import Database
from events.errors import EventsError
from events.settings import Settings
from events.terms import PersonId
from events.web.fields import in_words
from events.web.forms import Form, read_form
from events.web.pages import FORM_HEADERS, Visitor, page, require_language
from events.web.preferences import era_in
from events.web.programme.rules import in_language
from events.words import words_of

# pages that look for something new while they stand open, by page.js; all else as everywhere (events/web/safety.py)
ASKING_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    )
}
MOST_BYTES = 16 * 1024
MOST_FIELDS = 200


@dataclass(frozen=True, slots=True)
class EventAtDesk:
    """An event as this desk sees it. `live`: phones can join it now. `party` is the sponsor's legal name, empty at a door."""

    id: UUID
    slug: str
    title_th: str
    title_en: str
    zone: str
    starts_at: datetime
    ends_at: datetime
    live: bool
    party: str = ""


class Front:
    """One request of one person to the pages of one desk."""

    area: ClassVar[str]  # the folder of its templates, with the frame of all its pages

    def __init__(
        self,
        request: Visitor,
        caller: Caller,
        database: Database,
        settings: Settings,
        now: datetime,
        desk: Desk,
        event: EventAtDesk,
        here: str,
    ) -> None:
        self.request, self.caller, self.database, self.settings, self.now = request, caller, database, settings, now
        self.language = require_language(request)
        self.words = words_of(self.language)
        self.era = era_in(request.headers.get("cookie", ""))
        self.person: PersonId = caller.oneself()
        self.desk, self.event = desk, event
        self.here = f"/{self.language}{here}"
        self.phones = f"{self.here}/phones"
        self.title = in_language(self.language, event.title_th, event.title_en)

    async def form(self) -> Form:
        """What her page sent. Raises what `read_form` raises."""
        return await read_form(self.request, self.settings, most_bytes=MOST_BYTES, most_fields=MOST_FIELDS)

    def done(self, key: str) -> str | None:
        """What was just done, in fixed words; None for what stands in no address of ours."""
        _ = self.words.gettext
        return {"revoked": _("This phone is revoked. It gets nothing any more.")}.get(key)

    def facts(self) -> Mapping[str, Any]:
        """What the frame of the area shows beside the title."""
        return {}

    def to(self, rest: str, what: str) -> Redirect:
        """On to a page of this desk, that says what was done; reloading it does nothing again."""
        return Redirect(f"{self.here}{rest}?done={what}", status_code=303)

    def page(
        self,
        template: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[tuple[str | None, str]] = (),
        **facts: Any,
    ) -> Template:
        """A page of this desk. `errors` are what is wrong, each with the id of the field to mend."""
        shown: dict[str, Any] = {
            "frame": f"{self.area}/frame.html",
            "here": self.here,
            "phones_here": self.phones,
            "title": self.title,
            "event": self.event,
            "zone": self.event.zone,
            "errors": errors,
            "done": self.done(self.request.query_params.get("done", "")),
        }
        return page(
            self.request,
            self.settings,
            template,
            status=status,
            headers=FORM_HEADERS | dict(headers or {}),
            **(shown | dict(self.facts()) | facts),
        )

    def said(self, error: EventsError, targets: Mapping[str, str] | None = None) -> list[tuple[str | None, str]]:
        """An error in the page's language, each sentence with the field that it is about."""
        known = targets or {}
        fields = [(known.get(field.field), in_words(field, self.language)) for field in error.fields]
        return fields or [(None, error.sentence(self.language))]
