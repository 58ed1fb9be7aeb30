import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { untilLoaded } from "./rest.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("loads again what did not arrive, and answers once it is there", async () => {
  const load = vi.fn(async () => "words");
  load.mockRejectedValueOnce(new TypeError("Failed to fetch dynamically imported module"));
  load.mockRejectedValueOnce(new TypeError("Failed to fetch dynamically imported module"));
  const there = vi.fn();
  void untilLoaded(load).then(there);
  await vi.advanceTimersByTimeAsync(3999);
  expect([load.mock.calls.length, there.mock.calls]).toEqual([2, []]);
  await vi.advanceTimersByTimeAsync(1);
  expect([load.mock.calls.length, there.mock.calls]).toEqual([3, [["words"]]]);
});
