"""What the tests ask as a phone, and at its desk."""

from typing import Any
from uuid import UUID

import httpx

from tests.scanning.hall import Phone


async def enrol(client: httpx.AsyncClient, code: str, helper: str = "Nok", request: str | None = None) -> httpx.Response:
    form = {"code": code, "helper": helper} | ({} if request is None else {"request": request})
    return await client.post("/api/v1/devices/enrol", json=form)


async def change(client: httpx.AsyncClient, token: str, request: UUID | None = None) -> httpx.Response:
    named = {} if request is None else {"request": str(request)}
    return await client.post("/api/v1/devices/token", json={"refresh_token": token} | named)


async def offer(desk: httpx.AsyncClient, slug: str, **headers: str) -> httpx.Response:
    return await desk.post("/api/v1/devices/enrolments", json={"event": slug}, headers=headers)


async def shows(phone: Phone) -> tuple[int, Any]:
    answer = await phone.client.get("/api/v1/device")
    return answer.status_code, answer.json().get("code")
