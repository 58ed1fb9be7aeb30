import { beforeEach, describe, expect, it } from "vitest";
import type { Browser, Tab } from "./testing/browser.ts";
import type { FakeServer } from "./testing/fake-server.ts";
import { allSent, back, badge, hall, paired, readOffline, upTo, vi } from "./testing/hall.ts";

let server: FakeServer;
let browser: Browser;
let tab: Tab;
const codes = () => [...server.scans.values()].map((it) => it.code).sort();
const expected = (numbers: readonly number[]) => numbers.map((nth) => badge(nth)).sort();

beforeEach(async () => {
  ({ server, browser } = hall());
  tab = await paired(server, browser);
});

it("twenty readings offline, the browser killed and opened again offline, then online: all there, once", async () => {
  await readOffline(tab, upTo(20));
  browser.kill();
  tab = await browser.open();
  expect(tab.app.phase.value).toBe("ready");
  expect(tab.app.waiting.value).toBe(20);
  await readOffline(tab, [1]);
  expect(tab.app.result.value).toMatchObject({ kind: "saved", allowed: true, again: true });
  back(tab);
  await allSent(tab);
  expect(codes()).toEqual(expected([1, ...upTo(20)]));
  expect(new Set(server.readings).size).toBe(21);
  expect(tab.app.totals.value).toMatchObject({ leads: 2, notShared: 19, waiting: 0 });
});

it("killed after the server stored and before it answered: sent again, stored once", async () => {
  const release = server.hold();
  await tab.app.read(badge(1));
  await vi.waitFor(() => expect(server.scans.size).toBe(1));
  browser.kill();
  release();
  tab = await browser.open();
  await allSent(tab);
  expect(server.scans.size).toBe(1);
  expect(server.readings).toHaveLength(2);
  expect(tab.app.totals.value.leads).toBe(1);
});

it("an answer that was lost is asked for again by the same id", async () => {
  server.losing.set("/scans", 1);
  await tab.app.read(badge(1));
  await allSent(tab);
  expect([...server.scans.values()]).toMatchObject([{ code: badge(1), times: 2 }]);
});

it("five hundred go in at most ten batches", async () => {
  await readOffline(tab, upTo(500));
  server.sent.length = 0;
  back(tab);
  await vi.waitFor(() => expect(tab.app.waiting.value).toBe(0), { timeout: 15_000 });
  expect(server.to("/scans")).toHaveLength(10);
  expect(server.scans.size).toBe(500);
}, 20_000);

it("back in the network, what was read goes before the list of a big event is fetched", async () => {
  await readOffline(tab, upTo(60));
  server.sent.length = 0;
  back(tab);
  await allSent(tab);
  await browser.until(() => expect(server.to("/device/list")).toHaveLength(1));
  const order = server.sent.map((it) => it.path).filter((path) => path !== "/device/status");
  expect(order).toEqual(["/scans", "/scans", "/device/list"]);
});

it("back in the network again while an answer of the first time is still awaited, what was read goes at once", async () => {
  const release = server.hold();
  back(tab);
  await vi.waitFor(() => expect(server.to("/device/status")).toHaveLength(1));
  await readOffline(tab, upTo(3));
  back(tab);
  await vi.waitFor(() => expect(server.to("/scans")).toHaveLength(1));
  release();
  await allSent(tab);
});

