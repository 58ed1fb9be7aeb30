import { describe, expect, it, test } from "vitest";
import vectors from "../../../tests/vectors/badge_codes.json" with { type: "json" };
import { eventTag, parseBadgeCode } from "./badge-code.ts";

const ALPHABET = [..."0123456789ABCDEFGHJKMNPQRSTVWXYZ"];

describe("the vectors shared with the server", () => {
  it.each(vectors.valid)("reads $code as itself: $note", ({ code, event_tag }) => {
    const read = parseBadgeCode(code);
    expect(read).toBe(code);
    expect(read && eventTag(read)).toBe(event_tag);
  });

  it.each(vectors.typed)("reads typed entry in its normal form: $note", ({ typed, code }) => {
    expect(parseBadgeCode(typed)).toBe(code);
  });

  it.each(vectors.invalid)("refuses: $reason", ({ text }) => {
    expect(parseBadgeCode(text)).toBeNull();
  });

  it.each(["substitutions", "transpositions"] as const)(
    "refuses each of the %s and reads its origin",
    (table) => {
      expect(vectors[table].length).toBeGreaterThan(100);
      for (const { code, text } of vectors[table]) {
        expect(parseBadgeCode(code)).toBe(code);
        expect(parseBadgeCode(text), text).toBeNull();
      }
    },
  );
});

test("every substitution of one character is refused", () => {
  for (const { code } of vectors.valid) {
    const read = Array.from(code, (_, position) =>
      ALPHABET.map((other) => code.slice(0, position) + other + code.slice(position + 1)),
    )
      .flat()
      .filter((text) => parseBadgeCode(text) !== null);
    expect(new Set(read)).toEqual(new Set([code]));
  }
});
