"""What one press on "unsubscribe" says, by a mail program or on our page. Pure."""

from email import message_from_bytes
from email.policy import HTTP
from typing import Final

ONE_CLICK: Final = ("List-Unsubscribe", "One-Click")


def fields_of_multipart(content_type: str, body: bytes) -> list[tuple[str, str]]:
    """The text fields of a multipart form (RFC 7578), as mail programs send them; nothing for a body that is none."""
    form = message_from_bytes(b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n" + body, policy=HTTP)
    found = []
    for part in form.walk():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            found.append((name, content.decode("utf-8", "replace").strip()))
    return found
