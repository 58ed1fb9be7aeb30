import { describe, expect, it } from "vitest";
import { applyDelta, holds, isList } from "./allow-list.ts";

const bytes = (...hashes: readonly string[]) =>
  Uint8Array.from(hashes.flatMap((hash) => hash.match(/../g) ?? []).map((it) => parseInt(it, 16)));
const delta = (gone: readonly string[], come: readonly string[]) =>
  new Uint8Array([0, 0, 0, gone.length, ...bytes(...gone), ...bytes(...come)]);
const A = "000000000001";
const B = "00000000ffff";
const C = "7fffffffffff";
const D = "ffffffffffff";

describe("looking up", () => {
  it.each([
    { list: [], hash: A, found: false },
    { list: [A], hash: A, found: true },
    { list: [A, B, D], hash: A, found: true },
    { list: [A, B, D], hash: B, found: true },
    { list: [A, B, D], hash: D, found: true },
    { list: [A, B, D], hash: C, found: false },
    { list: [B, C], hash: A, found: false },
    { list: [B, C], hash: D, found: false },
  ])("$hash in $list: $found", ({ list, hash, found }) => {
    expect(holds(bytes(...list), bytes(hash))).toBe(found);
  });
});

describe("what is a list", () => {
  it.each([
    { list: bytes(), is: true },
    { list: bytes(A, C, D), is: true },
    { list: bytes(A, A), is: false },
    { list: bytes(C, A), is: false },
    { list: bytes(A).subarray(1), is: false },
  ])("$list: $is", ({ list, is }) => {
    expect(isList(list)).toBe(is);
  });
});

describe("a delta", () => {
  it.each([
    { name: "adds", before: [B], gone: [], come: [A, C, D], after: [A, B, C, D] },
    { name: "removes", before: [A, B, D], gone: [A, D], come: [], after: [B] },
    { name: "does both", before: [A, C], gone: [A], come: [B, D], after: [B, C, D] },
    { name: "empties", before: [A], gone: [A], come: [], after: [] },
    { name: "fills an empty list", before: [], gone: [], come: [A], after: [A] },
    { name: "changes nothing", before: [A, B], gone: [], come: [], after: [A, B] },
    { name: "of what is not there is refused", before: [A], gone: [B], come: [], after: null },
    { name: "of more than there is is refused", before: [A], gone: [A, B], come: [], after: null },
    { name: "of what is there already is refused", before: [A], gone: [], come: [A], after: null },
    { name: "out of order is refused", before: [], gone: [], come: [B, A], after: null },
  ])("$name", ({ before, gone, come, after }) => {
    expect(applyDelta(bytes(...before), delta(gone, come))).toEqual(after && bytes(...after));
  });

  it.each([[], [0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0, 1], [255, 255, 255, 255]])(
    "cut short is refused: %j",
    (...cut) => {
      expect(applyDelta(bytes(A), new Uint8Array(cut))).toBeNull();
    },
  );

  it("reads its number of removed also in the middle of a buffer", () => {
    const whole = new Uint8Array([9, ...delta([A], [])]);
    expect(applyDelta(bytes(A, B), whole.subarray(1))).toEqual(bytes(B));
  });
});
