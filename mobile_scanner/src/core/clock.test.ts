import { expect, it } from "vitest";
import vectors from "../../../tests/vectors/clock.json" with { type: "json" };
import { effectiveAt, offsetOf, restated, secondsAhead, wasSet, worthTelling } from "./clock.ts";

const YEARS_3 = 3 * 365 * 86_400_000;
const DAY = 86_400_000;

it.each([
  { name: "right", asked: 1000, server: 1100, answered: 1200, ahead: 0 },
  { name: "right, however slow the answer", asked: 0, server: 9000, answered: 15_000, ahead: 0 },
  {
    name: "three years ahead",
    asked: YEARS_3,
    server: 0,
    answered: YEARS_3 + 50,
    ahead: 94_608_000,
  },
  { name: "a day behind", asked: 0, server: DAY, answered: 50, ahead: -86_400 },
])("a clock that is $name", ({ asked, server, answered, ahead }) => {
  expect(secondsAhead(asked, server, answered)).toBe(ahead);
});

it.each([
  [0, null],
  [120, null],
  [-120, null],
  [121, 121],
  [-121, -121],
])("%i seconds are told as %j", (seconds, told) => {
  expect(worthTelling(seconds)).toBe(told);
});

it.each([
  { name: "goes on", wall: 60_000, ticks: 60_000, set: false },
  { name: "drifts", wall: 65_000, ticks: 60_000, set: false },
  { name: "is set ahead", wall: 65_001, ticks: 60_000, set: true },
  { name: "is set back", wall: -1_200_000, ticks: 10, set: true },
])("a clock that $name", ({ wall, ticks, set }) => {
  expect(wasSet({ wall: 0, ticks: 0 }, { wall, ticks })).toBe(set);
});

it("the server's clock is read in the middle of asking it, and a slow answer tells less than a quick one", () => {
  const quick = offsetOf(null, { wall: 1000, ticks: 5 }, 500, { wall: 1100, ticks: 105 });
  expect(quick).toEqual({ ms: -550, span: 100 });
  const slow = (known: typeof quick | null) =>
    offsetOf(known, { wall: 0, ticks: 0 }, 0, { wall: 9000, ticks: 9000 });
  expect(slow(quick)).toBe(quick);
  expect(slow(null)).toEqual({ ms: -4500, span: 9000 });
  expect(offsetOf(slow(null), { wall: 0, ticks: 0 }, 7, { wall: 8, ticks: 8 }).ms).toBe(3);
});

it.each([
  { name: "twenty minutes ahead, set right since", before: -1_200_000, now: 0, moved: -1_200_000 },
  { name: "set wrong since", before: 0, now: -1_200_000, moved: 1_200_000 },
  { name: "as it was, give or take", before: 0, now: 5000, moved: 0 },
  { name: "not known when it read", before: null, now: 0, moved: 0 },
  { name: "not known now", before: 0, now: null, moved: 0 },
])("a reading is told in the phone's present clock: $name", ({ before, now, moved }) => {
  expect(restated(10_000_000, before, now)).toBe(10_000_000 + moved);
});

// biome-ignore lint/style/noRestrictedGlobals: to read the vectors, not the clock
const parse = Date.parse;

it.each(vectors.cases)("counts a reading as the server does: $note", (it) => {
  const sentAt = it.sent_at === null ? null : parse(it.sent_at);
  expect(effectiveAt(parse(it.at), sentAt, parse(it.received_at))).toBe(
    it.effective_at === null ? null : parse(it.effective_at),
  );
});
