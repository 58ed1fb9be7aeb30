"""The outermost layer: headers on every answer, and no request body goes further unless it is plain, bounded JSON."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qsl

from events.errors import EventsError, FieldError, InvalidInput, NotFound
from events.web.problems import problem_body

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_BODY: Final = 2 * 1024 * 1024
MAX_DEPTH: Final = 12
MAX_TEXT: Final = 20_000
SECURITY_HEADERS: Final = (
    (
        b"content-security-policy",
        (
            b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none';"
            b" frame-ancestors 'none'"
        ),
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


class UnsupportedMediaType(EventsError):
    status = 415
    code = "not_json"
    en = "Send JSON, with Content-Type: application/json."
    th = "กรุณาส่งข้อมูลแบบ JSON โดยกำหนด Content-Type: application/json"


class TooLarge(EventsError):
    status = 413
    code = "too_large"
    en = f"The request is larger than {MAX_BODY // 1024 // 1024} MiB."
    th = f"คำขอมีขนาดเกิน {MAX_BODY // 1024 // 1024} MiB"


class Safety:
    """ASGI middleware; `secure` adds HSTS."""

    def __init__(self, app: Asgi, *, secure: bool) -> None:
        self.app = app
        self.headers = SECURITY_HEADERS + (((b"strict-transport-security", b"max-age=31536000"),) if secure else ())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *((n, v) for n, v in self.headers if n not in present)]
                if b"cache-control" not in present:
                    message["headers"].append((b"cache-control", b"no-store"))
            await send(message)

        try:
            check_address(scope)
        except EventsError as error:
            await refuse(scope, send_with_headers, error)
            return
        if scope["path"].startswith("/api/") and scope["method"] in {"POST", "PUT", "PATCH", "DELETE"}:
            try:
                receive = replay(await checked_body(scope, receive))
            except EventsError as error:
                await refuse(scope, send_with_headers, error)
                return
        await self.app(scope, receive, send_with_headers)


def check_address(scope: Scope) -> None:
    """No text with a NUL goes further: Postgres cannot hold one. Raises NotFound for a path, InvalidInput for a parameter."""
    if "\x00" in scope["path"]:
        raise NotFound
    if b"%00" in scope["query_string"] or b"\x00" in scope["query_string"]:
        named = [
            name
            for name, value in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            if "\x00" in name + value
        ]
        raise InvalidInput.of(
            named[0].replace("\x00", "")[:200] if named else "", "This text holds a NUL character.", "ข้อความนี้มีอักขระ NUL"
        )


def replay(body: bytes) -> Receive:
    """The body once more, then a disconnect when somebody waits for more."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive


async def refuse(scope: Scope, send: Send, error: EventsError) -> None:
    status, headers, body = problem_body(error, dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1"))
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [*raw, (b"content-length", str(len(body)).encode())],
        }
    )
    await send({"type": "http.response.body", "body": body})


async def checked_body(scope: Scope, receive: Receive) -> bytes:
    """The whole body, when it is empty, a form of the token endpoint, or JSON that every layer reads the same way.

    Raises UnsupportedMediaType, TooLarge or InvalidInput (naming the field).
    """
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BODY:
            raise TooLarge
        if not message.get("more_body"):
            break
    body = b"".join(parts)
    kind = dict(scope["headers"]).get(b"content-type", b"").split(b";")[0].strip().lower()
    # OAuth 2.0 (RFC 6749 §4.4.2) wants a form at the token endpoint
    if kind == b"application/x-www-form-urlencoded" and scope["path"] == "/api/v1/oauth/token":
        return body
    if body and kind != b"application/json":
        raise UnsupportedMediaType
    if body:
        check_json(body)
    return body


def check_json(body: bytes) -> None:
    """Refuse JSON that two readers could take differently, or that no database can hold; names the field (RFC 8259, RFC 7493)."""
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise InvalidInput.of("", "The request is not UTF-8.", "คำขอไม่ใช่ UTF-8") from error
    except RecursionError as error:
        raise _too_deep("") from error
    except ValueError as error:
        raise InvalidInput.of("", f"The request is not JSON: {error}.", "คำขอไม่ใช่ JSON ที่ถูกต้อง") from error
    _check_tree(value)


def _check_tree(value: Any) -> None:
    """Every name, text and number of a parsed body, without recursion."""
    waiting: list[tuple[str, Any, int]] = [("", value, 0)]
    while waiting:
        path, item, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise _too_deep(path)
        if isinstance(item, dict):
            for name, inner in item.items():
                _check_text(f"{path}.{name}".lstrip("."), name)
                waiting.append((f"{path}.{name}".lstrip("."), inner, depth + 1))
        elif isinstance(item, list):
            waiting.extend((f"{path}[{n}]", inner, depth + 1) for n, inner in enumerate(item))
        elif isinstance(item, str):
            _check_text(path, item)
        elif isinstance(item, int) and not -(2**63) <= item < 2**63:
            raise InvalidInput.of(path, "This number is too large.", "ตัวเลขนี้มากเกินไป")


def _check_text(path: str, text: str) -> None:
    if len(text) > MAX_TEXT:
        raise InvalidInput.of(path[:200], f"At most {MAX_TEXT} characters.", f"ไม่เกิน {MAX_TEXT} ตัวอักษร")
    if "\x00" in text:
        raise InvalidInput.of(path.replace("\x00", ""), "This text holds a NUL character.", "ข้อความนี้มีอักขระ NUL")
    if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
        raise InvalidInput.of("", "A text holds half of a surrogate pair.", "ข้อความมีอักขระที่ไม่สมบูรณ์")


def _too_deep(path: str) -> InvalidInput:
    return InvalidInput.of(path, f"Nested deeper than {MAX_DEPTH} levels.", f"ซ้อนกันเกิน {MAX_DEPTH} ชั้น")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidInput(fields=[FieldError(twice[:200], "This field stands twice.", "ช่องนี้ปรากฏซ้ำ")])
    return made


def _no_constant(text: str) -> None:
    raise InvalidInput.of("", f"{text} is no JSON number.", f"{text} ไม่ใช่ตัวเลขของ JSON")
