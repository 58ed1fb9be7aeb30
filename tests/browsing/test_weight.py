"""What the first visit costs on the wire, with a cold cache."""

import pytest

from events.demo import story
from tests.browsing.conftest import Open
from tests.browsing.pages import LANGUAGES, Language
from tests.browsing.product import Product
from tests.browsing.watch import bytes_over_the_wire, third_party_requests

MOST = 60_000  # bytes, headers included


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rest", ["", f"/events/{story.CONFERENCE}", f"/events/{story.CONFERENCE}/register"])
async def test_a_first_visit_fits_into_sixty_kilobytes(language: Language, rest: str, product: Product, phone: Open) -> None:
    context = await phone(language)
    sizes = await bytes_over_the_wire(context, f"{product.url}/{language}{rest}")
    assert sum(sizes.values()) <= MOST, sizes
    # the page, its style, its script and its icon: no more than that, and all from here
    assert len(sizes) <= 4, sizes
    page = await context.new_page()
    await page.goto(f"{product.url}/{language}{rest}")
    assert await third_party_requests(page) == []
