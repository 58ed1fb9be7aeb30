import { beforeEach, describe, expect, it } from "vitest";
import type { Browser, Tab } from "./testing/browser.ts";
import { CODE, type FakeServer } from "./testing/fake-server.ts";
import { back, badge, hall, LINK, paired, readOffline, upTo, vi } from "./testing/hall.ts";

let server: FakeServer;
let browser: Browser;
let tab: Tab;
const phase = () => tab.app.phase.value;
const reaches = (wanted: string) => browser.until(() => expect(phase()).toBe(wanted));
const pairAgain = async () => {
  server.offerAgain();
  expect(await tab.app.readEnrolment(LINK)).toBeNull();
  expect(await tab.app.join("Nok")).toBeNull();
};

describe("a phone of nobody's", () => {
  beforeEach(async () => {
    ({ server, browser } = hall());
    tab = await browser.open();
  });

  it("waits for an enrolment", () => {
    expect(phase()).toBe("unpaired");
    expect(server.sent).toEqual([]);
  });

  it("shows whom it would join before it joins", async () => {
    expect(await tab.app.readEnrolment(CODE)).toBeNull();
    expect(phase()).toBe("joining");
    expect(tab.app.offer.value).toEqual({
      kind: "booth",
      place: "Hall A",
      eventTitle: { th: "งาน", en: "Conference" },
      partyName: "Sponsor Example",
    });
    expect(server.to("/devices/enrol")).toEqual([]);
    tab.app.cancelJoin();
    expect([phase(), tab.app.offer.value]).toEqual(["unpaired", null]);
    await pairAgain();
    expect(phase()).toBe("ready");
    expect(tab.app.phone.value).toMatchObject({ helper: "Nok", partyName: "Sponsor Example" });
    await tab.app.syncNow();
    expect(server.to("/device/status").at(-1)?.body).toEqual({ waiting: 0, app_version: "1.2.3" });
  });

  it.each([
    { text: "hello", trouble: "bad_code" },
    { text: `https://elsewhere.example/scan/#enrol=${CODE}`, trouble: "foreign_code" },
    { text: "7D744SZZKZZB3NRHKBWJ", trouble: "gone" },
  ])("says what is wrong with $text: $trouble", async ({ text, trouble }) => {
    expect(await tab.app.readEnrolment(text)).toBe(trouble);
    expect(phase()).toBe("unpaired");
  });

  it.each([
    { status: 429, trouble: "slow_down" },
    { status: 500, trouble: "server" },
  ])("says $trouble for $status", async ({ status, trouble }) => {
    server.failing.push({ path: "/devices/enrolments/look", status });
    expect(await tab.app.readEnrolment(LINK)).toBe(trouble);
  });

  it("says when there is no network, and when it cannot store", async () => {
    server.down = true;
    expect(await tab.app.readEnrolment(LINK)).toBe("offline");
    server.down = false;
    expect(await tab.app.readEnrolment(LINK)).toBeNull();
    tab.broken = { put: () => Promise.reject(new Error("private mode")) };
    expect(await tab.app.join("Nok")).toBe("storage");
  });

  it("says when it cannot store what it learns as it joins, and goes on from there", async () => {
    await tab.app.readEnrolment(LINK);
    // its tokens it can store, what else it hears of itself it cannot
    server.failing.push({ path: "/device/status", status: 500 });
    expect(await tab.app.join("Nok")).toBe("server");
    tab.broken = { put: () => Promise.reject(new DOMException("full", "QuotaExceededError")) };
    expect(await tab.app.join("Nok")).toBe("storage");
    tab.broken = {};
    expect(await tab.app.join("Nok")).toBeNull();
    expect(server.to("/devices/enrol")).toHaveLength(1);
    expect(phase()).toBe("ready");
  });

  it("goes on joining where the network left it, though the code is spent", async () => {
    await tab.app.readEnrolment(LINK);
    server.failing.push({ path: "/device/status", status: 500 });
    expect(await tab.app.join("Nok")).toBe("server");
    expect(await tab.app.join("Nok")).toBeNull();
    expect(server.to("/devices/enrol")).toHaveLength(1);
    expect(phase()).toBe("ready");
  });

  it("asks again for the answer of joining that was lost, as the same phone", async () => {
    await tab.app.readEnrolment(LINK);
    server.losing.set("/devices/enrol", 1);
    expect(await tab.app.join("Nok")).toBe("offline");
    expect([phase(), await tab.app.join("Nok")]).toEqual(["joining", null]);
    const asked = server.to("/devices/enrol").map((it) => it.body.request);
    expect([asked.length, new Set(asked).size]).toEqual([2, 1]);
    expect(phase()).toBe("ready");
    expect(await browser.dump()).not.toContain(CODE);
  });

  it("killed after that, it joins by the same code, which the server shows to nobody any more", async () => {
    await tab.app.readEnrolment(LINK);
    server.losing.set("/devices/enrol", 1);
    await tab.app.join("Nok");
    browser.kill();
    tab = await browser.open();
    expect(phase()).toBe("unpaired");
    expect(await tab.app.readEnrolment(LINK)).toBeNull();
    expect(tab.app.offer.value?.partyName).toBe("Sponsor Example");
    expect(await tab.app.join("Nok")).toBeNull();
    expect(new Set(server.to("/devices/enrol").map((it) => it.body.request)).size).toBe(1);
    expect(phase()).toBe("ready");
  });

  it.each(["is late", "was cancelled", "is refused"])(
    "begins anew with a code whose joining %s",
    async (what) => {
      await tab.app.readEnrolment(LINK);
      if (what === "is refused") {
        server.failing.push({ path: "/devices/enrol", status: 410 });
        expect(await tab.app.join("Nok")).toBe("gone");
      } else {
        server.losing.set("/devices/enrol", 1);
        await tab.app.join("Nok");
      }
      if (what === "was cancelled") tab.app.cancelJoin();
      if (what === "is late") browser.passes(600_000);
      await vi.waitFor(async () => {
        if (what !== "is late") expect(await browser.dump()).not.toContain(CODE);
      });
      server.offerAgain();
      browser.kill();
      tab = await browser.open();
      expect(await tab.app.readEnrolment(LINK)).toBeNull();
      expect(await tab.app.join("Nok")).toBeNull();
      expect(new Set(server.to("/devices/enrol").map((it) => it.body.request)).size).toBe(2);
    },
  );

  it("killed while joining, it is ready once the network is back", async () => {
    await tab.app.readEnrolment(LINK);
    server.failing.push({ path: "/device/status", status: 500 });
    await tab.app.join("Nok");
    browser.kill();
    tab = await browser.open();
    await reaches("ready");
    expect(tab.app.phone.value?.helper).toBe("Nok");
  });
});

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
    await pairAgain();
    await browser.until(() => expect(tab.app.waiting.value).toBe(0));
    expect(server.scans.size).toBe(3);
  });

  it("never sends for one party what was read for another, and offers to throw it away", async () => {
    await readOffline(tab, upTo(3));
    server.phone = null;
    server.view = { party: { id: "party 2", legal_name: "Rival Example" } };
    back(tab);
    await reaches("pair_again");
    await pairAgain();
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
    await pairAgain();
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
    await pairAgain();
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
