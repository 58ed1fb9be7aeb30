"""API clients: made by a party's admin, let in by OAuth 2.0 client credentials, gone at once when revoked."""

from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest

from events.access.tokens import new_secret
from tests.round_trips import counting
from tests.scanning.hall import Hall

TOKEN = "/api/v1/oauth/token"


async def make(admin: httpx.AsyncClient, name: str = "CRM", **headers: str) -> Any:
    answer = await admin.post("/api/v1/clients", json={"name": name}, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def token(client: httpx.AsyncClient, made: Any) -> httpx.Response:
    form = {"grant_type": "client_credentials", "client_id": made["client_id"], "client_secret": made["client_secret"]}
    return await client.post(TOKEN, data=form)


async def test_a_client_gets_a_short_signed_token_by_either_way(hall: Hall, anyone: httpx.AsyncClient) -> None:
    made = await make(await hall.admin("S1"))
    basic = httpx.BasicAuth(made["client_id"], made["client_secret"])
    for answer in (
        await token(anyone, made),
        await anyone.post(TOKEN, data={"grant_type": "client_credentials"}, auth=basic),
    ):
        body = answer.json()
        assert (answer.status_code, body["token_type"], body["expires_in"]) == (200, "Bearer", 900)
        assert answer.headers["cache-control"] == "no-store"
        assert jwt.get_unverified_header(body["access_token"]) == {"alg": "EdDSA", "typ": "client+jwt"}
        claims = jwt.decode(body["access_token"], options={"verify_signature": False})
        assert (claims["sub"], claims["role"], claims["exp"] - claims["iat"]) == (made["client_id"], "sponsor_machine", 900)


async def test_an_affiliates_client_is_an_affiliates_machine(hall: Hall, anyone: httpx.AsyncClient) -> None:
    await hall.party("A1", "affiliate")
    made = await make(await hall.admin("A1"))
    claims = jwt.decode((await token(anyone, made)).json()["access_token"], options={"verify_signature": False})
    assert claims["role"] == "affiliate_machine"


@pytest.mark.requirement("S11-sec-1")
async def test_wrong_credentials_get_one_answer(hall: Hall, anyone: httpx.AsyncClient) -> None:
    made = await make(await hall.admin("S1"))
    answers = [
        await token(anyone, made | {"client_secret": new_secret()}),
        await token(anyone, made | {"client_id": str(uuid4())}),
        await token(anyone, made | {"client_id": "x"}),
        await anyone.post(TOKEN, data={"grant_type": "client_credentials"}, auth=httpx.BasicAuth("x", "y")),
    ]
    assert [(a.status_code, a.json(), a.headers["www-authenticate"]) for a in answers] == [
        (401, {"error": "invalid_client"}, 'Basic realm="events"')
    ] * 4


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
        ({"scope": "all"}, "invalid_request"),
        ({}, "invalid_request"),
    ],
)
async def test_other_requests_get_the_errors_of_the_standard(anyone: httpx.AsyncClient, form: dict[str, str], error: str) -> None:
    answer = await anyone.post(TOKEN, data=form)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


async def test_guessing_is_slowed_down_and_does_not_lock_the_client_out(hall: Hall, anyone: httpx.AsyncClient) -> None:
    made = await make(await hall.admin("S1"))
    wrong = [await token(anyone, made | {"client_secret": "guess"}) for _ in range(31)]
    assert [a.status_code for a in wrong] == [401] * 30 + [429]
    right = [await token(anyone, made) for _ in range(31)]
    assert [a.status_code for a in right] == [200] * 30 + [429]


async def test_a_revoked_client_is_out_with_the_next_request(hall: Hall, anyone: httpx.AsyncClient) -> None:
    admin = await hall.admin("S1")
    made = await make(admin)
    bearer = {"authorization": f"Bearer {(await token(anyone, made)).json()['access_token']}"}
    assert (await anyone.get("/api/v1/recalls", headers=bearer)).status_code == 200
    assert [(await admin.delete(f"/api/v1/clients/{made['client_id']}")).status_code for _ in range(2)] == [204, 204]
    assert (await anyone.get("/api/v1/recalls", headers=bearer)).status_code == 401
    assert (await token(anyone, made)).status_code == 401


async def test_the_secret_is_shown_once_and_kept_as_a_hash(hall: Hall) -> None:
    admin = await hall.admin("S1")
    made = await make(admin, **{"Idempotency-Key": "k"})
    again = await make(admin, **{"Idempotency-Key": "k"})
    assert again == {"client_id": made["client_id"], "client_secret": None}
    listed = (await admin.get("/api/v1/clients")).json()
    now = hall.clock.now.isoformat().replace("+00:00", "Z")
    assert listed == {
        "items": [{"client_id": made["client_id"], "name": "CRM", "created_at": now, "revoked_at": None}],
        "next": None,
    }
    [row] = await hall.sql.fetch("select c::text as all from api_client c where id = $1::uuid", made["client_id"])
    assert made["client_secret"] not in row["all"]


async def test_clients_belong_to_their_party(hall: Hall) -> None:
    mine, other = await hall.admin("S1"), await hall.admin("S2")
    made = await make(mine)
    assert (await other.get("/api/v1/clients")).json() == {"items": [], "next": None}
    assert (await other.delete(f"/api/v1/clients/{made['client_id']}")).status_code == 404
    assert [i["revoked_at"] for i in (await mine.get("/api/v1/clients")).json()["items"]] == [None]


async def test_clients_come_in_pages(hall: Hall) -> None:
    admin = await hall.admin("S1")
    made = [(await make(admin, f"c{n}"))["client_id"] for n in range(3)]
    first = (await admin.get("/api/v1/clients", params={"limit": 2})).json()
    second = (await admin.get("/api/v1/clients", params={"limit": 2, "cursor": first["next"]})).json()
    assert [[i["client_id"] for i in page["items"]] for page in (first, second)] == [made[:2], made[2:]]
    assert second["next"] is None


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
async def test_a_client_has_a_name(hall: Hall, name: str) -> None:
    answer = await (await hall.admin("S1")).post("/api/v1/clients", json={"name": name})
    assert (answer.status_code, [e["field"] for e in answer.json()["errors"]]) == (422, ["name"])


async def test_helpers_organisers_and_visitors_make_no_clients(hall: Hall) -> None:
    asked = [
        (await who.post("/api/v1/clients", json={"name": "CRM"})).status_code
        for who in (await hall.admin("S1", "helper"), await hall.staff("owner"), hall.visit())
    ]
    assert asked == [403, 403, 401]


async def test_a_list_of_clients_costs_the_same_whatever_its_length(hall: Hall) -> None:
    admin, counted = await hall.admin("S1"), []
    for more in (1, 2):
        for n in range(more):
            await make(admin, f"c{n}")
        async with counting(hall.database) as log:
            answer = await admin.get("/api/v1/clients")
        counted.append((len(answer.json()["items"]), len(log)))
    assert counted == [(1, 4), (3, 4)]
