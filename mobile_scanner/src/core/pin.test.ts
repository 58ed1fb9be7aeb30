import { expect, it } from "vitest";
import { isIdle, isPin, lockedOut } from "./pin.ts";

it.each([
  ["1234", true],
  ["12345678", true],
  ["123", false],
  ["123456789", false],
  ["12a4", false],
  ["๑๒๓๔", false],
  [" 1234", false],
  ["1234\n", false],
])("%j is a PIN: %j", (text, is) => {
  expect(isPin(text)).toBe(is);
});

it.each([
  [0, false],
  [4, false],
  [5, true],
  [6, true],
])("%i wrong tries lock out: %j", (tries, out) => {
  expect(lockedOut(tries)).toBe(out);
});

it.each([
  { touched: 0, now: 59_999, minutes: 1, idle: false },
  { touched: 0, now: 60_000, minutes: 1, idle: true },
  { touched: 0, now: 9e9, minutes: null, idle: false },
  { touched: 9e9, now: 0, minutes: 5, idle: true },
])(
  "touched at $touched, now $now, after $minutes min: $idle",
  ({ touched, now, minutes, idle }) => {
    expect(isIdle(touched, now, minutes)).toBe(idle);
  },
);
