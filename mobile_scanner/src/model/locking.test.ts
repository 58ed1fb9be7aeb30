import { beforeEach, describe, expect, it } from "vitest";
import type { Browser, Tab } from "./testing/browser.ts";
import type { FakeServer } from "./testing/fake-server.ts";
import { badge, hall, pairAgain, paired, readOffline, upTo, vi } from "./testing/hall.ts";

let server: FakeServer;
let browser: Browser;
let tab: Tab;
const phase = () => tab.app.phase.value;

describe("a PIN", () => {
  beforeEach(async () => {
    ({ server, browser } = hall());
    server.view = { lock_after_minutes: 5 };
    tab = await paired(server, browser);
    expect(phase()).toBe("choosing_pin");
    expect(await tab.app.choosePin("12")).toBe("wrong_pin");
    expect(await tab.app.choosePin("4711")).toBeNull();
    expect(phase()).toBe("ready");
  });

  it("is asked for after the idle time, and a touch begins it anew", async () => {
    browser.passes(4 * 60_000);
    tab.app.touched();
    browser.passes(4 * 60_000);
    expect(phase()).toBe("ready");
    browser.passes(60_000);
    expect(phase()).toBe("locked");
    expect(await tab.app.unlock("4711")).toBeNull();
    expect(phase()).toBe("ready");
  });

  it("is asked for after a restart and by hand; locked, nothing is shown and nothing read", async () => {
    await tab.app.read(badge(1));
    await vi.waitFor(() => expect(tab.app.result.value).toMatchObject({ kind: "lead" }));
    tab.app.lock();
    expect([phase(), tab.app.result.value]).toEqual(["locked", null]);
    await tab.app.read(badge(1));
    expect(tab.app.result.value).toBeNull();
    browser.kill();
    tab = await browser.open();
    expect(phase()).toBe("locked");
  });

  it("wrong five times, restarts or not, ends the pairing and keeps the queue", async () => {
    await readOffline(tab, upTo(2));
    tab.app.lock();
    for (let nth = 1; nth <= 3; nth++) {
      expect(await tab.app.unlock("0000")).toBe("wrong_pin");
      expect(tab.app.refusedPinTries.value).toBe(nth);
    }
    browser.kill();
    tab = await browser.open();
    await vi.waitFor(() => expect(tab.app.refusedPinTries.value).toBe(3));
    expect(await tab.app.unlock("0000")).toBe("wrong_pin");
    expect(await tab.app.unlock("0000")).toBe("pin_locked");
    expect([phase(), tab.app.waiting.value]).toEqual(["pair_again", 2]);
    expect(await browser.dump()).not.toContain("access");
    expect(server.signedOut).toEqual([]);
    server.down = false;
    await pairAgain(tab);
    expect(await tab.app.choosePin("1234")).toBeNull();
    await browser.until(() => expect(tab.app.waiting.value).toBe(0));
    expect(server.scans.size).toBe(2);
  });

  it("wrong five times tells the server, and what waits goes with the next pairing", async () => {
    await readOffline(tab, upTo(2));
    server.failing.push(...Array.from({ length: 9 }, () => ({ path: "/scans", status: 503 })));
    server.down = false;
    const device = server.phone?.view.device;
    tab.app.lock();
    for (let nth = 1; nth <= 5; nth++) await tab.app.unlock("0000");
    await vi.waitFor(() => expect(server.signedOut).toEqual([device]));
    expect([phase(), tab.app.waiting.value]).toEqual(["pair_again", 2]);
    server.failing.length = 0;
    await pairAgain(tab);
    expect(await tab.app.choosePin("1234")).toBeNull();
    await browser.until(() => expect(tab.app.waiting.value).toBe(0));
    expect([...server.scans.values()].map((it) => it.code).sort()).toEqual(
      upTo(2)
        .map((nth) => badge(nth))
        .sort(),
    );
  });

  it("right in between forgets the wrong tries", async () => {
    tab.app.lock();
    for (let nth = 0; nth < 4; nth++) await tab.app.unlock("0000");
    expect(await tab.app.unlock("4711")).toBeNull();
    tab.app.lock();
    expect(await tab.app.unlock("0000")).toBe("wrong_pin");
    expect(tab.app.refusedPinTries.value).toBe(1);
  });

  it("is chosen when the sponsor begins to want one, and not asked for when she no longer does", async () => {
    server.view = { lock_after_minutes: null };
    await tab.app.syncNow();
    browser.passes(3_600_000);
    expect(phase()).toBe("ready");
  });
});
