import { expect, test } from "vitest";
import vectors from "../../tests/vectors/sealed_scans.json" with { type: "json" };
import { applyDelta, HASH_BYTES, holds } from "./core/allow-list.ts";
import { keepBook } from "./model/book.ts";
import { newState } from "./model/state.ts";
import type { World } from "./model/world.ts";
import { makeHasher, makeSealer } from "./sealing/seal.ts";
import type { Storage } from "./storage/storage.ts";

/** `size` hashes, ascending, `step` apart. */
function spread(size: number, step: number, first = 0): Uint8Array {
  const list = new Uint8Array(size * HASH_BYTES);
  for (let at = 0; at < size; at++)
    new DataView(list.buffer).setUint32(at * 6 + 2, first + at * step);
  return list;
}

test("50,000 badges: a thousand go and a thousand come in under 200 ms, and each is found in well under 1 ms", () => {
  const list = spread(50_000, 4);
  const gone = spread(1000, 200);
  const come = spread(1000, 200, 1);
  const wire = new Uint8Array([0, 0, 1000 >> 8, 1000 & 255, ...gone, ...come]);
  const began = performance.now();
  const after = applyDelta(list, wire);
  const applied = performance.now() - began;
  expect(after).toHaveLength(list.length);
  expect(applied).toBeLessThan(200);
  if (!after) throw new Error("no list");
  const looked = performance.now();
  let found = 0;
  for (let at = 0; at < after.length; at += HASH_BYTES)
    if (holds(after, after.subarray(at, at + HASH_BYTES))) found += 1;
  const each = (performance.now() - looked) / 50_000;
  expect(found).toBe(50_000);
  expect(each).toBeLessThan(0.1);
});

test("a badge is hashed and sealed in well under a frame", async () => {
  const sealer = await makeSealer(vectors.key);
  const hash = await makeHasher(vectors.key.public_key);
  const scan = "0192f0c1-0000-7000-8000-000000000001";
  const began = performance.now();
  for (let nth = 0; nth < 50; nth++)
    await Promise.all([
      hash("TH01KSSF1A7Z9B2X5MV4"),
      sealer.seal("booth", scan, scan, "TH01KSSF1A7Z9B2X5MV4"),
    ]);
  expect((performance.now() - began) / 50).toBeLessThan(16);
});

test("after a long day, 5,000 readings, one more is kept and shown in a moment", async () => {
  const line = (nth: number) => ({
    ...{ id: `s${nth}`, at: nth, state: "lead", hasNote: false, kind: "booth" },
  });
  const history = Array.from({ length: 5000 }, (_, nth) => line(nth));
  const storage = { queue: async () => [], history: async () => history, change: async () => {} };
  const world = { now: () => 9000, dayStart: () => 0, tellOtherTabs: () => {}, language: "en" };
  const state = newState(world as unknown as World);
  const book = keepBook(world as unknown as World, storage as unknown as Storage, state);
  await book.reload();
  const began = performance.now();
  for (let nth = 0; nth < 10; nth++) {
    await book.change({ marks: new Map([[`s${nth}`, { hasNote: true }]]) });
    await book.refresh();
  }
  expect((performance.now() - began) / 10).toBeLessThan(50);
  expect(state.history.value).toHaveLength(5000);
  expect(state.history.value.at(-1)).toMatchObject({ id: "s0", hasNote: true });
});
