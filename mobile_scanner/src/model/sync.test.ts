import { beforeEach, describe, expect, it } from "vitest";
import type { Browser, Tab } from "./testing/browser.ts";
import type { FakeServer } from "./testing/fake-server.ts";
import { back, badge, hall, PLOY, paired, readOffline, upTo, vi } from "./testing/hall.ts";

let server: FakeServer;
let browser: Browser;
let tab: Tab;
const sent = () => browser.until(() => expect(tab.app.waiting.value).toBe(0));
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
  await sent();
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
  await sent();
  expect(server.scans.size).toBe(1);
  expect(server.readings).toHaveLength(2);
  expect(tab.app.totals.value.leads).toBe(1);
});

it("an answer that was lost is asked for again by the same id", async () => {
  server.losing.set("/scans", 1);
  await tab.app.read(badge(1));
  await sent();
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
  await sent();
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
  await sent();
});

describe("trouble", () => {
  it("a server that fails is asked again, later and later, and nothing is lost", async () => {
    for (let nth = 0; nth < 5; nth++) server.failing.push({ path: "/scans", status: 500 });
    await readOffline(tab, upTo(8));
    back(tab);
    await sent();
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
    await sent();
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
      if (!aside) await sent();
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
      await sent();
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
    await sent();
  });

  it("does not read the history again to send: it is long", async () => {
    const history = vi.fn(async () => []);
    tab.broken = { history };
    await tab.app.read(badge(1));
    await sent();
    expect(tab.app.totals.value.leads).toBe(1);
    expect(history).not.toHaveBeenCalled();
  });

  it("says how many are left beside those it sends", async () => {
    await readOffline(tab, upTo(60));
    server.sent.length = 0;
    back(tab);
    await sent();
    expect(server.to("/scans").map((it) => it.body.waiting)).toEqual([10, 0]);
  });

  it("one that cannot be opened is set aside, the others are answered by id", async () => {
    server.unreadable.add(badge(2));
    await readOffline(tab, [1, 2, 3]);
    back(tab);
    await sent();
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
    await sent();
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
    await sent();
    expect(tab.app.blocked.value).toBe(0);
    expect(tab.app.phase.value).toBe("ready");
  });
});

describe("the clock", () => {
  it.each([
    { name: "three years ahead", off: 3 * 365 * 86_400 },
    { name: "a day behind", off: -86_400 },
  ])("that is $name is told, and sent as it is", async ({ off }) => {
    browser.now += off * 1000;
    await readOffline(tab, [1]);
    const at = new Date(browser.now).toISOString();
    browser.passes(60_000);
    back(tab);
    await sent();
    expect(Math.abs((tab.app.clockOffBySeconds.value ?? 0) - off)).toBeLessThan(60);
    expect([...server.scans.values()]).toMatchObject([{ at }]);
    const { sent_at } = server.to("/scans").at(-1)?.body ?? {};
    expect(Date.parse(sent_at) - Date.parse(at)).toBeGreaterThanOrEqual(60_000);
    expect(tab.app.totals.value.leads).toBe(1);
  });

  const MINUTE = 60_000;
  const counted = () => [...server.scans.values()].map((it) => it.counts).sort((a, b) => a - b);
  /** All is sent, and no time passes on its way. */
  const arrived = () => vi.waitFor(() => expect(tab.app.waiting.value).toBe(0), { timeout: 5000 });

  /** A phone whose clock stands off when it is paired; it reads offline. Answers with the true time of the reading. */
  async function reads(off: number): Promise<number> {
    ({ server, browser } = hall());
    browser.now += off;
    tab = await paired(server, browser);
    browser.passes(MINUTE);
    await readOffline(tab, [1]);
    return server.now;
  }

  it.each([
    { name: "ahead, soon after", off: 20 * MINUTE, after: 10 * MINUTE },
    { name: "ahead, long after", off: 20 * MINUTE, after: 30 * MINUTE },
    { name: "behind", off: -20 * MINUTE, after: 10 * MINUTE },
  ])("that stood $name, and is set right before it sends, moves no reading", async (it) => {
    const read = await reads(it.off);
    browser.passes(it.after / 2);
    browser.now -= it.off;
    browser.passes(it.after / 2);
    back(tab);
    await arrived();
    expect(counted()).toEqual([read]);
  });

  it("that is set right while the app is closed moves no reading", async () => {
    const read = await reads(20 * MINUTE);
    browser.kill();
    browser.now -= 20 * MINUTE;
    browser.passes(30 * MINUTE);
    tab = await browser.open();
    back(tab);
    await arrived();
    expect(counted()).toEqual([read]);
  });

  it("that nobody knew anything of, and is set back, makes its readings as old as the pairing", async () => {
    await reads(0);
    browser.kill();
    browser.now += 20 * MINUTE;
    tab = await browser.open();
    await readOffline(tab, [2]);
    browser.now -= 20 * MINUTE;
    browser.passes(10 * MINUTE);
    back(tab);
    await arrived();
    expect(counted()).toEqual([server.pairedAt, server.pairedAt + MINUTE]);
  });

  it("is asked for before anything is sent that may be from before it was set", async () => {
    await reads(20 * MINUTE);
    browser.now -= 20 * MINUTE;
    server.sent.length = 0;
    server.failing.push({ path: "/device/status", status: 500 });
    back(tab);
    await sent();
    const paths = server.sent.map((it) => it.path).filter((it) => it !== "/device/list");
    expect(paths.slice(0, 3)).toEqual(["/device/status", "/device/status", "/scans"]);
  });
});

