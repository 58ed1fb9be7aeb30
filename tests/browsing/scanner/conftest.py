"""Phones and a booth, in front of the running product."""

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Playwright

from tests.browsing.pages import Language
from tests.browsing.product import Product
from tests.browsing.scanner.phones import HelperPhone
from tests.browsing.scanner.stand import Stand

NewPhone = Callable[..., HelperPhone]


@pytest.fixture(scope="session")
async def stand(product: Product) -> AsyncIterator[Stand]:
    """The booth of the demo's first sponsor, and the people who walk past it."""
    opened = Stand(product)
    yield opened
    await opened.close()


@pytest.fixture
async def new_phone(playwright: Playwright, product: Product) -> AsyncIterator[NewPhone]:
    """Makes phones: `phone = new_phone("th")`. They are switched off when the test ends."""
    async with _phones(playwright, product) as make:
        yield make


@pytest.fixture(scope="module")
async def kept_phones(playwright: Playwright, product: Product) -> AsyncIterator[NewPhone]:
    """Makes phones that several tests of a file use, one after the other."""
    async with _phones(playwright, product) as make:
        yield make


@asynccontextmanager
async def _phones(playwright: Playwright, product: Product) -> AsyncIterator[NewPhone]:
    made: list[HelperPhone] = []
    with tempfile.TemporaryDirectory(prefix="events-phone-") as folder:

        def make(language: Language = "en") -> HelperPhone:
            own = Path(folder) / str(len(made))
            own.mkdir()
            made.append(HelperPhone(playwright, own, product.url, language))
            return made[-1]

        yield make
        for phone in made:
            await phone.stop()
