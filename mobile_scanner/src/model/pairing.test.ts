import { beforeEach, describe, expect, it } from "vitest";
import type { Browser, Tab } from "./testing/browser.ts";
import { CODE, type FakeServer } from "./testing/fake-server.ts";
import { hall, LINK, pairAgain, vi } from "./testing/hall.ts";

let server: FakeServer;
let browser: Browser;
let tab: Tab;
const phase = () => tab.app.phase.value;
const reaches = (wanted: string) => browser.until(() => expect(phase()).toBe(wanted));

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
    await pairAgain(tab);
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
