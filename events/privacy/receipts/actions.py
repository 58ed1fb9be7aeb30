"""A person takes her receipt: as JSON for a page or a program, signed, or on paper."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from events.consent.actions import own
from events.consent.queries import state_of
from events.database.connections import Database, Scope
from events.printing.typesetting import typeset_aside
from events.privacy.receipts.queries import acts_of, frame_of
from events.privacy.receipts.rules import Addresses, receipt_of
from events.privacy.receipts.signing import ReceiptSigner
from events.privacy.receipts.words import paper_of
from events.settings import Settings
from events.terms import Language, PersonId


async def take_receipt(
    database: Database, person: PersonId, registration: UUID, settings: Settings, now: datetime
) -> dict[str, Any]:
    """The receipt of one registration of her own: every act, and where each choice stands now. Raises NotFound."""
    async with database.transaction(Scope(person=person)) as connection:
        await own(connection, person, registration)
        frame = await frame_of(connection, registration)
        acts = await acts_of(connection, registration)
        states = await state_of(connection, registration, now)
    return receipt_of(frame, acts, states, Addresses(settings.base_url), now)


def sign_receipt(receipt: Mapping[str, Any], settings: Settings, now: datetime) -> str:
    """The receipt as a JWS."""
    return ReceiptSigner(settings).sign(receipt, now)


async def print_receipt(receipt: Mapping[str, Any], jws: str, settings: Settings, language: Language) -> bytes:
    """The receipt as a PDF that one can read; the JWS lies in it as an attached file, and its SHA-256 stands on it.

    Raises FontMissing.
    """
    return await typeset_aside(
        "privacy/receipts/receipt.typ", paper_of(receipt, jws, Addresses(settings.base_url).keys, language)
    )
