"""What access decides without asking anybody: who shares an address, what is a name, what a token request says. Pure."""

import binascii
from base64 import b64decode
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Annotated, Literal
from urllib.parse import parse_qsl, unquote_plus

import msgspec

from events.errors import InvalidInput

# what somebody calls a phone, a program or herself; and any token of ours, before it is looked at
ShortName = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Token = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
OAuthError = Literal["invalid_request", "invalid_client", "unsupported_grant_type"]


def network_of(host: str) -> str:
    """Whom a limit per address counts together: an IPv4 address, or the /64 that one IPv6 customer holds."""
    try:
        address: IPv4Address | IPv6Address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return str(address)


def named(text: str, field: str) -> str:
    """The name without outer blanks; raises InvalidInput when nothing is left."""
    if not text.strip():
        raise InvalidInput.of(field, "Say a name.", "กรุณาระบุชื่อ")
    return text.strip()


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """What a machine presents at the token endpoint; not checked yet."""

    client: str
    secret: str


def read_token_request(media_type: str, body: bytes, authorization: str | None) -> ClientCredentials | OAuthError:
    """The credentials of a client-credentials request, or the error code that RFC 6749 §5.2 has for it.

    The client names itself in the Authorization header or in the form (§2.3.1), never in both.
    """
    if media_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        return "invalid_request"
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=20, errors="strict")
    except ValueError:
        return "invalid_request"
    form = dict(pairs)
    # §3.2: a parameter must not stand twice
    if len(form) != len(pairs) or "grant_type" not in form:
        return "invalid_request"
    if form["grant_type"] != "client_credentials":
        return "unsupported_grant_type"
    in_form = "client_id" in form or "client_secret" in form
    if authorization is not None:
        return "invalid_request" if in_form else _basic(authorization)
    if not form.get("client_id") or not form.get("client_secret"):
        return "invalid_client"
    return ClientCredentials(form["client_id"], form["client_secret"])


def _basic(authorization: str) -> ClientCredentials | OAuthError:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return "invalid_client"
    try:
        client, colon, secret = b64decode(value.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return "invalid_client"
    # §2.3.1: both are form-encoded before they are joined
    return ClientCredentials(unquote_plus(client), unquote_plus(secret)) if colon else "invalid_client"
