"""What access decides without asking anybody: how a code reads, who shares an address, what a token request says. Pure."""

import binascii
from base64 import b64decode
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final, Literal
from urllib.parse import parse_qsl, unquote_plus

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Crockford's base32 as people type it: case, spaces and hyphens do not count, O is 0, I and L are 1
_TYPED: Final = str.maketrans("abcdefghjkmnpqrstvwxyzOoIiLl", "ABCDEFGHJKMNPQRSTVWXYZ001111", " -")

# how long after its end the doors of an event stay open, and how long after that their phones may hand over what they read; the
# same as access.doors_over and access.refresh_device say
DOORS_STAY_OPEN: Final = timedelta(hours=12)
DOORS_HAND_OVER: Final = timedelta(days=3)

OAuthError = Literal["invalid_request", "invalid_client", "unsupported_grant_type"]


def enrolment_code(random: bytes) -> str:
    """20 characters of Crockford base32: 100 bits of the given randomness, readable aloud and typeable."""
    return "".join(_ALPHABET[byte & 31] for byte in random[:20])


def enrolment_address(base_url: str, code: str) -> str:
    """What leads a phone's browser into the app with this code. Behind the #: the code does not leave the browser before the
    app shows what it is for. An empty `base_url` is this very server."""
    return f"{base_url}/scan/#enrol={code}"


def typed_code(text: str) -> str:
    """An enrolment code in its one normal form, however it was typed."""
    return text.translate(_TYPED)


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
