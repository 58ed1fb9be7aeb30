import { describe, expect, it, test, vi } from "vitest";
import { parseBadgeCode } from "../core/badge-code.ts";
import { clock, day, days, grouped, moment, nextZoom, type Place, typed } from "./format.ts";

const THAI: Place = { language: "th", timeZone: "Asia/Bangkok" };
const ENGLISH: Place = { language: "en", timeZone: "Asia/Bangkok" };
const MORNING = "2026-11-26T02:05:00Z";

describe("times are the event's, wherever the phone is", () => {
  it("writes the clock with 24 hours", () => {
    expect(clock(MORNING, ENGLISH)).toBe("09:05");
    expect(clock("2026-11-26T17:00:00Z", THAI)).toBe("00:00");
  });

  it("writes Buddhist years in Thai alone", () => {
    expect(day(MORNING, THAI)).toBe("26 พ.ย. 2569");
    expect(day(MORNING, ENGLISH)).toBe("26 Nov 2026");
  });

  it("names the day only when it is another one there", () => {
    expect(moment(MORNING, "2026-11-26T16:59:00Z", ENGLISH)).toBe("09:05");
    expect(moment(MORNING, "2026-11-26T17:00:00Z", ENGLISH)).toBe("26 Nov 2026 09:05");
  });
});

it("makes one format for each language and zone, and keeps them apart", () => {
  let made = 0;
  class Counted extends Intl.DateTimeFormat {
    constructor(...asked: ConstructorParameters<typeof Intl.DateTimeFormat>) {
      super(...asked);
      made += 1;
    }
  }
  vi.stubGlobal("Intl", { DateTimeFormat: Counted });
  const places = ["Europe/Berlin", "Asia/Tokyo"].map((timeZone) => ({ ...ENGLISH, timeZone }));
  const said = () => places.map((place) => clock(MORNING, place));
  expect([said(), said(), said()]).toEqual(Array(3).fill(["03:05", "11:05"]));
  vi.unstubAllGlobals();
  expect(made).toBe(2);
});

describe("the days of a ticket", () => {
  it("ends on the day before the first moment after it", () => {
    expect(days("2026-11-26T17:00:00Z", "2026-11-28T17:00:00Z", ENGLISH)).toBe(
      "27 Nov 2026 – 28 Nov 2026",
    );
  });

  it("names one day once", () => {
    expect(days("2026-11-26T17:00:00Z", "2026-11-27T17:00:00Z", ENGLISH)).toBe("27 Nov 2026");
  });

  it("says what it knows", () => {
    expect(days("2026-11-26T17:00:00Z", null, ENGLISH)).toBe("27 Nov 2026");
    expect(days(null, null, ENGLISH)).toBe("");
  });
});

test("a code is written four by four, with nothing hanging at its end", () => {
  expect(grouped("")).toBe("");
  expect(grouped("7KAB")).toBe("7KAB");
  expect(grouped("7KABC")).toBe("7KAB C");
  expect(grouped("7K000000000000000000")).toBe("7K00 0000 0000 0000 0000");
});

describe("typing a badge code", () => {
  const zeros = "0".repeat(20); // its weighted sum is zero: right
  const right = (text: string) => parseBadgeCode(text) !== null;

  it.each([
    ["", { state: "short", left: 20 }],
    ["7k0", { state: "short", left: 17 }],
    ["0000 0000-0000 0000 000", { state: "short", left: 1 }],
    [zeros, { state: "good" }],
    ["oooo oooo oooo oooo oooo", { state: "good" }],
    [`1${zeros.slice(1)}`, { state: "wrong" }],
    [`${zeros}0`, { state: "long" }],
    ["7KU", { state: "bad" }],
    ["๗ก", { state: "bad" }],
  ])("%s", (text, says) => {
    expect(typed(text, right)).toEqual(says);
  });
});

test("zoom doubles to the end of the range and starts again", () => {
  expect(nextZoom({ min: 1, max: 5, value: 1 })).toBe(2);
  expect(nextZoom({ min: 1, max: 5, value: 4 })).toBe(5);
  expect(nextZoom({ min: 1, max: 5, value: 5 })).toBe(1);
});
