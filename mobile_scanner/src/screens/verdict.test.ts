import { describe, expect, it, test } from "vitest";
import type { Card, DoorMode, Language, Result } from "../model/types.ts";
import { en, th } from "../words/whole.ts";
import { spoken, type Verdict, verdictOf } from "./verdict.ts";

const CARD: Card = {
  name: "Somchai Prasertwong",
  jobTitle: "Buyer",
  company: "Siam Robotics Example",
  address: null,
  country: null,
  phone: null,
  email: "somchai@siam-robotics.example",
};
const LEAD: Result = { kind: "lead", id: "1", card: CARD, seenBeforeAt: null };
const DOOR: Extract<Result, { kind: "door" }> = {
  kind: "door",
  id: "1",
  verdict: "valid",
  name: "Somchai Prasertwong",
  ticketName: "Day pass",
  firstEntryAt: null,
  firstEntryPlace: "",
  validFrom: null,
  validUntil: null,
};
const DOOR_VERDICTS = [
  "valid",
  "already_in",
  "wrong_day",
  "full",
  "cancelled",
  "not_this_event",
  "no_such_session",
  "unknown",
] as const;
const BOOLEANS = [true, false];

const EVERY: readonly Result[] = [
  { kind: "checking", id: "1" },
  LEAD,
  { ...LEAD, seenBeforeAt: "2026-11-26T02:00:00Z" },
  ...BOOLEANS.flatMap((one) =>
    BOOLEANS.flatMap((again): Result[] => [
      { kind: "saved", id: "1", allowed: one, again },
      { kind: "door_saved", id: "1", listed: one, again, foreign: false },
    ]),
  ),
  { kind: "not_shared", id: "1" },
  { kind: "not_a_badge" },
  { kind: "not_kept" },
  ...DOOR_VERDICTS.map((verdict): Result => ({ ...DOOR, verdict })),
];

function said(
  result: Result,
  language: Language = "en",
  mode: DoorMode["kind"] = "entry",
): Verdict {
  const place = { language, timeZone: "Asia/Bangkok" };
  const words = language === "th" ? th : en;
  return verdictOf(result, { words, place, now: "2026-11-26T04:00:00Z", mode });
}

describe("a lead", () => {
  it("leads with the name and the company, and shows no address of any kind", () => {
    const verdict = said(LEAD);
    expect(verdict.name).toBe("Somchai Prasertwong");
    expect(verdict.lines).toEqual(["Siam Robotics Example", "Buyer"]);
  });

  it("says so when the name is not shared", () => {
    const card = { ...CARD, name: null, jobTitle: null };
    expect(said({ ...LEAD, card })).toMatchObject({
      name: "Name not shared",
      lines: ["Siam Robotics Example"],
    });
  });

  it("tells when it was scanned before", () => {
    const again = said({ ...LEAD, seenBeforeAt: "2026-11-26T02:00:00Z" });
    expect(again.title).toBe("Already scanned");
    expect(again.lines.at(-1)).toBe("First scanned 09:00");
  });
});

test("on the list or not, a saved badge says that it will be checked", () => {
  for (const allowed of BOOLEANS) {
    const verdict = said({ kind: "saved", id: "1", allowed, again: false });
    expect(spoken(verdict)).toContain("will be checked");
    expect(verdict.lines[0]?.startsWith("On the list")).toBe(allowed);
  }
});

test("what is not shared says neither who it is nor why", () => {
  expect(spoken(said({ kind: "not_shared", id: "1" }))).toBe(
    "Not shared, Nothing is shared with you for this badge.",
  );
});

describe("at the door", () => {
  it("says when and where somebody went in first", () => {
    const already: Result = {
      ...DOOR,
      verdict: "already_in",
      firstEntryAt: "2026-11-26T02:42:00Z",
      firstEntryPlace: "North gate",
    };
    expect(said(already).lines[0]).toBe("09:42, North gate");
    expect(said(already, "th").lines[0]).toBe("09:42 ที่ North gate");
  });

  it("names the days of a ticket for another day", () => {
    const wrong: Result = {
      ...DOOR,
      verdict: "wrong_day",
      validFrom: "2026-11-26T17:00:00Z",
      validUntil: "2026-11-27T17:00:00Z",
    };
    expect(said(wrong).lines[0]).toBe("Valid: 27 Nov 2026");
    expect(said(wrong, "th").lines[0]).toBe("ใช้ได้: 27 พ.ย. 2569");
  });

  it("says without a network what the code itself says: another event's badge", () => {
    const saved = { kind: "door_saved", id: "1", listed: false, again: true } as const;
    expect(said({ ...saved, foreign: true })).toEqual({
      ...said({ ...DOOR, name: null, ticketName: "", verdict: "not_this_event" }),
    });
  });

  it("bids welcome on the way in and goodbye on the way out", () => {
    expect(said(DOOR).title).toBe("Welcome");
    expect(said(DOOR, "en", "exit").title).toBe("Goodbye");
  });
});

test("only a person who may go in gets the tone for yes at the door", () => {
  const yes = DOOR_VERDICTS.filter((verdict) => said({ ...DOOR, verdict }).tone === "yes");
  expect(yes).toEqual(["valid"]);
});

test("two results of one colour differ in icon or title, in both languages", () => {
  for (const language of ["th", "en"] as const) {
    const looks = EVERY.map((result) => said(result, language)).map(
      ({ colour, icon, title, lines }) => [colour, icon, title, lines[0]].join("/"),
    );
    // a badge waiting already looks the same, whether or not it is on the list
    expect(looks.length - new Set(looks).size).toBe(2);
  }
});

test("every result has words, and every one but `checking` a tone", () => {
  for (const result of EVERY) {
    const verdict = said(result, "th");
    expect(verdict.title).not.toBe("");
    expect(verdict.tone === null).toBe(result.kind === "checking");
  }
});
