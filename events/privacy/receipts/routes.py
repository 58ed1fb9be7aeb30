"""HTTP of the consent receipt: JSON, signed, on paper; and the key that checks it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.params import FromPath, FromQuery

from events.access.caller import Caller
from events.access.guards import Given, may
from events.access.permissions import Permission
from events.database.connections import Database
from events.privacy.receipts.actions import print_receipt, sign_receipt, take_receipt
from events.privacy.receipts.signing import ReceiptSigner
from events.settings import Settings
from events.terms import Language


class ReceiptView(msgspec.Struct, frozen=True):
    """The receipt to read, and the same receipt signed: a compact JWS (RFC 7515) for `/.well-known/jwks.json`."""

    receipt: dict[str, Any]
    jws: str


@get("/me/registrations/{registration:uuid}/receipt", opt=may(Permission.BE_ONESELF))
async def show_receipt(
    registration: FromPath[UUID],
    caller: Given[Caller],
    database: Given[Database],
    settings: Given[Settings],
    now: Given[datetime],
) -> ReceiptView:
    """What one allowed and took back, in the fields of ISO/IEC TS 27560 with W3C DPV terms, and signed (S10.1-port)."""
    receipt = await take_receipt(database, caller.oneself(), registration, settings, now)
    return ReceiptView(receipt, sign_receipt(receipt, settings, now))


@get("/me/registrations/{registration:uuid}/receipt.jws", opt=may(Permission.BE_ONESELF), media_type="application/jose")
async def receipt_jws(
    registration: FromPath[UUID],
    caller: Given[Caller],
    database: Given[Database],
    settings: Given[Settings],
    now: Given[datetime],
) -> Response[bytes]:
    """The signed receipt as a file."""
    receipt = await take_receipt(database, caller.oneself(), registration, settings, now)
    jws = sign_receipt(receipt, settings, now)
    return _file(jws.encode(), "consent-receipt.jws", "application/jose")


@get("/me/registrations/{registration:uuid}/receipt.pdf", opt=may(Permission.BE_ONESELF), media_type="application/pdf")
async def receipt_pdf(
    registration: FromPath[UUID],
    caller: Given[Caller],
    database: Given[Database],
    settings: Given[Settings],
    now: Given[datetime],
    language: FromQuery[Language] = "th",
) -> Response[bytes]:
    """The receipt to read and keep; the signed one is attached to it."""
    receipt = await take_receipt(database, caller.oneself(), registration, settings, now)
    jws = sign_receipt(receipt, settings, now)
    return _file(await print_receipt(receipt, jws, settings, language), "consent-receipt.pdf", "application/pdf")


@get("/.well-known/jwks.json", opt=may(Permission.BE_ANYONE), media_type="application/jwk-set+json", sync_to_thread=False)
def receipt_keys(settings: Given[Settings]) -> Response[dict[str, Any]]:
    """The public key that checks receipts (RFC 7517). Whoever keeps it checks them without us."""
    return Response(
        ReceiptSigner(settings).keys,
        media_type="application/jwk-set+json",
        headers={"cache-control": "public, max-age=3600", "cross-origin-resource-policy": "cross-origin"},
    )


def _file(content: bytes, name: str, media: str) -> Response[bytes]:
    return Response(content, media_type=media, headers={"content-disposition": f'attachment; filename="{name}"'})


ROUTES: list[Any] = [show_receipt, receipt_jws, receipt_pdf]
WELL_KNOWN: list[Any] = [receipt_keys]
