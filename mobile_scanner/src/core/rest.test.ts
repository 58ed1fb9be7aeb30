import { expect, it } from "vitest";
import { restAlone } from "./rest.ts";

const NOW = 1_000_000;

it("gives each row its own while, twice as long after each failure", () => {
  const resting = restAlone();
  expect(resting.rests("a", NOW)).toBe(false);
  resting.failed("a", NOW, 1);
  expect([resting.rests("a", NOW + 999), resting.rests("a", NOW + 1000)]).toEqual([true, false]);
  expect(resting.rests("b", NOW)).toBe(false);
  resting.failed("a", NOW, 1);
  expect(resting.rests("a", NOW + 1999)).toBe(true);
  resting.wake();
  expect(resting.rests("a", NOW)).toBe(false);
  resting.failed("a", NOW, 1);
  expect(resting.rests("a", NOW + 3999)).toBe(true);
});

it("knows which of them is next, and how long until then", () => {
  const resting = restAlone();
  const both = new Set(["a", "b"]);
  expect(resting.next(both, NOW)).toBeNull();
  for (let times = 0; times < 3; times++) resting.failed("a", NOW, 1);
  expect(resting.next(both, NOW)).toBe(4000);
  resting.failed("b", NOW, 1);
  expect([resting.next(both, NOW), resting.next(both, NOW + 60_000)]).toEqual([1000, 1000]);
  expect(resting.next(new Set(["c"]), NOW)).toBeNull();
});

it("forgets what was taken, and says whether it had failed", () => {
  const resting = restAlone();
  resting.failed("a", NOW, 1);
  expect(resting.took(["b"])).toBe(false);
  expect(resting.took(["a", "b"])).toBe(true);
  expect(resting.next(new Set(["a"]), NOW)).toBeNull();
});

it("keeps nobody for long when the clock is set back", () => {
  const resting = restAlone();
  resting.failed("a", NOW, 1);
  expect(resting.rests("a", NOW - 86_400_000)).toBe(false);
});
