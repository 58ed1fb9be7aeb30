import { beforeEach, describe, expect, it } from "vitest";
import type { Browser, Tab } from "./testing/browser.ts";
import type { FakeServer } from "./testing/fake-server.ts";
import { back, badge, hall, pairAgain, paired, readOffline, upTo, vi } from "./testing/hall.ts";

let server: FakeServer;
let browser: Browser;
let tab: Tab;
const phase = () => tab.app.phase.value;
const reaches = (wanted: string) => browser.until(() => expect(phase()).toBe(wanted));

describe("a paired phone", () => {
  beforeEach(async () => {
    ({ server, browser } = hall());
    tab = await paired(server, browser);
  });

  it("opens cold without a network", async () => {
    browser.kill();
    server.down = true;
    tab = await browser.open();
    expect(phase()).toBe("ready");
    expect(tab.app.phone.value?.event.title.en).toBe("Conference");
    expect(tab.app.listAt.value).not.toBeNull();
    await tab.app.read(badge(1));
    await vi.waitFor(() =>
      expect(tab.app.result.value).toMatchObject({ kind: "saved", allowed: true }),
    );
  });

  it("reports and asks for its list each minute, by the tag it has", async () => {
    await tab.app.syncNow();
    server.sent.length = 0;
    server.allowed.set(badge(5), { name: "Som", email: "som@example.com" });
    server.allowed.delete(badge(1));
    browser.passes(60_000);
    await vi.waitFor(() => expect(server.to("/device/list")).toHaveLength(1));
    const asked = server.to("/device/list")[0]?.headers;
    expect([asked?.get("If-None-Match"), asked?.get("A-IM")]).toEqual(['"0"', "allow-delta"]);
    await vi.waitFor(() => expect(tab.app.listAt.value).toContain("03:01:"));
    await readOffline(tab, [5]);
    expect(tab.app.result.value).toMatchObject({ allowed: true });
    await readOffline(tab, [1]);
    expect(tab.app.result.value).toMatchObject({ allowed: false });
  });

  it("fetches the whole list when a delta does not fit", async () => {
    const other = [...server.allowed.keys()];
    await tab.app.syncNow();
    const { fetch } = server;
    Object.assign(server, {
      fetch: async (...asked: Parameters<typeof globalThis.fetch>) => {
        const answer = await fetch(...asked);
        if (answer.status !== 226) return answer;
        return new Response(new Uint8Array([0, 0, 0, 9]), answer);
      },
    });
    server.allowed.set(badge(5), { name: "Som", email: "som@example.com" });
    await tab.app.syncNow();
    await readOffline(tab, [1]);
    expect(tab.app.result.value).toMatchObject({ allowed: other.includes(badge(1)) });
    server.down = false;
    await tab.app.syncNow();
    await readOffline(tab, [5]);
    expect(tab.app.result.value).toMatchObject({ allowed: true });
  });

  it("refreshes its token when that has expired", async () => {
    server.expire();
    await tab.app.read(badge(1));
    await vi.waitFor(() => expect(tab.app.result.value).toMatchObject({ kind: "lead" }));
    expect(server.to("/devices/token")).toHaveLength(1);
  });

  it("asks for the same new token when the answer was lost, even after a restart", async () => {
    await readOffline(tab, [1]);
    server.expire();
    server.losing.set("/devices/token", 1);
    back(tab);
    await vi.waitFor(() => expect(server.to("/devices/token")).not.toEqual([]));
    browser.kill();
    tab = await browser.open();
    await browser.until(() => expect(tab.app.waiting.value).toBe(0));
    const asked = server.to("/devices/token").map((it) => it.body.request);
    expect(asked.length).toBeGreaterThan(1);
    expect(new Set(asked).size).toBe(1);
    expect(phase()).toBe("ready");
  });

  it("that the server no longer knows keeps its queue, and sends it once paired again", async () => {
    await readOffline(tab, upTo(3));
    server.phone = null;
    back(tab);
    await reaches("pair_again");
    expect(tab.app.waiting.value).toBe(3);
    browser.kill();
    tab = await browser.open();
    expect([phase(), tab.app.waiting.value]).toEqual(["pair_again", 3]);
    await pairAgain(tab);
    await browser.until(() => expect(tab.app.waiting.value).toBe(0));
    expect(server.scans.size).toBe(3);
  });

  it("never sends for one party what was read for another, and offers to throw it away", async () => {
    await readOffline(tab, upTo(3));
    server.phone = null;
    server.view = { party: { id: "party 2", legal_name: "Rival Example" } };
    back(tab);
    await reaches("pair_again");
    await pairAgain(tab);
    await tab.app.read(badge(4));
    await browser.until(() => expect(tab.app.waiting.value).toBe(0));
    expect(server.scans.size).toBe(1);
    expect(tab.app.history.value).toHaveLength(1);
    expect([tab.app.stranded.value, await tab.app.signOut()]).toEqual([3, "rows_wait"]);
    tab.broken = { change: () => Promise.reject(new Error("broken")) };
    expect([await tab.app.discardStranded(), tab.app.stranded.value]).toEqual(["storage", 3]);
    tab.broken = {};
    expect([await tab.app.discardStranded(), tab.app.stranded.value]).toEqual([null, 0]);
    expect(tab.app.history.value).toHaveLength(1);
    expect(await browser.dump()).not.toContain("party 1");
  });

  it.each(["by a reading", "by its report"])(
    "that was revoked hands its queue over, then wipes itself: told %s",
    async (how) => {
      await readOffline(tab, upTo(120));
      if (server.phone) server.phone.revoked = true;
      server.down = false;
      if (how === "by a reading") await tab.app.read(badge(1));
      else tab.happens("visible");
      await reaches("wiped");
      expect(server.quarantine.size).toBe(how === "by a reading" ? 121 : 120);
      expect(server.scans.size).toBe(0);
      expect(tab.app.phone.value).toBeNull();
      expect(await browser.dump()).not.toContain("sealed");
      browser.kill();
      tab = await browser.open();
      expect(phase()).toBe("unpaired");
    },
  );

  it.each([2, 0])(
    "that was revoked says honestly what is still to come, with %i readings and a note: notes go",
    async (readings) => {
      await tab.app.read(badge(1));
      await browser.until(() => expect(tab.app.waiting.value).toBe(0));
      const scan = tab.app.history.value[0]?.id ?? "";
      await readOffline(tab, upTo(readings));
      await tab.app.keepNote(scan, { rating: 3, answers: {}, note: "" });
      expect(tab.app.waiting.value).toBe(readings + 1);
      if (server.phone) server.phone.revoked = true;
      server.sent.length = 0;
      back(tab);
      await reaches("wiped");
      expect([server.quarantine.size, server.notes.size]).toEqual([readings, 0]);
      if (readings > 0) expect(server.to("/scans").at(-1)?.body.waiting).toBe(0);
    },
  );

  it("that was revoked goes on handing over after a restart, with a token refreshed", async () => {
    await readOffline(tab, upTo(60));
    if (server.phone) server.phone.revoked = true;
    server.down = false;
    server.failing.push({ path: "/scans", status: 503 });
    tab.happens("visible");
    await vi.waitFor(() => expect(phase()).toBe("revoked"));
    browser.kill();
    server.down = true;
    tab = await browser.open();
    expect(phase()).toBe("revoked");
    await tab.app.read(badge(9));
    expect(tab.app.result.value).toBeNull();
    server.expire();
    back(tab);
    await reaches("wiped");
    expect(server.quarantine.size).toBe(60);
  });

  it("whose token was taken by somebody else is wiped, too", async () => {
    await readOffline(tab, upTo(3));
    if (server.phone) server.phone.refresh = "somebody else's";
    server.expire();
    back(tab);
    await reaches("wiped");
  });

  it("asks before it signs out with rows that wait", async () => {
    await readOffline(tab, [1]);
    expect(await tab.app.signOut()).toBe("rows_wait");
    expect(phase()).toBe("ready");
    tab.broken = { wipe: () => Promise.reject(new Error("broken")) };
    expect([await tab.app.signOutAnyway(), phase()]).toEqual(["storage", "ready"]);
    tab.broken = {};
    expect([await tab.app.signOutAnyway(), phase()]).toEqual([null, "unpaired"]);
    expect(await browser.dump()).not.toContain("Sponsor");
  });

  it.each(["at once", "with an access token that ran out"])(
    "tells the server that it signs out, so that a copy of its tokens is good for nothing: %s",
    async (how) => {
      if (how !== "at once") server.expire();
      const device = server.phone?.view.device;
      expect([await tab.app.signOut(), phase()]).toEqual([null, "unpaired"]);
      await vi.waitFor(() => expect(server.signedOut).toEqual([device]));
      expect(server.phone).toBeNull();
      expect(await browser.dump()).not.toContain("access");
    },
  );

  it("signs out without a network as well", async () => {
    server.down = true;
    expect([await tab.app.signOut(), phase()]).toEqual([null, "unpaired"]);
    expect(server.signedOut).toEqual([]);
  });

  it("keeps language and settings, also over a sign-out", async () => {
    tab.app.setLanguage("th");
    tab.app.setSettings({ sound: false, camera: "rear" });
    await tab.app.signOutAnyway();
    browser.kill();
    tab = await browser.open();
    expect(tab.app.language.value).toBe("th");
    expect(tab.app.settings.value).toEqual({ sound: false, vibration: true, camera: "rear" });
  });

  it("updates when told to, never by itself", async () => {
    const apply = vi.fn();
    await readOffline(tab, [1]);
    tab.app.updateIsReady(apply);
    expect(tab.app.updateReady.value).toBe(true);
    browser.passes(3_600_000);
    expect(apply).not.toHaveBeenCalled();
    tab.app.applyUpdate();
    expect(apply).toHaveBeenCalledOnce();
  });
});
