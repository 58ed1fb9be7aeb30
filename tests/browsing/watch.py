"""What a page asks for and complains of while it is open: requests, console, violations of the content security policy."""

from typing import Final
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request, Response, WebError

# in the page before any script of its own; Chromium's own message does not come for every kind of violation
TELL_VIOLATIONS: Final = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} forbids ${event.blockedURI} (${event.sourceFile}:${event.lineNumber})`));
"""
_WATCHED: WeakKeyDictionary[BrowserContext, "Watch"] = WeakKeyDictionary()


class Watch:
    """Everything that happened in one context of the browser."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.failed: list[Response] = []
        self.console: list[ConsoleMessage] = []
        self.thrown: list[WebError] = []

    def forget(self) -> None:
        """Begin anew, for the next page."""
        for seen in (self.requests, self.failed, self.console, self.thrown):
            seen.clear()

    def asks(self, request: Request) -> None:
        self.requests.append(request)

    def answers(self, response: Response) -> None:
        if response.status >= 400:
            self.failed.append(response)

    def says(self, message: ConsoleMessage) -> None:
        self.console.append(message)

    def throws(self, error: WebError) -> None:
        self.thrown.append(error)


async def watch(context: BrowserContext) -> Watch:
    """Watch this context from now on; before its first page."""
    seen = _WATCHED[context] = Watch()
    context.on("request", seen.asks)
    context.on("response", seen.answers)
    context.on("console", seen.says)
    context.on("weberror", seen.throws)
    await context.add_init_script(TELL_VIOLATIONS)
    return seen


async def console_errors(page: Page) -> list[str]:
    """Errors and warnings on the console, exceptions, violations of the policy, and files of the page that are not there.

    That the document itself is an answer of 4xx or 5xx is no complaint: error pages are pages.
    """
    seen = await _all_of(page)
    documents = {request.url for request in seen.requests if request.is_navigation_request()}
    return [
        *(
            f"console: {message.type}: {message.text}"
            for message in seen.console
            if message.type in {"error", "warning"}
            and not (message.text.startswith("Failed to load resource") and message.location["url"] in documents)
        ),
        *(f"thrown: {error.error}" for error in seen.thrown),
        *(f"console: {answer.status} for {answer.url}" for answer in seen.failed if not answer.request.is_navigation_request()),
    ]


async def third_party_requests(page: Page) -> list[str]:
    """What was asked of any other origin than the page's own."""
    seen, own = await _all_of(page), urlsplit(page.url)
    asked = [urlsplit(request.url) for request in seen.requests]
    return [
        f"third party: {url.geturl()}"
        for url in asked
        if url.scheme not in {"data", "blob"} and (url.scheme, url.netloc) != (own.scheme, own.netloc)
    ]


def watched(context: BrowserContext) -> Watch:
    """What was seen in this context so far."""
    return _WATCHED[context]


async def _all_of(page: Page) -> Watch:
    """What was seen in the page's context, up to now: the answer to a question comes after all that was told before it."""
    await page.evaluate("0")
    return _WATCHED[page.context]


async def bytes_over_the_wire(context: BrowserContext, address: str) -> dict[str, int]:
    """What the first visit to this address costs in a context with an empty cache: bytes with headers, compressed, by URL."""
    page = await context.new_page()
    wire = await context.new_cdp_session(page)
    urls: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def begins(event: dict[str, object]) -> None:
        urls[str(event["requestId"])] = str(event["request"]["url"])  # type: ignore[index]  # as the protocol has it

    def ends(event: dict[str, object]) -> None:
        url = urls[str(event["requestId"])]
        sizes[url] = sizes.get(url, 0) + int(event["encodedDataLength"])  # type: ignore[call-overload]  # a number

    wire.on("Network.requestWillBeSent", begins)
    wire.on("Network.loadingFinished", ends)
    await wire.send("Network.enable")
    await page.goto(address, wait_until="networkidle")
    await page.close()
    return sizes
