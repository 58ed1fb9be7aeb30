import { beforeEach, describe, expect, it } from "vitest";
import type { Browser, Tab } from "./testing/browser.ts";
import type { FakeServer } from "./testing/fake-server.ts";
import { allSent, back, badge, hall, PLOY, paired, readOffline, vi } from "./testing/hall.ts";

let server: FakeServer;
let browser: Browser;
let tab: Tab;

beforeEach(async () => {
  ({ server, browser } = hall());
  tab = await paired(server, browser);
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
    await allSent(tab);
    expect([...server.notes]).toEqual([[scan, NOTE]]);
    expect(await tab.app.lookAt(scan)).toMatchObject({ card: { name: PLOY.name }, note: NOTE });
  });

  it("are dropped, and that is said, when the reading was no lead", async () => {
    await readOffline(tab, [2]);
    const scan = tab.app.history.value[0]?.id ?? "";
    await tab.app.keepNote(scan, NOTE);
    back(tab);
    await allSent(tab);
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
    await allSent(tab);
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
    await allSent(tab);
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
    await allSent(tab);
  });

  it("with words better not noted are kept, and that is told until they are written anew", async () => {
    const scan = await read(1);
    await tab.app.keepNote(scan, { ...NOTE, note: "has diabetes" });
    await allSent(tab);
    expect(tab.app.specialNotes.value).toEqual([scan]);
    expect(server.notes.get(scan)).toMatchObject({ note: "has diabetes" });
    expect(await tab.app.keepNote(scan, NOTE)).toBeNull();
    await allSent(tab);
    expect(tab.app.specialNotes.value).toEqual([]);
    expect(server.notes.get(scan)).toEqual(NOTE);
  });

  it("are dropped when it is a lead no more", async () => {
    const scan = await read(1);
    await allSent(tab);
    server.allowed.clear();
    await tab.app.keepNote(scan, NOTE);
    await allSent(tab);
    expect(tab.app.droppedNotes.value).toEqual([scan]);
  });

  it("are sent again when the server failed", async () => {
    const scan = await read(1);
    await allSent(tab);
    server.failing.push({ path: `/scans/${scan}/note`, status: 500 });
    server.losing.set(`/scans/${scan}/note`, 1);
    await tab.app.keepNote(scan, NOTE);
    await allSent(tab);
    expect([...server.notes.values()]).toEqual([NOTE]);
  });

  it("say when they could not be kept", async () => {
    const scan = await read(1);
    await allSent(tab);
    tab.broken = { change: () => Promise.reject(new Error("broken")) };
    expect(await tab.app.keepNote(scan, NOTE)).toBe("storage");
  });
});
