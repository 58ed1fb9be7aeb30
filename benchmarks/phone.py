"""The phone app in Chromium, in front of the running API: how long a helper waits, and what the app costs a phone.

Chromium plays a file of 640×480 as its camera. The clock of a reading starts before the file is rewritten, so that the camera's
own time for a frame (33 ms) and what the app waits between looks are in it, and stops when the result is on the screen.
"""

from __future__ import annotations

import base64
import contextlib
import io
import random
import re
import statistics
import struct
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

import httpx
from PIL import Image, ImageDraw, ImageFilter
from playwright.async_api import Page, Playwright, Route, async_playwright, expect

from benchmarks.crowd import SPONSOR
from benchmarks.desk import signed_in
from benchmarks.figures import Figure
from benchmarks.rig import Rig
from events.badges.codes import EVENT_TAG_LENGTH, new_code, parse_code
from events.badges.qr import qr_png
from events.demo import story
from events.demo.acting import API, ok
from events.web.phone_app.files import BUILT
from tests.browsing.scanner.phones import HelperPhone

READINGS: Final = 20
QUEUED: Final = 500
LISTED: Final = 50_000
CHANGED: Final = 1000  # go, and as many come
FRAMES: Final = 100
PATIENCE: Final = 30.0  # seconds
HASH: Final = 6  # bytes

# every result, with the milliseconds since 1970 at which it was painted; and when the phone's list was kept
WATCH: Final = """
globalThis.results = [];
globalThis.keptAt = [];
globalThis.waiting = () =>
  Number(document.querySelector("header.strip")?.textContent.match(/(\\d[\\d,]*) waiting/)?.[1].replace(",", "") ?? 0);
let last = null;
new MutationObserver(() => {
  const sheet = document.querySelector("section.result");
  const says = sheet && `${sheet.className} ${sheet.textContent}`;
  if (sheet === last?.sheet && says === last?.says) return;
  last = { sheet, says };
  if (!sheet) return;
  requestAnimationFrame(() => {
    const painted = new MessageChannel();
    painted.port1.onmessage = () => results.push([Date.now(), says]);
    painted.port2.postMessage(null);
  });
}).observe(document, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["class"] });
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (value, key) {
  if (key === "list") this.transaction.addEventListener("complete", () => keptAt.push(performance.now()));
  return put.call(this, value, key);
};
"""
# what a hand scanner types; the app has each durable before it shows it
TYPE_ALL: Final = """async codes => {
  const stroke = code => dispatchEvent(new KeyboardEvent("keydown", { code, key: "ฟ", bubbles: true, cancelable: true }));
  for (const code of codes) {
    for (const letter of code) stroke((letter >= "0" && letter <= "9" ? "Digit" : "Key") + letter);
    stroke("Enter");
    await new Promise(next => setTimeout(next, 5));
  }
}"""
EMPTIED: Final = """() => new Promise(resolve => {
  addEventListener("online", () => {
    const at = performance.now();
    const look = () => {
      if (waiting() > 0) return;
      watch.disconnect();
      const sent = performance.getEntriesByType("resource").filter(it => it.name.endsWith("/api/v1/scans") && it.startTime >= at);
      const waited = sent.reduce((sum, it) => sum + it.duration, 0);
      resolve({ all: performance.now() - at, first: sent[0].startTime - at, requests: sent.length, waited });
    };
    const watch = new MutationObserver(look);
    watch.observe(document, { childList: true, subtree: true, characterData: true });
  }, { once: true });
})"""
DECODE: Final = """async ([worker, picture, times]) => {
  const image = new Image();
  image.src = picture;
  await image.decode();
  const known = globalThis.thread;
  const thread = globalThis.thread ??= new Worker(worker, { type: "module" });
  const answer = () => new Promise(hear => thread.addEventListener("message", event => hear(event.data), { once: true }));
  if (!known) await answer();
  const took = [];
  let read = 0;
  for (let n = 0; n < times; n++) {
    const bitmap = await createImageBitmap(image);
    const began = performance.now();
    const heard = answer();
    thread.postMessage({ way: n % 2 ? "centre" : "whole", bitmap }, [bitmap]);
    const said = await heard;
    took.push(performance.now() - began);
    read += said.texts.length;
  }
  return [took, read];
}"""


