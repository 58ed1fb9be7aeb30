import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { beforeEach, expect, it, vi } from "vitest";
import type { NoteRow, ScanRow } from "../core/queue.ts";
import { openStorage, type Storage, whenOpen } from "./storage.ts";
import { UPGRADES } from "./upgrades.ts";

const ROW: ScanRow = {
  what: "scan",
  id: "s1",
  owner: "booth/conf/ours",
  at: 1,
  sealed: "sealed",
  offset: null,
  device: "device",
  tries: 0,
  aside: false,
  kind: "booth",
  session: null,
  hash: "hash",
  listed: true,
};
const NOTE: NoteRow = {
  what: "note",
  id: "note:s1",
  scan: "s1",
  owner: ROW.owner,
  at: 1,
  sealed: "first",
  offset: null,
  device: "device",
  tries: 0,
  aside: false,
};
const LINE = { id: "s1", at: 1, state: "waiting", hasNote: false, kind: "booth" } as const;
let storage: Storage;

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  storage = await openStorage();
});

it("keeps a reading and its line together, with strict durability", async () => {
  const opened = vi.spyOn(IDBDatabase.prototype, "transaction");
  await storage.change({ add: [ROW], lines: [LINE] });
  expect(opened).toHaveBeenCalledWith(["queue", "history"], "readwrite", { durability: "strict" });
  storage.close();
  storage = await openStorage();
  expect(await storage.queue()).toEqual([ROW]);
  expect(await storage.history()).toEqual([LINE]);
});

it("leaves alone a note that was written anew while the old one was sent", async () => {
  await storage.change({ add: [NOTE] });
  const anew = { ...NOTE, sealed: "second" };
  await storage.change({ add: [anew] });
  await storage.change({ remove: [NOTE] });
  await storage.change({ update: [{ ...NOTE, tries: 1 }] });
  expect(await storage.queue()).toEqual([anew]);
  await storage.change({ remove: [anew] });
  expect(await storage.queue()).toEqual([]);
});

it("marks lines that are there, and makes none", async () => {
  await storage.change({ lines: [LINE] });
  const lead = { state: "lead" } as const;
  await storage.change({
    marks: new Map([
      ["s1", lead],
      ["s2", lead],
    ]),
  });
  expect(await storage.history()).toEqual([{ ...LINE, ...lead }]);
});

it("wipes everything but what it is told to keep", async () => {
  await storage.put("settings", { language: "th" });
  await storage.put("revoked", true);
  await storage.change({ add: [ROW], lines: [LINE] });
  await storage.wipe(["settings"]);
  expect(await storage.get("settings")).toEqual({ language: "th" });
  expect(await storage.get("revoked")).toBeUndefined();
  expect(await storage.queue()).toEqual([]);
  expect(await storage.history()).toEqual([]);
  await storage.wipe();
  expect(await storage.get("settings")).toBeUndefined();
});

it.each(UPGRADES.map((_, nth) => nth + 1))(
  "carries the queue of version %i to the next",
  async (version) => {
    storage.close();
    const old = await openStorage("old", UPGRADES.slice(0, version));
    await old.change({
      add: Array.from({ length: 500 }, (_, nth) => ({ ...ROW, id: `s${nth}` })),
      lines: [LINE],
    });
    await old.put("tokens", { access: "a", refresh: "r", request: null });
    // the old app is still open in another tab: it lets go by itself
    const next = await openStorage("old", [
      ...UPGRADES,
      (database, transaction) => {
        transaction.objectStore("queue").createIndex("owner" as never, "owner");
        database.createObjectStore("more" as never);
      },
    ]);
    expect(await next.queue()).toHaveLength(500);
    expect(await next.history()).toEqual([LINE]);
    expect(await next.get("tokens")).toEqual({ access: "a", refresh: "r", request: null });
    next.close();
  },
);

it("refuses to open what a newer app wrote, and leaves it as it is", async () => {
  storage.close();
  const newer = await openStorage("newer", [...UPGRADES, () => {}]);
  await newer.change({ add: [ROW] });
  newer.close();
  await expect(openStorage("newer", UPGRADES)).rejects.toThrow();
  const again = await openStorage("newer", [...UPGRADES, () => {}]);
  expect(await again.queue()).toEqual([ROW]);
});

it("is opened again, once, when the browser has closed it", async () => {
  const opened: Storage[] = [];
  const lasting = whenOpen(async () => {
    const one = await openStorage();
    opened.push(one);
    return one;
  });
  await lasting.change({ add: [ROW] });
  opened[0]?.close();
  expect(await Promise.all([lasting.queue(), lasting.history()])).toEqual([[ROW], []]);
  await lasting.put("revoked", true);
  expect(opened).toHaveLength(2);
  lasting.close();
});

it.each(["InvalidStateError", "UnknownError", "QuotaExceededError"])(
  "that goes on failing with %s says so",
  async (name) => {
    const queue = vi.fn(() => Promise.reject(new DOMException("gone", name)));
    const failing = whenOpen(async () => ({ ...storage, queue, close: () => {} }));
    await expect(failing.queue()).rejects.toThrow("gone");
    expect(queue).toHaveBeenCalledTimes(name === "QuotaExceededError" ? 1 : 2);
  },
);
