"""The badge's QR, read back by a decoder that shares no code with the encoder."""

import re
from collections.abc import Callable
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
import zxingcpp
from PIL import Image

from events.badges.codes import BadgeCode, new_code
from events.badges.qr import qr_png, qr_svg

MODULES = 25  # version 2
QUIET_ZONE = 4
WIDTH = QUIET_ZONE + MODULES + QUIET_ZONE
SVG = "{http://www.w3.org/2000/svg}"

CODE = new_code("TH", lambda count: bytes(range(count)))
LOWEST = new_code("00", lambda count: b"\x00" * count)
HIGHEST = new_code("ZZ", lambda count: b"\xff" * count)


def drawing_of(code: BadgeCode) -> ET.Element:
    return ET.fromstring(qr_svg(code))


def picture_of_png(code: BadgeCode) -> Image.Image:
    return Image.open(BytesIO(qr_png(code))).convert("L")


def picture_of_svg(code: BadgeCode) -> Image.Image:
    """Draws the little SVG that we write: a white page, then dark runs one module high."""
    page, runs = drawing_of(code)
    assert page.attrib == {"fill": "#fff", "d": f"M0 0h{WIDTH}v{WIDTH}h-{WIDTH}z"}
    assert runs.attrib.keys() == {"stroke", "d"}
    assert runs.attrib["stroke"] == "#000"

    picture = Image.new("L", (WIDTH, WIDTH), "white")
    x = y = 0.0
    path = runs.attrib["d"]
    assert re.fullmatch(r"M4 4\.5h\d+(m-?\d+ [01]h\d+)*", path)
    for kind, dx, dy in re.findall(r"([Mmh])(-?[\d.]+)(?: ([\d.]+))?", path):
        if kind == "h":
            picture.paste("black", (int(x), int(y), int(x + float(dx)), int(y) + 1))
        y += float(dy or 0)
        x += float(dx)
    return picture.resize((WIDTH * 10, WIDTH * 10), Image.Resampling.NEAREST)


both_pictures = pytest.mark.parametrize("picture_of", [picture_of_png, picture_of_svg])
each_code = pytest.mark.parametrize("code", [CODE, LOWEST, HIGHEST])


@pytest.mark.requirement("S3.1-badge-4")
@both_pictures
@each_code
def test_the_qr_holds_exactly_the_code(code: BadgeCode, picture_of: Callable[[BadgeCode], Image.Image]) -> None:
    [found] = zxingcpp.read_barcodes(picture_of(code))
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    assert found.bytes == code.encode("ascii")


@both_pictures
@each_code
def test_the_qr_is_version_2_at_level_h(code: BadgeCode, picture_of: Callable[[BadgeCode], Image.Image]) -> None:
    [found] = zxingcpp.read_barcodes(picture_of(code))
    assert isinstance(found.extra, dict)
    assert (found.extra["Version"], found.ec_level) == ("2", "H")


@both_pictures
@each_code
def test_the_qr_is_25_modules_wide_inside_a_quiet_zone_of_4(
    code: BadgeCode, picture_of: Callable[[BadgeCode], Image.Image]
) -> None:
    picture = picture_of(code)
    scale = 10
    assert picture.size == (WIDTH * scale, WIDTH * scale)
    dark_box = picture.point(lambda light: 255 - light).getbbox()
    assert dark_box == tuple(edge * scale for edge in (QUIET_ZONE, QUIET_ZONE, WIDTH - QUIET_ZONE, WIDTH - QUIET_ZONE))


@pytest.mark.requirement("S3.1-badge-4")
def test_the_svg_is_a_drawing_without_words() -> None:
    svg = drawing_of(CODE)
    assert [element.tag for element in svg.iter()] == [f"{SVG}svg", f"{SVG}path", f"{SVG}path"]
    assert [element.text for element in svg.iter()] == [None, None, None]


@pytest.mark.requirement("S3.1-badge-4")
def test_the_png_is_a_drawing_without_words() -> None:
    picture = Image.open(BytesIO(qr_png(CODE)))
    picture.load()
    assert picture.format == "PNG"
    assert picture.info == {}


def test_the_svg_takes_the_size_of_its_box() -> None:
    assert drawing_of(CODE).attrib == {"viewBox": f"0 0 {WIDTH} {WIDTH}"}


def test_the_svg_can_stand_inside_html() -> None:
    assert qr_svg(CODE).startswith(b'<svg xmlns="http://www.w3.org/2000/svg" ')


@pytest.mark.parametrize("scale", [1, 3, 20])
def test_the_png_is_scale_pixels_per_module(scale: int) -> None:
    assert Image.open(BytesIO(qr_png(CODE, scale=scale))).size == (WIDTH * scale,) * 2


def test_the_png_is_opaque_black_and_white() -> None:
    picture = Image.open(BytesIO(qr_png(CODE))).convert("RGBA")
    assert set(picture.get_flattened_data()) == {(0, 0, 0, 255), (255, 255, 255, 255)}