describe("two tabs", () => {
  it("send each reading once, and both know", async () => {
    const other = await browser.open();
    await readOffline(tab, upTo(10));
    await vi.waitFor(() => expect(other.app.waiting.value).toBe(10));
    server.sent.length = 0;
    server.down = false;
    tab.happens("online");
    other.happens("online");
    await sent();
    await vi.waitFor(() => expect(other.app.totals.value.leads).toBe(1));
    expect(other.app.waiting.value).toBe(0);
    expect(server.readings).toHaveLength(10);
  });

  it("refresh one token once", async () => {
    const other = await browser.open();
    await vi.waitFor(() => expect(other.app.listAt.value).not.toBeNull());
    server.expire();
    await Promise.all([tab.app.syncNow(), other.app.syncNow()]);
    expect(server.to("/devices/token")).toHaveLength(1);
    expect([tab.app.phase.value, other.app.phase.value]).toEqual(["ready", "ready"]);
  });

  it("sign out together", async () => {
    const other = await browser.open();
    expect(await tab.app.signOut()).toBeNull();
    await vi.waitFor(() => expect(other.app.phase.value).toBe("unpaired"));
  });
});

describe("notes", () => {
  const NOTE = { rating: 3, answers: { q: ["a"] }, note: "wants a quote" } as const;
  const read = async (nth: number) => {
    await tab.app.read(badge(nth));
    return tab.app.history.value[0]?.id ?? "";
  };

  it("go after their reading, sealed, and the last one counts", async () => {
    await readOffline(tab, [1]);
    const scan = tab.app.history.value[0]?.id ?? "";
    expect(await tab.app.keepNote(scan, { ...NOTE, note: "first" })).toBeNull();
    expect(await tab.app.keepNote(scan, NOTE)).toBeNull();
    expect(tab.app.waiting.value).toBe(2);
    expect(tab.app.history.value[0]?.hasNote).toBe(true);
    back(tab);
    await sent();
    expect([...server.notes]).toEqual([[scan, NOTE]]);
    expect(await tab.app.lookAt(scan)).toMatchObject({ card: { name: PLOY.name }, note: NOTE });
  });

  it("are dropped, and that is said, when the reading was no lead", async () => {
    await readOffline(tab, [2]);
    const scan = tab.app.history.value[0]?.id ?? "";
    await tab.app.keepNote(scan, NOTE);
    back(tab);
    await sent();
    expect(server.notes.size).toBe(0);
    expect(tab.app.droppedNotes.value).toEqual([scan]);
    expect(tab.app.history.value[0]).toMatchObject({ state: "not_shared", hasNote: false });
    expect(await tab.app.keepNote(scan, NOTE)).toBe("not_a_lead");
  });

  it("are dropped with a reading that the server refuses for ever", async () => {
    server.breaking.set(badge(1), 422);
    await readOffline(tab, [1]);
    const scan = tab.app.history.value[0]?.id ?? "";
    await tab.app.keepNote(scan, NOTE);
    back(tab);
    await sent();
    expect(tab.app.blocked.value).toBe(1);
    expect(tab.app.droppedNotes.value).toEqual([scan]);
    expect(tab.app.history.value[0]).toMatchObject({ state: "unreadable", hasNote: false });
    expect(await tab.app.signOut()).toBeNull();
  });

  it("over which the server fails hold up no reading and no other note", async () => {
    const scan = await read(1);
    browser.passes(1000);
    const other = await read(1);
    expect(other).not.toBe(scan);
    await sent();
    server.breakingNotes.set(scan, 500);
    await tab.app.keepNote(scan, NOTE);
    await browser.until(() => expect(server.to(`/scans/${scan}/note`)).toHaveLength(4));
    server.sent.length = 0;
    await tab.app.read(badge(2));
    await vi.waitFor(() => expect(tab.app.result.value).toMatchObject({ kind: "not_shared" }));
    await tab.app.keepNote(other, NOTE);
    await vi.waitFor(() => expect([...server.notes.keys()]).toEqual([other]));
    expect(server.to(`/scans/${scan}/note`)).toEqual([]);
    expect([tab.app.waiting.value, tab.app.blocked.value]).toEqual([1, 0]);
    server.breakingNotes.clear();
    await sent();
  });

  it("with words better not noted are kept, and that is told until they are written anew", async () => {
    const scan = await read(1);
    await tab.app.keepNote(scan, { ...NOTE, note: "has diabetes" });
    await sent();
    expect(tab.app.specialNotes.value).toEqual([scan]);
    expect(server.notes.get(scan)).toMatchObject({ note: "has diabetes" });
    expect(await tab.app.keepNote(scan, NOTE)).toBeNull();
    await sent();
    expect(tab.app.specialNotes.value).toEqual([]);
    expect(server.notes.get(scan)).toEqual(NOTE);
  });

  it("are dropped when it is a lead no more", async () => {
    const scan = await read(1);
    await sent();
    server.allowed.clear();
    await tab.app.keepNote(scan, NOTE);
    await sent();
    expect(tab.app.droppedNotes.value).toEqual([scan]);
  });

  it("are sent again when the server failed", async () => {
    const scan = await read(1);
    await sent();
    server.failing.push({ path: `/scans/${scan}/note`, status: 500 });
    server.losing.set(`/scans/${scan}/note`, 1);
    await tab.app.keepNote(scan, NOTE);
    await sent();
    expect([...server.notes.values()]).toEqual([NOTE]);
  });

  it("say when they could not be kept", async () => {
    const scan = await read(1);
    await sent();
    tab.broken = { change: () => Promise.reject(new Error("broken")) };
    expect(await tab.app.keepNote(scan, NOTE)).toBe("storage");
  });
});
