"""What runs beside the web server ends with it."""

import asyncio
import contextlib
import ssl
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import httpx

from events.lan import certificate_for
from events.serving import _Server, background, listening
from tests.conftest import SETTINGS
from tests.program import free_port


async def test_a_job_that_loses_its_cancellation_is_cancelled_again() -> None:
    running = asyncio.Event()

    async def deaf_once() -> None:
        running.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(60)

    async with asyncio.timeout(5), background(deaf_once(), asyncio.sleep(60)):
        await running.wait()


async def test_a_job_that_has_failed_does_not_keep_the_others_from_ending() -> None:
    async def fails() -> None:
        raise RuntimeError

    async with asyncio.timeout(5), background(fails(), asyncio.sleep(60)):
        await asyncio.sleep(0)


async def test_with_a_certificate_it_serves_https_and_believes_no_proxy(tmp_path: Path) -> None:
    async def app(scope: dict[str, Any], _receive: object, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": f"{scope['scheme']} {scope['client'][0]}".encode()})

    certificate = certificate_for(IPv4Address("127.0.0.1"), tmp_path, datetime.now(UTC))
    up = asyncio.Event()

    async def started() -> None:
        up.set()

    settings = replace(SETTINGS, port=free_port())
    trusting = ssl.create_default_context(cadata=certificate.authority)
    with listening(settings) as listener:
        server = _Server(app, started, certificate)  # type: ignore[arg-type]  # any ASGI application serves here
        server.config.lifespan = "off"
        running = asyncio.create_task(server.serve([listener]))
        await asyncio.wait_for(up.wait(), 10)
        async with httpx.AsyncClient(verify=trusting, trust_env=False, headers={"x-forwarded-for": "192.168.1.20"}) as client:
            told = (await client.get(f"https://127.0.0.1:{settings.port}/")).text
            with contextlib.suppress(httpx.HTTPError):
                told += (await client.get(f"http://127.0.0.1:{settings.port}/")).text
        server.should_exit = True
        await running
    assert told == "https 127.0.0.1"