async def phone(rig: Rig, seconds: float, rounds: int) -> list[Figure]:
    """A badge held before the camera, online and off; decoding; the first load; the list of a big event; a long queue."""
    codes = iter(await _badges(rig, 2 * READINGS + QUEUED + 20))
    async with async_playwright() as playwright, _joined(rig, playwright) as (helper, page):
        served = await page.evaluate(
            "performance.getEntriesByType('resource').find(it => it.name.endsWith('/device/list')).toJSON()"
        )
        online = await _readings(helper, page, list(islice(codes, READINGS)), "good")
        await helper.ready_for_offline(page)
        await helper.context.set_offline(True)
        offline = await _readings(helper, page, list(islice(codes, READINGS)), "later")
        await helper.context.set_offline(False)
        await expect(page.locator("header.strip")).not_to_contain_text("waiting")
        synced = await _sync(helper, page, list(islice(codes, QUEUED)))
    async with async_playwright() as playwright:
        (badge, spent), (empty, _) = await _decode(rig, playwright, next(codes)), await _decode(rig, playwright, None)
        whole, delta, list_bytes = await _list(rig, playwright)
        load = await _first_load(rig, playwright)
    return [
        Figure("badge to lead, online, ms", statistics.median(online), 300, more_is_better=False, detail=_spread(online)),
        Figure("badge to kept, offline, ms", statistics.median(offline), 200, more_is_better=False, detail=_spread(offline)),
        Figure("decoding 1280×720, ms", statistics.median(badge), 10, more_is_better=False,
               detail={"on a processor": spent, "without a badge": statistics.median(empty),
                       "p95": _percentile(badge, 95), "frames": len(badge)}),
        Figure("first load, gzip, kB", (load["ours"] + load["libraries"] + load["decoder"]) / 1000, 500, more_is_better=False,
               detail={name: size / 1000 for name, size in load.items()}),
        Figure("first load, ours, gzip, kB", load["ours"] / 1000, 30, more_is_better=False),
        Figure("list of 50,000 badges, kB", list_bytes / 1000, 300, more_is_better=False,
               detail={"our event's badges": served["encodedBodySize"] / HASH, "served in, ms": served["duration"]}),
        Figure("list of 50,000 badges, applied, ms", max(whole, delta), 200, more_is_better=False,
               detail={"whole": whole, f"{CHANGED:,} gone and come": delta}),
        Figure("500 queued scans synced, s", synced["all"] / 1000, 2, more_is_better=False,
               detail={"until the first is sent, ms": synced["first"], "requests": synced["requests"],
                       "waited for them, ms": synced["waited"]}),
    ]  # fmt: skip


def _spread(taken: list[float]) -> dict[str, float]:
    return {"readings": len(taken), "fastest": min(taken), "p90": _percentile(taken, 90), "slowest": max(taken)}


def _percentile(taken: list[float], part: int) -> float:
    return statistics.quantiles(taken, n=100, method="inclusive")[part - 1]


async def _badges(rig: Rig, wanted: int) -> list[str]:
    """Badges of people who allow scans: each scan is a lead, the dearest answer.

    The crowd's codes are only counted through; a phone would see that they are none, so these get real ones.
    """
    found = await rig.sql.fetch(
        "select b.code from badge b join registration r on r.id = b.registration_id"
        " join event e on e.id = r.event_id and e.slug = $1"
        " cross join lateral release.decide(e.id, (select id from party where legal_name = $2), 'follow_up',"
        " release.card_fields(), now()) d where d.registration_id = r.id and d.basis in ('scan', 'both') and d.refusal is null"
        " and b.revoked_at is null order by b.code limit $3",
        story.CONFERENCE,
        SPONSOR.name,
        wanted,
    )
    assert len(found) == wanted, f"only {len(found)} badges that a scan releases: more --people"
    codes = [new_code(str(row[0])[:EVENT_TAG_LENGTH]) for row in found]
    pairs = [(code, row[0]) for code, row in zip(codes, found, strict=True)]
    await rig.sql.executemany("update badge set code = $1 where code = $2", pairs)
    return list(codes)


