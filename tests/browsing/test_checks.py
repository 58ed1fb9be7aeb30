"""Each check finds what it is there for: the same small page, with one thing wrong at a time."""

from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Page, Route

from tests.browsing.checks import all_well, fits, light_and_dark, no_violations, outline, same_without_javascript, zoomed
from tests.browsing.conftest import Look, Open
from tests.browsing.keyboard import keyboard_only
from tests.browsing.product import Product
from tests.browsing.watch import bytes_over_the_wire, console_errors, third_party_requests

STYLE = "body { background: Canvas; color: CanvasText; margin: 1rem } button, input { font: inherit } :focus-visible { outline: 3px solid }"
BODY = """<main id="main"><h1>A page</h1><p>Some words.</p><p><a href="/a">First link</a></p>
<form method="post" action="/b"><label for="x">Name</label><p><input id="x" name="x"></p><button>Send</button></form></main>"""
Check = Callable[[Page], Awaitable[list[str]]]
Show = Callable[..., Awaitable[Page]]


@pytest.fixture
async def show(kept_desk: Look) -> AsyncIterator[Show]:
    """Shows a page made up here, at an address of the product, with a policy or without."""

    pages: list[Page] = []

    async def make(body: str = BODY, style: str = STYLE, *, policy: str = "", javascript: bool = True) -> Page:
        page = await kept_desk("en", javascript=javascript)
        await serve(page, body, style, policy)
        await page.goto("/made-up")
        pages.append(page)
        return page

    yield make
    for page in pages:
        await page.unroute_all()


async def serve(page: Page, body: str, style: str, policy: str) -> None:
    async def answer(route: Route) -> None:
        html = f'<!doctype html><html lang="en"><head><meta name="color-scheme" content="light dark"><title>A page</title><link rel="icon" href="data:,"><style>{style}</style></head><body>{body}</body></html>'
        await route.fulfill(
            content_type="text/html; charset=utf-8", body=html, headers={"content-security-policy": policy} if policy else {}
        )

    await page.route("**/made-up", answer)


CHECKS: tuple[Check, ...] = (no_violations, light_and_dark, fits, zoomed, keyboard_only, console_errors, third_party_requests)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_a_good_page_has_no_complaint(check: Check, show: Show) -> None:
    assert (
        await check(
            await show(
                style=STYLE + "@media (prefers-color-scheme: dark) { body { background: #111; color: #eee } a { color: #9cf } }"
            )
        )
        == []
    )


@pytest.mark.parametrize(
    ("check", "body", "style", "said"),
    [
        (no_violations, BODY + '<img src="data:,">', "", "axe: image-alt"),
        (no_violations, BODY, "p { color: #ccc; background: #fff }", "axe: color-contrast"),
        (no_violations, BODY + "<input name=y>", "", "axe: label"),
        (no_violations, BODY + "<a href=/c style='display: inline-block; width: 9px; height: 9px'>x</a><a href=/d style='display: inline-block; width: 9px; height: 9px'>y</a>", "", "axe: target-size"),
        (light_and_dark, BODY, "body { background: #fff; color: #000 }", "dark: the background's brightness is 1.00"),
        (light_and_dark, BODY, "body { background: #111; color: #eee } a { color: #9cf }", "light: the background's brightness"),
        (light_and_dark, BODY, "@media (prefers-color-scheme: dark) { body { background: #111; color: #333 } }", "dark: axe: color-contrast"),
        (fits, BODY + "<div style='width: 400px'>Wide</div>", "", "at 320 px: the page is 416 px wide, 96 too many: <div> “Wide”"),
        (fits, BODY + "<p style='white-space: nowrap'>" + "long " * 30, "", "at 320 px: the page is"),
        (fits, BODY + "<p>" + "x" * 90, "", "too many: <p> “xxxx"),
        (fits, BODY + "<p style='width: 5rem; overflow: hidden; white-space: nowrap'>" + "long " * 9, "", "text is cut off in <p>"),
        (zoomed, BODY, "p { font-size: 14px }", "at 200%: text does not grow with the reader's text size: <p> “Some words.”"),
        (zoomed, BODY, "p { height: 1.5em; height: 24px; overflow: hidden }", "at 200%: text is cut off"),
        (zoomed, BODY, "h1 { width: 30rem }", "at 200%: the page is"),
        (keyboard_only, BODY, ":focus-visible { outline: none }", "no outline or shadow shows the focus on <a> “First link”"),
        (keyboard_only, BODY, "a:focus-visible { outline: 3px solid transparent }", "no outline or shadow shows the focus on <a>"),
        (keyboard_only, BODY + "<a href=/c tabindex=-1>Left out</a>", "", "Tab does not reach <a> “Left out”"),
        (keyboard_only, BODY + "<div role=button>No button</div>", "", "Tab does not reach <div> “No button”"),
        (keyboard_only, BODY + "<a href=/c tabindex=1>Pushes in</a>", "", "<a> “Pushes in” pushes ahead with tabindex=1"),
        (keyboard_only, BODY + "<script>const to = ['button', 'input', 'a']; onkeydown = (e) => { e.preventDefault(); document.querySelector(to.shift() ?? '#none')?.focus() }</script>", "", "<button> “Send” comes before <input#x> “x”"),
        (keyboard_only, "<a href=/c style='position: absolute; left: -99rem'>Far away</a>" + BODY, "", "the focus is out of sight on <a> “Far away”"),
        (keyboard_only, BODY + "<div style='position: fixed; inset: 0; background: #fff'>Lid</div>", "", "has the focus behind <div> “Lid”"),
        (keyboard_only, BODY + "<input id=t aria-label=Trap><script>t.onkeydown = (e) => e.preventDefault()</script><a href=/c>After</a>", "", "Tab does not get away from <input#t>"),
        (console_errors, BODY + "<script>console.error('Oh')</script>", "", "console: error: Oh"),
        (console_errors, BODY + "<script>throw new Error('Ouch')</script>", "", "thrown: Ouch"),
        (console_errors, BODY + "<img src=/missing.png alt=x>", "", "console: 404 for http://127.0.0.1"),
        (third_party_requests, BODY + "<img src=http://127.0.0.1:9/x.png alt=x>", "", "third party: http://127.0.0.1:9/x.png"),
    ],
)  # fmt: skip
async def test_a_bad_page_is_found_out(check: Check, body: str, style: str, said: str, show: Show) -> None:
    complaints = await check(await show(body, STYLE + style))
    assert [line for line in complaints if said in line] != [], complaints


