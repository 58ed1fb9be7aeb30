"""What a page's form sends: small, urlencoded, and from a page of ours."""

from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from litestar import Request

from events.errors import BadRequest, NotAllowed
from events.settings import Settings
from events.web.safety import TooLarge

MAX_FORM: Final = 4096


class ForeignPage(NotAllowed):
    en = "This request came from another site. Open the link from your mail again and press the button there."
    th = "คำขอนี้มาจากเว็บไซต์อื่น กรุณาเปิดลิงก์จากอีเมลอีกครั้งแล้วกดปุ่มในหน้านั้น"


def require_own_page(request: Request[Any, Any, Any], settings: Settings) -> None:
    """Raises ForeignPage unless the browser says that a page of this server sent the form.

    Otherwise another site could sign its visitors in as somebody of its choice (login CSRF).
    """
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    here = {urlsplit(settings.base_url).netloc, request.headers.get("host")}
    if site not in {None, "same-origin"} or (origin is None and site is None):
        raise ForeignPage
    if origin is not None and urlsplit(origin).netloc not in here:
        raise ForeignPage


async def read_form(request: Request[Any, Any, Any], settings: Settings) -> dict[str, str]:
    """The fields of a form of ours. Raises ForeignPage, TooLarge, BadRequest."""
    require_own_page(request, settings)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise BadRequest
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_FORM:
            raise TooLarge
        parts.append(part)
    try:
        pairs = parse_qsl(b"".join(parts).decode("ascii"), keep_blank_values=True, max_num_fields=5, errors="strict")
    except ValueError as error:
        raise BadRequest from error
    form = dict(pairs)
    if len(form) != len(pairs) or any("\x00" in value for value in form.values()):
        raise BadRequest
    return form
