"""What runs beside the web server ends with it."""

import asyncio

from events.serving import _background


async def test_a_job_that_loses_its_cancellation_is_cancelled_again() -> None:
    running = asyncio.Event()

    async def deaf_once() -> None:
        running.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(60)

    async with asyncio.timeout(5), _background(deaf_once(), asyncio.sleep(60)):
        await running.wait()


async def test_a_job_that_has_failed_does_not_keep_the_others_from_ending() -> None:
    async def fails() -> None:
        raise RuntimeError

    async with asyncio.timeout(5), _background(fails(), asyncio.sleep(60)):
        await asyncio.sleep(0)