@pytest.mark.parametrize(
    ("body", "policy", "said"),
    [
        ("<script>1</script>", "default-src 'none'; style-src 'unsafe-inline'; img-src data:", "CSP: script-src-elem forbids inline"),
        ("<p style='color: red'>Red</p>", "default-src 'self'; style-src-elem 'unsafe-inline'; img-src data:", "CSP: style-src-attr forbids inline"),
        ("<img src=/x.png alt=x>", "default-src 'none'; style-src 'unsafe-inline'", "CSP: img-src forbids"),
    ],
)  # fmt: skip
async def test_a_violation_of_the_policy_is_found_out(body: str, policy: str, said: str, show: Show) -> None:
    complaints = await console_errors(await show(BODY + body, policy=policy))
    assert [line for line in complaints if said in line] != [], complaints


async def test_the_outline_tells_headings_forms_and_fields(show: Show) -> None:
    assert await outline(await show()) == [
        "main #main",
        "h1 A page",
        "form post /b",
        "    input text x “Name”",
        "    button submit  “Send”",
    ]


async def test_a_page_made_by_a_script_has_no_outline_without_it(show: Show) -> None:
    made = "<script>document.body.innerHTML = '<main id=main><h1>Made</h1></main>'</script>"
    assert await outline(await show(made)) == ["main #main", "h1 Made"]
    assert await outline(await show(made, javascript=False)) == []


async def test_a_page_that_differs_without_javascript_is_found_out(show: Show) -> None:
    made = BODY + "<script>document.querySelector('button').insertAdjacentHTML('afterend', '<button>Save</button>')</script>"
    assert await same_without_javascript(await show(made), await show(made, javascript=False)) == [
        "without JavaScript: -     button submit  “Save”"
    ]
    assert await same_without_javascript(await show(), await show(javascript=False)) == []
    assert await same_without_javascript(await show("Words"), await show("Words")) == ["without JavaScript: no main landmark"]


async def test_the_bytes_of_a_first_visit_are_counted_as_sent(desk: Open, product: Product) -> None:
    context = await desk("en")
    sizes = await bytes_over_the_wire(context, "/en/sign-in")
    paths = {urlsplit(url).path: size for url, size in sizes.items() if not url.startswith("data:")}
    assert set(paths) - {"/static/icon.svg"} == {"/en/sign-in", "/static/style.css", "/static/page.js"}
    async with httpx.AsyncClient(base_url=product.url, trust_env=False) as client:
        for path, size in paths.items():
            answer = await client.get(path, headers={"accept-language": "en-GB"})
            # the body as it was sent, and its headers
            assert answer.num_bytes_downloaded < size < answer.num_bytes_downloaded + 2000


def test_all_complaints_are_told_at_once() -> None:
    all_well([], [])
    with pytest.raises(AssertionError, match=r"^\none\ntwo\nthree$"):
        all_well(["one", "two"], [], ["three"])
