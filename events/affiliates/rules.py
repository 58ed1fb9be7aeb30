"""How an affiliate's registration reads: what the contract with the attendee needs, nothing else (§6, S6-aff-1). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from events.errors import InvalidInput
from events.release.rules import wrong_use
from events.terms import Field

SOURCE_COLUMNS: Final = ("controller", "event", "recipient", "declared_use")


@dataclass(frozen=True, slots=True)
class Registration:
    """One registration as the organising affiliate gets it; `reference` is the same at every pull."""

    reference: UUID
    values: Mapping[Field, str]


def check_use(use: str | None) -> str:
    """The declared use; raises InvalidInput when it is missing or unknown."""
    if (problem := wrong_use(use)) is not None or use is None:
        raise InvalidInput(fields=[problem] if problem else [])
    return use


def columns(fields: tuple[str, ...]) -> list[str]:
    return ["registration", *fields, *SOURCE_COLUMNS]


def table_row(registration: Registration, fields: tuple[str, ...], source: tuple[str, ...]) -> list[str]:
    """One registration under `columns(fields)`; `source` says who hands it out, of what, to whom and for what."""
    return [str(registration.reference), *(registration.values.get(Field(f), "") for f in fields), *source]
