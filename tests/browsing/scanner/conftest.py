"""Phones and a booth, in front of the running product."""

import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from playwright.async_api import Playwright

from tests.browsing.product import Product
from tests.browsing.scanner.phones import HelperPhone
from tests.browsing.scanner.stand import Stand

NewPhone = Callable[..., HelperPhone]


@pytest.fixture(scope="session")
def stand(product: Product) -> Stand:
    return Stand(product)


@pytest.fixture
async def new_phone(playwright: Playwright, product: Product) -> AsyncIterator[NewPhone]:
    """Makes phones: `phone = new_phone("th")`. They are switched off when the test ends."""
    made: list[HelperPhone] = []
    with tempfile.TemporaryDirectory(prefix="events-phone-") as folder:

        def make(language: str = "en") -> HelperPhone:
            own = Path(folder) / str(len(made))
            own.mkdir()
            made.append(HelperPhone(playwright, own, product.url, language))  # type: ignore[arg-type]
            return made[-1]

        yield make
        for phone in made:
            await phone.stop()
