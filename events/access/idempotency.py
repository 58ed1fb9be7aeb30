"""Anything that can be sent twice is stored once: an Idempotency-Key claims the id of what its request makes."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

import msgspec

from events.database.connections import Connection
from events.errors import InvalidInput


def fingerprint(body: msgspec.Struct) -> bytes:
    """What was asked, as 32 bytes: the same key with another body is refused."""
    return sha256(msgspec.json.encode(body, order="sorted")).digest()


def key_reused() -> InvalidInput:
    return InvalidInput.of(
        "Idempotency-Key",
        "This key was used for another request. Use a new one.",
        "คีย์นี้ถูกใช้กับคำขออื่นแล้ว กรุณาใช้คีย์ใหม่",
    )


async def claim(connection: Connection, scope: str, key: str | None, body: msgspec.Struct, now: datetime) -> tuple[UUID, bool]:
    """The id for what this request makes, and whether it is new (False: made before, answer with it again).

    Raises InvalidInput when the key stood for another request.
    """
    if key is None:
        return await connection.fetchval("select uuidv7()"), True
    asked = fingerprint(body)
    made = await connection.fetchval(
        "insert into idempotency (scope, key, request_sha256, result_id, created_at) values ($1, $2, $3, uuidv7(), $4)"
        " on conflict do nothing returning result_id",
        scope,
        key,
        asked,
        now,
    )
    if made is not None:
        return made, True
    earlier = await connection.fetchrow(
        "select request_sha256, result_id from idempotency where scope = $1 and key = $2", scope, key
    )
    if earlier is None or earlier["request_sha256"] != asked:
        raise key_reused()
    return earlier["result_id"], False
