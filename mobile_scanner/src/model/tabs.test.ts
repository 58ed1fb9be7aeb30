import { beforeEach, describe, expect, it } from "vitest";
import type { Browser, Tab } from "./testing/browser.ts";
import type { FakeServer } from "./testing/fake-server.ts";
import { allSent, hall, paired, readOffline, upTo, vi } from "./testing/hall.ts";

let server: FakeServer;
let browser: Browser;
let tab: Tab;

beforeEach(async () => {
  ({ server, browser } = hall());
  tab = await paired(server, browser);
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
    await allSent(tab);
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
