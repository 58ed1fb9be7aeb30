import { beforeEach, describe, expect, it } from "vitest";
import type { Browser, Tab } from "./testing/browser.ts";
import type { FakeServer } from "./testing/fake-server.ts";
import { back, badge, hall, PLOY, paired, readOffline, vi } from "./testing/hall.ts";

let server: FakeServer;
let browser: Browser;
let tab: Tab;
const result = () => tab.app.result.value;
const shows = (expected: object) => vi.waitFor(() => expect(result()).toMatchObject(expected));

beforeEach(async () => {
  ({ server, browser } = hall());
  tab = await paired(server, browser);
});

describe("online", () => {
  it("shows the card of a badge that may be released", async () => {
    await tab.app.read(badge(1));
    expect(result()).toMatchObject({ kind: "checking" });
    await shows({ kind: "lead", card: { name: PLOY.name, email: PLOY.email }, seenBeforeAt: null });
    expect(tab.app.totals.value).toMatchObject({ leads: 1, waiting: 0 });
    expect(tab.app.history.value).toMatchObject([{ state: "lead", hasNote: false }]);
  });

  it("says when the badge was scanned before", async () => {
    await tab.app.read(badge(1));
    await shows({ kind: "lead" });
    browser.passes(60_000);
    await tab.app.read(badge(1).toLowerCase());
    await shows({ kind: "lead", seenBeforeAt: "2027-03-01T03:00:00.000Z" });
  });

  it("says not shared for any other badge", async () => {
    await tab.app.read(badge(2));
    await shows({ kind: "not_shared" });
    expect(tab.app.totals.value).toMatchObject({ leads: 0, notShared: 1 });
  });

  it("keeps nothing of what is no badge, and goes on", async () => {
    await tab.app.read("https://elsewhere.example/");
    expect(result()).toEqual({ kind: "not_a_badge" });
    expect(tab.app.history.value).toEqual([]);
    await tab.app.read(badge(1));
    await shows({ kind: "lead" });
  });

  it("waits two and a half seconds, then says saved; a late answer still counts", async () => {
    const release = server.hold();
    await tab.app.read(badge(1));
    await vi.waitFor(() => expect(server.to("/scans")).toHaveLength(1));
    browser.passes(2400);
    expect(result()).toMatchObject({ kind: "checking" });
    browser.passes(100);
    expect(result()).toMatchObject({ kind: "saved", allowed: true, again: false });
    await tab.app.read(badge(3));
    expect(result()).toMatchObject({ kind: "saved", allowed: false });
    release();
    await shows({ kind: "not_shared" });
    expect(tab.app.totals.value).toMatchObject({ leads: 1, notShared: 1, waiting: 0 });
    await tab.app.read(badge(1));
    expect(result()).toMatchObject({ kind: "checking" });
  });

  it("never covers a newer result with an older one", async () => {
    const release = server.hold();
    await tab.app.read(badge(1));
    await tab.app.read("nonsense");
    release();
    await vi.waitFor(() => expect(tab.app.waiting.value).toBe(0));
    expect(result()).toEqual({ kind: "not_a_badge" });
  });

  it("says scan again when the server cannot read it, and does not send it for ever", async () => {
    server.unreadable.add(badge(1));
    await tab.app.read(badge(1));
    await shows({ kind: "not_kept" });
    expect([tab.app.waiting.value, tab.app.blocked.value]).toEqual([0, 1]);
    await tab.app.syncNow();
    expect(server.to("/scans")).toHaveLength(1);
  });

  it.each(["dismiss", "hidden"])("drops the card: %s", async (how) => {
    await tab.app.read(badge(1));
    await shows({ kind: "lead" });
    if (how === "dismiss") tab.app.dismiss();
    else tab.happens("hidden");
    expect(result()).toBeNull();
  });
});