@asynccontextmanager
async def _joined(rig: Rig, playwright: Playwright, **doors: Any) -> AsyncIterator[tuple[HelperPhone, Page]]:
    """A phone of the sponsor's booth with its list taken; `doors`: what answers instead of the API, by the end of the path."""
    await rig.sql.execute("delete from rate_limit")
    desk = await signed_in(rig, SPONSOR.admin)
    code = ok(await desk.post(f"{API}/devices/enrolments", json={"event": story.CONFERENCE}))["code"]
    with tempfile.TemporaryDirectory(prefix="events-bench-phone-") as folder:
        helper = HelperPhone(playwright, Path(folder), rig.base_url, "en")
        page = await helper.start("about:blank")
        try:
            await helper.context.add_init_script(WATCH)
            for path, answer in doors.items():
                await helper.context.route(f"**/api/v1/device/{path}", answer)
            await page.goto(f"{rig.base_url}/scan/#enrol={code}")
            await page.get_by_label("Your first name").fill("Nok")
            async with page.expect_response("**/api/v1/device/list"):
                await page.get_by_role("button", name="Join", exact=True).click()
            await expect(page.locator("main.scan")).to_be_visible()
            yield helper, page
        finally:
            await helper.stop()


# ---- readings


async def _readings(helper: HelperPhone, page: Page, codes: list[str], colour: str) -> list[float]:
    """Milliseconds from holding each of these badges before the camera until its result of this colour is painted."""
    taken = []
    draw = random.Random(5)  # at any moment of the camera's and the app's turn
    for code in codes:
        helper.camera.prepare(code)
        await page.wait_for_timeout(300 + draw.randrange(100))
        began = time.time() * 1000
        helper.camera.hold(code)
        taken.append(await _painted(page, began, colour) - began)
        helper.camera.hold(None)
    return taken


async def _painted(page: Page, since: float, colour: str) -> float:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        for at, says in await page.evaluate("results"):
            if at >= since and colour in says.split():
                return float(at)
        await page.wait_for_timeout(50)
    raise RuntimeError(f"no result after {PATIENCE:g} s; the last ones: {(await page.evaluate('results'))[-3:]}")


# ---- decoding


