"""A credential of one kind is worth nothing where another kind is asked for."""

import base64
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import jwt
import pytest

from events.access.tokens import Signer, new_secret
from events.settings import Settings
from tests.access.test_sign_in import mailed_token, person
from tests.conftest import SETTINGS
from tests.scanning.hall import Hall


@dataclass
class Credentials:
    """One good credential of every kind."""

    of: dict[str, str]
    phone: UUID
    client: UUID


async def every_kind(hall: Hall) -> Credentials:
    anyone, admin = hall.visit(), await hall.admin("S1")
    phone = await hall.phone("S1")
    made = (await admin.post("/api/v1/clients", json={"name": "CRM"})).json()
    form = {"grant_type": "client_credentials", "client_id": made["client_id"], "client_secret": made["client_secret"]}
    return Credentials(
        {
            "session": admin.cookies["session"],
            "link": await mailed_token(hall, anyone, await person(hall)),
            "enrolment": await hall.enrolment("S1"),
            "refresh": phone.refresh_token,
            "phone": phone.client.headers["authorization"].removeprefix("Bearer "),
            "secret": made["client_secret"],
            "client": (await anyone.post("/api/v1/oauth/token", data=form)).json()["access_token"],
        },
        phone.id,
        UUID(made["client_id"]),
    )


@pytest.mark.requirement("S11-sec-1")
async def test_every_kind_of_token_is_good_on_its_own_surface_alone(hall: Hall) -> None:
    kinds = await every_kind(hall)
    good_for = {
        "cookie": {"session"},
        "bearer": {"phone", "client"},
        "refresh": {"refresh"},
        "link": {"link"},
        "enrol": {"enrolment"},
    }

    async def present(surface: str, token: str) -> int:
        visitor = hall.visit()
        match surface:
            case "cookie":
                visitor.cookies.set("session", token, domain="events.example")
                return (await visitor.get("/api/v1/session")).status_code
            case "bearer":
                return (await visitor.get("/api/v1/device", headers={"authorization": f"Bearer {token}"})).status_code
            case "refresh":
                return (await visitor.post("/api/v1/devices/token", json={"refresh_token": token[:200]})).status_code
            case "link":
                return (await visitor.post("/api/v1/sessions", json={"token": token[:200]})).status_code
            case _:
                return (await visitor.post("/api/v1/devices/enrol", json={"code": token[:200], "helper": "x"})).status_code

    said = {(s, k): await present(s, t) for s in good_for for k, t in kinds.of.items() if k not in good_for[s]}
    refusal = {"cookie": 401, "bearer": 401, "refresh": 401, "link": 410, "enrol": 410}
    assert said == {(surface, kind): refusal[surface] for surface, kind in said}
    assert len(said) == 5 * 7 - 6
    # and nothing above has spoilt them; a machine's token is no credential on a route that its role may not call
    assert [await present(s, kinds.of[k]) for s, k in (("cookie", "session"), ("bearer", "phone"), ("bearer", "client"))] == [
        200,
        200,
        401,
    ]
    assert [
        await present(s, k)
        for s, k in (("refresh", kinds.of["refresh"]), ("link", kinds.of["link"]), ("enrol", kinds.of["enrolment"]))
    ] == [200, 201, 201]


def forged(now: Any, subject: UUID, **changes: Any) -> str:
    """A phone's token, signed by the right key, with something about it changed."""
    signer = Signer(SETTINGS)
    header = {"typ": changes.pop("typ", "device+jwt")}
    claims = {
        "iss": "events",
        "aud": "events:device",
        "sub": str(subject),
        "role": "booth_phone",
        "jti": str(uuid4()),
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(minutes=15)).timestamp()),
    } | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, signer._keys["device"], algorithm="EdDSA", headers=header)


@pytest.mark.requirement("S11-sec-1")
@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "events:client"},
        {"aud": None},
        {"iss": "somebody"},
        {"typ": "client+jwt"},
        {"typ": "JWT"},
        {"exp": None},
        {"exp": "9999999999"},
        {"exp": 1},
        {"iat": None},
        {"jti": None},
        {"sub": None},
        {"sub": "not-an-id"},
        {"role": None},
    ],
)
async def test_a_token_with_anything_wrong_about_it_is_none(
    hall: Hall, anyone: httpx.AsyncClient, changes: dict[str, Any]
) -> None:
    phone = await hall.phone("S1")
    good = {"authorization": f"Bearer {forged(hall.clock.now, phone.id)}"}
    bad = {"authorization": f"Bearer {forged(hall.clock.now, phone.id, **changes)}"}
    assert [(await anyone.get("/api/v1/device", headers=h)).status_code for h in (good, bad)] == [200, 401]


@pytest.mark.requirement("S11-sec-1")
async def test_tokens_of_other_makers_are_none(hall: Hall, anyone: httpx.AsyncClient) -> None:
    phone = await hall.phone("S1")
    token = phone.client.headers["authorization"].removeprefix("Bearer ")
    header, claims, signature = token.split(".")
    unsigned = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "device+jwt"}).encode()).decode().rstrip("=")
    elsewhere = Signer(Settings(secret=b"the secret of another installation")).issue(
        "device", phone.id, "booth_phone", hall.clock.now
    )
    for bad in (
        elsewhere,
        f"{unsigned}.{claims}.",
        f"{unsigned}.{claims}.{signature}",
        f"{header}.{claims}.",
        "",
        "x",
        new_secret(),
    ):
        answer = await anyone.get("/api/v1/device", headers={"authorization": f"Bearer {bad}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    ghost = Signer(SETTINGS).issue("device", uuid4(), "booth_phone", hall.clock.now)
    item = phone.item("x", kind="booth")
    for path in ("device", "scans"):
        answer = await anyone.request(
            "GET" if path == "device" else "POST",
            f"/api/v1/{path}",
            headers={"authorization": f"Bearer {ghost}"},
            json=None if path == "device" else {"scans": [item]},
        )
        assert answer.status_code == 401


async def test_a_phone_cannot_turn_from_booth_to_door(hall: Hall, anyone: httpx.AsyncClient) -> None:
    booth, door = await hall.phone("S1"), await hall.phone(None)
    for phone, role, kind in ((booth, "door_phone", "entry"), (door, "booth_phone", "booth")):
        token = Signer(SETTINGS).issue("device", phone.id, role, hall.clock.now)
        answer = await anyone.post(
            "/api/v1/scans", json={"scans": [phone.item("x", kind=kind)]}, headers={"authorization": f"Bearer {token}"}
        )
        assert answer.status_code == 401


async def test_a_session_is_nothing_where_phones_are_asked(hall: Hall) -> None:
    """No person can hold that permission, so her role is not what is missing: her credential is."""
    phone = await hall.phone("S1")
    for client in (await hall.staff("owner"), await hall.admin("S1")):
        shown = await client.get("/api/v1/device")
        sent = await client.post("/api/v1/scans", json={"scans": [phone.item("x", kind="booth")]})
        assert [(a.status_code, a.json()["code"]) for a in (shown, sent)] == [(401, "not_signed_in")] * 2
