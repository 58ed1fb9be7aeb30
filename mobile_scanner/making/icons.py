"""Draws the app's icons from one shape: run it after a change here, and commit what it writes into public/."""

from pathlib import Path

from PIL import Image, ImageDraw

PUBLIC = Path(__file__).resolve().parents[1] / "public"
GROUND, INK = "#0f5c4d", "#fff"
FINER = 4  # drawn larger and brought down, for smooth edges
# a viewfinder's four corners and a tick in it, in a square of 32
CORNERS = [
    [(7, 12), (7, 7), (12, 7)],
    [(20, 7), (25, 7), (25, 12)],
    [(25, 20), (25, 25), (20, 25)],
    [(12, 25), (7, 25), (7, 20)],
]
TICK = [(11, 16.5), (14.8, 20.2), (21.2, 12.6)]


def draw(size: int, *, inset: float, round_corners: bool) -> Image.Image:
    """The icon; `inset` is the share of each side that stays empty (a maskable icon may lose a tenth there)."""
    big = size * FINER
    image = Image.new("RGBA", (big, big), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 0, big - 1, big - 1), big / 4 if round_corners else 0, fill=GROUND)
    scale = big * (1 - 2 * inset) / 32

    def place(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(big * inset + x * scale, big * inset + y * scale) for x, y in points]

    for line, width in [*((corner, 2.2) for corner in CORNERS), (TICK, 3.0)]:
        points = place(line)
        pen.line(points, fill=INK, width=round(width * scale), joint="curve")
        reach = width * scale / 2
        for x, y in points:
            pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=INK)
    return image.resize((size, size), Image.Resampling.LANCZOS).quantize(32, Image.Quantize.FASTOCTREE)


def svg() -> str:
    """The same, as a drawing."""
    paths = "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in corner) for corner in CORNERS)
    tick = "M" + "L".join(f"{x:g} {y:g}" for x, y in TICK)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" rx="8" fill="{GROUND}"/>'
        f'<g fill="none" stroke="{INK}" stroke-linecap="round" stroke-linejoin="round">'
        f'<path d="{paths}" stroke-width="2.2"/><path d="{tick}" stroke-width="3"/></g></svg>\n'
    )


if __name__ == "__main__":
    PUBLIC.mkdir(exist_ok=True)
    (PUBLIC / "icon.svg").write_text(svg(), encoding="utf-8")
    for name, size, inset, round_corners in [
        ("icon-192.png", 192, 0.0, True),
        ("icon-512.png", 512, 0.0, True),
        ("icon-maskable.png", 512, 0.1, False),
        ("apple-touch-icon.png", 180, 0.0, False),
    ]:
        draw(size, inset=inset, round_corners=round_corners).save(PUBLIC / name, optimize=True)
