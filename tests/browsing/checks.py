"""What every page must pass. Each check returns its complaints, one sentence each; none means that all is well."""

import difflib
import json
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from playwright.async_api import Page, ViewportSize

AXE: Final = Path(__file__).resolve().parents[2] / "mobile_scanner/node_modules/axe-core/axe.min.js"
LEVELS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS: Final = ("color-contrast", "link-in-text-block")
NARROW: Final = 320  # CSS pixels: WCAG 2.2, 1.4.10
ZOOMED: Final = 640  # a window of 1280 at a zoom of 200 %
Scheme = Literal["light", "dark"]

# how a person who mends the page finds the element
NAME: Final = """
const nameOf = (element) => {
  const id = element.id ? "#" + element.id : "", kind = element.getAttribute("type");
  const words = (element.innerText || element.value || element.getAttribute("aria-label") || element.name || "");
  return `<${element.localName}${id}${kind ? " type=" + kind : ""}> “${words.trim().replace(/\\s+/g, " ").slice(0, 40)}”`;
};
const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
"""
CRAMPED: Final = (
    "([width]) => {"
    + NAME
    + """
  const clips = (element) => getComputedStyle(element).overflowX !== "visible";
  const held = (element) => {  // by a box that scrolls or cuts by itself, and is not too wide itself
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement)
      if (clips(box) && box.getBoundingClientRect().right <= width + 0.5) return true;
    return false;
  };
  const complaints = [], all = [...document.body.querySelectorAll("*")].filter(shown);
  const texts = (element) => [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const boxOf = (text) => { const range = document.createRange(); range.selectNodeContents(text); return range.getBoundingClientRect(); };
  const right = (element) => Math.max(element.getBoundingClientRect().right, ...texts(element).map((text) => boxOf(text).right));
  const out = all.filter((element) => right(element) > width + 0.5 && !held(element));
  const innermost = out.filter((element) => !out.some((other) => other !== element && element.contains(other)));
  const wide = document.documentElement.scrollWidth;
  if (wide > width) complaints.push(`the page is ${wide} px wide, ${wide - width} too many: ` + innermost.slice(0, 5).map(nameOf).join(", "));
  for (const element of all) {
    const style = getComputedStyle(element), cutX = ["hidden", "clip"].includes(style.overflowX), cutY = ["hidden", "clip"].includes(style.overflowY);
    if (element.clientWidth <= 1 || !element.innerText?.trim()) continue;  // for screen readers alone, or no text
    if (cutX && element.scrollWidth > element.clientWidth + 1 || cutY && element.scrollHeight > element.clientHeight + 1)
      complaints.push(`text is cut off in ${nameOf(element)}`);
  }
  return complaints;
}"""
)
ENLARGE: Final = (
    "([factor]) => {"
    + NAME
    + """
  const texts = [...document.body.querySelectorAll("*")].filter((element) => shown(element)
    && [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()));
  const size = (element) => parseFloat(getComputedStyle(element).fontSize);
  const before = texts.map(size);
  const sheet = window.enlarged = new CSSStyleSheet();
  sheet.replaceSync(`html { font-size: ${100 * factor}% !important }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  return texts.filter((element, n) => size(element) < before[n] * factor * 0.99)
    .map((element) => `text does not grow with the reader's text size: ${nameOf(element)}`);
}"""
)
SHRINK: Final = (
    "() => { document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== window.enlarged); }"
)
BACKGROUND: Final = """() => {
  const draw = document.createElement("canvas").getContext("2d");
  const colours = [document.documentElement, document.body].map((element) => getComputedStyle(element).backgroundColor);
  for (const colour of ["#fff", ...colours]) { draw.fillStyle = colour; draw.fillRect(0, 0, 1, 1); }
  const [red, green, blue] = draw.getImageData(0, 0, 1, 1).data;
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}"""
OUTLINE: Final = """() => {
  const words = (element) => (element?.textContent ?? "").trim().replace(/\\s+/g, " ");
  const control = (part) => `    ${part.localName} ${part.type} ${part.name} “${words(part.labels?.[0] ?? (part.localName === "button" ? part : null))}”`;
  return [
    ...[...document.querySelectorAll("main")].map((main) => `main #${main.id}`),
    ...[...document.querySelectorAll("main :is(h1, h2, h3)")].map((heading) => `${heading.localName} ${words(heading)}`),
    ...[...document.querySelectorAll("main form")].flatMap((form) => [
      `form ${form.method} ${new URL(form.action).pathname}`,
      ...[...form.elements].filter((part) => part.name || part.type === "submit").map(control),
    ]),
  ];
}"""


