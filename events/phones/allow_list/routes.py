"""HTTP of the allow-list: the badges that are good while a phone is offline."""

from datetime import datetime
from typing import Annotated, Any, Final

from litestar import Response, get
from litestar.params import HeaderParameter

from events.access.caller import Caller
from events.access.guards import Given, may
from events.access.permissions import Permission
from events.database.connections import Database
from events.phones.allow_list.actions import fetch_list
from events.phones.allow_list.memory import Lists
from events.phones.allow_list.rules import asks_for_delta, tags_of
from events.settings import Settings

IM_USED: Final = 226  # RFC 3229 §10.4.1
PACKED: Final = "application/octet-stream"
Header = Annotated[str | None, HeaderParameter(name="If-None-Match", max_length=400)]
Manipulations = Annotated[str | None, HeaderParameter(name="A-IM", max_length=100)]


@get("/device/list", opt=may(Permission.BE_A_PHONE), media_type=PACKED)
async def show_list(
    caller: Given[Caller],
    database: Given[Database],
    settings: Given[Settings],
    lists: Given[Lists],
    now: Given[datetime],
    if_none_match: Header = None,
    a_im: Manipulations = None,
) -> Response[bytes]:
    """The badges that are good for this phone, as ascending 6-byte hashes: decided at most 20 seconds ago.

    Each is the first 48 bits of HMAC-SHA256(list_key, the code's 20 ASCII characters).
    304 for a list that the phone has. With `A-IM: allow-delta` (RFC 3229) and the tag of a list that this server still knows,
    226: how many are gone (4 bytes, big-endian), the gone, then the added. Whoever asks another process gets the whole list.
    """
    of, found = await fetch_list(database, settings, lists, caller.device(), now)
    has = tags_of(if_none_match)
    headers = {"ETag": found.tag, "Vary": "A-IM"}
    if found.tag in has or "*" in has:
        return Response(b"", status_code=304, headers=headers, media_type=PACKED)
    if asks_for_delta(a_im):
        for base in has:
            delta = lists.told_since(of, base, found)
            if delta is not None:
                told = headers | {"IM": "allow-delta", "Delta-Base": base}
                return Response(delta, status_code=IM_USED, headers=told, media_type=PACKED)
    return Response(found.hashes, headers=headers, media_type=PACKED)


ROUTES: list[Any] = [show_list]
