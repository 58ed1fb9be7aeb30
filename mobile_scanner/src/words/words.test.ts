import { describe, expect, it, test } from "vitest";
import { inLanguage } from "./index.ts";
import { en, th } from "./whole.ts";

type Key = keyof typeof en;
const KEYS = Object.keys(en) as Key[];
// Names and the offer of the other language read the same or the other way round on purpose.
const NOT_TRANSLATED: readonly Key[] = ["appName", "otherLanguage"];

function said(word: unknown): string {
  return typeof word === "function" ? String(word(3, 5)) : String(word);
}

test("both tables have the same keys", () => {
  expect(Object.keys(th)).toEqual(KEYS);
});

describe.each(KEYS)("%s", (key) => {
  it("takes the same facts in both languages", () => {
    expect(typeof th[key]).toBe(typeof en[key]);
  });

  it("says something in both languages", () => {
    expect(said(en[key]).trim()).not.toBe("");
    expect(said(th[key]).trim()).not.toBe("");
  });
});

const THAI = /[\u0E00-\u0E7F]/;

test.each(KEYS.filter((key) => !NOT_TRANSLATED.includes(key)))(
  "%s is Thai in Thai and English in English",
  (key) => {
    expect(said(en[key])).not.toMatch(THAI);
    expect(said(th[key])).toMatch(THAI);
  },
);

test("one and many read well in English", () => {
  expect(en.rowsWait(1)).toContain("1 entry waits");
  expect(en.rowsWait(2)).toContain("2 entries wait");
});

test("an empty wording falls back to the other language", () => {
  expect(inLanguage({ th: "งาน", en: "" }, "en")).toBe("งาน");
  expect(inLanguage({ th: "", en: "Fair" }, "th")).toBe("Fair");
  expect(inLanguage({ th: "งาน", en: "Fair" }, "en")).toBe("Fair");
});