describe("trouble", () => {
  it("a server that fails is asked again, later and later, and nothing is lost", async () => {
    for (let nth = 0; nth < 5; nth++) server.failing.push({ path: "/scans", status: 500 });
    await readOffline(tab, upTo(8));
    back(tab);
    await allSent(tab);
    expect(codes()).toEqual(expected(upTo(8)));
    expect(tab.app.blocked.value).toBe(0);
  });

  it("waits as long as the server asks", async () => {
    server.failing.push({ path: "/scans", status: 429, retryAfter: "30" });
    await tab.app.read(badge(1));
    await vi.waitFor(() => expect(server.to("/scans")).toHaveLength(1));
    await vi.waitFor(() => expect(tab.app.history.value[0]?.state).toBe("waiting"));
    browser.passes(29_000);
    await tab.app.read("nonsense");
    expect(server.to("/scans")).toHaveLength(1);
    browser.passes(1000);
    await allSent(tab);
  });

  it.each([422, 500])(
    "one row that is answered with %i never blocks the rest",
    async (status) => {
      server.breaking.set(badge(7), status);
      await readOffline(tab, upTo(60));
      back(tab);
      await browser.until(() => expect(server.scans.size).toBe(59));
      await readOffline(tab, [61]);
      back(tab);
      await browser.until(() => expect(server.scans.size).toBe(60));
      expect(codes()).toEqual(expected(upTo(61).filter((it) => it !== 7)));
      const aside = status === 422;
      await browser.until(() =>
        expect([tab.app.blocked.value, tab.app.waiting.value]).toEqual(aside ? [1, 0] : [0, 1]),
      );
      server.breaking.clear();
      if (!aside) await allSent(tab);
    },
    20_000,
  );

  it.each([1, 5])(
    "after %i failures over one reading, the next one goes at once: no time passes",
    async (times) => {
      server.breaking.set(badge(1), 500);
      await tab.app.read(badge(1));
      await browser.until(() => expect(server.to("/scans").length).toBeGreaterThanOrEqual(times));
      server.sent.length = 0;
      for (const nth of [2, 3]) {
        await tab.app.read(badge(nth));
        await vi.waitFor(() => expect(tab.app.result.value).toMatchObject({ kind: "not_shared" }));
      }
      expect(codes()).toEqual(expected([2, 3]));
      expect(tab.app.waiting.value).toBe(1);
      server.breaking.clear();
      await allSent(tab);
    },
  );

  it("sixty with a bad one among them: the good ones are there before any time passes", async () => {
    server.breaking.set(badge(7), 500);
    await readOffline(tab, upTo(60));
    back(tab);
    await vi.waitFor(() => expect(server.scans.size).toBe(59), { timeout: 5000 });
  }, 20_000);

  it("of two in a row it takes the server for the cause, and waits before it sends new ones", async () => {
    server.breaking.set(badge(1), 500).set(badge(2), 500);
    await readOffline(tab, [1, 2, 3]);
    back(tab);
    await vi.waitFor(() => expect(server.to("/scans").length).toBeGreaterThan(2));
    await tab.app.syncNow();
    server.sent.length = 0;
    await browser.until(() => expect(server.scans.size).toBe(1));
    expect(codes()).toEqual(expected([3]));
    server.breaking.clear();
    await allSent(tab);
  });

  it("does not read the history again to send: it is long", async () => {
    const history = vi.fn(async () => []);
    tab.broken = { history };
    await tab.app.read(badge(1));
    await allSent(tab);
    expect(tab.app.totals.value.leads).toBe(1);
    expect(history).not.toHaveBeenCalled();
  });

  it("says how many are left beside those it sends", async () => {
    await readOffline(tab, upTo(60));
    server.sent.length = 0;
    back(tab);
    await allSent(tab);
    expect(server.to("/scans").map((it) => it.body.waiting)).toEqual([10, 0]);
  });

  it("one that cannot be opened is set aside, the others are answered by id", async () => {
    server.unreadable.add(badge(2));
    await readOffline(tab, [1, 2, 3]);
    back(tab);
    await allSent(tab);
    expect(tab.app.blocked.value).toBe(1);
    expect(tab.app.history.value.map((row) => row.state).sort()).toEqual([
      "lead",
      "not_shared",
      "unreadable",
    ]);
    server.sent.length = 0;
    await tab.app.syncNow();
    expect(server.readings).toEqual([]);
  });

  it("one without an answer is sent again", async () => {
    server.unanswered.add(badge(2));
    await readOffline(tab, [1, 2, 3]);
    back(tab);
    await browser.until(() => expect(tab.app.waiting.value).toBe(1));
    server.unanswered.clear();
    await allSent(tab);
    expect(tab.app.totals.value).toMatchObject({ leads: 1, notShared: 2 });
  });

  it("a reading finds the network again, though the back-off still waits", async () => {
    server.down = true;
    await tab.app.read(badge(1));
    await vi.waitFor(() => expect(tab.app.online.value).toBe(false));
    for (let nth = 0; nth < 60; nth++) await browser.until(() => {});
    server.down = false;
    browser.now += 6000; // no timer fires
    await tab.app.read(badge(2));
    await vi.waitFor(() => expect(tab.app.waiting.value).toBe(0));
  });

  it("the reading on the screen goes before the rest of a long queue", async () => {
    await readOffline(tab, upTo(120));
    const release = server.hold();
    back(tab);
    await vi.waitFor(() => expect(server.to("/device/status").length).toBeGreaterThan(0));
    await tab.app.read(badge(500));
    server.sent.length = 0;
    release();
    await vi.waitFor(() => expect(tab.app.waiting.value).toBe(0), { timeout: 5000 });
    expect(server.scans.get(server.readings[0] ?? "")?.code).toBe(badge(500));
  });

  it("a proxy's own page changes nothing", async () => {
    for (const status of [403, 404, 302, 511])
      server.failing.push({ path: "/scans", status: status === 302 ? 502 : status });
    await readOffline(tab, [1]);
    back(tab);
    await allSent(tab);
    expect(tab.app.blocked.value).toBe(0);
    expect(tab.app.phase.value).toBe("ready");
  });
});
