import { describe, expect, it } from "vitest";
import vectors from "../../../tests/vectors/allow_list.json" with { type: "json" };
import { applyDelta, holds, isList } from "../core/allow-list.ts";
import { makeHasher } from "./seal.ts";

const base64 = (text: string) => Uint8Array.from(atob(text), (it) => it.charCodeAt(0));
const hex = (bytes: Uint8Array) =>
  Array.from(bytes, (it) => it.toString(16).padStart(2, "0")).join("");

describe("the vectors shared with the server", () => {
  it.each(vectors.hashes)("hashes $code to $hash_hex", async ({ code, hash_hex }) => {
    const hash = await makeHasher(vectors.key);
    expect(hex(await hash(code))).toBe(hash_hex);
  });

  it.each(vectors.lists)("finds whom the list holds and nobody else: $note", async (it) => {
    const hash = await makeHasher(vectors.key);
    const list = base64(it.list);
    expect(isList(list)).toBe(true);
    for (const { code } of vectors.hashes)
      expect(holds(list, await hash(code))).toBe((it.codes as string[]).includes(code));
  });

  it.each(vectors.deltas)("applies: $note", ({ from, to, delta }) => {
    expect(applyDelta(base64(from), base64(delta))).toEqual(base64(to));
  });
});