describe("offline", () => {
  it("tells a booth nothing of a badge's event", async () => {
    await readOffline(tab, [2]);
    const { id: _, ...ours } = { id: "", ...result() };
    await tab.app.read(badge(2, "ZZ"));
    const { id: __, ...theirs } = { id: "", ...result() };
    expect(theirs).toEqual(ours);
  });

  it("answers at once from the list", async () => {
    await readOffline(tab, [1]);
    expect(result()).toMatchObject({ kind: "saved", allowed: true, again: false });
    await readOffline(tab, [2]);
    expect(result()).toMatchObject({ kind: "saved", allowed: false, again: false });
    expect(tab.app.waiting.value).toBe(2);
  });

  it("says again when a reading of the badge waits already", async () => {
    await readOffline(tab, [1, 2, 1]);
    expect(result()).toMatchObject({ kind: "saved", again: true });
  });

  it("shows the verdict when it comes while the reading still is on the screen", async () => {
    await readOffline(tab, [1]);
    back(tab);
    await shows({ kind: "lead" });
  });

  it("says scan again when it could not be stored", async () => {
    tab.broken = { change: () => Promise.reject(new DOMException("full", "QuotaExceededError")) };
    await tab.app.read(badge(1));
    expect(result()).toEqual({ kind: "not_kept" });
    tab.broken = {};
    await tab.app.read(badge(1));
    await shows({ kind: "lead" });
    expect(server.readings).toHaveLength(1);
  });

  it("is noticed by itself: one request that does not arrive, and nobody waits any more", async () => {
    server.down = true;
    await tab.app.read(badge(1));
    await vi.waitFor(() => expect(tab.app.online.value).toBe(false));
    await tab.app.read(badge(2));
    expect(result()).toMatchObject({ kind: "saved" });
  });
});

describe("at the door", () => {
  beforeEach(async () => {
    ({ server, browser } = hall());
    server.kind = "door";
    tab = await paired(server, browser);
  });

  it("lets in, and sees doubles", async () => {
    await tab.app.read(badge(1));
    await shows({ kind: "door", verdict: "valid", name: PLOY.name, ticketName: "Conference" });
    await tab.app.read(badge(1));
    await shows({ kind: "door", verdict: "already_in" });
    await tab.app.read(badge(9));
    await shows({ kind: "door", verdict: "unknown", name: null });
    expect(tab.app.history.value.map((row) => row.state).sort()).toEqual([
      "double",
      "let_in",
      "refused",
    ]);
    expect(tab.app.totals.value.inside).toBe(1);
  });

  it("sends the way and the session that are set", async () => {
    tab.app.setDoorMode({ kind: "exit" });
    await tab.app.read(badge(1));
    await shows({ kind: "door" });
    tab.app.setDoorMode({ kind: "session", session: "session 1" });
    await tab.app.read(badge(1));
    await vi.waitFor(() => expect(server.to("/scans")).toHaveLength(2));
    expect(server.to("/scans").map((it) => it.body.scans[0])).toMatchObject([
      { kind: "exit" },
      { kind: "session", session: "session 1" },
    ]);
  });

  it("works offline with the list, and says again for the same way only", async () => {
    await readOffline(tab, [1]);
    expect(result()).toMatchObject({ kind: "door_saved", listed: true, again: false });
    tab.app.setDoorMode({ kind: "exit" });
    await readOffline(tab, [1]);
    expect(result()).toMatchObject({ kind: "door_saved", again: false });
    await readOffline(tab, [1]);
    expect(result()).toMatchObject({ kind: "door_saved", again: true });
  });

  it("says offline that a badge is another event's, and sends it all the same", async () => {
    await readOffline(tab, [1]);
    expect(result()).toMatchObject({ kind: "door_saved", foreign: false });
    await tab.app.read(badge(1, "ZZ"));
    expect(result()).toMatchObject({ kind: "door_saved", listed: false, foreign: true });
    back(tab);
    await browser.until(() => expect(tab.app.waiting.value).toBe(0));
    expect([...server.scans.values()].map((it) => it.code)).toContain(badge(1, "ZZ"));
  });

  it("says when the session is there no more", async () => {
    server.gone.add("session 1");
    tab.app.setDoorMode({ kind: "session", session: "session 1" });
    await tab.app.read(badge(1));
    await shows({ kind: "door", verdict: "no_such_session" });
    expect(tab.app.waiting.value).toBe(0);
    expect(tab.app.history.value).toMatchObject([{ state: "refused" }]);
  });

  it("looks people up, and lets one in whose answer was lost only once", async () => {
    const found = await tab.app.lookUp("Ploy");
    expect(found).toMatchObject([{ registration: badge(1), name: PLOY.name }]);
    expect(await tab.app.lookUp("P")).toEqual([]);
    server.losing.set("/device/check-ins", 1);
    expect(await tab.app.letIn(badge(1))).toBe("offline");
    expect(await tab.app.letIn(badge(1))).toBeNull();
    expect(result()).toMatchObject({ kind: "door", verdict: "valid", name: PLOY.name });
    const ids = server.to("/device/check-ins").map((it) => it.body.id);
    expect(new Set(ids).size).toBe(1);
    expect(await tab.app.letIn(badge(1))).toBeNull();
    expect(server.to("/device/check-ins").at(-1)?.body.id).not.toBe(ids[0]);
    server.failing.push({ path: "/device/lookups", status: 429 });
    expect(await tab.app.lookUp("Ploy")).toBe("slow_down");
  });
});
