"""Every page in both languages: for eyes, screen readers and keyboards, in the light and in the dark, on a small phone, and without JavaScript."""

import pytest

from events.app import create_app
from tests.browsing.checks import all_well, fits, light_and_dark, same_without_javascript, zoomed
from tests.browsing.conftest import Look, Shots
from tests.browsing.keyboard import keyboard_only
from tests.browsing.pages import LANGUAGES, NO_PAGES, TABLE, Language, Row, reach
from tests.browsing.product import Product
from tests.browsing.watch import console_errors, third_party_requests
from tests.conftest import SETTINGS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
async def test_everybody_can_read_and_use_it(
    row: Row, language: Language, product: Product, kept_phone: Look, shots: Shots
) -> None:
    page = await kept_phone(language, who=row.who)
    await reach(row, language, product, page)
    assert await page.locator("html").get_attribute("lang") == language
    complaints = [
        await light_and_dark(page),
        await fits(page, 320),
        await zoomed(page, 2),
        await keyboard_only(page),
        await console_errors(page),
        await third_party_requests(page),
    ]
    await shots(page, f"{row.name}-{language}")
    plain = await kept_phone(language, who=row.who, javascript=False)
    await reach(row, language, product, plain)
    all_well(*complaints, await same_without_javascript(page, plain))


def test_the_table_has_every_page_of_the_program() -> None:
    routes = {
        f"{method} {route.path_format}"
        for route in create_app(SETTINGS, None).litestar.routes  # type: ignore[arg-type]  # its routes are asked for, nothing else
        for method in route.methods - {"OPTIONS"}
        if not route.path_format.startswith("/api/")
    }
    assert {row.route for row in TABLE} | NO_PAGES == routes
    assert {row.route for row in TABLE} & NO_PAGES == set()
