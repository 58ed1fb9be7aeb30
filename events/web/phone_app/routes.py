"""The phone app under /scan/: the files that were built, and a page that says how to build them when they were not."""

from typing import Any, Final

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Redirect, Template

from events.access.guards import Given
from events.errors import NotFound
from events.settings import Settings
from events.web.pages import Visitor, an_address, page
from events.web.phone_app.files import Files

# the app runs its own scripts and its own decoder (WebAssembly), shows its own camera, and talks to this server alone
HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; img-src 'self' data:;"
        " connect-src 'self'; media-src 'self' blob: mediastream:; manifest-src 'self'; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'"
    ),
    "permissions-policy": "camera=(self), screen-wake-lock=(self), microphone=(), geolocation=()",
}


@get("/scan", **an_address(sync_to_thread=False))
def app_page(request: Visitor, settings: Given[Settings]) -> Response[bytes] | Redirect | Template:
    """The app itself. It stands at /scan/ and not at /scan, which its service worker could not see."""
    if not _files(request):
        return page(request, settings, "phone_app/not_built.html", status=503)
    if not request.scope["raw_path"].decode("latin-1").endswith("/"):
        return Redirect("/scan/", status_code=308)
    return _answer(request, "index.html")


@get("/scan/{path:path}", **an_address(sync_to_thread=False))
def app_file(path: FromPath[str], request: Visitor) -> Response[bytes]:
    """A file of the app. Raises NotFound for all others."""
    return _answer(request, path.removeprefix("/"))


def _files(request: Visitor) -> Files:
    files: Files = request.app.state.phone_app
    return files


def _answer(request: Visitor, name: str) -> Response[bytes]:
    file = _files(request).get(name)
    if file is None:
        raise NotFound
    # weak: the same file goes out in several codings (RFC 9110 §8.8.3)
    headers = HEADERS | {"etag": f'W/"{file.tag}"', "cache-control": file.kept, "vary": "accept-encoding"}
    if file.known_to(request.headers.get("if-none-match", "")):
        return Response(b"", status_code=304, headers=headers, media_type=file.media)
    content, coding = file.for_visitor(request.headers.get("accept-encoding", ""))
    if coding is not None:
        headers["content-encoding"] = coding
    return Response(content, headers=headers, media_type=file.media)


PAGES: list[Any] = [app_page, app_file]
