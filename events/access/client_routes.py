"""HTTP of API clients: made by a party's admins, let in by OAuth 2.0 client credentials."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import FromPath, JSONBody

from events.access.actions import admit_client, list_clients, make_client, withdraw_client
from events.access.caller import Caller
from events.access.guards import Chosen, Cursor, Given, IdempotencyKey, Limit, may
from events.access.permissions import Permission
from events.access.rules import ClientCredentials, ShortName, named, read_token_request
from events.access.tokens import EXPIRES_IN, Signer
from events.database.connections import Database


class ClientForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: ShortName


class NewClient(msgspec.Struct, frozen=True):
    """`client_secret` is shown this once; it is null when an Idempotency-Key repeats."""

    client_id: UUID
    client_secret: str | None


class ClientLine(msgspec.Struct, frozen=True):
    client_id: UUID
    name: str
    created_at: datetime
    revoked_at: datetime | None


class ClientPage(msgspec.Struct, frozen=True):
    items: list[ClientLine]
    next: UUID | None


class AccessToken(msgspec.Struct, frozen=True):
    """RFC 6749 §5.1."""

    access_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105  # the type's name


class OAuthProblem(msgspec.Struct, frozen=True):
    """RFC 6749 §5.2."""

    error: str


@post("/clients", opt=may(Permission.MANAGE_CLIENTS), status_code=201)
async def add_client(
    data: JSONBody[ClientForm],
    caller: Given[Caller],
    database: Given[Database],
    now: Given[datetime],
    idempotency_key: IdempotencyKey = None,
    party: Chosen = None,
) -> NewClient:
    """A client for machines of this party. Its secret is shown once."""
    mine, organisation = caller.party(Permission.MANAGE_CLIENTS, party)
    name = named(data.name, "name")
    made = await make_client(database, mine, organisation, caller.oneself(), name, idempotency_key, data, now)
    return NewClient(*made)


@get("/clients", opt=may(Permission.MANAGE_CLIENTS))
async def show_clients(
    caller: Given[Caller], database: Given[Database], party: Chosen = None, cursor: Cursor = None, limit: Limit = 50
) -> ClientPage:
    """The API clients of this party, revoked ones too."""
    found = await list_clients(database, *caller.party(Permission.MANAGE_CLIENTS, party), cursor, limit + 1)
    lines = [ClientLine(c.id, c.name, c.created_at, c.revoked_at) for c in found[:limit]]
    return ClientPage(lines, lines[-1].client_id if len(found) > limit else None)


@delete("/clients/{client:uuid}", opt=may(Permission.MANAGE_CLIENTS))
async def remove_client(
    client: FromPath[UUID], caller: Given[Caller], database: Given[Database], now: Given[datetime], party: Chosen = None
) -> None:
    """Revoke a client: its tokens are dead from the next request on. Doing it twice is no error."""
    await withdraw_client(database, *caller.party(Permission.MANAGE_CLIENTS, party), client, now)


@dataclass
class TokenOperation(Operation):
    """The form of the token endpoint, in the API's description: the handler reads it itself, to answer as the RFC says."""

    def __post_init__(self) -> None:
        text = Schema(type=OpenAPIType.STRING)
        form = Schema(
            type=OpenAPIType.OBJECT,
            properties={
                "grant_type": Schema(type=OpenAPIType.STRING, const="client_credentials"),
                "client_id": text,
                "client_secret": text,
            },
            required=["grant_type"],
        )
        self.request_body = RequestBody({"application/x-www-form-urlencoded": OpenAPIMediaType(schema=form)}, required=True)


@post(
    "/oauth/token",
    opt=may(Permission.BE_ANYONE),
    status_code=200,
    operation_class=TokenOperation,
    responses={status: ResponseSpec(OAuthProblem, description="RFC 6749 §5.2") for status in (400, 401)},
)
async def token_for_client(
    request: Request[Any, Any, Any], database: Given[Database], signer: Given[Signer], now: Given[datetime]
) -> Response[AccessToken]:
    """OAuth 2.0 client credentials (RFC 6749 §4.4), as a form; `client_secret_basic` or `client_secret_post`."""
    authorization = request.headers.get("authorization")
    given = read_token_request(request.headers.get("content-type", ""), await request.body(), authorization)
    if isinstance(given, ClientCredentials):
        token = await admit_client(database, signer, given, now)
        if token is not None:
            return Response(AccessToken(token, EXPIRES_IN), headers={"pragma": "no-cache"})
        given = "invalid_client"
    challenge = {"www-authenticate": 'Basic realm="events"'} if given == "invalid_client" else {}
    refusal: Response[Any] = Response(OAuthProblem(given), status_code=401 if challenge else 400, headers=challenge)
    return refusal


CLIENTS: list[Any] = [add_client, show_clients, remove_client, token_for_client]
