"""The page by keyboard alone: everything that can be used is reached by Tab, in order, and shows that it is (WCAG 2.2, 2.1.1, 2.1.2, 2.4.3, 2.4.7, 2.4.11)."""

from itertools import pairwise
from typing import Final

from playwright.async_api import Page

from tests.browsing.checks import NAME

MOST_INSIDE: Final = 10  # Tab stops inside one element: a date has three fields and a button, a film its controls
BEGIN: Final = (
    "() => {"
    + NAME
    + """
  const native = "a[href], area[href], button, input, select, textarea, summary, audio[controls], video[controls]";
  const made = "[tabindex], [contenteditable=''], [contenteditable=true], [onclick], [role=button], [role=link], [role=checkbox], [role=switch]";
  const roving = "[role=tab], [role=option], [role=menuitem], [role=treeitem]";
  const mute = "[inert] *, [inert], :disabled, input[type=hidden], label, details > summary:not(:first-of-type)";
  const seen = new Set();
  const stops = [...document.querySelectorAll(native + ", " + made)].filter((element) => {
    if (!shown(element) || element.matches(mute) || element.matches(roving) && element.tabIndex < 0) return false;
    if (element.getAttribute("tabindex") < 0 && !element.matches(native + ", [onclick], [role]:not([role=alert], [role=status])")) return false;  // focused by scripts alone
    if (element.type !== "radio" || !element.name) return true;
    const group = [...document.querySelectorAll("input[type=radio]")].filter((other) => other.name === element.name && other.form === element.form);
    return element === (group.find((other) => other.checked) ?? group.find((other) => !other.disabled));  // arrows go on from there
  });
  const still = new CSSStyleSheet();
  still.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important; scroll-behavior: auto !important }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
  const body = document.body, before = body.getAttribute("tabindex");
  body.tabIndex = -1; body.focus(); window.scrollTo(0, 0);  // Tab begins at the top, wherever the focus was
  before === null ? body.removeAttribute("tabindex") : body.setAttribute("tabindex", before);
  document.activeElement?.blur();
  // a hidden box shows its focus on its label or beside it
  const bearers = (element) => [element, ...(element.labels ?? []), element.nextElementSibling, element.parentElement].filter(Boolean);
  const look = (element) => { const s = getComputedStyle(element); return { outline: [s.outlineStyle, s.outlineWidth, s.outlineColor].join(" "), shadow: s.boxShadow,
    drawn: s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0 && !/rgba\\(.*, 0\\)|transparent/.test(s.outlineColor) }; };
  window.keyboard = { stops, bearers, look, looks: new Map(stops.map((stop) => [stop, bearers(stop).map(look)])), still, nameOf };
  return { stops: stops.map(nameOf), ahead: stops.filter((stop) => stop.tabIndex > 0).map((stop) => `${nameOf(stop)} pushes ahead with tabindex=${stop.tabIndex}`) };
}"""
)
WHERE: Final = """() => {
  const { stops, bearers, look, looks, nameOf } = window.keyboard;
  const element = document.activeElement, at = stops.indexOf(element);
  if (element === null || element === document.body || element === document.documentElement) return { at: -2, complaints: [] };
  if (at < 0) return { at: -1, complaints: [] };  // a box that scrolls, for instance
  const complaints = [], before = looks.get(element);
  const bearer = bearers(element).find((one, n) => { const now = look(one), was = before[n];
    return now.drawn && now.outline !== was.outline || now.shadow !== was.shadow && now.shadow !== "none"; });
  if (!bearer) complaints.push(`no outline or shadow shows the focus on ${nameOf(element)}`);
  const [box] = (bearer ?? element).getClientRects();
  if (!box || box.width < 2 || box.height < 2 || box.bottom <= 0 || box.right <= 0 || box.top >= innerHeight || box.left >= innerWidth)
    complaints.push(`the focus is out of sight on ${nameOf(element)}`);
  else {
    const middle = [(Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2, (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2];
    const top = document.elementFromPoint(...middle);
    if (top && !bearers(element).some((one) => one.contains(top) || top.contains(one)))
      complaints.push(`${nameOf(element)} has the focus behind ${nameOf(top)}`);
  }
  return { at, complaints };
}"""
END: Final = """() => {
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== window.keyboard.still);
  delete window.keyboard;
}"""


async def keyboard_only(page: Page) -> list[str]:
    """Tab through the page from its top: what is not reached, not in order, shows no focus, or does not let go."""
    begun = await page.evaluate(BEGIN)
    stops: list[str] = begun["stops"]
    complaints: list[str] = begun["ahead"]
    visited: list[int] = []
    inside = 0
    for _ in range((len(stops) + 2) * MOST_INSIDE):
        await page.keyboard.press("Tab")
        step = await page.evaluate(WHERE)
        at = step["at"]
        if at == -2 or (visited and at == visited[0] and at != visited[-1]):  # past the end, or round again
            break
        inside = inside + 1 if visited and at == visited[-1] else 0
        if at == -1 or 0 < inside < MOST_INSIDE:
            continue
        if inside or at in visited:
            complaints.append(f"Tab does not get away from {stops[at]}")
            break
        complaints += step["complaints"]
        visited.append(at)
    await page.evaluate(END)
    complaints += [f"{stops[earlier]} comes before {stops[later]}" for earlier, later in pairwise(visited) if later < earlier]
    complaints += [f"Tab does not reach {stop}" for n, stop in enumerate(stops) if n not in visited]
    return [f"keyboard: {line}" for line in complaints]
