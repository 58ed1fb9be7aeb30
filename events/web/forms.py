"""What a page's form sends: small, urlencoded, and from a page of ours."""

from hashlib import sha256
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from litestar import Request

from events.errors import BadRequest, NotAllowed
from events.settings import Settings
from events.web.safety import TooLarge

MAX_FORM: Final = 4096
MAX_FIELDS: Final = 8


class Form:
    """What a page's form sent: names with their values, in order."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def digest(self) -> bytes:
        """The whole form as 32 bytes: the same words give the same."""
        return sha256(repr(sorted(self._values.items())).encode()).digest()

    def get(self, name: str, default: str = "") -> str:
        """The value of a field that is sent once; the last one where it is sent more often."""
        return self._values.get(name, [default])[-1]

    def all(self, name: str) -> list[str]:
        """Every value of a name: of boxes that share it."""
        return self._values.get(name, [])

    def under(self, prefix: str) -> dict[str, list[str]]:
        """The fields whose names start with the prefix, by the rest of their names."""
        return {name.removeprefix(prefix): values for name, values in self._values.items() if name.startswith(prefix)}

    def single(self) -> dict[str, str]:
        """A form whose every field is sent once. Raises BadRequest for another."""
        if any(len(values) > 1 for values in self._values.values()):
            raise BadRequest
        return {name: values[0] for name, values in self._values.items()}


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


async def read_form(
    request: Request[Any, Any, Any], settings: Settings, *, most_bytes: int = MAX_FORM, most_fields: int = MAX_FIELDS
) -> Form:
    """The fields of a form of ours. Raises ForeignPage, TooLarge, BadRequest."""
    require_own_page(request, settings)
    return await read_any_form(request, most_bytes=most_bytes, most_fields=most_fields)


async def read_any_form(request: Request[Any, Any, Any], *, most_bytes: int = MAX_FORM, most_fields: int = MAX_FIELDS) -> Form:
    """The fields of a form that anybody may send. Raises TooLarge, BadRequest."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise BadRequest
    content = await read_body(request, most_bytes=most_bytes)
    try:
        pairs = parse_qsl(content.decode("ascii"), keep_blank_values=True, max_num_fields=most_fields, errors="strict")
    except ValueError as error:
        raise BadRequest from error
    if any("\x00" in name or "\x00" in value for name, value in pairs):
        raise BadRequest
    return Form(pairs)


async def read_body(request: Request[Any, Any, Any], *, most_bytes: int = MAX_FORM) -> bytes:
    """What was sent, if it is small. Raises TooLarge."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most_bytes:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)