def all_well(*complaints: list[str]) -> None:
    """Fails with every complaint, one to a line."""
    __tracebackhide__ = True
    lines = [line for some in complaints for line in some]
    if lines:
        raise AssertionError("\n".join(["", *lines]))


@cache
def _axe() -> str:
    assert AXE.exists(), "axe-core is missing: run `make test` once, or `npm ci` in mobile_scanner"
    return AXE.read_text(encoding="utf-8")


async def no_violations(page: Page, *rules: str) -> list[str]:
    """axe-core's violations of WCAG 2.2 A and AA, or of these rules, on the page as it stands: rule, what it asks, the element."""
    # the browser's debugger puts it in, so the page's own policy stays as it is
    if not await page.evaluate("typeof axe === 'object'"):
        await page.evaluate(f"{_axe()}\n; 0")
    asked = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": LEVELS}
    options = {"runOnly": asked, "resultTypes": ["violations"], "preload": False}
    found: list[dict[str, Any]] = await page.evaluate(f"axe.run(document, {json.dumps(options)}).then((all) => all.violations)")
    return [
        f"axe: {violation['id']}: {violation['help']}: {' '.join(map(str, node['target']))}: "
        + "; ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]])
        for violation in found
        for node in violation["nodes"]
    ]


async def light_and_dark(page: Page) -> list[str]:
    """Whether the page is light and dark as the visitor likes it, without violations in both. Leaves it light."""
    complaints = []
    # all else that axe looks at is the same in both
    schemes: tuple[tuple[Scheme, tuple[str, ...]], ...] = (("dark", COLOURS), ("light", ()))
    for scheme, rules in schemes:
        await page.emulate_media(color_scheme=scheme)
        brightness = await page.evaluate(BACKGROUND)
        if (brightness > 0.5) != (scheme == "light"):
            complaints.append(f"{scheme}: the background's brightness is {brightness:.2f} of 1")
        complaints += [f"{scheme}: {line}" for line in await no_violations(page, *rules)]
    return complaints


async def fits(page: Page, width: int = NARROW) -> list[str]:
    """Whether the page can be read at this width without scrolling sideways (WCAG 2.2, 1.4.10), and nothing is cut off."""
    return [f"at {width} px: {line}" for line in await _at_width(page, width)]


async def zoomed(page: Page, factor: float = 2) -> list[str]:
    """Whether all text grows by this factor, and nothing is lost when it does (WCAG 2.2, 1.4.4), in a window of half the size."""
    complaints: list[str] = await page.evaluate(ENLARGE, [factor])
    try:
        complaints += await _at_width(page, ZOOMED)
    finally:
        await page.evaluate(SHRINK)
    return [f"at {factor:.0%}: {line}" for line in complaints]


async def _at_width(page: Page, width: int) -> list[str]:
    before = page.viewport_size
    await page.set_viewport_size(ViewportSize(width=width, height=800))
    try:
        # not the window's inner width: a phone's grows with what is too wide
        found: list[str] = await page.evaluate(CRAMPED, [width])
    finally:
        if before is not None:
            await page.set_viewport_size(before)
    return found


async def same_without_javascript(page: Page, plain: Page) -> list[str]:
    """Whether a page, and the same page in a browser without JavaScript, have one outline, and a main landmark in it."""
    scripted, unscripted = await outline(page), await outline(plain)
    changes = [line for line in difflib.ndiff(scripted, unscripted) if line[0] in "-+"]
    missing = [] if any(line.startswith("main") for line in unscripted) else ["no main landmark"]
    return [f"without JavaScript: {line}" for line in [*changes, *missing]]


async def outline(page: Page) -> list[str]:
    """Main landmark, headings, forms and their fields: what must be the same with and without JavaScript."""
    lines: list[str] = await page.evaluate(OUTLINE)
    return lines
