"""Reading networks and token requests, as tables."""

from base64 import b64encode

import pytest

from events.access.permissions import GRANTS, Permission, Role
from events.access.rules import ClientCredentials, OAuthError, network_of, read_token_request

FORM = "application/x-www-form-urlencoded"
GRANT = "grant_type=client_credentials"


def basic(text: str) -> str:
    return "Basic " + b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("media", "body", "authorization", "read"),
    [
        (FORM, f"{GRANT}&client_id=a&client_secret=b", None, ClientCredentials("a", "b")),
        (FORM + "; charset=UTF-8", f"{GRANT}&client_id=a&client_secret=b%3D", None, ClientCredentials("a", "b=")),
        (FORM, GRANT, basic("a:b:c"), ClientCredentials("a", "b:c")),
        (FORM, GRANT, basic("a%3Ab:c+d"), ClientCredentials("a:b", "c d")),
        (FORM, f"{GRANT}&client_id=a&client_secret=b", basic("a:b"), "invalid_request"),
        (FORM, f"{GRANT}&client_id=a", None, "invalid_client"),
        (FORM, GRANT, None, "invalid_client"),
        (FORM, GRANT, "Bearer abc", "invalid_client"),
        (FORM, GRANT, "Basic ###", "invalid_client"),
        (FORM, GRANT, basic("no colon"), "invalid_client"),
        (FORM, f"{GRANT}&client_id=a&client_id=b&client_secret=c", None, "invalid_request"),
        (FORM, "grant_type=password&username=a&password=b", None, "unsupported_grant_type"),
        (FORM, "client_id=a&client_secret=b", None, "invalid_request"),
        (FORM, "", None, "invalid_request"),
        (FORM, "&&&=", None, "invalid_request"),
        (FORM, f"{GRANT}&client_id=%ff&client_secret=b", None, "invalid_request"),
        ("application/json", '{"grant_type":"client_credentials"}', None, "invalid_request"),
    ],
)
def test_a_token_request_is_read_as_rfc_6749_says(
    media: str, body: str, authorization: str | None, read: ClientCredentials | OAuthError
) -> None:
    assert read_token_request(media, body.encode(), authorization) == read


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_a_limit_counts_whole_networks(host: str, network: str) -> None:
    assert network_of(host) == network


def test_clients_are_made_by_admins_of_sponsors_and_affiliates_only() -> None:
    holders = {role for role, granted in GRANTS.items() if Permission.MANAGE_CLIENTS in granted}
    assert holders == {Role.SPONSOR_ADMIN, Role.AFFILIATE_ADMIN}
