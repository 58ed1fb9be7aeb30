"""A form's fields as a page shows them: what is asked, what was typed, and what is wrong with it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from events.errors import FieldError, InvalidInput
from events.registration.rules import MAX_ANSWER, MAX_LENGTH
from events.terms import Answer, Field, FieldKind, Language
from events.web.forms import Form

PREFIX: Final = "f."
# how browsers know what to fill in (HTML, "autofill"); what they put in is still the visitor's to change
AUTOCOMPLETE: Final[Mapping[str, str]] = {
    Field.NAME: "name",
    Field.JOB_TITLE: "organization-title",
    Field.COMPANY: "organization",
    Field.ADDRESS: "street-address",
    Field.COUNTRY: "country",
    Field.PHONE: "tel",
    Field.EMAIL: "email",
}
INPUT_TYPE: Final[Mapping[str, str]] = {
    Field.EMAIL: "email",
    Field.PHONE: "tel",
    FieldKind.DATE: "text",
    FieldKind.NUMBER: "text",
}
INPUT_MODE: Final[Mapping[str, str]] = {FieldKind.NUMBER: "decimal", FieldKind.DATE: "numeric"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One field on a page. `values` is what stands in it; `shown_if` names another field and the answers that ask this one."""

    name: str
    kind: str
    label: str
    reason: str
    required: bool
    options: Sequence[tuple[str, str]]
    shown_if: tuple[str, str] | None
    values: Sequence[str]
    error: str | None
    longest: int

    @property
    def id(self) -> str:
        return f"f-{self.name}"

    @property
    def value(self) -> str:
        return self.values[-1] if self.values else ""

    @property
    def autocomplete(self) -> str | None:
        return AUTOCOMPLETE.get(self.name)

    @property
    def input_type(self) -> str:
        return INPUT_TYPE.get(self.name) or INPUT_TYPE.get(self.kind, "text")

    @property
    def input_mode(self) -> str | None:
        return INPUT_MODE.get(self.kind)

    @property
    def control(self) -> str:
        """Which control shows it: text, area, country, choice or multiple."""
        if self.name == Field.COUNTRY:
            return "country"
        if self.name == Field.ADDRESS or self.kind == FieldKind.LONG_TEXT:
            return "area"
        return self.kind if self.kind in {FieldKind.CHOICE, FieldKind.MULTIPLE} else "text"


def entries(asked: Sequence[Mapping[str, Any]], values: Mapping[str, Sequence[str]], errors: Mapping[str, str]) -> list[Entry]:
    """The fields of a served form, with what stands in them and what is wrong."""
    found = []
    for field in asked:
        name, condition = field["field"], field.get("shown_if")
        found.append(
            Entry(
                name=name,
                kind=field.get("kind", FieldKind.TEXT),
                label=field["label"] or name,
                reason=field["reason"] or "",
                required=field["required"],
                options=[(option["value"], option["label"]) for option in field.get("options") or []],
                shown_if=(condition["field"], " ".join(condition["any_of"])) if condition else None,
                values=values.get(name, []),
                error=errors.get(f"fields.{name}"),
                longest=MAX_LENGTH.get(name, MAX_ANSWER),
            )
        )
    return found


def typed_in(form: Form) -> dict[str, list[str]]:
    """What stands in the fields of a form that was sent."""
    return form.under(PREFIX)


def answers(asked: Sequence[Mapping[str, Any]], typed: Mapping[str, Sequence[str]]) -> dict[str, Answer]:
    """The same as the rules of registration take it: a list for several choices, else one text; nothing for an empty field."""
    several = {field["field"] for field in asked if field.get("kind") == FieldKind.MULTIPLE}
    return {
        name: list(values) if name in several else values[-1].replace("\r\n", "\n")
        for name, values in typed.items()
        if any(value.strip() for value in values)
    }


def as_typed(stored: Mapping[str, Answer]) -> dict[str, list[str]]:
    """What is stored, as it stands in the fields."""
    return {name: list(value) if isinstance(value, list) else [value] for name, value in stored.items()}


def sentences(error: InvalidInput, language: Language) -> dict[str, str]:
    """What is wrong by field, in one language; the first complaint of each."""
    said: dict[str, str] = {}
    for field in error.fields:
        said.setdefault(field.field, in_words(field, language))
    return said


def in_words(field: FieldError, language: Language) -> str:
    return field.th if language == "th" else field.en
