"""A camera that sees what the test holds before it: Chromium plays a file as its camera, and the file changes while it plays."""

import io
from pathlib import Path
from typing import Final

import segno
from PIL import Image, ImageDraw

from events.badges.codes import BadgeCode, parse_code
from events.badges.qr import qr_png

WIDE: Final = 640
HIGH: Final = 480
BADGE: Final = 240  # pixels of the code's width: a badge at arm's length
SHIFTS: Final = (0, 3, 6)  # a hand is never still
HALL: Final = 105  # the grey of the hall behind the badge


class Camera:
    """The file behind Chromium's fake camera. All pictures have one size, so the file is rewritten in place."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._taken: dict[str, bytes] = {}
        self.hold(None)

    @property
    def flags(self) -> list[str]:
        """The flags with which Chromium takes this file for its camera."""
        return ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={self.path}"]

    def hold(self, text: str | None) -> None:
        """Hold a badge with this code before the camera, any other QR with this text, or (None) nothing."""
        self.prepare(text)
        with self.path.open("r+b" if self.path.exists() else "wb") as file:
            file.write(self._taken[text or ""])

    def prepare(self, text: str | None) -> None:
        """Draw its pictures now, so that holding it takes no time."""
        if (text or "") not in self._taken:
            self._taken[text or ""] = _film([_picture(text, shift) for shift in SHIFTS])


def _picture(text: str | None, shift: int) -> Image.Image:
    """A grey frame with a white badge in it."""
    frame = Image.new("L", (WIDE, HIGH), HALL)
    if text is None:
        return frame
    code = _symbol(text).resize((BADGE, BADGE), Image.Resampling.NEAREST)
    left, top = (WIDE - BADGE) // 2 + shift, (HIGH - BADGE) // 2 + shift
    ImageDraw.Draw(frame).rectangle((left - 40, top - 80, left + BADGE + 40, top + BADGE + 40), fill=250)
    frame.paste(code, (left, top))
    return frame


def _symbol(text: str) -> Image.Image:
    code: BadgeCode | None = parse_code(text)
    out = io.BytesIO()
    if code is not None and len(text) == len(code):
        out.write(qr_png(code))
    else:
        segno.make_qr(text, error="m").save(out, kind="png", scale=10, border=4)
    return Image.open(out).convert("L")


def _film(pictures: list[Image.Image]) -> bytes:
    """YUV4MPEG2, 4:2:0, without colour."""
    colourless = bytes([128]) * (WIDE * HIGH // 2)
    head = f"YUV4MPEG2 W{WIDE} H{HIGH} F30:1 Ip A1:1 C420jpeg\n".encode()
    return head + b"".join(b"FRAME\n" + picture.tobytes() + colourless for picture in pictures)