async def _decode(rig: Rig, playwright: Playwright, code: str | None) -> tuple[list[float], float]:
    """Milliseconds per frame in the worker that ships: the message to it, the frame's pixels, the decoder, the answer.

    And of them those that its thread was on a processor, which a busy machine lengthens less; 0 where Linux does not say.
    """
    [worker] = (BUILT / "assets").glob("worker-*.js")
    with tempfile.TemporaryDirectory(prefix="events-bench-phone-") as folder:
        helper = HelperPhone(playwright, Path(folder), rig.base_url, "en")
        page = await helper.start("/scan/", permissions=())  # no camera: nothing else is decoded meanwhile
        order = [f"/scan/assets/{worker.name}", _frame(code)]
        try:
            await page.evaluate(DECODE, [*order, FRAMES // 5])  # the first ones compile
            before = _on_processor(helper.profile)
            taken, read = await page.evaluate(DECODE, [*order, FRAMES])
            spent = _on_processor(helper.profile) - before
        finally:
            await helper.stop()
    assert read == (FRAMES if code else 0), f"{read} of {FRAMES} frames were read"
    return [float(took) for took in taken], spent / FRAMES


def _on_processor(profile: Path) -> float:
    """Milliseconds that the workers of this browser have had a processor."""
    spent = 0
    for name in Path("/proc").glob("[0-9]*/task/*/comm"):
        with contextlib.suppress(OSError):  # it went while we looked
            if name.read_text().startswith("DedicatedWorker") and bytes(profile) in (name.parents[2] / "cmdline").read_bytes():
                spent += int((name.parent / "schedstat").read_text().split()[0])
    return spent / 1e6


def _frame(code: str | None) -> str:
    """A hall with a grain, lamps and letters, 1280×720, and a badge in it; as a data: address."""
    frame = Image.effect_noise((1280, 720), 40).filter(ImageFilter.GaussianBlur(1))
    pen = ImageDraw.Draw(frame)
    draw = random.Random(720)
    for _ in range(150):
        left, top = draw.randrange(1280), draw.randrange(720)
        pen.rectangle((left, top, left + draw.randrange(90), top + draw.randrange(90)), fill=draw.randrange(256))
        pen.text((left, top), "ยินดี WELCOME 2026"[6:], fill=draw.randrange(256))
    parsed = parse_code(code) if code else None
    if parsed:
        pen.rectangle((470, 160, 810, 560), fill=250)
        symbol = Image.open(io.BytesIO(qr_png(parsed))).convert("L").resize((260, 260), Image.Resampling.NEAREST)
        frame.paste(symbol, (510, 230))
    out = io.BytesIO()
    frame.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


# ---- what is loaded


LATER: Final = re.compile(r"assets/(pages|en|th-quiet|workbox)-|/(index\.html|sw\.js|manifest\.webmanifest|[\w-]+\.(svg|png))$")
LIBRARIES: Final = re.compile(r"assets/(library|rolldown|dist|__vite)")
DECODER: Final = re.compile(r"assets/(zxing_reader|worker)-")


async def _first_load(rig: Rig, playwright: Playwright) -> dict[str, float]:
    """Bytes in gzip of what a Thai phone loads with nothing kept, until it has its decoder; `later` is what comes behind."""
    asked: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="events-bench-phone-") as folder:
        helper = HelperPhone(playwright, Path(folder), rig.base_url, "th")
        page = await helper.start("about:blank")
        helper.context.on("request", lambda request: asked.add(request.url))
        try:
            await page.goto("/scan/", wait_until="networkidle")
            await helper.ready_for_offline(page)
        finally:
            await helper.stop()
    urls = {url.partition("?")[0] for url in asked if "/scan/" in url} | {
        f"{rig.base_url}/scan/assets/{file.name}" for file in (BUILT / "assets").glob("zxing_reader-*.wasm")
    }
    sizes = dict.fromkeys(("ours", "libraries", "decoder", "later"), 0.0)
    async with httpx.AsyncClient(trust_env=False, headers={"accept-encoding": "gzip"}) as visitor:
        for url in urls:
            kind = next(
                (name for name, known in (("later", LATER), ("decoder", DECODER), ("libraries", LIBRARIES)) if known.search(url)),
                "ours",
            )
            async with visitor.stream("GET", url) as answer:
                answer.raise_for_status()
                sizes[kind] += sum([len(part) async for part in answer.aiter_raw()])
    return sizes


# ---- the list of a big event


async def _list(rig: Rig, playwright: Playwright) -> tuple[float, float, int]:
    """Milliseconds from the last byte of a list, and of a change to it, until it is durable and in use; and the list's bytes."""
    draw = random.Random(50_000)
    numbers = draw.sample(range(1 << 48), LISTED + CHANGED)
    listed, come = sorted(numbers[:LISTED]), sorted(numbers[LISTED:])
    gone = sorted(draw.sample(listed, CHANGED))
    whole = _packed(listed)

    async def answer(route: Route) -> None:
        if "if-none-match" not in route.request.headers:
            await route.fulfill(body=whole, headers={"ETag": '"first"', "Content-Type": "application/octet-stream"})
            return
        delta = struct.pack(">I", CHANGED) + _packed(gone) + _packed(come)
        told = {"ETag": '"second"', "IM": "allow-delta", "Delta-Base": '"first"', "Content-Type": "application/octet-stream"}
        await route.fulfill(status=226, body=delta, headers=told)

    async with _joined(rig, playwright, list=answer) as (_, page):
        first = await _applied(page, 1)
        await page.evaluate("() => void dispatchEvent(new Event('online'))")
        return first, await _applied(page, 2), len(whole)


async def _applied(page: Page, times: int) -> float:
    give_up = time.monotonic() + PATIENCE
    while await page.evaluate("keptAt.length") < times:
        if time.monotonic() > give_up:
            raise RuntimeError("the phone did not keep its list")
        await page.wait_for_timeout(50)
    ends = "performance.getEntriesByType('resource').filter(it => it.name.endsWith('/device/list')).map(it => it.responseEnd)"
    return float(await page.evaluate(f"keptAt[{times - 1}] - {ends}[{times - 1}]"))


def _packed(numbers: list[int]) -> bytes:
    return b"".join(number.to_bytes(HASH, "big") for number in numbers)


# ---- a long queue


async def _sync(helper: HelperPhone, page: Page, codes: list[str]) -> dict[str, float]:
    """Milliseconds from the network's return until no scan waits, of them until the first request, and in requests."""
    await helper.context.set_offline(True)
    await page.evaluate(TYPE_ALL, codes)
    give_up = time.monotonic() + PATIENCE
    while (waits := await page.evaluate("waiting()")) < len(codes):
        if time.monotonic() > give_up:
            raise RuntimeError(f"only {waits} of {len(codes)} scans wait")
        await page.wait_for_timeout(100)
    await page.evaluate(f"() => {{ globalThis.emptied = ({EMPTIED})(); }}")
    await helper.context.set_offline(False)
    return dict(await page.evaluate("emptied"))
