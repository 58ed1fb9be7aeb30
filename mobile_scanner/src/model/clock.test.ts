import { beforeEach, describe, expect, it } from "vitest";
import type { Browser, Tab } from "./testing/browser.ts";
import type { FakeServer } from "./testing/fake-server.ts";
import { allSent, back, hall, paired, readOffline, vi } from "./testing/hall.ts";

let server: FakeServer;
let browser: Browser;
let tab: Tab;

beforeEach(async () => {
  ({ server, browser } = hall());
  tab = await paired(server, browser);
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
    await allSent(tab);
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
    await allSent(tab);
    const paths = server.sent.map((it) => it.path).filter((it) => it !== "/device/list");
    expect(paths.slice(0, 3)).toEqual(["/device/status", "/device/status", "/scans"]);
  });
});
