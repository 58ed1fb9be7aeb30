import { expect, it } from "vitest";
import vectors from "../../../tests/vectors/clock.json" with { type: "json" };
import { effectiveAt, secondsAhead, worthTelling } from "./clock.ts";

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

// biome-ignore lint/style/noRestrictedGlobals: to read the vectors, not the clock
const parse = Date.parse;

it.each(vectors.cases)("counts a reading as the server does: $note", (it) => {
  const sentAt = it.sent_at === null ? null : parse(it.sent_at);
  expect(effectiveAt(parse(it.at), sentAt, parse(it.received_at))).toBe(parse(it.effective_at));
});
